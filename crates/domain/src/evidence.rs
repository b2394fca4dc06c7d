//! What proves that a step was done: facts only; free words and names lie in the entry's private part.

mod compose;
mod key;
mod key_name;
mod kind;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use key::{Key, KeyProblem, Need, Sort};
pub use key_name::KeyName;
pub use kind::EvidenceKind;

use crate::guideline::ClauseId;
use crate::id::PersonId;

/// The proof of a step. Which sort a step needs follows from its kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "evidence", rename_all = "snake_case", deny_unknown_fields)]
pub enum Evidence {
    /// The act itself is the proof.
    Plain,
    /// 作成: the policy's content lies in the private part.
    Policy,
    /// 決裁・合議.
    Decision(Decision),
    /// 取得.
    Acquisition {
        /// The account's URL.
        url: String,
        /// The network's stable id for it, where it tells one.
        #[serde(default)]
        stable_id: Option<String>,
    },
    /// 届出.
    Filing {
        /// When it came on paper or by mail, and was entered by the central office.
        #[serde(default)]
        paper: Option<Paper>,
    },
    /// 受理: the number given, where the guideline numbers.
    Receipt,
    /// 掲載・掲載の削除.
    Listing(ListingPlace),
    /// プロフィール欄.
    Profile {
        /// The page of the city's site that the profile names, where the step asks for it.
        #[serde(default)]
        page_url: String,
        /// 個別に返信しない旨, where the policy says so.
        #[serde(default)]
        stance: Shown,
        /// 問合せ先, where the policy says so.
        #[serde(default)]
        contact: Shown,
    },
    /// 明示: where it is shown.
    Place {
        /// The URL.
        url: String,
    },
    /// 認証アカウント.
    Badge {
        /// How far the effort came.
        status: Badge,
    },
    /// 端末.
    Terminal {
        /// The device's id in the city's own list.
        device: String,
    },
    /// セキュリティ対策. What was confirmed, never a secret.
    Security {
        /// 二要素認証.
        second_factor: SecondFactor,
        /// 推測されにくいパスワード.
        password: Confirmed,
        /// 復旧用の連絡先 belongs to the city.
        recovery: Confirmed,
    },
    /// 指定.
    Designation {
        /// 担当者.
        poster: PersonId,
        /// 責任者.
        approver: PersonId,
    },
    /// 確認 of a list of clauses: principles, prohibited items.
    Clauses {
        /// Those that were confirmed.
        confirmed: Vec<ClauseId>,
    },
    /// 廃止・休止.
    Stop {
        /// The last day of use.
        last_day: Date,
    },
    /// 報告・削除依頼・注意喚起 and whatever else is proved by when and where.
    Record {
        /// To whom or where: an office, a page.
        #[serde(default)]
        place: Option<String>,
        /// A receipt or document number.
        #[serde(default)]
        number: Option<String>,
    },
}

/// A decision.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// 決裁・専決・代決.
    #[serde(default)]
    pub how: DecisionKind,
    /// 文書番号 of a decision made in the city's own document system; the act then records it.
    #[serde(default)]
    pub document_number: Option<String>,
    /// The meeting, for a committee.
    #[serde(default)]
    pub meeting: Option<Meeting>,
    /// The prohibited items that were looked through, for a post.
    #[serde(default)]
    pub checked: Vec<ClauseId>,
}

/// How a decision was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// 決裁.
    #[default]
    Decided,
    /// 専決.
    Delegated,
    /// 代決.
    ByDeputy,
}

/// A committee's meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// The day.
    pub held_on: Date,
    /// How many were present.
    pub present: u32,
}

/// A filing that came on paper or by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// The day it came.
    pub received_on: Date,
    /// Its 文書番号.
    pub document_number: String,
}

/// Where the list is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "place", rename_all = "snake_case", deny_unknown_fields)]
pub enum ListingPlace {
    /// On the pages that Shirube publishes.
    Here,
    /// On a page made by another system, which somebody looked at.
    Elsewhere {
        /// The page.
        url: String,
        /// The day it was seen there.
        seen_on: Date,
    },
}

/// Whether something was shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Seen there.
    Shown,
    /// Not looked for, because nothing asks for it.
    #[default]
    NotAsked,
}

/// How far the effort for a verified badge came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Badge {
    /// 取得.
    Obtained,
    /// 申請中.
    Applied,
    /// 不可.
    Refused,
    /// 未検討.
    NotConsidered,
}

/// Whether a second factor protects the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// 設定済.
    On,
    /// The network has none.
    Unsupported,
}

/// Something that was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmed {
    /// Confirmed.
    Confirmed,
}
