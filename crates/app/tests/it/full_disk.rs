//! The running program on a disk that is really full, on a small file system of its own.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::Desk;
use crate::house::{Browser, House};

/// A small file system, until it is dropped.
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// `None` where this user may not mount one; with `SHIRUBE_REQUIRE_MOUNT=1` that is a failure.
    pub fn at(folder: &Path, mib: u32) -> Option<Self> {
        std::fs::create_dir_all(folder).expect("a folder");
        let size = format!("size={mib}m,mode=0700");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { folder: folder.to_owned() });
        }
        let required = std::env::var("SHIRUBE_REQUIRE_MOUNT").is_ok_and(|value| value == "1");
        assert!(!required, "SHIRUBE_REQUIRE_MOUNT=1, but no file system can be mounted");
        eprintln!("no file system can be mounted by this user: skipped");
        None
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        let mut filler = OpenOptions::new().create(true).append(true).open(self.filler()).expect("the filler opens");
        for size in [1 << 20, 1 << 12, 1] {
            let bytes = vec![1; size];
            while filler.write_all(&bytes).is_ok() {}
        }
    }

    /// Makes room again.
    fn empty(&self) {
        File::create(self.filler()).expect("the filler is emptied");
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("somebody-elses")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the program under test may still be closing its files.
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
    }
}

#[test]
fn a_full_disk_is_told_and_the_running_program_goes_on_when_there_is_room_again() {
    let desk = Desk::with_file();
    let Some(small) = SmallDisk::at(&desk.file("data"), 96) else { return };
    desk.begins("tottori", "notice-town");
    let house = House::serves(&desk.file("data"));
    let mut operator = house.operator();
    let mut officer = house.invited(&mut operator, "02013", "kankou-shunin");
    let day = today(&mut officer);
    assert_eq!(opens(&mut officer, &day).0, 303);

    small.fill();
    assert_eq!(opens(&mut officer, &day).0, 303, "the ledger has the room that was kept back for it");

    let refused = (0..400).find_map(|_| {
        small.fill();
        let (status, page) = opens(&mut officer, &day);
        (status != 303).then_some((status, page))
    });
    let (status, page) = refused.expect("there is an end to every disk");
    assert_eq!(status, 503, "{page}");
    for words in ["記録していません", "入力した内容は残っています", "システムの運用者に"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let said = desk.types("case open opening --unit 0201 --as 02013");
    assert!(said.err.contains("空き") && said.err.contains("次にすること"), "{}", said.err);

    small.empty();
    assert_eq!(opens(&mut officer, &day).0, 303, "without a restart");
    assert!(officer.gets("cases").contains("開設"));
    drop(house);
    assert_eq!(desk.types("ledger verify").code, 0);
    assert!(desk.does("ledger rebuild").contains("使っていた表と同じでした"), "nothing half done stayed");
}

/// Opens a case by the page; the status, and the page that came instead.
pub fn opens(officer: &mut Browser, day: &str) -> (u16, String) {
    officer.tries("cases/new", &[("procedure", "opening"), ("unit", "0201"), ("on", day)])
}

/// The day that the page proposes.
pub fn today(officer: &mut Browser) -> String {
    let page = officer.gets("cases/new?procedure=opening");
    let field = page.split("<input").find(|input| input.contains("name=\"on\"")).expect("the day is asked for");
    let value = field.split_once("value=\"").expect("and proposed").1;
    value.split('"').next().expect("its end").to_owned()
}
