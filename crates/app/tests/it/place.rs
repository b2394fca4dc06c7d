//! The place of the data: taken away, taken twice, open to everybody, or closed to ourselves.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::cli::Desk;
use crate::full_disk::{SmallDisk, opens, today};
use crate::house::House;

#[test]
fn an_act_is_not_acknowledged_where_the_folder_of_the_data_was_taken_away() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let (data, elsewhere) = (desk.file("data"), desk.file("elsewhere"));
    let house = House::serves(&data);
    let mut operator = house.operator();
    let mut officer = house.invited(&mut operator, "02013", "kankou-shunin");
    let day = today(&mut officer);
    assert_eq!(opens(&mut officer, &day).0, 303);

    std::fs::rename(&data, &elsewhere).expect("taken away");
    let (status, page) = opens(&mut officer, &day);
    assert_eq!(status, 503, "{page}");
    assert!(page.contains("記録していません") && page.contains("置き場所"), "{page}");

    // Another register in its place is not ours either.
    std::fs::create_dir(&data).expect("a folder");
    std::fs::copy(elsewhere.join("312011.sqlite"), data.join("312011.sqlite")).expect("a copy");
    assert_eq!(opens(&mut officer, &day).0, 503);

    std::fs::remove_dir_all(&data).expect("gone");
    std::fs::rename(&elsewhere, &data).expect("put back");
    assert_eq!(opens(&mut officer, &day).0, 303, "nothing was lost by the moving");
}

#[test]
fn a_second_server_on_one_folder_is_told_who_holds_it_and_commands_go_on() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let house = House::serves(&desk.file("data"));
    let second = desk.types("serve --port 0");
    assert_eq!(second.code, 2, "{}", second.out);
    for words in ["動いている別の `shirube serve`", "プロセス ", "127.0.0.1:", "次にすること"] {
        assert!(second.err.contains(words), "{words}: {}", second.err);
    }
    desk.opens("case open opening --unit 0201 --as 02013");
    drop(house);
    House::serves(&desk.file("data"));
}

#[test]
fn what_holds_names_is_for_its_owner_alone_and_what_was_open_is_mended() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let data = desk.file("data");
    let backup = desk.file("312011-copy.sqlite");
    desk.does(&format!("backup {}", backup.display()));
    desk.does(&format!("ledger dump {}", desk.file("ledger.jsonl").display()));
    let database = data.join("312011.sqlite");
    for file in [&database, &backup, &desk.file("ledger.jsonl"), &data.join("keys/312011.key")] {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    assert_eq!(mode(&data), 0o700);

    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o644)).expect("as it was made before");
    let house = House::serves(&data);
    for end in ["", "-wal", "-shm"] {
        let file = data.join(format!("312011.sqlite{end}"));
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    drop(house);
}

#[test]
fn a_disk_that_is_only_read_is_named_with_what_to_do() {
    let desk = Desk::with_file();
    let Some(small) = SmallDisk::at(&desk.file("data"), 32) else { return };
    desk.begins("tottori", "notice-town");
    small.only_reads();
    for line in ["case open opening --unit 0201 --as 02013", "serve --port 0"] {
        let said = desk.types(line);
        assert_ne!(said.code, 0, "{line}");
        for words in ["data", "読み取り専用", "次にすること"] {
            assert!(said.err.contains(words), "{line}: {words}: {}", said.err);
        }
        assert!(!said.err.contains("os error") && !said.err.contains("(code:"), "{line}: {}", said.err);
    }
}

#[test]
fn a_folder_that_was_copied_with_its_links_followed_is_served_and_published_into() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    desk.does("publish");
    let current = desk.file("data/public/312011/current");
    let release = std::fs::canonicalize(&current).expect("the release");
    std::fs::remove_file(&current).expect("the link goes");
    let copied = Command::new("cp").arg("-r").arg(&release).arg(&current).status().expect("cp runs");
    assert!(copied.success() && !current.is_symlink());
    drop(House::serves(&desk.file("data")));
    desk.does("publish");
    assert!(current.is_symlink(), "the link is there again");
    assert!(!desk.file("data/public/312011/.current.old").exists());
}

#[test]
fn an_export_does_not_go_into_the_data_folder_and_a_stray_list_in_it_stops_nobody() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let data = desk.file("data");
    for place in ["", "/public/312011", "/new/folder", "/../data/x"] {
        let said = desk.types(&format!("export {}{place}", data.display()));
        assert_eq!(said.code, 2, "{place}: {}", said.out);
        assert!(said.err.contains("データのフォルダー") && said.err.contains("次にすること"), "{place}: {}", said.err);
    }
    assert!(!data.join("bundle.json").exists() && !data.join("new").exists(), "nothing is strewn");
    desk.does(&format!("export {}", desk.file("out").display()));

    std::fs::create_dir_all(data.join("public/312011")).expect("a folder");
    for stray in ["{", "{\"form\": 9}"] {
        desk.writes("data/public/312011/bundle.json", stray);
        let log = desk.file("log");
        let first = House::serves(&data);
        assert!(crate::program::gets(first.public, "/").starts_with("HTTP/1.1 200"), "its own list is served");
        drop(first);
        drop(House::serves_with_log(&data, &log));
        let said = std::fs::read_to_string(&log).expect("the log");
        assert!(said.contains("bundle.json") && said.contains("次にすること"), "{said}");
        std::fs::remove_dir_all(data.join("public/312011/releases")).expect("made anew");
        std::fs::remove_file(data.join("public/312011/current")).expect("made anew");
    }
    std::fs::remove_dir_all(data.join("public")).expect("it goes");
    desk.writes("data/public", "a file");
    let said = desk.types("serve --port 0");
    assert_eq!(said.code, 2);
    assert!(said.err.contains("フォルダーではないもの") && said.err.contains("次にすること"), "{}", said.err);
}

// Red while a command ended before its last connection did: what it wrote could still lie in the `-wal`, and the file alone
// was damaged when it was moved.
#[test]
fn a_command_that_has_ended_leaves_all_that_it_wrote_in_the_file() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    for line in ["case list", "publish", "ledger verify"] {
        desk.does(line);
        assert!(!desk.file("data/312011.sqlite-wal").exists(), "{line}");
    }
}

#[test]
fn a_database_that_is_empty_or_of_another_town_is_named_and_nothing_is_written_into_it() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let file = desk.file("data/312011.sqlite");
    let other = desk.file("data/999993.sqlite");
    std::fs::rename(&file, &other).expect("misnamed");
    let told = desk.fails("case list");
    for words in ["999993.sqlite", "312011", "次にすること"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    std::fs::remove_file(&other).expect("it goes");
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(desk.file(&format!("data/312011.sqlite{end}")));
        let _ = std::fs::remove_file(desk.file(&format!("data/999993.sqlite{end}")));
    }
    desk.writes("data/312011.sqlite", "");
    for line in ["case list", "ledger verify", "serve --port 0"] {
        let said = desk.types(line);
        assert_eq!(said.code, 2, "{line}: {}", said.err);
        for words in ["312011.sqlite", "0バイト", "restore"] {
            assert!(said.err.contains(words), "{line}: {words}: {}", said.err);
        }
        assert_eq!(std::fs::metadata(&file).expect("it is there").len(), 0, "{line}");
    }
}

// Red while a fault in the middle of the file was told as a passing one.
#[test]
fn a_database_that_is_damaged_in_its_middle_is_named_with_the_way_back() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let file = desk.file("data/312011.sqlite");
    let mut bytes = std::fs::read(&file).expect("the database");
    // All but the first page, which says what the file is.
    bytes.iter_mut().skip(4096).for_each(|byte| *byte = 0x5a);
    std::fs::write(&file, &bytes).expect("written");
    for line in ["case list", "serve --port 0", "backup kept.sqlite"] {
        let said = desk.types(line);
        assert_ne!(said.code, 0, "{line}");
        for words in ["312011.sqlite", "壊れていて", "次にすること", "shirube restore"] {
            assert!(said.err.contains(words), "{line}: {words}: {}", said.err);
        }
    }
}

#[test]
fn keys_that_everybody_may_read_are_closed_when_they_are_used() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let (folder, key) = (desk.file("data/keys"), desk.file("data/keys/312011.key"));
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("opened");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("opened");
    desk.does("case list");
    assert_eq!((mode(&folder), mode(&key)), (0o700, 0o600));
}

#[test]
fn another_sort_of_server_or_one_that_does_not_listen_is_told_as_what_it_is() {
    let desk = Desk::with_file();
    let told = desk.fails("--database mysql://u:himitsu@127.0.0.1/d case list");
    assert!(told.contains("PostgreSQL だけ") && told.contains("mysql://") && !told.contains("himitsu"), "{told}");
    let told = desk.fails("--database postgres://u:himitsu@127.0.0.1:1/d case list");
    assert!(told.contains("接続を受け付けません") && !told.contains("himitsu"), "{told}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its number").port();
    let told = desk.fails(&format!("serve --port 0 --staff-port {port}"));
    assert!(told.contains("--staff-port で別の番号"), "{told}");
    let told = desk.fails("serve --port 0 --trusted-proxy foo");
    assert!(told.contains("IPアドレスとして読めません") && !told.contains("TOML"), "{told}");
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap_or_else(|error| panic!("{}: {error}", file.display())).permissions().mode() & 0o777
}

impl SmallDisk {
    /// Nothing can be written to it any more.
    fn only_reads(&self) {
        let done = Command::new("mount").args(["-o", "remount,ro"]).arg(self.folder()).status().expect("mount runs");
        assert!(done.success(), "remounted");
    }
}
