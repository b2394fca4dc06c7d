//! A backup is one file for both engines; it is taken while the register is used and restored on either.

use std::path::Path;

use domain::id::MunicipalityCode;
use store::{Apply, Copied, Desk, Ledgered, NewJob, Read, StoreError, ViewRow};

use crate::bench::{Bench, Engine, on_both, private_entry};

async fn act(town: &Ledgered) {
    let mut writing = town.writing().await.expect("the head in turn");
    let seq = writing.next_seq();
    writing.append(private_entry(town, seq, 1, Some("氏名"))).await.expect("appended");
    let (id, body) = (format!("a{seq}"), "{\"名\":\"しるべ\"}".to_owned());
    let row = ViewRow { id: id.clone(), body, version: seq, a: Some(id.clone()), b: None, c: None, sort: id.clone() };
    writing.put("account", &row).await.expect("put");
    writing.put_address(&id, &id, store::Standing::Live).await.expect("free");
    writing.take_number(&id, &id, seq).await.expect("free");
    writing.remember(&id, "bound", "answer");
    writing.put_guideline_file("h", &id, b"\0bytes").await.expect("kept");
    let job = NewJob { id: id.clone(), kind: "k".into(), body: "{}".into(), due_at: 5, idem_key: id.clone() };
    writing.enqueue(&job).await.expect("asked for");
    writing.put_draft(&id, "下書き", 1, None).await.expect("saved");
    writing.commit().await.expect("recorded");
}

/// Everything that can be asked about a ledger of this size, as one text to compare.
async fn everything(town: &Ledgered) -> String {
    let mut reading = town.reading().await.expect("a reading");
    let head = reading.head().await.expect("read");
    let mut entries = Vec::new();
    loop {
        let page = reading.entries(entries.len() as u64, 500).await.expect("read");
        if page.is_empty() {
            break;
        }
        entries.extend(
            page.into_iter().map(|row| {
                (row.id, row.kind, row.entry.bytes, row.entry.salt, row.entry.private.map(|part| part.bytes))
            }),
        );
    }
    let views = reading.page("account", None, 500).await.expect("read");
    let jobs = reading.jobs(None, 500).await.expect("read");
    let drafts = reading.drafts(None, 500).await.expect("read");
    let paths = reading.guideline_paths("h", None, 500).await.expect("read");
    let file = reading.guideline_file("h", "a0").await.expect("read");
    let known = reading.remembered("a0").await.expect("read");
    let live = reading.live_account("a0").await.expect("read");
    let taken = reading.number_taken("a0").await.expect("read");
    let blob = reading.blob_chunk("b", 0).await.expect("read");
    format!("{head:?}{entries:?}{views:?}{jobs:?}{drafts:?}{paths:?}{file:?}{known:?}{live:?}{taken:?}{blob:?}")
}

/// Restores into an empty register of each engine that there is, and hands over the copies.
async fn restored(backup: &Path, expected: Copied) -> Vec<Bench> {
    let mut benches = Vec::new();
    for engine in [Engine::File, Engine::Server] {
        if let Some(bench) = Bench::new(engine).await {
            assert_eq!(bench.store.restore(backup).await.expect("restored"), expected);
            benches.push(bench);
        }
    }
    benches
}

on_both! {
    async fn a_backup_is_restored_on_either_engine_and_goes_on(bench: &Bench) {
        let town = bench.town().await;
        let mut workshop = town.workshop().await.expect("the workshop");
        workshop.put_blob("b", &[0, 255, 0]).await.expect("kept");
        workshop.commit().await.expect("kept");
        for _ in 0..5 {
            act(&town).await;
        }
        let before = everything(&town).await;
        let file = bench.path().join("backup.shirube");
        let copied = bench.store.backup(&file).await.expect("backed up");
        assert_eq!(copied, Copied { municipalities: 1, entries: 5 });
        for other in restored(&file, copied).await {
            let copy = other.store.of(town.code());
            assert_eq!(everything(&copy).await, before, "{:?} to {:?}", bench.engine, other.engine);
            act(&copy).await;
            other.clear().await;
        }
    }

    async fn a_backup_does_not_wait_for_writers_and_is_whole(bench: &Bench) {
        let town = bench.town().await;
        for _ in 0..20 {
            act(&town).await;
        }
        let busy = tokio::spawn({
            let town = town.clone();
            async move {
                for _ in 0..40 {
                    act(&town).await;
                }
            }
        });
        let mut taken = Vec::new();
        for number in 0..3 {
            let file = bench.path().join(format!("backup-{number}.shirube"));
            let copied = bench.store.backup(&file).await.expect("backed up");
            taken.push((file, copied));
        }
        busy.await.expect("no writer fails");
        for (file, copied) in taken {
            assert!((20..=60).contains(&copied.entries), "{copied:?}");
            for other in restored(&file, copied).await {
                let copy = other.store.of(town.code());
                let mut reading = copy.reading().await.expect("a reading");
                let mut frontier = domain::ledger::Frontier::new();
                for row in reading.entries(0, 500).await.expect("read") {
                    assert!(row.entry.is_intact());
                    frontier.append(&row.entry.commitment);
                }
                assert_eq!(frontier.size(), copied.entries);
                assert_eq!(reading.head().await.expect("read").expect("there").frontier, frontier);
                let views = reading.page("account", None, 500).await.expect("read");
                assert_eq!(views.len() as u64, copied.entries, "views and ledger are of one moment");
                drop(reading);
                other.clear().await;
            }
        }
    }

    async fn nothing_is_ever_overwritten(bench: &Bench) {
        let town = bench.town().await;
        act(&town).await;
        let file = bench.path().join("backup.shirube");
        bench.store.backup(&file).await.expect("backed up");
        let refused = bench.store.backup(&file).await.expect_err("the file is there");
        assert!(matches!(refused, StoreError::NotEmpty { .. }), "{refused}");
        let before = everything(&town).await;
        let refused = bench.store.restore(&file).await.expect_err("the register is not empty");
        assert!(matches!(refused, StoreError::NotEmpty { .. }), "{refused}");
        assert_eq!(everything(&town).await, before);
        let refused = bench.store.restore(&bench.path().join("no such file")).await.expect_err("no file");
        assert!(matches!(refused, StoreError::File { .. }), "{refused}");
    }

    async fn a_backup_whose_entries_are_short_is_refused(bench: &Bench) {
        let town = bench.town().await;
        act(&town).await;
        bench.tamper("UPDATE ledger_head SET size = 2").await;
        let file = bench.path().join("backup.shirube");
        let refused = bench.store.backup(&file).await.expect_err("head and entries disagree");
        assert!(matches!(refused, StoreError::Inconsistent { .. }), "{refused}");
        assert!(!file.exists(), "half a backup never looks like one");
    }

    async fn one_municipality_moves_alone(bench: &Bench) {
        let town = bench.town().await;
        let village = bench.municipality("999024").await;
        for _ in 0..3 {
            act(&town).await;
            act(&village).await;
        }
        act(&village).await;
        let before = everything(&village).await;
        let file = bench.path().join("village.shirube");
        assert_eq!(village.export(&file).await.expect("exported"), Copied { municipalities: 1, entries: 4 });
        let words = String::from_utf8_lossy(&std::fs::read(&file).expect("readable")).into_owned();
        assert!(words.contains("999024") && !words.contains("999016"), "nothing of the town is in the file");
        let refused = village.restore(&file).await.expect_err("it is here already");
        assert!(matches!(refused, StoreError::NotEmpty { .. }), "{refused}");

        for engine in [Engine::File, Engine::Server] {
            let Some(other) = Bench::new(engine).await else { continue };
            let here = other.town().await;
            act(&here).await;
            let refused = here.restore(&file).await.expect_err("another municipality is not mixed in");
            assert!(matches!(refused, StoreError::NotEmpty { .. }), "{refused}");
            let moved = other.store.of(village.code());
            assert_eq!(moved.restore(&file).await.expect("moved").entries, 4);
            assert_eq!(everything(&moved).await, before);
            act(&moved).await;
            let absent = other.store.of(&MunicipalityCode::from("999032"));
            let refused = absent.restore(&file).await.expect_err("it is not in the file");
            assert!(matches!(refused, StoreError::UnknownMunicipality { .. }), "{refused}");
            other.clear().await;
        }
    }
}
