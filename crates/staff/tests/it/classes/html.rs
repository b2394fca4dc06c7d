//! A small reader of HTML, to see what a browser would see: which tags with which attributes, and what is only text.

use std::collections::BTreeSet;

/// What a page consists of, apart from its text.
#[derive(Debug, Default)]
pub struct Seen {
    pub tags: Vec<Tag>,
    pub comments: Vec<String>,
    /// What stands inside `script` and `style`.
    pub code: Vec<String>,
}

/// A start tag.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<Attribute>,
}

#[derive(Debug)]
pub struct Attribute {
    pub name: String,
    /// With its character references resolved.
    pub value: String,
    pub quoted: Quoted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoted {
    Yes,
    No,
}

/// Elements whose content is text up to their own end tag.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

impl Seen {
    /// Reads a page as a browser does, the pages inside its frames included.
    pub fn of(html: &str) -> Self {
        let mut seen = Self::default();
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            let first = rest.chars().next();
            if let Some(comment) = rest.strip_prefix("!--") {
                let (inside, after) = comment.split_once("-->").unwrap_or((comment, ""));
                seen.comments.push(inside.to_owned());
                rest = after;
            } else if matches!(first, Some('!' | '?' | '/')) {
                let end = first == Some('/') && !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic());
                let (inside, after) = rest.split_once('>').unwrap_or((rest, ""));
                if end || first == Some('?') || (first == Some('!') && !inside.eq_ignore_ascii_case("!doctype html")) {
                    seen.comments.push(inside.to_owned());
                }
                rest = after;
            } else if first.is_some_and(|letter| letter.is_ascii_alphabetic()) {
                rest = seen.tag(rest);
            }
        }
        let framed: Vec<String> = seen.tags.iter().flat_map(|tag| tag.of("srcdoc").map(str::to_owned)).collect();
        for page in framed {
            let inner = Self::of(&page);
            seen.tags.extend(inner.tags);
            seen.comments.extend(inner.comments);
            seen.code.extend(inner.code);
        }
        seen
    }

    /// Every tag with each of its attributes, as `name attribute`.
    pub fn words(&self) -> BTreeSet<String> {
        let pairs = |tag: &Tag| {
            let name = tag.name.clone();
            tag.attributes.iter().map(move |one| format!("{name} {}", one.name)).collect::<Vec<_>>()
        };
        self.tags.iter().flat_map(pairs).chain(self.tags.iter().map(|tag| tag.name.clone())).collect()
    }

    fn tag<'h>(&mut self, html: &'h str) -> &'h str {
        let end = html.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(html.len());
        let name = html[..end].to_ascii_lowercase();
        let (attributes, mut rest) = attributes(&html[end..]);
        if RAW.contains(&name.as_str()) {
            let end = rest.to_ascii_lowercase().find(&format!("</{name}")).unwrap_or(rest.len());
            if matches!(name.as_str(), "script" | "style") {
                self.code.push(rest[..end].to_owned());
            }
            rest = &rest[end..];
        }
        self.tags.push(Tag { name, attributes });
        rest
    }
}

impl Tag {
    /// The values of an attribute.
    pub fn of<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t str> {
        self.attributes.iter().filter(move |one| one.name == name).map(|one| one.value.as_str())
    }
}

/// The attributes up to the end of a tag, and what follows it.
fn attributes(html: &str) -> (Vec<Attribute>, &str) {
    let mut found = Vec::new();
    let mut rest = html;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return (found, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (found, after);
        }
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=');
        // An equals sign in the first place belongs to the name.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find(ends).map_or(rest.len(), |at| first + at);
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start_matches(|c: char| c.is_ascii_whitespace());
        let (value, quoted) = match rest.strip_prefix('=') {
            None => ("", Quoted::Yes),
            Some(given) => {
                let given = given.trim_start_matches(|c: char| c.is_ascii_whitespace());
                let quote = given.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (value, after) = if let Some(quote) = quote {
                    given[1..].split_once(quote).unwrap_or((&given[1..], ""))
                } else {
                    given.split_at(given.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(given.len()))
                };
                rest = after;
                (value, if quote.is_some() { Quoted::Yes } else { Quoted::No })
            }
        };
        found.push(Attribute { name, value: resolved(value), quoted });
    }
}

/// A text with its character references resolved.
pub fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end <= 10);
        let letter = end.and_then(|end| letter(&rest[1..end]));
        if let (Some(letter), Some(end)) = (letter, end) {
            out.push(letter);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out + rest
}

fn letter(name: &str) -> Option<char> {
    let named = [("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"'), ("apos", '\'')];
    let number = |digits: &str| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    };
    let found = named.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter);
    found.or_else(|| name.strip_prefix('#').and_then(number).and_then(char::from_u32))
}

#[test]
fn the_reader_sees_what_breaks_out_and_nothing_in_what_is_escaped() {
    let seen = |html: &str| Seen::of(html).words().into_iter().collect::<Vec<_>>().join(",");
    assert_eq!(seen("<p title=\"a\">x</p>"), "p,p title");
    assert_eq!(seen("<p title=\"\"onclick=1 x=\"\">"), "p,p onclick,p title,p x");
    assert_eq!(seen("<p>&#60;script&#62;</p>"), "p");
    assert_eq!(seen("<textarea><b></textarea><i>"), "i,textarea");
    assert_eq!(seen("<iframe srcdoc=\"&#60;b id=1&#62;\">"), "b,b id,iframe,iframe srcdoc");
    assert_eq!(Seen::of("<!DOCTYPE html><!-- a --><? b >").comments, [" a ", "? b "]);
    assert_eq!(Seen::of("<script>let a = '<b>';</script>").code, ["let a = '<b>';"]);
}
