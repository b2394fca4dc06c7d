//! What a kind of step can mean.

use crate::act::{Consequence, Doing};
use crate::evidence::{EvidenceKind, Key, Need};
use crate::guideline::{ClauseId, Guideline, Procedure, Step};
use crate::policy::Stage;
use crate::refusal::Refusal;

/// What a kind of step means.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// The kind of proof that it needs.
    pub evidence: EvidenceKind,
    /// Whether a step cannot be done without a fact of the proof.
    pub need: fn(&Step, &Key) -> Need,
    /// The clauses that are to be confirmed one by one.
    pub confirms: fn(&Guideline) -> Vec<ClauseId>,
    /// The stage whose rules the policy has to meet; `None` where it plays no part.
    pub stage: Option<Stage>,
    /// Whether whoever does it may send the case back instead.
    pub returning: Returning,
    /// What it has to do with the policy as it is written.
    pub on_policy: OnPolicy,
    /// What it has to do with the last day of use.
    pub last_day: LastDay,
    /// What it is for.
    pub aim: Aim,
    /// What would come of a procedure that lets it be left out; `None` where nothing would.
    pub left_out: fn(&Procedure) -> Option<&'static str>,
    /// What somebody is asked for, who is told that it waits.
    pub asks: Asks,
    /// Refuses what does not prove the step, or what the case is not ready for.
    pub(crate) fits: fn(&Doing<'_>) -> Result<(), Refusal>,
    /// What follows from doing it.
    pub(crate) effects: fn(&Doing<'_>) -> Result<Consequence, Refusal>,
}

/// Whether the step can send the case back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returning {
    /// It can.
    Can,
    /// It cannot.
    Cannot,
}

/// What a step has to do with the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnPolicy {
    /// It writes it.
    Writes,
    /// Whoever does it says something of the policy as it is written, hands it in or takes it in: with another policy it would
    /// have to be done anew.
    Rests,
    /// Nothing.
    Nothing,
}

/// What a step has to do with the last day of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastDay {
    /// It says which it is.
    Says,
    /// It waits for the day, where the case says which it is.
    Awaits,
    /// It waits for the day, and is not done before a needed step has said which it is.
    Needs,
    /// Nothing.
    Ignores,
}

/// What a step is for; a procedure for another purpose has no use for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// It begins the use of an account, or shows it to citizens.
    Begins,
    /// It ends the use for a time or for good.
    Ends,
    /// It ends the account itself.
    EndsForGood,
    /// It settles what the guideline does not say.
    Ruling,
    /// It is about posts and what comes of them.
    OfPosts,
    /// It has its use in any procedure.
    Anywhere,
}

/// What somebody is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// To take a filing in.
    Receipt,
    /// To decide.
    Decision,
    /// To say what they think of it.
    Opinion,
    /// To do the step, as the guideline calls it.
    Step,
}

impl Meaning {
    /// A step with this kind of proof that means nothing more.
    pub(super) const fn proved_by(evidence: EvidenceKind) -> Self {
        Self {
            evidence,
            need: |_, key| key.need,
            confirms: |_| Vec::new(),
            stage: None,
            returning: Returning::Cannot,
            on_policy: OnPolicy::Nothing,
            last_day: LastDay::Ignores,
            aim: Aim::Anywhere,
            left_out: |_| None,
            asks: Asks::Step,
            fits: |_| Ok(()),
            effects: |_| Ok(Consequence { effects: Vec::new(), listing: None }),
        }
    }
}
