//! Sending a case back: 差戻し・補正の依頼, with a reason for each item.

use super::step::stale;
use super::{By, Desk, files};
use crate::attachment::NamedFile;
use crate::entry::{Decided, Fact, Private};
use crate::guideline::Procedure;
use crate::id::CaseId;
use crate::refusal::{At, OrderField, Refusal, RefusalKind};
use crate::step_kind::Returning;

/// An order to send a case back instead of doing a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnCase {
    /// The case.
    pub case: CaseId,
    /// The step that sends back.
    pub step: String,
    /// The reasons: a policy item's id (or empty for the whole) and why.
    pub reasons: Vec<(String, String)>,
    /// The files that show what is to be mended.
    pub attachments: Vec<NamedFile>,
    /// The version of the case that the person saw.
    pub seen: u64,
}

impl Desk<'_> {
    /// Sends a case back, or says why it cannot be sent back now.
    pub fn send_back(&self, order: &ReturnCase, by: &By) -> Result<Decided, Refusal> {
        let case = self.case(&order.case)?;
        let procedure = self.procedure_of(case)?;
        let step = procedure.step(&order.step);
        let step = step.filter(|s| s.kind.returning() == Returning::Can);
        let Some((step, to_step)) = step.and_then(|s| Some((s, s.returns_to.clone()?))) else {
            return Err(Refusal::new(
                RefusalKind::CannotReturn,
                format!("手順「{}」では差し戻せません。", order.step),
                "差し戻せるのは、受理・決裁・合議など、ガイドラインが戻り先を定めた手順です。",
            ));
        };
        self.may_be_done_now(case, procedure, step)?;
        let evidence = crate::evidence::Evidence::Plain;
        let doer = self.doer(step, case, &evidence, by)?;
        self.dates_fit(step, case, procedure, by)?;
        self.reasons_fit(order)?;
        if case.version != order.seen {
            return Err(stale());
        }
        let undone = self.undone_by_return(procedure, &to_step).into_iter().filter(|id| case.has_begun(id)).collect();
        let mut private = Private::default();
        for (item, reason) in &order.reasons {
            private.words.insert(format!("return:{item}"), reason.clone());
        }
        let attachments = files::named(&order.attachments, &mut private)?;
        let fact = Fact::StepReturned {
            case: case.id.clone(),
            step: step.id.clone(),
            to_step,
            undone,
            items: order.reasons.iter().map(|(item, _)| item.clone()).collect(),
            attachments,
        };
        Ok(self.decided(by, doer.post, Some(step.basis.clone()), fact, private))
    }

    /// The steps that no longer stand when a case goes back to this one: those after it, and with a last day that is to be said
    /// anew the filing whose paper says it, whatever order the guideline gives the two.
    fn undone_by_return(&self, procedure: &Procedure, to_step: &str) -> Vec<String> {
        let mut undone = procedure.from_here_on(to_step);
        let stops = |id: &String| procedure.step(id).is_some_and(|step| step.kind.says_last_day());
        if undone.iter().any(stops) {
            let filed = procedure.steps.iter().filter(|step| self.guideline.files_last_day(step, procedure));
            undone.extend(filed.flat_map(|step| procedure.from_here_on(&step.id)));
        }
        undone.sort();
        undone.dedup();
        undone
    }

    fn reasons_fit(&self, order: &ReturnCase) -> Result<(), Refusal> {
        if order.reasons.is_empty() || order.reasons.iter().any(|(_, reason)| reason.trim().is_empty()) {
            return Err(Refusal::new(
                RefusalKind::ReasonMissing,
                "差し戻す理由がありません。",
                "項目ごとに、どこをどう直すかを書いてください。",
            )
            .at(OrderField::Reasons));
        }
        let known = |item: &str| item.is_empty() || self.guideline.policy_items.iter().any(|i| i.id == item);
        let Some((unknown, _)) = order.reasons.iter().find(|(item, _)| !known(item)) else { return Ok(()) };
        let items = self.guideline.policy_items.iter().map(|i| format!("{}（{}）", i.id, i.label));
        Err(Refusal::new(
            RefusalKind::NotFound,
            format!("「{unknown}」という項目はありません。"),
            format!("次の項目から選んでください：{}", items.collect::<Vec<_>>().join("、")),
        )
        .at(At::Item(unknown.clone())))
    }
}
