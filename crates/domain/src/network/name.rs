//! The rule of one kind of name: which characters, how long, and what the network tells apart.

use std::ops::RangeInclusive;

use serde::Deserialize;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfkc};

/// Why a text cannot be a name on a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// A character that the network does not allow.
    Character(char),
    /// Shorter or longer than the network allows.
    Length {
        /// The least number of characters.
        least: usize,
        /// The greatest number of characters.
        most: usize,
    },
    /// Not put together as this kind of name is.
    Shape,
    /// A word that the network keeps for its own pages.
    Reserved,
}

/// Whether a network tells capital letters apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Case {
    Folded,
    Kept,
}

/// How people write this kind of name when they write it without a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Typed {
    OptionalAt,
    WithAt,
    Never,
}

/// Which letters a name may have beyond those listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scripts {
    #[default]
    Listed,
    Any,
}

/// What a name must have at least one of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Needs {
    #[default]
    Nothing,
    Letter,
}

/// One kind of name as the data file writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NameData {
    pub kind: String,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    starts: String,
    #[serde(default)]
    contains: String,
    characters: String,
    #[serde(default)]
    scripts: Scripts,
    #[serde(default)]
    needs: Needs,
    #[serde(default)]
    ignored: String,
    alone: Option<String>,
    length: [usize; 2],
    case: Case,
    typed: Typed,
    pub url: String,
    opaque: Option<String>,
    with: Option<String>,
    called: Option<String>,
    #[serde(default)]
    may_be_untold: bool,
}

/// One kind of name of a network, ready to judge texts.
#[derive(Debug)]
pub(super) struct NameRule {
    pub kind: String,
    pub prefix: String,
    starts: String,
    contains: String,
    characters: Vec<RangeInclusive<char>>,
    scripts: Scripts,
    needs: Needs,
    ignored: String,
    alone: Option<String>,
    least: usize,
    most: usize,
    case: Case,
    pub typed: Typed,
    pub url: String,
    /// Why this name does not tell whose account it is, where that is so.
    pub opaque: Option<String>,
    /// The kind of name that is told with this one when it is filed, because this one alone does not say whose it is.
    pub with: Option<String>,
    called: Option<String>,
    /// Whether an account that was filed under another kind of name may have one of this kind without being asked for it.
    pub may_be_untold: bool,
}

impl From<NameData> for NameRule {
    fn from(data: NameData) -> Self {
        let [least, most] = data.length;
        Self {
            characters: ranges(&data.characters),
            kind: data.kind,
            prefix: data.prefix,
            starts: data.starts,
            contains: data.contains,
            scripts: data.scripts,
            needs: data.needs,
            alone: data.alone,
            ignored: data.ignored,
            least,
            most,
            case: data.case,
            typed: data.typed,
            url: data.url,
            opaque: data.opaque,
            with: data.with,
            called: data.called,
            may_be_untold: data.may_be_untold,
        }
    }
}

/// Reads `A-Za-z0-9_.-`: a hyphen between two characters is a range, at the end it is itself.
fn ranges(text: &str) -> Vec<RangeInclusive<char>> {
    let mut found = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(first) = rest.next() {
        let mut ahead = rest.clone();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last)) => {
                found.push(first..=last);
                rest = ahead;
            }
            _ => found.push(first..=first),
        }
    }
    found
}

impl NameRule {
    /// The name as the network compares it, or why it cannot be one.
    ///
    /// Only ASCII letters are folded, and only after every character has been
    /// allowed: a wider folding would make the Kelvin sign a `k`, which is how a
    /// look-alike becomes equal.
    pub fn canonical(&self, text: &str) -> Result<String, NameFault> {
        if let Some(wrong) = text.chars().find(|c| !self.allows(*c)) {
            return Err(NameFault::Character(wrong));
        }
        // Only after each letter has been allowed: composing makes a `K` of the Kelvin sign too.
        let text = &self.written(text);
        let count = text.chars().count();
        if count < self.least || count > self.most {
            return Err(NameFault::Length { least: self.least, most: self.most });
        }
        let lacks_letter = self.needs == Needs::Letter && !text.chars().any(char::is_alphabetic);
        let floating = text.chars().next().is_some_and(is_combining_mark);
        let dotted = text.starts_with('.') || text.ends_with('.') || text.contains("..");
        if !text.starts_with(&self.starts) || !text.contains(&self.contains) || dotted || floating || lacks_letter {
            return Err(NameFault::Shape);
        }
        let mut name: String = text.chars().filter(|c| !self.ignored.contains(*c)).collect();
        if self.case == Case::Folded {
            name.make_ascii_lowercase();
        }
        if name.is_empty() { Err(NameFault::Shape) } else { Ok(name) }
    }

    /// What people call this kind of name.
    pub fn called(&self) -> &str {
        self.called.as_deref().unwrap_or(&self.kind)
    }

    /// The name as it was written: the same letters, put together as one spelling where Unicode has two of them.
    pub fn written(&self, text: &str) -> String {
        match self.scripts {
            Scripts::Listed => text.to_owned(),
            Scripts::Any => text.nfc().collect(),
        }
    }

    /// Whether the name may have letters of any script, so that a text behind it may be read as part of it.
    pub fn has_any_script(&self) -> bool {
        self.scripts == Scripts::Any
    }

    /// Whether a text can be nothing but this kind of name, even without its network.
    pub fn stands_alone(&self, text: &str) -> bool {
        self.alone.as_ref().is_some_and(|end| text.to_ascii_lowercase().ends_with(end)) && self.canonical(text).is_ok()
    }

    /// Whether a character may stand in this kind of name.
    fn allows(&self, c: char) -> bool {
        self.characters.iter().any(|range| range.contains(&c))
            || (self.scripts == Scripts::Any && !c.is_ascii() && is_plain_letter(c))
    }
}

/// Letters, digits and combining marks of any script, without those that exist only as another
/// spelling of a letter (Kelvin sign, full-width A, half-width katakana): a
/// network rewrites these in ways that are not written down.
fn is_plain_letter(c: char) -> bool {
    // Thai and Lao AM are letters of everyday words, though Unicode takes them for two signs.
    let everyday = matches!(c, '\u{e33}' | '\u{eb3}');
    let letter = c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '々' | 'ー');
    letter && (everyday || is_nfkc(c.encode_utf8(&mut [0; 4])))
}
