//! Tasks (やること): the steps of a case that wait for somebody now. A view, never a record of its own.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::{self, Closures};
use crate::case::{Case, CaseState};
use crate::guideline::{Guideline, Procedure, Role, Step, Within};
use crate::id::{PersonId, UnitId};
use crate::office::{Around, HolderKey, Office, Post};

/// How many open days before its day a step counts as due soon; 市の運用. Who is told so finds it among what is due soon.
pub const SOON: u16 = 3;

/// A step that waits for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Task<'g> {
    /// The step.
    pub step: &'g Step,
    /// The keys of those who may do it; nobody may, where a designation is still to be made.
    pub waits_for: BTreeSet<String>,
    /// Who may not do it although they have the key, because they did what it is to be checked against.
    pub not_by: BTreeSet<PersonId>,
    /// Since when it has been open.
    pub open_since: Date,
    /// By when, where the guideline says so.
    pub due: Option<Due>,
}

/// By when a step is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The last day.
    pub day: Date,
    /// The day from which it was counted.
    pub counted_from: Date,
    /// How many open days were counted; as in force when the counting began.
    pub open_days: u32,
    /// The clause, or 市の運用, that the figure comes from.
    pub basis: String,
}

/// The tasks of a case, around its account.
///
/// What has to be done, or is done as a rule, is a task. What somebody is free to do (an effort, a power, as needed) is
/// none while anything else is open: it would fill everybody's list for ever. Where such a step is all that is open, the
/// case waits for it alone, and it is one. `interval` says how many open days hold for a period that begins on a day.
pub fn tasks<'g>(
    case: &Case,
    around: Around<'_>,
    procedure: &'g Procedure,
    guideline: &'g Guideline,
    interval: impl Fn(&Step, &Within, Date) -> u32,
) -> Vec<Task<'g>> {
    if case.state != CaseState::Open {
        return Vec::new();
    }
    let open = case.open_steps(procedure, guideline);
    let needed = |step: &&&Step| step.strength.is_needed();
    let alone = open.iter().find(|step| needed(step)).is_none();
    let keys = |step: &Step| {
        let units = case.units_asked(step, around.units);
        let roles = step.by.iter().filter_map(|id| guideline.role(id));
        roles.flat_map(|role| keys_of_role(role, Around { units: &units, ..around })).collect()
    };
    open.iter()
        .filter(|step| alone || needed(step))
        .map(|step| Task {
            step,
            waits_for: keys(step),
            not_by: case.not_by(step).into_iter().cloned().collect(),
            open_since: open_since(step, case),
            due: due(step, case, &interval),
        })
        .collect()
}

/// The keys that a person satisfies on a day, with those of roles that ask for a rank.
///
/// `guidelines` are those that running cases may rest on: which ranks are floors, and which rank is how high.
pub fn keys_of_person(office: &Office, guidelines: &[&Guideline], person: &PersonId, day: Date) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for post in office.posts_of(person, day) {
        let floors = floors_met(guidelines, &post);
        for key in office.keys_of(&post, day) {
            keys.extend(floors.iter().map(|rank| with_floor(&key, rank)));
            keys.insert(key.to_string());
        }
    }
    keys
}

/// The key under which a unit sees the open steps of its own cases.
pub fn unit_key(unit: &UnitId) -> String {
    format!("unit:{unit}")
}

fn keys_of_role(role: &Role, around: Around<'_>) -> Vec<String> {
    let keys = HolderKey::of_rule(&role.holder, around);
    keys.iter()
        .map(|key| role.floor.as_ref().map_or_else(|| key.to_string(), |floor| with_floor(key, &floor.rank)))
        .collect()
}

fn with_floor(key: &HolderKey, rank: &str) -> String {
    format!("{key}≧{rank}")
}

fn floors_met(guidelines: &[&Guideline], post: &Post) -> BTreeSet<String> {
    let met = |guideline: &&&Guideline| {
        let floors = guideline.roles.iter().filter_map(|role| role.floor.as_ref());
        let met = floors.filter(|floor| guideline.reaches(&post.rank, floor));
        met.map(|floor| floor.rank.clone()).collect::<Vec<_>>()
    };
    guidelines.iter().flat_map(|guideline| met(&guideline)).collect()
}

fn open_since(step: &Step, case: &Case) -> Date {
    let before = step.after.iter().filter_map(|edge| case.steps.get(&edge.step)).map(|done| done.on);
    let returned = case.returned.iter().filter(|returned| returned.to_step == step.id).map(|returned| returned.on);
    before.chain(returned).max().unwrap_or(case.opened_on)
}

/// By when a step of a case is to be done, where the guideline says so and the counting has begun: with the step that the
/// guideline names, and for what ends an account not before the last day of its use.
pub fn due(step: &Step, case: &Case, interval: &impl Fn(&Step, &Within, Date) -> u32) -> Option<Due> {
    let within = step.within.as_ref()?;
    let named = case.steps.get(&within.from)?.counts_from();
    let last_day = case.last_day().filter(|_| step.kind.ends_use());
    let counted_from = last_day.map_or(named, |last_day| last_day.max(named));
    let open_days = interval(step, within, counted_from);
    let days = u16::try_from(open_days).unwrap_or(u16::MAX);
    let day = calendar::add_open_days(counted_from, days, &Closures::default());
    Some(Due { day, counted_from, open_days, basis: within.basis.shown() })
}
