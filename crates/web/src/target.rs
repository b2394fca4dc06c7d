//! What a path means: read once, decoded once, and looked up by name.

use crate::shelf::Shelf;
use crate::shown::Shown;
use percent_encoding::percent_decode_str;
use public::Language;
use std::sync::Arc;

/// What a request asks for.
pub(crate) enum Target {
    /// Whether the server is up.
    Health,
    /// The list of the municipalities.
    Directory,
    /// The verification for machines: one municipality's, or all that are here.
    Api(Vec<Arc<Shown>>),
    /// The search in one list.
    Search(Arc<Shown>, Language),
    /// The verification page of one list.
    Verify(Arc<Shown>, Language),
    /// A file of one list, by its name; whether there is such a file is not said yet.
    File(Arc<Shown>, String),
    /// A folder that has a first page, without the slash behind it: a municipality's, or a language's within it.
    Folder(String),
    /// Nothing that is here.
    Nothing,
}

impl Target {
    /// Reads a path as it came, still encoded.
    pub(crate) fn of(path: &str, shelf: &Shelf) -> Self {
        let Some(parts) = parts(path) else {
            return Self::Nothing;
        };
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["health"] => return Self::Health,
            ["api", "v1", "verify"] => return Self::Api(shelf.all()),
            [code] if shelf.town(code).is_some() => return Self::Folder((*code).to_owned()),
            [code, rest @ ..] => {
                if let Some(town) = shelf.town(code) {
                    return Self::within(town, rest);
                }
            }
            [] => {}
        }
        match (shelf.only(), parts.as_slice()) {
            (Some(town), rest) => Self::within(town, rest),
            (None, [""]) => Self::Directory,
            (None, [shared @ ("style.css" | "openapi.json")]) => match shelf.first() {
                Some(town) => Self::File(town, (*shared).to_owned()),
                None => Self::Nothing,
            },
            (None, _) => Self::Nothing,
        }
    }

    /// A path within one municipality's list.
    fn within(town: Arc<Shown>, parts: &[&str]) -> Self {
        match parts {
            [""] => Self::File(town, "index.html".to_owned()),
            ["en"] => Self::Folder("en".to_owned()),
            ["en", ""] => Self::File(town, "en/index.html".to_owned()),
            ["search"] => Self::Search(town, Language::Japanese),
            ["verify"] => Self::Verify(town, Language::Japanese),
            ["en", "search"] => Self::Search(town, Language::English),
            ["en", "verify"] => Self::Verify(town, Language::English),
            ["api", "v1", "verify"] => Self::Api(vec![town]),
            names => Self::File(town, names.join("/")),
        }
    }
}

/// Among which pages a path lies, whether or not there is such a page.
pub(crate) struct Among {
    /// The language of those pages.
    pub language: Language,
    /// How many of the path's parts lead to their first page.
    pub depth: usize,
}

impl Among {
    /// Reads it off a path as it came, which may be of any shape.
    pub(crate) fn of(path: &str, shelf: &Shelf) -> Self {
        let mut parts = path.split('/').skip(1).map(|raw| percent_decode_str(raw).decode_utf8_lossy());
        let first = parts.next().unwrap_or_default();
        let town = shelf.town(&first).is_some();
        let folder = if town { parts.next().unwrap_or_default() } else { first };
        match (&*folder, town || shelf.only().is_some()) {
            ("en", true) => Self { language: Language::English, depth: 1 + usize::from(town) },
            // Of several lists neither is meant; the way back leads to all of them.
            ("en", false) => Self { language: Language::English, depth: 0 },
            _ => Self { language: Language::Japanese, depth: 0 },
        }
    }
}

/// The path's parts, each decoded once; nothing if any of them could mean a way to somewhere else.
fn parts(path: &str) -> Option<Vec<String>> {
    path.strip_prefix('/')?.split('/').map(part).collect()
}

/// One part of a path.
fn part(raw: &str) -> Option<String> {
    let text = percent_decode_str(raw).decode_utf8().ok()?;
    let odd = matches!(&*text, "." | "..") || text.contains(['/', '\\', '%']) || text.contains(char::is_control);
    (!odd).then(|| text.into_owned())
}
