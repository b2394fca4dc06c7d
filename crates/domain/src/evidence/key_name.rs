//! The names of the facts that proofs are made of.

use std::fmt;

use serde::{Serialize, Serializer};

/// The name of a fact that a proof asks for: the word under which it is stored, sent by a form and typed in a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyName {
    /// 決裁・専決・代決の別.
    How,
    /// 文書番号.
    DocumentNumber,
    /// The day of a meeting.
    HeldOn,
    /// How many were present.
    Present,
    /// The prohibited items that were looked through.
    Checked,
    /// A URL: of the account, the page or the place.
    Url,
    /// The network's number that stays.
    StableId,
    /// The day on which a paper came.
    ReceivedOn,
    /// The day on which a page was seen.
    SeenOn,
    /// The page that a profile names.
    PageUrl,
    /// 個別に返信しない旨.
    Stance,
    /// 問合せ先.
    Contact,
    /// How far a badge is.
    Status,
    /// A device.
    Device,
    /// 二要素認証.
    SecondFactor,
    /// パスワード.
    Password,
    /// 復旧用の連絡先.
    Recovery,
    /// 担当者.
    Poster,
    /// 責任者.
    Approver,
    /// The clauses that were confirmed.
    Confirmed,
    /// The last day of use.
    LastDay,
    /// To whom or where.
    Place,
    /// A receipt or document number.
    Number,
}

impl KeyName {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::How => "how",
            Self::DocumentNumber => "document_number",
            Self::HeldOn => "held_on",
            Self::Present => "present",
            Self::Checked => "checked",
            Self::Url => "url",
            Self::StableId => "stable_id",
            Self::ReceivedOn => "received_on",
            Self::SeenOn => "seen_on",
            Self::PageUrl => "page_url",
            Self::Stance => "stance",
            Self::Contact => "contact",
            Self::Status => "status",
            Self::Device => "device",
            Self::SecondFactor => "second_factor",
            Self::Password => "password",
            Self::Recovery => "recovery",
            Self::Poster => "poster",
            Self::Approver => "approver",
            Self::Confirmed => "confirmed",
            Self::LastDay => "last_day",
            Self::Place => "place",
            Self::Number => "number",
        }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for KeyName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
