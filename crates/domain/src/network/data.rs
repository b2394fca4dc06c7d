//! The networks, and looking one up by id, by what people call it, and by host.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::NetworkId;
use super::name::{NameFault, NameRule, Typed};
use super::pattern::{Pattern, QueryPattern};
use super::reading::Advised;

/// The kind of name that is a host of its own, where handles are no hosts.
pub(super) const SITE: &str = "site";

/// The kind of name that people know an account by.
pub(super) const HANDLE: &str = "handle";

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

/// Hosts that never show an account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Elsewhere {
    pub kind: ElsewhereKind,
    pub(super) hosts: BTreeSet<String>,
    reason: String,
    next: Option<String>,
    /// The key of the query that says where it leads.
    pub target: Option<String>,
}

impl Elsewhere {
    /// Why it shows no account, and what to do instead.
    pub fn why(&self) -> Advised {
        Advised { reason: self.reason.clone(), next: self.next.clone() }
    }
}

/// Pages on a network's own site that are no account.
#[derive(Debug)]
pub(super) struct NotAccount {
    pub path: Pattern,
    pub why: Advised,
    /// The key of the query that says where it leads.
    pub target: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) until: Option<Date>,
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

/// How long the text of a profile may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// At most so many.
    pub most: usize,
    /// Of these.
    #[serde(default)]
    pub counts: Counting,
}

/// What a network counts as one letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// Code points.
    CodePoints,
    /// UTF-16 units: never fewer than letters, however they are counted.
    #[default]
    Utf16,
}

impl Counting {
    /// How many letters a text has.
    pub fn of(self, text: &str) -> usize {
        match self {
            Self::CodePoints => text.chars().count(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }
}

/// One network: how it is called, where it lives and how it names accounts.
#[derive(Debug)]
pub struct Network {
    pub(super) id: NetworkId,
    pub(super) labels: Vec<Label>,
    pub(super) identity: Identity,
    pub(super) hosts: Vec<String>,
    pub(super) sites: Vec<String>,
    pub(super) subdomains: Vec<String>,
    /// Whether its old addresses have their path behind `#!`.
    pub(super) hashbang: bool,
    pub(super) stable: String,
    pub(super) copying: Option<String>,
    pub(super) profile: Option<Room>,
    pub(super) reserved: BTreeSet<String>,
    pub(super) names: Vec<NameRule>,
    pub(super) forms: Vec<Form>,
    pub(super) not_account: Vec<NotAccount>,
    /// The schemes of the links that open its app.
    pub(super) apps: Vec<String>,
}

/// All networks of a data file, in its order.
#[derive(Debug)]
pub struct Networks {
    pub(super) all: Vec<Network>,
    pub(super) by_alias: BTreeMap<String, usize>,
    pub(super) placeholders: BTreeSet<String>,
    pub(super) blanks: Vec<String>,
    pub(super) tracking: BTreeSet<String>,
    pub(super) elsewhere: Vec<Elsewhere>,
}

impl Networks {
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

    /// The network whose app a scheme opens.
    pub(super) fn of_app(&self, scheme: &str) -> Option<&Network> {
        let is_own = |network: &&Network| network.apps.iter().any(|own| own.eq_ignore_ascii_case(scheme));
        self.all.iter().find(is_own)
    }

    /// The network of which this host is an account by itself, and the rule of such names.
    pub(super) fn of_site(&self, host: &str) -> Option<(&Network, &NameRule)> {
        let is_site =
            |own: &String| host != own.as_str() && host.strip_prefix("www.") != Some(own) && is_below(host, own);
        let network = self.all.iter().find(|network| network.sites.iter().any(is_site))?;
        Some((network, network.rule(SITE).or_else(|| network.names.iter().find(|rule| rule.kind == HANDLE))?))
    }

    /// The network that owns this host without showing accounts there.
    pub(super) fn owner_of(&self, host: &str) -> Option<&Network> {
        self.all.iter().find(|network| network.hosts.iter().any(|own| is_below(host, own)))
    }

    /// The network whose pages or files stand on this host.
    pub(crate) fn whose_host(&self, host: &str) -> Option<&Network> {
        self.owner_of(host).or_else(|| self.at_host(host)).or_else(|| self.of_site(host).map(|(network, _)| network))
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
    /// The id of the network.
    pub fn id(&self) -> &NetworkId {
        &self.id
    }

    /// What the network is called today.
    pub fn label(&self) -> &str {
        self.labels.last().map_or(self.id.as_str(), |label| label.name.as_str())
    }

    /// How long the text of a profile may be there; `None` where the network does not say.
    pub fn profile_room(&self) -> Option<Room> {
        self.profile
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

    /// How somebody copies the address of an account in this network's app.
    pub fn copying(&self) -> Option<&str> {
        self.copying.as_deref()
    }

    /// The kind of name that has to be told with a name when it is filed.
    pub(super) fn told_with(&self, name: &str) -> Option<&NameRule> {
        self.rule_of(name).and_then(|(rule, _)| self.rule(rule.with.as_deref()?))
    }

    /// The kinds of names that may be told beside a name.
    pub(super) fn other_kinds<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a NameRule> {
        let own = self.rule_of(name).map(|(rule, _)| rule);
        let kind = own.map(|rule| rule.kind.clone());
        let told = own.and_then(|rule| rule.with.clone());
        self.names.iter().filter(move |rule| {
            let is_told = told.as_ref() == Some(&rule.kind) || told.is_none() && rule.kind == self.stable;
            let tells = rule.with.is_some() && rule.with == kind;
            is_told || tells
        })
    }

    /// Whether an account that is known by these names may have a name of this kind that nobody has told.
    pub(crate) fn may_have_untold<'a>(&self, name: &str, known: impl IntoIterator<Item = &'a str>) -> bool {
        let Some((asked, _)) = self.rule_of(name) else { return false };
        let told = |known: &str| self.rule_of(known).is_some_and(|(rule, _)| rule.kind == asked.kind);
        asked.may_be_untold && !known.into_iter().any(told)
    }

    /// The names that a name of any script begins with, where what follows may be the text around an address.
    pub(crate) fn beginnings<'a>(&self, name: &'a str) -> Vec<&'a str> {
        if !self.rule_of(name).is_some_and(|(rule, _)| rule.has_any_script()) {
            return Vec::new();
        }
        name.char_indices().filter(|(_, c)| !c.is_ascii()).filter_map(|(at, _)| name.get(..at)).collect()
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
        Some(Self::url_with(rule, bare, name))
    }

    /// The URL of a name as somebody wrote it; `name` is the key's, which has the server.
    pub(super) fn url_with(rule: &NameRule, written: &str, name: &str) -> String {
        let host = name.rsplit_once('@').map_or("", |(_, host)| host);
        rule.url.replace("{host}", host).replace("{}", written)
    }
}

/// The form in which names of networks are compared: width, case and spaces do not matter.
pub(super) fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

/// Whether a host is one of a municipality's own: a domain of its, one below it, or the same domain without `www`.
pub(crate) fn is_own(host: &str, own: &str) -> bool {
    let own = own.to_ascii_lowercase();
    is_below(host, &own) || own.strip_prefix("www.") == Some(host)
}

/// Whether a host is a domain or lies below it, at a dot.
pub(crate) fn is_below(host: &str, domain: &str) -> bool {
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
