//! Whose an account is: no act by a unit without a role changes another unit's account.

use domain::entry::{AccountOrigin, Actor, Entry, Fact};
use domain::guideline::{Guideline, Holder, Procedure, Step, StepKind};
use domain::id::{AccountId, CaseId, UnitId};
use domain::office::Post;
use domain::subject::Subject;
use jiff::civil::Date;

use super::{Breach, Model, OwnCase, breach};

impl Model {
    /// A case about a known account is one of its own units', and begun by them or by whoever has a part in it.
    pub(super) fn judge_owners(&self, entry: &Entry) -> Option<Breach> {
        let Fact::CaseOpened {
            case,
            procedure,
            subject: Subject::Account(id),
            origin: AccountOrigin::Known,
            units,
            ..
        } = &entry.fact
        else {
            return None;
        };
        let account = self.accounts.get(id)?;
        if account.units != *units {
            return Some(breach(11, format!("{case} takes {id} from {:?} to {units:?}", account.units)));
        }
        let guideline = &self.city.rules(entry.guideline.as_ref()?)?.guideline;
        let procedure = guideline.procedure(procedure)?;
        let Actor::Officer { post } = &entry.actor else { return Some(breach(11, format!("nobody begins {case}"))) };
        let parts = parts(procedure, guideline).any(|rule| self.is_part(rule, post, id, entry.effective_on));
        (!parts).then(|| breach(11, format!("{} begins {case} about {id}", post.position)))
    }

    /// A withdrawal is the owners' own.
    pub(super) fn judge_withdrawal(&self, case: &CaseId, entry: &Entry) -> Option<Breach> {
        let account = &self.cases.get(case)?.account;
        let Actor::Officer { post } = &entry.actor else { return Some(breach(11, format!("nobody withdraws {case}"))) };
        let owns = self.is_part(&Holder::OwningUnitStaff, post, account, entry.effective_on);
        (!owns).then(|| breach(11, format!("{} withdraws {case}", post.position)))
    }

    /// Under which promise somebody may not do a step: the eleventh where they own another account than this one.
    pub(super) fn promise_of(&self, case: &OwnCase, guideline: &Guideline, step: &Step, post: &Post, day: Date) -> u8 {
        let own: &[UnitId] = std::slice::from_ref(&post.unit);
        let at_home = self.fills_one(case, guideline, step, post, own, day);
        let opened = self.fills_one(case, guideline, step, post, &case.units, day);
        match step.kind {
            _ if at_home || opened => 11,
            // Only its own role puts an account on the list.
            StepKind::List => 1,
            _ => 3,
        }
    }

    fn is_part(&self, rule: &Holder, post: &Post, account: &AccountId, day: Date) -> bool {
        let Some(account) = self.accounts.get(account) else { return false };
        self.office.fills(post, rule, &account.units, &account.designated, day)
    }
}

/// The rules of those who have a part in a case from its beginning: its units, whoever does a first step, and whoever
/// takes filings in or keeps the list.
fn parts<'g>(procedure: &'g Procedure, guideline: &'g Guideline) -> impl Iterator<Item = &'g Holder> {
    let steps = procedure.steps.iter();
    let steps = steps.filter(|s| s.after.is_empty() || matches!(s.kind, StepKind::Receive | StepKind::List));
    let roles = steps.flat_map(|s| &s.by).filter_map(|id| guideline.roles.iter().find(|role| role.id == *id));
    std::iter::once(&Holder::OwningUnitStaff).chain(roles.map(|role| &role.holder))
}
