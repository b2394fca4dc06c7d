//! Stories of guideline files: read, refused with the place of each mistake, covered clause by clause, compared.

mod broken;
mod bytes;
mod changed;
mod covered;
mod effective;
mod letters;
mod schema;
mod seeds;

use domain::guideline::{Files, Loaded, Problem, read};

/// The small guideline of the sample town.
const SAMPLE: &str = include_str!("sample.toml");
/// Its clauses.
const CLAUSES: &str = include_str!("sample-clauses.toml");
/// Its official text.
const SOURCE: &str = include_str!("sample-source.txt");

/// Reads a guideline and its clauses under the names that messages show.
fn load(guideline: &str, clauses: &str) -> Result<Loaded, Vec<Problem>> {
    read(&Files {
        guideline: ("guideline.toml", guideline),
        clauses: Some(("clauses.toml", clauses)),
        source: Some(("source.txt", SOURCE.as_bytes())),
    })
}

/// The sample, read.
fn sample() -> Loaded {
    sound(load(SAMPLE, CLAUSES))
}

/// What was read, or a failing test with every problem in words.
fn sound(read: Result<Loaded, Vec<Problem>>) -> Loaded {
    read.unwrap_or_else(|problems| panic!("{}", in_words(&problems)))
}

fn in_words(problems: &[Problem]) -> String {
    let each: Vec<String> = problems.iter().map(Problem::to_string).collect();
    each.join("\n")
}

/// The sample with one passage replaced; the passage has to be there.
fn with(base: &str, old: &str, new: &str) -> String {
    assert!(base.contains(old), "the sample no longer holds {old}");
    base.replacen(old, new, 1)
}
