//! What holds of the crate's own text and tables.

use std::fs;
use std::path::{Path, PathBuf};

use domain::id::MunicipalityCode;
use store::{Durability, Place, Sort, Store, StoreError, TABLES};

use crate::bench::{VIEWS, on_both};

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(folder).expect("the sources are there") {
            let path = item.expect("readable").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

#[test]
fn the_engines_are_named_in_one_file_only() {
    let mut looked_at = 0;
    for path in sources() {
        let text = fs::read_to_string(&path).expect("readable");
        if path.ends_with("dialect.rs") || path.ends_with("dialect/transaction.rs") {
            assert!(text.contains("Postgres") && text.contains("Sqlite"));
        }
        // The room itself: what the engines do differently stands in it.
        if path.ends_with("dialect.rs") || path.parent().is_some_and(|folder| folder.ends_with("dialect")) {
            continue;
        }
        looked_at += 1;
        for name in ["Postgres", "Sqlite", "PgPool", "PgConn", "sqlx::query", "sqlx::raw_sql", "pragma", "pg_"] {
            assert!(!text.contains(name), "{} names {name}", path.display());
        }
    }
    assert!(looked_at > 10);
}

#[test]
fn no_statement_rests_on_what_the_engines_do_differently() {
    for path in sources() {
        let text = fs::read_to_string(&path).expect("readable");
        for trap in [" LIKE ", " ILIKE ", "NULLS FIRST", "NULLS LAST", "GLOB", "INSERT OR ", "RANDOM()", " INTEGER"] {
            assert!(!text.contains(trap), "{} contains {trap}", path.display());
        }
    }
}

#[test]
fn no_statement_changes_or_removes_an_entry() {
    let mut inserts = 0;
    for path in sources() {
        let text = fs::read_to_string(&path).expect("readable");
        inserts += text.matches("INSERT INTO entry ").count();
        for wrong in ["UPDATE entry", "DELETE FROM entry ", "DELETE FROM ledger_head", "UPDATE entry_private"] {
            assert!(!text.contains(wrong), "{} contains {wrong}", path.display());
        }
    }
    assert_eq!(inserts, 1);
}

#[test]
fn migrations_only_add_and_never_touch_a_view() {
    for path in sources().iter().filter(|path| path.parent().is_some_and(|folder| folder.ends_with("migrations"))) {
        let text = fs::read_to_string(path).expect("readable").to_uppercase();
        for word in ["DROP ", "RENAME ", "DELETE ", "UPDATE ", "VIEW_", "NEXT_"] {
            assert!(!text.contains(word), "{} contains {word}", path.display());
        }
    }
}

#[test]
fn every_key_begins_with_the_municipality() {
    for table in TABLES {
        assert_eq!(table.columns[0].0, "municipality", "{}", table.name);
        assert!((1..=table.columns.len()).contains(&table.key), "{}", table.name);
        let view = table.name.starts_with("view_") || table.name.starts_with("next_");
        assert_eq!(table.sort == Sort::View, view, "{}", table.name);
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_is_explained_without_repeating_a_password() {
    let place = Place::Postgres { url: "himitsu no kotoba".to_owned(), schema: None };
    let refused = Store::open(&place, Durability::Full, VIEWS).await.expect_err("not a URL");
    assert!(!refused.to_string().contains("himitsu"), "{refused}");
    assert!(matches!(refused, StoreError::Place { .. }));
    let url = "postgres://127.0.0.1:1/x".to_owned();
    let place = Place::Postgres { url, schema: Some("a; DROP".to_owned()) };
    let refused = Store::open(&place, Durability::Full, VIEWS).await.expect_err("not a name");
    assert!(matches!(refused, StoreError::Place { .. }), "{refused}");
}

#[tokio::test]
async fn the_embedded_library_is_one_that_keeps_what_was_committed() {
    let pool = sqlx::SqlitePool::connect("sqlite::memory:").await.expect("in memory");
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&pool).await.expect("answers");
    let parts: Vec<u64> = version.split('.').map(|part| part.parse().expect("a number")).collect();
    assert!(parts >= vec![3, 51, 3], "{version}");
}

on_both! {
    async fn each_engine_can_parse_every_statement(bench: &Bench) {
        let parsed = bench.store.prepare_every_statement().await.expect("every statement parses");
        assert!(parsed > 60, "{parsed}");
    }

    async fn the_list_of_tables_is_what_the_database_has(bench: &Bench) {
        for table in TABLES {
            let mut listed: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            listed.sort_unstable();
            assert_eq!(bench.store.columns(table.name).await.expect("read"), listed, "{}", table.name);
        }
    }

    async fn starting_again_changes_nothing(bench: &Bench) {
        let town = bench.town().await;
        bench.store.migrate().await.expect("again");
        town.writing().await.expect("the views are still good");
        let (one, two) = tokio::join!(bench.store.migrate(), bench.store.migrate());
        one.expect("at once");
        two.expect("at once");
    }

    async fn a_database_of_a_newer_program_is_left_alone(bench: &Bench) {
        bench.tamper("UPDATE schema_state SET value = '999' WHERE name = 'migration'").await;
        let refused = bench.store.migrate().await.expect_err("newer");
        assert!(matches!(refused, StoreError::SchemaVersion { found: 999, .. }), "{refused}");
    }

    async fn only_six_digits_are_a_municipality(bench: &Bench) {
        bench.municipality("999016").await;
        for wrong in ["", "99901", "9990160", "99901a", "９９９０１６", "99 016", "'; --x"] {
            let refused = bench.store.create_municipality(&MunicipalityCode::from(wrong)).await.expect_err("not six digits");
            assert!(matches!(&refused, StoreError::MunicipalityCode { given } if given == wrong), "{refused}");
        }
        assert_eq!(bench.store.municipalities(None, 500).await.expect("read").len(), 1);
    }
}
