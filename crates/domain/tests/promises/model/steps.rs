//! Promises 2, 3, 4 and 5: order, persons, numbers, and that what goes out is what was looked at.

use std::collections::BTreeSet;

use domain::case::{Count, Outcome, Urgency};
use domain::entry::{Actor, Effect, Entry, Fact, Private};
use domain::evidence::Evidence;
use domain::guideline::{
    Block, Designation, Guideline, Holder, ItemKind, Procedure, Replies, RowSource, Step, StepKind, Strength, When,
};
use domain::id::{CaseId, UnitId};
use domain::listing::ListingRecord;
use domain::office::Post;
use domain::policy::Policy;
use domain::refusal::{Refusal, RefusalKind};
use domain::register::Register;
use jiff::civil::Date;

use super::{Breach, Model, OwnCase, breach};
use crate::generator::Deed;
use crate::generator::addresses::identity;
use crate::world::{answerable, looks_at_policy};

/// The steps that come after this one, directly or not, without itself.
pub fn resting_on(procedure: &Procedure, id: &str) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut open = vec![id.to_owned()];
    while let Some(former) = open.pop() {
        let next = procedure.steps.iter().filter(|s| s.after.iter().any(|a| a.step == former));
        open.extend(next.filter(|s| found.insert(s.id.clone())).map(|s| s.id.clone()));
    }
    found.remove(id);
    found
}

impl OwnCase {
    fn applies(&self, step: &Step, guideline: &Guideline) -> bool {
        step.when.iter().all(|when| match when {
            When::Shared => self.units.len() > 1,
            When::Further => self.count == Count::Further,
            When::Emergency => self.urgency == Urgency::Emergency,
            When::NotEmergency => self.urgency != Urgency::Emergency,
            When::NoReplies => {
                let policy = self.draft.as_ref().and_then(|d| d.policy.as_ref());
                let stance = policy.and_then(|p| p.reply.as_ref()).map(|r| r.stance.as_str());
                let items = guideline.policy_items.iter().filter(|i| i.kind == ItemKind::Reply);
                let mut stances = items.flat_map(|i| &i.stances);
                stances.any(|s| Some(s.id.as_str()) == stance && s.replies == Replies::None)
            }
        })
    }

    /// The former steps of this one that belong to the case and are not done.
    fn missing(&self, step: &Step, procedure: &Procedure, guideline: &Guideline) -> Vec<String> {
        let formers = procedure.steps.iter().filter(|f| step.after.iter().any(|a| a.step == f.id));
        let open = formers.filter(|f| !self.steps.contains_key(&f.id) && self.applies(f, guideline));
        open.map(|f| f.id.clone()).collect()
    }
}

impl Model {
    pub(super) fn judge_step(&self, deed: &Deed, entry: &Entry, private: &Private) -> Vec<Breach> {
        let Fact::StepDone { case: id, step: step_id, step_kind, outcome, evidence, effects, .. } = &entry.fact else {
            return Vec::new();
        };
        let known = self.cases.get(id).and_then(|case| {
            let (guideline, procedure) = self.guideline_of(case)?;
            Some((case, guideline, procedure, procedure.step(step_id)?))
        });
        let Some((case, guideline, procedure, step)) = known else {
            return vec![breach(2, format!("{id}/{step_id} is a step of no known case"))];
        };
        let mut found = Vec::new();
        if *step_kind != step.kind {
            found.push(breach(2, format!("{step_id} is recorded as {step_kind:?}")));
        }
        // Once a case is complete, only what nothing waited for may still come, once.
        let waited_for = matches!(step.strength, Strength::Must | Strength::InPrinciple | Strength::None);
        let comes_later = case.completed && !waited_for && !case.steps.contains_key(step_id);
        if !(case.open || comes_later) || !case.applies(step, guideline) {
            found.push(breach(2, format!("{id}/{step_id} does not belong to the case now")));
        }
        let missing = case.missing(step, procedure, guideline);
        if !missing.is_empty() {
            found.push(breach(2, format!("{id}/{step_id} was done before {missing:?}")));
        }
        found.extend(judge_dates(case, step, entry.effective_on, deed.today));
        found.extend(self.judge_person(case, guideline, step, entry));
        found.extend(self.judge_yes(id, case, step, entry));
        found.extend(judge_last_day(case, guideline, procedure, step, *outcome));
        let done = *outcome == Outcome::Done;
        found.extend(self.judge_listing(case, step, effects, done));
        if done && step.kind == StepKind::Designate {
            found.extend(self.judge_designation(guideline, evidence, effects, entry.effective_on));
        }
        found.extend(self.judge_number(case, guideline, step, effects, done));
        if step.kind == StepKind::List && done {
            found.extend(judge_policy(case, procedure, step, private));
        }
        found
    }

    pub(super) fn judge_return(&self, deed: &Deed, entry: &Entry) -> Vec<Breach> {
        let Fact::StepReturned { case: id, step: step_id, to_step, .. } = &entry.fact else { return Vec::new() };
        let known = self.cases.get(id).and_then(|case| {
            let (guideline, procedure) = self.guideline_of(case)?;
            Some((case, guideline, procedure, procedure.step(step_id)?))
        });
        let Some((case, guideline, procedure, step)) = known else {
            return vec![breach(2, format!("{id}/{step_id} returns no known case"))];
        };
        let mut found = Vec::new();
        let standing = case.open && case.applies(step, guideline) && !case.steps.contains_key(step_id);
        if !standing
            || !case.missing(step, procedure, guideline).is_empty()
            || step.returns_to.as_ref() != Some(to_step)
        {
            found.push(breach(2, format!("{id}/{step_id} cannot send back now")));
        }
        found.extend(judge_dates(case, step, entry.effective_on, deed.today));
        found.extend(
            self.judge_person(case, guideline, step, entry).into_iter().filter(|b| !b.what.contains("drafted")),
        );
        found
    }

    /// A refusal for a wrong order is given exactly when the order is wrong.
    pub(super) fn judge_refused_order(&self, id: &CaseId, step_id: &str, refusal: &Refusal) -> Option<Breach> {
        let case = self.cases.get(id)?;
        let (guideline, procedure) = self.guideline_of(case)?;
        let step = procedure.step(step_id)?;
        let missing = case.missing(step, procedure, guideline);
        let earlier =
            matches!(refusal.kind, RefusalKind::Ended | RefusalKind::NotApplicable | RefusalKind::AlreadyDone);
        let says_so = refusal.kind == RefusalKind::OutOfOrder;
        (!earlier && says_so == missing.is_empty())
            .then(|| breach(2, format!("{id}/{step_id}: missing {missing:?}, refused for {:?}", refusal.kind)))
    }

    /// Who did it: in that post on that day, in a role of the step, of sufficient rank, and not on their own draft.
    fn judge_person(&self, case: &OwnCase, guideline: &Guideline, step: &Step, entry: &Entry) -> Vec<Breach> {
        let (Some(post), Actor::Officer { post: actor }) = (answerable(entry), &entry.actor) else {
            return vec![breach(3, format!("{} was done by nobody", step.id))];
        };
        let day = entry.effective_on;
        let mut found: Vec<Breach> =
            [post, actor].iter().filter_map(|p| self.office.objection(p, day)).map(|what| breach(3, what)).collect();
        if !self.may(case, guideline, step, post, day) {
            let promise = self.promise_of(case, guideline, step, post, day);
            found.push(breach(promise, format!("{} may not do {} on {day}", post.position, step.id)));
        }
        for former in step.second_person.iter().flat_map(|s| &s.than) {
            if case.steps.get(former).is_some_and(|done| done.person == post.person) {
                found.push(breach(3, format!("{} drafted what they decide in {}", post.person, step.id)));
            }
        }
        found
    }

    /// The sharing units of whose heads one says yes here, and all that are asked; `None` where one person's yes is enough.
    pub(super) fn says_yes(&self, id: &CaseId, step: &str, entry: &Entry) -> Option<(Vec<UnitId>, Vec<UnitId>)> {
        let case = self.cases.get(id)?;
        let (guideline, procedure) = self.guideline_of(case)?;
        let step = procedure.step(step)?;
        let rule = |role: &String| guideline.roles.iter().find(|r| r.id == *role).map(|r| &r.holder);
        let of_heads = step.by.iter().all(|role| rule(role) == Some(&Holder::SharingUnitHead));
        let asked = self.accounts.get(&case.account)?.units.get(1..)?.to_vec();
        if !matches!(step.kind, StepKind::Decide | StepKind::Consult) || !of_heads || asked.len() < 2 {
            return None;
        }
        let unit = answerable(entry)?.unit.clone();
        Some((asked.iter().filter(|asked| **asked == unit).cloned().collect(), asked))
    }

    /// Each sharing unit says its own yes, once.
    fn judge_yes(&self, id: &CaseId, case: &OwnCase, step: &Step, entry: &Entry) -> Option<Breach> {
        let (units, _) = self.says_yes(id, &step.id, entry)?;
        let again = case.yes.get(&step.id).is_some_and(|(said, _)| units.iter().any(|unit| said.contains(unit)));
        (units.is_empty() || again)
            .then(|| breach(3, format!("{units:?} say yes to {} again, or nobody does", step.id)))
    }

    fn may(&self, case: &OwnCase, guideline: &Guideline, step: &Step, post: &Post, day: Date) -> bool {
        let units = self.accounts.get(&case.account).map_or(&[][..], |a| &a.units);
        self.fills_one(case, guideline, step, post, units, day)
    }

    /// Whether a post has one of the step's roles, were the account these units'.
    pub(super) fn fills_one(
        &self,
        case: &OwnCase,
        guideline: &Guideline,
        step: &Step,
        post: &Post,
        units: &[UnitId],
        day: Date,
    ) -> bool {
        let designated = self.accounts.get(&case.account).map_or(&[][..], |a| &a.designated);
        step.by.iter().filter_map(|id| guideline.roles.iter().find(|r| r.id == *id)).any(|role| {
            let tall = role.floor.as_ref().is_none_or(|floor| is_tall(guideline, &post.rank, &floor.rank));
            tall && self.office.fills(post, &role.holder, units, designated, day)
        })
    }

    /// A designation names both, in posts they hold on that day, the approver of sufficient rank.
    fn judge_designation(
        &self,
        guideline: &Guideline,
        evidence: &Evidence,
        effects: &[Effect],
        day: Date,
    ) -> Option<Breach> {
        let Evidence::Designation { poster, approver } = evidence else { return None };
        let named = effects.iter().find_map(|e| match e {
            Effect::Designated { designated } => Some(designated),
            _ => None,
        });
        let Some(named) = named else { return Some(breach(3, "a designation names nobody")) };
        let both = [(Designation::Poster, poster), (Designation::Approver, approver)];
        let right = both.iter().all(|(role, person)| {
            named.iter().any(|d| d.role == *role && d.person == **person && self.office.stands(d, day))
        });
        let floor = guideline.roles.iter().find(|r| r.holder == Holder::Designated(Designation::Approver));
        let floor = floor.and_then(|r| r.floor.as_ref());
        let position = named.iter().find(|d| d.role == Designation::Approver).map(|d| &d.position);
        let rank = position.and_then(|p| self.office.rank(p)).unwrap_or_default();
        let tall = floor.is_none_or(|floor| is_tall(guideline, rank, &floor.rank));
        (!right || !tall || poster == approver).then(|| breach(3, format!("{named:?} cannot be designated on {day}")))
    }

    /// Numbers are given by the step that receives, where the guideline numbers, once an account, never twice.
    fn judge_number(
        &self,
        case: &OwnCase,
        guideline: &Guideline,
        step: &Step,
        effects: &[Effect],
        done: bool,
    ) -> Vec<Breach> {
        let given: Vec<(&String, u64)> = effects
            .iter()
            .filter_map(|e| match e {
                Effect::Numbered { number, serial } => Some((number, *serial)),
                _ => None,
            })
            .collect();
        let has_one = self.accounts.get(&case.account).is_some_and(|a| a.number.is_some());
        let due = step.kind == StepKind::Receive && done && guideline.numbering.is_some() && !has_one;
        let mut found = Vec::new();
        if given.len() != usize::from(due) {
            found.push(breach(4, format!("{} gives {} numbers", step.id, given.len())));
        }
        for (number, serial) in given {
            if self.numbers.contains(number) || serial <= self.serial {
                found.push(breach(4, format!("{number} ({serial}) was given before")));
            }
        }
        found
    }

    pub(super) fn numbers_agree(&self, register: &Register) -> Option<Breach> {
        let held: BTreeSet<String> = register.numbers.keys().cloned().collect();
        let of_accounts: Vec<&String> = register.accounts.values().filter_map(|a| a.number.as_ref()).collect();
        let distinct: BTreeSet<&&String> = of_accounts.iter().collect();
        (held != self.numbers || distinct.len() != of_accounts.len())
            .then(|| breach(4, format!("{held:?} are held, {:?} were given", self.numbers)))
    }

    /// The steps that stand are those that the model says; a decision that outlives its policy is the fifth promise's.
    pub(super) fn steps_agree(&self, register: &Register) -> Option<Breach> {
        for (id, own) in &self.cases {
            let there = register.cases.get(id);
            let held: BTreeSet<&String> = there.map(|c| c.steps.keys().collect()).unwrap_or_default();
            let wanted: BTreeSet<&String> = own.steps.keys().collect();
            if held == wanted {
                continue;
            }
            let rewritten = own.returned.is_none() && held.difference(&wanted).next().is_some();
            let promise = if rewritten { 5 } else { 2 };
            return Some(breach(promise, format!("{id}: {held:?} stand instead of {wanted:?}")));
        }
        None
    }
}

/// A filing whose paper says until when the account is used is made when that is known.
fn judge_last_day(
    case: &OwnCase,
    guideline: &Guideline,
    procedure: &Procedure,
    step: &Step,
    outcome: Outcome,
) -> Option<Breach> {
    let form = guideline.forms.iter().find(|form| step.form.as_ref() == Some(&form.id))?;
    let says = |block: &Block| match block {
        Block::Table { rows } => rows.iter().any(|row| row.source == RowSource::StopDay),
        _ => false,
    };
    let later = resting_on(procedure, &step.id);
    let open = procedure.steps.iter().any(|last| {
        last.kind == StepKind::Stop
            && !later.contains(&last.id)
            && case.applies(last, guideline)
            && !case.steps.contains_key(&last.id)
    });
    let filed = step.kind == StepKind::File && outcome == Outcome::Done;
    (filed && form.blocks.iter().any(says) && open).then(|| breach(5, format!("{} says no last day", step.id)))
}

fn judge_dates(case: &OwnCase, step: &Step, on: Date, today: Date) -> Vec<Breach> {
    let formers = step.after.iter().filter_map(|a| case.steps.get(&a.step)).map(|done| done.on);
    let back = case.returned.iter().filter(|(to, _)| *to == step.id).map(|(_, on)| *on);
    let again = case.last_draft.iter().filter(|_| step.kind == StepKind::Draft).copied();
    let latest = formers.chain(back).chain(again).chain([case.opened_on]).max();
    if on > today || latest.is_some_and(|latest| on < latest) {
        return vec![breach(2, format!("{} is dated {on}, after {latest:?} and today {today}", step.id))];
    }
    Vec::new()
}

/// What is listed is the policy that everybody before looked at last, and the record says what it says.
fn judge_policy(case: &OwnCase, procedure: &Procedure, step: &Step, private: &Private) -> Vec<Breach> {
    let mut found = Vec::new();
    let Some(policy) = case.draft.as_ref().and_then(|d| d.policy.as_ref()) else {
        return vec![breach(5, "a policy is listed that nobody wrote")];
    };
    let bytes = case.draft.as_ref().and_then(super::OwnDraft::bytes);
    let before =
        procedure.steps.iter().filter(|s| looks_at_policy(s.kind) && resting_on(procedure, &s.id).contains(&step.id));
    let mut looked = 0;
    for former in before.filter_map(|s| case.steps.get(&s.id)) {
        looked += 1;
        if former.before_them != bytes {
            found.push(breach(5, format!("{} lists another policy than was looked at", step.id)));
        }
    }
    if looked == 0 {
        found.push(breach(5, format!("nobody looked at what {} lists", step.id)));
    }
    let record = private.listing.as_deref().and_then(|r| serde_json::from_str::<ListingRecord>(r).ok());
    let Some(record) = record else {
        found.push(breach(10, "a listing without its record"));
        return found;
    };
    if !says(&record, policy, case.acquired.as_deref()) {
        found.push(breach(5, format!("the record says another thing than the policy: {record:?}")));
    }
    found
}

/// Whether a record carries the policy's own words.
fn says(record: &ListingRecord, policy: &Policy, acquired: Option<&str>) -> bool {
    let url = acquired.or(policy.url.as_deref()).unwrap_or_default();
    let rows = |words: &Option<String>| {
        words.as_ref().is_none_or(|w| w.is_empty() || record.policy.iter().any(|row| row.text.contains(w.as_str())))
    };
    policy.account_name.as_deref() == Some(record.name.as_str())
        && policy.purpose.as_deref() == Some(record.purpose.as_str())
        && identity(&record.url) == identity(url)
        && rows(&policy.account_name)
        && rows(&policy.purpose)
}

fn is_tall(guideline: &Guideline, rank: &str, floor: &str) -> bool {
    let height = |id: &str| guideline.ranks.iter().position(|r| r.id == id);
    height(rank).zip(height(floor)).is_some_and(|(rank, floor)| rank >= floor)
}
