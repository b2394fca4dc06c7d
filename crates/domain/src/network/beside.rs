//! What stands beside an address in a text and may be an address too, though this reader reads none of it.
//!
//! Nothing here is read as an account. It is looked at so that nobody is told that a text is official of which a part
//! leads somewhere else: a host in another script, with full-width dots, or in figures.

use std::net::{Ipv4Addr, Ipv6Addr};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::data::Networks;

/// The most letters of it that are shown.
const SHOWN: usize = 80;

/// The part of a text that may be an address.
pub(super) fn address_in(text: &str, networks: &Networks) -> Option<String> {
    let text = folded(text);
    let found = text.split(|c: char| !may_stand(c)).find(|word| is_address(word, &text, networks))?;
    Some(found.trim_matches(['.', '。', ':', '-']).chars().take(SHOWN).collect())
}

/// The text in usual letters; the sign of an omission is no row of dots.
fn folded(text: &str) -> String {
    let one = |c: char| match c {
        '…' | '‥' | '⋯' => vec![' '],
        other => other.nfkc().collect(),
    };
    text.chars().flat_map(one).collect()
}

/// Whether a character may stand in an address.
fn may_stand(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || ".。-_:/@[]%".contains(c)
}

fn is_address(word: &str, text: &str, networks: &Networks) -> bool {
    let has_scheme = word.split_once("://").is_some_and(|(_, rest)| rest.starts_with(char::is_alphanumeric));
    if has_scheme || word.split(|c: char| !c.is_ascii()).any(is_in_figures) {
        return true;
    }
    let mut rest = word;
    while let Some(at) = rest.find(['/', ':', '@', '[', ']', '%']) {
        let (part, behind) = rest.split_at(at);
        if is_host(part, behind, networks) {
            return true;
        }
        rest = behind.get(1..).unwrap_or_default();
    }
    // A heading has its colon outside of the word.
    let headed = text.ends_with([':', ';']) && text.trim_end_matches([':', ';']).ends_with(rest);
    !headed && is_host(rest, "", networks)
}

/// Whether plain letters are an address of which the host is in figures: `192.0.2.1`, `[2001:db8::1]`, `127.1/mihon`.
fn is_in_figures(text: &str) -> bool {
    let (host, path) = text.split_once('/').unwrap_or((text, ""));
    let is_six = |text: &str| text.parse::<Ipv6Addr>().is_ok();
    let name = host.split(':').next().unwrap_or(host).trim_matches('.');
    is_six(host)
        || host.starts_with('[') && is_six(within_brackets(host))
        || name.parse::<Ipv4Addr>().is_ok()
        || is_number(name, path)
}

/// What stands in the brackets of `[2001:db8::1]`.
fn within_brackets(host: &str) -> &str {
    host.trim_start_matches('[').split(']').next().unwrap_or_default()
}

/// Whether a word with dots may be the name of a host; `behind` is what follows it without a space.
fn is_host(word: &str, behind: &str, networks: &Networks) -> bool {
    let word = word.trim_matches(['.', '。', '-']);
    let path = behind.strip_prefix('/').unwrap_or_default();
    let opens = path.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@');
    let is_port = behind.strip_prefix(':').is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()));
    // `item1.URL:` is a heading.
    if behind.starts_with(':') && !is_port {
        return false;
    }
    let mut dots = word.char_indices().filter(|(_, c)| matches!(c, '.' | '。'));
    dots.any(|(at, dot)| {
        let (left, right) = (word.get(..at).unwrap_or_default(), word.get(at + dot.len_utf8()..).unwrap_or_default());
        let left = left.rsplit(['.', '。']).next().unwrap_or_default();
        let right = right.split(['.', '。']).next().unwrap_or_default();
        !left.is_empty() && joins(left, dot, right, opens, networks)
    })
}

/// Whether two words with a dot between them may be the end of a host.
fn joins(left: &str, dot: char, right: &str, opens: bool, networks: &Networks) -> bool {
    // A sentence may follow the last label without a space.
    let end = right.find(|c: char| !c.is_ascii()).unwrap_or(right.len());
    let (label, after) = right.split_at(end);
    let plain = label.len() >= 2 && label.chars().all(|c| c.is_ascii_alphabetic());
    let encoded = |label: &str| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    if encoded(left) || encoded(right) {
        return true;
    }
    if dot == '。' {
        // A sentence ends here as a rule; a host goes on with plain letters.
        let ends_plain = left.ends_with(|c: char| c.is_ascii_alphanumeric());
        let is_service = !ends_plain && networks.aliased(label).is_some();
        let is_small = label.chars().all(|c| c.is_ascii_lowercase());
        let may_go_on = is_small && (after.is_empty() || !left.ends_with(|c: char| matches!(c, 'ぁ'..='ゖ')));
        return opens && !right.is_empty() || plain && !is_service && (ends_plain || may_go_on);
    }
    let figures = left.ends_with(|c: char| c.is_ascii_digit()) && right.starts_with(|c: char| c.is_ascii_digit());
    // `Q.` and `1.` stand before an item of a list.
    let is_mark = left.chars().count() < 2 && left.is_ascii() || left.chars().all(|c| c.is_ascii_digit());
    let letters = right.chars().filter(|c| c.is_alphabetic()).count();
    plain || !right.is_ascii() && !figures && (opens || !is_mark && letters >= 2)
}

/// Whether a word is a host in fewer figures than four, or in other than tens: `127.1/mihon`, `0x7f.1`.
fn is_number(word: &str, path: &str) -> bool {
    let opens = path.starts_with(|c: char| c.is_ascii_alphabetic() || c == '@');
    let is_figures = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let is_hex = |part: &str| part.strip_prefix("0x").is_some_and(|hex| hex.chars().all(|c| c.is_ascii_hexdigit()));
    let parts: Vec<&str> = word.split('.').collect();
    let all = parts.iter().all(|part| is_figures(part) || is_hex(part));
    let hex = parts.iter().any(|part| is_hex(part));
    all && (hex || opens && (parts.len() > 1 || word.len() > 7))
}
