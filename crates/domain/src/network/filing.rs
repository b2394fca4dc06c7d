//! Whether a URL can be filed as the address of an account on a network.

use super::data::{Identity, Network, Networks, fold, is_own};
use super::reading::{Notice, Reading, Unclear};
use super::typed::{self, Typing};
use super::{Address, NetworkId, read, web};

/// The network that somebody chose in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen<'a> {
    /// A network of the data file.
    Known(&'a NetworkId),
    /// その他, with the name that was written for it.
    Other {
        /// The free name.
        name: &'a str,
    },
}

/// Why a URL cannot be filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressProblem {
    /// Nothing was written.
    Empty,
    /// The blank of the form was left, or 「未定」 and the like.
    Placeholder {
        /// What was written.
        found: String,
    },
    /// The text is not the URL of a page.
    NotAUrl(Unclear),
    /// The URL is of the municipality's own site, which is no third party's service.
    OwnSite {
        /// The host.
        host: String,
    },
    /// The URL belongs to another network.
    OtherNetwork {
        /// The network that was chosen.
        chosen: NetworkId,
        /// The network of the URL.
        is: NetworkId,
    },
    /// The URL is of none of the pages of the chosen network.
    NotThisNetwork {
        /// The network that was chosen.
        chosen: NetworkId,
        /// The host of the URL.
        host: String,
    },
    /// The URL of a post: it would not stay, and it need not be the account's.
    Post(Address),
    /// The URL does not say which account it is.
    Unreadable(Unclear),
    /// その他 without a name.
    NameMissing,
    /// その他 with the name of a network that can be chosen.
    NameIsKnown {
        /// The network.
        is: NetworkId,
    },
    /// A page that is not protected, on a service that is not known.
    NotHttps,
    /// No such network in the data file.
    NoSuchNetwork(NetworkId),
}

/// Reads the URL of a filing: the account's address, with what is worth a warning, or why it cannot be filed.
pub fn for_filing(
    url: &str,
    chosen: Chosen<'_>,
    own_hosts: &[&str],
    networks: &Networks,
) -> Result<(Address, Vec<Notice>), AddressProblem> {
    filled_in(url, networks)?;
    let text = match typed::typing(url, networks) {
        Ok(Typing::Url(text)) => text,
        Ok(_) => return Err(AddressProblem::NotAUrl(Unclear::NotAnAddress)),
        Err(reason) => return Err(AddressProblem::NotAUrl(reason)),
    };
    let page = web::open(text).map_err(AddressProblem::NotAUrl)?;
    if own_hosts.iter().any(|own| is_own(&page.host, own)) {
        return Err(AddressProblem::OwnSite { host: page.host });
    }
    let (address, mut notices) = match chosen {
        Chosen::Other { name } => on_other(page, name, networks)?,
        Chosen::Known(id) if *id == NetworkId::other() => return Err(AddressProblem::NameMissing),
        Chosen::Known(id) => {
            let network = networks.get(id).ok_or_else(|| AddressProblem::NoSuchNetwork(id.clone()))?;
            on_known(text, &page, network, networks)?
        }
    };
    notices.extend(symbols(&address));
    Ok((address, notices))
}

/// Refuses a field that was left as the form printed it.
fn filled_in(url: &str, networks: &Networks) -> Result<(), AddressProblem> {
    let text = url.trim();
    if text.is_empty() {
        return Err(AddressProblem::Empty);
    }
    let blank = networks.blanks.iter().any(|mark| text.contains(mark.as_str()));
    let example = text.eq_ignore_ascii_case("https://") || text.eq_ignore_ascii_case("http://");
    if blank || example || networks.placeholders.contains(&fold(text)) {
        return Err(AddressProblem::Placeholder { found: text.to_owned() });
    }
    Ok(())
}

/// その他: any protected page of a service that has no entry of its own.
fn on_other(page: web::Page, name: &str, networks: &Networks) -> Result<(Address, Vec<Notice>), AddressProblem> {
    let other = NetworkId::other();
    if filled_in(name, networks).is_err() {
        return Err(AddressProblem::NameMissing);
    }
    if let Some(network) = networks.named(name) {
        return Err(match network.identity {
            Identity::Address => AddressProblem::NameMissing,
            Identity::Name | Identity::NameAndHost => AddressProblem::NameIsKnown { is: network.id().clone() },
        });
    }
    if let Some(network) = networks.at_host(&page.host).or_else(|| networks.owner_of(&page.host)) {
        return Err(AddressProblem::OtherNetwork { chosen: other, is: network.id().clone() });
    }
    if page.is_short_link(networks) || networks.elsewhere(&page.host).is_some() {
        let reason = networks.elsewhere(&page.host).map(|place| place.reason.clone()).unwrap_or_default();
        return Err(AddressProblem::Unreadable(Unclear::Elsewhere(reason)));
    }
    if page.notices.contains(&Notice::Http) {
        return Err(AddressProblem::NotHttps);
    }
    let address = page.whole(networks);
    Ok((address, page.notices))
}

/// A network of the data file: its own pages only.
fn on_known(
    text: &str,
    page: &web::Page,
    network: &Network,
    networks: &Networks,
) -> Result<(Address, Vec<Notice>), AddressProblem> {
    let chosen = network.id().clone();
    let strange = || AddressProblem::NotThisNetwork { chosen: chosen.clone(), host: page.host.clone() };
    match read(text, networks) {
        Reading::Address(address, notices) if address.network == chosen => Ok((address, notices)),
        Reading::Address(address, _) if address.network == NetworkId::other() => Err(strange()),
        Reading::Address(address, _) => Err(AddressProblem::OtherNetwork { chosen, is: address.network }),
        Reading::Claimed { candidates, .. } | Reading::Post { candidates, .. } => {
            match candidates.iter().find(|it| it.network == chosen) {
                Some(address) => Err(AddressProblem::Post(address.clone())),
                None => match candidates.into_iter().next() {
                    Some(address) => Err(AddressProblem::OtherNetwork { chosen, is: address.network }),
                    None => Err(strange()),
                },
            }
        }
        Reading::Handle { candidates } | Reading::Server { candidates } => {
            match candidates.into_iter().find(|it| it.network == chosen) {
                Some(address) => Ok((address, page.notices.clone())),
                None => Err(strange()),
            }
        }
        Reading::Unclear { reason: Unclear::NoAccount { network, .. } | Unclear::Name { network, .. } }
            if network != chosen =>
        {
            Err(AddressProblem::OtherNetwork { chosen, is: network })
        }
        Reading::Unclear { reason } => Err(AddressProblem::Unreadable(reason)),
    }
}

/// The characters of the account's own part that are not 英数字.
fn symbols(address: &Address) -> Option<Notice> {
    if address.network == NetworkId::other() {
        return None;
    }
    let mut found: Vec<char> = Vec::new();
    let name = address.name().strip_prefix("id:").unwrap_or(address.name());
    for c in name.chars().filter(|c| !c.is_ascii_alphanumeric()) {
        if !found.contains(&c) {
            found.push(c);
        }
    }
    if found.is_empty() { None } else { Some(Notice::Symbols(found)) }
}
