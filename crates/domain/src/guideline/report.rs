//! The problems of meaning that a check has found so far, each at its place in the files.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Guideline;
use super::loaded::Loaded;
use super::problem::{MAX_PROBLEMS, Problem, Said, perhaps, said, short};

/// The problems found so far.
pub(super) struct Report<'a> {
    pub(super) loaded: &'a Loaded,
    problems: Vec<Problem>,
}

impl<'a> Report<'a> {
    /// Nothing is found yet.
    pub(super) fn of(loaded: &'a Loaded) -> Self {
        Self { loaded, problems: Vec::new() }
    }

    /// Adds a problem as it stands.
    pub(super) fn add(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// What was found, as it stands in the files.
    pub(super) fn in_order(mut self) -> Vec<Problem> {
        self.problems.sort();
        self.problems.dedup();
        self.problems
    }

    /// The guideline being checked.
    pub(super) fn guideline(&self) -> &'a Guideline {
        &self.loaded.guideline
    }

    /// Whether something was told of this place already.
    pub(super) fn is_told(&self, path: &str) -> bool {
        self.problems.iter().any(|problem| problem.path == path)
    }

    /// Adds a problem at a path of the guideline file.
    pub(super) fn at(&mut self, path: &str, words: Said) {
        // A file full of mistakes is not worth more than the first of them.
        if self.problems.len() < MAX_PROBLEMS {
            let problem = self.loaded.places.problem(path, words);
            self.problems.push(problem);
        }
    }

    /// Adds a problem at a path of the clause file.
    pub(super) fn at_clause(&mut self, path: &str, words: Said) {
        if let Some(places) = self.loaded.clause_places.as_ref().filter(|_| self.problems.len() < MAX_PROBLEMS) {
            self.problems.push(places.problem(path, words));
        }
    }

    /// Reports a name that is given twice.
    pub(super) fn twice(&mut self, path: &str, what: &str, name: &str) {
        let words = said(format!("{what}「{name}」が二度書かれています。"))
            .expected("同じ名前は一度だけです。")
            .next("どちらかの名前を変えるか、一方を消してください。");
        self.at(path, words);
    }

    /// Reports a name that leads nowhere.
    pub(super) fn unknown(&mut self, path: &str, what: &str, name: &str, known: &[&str]) {
        if self.problems.len() >= MAX_PROBLEMS {
            return;
        }
        let next = perhaps(name, known.iter().copied(), "名前を直すか、その名前のものを先に書いてください。");
        let words = said(format!("{what}「{}」がありません。", short(name)))
            .expected(if known.is_empty() {
                format!("このファイルに{what}が一つも書かれていません。")
            } else {
                format!("次のどれかです: {}", known.join("、"))
            })
            .next(next);
        self.at(path, words);
    }

    /// Checks the roles of one `by`.
    pub(super) fn by(&mut self, by: &[String], path: &str) {
        let g = &self.loaded.guideline;
        let known: Vec<&str> = g.roles.iter().map(|r| r.id.as_str()).collect();
        if by.is_empty() {
            let words = said("だれが行うか（by）が空です。")
                .expected("役割の id を一つ以上書きます。")
                .next("by = [\"役割の id\"] としてください。");
            self.at(path, words);
        }
        for (i, role) in by.iter().enumerate() {
            if !known.contains(&role.as_str()) {
                self.unknown(&format!("{path}[{i}]"), "役割", role, &known);
            }
        }
        for (second, role) in repeated(by.iter().map(String::as_str)) {
            self.twice(&format!("{path}[{second}]"), "役割", role);
        }
    }
}

/// A word of the format, as it is written in a file.
pub(super) fn written(word: impl Serialize) -> String {
    serde_json::to_value(word).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The second and later places of what occurs more than once.
pub(super) fn repeated<T: Ord + Clone>(all: impl IntoIterator<Item = T>) -> Vec<(usize, T)> {
    let mut seen = BTreeSet::new();
    all.into_iter().enumerate().filter(|(_, x)| !seen.insert(x.clone())).collect()
}
