//! A process is killed in the middle of its work, again and again: what it acknowledged is there, and all is whole.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use actions::{City, FixedMachine, Recorded};
use domain::entry::Entry;
use domain::id::MunicipalityCode;
use domain::network::Networks;
use store::{Place, Read, Store};
use testkit::{Bench, Engine, Guide, MORNING, RunningMachine, Town};

/// The views are rebuilt and compared after so many kills, and after the last one.
const REBUILD_EVERY: usize = 10;

#[tokio::test]
async fn a_killed_process_loses_nothing_that_it_acknowledged_in_a_file() {
    kills(Engine::File, 20).await;
}

#[tokio::test]
async fn a_killed_process_loses_nothing_that_it_acknowledged_on_a_server() {
    kills(Engine::Server, 20).await;
}

#[tokio::test]
#[ignore = "takes minutes: scripts/soak runs it"]
async fn two_hundred_killed_processes_lose_nothing_that_they_acknowledged_in_a_file() {
    kills(Engine::File, 200).await;
}

#[tokio::test]
#[ignore = "takes minutes: scripts/soak runs it"]
async fn two_hundred_killed_processes_lose_nothing_that_they_acknowledged_on_a_server() {
    kills(Engine::Server, 200).await;
}

/// An act as the killed process told of it.
struct Acknowledged {
    key: String,
    recorded: Recorded,
}

async fn kills(engine: Engine, cycles: usize) {
    let Some(bench) = Bench::new(engine).await else { return };
    Town::found(&bench, Guide::Notice, Arc::new(FixedMachine::at(MORNING))).await;
    // Nobody holds the database open while the clerk works, so the next one to open it is the one that recovers.
    bench.store.close().await;
    let mut chance = seed();
    println!("SHIRUBE_SEED={chance}");
    let began = Instant::now();
    let mut told = Vec::new();
    for cycle in 0..cycles {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wait = Duration::from_millis(20 + (chance >> 33) % 231);
        let acknowledged = works_until_killed(&bench.place, &format!("k{cycle:03}"), wait);
        assert!(!acknowledged.is_empty(), "the clerk did something before it was killed");
        let store = Bench::open(&bench.place).await;
        are_kept(&store, &acknowledged).await;
        is_whole(&store, cycle % REBUILD_EVERY == REBUILD_EVERY - 1).await;
        store.close().await;
        told.extend(acknowledged);
    }
    let store = Bench::open(&bench.place).await;
    are_kept(&store, &told).await;
    is_whole(&store, true).await;
    store.close().await;
    let numbers: Vec<&String> = told.iter().filter_map(|a| a.recorded.number.as_ref()).collect();
    let different: BTreeSet<_> = numbers.iter().collect();
    assert_eq!(numbers.len(), different.len(), "no number is given twice");
    println!(
        "{cycles} kills on {engine:?}: {} acts acknowledged, {} numbers; {} s",
        told.len(),
        numbers.len(),
        began.elapsed().as_secs()
    );
    let bench = Bench { store: Bench::open(&bench.place).await, ..bench };
    bench.clear().await;
}

/// Starts a clerk, lets it acknowledge something, kills it after a while, and tells what it acknowledged.
fn works_until_killed(place: &Place, name: &str, wait: Duration) -> Vec<Acknowledged> {
    let mut clerk = Command::new(env!("CARGO_BIN_EXE_clerk"));
    clerk.arg(name).stdout(Stdio::piped());
    match place {
        Place::File(path) => clerk.arg("file").arg(path),
        Place::Postgres { url, schema } => clerk.args(["postgres", url, schema.as_deref().expect("a schema")]),
    };
    let mut clerk = clerk.spawn().expect("the clerk starts");
    let mut out = BufReader::new(clerk.stdout.take().expect("its words"));
    let mut first = String::new();
    out.read_line(&mut first).expect("the first acknowledgement");
    let rest = std::thread::spawn(move || {
        let mut lines = vec![first];
        loop {
            let mut line = String::new();
            match out.read_line(&mut line) {
                Ok(0) | Err(_) => return lines,
                Ok(_) => lines.push(line),
            }
        }
    });
    std::thread::sleep(wait);
    assert!(clerk.try_wait().expect("a state").is_none(), "the clerk works until it is killed");
    // SIGKILL: nothing of the process runs any more, not even its destructors.
    clerk.kill().expect("killed");
    clerk.wait().expect("gone");
    let lines = rest.join().expect("its words");
    // A line without its end was not said to the end, so nobody could rely on it.
    lines.iter().filter_map(|line| line.strip_suffix('\n')).map(read).collect()
}

fn read(line: &str) -> Acknowledged {
    let (key, answer) = line.split_once('\t').expect("key and answer");
    Acknowledged { key: key.to_owned(), recorded: serde_json::from_str(answer).expect("an answer") }
}

/// Every acknowledged act is in the ledger, at its place, and asked again it is answered the same.
async fn are_kept(store: &Store, acknowledged: &[Acknowledged]) {
    let mut reading = store.of(&MunicipalityCode::from(Guide::Notice.code())).reading().await.expect("a reading");
    for Acknowledged { key, recorded } in acknowledged {
        let row = reading.entry(recorded.seq).await.expect("read");
        let row = row.unwrap_or_else(|| panic!("{key} was acknowledged as entry {} and is lost", recorded.seq));
        let entry = Entry::read(&row.entry.bytes).expect("an entry");
        assert_eq!((entry.seq, entry.recorded_at), (recorded.seq, recorded.recorded_at), "{key}");
        assert_eq!(entry.fact.kind(), recorded.kind, "{key}");
        let remembered = reading.remembered(key).await.expect("read").expect("the act is remembered by its key");
        let answer: Recorded = serde_json::from_str(&remembered.answer).expect("an answer");
        assert_eq!(&answer, recorded, "{key}");
    }
}

/// The ledger verifies and, where asked, the views equal their rebuild.
async fn is_whole(store: &Store, rebuild: bool) {
    let code = MunicipalityCode::from(Guide::Notice.code());
    let networks = Arc::new(Networks::standard().expect("the networks are readable"));
    let city = City::of(store, &code, networks, Arc::new(RunningMachine::new()));
    let report = city.verify_ledger(&[]).await.expect("a report");
    assert!(report.report.findings.is_empty(), "{:?}", report.report.findings);
    assert!(report.contradictions.is_empty(), "{:?}", report.contradictions);
    if rebuild {
        let report = city.rebuild().await.expect("a rebuild");
        assert!(report.differences.is_empty(), "{:?}", report.differences);
    }
}

fn seed() -> u64 {
    let given = std::env::var("SHIRUBE_SEED").ok().and_then(|seed| seed.parse().ok());
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    given.unwrap_or_else(|| u64::try_from(since.as_micros()).unwrap_or_default())
}
