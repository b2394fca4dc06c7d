//! Both openings by the command line, from a draft to an official account, as an officer types them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};

use store::Place;
use tempfile::TempDir;
use testkit::{Bench, Engine};

use crate::program::{PATIENCE, Program, gets, port_of};

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// A terminal in an empty place.
pub struct Desk {
    dir: TempDir,
    database: Vec<String>,
}

impl Desk {
    pub fn with_file() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary folder"), database: Vec::new() }
    }

    pub fn with_server(bench: &Bench) -> Self {
        let Place::Postgres { url, schema: Some(schema) } = &bench.place else { panic!("a server's place") };
        let database = ["--database", url, "--schema", schema].map(str::to_owned).to_vec();
        Self { database, ..Self::with_file() }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn writes(&self, name: &str, text: &str) -> String {
        std::fs::write(self.file(name), text).expect("a file");
        self.file(name).display().to_string()
    }

    /// Types a line; `'` keeps words together.
    pub fn types(&self, line: &str) -> Said {
        let program = Command::new(env!("CARGO_BIN_EXE_shirube"))
            .env_clear()
            .arg("--data")
            .arg(self.file("data"))
            .args(&self.database)
            .args(words(line))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let id = program.id().to_string();
        let (ended, ends) = channel::<()>();
        // A server that nobody refused would go on for ever, and the test with it.
        std::thread::spawn(move || {
            if ends.recv_timeout(3 * PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").args(["-KILL", &id]).status();
            }
        });
        let output = program.wait_with_output().expect("the program runs");
        drop(ended);
        Said {
            code: output.status.code().unwrap_or_else(|| panic!("{line}: it did not end by itself")),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Types a line that must succeed.
    pub fn does(&self, line: &str) -> String {
        let said = self.types(line);
        assert_eq!(said.code, 0, "{line}\n{}{}", said.out, said.err);
        said.out
    }

    /// What is told of a line that must fail.
    pub fn fails(&self, line: &str) -> String {
        let said = self.types(line);
        assert_ne!(said.code, 0, "{line}\n{}", said.out);
        said.err
    }

    /// The case that a line opens.
    pub fn opens(&self, line: &str) -> String {
        let said: serde_json::Value = serde_json::from_str(&self.does(&format!("{line} --json"))).expect("JSON");
        said["case"].as_str().expect("a case").to_owned()
    }

    /// Begins a town with a guideline and the sample's staff list.
    pub fn begins(&self, guideline: &str, town: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let guideline = root.join("guidelines").join(guideline);
        self.does(&format!("init --guideline {} --from 令和7年4月1日", guideline.display()));
        let staff = root.join("crates/app/sample").join(town).join("staff.csv");
        let preview = self.does(&format!("office import {} --from 令和7年4月1日", staff.display()));
        assert!(preview.contains("まだ何も書いていません"), "{preview}");
        assert!(!self.does("office show --on 令和7年4月1日").contains("◎"), "a preview writes nothing");
        self.does(&format!("office import {} --from 令和7年4月1日 --yes", staff.display()));
    }
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (n, part) in line.split('\'').enumerate() {
        if n % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

const INCOMPLETE: &str = r#"
network = "instagram"
account_name = "観光だより（見本）"
url = "https://www.instagram.com/mihon_kanko/?igshid=x"
purpose = "○○"
"#;

/// A policy that a filing by notice takes.
pub const COMPLETE: &str = r#"
network = "instagram"
account_name = "観光だより（見本）"
url = "https://www.instagram.com/mihon_kanko/"
purpose = "季節の風景と催しを伝えるため"
audience = "観光に関心のある方"
information = "観光地、催し"
period = { from = "令和7年5月1日", until = "令和10年3月31日" }
hours = { from_day = "月", to_day = "金", from = "08:30", to = "17:15" }
reply = { stance = "none" }
"#;

/// The opening by notice: a draft, a filing, a number, the list.
pub fn opens_by_notice(desk: &Desk) {
    desk.begins("tottori", "notice-town");
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");

    let draft = desk.writes("policy.toml", INCOMPLETE);
    let said = desk.types(&format!("case draft {case} --file {draft} --as 02013 --on 令和7年4月2日"));
    assert_eq!(said.code, 0, "an incomplete draft is kept");
    insta::assert_snapshot!(said.err, @r"
    記録はしましたが、届出までに直すところが6か所あります。
    ・運用目的に「○○」とあり、内容が書かれていません。（T3(3)）→様式の記号や「なし」のままにせず、具体的に書いてください。
    ・発信情報の対象者（誰に向けて）がありません。（T3(4)）→記入してから、もう一度進めてください。
    ・発信情報の情報（どのような情報を）がありません。（T3(4)）→記入してから、もう一度進めてください。
    ・運用期間がありません。（T3(6)）→運用開始日と運用終了日を入れてください。
    ・発信時間がありません。（T3(7)）→曜日と時刻を入れてください。
    ・投稿者への回答の方針がありません。（T3(8)）→個別に返信するかどうか、どちらか一つを選んでください。
    次にすること：ファイルを直して、もう一度 case draft を実行してください。
    ");

    let refused = desk.types(&format!("case do {case} file --as 02011 --on 令和7年4月3日"));
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("利用方針に足りない、または直すところが6か所あるため"), "{}", refused.err);

    let draft = desk.writes("policy.toml", COMPLETE);
    let said = desk.types(&format!("case draft {case} --file {draft} --as 02013 --on 令和7年4月3日"));
    assert_eq!(said.err, "届出に必要な事項はそろっています。\n");

    let early = desk.types(&format!("case do {case} list --as 01023 --on 令和7年4月3日 --json"));
    let early: serde_json::Value = serde_json::from_str(&early.err).expect("JSON");
    assert_eq!(early["refused"]["kind"], "out_of_order");
    assert_eq!(early["refused"]["basis"], "T3");

    desk.does(&format!("case do {case} file --as 02011 --on 令和7年4月3日 --contact '観光係（見本）'"));
    let not_yet = desk.types("verify https://www.instagram.com/mihon_kanko/");
    assert_eq!(not_yet.code, 3, "a filing makes nothing official");

    let received = desk.does(&format!("case do {case} receive --as 01023 --on 令和7年4月4日"));
    assert!(received.contains("番号：0001"), "{received}");
    let listed = desk.does(&format!("case do {case} list --as 01023 --on 令和7年4月7日"));
    assert!(listed.contains("この案件は完了しました。"), "{listed}");

    let official = desk.types("verify https://instagram.com/mihon_kanko");
    assert_eq!(official.code, 0, "{}", official.out);
    insta::assert_snapshot!(official.out, @r"
    【鳥取市】公式です
    鳥取市の公式アカウントです。Instagramの「観光だより（見本）」として、令和7年4月7日（2025年4月7日）から公式アカウント一覧にのっています。
    公式アカウント一覧（accounts/a2.html）でも確かめられます。
    台帳の記録：Instagram　観光だより（見本）　令和7年4月7日（2025年4月7日）から
    ");
    let cases = desk.does("case list");
    assert!(cases.contains("観光だより（見本）の開設"), "a case is called by its title: {cases}");
    let form = desk.does(&format!("case form {case}"));
    assert!(form.contains("（担当：観光係（見本））"), "{form}");
    is_public(desk, "https://www.instagram.com/mihon_kanko/", "観光だより（見本）");
    is_kept(desk);
}

/// The opening by decision: a draft, a decision, the account, a filing, the list, the start.
fn opens_by_decision(desk: &Desk) {
    desk.begins("munakata", "decision-town");
    let case = desk.opens("case open opening --unit 0301 --as 03013 --on 令和7年4月2日");
    let policy = "network = \"x\"\naccount_name = \"島と海（見本）\"\naccount_name_kana = \"しまとうみ\"\naccount_name_en = \"Islands and Sea\"\npurpose = \"島と海の魅力を伝えるため\"\n\
                  reply = { stance = \"none\", text = \"個別の返信は行いません。\", contact = \"代表電話（見本）\" }\n";
    let draft = desk.writes("policy.toml", policy);
    desk.does(&format!("case draft {case} --file {draft} --as 03013 --on 令和7年4月2日"));

    let early =
        desk.types(&format!("case do {case} acquire -e url=https://x.com/mihon_shima --as 03013 --on 令和7年4月2日"));
    assert_eq!(early.code, 1);
    insta::assert_snapshot!(early.err, @r"
    できませんでした。「アカウントの取得」の前に「所属部長の決裁」が必要です。（根拠：M6(1)①）
    次にすること：先に「所属部長の決裁」を済ませてください。
    ");

    let step = |line: &str| desk.does(&format!("case do {case} {line}"));
    step("decide --as 031 --on 令和7年4月3日");
    step("acquire -e url=https://x.com/mihon_shima --as 03013 --on 令和7年4月4日");
    step("file --as 03011 --on 令和7年4月4日");
    step("list --as 01011 --on 令和7年4月7日");
    assert_eq!(
        desk.types("verify https://twitter.com/Mihon_Shima").code,
        0,
        "the list decides, under every name of it"
    );

    let started = desk.types(&format!("case do {case} start --as 03011 --on 令和7年4月7日"));
    assert_eq!(started.code, 1, "it is official, and may not post yet");
    assert!(
        started.err.contains("「プロフィール欄等への市ホームページURLの記載」")
            && started.err.contains("が必要です。（根拠：M6"),
        "{}",
        started.err
    );

    step("profile -e page_url=https://www.city.munakata.lg.jp/ --as 03011 --on 令和7年4月8日");
    step("profile_contact -e stance=示した -e contact=示した --as 03011 --on 令和7年4月8日");
    step("security -e second_factor=設定済 -e password=確認済 -e recovery=確認済 --as 03011 --on 令和7年4月8日");
    step("terminal --exception --note '島で撮ってすぐに載せるため' --as 03011 --on 令和7年4月8日");
    step("share --as 03011 --on 令和7年4月8日");
    step("show_policy -e url=https://x.com/mihon_shima --as 03011 --on 令和7年4月8日");
    let low = desk
        .types(&format!("case do {case} designate -e poster=03012 -e approver=03013 --as 03011 --on 令和7年4月8日"));
    assert_eq!(low.code, 1, "the approver is below the floor");
    step("designate -e poster=03013 -e approver=03012 --as 03011 --on 令和7年4月8日");
    let done = step("start --as 03011 --on 令和7年4月9日");
    assert!(done.contains("この案件は完了しました。"), "{done}");
    is_public(desk, "https://x.com/mihon_shima", "島と海（見本）");
    let page = |path: &str| std::fs::read_to_string(desk.file("bundle").join(path)).expect("a file of the bundle");
    assert!(page("by-kana.html").contains("<rt>しまとうみ</rt>"), "the reading of the policy's file is on the page");
    assert!(page("en/index.html").contains("Islands and Sea"), "and the English name");
    is_kept(desk);
}

/// The pages, the data files and the feed show the account, and a server without the database answers for it.
fn is_public(desk: &Desk, url: &str, name: &str) {
    let bundle = desk.file("bundle");
    let exported: serde_json::Value =
        serde_json::from_str(&desk.does(&format!("export {} --json", bundle.display()))).expect("JSON");
    let key = exported["key"].as_str().expect("the key that the list is signed with");
    for file in
        ["index.html", "by-unit.html", "by-kana.html", "fragment.html", "accounts.csv", "accounts.json", "feed.atom"]
    {
        let text = std::fs::read_to_string(bundle.join(file)).expect("a file of the bundle");
        assert!(text.contains(name), "{file} does not show {name}");
    }
    for file in ["accounts.csv", "accounts.json", "accounts.jsonld", "xpoc-manifest.json", "trust.txt"] {
        let text = std::fs::read_to_string(bundle.join(file)).expect("a file of the bundle");
        assert!(text.contains(url), "{file} does not name {url}");
    }
    let server = Server::of(&bundle, key);
    let answer: serde_json::Value = serde_json::from_str(&server.asks(url)).expect("JSON");
    assert_eq!(answer["verdict"], "official", "{answer}");
    assert_eq!(answer["account"]["name"], name, "{answer}");
    let other: serde_json::Value = serde_json::from_str(&server.asks("https://x.com/mihon_nobody")).expect("JSON");
    assert_ne!(other["verdict"], "official", "{other}");
}

/// `shirube public` over a bundle, until it is dropped.
struct Server {
    port: u16,
    _program: Program,
}

impl Server {
    fn of(bundle: &Path, key: &str) -> Self {
        let state = bundle.with_extension("served");
        let known = [OsStr::new("--key"), key.as_ref(), "--state".as_ref(), state.as_os_str()];
        let args = [OsStr::new("public"), bundle.as_os_str(), "--port".as_ref(), "0".as_ref()];
        let program = Program::starts(args.into_iter().chain(known));
        Self { port: program.says(|line| port_of(line.strip_prefix("http://")?)), _program: program }
    }

    /// The body of the answer to a question.
    fn asks(&self, url: &str) -> String {
        let answer = gets(self.port, &format!("/api/v1/verify?url={url}"));
        answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).expect("a body")
    }
}

/// The ledger is sound, the views follow from it, and a copy of it comes back elsewhere.
fn is_kept(desk: &Desk) {
    let verified = desk.types("ledger verify");
    assert_eq!(verified.code, 0, "{}", verified.out);
    let note = desk.file("checkpoint.txt");
    desk.does(&format!("ledger checkpoint --out {}", note.display()));
    desk.does(&format!("ledger verify --checkpoint {}", note.display()));
    assert!(desk.does("ledger rebuild").contains("使っていた表と同じでした"));

    let code = desk.does("list show --json");
    let copy = desk.file("copy.sqlite");
    let said = desk.types(&format!("backup {}", copy.display()));
    assert_eq!(said.code, 0, "{}", said.err);
    let town = said.out.split_whitespace().next().expect("a code").to_owned();
    let elsewhere = Desk::with_file();
    elsewhere.does(&format!("restore {} --city {town}", copy.display()));
    assert_eq!(elsewhere.does("list show --json"), code, "the list says the same");
}

#[test]
fn an_account_becomes_official_by_notice_on_the_command_line() {
    insta::allow_duplicates! { opens_by_notice(&Desk::with_file()) };
}

#[test]
fn an_account_becomes_official_by_decision_on_the_command_line() {
    insta::allow_duplicates! { opens_by_decision(&Desk::with_file()) };
}

#[tokio::test]
async fn both_openings_are_the_same_on_a_server() {
    for story in [opens_by_notice, opens_by_decision] {
        let Some(bench) = Bench::new(Engine::Server).await else { return };
        insta::allow_duplicates! { story(&Desk::with_server(&bench)) };
        bench.clear().await;
    }
}

#[test]
fn an_act_with_the_same_key_is_recorded_once() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let line = "case open opening --unit 0201 --as 02013 --on 令和7年4月2日 --key k1";
    assert_eq!(desk.opens(line), desk.opens(line));
    let cases: Vec<serde_json::Value> = serde_json::from_str(&desk.does("case list --json")).expect("JSON");
    assert_eq!(cases.len(), 1);
}

#[test]
fn a_forged_or_an_older_list_is_not_served_and_a_carried_one_answers_after_a_long_weekend() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let (list, older) = (desk.file("list"), desk.file("older"));
    desk.does(&format!("export {}", older.display()));
    desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    let said: serde_json::Value =
        serde_json::from_str(&desk.does(&format!("export {} --json", list.display()))).expect("JSON");
    let key = said["key"].as_str().expect("a key").to_owned();
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(list.join("bundle.json")).expect("the description")).expect("JSON");
    let holds = |of: &serde_json::Value| of["valid_until"].as_i64().expect("ms") - of["built_at"].as_i64().expect("ms");
    assert_eq!(holds(&manifest), 4 * 86_400_000);

    let refused = desk.types(&format!("public {} --port 0", list.display()));
    assert_eq!(refused.code, 2, "nothing is served by nobody's word: {}", refused.err);
    drop(Server::of(&list, &key));
    let heights = list.with_extension("served");
    let serves = |dir: &Path| format!("public {} --port 0 --key {key} --state {}", dir.display(), heights.display());
    let refused = desk.types(&serves(&older));
    assert!(refused.code != 0 && refused.err.contains("より古いもの"), "{}", refused.err);

    let description = std::fs::read_to_string(list.join("bundle.json")).expect("the description");
    let forged = description.replace("\"municipality_name\": \"鳥取市\"", "\"municipality_name\": \"鳥取巾\"");
    assert_ne!(description, forged);
    std::fs::write(list.join("bundle.json"), forged).expect("anybody can");
    let refused = desk.types(&serves(&list));
    assert!(refused.code != 0 && refused.err.contains("署名を確かめられません"), "{}", refused.err);

    let settings = desk.file("data/312011.toml");
    let kept = std::fs::read_to_string(&settings).unwrap_or_default();
    desk.writes("data/312011.toml", &format!("carried_days = 10\n{kept}"));
    desk.does(&format!("export {}", list.display()));
    let refused = desk.types(&serves(&list));
    assert!(refused.code != 0 && refused.err.contains("許される長さ"), "{}", refused.err);
    desk.writes("data/312011.toml", &format!("carried_days = 400\n{kept}"));
    let refused = desk.types(&format!("export {}", list.display()));
    assert!(refused.code == 2 && refused.err.contains("carried_days"), "{}", refused.err);
}

#[test]
fn an_empty_place_says_how_to_begin() {
    let said = Desk::with_file().types("case list");
    assert_eq!(said.code, 2);
    insta::assert_snapshot!(said.err, @r"
    まだ団体がありません。
    次にすること：`shirube init --guideline フォルダー` で始めるか、--data や --database を確かめてください。
    ");
}

// Red while the draft was said to be complete, and the filing refused its URL.
#[test]
fn a_draft_whose_url_the_filing_would_refuse_is_not_said_to_be_complete() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    let drafts = |network: &str, url: &str| {
        let own = COMPLETE.replace("instagram\"", &format!("{network}\""));
        let policy = own.replace("https://www.instagram.com/mihon_kanko/", url);
        let draft = desk.writes("policy.toml", &policy);
        desk.types(&format!("case draft {case} --file {draft} --as 02013 --on 令和7年4月3日")).err
    };
    let told = drafts("line", "https://lin.ee/AbCdEfG");
    assert!(told.contains("1か所") && told.contains("「@」で始まるID"), "{told}");
    let refused = desk.types(&format!("case do {case} file --as 02011 --on 令和7年4月3日"));
    assert!(refused.code == 1 && refused.err.contains("「@」で始まるID"), "{}", refused.err);
    let told = drafts("x", "@mihon_kanko");
    assert!(told.contains("1か所") && told.contains("「https://x.com/mihon_kanko」と書いてください"), "{told}");
    let told = drafts("line", "https://lin.ee/AbCdEfG @mihon-kanko");
    assert_eq!(told, "届出に必要な事項はそろっています。\n");
    desk.does(&format!("case do {case} file --as 02011 --on 令和7年4月3日"));
    let again = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月4日 --reason 案内を分けるため");
    let policy = COMPLETE.replace("instagram\"", "line\"");
    let draft = desk.writes(
        "policy.toml",
        &policy.replace("https://www.instagram.com/mihon_kanko/", "https://page.line.me/mihon-kanko"),
    );
    let told = desk.types(&format!("case draft {again} --file {draft} --as 02013 --on 令和7年4月4日")).err;
    assert!(told.contains("1か所") && told.contains("すでに台帳にあります"), "{told}");
}

#[test]
fn a_policy_with_an_unknown_key_is_not_recorded_and_its_line_is_told() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    let draft = desk.writes("policy.toml", "network = \"x\"\nurlu = \"https://x.com/mihon\"\n");
    let said = desk.types(&format!("case draft {case} --file {draft} --as 02013 --on 令和7年4月2日"));
    assert_eq!(said.code, 2);
    assert!(said.err.contains("policy.toml:2"), "{}", said.err);
    assert!(desk.does(&format!("case show {case}")).contains("（版 1）"));
}

#[test]
fn a_guideline_that_is_wrong_is_told_with_its_line_and_ends_with_four() {
    let desk = Desk::with_file();
    let folder = desk.file("wrong");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("guideline.toml"), "format = 2\n").expect("a file");
    let said = desk.types(&format!("guideline check {}", folder.display()));
    assert_eq!(said.code, 4, "{}", said.out);
    assert!(said.out.contains("guideline.toml:1"), "{}", said.out);
}

#[test]
fn the_sample_towns_show_an_account_in_every_standing_and_are_made_once() {
    let desk = Desk::with_file();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    let folders = ["notice-town", "decision-town"].map(|town| sample.join(town).display().to_string());
    let line = format!("sample {}", folders.join(" "));
    desk.does(&line);
    let mut standings = std::collections::BTreeSet::new();
    let mut before = Vec::new();
    for code in ["312011", "402206"] {
        let said = desk.does(&format!("account list --json --city {code}"));
        let accounts: Vec<serde_json::Value> = serde_json::from_str(&said).expect("JSON");
        standings.extend(accounts.iter().filter_map(|a| a["standing"]["standing"].as_str().map(str::to_owned)));
        before.push(desk.does(&format!("ledger verify --json --city {code}")));
    }
    let wanted = ["closed", "delisted", "existing", "listed", "preparing", "suspended", "withdrawn"];
    assert_eq!(standings.into_iter().collect::<Vec<_>>(), wanted);
    desk.does(&line);
    let after = ["312011", "402206"].map(|code| desk.does(&format!("ledger verify --json --city {code}")));
    assert_eq!(before, after, "the second run records nothing");
}

// Red while the outline told none of these, and `case show` named only what a step cannot be done without.
#[test]
fn a_guideline_and_a_case_are_shown_with_everything_that_can_be_typed() {
    let desk = Desk::with_file();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let outline = |city: &str| desk.does(&format!("guideline show {}", root.join("guidelines").join(city).display()));
    let told = outline("munakata");
    for words in [
        "共有のとき",
        "個別に返信しないとき",
        "開庁日以内",
        "■ 役割",
        "係長以上",
        "■ 対象のソーシャルメディア",
        "others = allowed",
        "■ 日ごろの務め（しるべではまだ行いません）",
        "■ 発信できないもの",
        "■ 利用者に認めないもの",
        "■ 市の運用の値（まだ使われません）",
    ] {
        assert!(told.contains(words), "no {words}: {told}");
    }
    assert!(outline("tottori").contains("facebook　"), "{}", outline("tottori"));
    desk.begins("tottori", "notice-town");
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    let shown = desk.does(&format!("case show {case}"));
    assert!(shown.contains("ファイルに書く名前：network（") && shown.contains("audience、information（"), "{shown}");
    let draft = desk.writes("policy.toml", COMPLETE);
    desk.does(&format!("case draft {case} --file {draft} --as 02013 --on 令和7年4月3日"));
    let shown = desk.does(&format!("case show {case}"));
    assert!(shown.contains("-e received_on=") && shown.contains("-e document_number="), "{shown}");
    desk.does(&format!("case do {case} file --as 02011 --on 令和7年4月3日"));
    let shown = desk.does(&format!("case show {case}"));
    assert!(shown.contains("--item 事項=理由") && shown.contains("account_name、url"), "{shown}");
    let form = desk.file("form.pdf");
    desk.does(&format!("case form {case} --out {}", form.display()));
    assert!(std::fs::read(&form).expect("a file").starts_with(b"%PDF-"));
    let refused = desk.types("case open closing --account a2 --as 02013 --on 令和7年4月3日");
    assert_eq!(refused.code, 1);
    assert!(!refused.out.contains('`'), "{}", refused.out);
}

// Red while every procedure of the file was offered by the command line too.
#[test]
fn posts_trouble_and_surveys_are_refused_on_the_command_line_with_what_to_do() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let refused = desk.types("case open takeover --unit 0201 --as 02013 --on 令和7年4月2日");
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(refused.err.contains("しるべではまだ行えません") && refused.err.contains("今のやり方"), "{}", refused.err);
    let unknown = desk.types("case open nothing --unit 0201 --as 02013 --on 令和7年4月2日");
    assert!(unknown.err.contains("opening（開設）") && !unknown.err.contains("takeover"), "{}", unknown.err);
}

// Red while the deputy's filing looked like the head's own.
#[test]
fn a_case_tells_that_a_deputy_acted_and_nobody_is_named_their_own() {
    let desk = Desk::with_file();
    desk.begins("tottori", "notice-town");
    let own = desk.fails("office deputy 02011 P02011 --from 令和7年4月1日 --until 令和7年4月30日");
    assert!(own.contains("その代決者にはなれません") && own.contains("別の職員を指定するか"), "{own}");
    desk.does("office deputy 02012 P02011 --from 令和7年4月1日 --until 令和7年4月30日");
    let case = desk.opens("case open opening --unit 0201 --as 02013 --on 令和7年4月2日");
    let draft = desk.writes("policy.toml", COMPLETE);
    desk.does(&format!("case draft {case} --file {draft} --as 02013 --on 令和7年4月3日"));
    desk.does(&format!("case do {case} file --as 02012 --on 令和7年4月3日 --contact '観光係（見本）'"));
    let shown = desk.does(&format!("case show {case}"));
    assert!(shown.contains("（02012、代決）") && !shown.contains("（02013、代決）"), "{shown}");
    let about_none = desk.fails("case open ruling --as 01023 --on 令和7年4月4日");
    assert!(about_none.contains("どのアカウントか") && about_none.contains("アカウントの一覧で番号"), "{about_none}");
}
