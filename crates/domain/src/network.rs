//! Social networks and the addresses of accounts on them: what a typed text or a URL means.
//!
//! The networks themselves are data (`networks.toml`); what stands here is how a
//! browser and a network read an address, so that two spellings of one account
//! become one key and two accounts never do. Nothing here asks the network:
//! whether an account exists, or whose it is, is for the register to say.

mod around;
mod beside;
mod data;
mod facts;
mod filing;
mod load;
mod name;
mod pattern;
mod reading;
mod typed;
mod web;
mod words;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use around::taken_out;
pub(crate) use data::is_own;
pub use data::{Counting, Network, Networks, Room};
pub use facts::{Shown, as_filed, is_own_page, is_told, label_on, other_name};
pub use filing::{AddressProblem, Chosen, Filed, for_filing};
pub use load::LoadError;
pub use name::NameFault;
pub use reading::{Advised, Notice, Reading, Unclear, read};
pub use typed::refanged;

/// Names one network of the data file, such as `x` or `youtube`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NetworkId(String);

impl NetworkId {
    /// Takes the id as it stands in the data file; whether such a network exists is for [`Networks`] to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id of the kind "その他", for services the data file does not know.
    pub fn other() -> Self {
        Self::new("other")
    }

    /// The id as it stands in data.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NetworkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One account as a network tells accounts apart: equal keys are one account.
///
/// The key is `network:name`, with a mark before the name where a network has
/// several kinds of names: `x:mihon_city`, `x:id:123`, `youtube:@mihon`,
/// `youtube:UC…`, `line:@mihon`, `mastodon:koho@social.example`,
/// `other:https://example.jp/a`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The network the account is on.
    pub network: NetworkId,
    /// The canonical key.
    pub key: String,
}

impl Address {
    /// Puts a network and the name within it together as a key.
    pub(crate) fn of(network: &NetworkId, name: &str) -> Self {
        Self { network: network.clone(), key: format!("{network}:{name}") }
    }

    /// The page of an account that has a server in its address, whatever network it was filed under.
    ///
    /// A page that was filed as その他, Mastodon and Misskey is one page, and one page is one account.
    fn page(&self) -> Option<(&str, &str)> {
        let name = self.name();
        let (local, host) = if self.network == NetworkId::other() {
            let (host, path) = name.strip_prefix("https://")?.split_once('/')?;
            let path = path.split('?').next().unwrap_or(path);
            let local = path.strip_prefix('@').or_else(|| path.strip_prefix("%40"))?;
            (local.strip_suffix(host).and_then(|local| local.strip_suffix('@')).unwrap_or(local), host)
        } else {
            name.split_once('@')?
        };
        let is_page = !local.is_empty() && !local.contains(['/', '@']) && host.contains('.');
        is_page.then_some((local, host))
    }

    /// The page of the account in small letters, to find what may be the same page by.
    ///
    /// Some services have an account's page at `HOST/NAME` and call it `@NAME@HOST`, so the sign makes no difference here.
    pub fn page_key(&self) -> Option<String> {
        let bare = || self.name().strip_prefix("https://")?.split_once('/').map(|(host, local)| (local, host));
        let (local, host) = self.page().or_else(bare)?;
        (!local.is_empty() && !local.contains('/')).then(|| format!("{}@{host}", local.to_ascii_lowercase()))
    }

    /// The keys under which the same account may have been filed: its own, and those of its page.
    pub fn keys(&self, networks: &Networks) -> Vec<String> {
        let mut keys = vec![self.key.clone()];
        if let Some((local, host)) = self.page() {
            let small = local.to_ascii_lowercase();
            keys.extend(networks.federated().map(|network| format!("{}:{small}@{host}", network.id())));
            keys.extend([local, &small].map(|local| format!("{}:https://{host}/@{local}", NetworkId::other())));
        }
        keys.dedup();
        keys
    }

    /// Whether two addresses are of one account to the letter, whatever network its page was filed under.
    pub(crate) fn is_exactly(&self, other: &Self) -> bool {
        self.key == other.key || self.page().is_some_and(|page| Some(page) == other.page())
    }

    /// Whether two addresses may not belong to two accounts: one account, or one page but for its capitals.
    pub fn is_same(&self, other: &Self) -> bool {
        if self.key == other.key {
            return true;
        }
        let both_whole = self.network == NetworkId::other() && other.network == NetworkId::other();
        match (self.page(), other.page()) {
            // Federated networks tell no capitals apart; what another service does is not known.
            (Some((one, here)), Some((two, there))) => {
                here == there && (one == two || !both_whole && one.eq_ignore_ascii_case(two))
            }
            _ => false,
        }
    }

    /// The key without the network before it.
    pub fn name(&self) -> &str {
        self.key.strip_prefix(self.network.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(&self.key)
    }
}

/// The one URL under which the account is listed, filed and printed.
///
/// Reading it again gives the same address. A key that no rule of the data file
/// knows (written by a later version) is given back as it stands, without a guess.
pub fn canonical_url(address: &Address, networks: &Networks) -> String {
    let name = address.name();
    if address.network == NetworkId::other() {
        return name.to_owned();
    }
    networks.get(&address.network).and_then(|network| network.url_of(name)).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests;
