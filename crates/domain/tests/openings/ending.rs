//! When a case is complete: never by what might as well have been left, save a ruling by its ruling.
//!
//! Seen red when every case ended as soon as nothing needed was open: a takeover of which nothing is needed ended by the
//! central office's warning alone.

use domain::act::DoStep;
use domain::case::{CaseState, Outcome};
use domain::evidence::{Evidence, EvidenceKind};
use domain::guideline::{Purpose, Step};
use domain::office::Around;
use domain::task;

use crate::owners::{account, opened_by_owner, town, without_order};
use crate::town::{City, KINDS, Kind};
use crate::world::{TODAY, World, case};

/// A case of a procedure about a known account.
pub fn begun<'c>(city: &'c City, procedure: &str) -> World<'c> {
    let procedure = city.guideline.procedure(procedure).expect("the procedure");
    let mut world = town(city, procedure, false);
    let opened = opened_by_owner(&world, procedure);
    world.record(&opened);
    world
}

fn order(world: &World<'_>, step: &Step, outcome: Outcome) -> DoStep {
    let evidence = match step.kind.evidence() {
        EvidenceKind::Record if outcome == Outcome::Done => {
            Evidence::Record { place: Some("広報室".to_owned()), number: None }
        }
        EvidenceKind::Stop => Evidence::Stop { last_day: TODAY },
        EvidenceKind::Decision | EvidenceKind::Listing | EvidenceKind::Filing => world.order(&step.id).evidence,
        _ => Evidence::Plain,
    };
    DoStep { outcome, evidence, note: Some("検討の結果".to_owned()), ..world.order(&step.id) }
}

/// Does a step by whoever may; whether anybody may.
pub fn done(world: &mut World<'_>, step: &Step, outcome: Outcome) -> bool {
    let order = order(world, step, outcome);
    KINDS.into_iter().any(|kind| world.act(&order, kind, TODAY).is_ok())
}

fn is_open(world: &World<'_>) -> bool {
    world.case().state == CaseState::Open
}

#[test]
fn no_case_of_any_procedure_ends_by_optional_steps_alone() {
    for mut city in [City::tottori(), City::munakata()] {
        city.guideline = without_order(&city.guideline);
        for procedure in city.guideline.procedures.iter().filter(|p| p.purpose != Purpose::Ruling) {
            for outcome in [Outcome::Done, Outcome::NotNeeded] {
                let mut world = begun(&city, &procedure.id);
                for step in procedure.steps.iter().filter(|step| !step.strength.is_needed()) {
                    let did = done(&mut world, step, outcome) || done(&mut world, step, Outcome::NotNeeded);
                    assert!(did, "{} {}: nobody does it", procedure.id, step.id);
                    assert!(is_open(&world), "{} ends by {} ({outcome:?})", procedure.id, step.id);
                }
            }
        }
    }
}

#[test]
fn a_takeover_that_the_central_office_warns_of_still_waits_for_the_unit() {
    let city = City::tottori();
    let mut world = begun(&city, "takeover");
    let procedure = city.guideline.procedure("takeover").expect("the takeover");
    let warn = order(&world, procedure.step("warn").expect("the warning"), Outcome::Done);
    world.act(&warn, Kind::CentralStaff, TODAY).expect("the central office warns");
    assert!(is_open(&world));
    let around: Around<'_> = world.register.accounts[&account()].around();
    let waiting = task::tasks(world.case(), around, procedure, &city.guideline, |_, within, _| within.open_days);
    let waiting: Vec<&str> = waiting.iter().map(|task| task.step.id.as_str()).collect();
    assert_eq!(waiting, ["change_credential", "delete_unknown_posts", "report_central_staff"]);
    world.withdraw(&case(), Kind::UnitStaff, TODAY).expect("what was a false alarm can be withdrawn");
}

#[test]
fn a_ruling_ends_by_its_ruling() {
    let city = City::tottori();
    let mut world = begun(&city, "ruling");
    let rule = city.guideline.procedure("ruling").and_then(|p| p.step("rule")).expect("the ruling");
    assert!(done(&mut world, rule, Outcome::Done));
    assert!(matches!(world.case().state, CaseState::Completed { .. }));
}

#[test]
fn what_was_begun_is_gone_through_before_the_case_ends() {
    let city = City::tottori();
    let mut world = begun(&city, "flaming");
    let procedure = city.guideline.procedure("flaming").expect("the procedure");
    let step = |id: &str| procedure.step(id).expect("the step");
    assert!(done(&mut world, step("correct"), Outcome::Done));
    assert!(done(&mut world, step("stay_calm"), Outcome::Done));
    assert!(is_open(&world), "a correction was made, and whether to delete is still to be considered");
    assert!(done(&mut world, step("consider_deletion"), Outcome::NotNeeded));
    assert!(matches!(world.case().state, CaseState::Completed { .. }));
}

#[test]
fn a_closing_ends_with_the_list_and_goes_on_offering_the_deletion() {
    let city = City::tottori();
    let mut world = begun(&city, "closing");
    let procedure = city.guideline.procedure("closing").expect("the closing");
    for id in ["stop", "file", "delist"] {
        assert!(is_open(&world), "{id} is needed");
        assert!(done(&mut world, procedure.step(id).expect("the step"), Outcome::Done), "{id}");
    }
    assert!(matches!(world.case().state, CaseState::Completed { .. }));
    let offered: Vec<&str> =
        world.case().open_steps(procedure, &city.guideline).iter().map(|step| step.id.as_str()).collect();
    assert_eq!(offered, ["delete_account"]);
}
