//! What a step asks of the policy that it is about.

use jiff::civil::Date;

use super::Doing;
use crate::case::Outcome;
use crate::guideline::{ItemKind, Step};
use crate::policy::{self, Policy, Stage};
use crate::refusal::{ItemProblem, Refusal, RefusalKind};

impl Doing<'_> {
    /// Whether the policy that the step is about is there, and complete under the rules of its stage; with a day, whether its
    /// period is not over on that day.
    pub fn complete(&self, stage: Stage, on: Option<Date>) -> Result<(), Refusal> {
        let Some(content) = self.policy()? else { return Ok(()) };
        let mut problems = policy::problems(&content, self.desk.guideline, self.desk.networks, stage);
        problems.extend(on.and_then(|on| policy::is_over(&content, self.desk.guideline, on)));
        self.nothing_wrong(problems)
    }

    /// Whether it is written on which network the account will be, and the guideline covers that network.
    pub fn names_network(&self) -> Result<(), Refusal> {
        let Some(content) = self.policy()? else { return Ok(()) };
        let item = self.desk.guideline.item(ItemKind::Network);
        let mut problems = policy::problems(&content, self.desk.guideline, self.desk.networks, Stage::Filing);
        problems.retain(|problem| item.is_some_and(|item| problem.is_of(&item.id)));
        self.nothing_wrong(problems)
    }

    /// Refuses what says or follows the end of use while nobody has said when that is.
    pub fn has_last_day(&self) -> Result<(), Refusal> {
        let Some(last) = self.case.lacks_last_day(self.step, self.procedure, self.desk.guideline) else {
            return Ok(());
        };
        Err(Refusal::new(
            RefusalKind::Incomplete,
            format!("利用の最後の日がまだ記録されていないため、「{}」に進めません。", self.step.label),
            format!("先に「{}」を済ませてください。", last.label),
        )
        .under(&last.basis))
    }

    /// The policy that the step is about; `None` where its procedure writes none before it, as a closing mostly does.
    fn policy(&self) -> Result<Option<Policy>, Refusal> {
        let case = self.case;
        let draft = self.procedure.drafting_before(self.step);
        let Some(draft) = draft.filter(|draft| case.applies(draft, self.desk.guideline)) else { return Ok(None) };
        // What was sent back is not written again by being there still.
        let written = case.steps.get(&draft.id).ok_or_else(|| self.unwritten(draft))?;
        if case.policy.is_none() || written.outcome != Outcome::Done {
            return Ok(None);
        }
        // What was lawfully erased says nothing any more.
        Ok(Some(case.policy_known().unwrap_or_default()))
    }

    fn unwritten(&self, draft: &Step) -> Refusal {
        let optional = Outcome::allowed(draft.strength).contains(&Outcome::NotNeeded);
        let without =
            if optional { "作らないときは、「必要なし」と記録してください。" } else { "" };
        let former = self.case.policy.as_ref().and_then(|version| version.content.clone());
        let how = if former.is_some() {
            "差し戻されたまま作り直されていない"
        } else {
            "まだ作られていない"
        };
        let former = former.unwrap_or_default();
        let problems = policy::problems(&former, self.desk.guideline, self.desk.networks, Stage::Filing);
        Refusal::new(
            RefusalKind::Incomplete,
            format!("{}が{how}ため、「{}」に進めません。", self.policy_word(), self.step.label),
            format!("先に「{}」を済ませてください。{without}", draft.label),
        )
        .under(&self.step.basis)
        .with_items(problems)
    }

    fn nothing_wrong(&self, problems: Vec<ItemProblem>) -> Result<(), Refusal> {
        if problems.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalKind::Incomplete,
            format!(
                "{}に足りない、または直すところが{}か所あるため、「{}」に進めません。",
                self.policy_word(),
                problems.len(),
                self.step.label
            ),
            "それぞれを直してから、もう一度進めてください。入力した内容は残っています。",
        )
        .under(&self.step.basis)
        .with_items(problems))
    }
}
