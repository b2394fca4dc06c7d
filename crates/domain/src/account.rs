//! An account in the register, and the standing that its cases gave it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, CaseId, UnitId};
use crate::network::{Address, NetworkId};
use crate::office::{Around, Designated};

/// One account of the register. What it is comes from the ledger alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The network, once known.
    pub network: Option<NetworkId>,
    /// その他: the network's name as typed.
    pub network_name: Option<String>,
    /// アカウント名, once known.
    pub name: Option<String>,
    /// Where it is reached, once known.
    pub address: Option<Address>,
    /// The URL as filed or acquired.
    pub url: Option<String>,
    /// The network's stable id for it, which renames leave alone.
    pub stable: Option<Address>,
    /// The owning units, lead first.
    pub units: Vec<UnitId>,
    /// 管理№, once received. It stays with the account.
    pub number: Option<String>,
    /// Whether it is on the list, and since when.
    pub standing: Standing,
    /// The case whose policy holds.
    pub policy: Option<CaseId>,
    /// Who is designated for it.
    pub designated: Vec<Designated>,
    /// The day from which it may post, where the guideline has such a step.
    pub operating_since: Option<Date>,
}

/// Where an account stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// 準備中: its opening is under way.
    Preparing,
    /// 既存(届出前): it existed before anybody filed it. Never official.
    Existing {
        /// The day it was noted.
        noted_on: Date,
    },
    /// 掲載: on the official list, and therefore official.
    Listed(Listed),
    /// 休止: taken off the list for a time.
    Suspended {
        /// Since this day.
        since: Date,
    },
    /// 掲載削除済: taken off the list, the closing not yet finished.
    Delisted {
        /// Since this day.
        since: Date,
    },
    /// 廃止.
    Closed {
        /// On this day.
        on: Date,
    },
    /// 取下げ: it never came to be.
    Withdrawn {
        /// On this day.
        on: Date,
    },
}

impl Standing {
    /// What the list says, while it says something.
    pub fn listed(&self) -> Option<&Listed> {
        if let Self::Listed(listed) = self { Some(listed) } else { None }
    }

    /// The day on which what was listed went off the list, while it is off and not closed.
    pub fn off_since(&self) -> Option<Date> {
        match self {
            Self::Suspended { since } | Self::Delisted { since } => Some(*since),
            Self::Preparing
            | Self::Existing { .. }
            | Self::Listed(_)
            | Self::Closed { .. }
            | Self::Withdrawn { .. } => None,
        }
    }
}

/// What the list says of an account now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// First listed on this day without a break since.
    pub since: Date,
    /// SHA-256 of the listing record's bytes, in hex.
    pub record_hash: String,
    /// The record's bytes; `None` once lawfully erased.
    pub record: Option<String>,
    /// The ledger's sequence number of the entry that listed it.
    pub seq: u64,
}

impl Account {
    /// An account of which nothing is known yet.
    pub fn new(id: AccountId, units: Vec<UnitId>, standing: Standing) -> Self {
        Self {
            id,
            network: None,
            network_name: None,
            name: None,
            address: None,
            url: None,
            stable: None,
            units,
            number: None,
            standing,
            policy: None,
            designated: Vec::new(),
            operating_since: None,
        }
    }

    /// Whether it takes up its address: until it is closed or withdrawn.
    pub fn is_live(&self) -> bool {
        !matches!(self.standing, Standing::Closed { .. } | Standing::Withdrawn { .. })
    }

    /// Whether it is official: on the list now, and nothing else.
    pub fn is_official(&self) -> bool {
        matches!(self.standing, Standing::Listed(_))
    }

    /// Around what the roles of every act about it are resolved: its own units, whatever units a case was opened with.
    pub fn around(&self) -> Around<'_> {
        Around { units: &self.units, designated: &self.designated }
    }

    /// The addresses that nobody else may hold while it lives.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.address.iter().chain(&self.stable)
    }
}

impl Standing {
    /// Whether the list has a page to show of it: it is listed, and its record was not erased.
    pub fn is_shown(&self) -> bool {
        matches!(self, Self::Listed(listed) if listed.record.is_some())
    }

    /// The state in the city's words.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Preparing => "準備中",
            Self::Existing { .. } => "既存(届出前)",
            Self::Listed(_) if self.is_shown() => "掲載中",
            Self::Listed(_) => "掲載取消(記録の消去)",
            Self::Suspended { .. } => "休止",
            Self::Delisted { .. } => "掲載削除済",
            Self::Closed { .. } => "廃止",
            Self::Withdrawn { .. } => "取下げ",
        }
    }
}
