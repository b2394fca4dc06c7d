//! Reads a city's files into a guideline, or says everything that is wrong with them.

use sha2::{Digest, Sha256};

use super::check::{check, check_anew};
use super::decode::decode;
use super::loaded::Loaded;
use super::problem::Problem;
use super::schema::{clauses_schema, schema};
use super::{Clauses, Guideline};
use crate::id::GuidelineHash;
use crate::ledger::to_hex;

/// The files of one guideline, as they were found.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// `guideline.toml`: its name for messages, and its text.
    pub guideline: (&'a str, &'a str),
    /// `clauses.toml`, where the city has one.
    pub clauses: Option<(&'a str, &'a str)>,
    /// The official text, where the city keeps it.
    pub source: Option<(&'a str, &'a [u8])>,
}

/// Reads the files of a guideline that is to be checked or adopted; when anything is wrong, every problem at once.
pub fn read(files: &Files<'_>) -> Result<Loaded, Vec<Problem>> {
    read_with(files, check_anew)
}

/// Reads the files of a guideline that was adopted: what an earlier version of the program took is taken for ever.
pub fn read_adopted(files: &Files<'_>) -> Result<Loaded, Vec<Problem>> {
    read_with(files, check)
}

fn read_with(files: &Files<'_>, check: impl FnOnce(&Loaded) -> Vec<Problem>) -> Result<Loaded, Vec<Problem>> {
    let (name, text) = files.guideline;
    let guideline = decode::<Guideline>(name, text, schema());
    let clauses = files.clauses.map(|(name, text)| decode::<Clauses>(name, text, clauses_schema())).transpose();
    match (guideline, clauses) {
        (Ok((guideline, places)), Ok(clauses)) => {
            let (clauses, clause_places) = clauses.unzip();
            let loaded = Loaded { guideline, clauses, hash: hash(files), places, clause_places };
            let problems = check(&loaded);
            if problems.is_empty() { Ok(loaded) } else { Err(problems) }
        }
        (guideline, clauses) => Err(guideline.err().into_iter().chain(clauses.err()).flatten().collect()),
    }
}

impl Files<'_> {
    /// The hash by which the ledger names these files.
    pub fn hash(&self) -> GuidelineHash {
        hash(self)
    }
}

/// Each file goes in with the lengths of its name and bytes, so that no two sets of files run into the same stream.
fn hash(files: &Files<'_>) -> GuidelineHash {
    let mut digest = Sha256::new();
    digest.update(b"shirube guideline files 1\n");
    let all = [
        Some((files.guideline.0, files.guideline.1.as_bytes())),
        files.clauses.map(|(name, text)| (name, text.as_bytes())),
        files.source,
    ];
    for (name, bytes) in all.into_iter().flatten() {
        // The folder is where a file happened to lie; only its own name belongs to the guideline.
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        for part in [name.as_bytes(), bytes] {
            digest.update(format!("{}:", part.len()));
            digest.update(part);
        }
    }
    GuidelineHash(to_hex(&digest.finalize()))
}
