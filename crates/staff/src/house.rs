//! What the pages work on: the municipalities of this installation, and the address under which staff reach them.

use std::collections::BTreeMap;
use std::sync::RwLock;

use actions::City;
use url::Url;

/// Everything that a request may reach.
#[derive(Debug)]
pub struct House {
    towns: RwLock<BTreeMap<String, Staffed>>,
    origin: Url,
}

/// One municipality with what its pages need beside its register.
#[derive(Debug, Clone)]
pub struct Staffed {
    /// The register.
    pub city: City,
    /// Its name, for headings before anybody signed in.
    pub name: String,
    /// Where citizens find its list, for links and copy blocks; `None` while nothing is published.
    pub public_url: Option<String>,
}

impl House {
    /// A house under the address that staff type; every absolute address is made from it and never from a Host header.
    pub fn new(origin: Url) -> Self {
        Self { towns: RwLock::default(), origin }
    }

    /// Takes a municipality in, or takes it in anew.
    pub fn take_in(&self, town: Staffed) {
        if let Ok(mut towns) = self.towns.write() {
            towns.insert(town.city.code().to_owned(), town);
        }
    }

    /// The municipality of a code.
    pub fn town(&self, code: &str) -> Option<Staffed> {
        self.towns.read().ok()?.get(code).cloned()
    }

    /// All municipalities, in the order of their codes.
    pub fn towns(&self) -> Vec<Staffed> {
        self.towns.read().map(|towns| towns.values().cloned().collect()).unwrap_or_default()
    }

    /// The address that staff type.
    pub fn origin(&self) -> &Url {
        &self.origin
    }

    /// An absolute address of a path.
    pub fn absolute(&self, path: &str) -> String {
        self.origin.join(path).map_or_else(|_| path.to_owned(), |url| url.to_string())
    }

    /// Whether the address is one that browsers keep from being overheard.
    pub(crate) fn is_sealed(&self) -> bool {
        self.origin.scheme() == "https"
    }
}
