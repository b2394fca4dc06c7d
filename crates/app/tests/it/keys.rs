//! What is said and done where the key that signs lists, or the one that seals seeds, is not there.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cli::Desk;
use crate::house::House;
use crate::program::gets;

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

#[test]
fn a_list_that_is_published_without_the_signing_key_is_said_to_be_unsigned() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    assert!(!desk.types("publish").err.contains("署名"));
    std::fs::remove_file(desk.file("data/keys/312011.key")).expect("it goes");
    let said = desk.types("publish");
    assert_eq!(said.code, 0, "{}", said.err);
    for words in ["keys/312011.key", "署名がありません", "次にすること", "keys フォルダーに戻して", "shirube publish"]
    {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    assert!(desk.does("publish --json").contains("\"signed\": false"));
}

#[test]
fn a_seal_that_is_gone_is_not_replaced_in_silence_and_people_read_why_their_codes_fail() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let (seal, kept) = (desk.file("data/keys/312011.seal"), desk.file("312011.seal"));
    // Nobody has a code yet, so nothing is lost with the key.
    std::fs::remove_file(&seal).expect("a new town has one");
    let house = House::serves(&desk.file("data"));
    assert!(seal.exists(), "what sealed nothing is made again");
    let (mut operator, authenticator) = house.operator_with_authenticator();
    assert!(!gets(house.port, "/health").contains("seal_unfit"));
    drop(house);
    std::fs::rename(&seal, &kept).expect("it is kept elsewhere");

    let log = desk.file("log");
    let house = House::serves_with_log(&desk.file("data"), &log);
    assert!(!seal.exists(), "no other key takes its place");
    let said = until(|| std::fs::read_to_string(&log).ok().filter(|log| log.contains(".seal")));
    for words in ["keys/312011.seal", "1人の確認コードを確かめられません", "次にすること", "renew-seal"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    let health = gets(house.port, "/health");
    assert!(health.contains("503") && health.contains("seal_unfit"), "{health}");
    operator.moves_to(&house);
    let page = operator.gets("sign-ins");
    assert!(page.contains("keys/312011.seal") && page.contains("予備コードかパスキーでサインイン"), "{page}");
    let (status, page) = house.signs_in_with(&authenticator.shows(0));
    assert_eq!(status, 503);
    assert!(page.contains("入力の誤りではありません") && page.contains("予備コードか"), "{page}");
    assert!(!page.contains("一度しか使えません"), "{page}");
    assert!(page.contains("value=\"recovery\""), "the other ways stay open: {page}");
    drop(house);

    // The key that was kept is put back: nobody has to do anything.
    std::fs::copy(&kept, &seal).expect("it comes back");
    assert!(desk.fails("sign-in renew-seal").contains("鍵には替えません"));
    let house = House::serves_again(&desk.file("data"));
    assert!(!gets(house.port, "/health").contains("seal_unfit"));
    assert_eq!(house.signs_in_with(&authenticator.shows(1)).0, 303);
    drop(house);

    // It is lost for good: the owner says so, and is told whom that concerns.
    std::fs::remove_file(&seal).expect("it goes");
    let said = desk.does("sign-in renew-seal");
    assert!(said.contains("新しく作りました") && said.contains("1人の確認コード"), "{said}");
    assert!(seal.exists());
    let house = House::serves_again(&desk.file("data"));
    operator.moves_to(&house);
    assert!(operator.gets("sign-ins").contains("登録したときの鍵と違うため、1人"));
    let (_, page) = house.signs_in_with(&authenticator.shows(1));
    assert!(page.contains("入力の誤りではありません"), "{page}");
}

/// A place with two municipalities: the one whose things are damaged, and another one.
fn two_towns() -> Desk {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let other = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guidelines/munakata");
    desk.does(&format!("init --guideline {} --from 令和7年4月1日", other.display()));
    desk
}

/// Puts something that is no key in a key's place: so many bytes, or a folder.
fn damages(file: &std::path::Path, bytes: Option<usize>) {
    match std::fs::metadata(file) {
        Ok(found) if found.is_dir() => std::fs::remove_dir(file).expect("it goes"),
        _ => std::fs::remove_file(file).expect("it goes"),
    }
    match bytes {
        Some(length) => std::fs::write(file, vec![7; length]).expect("written"),
        None => std::fs::create_dir(file).expect("a folder"),
    }
}

#[test]
fn a_damaged_key_of_one_town_stops_nothing_but_what_needs_it_and_is_named_everywhere() {
    let desk = two_towns();
    let (key, seal) = (desk.file("data/keys/312011.key"), desk.file("data/keys/312011.seal"));
    // What only tells commands an address stops nobody either.
    std::fs::create_dir(desk.file("data/address")).expect("a folder");
    for (round, [of_key, of_seal]) in [[Some(0), None], [Some(31), Some(0)], [None, Some(33)]].into_iter().enumerate() {
        damages(&key, of_key);
        damages(&seal, of_seal);
        let log = desk.file("log");
        let house = House::serves_with_log(&desk.file("data"), &log);
        for city in ["312011", "402206"] {
            let page = gets(house.public, &format!("/{city}/"));
            assert!(page.starts_with("HTTP/1.1 200"), "round {round}, {city}: {page}");
            let page = gets(house.port, &format!("/{city}/sign-in"));
            assert!(page.starts_with("HTTP/1.1 200"), "round {round}, {city}: {page}");
        }
        let said = until(|| {
            let log = std::fs::read_to_string(&log).ok()?;
            (log.contains(&key.display().to_string()) && log.contains(&seal.display().to_string())).then_some(log)
        });
        assert!(said.contains("次にすること"), "{said}");
        let health = gets(house.port, "/health");
        for word in ["signing_key_missing", "seal_unfit"] {
            assert!(
                health.contains(&format!("{{\"municipality\":\"312011\",\"name\":\"{word}\"}}"))
                    || health.contains(&format!("{{\"name\":\"{word}\",\"municipality\":\"312011\"}}")),
                "{word}: {health}"
            );
        }
        assert!(!health.contains("402206"), "{health}");
        drop(house);

        let to = desk.file(&format!("控え{round}.sqlite"));
        let said = desk.does(&format!("backup {} --city 312011", to.display()));
        assert!(to.exists(), "the copy is made all the same");
        for words in [key.display().to_string(), seal.display().to_string(), "次にすること".to_owned()] {
            assert!(said.contains(&words), "round {round}, {words}: {said}");
        }
        assert!(said.contains("チェックポイントは作れませんでした"), "{said}");
        desk.does("case list --city 312011");
        let refused = desk.fails("ledger checkpoint --city 312011");
        assert!(refused.contains(&key.display().to_string()) && refused.contains("次にすること"), "{refused}");
        let refused = desk.fails("sign-in renew-seal --city 312011");
        assert!(refused.contains(&seal.display().to_string()) && refused.contains("別の名前"), "{refused}");
    }
}

#[test]
fn settings_and_secrets_that_cannot_be_used_stop_no_other_town_and_no_other_way_out() {
    let desk = two_towns();
    let log = desk.file("log");
    let mail = "staff_url = \"https://s.jp/\"\n[mail]\nserver = \"m.jp\"\nfrom = \"a@b.jp\"\nuser = \"u\"\npassword_file = \"password\"\n";
    desk.writes("data/312011.toml", mail);
    std::fs::create_dir(desk.file("data/password")).expect("a folder");
    let house = House::serves_with_log(&desk.file("data"), &log);
    assert!(gets(house.public, "/312011/").starts_with("HTTP/1.1 200"));
    assert!(gets(house.port, "/health").contains("secret_unusable"));
    let said = std::fs::read_to_string(&log).expect("the log");
    assert!(said.contains(&desk.file("data/password").display().to_string()) && said.contains("メール"), "{said}");
    drop(house);

    desk.writes("data/312011.toml", "notce = \"見本\"\n");
    let house = House::serves_with_log(&desk.file("data"), &log);
    assert!(gets(house.public, "/402206/").starts_with("HTTP/1.1 200"));
    assert!(gets(house.port, "/402206/sign-in").starts_with("HTTP/1.1 200"));
    let health = gets(house.public, "/health");
    assert!(health.contains("municipality_shut") && health.contains("312011"), "{health}");
    let said = std::fs::read_to_string(&log).expect("the log");
    assert!(said.contains("312011.toml") && said.contains("ほかの団体は続けます"), "{said}");
}

#[test]
fn another_signing_key_than_before_is_told_until_it_is_put_back_or_accepted() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    desk.does("publish");
    let (key, kept) = (desk.file("data/keys/312011.key"), desk.file("312011.key"));
    std::fs::copy(&key, &kept).expect("it is kept elsewhere");
    std::fs::write(&key, [7; 32]).expect("another one in its place");
    let changed = "前に一覧に署名した鍵と違います";
    let log = desk.file("log");
    let house = House::serves(&desk.file("data"));
    let mut operator = house.operator();
    drop(house);
    let house = House::serves_with_log(&desk.file("data"), &log);
    let said = until(|| std::fs::read_to_string(&log).ok().filter(|log| log.contains(changed)));
    assert!(said.contains("次にすること") && said.contains("keys/312011.key"), "{said}");
    let health = until(|| Some(gets(house.port, "/health")).filter(|it| it.contains("signing_key_changed")));
    assert!(health.contains("503"), "{health}");
    operator.moves_to(&house);
    assert!(operator.gets("sign-ins").contains(changed));
    drop(house);
    assert!(desk.types("publish").err.contains(changed), "a command says so too");

    std::fs::copy(&kept, &key).expect("it comes back");
    assert!(!desk.types("publish").err.contains(changed));
    std::fs::write(&key, [7; 32]).expect("it is lost for good");
    assert!(!desk.types("publish --accept-key").err.contains(changed));
    assert!(!desk.types("publish").err.contains(changed));
}

#[test]
fn a_restore_makes_no_signing_key_and_knows_whose_word_the_checkpoint_was_taken_by() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let said = desk.does(&format!("backup '{}'", desk.file("312011.sqlite").display()));
    let line = said.lines().find_map(|line| line.split_once("shirube restore ")).expect("the line is printed").1;
    let machine = Desk::with_file();
    let restored = machine.does(&format!("restore {line}"));
    assert!(restored.contains("312011.key") && restored.contains("作っていません"), "{restored}");
    let key = machine.file("data/keys/312011.key");
    assert!(!key.exists());
    std::fs::create_dir_all(machine.file("data/keys")).expect("a folder");
    std::fs::write(&key, [7; 32]).expect("a wrong one");
    assert!(machine.types("publish").err.contains("前に一覧に署名した鍵と違います"));
    std::fs::copy(desk.file("data/keys/312011.key"), &key).expect("the right one");
    assert!(!machine.types("publish").err.contains("前に一覧に署名した鍵と違います"));
}

/// What comes to be there within a minute.
fn until<T>(mut found: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "it comes");
        std::thread::sleep(Duration::from_millis(100));
    }
}
