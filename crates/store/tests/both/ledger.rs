//! Acts: what a commit keeps, what it refuses, and in which order they come.

use domain::id::MunicipalityCode;
use domain::ledger::{Commitment, Frontier, Report, StoredEntry, Subtree, Tree, Verifier, inclusion_parts};
use store::{Apply, Erased, Ledgered, Read, StoreError, Subtrees, ViewRow};

use crate::bench::{entry, facts_entry, on_both, private_entry};

fn row(id: &str, version: u64) -> ViewRow {
    let (body, sort) = ("{}".to_owned(), id.to_owned());
    ViewRow { id: id.to_owned(), body, version, a: None, b: None, c: None, sort }
}

async fn all_entries(town: &Ledgered) -> Vec<StoredEntry> {
    let mut reading = town.reading().await.expect("a reading");
    let mut all: Vec<StoredEntry> = Vec::new();
    loop {
        let from = all.len() as u64;
        let page = reading.entries(from, 7).await.expect("a page");
        if page.is_empty() {
            return all;
        }
        all.extend(page.into_iter().map(|row| row.entry));
    }
}

/// Verifies a ledger as somebody would who reads it from the database page by page.
async fn verified(town: &Ledgered) -> Report {
    let head = town.reading().await.expect("a reading").head().await.expect("read").expect("there");
    let mut verifier = Verifier::new(&town.code().0, &[]);
    for stored in all_entries(town).await {
        verifier.push(&stored);
    }
    verifier.finish(Some(&domain::ledger::Head::from(&head.frontier)))
}

on_both! {
    async fn any_subtree_is_told_in_as_many_questions_however_long_the_ledger_is(bench: &Bench) {
        let town = bench.town().await;
        let (mut tree, mut asked) = (Tree::new(), Vec::new());
        for size in [3_u64, 1_300] {
            let mut writing = town.writing().await.expect("the head is free");
            for seq in writing.next_seq()..size {
                let new = entry(&town, seq, 1_000);
                tree.append(&Commitment::of(&new.salt, &new.bytes));
                writing.append(new).await.expect("appended");
            }
            writing.commit().await.expect("recorded");
            let parts: Vec<Subtree> = inclusion_parts(2, size).expect("there").into_iter().flatten().collect();
            let mut reading = town.reading().await.expect("a reading");
            let before = bench.store.statements();
            let found = reading.subtrees(&parts).await.expect("read");
            asked.push(bench.store.statements() - before);
            for part in &parts {
                let place = usize::try_from(part.place).expect("small");
                assert_eq!(found.get(part).copied(), tree.whole(part.level, place), "{part:?} of {size}");
                assert!(found.contains_key(part), "{part:?} of {size}");
            }
        }
        assert!(asked.iter().all(|count| *count <= 3), "{asked:?}");
    }

    async fn an_act_is_read_back_as_it_was_written(bench: &Bench) {
        let town = bench.town().await;
        let name = "髙橋 𠮷子（たかはし）\u{3099} ﾊﾝｶｸ e\u{301}";
        let new = private_entry(&town, 0, 1_000, Some(name));
        let mut writing = town.writing().await.expect("the head is free");
        assert_eq!((writing.next_seq(), writing.not_before()), (0, 0));
        assert_eq!(writing.append(new.clone()).await.expect("appended"), 0);
        assert_eq!(writing.append(entry(&town, 1, 1_000)).await.expect("in the same act"), 1);
        writing.put("account", &row("a1", 1)).await.expect("the view takes it");
        writing.put_guideline_file("h1", "guideline.toml", "名前 = \"しるべ\"".as_bytes()).await.expect("kept");
        writing.put_guideline_file("h1", "guideline.toml", b"other").await.expect("the first stays");
        let receipt = writing.commit().await.expect("recorded");
        assert_eq!((receipt.first, receipt.last, receipt.head.size()), (0, 1, 2));

        let mut reading = town.reading().await.expect("a reading");
        let first = reading.entry(0).await.expect("read").expect("there");
        assert_eq!((first.id.as_str(), first.kind.as_str()), ("entry-000000", "filed"));
        assert_eq!(first.entry.bytes, new.bytes);
        assert_eq!(first.entry.private, new.private);
        assert_eq!(first.entry.private.expect("beside").bytes, name.as_bytes());
        assert_eq!(reading.position("entry-000001").await.expect("read"), Some(1));
        assert_eq!(reading.position("entry-000009").await.expect("read"), None);
        assert!(reading.entry(2).await.expect("read").is_none());
        let head = reading.head().await.expect("read").expect("there");
        assert_eq!(head, receipt.head);
        let mut frontier = Frontier::new();
        for stored in all_entries(&town).await {
            assert!(stored.is_intact());
            frontier.append(&stored.commitment);
        }
        assert_eq!(head.frontier.root(), frontier.root());
        let file = reading.guideline_file("h1", "guideline.toml").await.expect("read");
        assert_eq!(file.expect("there"), "名前 = \"しるべ\"".as_bytes());
        assert_eq!(reading.guideline_paths("h1", None, 10).await.expect("read"), ["guideline.toml"]);
        assert!(reading.guideline_paths("h2", None, 10).await.expect("read").is_empty());
    }

    async fn an_act_without_an_entry_is_refused_and_leaves_nothing(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        writing.put("account", &row("a1", 0)).await.expect("the view takes it");
        let refused = writing.commit().await.expect_err("nothing was recorded");
        assert!(matches!(refused, StoreError::NothingToRecord), "{refused}");
        let mut reading = town.reading().await.expect("a reading");
        assert!(reading.get("account", "a1").await.expect("read").is_none());
        assert_eq!(reading.head().await.expect("read").expect("there").size(), 0);
    }

    async fn an_act_that_is_dropped_leaves_nothing_and_frees_the_head(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        writing.append(entry(&town, 0, 1)).await.expect("appended");
        writing.put("account", &row("a1", 0)).await.expect("the view takes it");
        drop(writing);
        let mut again = town.writing().await.expect("the head is free again");
        assert_eq!(again.next_seq(), 0);
        assert!(again.get("account", "a1").await.expect("read").is_none());
    }

    async fn a_failed_statement_takes_the_whole_act_with_it(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        writing.append(entry(&town, 0, 1)).await.expect("appended");
        writing.take_number("広-1", "case-1", 0).await.expect("free");
        let refused = writing.take_number("広-1", "case-2", 0).await.expect_err("taken for ever");
        assert!(matches!(&refused, StoreError::Duplicate { what } if what == "view_number"), "{refused:?}");
        // A caller that goes on regardless must not keep half of its act on either engine.
        let refused = writing.commit().await.expect_err("half an act is none");
        assert!(matches!(refused, StoreError::Broken), "{refused:?}");
        assert!(all_entries(&town).await.is_empty());
    }

    async fn entries_never_go_back_in_time(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        writing.append(entry(&town, 0, 5_000)).await.expect("appended");
        writing.commit().await.expect("recorded");
        let mut writing = town.writing().await.expect("the head is free");
        assert_eq!(writing.not_before(), 5_000);
        let refused = writing.append(entry(&town, 1, 4_999)).await.expect_err("before the last one");
        assert!(matches!(refused, StoreError::Earlier { given: 4_999, not_before: 5_000 }), "{refused}");
        writing.append(entry(&town, 1, 5_000)).await.expect("the same instant is allowed");
        writing.commit().await.expect("recorded");
    }

    async fn writers_at_once_come_in_one_order_and_the_ledger_verifies(bench: &Bench) {
        let town = bench.town().await;
        let mut tasks = Vec::new();
        for _ in 0..6 {
            let town = town.clone();
            tasks.push(tokio::spawn(async move {
                for _ in 0..5 {
                    let mut writing = town.writing().await.expect("the head in turn");
                    let seq = writing.next_seq();
                    // What this writer read stays true until it commits: nobody else is in between.
                    let seen = writing.get("counter", "c").await.expect("read").map_or(0, |row| row.version);
                    assert_eq!(seen, seq);
                    let at = writing.not_before() + 1;
                    writing.append(entry(&town, seq, at)).await.expect("appended");
                    writing.put("counter", &row("c", seq + 1)).await.expect("the view takes it");
                    writing.commit().await.expect("recorded");
                }
            }));
        }
        for task in tasks {
            task.await.expect("no writer fails");
        }
        let entries = all_entries(&town).await;
        assert_eq!(entries.len(), 30);
        let mut frontier = Frontier::new();
        for (position, stored) in (0_u64..).zip(&entries) {
            assert_eq!(stored.seq, position);
            assert_eq!(stored.recorded_at, i64::try_from(position).expect("small") + 1);
            assert!(stored.is_intact());
            frontier.append(&stored.commitment);
        }
        let head = town.reading().await.expect("a reading").head().await.expect("read").expect("there");
        assert_eq!(head.frontier, frontier);
    }

    async fn a_repeated_act_is_answered_from_memory(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        assert_eq!(writing.remembered("press-1").await.expect("read"), None);
        writing.append(entry(&town, 0, 1)).await.expect("appended");
        writing.append(entry(&town, 1, 1)).await.expect("appended");
        writing.remember("press-1", "広報の届出", "{\"管理№\":1}");
        writing.commit().await.expect("recorded");

        let mut writing = town.writing().await.expect("the head is free");
        let known = writing.remembered("press-1").await.expect("read").expect("known");
        assert_eq!((known.seq, known.answer.as_str()), (1, "{\"管理№\":1}"));
        assert_eq!(known.bound.as_deref(), Some("広報の届出"), "with what it is good for");
        // The net under a caller that does not ask: a key is kept once.
        writing.append(entry(&town, 2, 1)).await.expect("appended");
        writing.remember("press-1", "x", "other");
        let refused = writing.commit().await.expect_err("the key is taken");
        assert!(matches!(&refused, StoreError::Duplicate { what } if what == "idempotency"), "{refused:?}");
        assert_eq!(all_entries(&town).await.len(), 2);
    }

    async fn erasing_drops_the_private_part_and_nothing_else(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        writing.append(private_entry(&town, 0, 1, Some("個人の名前"))).await.expect("appended");
        writing.commit().await.expect("recorded");
        let before = all_entries(&town).await;

        let mut writing = town.writing().await.expect("the head is free");
        let facts = serde_json::json!({ "leaf": 0, "decision": "d-1" });
        writing.append(facts_entry(&town, "erased", 1, 2, None, &facts)).await.expect("appended");
        assert_eq!(writing.erase_private(0).await.expect("erased"), Erased::Now);
        assert_eq!(writing.erase_private(0).await.expect("asked again"), Erased::Before);
        writing.commit().await.expect("recorded");
        let after = all_entries(&town).await;
        assert_eq!(after[0], StoredEntry { private: None, ..before[0].clone() });
        assert!(before[0].private.is_some());
    }

    async fn one_municipality_never_sees_another(bench: &Bench) {
        let town = bench.town().await;
        let village = bench.municipality("999024").await;
        for of in [&town, &village] {
            let mut writing = of.writing().await.expect("each has its own head");
            writing.append(entry(of, 0, 1)).await.expect("the same id in another ledger");
            let account = format!("account of {}", of.code());
            writing.put("account", &row("a1", 0)).await.expect("the view takes it");
            writing.put_address("x.com/one", &account, store::Standing::Live).await.expect("free here");
            writing.take_number("1", &account, 0).await.expect("free here");
            writing.commit().await.expect("recorded");
        }
        let mut reading = village.reading().await.expect("a reading");
        let live = reading.live_account("x.com/one").await.expect("read");
        assert_eq!(live.as_deref(), Some("account of 999024"));
        assert_eq!(reading.entries(0, 500).await.expect("read").len(), 1);
        let codes = bench.store.municipalities(None, 500).await.expect("read");
        assert_eq!(codes, [town.code().clone(), village.code().clone()]);
        let behind = bench.store.municipalities(Some(town.code()), 500).await.expect("read");
        assert_eq!(behind, [village.code().clone()]);
    }

    async fn a_ledger_that_does_not_exist_is_named_in_the_refusal(bench: &Bench) {
        let code = MunicipalityCode::from("999032");
        let refused = bench.store.of(&code).writing().await.expect_err("no such ledger");
        assert!(refused.to_string().contains("999032"), "{refused}");
        assert!(matches!(refused, StoreError::UnknownMunicipality { .. }));
        bench.store.create_municipality(&code).await.expect("now there is");
        let twice = bench.store.create_municipality(&code).await.expect_err("once only");
        assert!(matches!(twice, StoreError::Duplicate { .. }), "{twice:?}");
    }

    async fn the_character_that_one_engine_cannot_keep_is_refused_on_both(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        let refused = writing.put("account", &row("a\0b", 0)).await.expect_err("U+0000");
        assert!(matches!(refused, StoreError::NulInText), "{refused}");
        drop(writing);
        let mut reading = town.reading().await.expect("a reading");
        assert!(matches!(reading.get("account", "\0").await, Err(StoreError::NulInText)));
    }

    async fn a_reading_does_not_change_while_it_is_read(bench: &Bench) {
        let town = bench.town().await;
        let mut reading = town.reading().await.expect("a reading");
        assert_eq!(reading.head().await.expect("read").expect("there").size(), 0);
        let mut writing = town.writing().await.expect("readers do not stand in the way");
        writing.append(entry(&town, 0, 1)).await.expect("appended");
        writing.commit().await.expect("recorded");
        assert_eq!(reading.head().await.expect("read").expect("there").size(), 0);
        assert!(reading.entries(0, 10).await.expect("read").is_empty());
        assert_eq!(all_entries(&town).await.len(), 1);
    }

    async fn the_ledger_proves_itself_and_a_change_behind_its_back_is_found(bench: &Bench) {
        let town = bench.town().await;
        for number in 0..9 {
            let mut writing = town.writing().await.expect("the head is free");
            writing.append(private_entry(&town, number, 1, Some("氏名"))).await.expect("appended");
            writing.commit().await.expect("recorded");
        }
        let mut writing = town.writing().await.expect("the head is free");
        let facts = serde_json::json!({ "leaf": 4, "decision": "d-1" });
        writing.append(facts_entry(&town, "erased", 9, 2, None, &facts)).await.expect("appended");
        writing.erase_private(4).await.expect("erased");
        writing.commit().await.expect("recorded");
        let report = verified(&town).await;
        assert_eq!((report.size, report.findings.len(), report.erased.len()), (10, 0, 1), "{report:?}");

        bench.tamper("DELETE FROM entry_private WHERE seq = 5").await;
        assert_eq!(verified(&town).await.findings.len(), 1, "erased by nobody's decision");
        bench.tamper("UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE seq = 1) WHERE seq = 2").await;
        assert!(verified(&town).await.findings.len() > 1);
    }
}
