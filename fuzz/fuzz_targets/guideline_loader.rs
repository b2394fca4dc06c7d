//! Whatever the bytes, the loader answers with a guideline or with problems.
#![no_main]

use domain::guideline::{Files, coverage, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // The first NUL parts the guideline from its clauses, so that one input reaches both.
    let (guideline, clauses) = match data.iter().position(|b| *b == 0) {
        Some(at) => (&data[..at], Some(&data[at + 1..])),
        None => (data, None),
    };
    let Ok(guideline) = std::str::from_utf8(guideline) else {
        return;
    };
    let clauses = clauses.and_then(|c| std::str::from_utf8(c).ok());
    let files = Files {
        guideline: ("guideline.toml", guideline),
        clauses: clauses.map(|text| ("clauses.toml", text)),
        source: None,
    };
    match read(&files) {
        Ok(loaded) => drop(coverage(&loaded, Some(data))),
        Err(problems) => assert!(!problems.is_empty()),
    }
});
