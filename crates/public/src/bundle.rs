//! What goes into a bundle: whose list it is, its words, its records, and how long it may be trusted.

use crate::{Fault, ListSeed};
use domain::kind::Kind;
use domain::listing::{ListingChange, ListingRecord};
use domain::verification::{Index, Record, Standing};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Whose list it is and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// 全国地方公共団体コード, six figures.
    pub municipality_code: String,
    /// The municipality's name.
    pub municipality_name: String,
    /// The municipality's name in English, where its guideline gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality_name_en: Option<String>,
    /// The units' names in English by the names that the list shows, where the guideline gives any.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub units_en: BTreeMap<String, String>,
    /// The list's title in the guideline's own words.
    pub title: String,
    /// The absolute address under which the list is public.
    pub base_url: String,
    /// Whether a server stands behind the pages.
    pub serving: Serving,
    /// A notice above every page, such as that this is a specimen.
    pub notice: Option<String>,
    /// Whom to ask, as printed at the foot of every page.
    pub contact: Option<String>,
    /// What the city says of itself beside an official account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city_says: Option<String>,
    /// The words of the pages.
    pub words: Words,
}

impl Site {
    /// What the municipality is, and so by which word a sentence speaks of it.
    pub(crate) fn kind(&self) -> Kind {
        Kind::of(&self.municipality_name, &self.municipality_code)
    }

    /// Refuses a record that cannot have a page on this list.
    pub fn takes(&self, record: &ListingRecord) -> Result<(), Fault> {
        if !fits_file_name(&record.account) {
            return Err(Fault::AccountId(record.account.clone()));
        }
        if record.municipality != self.municipality_code {
            return Err(Fault::Foreign {
                account: record.account.clone(),
                found: record.municipality.clone(),
                wanted: self.municipality_code.clone(),
            });
        }
        Ok(())
    }
}

/// Whether somebody answers behind the public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Serving {
    /// A server answers searches and verifications; the pages carry the forms.
    Answers,
    /// Only files are served; the pages say how to look by oneself.
    FilesOnly,
}

/// The labels of the list, in the guideline's words where it has any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// The networks in the order of the list, with the names that other systems know them by.
    pub networks: Vec<NetworkWord>,
    /// Label of the network.
    pub network: String,
    /// Label of the account's name.
    pub account: String,
    /// Label of the purpose.
    pub purpose: String,
    /// Label of the unit.
    pub unit: String,
    /// Label of the day on which the account began.
    pub started_on: String,
    /// Label of the control number.
    pub number: String,
    /// Heading of the account's policy.
    pub policy: String,
}

/// One network's place in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkWord {
    /// The network's id.
    pub id: String,
    /// Its name in the XPOC manifest and on the English pages.
    pub platform: String,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            networks: Vec::new(),
            network: "ＳＮＳの種類".into(),
            account: "アカウント".into(),
            purpose: "運用目的".into(),
            unit: "所管部署".into(),
            started_on: "運用開始日".into(),
            number: "管理番号".into(),
            policy: "利用方針".into(),
        }
    }
}

impl Words {
    /// The place of a network in the list's order; unknown networks come last.
    pub(crate) fn place(&self, network: &str) -> usize {
        self.networks.iter().position(|word| word.id == network).unwrap_or(usize::MAX)
    }

    /// The network's name for other systems.
    pub(crate) fn platform<'a>(&'a self, network: &'a str) -> &'a str {
        self.networks.iter().find(|word| word.id == network).map_or(network, |word| word.platform.as_str())
    }
}

/// Everything that one publication shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// Whose list it is.
    pub site: Site,
    /// The records that the list shows.
    pub records: Vec<ListingRecord>,
    /// What changed, for the feed.
    pub changes: Vec<ListingChange>,
    /// The verification index.
    pub index: Index,
    /// The signed checkpoint of the ledger, as text.
    pub checkpoint: Option<String>,
    /// When the bundle was made, in milliseconds UTC.
    pub built_at: i64,
    /// Until when its answers may be trusted, in milliseconds UTC.
    pub valid_until: i64,
    /// The size of the ledger that it rests on.
    pub ledger_size: u64,
    /// What signs its description; without it nobody elsewhere can tell it from a forgery.
    pub seed: Option<ListSeed>,
}

impl Bundle {
    /// Refuses what cannot be published as it is, and gives the public address in its one form.
    pub(crate) fn check(&self) -> Result<Base, Fault> {
        if self.valid_until <= self.built_at {
            return Err(Fault::Validity);
        }
        let mut seen = BTreeSet::new();
        for record in &self.records {
            self.site.takes(record)?;
            if !seen.insert(record.account.to_ascii_lowercase()) {
                return Err(Fault::TwiceListed(record.account.clone()));
            }
        }
        self.check_index()?;
        Base::read(&self.site.base_url)
    }

    /// Refuses a list and an index that say different things about an account.
    fn check_index(&self) -> Result<(), Fault> {
        let shown: BTreeSet<&str> = self.records.iter().map(|record| record.account.as_str()).collect();
        let indexed = Vec::<Record>::from(self.index.clone());
        let listed: BTreeSet<&str> = indexed
            .iter()
            .filter(|record| matches!(record.standing, Standing::Listed { .. }))
            .map(|record| record.account.as_str())
            .collect();
        match shown.symmetric_difference(&listed).next() {
            None => Ok(()),
            Some(account) => Err(Fault::Disagree((*account).to_owned())),
        }
    }
}

/// The public address with a slash at its end, and its parts.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    /// The whole address, ending in a slash.
    pub(crate) url: String,
    /// The host (and port) alone.
    pub(crate) host: String,
    /// Host and path without scheme and last slash.
    pub(crate) bare: String,
}

impl Base {
    /// Reads an address of the configuration.
    pub(crate) fn read(text: &str) -> Result<Self, Fault> {
        let wrong = || Fault::BaseUrl(text.to_owned());
        let mut url = Url::parse(text.trim()).map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong());
        }
        url.set_query(None);
        url.set_fragment(None);
        let path = url.path().to_owned();
        if !path.ends_with('/') {
            url.set_path(&format!("{path}/"));
        }
        let name = url.host_str().ok_or_else(wrong)?;
        let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        let bare = format!("{host}{}", url.path()).trim_end_matches('/').to_owned();
        Ok(Self { url: url.to_string(), host, bare })
    }

    /// The absolute address of an account's page; the Japanese one is what other systems are told.
    pub(crate) fn account(&self, id: &str) -> String {
        format!("{}accounts/{id}.html", self.url)
    }
}

/// Whether an id may stand in a file name on every system, without a way out of the folder.
fn fits_file_name(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
