//! What each kind of step means: what proves it, what is looked at before it is done, what follows, how others are told.
//!
//! One file a kind; [`StepKind::meaning`] is the table. Which steps a procedure has, and in which order, is the guideline's
//! data. A new kind is a tag in [`StepKind`], a row here and a file with its [`Meaning`].

// A new kind is thought of at every place where it means something.
#![warn(clippy::wildcard_enum_match_arm)]

mod acknowledge;
mod acquire;
mod approve_post;
mod confirm_delisted;
mod confirm_security;
mod confirm_terminal;
mod consult;
mod decide;
mod decision;
mod delete_account;
mod delist;
mod designate;
mod draft;
mod file;
mod list;
mod meaning;
mod obtain_badge;
mod receive;
mod recorded;
mod rule;
mod share;
mod show_policy;
mod show_profile;
mod start;
mod stop;

pub use meaning::{Aim, Asks, LastDay, Meaning, OnPolicy, Returning};

use crate::evidence::{Evidence, EvidenceKind, Key, KeyProblem, Need};
use crate::guideline::{Step, StepKind};

impl StepKind {
    /// What a step of this kind means.
    pub fn meaning(self) -> &'static Meaning {
        match self {
            Self::Draft => &draft::MEANING,
            Self::Decide => &decide::MEANING,
            Self::Consult => &consult::MEANING,
            Self::Acquire => &acquire::MEANING,
            Self::File => &file::MEANING,
            Self::Receive => &receive::MEANING,
            Self::List => &list::MEANING,
            Self::Delist => &delist::MEANING,
            Self::ConfirmDelisted => &confirm_delisted::MEANING,
            Self::DeleteAccount => &delete_account::MEANING,
            Self::Stop => &stop::MEANING,
            Self::ShowProfile => &show_profile::MEANING,
            Self::ShowPolicy => &show_policy::MEANING,
            Self::Share => &share::MEANING,
            Self::ObtainBadge => &obtain_badge::MEANING,
            Self::ConfirmTerminal => &confirm_terminal::MEANING,
            Self::ConfirmSecurity => &confirm_security::MEANING,
            Self::Designate => &designate::MEANING,
            Self::Acknowledge => &acknowledge::MEANING,
            Self::Start => &start::MEANING,
            Self::ApprovePost => &approve_post::MEANING,
            Self::Check | Self::ChangeCredential | Self::KeepCredential | Self::Report | Self::ShareWithOthers => {
                &recorded::ANYWHERE
            }
            Self::Post
            | Self::Reply
            | Self::StayCalm
            | Self::Correct
            | Self::DeletePost
            | Self::Explain
            | Self::ExplainDelay
            | Self::RequestTakedown
            | Self::WarnPublic
            | Self::Guide
            | Self::Ask
            | Self::Answer
            | Self::CheckQuotation => &recorded::OF_POSTS,
            Self::Rule => &rule::MEANING,
        }
    }

    /// The kind of proof that the step needs.
    pub fn evidence(self) -> EvidenceKind {
        self.meaning().evidence
    }

    /// Whether whoever does the step may send the case back instead.
    pub fn returning(self) -> Returning {
        self.meaning().returning
    }

    /// Whether the step writes the policy.
    pub fn writes_policy(self) -> bool {
        self.meaning().on_policy == OnPolicy::Writes
    }

    /// Whether the step stands only as long as the policy stands that it looked at.
    pub fn rests_on_policy(self) -> bool {
        self.meaning().on_policy == OnPolicy::Rests
    }

    /// Whether the step says which is the last day of use.
    pub fn says_last_day(self) -> bool {
        self.meaning().last_day == LastDay::Says
    }

    /// Whether the step is not done before the last day of use is known.
    pub fn needs_last_day(self) -> bool {
        self.meaning().last_day == LastDay::Needs
    }

    /// Whether the step ends what the account is for: it waits for the last day of use.
    pub fn ends_use(self) -> bool {
        matches!(self.meaning().last_day, LastDay::Awaits | LastDay::Needs)
    }

    /// Whether it is a yes or a no to what a case brings.
    pub fn decides(self) -> bool {
        self.evidence() == EvidenceKind::Decision
    }

    /// Whether it is that, or settles what the guideline leaves open.
    pub fn decides_or_rules(self) -> bool {
        self.decides() || self.meaning().aim == Aim::Ruling
    }

    /// Whether whoever does the step takes filings in or keeps the list.
    pub fn keeps(self) -> bool {
        matches!(self, Self::Receive | Self::List)
    }
}

/// The proof of a step, made of facts as typed; a name that the step does not know is passed over.
pub fn compose(step: &Step, pairs: &[(String, String)]) -> Result<Evidence, KeyProblem> {
    step.kind.evidence().compose(&step.label, pairs, |key| step.needs(key))
}

impl Step {
    /// Whether the step cannot be done without a fact of its proof.
    pub fn needs(&self, key: &Key) -> bool {
        (self.kind.meaning().need)(self, key) == Need::Needed
    }
}
