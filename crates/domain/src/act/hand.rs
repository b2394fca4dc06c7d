//! How somebody can put a hand to a step today: what pages and commands offer. Whether it is then done is decided by the step
//! itself, by the same rules.

use jiff::civil::Date;

use crate::case::{Case, CaseState};
use crate::evidence::EvidenceKind;
use crate::guideline::{Guideline, Holder, Procedure, Role, Step};
use crate::id::PersonId;
use crate::office::{Around, Office, Post, each_once};

/// How somebody can put a hand to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// The step is theirs.
    Own,
    /// They record a decision that was made in the city's own document system.
    Records,
    /// They enter what came on paper.
    Enters,
}

/// What it depends on who can put a hand to the steps of a case: its rules, and the office of a day around its account.
#[derive(Debug, Clone, Copy)]
pub struct Hands<'a> {
    /// The case.
    pub case: &'a Case,
    /// Its procedure.
    pub procedure: &'a Procedure,
    /// The guideline that it began with.
    pub guideline: &'a Guideline,
    /// The office.
    pub office: &'a Office,
    /// Around what roles are resolved.
    pub around: Around<'a>,
    /// The day.
    pub day: Date,
}

impl Hands<'_> {
    /// How a person can put a hand to a step, if it is open; `None` where somebody else does it.
    pub fn of(&self, person: &PersonId, step: &Step) -> Option<Hand> {
        let posts = self.office.posts_of(person, self.day);
        let theirs = |step: &Step| posts.iter().any(|post| self.fills(post, step));
        if theirs(step) && !self.case.not_by(step).contains(person) {
            return Some(Hand::Own);
        }
        let of_unit = || {
            let unit = |post: &Post| self.office.fills(post, &Holder::OwningUnitStaff, self.around, self.day);
            posts.iter().any(unit) || theirs(step)
        };
        let somebody = || !self.able(step).is_empty();
        match step.kind.evidence() {
            EvidenceKind::Decision if of_unit() && somebody() => Some(Hand::Records),
            EvidenceKind::Filing if somebody() => {
                self.procedure.receiving(step).filter(|next| theirs(next)).map(|_| Hand::Enters)
            }
            EvidenceKind::Decision
            | EvidenceKind::Filing
            | EvidenceKind::Plain
            | EvidenceKind::Policy
            | EvidenceKind::Acquisition
            | EvidenceKind::Receipt
            | EvidenceKind::Listing
            | EvidenceKind::Profile
            | EvidenceKind::Place
            | EvidenceKind::Badge
            | EvidenceKind::Terminal
            | EvidenceKind::Security
            | EvidenceKind::Designation
            | EvidenceKind::Clauses
            | EvidenceKind::Stop
            | EvidenceKind::Record => None,
        }
    }

    /// How a person can put a hand to a step now: what is offered.
    pub fn offered(&self, person: &PersonId, step: &Step) -> Option<Hand> {
        let is_open = || self.case.open_steps(self.procedure, self.guideline).iter().any(|open| open.id == step.id);
        let again = || {
            self.case.state == CaseState::Open
                && self.case.redrafts(step, self.procedure)
                && self.case.applies(step, self.guideline)
                && self.case.missing_before(step, self.procedure, self.guideline).is_empty()
        };
        let waits = self.case.waits_until(step, self.day).is_some()
            || self.case.lacks_last_day(step, self.procedure, self.guideline).is_some();
        if waits || !(is_open() || again()) {
            return None;
        }
        self.of(person, step)
    }

    /// Whoever may do a step on the day, each person once.
    pub fn able(&self, step: &Step) -> Vec<Post> {
        each_once(self.posts_able(step))
    }

    /// The posts in which a step may be done on the day: in its role, of the rank, and not barred by what was done before.
    pub fn posts_able(&self, step: &Step) -> Vec<Post> {
        let barred = self.case.not_by(step);
        let units = self.case.units_asked(step, self.around.units);
        let around = Around { units: &units, ..self.around };
        let mut found: Vec<Post> = Vec::new();
        for role in self.roles(step) {
            for post in self.office.holders(&role.holder, around, self.day) {
                let fits = is_high_enough(role, &post, self.guideline) && !barred.contains(&post.person);
                if fits && !found.contains(&post) {
                    found.push(post);
                }
            }
        }
        found
    }

    /// Whether a person can withdraw the case.
    pub fn withdraws(&self, person: &PersonId) -> bool {
        let posts = self.office.posts_of(person, self.day);
        let of_unit = |post: &Post| self.office.fills(post, &Holder::OwningUnitStaff, self.around, self.day);
        self.case.state == CaseState::Open && !self.case.is_published() && posts.iter().any(of_unit)
    }

    fn fills(&self, post: &Post, step: &Step) -> bool {
        let units = self.case.units_asked(step, self.around.units);
        let around = Around { units: &units, ..self.around };
        self.roles(step).any(|role| {
            self.office.fills(post, &role.holder, around, self.day) && is_high_enough(role, post, self.guideline)
        })
    }

    fn roles<'s>(&'s self, step: &'s Step) -> impl Iterator<Item = &'s Role> {
        step.by.iter().filter_map(|id| self.guideline.role(id))
    }
}

fn is_high_enough(role: &Role, post: &Post, guideline: &Guideline) -> bool {
    role.floor.as_ref().is_none_or(|floor| guideline.reaches(&post.rank, floor))
}
