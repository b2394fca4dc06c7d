//! A case (案件): one run of one procedure, with the steps done and what is open now.

// A new kind is thought of at every place where it means something.
#![warn(clippy::wildcard_enum_match_arm)]

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::attachment::Attachment;
use crate::evidence::Evidence;
use crate::guideline::{Guideline, Procedure, Purpose, Replies, Step, StepKind, Strength, When};
use crate::id::{AccountId, CaseId, GuidelineHash, PersonId, UnitId};
use crate::office::Post;
use crate::policy::{self, Policy};
use crate::subject::Subject;

/// One run of one procedure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The procedure's id in the guideline it began with.
    pub procedure: String,
    /// What the procedure is for.
    pub purpose: Purpose,
    /// The guideline it began with; it stays with that version.
    pub guideline: GuidelineHash,
    /// What it is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// The owning units, lead first.
    pub units: Vec<UnitId>,
    /// Whether the unit has an account already.
    pub count: Count,
    /// Ordinary or an emergency.
    pub urgency: Urgency,
    /// The day it was opened.
    pub opened_on: Date,
    /// Who opened it.
    pub opened_by: Post,
    /// 共通するテーマ, for a shared account.
    pub theme: Option<String>,
    /// Why: for a further account, a closing, an emergency.
    pub reason: Option<String>,
    /// Where it stands.
    pub state: CaseState,
    /// The policy being worked on.
    pub policy: Option<PolicyVersion>,
    /// The URL that became known at acquisition: evidence, not an edit of the policy.
    pub acquired_url: Option<String>,
    /// The steps done and still standing, by id.
    pub steps: BTreeMap<String, Done>,
    /// What some or all of several units' heads said yes to, each for their own, by step; a step stands in `steps` once none
    /// is left.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub agreed: BTreeMap<String, Vec<AgreedBy>>,
    /// 管理№, once given in this case.
    pub number: Option<String>,
    /// What was last sent back, until the step it went back to is done again.
    pub returned: Option<Returned>,
    /// The files that its entries name, oldest first; a step that no longer stands takes none of them away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<CaseFile>,
    /// How many entries speak of it: the version that a person saw.
    pub version: u64,
}

/// A file that an entry of a case names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    /// What it is.
    pub attachment: Attachment,
    /// What people call it; `None` once lawfully erased, and then the file is gone too.
    pub name: Option<String>,
    /// The step that it was given with; none for the opening.
    pub step: Option<String>,
    /// The ledger's sequence number of the entry that names it.
    pub seq: u64,
}

/// Whether the account is the unit's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// The unit's first.
    First,
    /// A further one.
    Further,
}

/// How pressing a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Nothing special.
    #[default]
    Ordinary,
    /// 緊急を要する.
    Emergency,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CaseState {
    /// 進行中.
    Open,
    /// 完了.
    Completed {
        /// The day its last needed step was done.
        on: Date,
    },
    /// 取下げ.
    Withdrawn {
        /// On this day.
        on: Date,
    },
}

/// A version of the policy in a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// Counted from 1 within the case.
    pub version: u32,
    /// Its content; `None` once lawfully erased.
    pub content: Option<Policy>,
}

/// A step that was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// The day it is said to have been done.
    pub on: Date,
    /// Who did it: for a recorded decision, whoever decided.
    pub by: Post,
    /// What came of it.
    pub outcome: Outcome,
    /// What proves it.
    pub evidence: Evidence,
    /// What was written with it; `None` when nothing was, or once erased.
    pub note: Option<String>,
    /// The ledger's sequence number of its entry.
    pub seq: u64,
}

/// The yes of one head, for the unit or units that they lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgreedBy {
    /// The units.
    pub units: Vec<UnitId>,
    /// Who said it, when and how.
    pub done: Done,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Done,
    /// 原則によらない: not done as the rule says, with a reason.
    Exception,
    /// 必要なし: looked at and found not needed, with a reason.
    NotNeeded,
}

impl Outcome {
    /// What may come of a step that the guideline demands this strongly.
    pub fn allowed(strength: Strength) -> &'static [Self] {
        match strength {
            Strength::Must | Strength::None => &[Self::Done],
            Strength::InPrinciple => &[Self::Done, Self::Exception],
            Strength::Effort | Strength::AsNeeded | Strength::May => &[Self::Done, Self::NotNeeded],
        }
    }
}

/// What was sent back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// By which step.
    pub by_step: String,
    /// To which step.
    pub to_step: String,
    /// On this day.
    pub on: Date,
    /// The reasons, by item; empty texts once erased.
    pub reasons: Vec<ReturnReason>,
    /// The ledger's sequence number of its entry.
    pub seq: u64,
}

/// Why one item was sent back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnReason {
    /// The policy item's id, or empty for the whole.
    pub item: String,
    /// Why.
    pub reason: String,
}

impl Done {
    /// The last day of use, where this says which it is; it may be yet to come.
    pub fn last_day(&self) -> Option<Date> {
        if let Evidence::Stop { last_day } = self.evidence { Some(last_day) } else { None }
    }

    /// The day from which a period counts that begins with this: a use that is to end has not ended when that is recorded.
    pub fn counts_from(&self) -> Date {
        self.last_day().map_or(self.on, |last_day| last_day.max(self.on))
    }
}

/// What a case of a procedure is called about an account of this name, or one that nobody has named.
pub fn called(procedure: &str, name: Option<&str>) -> String {
    name.map_or_else(|| procedure.to_owned(), |name| format!("{name}の{procedure}"))
}

impl Case {
    /// The account that it is about, where it is about one.
    pub fn account(&self) -> Option<&AccountId> {
        self.subject.account()
    }

    /// The URL of the account as this case knows it: as it was acquired, otherwise as its policy says.
    pub fn url(&self) -> Option<&str> {
        let planned = || self.policy.as_ref()?.content.as_ref()?.url.as_deref();
        self.acquired_url.as_deref().or_else(planned).filter(|url| !url.trim().is_empty())
    }

    /// The policy with what is known of it now: the URL that was acquired stands in the place of the planned one.
    pub fn policy_known(&self) -> Option<Policy> {
        let content = self.policy.as_ref()?.content.clone()?;
        Some(Policy { url: self.acquired_url.clone().or(content.url), ..content })
    }

    /// The version of the account's policy that this case has written; what was once drafted in a post's case is none.
    pub fn policy_written(&self) -> Option<&PolicyVersion> {
        self.policy.as_ref().filter(|_| self.purpose.is_carried_out())
    }

    /// What the account of the case is called: as the case's policy says, otherwise as the account does; `None` before
    /// anybody has named it.
    pub fn subject_name<'c>(&'c self, account_name: Option<&'c str>) -> Option<&'c str> {
        let typed = self.policy_written().and_then(|policy| policy.content.as_ref()?.account_name.as_deref());
        [typed, account_name].into_iter().flatten().find(|name| !name.trim().is_empty())
    }

    /// What the case is called: 子育て応援の開設, or 開設 while nobody has named the account.
    pub fn title(&self, procedure: &str, account_name: Option<&str>) -> String {
        called(procedure, self.subject_name(account_name))
    }

    /// Whether a step belongs to this case: all its conditions hold.
    pub fn applies(&self, step: &Step, guideline: &Guideline) -> bool {
        step.when.iter().all(|when| self.holds(*when, guideline))
    }

    /// Whether a condition holds for this case.
    pub fn holds(&self, when: When, guideline: &Guideline) -> bool {
        match when {
            When::Shared => self.units.len() > 1,
            When::Further => self.count == Count::Further,
            When::NoReplies => {
                let content = self.policy.as_ref().and_then(|p| p.content.as_ref());
                content.and_then(|p| policy::replies_of(p, guideline)) == Some(Replies::None)
            }
            When::Emergency => self.urgency == Urgency::Emergency,
            When::NotEmergency => self.urgency == Urgency::Ordinary,
        }
    }

    /// The steps that still have to be done before the case is complete.
    pub fn needed<'p>(&self, procedure: &'p Procedure, guideline: &Guideline) -> Vec<&'p Step> {
        procedure
            .steps
            .iter()
            .filter(|s| s.strength.is_needed())
            .filter(|s| self.applies(s, guideline) && !self.steps.contains_key(&s.id))
            .collect()
    }

    /// The steps that are open now: they belong to the case, are not done, and what comes before them is. A post or a survey
    /// of former days has none: it stays readable, and nobody is waited for. Trouble that was begun is still gone through.
    pub fn open_steps<'p>(&self, procedure: &'p Procedure, guideline: &Guideline) -> Vec<&'p Step> {
        procedure
            .steps
            .iter()
            .filter(|_| self.purpose.is_carried_out() || matches!(self.purpose, Purpose::Incident(_)))
            .filter(|s| self.state == CaseState::Open || self.takes_later(s))
            .filter(|s| !self.steps.contains_key(&s.id) && self.applies(s, guideline))
            .filter(|s| self.missing_before(s, procedure, guideline).is_empty())
            .collect()
    }

    /// The units around whose posts a step is still done, lead first: of those that share an account, the ones whose heads
    /// have said yes already are asked no more.
    pub fn units_asked(&self, step: &Step, units: &[UnitId]) -> Vec<UnitId> {
        let said: Vec<&UnitId> = self.agreed.get(&step.id).into_iter().flatten().flat_map(|yes| &yes.units).collect();
        let (lead, sharing) = units.split_at(units.len().min(1));
        lead.iter().chain(sharing.iter().filter(|unit| !said.contains(unit))).cloned().collect()
    }

    /// All that was done and still stands, with its step: each yes for itself, where several units say their own.
    pub fn acts(&self) -> impl Iterator<Item = (&String, &Done)> {
        let whole = self.steps.iter().filter(|(step, _)| !self.agreed.contains_key(*step));
        whole.chain(self.agreed.iter().flat_map(|(step, all)| all.iter().map(move |yes| (step, &yes.done))))
    }

    /// Takes a step back, with every yes that was said to it.
    pub fn undo(&mut self, step: &str) -> Option<Done> {
        self.agreed.remove(step);
        self.steps.remove(step)
    }

    /// Whether a step was done, or begun by one of several units' heads, and still stands.
    pub fn has_begun(&self, step: &str) -> bool {
        self.steps.contains_key(step) || self.agreed.contains_key(step)
    }

    /// The last day of use, where a step that stands says which it is.
    pub fn last_day(&self) -> Option<Date> {
        self.steps.values().find_map(Done::last_day)
    }

    /// The step that says until when the account is used, where this one cannot be done before it: what is filed is what is
    /// printed, and what is taken off the list or deleted has an end.
    pub fn lacks_last_day<'p>(&self, step: &Step, procedure: &'p Procedure, guideline: &Guideline) -> Option<&'p Step> {
        let files = guideline.files_last_day(step, procedure);
        let ends = step.kind.needs_last_day();
        // A guideline that has the day said only afterwards has it so.
        let later = procedure.from_here_on(&step.id);
        procedure.steps.iter().find(|last| {
            last.kind.says_last_day()
                && (files || ends && last.strength.is_needed())
                && !later.contains(&last.id)
                && self.applies(last, guideline)
                && !self.steps.contains_key(&last.id)
        })
    }

    /// The steps that no longer stand once the policy is drafted anew.
    pub fn undone_by_draft(&self, draft: &Step, procedure: &Procedure) -> Vec<String> {
        procedure.resting_on_draft(draft).into_iter().filter(|id| self.has_begun(id)).collect()
    }

    /// The day on which a step can be done at the earliest, while that is yet to come: an account in use is not taken off the
    /// list or deleted before its last day.
    pub fn waits_until(&self, step: &Step, day: Date) -> Option<Date> {
        self.last_day().filter(|last| step.kind.ends_use() && day < *last)
    }

    /// Whoever may not do a step, because they did what it is to be checked against.
    pub fn not_by(&self, step: &Step) -> BTreeSet<&PersonId> {
        let than = step.second_person.iter().flat_map(|second| &second.than);
        than.flat_map(|former| self.acts().filter(move |(step, _)| *step == former))
            .map(|(_, done)| &done.by.person)
            .collect()
    }

    /// Whether the case has put something on the list: what was published is not taken back.
    pub fn is_published(&self) -> bool {
        self.steps.values().any(|done| matches!(done.evidence, Evidence::Listing(_)))
    }

    /// Whether the policy may be drafted anew: until the case has put its account on the list, for what was published is not
    /// edited in the same case.
    pub fn redrafts(&self, step: &Step, procedure: &Procedure) -> bool {
        let listed = |s: &Step| s.kind == StepKind::List && self.steps.contains_key(&s.id);
        step.kind.writes_policy() && self.purpose.is_carried_out() && !procedure.steps.iter().any(listed)
    }

    /// Whether a step may still be recorded once the case is complete: an effort, a power or what was not needed before
    /// (a badge that is obtained later), not done yet.
    pub fn takes_later(&self, step: &Step) -> bool {
        let not_needed = matches!(step.strength, Strength::Effort | Strength::AsNeeded | Strength::May);
        matches!(self.state, CaseState::Completed { .. }) && not_needed && !self.steps.contains_key(&step.id)
    }

    /// The edges of a step whose former step belongs to the case and is not done.
    pub fn missing_before<'s>(
        &self,
        step: &'s Step,
        procedure: &Procedure,
        guideline: &Guideline,
    ) -> Vec<&'s crate::guideline::After> {
        step.after
            .iter()
            .filter(|edge| !self.steps.contains_key(&edge.step))
            .filter(|edge| procedure.step(&edge.step).is_none_or(|former| self.applies(former, guideline)))
            .collect()
    }
}
