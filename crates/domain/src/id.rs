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
id! {
    /// A ruling on what the guideline does not say.
    RulingId
}

/// A `UUIDv7` made of an instant (ms, UTC) and random bytes: later ones sort behind earlier ones.
pub fn uuid_v7(now_ms: i64, random: [u8; 32]) -> String {
    let time = u64::try_from(now_ms).unwrap_or_default() & 0xffff_ffff_ffff;
    let [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, ..] = random;
    let version = u16::from_be_bytes([r0, r1]) & 0x0fff | 0x7000;
    let variant = u16::from_be_bytes([r2, r3]) & 0x3fff | 0x8000;
    let rest = u64::from_be_bytes([0, 0, r4, r5, r6, r7, r8, r9]);
    format!("{:08x}-{:04x}-{version:04x}-{variant:04x}-{rest:012x}", time >> 16, time & 0xffff)
}
