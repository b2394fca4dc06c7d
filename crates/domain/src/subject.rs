//! What a case is about.
//!
//! A closed set. In an entry and in a case a subject stands under its own name (`"account": "a3"`), so what was written while
//! there were accounts alone reads as it did. Only accounts are written yet; the others are written, and so frozen, by the
//! landing that first carries them out ([`crate::entry::Form`]).

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, PersonId, UnitId};

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An account.
    Account(AccountId),
    /// A post.
    Post {
        /// The accounts to which it goes.
        accounts: OneOrMore<AccountId>,
    },
    /// Trouble: an impersonation, a takeover, a flaming, a false rumour.
    Incident(Reach),
    /// A question to units.
    Survey {
        /// The units that are asked.
        units: OneOrMore<UnitId>,
    },
    /// Something that comes back, or that something triggers.
    Duty {
        /// The duty's id in the guideline.
        duty: String,
        /// Whose it is.
        of: Bearer,
    },
}

/// How far an incident reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It concerns these accounts.
    Accounts(OneOrMore<AccountId>),
    /// It concerns no account that the city knows.
    NoAccount,
    /// It concerns the municipality as a whole.
    Everybody,
}

/// Whose a duty is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bearer {
    /// An account's, and so of those who run it.
    Account(AccountId),
    /// A unit's.
    Unit(UnitId),
    /// A person's.
    Person(PersonId),
}

/// A list with something in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<T>", into = "Vec<T>")]
#[serde(bound(serialize = "T: Clone + Serialize", deserialize = "T: Deserialize<'de>"))]
pub struct OneOrMore<T> {
    first: T,
    rest: Vec<T>,
}

impl<T> OneOrMore<T> {
    /// The list of this first one and those that follow.
    pub fn new(first: T, rest: Vec<T>) -> Self {
        Self { first, rest }
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

impl<T> TryFrom<Vec<T>> for OneOrMore<T> {
    type Error = &'static str;

    fn try_from(all: Vec<T>) -> Result<Self, Self::Error> {
        let mut all = all.into_iter();
        let first = all.next().ok_or("一つもありません")?;
        Ok(Self { first, rest: all.collect() })
    }
}

impl<T> From<OneOrMore<T>> for Vec<T> {
    fn from(all: OneOrMore<T>) -> Self {
        std::iter::once(all.first).chain(all.rest).collect()
    }
}

impl Subject {
    /// The one account that it is, where it is an account; what stands for it on the list and in a case's title.
    pub fn account(&self) -> Option<&AccountId> {
        if let Self::Account(account) = self { Some(account) } else { None }
    }

    /// Every account that it speaks of.
    pub fn accounts(&self) -> Vec<&AccountId> {
        match self {
            Self::Account(account) | Self::Duty { of: Bearer::Account(account), .. } => vec![account],
            Self::Post { accounts } | Self::Incident(Reach::Accounts(accounts)) => accounts.iter().collect(),
            Self::Incident(Reach::NoAccount | Reach::Everybody)
            | Self::Survey { .. }
            | Self::Duty { of: Bearer::Unit(_) | Bearer::Person(_), .. } => Vec::new(),
        }
    }
}

impl From<AccountId> for Subject {
    fn from(account: AccountId) -> Self {
        Self::Account(account)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // Red while a case had an account, whatever it was about.
    #[test]
    fn an_account_is_written_as_it_always_was_and_every_subject_is_read_back() {
        let account = || AccountId::from("a3");
        let both = || OneOrMore::new(account(), vec![AccountId::from("a7")]);
        let subjects = [
            (Subject::Account(account()), json!({ "account": "a3" })),
            (Subject::Post { accounts: both() }, json!({ "post": { "accounts": ["a3", "a7"] } })),
            (Subject::Incident(Reach::Accounts(both())), json!({ "incident": { "accounts": ["a3", "a7"] } })),
            (Subject::Incident(Reach::Everybody), json!({ "incident": "everybody" })),
            (
                Subject::Survey { units: OneOrMore::new(UnitId::from("100"), Vec::new()) },
                json!({ "survey": { "units": ["100"] } }),
            ),
            (
                Subject::Duty { duty: "silence".to_owned(), of: Bearer::Person(PersonId::from("1001")) },
                json!({ "duty": { "duty": "silence", "of": { "person": "1001" } } }),
            ),
        ];
        for (subject, written) in subjects {
            assert_eq!(serde_json::to_value(&subject).expect("JSON"), written);
            assert_eq!(serde_json::from_value::<Subject>(written).expect("a subject"), subject);
        }
        assert!(
            serde_json::from_value::<Subject>(json!({ "post": { "accounts": [] } })).is_err(),
            "a post goes somewhere"
        );
    }
}
