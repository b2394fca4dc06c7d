//! Reading the data file of networks, and the checks that no two of them can be mixed up.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::NetworkId;
use super::data::{Elsewhere, Form, HANDLE, Identity, Label, Network, Networks, NotAccount, Room, SITE, Shows, fold};
use super::name::{NameData, NameRule};
use super::pattern::{Pattern, QueryPattern};
use super::reading::Advised;

/// The data file that is built in.
const STANDARD: &str = include_str!("../../networks.toml");

/// The format of the data file that this program reads.
const FORMAT: u32 = 1;

/// Why a data file of networks cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The text is not the TOML that is expected.
    #[error("ネットワークの定義を読めません: {0}")]
    Syntax(#[from] toml::de::Error),
    /// The file was written for another version of the format.
    #[error("ネットワークの定義の形式が {found} です。読めるのは {FORMAT} です。")]
    Format {
        /// The format that the file states.
        found: u32,
    },
    /// Two networks claim the same id, host or name.
    #[error("「{text}」が {first} と {second} の両方にあります。どちらか一方だけにしてください。")]
    Twice {
        /// What occurs twice.
        text: String,
        /// The network that had it first.
        first: NetworkId,
        /// The network that has it again.
        second: NetworkId,
    },
    /// A path or query shape cannot be read.
    #[error("{network} のURLの形「{text}」を読めません。")]
    Pattern {
        /// The network whose shape it is.
        network: NetworkId,
        /// The shape.
        text: String,
    },
    /// Something refers to a kind of name that the network does not have.
    #[error("{network} の「{kind}」という種類の名前が定義されていません。")]
    NoSuchKind {
        /// The network.
        network: NetworkId,
        /// The kind that is missing.
        kind: String,
    },
    /// A network has no label that holds today.
    #[error("{network} の今の呼び名がありません。until のない labels を最後に1つ書いてください。")]
    NoLabel {
        /// The network.
        network: NetworkId,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileData {
    format: u32,
    placeholders: Vec<String>,
    blanks: Vec<String>,
    tracking: BTreeSet<String>,
    elsewhere: Vec<Elsewhere>,
    network: Vec<NetworkData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NetworkData {
    id: NetworkId,
    labels: Vec<Label>,
    aliases: Vec<String>,
    #[serde(default)]
    identity: Identity,
    hosts: Vec<String>,
    #[serde(default)]
    sites: Vec<String>,
    subdomains: Vec<String>,
    #[serde(default)]
    hashbang: bool,
    #[serde(default)]
    apps: Vec<String>,
    stable: String,
    copying: Option<String>,
    profile: Option<Room>,
    reserved: BTreeSet<String>,
    #[serde(default)]
    name: Vec<NameData>,
    #[serde(default)]
    form: Vec<FormData>,
    #[serde(default)]
    not_account: Vec<NotAccountData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormData {
    path: String,
    query: Option<String>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    tabs: Vec<String>,
    #[serde(default)]
    shows: Shows,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotAccountData {
    path: String,
    reason: String,
    next: Option<String>,
    target: Option<String>,
}

impl Networks {
    /// The networks that are built in.
    pub fn standard() -> Result<Self, LoadError> {
        Self::parse(STANDARD)
    }

    /// Reads a data file of networks and checks that no two of them can be mixed up.
    pub fn parse(text: &str) -> Result<Self, LoadError> {
        let FileData { format, placeholders, blanks, tracking, elsewhere, network } = toml::from_str(text)?;
        if format != FORMAT {
            return Err(LoadError::Format { found: format });
        }
        let mut claims = Claims::default();
        let mut by_alias = BTreeMap::new();
        let mut all = Vec::new();
        for (at, data) in network.into_iter().enumerate() {
            claims.claim("id", data.id.as_str(), &data.id)?;
            for scheme in &data.apps {
                claims.claim("app", scheme, &data.id)?;
            }
            for host in data.hosts.iter().chain(&data.sites) {
                claims.claim("host", host, &data.id)?;
            }
            for alias in &data.aliases {
                let folded = fold(alias);
                claims.claim("alias", &folded, &data.id)?;
                by_alias.insert(folded, at);
            }
            all.push(Network::from_data(data)?);
        }
        Ok(Self {
            all,
            by_alias,
            placeholders: placeholders.iter().map(|word| fold(word)).collect(),
            blanks,
            tracking,
            elsewhere,
        })
    }
}

impl Network {
    fn from_data(data: NetworkData) -> Result<Self, LoadError> {
        let id = data.id;
        if data.labels.last().is_none_or(|label| label.until.is_some()) {
            return Err(LoadError::NoLabel { network: id });
        }
        let broken = |text: String| LoadError::Pattern { network: id.clone(), text };
        let names: Vec<NameRule> = data.name.into_iter().map(NameRule::from).collect();
        let mut forms = Vec::new();
        for form in data.form {
            let path = Pattern::parse(&form.path).map_err(broken)?;
            let query = form.query.as_deref().map(QueryPattern::parse).transpose().map_err(broken)?;
            let kind = path.kind().or(query.as_ref().map(|query| query.kind.as_str())).unwrap_or_default().to_owned();
            if !names.iter().any(|name| name.kind == kind) {
                return Err(LoadError::NoSuchKind { network: id, kind });
            }
            forms.push(Form { path, query, hosts: form.hosts, tabs: form.tabs, shows: form.shows });
        }
        if data.stable != "none" && !names.iter().any(|name| name.kind == data.stable) {
            return Err(LoadError::NoSuchKind { network: id, kind: data.stable });
        }
        if !data.sites.is_empty() && !names.iter().any(|name| name.kind == SITE || name.kind == HANDLE) {
            return Err(LoadError::NoSuchKind { network: id, kind: SITE.to_owned() });
        }
        let told: Vec<&String> = names.iter().filter_map(|name| name.with.as_ref()).collect();
        if let Some(kind) = told.into_iter().find(|kind| !names.iter().any(|name| name.kind == **kind)) {
            return Err(LoadError::NoSuchKind { network: id, kind: kind.clone() });
        }
        let mut not_account = Vec::new();
        for page in data.not_account {
            let path = Pattern::parse(&page.path).map_err(broken)?;
            let why = Advised { reason: page.reason, next: page.next };
            not_account.push(NotAccount { path, why, target: page.target });
        }
        Ok(Self {
            id,
            labels: data.labels,
            identity: data.identity,
            hosts: data.hosts,
            sites: data.sites,
            subdomains: data.subdomains,
            hashbang: data.hashbang,
            stable: data.stable,
            copying: data.copying,
            profile: data.profile,
            reserved: data.reserved,
            names,
            forms,
            not_account,
            apps: data.apps,
        })
    }
}

/// Who has said what, so that a second one is found.
#[derive(Default)]
struct Claims(BTreeMap<(&'static str, String), NetworkId>);

impl Claims {
    fn claim(&mut self, sort: &'static str, text: &str, by: &NetworkId) -> Result<(), LoadError> {
        match self.0.insert((sort, text.to_owned()), by.clone()) {
            Some(first) if sort == "id" || first != *by => {
                Err(LoadError::Twice { text: text.to_owned(), first, second: by.clone() })
            }
            _ => Ok(()),
        }
    }
}
