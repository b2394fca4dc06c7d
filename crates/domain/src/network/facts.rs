//! What a register asks about an address: its owner's page, its stable id, its handle, its network's name.

use jiff::civil::Date;

use super::data::is_own;
use super::name::NameRule;
use super::reading::read_whole;
use super::{Address, AddressProblem, NetworkId, Networks, Reading, canonical_url, filing, web};

/// Whether a URL is a page of the municipality's own site.
pub fn is_own_page(url: &str, own_hosts: &[String]) -> bool {
    web::open(url.trim()).is_ok_and(|page| own_hosts.iter().any(|own| is_own(&page.host, own)))
}

/// The other name under which an account is reached on its network: the id that a rename leaves alone, or the name
/// that tells whose a short link is. It may be written as it is, or as a URL that has it.
pub fn other_name(address: &Address, text: &str, networks: &Networks) -> Result<Address, AddressProblem> {
    let network =
        networks.get(&address.network).ok_or_else(|| AddressProblem::NoSuchNetwork(address.network.clone()))?;
    let kinds: Vec<&NameRule> = network.other_kinds(address.name()).collect();
    let text = text.trim();
    let bare = text.strip_prefix('@').unwrap_or(text);
    let by_name = || {
        let named = kinds.iter().find_map(|rule| network.name(rule, bare, "").ok());
        named.map(|name| Address::of(network.id(), &name))
    };
    let of_kind = |found: &Address| {
        let kind = network.rule_of(found.name()).map(|(rule, _)| rule.kind.as_str());
        found.network == address.network && kinds.iter().any(|rule| Some(rule.kind.as_str()) == kind)
    };
    let by_url = || match read_whole(text, networks) {
        Reading::Address(found, _) => Some(found),
        Reading::Post { candidates, .. } => candidates.into_iter().next(),
        _ => None,
    };
    let found = by_name().or_else(|| by_url().filter(of_kind));
    found.ok_or_else(|| AddressProblem::NotOtherName {
        found: text.to_owned(),
        network: address.network.clone(),
        wanted: kinds.iter().map(|rule| rule.called().to_owned()).collect(),
    })
}

/// Whether an address was filed with the name that it needs beside it, as a short link does.
pub fn is_told(address: &Address, other: Option<&Address>, networks: &Networks) -> Result<(), AddressProblem> {
    let network = networks.get(&address.network);
    match network.and_then(|network| network.told_with(address.name())) {
        Some(rule) if other.is_none() => Err(AddressProblem::NeedsName {
            network: address.network.clone(),
            wanted: rule.called().to_owned(),
            url: canonical_url(address, networks),
        }),
        _ => Ok(()),
    }
}

/// An account's address as people are shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The URL, with the name as it was written.
    pub url: String,
    /// The name by which people find the account; `None` where the key is an id or a whole address.
    pub handle: Option<String>,
}

/// How an address is shown that was filed with this URL: compared by its key, shown as it was written.
pub fn as_filed(address: &Address, filed: &str, networks: &Networks) -> Shown {
    let first = filed.split(filing::parts_two).next().unwrap_or(filed).trim();
    let page = web::open(first).ok();
    let written = page.as_ref().and_then(|page| page.written(address, networks));
    let url = written.as_ref().map_or_else(|| canonical_url(address, networks), |written| written.url.clone());
    Shown { url, handle: handle(address, networks).map(|key| written.map_or(key, |written| written.handle)) }
}

/// The name by which people find the account on its network; `None` where the key is an id or a whole address.
fn handle(address: &Address, networks: &Networks) -> Option<String> {
    let known = networks.get(&address.network)?;
    let name = address.name();
    (address.network != NetworkId::other() && !known.is_stable(name)).then(|| name.to_owned())
}

/// What a network was called on a day; its id for one that the data file does not know.
pub fn label_on(network: &NetworkId, day: Date, networks: &Networks) -> String {
    networks.get(network).map_or_else(|| network.to_string(), |n| n.label_on(day).to_owned())
}
