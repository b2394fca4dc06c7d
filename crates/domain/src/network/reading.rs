//! What a typed text means: an account, a bare handle, or nothing that can be judged.

use super::data::{Identity, Network, Networks};
use super::name::{NameFault, Typed};
use super::typed::{self, Typing};
use super::{Address, NetworkId, around, web};

/// What was understood of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// One account, and what is worth saying about how it was written.
    Address(Address, Vec<Notice>),
    /// A post on the network's own pages, whose address names the account that is said to have written it.
    Post {
        /// The account that is named; several on a server of an unknown make.
        candidates: Vec<Address>,
        /// What is worth saying about how it was written.
        notices: Vec<Notice>,
    },
    /// What a server says about another server's account, which is no more than a claim.
    Claimed {
        /// The account that is named; several on a server of an unknown make.
        candidates: Vec<Address>,
        /// What is worth saying about how it was written.
        notices: Vec<Notice>,
    },
    /// A page of a server of an unknown make: it may be any of these, all on that server.
    Server {
        /// The accounts that the page may be, one a make, and the page itself.
        candidates: Vec<Address>,
    },
    /// A name without a network: it may be any of these, of different people.
    Handle {
        /// The accounts that the name may mean, one a network.
        candidates: Vec<Address>,
    },
    /// An address with a text around it.
    Within {
        /// The address as it stood in the text.
        taken: String,
        /// Whether a word follows that may be the rest of a torn address.
        goes_on: bool,
        /// Names with `@` that stand beside it, without the `@`.
        named: Vec<String>,
        /// Mail addresses that stand beside it.
        mails: Vec<String>,
        /// What the address alone is read as.
        reading: Box<Reading>,
    },
    /// Nothing that can be judged.
    Unclear {
        /// Why not.
        reason: Unclear,
    },
}

impl Reading {
    /// The accounts that were read; `None` where there are none, or only a name without a network.
    pub fn candidates(&self) -> Option<&[Address]> {
        match self {
            Self::Address(address, _) => Some(std::slice::from_ref(address)),
            Self::Post { candidates, .. } | Self::Claimed { candidates, .. } | Self::Server { candidates } => {
                Some(candidates)
            }
            Self::Within { reading, .. } => reading.candidates(),
            Self::Handle { .. } | Self::Unclear { .. } => None,
        }
    }

    /// Whether one of the accounts is of a network of the data file.
    pub(super) fn is_of_network(&self) -> bool {
        self.candidates().is_some_and(|all| all.iter().any(|it| it.network != NetworkId::other()))
    }

    /// The same, with something more that is worth saying.
    pub(super) fn with(self, notice: Notice) -> Self {
        match self {
            Self::Address(address, notices) => Self::Address(address, [notices, vec![notice]].concat()),
            Self::Post { candidates, notices } => Self::Post { candidates, notices: [notices, vec![notice]].concat() },
            Self::Within { taken, goes_on, named, mails, reading } => {
                Self::Within { taken, goes_on, named, mails, reading: Box::new(reading.with(notice)) }
            }
            other => other,
        }
    }

    /// Whether two texts were read as one account.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        self == other || self.candidates().is_some_and(|own| Some(own) == other.candidates())
    }
}

/// Something about the way an address was written that a reader should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// `http` instead of `https`.
    Http,
    /// No scheme: `https` was taken.
    SchemeAdded,
    /// A short link that the network itself gives out.
    OwnShortLink,
    /// Characters that a browser silently reads as others (full-width letters, back slashes, line breaks).
    Rewritten,
    /// A host that has the name of a network and is none of its hosts.
    LikeNetwork {
        /// The host.
        host: String,
        /// The network's name of today.
        label: String,
    },
    /// Full-width letters of a handle, read as the usual ones.
    WideLetters,
    /// Written so that nobody opens it by mistake (`hxxps://x[.]com`), and read as it is meant.
    Refanged,
    /// A link that opens the network's app.
    AppLink,
    /// Characters other than letters and digits: allowed by the network, though some guidelines speak of 英数字 only.
    Symbols(Vec<char>),
}

/// Why a text cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// Nothing was written.
    Empty,
    /// More than an address can be.
    TooLong,
    /// Several words.
    SeveralWords,
    /// A text with several addresses, or none that can be read alone.
    SeveralAddresses(Vec<String>),
    /// An address behind which a line or a space stands before what may be the rest of it.
    Broken {
        /// The first part.
        taken: String,
    },
    /// An address with letters right before or behind it that may be its own.
    Glued {
        /// The address without them.
        taken: String,
    },
    /// An address beside which something stands that may be another one.
    PerhapsAnother {
        /// The address that was read.
        taken: String,
        /// What may be another.
        other: String,
    },
    /// A misspelt scheme, such as `https;//`.
    Typo {
        /// What was written.
        found: String,
        /// What was meant.
        meant: &'static str,
    },
    /// A URL in full-width characters.
    WideUrl,
    /// A scheme that no page has.
    Scheme(String),
    /// A link that opens this network's app, and does not say which account.
    AppLink(NetworkId),
    /// A name before the host (`https://x.com@evil.example/`).
    Userinfo,
    /// A port that no network uses.
    Port(u16),
    /// A number instead of a host name.
    NumberHost,
    /// A character that cannot be seen, or that turns the direction of reading.
    Invisible,
    /// Nothing a browser can open.
    NotAUrl,
    /// A space or a letter that is not seen, written as its number: `%20`.
    Escaped(String),
    /// A page that only leads on, and where it says that it leads.
    LeadsOn {
        /// What it says.
        to: String,
    },
    /// A host that never shows an account, in the data file's words.
    Elsewhere(Advised),
    /// An address of this network that does not name an account.
    NoAccount {
        /// The network.
        network: NetworkId,
        /// Why not, in the data file's words, where it has any.
        why: Option<Advised>,
    },
    /// A text that cannot be a name on this network.
    Name {
        /// The network.
        network: NetworkId,
        /// Why not.
        fault: NameFault,
    },
    /// Another server's view of an account of a federated network.
    RemoteView {
        /// The account's own server, as written.
        home: String,
    },
    /// Parts of a path that lead up, or nowhere.
    CrookedPath,
    /// Two slashes in a row within a path.
    DoubleSlash,
    /// The network that was written and the network of the address are two.
    Disagreement {
        /// What was written.
        said: NetworkId,
        /// What the address says.
        is: NetworkId,
    },
    /// The name of a network and nothing else.
    OnlyNetwork(NetworkId),
    /// A display name or a sentence.
    NotAnAddress,
}

/// Why a page is no account, and what to do instead where that is not the usual thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advised {
    /// Why not.
    pub reason: String,
    /// What to do.
    pub next: Option<String>,
}

/// Reads what somebody typed or pasted: a URL, a handle, a network and a handle, or a text with one of them in it.
pub fn read(input: &str, networks: &Networks) -> Reading {
    match typed::refanged(input) {
        Some(plain) => read_plain(&plain, networks).with(Notice::Refanged),
        None => read_plain(input, networks),
    }
}

fn read_plain(input: &str, networks: &Networks) -> Reading {
    let whole = read_whole(input, networks);
    if whole.candidates().is_some()
        && let Some(another) = around::perhaps_another(input, networks)
    {
        return unclear(another);
    }
    let may_be_surrounded = match &whole {
        Reading::Unclear { reason } => {
            !matches!(reason, Unclear::Empty | Unclear::TooLong | Unclear::Disagreement { .. })
        }
        Reading::Handle { candidates } => candidates.is_empty(),
        _ => false,
    };
    let Some(taken) = may_be_surrounded.then(|| around::taken_out(input, networks)).flatten() else { return whole };
    match typed::said(input, networks) {
        // What is written before an address goes with it, or against it.
        Some(said) => disagreement(said, &taken).map_or(taken, unclear),
        None => taken,
    }
}

fn disagreement(said: &Network, reading: &Reading) -> Option<Unclear> {
    let is = reading.candidates()?.iter().find(|it| it.network != *said.id() && it.network != NetworkId::other())?;
    Some(Unclear::Disagreement { said: said.id().clone(), is: is.network.clone() })
}

/// Reads a text that is an address and nothing else.
pub(super) fn read_whole(input: &str, networks: &Networks) -> Reading {
    if let Some(narrowed) = typed::all_wide(input) {
        return match read_whole(&narrowed, networks) {
            Reading::Address(address, mut notices) => {
                notices.push(Notice::WideLetters);
                Reading::Address(address, notices)
            }
            other => other,
        };
    }
    match typed::typing(input, networks) {
        Ok(typing) => of_typing(typing, networks).unwrap_or_else(unclear),
        Err(reason) => unclear(reason),
    }
}

fn unclear(reason: Unclear) -> Reading {
    Reading::Unclear { reason }
}

fn of_typing(typing: Typing<'_>, networks: &Networks) -> Result<Reading, Unclear> {
    match typing {
        Typing::Url(text) => web::open(text)?.account(networks),
        Typing::Handle(text) => Ok(bare_handle(text, networks)),
        Typing::Federated { name, host } => federated(name, host, networks),
        Typing::On { network, rest } => on_network(network, rest, networks),
        Typing::App { network, scheme, rest } => web::in_app(network, scheme, rest, networks),
        Typing::Words(text) => words(text, networks),
    }
}

/// A name that can be of one network only, or one with a leading `@` that may be on any.
fn bare_handle(text: &str, networks: &Networks) -> Reading {
    let (name, narrowed) = typed::narrow(text);
    let notices = if narrowed { vec![Notice::WideLetters] } else { Vec::new() };
    let bare = name.strip_prefix('@').unwrap_or(&name);
    let alone = networks.iter().find_map(|network| {
        let rule = network.names.iter().find(|rule| rule.stands_alone(bare))?;
        network.name(rule, bare, "").ok().map(|name| Address::of(network.id(), &name))
    });
    if let Some(address) = alone {
        return Reading::Address(address, notices);
    }
    if !name.starts_with('@') {
        return unclear(Unclear::NotAnAddress);
    }
    // Without candidates it is still a name, and one that nobody has registered.
    Reading::Handle { candidates: networks.iter().flat_map(|network| handle_on(network, &name)).collect() }
}

/// What a bare name would mean on one network.
fn handle_on<'a>(network: &'a Network, text: &'a str) -> impl Iterator<Item = Address> + 'a {
    let at = text.strip_prefix('@');
    network
        .typed_names()
        .filter_map(move |rule| match (rule.typed, at) {
            (Typed::OptionalAt, _) => Some((rule, at.unwrap_or(text))),
            (Typed::WithAt, Some(name)) => Some((rule, name)),
            (Typed::WithAt, None) | (Typed::Never, _) => None,
        })
        .filter_map(|(rule, name)| network.name(rule, name, "").ok())
        .map(|name| Address::of(network.id(), &name))
        .take(1)
}

/// `@name@host`: the host says which network, if it is known.
fn federated(name: &str, host: &str, networks: &Networks) -> Result<Reading, Unclear> {
    web::open(&format!("https://{host}/@{name}"))?.account(networks).map(|reading| match reading {
        Reading::Server { candidates } => {
            // Written this way it is an account of a server, never some other page.
            let candidates = candidates.into_iter().filter(|it| it.network != NetworkId::other()).collect();
            Reading::Server { candidates }
        }
        other => other,
    })
}

/// A network's name and then a handle or a URL.
fn on_network(network: &Network, rest: &str, networks: &Networks) -> Result<Reading, Unclear> {
    let said = network.id().clone();
    if rest.is_empty() {
        return Err(Unclear::OnlyNetwork(said));
    }
    match typed::typing(rest, networks)? {
        Typing::On { .. } => Err(Unclear::SeveralWords),
        Typing::Words(_) | Typing::Handle(_) => {
            let (name, narrowed) = typed::narrow(rest);
            let notices = if narrowed { vec![Notice::WideLetters] } else { Vec::new() };
            on_this(network, &name).map(|address| Reading::Address(address, notices))
        }
        other => match of_typing(other, networks)? {
            Reading::Address(address, notices) if address.network == said => Ok(Reading::Address(address, notices)),
            Reading::Address(address, _) => Err(Unclear::Disagreement { said, is: address.network }),
            ref claim @ (Reading::Claimed { ref candidates, .. } | Reading::Post { ref candidates, .. }) => {
                match candidates.iter().find(|it| it.network != said && it.network != NetworkId::other()) {
                    Some(other) => Err(Unclear::Disagreement { said, is: other.network.clone() }),
                    None => Ok(claim.clone()),
                }
            }
            Reading::Handle { candidates } | Reading::Server { candidates } => {
                match candidates.into_iter().find(|it| it.network == said) {
                    Some(address) => Ok(Reading::Address(address, Vec::new())),
                    None => on_this(network, rest).map(|address| Reading::Address(address, Vec::new())),
                }
            }
            other @ (Reading::Within { .. } | Reading::Unclear { .. }) => Ok(other),
        },
    }
}

/// A handle on a network that is known; here `@` may be left out everywhere.
pub(super) fn on_this(network: &Network, text: &str) -> Result<Address, Unclear> {
    let name = text.strip_prefix('@').unwrap_or(text);
    if name.is_empty() {
        return Err(Unclear::OnlyNetwork(network.id().clone()));
    }
    let mut fault = None;
    for rule in network.typed_names() {
        match network.name(rule, name, "") {
            Ok(name) => return Ok(Address::of(network.id(), &name)),
            Err(why) => fault = Some(why),
        }
    }
    let network = network.id().clone();
    Err(match fault {
        Some(fault) => Unclear::Name { network, fault },
        None => Unclear::NoAccount { network, why: None },
    })
}

/// A text that looks like nothing: the name of a network, or a display name.
fn words(text: &str, networks: &Networks) -> Result<Reading, Unclear> {
    match networks.aliased(text) {
        Some(network) if network.identity != Identity::Address => Err(Unclear::OnlyNetwork(network.id().clone())),
        _ => Err(Unclear::NotAnAddress),
    }
}
