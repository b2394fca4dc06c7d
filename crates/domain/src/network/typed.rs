//! What sort of thing somebody typed, before anything is looked up.

use super::data::{Network, Networks};
use super::reading::Unclear;

/// Longer than any address of any network.
pub(super) const LONGEST: usize = 2048;

/// Spellings of `http` and `https` that are found on real pages.
const SCHEMES: [(&str, &str); 16] = [
    ("https", "https"),
    ("http", "http"),
    ("htps", "https"),
    ("htpps", "https"),
    ("httsp", "https"),
    ("htttps", "https"),
    ("hhttps", "https"),
    ("httpss", "https"),
    ("httos", "https"),
    ("htts", "https"),
    ("ttps", "https"),
    ("tps", "https"),
    ("htp", "http"),
    ("htttp", "http"),
    ("hhttp", "http"),
    ("ttp", "http"),
];

/// What people write between a network's name and a handle, longer ones before those that they end with.
const LABELS: [&str; 15] = [
    "公式アカウント名",
    "公式アカウント",
    "アカウント名",
    "アカウントid",
    "アカウント",
    "ユーザー名",
    "ユーザーネーム",
    "ユーザーid",
    "ユーザid",
    "公式id",
    "検索id",
    "id",
    "公式",
    "account",
    "username",
];

/// The sort of a typed text.
#[derive(Clone, Copy)]
pub(super) enum Typing<'a> {
    /// A URL, perhaps without its scheme.
    Url(&'a str),
    /// `@name` or a single word that could be a name.
    Handle(&'a str),
    /// `@name@host`.
    Federated { name: &'a str, host: &'a str },
    /// A network's name and something after it.
    On { network: &'a Network, rest: &'a str },
    /// A link that opens a network's app: its scheme, and what stands behind that.
    App { network: &'a Network, scheme: &'a str, rest: &'a str },
    /// Something else.
    Words(&'a str),
}

/// Tells the sort of a text, or why it has none.
pub(super) fn typing<'a>(input: &'a str, networks: &'a Networks) -> Result<Typing<'a>, Unclear> {
    let text = unwrapped(input);
    if text.is_empty() {
        return Err(Unclear::Empty);
    }
    if text.len() > LONGEST {
        return Err(Unclear::TooLong);
    }
    if text.chars().any(is_invisible) {
        return Err(Unclear::Invisible);
    }
    if let Some((network, rest)) = led_by_network(text, networks) {
        return Ok(Typing::On { network, rest });
    }
    let spaced = text.contains(char::is_whitespace);
    if let Some((scheme, rest)) = text.split_once("://").filter(|_| !spaced)
        && let Some(network) = networks.of_app(scheme)
    {
        return Ok(Typing::App { network, scheme, rest });
    }
    let plain = scheme(text)?;
    if spaced {
        return if networks.aliased(text).is_some() { Ok(Typing::Words(text)) } else { Err(Unclear::SeveralWords) };
    }
    if plain == Scheme::Written {
        return Ok(Typing::Url(text));
    }
    if networks.aliased(text).is_some() {
        return Ok(Typing::Words(text));
    }
    if let Some((name, host)) = text.strip_prefix(['@', '＠']).and_then(|rest| rest.split_once('@')) {
        let plain = |part: &str, also: &[char]| {
            !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || also.contains(&c))
        };
        // A last label of letters and a sentence is a host with a text behind it.
        let last = host.rsplit('.').next().unwrap_or(host);
        let one_script = last.is_ascii() || last.chars().all(|c| !c.is_ascii());
        // Anything else would be put into a URL below and change what it is the URL of.
        let whole = plain(name, &['_', '.', '-']) && plain(host, &['.', '-']) && one_script;
        return Ok(if whole { Typing::Federated { name, host } } else { Typing::Words(text) });
    }
    let host = text.split(['/', '?', '#', '\\']).next().unwrap_or(text);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    if text.starts_with("//") || (text.len() > host.len() && is_host_like(host)) || known_host(host, networks) {
        return Ok(Typing::Url(text));
    }
    Ok(if is_word(text) { Typing::Handle(text) } else { Typing::Words(text) })
}

/// The letters of a handle as networks write them: the full-width forms that a
/// Japanese keyboard types are the same key, not look-alikes.
pub(super) fn narrow(text: &str) -> (String, bool) {
    let narrowed: String = text
        .chars()
        .map(|c| match u32::from(c) {
            wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect();
    let changed = narrowed != text;
    (narrowed, changed)
}

/// Ways in which people write an address so that nobody opens it by mistake, and what each stands for.
const FANGS: [(&str, &str); 9] = [
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[dot]", "."),
    ("(dot)", "."),
    ("[:]", ":"),
    ("[://]", "://"),
    ("hxxps:", "https:"),
    ("hxxp:", "http:"),
];

/// The text with its addresses as they are, if somebody wrote them so that nobody opens them: `hxxps://x[.]com/mihon`.
pub fn refanged(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let begins = |written: &str| rest.get(..written.len()).is_some_and(|it| it.eq_ignore_ascii_case(written));
        let length = if let Some((written, meant)) = FANGS.iter().find(|(written, _)| begins(written)) {
            plain.push_str(meant);
            written.len()
        } else {
            plain.push(c);
            c.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    (plain != text).then_some(plain)
}

/// The text in usual letters, if all of it was typed in full-width ones: a
/// keyboard that was left in Japanese, not a mixture made to be misread.
pub(super) fn all_wide(input: &str) -> Option<String> {
    let text = unwrapped(input);
    let is_wide = |c: char| matches!(u32::from(c), 0xff01..=0xff5e) || c == '\u{3000}';
    let wide = !text.is_empty() && text.chars().all(is_wide);
    wide.then(|| narrow(text).0.replace('\u{3000}', " "))
}

#[derive(PartialEq, Eq)]
enum Scheme {
    Written,
    Missing,
}

/// Whether a scheme is written; refuses misspelt ones, since guessing would show people a link they never saw.
fn scheme(text: &str) -> Result<Scheme, Unclear> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.')).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let mark_end = rest.find(|c: char| !is_scheme_mark(c)).unwrap_or(rest.len());
    let (mark, after) = rest.split_at(mark_end);
    let lower = word.to_ascii_lowercase();
    let known = SCHEMES.iter().find(|(spelling, _)| *spelling == lower).map(|(_, meant)| *meant);
    let right = lower == "https" || lower == "http";
    if let Some(meant) = known {
        let doubled = right && SCHEMES.iter().any(|(again, _)| starts_with_scheme(after, again));
        // A browser reads `https:x.com` as if it had its slashes.
        let has_host = || after.split(['/', '?', '#']).next().is_some_and(|host| host.is_ascii() && is_host_like(host));
        if right && !doubled && (mark == "://" || mark == ":" && has_host()) {
            return Ok(Scheme::Written);
        }
        if !mark.trim().is_empty() && (!right || mark.chars().count() > 1 || doubled) {
            return Err(Unclear::Typo {
                found: format!("{word}{mark}"),
                meant: if meant == "http" { "http://" } else { "https://" },
            });
        }
    }
    if narrow(text).0.to_ascii_lowercase().starts_with("http") && !text.is_ascii() && !lower.starts_with("http") {
        return Err(Unclear::WideUrl);
    }
    let digits = after.chars().next().is_none_or(|c| c.is_ascii_digit());
    let names_scheme = rest.starts_with(':') && !word.is_empty() && !word.contains('.') && !digits;
    if names_scheme && lower != "did" {
        return Err(Unclear::Scheme(word.to_owned()));
    }
    Ok(Scheme::Missing)
}

fn starts_with_scheme(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        && text.get(scheme.len()..).is_some_and(|rest| rest.starts_with(is_scheme_mark))
}

/// What people type where `://` should be.
fn is_scheme_mark(c: char) -> bool {
    matches!(c, ':' | ';' | '/' | '\\' | '：' | '；' | '／' | ' ' | '　' | ',' | '\u{ffe5}' | '¥')
}

/// The text without the quotation marks and spaces that are copied along with it.
fn unwrapped(input: &str) -> &str {
    let is_edge = |c: char| c.is_whitespace() || c == '\u{feff}';
    let text = input.trim_matches(is_edge);
    let pairs = [('<', '>'), ('「', '」'), ('『', '』'), ('"', '"'), ('（', '）'), ('(', ')')];
    let inner = pairs.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inner.map_or(text, |inner| inner.trim_matches(is_edge))
}

/// Characters that stand in a text without being seen, or that turn its direction.
pub(super) fn is_invisible(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    control
        || matches!(u32::from(c),
            0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
            | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
            | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

/// `X @mihon_city`, `インスタグラム：mihon`, `LINE ID：@mihon`: a network's name, perhaps what is given of it, then something.
fn led_by_network<'t, 'n>(text: &'t str, networks: &'n Networks) -> Option<(&'n Network, &'t str)> {
    let is_gap = |c: char| c.is_whitespace() || matches!(c, ':' | '：' | '@' | '＠');
    text.char_indices().filter(|(_, c)| is_gap(*c)).find_map(|(at, _)| {
        let (lead, rest) = text.split_at(at);
        let (network, labelled) = match networks.aliased(lead) {
            Some(network) => (network, false),
            None => (labelled_alias(lead, networks)?, true),
        };
        let is_joint = |c: char| c.is_whitespace() || matches!(c, ':' | '：');
        let rest = rest.trim_start_matches(is_joint);
        let (word, after) = rest.split_at(rest.find(is_gap).unwrap_or(rest.len()));
        if LABELS.contains(&folded(word).as_str()) {
            return Some((network, after.trim_start_matches(is_joint)));
        }
        (labelled || !rest.is_empty() && !rest.starts_with("//")).then_some((network, rest))
    })
}

/// The network of `LINEのID`, `Xアカウント`: its name with what is given of it.
fn labelled_alias<'n>(lead: &str, networks: &'n Networks) -> Option<&'n Network> {
    let lead = folded(lead);
    LABELS.iter().find_map(|label| {
        let name = lead.strip_suffix(label)?;
        networks.aliased(name.strip_suffix('の').unwrap_or(name))
    })
}

/// A word as labels are compared.
fn folded(word: &str) -> String {
    narrow(word).0.to_lowercase()
}

/// The network that a text says before anything else.
pub(super) fn said<'a>(text: &str, networks: &'a Networks) -> Option<&'a Network> {
    led_by_network(unwrapped(text), networks).map(|(network, _)| network)
}

/// Whether a text before the first slash could be the name of a host.
fn is_host_like(host: &str) -> bool {
    let dotted = host.contains(['.', '。', '．', '｡']);
    let ends = host.starts_with(['.', '@', '＠']) || host.ends_with("..");
    dotted && !ends && !host.contains(['、', '！', '？'])
}

/// Whether a text is a host of a network and nothing else.
pub(super) fn known_host(host: &str, networks: &Networks) -> bool {
    let host = host.to_ascii_lowercase();
    let is_site = !host.contains('@') && networks.of_site(&host).is_some();
    is_site || networks.at_host(&host).is_some() || networks.elsewhere(&host).is_some()
}

/// Whether a text could be a handle: without `@` it has to be in plain letters, or any word would be one.
fn is_word(text: &str) -> bool {
    let (narrowed, _) = narrow(text);
    match narrowed.strip_prefix('@') {
        Some(name) => !name.is_empty() && !name.contains(['@', '/', '?', '#', '\\']),
        None => narrowed.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | ':')),
    }
}
