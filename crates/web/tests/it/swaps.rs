//! New releases: seen at the next look, never half, and never at the price of the former one.

use crate::town::{BUILT, Server, empty, list, mihon, tonari};
use axum::http::StatusCode;
use std::fs;
use std::sync::Arc;
use std::time::Duration;
use web::{Fault, Shelf, Source};

#[tokio::test]
async fn a_delisting_is_seen_at_the_next_look() {
    let server = Server::of(&[mihon()]);
    assert_eq!(server.verify("https://x.com/mihon_town").await["verdict"], "official");
    assert_eq!(server.shelf.refresh(), 0, "nothing has changed");

    let mut next = empty("999999", "見本町", 43);
    list(&mut next, "a-02", "instagram", "https://www.instagram.com/mihon.shiki/");
    public::write(&server.dir("999999"), &next).unwrap();
    assert_eq!(server.shelf.refresh(), 1);
    let answer = server.verify("https://x.com/mihon_town").await;
    assert_ne!(answer["verdict"], "official");
    assert_eq!(answer["ledger_size"], 43);
    assert_eq!(server.get("/accounts/a-01.html").await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.shelf.refresh(), 0);
}

#[tokio::test]
async fn the_watch_takes_in_a_release_by_itself() {
    let server = Server::of(&[mihon()]);
    let watch = tokio::spawn(web::watch(Arc::clone(&server.shelf), Duration::from_millis(20)));
    let mut next = mihon();
    next.ledger_size = 99;
    public::write(&server.dir("999999"), &next).unwrap();
    let seen = async {
        while server.verify("https://x.com/mihon_town").await["ledger_size"] != 99 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen).await.unwrap();
    watch.abort();
}

#[tokio::test]
async fn a_plain_export_is_served_and_renewed_like_a_published_folder() {
    let folder = tempfile::tempdir().unwrap();
    public::export(folder.path(), &mihon()).unwrap();
    let shelf = Shelf::open(vec![Source::carried(folder.path().to_owned())]).unwrap();
    assert_eq!(shelf.refresh(), 0);
    let mut next = mihon();
    next.built_at += 1;
    public::export(folder.path(), &next).unwrap();
    assert_eq!(shelf.refresh(), 1);
}

#[tokio::test]
async fn a_broken_release_leaves_the_former_one_up_until_it_is_whole() {
    let server = Server::of(&[mihon()]);
    let mut next = mihon();
    next.ledger_size = 50;
    let release = public::write(&server.dir("999999"), &next).unwrap();
    let file = release.path.join("verification.json");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, "[]").unwrap();
    for _ in 0..3 {
        assert_eq!(server.shelf.refresh(), 0);
    }
    let answer = server.verify("https://x.com/mihon_town").await;
    assert_eq!((&answer["verdict"], &answer["ledger_size"]), (&"official".into(), &42.into()));

    fs::write(&file, whole).unwrap();
    assert_eq!(server.shelf.refresh(), 1, "files that arrive late make it whole");
    assert_eq!(server.verify("https://x.com/mihon_town").await["ledger_size"], 50);
}

#[tokio::test]
async fn a_folder_that_goes_away_leaves_the_list_up() {
    let server = Server::of(&[mihon()]);
    fs::remove_dir_all(server.dir("999999")).unwrap();
    assert_eq!(server.shelf.refresh(), 0);
    assert_eq!(server.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_towns_list_does_not_take_a_towns_place() {
    let server = Server::of(&[mihon(), tonari()]);
    let mut wrong = tonari();
    wrong.built_at = BUILT + 1000;
    public::write(&server.dir("999999"), &wrong).unwrap();
    assert_eq!(server.shelf.refresh(), 0);
    assert!(server.get("/999999/").await.text().contains("見本町"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_during_swaps_never_see_two_releases_in_one_answer() {
    let server = Server::of(&[mihon()]);
    let (shelf, dir) = (Arc::clone(&server.shelf), server.dir("999999"));
    let writer = std::thread::spawn(move || {
        for step in 1..=12_i32 {
            let mut next = mihon();
            next.ledger_size = 42 + u64::from(step.unsigned_abs());
            next.built_at = BUILT + i64::from(step) * 1000;
            public::write(&dir, &next).unwrap();
            assert_eq!(shelf.refresh(), 1);
        }
    });
    let mut seen = std::collections::BTreeSet::new();
    while !writer.is_finished() {
        let answer = server.verify("https://x.com/mihon_town").await;
        let size = answer["ledger_size"].as_i64().unwrap();
        assert_eq!(answer["built_at"], format!("2026-11-21T00:00:{:02}Z", size - 42));
        seen.insert(size);
        tokio::task::yield_now().await;
    }
    writer.join().unwrap();
    assert!(seen.len() > 1, "the swaps happened while somebody was asking");
}

#[test]
fn what_cannot_be_served_is_refused_with_what_to_do() {
    assert!(matches!(Shelf::open(Vec::new()), Err(Fault::Empty)));
    let folder = tempfile::tempdir().unwrap();
    let nothing = Shelf::open(vec![Source::carried(folder.path().to_owned())]).err().unwrap();
    assert!(nothing.to_string().contains("フォルダーの指定"), "{nothing}");

    let (one, two) = (folder.path().join("1"), folder.path().join("2"));
    public::export(&one, &mihon()).unwrap();
    public::export(&two, &mihon()).unwrap();
    assert!(
        matches!(Shelf::open(vec![Source::carried(one), Source::carried(two)]), Err(Fault::Twice(code)) if code == "999999")
    );

    for code in ["", "health", "9999/9", "９９９９９９", ".."] {
        let dir = folder.path().join("odd");
        public::export(&dir, &empty(code, "見本町", 1)).unwrap();
        assert!(matches!(Shelf::open(vec![Source::carried(dir)]), Err(Fault::Code { .. })), "{code}");
    }
}
