//! From a filing to the letter: the running program with a real mail server, and with a chat that does not answer.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::cli::Desk;
use crate::house::House;
use crate::program::PATIENCE;

#[test]
fn a_filing_is_mailed_by_the_running_program_and_what_does_not_leave_is_shown() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let Some(mail) = MailServer::start(&desk.file("mail")) else { return };
    let closed = closed_port();
    let data = desk.file("data");
    std::fs::write(data.join("chat-url"), format!("https://localhost:{closed}/hook/himitsu-no-basho\n"))
        .expect("a file");
    let settings = format!(
        r#"
            staff_url = "https://shirube.city.example.jp/"
            outbound = ["localhost:{closed}"]
            [mail]
            server = "localhost"
            port = {}
            from = "shirube@city.example.jp"
            ca_file = "{}"
            domains = ["city.example.jp"]
            [[webhook]]
            name = "kouhou"
            url_file = "chat-url"
            addresses = ["127.0.0.1", "::1"]
        "#,
        mail.port,
        mail.folder.join("authority.pem").display(),
    );
    std::fs::write(data.join("312011.toml"), settings).expect("the settings");
    let house = House::serves(&data);

    let mut operator = house.operator();
    let mut officer = house.invited(&mut operator, "01023", "kouhou-shuji");
    officer.posts("me/address", &[("address", "kouhou@city.example.jp")]);
    let code = mail.letter(1);
    let code = code.lines().find_map(|line| line.rsplit_once('：')).expect("the code").1.trim().to_owned();
    officer.posts("me/address/confirm", &[("mail-code", &code)]);
    officer.posts("me/telling", &[("how", "at_once")]);

    let case = desk.opens("case open opening --unit 0201 --as 02013");
    let policy = desk.writes("policy.toml", POLICY);
    desk.does(&format!("case draft {case} --file {policy} --as 02013"));
    desk.does(&format!("case do {case} file --as 02011"));
    let letter = mail.letter(2);
    assert!(letter.contains("［しるべ］届出1件が受付を待っています"), "{letter}");
    assert!(letter.contains("https://shirube.city.example.jp/312011/tasks"), "{letter}");
    assert!(!letter.contains("観光だより") && !letter.contains(&case), "nothing of the case itself: {letter}");

    let started = Instant::now();
    let shown = loop {
        let shown = operator.gets("outbox");
        if shown.contains("再送待ち") || started.elapsed() > PATIENCE {
            break shown;
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    assert!(shown.contains("再送待ち") && shown.contains("kouhou"), "{shown}");
    assert!(!shown.contains("himitsu"), "the address of a chat is a secret");
    assert!(!shown.contains("kouhou@city.example.jp"), "an address is a person's");

    drop(house);
    desk.does(&format!("ledger dump {}", desk.file("ledger.jsonl").display()));
    let ledger = std::fs::read_to_string(desk.file("ledger.jsonl")).expect("the ledger");
    assert!(ledger.contains("case_opened") && !ledger.contains("city.example.jp"), "no address lies in the ledger");
}

const POLICY: &str = r#"
network = "instagram"
account_name = "観光だより（見本）"
url = "https://www.instagram.com/mihon_kanko/"
purpose = "季節の風景と催しを伝えるため"
audience = "観光に関心のある方"
information = "観光地、催し"
period = { from = "令和8年4月1日", until = "令和11年3月31日" }
hours = { from_day = "月", to_day = "金", from = "08:30", to = "17:15" }
reply = { stance = "none" }
"#;

/// A port on which nothing listens.
fn closed_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    free.local_addr().expect("its address").port()
}

/// A real mail server (aiosmtpd) with papers of its own, until it is dropped.
struct MailServer {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl MailServer {
    /// `None` where there is no Python with aiosmtpd. With `SHIRUBE_REQUIRE_SMTP=1` that is a failure.
    fn start(folder: &Path) -> Option<Self> {
        let Ok(python) = std::env::var("SHIRUBE_SMTP_PYTHON") else {
            let required = std::env::var("SHIRUBE_REQUIRE_SMTP").is_ok_and(|value| value == "1");
            assert!(!required, "SHIRUBE_REQUIRE_SMTP=1, but SHIRUBE_SMTP_PYTHON is not set");
            eprintln!("SHIRUBE_SMTP_PYTHON is not set: skipped without a mail server");
            return None;
        };
        std::fs::create_dir_all(folder.join("in")).expect("a folder");
        papers(folder);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../connectors/tests/out/smtp_server.py");
        let mut command = Command::new(python);
        command.arg(script).arg("starttls");
        command.arg(folder.join("cert.pem")).arg(folder.join("key.pem")).arg(folder.join("in"));
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("it tells its port");
        Some(Self { child, port: line.trim().parse().expect("a port"), folder: folder.to_owned() })
    }

    /// The words of the letter of this number, as soon as it is there.
    fn letter(&self, number: usize) -> String {
        let file = self.folder.join(format!("in/{number}.eml"));
        let started = Instant::now();
        while !file.exists() {
            assert!(started.elapsed() < PATIENCE, "letter {number} does not come");
            std::thread::sleep(Duration::from_millis(100));
        }
        let raw = std::fs::read_to_string(file).expect("ASCII");
        assert!(raw.contains(" kouhou@city.example.jp"), "{raw}");
        let (_, body) = raw.split_once("\r\n\r\n").or_else(|| raw.split_once("\n\n")).expect("a body");
        from_base64(body)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It ends with the test; that it is gone already is no harm.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A certificate for `localhost` and the authority that vouches for it.
fn papers(folder: &Path) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).expect("an authority");
    let issuer = Issuer::new(params, key);
    let own = KeyPair::generate().expect("a key");
    let server = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let server = server.signed_by(&own, &issuer).expect("vouched for");
    let files = [("authority.pem", authority.pem()), ("cert.pem", server.pem()), ("key.pem", own.serialize_pem())];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("written");
    }
}

/// The words of a body in base64.
fn from_base64(body: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in body.bytes() {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else { continue };
        bits = (bits << 6) | u32::try_from(value).expect("six bits");
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).expect("eight bits"));
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
