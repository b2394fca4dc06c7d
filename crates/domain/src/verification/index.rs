//! The register as the verification sees it: records, found by the keys of their addresses.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::network::{Address, NetworkId, is_own};

/// One account of the register, or one impostor that was noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The account's id in the register.
    pub account: String,
    /// The municipality, as citizens read its name.
    pub municipality: String,
    /// The account's name, as citizens read it.
    pub name: String,
    /// The network.
    pub network: NetworkId,
    /// The canonical address first, then its stable id and former names.
    pub addresses: Vec<Address>,
    /// How the account stands today.
    pub standing: Standing,
}

/// How an account stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Standing {
    /// On the published list.
    Listed {
        /// The day it was listed.
        since: Date,
        /// The page of the list.
        page: String,
    },
    /// The municipality's, not in use for now (休止).
    Suspended {
        /// The day it was suspended.
        since: Date,
    },
    /// Was the municipality's, and is no longer (廃止).
    Closed {
        /// The day it was closed.
        on: Date,
    },
    /// Filed or being prepared, and not on the list.
    NotYetOfficial,
    /// An account that poses as the municipality.
    Impersonator {
        /// The day it was noted.
        noted_on: Date,
    },
}

impl Record {
    /// Whether the municipality holds this account today.
    pub fn is_held(&self) -> bool {
        matches!(self.standing, Standing::Listed { .. } | Standing::Suspended { .. })
    }
}

/// All records, and which of them an address belongs to.
///
/// It is written as its records and the municipality's own hosts: what can be
/// derived is derived again on reading, so that no file can point an address at
/// another record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Index {
    own_hosts: Vec<String>,
    records: Vec<Record>,
    by_key: BTreeMap<String, Vec<usize>>,
}

/// The index as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    own_hosts: Vec<String>,
    records: Vec<Record>,
}

impl From<Written> for Index {
    fn from(written: Written) -> Self {
        Self::new(written.records, written.own_hosts)
    }
}

impl From<Index> for Written {
    fn from(index: Index) -> Self {
        Self { own_hosts: index.own_hosts, records: index.records }
    }
}

/// Records alone: without the municipality's own hosts its own site is a page of an unknown host.
impl From<Vec<Record>> for Index {
    fn from(records: Vec<Record>) -> Self {
        Self::new(records, Vec::new())
    }
}

impl From<Index> for Vec<Record> {
    fn from(index: Index) -> Self {
        index.records
    }
}

impl Index {
    /// Puts records in order by their addresses; `own_hosts` are the domains of the municipality's own site.
    pub fn new(records: Vec<Record>, own_hosts: Vec<String>) -> Self {
        let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, record) in records.iter().enumerate() {
            for address in &record.addresses {
                let places = by_key.entry(address.key.clone()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        Self { own_hosts, records, by_key }
    }

    /// Every record, in the order given.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Whether the municipality has, or had, an account on a server of a federated network.
    pub(super) fn knows_server(&self, host: &str) -> bool {
        let on_server = |address: &Address| address.name().split_once('@').is_some_and(|(_, server)| server == host);
        let is_ours = |record: &&Record| !matches!(record.standing, Standing::Impersonator { .. });
        self.records.iter().filter(is_ours).any(|record| record.addresses.iter().any(on_server))
    }

    /// Whether a host is the municipality's own site.
    pub(super) fn is_own_host(&self, host: &str) -> bool {
        self.own_hosts.iter().any(|own| is_own(host, own))
    }

    /// Every record that has this address.
    pub fn at<'a>(&'a self, address: &Address) -> impl Iterator<Item = &'a Record> + use<'a> {
        let places = self.by_key.get(&address.key).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|at| self.records.get(*at))
    }

    /// Whether the municipality holds any account on a network today.
    pub fn has_account_on(&self, network: &NetworkId) -> bool {
        self.records.iter().any(|record| record.network == *network && record.is_held())
    }
}
