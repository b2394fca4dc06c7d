//! Views: pages, keys, addresses and numbers.

use store::{Apply, Column, Read, Standing, StoreError, ViewRow};

use crate::bench::{entry, on_both};

fn row(id: &str, key: Option<&str>, sort: &str) -> ViewRow {
    let key = key.map(str::to_owned);
    ViewRow {
        id: id.to_owned(),
        body: format!("{{\"id\":\"{id}\"}}"),
        version: 0,
        a: key.clone(),
        b: key.as_ref().map(|key| format!("b-{key}")),
        c: key.map(|key| format!("c-{key}")),
        sort: sort.to_owned(),
    }
}

on_both! {
    async fn records_are_found_by_each_of_their_keys(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        for number in 0..6 {
            let key = if number % 2 == 0 { Some("広報課") } else { None };
            writing.put("account", &row(&format!("a{number}"), key, "")).await.expect("put");
        }
        writing.put("policy", &row("a0", Some("広報課"), "")).await.expect("another noun");
        for (column, value) in [(Column::A, "広報課"), (Column::B, "b-広報課"), (Column::C, "c-広報課")] {
            let first = writing.by_key("account", column, value, None, 2).await.expect("read");
            let ids: Vec<&str> = first.iter().map(|row| row.id.as_str()).collect();
            assert_eq!(ids, ["a0", "a2"]);
            let rest = writing.by_key("account", column, value, Some("a2"), 2).await.expect("read");
            assert_eq!(rest, [row("a4", Some("広報課"), "")]);
            assert!(writing.by_key("account", column, "", None, 2).await.expect("read").is_empty());
        }
        writing.put("account", &ViewRow { version: 7, ..row("a4", None, "z") }).await.expect("changed");
        assert!(writing.by_key("account", Column::A, "広報課", Some("a2"), 2).await.expect("read").is_empty());
        assert_eq!(writing.get("account", "a4").await.expect("read").expect("there").version, 7);
        writing.delete("account", "a4").await.expect("deleted");
        assert!(writing.get("account", "a4").await.expect("read").is_none());
        assert!(writing.get("policy", "a0").await.expect("read").is_some());
    }

    async fn pages_come_in_code_point_order_and_miss_nothing(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        let sorts = ["あ", "ア", "ｱ", "亜", "𠮷", "é", "e\u{301}", "Z", "a", "-", "~", "\u{FFFD}", "一", "a b", "A"];
        for (number, sort) in sorts.iter().enumerate() {
            // Two of each, so that the id decides where `sort` does not.
            for twin in ["y", "x"] {
                writing.put("n", &row(&format!("{twin}{number:02}"), None, sort)).await.expect("put");
            }
        }
        writing.append(entry(&town, 0, 1)).await.expect("appended");
        writing.commit().await.expect("recorded");
        let mut expected: Vec<(String, String)> = Vec::new();
        for (number, sort) in sorts.iter().enumerate() {
            expected.extend(["y", "x"].map(|twin| ((*sort).to_owned(), format!("{twin}{number:02}"))));
        }
        expected.sort();

        let mut reading = town.reading().await.expect("a reading");
        let mut found: Vec<(String, String)> = Vec::new();
        loop {
            let after = found.last().map(|(sort, id)| (sort.clone(), id.clone()));
            let after = after.as_ref().map(|(sort, id)| (sort.as_str(), id.as_str()));
            let page = reading.page("n", after, 4).await.expect("a page");
            assert!(page.len() <= 4);
            if page.is_empty() {
                break;
            }
            found.extend(page.into_iter().map(|row| (row.sort, row.id)));
        }
        assert_eq!(found, expected);
    }

    async fn no_page_is_longer_than_five_hundred(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        for number in 0..510 {
            writing.put("n", &row(&format!("{number:04}"), Some("k"), "")).await.expect("put");
        }
        assert_eq!(writing.page("n", None, u32::MAX).await.expect("read").len(), 500);
        assert_eq!(writing.by_key("n", Column::A, "k", None, u32::MAX).await.expect("read").len(), 500);
        assert_eq!(writing.page("n", None, 0).await.expect("read").len(), 1);
    }

    async fn two_live_accounts_never_share_one_address(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        writing.put_address("x:42", "old", Standing::Live).await.expect("free");
        writing.put_address("x:42", "old", Standing::Past).await.expect("left");
        assert_eq!(writing.live_account("x:42").await.expect("read"), None);
        writing.put_address("x:42", "new", Standing::Live).await.expect("free again");
        assert_eq!(writing.live_account("x:42").await.expect("read").as_deref(), Some("new"));
        let all = writing.accounts_at("x:42", None, 10).await.expect("read");
        let all: Vec<_> = all.iter().map(|row| (row.account.as_str(), row.standing)).collect();
        assert_eq!(all, [("new", Standing::Live), ("old", Standing::Past)]);
        let refused = writing.put_address("x:42", "old", Standing::Live).await.expect_err("taken");
        assert!(matches!(&refused, StoreError::Duplicate { what } if what == "view_address"), "{refused:?}");
    }

    async fn a_number_is_taken_for_ever(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        assert_eq!(writing.number_taken("第1号").await.expect("read"), None);
        writing.take_number("第1号", "case-1", 0).await.expect("free");
        let taken = writing.number_taken("第1号").await.expect("read").expect("taken");
        assert_eq!((taken.case_id.as_str(), taken.seq), ("case-1", 0));
        let again = writing.take_number("第1号", "case-1", 0).await.expect_err("not even by the same case");
        assert!(matches!(again, StoreError::Duplicate { .. }), "{again:?}");
    }

    async fn whoever_saw_an_older_version_is_told_so(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        writing.put("account", &ViewRow { version: 3, ..row("a", None, "") }).await.expect("put");
        writing.must_be("account", "a", 3).await.expect("the one that was seen");
        for (id, seen) in [("a", 2), ("a", 4), ("gone", 3)] {
            let refused = writing.must_be("account", id, seen).await.expect_err("another one");
            assert!(matches!(refused, StoreError::StaleVersion { .. }), "{refused:?}");
        }
    }
}
