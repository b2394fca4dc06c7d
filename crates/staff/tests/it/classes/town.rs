//! A town in which every sort of thing stands, made through its pages, and the path of every page.

use std::collections::{BTreeMap, BTreeSet};

use actions::PublishTo;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use domain::access::Action;
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{Level, OfficeChange, Place, Position};
use jiff::civil::date;
use staff::{ROUTES, Route, Verb};
use testkit::Guide;

use crate::desk::{Client, Desk, Got, PASSWORD, hidden};

const PDF: &str = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

/// What people in the town type.
pub struct Habits {
    /// Into a field of one line.
    pub line: String,
    /// Into a field of several lines.
    pub lines: String,
    /// What stands in every form beside its own fields.
    pub besides: Vec<(String, String)>,
}

/// The town.
pub struct Furnished {
    pub desk: Desk,
    pub operator: Client,
    /// 広報室長: keeps the list, settles what no clause says.
    pub central: Client,
    /// 観光課, whose cases these are, and its head.
    pub staff: Client,
    pub head: Client,
    /// 農政課, which has no part in them.
    pub stranger: Client,
    pub cases: Cases,
    /// What the pages answered while the town was furnished.
    pub answers: Vec<(String, Got)>,
    places: BTreeMap<&'static str, String>,
    habits: Habits,
}

/// The cases of the town.
#[derive(Default)]
pub struct Cases {
    /// Still being written.
    pub draft: String,
    /// Filed, and waiting for its number.
    pub filed: String,
    /// On the list.
    pub listed: String,
}

impl Habits {
    /// Nothing that could do harm.
    pub fn tame() -> Self {
        Self {
            line: "見本のことば".to_owned(), lines: "見本のことば\n二行目".to_owned(), besides: Vec::new()
        }
    }
}

impl Furnished {
    pub async fn open(habits: Habits) -> Self {
        let desk = Desk::open(Guide::Notice).await;
        found(&desk, &habits.line).await;
        let mut town = Self {
            operator: desk.operator(),
            central: desk.sign_in("s3-head").await,
            staff: desk.sign_in("s1-staff").await,
            head: desk.sign_in("s1-head").await,
            stranger: desk.sign_in("s2-staff").await,
            desk,
            cases: Cases::default(),
            answers: Vec::new(),
            places: BTreeMap::new(),
            habits,
        };
        town.draft().await;
        town.file().await;
        town.list().await;
        town.withdraw().await;
        town.settle().await;
        town.note().await;
        town.come_in().await;
        town.find_places().await;
        town
    }

    /// A case that is still being written.
    async fn draft(&mut self) {
        self.cases.draft = self.begins().await;
        let case = self.cases.draft.clone();
        self.writes(&case, "mihon_draft").await;
    }

    async fn file(&mut self) {
        self.cases.filed = self.begins().await;
        let case = self.cases.filed.clone();
        self.writes(&case, "mihon_filed").await;
        self.submits(&case).await;
        self.files(&case).await;
    }

    /// A case that was sent back once and is on the list, with a file.
    async fn list(&mut self) {
        self.cases.listed = self.begins().await;
        let case = self.cases.listed.clone();
        self.writes(&case, "mihon_kanko").await;
        self.submits(&case).await;
        self.files(&case).await;
        let lines = self.habits.lines.clone();
        let reasons = [("r-purpose", lines.as_str()), ("whole", lines.as_str())];
        self.done(&self.central.clone(), &format!("cases/{case}/steps/receive/return"), &reasons).await;
        self.submits(&case).await;
        self.files(&case).await;
        for step in ["receive", "list"] {
            let path = format!("cases/{case}/steps/{step}");
            self.done(&self.central.clone(), &path, &[("note", &lines)]).await;
        }
    }

    async fn withdraw(&mut self) {
        let case = self.begins().await;
        let lines = self.habits.lines.clone();
        self.done(&self.staff.clone(), &format!("cases/{case}/withdraw"), &[("because", &lines)]).await;
    }

    /// What the city settles: a figure and a question that no clause answers.
    async fn settle(&mut self) {
        let (central, line, lines) = (self.central.clone(), self.habits.line.clone(), self.habits.lines.clone());
        let figure = [("value", "5"), ("reason", lines.as_str())];
        self.done(&central, "practices?leaf=within:opening/list", &figure).await;
        let ruling = [("title", line.as_str()), ("words", &lines), ("clause", "T2"), ("document_number", &line)];
        let made = self.done(&central, "rulings", &ruling).await;
        let id = made.location().rsplit('/').next().unwrap_or_default();
        self.places.insert("ruling", id.split('?').next().unwrap_or_default().to_owned());
    }

    /// Accounts that nobody filed, and somebody who pretends to be the city.
    async fn note(&mut self) {
        let (line, lines) = (self.habits.line.clone(), self.habits.lines.clone());
        let fields = [("network", "x"), ("name", line.as_str()), ("url", "https://x.com/mihon_mae"), ("unit", "s1")];
        let staff = self.staff.clone();
        self.done(&staff, "accounts/new", &fields).await;
        let fields = [("network", "other"), ("network_name", line.as_str()), ("name", "みほん")];
        let other = [fields.as_slice(), &[("url", "https://sns.example/mihon"), ("unit", "s1")]].concat();
        self.sends(&staff, "accounts/new", &other).await;
        let fields = [("network", "x"), ("url", "https://x.com/mihon_nise"), ("note", lines.as_str())];
        let central = self.central.clone();
        self.done(&central, "impersonators/new", &fields).await;
    }

    /// Somebody comes in with a browser that calls itself something, and is invited before.
    async fn come_in(&mut self) {
        let (mut browser, codes) = self.desk.joins_on_paper("s1-chief").await;
        browser.sends("sign-out", &[]).await;
        // A name that is not ASCII is not taken from a header at all.
        let name: Vec<u8> = self.habits.line.bytes().filter(|byte| (b' '..0x7f).contains(byte)).collect();
        for (path, fields) in [
            ("sign-in", vec![("name", "s1-chief"), ("password", "wrong")]),
            ("sign-in", vec![("name", "s1-chief"), ("password", PASSWORD)]),
            ("sign-in/second", vec![("way", "recovery"), ("recovery", codes[0].as_str())]),
        ] {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let request = browser.request("POST", path).header("sec-fetch-site", "same-origin");
            let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").header(USER_AGENT, &*name);
            let got = browser.send(request.body(Body::from(body)).expect("a request")).await;
            browser.keep(&got);
            self.answers.push((path.to_owned(), got));
        }
        let me = browser.get("me").await;
        assert_eq!(me.status, StatusCode::OK);
        self.answers.push(("me".to_owned(), me));
    }

    async fn begins(&mut self) -> String {
        let (staff, line, lines) = (self.staff.clone(), self.habits.line.clone(), self.habits.lines.clone());
        let fields = [("unit", "s1"), ("reason", lines.as_str()), ("sharing-1", "s9"), ("theme", line.as_str())];
        let got = self.done(&staff, "cases/new?procedure=opening", &fields).await;
        got.location().split("/cases/").nth(1).and_then(|rest| rest.split('?').next()).expect("a case").to_owned()
    }

    /// Types every part of a policy.
    async fn writes(&mut self, case: &str, handle: &str) {
        let (line, lines) = (self.habits.line.clone(), self.habits.lines.clone());
        let url = format!("https://x.com/{handle}");
        let parts: [(&str, &[(&str, &str)]); 8] = [
            ("account", &[("network", "x"), ("account_name", &line), ("url", &url)]),
            ("purpose", &[("purpose", &lines)]),
            ("message", &[("audience", &lines), ("information", &lines)]),
            ("period", &[("period_from", "2026-06-01"), ("period_until", ""), ("period_open", &lines)]),
            ("hours", &[("hours_way", "own"), ("hours_text", &lines), ("hours_because", &lines)]),
            ("reply", &[("reply", "none"), ("reply_text", &lines), ("reply_contact", &line)]),
            ("further", &[("note", &lines)]),
            (
                "texts",
                &[("depart-changes", "replaced"), ("depart-changes-because", &lines), ("depart-changes-text", &lines)],
            ),
        ];
        let staff = self.staff.clone();
        for (part, typed) in parts {
            let path = format!("cases/{case}/policy/{part}");
            self.done(&staff, &path, &[typed, &[("do", "later")]].concat()).await;
        }
    }

    async fn submits(&mut self, case: &str) {
        let staff = self.staff.clone();
        self.done(&staff, &format!("cases/{case}/policy/review"), &[("do", "submit")]).await;
    }

    /// Files a case with words and a file beside it.
    async fn files(&mut self, case: &str) {
        let head = self.head.clone();
        let path = format!("cases/{case}/steps/file");
        let fields = self.fields(&head, &path, &[("note", &self.habits.lines), ("contact", &self.habits.line)]).await;
        let part = |(name, value): &(String, String)| {
            format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let words: String = fields.iter().map(part).collect();
        let name: String = self.habits.line.chars().filter(|c| !matches!(c, '"' | '\\' | '/')).take(100).collect();
        let head_of_file =
            format!("--line\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}.pdf\"\r\n\r\n");
        let body = [words.as_str(), &head_of_file, PDF, "\r\n--line--\r\n"].concat();
        let request = head.request("POST", &path).header("sec-fetch-site", "same-origin");
        let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=line").body(Body::from(body));
        let got = head.send(request.expect("a request")).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{path}: {}", got.read());
    }

    /// Sends a form that has to be taken.
    async fn done(&mut self, client: &Client, path: &str, fields: &[(&str, &str)]) -> Got {
        let fields = self.fields(client, path, fields).await;
        let got = client.post(path.split('?').next().unwrap_or(path), &pairs(&fields)).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{path}: {}", got.read());
        got
    }

    /// Sends a form that may be refused, and keeps the answer.
    async fn sends(&mut self, client: &Client, path: &str, fields: &[(&str, &str)]) {
        let fields = self.fields(client, path, fields).await;
        let got = client.post(path.split('?').next().unwrap_or(path), &pairs(&fields)).await;
        self.answers.push((path.to_owned(), got));
    }

    /// The fields of a page's form: what it hides, its day, what is typed, and what stands beside them by habit.
    async fn fields(&self, client: &Client, path: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
        let page = client.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.read());
        let html = page.html();
        let mut fields = hidden(&html);
        fields.extend(page.field("on").map(|on| ("on".to_owned(), on)));
        fields.retain(|(name, _)| !typed.iter().any(|(given, _)| given == name));
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let asked: BTreeSet<&str> = html.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let besides = self.habits.besides.iter();
        let besides =
            besides.filter(|(name, _)| !asked.contains(name.as_str()) && !fields.iter().any(|(n, _)| n == name));
        // The account is asked for by the address of this page, and then in its form.
        let besides = besides.filter(|(name, _)| !(path.starts_with("cases/new") && name == "account"));
        let besides: Vec<(String, String)> = besides.cloned().collect();
        fields.extend(besides);
        fields
    }

    /// Finds something for each place of a path.
    async fn find_places(&mut self) {
        let first = |got: &Got, before: &str, ends: &[char]| {
            let html = got.html();
            let rest = html.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", got.read())).1.to_owned();
            rest.split(ends).next().unwrap_or_default().to_owned()
        };
        let case = self.central.get(&format!("cases/{}", self.cases.listed)).await;
        self.places.insert("town", self.desk.city.code().to_owned());
        self.places.insert("name", first(&case, "/assets/", &['"']));
        self.places.insert("case", self.cases.listed.clone());
        self.places.insert("hash", first(&case, "/files/", &['"']));
        self.places.insert("form", "form1.html".to_owned());
        self.places.insert("account", first(&case, "/accounts/", &['"', '/', '?']));
        let invited = self.desk.invites("s4-head").await;
        self.places.insert("token", invited.trim_start_matches("join/").to_owned());
        self.desk.sign_in("s2-head").await;
        let logins = self.operator.get("sign-ins").await.html();
        let row = logins.split("<tr role=\"row\">").find(|row| row.contains("職員番号 s2-head<")).expect("a row");
        let login = row.split_once("/sign-ins/").and_then(|(_, rest)| rest.split_once('"')).expect("a link").0;
        self.places.insert("login", login.to_owned());
        let impersonator = self.desk.city.impersonators().await.expect("known").remove(0).0;
        self.places.insert("impersonator", impersonator.to_string());
        for (place, value) in [
            ("session", "others"),
            ("message", "m1"),
            ("step", "receive"),
            ("part", "purpose"),
            ("procedure", "opening"),
            ("unit", "s9"),
            ("person", "p9"),
            ("seq", "12"),
            ("file", "board.html"),
            ("help", "template.csv"),
        ] {
            self.places.insert(place, value.to_owned());
        }
    }

    /// The path of a route, with something in each of its places.
    pub fn path(&self, route: &Route) -> String {
        let written = is_writing(route) || route.path.contains("{case}/withdraw");
        let waits = route.path.contains("/steps/");
        let place = |name: &str| match name {
            "case" if written => self.cases.draft.clone(),
            "case" if waits => self.cases.filed.clone(),
            "what" if route.path.contains("preview") => "form".to_owned(),
            "what" if route.path.contains("outbox") => "retry".to_owned(),
            "what" => "suspend".to_owned(),
            name => self.places.get(name).unwrap_or_else(|| panic!("nothing for {{{name}}}")).clone(),
        };
        let parts = route.path.split('/').map(|part| match part.strip_prefix('{') {
            Some(name) => place(name.trim_end_matches('}')),
            None => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// Somebody who may open a route.
    pub fn client(&self, route: &Route) -> Client {
        match route.action {
            Action::Enter => self.desk.anybody(),
            Action::ManageSignIns | Action::ImportOffice | Action::KeepOutbox => self.operator.clone(),
            // A policy is written by the unit alone.
            Action::WorkOnCase if is_writing(route) => self.staff.clone(),
            _ => self.central.clone(),
        }
    }

    /// Every route that reads, with its path and somebody who may open it.
    pub fn pages(&self) -> Vec<(&'static Route, String, Client)> {
        self.routes(Verb::Get)
    }

    /// Every route of a verb, with its path and somebody who may go it.
    pub fn routes(&self, verb: Verb) -> Vec<(&'static Route, String, Client)> {
        let routes = ROUTES.iter().filter(|route| route.verb == verb);
        routes.map(|route| (route, self.path(route), self.client(route))).collect()
    }

    /// Everything that the town's database holds, as bytes; nothing that is written can leave them as they were.
    pub fn bytes(&self) -> Vec<(String, Vec<u8>)> {
        let files = std::fs::read_dir(self.desk.town.bench.dir.path()).expect("the town's folder");
        let mut files: Vec<(String, Vec<u8>)> = files
            .map(|file| file.expect("a file").path())
            // Readers note in the shared memory that they read.
            .filter(|path| path.extension().is_none_or(|ending| ending != "db-shm"))
            .map(|path| (path.display().to_string(), std::fs::read(&path).expect("the file's bytes")))
            .collect();
        files.sort();
        files
    }

    /// The ledger as it is handed out for checking.
    pub async fn ledger(&self) -> String {
        let mut out = Vec::new();
        self.desk.city.dump_ledger(&mut out).await.expect("the ledger");
        String::from_utf8(out).expect("UTF-8")
    }

    /// The public files, by name.
    pub async fn published(&self) -> Vec<(String, Vec<u8>)> {
        let dir = tempfile::tempdir().expect("a folder");
        let to = PublishTo {
            base_url: "https://www.example.lg.jp/".to_owned(),
            serving: public::Serving::Answers,
            notice: None,
            contact: None,
            valid_for: 86_400_000,
            key: None,
        };
        let to_dir = dir.path().join("list");
        self.desk.city.export(&to_dir, &to).await.expect("exported");
        let (mut files, mut folders) = (Vec::new(), vec![to_dir]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("a file").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push((path.display().to_string(), std::fs::read(&path).expect("bytes")));
                }
            }
        }
        files
    }
}

/// Whether a route belongs to writing a policy.
fn is_writing(route: &Route) -> bool {
    ["{case}/policy", "{case}/preview"].iter().any(|room| route.path.contains(room))
}

pub fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A unit with a post and somebody in it, all called alike.
async fn found(desk: &Desk, name: &str) {
    let from = date(2026, 4, 1);
    let (unit, person) = (UnitId::from("s9"), PersonId::from("p9"));
    let position = Position {
        id: PositionId("p9-post".to_owned()),
        unit: unit.clone(),
        title: name.to_owned(),
        rank: "clerk".to_owned(),
        place: Place::Member,
        key: None,
    };
    let founded = OfficeChange::UnitFounded {
        unit,
        name: name.to_owned(),
        kana: "みほん".to_owned(),
        level: Level::Division,
        parent: Some(UnitId::from("d1")),
        key: None,
        from,
    };
    let changes = vec![
        founded,
        OfficeChange::PositionSet { position: position.clone() },
        OfficeChange::PersonNoted { person: person.clone() },
        OfficeChange::Assigned { person: person.clone(), position: position.id, from },
    ];
    let names = BTreeMap::from([(person, (name.to_owned(), String::new()))]);
    desk.city.change_office(changes, names).await.expect("the unit is founded");
}
