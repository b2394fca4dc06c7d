//! Notices: who is told that something concerns them, and when.
//!
//! A notice holds ids, days and counts alone; its words are made when somebody looks ([`Line`], [`text`]), so no name
//! and no free text of a case can be in one. What waits for somebody is the task list's to say; a notice says that
//! something happened.

// A new kind is thought of at every place where it means something.
#![warn(clippy::wildcard_enum_match_arm)]

mod address;
mod timing;
mod words;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::act::Hands;
use crate::calendar::{self, Closures};
use crate::case::Case;
use crate::entry::{Actor, Effect, Entry, Fact};
use crate::guideline::{Guideline, Holder, Step, Within};
use crate::id::{CaseId, GuidelineHash, PersonId, PositionId, UnitId};
use crate::network::NetworkId;
use crate::office::{Around, Office, Post};
use crate::practice::{Practices, open_days};
use crate::subject::Subject;
use crate::task;

pub use address::{AddressProblem, code_digest, mail_address};
pub use timing::{How, Timing, WINDOW, digest_at, timing};
pub use words::{Line, TEXT_MAX, text};

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A step opened to them.
    Waits,
    /// A case came back to them with reasons.
    Returned,
    /// Their case was given its number.
    Numbered,
    /// Their account is on the list, or what the list says of it was revised.
    Listed,
    /// Their account is off the list.
    Delisted,
    /// The case was withdrawn.
    Withdrawn,
    /// They were designated.
    Designated,
    /// A step of theirs is nearly due.
    DueSoon,
    /// A step of theirs is late.
    Late,
}

/// One notice: what happened, in ids, days and counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// The case.
    pub case: CaseId,
    /// What the case is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// The guideline that the case goes by.
    pub guideline: GuidelineHash,
    /// The procedure's id.
    pub procedure: String,
    /// The ids of the steps that are meant.
    pub steps: Vec<String>,
    /// The lead unit.
    pub unit: Option<UnitId>,
    /// The network, once known.
    pub network: Option<NetworkId>,
    /// The number that was given.
    pub number: Option<String>,
    /// By when.
    pub due: Option<Date>,
    /// The position in which the person is told; whoever holds it no longer is told nothing more.
    pub position: PositionId,
}

/// Somebody who is told something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who.
    pub person: PersonId,
    /// Their unit on that day, which a team's chat may belong to.
    pub unit: UnitId,
    /// What.
    pub notice: Notice,
}

/// An entry with the case before and after it.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// The case before, where there was one.
    pub before: Option<&'a Case>,
    /// The case after.
    pub after: &'a Case,
    /// Its account after, where it has one.
    pub account: Option<&'a Account>,
    /// The guideline of the case.
    pub guideline: &'a Guideline,
    /// The office.
    pub office: &'a Office,
    /// Today.
    pub day: Date,
}

impl Scene<'_> {
    /// Who is told what. Whoever acted is told nothing, and what stays in their hands is told to nobody.
    pub fn told(&self) -> Vec<Told> {
        let mut told = Vec::new();
        let fact = &self.entry.fact;
        if let Fact::StepReturned { to_step, .. } = fact
            && let Some(step) = self.step(to_step)
        {
            let notice = self.notice(NoticeKind::Returned, vec![step.id.clone()]);
            let posts = able(step, self.after, self.account, self.guideline, self.office, self.day);
            self.tell(&mut told, posts.into_iter().chain(self.concerned()), &notice);
        } else {
            self.tell_opened(&mut told);
        }
        if let Fact::CaseWithdrawn { .. } = fact {
            let notice = self.notice(NoticeKind::Withdrawn, Vec::new());
            let waited = self.open(self.before).into_iter().flat_map(|step| {
                able(step, self.before.unwrap_or(self.after), self.account, self.guideline, self.office, self.day)
            });
            let posts: Vec<Post> = waited.chain(self.concerned()).collect();
            self.tell(&mut told, posts.into_iter(), &notice);
        }
        if let Fact::StepDone { effects, .. } = fact {
            for effect in effects {
                self.tell_effect(&mut told, effect);
            }
        }
        told
    }

    /// Steps that this entry opened to somebody.
    fn tell_opened(&self, told: &mut Vec<Told>) {
        let open_before: BTreeSet<&str> = self.open(self.before).into_iter().map(|s| s.id.as_str()).collect();
        for step in self.open(Some(self.after)) {
            if open_before.contains(step.id.as_str()) {
                continue;
            }
            let posts = able(step, self.after, self.account, self.guideline, self.office, self.day);
            if posts.iter().any(|post| self.acted(&post.person)) {
                continue;
            }
            let notice = self.notice(NoticeKind::Waits, vec![step.id.clone()]);
            self.tell(told, posts.into_iter(), &notice);
        }
    }

    fn tell_effect(&self, told: &mut Vec<Told>, effect: &Effect) {
        let (kind, number) = match effect {
            Effect::Numbered { number, .. } => (NoticeKind::Numbered, Some(number.clone())),
            Effect::Listed { .. } => (NoticeKind::Listed, None),
            Effect::Suspended | Effect::Delisted | Effect::Closed => (NoticeKind::Delisted, None),
            Effect::Designated { designated } => {
                let notice = self.notice(NoticeKind::Designated, Vec::new());
                let named: Vec<_> = designated.iter().map(|d| (&d.person, &d.position)).collect();
                let posts = self.staff().into_iter().filter(|p| named.contains(&(&p.person, &p.position)));
                self.tell(told, posts, &notice);
                return;
            }
            // Those whose turn it is next are told that the step waits.
            Effect::PolicyWritten { .. }
            | Effect::AccountDescribed { .. }
            | Effect::AddressSet { .. }
            | Effect::Started
            | Effect::CaseCompleted => return,
        };
        let notice = Notice { number, ..self.notice(kind, Vec::new()) };
        self.tell(told, self.concerned().into_iter(), &notice);
    }

    fn tell(&self, told: &mut Vec<Told>, posts: impl Iterator<Item = Post>, notice: &Notice) {
        tell(told, posts.filter(|post| !self.acted(&post.person)), notice);
    }

    fn acted(&self, person: &PersonId) -> bool {
        matches!(&self.entry.actor, Actor::Officer { post } if post.person == *person)
    }

    fn step(&self, id: &str) -> Option<&Step> {
        self.guideline.procedure(&self.after.procedure)?.step(id)
    }

    fn open(&self, case: Option<&Case>) -> Vec<&Step> {
        case.map_or_else(Vec::new, |case| open_needed(case, self.guideline))
    }

    /// Those whose case it is: the head of the owning unit, those who share it, and whoever has worked on it there.
    fn concerned(&self) -> Vec<Post> {
        let case = self.after;
        let mut worked: BTreeSet<&PositionId> = case.acts().map(|(_, done)| &done.by.position).collect();
        worked.insert(&case.opened_by.position);
        let around = around(self.account);
        let heads = [Holder::OwningUnitHead, Holder::SharingUnitHead];
        let is_head = |post: &Post| heads.iter().any(|rule| self.office.fills(post, rule, around, self.day));
        self.staff().into_iter().filter(|post| worked.contains(&post.position) || is_head(post)).collect()
    }

    fn staff(&self) -> Vec<Post> {
        self.office.holders(&Holder::OwningUnitStaff, around(self.account), self.day)
    }

    fn notice(&self, kind: NoticeKind, steps: Vec<String>) -> Notice {
        notice(kind, steps, self.after, self.account)
    }
}

/// Who is told on a day that a step of a running case is nearly due or late.
pub fn due_told(
    case: &Case,
    account: Option<&Account>,
    guideline: &Guideline,
    office: &Office,
    practices: &Practices,
    day: Date,
) -> Vec<Told> {
    let mut told = Vec::new();
    // The same day as the task list shows: a figure that the city set holds here as well.
    let interval = |step: &Step, within: &Within, _: Date| open_days(practices, case, step, within);
    for step in open_needed(case, guideline) {
        let Some(due) = task::due(step, case, &interval).map(|due| due.day) else { continue };
        let kind = if day > due {
            NoticeKind::Late
        } else if due <= calendar::add_open_days(day, task::SOON, &Closures::default()) {
            NoticeKind::DueSoon
        } else {
            continue;
        };
        let notice = Notice { due: Some(due), ..notice(kind, vec![step.id.clone()], case, account) };
        let posts = able(step, case, account, guideline, office, day);
        // One notice a step: its key says which, so that the same day's second look tells nothing twice.
        let mut of_step = Vec::new();
        tell(&mut of_step, posts.into_iter(), &notice);
        told.extend(of_step);
    }
    told
}

/// The posts that can do a step on a day.
fn able(
    step: &Step,
    case: &Case,
    account: Option<&Account>,
    guideline: &Guideline,
    office: &Office,
    day: Date,
) -> Vec<Post> {
    let Some(procedure) = guideline.procedure(&case.procedure) else { return Vec::new() };
    Hands { case, procedure, guideline, office, around: around(account), day }.posts_able(step)
}

fn around(account: Option<&Account>) -> Around<'_> {
    account.map_or(Around::NOTHING, Account::around)
}

/// The steps that wait: open, and needed for the case to be complete. What may be done or left waits for nobody.
fn open_needed<'g>(case: &Case, guideline: &'g Guideline) -> Vec<&'g Step> {
    let Some(procedure) = guideline.procedure(&case.procedure) else { return Vec::new() };
    case.open_steps(procedure, guideline).into_iter().filter(|step| step.strength.is_needed()).collect()
}

fn notice(kind: NoticeKind, steps: Vec<String>, case: &Case, account: Option<&Account>) -> Notice {
    Notice {
        kind,
        case: case.id.clone(),
        subject: case.subject.clone(),
        guideline: case.guideline.clone(),
        procedure: case.procedure.clone(),
        steps,
        unit: case.units.first().cloned(),
        network: account.and_then(|account| account.network.clone()),
        number: None,
        due: None,
        position: PositionId::from(""),
    }
}

/// Tells each person once per kind; several steps that open at once are one notice.
fn tell(told: &mut Vec<Told>, posts: impl Iterator<Item = Post>, notice: &Notice) {
    for post in posts {
        let known = told.iter_mut().find(|t| t.person == post.person && t.notice.kind == notice.kind);
        if let Some(known) = known {
            for step in &notice.steps {
                if !known.notice.steps.contains(step) {
                    known.notice.steps.push(step.clone());
                }
            }
            continue;
        }
        let notice = Notice { position: post.position, ..notice.clone() };
        told.push(Told { person: post.person, unit: post.unit, notice });
    }
}
