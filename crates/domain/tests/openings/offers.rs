//! What is offered and advised fits what stands: refusals do not advise what was just done, and nobody is named in vain.

use domain::act::{Hand, Hands};
use domain::guideline::Replies;
use domain::refusal::RefusalKind;

use crate::ending::begun;
use crate::town::{City, Kind};
use crate::world::{TODAY, World, by, case, opening};

// Red while whoever withdrew a closing was told to close the account.
#[test]
fn a_case_that_took_its_account_off_the_list_does_not_advise_to_do_so() {
    let city = City::tottori();
    for (procedure, advised) in [("closing", None), ("suspension", Some("「再開」"))] {
        let mut world = begun(&city, procedure);
        for step in ["stop", "file", "delist"] {
            let step = city.guideline.procedure(procedure).and_then(|it| it.step(step)).expect("the step").clone();
            assert!(crate::ending::done(&mut world, &step, domain::case::Outcome::Done), "{procedure} {}", step.id);
        }
        let mut case = world.case().clone();
        case.state = domain::case::CaseState::Open;
        world.register.cases.insert(case.id.clone(), case);
        let refusal = world.withdraw(&crate::world::case(), Kind::UnitStaff, TODAY).expect_err("it is off the list");
        assert_eq!(refusal.kind, RefusalKind::WrongStanding);
        assert!(refusal.what.contains("一覧から外れました"), "{}", refusal.text());
        assert!(!refusal.next.contains("廃止") && !refusal.next.contains("休止"), "{}", refusal.text());
        let again = city.guideline.procedures.iter().find(|it| it.purpose == domain::guideline::Purpose::Resumption);
        if let (Some(_), Some(again)) = (advised, again) {
            assert!(refusal.next.contains(&format!("「{}」", again.label)), "{}", refusal.text());
        }
    }
}

// Red while it said that an account which nobody had named was not in the register, and to choose another procedure.
#[test]
fn a_procedure_about_an_account_asks_which_one_where_none_is_named() {
    for city in [City::tottori(), City::munakata()] {
        for id in ["ruling", "closing", "change"] {
            let Some(procedure) = city.guideline.procedure(id) else { continue };
            let world = World::new(&city, Replies::None);
            let order =
                domain::act::OpenCase { procedure: id.to_owned(), ..opening(case(), "account-1".into(), false) };
            let refusal = world.desk().open(&order, &by(Kind::UnitStaff, TODAY)).expect_err("of which account?");
            assert_eq!(refusal.kind, RefusalKind::NotFound, "{id}");
            assert!(refusal.what.contains(&procedure.label) && refusal.what.contains("どのアカウントか"), "{id}");
            assert!(refusal.next.contains("アカウントの一覧で番号"), "{}", refusal.text());
            assert_eq!(refusal.basis.as_ref(), Some(&procedure.basis));
        }
    }
}

// Red while a drafter who also decides was offered the decision, and named among those who may make it.
#[test]
fn whoever_drafted_is_not_named_among_those_who_decide() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff)]);
    let procedure = city.guideline.procedure("opening").expect("the opening");
    let mut decide = procedure.step("decide").expect("the decision").clone();
    let around = world.register.accounts[world.case().account().expect("an account")].around();
    let hands =
        Hands { case: world.case(), procedure, guideline: &city.guideline, office: &city.office, around, day: TODAY };
    let drafter = Kind::UnitStaff.person().into();
    // Where the drafter holds the role, a second person is asked for all the same.
    decide.by = procedure.step("draft").expect("the draft").by.clone();
    let named = |step: &domain::guideline::Step| hands.able(step).iter().any(|post| post.person == drafter);
    decide.second_person = None;
    assert!(named(&decide) && hands.of(&drafter, &decide) == Some(Hand::Own));
    let mut steps = city.guideline.procedures.iter().flat_map(|procedure| &procedure.steps);
    let mut second = steps.find_map(|step| step.second_person.clone()).expect("a second person");
    second.than = vec!["draft".to_owned()];
    decide.second_person = Some(second);
    assert!(!named(&decide), "the drafter is named in vain");
    assert_ne!(hands.of(&drafter, &decide), Some(Hand::Own));
}
