//! Whether a URL can be filed as the address of an account on a network.

use super::around::taken_out;
use super::data::{Identity, Network, Networks, fold, is_own};
use super::facts::{as_filed, other_name};
use super::reading::{Notice, Reading, Unclear, on_this, read_whole};
use super::typed::{self, Typing};
use super::{Address, NetworkId, canonical_url, web};

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
    /// Something stands around the URL.
    Surrounded {
        /// The URL alone.
        taken: String,
    },
    /// A user name or an app's link where a URL is asked for.
    NameOnly {
        /// What was written.
        found: String,
        /// The URL that it would have on the chosen network.
        url: Option<String>,
    },
    /// The text is none of the names that can be told beside the URL.
    NotOtherName {
        /// What was written.
        found: String,
        /// The network.
        network: NetworkId,
        /// What such names are called; none where the network has none.
        wanted: Vec<String>,
    },
    /// The URL does not say whose account it is without the name that belongs to it.
    NeedsName {
        /// The network.
        network: NetworkId,
        /// What the name is called.
        wanted: String,
        /// The URL.
        url: String,
    },
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

/// An address as somebody filed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The key.
    pub address: Address,
    /// Another name of the same account that was written behind the URL.
    pub other: Option<Address>,
    /// The URL as it is shown.
    pub url: String,
    /// The name as it is shown; `None` where the key is an id or a whole address.
    pub handle: Option<String>,
    /// What is worth a warning.
    pub notices: Vec<Notice>,
}

/// Where a second name may begin behind a URL: `https://lin.ee/… @ID`, `https://lin.ee/…（@ID）`.
pub(super) fn parts_two(c: char) -> bool {
    c.is_whitespace() || matches!(c, '（' | '(')
}

/// Reads the URL of a filing: the account's address, with what is worth a warning, or why it cannot be filed.
///
/// Behind the URL may stand another name of the account, such as the ID that a short link does not show.
pub fn for_filing(
    url: &str,
    chosen: Chosen<'_>,
    own_hosts: &[&str],
    networks: &Networks,
) -> Result<Filed, AddressProblem> {
    filled_in(url, networks)?;
    let alone = |url| filed_alone(url, chosen, own_hosts, networks);
    let Some((first, second)) = url.trim().split_once(parts_two) else { return alone(url) };
    let behind = second.trim_matches(|c: char| c.is_whitespace() || matches!(c, '（' | '(' | '）' | ')'));
    match alone(first) {
        Ok(filed) if !behind.is_empty() => {
            let surrounded = |_| AddressProblem::Surrounded { taken: first.to_owned() };
            let other = other_name(&filed.address, behind, networks).map_err(surrounded)?;
            Ok(Filed { other: Some(other), ..filed })
        }
        _ => alone(url),
    }
}

/// Reads a URL and nothing else.
fn filed_alone(
    url: &str,
    chosen: Chosen<'_>,
    own_hosts: &[&str],
    networks: &Networks,
) -> Result<Filed, AddressProblem> {
    let text = match typed::typing(url, networks) {
        Ok(Typing::Url(text)) => text,
        Ok(typing @ (Typing::Handle(_) | Typing::Federated { .. } | Typing::On { .. } | Typing::App { .. })) => {
            return Err(surrounded(url, networks, name_only(url, typing, chosen, networks)));
        }
        Ok(_) => return Err(surrounded(url, networks, AddressProblem::NotAUrl(Unclear::NotAnAddress))),
        Err(reason) => return Err(surrounded(url, networks, AddressProblem::NotAUrl(reason))),
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
            on_known(text, &page, network, networks).map_err(|problem| surrounded(url, networks, problem))?
        }
    };
    notices.extend(symbols(&address));
    let shown = as_filed(&address, text, networks);
    Ok(Filed { address, other: None, url: shown.url, handle: shown.handle, notices })
}

/// What a name, or a link into an app, would be as a URL of the chosen network.
fn name_only(written: &str, typing: Typing<'_>, chosen: Chosen<'_>, networks: &Networks) -> AddressProblem {
    let known = match chosen {
        Chosen::Known(id) => networks.get(id),
        Chosen::Other { .. } => None,
    };
    let read = |network: &Network| match typing {
        Typing::Handle(text) => on_this(network, &typed::narrow(text).0).ok(),
        _ => read_whole(written, networks).candidates()?.iter().find(|it| it.network == *network.id()).cloned(),
    };
    let url = known.and_then(read).map(|address| canonical_url(&address, networks));
    AddressProblem::NameOnly { found: written.trim().to_owned(), url }
}

/// The problem of a text; where an address stands in it, that the rest does not belong there.
fn surrounded(url: &str, networks: &Networks, problem: AddressProblem) -> AddressProblem {
    match taken_out(url, networks) {
        Some(Reading::Within { taken, .. }) => AddressProblem::Surrounded { taken },
        _ => problem,
    }
}

/// A warning that a host has the name of a network that it does not belong to.
fn likeness(page: &web::Page, networks: &Networks) -> Option<Notice> {
    let network = networks.imitated_by(&page.host)?;
    Some(Notice::LikeNetwork { host: page.host.clone(), label: network.label().to_owned() })
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
    let of_site = networks.of_site(&page.host).map(|(network, _)| network);
    if let Some(network) = networks.at_host(&page.host).or(of_site) {
        return Err(AddressProblem::OtherNetwork { chosen: other, is: network.id().clone() });
    }
    if let Some(network) = networks.owner_of(&page.host) {
        return Err(AddressProblem::Unreadable(Unclear::NoAccount { network: network.id().clone(), why: None }));
    }
    match networks.named(name) {
        Some(network) if network.identity == Identity::Address => return Err(AddressProblem::NameMissing),
        // Any server may be one of a federated network, so such a page is filed there.
        Some(network) if network.identity == Identity::NameAndHost => {
            return Err(AddressProblem::NameIsKnown { is: network.id().clone() });
        }
        // A network may give an account a host of its own, which no list of hosts can know.
        Some(_) | None => {}
    }
    if page.is_short_link(networks) || networks.elsewhere(&page.host).is_some() {
        let problem = networks.elsewhere(&page.host).map_or(Unclear::NotAUrl, |place| Unclear::Elsewhere(place.why()));
        return Err(AddressProblem::Unreadable(problem));
    }
    if page.notices.contains(&Notice::Http) {
        return Err(AddressProblem::NotHttps);
    }
    let address = page.whole(networks);
    let warned = likeness(&page, networks);
    Ok((address, page.notices.into_iter().chain(warned).collect()))
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
    match read_whole(text, networks) {
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
                Some(address) => Ok((address, page.notices.iter().cloned().chain(likeness(page, networks)).collect())),
                None => Err(strange()),
            }
        }
        Reading::Unclear { reason: Unclear::NoAccount { network, .. } | Unclear::Name { network, .. } }
            if network != chosen =>
        {
            Err(AddressProblem::OtherNetwork { chosen, is: network })
        }
        Reading::Within { .. } => Err(strange()),
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
