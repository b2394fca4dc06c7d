//! What was erased by a lawful decision is in no file any more: sought byte by byte, as somebody with the disk would.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::cli::Desk;
use crate::house::House;
use crate::program::PATIENCE;

/// Words that stand nowhere else, each for one place in which people's words are kept. An account's name is a fact, and stays.
const PURPOSE: &str = "まぼろしの橋を見てもらうため";
const NOTE: &str = "うたかたの覚え書き";
const RETURNED: &str = "ゆうれいのような言い回しを直してください";
const WORDS: [&str; 3] = [PURPOSE, NOTE, RETURNED];

#[test]
fn no_byte_of_what_was_erased_stays_in_the_data_folder_or_in_a_later_backup() {
    let desk = Desk::with_file();
    let erased = lists_and_delists(&desk);
    let data = desk.file("data");
    for word in WORDS {
        assert!(!holding(&data, word).is_empty(), "{word} is kept, else nothing is shown by its absence");
    }
    let releases: BTreeSet<_> =
        holding(&data.join("public"), PURPOSE).iter().filter_map(|file| release(file)).collect();
    assert!(releases.len() > 1, "kept releases hold it too: {releases:?}");
    for seq in &erased {
        let said = desk.does(&format!("ledger erase {seq} --decision 総第14号 --unlist"));
        assert!(said.contains("export") && !said.contains("PostgreSQL"), "{said}");
    }
    let backup = desk.file("312011-after.sqlite");
    desk.does(&format!("backup {}", backup.display()));
    for word in WORDS {
        assert_eq!(holding(&data, word), [] as [PathBuf; 0], "{word}");
        assert_eq!(holding(&backup, word), [] as [PathBuf; 0], "{word}");
    }
    assert_eq!(desk.types("ledger verify").code, 0);
    assert!(desk.does("ledger rebuild").contains("使っていた表と同じでした"));
}

#[test]
fn an_account_on_the_list_is_not_taken_off_it_by_an_erasure_that_does_not_say_so() {
    let desk = Desk::with_file();
    let listed = lists_and_delists(&desk).pop().expect("the listing");
    let asked = "verify https://www.instagram.com/mihon_hashi/";
    let refused = desk.types(&format!("ledger erase {listed} --decision 総第14号"));
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(
        refused.err.contains("橋だより（見本）」の掲載の記録です") && refused.err.contains("--unlist"),
        "{}",
        refused.err
    );
    assert_eq!(desk.types(asked).code, 0, "it is official still");
    let done = desk.does(&format!("ledger erase {listed} --decision 総第14号 --unlist"));
    assert!(done.contains("掲載"), "what was erased is named: {done}");
    let said = desk.types(asked);
    assert_eq!(said.code, 3);
    assert!(
        said.out.contains("一覧から外されています") && !said.out.contains("休止"),
        "nobody suspended it: {}",
        said.out
    );
    assert!(!said.out.contains("橋だより"), "its name was erased: {}", said.out);
    let accounts: serde_json::Value = serde_json::from_str(&desk.does("account list --json")).expect("JSON");
    let shown = desk.does(&format!("account show {}", accounts[0]["id"].as_str().expect("an id")));
    assert!(!shown.contains("掲載中") && shown.contains("掲載取消"), "{shown}");
    desk.does("publish");
    let index = desk.file("data/public/312011/current/verification.json");
    let index = std::fs::read_to_string(index).expect("the index");
    assert!(!index.contains("橋だより") && index.contains("mihon_hashi"), "it answers, and names nothing: {index}");
    assert_eq!(holding(&desk.file("data/public"), "橋だより"), [] as [PathBuf; 0], "nor does any file or kept release");
    // What facts say stays, and whoever erases is told where.
    assert!(done.contains("名称とURLは消去できません") && done.contains("消去していない記録に残っています"), "{done}");
}

#[test]
fn the_same_holds_while_the_town_is_served() {
    let desk = Desk::with_file();
    let erased = lists_and_delists(&desk);
    let data = desk.file("data");
    let house = House::serves(&data);
    // One decision, one entry: everything in between that has a private part goes too.
    let (first, last) = (erased.iter().min().expect("a record"), erased.iter().max().expect("a record"));
    let said = desk.does(&format!("ledger erase {first}-{last} --decision 総第14号 --unlist"));
    assert!(said.contains(&format!("記録{first}番から{last}番までの非公開部分を")), "{said}");
    assert!(said.contains(&format!("・{first}番の方針の内容")), "what went is told by its number: {said}");
    let backup = desk.file("312011-after.sqlite");
    desk.does(&format!("backup {}", backup.display()));
    let (database, public) = (data.join("312011.sqlite"), data.join("public"));
    let log = data.join("312011.sqlite-wal");
    for word in WORDS {
        for place in [&database, &log, &backup] {
            assert_eq!(holding(place, word), [] as [PathBuf; 0], "{word}");
        }
        let began = Instant::now();
        while !holding(&public, word).is_empty() {
            assert!(began.elapsed() < PATIENCE, "{word}: {:?}", holding(&public, word));
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    drop(house);
    assert_eq!(desk.types("ledger verify").code, 0);
    let again = desk.types(&format!("ledger erase {first}-{last} --decision 総第15号"));
    assert!(again.code != 0 && again.err.contains("すでに消去されています"), "{}", again.err);
}

/// An account that was listed under the words, by a case that was sent back once; the records that hold them.
fn lists_and_delists(desk: &Desk) -> Vec<u64> {
    desk.begins("tottori", "notice-town");
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    let act = |line: &str| seq(&desk.does(&format!("{line} --json")));
    let policy = desk.writes("policy.toml", &POLICY.replace("目的", PURPOSE));
    let drafted = act(&format!("case draft {case} --file {policy} --as 02013 --on 令和7年4月2日"));
    desk.does(&format!("case do {case} file --as 02011 --on 令和7年4月3日"));
    let returned = act(&format!("case return {case} receive --item '={RETURNED}' --as 01023 --on 令和7年4月3日"));
    let again = act(&format!("case draft {case} --file {policy} --note '{NOTE}' --as 02013 --on 令和7年4月4日"));
    desk.does(&format!("case do {case} file --as 02011 --on 令和7年4月4日"));
    desk.does(&format!("case do {case} receive --as 01023 --on 令和7年4月4日"));
    let listed = act(&format!("case do {case} list --as 01023 --on 令和7年4月7日"));
    desk.does("publish");
    desk.does("publish");
    vec![drafted, returned, again, listed]
}

const POLICY: &str = r#"
network = "instagram"
account_name = "橋だより（見本）"
url = "https://www.instagram.com/mihon_hashi/"
purpose = "目的"
audience = "観光に関心のある方"
information = "観光地、催し"
period = { from = "令和7年5月1日", until = "令和10年3月31日" }
hours = { from_day = "月", to_day = "金", from = "08:30", to = "17:15" }
reply = { stance = "none" }
"#;

/// The release of the public list that a file belongs to.
fn release(file: &Path) -> Option<PathBuf> {
    file.ancestors().find(|folder| folder.parent().is_some_and(|above| above.ends_with("releases"))).map(Path::to_owned)
}

fn seq(said: &str) -> u64 {
    let said: serde_json::Value = serde_json::from_str(said).expect("JSON");
    said["seq"].as_u64().expect("the place of the record")
}

/// The files at a place that hold a word: as it is written, or with escapes as JSON may have them.
fn holding(place: &Path, word: &str) -> Vec<PathBuf> {
    let units: Vec<u16> = word.encode_utf16().collect();
    let low = units.iter().fold(String::new(), |text, unit| text + &format!("\\u{unit:04x}"));
    let high = units.iter().fold(String::new(), |text, unit| text + &format!("\\u{unit:04X}"));
    files(place)
        .into_iter()
        .filter(|file| {
            // Between the listing and the reading a release may have been replaced.
            let bytes = std::fs::read(file).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            [word, &low, &high].iter().any(|form| text.contains(*form))
        })
        .collect()
}

/// Every file at a place: itself, or all below it.
fn files(place: &Path) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let Ok(entries) = std::fs::read_dir(place) else { return Vec::new() };
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()))
        .flat_map(|entry| files(&entry.path()))
        .collect()
}
