//! Social networks and the addresses of accounts on them: what a typed text or a URL means.
//!
//! The networks themselves are data (`networks.toml`); what stands here is how a
//! browser and a network read an address, so that two spellings of one account
//! become one key and two accounts never do. Nothing here asks the network:
//! whether an account exists, or whose it is, is for the register to say.

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

pub(crate) use data::is_own;
pub use data::{Counting, Network, Networks, Room};
pub use facts::{handle, is_own_page, label_on, stable};
pub use filing::{AddressProblem, Chosen, for_filing};
pub use load::LoadError;
pub use name::NameFault;
pub use reading::{Notice, Reading, Unclear, read};
pub(crate) use words::names_in;

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
    fn of(network: &NetworkId, name: &str) -> Self {
        Self { network: network.clone(), key: format!("{network}:{name}") }
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
