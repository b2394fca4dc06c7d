//! What whoever keeps the machine meets: health, the log's first line, links that work, folders that cannot be read.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::id::MunicipalityCode;
use store::{Durability, Place, Store};
use testkit::{Bench, Engine};

use crate::cli::{Desk, opens_by_notice};
use crate::house::House;
use crate::program::{PATIENCE, Program, port_of};

/// A running server with its two ports.
struct Served {
    ports: [u16; 2],
    _program: Program,
}

impl Served {
    fn with(args: &[String]) -> Self {
        let program = Program::starts(args.iter().map(String::as_str).chain(["serve", "--port", "0"]));
        let (mut list, mut staff) = (None, None);
        let ports = program.says(|line| {
            staff = line.strip_prefix("職員の画面：").and_then(port_of).or(staff);
            list = line.starts_with("http://127").then(|| port_of(line)).flatten().or(list);
            Some([list?, staff?])
        });
        Self { ports, _program: program }
    }

    /// Waits until both ports answer so.
    #[track_caller]
    fn until(&self, status: &str, words: &str) {
        let began = Instant::now();
        loop {
            let answers = self.ports.map(|port| asks(port, "/health"));
            if answers.iter().all(|answer| answer.starts_with(status) && answer.contains(words)) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{status} {words}: {answers:?}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

#[test]
fn the_health_says_when_nothing_can_be_written_and_when_it_can_again() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let data = desk.file("data");
    let served = Served::with(&["--data".to_owned(), data.display().to_string()]);
    served.until("HTTP/1.1 200", "\"status\":\"ok\"");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    // What fails here lets the place go too, which needs the runtime.
    let _within = runtime.enter();
    let busy = runtime.block_on(async {
        let place = Place::File(data.join("312011.sqlite"));
        let store = Store::open(&place, Durability::Off, actions::VIEW_VERSION).await.expect("opened");
        // Somebody else holds the only writer's place for longer than anybody waits.
        store.of(&MunicipalityCode::from("312011")).workshop().await.expect("the writer's place")
    });
    served.until("HTTP/1.1 503", "{\"name\":\"writer_broken\",\"municipality\":\"312011\"}");
    assert!(asks(served.ports[0], "/").starts_with("HTTP/1.1 200"), "citizens go on reading");
    runtime.block_on(async move { drop(busy) });
    served.until("HTTP/1.1 200", "\"status\":\"ok\"");
}

// Red while a server with one account that cannot be read did not start.
#[test]
fn an_account_that_cannot_be_read_keeps_no_server_from_starting_and_is_told_to_whoever_runs_it() {
    let desk = Desk::with_file();
    opens_by_notice(&desk);
    let (file, log) = (desk.file("data/312011.sqlite"), desk.file("log"));
    let first = House::serves(&desk.file("data"));
    let mut operator = first.operator();
    drop(first);
    // A command that ends by itself leaves all of it in the file.
    desk.does("publish");
    let bytes = std::fs::read(&file).expect("the database");
    let (listed, lost) = (b"\"standing\":\"listed\"", b"\"standing\":\"losted\"");
    let places: Vec<usize> =
        bytes.windows(listed.len()).enumerate().filter(|(_, it)| it == listed).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "an account is listed");
    let mut broken = bytes;
    for at in places {
        broken[at..at + lost.len()].copy_from_slice(lost);
    }
    std::fs::write(&file, broken).expect("written");
    let told = desk.types("publish");
    assert_eq!(told.code, 0, "{}", told.err);
    for words in ["読めないか記録したときのものと違う", "shirube ledger verify", "shirube ledger rebuild"]
    {
        assert!(told.err.contains(words), "{words}: {}", told.err);
    }
    let house = House::serves_with_log(&desk.file("data"), &log);
    assert!(asks(house.public, "/").starts_with("HTTP/1.1 200"), "the list of the others is up");
    let health = asks(house.port, "/health");
    assert!(health.starts_with("HTTP/1.1 503") && health.contains("accounts_left_out"), "{health}");
    let said = std::fs::read_to_string(&log).expect("the log");
    assert!(said.contains("一覧に出していません"), "{said}");
    let asked = asks(house.public, "/api/v1/verify?url=https://www.instagram.com/mihon_kanko/");
    assert!(asked.contains("cannot_judge"), "{asked}");
    operator.moves_to(&house);
    assert!(operator.gets("sign-ins").contains("一覧に出していません"));
    drop(house);
    desk.types("ledger rebuild");
    assert!(!desk.types("publish").err.contains("一覧に出していません"));
}

#[test]
fn the_health_says_when_the_database_is_away_and_when_it_is_back() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let Some(bench) = runtime.block_on(Bench::new(Engine::Server)) else { return };
    let Place::Postgres { url, schema: Some(schema) } = &bench.place else { panic!("a server's place") };
    let desk = Desk::with_server(&bench);
    desk.begins("tottori", "notice-town");
    let mut through = url::Url::parse(url).expect("an address");
    let behind = format!("{}:{}", through.host_str().unwrap_or("localhost"), through.port().unwrap_or(5432));
    let way = Way::to(behind);
    through.set_host(Some("127.0.0.1")).expect("a host");
    through.set_port(Some(way.port)).expect("a port");
    let args = ["--data", &desk.file("data").display().to_string(), "--database", through.as_str(), "--schema", schema];
    let served = Served::with(&args.map(str::to_owned));
    served.until("HTTP/1.1 200", "\"status\":\"ok\"");
    way.shuts();
    served.until("HTTP/1.1 503", "\"name\":\"database_unreachable\"");
    let told = asks(served.ports[0], "/health");
    assert!(!told.contains("postgres") && !told.contains("127.0.0.1"), "nothing of where it lies: {told}");
    way.opens();
    served.until("HTTP/1.1 200", "\"status\":\"ok\"");
    drop(served);
    runtime.block_on(bench.clear());
}

#[test]
fn an_empty_server_is_well_and_so_is_a_served_bundle() {
    let desk = Desk::with_file();
    let empty = Served::with(&["--data".to_owned(), desk.file("nothing").display().to_string()]);
    empty.until("HTTP/1.1 200", "\"status\":\"ok\"");
    desk.begins("tottori", "notice-town");
    let bundle = desk.file("bundle").display().to_string();
    desk.does(&format!("export {bundle}"));
    let program = Program::starts(["public", &bundle, "--unsigned", "--port", "0"]);
    let port = program.says(|line| line.starts_with("http://").then(|| port_of(line)).flatten());
    assert!(asks(port, "/health").starts_with("HTTP/1.1 200"));
}

#[test]
fn the_version_is_told_and_a_server_begins_its_log_with_it() {
    let said = shirube(&["--version"]);
    assert_eq!(said, format!("shirube {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(shirube(&["-V"]), said);
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let data = desk.file("data");
    std::fs::write(data.join("url"), "https://localhost:1/himitsu\n").expect("a file");
    let settings = "staff_url = \"https://shirube.city.example.jp/\"\noutbound = [\"localhost:1\"]\n\
        [[webhook]]\nname = \"kouhou\"\nurl_file = \"url\"\n";
    std::fs::write(data.join("312011.toml"), settings).expect("the settings");
    let mut server = Command::new(env!("CARGO_BIN_EXE_shirube"))
        .env_clear()
        .args(["--data", &data.display().to_string(), "serve", "--port", "0"])
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(desk.file("log")).expect("a file"))
        .spawn()
        .expect("the program starts");
    let began = Instant::now();
    let head = loop {
        let head = std::fs::read_to_string(desk.file("log")).expect("the log");
        if head.contains("保存先") || began.elapsed() > PATIENCE {
            break head;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    server.kill().expect("ended");
    server.wait().expect("ended");
    assert!(head.contains(env!("CARGO_PKG_VERSION")) && head.contains("312011（チャット kouhou）"), "{head}");
    assert!(!head.contains("himitsu"), "{head}");
}

#[test]
fn the_printed_sign_in_link_opens_the_page_that_it_promises() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let served = Served::with(&["--data".to_owned(), desk.file("data").display().to_string()]);
    let said: serde_json::Value = serde_json::from_str(&desk.does("sign-in link --json")).expect("JSON");
    let url = url::Url::parse(said["url"].as_str().expect("an address")).expect("an address");
    assert_eq!(url.port(), Some(served.ports[1]), "where the staff's pages are served");
    let page = asks(served.ports[1], url.path());
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("ログイン名"), "{page}");
    assert!(desk.does("sign-in link").contains(&format!("http://localhost:{}/312011/join/", served.ports[1])));
}

#[test]
fn a_staff_address_with_a_path_is_refused_at_the_setting() {
    let desk = Desk::with_file();
    let refused = desk.fails("serve --port 0 --staff-url https://www.city.example.jp/shirube/");
    assert!(refused.contains("道（パス）") && refused.contains("https://www.city.example.jp/"), "{refused}");
    desk.begins("tottori", "notice-town");
    std::fs::write(desk.file("data/312011.toml"), "staff_url = \"https://www.city.example.jp/shirube/\"\n")
        .expect("set");
    let refused = desk.fails("sign-in link");
    assert!(refused.contains("312011.toml」1行目") && refused.contains("次にすること"), "{refused}");
}

#[test]
fn a_data_folder_that_cannot_be_read_is_named_and_never_called_empty() {
    let desk = Desk::with_file();
    // Even the owner of the machine cannot read a folder that is a file.
    desk.writes("data", "not a folder");
    for line in ["sign-in list", "serve --port 0", "publish", "case list", "backup x.sqlite"] {
        let told = desk.fails(line);
        assert!(
            told.contains(&desk.file("data").display().to_string()) && told.contains("読めません"),
            "{line}: {told}"
        );
        assert!(told.contains("次にすること") && !told.contains("まだ団体がありません"), "{line}: {told}");
    }
}

#[test]
fn the_start_script_shows_what_is_being_built() {
    let desk = Desk::with_file();
    let bin = desk.file("bin");
    std::fs::create_dir_all(desk.file("target/debug")).expect("a folder");
    std::fs::create_dir(&bin).expect("a folder");
    let script = |place: std::path::PathBuf, text: &str| {
        std::fs::write(&place, format!("#!/bin/sh\n{text}\n")).expect("a script");
        let may = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(place, may).expect("it may be run");
    };
    // As cargo does: it tells each part, unless it is asked to be quiet.
    let builds = "case \" $* \" in *' --quiet '*|*' -q '*) ;; *) echo '   Compiling parts (1/2)' >&2 ;; esac";
    script(bin.join("cargo"), builds);
    script(bin.join("apt-get"), "exit 0");
    script(desk.file("target/debug/shirube"), "echo http://127.0.0.1:8080/");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let ran = Command::new(root.join("scripts/run"))
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", desk.file("target"))
        .output()
        .expect("the script runs");
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && out.contains("http://127.0.0.1:8080/"), "{out}{err}");
    assert!(err.contains("Compiling parts (1/2)"), "{err}");
}

fn shirube(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_shirube")).env_clear().args(args).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The whole answer to a question.
fn asks(port: u16, path: &str) -> String {
    let mut answer = Vec::new();
    let asked = TcpStream::connect(("127.0.0.1", port)).and_then(|mut stream| {
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        stream.read_to_end(&mut answer)
    });
    asked.map_or_else(|fault| fault.to_string(), |_| String::from_utf8_lossy(&answer).into_owned())
}

/// A way to the database that can be shut, and opened again at the same place.
struct Way {
    port: u16,
    open: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Way {
    fn to(behind: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let (open, streams) = (Arc::new(AtomicBool::new(true)), Arc::new(Mutex::new(Vec::new())));
        let way = Self { port, open: Arc::clone(&open), streams: Arc::clone(&streams) };
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Some(far) = open.load(Ordering::SeqCst).then(|| TcpStream::connect(&behind).ok()).flatten() else {
                    continue;
                };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (mut from, mut to) = (from.try_clone().expect("shared"), to.try_clone().expect("shared"));
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
                streams.lock().expect("one test").extend([near, far]);
            }
        });
        way
    }

    fn shuts(&self) {
        self.open.store(false, Ordering::SeqCst);
        for stream in self.streams.lock().expect("one test").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn opens(&self) {
        self.open.store(true, Ordering::SeqCst);
    }
}
