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
