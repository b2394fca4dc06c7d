//! Two officers receive the same filing at the same moment: one number, one success, one clear answer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use actions::{ActError, City, Recorded, Stepping};
use domain::evidence::Evidence;
use domain::id::{CaseId, MunicipalityCode};
use domain::network::Networks;
use domain::refusal::RefusalKind;
use testkit::{Bench, Engine, Guide, Town, draft, on, who};
use tokio::sync::Barrier;

/// A town is replaced by a new one after so many filings, because opening a case looks at all accounts of its unit.
const FILINGS_OF_A_TOWN: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_officers_gets_the_number_in_a_file() {
    race(Engine::File, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_officers_gets_the_number_on_a_server() {
    race(Engine::Server, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: scripts/soak runs it"]
async fn one_of_two_officers_gets_the_number_a_thousand_times_in_a_file() {
    race(Engine::File, 1000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: scripts/soak runs it"]
async fn one_of_two_officers_gets_the_number_a_thousand_times_on_a_server() {
    race(Engine::Server, 1000).await;
}

async fn race(engine: Engine, filings: usize) {
    let began = Instant::now();
    let mut done = 0;
    let mut first_won = 0;
    while done < filings {
        let Some(town) = Town::new(Guide::Notice, engine).await else { return };
        let rounds = FILINGS_OF_A_TOWN.min(filings - done);
        first_won += of_one_town(&town, rounds).await;
        done += rounds;
        town.bench.clear().await;
    }
    println!(
        "{done} filings received twice at once on {engine:?}; the first officer won {first_won}; {} s",
        began.elapsed().as_secs()
    );
}

/// Races the filings of one town and tells how often the first officer won.
async fn of_one_town(town: &Town, rounds: usize) -> usize {
    // Each officer's city stands on a store that was opened for itself, as in two processes.
    let first = another_process(town).await;
    let second = another_process(town).await;
    let mut numbers = BTreeSet::new();
    let mut first_won = 0;
    for round in 0..rounds {
        let case = filed(town, round).await;
        let seen = first.city.case(&CaseId::from(case.as_str())).await.expect("the case").case.version;
        let order = Stepping { seen: Some(seen), ..on(&case, "receive", Evidence::Receipt) };
        let barrier = Arc::new(Barrier::new(2));
        let one = tokio::spawn(receive(first.city.clone(), order.clone(), "s3-staff", barrier.clone()));
        let two = tokio::spawn(receive(second.city.clone(), order, "s3-head", barrier));
        let (one, two) = (one.await.expect("an answer"), two.await.expect("an answer"));
        first_won += usize::from(one.is_ok());
        let number = match (one, two) {
            (Ok(won), Err(refused)) | (Err(refused), Ok(won)) => {
                clear(&refused);
                won.number.expect("whoever receives a filing is told its number")
            }
            (one, two) => panic!("filing {round}: one of the two has to win: {one:?} / {two:?}"),
        };
        assert!(numbers.insert(number.clone()), "{number} was given twice");
        let stands = town.city.case(&CaseId::from(case.as_str())).await.expect("the case").case;
        assert_eq!(stands.number.as_deref(), Some(number.as_str()), "the answer is what stands");
    }
    assert_eq!(numbers.len(), rounds);
    first.store.close().await;
    second.store.close().await;
    proven(town).await;
    first_won
}

/// What another process on the same database holds.
struct Desk {
    store: store::Store,
    city: City,
}

async fn another_process(town: &Town) -> Desk {
    let store = Bench::open(&town.bench.place).await;
    let code = MunicipalityCode::from(town.guide.code());
    let networks = Arc::new(Networks::standard().expect("the networks are readable"));
    let city = City::of(&store, &code, networks, town.machine.clone());
    Desk { store, city }
}

async fn receive(
    city: City,
    order: Stepping,
    person: &'static str,
    barrier: Arc<Barrier>,
) -> Result<Recorded, ActError> {
    barrier.wait().await;
    city.step(&order, &who(person), None).await
}

async fn filed(town: &Town, round: usize) -> String {
    let case = town.opens("s1-staff").await.case.expect("a case");
    let policy = draft(town.guide, &format!("mihon_{round:04}"));
    town.drafts(&case, "s1-staff", policy).await.expect("drafted");
    town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
    case
}

/// Whoever was slower reads what happened and what to do next, and no error of the machine.
fn clear(refused: &ActError) {
    let ActError::Refused(refusal) = refused else { panic!("a refusal, and no error of the machine: {refused}") };
    assert!(matches!(refusal.kind, RefusalKind::AlreadyDone | RefusalKind::Stale), "{refusal:?}");
    assert!(refusal.what.ends_with('。') && refusal.next.ends_with('。'), "{}", refusal.text());
}

/// The ledger verifies, and the views equal their rebuild.
async fn proven(town: &Town) {
    let report = town.city.verify_ledger(&[]).await.expect("a report");
    assert!(report.report.findings.is_empty(), "{:?}", report.report.findings);
    assert!(report.contradictions.is_empty(), "{:?}", report.contradictions);
    let rebuilt = town.city.rebuild().await.expect("a rebuild");
    assert!(rebuilt.differences.is_empty(), "{:?}", rebuilt.differences);
}
