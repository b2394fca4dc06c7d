//! A backup with the checkpoint that fits it, brought to a new machine by the line that the manual prints.

use std::path::Path;

use crate::cli::Desk;

#[test]
fn the_manuals_line_brings_a_backup_to_a_new_machine_and_makes_no_new_seal() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let backup = desk.file("控え.sqlite");
    let said: serde_json::Value =
        serde_json::from_str(&desk.does(&format!("backup {} --json", backup.display()))).expect("JSON");
    // Somebody acts before anybody else makes a checkpoint: the one of the backup fits all the same.
    desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    let key = said["public_key"].as_str().expect("the key to check it by");
    let checkpoint = said["checkpoint"].as_str().expect("the checkpoint that fits");

    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/manual-settings.ja.md");
    let manual = std::fs::read_to_string(manual).expect("the manual");
    let line = manual.lines().map(str::trim).find(|line| line.starts_with("shirube restore ")).expect("the line");
    let line = line
        .replace("控え.sqlite.checkpoint", checkpoint)
        .replace(" 控え.sqlite ", &format!(" {} ", backup.display()))
        .replace("団体コード", "312011")
        .replace("公開鍵", key);
    let machine = Desk::with_file();
    let said = machine.types(line.strip_prefix("shirube ").expect("a command"));
    assert_eq!(said.code, 0, "{line}\n{}{}", said.out, said.err);
    assert!(said.out.contains("書き換えの跡はありません"), "{}", said.out);
    assert!(said.out.contains("312011.seal"), "what has to be put back is said: {}", said.out);
    assert!(!machine.file("data/keys/312011.seal").exists(), "a new one would make every code worthless");
    machine.does("case list");
    assert!(!machine.file("data/keys/312011.seal").exists(), "nor does any command that signs nobody in");
}

#[test]
fn the_line_that_a_backup_prints_works_as_it_is() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let said = desk.does(&format!("backup '{}'", desk.file("a b.sqlite").display()));
    let line = said.lines().find_map(|line| line.split_once("shirube restore ")).expect("the line is printed").1;
    let machine = Desk::with_file();
    let restored = machine.types(&format!("restore {line}"));
    assert_eq!(restored.code, 0, "{line}\n{}{}", restored.out, restored.err);
}

#[test]
fn a_backup_that_is_not_whole_is_named_and_leaves_nothing_behind() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let backup = desk.file("312011.sqlite");
    desk.does(&format!("backup {}", backup.display()));
    let whole = std::fs::read(&backup).expect("the backup");
    for (what, bytes) in [
        ("half", whole.get(..whole.len() / 2).expect("a half").to_vec()),
        ("its beginning", whole.get(..4096).expect("a page").to_vec()),
        ("nothing", Vec::new()),
        ("something else", "控えではない文\n".repeat(400).into_bytes()),
    ] {
        let machine = Desk::with_file();
        let broken = machine.file("312011.sqlite");
        std::fs::write(&broken, &bytes).expect("a file");
        let said = machine.types(&format!("restore {}", broken.display()));
        assert_ne!(said.code, 0, "{what}: {}", said.out);
        assert!(
            said.err.contains("壊れているか") && said.err.contains("別の控え") && said.err.contains("312011.sqlite"),
            "{what}: {}",
            said.err
        );
        assert!(
            !machine.file("data").exists(),
            "{what}: {:?}",
            std::fs::read_dir(machine.file("data")).map(Iterator::count)
        );
    }
}

#[test]
fn a_restore_under_a_wrong_code_leaves_no_folder() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let backup = desk.file("控え.sqlite");
    desk.does(&format!("backup {}", backup.display()));
    for city in ["402206", "31201", "../312011", "３１２０１１"] {
        let machine = Desk::with_file();
        let said = machine.types(&format!("restore {} --city {city}", backup.display()));
        assert_ne!(said.code, 0, "{city}: {}", said.out);
        assert!(said.err.contains(city) && said.err.contains("団体コード"), "{city}: {}", said.err);
        assert!(!machine.file("data").exists(), "{city}: the data folder was not there before");
        // What was there before stays.
        std::fs::create_dir_all(machine.file("data/keys")).expect("a folder");
        machine.writes("data/keys/312011.key", "0123456789abcdef0123456789abcdef");
        machine.fails(&format!("restore {} --city {city}", backup.display()));
        assert!(machine.file("data/keys/312011.key").exists() && !machine.file("data/public").exists(), "{city}");
    }
}
