//! The pages of a running program, asked over the plain protocol.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use url::form_urlencoded;

use crate::program::{Program, port_of};

const PASSWORD: &str = "yama no ue no shiroi kumo";

/// The program that serves a town, until it is dropped.
pub struct House {
    /// Where citizens ask.
    pub public: u16,
    /// Where the staff work.
    pub port: u16,
    link: String,
    /// The program itself.
    pub program: Program,
}

impl House {
    /// Starts it with the register of this folder.
    pub fn serves(data: &Path) -> Self {
        let program = Program::starts_in([("SHIRUBE_DATA", data.as_os_str())], ["serve", "--port", "0"]);
        let (mut link, mut port, mut public) = (None, None, None);
        let (link, port, public) = program.says(|line| {
            if line.contains("/join/") {
                link = Some(line.to_owned());
            }
            port = line.strip_prefix("職員の画面：").and_then(port_of).or(port);
            public = line.strip_prefix("http://127.0.0.1:").and_then(port_of).or(public);
            Some((link.clone()?, port?, public?))
        });
        Self { public, port, link, program }
    }

    /// Starts it again, when an operator is there already.
    pub fn serves_again(data: &Path) -> Self {
        Self::with(Program::starts_in([("SHIRUBE_DATA", data.as_os_str())], ["serve", "--port", "0"]))
    }

    /// The same, with its log in a file.
    pub fn serves_with_log(data: &Path, log: &Path) -> Self {
        let log = std::fs::File::create(log).expect("a file");
        Self::with(Program::logs_to(log.into(), [("SHIRUBE_DATA", data.as_os_str())], ["serve", "--port", "0"]))
    }

    fn with(program: Program) -> Self {
        let (mut port, mut public) = (None, None);
        let (port, public) = program.says(|line| {
            port = line.strip_prefix("職員の画面：").and_then(port_of).or(port);
            public = line.strip_prefix("http://127.0.0.1:").and_then(port_of).or(public);
            Some((port?, public?))
        });
        Self { public, port, link: String::new(), program }
    }

    /// The operator, signed in by the link of the first start.
    pub fn operator(&self) -> Browser {
        let link = self.link.split_once("/312011/").expect("a link of this town").1.to_owned();
        let mut operator = Browser::at(self.port);
        operator.joins(&link, "unyou");
        operator
    }

    /// The operator, who comes in by the link of the first start and takes an authenticator.
    pub fn operator_with_authenticator(&self) -> (Browser, Authenticator) {
        let link = self.link.split_once("/312011/").expect("a link of this town").1.to_owned();
        let mut operator = Browser::at(self.port);
        let page = operator.gets(&link);
        let shown = page.split("class=\"seed\">").nth(1).and_then(|rest| rest.split("</code>").next()).expect("a seed");
        let authenticator = Authenticator { seed: shown.replace(' ', "") };
        let code = authenticator.shows(0);
        let fields =
            [("name", "unyou"), ("password", PASSWORD), ("again", PASSWORD), ("second", "code"), ("code", &code)];
        let codes = operator.posts(&link, &fields);
        assert!(codes.contains("予備コード"), "{codes}");
        (operator, authenticator)
    }

    /// What a browser that was never here reads after the operator's password and this code.
    pub fn signs_in_with(&self, code: &str) -> (u16, String) {
        let mut browser = Browser::at(self.port);
        let second = browser.signs_in("unyou");
        assert!(second.contains("確認コード"), "{second}");
        browser.tries("sign-in/second", &[("way", "code"), ("has", "code"), ("has", "recovery"), ("code", code)])
    }

    /// Somebody whom the operator invites, signed in under this name.
    pub fn invited(&self, operator: &mut Browser, person: &str, name: &str) -> Browser {
        let sheet = operator.posts("sign-ins/invite", &[("person", person)]);
        let link = sheet.split("/312011/").find(|rest| rest.starts_with("join/")).expect("a link for them");
        let mut invited = Browser::at(self.port);
        invited.joins(link.split(['<', '"', ' ', '\n']).next().expect("its end"), name);
        invited
    }

    /// The processes that the program started and that still run.
    pub fn helpers(&self) -> Vec<u32> {
        self.program.children()
    }
}

/// An authenticator with the one seed that it was given.
pub struct Authenticator {
    seed: String,
}

impl Authenticator {
    /// The code that it shows so many half minutes from now; each is good once.
    pub fn shows(&self, later: u64) -> String {
        let secret = totp_rs::Secret::try_from_base32(&self.seed).expect("base32");
        let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().expect("a seed");
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        totp.generate(now.as_secs() + 30 * later).to_string()
    }
}

/// A browser with its cookies, over the plain protocol.
#[derive(Clone)]
pub struct Browser {
    port: u16,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn at(port: u16) -> Self {
        Self { port, cookies: BTreeMap::new() }
    }

    /// Goes on at a house that was started again.
    pub fn moves_to(&mut self, house: &House) {
        self.port = house.port;
    }

    /// Uses a one-time link: a name, a password, and codes on paper.
    fn joins(&mut self, link: &str, name: &str) {
        self.gets(link);
        let fields = [("name", name), ("password", PASSWORD), ("again", PASSWORD), ("second", "paper")];
        let codes = self.posts(link, &fields);
        assert!(codes.contains("予備コード"), "{codes}");
    }

    pub fn gets(&mut self, path: &str) -> String {
        String::from_utf8_lossy(&self.downloads(path)).into_owned()
    }

    pub fn downloads(&mut self, path: &str) -> Vec<u8> {
        self.asks("GET", path, "")
    }

    pub fn posts(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        String::from_utf8_lossy(&self.asks("POST", path, &body)).into_owned()
    }

    /// The same where an answer may be another one: the status and the page.
    pub fn tries(&mut self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let (status, _, body) = self.answer("POST", path, &body);
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// The lines of a head that say who asks, from the staff's own pages.
    pub fn says_who(&self) -> String {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("host: localhost:{}\r\nsec-fetch-site: same-origin\r\ncookie: {}\r\n", self.port, cookies.join("; "))
    }

    /// Signs in anew by name and password, as a browser that has done so before; what the page says.
    pub fn signs_in(&mut self, name: &str) -> String {
        self.posts("sign-in", &[("name", name), ("password", PASSWORD)])
    }

    fn asks(&mut self, verb: &str, path: &str, body: &str) -> Vec<u8> {
        let (status, head, body) = self.answer(verb, path, body);
        assert!([200, 303].contains(&status), "{verb} {path}: {head}{}", String::from_utf8_lossy(&body));
        body
    }

    /// The status, the head and the body of an answer.
    fn answer(&mut self, verb: &str, path: &str, body: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the program listens");
        let head = format!(
            "{verb} /312011/{path} HTTP/1.1\r\n{}connection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.says_who(),
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("asked");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head and a body");
        let body = answer.split_off(end + 4);
        let head = String::from_utf8(answer).expect("the head is text");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        for line in head.lines() {
            let Some((name, value)) = line.split_once(": ") else { continue };
            if let (true, Some((cookie, rest))) = (name.eq_ignore_ascii_case("set-cookie"), value.split_once('=')) {
                self.cookies.insert(cookie.to_owned(), rest.split(';').next().unwrap_or_default().to_owned());
            }
        }
        (status, head, body)
    }
}
