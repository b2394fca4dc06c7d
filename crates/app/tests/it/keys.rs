//! What is said and done where the key that signs lists is not there.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cli::Desk;
use crate::house::House;

const WITHOUT: &str = "署名の鍵（keys/312011.key）がないため";

#[test]
fn a_missing_signing_key_is_said_in_the_log_and_on_the_operators_pages() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let (key, signature) = (desk.file("data/keys/312011.key"), desk.file("data/public/312011/current/bundle.sig"));
    let house = House::serves(&desk.file("data"));
    let mut operator = house.operator();
    assert!(!operator.gets("sign-ins").contains("署名の鍵がないため"));
    assert!(signature.exists());
    drop(house);
    std::fs::remove_file(&key).expect("it goes");

    let log = desk.file("log");
    let mut program = Command::new(env!("CARGO_BIN_EXE_shirube"))
        .env_clear()
        .arg("--data")
        .arg(desk.file("data"))
        .args(["serve", "--port", "0"])
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log).expect("a file"))
        .spawn()
        .expect("the program starts");
    let began = Instant::now();
    let said = loop {
        let said = std::fs::read_to_string(&log).expect("the log");
        if said.contains(WITHOUT) || began.elapsed() > Duration::from_mins(1) {
            break said;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    program.kill().and_then(|()| program.wait().map(drop)).expect("it ends");
    assert_eq!(said.matches(WITHOUT).count(), 1, "{said}");
    assert!(said.contains("次にすること"), "{said}");
    assert!(!signature.exists(), "nobody has signed it");

    let house = House::serves_again(&desk.file("data"));
    operator.moves_to(&house);
    assert!(operator.gets("sign-ins").contains("署名の鍵がないため"));
}
