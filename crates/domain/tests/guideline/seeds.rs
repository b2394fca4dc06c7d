//! The guidelines that come with the program: read, covered, and red as soon as one rule is taken out.

use std::path::Path;

use domain::guideline::{Carried, Files, Leaf, Loaded, Problem, coverage, leaves, read};
use toml::{Table, Value};

use super::{in_words, sound};

/// One city's folder.
pub struct Seed {
    /// The folder's name.
    pub name: String,
    /// `guideline.toml`.
    pub guideline: String,
    /// `clauses.toml`.
    pub clauses: String,
    /// `source.txt`.
    pub source: Vec<u8>,
}

/// Every folder, at any depth, that holds a guideline with its clauses and its text.
pub fn all() -> Vec<Seed> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guidelines")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        let inner = std::fs::read_dir(&folder).expect("a folder of guidelines");
        open.extend(inner.map(|f| f.expect("an entry").path()).filter(|p| p.is_dir()));
        if FILES.iter().all(|f| folder.join(f).is_file()) {
            found.push(folder);
        }
    }
    found.sort();
    found.into_iter().map(|folder| seed(&folder)).collect()
}

const FILES: [&str; 3] = ["guideline.toml", "clauses.toml", "source.txt"];

fn seed(folder: &Path) -> Seed {
    let text = |file| std::fs::read_to_string(folder.join(file)).expect("a text");
    Seed {
        name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        guideline: text("guideline.toml"),
        clauses: text("clauses.toml"),
        source: std::fs::read(folder.join("source.txt")).expect("a source"),
    }
}

impl Seed {
    fn read(&self, guideline: &str) -> Result<Loaded, Vec<Problem>> {
        read(&Files {
            guideline: ("guideline.toml", guideline),
            clauses: Some(("clauses.toml", &self.clauses)),
            source: Some(("source.txt", &self.source)),
        })
    }

    /// Everything wrong with the guideline in this form: of reading, or else of coverage.
    fn problems(&self, guideline: &str) -> Vec<Problem> {
        match self.read(guideline) {
            Ok(loaded) => coverage(&loaded, Some(&self.source)).problems,
            Err(problems) => problems,
        }
    }
}

#[test]
fn every_guideline_with_its_text_is_read_and_covered() {
    let seeds = all();
    assert!(seeds.len() >= 2, "the two seed guidelines are missing");
    for seed in seeds {
        let problems = seed.problems(&seed.guideline);
        assert!(problems.is_empty(), "{}:\n{}", seed.name, in_words(&problems));
    }
}

#[test]
fn taking_out_any_enforced_or_tasked_rule_of_the_text_turns_the_check_red() {
    for seed in all() {
        let loaded = sound(seed.read(&seed.guideline));
        let table: Table = seed.guideline.parse().expect("a table");
        let again = seed.problems(&table.to_string());
        assert!(again.is_empty(), "written again, {} is no longer sound: {}", seed.name, in_words(&again));
        let mut taken = 0;
        for leaf in leaves(&loaded.guideline) {
            if !bound_by_the_text(&leaf) {
                continue;
            }
            let mut without = table.clone();
            assert!(take_out(&mut without, &leaf.path), "{} is not at {}", leaf.id, leaf.path);
            let problems = seed.problems(&without.to_string());
            assert!(!problems.is_empty(), "{}: nobody misses {}", seed.name, leaf.id);
            taken += 1;
        }
        assert!(taken >= 10, "{}: only {taken} rules were tried", seed.name);
    }
}

/// Rules of the city's own practice may go as the city likes; those of the text may not.
fn bound_by_the_text(leaf: &Leaf) -> bool {
    let firm = matches!(leaf.weight, Carried::Enforced | Carried::Tasked);
    firm && !leaf.clauses.is_empty()
}

/// Takes the element at a path such as `procedure[0].step[1].after[0]` out of a file.
fn take_out(table: &mut Table, path: &str) -> bool {
    let path = path.replace('[', ".").replace(']', "");
    let (parent, last) = path.rsplit_once('.').unwrap_or(("", &path));
    let mut root = Value::Table(std::mem::take(table));
    let place = parent.split('.').filter(|k| !k.is_empty()).try_fold(&mut root, |v, key| match v {
        Value::Table(t) => t.get_mut(key),
        Value::Array(a) => key.parse::<usize>().ok().and_then(|i| a.get_mut(i)),
        _ => None,
    });
    let done = match place {
        Some(Value::Table(t)) => t.remove(last).is_some(),
        Some(Value::Array(a)) => match last.parse::<usize>() {
            Ok(i) if i < a.len() => {
                a.remove(i);
                true
            }
            _ => false,
        },
        _ => false,
    };
    if let Value::Table(back) = root {
        *table = back;
    }
    done
}
