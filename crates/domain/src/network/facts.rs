//! What a register asks about an address: its owner's page, its stable id, its handle, its network's name.

use jiff::civil::Date;

use super::data::is_own;
use super::{Address, AddressProblem, NetworkId, Networks, Unclear, web};

/// Whether a URL is a page of the municipality's own site.
pub fn is_own_page(url: &str, own_hosts: &[String]) -> bool {
    web::open(url.trim()).is_ok_and(|page| own_hosts.iter().any(|own| is_own(&page.host, own)))
}

/// The address by a network's stable id, which a rename leaves alone.
pub fn stable(network: &NetworkId, id: &str, networks: &Networks) -> Result<Address, AddressProblem> {
    let known = networks.get(network).ok_or_else(|| AddressProblem::NoSuchNetwork(network.clone()))?;
    let address = Address::of(network, &known.stable_name(id.trim()));
    if known.is_stable(address.name()) {
        return Ok(address);
    }
    Err(AddressProblem::Unreadable(Unclear::NotAnAddress))
}

/// The name by which people find the account on its network; `None` where the key is an id or a whole address.
pub fn handle(address: &Address, networks: &Networks) -> Option<String> {
    let known = networks.get(&address.network)?;
    let name = address.name();
    (address.network != NetworkId::other() && !known.is_stable(name)).then(|| name.to_owned())
}

/// What a network was called on a day; its id for one that the data file does not know.
pub fn label_on(network: &NetworkId, day: Date, networks: &Networks) -> String {
    networks.get(network).map_or_else(|| network.to_string(), |n| n.label_on(day).to_owned())
}
