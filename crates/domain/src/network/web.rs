//! A URL as a browser sees it, and the account on the page it opens.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::{Host, Url};

use super::data::{ElsewhereKind, Form, Identity, Network, Networks, Shows};
use super::name::{NameFault, NameRule};
use super::reading::{Advised, Notice, Reading, Unclear};
use super::typed::{LONGEST, is_invisible};
use super::{Address, NetworkId};

/// A URL that could be a page of a network, taken apart.
pub(super) struct Page {
    url: Url,
    pub host: String,
    pub notices: Vec<Notice>,
}

/// A name that a form found.
struct Found<'a> {
    shows: Shows,
    rule: &'a NameRule,
    /// As it stands in a key.
    name: String,
    /// As it was written.
    written: String,
}

/// How an address was written: what is shown, while the key is what is compared.
pub(super) struct Written {
    pub url: String,
    pub handle: String,
}

/// The account that a link into a network's app names.
pub(super) fn in_app(network: &Network, scheme: &str, rest: &str, networks: &Networks) -> Result<Reading, Unclear> {
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest).to_ascii_lowercase();
    if network.site_of(&host).is_some() {
        // Some apps take the address of the page behind their own scheme.
        return open(&format!("https://{rest}"))?.account(networks).map(|reading| reading.with(Notice::AppLink));
    }
    let page = open(&format!("https://app.invalid/{rest}"))?;
    let app = format!("{}:", scheme.to_ascii_lowercase());
    match page.find(network, &app, &page.path()?) {
        Ok(found) => Ok(Reading::Address(Address::of(network.id(), &found.name), vec![Notice::AppLink])),
        Err(Some(fault)) => Err(Unclear::Name { network: network.id().clone(), fault }),
        Err(None) => Err(Unclear::AppLink(network.id().clone())),
    }
}

/// Opens a text as a browser would, and refuses whatever is made to be misread.
pub(super) fn open(text: &str) -> Result<Page, Unclear> {
    let mut notices = Vec::new();
    if is_crooked(text) {
        return Err(Unclear::CrookedPath);
    }
    if path_of(text).contains("//") {
        return Err(Unclear::DoubleSlash);
    }
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
    if !authority(&full).to_ascii_lowercase().contains(&host) || url.host_str() != Some(host.as_str()) {
        notices.push(Notice::Rewritten);
    }
    Ok(Page { url, host, notices })
}

/// Host and path of a text, as they were written. Only behind a scheme, or at the beginning, do two slashes lead to a host.
fn path_of(text: &str) -> &str {
    let is_scheme = |before: &str| {
        let letters = |scheme: &str| scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-".contains(&b));
        before.is_empty() || before.strip_suffix(':').is_some_and(letters)
    };
    let after = text.split_once("//").filter(|(before, _)| is_scheme(before)).map_or(text, |(_, after)| after);
    after.split(['?', '#']).next().unwrap_or(after)
}

/// Whether a browser would silently take another way than the one that is written.
fn is_crooked(text: &str) -> bool {
    let path = path_of(text);
    let dots = |part: &str| {
        let plain = part.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    };
    let host = path.split('/').next().unwrap_or(path);
    text.contains('\\') || host.ends_with(':') || host.contains('%') || path.split('/').skip(1).any(dots)
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
            return Err(self.leads_on(place.target.as_deref()).unwrap_or_else(|| Unclear::Elsewhere(place.why())));
        }
        if let Some((network, rule)) = networks.of_site(&self.host) {
            return self.on_site(network, rule);
        }
        match networks.at_host(&self.host) {
            Some(network) => self.on(network, networks),
            None if networks.owner_of(&self.host).is_some_and(|owner| owner.identity == Identity::Name) => {
                let owner = networks.owner_of(&self.host);
                let network = owner.map_or_else(NetworkId::other, |owner| owner.id().clone());
                Err(Unclear::NoAccount { network, why: owner.map(|owner| self.beside_accounts(owner)) })
            }
            None => self.on_unknown(networks),
        }
    }

    /// Where a page that only leads on says that it leads.
    fn leads_on(&self, key: Option<&str>) -> Option<Unclear> {
        let to = self.query(key?)?;
        let is_page = to.starts_with("https://") || to.starts_with("http://");
        is_page.then_some(Unclear::LeadsOn { to })
    }

    /// Why a host of a network's own shows no account.
    fn beside_accounts(&self, owner: &Network) -> Advised {
        let (host, label) = (&self.host, owner.label());
        let site = owner.hosts.first().map_or("", String::as_str);
        Advised {
            reason: format!("「{host}」は、{label}のアカウントのページがあるサイトではありません。"),
            next: Some(format!(
                "{label}のアカウントのページを開き、「https://{site}/」か「https://www.{site}/」で始まるURLを入れてください。"
            )),
        }
    }

    /// Whether the host only forwards to somewhere that cannot be seen.
    pub fn is_short_link(&self, networks: &Networks) -> bool {
        networks.elsewhere(&self.host).is_some_and(|place| place.kind == ElsewhereKind::ShortLink)
    }

    /// An account that has the whole host: every page there is its own.
    fn on_site(self, network: &Network, rule: &NameRule) -> Result<Reading, Unclear> {
        let fault = |fault| Unclear::Name { network: network.id().clone(), fault };
        let name = network.name(rule, &self.host, "").map_err(fault)?;
        let address = Address::of(network.id(), &name);
        Ok(match self.path()?.as_slice() {
            [] => Reading::Address(address, self.notices),
            _ => Reading::Post { candidates: vec![address], notices: self.notices },
        })
    }

    /// The account's name as this page's URL writes it, if it is a page of the account.
    pub fn written(&self, address: &Address, networks: &Networks) -> Option<Written> {
        let network = networks.get(&address.network)?;
        let site = network.site_of(&self.host).unwrap_or(&self.host);
        let found = self.find(network, site, &self.parts(network).ok()?).ok()?;
        (found.name == address.name()).then(|| {
            let server = address.name().rsplit_once('@').map(|(_, host)| host);
            let server = server.filter(|_| network.identity == Identity::NameAndHost);
            let server = server.map(|host| format!("@{host}")).unwrap_or_default();
            Written {
                url: Network::url_with(found.rule, &found.written, address.name()),
                handle: format!("{}{}{server}", found.rule.prefix, found.written),
            }
        })
    }

    /// The account of a network that this page of its site shows.
    fn on(mut self, network: &Network, networks: &Networks) -> Result<Reading, Unclear> {
        let site = network.site_of(&self.host).unwrap_or(&self.host).to_owned();
        let path = self.local(self.parts(network)?);
        let fault = match self.find(network, &site, &path) {
            Ok(Found { shows, rule, name, .. }) => {
                if rule.opaque.is_some() {
                    self.notices.push(Notice::OwnShortLink);
                }
                let address = Address::of(network.id(), &name);
                return Ok(match shows {
                    Shows::Account => Reading::Address(address, self.notices),
                    Shows::Claim => Reading::Post { candidates: vec![address], notices: self.notices },
                });
            }
            Err(fault) => fault,
        };
        if network.identity == Identity::NameAndHost
            && let Some((name, home)) =
                path.first().and_then(|part| part.strip_prefix('@')).and_then(|rest| rest.split_once('@'))
        {
            return self.remote_view(name, home, networks);
        }
        let id = network.id().clone();
        let page = network.not_account.iter().find(|it| it.path.find(&path).is_some_and(|it| it.rest.is_empty()));
        if let Some(on) = page.and_then(|page| self.leads_on(page.target.as_deref())) {
            return Err(on);
        }
        Err(match (page, fault) {
            (None, Some(fault)) if fault != NameFault::Reserved => Unclear::Name { network: id, fault },
            (page, _) => Unclear::NoAccount { network: id, why: page.map(|page| page.why.clone()) },
        })
    }

    /// The first form of a network that finds a name here, or why the last that tried found none.
    fn find<'a>(&self, network: &'a Network, site: &str, path: &[String]) -> Result<Found<'a>, Option<NameFault>> {
        let mut fault = None;
        for form in &network.forms {
            match self.fits(form, network, site, path) {
                // A query that names two accounts means whichever the server prefers.
                Some(Ok(_)) if self.names_again(form, network) => return Err(None),
                Some(Ok(found)) => return Ok(found),
                Some(Err(why)) => fault = Some(why),
                None => {}
            }
        }
        Err(fault)
    }

    /// `https://here/@name@there`: what a server says about another server's account, which is no more than a claim.
    fn remote_view(self, name: &str, home: &str, networks: &Networks) -> Result<Reading, Unclear> {
        let remote = || Unclear::RemoteView { home: home.to_owned() };
        let plain = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if !plain(name) || !plain(home) {
            return Err(remote());
        }
        match open(&format!("https://{home}/@{name}"))?.account(networks)? {
            Reading::Address(address, _) => Ok(Reading::Claimed { candidates: vec![address], notices: self.notices }),
            Reading::Server { candidates } => {
                let candidates = candidates.into_iter().filter(|it| it.network != NetworkId::other()).collect();
                Ok(Reading::Claimed { candidates, notices: self.notices })
            }
            _ => Err(remote()),
        }
    }

    /// Whether the query has a name of another kind beside the one that this form reads.
    fn names_again(&self, form: &Form, network: &Network) -> bool {
        let Some(own) = &form.query else { return false };
        let others = network.forms.iter().filter(|other| other.path == form.path).filter_map(|it| it.query.as_ref());
        let mut others = others.filter(|other| other.key != own.key);
        others.any(|other| self.url.query_pairs().any(|(key, _)| key == other.key))
    }

    /// The path with `@name@here` as `@name`: a server that names itself shows its own account.
    fn local(&self, mut path: Vec<String>) -> Vec<String> {
        for part in &mut path {
            let own = part.strip_prefix('@').and_then(|rest| rest.split_once('@'));
            if let Some((name, home)) = own
                && home.eq_ignore_ascii_case(&self.host)
            {
                *part = format!("@{name}");
            }
        }
        path
    }

    /// The parts of the path; where a network once wrote its paths as `/#!/name`, those of the fragment.
    fn parts(&self, network: &Network) -> Result<Vec<String>, Unclear> {
        let path = self.path()?;
        let old = self.url.fragment().and_then(|fragment| fragment.strip_prefix('!'));
        match old.filter(|_| network.hashbang && path.is_empty()) {
            Some(old) => {
                let old = old.split(['?', '#']).next().unwrap_or(old);
                old.trim_start_matches('/').trim_end_matches('/').split('/').map(decoded).collect()
            }
            None => Ok(path),
        }
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
    ) -> Option<Result<Found<'a>, NameFault>> {
        // What an app's links look like is said of each form; the shapes of the site are no shapes of theirs.
        let is_anywhere = form.hosts.is_empty() && !site.ends_with(':');
        if !is_anywhere && !form.hosts.iter().any(|host| host == site) {
            return None;
        }
        let shape = form.path.find(path)?;
        let known_rest = match shape.rest {
            [] => true,
            [tab] => form.tabs.iter().any(|known| known == tab),
            _ => false,
        };
        if !known_rest {
            return None;
        }
        let (kind, text) = match (&form.query, form.path.kind()) {
            (Some(query), _) => (query.kind.as_str(), Cow::Owned(self.query(&query.key)?)),
            (None, Some(kind)) => (kind, Cow::Borrowed(shape.name?)),
            (None, None) => return None,
        };
        let rule = network.rule(kind)?;
        if text.trim_start_matches('@').is_empty() {
            return None;
        }
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
        let written = rule.written(bare);
        let found = |name| Found { shows: form.shows, rule, name, written };
        Some(network.name(rule, bare, &self.host).map(found))
    }

    /// The one value of a query key: two of them would mean whatever the server prefers.
    fn query(&self, key: &str) -> Option<String> {
        let mut values = self.url.query_pairs().filter(|(is, _)| is == key).map(|(_, value)| value.into_owned());
        match (values.next(), values.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// A page on a host that no network of the data file has.
    fn on_unknown(self, networks: &Networks) -> Result<Reading, Unclear> {
        let path = self.local(self.path()?);
        let whole = self.whole(networks);
        if whole.key.len() > LONGEST {
            return Err(Unclear::TooLong);
        }
        if let [only] = path.as_slice()
            && let Some((name, home)) = only.strip_prefix('@').and_then(|rest| rest.split_once('@'))
        {
            return self.remote_view(name, home, networks);
        }
        let mut candidates = Vec::new();
        let mut shown = Shows::Account;
        for network in networks.federated() {
            if let Ok(Found { shows, name, .. }) = self.find(network, &self.host, &path) {
                candidates.push(Address::of(network.id(), &name));
                shown = shows;
            }
        }
        if candidates.is_empty() {
            return Ok(Reading::Address(whole, self.notices));
        }
        candidates.push(whole);
        Ok(match shown {
            Shows::Account => Reading::Server { candidates },
            Shows::Claim => Reading::Post { candidates, notices: self.notices },
        })
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

/// One part of a path, decoded; refused where decoding would make another path or no text.
fn decoded(part: &str) -> Result<String, Unclear> {
    let text = percent_decode_str(part).decode_utf8().map_err(|_| Unclear::NotAUrl)?;
    if text.contains(['/', '\\', '?', '#', '%']) || text.contains(char::is_control) {
        return Err(Unclear::NotAUrl);
    }
    let is_blank = |c: char| c.is_whitespace() || is_invisible(c);
    if let Some(blank) = text.chars().find(|c| is_blank(*c)) {
        return Err(Unclear::Escaped(utf8_percent_encode(&blank.to_string(), NON_ALPHANUMERIC).to_string()));
    }
    Ok(text.into_owned())
}
