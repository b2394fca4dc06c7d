//! The register as the verification sees it: records, found by the keys of their addresses.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;
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
    /// The URL as it was filed and is shown; the canonical one where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
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
        /// What it was until then.
        #[serde(default, skip_serializing_if = "Past::is_listed")]
        past: Past,
    },
    /// Taken off the list with the record that showed it, which was lawfully erased; nobody ended or suspended it.
    Unlisted,
    /// Filed or being prepared, and not on the list.
    NotYetOfficial,
    /// An account that poses as the municipality.
    Impersonator {
        /// The day it was noted.
        noted_on: Date,
    },
    /// In the register, in a record that cannot be read or is not as it was recorded: nothing can be said of it.
    Withheld,
}

/// What an account was before it was closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Past {
    /// On the list once.
    #[default]
    Listed,
    /// Known to the municipality, and never on the list.
    NeverListed,
}

impl Past {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field over by reference")]
    fn is_listed(&self) -> bool {
        *self == Self::Listed
    }
}

impl Standing {
    /// The standing of an account that was on the list and is closed.
    pub fn closed(on: Date) -> Self {
        Self::Closed { on, past: Past::Listed }
    }
}

impl Record {
    /// Whether it is on the published list.
    pub fn is_listed(&self) -> bool {
        matches!(self.standing, Standing::Listed { .. })
    }

    /// Whether the municipality holds this account today; of one that cannot be read it may be true.
    pub fn is_held(&self) -> bool {
        matches!(self.standing, Standing::Listed { .. } | Standing::Suspended { .. } | Standing::Withheld)
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
    /// What the municipality is; not written, since its name says it.
    kind: Kind,
    own_hosts: Vec<String>,
    records: Vec<Record>,
    by_key: BTreeMap<String, Vec<usize>>,
    by_page: BTreeMap<String, Vec<usize>>,
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
        let mut by_page: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let put = |map: &mut BTreeMap<String, Vec<usize>>, key: String, at: usize| {
            let places = map.entry(key).or_default();
            if places.last() != Some(&at) {
                places.push(at);
            }
        };
        for (at, record) in records.iter().enumerate() {
            for address in &record.addresses {
                put(&mut by_key, address.key.clone(), at);
                if let Some(page) = address.page_key() {
                    put(&mut by_page, page, at);
                }
            }
        }
        let kind = records.first().map(|record| Kind::named(&record.municipality)).unwrap_or_default();
        Self { kind, own_hosts, records, by_key, by_page }
    }

    /// The same index of a municipality of this kind, whether or not a record names it.
    #[must_use]
    pub fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// The word for the municipality in a sentence.
    pub(super) fn city(&self) -> &'static str {
        self.kind.word()
    }

    /// Other records of the same municipality.
    pub(super) fn with(&self, records: Vec<Record>) -> Self {
        Self::new(records, self.own_hosts.clone()).of(self.kind)
    }

    /// Every record, in the order given.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Whether the municipality has, or had, an account on a server of a federated network,
    /// of a make that one of these accounts would be of.
    pub(super) fn knows_server(&self, host: &str, candidates: &[Address]) -> bool {
        let of_make = |address: &Address| candidates.iter().any(|candidate| candidate.network == address.network);
        let is_there = |address: &Address| address.name().split_once('@').is_some_and(|(_, server)| server == host);
        let on_server = |address: &Address| of_make(address) && is_there(address);
        let is_ours = |record: &&Record| !matches!(record.standing, Standing::Impersonator { .. });
        self.records.iter().filter(is_ours).any(|record| record.addresses.iter().any(on_server))
    }

    /// Whether a host is the municipality's own site.
    pub(super) fn is_own_host(&self, host: &str) -> bool {
        self.own_hosts.iter().any(|own| is_own(host, own))
    }

    /// Whether an account of the register has addresses that nobody can read.
    pub(super) fn has_unread(&self) -> bool {
        self.records.iter().any(|record| record.standing == Standing::Withheld && record.addresses.is_empty())
    }

    /// Every record that has this address, whatever network its page was filed under.
    pub fn at<'a>(&'a self, address: &Address) -> impl Iterator<Item = &'a Record> + use<'a> {
        let by_key = self.by_key.get(&address.key).map(Vec::as_slice).unwrap_or_default();
        let own_key = |record: &Record| record.addresses.iter().any(|own| own.key == address.key);
        let same = |record: &Record| record.addresses.iter().any(|own| own.is_exactly(address));
        let by_page: Vec<&Record> = self.on_page(address).filter(|it| !own_key(it) && same(it)).collect();
        by_key.iter().filter_map(|at| self.records.get(*at)).chain(by_page)
    }

    /// Every record on a page that may be this one: the capitals of its name may differ.
    pub(super) fn on_page<'a>(&'a self, address: &Address) -> impl Iterator<Item = &'a Record> + use<'a> {
        let places = address.page_key().and_then(|page| self.by_page.get(&page)).map(Vec::as_slice);
        places.unwrap_or_default().iter().filter_map(|at| self.records.get(*at))
    }

    /// Whether the municipality holds any account on a network today.
    pub fn has_account_on(&self, network: &NetworkId) -> bool {
        self.records.iter().any(|record| record.network == *network && record.is_held())
    }
}
