//! Two servers on one database: what one of them records, the other one tells the citizens too.

use std::ffi::OsStr;
use std::path::Path;
use std::time::{Duration, Instant};

use store::Place;
use testkit::{Bench, Engine};

use crate::cli::{COMPLETE, Desk};
use crate::program::{Program, gets, port_of};

/// Within this time all pages follow.
const PROMISED: Duration = Duration::from_secs(5);
const OURS: &str = "https://www.instagram.com/mihon_kanko/";

/// A server with a data folder of its own, on a database that others write to as well.
struct Node {
    port: u16,
    _program: Program,
}

impl Node {
    fn starts(data: &Path, place: Option<&Place>) -> Self {
        let mut args: Vec<&OsStr> = vec!["--data".as_ref(), data.as_os_str()];
        if let Some(Place::Postgres { url, schema: Some(schema) }) = place {
            args.extend([OsStr::new("--database"), url.as_ref(), "--schema".as_ref(), schema.as_ref()]);
        }
        args.extend(["serve", "--port", "0"].map(OsStr::new));
        let program = Program::starts(args);
        Self { port: program.says(|line| port_of(line.strip_prefix("http://")?)), _program: program }
    }

    fn verdict(&self) -> String {
        let answer = gets(self.port, &format!("/api/v1/verify?url={OURS}"));
        let body = answer.split_once("\r\n\r\n").expect("a body").1;
        let answer: serde_json::Value = serde_json::from_str(body).expect("JSON");
        answer["verdict"].as_str().expect("a verdict").to_owned()
    }

    /// How long it takes until the node gives this verdict, and its list does or does not show the account.
    fn follows(&self, verdict: &str, shown: bool) -> Duration {
        let began = Instant::now();
        loop {
            let list = gets(self.port, "/accounts.csv");
            let follows = list.starts_with("HTTP/1.1 200") && list.contains(OURS) == shown && self.verdict() == verdict;
            if follows || began.elapsed() > PROMISED * 4 {
                assert!(follows, "{} after {:?}; {list}", self.verdict(), began.elapsed());
                return began.elapsed();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A town whose acts are typed at a desk while its nodes serve.
fn story(desk: &Desk, nodes: &[Node]) {
    let policy = desk.writes("policy.toml", COMPLETE);
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    desk.does(&format!("case draft {case} --file {policy} --as 02013 --on 令和7年4月3日"));
    desk.does(&format!("case do {case} file --as 02011 --on 令和7年4月3日 --contact '観光係（見本）'"));
    desk.does(&format!("case do {case} receive --as 01023 --on 令和7年4月4日"));
    desk.does(&format!("case do {case} list --as 01023 --on 令和7年4月7日"));
    for (place, node) in nodes.iter().enumerate() {
        let took = node.follows("official", true);
        assert!(took <= PROMISED, "node {place} shows the listing after {took:?}");
    }
    let account = desk.does("account list --json");
    let accounts: serde_json::Value = serde_json::from_str(&account).expect("JSON");
    let account = accounts[0]["id"].as_str().expect("an id").to_owned();
    let case = desk.opens(&format!(
        "case open closing --unit 0201 --account {account} --reason '役目を終えたため' --as 02011 --on 令和7年5月1日"
    ));
    desk.does(&format!("case do {case} stop -e last_day=令和7年5月1日 --as 02011 --on 令和7年5月1日"));
    desk.does(&format!("case do {case} file --as 02011 --on 令和7年5月1日"));
    desk.does(&format!("case do {case} delist --as 01023 --on 令和7年5月2日"));
    for (place, node) in nodes.iter().enumerate() {
        let took = node.follows("closed", false);
        assert!(took <= PROMISED, "node {place} drops the account after {took:?}");
    }
}

#[tokio::test]
async fn a_delisting_at_one_of_two_nodes_is_seen_at_the_other() {
    let Some(bench) = Bench::new(Engine::Server).await else { return };
    let desk = Desk::with_server(&bench);
    desk.begins("tottori", "notice-town");
    let second = desk.file("second");
    std::fs::create_dir_all(second.join("keys")).expect("a folder");
    for key in std::fs::read_dir(desk.file("data/keys")).expect("the keys") {
        let key = key.expect("a key").path();
        std::fs::copy(&key, second.join("keys").join(key.file_name().expect("its name"))).expect("copied");
    }
    let nodes = [desk.file("data"), second].map(|data| Node::starts(&data, Some(&bench.place)));
    story(&desk, &nodes);
    drop(nodes);
    bench.clear().await;
}

#[tokio::test]
async fn a_second_node_makes_no_seal_of_its_own_and_says_what_it_lacks() {
    let Some(bench) = Bench::new(Engine::Server).await else { return };
    let desk = Desk::with_server(&bench);
    desk.begins("tottori", "notice-town");
    let second = desk.file("second");
    std::fs::create_dir_all(second.join("keys")).expect("a folder");
    let (first_key, key) = (desk.file("data/keys/312011.key"), second.join("keys/312011.key"));
    std::fs::copy(&first_key, &key).expect("copied");
    let first = Node::starts(&desk.file("data"), Some(&bench.place));
    let unfit = |node: &Node| gets(node.port, "/health").contains("seal_unfit");
    let waits = |node: &Node| {
        let began = Instant::now();
        while !unfit(node) {
            assert!(began.elapsed() < PROMISED * 6, "{}", gets(node.port, "/health"));
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    let node = Node::starts(&second, Some(&bench.place));
    waits(&node);
    assert!(!second.join("keys/312011.seal").exists(), "no other key takes its place");
    assert!(!unfit(&first), "the first one's is the one that is meant");
    drop(node);
    // Nor does it seal with a key of its own that lies there.
    std::fs::write(second.join("keys/312011.seal"), [9; 32]).expect("another key");
    let node = Node::starts(&second, Some(&bench.place));
    waits(&node);
    drop(node);
    std::fs::copy(desk.file("data/keys/312011.seal"), second.join("keys/312011.seal")).expect("copied");
    let node = Node::starts(&second, Some(&bench.place));
    assert!(!unfit(&node));
    drop((node, first));
    bench.clear().await;
}

#[test]
fn an_act_of_another_process_is_seen_by_the_server_in_a_file() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    story(&desk, &[Node::starts(&desk.file("data"), None)]);
}
