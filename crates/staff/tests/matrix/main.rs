//! Who may do what: every route × every actor × everything that can be asked for, against an oracle that stands apart.

mod actors;
mod canary;
#[path = "../it/desk.rs"]
#[expect(dead_code, reason = "the desk serves the stories as well")]
mod desk;
mod offers;
mod oracle;
mod requests;
mod town;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex};

use actions::PublishTo;
use axum::http::StatusCode;
use staff::{House, ROUTES, Verb};
use testkit::Guide;
use url::Url;

use actors::Actor;
use canary::Aviary;
use desk::Got;
use oracle::{Oracle, Verdict};
use requests::{Asked, Fields, Places};
use town::Seeded;

/// What came of the run through one town.
#[derive(Default)]
struct Tally {
    requests: usize,
    wrong: Vec<String>,
    by_verdict: BTreeMap<Verdict, usize>,
    not_there: usize,
}

/// Everything that is logged while the test runs.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn listen() -> Self {
        let log = Self::default();
        let writer = log.clone();
        // The engine's own lines tell its statements, which never hold a value.
        let filter = tracing_subscriber::EnvFilter::new("debug,sqlx=warn");
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || writer.clone()).init();
        log
    }

    fn taken(&self) -> Vec<u8> {
        self.0.lock().expect("a log").clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What a caller was told of what is not there: status, headers, body.
type Told = (StatusCode, Vec<(String, Vec<u8>)>, Vec<u8>);

#[test]
fn the_sheet_names_every_route_and_no_other() {
    let oracle = Oracle::read();
    let served: BTreeSet<String> = routes().collect();
    let named: BTreeSet<String> = oracle.routes().map(str::to_owned).collect();
    assert_eq!(served.difference(&named).collect::<Vec<_>>(), Vec::<&String>::new(), "routes that the sheet lacks");
    assert_eq!(named.difference(&served).collect::<Vec<_>>(), Vec::<&String>::new(), "lines without a route");
}

#[tokio::test]
async fn every_route_answers_every_actor_as_the_sheet_says_and_lets_no_private_word_out() {
    let log = Log::listen();
    tracing::warn!("the log is heard");
    let oracle = Oracle::read();
    let mut birds = Aviary::default();
    let origin = Url::parse("http://localhost:8081/").expect("an address");
    let house = Arc::new(House::new(origin));
    let notice = Seeded::make(&house, Guide::Notice, &mut birds).await;
    let decision = Seeded::make(&house, Guide::Decision, &mut birds).await;
    let committee = Seeded::make(&house, Guide::Committee, &mut birds).await;
    let (mut made, mut derived) = (0, 0);
    let mut wrong = Vec::new();
    let here = Actor::all(&notice, &decision, &mut birds).await;
    let there = Actor::all(&decision, &notice, &mut birds).await;
    let third = Actor::all(&committee, &notice, &mut birds).await;
    let towns = [(&notice, &decision, here), (&decision, &notice, there), (&committee, &notice, third)];
    for (home, other, mut actors) in towns {
        let known: BTreeSet<&str> = actors.iter().map(|actor| actor.name).collect();
        assert_eq!(known, oracle.actors().collect(), "the actors of the sheet");
        let places = Places::of(home, other).await;
        let tally = run(&oracle, home, &places, &mut actors, &birds).await;
        let ways = |route: &str| places.fill(route).len() * places.forms(route).len();
        let all: usize = routes().chain(oracle.asked().map(str::to_owned)).map(|route| ways(&route)).sum();
        println!(
            "{:?}: {} routes and {} asked beside the path, {} ways to ask × {} actors = {} requests; {:?}, {} not there",
            home.guide,
            ROUTES.len(),
            oracle.asked().count(),
            all,
            actors.len(),
            tally.requests,
            tally.by_verdict,
            tally.not_there,
        );
        made += tally.requests;
        derived += all * actors.len();
        wrong.extend(tally.wrong);
    }
    let (silent, inside) = (birds.silent(), birds.inside());
    println!("{made} requests, {} canaries; inside files that were answered they stood in {inside:?}", birds.len());
    for home in [&notice, &decision, &committee] {
        wrong.extend(outside(home, &birds).await);
    }
    let lines = log.taken();
    wrong.extend(birds.escaped(&lines).into_iter().map(|field| format!("the log tells {field}")));
    assert!(
        String::from_utf8_lossy(&lines).contains("the log is heard"),
        "nothing is logged: the search proves nothing"
    );
    for part in ["word/", "xl/"] {
        assert!(inside.iter().any(|file| file.starts_with(part)), "no {part} was looked into: {inside:?}");
    }
    assert_eq!(made, derived, "the full product");
    assert!(wrong.is_empty(), "{} mismatches:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
    assert!(silent.is_empty(), "{} that nobody was shown prove nothing:\n{}", silent.len(), silent.join("\n"));
}

/// What leaves a town beside its answers: the public files and the words of notices.
async fn outside(home: &Seeded, birds: &Aviary) -> Vec<String> {
    let city = &home.desk.city;
    let dir = home.desk.town.bench.dir.path().join("public");
    let to = PublishTo {
        base_url: "https://www.example.lg.jp/".to_owned(),
        serving: public::Serving::FilesOnly,
        notice: None,
        contact: None,
        valid_for: 3_600_000,
        key: Some(desk::SEED),
    };
    city.export(&dir, &to).await.expect("exported");
    let (mut escaped, mut shown) = (Vec::new(), 0);
    let mut folders = vec![dir];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            shown += birds.public(&bytes);
            let told = birds.escaped(&bytes).into_iter();
            escaped.extend(told.map(|field| format!("the public file {} tells {field}", path.display())));
        }
    }
    assert!(shown > 1, "the list shows nothing: the search proves nothing");
    let office = city.office().await.expect("an office");
    let mut told = 0;
    for person in office.people.keys() {
        for notice in city.notices_of(person, None, 50).await.expect("asked").rows {
            told += 1;
            let fields = birds.escaped(notice.text.as_bytes()).into_iter();
            escaped.extend(fields.map(|field| format!("the notice 「{}」 tells {field}", notice.text)));
        }
    }
    assert!(told > 1, "nobody is told anything: the search proves nothing");
    escaped
}

/// Every route of the router, as `GET /{town}/…`.
fn routes() -> impl Iterator<Item = String> {
    ROUTES.iter().map(|route| {
        let verb = if route.verb == Verb::Get { "GET" } else { "POST" };
        format!("{verb} {}", route.path)
    })
}

async fn run(oracle: &Oracle, home: &Seeded, places: &Places, actors: &mut [Actor], birds: &Aviary) -> Tally {
    let mut tally = Tally::default();
    let asked: Vec<String> = routes().chain(oracle.asked().map(str::to_owned)).collect();
    for route in &asked {
        let forms = places.forms(route);
        let fillings = places.fill(route);
        for actor in actors.iter_mut() {
            let mut of_nothing: BTreeMap<usize, Told> = BTreeMap::new();
            let before = home.last_entry().await;
            let mut denied_all = true;
            for asked in &fillings {
                for (which, fields) in forms.iter().enumerate() {
                    if ends_sessions(route) {
                        actor.renew(home).await;
                    }
                    let got = send(actor, asked, fields.as_ref()).await;
                    tally.requests += 1;
                    let wanted = oracle.verdict(home.guide, route, actor.name, asked.whose, asked.listed);
                    denied_all &= wanted != Verdict::Open;
                    let line = oracle.line(route);
                    let empty = fields.as_ref().is_some_and(Vec::is_empty) && line.empty.is_some();
                    let there = asked.there && !empty && line.here.is_none();
                    *tally.by_verdict.entry(wanted).or_default() += 1;
                    tally.not_there += usize::from(wanted == Verdict::Open && !there);
                    let wanted_now = if wanted == Verdict::Open && !there { Verdict::Hidden } else { wanted };
                    let told = read(places.code(), &got);
                    let what = || {
                        let form = if which == 0 { "" } else { ", filled in" };
                        format!("{:?} {} {route} [{} {:?}]{form}", home.guide, actor.name, asked.path, asked.state)
                    };
                    if told != Ok(wanted_now) {
                        tally.wrong.push(format!("{}: {told:?} ({}), not {wanted_now:?}", what(), got.status));
                    }
                    if wanted == Verdict::Hidden {
                        let told = whole(&got);
                        let nothing = of_nothing.entry(which).or_insert_with(|| told.clone());
                        if *nothing != told {
                            tally.wrong.push(format!("{}: unlike what is not there", what()));
                        }
                    }
                    for bytes in [&got.body, &headers(&got)] {
                        for leak in birds.leaks(oracle, home.guide, actor.name, bytes) {
                            tally.wrong.push(format!("{}: shows {leak}", what()));
                        }
                    }
                }
            }
            if denied_all && home.last_entry().await != before {
                tally.wrong.push(format!("{} {route}: denied, and yet an entry", actor.name));
            }
            if ends_sessions(route) {
                actor.renew(home).await;
            }
        }
    }
    tally
}

/// Whether a route may end the session that asks.
fn ends_sessions(route: &str) -> bool {
    route.starts_with("POST") && (route.contains("/me/") || route.contains("/sign-out") || route.contains("/join/"))
}

async fn send(actor: &Actor, asked: &Asked, fields: Option<&Fields>) -> Got {
    let Some(fields) = fields else { return actor.client.get(&asked.path).await };
    let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    pairs.extend(query.split_once('='));
    actor.client.post(path, &pairs).await
}

/// What an answer says; an error of the machine is no answer.
fn read(code: &str, got: &Got) -> Result<Verdict, StatusCode> {
    let to_sign_in = got.location().starts_with(&format!("/{code}/sign-in?next="));
    match got.status {
        StatusCode::UNAUTHORIZED => Ok(Verdict::SignIn),
        StatusCode::SEE_OTHER if to_sign_in => Ok(Verdict::SignIn),
        StatusCode::FORBIDDEN => Ok(Verdict::Forbidden),
        StatusCode::NOT_FOUND => Ok(Verdict::Hidden),
        // The sample town has nobody who prints, and says so.
        StatusCode::SERVICE_UNAVAILABLE => Ok(Verdict::Open),
        status if status.is_server_error() => Err(status),
        StatusCode::METHOD_NOT_ALLOWED => Err(got.status),
        _ => Ok(Verdict::Open),
    }
}

fn whole(got: &Got) -> Told {
    let headers = got.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    (got.status, headers.collect(), got.body.clone())
}

fn headers(got: &Got) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in &got.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(value.as_bytes());
    }
    bytes
}
