//! Whatever the bytes, the reader of staff lists gives each row one verdict, and nothing changes without a row that is taken.
#![no_main]

use std::sync::LazyLock;

use actions::{StaffList, Verdict};
use domain::guideline::{Files, Guideline, read};
use domain::office::Office;
use jiff::civil::{Date, date};
use libfuzzer_sys::fuzz_target;

const FROM: Date = date(2026, 4, 1);

static GUIDELINE: LazyLock<Guideline> = LazyLock::new(|| {
    let text = include_str!("../../guidelines/_template/guideline.toml");
    let clauses = include_str!("../../guidelines/_template/clauses.toml");
    let files =
        Files { guideline: ("guideline.toml", text), clauses: Some(("clauses.toml", clauses)), source: None };
    read(&files).unwrap_or_else(|problems| panic!("{problems:?}")).guideline
});

fuzz_target!(|data: &[u8]| {
    let Ok(list) = StaffList::read(data, &GUIDELINE, &Office::default(), FROM) else { return };
    assert!(list.rows.windows(2).all(|pair| pair[0].row < pair[1].row), "one verdict a row, in the file's order");
    assert!(list.rows.iter().all(|row| row.verdict == Verdict::Taken || row.why.is_some()), "each tells why");
    let plan = list.plan(&Office::default(), FROM);
    assert!(list.count(Verdict::Taken) > 0 || plan.changes.is_empty(), "nothing changes without a taken row");
});
