//! From a file's text to a value of its type, with every problem of syntax and shape at its place.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{MAX_PROBLEMS, Problem, Said, said, short};
use super::scan::scan;
use super::shape;
use super::syntax::syntax;
use crate::parsing;

/// Where each element of a file stands, by its path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    file: String,
    text: String,
    at: BTreeMap<String, usize>,
}

impl Places {
    /// The problem at a path; at the nearest element around it when the path itself is not written in the file.
    pub(super) fn problem(&self, path: &str, words: Said) -> Problem {
        let mut around = path;
        let offset = loop {
            if let Some(found) = self.at.get(around) {
                break *found;
            }
            match around.rfind(['.', '[']) {
                Some(cut) => around = around.get(..cut).unwrap_or_default(),
                None => break 0,
            }
        };
        words.at(&self.file, Lines::of(&self.text).position(offset), path)
    }

    /// Every text that is written in the file, with its path.
    pub(super) fn texts(&self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        // What was read once can be read again.
        if let Ok(table) = DeTable::parse(&self.text) {
            texts_of_table(table.get_ref(), "", &mut texts);
        }
        texts
    }
}

fn texts_of_table(table: &DeTable<'_>, path: &str, into: &mut Vec<(String, String)>) {
    for (key, value) in table {
        texts_of(value.get_ref(), &shape::below(path, key.get_ref()), into);
    }
}

fn texts_of(value: &DeValue<'_>, path: &str, into: &mut Vec<(String, String)>) {
    match value {
        DeValue::String(text) => into.push((path.to_owned(), text.to_string())),
        DeValue::Table(table) => texts_of_table(table, path, into),
        DeValue::Array(array) => {
            for (i, element) in array.iter().enumerate() {
                texts_of(element.get_ref(), &format!("{path}[{i}]"), into);
            }
        }
        _ => {}
    }
}

/// Reads one file into its type; all problems of the file when it cannot be.
pub(super) fn decode<T: DeserializeOwned>(file: &str, text: &str, schema: &Value) -> Result<(T, Places), Vec<Problem>> {
    let lines = Lines::of(text);
    let scanned = scan(text);
    if let Some((offset, words)) = scanned.refused {
        return Err(vec![words.at(file, lines.position(offset), "")]);
    }
    let (tree, errors) = DeTable::parse_recoverable(text);
    let table = tree.get_ref();
    let mut errors: Vec<(usize, Said)> = errors
        .iter()
        .map(|e| {
            let at = e.span().map_or(0, |s| s.start);
            (at, syntax(e.message(), lines.rest(at)))
        })
        .collect();
    if let Some((opened, words)) = scanned.unclosed {
        // Whatever comes after the bracket was read as its content; what is said about it would be noise.
        errors.retain(|(at, _)| *at < opened);
        errors.push((opened, words));
    }
    errors.sort_by_key(|(at, _)| *at);
    errors.dedup_by_key(|(at, _)| lines.position(*at).0);
    let sound_until = errors.first().map_or(usize::MAX, |(at, _)| *at);
    let broken = !errors.is_empty();
    let mut problems: Vec<Problem> =
        errors.into_iter().map(|(at, words)| words.at(file, lines.position(at), "")).collect();
    for found in shape::check(table, schema) {
        // Behind a syntax error the tree is a guess, and what seems to be missing may only have been swallowed.
        if found.offset < sound_until && !(found.missing && broken) {
            let position = lines.position(found.offset);
            problems.push(found.words.at(file, position, &found.path));
        }
    }
    if problems.is_empty() {
        match T::deserialize(toml::de::Deserializer::from(tree.clone())) {
            Ok(value) => {
                let mut places = Places { file: file.to_owned(), text: text.to_owned(), at: BTreeMap::new() };
                place_table(table, "", &mut places.at);
                return Ok((value, places));
            }
            Err(e) => {
                let span = e.span().unwrap_or(0..0);
                let written = text.get(span.clone()).unwrap_or_default();
                problems.push(unreadable(written, e.message()).at(file, lines.position(span.start), ""));
            }
        }
    }
    problems.sort();
    problems.dedup();
    problems.truncate(MAX_PROBLEMS);
    Err(problems)
}

/// A value of the right sort that its type still does not take, such as a day that does not exist.
fn unreadable(written: &str, message: &str) -> Said {
    let words = said(format!("値 {} を読み取れません。", short(written)));
    if message.contains("date") || message.contains("day") || message.contains("month") {
        words.expected("日は \"2020-09-24\" の形で、実在する日です。").next("年4桁-月2桁-日2桁で書いてください。")
    } else {
        let told = parsing::told(message, written);
        words.expected(told.what).next(told.next)
    }
}

fn place_table(table: &DeTable<'_>, path: &str, into: &mut BTreeMap<String, usize>) {
    for (key, value) in table {
        place(value, &shape::below(path, key.get_ref()), into);
    }
}

fn place(value: &Spanned<DeValue<'_>>, path: &str, into: &mut BTreeMap<String, usize>) {
    into.insert(path.to_owned(), value.span().start);
    match value.get_ref() {
        DeValue::Table(table) => place_table(table, path, into),
        DeValue::Array(array) => {
            for (i, element) in array.iter().enumerate() {
                place(element, &format!("{path}[{i}]"), into);
            }
        }
        _ => {}
    }
}

/// The starts of a text's lines.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { text, starts }
    }

    /// What stands on the line from an offset on.
    fn rest(&self, offset: usize) -> &'a str {
        let from = self.text.get(offset..).unwrap_or_default();
        from.lines().next().unwrap_or_default()
    }

    /// Line and column, both from 1, the column in characters.
    fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|s| *s <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..offset).map_or_else(|| offset.saturating_sub(start), |s| s.chars().count());
        (line, before + 1)
    }
}
