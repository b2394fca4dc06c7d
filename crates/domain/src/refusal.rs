//! A refusal: what is wrong and where, under which clause, and what to do next.

use serde::{Serialize, Serializer};

use crate::evidence::KeyName;
use crate::guideline::{Basis, basis};
use crate::letters::Misfit;

/// Why an act is not allowed now. It speaks to officers; pages and commands add where and how it is mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{what}")]
pub struct Refusal {
    /// Which sort of refusal.
    pub kind: RefusalKind,
    /// Where the fault lies, where it lies in one place of what was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
    /// What is wrong, in plain Japanese.
    pub what: String,
    /// The clause, or 市の運用; `None` where only the program's own working is the reason.
    #[serde(serialize_with = "basis::shown_if_any")]
    pub basis: Option<Basis>,
    /// What to do next.
    pub next: String,
    /// Problems item by item, where there are several.
    pub items: Vec<ItemProblem>,
}

/// What is wrong with one thing among others, under which clause, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemProblem {
    /// The thing.
    #[serde(rename = "item")]
    pub at: At,
    /// What people call it.
    pub label: String,
    /// What is wrong.
    pub what: String,
    /// The clause, or 市の運用.
    #[serde(serialize_with = "basis::shown")]
    pub basis: Basis,
    /// What to do next.
    pub next: String,
}

/// Where a fault lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// In an item of the policy or a standard text, by its id.
    Item(String),
    /// In a step of the case, by its id.
    Step(String),
    /// In a fact of the proof.
    Key(KeyName),
    /// In what an order says besides.
    Field(OrderField),
}

/// What an order says besides a proof and a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderField {
    /// The stated day.
    Day,
    /// Why it is done.
    Reason,
    /// 共通するテーマ.
    Theme,
    /// The owning units.
    Units,
    /// Which account.
    Account,
    /// What a step's record says in free words; also why it was not done.
    Note,
    /// The reasons of a return, where none is given.
    Reasons,
    /// A title.
    Title,
    /// A ruling's words.
    Words,
    /// A clause.
    Clause,
    /// What a ruling is about.
    About,
    /// 文書番号.
    DocumentNumber,
    /// A meeting's day and how many were present.
    Meeting,
    /// A figure.
    Value,
    /// The network.
    Network,
    /// その他: its name.
    NetworkName,
    /// A URL.
    Url,
    /// The files that go with it.
    Files,
}

/// The sorts of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
        Self { kind, at: None, what: what.into(), basis: None, next: next.into(), items: Vec::new() }
    }

    /// The same refusal, of a fault that lies there.
    #[must_use]
    pub fn at(mut self, at: impl Into<At>) -> Self {
        self.at = Some(at.into());
        self
    }

    /// The same refusal, resting on a clause or on 市の運用.
    #[must_use]
    pub fn under(mut self, basis: &Basis) -> Self {
        self.basis = Some(basis.clone());
        self
    }

    /// The same refusal, with problems item by item.
    #[must_use]
    pub fn with_items(mut self, items: Vec<ItemProblem>) -> Self {
        self.items = items;
        self
    }

    /// The refusal as a person reads it who sees nothing else.
    pub fn text(&self) -> String {
        let basis = self.basis.as_ref().map(|basis| format!("（根拠：{}）", basis.shown())).unwrap_or_default();
        let items: Vec<String> =
            self.items.iter().map(|i| format!("\n・{}（{}）→{}", i.what, i.basis.shown(), i.next)).collect();
        format!("{}{basis}{}\n次にすること：{}", self.what, items.concat(), self.next)
    }
}

impl ItemProblem {
    /// Whether it is a problem of the policy item of this id.
    pub fn is_of(&self, item: &str) -> bool {
        matches!(&self.at, At::Item(id) if id == item)
    }
}

impl At {
    /// An id or a word for it, by which programs tell it from others.
    pub fn word(&self) -> &str {
        match self {
            Self::Item(id) | Self::Step(id) => id,
            Self::Key(name) => name.word(),
            Self::Field(field) => field.word(),
        }
    }
}

impl OrderField {
    /// A word for it, by which programs and the forms of pages tell it from others.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "on",
            Self::Reason => "reason",
            Self::Theme => "theme",
            Self::Units => "unit",
            Self::Account => "account",
            Self::Note => "note",
            Self::Reasons => "reasons",
            Self::Title => "title",
            Self::Words => "words",
            Self::Clause => "clause",
            Self::About => "about",
            Self::DocumentNumber => "document_number",
            Self::Meeting => "meeting",
            Self::Value => "value",
            Self::Network => "network",
            Self::NetworkName => "network_name",
            Self::Url => "url",
            Self::Files => "files",
        }
    }
}

impl From<Misfit> for Refusal {
    /// The refusal of what holds the text.
    fn from(misfit: Misfit) -> Self {
        Self::new(RefusalKind::Incomplete, misfit.to_string(), misfit.next())
    }
}

impl From<KeyName> for At {
    fn from(name: KeyName) -> Self {
        Self::Key(name)
    }
}

impl From<OrderField> for At {
    fn from(field: OrderField) -> Self {
        Self::Field(field)
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
