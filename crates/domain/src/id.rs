//! Ids as types, so that a case's id cannot stand where an account's is meant.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

id! {
    /// A municipality: its 全国地方公共団体コード with the check digit.
    MunicipalityCode
}
id! {
    /// A unit of the office (組織): the city's own code for it.
    UnitId
}
id! {
    /// A position (職) in a unit.
    PositionId
}
id! {
    /// A person (職員): the staff number, never the name.
    PersonId
}
id! {
    /// An account in the register.
    AccountId
}
id! {
    /// A case (案件).
    CaseId
}
id! {
    /// An adopted guideline: the SHA-256 of its files, in hex.
    GuidelineHash
}
id! {
    /// A record of a known impersonator.
    ImpersonatorId
}
