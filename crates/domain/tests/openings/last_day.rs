//! A use that is to end on a day to come: the last day governs what is done, by when, and what is told.
//!
//! Seen red when the day on which the end was recorded counted: due three days after the filing, off the list at once.

use domain::act::DoStep;
use domain::evidence::Evidence;
use domain::guideline::{After, Step, Within};
use domain::refusal::RefusalKind;
use domain::register::Register;
use domain::task;
use jiff::civil::{Date, date};

use crate::ending::begun;
use crate::town::{City, Kind};
use crate::world::{TODAY, World};

const LAST: Date = date(2026, 4, 30);

fn stop(world: &World<'_>, last_day: Date) -> DoStep {
    DoStep { evidence: Evidence::Stop { last_day }, ..world.order("stop") }
}

fn due(world: &World<'_>, step: &str) -> Option<(Date, Date)> {
    let procedure = world.city.guideline.procedure(&world.case().procedure).expect("the procedure");
    let step = procedure.step(step).expect("the step");
    let interval = |_: &Step, within: &Within, _: Date| within.open_days;
    task::due(step, world.case(), &interval).map(|due| (due.counted_from, due.day))
}

#[test]
fn what_ends_an_account_is_due_after_its_last_day_and_refused_before_it() {
    let city = City::tottori();
    for procedure in ["suspension", "closing"] {
        let mut world = begun(&city, procedure);
        world.act(&stop(&world, LAST), Kind::UnitHead, TODAY).expect("a day to come is stated");
        world.step("file", Kind::UnitHead).expect("and filed");
        assert_eq!(due(&world, "delist"), Some((LAST, date(2026, 5, 8))), "three open days, with the holidays between");
        let early = world.step("delist", Kind::CentralStaff).expect_err("it is in use");
        assert_eq!(early.kind, RefusalKind::WrongDate);
        if procedure == "suspension" {
            insta::assert_snapshot!(early.text(), @"
            利用の最後の日は令和8年4月30日です。「一覧からの削除」は、その日より前（令和8年4月15日）には行えません。（根拠：T6）
            次にすること：最後の日になってから行ってください。早めるときは、案件を取り下げ、新しい最後の日で始め直してください。
            ");
        }
        world.today = LAST;
        world.step("delist", Kind::CentralStaff).expect("the day has come");
        assert!(!world.register.accounts[&crate::owners::account()].is_official());
    }
}

#[test]
fn a_last_day_that_is_over_changes_no_period() {
    let city = City::tottori();
    let mut world = begun(&city, "suspension");
    world.act(&stop(&world, date(2026, 4, 10)), Kind::UnitHead, TODAY).expect("it stopped before");
    world.step("file", Kind::UnitHead).expect("it is filed");
    assert_eq!(due(&world, "delist").map(|(from, _)| from), Some(TODAY));
    world.step("delist", Kind::CentralStaff).expect("at once");
}

#[test]
fn a_period_that_begins_with_the_end_of_use_begins_on_the_last_day() {
    let mut city = City::tottori();
    let steps = city.guideline.procedures.iter_mut().filter(|p| p.id == "suspension").flat_map(|p| &mut p.steps);
    let mut steps: Vec<&mut Step> = steps.collect();
    let within = steps.iter().find_map(|step| step.within.clone()).expect("a period");
    let file = steps.iter_mut().find(|step| step.id == "file").expect("the filing");
    file.within = Some(Within { from: "stop".to_owned(), ..within });
    let mut world = begun(&city, "suspension");
    world.act(&stop(&world, LAST), Kind::UnitHead, TODAY).expect("a day to come is stated");
    assert_eq!(due(&world, "file").map(|(from, _)| from), Some(LAST));
}

#[test]
fn what_is_off_the_list_is_not_said_to_be_in_use_until_later() {
    let city = said_afterwards(City::tottori());
    let mut world = begun(&city, "closing");
    world.step("file", Kind::UnitHead).expect("the filing comes first");
    world.step("delist", Kind::CentralStaff).expect("it is off the list");
    let refusal = world.desk().do_step(&stop(&world, LAST), &crate::world::by(Kind::UnitHead, TODAY));
    assert_eq!(refusal.expect_err("it cannot be in use").kind, RefusalKind::WrongDate);
    world.act(&stop(&world, TODAY), Kind::UnitHead, TODAY).expect("what is over is recorded");
}

#[test]
fn an_end_to_come_is_told_as_one_to_come() {
    let city = City::tottori();
    let mut world = begun(&city, "suspension");
    let decided = world.act(&stop(&world, LAST), Kind::UnitHead, TODAY).expect("recorded");
    let told = told(&world.register, &city, &decided);
    insta::assert_snapshot!(told, @"令和8年4月15日、観光課長（職員番号1003）が、案件case-1の「ＳＮＳの利用の休止」の予定を記録しました（T6）。最後の利用日は令和8年4月30日です。");
}

/// A guideline by which the last day is said once the account is off the list.
fn said_afterwards(mut city: City) -> City {
    for step in city.guideline.procedures.iter_mut().filter(|p| p.id == "closing").flat_map(|p| &mut p.steps) {
        if step.id == "stop" {
            step.after.push(After { step: "delist".to_owned(), basis: step.basis.clone() });
        }
    }
    city
}

fn told(register: &Register, city: &City, decided: &domain::entry::Decided) -> String {
    use domain::tell::{Names, tell};
    let entry = domain::entry::Entry {
        version: decided.fact.version().expect("a form"),
        municipality: "312011".into(),
        seq: 1,
        id: "entry-1".to_owned(),
        recorded_at: 0,
        effective_on: decided.effective_on,
        actor: decided.actor.clone(),
        guideline: None,
        basis: decided.basis.as_ref().map(domain::guideline::Basis::shown),
        private: None,
        fact: decided.fact.clone(),
    };
    let names = Names {
        guideline: Some(&city.guideline),
        office: Some(&register.office),
        cases: Some(&register.cases),
        ..Names::default()
    };
    tell(&entry, &decided.private, &names).to_string()
}

// Red when an account was deleted though nobody had said when its use ended, and a day to come was stated afterwards.
#[test]
fn an_account_is_not_deleted_before_the_end_of_its_use_is_recorded() {
    let city = said_afterwards(City::tottori());
    let mut world = begun(&city, "closing");
    world.step("file", Kind::UnitHead).expect("the filing comes first");
    world.step("delist", Kind::CentralStaff).expect("it is taken off the list");
    let early = world.step("delete_account", Kind::UnitHead).expect_err("its last day is not recorded");
    insta::assert_snapshot!(early.text(), @"
    利用の最後の日がまだ記録されていないため、「アカウントの削除」に進めません。（根拠：T6）
    次にすること：先に「ＳＮＳの利用の廃止」を済ませてください。
    ");
    world.act(&stop(&world, LAST), Kind::UnitHead, TODAY).expect_err("it is off the list already");
    world.act(&stop(&world, TODAY), Kind::UnitHead, TODAY).expect("today is the last day");
    world.step("delete_account", Kind::UnitHead).expect("then it is deleted");
}
