//! The shape of an answer: its verdict, what was understood, what the register says, and the words for a citizen.

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::index::{Record, Standing};
use crate::network::Address;

/// Shows that a listed record stands behind an answer. Only a listed record makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    account: String,
    since: Date,
    page: String,
}

impl Proof {
    /// The proof that a record gives, if it is listed: the only way to one.
    pub(super) fn of(record: &Record) -> Option<Self> {
        match &record.standing {
            Standing::Listed { since, page } => {
                Some(Self { account: record.account.clone(), since: *since, page: page.clone() })
            }
            Standing::Suspended { .. }
            | Standing::Closed { .. }
            | Standing::Unlisted
            | Standing::NotYetOfficial
            | Standing::Impersonator { .. }
            | Standing::Withheld => None,
        }
    }

    /// The account's id in the register.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The day the account was listed.
    pub fn since(&self) -> Date {
        self.since
    }

    /// The page of the list.
    pub fn page(&self) -> &str {
        &self.page
    }
}

/// The one answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// On the published list.
    Official(Proof),
    /// The municipality's, not in use for now.
    Suspended,
    /// No longer the municipality's.
    Closed,
    /// Known to pose as the municipality.
    Impersonator,
    /// In the register, not on the list.
    NotYetOfficial,
    /// The municipality has no account on that network.
    NoAccountOnNetwork,
    /// Not in the register.
    NotRegistered,
    /// The question does not say which account it is.
    CannotJudge,
}

impl Verdict {
    /// Whether it says that an account is none of the municipality's.
    pub fn denies(&self) -> bool {
        matches!(self, Self::NotRegistered | Self::NoAccountOnNetwork)
    }

    /// The word that machines read.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Official(_) => "official",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
            Self::Impersonator => "impersonator",
            Self::NotYetOfficial => "not_yet_official",
            Self::NoAccountOnNetwork => "no_account_on_network",
            Self::NotRegistered => "not_registered",
            Self::CannotJudge => "cannot_judge",
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// What was understood of the question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Understood {
    /// The accounts that the question may mean; one if it is clear.
    pub addresses: Vec<Address>,
    /// The canonical URL, where it is one account.
    pub url: Option<String>,
    /// What is worth saying about how the question was written.
    pub notices: Vec<String>,
}

/// What the register says about the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The municipality.
    pub municipality: String,
    /// The account's name.
    pub name: String,
    /// The network's name of today.
    pub network: String,
    /// The canonical URL.
    pub url: Option<String>,
    /// Since when the account has stood as it stands.
    pub since: Option<Date>,
    /// The page of the list, for a listed account.
    pub page: Option<String>,
}

/// An answer for a citizen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The one verdict.
    pub verdict: Verdict,
    /// What was understood.
    pub reading: Understood,
    /// What the register says, where it says anything.
    pub facts: Option<Facts>,
    /// Why, in a sentence.
    pub reason: String,
    /// What to do, in a sentence.
    pub advice: String,
    /// What the city says of itself, beside an official account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city_says: Option<String>,
    /// Ways on from a question that does not say which account it is, one a network.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<Way>,
    /// The city's own accounts whose names are like what was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<Near>,
}

/// A way on: how to come to the address of an account of one network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Way {
    /// The network's name of today.
    pub network: String,
    /// How to copy an address in the network's app.
    pub copying: String,
    /// The URL to ask about, where the question was a name that may be of this network.
    pub url: Option<String>,
}

/// A listed account whose name is like what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Near {
    /// The account's name.
    pub name: String,
    /// The network's name of today.
    pub network: String,
    /// The URL as it is shown.
    pub url: String,
}

impl Answer {
    /// An answer of this verdict and nothing beside it.
    pub(super) fn of(verdict: Verdict, reading: Understood, reason: String, advice: String) -> Self {
        Self { verdict, reading, facts: None, reason, advice, city_says: None, ways: Vec::new(), near: Vec::new() }
    }

    /// The answer to a question that was not looked at.
    pub fn unjudged(reason: String, advice: String) -> Self {
        Self::of(Verdict::CannotJudge, Understood::default(), reason, advice)
    }

    /// The answer with what the city says of itself, which stands beside an official account only.
    #[must_use]
    pub fn with_city_text(self, says: Option<&str>) -> Self {
        let city_says = match self.verdict {
            Verdict::Official(_) => says.map(str::trim).filter(|says| !says.is_empty()).map(str::to_owned),
            _ => None,
        };
        Self { city_says, ..self }
    }
}
