//! The hand-written table of an opening, and the answer that follows from it. Knows nothing of the kernel's rules.

use std::collections::{BTreeMap, BTreeSet};

use domain::refusal::RefusalKind;
use jiff::civil::Date;
use serde::Deserialize;

use crate::town::Kind;

pub const PRACTICE: &str = "市の運用";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub title: String,
    groups: BTreeMap<String, Vec<Kind>>,
    #[serde(rename = "step")]
    pub steps: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub id: String,
    by: Vec<String>,
    clause: String,
    #[serde(default)]
    after: Vec<Edge>,
    #[serde(default)]
    when: Option<When>,
    #[serde(default = "yes")]
    needed: bool,
    #[serde(default)]
    again: Option<String>,
    /// Where it may send the case back to instead.
    #[serde(default)]
    pub returns_to: Option<String>,
    #[serde(default)]
    other_than: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edge {
    step: String,
    clause: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    Shared,
    NoReplies,
}

fn yes() -> bool {
    true
}

/// A case as the table sees it: what was done, by whom, on which day.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct State {
    pub done: BTreeMap<String, (Date, &'static str)>,
    pub shared: bool,
    /// Whether the policy written last gives no individual replies; `None` before the first.
    pub no_replies: Option<bool>,
    pub opened_on: Date,
    pub returned_on: Option<Date>,
    pub withdrawn: bool,
}

/// What the table says of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Allowed,
    /// Refused, under one of these clauses; under none where the text has nothing to do with it.
    Refused(RefusalKind, BTreeSet<String>),
}

/// Who acts: the person, and every kind of actor that this person is on the day.
#[derive(Debug, Clone)]
pub struct Who {
    pub person: &'static str,
    pub kinds: Vec<Kind>,
}

pub fn no(kind: RefusalKind) -> Answer {
    Answer::Refused(kind, BTreeSet::new())
}

fn under<'c>(kind: RefusalKind, clauses: impl IntoIterator<Item = &'c String>) -> Answer {
    Answer::Refused(kind, clauses.into_iter().cloned().collect())
}

impl Table {
    pub fn read(text: &str) -> Self {
        toml::from_str(text).expect("the table can be read")
    }

    pub fn row(&self, step: &str) -> &Row {
        self.steps.iter().find(|s| s.id == step).expect("the table has the step")
    }

    pub fn has(&self, step: &str) -> bool {
        self.steps.iter().any(|s| s.id == step)
    }

    /// The steps that have to come before a step.
    pub fn before(&self, step: &str) -> impl Iterator<Item = &String> {
        self.row(step).after.iter().map(|e| &e.step)
    }

    /// The answer to: may this person do this step now? Asked in the order that people are told.
    pub fn answer(&self, state: &State, step: &str, who: &Who) -> Answer {
        if let Some(refused) = self.order(state, step) {
            return refused;
        }
        let refused = self.role(state, step, who).or_else(|| self.second_person(state, step, who.person));
        refused.unwrap_or(Answer::Allowed)
    }

    /// Whether the step can be done now, whoever does it.
    pub fn order(&self, state: &State, step: &str) -> Option<Answer> {
        let row = self.row(step);
        // What nothing waits for may still come once the case is complete: a badge that is obtained later.
        let comes_later = !row.needed && !state.done.contains_key(step) && !state.withdrawn;
        if self.ended(state) && !comes_later {
            return Some(no(RefusalKind::Ended));
        }
        if !Self::applies(row, state) {
            return Some(under(RefusalKind::NotApplicable, [&row.clause]));
        }
        let again = row.again.as_ref().is_some_and(|until| !state.done.contains_key(until));
        if state.done.contains_key(step) && !again {
            return Some(no(RefusalKind::AlreadyDone));
        }
        let missing: Vec<&Edge> = row.after.iter().filter(|e| self.is_missing(e, state)).collect();
        (!missing.is_empty()).then(|| under(RefusalKind::OutOfOrder, missing.iter().map(|e| &e.clause)))
    }

    /// Whether it is not this person's to do.
    pub fn role(&self, state: &State, step: &str, who: &Who) -> Option<Answer> {
        let row = self.row(step);
        (!who.kinds.iter().any(|kind| self.may(row, *kind, state))).then(|| self.not_yours(step))
    }

    /// Whether it has to be another person than the one who did something before.
    pub fn second_person(&self, state: &State, step: &str, person: &str) -> Option<Answer> {
        let same = |id: &String| state.done.get(id).is_some_and(|(_, by)| *by == person);
        let row = self.row(step);
        row.other_than.iter().any(same).then(|| under(RefusalKind::SecondPerson, [&PRACTICE.to_owned()]))
    }

    /// Whether the day cannot be: after today, before the case, before what it rests on.
    pub fn day(&self, state: &State, step: &str, on: Date, today: Date) -> Option<Answer> {
        if on > today || on < state.opened_on {
            return Some(no(RefusalKind::WrongDate));
        }
        let row = self.row(step);
        let late = |e: &&Edge| state.done.get(&e.step).is_some_and(|(day, _)| on < *day);
        let broken: Vec<&Edge> = row.after.iter().filter(late).collect();
        if !broken.is_empty() {
            return Some(under(RefusalKind::WrongDate, broken.iter().map(|e| &e.clause)));
        }
        let former = state.done.get(step).map(|(day, _)| *day).max(state.returned_on.filter(|_| row.again.is_some()));
        former.is_some_and(|day| on < day).then(|| no(RefusalKind::WrongDate))
    }

    /// What a step takes with it when it is done anew or gone back to: itself and all that rests on it.
    pub fn undone_by(&self, step: &str) -> BTreeSet<String> {
        let mut gone = BTreeSet::from([step.to_owned()]);
        loop {
            let rests = |row: &&Row| row.after.iter().any(|e| gone.contains(&e.step));
            let more: BTreeSet<String> = self.steps.iter().filter(rests).map(|r| r.id.clone()).collect();
            if more.is_subset(&gone) {
                return gone;
            }
            gone.extend(more);
        }
    }

    /// Whether nothing more can be done: withdrawn, or every needed step is done.
    pub fn ended(&self, state: &State) -> bool {
        let open = |row: &&Row| row.needed && Self::applies(row, state) && !state.done.contains_key(&row.id);
        state.withdrawn || !self.steps.iter().any(|row| open(&row))
    }

    /// Whether the person belongs to a group of the table.
    pub fn is_of_group(&self, group: &str, who: &Who, state: &State) -> bool {
        who.kinds.iter().any(|k| self.groups[group].contains(k) && (state.shared || !k.only_when_shared()))
    }

    /// The refusal of somebody whose step this is not.
    pub fn not_yours(&self, step: &str) -> Answer {
        under(RefusalKind::NotYours, [&self.row(step).clause])
    }

    fn may(&self, row: &Row, kind: Kind, state: &State) -> bool {
        if kind.only_when_shared() && !state.shared {
            return false;
        }
        row.by.iter().any(|by| match self.groups.get(by) {
            Some(group) => group.contains(&kind),
            None => *by == kind.word(),
        })
    }

    fn is_missing(&self, edge: &Edge, state: &State) -> bool {
        Self::applies(self.row(&edge.step), state) && !state.done.contains_key(&edge.step)
    }

    /// What the stance on replies asks for is known once the policy is written.
    fn applies(row: &Row, state: &State) -> bool {
        match row.when {
            None => true,
            Some(When::Shared) => state.shared,
            Some(When::NoReplies) => state.no_replies == Some(true),
        }
    }
}
