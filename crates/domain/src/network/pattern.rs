//! Path shapes of the data file (`/{handle}`, `/@{handle}/*`, `/{handle}/status/#`, `/p/*-{id}`, `/<lang>/@{handle}`, `/watch/**`)
//! and their matching.

/// One part of a path shape.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// This word, in any case of its ASCII letters.
    Word(String),
    /// Any one part, of which nothing is said.
    Any,
    /// Any one part of figures alone: the number of a post.
    Number,
    /// The language in which the page is shown: `ja`, `ja-JP`.
    Language,
    /// Nothing or anything, to the end.
    Rest,
    /// A name of this kind between a fixed beginning and a fixed end.
    Name { before: String, kind: String, after: String },
    /// A name of this kind after the last hyphen.
    NameAtEnd { kind: String },
}

/// A path shape with at most one name in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Part>);

impl Pattern {
    /// Reads a shape, or says which part of it is not one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some(path) = text.strip_prefix('/') else {
            return Err(text.to_owned());
        };
        let parts: Vec<Part> = segments(path).map(part).collect::<Result<_, _>>()?;
        let names = parts.iter().filter(|part| matches!(part, Part::Name { .. } | Part::NameAtEnd { .. })).count();
        let early_rest = parts.iter().rev().skip(1).any(|part| *part == Part::Rest);
        if names > 1 || early_rest { Err(text.to_owned()) } else { Ok(Self(parts)) }
    }

    /// The kind of name in the shape.
    pub fn kind(&self) -> Option<&str> {
        self.0.iter().find_map(|part| match part {
            Part::Name { kind, .. } | Part::NameAtEnd { kind } => Some(kind.as_str()),
            Part::Word(_) | Part::Any | Part::Number | Part::Language | Part::Rest => None,
        })
    }

    /// Whether the first part is the name itself, where a network's own words stand too.
    pub fn begins_with_name(&self) -> bool {
        matches!(self.0.first(), Some(Part::Name { before, .. }) if before.is_empty())
            || matches!(self.0.first(), Some(Part::NameAtEnd { .. }))
    }

    /// Matches the parts of a path from the start: the name found, and the parts the shape did not use.
    pub fn find<'a>(&self, path: &'a [String]) -> Option<Found<'a>> {
        let mut name = None;
        let mut rest = path;
        for part in &self.0 {
            if *part == Part::Rest {
                return Some(Found { name, rest: &[] });
            }
            let (here, after) = rest.split_first()?;
            match part {
                Part::Word(word) if here.eq_ignore_ascii_case(word) => {}
                Part::Any => {}
                Part::Language if is_language(here) => {}
                Part::Number if here.bytes().all(|b| b.is_ascii_digit()) => {}
                Part::Name { before, after, .. } => {
                    name = Some(here.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?);
                }
                Part::NameAtEnd { .. } => name = Some(here.rsplit_once('-')?.1),
                Part::Word(_) | Part::Number | Part::Language | Part::Rest => return None,
            }
            rest = after;
        }
        Some(Found { name, rest })
    }
}

/// What a shape found in a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub name: Option<&'a str>,
    pub rest: &'a [String],
}

/// A query shape `key={kind}`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct QueryPattern {
    pub key: String,
    pub kind: String,
}

impl QueryPattern {
    /// Reads a query shape, or gives it back when it is not one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let pair = text.split_once('=').and_then(|(key, slot)| Some((key, braced(slot)?)));
        let (key, kind) = pair.ok_or_else(|| text.to_owned())?;
        Ok(Self { key: key.to_owned(), kind: kind.to_owned() })
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

fn part(text: &str) -> Result<Part, String> {
    if text == "*" {
        return Ok(Part::Any);
    }
    if text == "#" {
        return Ok(Part::Number);
    }
    if text == "<lang>" {
        return Ok(Part::Language);
    }
    if text == "**" {
        return Ok(Part::Rest);
    }
    if let Some(kind) = text.strip_prefix("*-").and_then(braced) {
        return Ok(Part::NameAtEnd { kind: kind.to_owned() });
    }
    if let Some((before, _)) = text.split_once('{') {
        let rest = text.strip_prefix(before).and_then(|rest| rest.strip_prefix('{'));
        let (kind, after) = rest.and_then(|rest| rest.split_once('}')).ok_or_else(|| text.to_owned())?;
        if after.contains(['{', '}', '*']) {
            return Err(text.to_owned());
        }
        return Ok(Part::Name { before: before.to_owned(), kind: kind.to_owned(), after: after.to_owned() });
    }
    if text.contains(['*', '}']) { Err(text.to_owned()) } else { Ok(Part::Word(text.to_owned())) }
}

/// Whether a part of a path is the name of a language, perhaps with its region.
fn is_language(text: &str) -> bool {
    let (language, region) = text.split_once('-').unwrap_or((text, "xx"));
    let is_name = |name: &str| (2..=4).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric());
    language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase()) && is_name(region)
}

fn braced(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}
