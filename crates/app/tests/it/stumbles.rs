//! Where people at the command line stumbled: what was said twice, not at all, or in the words of something else.

use testkit::{Bench, Engine};

use crate::cli::{COMPLETE, Desk};
use crate::program::Program;

const LIST: &str = "組織コード,組織名,職コード,職名,職員番号,氏名\n0901,新しい課,P0901,新しい課長,0901x,見本　新\n0901,新しい課,,係長,0777,見本　無職\n小計,,,,,\n";

#[test]
fn what_an_import_left_out_is_told_again_after_the_act() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let list = desk.writes("名簿.csv", LIST);
    let line = format!("office import {list} --from 令和8年6月1日");
    let preview = desk.does(&line);
    let row = preview.lines().find(|line| line.contains("3行目")).expect("the row is previewed");
    assert!(row.contains("見本　無職") && row.contains("職コード"), "{row}");
    let done = desk.does(&format!("{line} --yes --leave-out"));
    assert!(done.contains("名簿を取り込みました"), "{done}");
    assert!(done.contains("取り込まなかった行（答えを待つ）：1行") && done.contains(row), "{row}\n{done}");
    assert!(done.contains("次にすること"), "{done}");
    let again = desk.writes("名簿2.csv", &LIST.replace("0901", "0902").replace("0777", "0778"));
    let said = desk.does(&format!("office import {again} --from 令和8年6月1日 --yes --leave-out --json"));
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert!(said["left_out"].as_array().is_some_and(|rows| rows.iter().any(|row| row["verdict"] == "held")), "{said}");
    assert!(said["seq"].is_u64(), "{said}");
}

#[test]
fn a_refusal_of_a_case_names_only_arguments_that_can_be_given() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    desk.does(
        "account note --network x --name 'みほん' --url https://x.com/mihon_old --unit 0201 --as 02013 --on 令和7年4月2日",
    );
    let account = desk.does("account list --json");
    let account: serde_json::Value = serde_json::from_str(&account).expect("JSON");
    let account = account[0]["id"].as_str().expect("an account").to_owned();
    let refused = desk.fails(&format!("case open closing --account {account} --as 02013 --on 令和7年4月3日"));
    assert!(refused.contains("--reason") && !refused.contains("--unit"), "{refused}");
    let refused = desk.fails("case open opening --as 02013 --on 令和7年4月3日");
    assert!(refused.contains("--unit"), "a new account has to have one: {refused}");
    let case = desk.opens(&format!("case open opening --account {account} --as 02013 --on 令和7年4月3日"));
    let shown = desk.does(&format!("case show {case}"));
    assert!(!shown.contains("--unit") && shown.contains("account_name"), "{shown}");
    // A policy that is not complete is mended in its file: no reason is missing, and no proof.
    let policy =
        desk.writes("方針.toml", "network = \"x\"\nurl = \"https://x.com/mihon_old\"\npurpose = \"知らせるため\"\n");
    desk.does(&format!("case draft {case} --file {policy} --as 02013 --on 令和7年4月3日"));
    let refused = desk.fails(&format!("case do {case} file --as 02011 --on 令和7年4月3日"));
    assert!(!refused.contains("--note") && !refused.contains("--evidence"), "{refused}");
    let refused = desk.fails(&format!("case do {case} file --exception --as 02011 --on 令和7年4月3日"));
    assert!(!refused.contains("理由は --note") || refused.contains("理由"), "{refused}");
}

#[test]
fn a_used_key_is_told_with_the_commands_own_word() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let line = "case open opening --unit 0201 --on 令和7年4月2日 --key k1";
    desk.does(&format!("{line} --as 02013"));
    let refused = desk.fails(&format!("{line} --as 02011"));
    assert!(refused.contains("すでに別の記録に使われています") && refused.contains("--key"), "{refused}");
}

#[test]
fn a_list_that_cannot_be_served_is_told_once_with_what_to_do_and_leaves_nothing() {
    let desk = Desk::with_file();
    let empty = desk.file("空の一覧");
    std::fs::create_dir(&empty).expect("a folder");
    let broken = desk.file("壊れた一覧");
    std::fs::create_dir(&broken).expect("a folder");
    std::fs::write(broken.join("bundle.json"), "{").expect("a file");
    for folder in [&empty, &broken] {
        let shown = folder.display().to_string();
        let said = desk.fails(&format!("public '{shown}' --unsigned --port 0"));
        let reasons: Vec<&str> = said.lines().filter(|line| line.contains(&shown)).collect();
        assert_eq!(reasons.len(), 1, "{said}");
        assert!(said.contains("ください") && !said.contains("os error"), "{said}");
    }
    assert!(desk.fails(&format!("public '{}' --unsigned --port 0", empty.display())).contains("shirube export"));
    // The folder into which a town publishes is one level deeper than somebody thought.
    desk.begins("tottori", "notice-town");
    desk.does("publish");
    let said = desk.fails(&format!("public '{}' --unsigned --port 0", desk.file("data/public").display()));
    assert!(said.contains(&desk.file("data/public/312011").display().to_string()), "{said}");
}

#[test]
fn a_file_that_is_no_backup_is_told_once_and_nothing_stays() {
    let desk = Desk::with_file();
    std::fs::create_dir_all(desk.file("data/public")).expect("an empty folder that was there");
    for (name, bytes) in [("312011.sqlite", "控えではない文\n".repeat(300)), ("312011.txt", String::new())] {
        let file = desk.writes(name, &bytes);
        let said = desk.fails(&format!("restore {file}"));
        assert_eq!(said.matches(&file).count(), 1, "{said}");
        assert_eq!(said.matches("壊れているか").count(), 1, "{said}");
        assert!(!said.contains("ERROR") && !said.contains("error"), "{said}");
        let left: Vec<_> =
            std::fs::read_dir(desk.file("data")).expect("the folder").flatten().map(|it| it.file_name()).collect();
        assert_eq!(left, ["public"], "{said}");
        assert_eq!(std::fs::read_dir(desk.file("data/public")).expect("the folder").count(), 0);
    }
}

#[tokio::test]
async fn a_failed_restore_on_a_server_says_how_its_empty_tables_go_away() {
    let Some(bench) = Bench::new(Engine::Server).await else { return };
    let desk = Desk::with_server(&bench);
    let file = desk.writes("312011.sqlite", &"控えではない文\n".repeat(300));
    let said = desk.fails(&format!("restore {file}"));
    assert!(said.contains("DROP SCHEMA") && said.contains("空の表"), "{said}");
    bench.clear().await;
}

#[test]
fn the_command_that_an_export_prints_serves_it_whatever_the_city_allows() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    for (days, allowed) in [("7", false), ("8", true), ("31", true)] {
        desk.writes("data/312011.toml", &format!("carried_days = {days}\n"));
        let to = desk.file(&format!("一覧 {days}日"));
        let said = desk.does(&format!("export '{}' --served", to.display()));
        let line = said.split_once("`shirube ").and_then(|(_, rest)| rest.split_once('`')).expect("a command").0;
        assert_eq!(line.contains("--longest-days"), allowed, "{line}");
        let mut args: Vec<String> = Vec::new();
        for (n, part) in line.split('\'').enumerate() {
            if n % 2 == 1 {
                args.push(part.to_owned());
            } else {
                args.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        args.extend([
            "--port".to_owned(),
            "0".to_owned(),
            "--state".to_owned(),
            desk.file("heights").display().to_string(),
        ]);
        let served = Program::starts(args);
        served.says(|line| line.starts_with("http://127.0.0.1:").then_some(()));
    }
}

#[test]
fn a_sample_outside_of_the_repository_says_what_it_needs_and_how_else_one_begins() {
    let desk = Desk::with_file();
    let empty = desk.file("空");
    std::fs::create_dir(&empty).expect("a folder");
    for line in ["sample".to_owned(), format!("sample {}", empty.display()), "sample nowhere".to_owned()] {
        let said = desk.fails(&line);
        for words in ["何も作っていません", "リポジトリー", "guidelines", "次にすること", "shirube init"]
        {
            assert!(said.contains(words), "{line}, {words}: {said}");
        }
        assert!(!desk.file("data").exists(), "{line}");
    }
}

#[test]
fn erasing_the_names_of_the_office_says_first_what_will_be_missing_and_how_it_comes_back() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let seq =
        (0..4).find(|seq| desk.does(&format!("ledger show {seq} --limit 1")).contains("氏名")).expect("the import");
    let line = format!("ledger erase {seq} --decision 総第14号");
    let refused = desk.fails(&line);
    for words in ["氏名とふりがな", "職員番号だけ", "まだ何も消していません", "office import", "--names"]
    {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    assert!(desk.does("office show --on 令和7年5月1日").contains("見本"), "nothing is gone yet");
    let done = desk.does(&format!("{line} --names"));
    assert!(done.contains("見られなくなったもの") && done.contains("氏名とふりがな"), "{done}");
    let without = desk.does("office show --on 令和7年5月1日");
    let staff = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/notice-town/staff.csv");
    desk.does(&format!("office import {} --from 令和7年4月1日 --yes", staff.display()));
    let with = desk.does("office show --on 令和7年5月1日");
    assert!(without != with && with.contains("（見本）"), "the names are back: {with}");
    // What goes with any other entry is named when it is gone.
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    let policy = desk.writes("方針.toml", COMPLETE);
    let said = desk.does(&format!("case draft {case} --file {policy} --as 02013 --on 令和7年4月2日 --json"));
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let done = desk.does(&format!("ledger erase {} --decision 総第15号", said["seq"]));
    assert!(done.contains("方針の内容"), "{done}");
}

#[test]
fn a_table_written_by_hand_is_told_by_a_verification() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let said = desk.does("ledger verify");
    assert!(said.contains("台帳から作り直したものと同じです"), "{said}");
    let said = desk.does("ledger verify --json");
    assert!(said.contains("compared"), "{said}");
}
