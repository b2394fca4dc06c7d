//! 定めのない事項の決定: what the authority that a guideline names has settled.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::guideline::ClauseId;
use crate::id::{AccountId, CaseId, GuidelineHash};
use crate::office::Post;

/// What a ruling is about, where it is about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// An account.
    Account(AccountId),
    /// A case.
    Case(CaseId),
}

/// A ruling as it stands in the register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// The day it is said to have been made.
    pub on: Date,
    /// The clause that it fills out, where it fills out one.
    pub clause: Option<ClauseId>,
    /// What it is about, where it is about one thing.
    pub about: Option<About>,
    /// Its 文書番号, where the city's document system has it.
    pub document_number: Option<String>,
    /// Who made it.
    pub by: Post,
    /// The version of the guideline that was ruled on.
    pub guideline: GuidelineHash,
    /// What it is called; `None` once lawfully erased.
    pub title: Option<String>,
    /// Its words; `None` once lawfully erased.
    pub words: Option<String>,
    /// The ledger's sequence number of its entry.
    pub seq: u64,
}
