//! 合議: an account of several units has the yes of each unit's own head, one by one.
//!
//! Seen red when the yes of one head was taken for all of them.

use domain::act::ReturnCase;
use domain::case::Outcome;
use domain::entry::{Entry, Fact};
use domain::evidence::{Decision, Evidence};
use domain::guideline::{Guideline, Replies};
use domain::office::HolderKey;
use domain::refusal::RefusalKind;
use domain::task;

use crate::town::{City, Kind, SHARING, UNIT};
use crate::world::{OPENED, TODAY, World, case, opening};

const THIRD: &str = "商工課";

/// An opening of 観光課, 文化課 and 商工課, with its policy.
fn of_three(city: &City) -> World<'_> {
    let mut world = World::new(city, Replies::AsNeeded);
    let mut order = opening(case(), "account-1".into(), true);
    order.units = vec![UNIT.into(), SHARING.into(), THIRD.into()];
    world.open(&order, Kind::UnitStaff, OPENED).expect("three units with a theme");
    world.steps(&[("draft", Kind::UnitStaff)]);
    world
}

fn waits_for(world: &World<'_>, step: &str) -> Vec<String> {
    let procedure = world.city.guideline.procedure("opening").expect("the opening");
    let account = &world.register.accounts[world.case().account().expect("an account")];
    let guideline: &Guideline = &world.city.guideline;
    let tasks = task::tasks(world.case(), account.around(), procedure, guideline, |_, within, _| within.open_days);
    let found = tasks.into_iter().find(|task| task.step.id == step);
    found.map(|task| task.waits_for.into_iter().collect()).unwrap_or_default()
}

#[test]
fn each_sharing_units_own_head_says_yes_before_anything_is_decided() {
    let city = City::munakata();
    let mut world = of_three(&city);
    let head = |unit: &str| HolderKey::Head(unit.into()).to_string();
    let mut both = vec![head(SHARING), head(THIRD)];
    both.sort();
    assert_eq!(waits_for(&world, "consult"), both);
    world.steps(&[("consult", Kind::SharingHead)]);
    let early = world.step("decide", Kind::DepartmentHead).expect_err("商工課 has not said yes");
    assert_eq!(early.kind, RefusalKind::OutOfOrder);
    assert_eq!(waits_for(&world, "consult"), [head(THIRD)]);
    let again = world.step("consult", Kind::SharingHead).expect_err("文化課 has said yes");
    insta::assert_snapshot!(again.text(), @"
    「共同で運用する所属の合議」で、あなたの組織の長がすることは、すでに記録されています。（根拠：市の運用（共同で運用する所属の合意を残す。原文（M6(1)②）が求めるのはテーマ等を定めることだけ））
    次にすること：残っているのは「商工課」です。その組織の長に依頼してください。
    ");
    assert_eq!(world.rebuilt(), world.register, "what was recorded means the same when it is read anew");
    world.steps(&[("consult", Kind::OtherUnitHead), ("decide", Kind::DepartmentHead)]);
    let said: Vec<&str> = world.case().agreed["consult"].iter().map(|yes| yes.done.by.title.as_str()).collect();
    assert_eq!(said, ["文化課長", "商工課長"]);
    assert_eq!(world.rebuilt(), world.register);
}

#[test]
fn one_sharing_unit_needs_one_yes_and_its_entry_is_what_it_was() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, true);
    world.steps(&[("draft", Kind::UnitStaff)]);
    let decided = world.step("consult", Kind::SharingHead).expect("the one head");
    assert_eq!(decided.fact.version(), Ok(1));
    world.steps(&[("decide", Kind::DepartmentHead)]);
}

#[test]
fn a_new_version_or_a_return_takes_back_the_yes_that_was_said_to_the_former_one() {
    let city = City::munakata();
    let mut world = of_three(&city);
    world.steps(&[("consult", Kind::SharingHead)]);
    let mut redrafted = world.clone();
    redrafted.policy.purpose = Some("文化の行事を知らせる".to_owned());
    redrafted.steps(&[("draft", Kind::UnitStaff), ("consult", Kind::OtherUnitHead)]);
    redrafted.step("decide", Kind::DepartmentHead).expect_err("文化課 has not seen the new version");
    redrafted.steps(&[("consult", Kind::SharingHead), ("decide", Kind::DepartmentHead)]);

    let back = ReturnCase {
        case: case(),
        step: "consult".to_owned(),
        reasons: vec![("purpose".to_owned(), "目的を書き直してください".to_owned())],
        attachments: Vec::new(),
        seen: world.case().version,
    };
    world.send_back(&back, Kind::OtherUnitHead, TODAY).expect("商工課 says no");
    assert!(world.case().agreed.is_empty());
    assert_eq!(world.rebuilt(), world.register);
}

#[test]
fn a_yes_of_the_citys_own_system_is_recorded_for_the_unit_of_whoever_records_it() {
    let city = City::munakata();
    let mut world = of_three(&city);
    let mut order = world.order("consult");
    let number = Some("８文第３号".to_owned());
    order.evidence = Evidence::Decision(Decision { document_number: number, ..Decision::default() });
    world.act(&order, Kind::SharingStaff, TODAY).expect("文化課's staff record their head's yes");
    assert_eq!(world.case().agreed["consult"][0].done.by.title, "文化課長");
    assert_eq!(world.case().agreed["consult"][0].done.outcome, Outcome::Done);
}

/// A line as this form writes it, kept to the letter: what is read of it never changes.
#[test]
fn a_yes_of_one_of_several_units_is_read_as_it_was_written() {
    let line = include_str!("../../../../fixtures/entries/v3-agreed/one-of-two.json").trim_end();
    let entry = Entry::read(line.as_bytes()).expect("today's program reads it");
    assert_eq!(String::from_utf8(entry.bytes()).expect("UTF-8"), line);
    assert_eq!((entry.version, entry.fact.version()), (3, Ok(3)));
    let Fact::StepDone { agreed: Some(agreed), .. } = entry.fact else { panic!("whose yes it is") };
    assert_eq!((agreed.units, agreed.left), (vec![SHARING.into()], vec![THIRD.into()]));
}
