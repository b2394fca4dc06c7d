//! The two ways to write an account's address: as a URI for programs, and in letters for people.

use std::fmt::Write as _;

use url::Url;

/// The address as a URI (RFC 3986) for other programs: ASCII alone, the host in Punycode, other letters as percent codes.
pub(crate) fn uri(url: &str) -> Option<String> {
    let url = Url::parse(linkable(url)?).ok()?;
    let mut out = String::new();
    for letter in String::from(url).chars() {
        // A browser leaves these as they are; the grammar of a URI does not know them, save around an IPv6 host.
        if matches!(letter, '|' | '\\' | '^' | '`' | '{' | '}') {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{:02X}", u32::from(letter));
        } else {
            out.push(letter);
        }
    }
    Some(lone_percents(&brackets(&out)))
}

/// Brackets stand around a host alone.
fn brackets(uri: &str) -> String {
    let behind = uri.find("://").map_or(0, |at| at + 3);
    let path = uri.get(behind..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(uri.len(), |at| at + behind);
    let (head, tail) = uri.split_at(path);
    format!("{head}{}", tail.replace('[', "%5B").replace(']', "%5D"))
}

/// A percent sign that begins no code is written as one; a second `#` too.
fn lone_percents(uri: &str) -> String {
    let mut out = String::new();
    let mut in_fragment = false;
    for (at, letter) in uri.char_indices() {
        let is_code = || uri.get(at + 1..at + 3).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match letter {
            '%' if !is_code() => out.push_str("%25"),
            '#' if in_fragment => out.push_str("%23"),
            '#' => {
                in_fragment = true;
                out.push('#');
            }
            other => out.push(other),
        }
    }
    out
}

/// The address as a person reads it: what stands in percent codes or Punycode only for machines is written in letters.
///
/// Signs that mean something in an address, and letters that are not seen, stay coded.
pub(crate) fn readable(url: &str) -> String {
    let plain = |letter: char| !letter.is_ascii() && (letter.is_alphanumeric() || is_mark(letter));
    let mut out = String::new();
    let mut rest = with_readable_host(url);
    while let Some(at) = rest.find('%') {
        let tail = rest.split_off(at);
        out.push_str(&rest);
        let run = tail.as_bytes().chunks(3).take_while(|code| hex(code).is_some()).count();
        let bytes: Vec<u8> = tail.as_bytes().chunks(3).take(run).filter_map(hex).collect();
        let letter = (1..=4).find_map(|length| std::str::from_utf8(bytes.get(..length)?).ok()?.chars().next());
        let letter = letter.filter(|letter| plain(*letter));
        out.push(letter.unwrap_or('%'));
        tail.get(letter.map_or(1, |letter| letter.len_utf8() * 3)..).unwrap_or_default().clone_into(&mut rest);
    }
    out + &rest
}

/// The byte that `%xx` stands for.
fn hex(code: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(code).ok()?.strip_prefix('%').filter(|digits| digits.len() == 2)?;
    u8::from_str_radix(text, 16).ok()
}

/// Whether a letter is a mark on the one before it, or chooses its form.
fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
}

/// The address with its host in letters, where all of the host can be written so.
fn with_readable_host(url: &str) -> String {
    let Ok(parsed) = Url::parse(url) else { return url.to_owned() };
    let Some(host) = parsed.host_str().filter(|host| host.contains("xn--")) else { return url.to_owned() };
    let (letters, read) = idna::domain_to_unicode(host);
    if read.is_err()
        || !letters.chars().all(|letter| letter.is_alphanumeric() || is_mark(letter) || ".-・".contains(letter))
    {
        return url.to_owned();
    }
    url.replacen(host, &letters, 1)
}

/// The address if it may stand in a link: http(s) and on one line; anything else is shown as text only.
fn linkable(url: &str) -> Option<&str> {
    let web = url.starts_with("https://") || url.starts_with("http://");
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || "<>\"'`".contains(letter);
    (web && !url.contains(odd)).then_some(url)
}
