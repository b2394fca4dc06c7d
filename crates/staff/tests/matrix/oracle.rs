//! The oracle: who may do what, read from data that nobody derived from the code.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use testkit::Guide;

const SHEET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/matrix.toml");

/// What is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Open,
    SignIn,
    Forbidden,
    Hidden,
}

/// Whose the object of a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// The route names no object that belongs to somebody.
    Nobodys,
    /// It belongs to 観光課.
    Ours,
    /// It belongs to 農政課.
    Theirs,
    /// It belongs to both, 観光課 before 農政課.
    Shared,
    /// There is none.
    Absent,
    /// Only the other municipality has one of this number.
    Elsewhere,
}

/// The sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oracle {
    actors: String,
    outside: String,
    right: BTreeMap<String, Right>,
    routes: BTreeMap<String, Line>,
    asked: BTreeMap<String, Line>,
}

#[derive(Debug, Deserialize)]
struct Right {
    why: String,
    #[serde(flatten)]
    of: BTreeMap<String, Cells>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Cells {
    open: String,
    forbidden: String,
    hidden: String,
}

/// A route of the sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    right: String,
    #[serde(default)]
    pub empty: Option<Nothing>,
    #[serde(default)]
    pub here: Option<Nothing>,
}

/// That there is nothing even for those who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nothing {
    Nothing,
}

impl Oracle {
    /// Reads the sheet and looks that it says one thing of everybody.
    pub fn read() -> Self {
        let sheet = std::fs::read_to_string(SHEET).expect("the sheet");
        let oracle: Self = toml::from_str(&sheet).expect("matrix.toml");
        let actors: BTreeSet<&str> = oracle.actors().collect();
        for (name, right) in &oracle.right {
            assert!(!right.why.is_empty(), "{name}: why?");
            for (object, cells) in &right.of {
                let named: Vec<&str> = [&cells.open, &cells.forbidden, &cells.hidden]
                    .into_iter()
                    .flat_map(|words| words.split_whitespace())
                    .chain(oracle.outside().filter(|_| name != "enter"))
                    .collect();
                let once: BTreeSet<&str> = named.iter().copied().collect();
                assert_eq!(once, actors, "{name}, {object}");
                assert_eq!(once.len(), named.len(), "{name}, {object}: somebody is named twice");
            }
        }
        oracle
    }

    pub fn actors(&self) -> impl Iterator<Item = &str> {
        self.actors.split_whitespace()
    }

    fn outside(&self) -> impl Iterator<Item = &str> {
        self.outside.split_whitespace()
    }

    /// The routes of the sheet, as `GET /{town}/…`.
    pub fn routes(&self) -> impl Iterator<Item = &str> {
        self.routes.keys().map(String::as_str)
    }

    /// The routes at which an object is named beside the path.
    pub fn asked(&self) -> impl Iterator<Item = &str> {
        self.asked.keys().map(String::as_str)
    }

    pub fn line(&self, route: &str) -> &Line {
        self.routes
            .get(route)
            .or_else(|| self.asked.get(route))
            .unwrap_or_else(|| panic!("{route} is not in the sheet"))
    }

    /// What an actor is to be answered at a route with an object.
    pub fn verdict(&self, guide: Guide, route: &str, actor: &str, whose: Whose, listed: bool) -> Verdict {
        self.of_right(&self.line(route).right, guide, actor, whose, listed)
    }

    /// What a right says to an actor with an object.
    pub fn of_right(&self, right: &str, guide: Guide, actor: &str, whose: Whose, listed: bool) -> Verdict {
        let right = self.right.get(right).unwrap_or_else(|| panic!("{right} is no right"));
        let object = match whose {
            Whose::Nobodys => "any",
            Whose::Ours => "ours",
            Whose::Theirs => "theirs",
            Whose::Shared => "shared",
            Whose::Absent | Whose::Elsewhere => "none",
        };
        let town = match guide {
            Guide::Notice => "notice",
            Guide::Decision => "decision",
            Guide::Committee => "committee",
        };
        let there = format!("{object}@{town}");
        let cells = right.of.get("listed").filter(|_| listed);
        let cells = cells.or_else(|| right.of.get(&there)).or_else(|| right.of.get(object));
        let cells = cells.unwrap_or_else(|| panic!("the right says nothing of {object}"));
        let has = |words: &str| words.split_whitespace().any(|word| word == actor);
        match () {
            () if has(&cells.open) => Verdict::Open,
            () if has(&cells.forbidden) => Verdict::Forbidden,
            () if has(&cells.hidden) => Verdict::Hidden,
            () => Verdict::SignIn,
        }
    }
}
