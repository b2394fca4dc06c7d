//! Posts, trouble and surveys: in both guidelines, carried out by a later version; nothing of them begins today.

use std::collections::BTreeSet;

use domain::account::{Account, Listed, Standing};
use domain::act::{OpenCase, begins};
use domain::guideline::{Purpose, Replies};
use domain::refusal::RefusalKind;

use crate::town::{City, Kind, UNIT};
use crate::world::{OPENED, TODAY, World, case, opening};

/// The procedures of both cities that the program carries out, written by hand.
const CARRIED_OUT: [&str; 6] = ["opening", "change", "suspension", "resumption", "closing", "ruling"];

fn order(procedure: &str) -> OpenCase {
    OpenCase { procedure: procedure.to_owned(), ..opening(case(), "account-1".into(), false) }
}

/// A world with one account that stands so.
fn with(city: &City, standing: Standing) -> World<'_> {
    let mut world = World::new(city, Replies::None);
    world.register.accounts.insert("account-1".into(), Account::new("account-1".into(), vec![UNIT.into()], standing));
    world
}

fn standings() -> [Standing; 5] {
    [
        Standing::Existing { noted_on: OPENED },
        Standing::Listed(Listed { since: OPENED, record_hash: String::new(), record: None, seq: 0 }),
        Standing::Suspended { since: OPENED },
        Standing::Delisted { since: OPENED },
        Standing::Closed { on: OPENED },
    ]
}

// Red while every procedure of the file was offered: a survey began on a closed account.
#[test]
fn what_is_not_carried_out_yet_begins_nowhere_and_says_what_to_do_instead() {
    for city in [City::tottori(), City::munakata()] {
        let mut later = BTreeSet::new();
        for procedure in &city.guideline.procedures {
            let carried_out = CARRIED_OUT.contains(&procedure.id.as_str());
            assert_eq!(procedure.purpose.is_carried_out(), carried_out, "{}", procedure.id);
            if carried_out {
                continue;
            }
            later.insert(procedure.id.as_str());
            let without = World::new(&city, Replies::None);
            for world in standings().into_iter().map(|standing| with(&city, standing)).chain([without]) {
                let standing = world.register.accounts.values().next().map(|account| &account.standing);
                assert!(!begins(procedure.purpose, standing), "{} {standing:?}", procedure.id);
                for kind in [Kind::UnitStaff, Kind::UnitHead, Kind::CentralStaff, Kind::CentralHead] {
                    let asked = world.desk().open(&order(&procedure.id), &crate::world::by(kind, TODAY));
                    let refusal = asked.expect_err(&procedure.id);
                    assert_eq!(refusal.kind, RefusalKind::NotApplicable, "{}", refusal.text());
                    assert_eq!(refusal.basis.as_ref(), Some(&procedure.basis));
                    assert!(refusal.what.contains(&procedure.label) && refusal.next.contains("今のやり方"));
                }
            }
        }
        assert!(later.len() >= 7, "{later:?}");
    }
}

#[test]
fn the_refusal_is_told_in_plain_words() {
    let city = City::tottori();
    let world = with(&city, Standing::Existing { noted_on: OPENED });
    let refusal = world.desk().open(&order("takeover"), &crate::world::by(Kind::CentralStaff, TODAY));
    insta::assert_snapshot!(refusal.expect_err("it is not carried out").text(), @"
    「乗っ取りが疑われる場合」は、しるべではまだ行えません。（根拠：市の運用（原文は監視（T4(1)）だけを定め、見つけた後の手順はない。参考として示す））
    次にすること：ガイドラインに沿って、今のやり方で行ってください。しるべでの記録は、今後の版から付けられます。
    ");
}

// Red while the draft of a post opened the policy's editor.
#[test]
fn a_case_of_that_sort_from_former_days_is_read_and_its_draft_is_no_policy() {
    let city = City::tottori();
    let mut world = with(&city, Standing::Existing { noted_on: OPENED });
    world.began(&order("post"), Kind::UnitStaff, OPENED);
    assert_eq!(world.case().purpose, Purpose::Post);
    let by = crate::world::by(Kind::UnitStaff, TODAY);
    let draft = world.desk().may_draft(world.case(), &by).expect_err("a post is no policy");
    assert_eq!(draft.kind, RefusalKind::NotApplicable, "{}", draft.text());
    let draft = world.desk().do_step(&world.order("draft"), &by).expect_err("a post is no policy");
    assert_eq!(draft.kind, RefusalKind::NotApplicable, "{}", draft.text());
    // What was drafted there once is read in the case, and is no version of the account's policy.
    let mut old = world.case().clone();
    old.policy = Some(domain::case::PolicyVersion { version: 1, content: Some(world.policy.clone()) });
    assert_eq!(old.policy_written(), None);
    old.purpose = Purpose::Change;
    assert_eq!(old.policy_written(), old.policy.as_ref());
    // It can be ended, and what it stands for is told.
    world.withdraw(&case(), Kind::UnitStaff, TODAY).expect("it can be withdrawn");
    assert_eq!(world.register.accounts.len(), 1);
}
