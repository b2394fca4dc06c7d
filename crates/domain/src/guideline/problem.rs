//! What is wrong with a file: where, what was expected, and what to do next.

use serde::Serialize;

/// A file with more problems than this is reported up to here.
pub(super) const MAX_PROBLEMS: usize = 200;

/// One problem of one file, said so that the officer who wrote the file can mend it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file's name as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The place in the file's structure, such as `procedure[2].step[4].after[0].step`; empty for the file itself.
    pub path: String,
    /// 何が: what is wrong.
    pub what: String,
    /// What would be right.
    pub expected: String,
    /// What to do next.
    pub next: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, " {}", self.path)?;
        }
        write!(f, "\n  誤り　：{}", self.what)?;
        if !self.expected.is_empty() {
            write!(f, "\n  正しい形：{}", self.expected)?;
        }
        if !self.next.is_empty() {
            write!(f, "\n  直し方：{}", self.next)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// What a problem says, without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) what: String,
    expected: String,
    pub(super) next: String,
}

/// Begins a problem's words with what is wrong.
pub(super) fn said(what: impl Into<String>) -> Said {
    Said { what: what.into(), expected: String::new(), next: String::new() }
}

impl Said {
    /// Adds what would be right.
    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    /// Adds what to do next.
    pub(super) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = next.into();
        self
    }

    /// The problem at its place.
    pub(super) fn at(self, file: &str, position: (usize, usize), path: &str) -> Problem {
        Problem {
            file: file.to_owned(),
            line: position.0,
            column: position.1,
            path: path.to_owned(),
            what: self.what,
            expected: self.expected,
            next: self.next,
        }
    }
}

/// 「もしかして」: the candidate nearest to a misspelt word, when one is near enough.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + word.chars().count() / 4;
    candidates.into_iter().map(|c| (distance(word, c), c)).filter(|(d, _)| *d <= limit).min().map(|(_, c)| c)
}

/// 「もしかして: X」 as a sentence, or the sentence to use when nothing is near.
pub(super) fn perhaps<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    nearest(word, candidates)
        .map_or_else(|| otherwise.to_owned(), |near| format!("もしかして: {near} ではありませんか。{otherwise}"))
}

/// The number of characters to change, add or drop; long words are cut, so that the cost stays small.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        let mut left = i + 1;
        for (y, pair) in b.iter().zip(row.windows(2)) {
            let &[diagonal, above] = pair else { continue };
            left = (diagonal + usize::from(x != y)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// A long word shortened for a message.
pub(super) fn short(word: &str) -> String {
    let mut chars = word.chars();
    let head: String = chars.by_ref().take(40).collect();
    if chars.next().is_some() { format!("{head}…") } else { head }
}
