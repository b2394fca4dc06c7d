//! Today's program opens, verifies and rebuilds what every release wrote, and understands every entry ever written.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use actions::{City, VIEW_VERSION};
use domain::entry::{Effect, Entry, Fact, Private};
use domain::id::MunicipalityCode;
use domain::ledger::{Checkpoint, hash_from_hex, read_dump};
use domain::network::Networks;
use domain::register::Register;
use serde_json::Value;
use store::{Durability, PAGE_MAX, Place, Read, Store, StoreError};
use testkit::RunningMachine;

/// The kinds that the first form of an entry knew.
const OF_THE_FIRST_FORM: [&str; 11] = [
    "account_noted",
    "case_opened",
    "case_withdrawn",
    "erased",
    "guideline_adopted",
    "impersonator_cleared",
    "impersonator_noted",
    "office_changed",
    "operator_acted",
    "step_done",
    "step_returned",
];

/// The kinds that can name a file, which the second form brought.
const WITH_FILES: [&str; 4] = ["case_opened", "step_done", "step_returned", "impersonator_noted"];

#[tokio::test]
async fn the_data_of_every_release_opens_verifies_and_rebuilds() {
    let mut opened = 0;
    for release in releases() {
        for database in files(&release, "sqlite") {
            opens(&release, &database).await;
            opened += 1;
        }
    }
    assert!(opened >= 2, "{opened} databases");
}

#[test]
fn every_entry_ever_written_is_read_and_means_what_it_meant() {
    let mut kinds = BTreeSet::new();
    let mut effects = BTreeSet::new();
    for ledger in releases().iter().flat_map(|release| files(release, "jsonl")) {
        let mut register = Register::default();
        for (entry, private) in entries(&ledger) {
            kinds.insert(format!("{} {}", entry.fact.kind(), entry.version));
            if let Fact::StepDone { effects: follows, .. } = &entry.fact {
                effects.extend(follows.iter().map(Effect::kind));
            }
            register.apply(&entry, &private);
        }
        let then: Value = read(&ledger.with_extension("register.json"));
        let now = serde_json::to_value(&register).expect("JSON");
        keeps(&then, &now, &ledger.display().to_string());
    }
    // The words come from the enums themselves: whoever adds a kind has to freeze a sample of it.
    for kind in Fact::KINDS {
        let first = if OF_THE_FIRST_FORM.contains(kind) { 1 } else { 2 };
        assert!(kinds.contains(&format!("{kind} {first}")), "no sample of {kind}, version {first}: {kinds:?}");
    }
    for kind in WITH_FILES {
        assert!(kinds.contains(&format!("{kind} 2")), "no sample of {kind} with a file: {kinds:?}");
    }
    for effect in Effect::KINDS {
        assert!(effects.contains(effect), "no sample of the effect {effect}: {effects:?}");
    }
}

#[test]
fn what_was_written_before_entries_could_name_files_keeps_its_bytes_and_its_meaning() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/entries/v1-before-issue-3");
    let ledgers = files(&root, "jsonl");
    assert_eq!(ledgers.len(), 2);
    for ledger in ledgers {
        let text = std::fs::read_to_string(&ledger).expect("the frozen ledger");
        let (_, stored) = read_dump(text.lines()).expect("a ledger");
        let mut register = Register::default();
        for stored in stored {
            let stored = stored.expect("an entry");
            let entry = Entry::read(&stored.bytes).expect("today's program reads it");
            assert_eq!((entry.version, entry.fact.version()), (1, Ok(1)), "nothing in it is of a later form");
            assert!(entry.bytes() == stored.bytes, "記録{}番", entry.seq);
            let private = stored.private.map(|part| {
                let private = Private::read(&part.bytes).expect("a private part");
                assert_eq!(private.bytes(), Some(part.bytes), "記録{}番", entry.seq);
                private
            });
            register.apply(&entry, &private.unwrap_or_default());
        }
        let then: Value = read(&ledger.with_extension("register.json"));
        let now = serde_json::to_value(&register).expect("JSON");
        keeps(&then, &now, &ledger.display().to_string());
    }
}

/// Opens a copy of a release's database as today's program would.
async fn opens(release: &Path, database: &Path) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let copy = dir.path().join("copy.sqlite");
    std::fs::copy(database, &copy).expect("copied");
    let store = Store::open(&Place::File(copy), Durability::Off, VIEW_VERSION).await.expect("it opens");
    store.migrate().await.expect("today's tables are made");
    let code = MunicipalityCode(name(database));
    let networks = Arc::new(Networks::standard().expect("the networks are readable"));
    let city = City::of(&store, &code, networks, Arc::new(RunningMachine::new()));
    let key = std::fs::read_to_string(release.join("public-key.txt")).expect("the key");
    let key = hash_from_hex(key.trim()).expect("a key");
    let note = std::fs::read_to_string(database.with_extension("checkpoint")).expect("the checkpoint");
    let checkpoint = Checkpoint::open(&note, &key).expect("our own signature");
    let report = city.verify_ledger(std::slice::from_ref(&checkpoint)).await.expect("a report");
    assert!(report.report.findings.is_empty(), "{}: {:?}", database.display(), report.report.findings);
    assert!(report.contradictions.is_empty(), "{}: {:?}", database.display(), report.contradictions);
    assert_eq!(report.report.size, checkpoint.size());
    let mut dump = Vec::new();
    city.dump_ledger(&mut dump).await.expect("written out");
    let frozen = std::fs::read(database.with_extension("jsonl")).expect("the frozen ledger");
    assert!(dump == frozen, "{}: the ledger is written out as it was then", database.display());
    // Views of another version are replaced and not compared.
    let same_views = !matches!(store.of(&code).writing().await, Err(StoreError::ViewVersion { .. }));
    let rebuilt = city.rebuild().await.expect("a rebuild");
    assert_eq!(rebuilt.entries, checkpoint.size());
    if same_views {
        assert!(rebuilt.differences.is_empty(), "{:?}", rebuilt.differences);
    }
    let mut register = Register::default();
    for (entry, private) in entries(&database.with_extension("jsonl")) {
        register.apply(&entry, &private);
    }
    let accounts = city.accounts(None, PAGE_MAX).await.expect("accounts");
    assert_eq!(accounts.len(), register.accounts.len());
    assert!(accounts.iter().all(|account| register.accounts.get(&account.id) == Some(account)));
    let guideline = city.guideline_in_force().await.expect("its guideline loads for ever");
    assert_eq!(guideline.guideline.municipality.code, code.0);
    assert!(store.of(&code).reading().await.expect("a reading").head().await.expect("read").is_some());
    store.close().await;
}

/// What a release said is still said; a later program may say more.
fn keeps(then: &Value, now: &Value, place: &str) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (key, value) in then {
                let place = format!("{place}.{key}");
                keeps(value, now.get(key).unwrap_or_else(|| panic!("{place} is gone")), &place);
            }
        }
        (Value::Array(then), Value::Array(now)) => {
            assert_eq!(then.len(), now.len(), "{place}");
            then.iter().zip(now).enumerate().for_each(|(at, (then, now))| keeps(then, now, &format!("{place}[{at}]")));
        }
        (then, now) => assert_eq!(then, now, "{place}"),
    }
}

fn releases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/releases");
    let folders = std::fs::read_dir(root).expect("the releases' data");
    folders.map(|entry| entry.expect("an entry of the folder").path()).filter(|path| path.is_dir()).collect()
}

fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the release's files");
    let paths = entries.map(|entry| entry.expect("an entry of the folder").path());
    paths.filter(|path| path.extension().is_some_and(|found| found == end)).collect()
}

fn name(file: &Path) -> String {
    file.file_stem().expect("a name").to_string_lossy().into_owned()
}

/// The entries of a frozen ledger with what is left of their private parts.
fn entries(ledger: &Path) -> Vec<(Entry, Private)> {
    let text = std::fs::read_to_string(ledger).expect("the frozen ledger");
    let (_, entries) = read_dump(text.lines()).expect("a ledger");
    let read = |stored: Result<domain::ledger::StoredEntry, _>| {
        let stored = stored.expect("an entry");
        let private = stored.private.map(|part| Private::read(&part.bytes).expect("a private part"));
        (Entry::read(&stored.bytes).expect("today's program reads it"), private.unwrap_or_default())
    };
    entries.map(read).collect()
}

fn read(file: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(file).expect("the snapshot")).expect("JSON")
}
