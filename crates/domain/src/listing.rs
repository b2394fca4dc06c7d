//! What the official list says: the canonical record of one listed account, and the changes that the feed tells.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ledger::to_hex;

/// One account as the official list shows it; its bytes are what a listing entry's hash covers.
///
/// The bytes of [`ListingRecord::canonical`] are written once, when the account is listed, and are kept beside the
/// entry; what the list said on a past day is told from them, not made anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingRecord {
    /// The version of this record's form; 1 for records of this form.
    pub form: u32,
    /// The register's id of the account.
    pub account: String,
    /// 全国地方公共団体コード with its check digit, six figures.
    pub municipality: String,
    /// The network's id, as in `networks.toml`.
    pub network: String,
    /// The network's name as it was shown on the day of listing.
    pub network_label: String,
    /// アカウント名.
    pub name: String,
    /// Reading of the account's name in kana, where its policy gives one; older records have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_kana: Option<String>,
    /// The account's name in English, where its policy gives one; older records have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// The name by which the network addresses the account, where it has one.
    pub handle: Option<String>,
    /// The canonical URL.
    pub url: String,
    /// 目的.
    pub purpose: String,
    /// The unit that runs the account, by its name on the day of listing.
    pub unit: String,
    /// Reading of the unit's name in kana, for 五十音 order.
    pub unit_kana: String,
    /// The unit above it (部・局), by its name on the day of listing, where there is one.
    pub department: Option<String>,
    /// 管理№, where the guideline gives one.
    pub number: Option<String>,
    /// 運用開始日, where the policy states one.
    pub started_on: Option<Date>,
    /// The policy's rows in the guideline's order, as printed.
    pub policy: Vec<PolicyRow>,
    /// The standard texts that belong to every policy (注意事項, 免責事項 …), as printed.
    pub attachments: Vec<AttachmentText>,
    /// The day from which the list shows this record.
    pub listed_on: Date,
}

/// One row of a policy as printed: 運用目的, 発信時間 …
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRow {
    /// The row's label in the city's own words.
    pub label: String,
    /// The row's text; line breaks are kept.
    pub text: String,
}

/// A standard text attached to a policy, with its numbered items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentText {
    /// Its heading, such as 注意事項.
    pub title: String,
    /// Its paragraphs, each with the numbering of the source.
    pub paragraphs: Vec<String>,
}

/// One change of the list, for the feed: an account appeared, was revised, or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingChange {
    /// The ledger's sequence number of the entry behind it.
    pub seq: u64,
    /// When it was recorded, in milliseconds UTC.
    pub recorded_at: i64,
    /// The day that the entry states, in Asia/Tokyo.
    pub on: Date,
    /// The register's id of the account.
    pub account: String,
    /// アカウント名.
    pub name: String,
    /// The network's name as shown.
    pub network_label: String,
    /// What happened.
    pub what: ListingEvent,
}

/// What a change did to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListingEvent {
    /// 掲載: the account appeared on the list.
    Listed,
    /// 更新: a newer record took the place of the former.
    Revised,
    /// 休止: taken off the list for a time.
    Suspended,
    /// 廃止: taken off the list for good.
    Closed,
}

impl ListingRecord {
    /// The record's bytes: JSON in the order of the fields, without spaces.
    pub fn canonical(&self) -> Vec<u8> {
        // A struct of strings, dates and lists has no way to fail in JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The record of kept bytes, if they are the ones whose hash was recorded.
    pub fn kept(bytes: &str, record_hash: &str) -> Option<Self> {
        if Self::is_of(bytes, record_hash) { serde_json::from_str(bytes).ok() } else { None }
    }

    /// Whether these bytes are the ones whose hash was recorded.
    pub fn is_of(bytes: &str, record_hash: &str) -> bool {
        to_hex(&Sha256::digest(bytes)) == record_hash
    }
}
