//! A backup is taken while people write, is restored on either engine and verifies; an old one is found out.

use std::collections::BTreeSet;
use std::sync::Arc;

use actions::{ActError, City};
use domain::case::Case;
use domain::evidence::Evidence;
use domain::id::{CaseId, MunicipalityCode};
use domain::ledger::{Checkpoint, Finding, Unexcluded, public_key};
use domain::network::Networks;
use store::StoreError;
use testkit::{Bench, Engine, Guide, RunningMachine, Town, draft};

const SEED: [u8; 32] = [9; 32];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_file_that_is_written_to_is_restored_in_a_file() {
    restored_elsewhere(Engine::File, Engine::File).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_file_that_is_written_to_is_restored_on_a_server() {
    restored_elsewhere(Engine::File, Engine::Server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_server_that_is_written_to_is_restored_on_a_server() {
    restored_elsewhere(Engine::Server, Engine::Server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_server_that_is_written_to_is_restored_in_a_file() {
    restored_elsewhere(Engine::Server, Engine::File).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_backup_of_a_file_is_found_out_by_a_checkpoint_kept_elsewhere() {
    old_one_is_found(Engine::File).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_backup_of_a_server_is_found_out_by_a_checkpoint_kept_elsewhere() {
    old_one_is_found(Engine::Server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_never_restored_over_a_register_that_is_in_use() {
    let town = Town::new(Guide::Notice, Engine::File).await.expect("a file always opens");
    let first = files(&town, 0).await;
    let backup = town.bench.dir.path().join("first.shirube");
    town.city.backup(&backup).await.expect("backed up");
    let refused = town.city.restore(&backup, &[]).await.expect_err("the register is in use");
    assert!(matches!(refused, ActError::Store(StoreError::NotEmpty { .. })), "{refused}");
    town.city.case(&CaseId::from(first.as_str())).await.expect("what was there is there");
    proven(&town.city).await;
}

/// Backs up in the middle of people's work and restores it in an empty place of an engine.
async fn restored_elsewhere(from: Engine, to: Engine) {
    let Some(town) = Town::new(Guide::Notice, from).await else { return };
    let Some(place) = Bench::new(to).await else { return };
    let town = Arc::new(town);
    let before = files(&town, 0).await;
    let busy = tokio::spawn({
        let town = town.clone();
        async move {
            let mut filed = Vec::new();
            for number in 1..32 {
                filed.push(files(&town, number).await);
            }
            filed
        }
    });
    // Taken when the work has begun and has not ended, so that it is cut out of the middle.
    while town.city.accounts(None, 10).await.expect("accounts").len() < 3 {
        tokio::task::yield_now().await;
    }
    let backup = town.bench.dir.path().join("backup.shirube");
    let recorded = town.city.backup(&backup).await.expect("backed up while somebody writes");
    assert!(!busy.is_finished(), "somebody is still writing: else nothing is shown by this");
    let filed = busy.await.expect("no writer fails");
    let copy = Town { city: city_in(&place), bench: place, machine: town.machine.clone(), guide: town.guide };
    let report = copy.city.restore(&backup, &[]).await.expect("restored");
    assert!(report.report.findings.is_empty() && report.contradictions.is_empty(), "{report:?}");
    assert!(report.report.size > recorded.seq, "the backup holds the entry that says it was made");
    assert_eq!(case(&copy, &before).await, case(&town, &before).await);
    let last = filed.last().expect("a case");
    assert!(copy.city.case(&CaseId::from(last.as_str())).await.is_err(), "what came later is not in it");
    proven(&copy.city).await;
    // The copy goes on where it was cut: its next number is one that it has not given yet.
    let given = numbers(&copy).await;
    let next = case(&copy, &files(&copy, 99).await).await.number.expect("a number");
    assert!(!given.contains(&next), "{next} was given before: {given:?}");
    proven(&copy.city).await;
    copy.bench.clear().await;
    Arc::into_inner(town).expect("nobody works any more").bench.clear().await;
}

/// An old copy passes by itself, and is found as soon as it is held against a later checkpoint.
async fn old_one_is_found(engine: Engine) {
    let Some(town) = Town::new(Guide::Notice, engine).await else { return };
    files(&town, 0).await;
    let old = town.bench.dir.path().join("old.shirube");
    town.city.backup(&old).await.expect("backed up");
    let earlier = note(&town.city).await;
    files(&town, 1).await;
    let later = note(&town.city).await;
    let place = Bench::new(engine).await.expect("as before");
    let copy = city_in(&place);
    let alone = copy.restore(&old, std::slice::from_ref(&earlier)).await.expect("restored");
    assert!(alone.report.findings.is_empty(), "it is whole up to its own day: {:?}", alone.report.findings);
    place.clear().await;
    let place = Bench::new(engine).await.expect("as before");
    let copy = city_in(&place);
    let held = copy.restore(&old, std::slice::from_ref(&later)).await.expect("restored");
    let shortened = Finding::Shortened { checkpoint: later.size(), read: earlier.size() };
    assert_eq!(held.report.findings, [shortened], "the copy is older than the checkpoint");
    place.clear().await;
    // Without a checkpoint nobody can see it, and the report says that it could not.
    let place = Bench::new(engine).await.expect("as before");
    let unseen = city_in(&place).restore(&old, &[]).await.expect("restored");
    assert!(unseen.report.findings.is_empty());
    assert!(unseen.report.could_not_exclude.contains(&Unexcluded::OldCopy), "what could not be excluded is said");
    place.clear().await;
    town.bench.clear().await;
}

/// A filing that was received, by its case.
async fn files(town: &Town, number: usize) -> String {
    let case = town.opens("s1-staff").await.case.expect("a case");
    let policy = draft(town.guide, &format!("mihon_{number:03}"));
    town.drafts(&case, "s1-staff", policy).await.expect("drafted");
    town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
    town.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
    case
}

async fn case(town: &Town, id: &str) -> Case {
    town.city.case(&CaseId::from(id)).await.expect("the case").case
}

async fn numbers(town: &Town) -> BTreeSet<String> {
    let cases = town.city.cases(None, 500).await.expect("cases");
    cases.into_iter().filter_map(|case| case.number).collect()
}

/// The municipality in another place; its entries get ids that no other entry has.
fn city_in(bench: &Bench) -> City {
    let code = MunicipalityCode::from(Guide::Notice.code());
    let networks = Arc::new(Networks::standard().expect("the networks are readable"));
    City::of(&bench.store, &code, networks, Arc::new(RunningMachine::new()))
}

/// The signed checkpoint, as somebody outside keeps it and reads it again.
async fn note(city: &City) -> Checkpoint {
    let note = city.checkpoint(&SEED).await.expect("signed");
    Checkpoint::open(&note, &public_key(&SEED)).expect("our own signature")
}

/// The ledger verifies, and the views equal their rebuild.
async fn proven(city: &City) {
    let report = city.verify_ledger(&[]).await.expect("a report");
    assert!(report.report.findings.is_empty(), "{:?}", report.report.findings);
    assert!(report.contradictions.is_empty(), "{:?}", report.contradictions);
    let rebuilt = city.rebuild().await.expect("a rebuild");
    assert!(rebuilt.differences.is_empty(), "{:?}", rebuilt.differences);
}
