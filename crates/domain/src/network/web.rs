//! A URL as a browser sees it, and the account on the page it opens.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::data::{ElsewhereKind, Form, Identity, Network, Networks, Shows};
use super::name::{NameFault, NameRule};
use super::reading::{Notice, Reading, Unclear};
use super::typed::LONGEST;
use super::{Address, NetworkId};

/// A URL that could be a page of a network, taken apart.
pub(super) struct Page {
    url: Url,
    pub host: String,
    pub notices: Vec<Notice>,
}

/// Opens a text as a browser would, and refuses whatever is made to be misread.
pub(super) fn open(text: &str) -> Result<Page, Unclear> {
    let mut notices = Vec::new();
    let lower = text.to_ascii_lowercase();
    let full = if lower.starts_with("http:") || lower.starts_with("https:") {
        Cow::Borrowed(text)
    } else {
        notices.push(Notice::SchemeAdded);
        Cow::Owned(format!("https://{}", text.trim_start_matches('/')))
    };
    let url = Url::parse(&full).map_err(|_| Unclear::NotAUrl)?;
    match url.scheme() {
        "https" => {}
        "http" => notices.push(Notice::Http),
        other => return Err(Unclear::Scheme(other.to_owned())),
    }
    if !url.username().is_empty() || url.password().is_some() || authority(&full).contains('@') {
        return Err(Unclear::Userinfo);
    }
    if let Some(port) = url.port() {
        return Err(Unclear::Port(port));
    }
    let host = match url.host() {
        Some(Host::Domain(domain)) => domain.strip_suffix('.').unwrap_or(domain).to_owned(),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => return Err(Unclear::NumberHost),
        None => return Err(Unclear::NotAUrl),
    };
    if !host.contains('.') || host.starts_with('.') || host.ends_with('.') || host.contains("..") {
        return Err(Unclear::NotAUrl);
    }
    if full.contains(['\\', '\t', '\n', '\r'])
        || !authority(&full).to_ascii_lowercase().contains(&host)
        || url.host_str() != Some(host.as_str())
    {
        notices.push(Notice::Rewritten);
    }
    Ok(Page { url, host, notices })
}

/// What stands between the slashes and the path, as it was written.
fn authority(full: &str) -> &str {
    let after = full.split_once(':').map_or(full, |(_, after)| after).trim_start_matches(['/', '\\']);
    after.split(['/', '\\', '?', '#']).next().unwrap_or(after)
}

impl Page {
    /// The account that the page is about.
    pub fn account(self, networks: &Networks) -> Result<Reading, Unclear> {
        if let Some(place) = networks.elsewhere(&self.host) {
            return Err(Unclear::Elsewhere(place.reason.clone()));
        }
        match networks.at_host(&self.host) {
            Some(network) => self.on(network),
            None if networks.owner_of(&self.host).is_some_and(|owner| owner.identity == Identity::Name) => {
                let network = networks.owner_of(&self.host).map_or_else(NetworkId::other, |owner| owner.id().clone());
                Err(Unclear::NoAccount { network, reason: None })
            }
            None => self.on_unknown(networks),
        }
    }

    /// Whether the host only forwards to somewhere that cannot be seen.
    pub fn is_short_link(&self, networks: &Networks) -> bool {
        networks.elsewhere(&self.host).is_some_and(|place| place.kind == ElsewhereKind::ShortLink)
    }

    /// The account of a network that this page of its site shows.
    pub fn on(self, network: &Network) -> Result<Reading, Unclear> {
        let site = network.site_of(&self.host).unwrap_or(&self.host).to_owned();
        let path = self.path()?;
        let mut fault = None;
        for form in &network.forms {
            match self.fits(form, network, &site, &path) {
                Some(Ok(found)) => return Ok(self.reading(network, form, found)),
                Some(Err(why)) => fault = Some(why),
                None => {}
            }
        }
        let id = network.id().clone();
        let page =
            network.not_account.iter().find(|(shape, _)| shape.find(&path).is_some_and(|found| found.rest.is_empty()));
        let reason = page.map(|(_, reason)| reason.clone());
        Err(match (reason, fault) {
            (None, Some(NameFault::Shape)) if self.is_remote_view(network, &path) => {
                Unclear::RemoteView { home: path.first().map_or_else(String::new, Clone::clone) }
            }
            (None, Some(fault)) if fault != NameFault::Reserved => Unclear::Name { network: id, fault },
            (reason, _) => Unclear::NoAccount { network: id, reason },
        })
    }

    /// `https://here/@name@there`: what a server says about another server's account.
    fn is_remote_view(&self, network: &Network, path: &[String]) -> bool {
        let remote = path.first().and_then(|part| part.strip_prefix('@')).is_some_and(|name| name.contains('@'));
        network.identity == Identity::NameAndHost && remote
    }

    /// The parts of the path, decoded once as a server does.
    fn path(&self) -> Result<Vec<String>, Unclear> {
        let mut parts: Vec<&str> = self.url.path_segments().map(Iterator::collect).unwrap_or_default();
        if parts.last().is_some_and(|last| last.is_empty()) {
            parts.pop();
        }
        parts.into_iter().map(decoded).collect()
    }

    /// The name that a form finds on this page: nothing if the form is another, an error if the name cannot be one.
    fn fits<'a>(
        &self,
        form: &Form,
        network: &'a Network,
        site: &str,
        path: &[String],
    ) -> Option<Result<(&'a NameRule, String), NameFault>> {
        if !form.hosts.is_empty() && !form.hosts.iter().any(|host| host == site) {
            return None;
        }
        let found = form.path.find(path)?;
        let known_rest = match found.rest {
            [] => true,
            [tab] => form.tabs.iter().any(|known| known == tab),
            _ => false,
        };
        if !known_rest {
            return None;
        }
        let (kind, text) = match (&form.query, form.path.kind()) {
            (Some(query), _) => (query.kind.as_str(), Cow::Owned(self.query(&query.key)?)),
            (None, Some(kind)) => (kind, Cow::Borrowed(found.name?)),
            (None, None) => return None,
        };
        let rule = network.rule(kind)?;
        // A name in a query may be written with the `@` that the key has anyway.
        let bare = if form.query.is_some() { text.strip_prefix('@').unwrap_or(&text) } else { &text };
        if network.identity == Identity::NameAndHost && bare.contains('@') {
            return Some(Err(NameFault::Shape));
        }
        if form.query.is_none()
            && network.is_reserved(path.first().map_or("", String::as_str))
            && form.path.begins_with_name()
        {
            return Some(Err(NameFault::Reserved));
        }
        Some(network.name(rule, bare, &self.host).map(|name| (rule, name)))
    }

    /// The one value of a query key: two of them would mean whatever the server prefers.
    fn query(&self, key: &str) -> Option<String> {
        let mut values = self.url.query_pairs().filter(|(is, _)| is == key).map(|(_, value)| value.into_owned());
        match (values.next(), values.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    fn reading(mut self, network: &Network, form: &Form, (rule, name): (&NameRule, String)) -> Reading {
        if rule.opaque.is_some() {
            self.notices.push(Notice::OwnShortLink);
        }
        let address = Address::of(network.id(), &name);
        match form.shows {
            Shows::Account => Reading::Address(address, self.notices),
            Shows::Claim => Reading::Claimed(address, self.notices),
        }
    }

    /// A page on a host that no network of the data file has.
    fn on_unknown(self, networks: &Networks) -> Result<Reading, Unclear> {
        let path = self.path()?;
        let whole = self.whole(networks);
        if whole.key.len() > LONGEST {
            return Err(Unclear::TooLong);
        }
        let named = match path.as_slice() {
            [only] => only.strip_prefix('@'),
            [users, name] if users == "users" => Some(name.as_str()),
            _ => None,
        };
        let Some(name) = named else {
            return Ok(Reading::Address(whole, self.notices));
        };
        if let Some((_, home)) = name.split_once('@') {
            return Err(Unclear::RemoteView { home: home.to_owned() });
        }
        let mut candidates = federated_at(name, &self.host, networks);
        candidates.push(whole);
        Ok(Reading::Handle { candidates })
    }

    /// The whole address, without what only says where the reader came from.
    pub fn whole(&self, networks: &Networks) -> Address {
        let path = self.url.path().trim_end_matches('/');
        let query: Vec<&str> = self
            .url
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .filter(|pair| !networks.tracking.contains(pair.split('=').next().unwrap_or(pair)))
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let slash = if path.is_empty() { "/" } else { "" };
        let address = format!("https://{}{path}{slash}{mark}{}", self.host, query.join("&"));
        Address::of(&NetworkId::other(), &address)
    }
}

/// The accounts that `/@name` may be on a server of an unknown make.
fn federated_at(name: &str, host: &str, networks: &Networks) -> Vec<Address> {
    let on = |network: &Network| {
        let named = network.names.iter().find_map(|rule| network.name(rule, name, host).ok());
        named.map(|name| Address::of(network.id(), &name))
    };
    networks.federated().filter_map(on).collect()
}

/// One part of a path, decoded; refused where decoding would make another path or no text.
fn decoded(part: &str) -> Result<String, Unclear> {
    let text = percent_decode_str(part).decode_utf8().map_err(|_| Unclear::NotAUrl)?;
    if text.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | '?' | '#')) {
        return Err(Unclear::NotAUrl);
    }
    Ok(text.into_owned())
}
