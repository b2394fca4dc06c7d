//! Whoever holds a position acts as its holder: 代決 is what somebody else does for them.
//!
//! Seen red when a person entered as the deputy of their own position stood there twice, and decided as whichever was typed.

use domain::act::DoStep;
use domain::entry::{Decided, Fact};
use domain::evidence::{Decision, DecisionKind, Evidence};
use domain::guideline::{Holder, Replies};
use domain::office::{Capacity, OfficeChange, each_once};
use domain::refusal::RefusalKind;

use crate::town::{City, DEPUTIES_FROM, DEPUTIES_UNTIL, Kind, position_of};
use crate::world::{TODAY, World};

/// A city whose head of department was entered as their own deputy besides: an entry of former days, which loads for ever.
fn city(others: bool) -> City {
    let mut city = City::munakata();
    let own = OfficeChange::DeputyNamed {
        person: Kind::DepartmentHead.person().into(),
        position: position_of(Kind::DepartmentHead),
        from: DEPUTIES_FROM,
        until: DEPUTIES_UNTIL,
    };
    let refused = city.office.changed(std::slice::from_ref(&own)).expect_err("nobody is their own deputy");
    assert!(refused[0].message.contains("その代決者にはなれません"), "{refused:?}");
    city.office.apply(&own);
    if !others {
        city.office.deputies.retain(|d| d.person == Kind::DepartmentHead.person().into());
    }
    city
}

fn deciding(world: &World<'_>, how: DecisionKind, document_number: Option<&str>) -> DoStep {
    let decision = Decision { how, document_number: document_number.map(str::to_owned), ..Decision::default() };
    DoStep { evidence: Evidence::Decision(decision), ..world.order("decide") }
}

fn how(decided: &Decided) -> (DecisionKind, Option<Capacity>) {
    let Fact::StepDone { evidence: Evidence::Decision(decision), decided_by, .. } = &decided.fact else {
        panic!("a decision")
    };
    (decision.how, decided_by.as_ref().map(|post| post.capacity))
}

#[test]
fn a_holder_stands_once_in_their_position_and_decides_as_holder() {
    let city = city(true);
    let posts = city.office.posts_of(&Kind::DepartmentHead.person().into(), TODAY);
    let capacities: Vec<Capacity> = posts.iter().map(|post| post.capacity).collect();
    assert_eq!(capacities, [Capacity::Holder]);
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff)]);
    let decided = world.act(&deciding(&world, DecisionKind::Decided, None), Kind::DepartmentHead, TODAY);
    assert_eq!(how(&decided.expect("the holder decides")), (DecisionKind::Decided, None));
}

#[test]
fn a_holder_who_states_a_deputys_decision_is_told_what_that_is() {
    let city = city(false);
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff)]);
    let stated = |order: &DoStep, kind| {
        world.desk().do_step(order, &crate::world::by(kind, TODAY)).expect_err("a holder is no deputy")
    };
    let own = stated(&deciding(&world, DecisionKind::ByDeputy, None), Kind::DepartmentHead);
    assert_eq!(own.kind, RefusalKind::WrongEvidence);
    insta::assert_snapshot!(own.text(), @"
    代決とありますが、経済部長（1005）はその職にある本人です。（根拠：M6(1)①）
    次にすること：本人が決めたときは、決裁または専決を選んでください。代決者が決めたときは、代決者を職員の登録に加えてから記録してください。
    ");
    let recorded = stated(&deciding(&world, DecisionKind::ByDeputy, Some("８観第12号")), Kind::UnitStaff);
    assert_eq!(recorded.kind, RefusalKind::WrongEvidence);
}

#[test]
fn a_deputys_decision_of_another_system_is_the_deputys() {
    let city = city(true);
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff)]);
    let order = deciding(&world, DecisionKind::ByDeputy, Some("８観第12号"));
    let decided = world.act(&order, Kind::UnitStaff, TODAY).expect("the deputy decided");
    assert_eq!(how(&decided), (DecisionKind::ByDeputy, Some(Capacity::Deputy)));
}

#[test]
fn whoever_may_act_is_named_once() {
    let city = city(true);
    let world = World::opened(&city, Replies::AsNeeded, false);
    let around = world.register.accounts[world.case().account().expect("an account")].around();
    let rules = [Holder::OwningUnitHead, Holder::OwningUnitStaff];
    let able = each_once(rules.iter().flat_map(|rule| city.office.holders(rule, around, TODAY)));
    let deputy: Vec<Capacity> =
        able.iter().filter(|post| post.person == Kind::UnitDeputy.person().into()).map(|post| post.capacity).collect();
    assert_eq!(deputy, [Capacity::Holder], "in the post that is their own");
    let mut people: Vec<_> = able.iter().map(|post| &post.person).collect();
    let all = people.len();
    people.sort();
    people.dedup();
    assert_eq!(people.len(), all);
}
