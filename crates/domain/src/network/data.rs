//! Loading the networks from their data file, and looking one up by id, by what people call it, and by host.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::NetworkId;
use super::name::{NameData, NameFault, NameRule, Typed};
use super::pattern::{Pattern, QueryPattern};

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

/// What makes two accounts of a network different.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Identity {
    /// The name alone.
    #[default]
    Name,
    /// The name and the server it is on (federated networks).
    NameAndHost,
    /// The whole address.
    Address,
}

/// What a page of a network shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shows {
    /// The account that the address names.
    #[default]
    Account,
    /// Something that need not belong to the account that the address names.
    Claim,
}

/// Why a host is not a network's page for accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ElsewhereKind {
    ShortLink,
    Redirector,
    Content,
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

/// Hosts that never show an account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Elsewhere {
    pub kind: ElsewhereKind,
    hosts: BTreeSet<String>,
    pub reason: String,
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
    subdomains: Vec<String>,
    stable: String,
    reserved: BTreeSet<String>,
    #[serde(default)]
    name: Vec<NameData>,
    #[serde(default)]
    form: Vec<FormData>,
    #[serde(default)]
    not_account: Vec<NotAccountData>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    name: String,
    until: Option<Date>,
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
}

/// One address shape of a network.
#[derive(Debug)]
pub(super) struct Form {
    pub path: Pattern,
    pub query: Option<QueryPattern>,
    pub hosts: Vec<String>,
    pub tabs: Vec<String>,
    pub shows: Shows,
}

/// One network: how it is called, where it lives and how it names accounts.
#[derive(Debug)]
pub struct Network {
    id: NetworkId,
    labels: Vec<Label>,
    pub(super) identity: Identity,
    hosts: Vec<String>,
    subdomains: Vec<String>,
    stable: String,
    reserved: BTreeSet<String>,
    pub(super) names: Vec<NameRule>,
    pub(super) forms: Vec<Form>,
    pub(super) not_account: Vec<(Pattern, String)>,
}

/// All networks of a data file, in its order.
#[derive(Debug)]
pub struct Networks {
    all: Vec<Network>,
    by_alias: BTreeMap<String, usize>,
    pub(super) placeholders: BTreeSet<String>,
    pub(super) blanks: Vec<String>,
    pub(super) tracking: BTreeSet<String>,
    elsewhere: Vec<Elsewhere>,
}

impl Networks {
    /// The networks that are built in.
    pub fn standard() -> Result<Self, LoadError> {
        Self::parse(STANDARD)
    }

    /// Reads a data file of networks and checks that no two of them can be mixed up.
    pub fn parse(text: &str) -> Result<Self, LoadError> {
        let file: FileData = toml::from_str(text)?;
        if file.format != FORMAT {
            return Err(LoadError::Format { found: file.format });
        }
        let mut claims = Claims::default();
        let mut by_alias = BTreeMap::new();
        let mut all = Vec::new();
        for (at, data) in file.network.into_iter().enumerate() {
            claims.claim("id", data.id.as_str(), &data.id)?;
            for host in &data.hosts {
                claims.claim("host", host, &data.id)?;
            }
            for alias in &data.aliases {
                let folded = fold(alias);
                claims.claim("alias", &folded, &data.id)?;
                by_alias.insert(folded, at);
            }
            all.push(Network::from_data(data)?);
        }
        let placeholders = file.placeholders.iter().map(|word| fold(word)).collect();
        let FileData { blanks, tracking, elsewhere, .. } =
            FileData { network: Vec::new(), placeholders: Vec::new(), ..file };
        Ok(Self { all, by_alias, placeholders, blanks, tracking, elsewhere })
    }

    /// Every network, in the order of the data file.
    pub fn iter(&self) -> impl Iterator<Item = &Network> {
        self.all.iter()
    }

    /// The network with this id.
    pub fn get(&self, id: &NetworkId) -> Option<&Network> {
        self.all.iter().find(|network| network.id == *id)
    }

    /// The network that people mean by this name: 「ﾂｲｯﾀｰ」, 「X（旧Twitter）」 and `twitter` are one.
    ///
    /// What follows a separator (「Facebook・英語」) says which account it is, not which network.
    pub fn named(&self, text: &str) -> Option<&Network> {
        let folded = fold(text);
        let whole = self.by_alias.get(&folded);
        let first = || folded.split(['・', '(', '/', ':', '【', '[']).next().and_then(|part| self.by_alias.get(part));
        whole.or_else(first).and_then(|at| self.all.get(*at))
    }

    /// The network that this name is exactly an alias of.
    pub(super) fn aliased(&self, text: &str) -> Option<&Network> {
        self.by_alias.get(&fold(text)).and_then(|at| self.all.get(*at))
    }

    /// The network whose pages for accounts stand on this host.
    pub(super) fn at_host(&self, host: &str) -> Option<&Network> {
        self.all.iter().find(|network| network.site_of(host).is_some())
    }

    /// The network that owns this host without showing accounts there.
    pub(super) fn owner_of(&self, host: &str) -> Option<&Network> {
        self.all.iter().find(|network| network.hosts.iter().any(|own| is_below(host, own)))
    }

    /// The network whose name a stranger's host carries, such as `x.com.example.org` or `evilx.com`.
    pub(crate) fn imitated_by(&self, host: &str) -> Option<&Network> {
        let owned = self.owner_of(host).is_some() || self.at_host(host).is_some();
        let imitates = |network: &&Network| {
            network.identity == Identity::Name && network.hosts.iter().any(|own| carries(host, own))
        };
        if owned { None } else { self.all.iter().find(imitates) }
    }

    /// What is known about a host that never shows an account.
    pub(super) fn elsewhere(&self, host: &str) -> Option<&Elsewhere> {
        let bare = host.strip_prefix("www.").unwrap_or(host);
        self.elsewhere.iter().find(|place| place.hosts.contains(host) || place.hosts.contains(bare))
    }

    /// The federated networks.
    pub(super) fn federated(&self) -> impl Iterator<Item = &Network> {
        self.all.iter().filter(|network| network.identity == Identity::NameAndHost)
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
        let mut not_account = Vec::new();
        for page in data.not_account {
            not_account.push((Pattern::parse(&page.path).map_err(broken)?, page.reason));
        }
        Ok(Self {
            id,
            labels: data.labels,
            identity: data.identity,
            hosts: data.hosts,
            subdomains: data.subdomains,
            stable: data.stable,
            reserved: data.reserved,
            names,
            forms,
            not_account,
        })
    }

    /// The id of the network.
    pub fn id(&self) -> &NetworkId {
        &self.id
    }

    /// What the network is called today.
    pub fn label(&self) -> &str {
        self.labels.last().map_or(self.id.as_str(), |label| label.name.as_str())
    }

    /// What the network was called on a day: a list of 2022 says Twitter.
    pub fn label_on(&self, day: Date) -> &str {
        let held = self.labels.iter().find(|label| label.until.is_none_or(|until| day <= until));
        held.map_or(self.label(), |label| label.name.as_str())
    }

    /// Whether a key holds the name that stays when the account is renamed.
    pub fn is_stable(&self, name: &str) -> bool {
        self.rule_of(name).is_some_and(|(rule, _)| rule.kind == self.stable)
    }

    /// The name within a key for the id that the network never changes.
    pub(super) fn stable_name(&self, id: &str) -> String {
        let mark = self.rule(&self.stable).map_or("", |rule| rule.prefix.as_str());
        format!("{mark}{id}")
    }

    /// Why a name does not tell whose account it is, where that is so.
    pub(crate) fn opaque_reason(&self, name: &str) -> Option<&str> {
        self.rule_of(name).and_then(|(rule, _)| rule.opaque.as_deref())
    }

    /// The registered host that a host of this network stands for: `mobile.x.com` is `x.com`.
    pub(super) fn site_of(&self, host: &str) -> Option<&str> {
        let is_site = |own: &&String| {
            host == own.as_str()
                || host
                    .strip_suffix(own.as_str())
                    .and_then(|before| before.strip_suffix('.'))
                    .is_some_and(|label| self.subdomains.iter().any(|shape| is_label(label, shape)))
        };
        self.hosts.iter().find(is_site).map(String::as_str)
    }

    /// The rule for a kind of name.
    pub(super) fn rule(&self, kind: &str) -> Option<&NameRule> {
        self.names.iter().find(|rule| rule.kind == kind)
    }

    /// The rule that a name within a key follows, and the name without the rule's mark.
    pub(super) fn rule_of<'a>(&self, name: &'a str) -> Option<(&NameRule, &'a str)> {
        let local = match self.identity {
            Identity::NameAndHost => name.split_once('@').map_or(name, |(local, _)| local),
            Identity::Name | Identity::Address => name,
        };
        self.names.iter().find_map(|rule| {
            let bare = local.strip_prefix(rule.prefix.as_str())?;
            rule.canonical(bare).ok().map(|_| (rule, bare))
        })
    }

    /// The name as it stands in a key, or why there is no such name.
    pub(super) fn name(&self, rule: &NameRule, text: &str, host: &str) -> Result<String, NameFault> {
        let name = rule.canonical(text)?;
        if rule.prefix.is_empty() && self.is_reserved(&name) {
            return Err(NameFault::Reserved);
        }
        Ok(match self.identity {
            Identity::NameAndHost => format!("{}{name}@{host}", rule.prefix),
            Identity::Name | Identity::Address => format!("{}{name}", rule.prefix),
        })
    }

    /// Whether the network keeps this word for itself.
    pub(super) fn is_reserved(&self, name: &str) -> bool {
        self.reserved.contains(&name.to_ascii_lowercase())
    }

    /// The kinds of names people write without a URL.
    pub(super) fn typed_names(&self) -> impl Iterator<Item = &NameRule> {
        self.names.iter().filter(|rule| rule.typed != Typed::Never)
    }

    /// The canonical URL of a name within a key.
    pub(super) fn url_of(&self, name: &str) -> Option<String> {
        let (rule, bare) = self.rule_of(name)?;
        let host = name.rsplit_once('@').map_or("", |(_, host)| host);
        Some(rule.url.replace("{host}", host).replace("{}", bare))
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

/// The form in which names of networks are compared: width, case and spaces do not matter.
pub(super) fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

/// Whether a host is a domain or lies below it, at a dot.
pub(super) fn is_below(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'))
}

/// Whether a host carries a network's name: its word where that is long enough to
/// be no accident, or else its whole host name between dots and hyphens.
fn carries(host: &str, own: &str) -> bool {
    let word = own.split('.').next().unwrap_or(own);
    if word.len() >= 6 {
        return host.contains(word);
    }
    let ends = |side: Option<char>| side.is_none_or(|c| !c.is_ascii_alphanumeric());
    host.match_indices(own).any(|(at, _)| {
        let before = host.get(..at).and_then(|text| text.chars().next_back());
        let after = host.get(at + own.len()..).and_then(|text| text.chars().next());
        ends(before) && ends(after)
    })
}

/// Whether a label of a host has a shape in which `?` is one letter.
fn is_label(label: &str, shape: &str) -> bool {
    label.len() == shape.len()
        && label.bytes().zip(shape.bytes()).all(|(is, may)| is == may || (may == b'?' && is.is_ascii_lowercase()))
}
