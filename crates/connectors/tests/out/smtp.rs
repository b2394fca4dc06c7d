//! Letters to a real mail server (aiosmtpd), which is protected, unprotected, down, or refuses.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use connectors::fault::Fault;
use connectors::smtp::{BadMail, Mailer, Outgoing, Protection, SmtpConfig};
use tempfile::TempDir;

use crate::authority::{Paper, papers};

struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends with the test; that it is gone already is no harm.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Post {
    dir: TempDir,
    paper: Paper,
}

impl Post {
    fn new() -> Self {
        let (dir, paper) = (tempfile::tempdir().expect("a folder"), papers(&["localhost"]));
        std::fs::write(dir.path().join("cert.pem"), &paper.certificate).expect("written");
        std::fs::write(dir.path().join("key.pem"), &paper.key).expect("written");
        std::fs::create_dir(dir.path().join("in")).expect("made");
        Self { dir, paper }
    }

    /// A server; `None` where there is no Python with aiosmtpd. With `SHIRUBE_REQUIRE_SMTP=1` that is a failure.
    fn server(&self, mode: &str, port: Option<u16>) -> Option<Server> {
        let Ok(python) = std::env::var("SHIRUBE_SMTP_PYTHON") else {
            let required = std::env::var("SHIRUBE_REQUIRE_SMTP").is_ok_and(|value| value == "1");
            assert!(!required, "SHIRUBE_REQUIRE_SMTP=1, but SHIRUBE_SMTP_PYTHON is not set");
            eprintln!("SHIRUBE_SMTP_PYTHON is not set: skipped without a mail server");
            return None;
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/out/smtp_server.py");
        let at = |name: &str| self.dir.path().join(name);
        let mut command = Command::new(python);
        command.arg(script).arg(mode).arg(at("cert.pem")).arg(at("key.pem")).arg(at("in"));
        if let Some(port) = port {
            command.arg(port.to_string());
        }
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("it tells its port");
        Some(Server { child, port: line.trim().parse().expect("a port") })
    }

    fn config(&self, port: u16, protection: Protection) -> SmtpConfig {
        SmtpConfig {
            server: "localhost".to_owned(),
            port,
            protection,
            from: "shirube@city.example.jp".to_owned(),
            login: None,
            certificates: Some(self.paper.authority.clone().into_bytes()),
        }
    }

    fn letters(&self) -> Vec<String> {
        let folder = std::fs::read_dir(self.dir.path().join("in")).expect("the folder");
        let mut paths: Vec<_> = folder.map(|item| item.expect("an item").path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "eml"));
        paths.sort();
        paths.iter().map(|path| std::fs::read_to_string(path).expect("ASCII")).collect()
    }
}

fn letter(to: &str) -> Outgoing<'_> {
    Outgoing {
        id: "0190-m1",
        to,
        subject: "［しるべ］お知らせ1件\r\nBcc: x@evil.example",
        body: "［しるべ］届出1件が受付を待っています。\n.\n終わり\n",
    }
}

#[tokio::test]
async fn a_letter_arrives_protected_whole_and_with_the_headers_of_a_machine() {
    for (mode, protection) in [("starttls", Protection::StartTls), ("tls", Protection::Tls)] {
        let post = Post::new();
        let Some(server) = post.server(mode, None) else { return };
        let mailer = Mailer::new(&post.config(server.port, protection)).expect("configured");
        mailer.send(letter("kouhou@city.example.jp")).await.expect("taken");
        let letters = post.letters();
        assert_eq!(letters.len(), 1);
        let text = &letters[0];
        assert!(text.starts_with("X-Test: TLS shirube@city.example.jp kouhou@city.example.jp\r\n"), "{text}");
        for header in [
            "\r\nMessage-ID: <0190-m1@city.example.jp>\r\n",
            "\r\nAuto-Submitted: auto-generated\r\n",
            "\r\nList-Id: <shirube.city.example.jp>\r\n",
            "\r\nDate: ",
            "\r\nSubject: =?utf-8?b?",
        ] {
            assert!(text.contains(header), "{header}: {text}");
        }
        let (head, _) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert!(!head.contains("\r\nBcc:") && text.is_ascii(), "{head}");
    }
}

#[tokio::test]
async fn without_protection_nothing_is_sent_and_nothing_is_given_away() {
    let post = Post::new();
    let Some(server) = post.server("stripped", None) else { return };
    let mut config = post.config(server.port, Protection::StartTls);
    config.login = Some(("shirube".to_owned(), "himitsu".to_owned()));
    let refused =
        Mailer::new(&config).expect("configured").send(letter("a@city.example.jp")).await.expect_err("stripped");
    assert!(matches!(&refused, Fault::Later(why) if why.contains("STARTTLS")), "{refused}");
    assert!(post.letters().is_empty());
    // To this very machine it may be left out, if the configuration says so.
    let plain = Mailer::new(&post.config(server.port, Protection::None)).expect("configured");
    plain.send(letter("a@city.example.jp")).await.expect("taken");
    assert!(post.letters()[0].starts_with("X-Test: PLAIN "));
    let far = SmtpConfig { server: "mail.example.jp".to_owned(), ..post.config(25, Protection::None) };
    assert!(matches!(Mailer::new(&far), Err(BadMail::Unprotected)));
}

#[tokio::test]
async fn a_server_with_papers_of_somebody_else_gets_nothing() {
    let post = Post::new();
    let Some(server) = post.server("tls", None) else { return };
    let strange = papers(&["localhost"]).authority.into_bytes();
    for certificates in [None, Some(strange)] {
        let config = SmtpConfig { certificates, ..post.config(server.port, Protection::Tls) };
        let refused = Mailer::new(&config).expect("configured").send(letter("a@city.example.jp")).await;
        assert!(
            matches!(&refused, Err(Fault::Later(why)) if why.contains("認証局を、この機器は信頼していません")),
            "{refused:?}"
        );
    }
    let named = SmtpConfig { server: "127.0.0.1".to_owned(), ..post.config(server.port, Protection::Tls) };
    let refused = Mailer::new(&named).expect("configured").send(letter("a@city.example.jp")).await;
    assert!(matches!(&refused, Err(Fault::Later(why)) if why.contains("証明書の名前")), "another name: {refused:?}");
    assert!(post.letters().is_empty());
}

#[tokio::test]
async fn a_refused_address_is_for_good_and_a_full_box_is_for_now() {
    let post = Post::new();
    let Some(server) = post.server("tls", None) else { return };
    let mailer = Mailer::new(&post.config(server.port, Protection::Tls)).expect("configured");
    let refused = mailer.send(letter("refused@city.example.jp")).await.expect_err("no such user");
    assert!(matches!(&refused, Fault::Never(why) if why.contains("550")), "{refused}");
    assert!(!refused.to_string().contains("refused@"), "the server's words are not passed on: {refused}");
    let refused = mailer.send(letter("later@city.example.jp")).await.expect_err("for now");
    assert!(matches!(&refused, Fault::Later(why) if why.contains("451")), "{refused}");
    for wrong in ["", "a@b\r\nRCPT TO:<x@y.jp>", "a b@c.jp", "a@b.jp, c@d.jp"] {
        assert!(matches!(mailer.send(letter(wrong)).await, Err(Fault::Never(_))), "{wrong:?}");
    }
    assert!(post.letters().is_empty());
}

#[tokio::test]
async fn a_server_that_is_down_is_for_now_and_takes_the_letter_when_it_is_back() {
    let post = Post::new();
    let Some(server) = post.server("tls", None) else { return };
    let place = server.port;
    let mailer = Mailer::new(&post.config(place, Protection::Tls)).expect("configured");
    drop(server);
    let refused = mailer.send(letter("a@city.example.jp")).await.expect_err("down");
    assert!(matches!(&refused, Fault::Later(why) if why.contains("接続を断りました")), "{refused}");
    let _server = post.server("tls", Some(place)).expect("back");
    mailer.send(letter("a@city.example.jp")).await.expect("taken");
    assert_eq!(post.letters().len(), 1);
}

#[test]
fn no_secret_is_in_what_a_programmer_prints() {
    let post = Post::new();
    let mut config = post.config(587, Protection::StartTls);
    config.login = Some(("shirube".to_owned(), "himitsu".to_owned()));
    let printed = format!("{config:?} {:?}", Mailer::new(&config).expect("configured"));
    assert!(!printed.contains("himitsu"), "{printed}");
}
