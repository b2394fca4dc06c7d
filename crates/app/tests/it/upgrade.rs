//! The data of the first release under today's program: brought up unasked, without an alarm.

use std::path::{Path, PathBuf};

use domain::id::MunicipalityCode;
use store::{Durability, Place, Store, ViewVersion};

use crate::cli::Desk;
use crate::program::Program;

/// A terminal with the data of the first release: two towns, and views of another shape.
fn with_old_data() -> (Desk, PathBuf) {
    let release = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/releases/0.1.0");
    let desk = Desk::with_file();
    std::fs::create_dir(desk.file("data")).expect("a folder");
    for town in ["312011", "402206"] {
        let file = format!("{town}.sqlite");
        std::fs::copy(release.join(&file), desk.file("data").join(&file)).expect("copied");
    }
    (desk, release)
}

#[test]
fn the_first_command_brings_the_data_of_the_first_release_up_and_raises_no_alarm() {
    let (desk, release) = with_old_data();
    let first = desk.types("account list --city 312011");
    assert_eq!(first.code, 0, "{}", first.err);
    // On a slow machine the progress is told in between.
    let (begins, ends) = (first.err.lines().next(), first.err.lines().last());
    assert_eq!(
        begins,
        Some("団体 312011 の表を、この版のプログラムに合わせて作り直します。台帳の記録は変わりません。")
    );
    assert_eq!(ends, Some("団体 312011 の表を作り直しました。"), "{}", first.err);
    assert!(!first.err.contains("書き換え"), "{}", first.err);
    let again = desk.types("account list --city 312011");
    assert_eq!((again.err.as_str(), again.out == first.out), ("", true), "once");
    let key = std::fs::read_to_string(release.join("public-key.txt")).expect("the key");
    let checkpoint = release.join("312011.checkpoint");
    desk.does(&format!("ledger verify --city 312011 --checkpoint {} --key-hex {}", checkpoint.display(), key.trim()));
    let rebuilt = desk.does("ledger rebuild --city 312011");
    assert!(rebuilt.contains("使っていた表と同じでした") && !rebuilt.contains("書き換えた"), "{rebuilt}");
}

#[test]
fn a_server_brings_every_town_of_the_first_release_up_and_serves_it() {
    let (desk, _) = with_old_data();
    let data = desk.file("data");
    let server = Program::starts_in([("SHIRUBE_DATA", data.as_os_str())], ["serve", "--port", "0"]);
    server.says(|line| line.strip_prefix("職員の画面：").map(drop));
    drop(server);
    for town in ["312011", "402206"] {
        assert!(data.join("public").join(town).join("current").exists(), "{town} is published");
        assert!(desk.does(&format!("ledger rebuild --city {town}")).contains("使っていた表と同じでした"));
    }
}

#[tokio::test]
async fn what_a_program_says_that_meets_older_views_is_a_command_that_works() {
    let (desk, _) = with_old_data();
    let place = Place::File(desk.file("data").join("402206.sqlite"));
    let store = Store::open(&place, Durability::Full, ViewVersion(1_000)).await.expect("it opens");
    let code = MunicipalityCode::from("402206");
    let refused = store.of(&code).writing().await.expect_err("they are of another version").to_string();
    store.close().await;
    let command = refused.split('`').nth(1).expect("a command").to_owned();
    assert!(command.contains("402206"), "the town is named: {refused}");
    desk.does(command.strip_prefix("shirube ").expect("ours"));

    let store = Store::open(&place, Durability::Full, ViewVersion(1)).await.expect("it opens");
    let refused = store.of(&code).writing().await.expect_err("they are of another version").to_string();
    assert!(refused.contains("新しい版") && !refused.contains('`'), "an older program rebuilds nothing: {refused}");
    store.close().await;
}
