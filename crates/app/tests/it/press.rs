//! Printing by the running program: the press is a process of its own.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::cli::Desk;
use crate::house::House;
use crate::program::PATIENCE;

#[test]
fn a_form_is_printed_beside_the_server_which_outlives_a_press_that_falls() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let case = desk.opens("case open opening --unit 0201 --as 02013");
    let house = House::serves(&desk.file("data"));
    let mut operator = house.operator();
    let mut drafter = house.invited(&mut operator, "02013", "kankou-shuji");
    let form = format!("cases/{case}/forms/form1.pdf");
    assert!(house.helpers().is_empty(), "nobody printed yet");

    let first = drafter.downloads(&form);
    assert!(first.starts_with(b"%PDF-"));
    let [press] = house.helpers().try_into().expect("one press");
    let told = std::fs::read(format!("/proc/{press}/environ")).expect("what it knows of its surroundings");
    assert!(told.is_empty(), "{}", String::from_utf8_lossy(&told));
    assert_eq!(drafter.downloads(&form), first);
    assert_eq!(house.helpers(), [press], "the same press prints again");

    let falls = Command::new("kill").args(["-KILL", &press.to_string()]).status().expect("kill");
    assert!(falls.success());
    assert_eq!(drafter.downloads(&form), first);
    let [other] = house.helpers().try_into().expect("one press");
    assert_ne!(other, press);

    drop(house);
    let began = Instant::now();
    while runs(other) {
        assert!(began.elapsed() < PATIENCE, "the press ends when the server falls");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Whether a process runs; one that ended is listed until somebody asks what became of it.
fn runs(process: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}
