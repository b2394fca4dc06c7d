//! The views equal the fold of the ledger: rebuild beside, compare, swap.

use store::{Apply, Difference, How, Ledgered, Read, Result, Standing, StoreError, ViewRow, ViewVersion};

use crate::bench::{VIEWS, entry, on_both, open};

/// A small fold: every entry is an account with an address and a number.
async fn apply<V: Apply>(views: &mut V, seq: u64) -> Result<()> {
    let id = format!("a{seq}");
    let body = format!("{{\"seq\":{seq}}}");
    let odd = (seq % 2 == 1).then(|| "odd".to_owned());
    let row = ViewRow { id: id.clone(), body, version: seq, a: odd, b: None, c: None, sort: id.clone() };
    views.put("account", &row).await?;
    views
        .put_address(&format!("x:{}", seq / 2), &id, if seq % 2 == 1 { Standing::Live } else { Standing::Past })
        .await?;
    views.take_number(&format!("第{seq}号"), &id, seq).await
}

async fn act(town: &Ledgered) {
    let mut writing = town.writing().await.expect("the head is free");
    let seq = writing.append(entry(town, writing.next_seq(), 1)).await.expect("appended");
    apply(&mut writing, seq).await.expect("applied");
    writing.commit().await.expect("recorded");
}

/// Rebuilds in batches of three, as a long ledger is.
async fn rebuild(town: &Ledgered) {
    loop {
        let mut batch = town.rebuilding().await.expect("a batch");
        let progress = batch.progress();
        if progress.rebuilt == progress.size {
            return;
        }
        let entries = batch.entries(progress.rebuilt, 3).await.expect("entries");
        let mut rebuilt = progress.rebuilt;
        for row in entries {
            apply(&mut batch, row.entry.seq).await.expect("applied");
            rebuilt = row.entry.seq + 1;
        }
        batch.keep(rebuilt).await.expect("kept");
    }
}

on_both! {
    async fn a_rebuild_gives_the_same_views_and_takes_their_place(bench: &Bench) {
        let town = bench.town().await;
        for _ in 0..8 {
            act(&town).await;
        }
        town.begin_rebuild().await.expect("begun");
        rebuild(&town).await;
        assert_eq!(town.compare(500).await.expect("compared"), []);
        town.swap().await.expect("swapped");
        let mut reading = town.reading().await.expect("a reading");
        assert_eq!(reading.page("account", None, 500).await.expect("read").len(), 8);
        assert_eq!(reading.live_account("x:3").await.expect("read").as_deref(), Some("a7"));
        act(&town).await;
    }

    async fn what_somebody_changed_in_the_views_is_found_and_undone(bench: &Bench) {
        let town = bench.town().await;
        let village = bench.municipality("999024").await;
        for _ in 0..5 {
            act(&town).await;
            act(&village).await;
        }
        bench.tamper(
            "UPDATE view_record SET a = 'official' WHERE municipality = '999016' AND id = 'a0';
             DELETE FROM view_record WHERE municipality = '999016' AND id = 'a3';
             INSERT INTO view_record VALUES ('999016', 'account', 'zz', '{}', 0, NULL, NULL, NULL, '');
             UPDATE view_address SET live = 0 WHERE municipality = '999016' AND account = 'a1';
             DELETE FROM view_number WHERE municipality = '999016' AND case_id = 'a4';",
        ).await;
        town.begin_rebuild().await.expect("begun");
        rebuild(&town).await;
        let difference = |table, of: &str, id: &str, how| Difference { table, of: of.to_owned(), id: id.to_owned(), how };
        let expected = [
            difference("view_record", "account", "a0", How::Changed),
            difference("view_record", "account", "zz", How::Changed),
            difference("view_record", "account", "a3", How::Missing),
            difference("view_address", "x:0", "a1", How::Changed),
            difference("view_number", "第4号", "a4", How::Missing),
        ];
        assert_eq!(town.compare(500).await.expect("compared"), expected);
        assert_eq!(town.compare(2).await.expect("compared"), expected[..2]);
        town.swap().await.expect("swapped");
        town.begin_rebuild().await.expect("begun");
        rebuild(&town).await;
        assert_eq!(town.compare(500).await.expect("compared"), []);
        let mut reading = village.reading().await.expect("a reading");
        assert_eq!(reading.page("account", None, 500).await.expect("read").len(), 5);
    }

    async fn an_entry_during_a_rebuild_is_not_lost(bench: &Bench) {
        let town = bench.town().await;
        for _ in 0..4 {
            act(&town).await;
        }
        town.begin_rebuild().await.expect("begun");
        rebuild(&town).await;
        act(&town).await;
        let refused = town.swap().await.expect_err("one entry is not in it");
        assert!(matches!(refused, StoreError::Behind { rebuilt: 4, size: 5 }), "{refused}");
        assert!(matches!(town.compare(9).await, Err(StoreError::Behind { .. })));
        rebuild(&town).await;
        town.swap().await.expect("now it is");
        let mut reading = town.reading().await.expect("a reading");
        assert!(reading.get("account", "a4").await.expect("read").is_some());
    }

    async fn a_program_with_another_fold_does_not_write_until_it_has_rebuilt(bench: &Bench) {
        let town = bench.town().await;
        act(&town).await;
        let newer = open(&bench.place, ViewVersion(VIEWS.0 + 1)).await;
        newer.migrate().await.expect("the same tables");
        let same = newer.of(town.code());
        let refused = same.writing().await.expect_err("another version");
        assert!(matches!(refused, StoreError::ViewVersion { found: 1, wanted: 2, .. }), "{refused}");
        assert!(same.reading().await.expect("reading is allowed").head().await.expect("read").is_some());
        assert!(matches!(same.swap().await, Err(StoreError::ViewVersion { .. })), "nothing was rebuilt");
        same.begin_rebuild().await.expect("begun");
        rebuild(&same).await;
        same.swap().await.expect("swapped");
        act(&same).await;
        let refused = town.writing().await.expect_err("now the older program is the other one");
        assert!(matches!(refused, StoreError::ViewVersion { found: 2, wanted: 1, .. }), "{refused}");
        newer.close().await;
    }

    async fn views_of_another_shape_are_emptied_and_rebuilt(bench: &Bench) {
        let town = bench.town().await;
        act(&town).await;
        bench.tamper("UPDATE schema_state SET value = 'an older text' WHERE name = 'views'").await;
        bench.store.migrate().await.expect("the views are made anew");
        let refused = town.writing().await.expect_err("they are empty");
        assert!(matches!(refused, StoreError::ViewVersion { found: 0, .. }), "{refused}");
        town.begin_rebuild().await.expect("begun");
        rebuild(&town).await;
        town.swap().await.expect("swapped");
        act(&town).await;
        let mut reading = town.reading().await.expect("a reading");
        assert_eq!(reading.page("account", None, 9).await.expect("read").len(), 2);
    }

    async fn a_rebuild_that_is_begun_again_waits_for_the_batch_that_is_open(bench: &Bench) {
        let town = bench.town().await;
        for _ in 0..4 {
            act(&town).await;
        }
        town.begin_rebuild().await.expect("begun");
        let mut batch = town.rebuilding().await.expect("a batch");
        apply(&mut batch, 0).await.expect("applied");
        let again = tokio::spawn({
            let town = town.clone();
            async move { town.begin_rebuild().await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert!(!again.is_finished(), "the open batch is not pulled from under the feet");
        batch.keep(1).await.expect("kept");
        again.await.expect("no panic").expect("begun again");
        assert_eq!(town.rebuilding().await.expect("a batch").progress().rebuilt, 0);
        rebuild(&town).await;
        assert_eq!(town.compare(500).await.expect("compared"), []);
    }
}
