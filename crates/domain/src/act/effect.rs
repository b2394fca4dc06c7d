//! What follows from a step: everything that the register is to know, put into the entry.

use super::{Consequence, Doing};
use crate::account::Standing;
use crate::case::{Case, CaseState, Outcome, PolicyVersion};
use crate::entry::Effect;
use crate::guideline::{Guideline, Procedure, Purpose, Step};
use crate::refusal::Refusal;
use crate::step_kind::Aim;

impl Doing<'_> {
    /// What follows from doing this step now: what its kind causes, and the end of the case where nothing is left.
    pub(super) fn consequence(&self) -> Result<Consequence, Refusal> {
        let done = self.order.outcome == Outcome::Done;
        let mut found = if done { (self.step.kind.meaning().effects)(self)? } else { Consequence::default() };
        self.complete_case(&mut found.effects);
        Ok(found)
    }

    /// Completes the case when this was the last needed step, and nothing that was begun is under way.
    fn complete_case(&self, effects: &mut Vec<Effect>) {
        let Self { case, step, .. } = self;
        let done = self.order.outcome == Outcome::Done;
        let by_ruling = case.purpose == Purpose::Ruling && step.kind.meaning().aim == Aim::Ruling && done;
        let after = self.after(effects);
        if case.state != CaseState::Open || !by_ruling && !after.nothing_is_left(self) {
            return;
        }
        let off_the_list = effects.contains(&Effect::Delisted)
            || self.account().is_some_and(|a| matches!(a.standing, Standing::Delisted { .. }));
        if case.purpose == Purpose::Closing && off_the_list && !effects.contains(&Effect::Closed) {
            effects.push(Effect::Closed);
        }
        effects.push(Effect::CaseCompleted);
    }

    /// The case as it will be, as far as that tells what is left of it.
    fn after(&self, effects: &[Effect]) -> After {
        let mut then = self.case.clone();
        for effect in effects {
            if let Effect::PolicyWritten { version, undone } = effect {
                then.steps.retain(|id, _| !undone.contains(id));
                then.policy = Some(PolicyVersion { version: *version, content: self.order.policy.clone() });
            }
        }
        then.returned = then.returned.filter(|returned| returned.to_step != self.step.id);
        After { case: then, outcome: self.order.outcome }
    }
}

/// A case after a step that came to this.
struct After {
    case: Case,
    outcome: Outcome,
}

impl After {
    /// Whether nothing needed is left after this step, and something was needed: a case of which everything may be done or
    /// left is not ended by doing one thing.
    fn nothing_is_left(&self, doing: &Doing<'_>) -> bool {
        let Doing { procedure, step, .. } = *doing;
        let (case, guideline) = (&self.case, doing.desk.guideline);
        let has_needed = procedure.steps.iter().any(|s| s.strength.is_needed() && case.applies(s, guideline));
        let needed_left = case.needed(procedure, guideline).into_iter().any(|s| s.id != step.id);
        has_needed && !needed_left && case.returned.is_none() && !self.goes_on(procedure, guideline, step)
    }

    /// Whether something that could have been left was begun, and what comes after it is still to be done or left.
    fn goes_on(&self, procedure: &Procedure, guideline: &Guideline, step: &Step) -> bool {
        let outcome = |id: &str| {
            if id == step.id { Some(self.outcome) } else { self.case.steps.get(id).map(|done| done.outcome) }
        };
        let begun = |id: &str| {
            let optional = procedure.step(id).is_some_and(|former| !former.strength.is_needed());
            optional && outcome(id) == Some(Outcome::Done)
        };
        procedure.steps.iter().any(|next| {
            let missing = self.case.missing_before(next, procedure, guideline);
            outcome(&next.id).is_none()
                && self.case.applies(next, guideline)
                && next.after.iter().any(|edge| begun(&edge.step))
                && missing.iter().all(|edge| edge.step == step.id)
        })
    }
}
