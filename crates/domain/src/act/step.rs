//! Doing a step: order, role, second person, dates and proof are looked at in this order.

use super::role::Doer;
use super::{By, Consequence, Desk, DoStep, Doing, Hands, files};
use crate::calendar::wareki;
use crate::case::{Case, Outcome};
use crate::entry::{Decided, Fact, Private};
use crate::evidence::{Decision, DecisionKind, Evidence, KeyName};
use crate::guideline::{After, Procedure, Step};
use crate::id::CaseId;
use crate::office::Capacity;
use crate::refusal::{At, ItemProblem, OrderField, Refusal, RefusalKind};

impl<'a> Desk<'a> {
    /// The step in which a case's policy is drafted, or why this person cannot draft it now.
    pub fn may_draft(&self, case: &Case, by: &By) -> Result<&'a Step, Refusal> {
        let procedure = self.procedure_of(case)?;
        let step = procedure.drafting().ok_or_else(|| {
            Refusal::new(
                RefusalKind::NotApplicable,
                format!("「{}」の手続に、{}を書く手順はありません。", procedure.label, self.guideline.words.policy),
                "案件の次の手順に進んでください。",
            )
        })?;
        self.may_be_done_now(case, procedure, step)?;
        self.doer(step, case, &Evidence::Policy, by)?;
        Ok(step)
    }

    /// Whether a person can put a hand to a step now, whatever is asked for besides: who may not is told so before they are
    /// asked for anything.
    pub fn may_do(&self, case: &CaseId, step: &str, by: &By) -> Result<(), Refusal> {
        let case = self.case(case)?;
        let procedure = self.procedure_of(case)?;
        let step = procedure.step(step).ok_or_else(|| no_such_step(procedure, step))?;
        self.may_be_done_now(case, procedure, step)?;
        let hands = Hands {
            case,
            procedure,
            guideline: self.guideline,
            office: &self.register.office,
            around: self.around(case),
            day: by.on,
        };
        match hands.of(&by.person, step) {
            Some(_) => Ok(()),
            None => self.doer(step, case, &Evidence::Plain, by).map(drop),
        }
    }

    /// Does a step, or says why it cannot be done now.
    pub fn do_step(&self, order: &DoStep, by: &By) -> Result<Decided, Refusal> {
        let case = self.case(&order.case)?;
        let procedure = self.procedure_of(case)?;
        let step = procedure.step(&order.step).ok_or_else(|| no_such_step(procedure, &order.step))?;
        self.may_be_done_now(case, procedure, step)?;
        let doer = self.doer(step, case, &order.evidence, by)?;
        Self::not_own_deputy(step, &order.evidence, &doer)?;
        Self::second_person(step, case, &doer)?;
        self.dates_fit(step, case, procedure, by)?;
        outcome_fits(step, order)?;
        let evidence = Self::evidence_with_capacity(order, &doer);
        let doing = Doing { desk: self, procedure, step, case, order, evidence: &evidence, by };
        doing.proof_fits()?;
        if case.version != order.seen {
            return Err(stale());
        }
        let agreed = self.agreed(step, case, doer.answerable(), by.on);
        let is_whole = agreed.as_ref().is_none_or(|agreed| agreed.left.is_empty());
        // Nothing follows before the last of several units has said yes.
        let Consequence { effects, listing } = if is_whole { doing.consequence()? } else { Consequence::default() };
        let mut private = Private { listing, ..Private::default() };
        if step.kind.writes_policy() {
            private.policy.clone_from(&order.policy);
        }
        for (key, words) in [("note", &order.note), ("contact_person", &order.contact_person)] {
            if let Some(words) = words.as_ref().filter(|w| !w.is_empty()) {
                private.words.insert(key.to_owned(), words.clone());
            }
        }
        let attachments = files::named(&order.attachments, &mut private)?;
        let fact = Fact::StepDone {
            case: case.id.clone(),
            step: step.id.clone(),
            step_kind: step.kind,
            outcome: order.outcome,
            evidence,
            decided_by: doer.decided_by,
            effects,
            agreed,
            attachments,
        };
        Ok(self.decided(by, doer.post, Some(step.basis.clone()), fact, private))
    }

    /// Whether the step belongs to the case, is not done, and everything before it is.
    pub(super) fn may_be_done_now(&self, case: &Case, procedure: &Procedure, step: &Step) -> Result<(), Refusal> {
        if !case.takes_later(step) {
            Self::must_be_open(case)?;
        }
        if step.kind.writes_policy() && !case.purpose.is_carried_out() {
            // What is drafted here is a policy; a post is none.
            return Err(super::not_carried_out(&step.label, &step.basis));
        }
        if !case.applies(step, self.guideline) {
            return Err(Refusal::new(
                RefusalKind::NotApplicable,
                format!("「{}」は、この案件では必要ありません。", step.label),
                "案件の次の手順に進んでください。",
            )
            .under(&step.basis));
        }
        if case.steps.contains_key(&step.id) && !case.redrafts(step, procedure) {
            return Err(Refusal::new(
                RefusalKind::AlreadyDone,
                format!("「{}」はすでに済んでいます。", step.label),
                "案件の次の手順に進んでください。",
            ));
        }
        let missing = case.missing_before(step, procedure, self.guideline);
        let Some(first) = missing.first() else { return Ok(()) };
        let label = |edge: &After| procedure.step(&edge.step).map_or(edge.step.clone(), |s| s.label.clone());
        let all = format!("「{}」", missing.iter().map(|edge| label(edge)).collect::<Vec<_>>().join("」「"));
        let each = missing.iter().map(|edge| ItemProblem {
            at: At::Step(edge.step.clone()),
            label: label(edge),
            what: format!("「{}」がまだ済んでいません。", label(edge)),
            basis: edge.basis.clone(),
            next: "先に済ませてください。".to_owned(),
        });
        let several = missing.len() > 1;
        let next = if several {
            "それぞれを済ませてください。案件のページに、今できる手順が出ています。".to_owned()
        } else {
            format!("先に{all}を済ませてください。")
        };
        Err(Refusal::new(RefusalKind::OutOfOrder, format!("「{}」の前に{all}が必要です。", step.label), next)
            .under(&first.basis)
            .with_items(if several { each.collect() } else { Vec::new() }))
    }

    fn second_person(step: &Step, case: &Case, doer: &Doer) -> Result<(), Refusal> {
        let Some(second) = &step.second_person else { return Ok(()) };
        if !case.not_by(step).contains(&doer.answerable().person) {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalKind::SecondPerson,
            format!("自分で起案したものを、自分で「{}」することはできません。", step.label),
            "別の方に依頼してください。",
        )
        .under(&second.basis))
    }

    /// The stated day is not before the steps that this one rests on, nor before what it takes the place of or answers.
    pub(super) fn dates_fit(&self, step: &Step, case: &Case, procedure: &Procedure, by: &By) -> Result<(), Refusal> {
        self.day_fits(case, by.on)?;
        for edge in &step.after {
            if let Some(done) = case.steps.get(&edge.step)
                && by.on < done.on
            {
                let label = procedure.step(&edge.step).map_or(edge.step.as_str(), |s| s.label.as_str());
                return Err(Self::day_before(by.on, &format!("「{label}」"), done.on).under(&edge.basis));
            }
        }
        Self::last_day_fits(step, case, by)?;
        let returned = case.returned.as_ref().filter(|r| r.to_step == step.id).map(|r| r.on);
        let former = case.steps.get(&step.id).map(|done| done.on);
        for (what, then) in [("差戻し", returned), ("前の版", former)] {
            if let Some(then) = then.filter(|then| by.on < *then) {
                return Err(Self::day_before(by.on, what, then));
            }
        }
        Ok(())
    }

    /// An account in use is not taken off the list or deleted: until its last day it is what the list says it is.
    fn last_day_fits(step: &Step, case: &Case, by: &By) -> Result<(), Refusal> {
        let Some(last_day) = case.waits_until(step, by.on) else { return Ok(()) };
        Err(Refusal::new(
            RefusalKind::WrongDate,
            format!(
                "利用の最後の日は{}です。「{}」は、その日より前（{}）には行えません。",
                wareki(last_day),
                step.label,
                wareki(by.on)
            ),
            "最後の日になってから行ってください。早めるときは、案件を取り下げ、新しい最後の日で始め直してください。",
        )
        .at(OrderField::Day)
        .under(&step.basis))
    }

    /// Whoever holds the position decides as its holder; 代決 is what a deputy does.
    fn not_own_deputy(step: &Step, evidence: &Evidence, doer: &Doer) -> Result<(), Refusal> {
        let Evidence::Decision(Decision { how: DecisionKind::ByDeputy, .. }) = evidence else { return Ok(()) };
        let post = doer.answerable();
        if post.capacity == Capacity::Deputy {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalKind::WrongEvidence,
            format!("代決とありますが、{}（{}）はその職にある本人です。", post.title, post.person),
            "本人が決めたときは、決裁または専決を選んでください。代決者が決めたときは、代決者を職員の登録に加えてから記録してください。",
        )
        .at(KeyName::How)
        .under(&step.basis))
    }

    /// A deputy's decision is recorded as 代決, whatever was typed.
    fn evidence_with_capacity(order: &DoStep, doer: &Doer) -> Evidence {
        let mut evidence = order.evidence.clone();
        if let Evidence::Decision(decision) = &mut evidence
            && doer.answerable().capacity == Capacity::Deputy
        {
            decision.how = DecisionKind::ByDeputy;
        }
        evidence
    }
}

impl Doing<'_> {
    /// Refuses a proof that does not fit the step; what was not done (an exception, not needed) needs none.
    fn proof_fits(&self) -> Result<(), Refusal> {
        if self.order.outcome != Outcome::Done {
            return Ok(());
        }
        let meaning = self.step.kind.meaning();
        if self.evidence.kind() != meaning.evidence {
            let what = format!("「{}」の記録として、別の種類の内容が送られました。", self.step.label);
            return Err(self.wrong(what));
        }
        (meaning.fits)(self)
    }
}

/// Whether the outcome is one that the step's strength allows, with its reason.
fn outcome_fits(step: &Step, order: &DoStep) -> Result<(), Refusal> {
    if order.outcome == Outcome::Done {
        return Ok(());
    }
    if !Outcome::allowed(step.strength).contains(&order.outcome) {
        let what = match order.outcome {
            Outcome::Exception => format!("「{}」は原則ではなく必ず行うものなので、例外にできません。", step.label),
            Outcome::NotNeeded | Outcome::Done => format!("「{}」は「必要なし」にできません。", step.label),
        };
        return Err(
            Refusal::new(RefusalKind::StrengthForbids, what, "手順のとおりに行ってください。").under(&step.basis)
        );
    }
    if order.note.as_ref().is_none_or(|n| n.trim().is_empty()) {
        return Err(Refusal::new(
            RefusalKind::ReasonMissing,
            format!("「{}」を行わない理由がありません。", step.label),
            "理由を書いてください。記録に残ります。",
        )
        .at(OrderField::Note)
        .under(&step.basis));
    }
    Ok(())
}

fn no_such_step(procedure: &Procedure, id: &str) -> Refusal {
    let known = procedure.steps.iter().map(|s| format!("{}（{}）", s.id, s.label)).collect::<Vec<_>>().join("、");
    Refusal::new(
        RefusalKind::NotFound,
        format!("手続「{}」に手順「{id}」はありません。", procedure.label),
        format!("次の手順から選んでください：{known}"),
    )
}

pub(super) fn stale() -> Refusal {
    Refusal::new(
        RefusalKind::Stale,
        "ほかの方が先にこの案件を進めました。",
        "案件を開き直し、今の状態を確かめてから、必要ならもう一度行ってください。",
    )
}
