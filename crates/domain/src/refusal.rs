//! A refusal: what is wrong, under which clause, and what to do next.

use serde::{Deserialize, Serialize};

use crate::guideline::Basis;
use crate::policy::ItemProblem;

/// Why an act is not allowed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}")]
pub struct Refusal {
    /// Which sort of refusal.
    pub kind: RefusalKind,
    /// What is wrong, in plain Japanese.
    pub what: String,
    /// The clause, or 市の運用; `None` where only the program's own working is the reason.
    pub basis: Option<String>,
    /// What to do next.
    pub next: String,
    /// Problems item by item, where there are several.
    pub items: Vec<ItemProblem>,
}

/// The sorts of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// There is no such case, account, procedure or step.
    NotFound,
    /// The case is complete or withdrawn.
    Ended,
    /// The step is done already.
    AlreadyDone,
    /// What comes before is not done yet.
    OutOfOrder,
    /// The step does not belong to this case.
    NotApplicable,
    /// Another role does this.
    NotYours,
    /// The rank is below the floor.
    RankTooLow,
    /// Another person than the drafter is needed.
    SecondPerson,
    /// A date is before what came before it, or in the future.
    WrongDate,
    /// Items are missing or wrong.
    Incomplete,
    /// The proof does not fit the step.
    WrongEvidence,
    /// A reason is missing.
    ReasonMissing,
    /// Another live account has this address.
    AddressTaken,
    /// The outcome is not one that the step's strength allows.
    StrengthForbids,
    /// The step cannot send back.
    CannotReturn,
    /// The account's standing does not allow it.
    WrongStanding,
    /// Somebody was faster: the case is not as it was seen.
    Stale,
    /// A text is longer than anybody means to write.
    TooLong,
    /// The key of the form or command was used for something else.
    KeyUsed,
}

impl Refusal {
    /// A refusal without a clause.
    pub fn new(kind: RefusalKind, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { kind, what: what.into(), basis: None, next: next.into(), items: Vec::new() }
    }

    /// The same refusal, resting on a clause or on 市の運用.
    #[must_use]
    pub fn under(mut self, basis: &Basis) -> Self {
        self.basis = Some(basis.shown());
        self
    }

    /// The same refusal, with problems item by item.
    #[must_use]
    pub fn with_items(mut self, items: Vec<ItemProblem>) -> Self {
        self.items = items;
        self
    }

    /// The refusal as a person reads it.
    pub fn text(&self) -> String {
        let basis = self.basis.as_ref().map(|b| format!("（根拠：{b}）")).unwrap_or_default();
        let items: Vec<String> =
            self.items.iter().map(|i| format!("\n・{}（{}）→{}", i.what, i.basis, i.next)).collect();
        format!("{}{basis}{}\n次にすること：{}", self.what, items.concat(), self.next)
    }
}
