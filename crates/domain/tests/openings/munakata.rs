//! 宗像市: from the policy to the first post, with every turn that the text gives it.
//!
//! Each story says which defect in the kernel turned it red.

use domain::case::Outcome;
use domain::evidence::{Decision, DecisionKind, Evidence, Shown};
use domain::guideline::{Basis, ClauseId, Replies};
use domain::refusal::{Refusal, RefusalKind};
use jiff::civil::date;

use crate::table::PRACTICE;
use crate::town::{City, Kind, SHARING, UNIT};
use crate::world::{OPENED, TODAY, World, by, case, opening};

const ACQUIRED: [(&str, Kind); 3] =
    [("draft", Kind::UnitStaff), ("decide", Kind::DepartmentHead), ("acquire", Kind::UnitStaff)];

/// What the text leaves free: done as soon as it can be.
const FREE: [(&str, Kind); 5] = [
    ("designate", Kind::UnitHead),
    ("terminal", Kind::UnitStaff),
    ("share", Kind::UnitStaff),
    ("security", Kind::UnitStaff),
    ("show_policy", Kind::UnitStaff),
];

/// The chain whose order the text fixes, each with the clause of what has to come before it.
const CHAIN: [(&str, Kind, &str); 6] = [
    ("decide", Kind::DepartmentHead, ""),
    ("acquire", Kind::UnitStaff, "M6(1)①"),
    ("file", Kind::UnitHead, "M6(3)①"),
    ("list", Kind::CentralHead, "M6(3)②"),
    ("profile", Kind::UnitHead, "M6(3)③"),
    ("start", Kind::UnitHead, "M6"),
];

fn is(refusal: &Refusal, kind: RefusalKind, basis: &str) {
    assert_eq!(refusal.kind, kind, "{}", refusal.text());
    assert!(refusal.basis.as_ref().is_some_and(|b| b.shown().starts_with(basis)), "{}", refusal.text());
}

// Red when edges were not asked, and when an edge's clause was that of the step before it.
#[test]
fn every_wrong_order_of_the_six_steps_is_refused_under_the_clause_of_the_order() {
    let city = City::munakata();
    let mut start = World::opened(&city, Replies::AsNeeded, false);
    start.steps(&[("draft", Kind::UnitStaff)]);
    let (mut passed, mut refused) = (0, 0);
    for order in permutations(&[0, 1, 2, 3, 4, 5]) {
        let mut world = start.clone();
        for (place, &n) in order.iter().enumerate() {
            for (step, kind) in FREE {
                // Not all of them can be done already; those that cannot are tried again after the next step.
                let _ = world.step(step, kind);
            }
            let (step, kind, clause) = CHAIN[n];
            let before = world.register.clone();
            match world.step(step, kind) {
                Ok(_) => assert_eq!(n, place, "{step} was allowed in {order:?}"),
                Err(refusal) => {
                    assert_ne!(n, place, "{step} was refused in {order:?}: {}", refusal.text());
                    assert_eq!(refusal.kind, RefusalKind::OutOfOrder, "{step} in {order:?}");
                    assert_eq!(
                        refusal.basis.as_ref().map(Basis::shown).as_deref(),
                        Some(clause),
                        "{step} in {order:?}"
                    );
                    assert_eq!(world.register, before, "a refusal changes nothing");
                    refused += 1;
                    break;
                }
            }
            passed += usize::from(place == 5);
        }
    }
    assert_eq!((passed, refused), (1, 719));
}

#[test]
fn an_officer_who_files_before_the_acquisition_reads_what_to_do_first() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff), ("decide", Kind::DepartmentHead)]);
    let refusal = world.step("file", Kind::UnitHead).expect_err("the account is not acquired");
    insta::assert_snapshot!(refusal.text(), @"
    「ソーシャルメディア運用開始届の提出」の前に「アカウントの取得」が必要です。（根拠：M6(3)①）
    次にすること：先に「アカウントの取得」を済ませてください。
    ");
    let refusal = world.step("acquire", Kind::OtherUnitHead).expect_err("another unit's head");
    insta::assert_snapshot!(refusal.text(), @"
    「アカウントの取得」は所属の職員が行います。（根拠：M6(1)①）
    次にすること：その職にある方、またはその日の代決者に依頼してください。
    ");
}

// Red when the theme was not asked for, and when the other department's head could decide.
#[test]
fn an_account_shared_by_two_units_has_a_theme_one_lead_and_the_others_consent() {
    let city = City::munakata();
    let mut world = World::new(&city, Replies::AsNeeded);
    let mut order = opening(case(), "account-1".into(), true);
    order.theme = Some("　".to_owned());
    let refusal = world.open(&order, Kind::UnitStaff, OPENED).expect_err("a shared account has a theme");
    is(&refusal, RefusalKind::ReasonMissing, "M6(1)②");
    insta::assert_snapshot!(refusal.text(), @"
    複数の所属で一つのアカウントを運用するときは、共通するテーマが必要です。（根拠：M6(1)②）
    次にすること：テーマを書いてください。最初に書いた所属が代表になります。
    ");
    order.theme = Some("秋のまつりの案内".to_owned());
    order.units = vec![UNIT.into(), SHARING.into(), UNIT.into()];
    let refusal = world.open(&order, Kind::UnitStaff, OPENED).expect_err("one unit is not there twice");
    assert_eq!(refusal.kind, RefusalKind::Incomplete);
    order.units = vec![UNIT.into(), SHARING.into()];
    world.open(&order, Kind::UnitStaff, OPENED).expect("theme and lead are there");
    assert_eq!(world.case().theme.as_deref(), Some("秋のまつりの案内"));
    world.steps(&[("draft", Kind::SharingStaff)]);
    is(&world.step("decide", Kind::DepartmentHead).expect_err("no consent yet"), RefusalKind::OutOfOrder, PRACTICE);
    is(&world.step("consult", Kind::UnitHead).expect_err("the lead asks"), RefusalKind::NotYours, PRACTICE);
    world.steps(&[("consult", Kind::SharingHead)]);
    let refusal = world.step("decide", Kind::OtherDepartmentHead).expect_err("the lead's department decides");
    is(&refusal, RefusalKind::NotYours, "M6(1)①");
    world.steps(&[("decide", Kind::DepartmentHead), ("acquire", Kind::UnitStaff)]);
    let refusal = world.step("file", Kind::SharingHead).expect_err("the lead's head files");
    is(&refusal, RefusalKind::NotYours, "M6(3)①");
}

// Red when the units' accounts were not counted.
#[test]
fn a_further_account_of_a_unit_needs_its_reason() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    let mut order = opening("case-2".into(), "account-2".into(), false);
    order.reason = None;
    let refusal = world.open(&order, Kind::UnitStaff, TODAY).expect_err("the unit has one already");
    is(&refusal, RefusalKind::ReasonMissing, "M6(1)②");
    insta::assert_snapshot!(refusal.text(), @"
    この所属にはすでにアカウントがあるため、もう一つ開設する理由が必要です。（根拠：M6(1)②）
    次にすること：利用者の便宜など、必要とする理由を書いてください。
    ");
    order.reason = Some("災害のときの案内を分けるため".to_owned());
    world.open(&order, Kind::UnitStaff, TODAY).expect("the reason is there");
    // Once the first is withdrawn, another one is the unit's first.
    let mut alone = World::opened(&city, Replies::AsNeeded, false);
    alone.withdraw(&case(), Kind::UnitStaff, TODAY).expect("the unit may withdraw");
    order.reason = None;
    alone.open(&order, Kind::UnitStaff, TODAY).expect("it is the first again");
}

// Red when the contact was not asked for, and when the profile's proof was not looked at.
#[test]
fn without_individual_replies_the_policy_has_a_contact_and_the_profile_shows_both() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::None, false);
    let contact = world.policy.reply.as_mut().and_then(|r| r.contact.take());
    world.steps(&[("draft", Kind::UnitStaff)]);
    let refusal = world.step("decide", Kind::DepartmentHead).expect_err("the contact is missing");
    assert_eq!(refusal.items.iter().map(|i| i.basis.shown()).collect::<Vec<_>>(), ["M8(2)①"]);
    insta::assert_snapshot!(refusal.text(), @"
    運用ポリシーに足りない、または直すところが1か所あるため、「所属部長の決裁」に進めません。（根拠：M6(1)①）
    ・個別に返信しない方針ですが、問合せ先がありません。（M8(2)①）→問合せ先を入れてください。プロフィール欄にも示します。
    次にすること：それぞれを直してから、もう一度進めてください。入力した内容は残っています。
    ");
    world.policy.reply.as_mut().expect("the policy is complete").contact = contact;
    world.steps(&ACQUIRED);
    world.steps(&[("file", Kind::UnitHead), ("list", Kind::CentralHead), ("profile", Kind::UnitHead)]);
    world.steps(&FREE);
    let refusal = world.step("start", Kind::UnitHead).expect_err("the profile says nothing of it yet");
    is(&refusal, RefusalKind::OutOfOrder, "M8(2)①");
    let mut order = world.order("profile_contact");
    for (stance, contact) in [(Shown::Shown, Shown::NotAsked), (Shown::NotAsked, Shown::Shown)] {
        order.evidence = Evidence::Profile { page_url: String::new(), stance, contact };
        let refusal = world.act(&order, Kind::UnitHead, TODAY).expect_err("both are shown, or it is not done");
        is(&refusal, RefusalKind::WrongEvidence, "M8(2)①");
    }
    world.steps(&[("profile_contact", Kind::UnitHead), ("start", Kind::UnitHead)]);
}

// Red when an exception needed no reason, and when a must could be excepted.
#[test]
fn another_terminal_than_the_shared_one_is_an_exception_with_a_reason() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    let mut order = world.order("terminal");
    order.outcome = Outcome::Exception;
    for blank in [None, Some("　".to_owned())] {
        order.note = blank;
        let refusal = world.act(&order, Kind::UnitHead, TODAY).expect_err("why another one?");
        is(&refusal, RefusalKind::ReasonMissing, "M6(4)①");
    }
    order.outcome = Outcome::NotNeeded;
    order.note = Some("使わない".to_owned());
    let refusal = world.act(&order, Kind::UnitHead, TODAY).expect_err("原則 is not 必要に応じて");
    is(&refusal, RefusalKind::StrengthForbids, "M6(4)①");
    order.outcome = Outcome::Exception;
    order.note = Some("動画は専用の端末でしか出せないため".to_owned());
    world.act(&order, Kind::UnitHead, TODAY).expect("the reason is there");
    assert_eq!(world.case().steps["terminal"].outcome, Outcome::Exception);
    world.steps(&ACQUIRED);
    let mut security = world.order("security");
    security.outcome = Outcome::Exception;
    security.note = Some("時間がないため".to_owned());
    let refusal = world.act(&security, Kind::UnitHead, TODAY).expect_err("a must has no exception");
    is(&refusal, RefusalKind::StrengthForbids, "M6(4)②");
}

// Red when the floor was not looked at at the designation.
#[test]
fn the_one_responsible_is_a_subsection_head_or_above_and_not_the_poster() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    let mut order = world.order("designate");
    let name = |poster: Kind, approver: Kind| Evidence::Designation {
        poster: poster.person().into(),
        approver: approver.person().into(),
    };
    order.evidence = name(Kind::UnitStaff, Kind::UnitMember);
    let refusal = world.act(&order, Kind::UnitHead, TODAY).expect_err("主任 is below 係長");
    is(&refusal, RefusalKind::RankTooLow, "M8(1)");
    insta::assert_snapshot!(refusal.text(), @"
    情報発信責任者は係長以上の職にある者が務めます（主任は主任）。（根拠：M8(1)）
    次にすること：職位を満たす方に依頼してください。
    ");
    order.evidence = name(Kind::UnitChief, Kind::UnitChief);
    is(&world.act(&order, Kind::UnitHead, TODAY).expect_err("two persons"), RefusalKind::SecondPerson, PRACTICE);
    order.evidence = name(Kind::UnitStaff, Kind::OtherUnitHead);
    is(&world.act(&order, Kind::UnitHead, TODAY).expect_err("not of the unit"), RefusalKind::WrongEvidence, "M8(1)");
    for approver in [Kind::UnitChief, Kind::UnitDeputy, Kind::UnitHead] {
        order.evidence = name(Kind::UnitStaff, approver);
        world.clone().act(&order, Kind::UnitHead, TODAY).expect("係長 and above may be responsible");
    }
}

// Red when any list of principles would do.
#[test]
fn the_principles_are_confirmed_one_by_one_by_those_who_were_designated() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    is(&world.step("acknowledge", Kind::UnitStaff).expect_err("not yet"), RefusalKind::OutOfOrder, PRACTICE);
    world.steps(&[("designate", Kind::UnitHead)]);
    is(&world.step("acknowledge", Kind::UnitMember).expect_err("not designated"), RefusalKind::NotYours, "M4");
    let mut order = world.order("acknowledge");
    let all = city.guideline.principles.clone();
    assert_eq!(all.len(), 6);
    order.evidence = Evidence::Clauses { confirmed: all.iter().skip(1).cloned().collect() };
    let refusal = world.act(&order, Kind::UnitStaff, TODAY).expect_err("one is missing");
    is(&refusal, RefusalKind::WrongEvidence, "M4");
    insta::assert_snapshot!(refusal.text(), @"
    まだ確認していない項目があります：ガイドライン 4(1)（根拠：M4）
    次にすること：内容を確かめて、もう一度記録してください。
    ");
    order.evidence = Evidence::Clauses { confirmed: vec![ClauseId("M4(7)".to_owned())] };
    is(&world.act(&order, Kind::UnitStaff, TODAY).expect_err("no such"), RefusalKind::WrongEvidence, "M4");
    world.steps(&[("acknowledge", Kind::UnitStaff)]);
}

// Red when whoever recorded a decision was taken for the one who decided.
#[test]
fn a_decision_of_the_citys_own_system_is_recorded_by_its_number() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff)]);
    let refusal = world.step("decide", Kind::UnitStaff).expect_err("the department's head decides");
    is(&refusal, RefusalKind::NotYours, "M6(1)①");
    insta::assert_snapshot!(refusal.text(), @"
    「所属部長の決裁」は所属部長が行います。（根拠：M6(1)①）
    次にすること：その職にある方、またはその日の代決者に依頼してください。
    ");
    let recorded =
        |number: &str| Evidence::Decision(Decision { document_number: Some(number.to_owned()), ..Decision::default() });
    let mut order = world.order("decide");
    order.evidence = recorded(" ");
    let refusal = world.act(&order, Kind::UnitStaff, TODAY).expect_err("a number is not blank");
    is(&refusal, RefusalKind::WrongEvidence, "M6(1)①");
    order.evidence = recorded("８観第12号");
    let refusal = world.act(&order, Kind::OtherUnitHead, TODAY).expect_err("nobody else's to record");
    is(&refusal, RefusalKind::NotYours, "M6(1)①");
    // The drafter records it; whoever decided is another person.
    world.act(&order, Kind::UnitStaff, TODAY).expect("the unit records it");
    assert_eq!(world.case().steps["decide"].by.person.0, Kind::DepartmentHead.person());
    assert_eq!(world.case().steps["decide"].evidence, recorded("８観第12号"));
}

// Red when a deputy's period was not looked at, and when 代決 was recorded as the holder's own.
#[test]
fn a_deputy_decides_within_the_period_and_the_record_says_so() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.act(&world.order("draft"), Kind::UnitStaff, OPENED).expect("the unit drafts");
    world.today = date(2026, 4, 30);
    for (day, within) in [(9, false), (10, true), (20, true), (21, false)] {
        let mut there = world.clone();
        let answer = there.act(&there.order("decide"), Kind::DepartmentDeputy, date(2026, 4, day));
        assert_eq!(answer.is_ok(), within, "on April {day}");
        if within {
            let Evidence::Decision(decision) = &there.case().steps["decide"].evidence else {
                panic!("a decision is recorded")
            };
            assert_eq!(decision.how, DecisionKind::ByDeputy);
        }
    }
    // The head of the unit stands in for the department's head: not for a draft of their own.
    let mut own = World::opened(&city, Replies::AsNeeded, false);
    own.today = date(2026, 4, 21);
    own.steps(&[("draft", Kind::UnitHead)]);
    let refusal = own.step("decide", Kind::UnitHead).expect_err("nobody decides on their own draft");
    is(&refusal, RefusalKind::SecondPerson, PRACTICE);
    insta::assert_snapshot!(refusal.text(), @"
    自分で起案したものを、自分で「所属部長の決裁」することはできません。（根拠：市の運用（運用ポリシーを作った本人は決裁しない））
    次にすること：別の方に依頼してください。
    ");
}

fn permutations(of: &[usize]) -> Vec<Vec<usize>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let with_first = |first: &usize| {
        let rest: Vec<usize> = of.iter().filter(|n| *n != first).copied().collect();
        permutations(&rest).into_iter().map(move |tail| [vec![*first], tail].concat()).collect::<Vec<_>>()
    };
    of.iter().flat_map(with_first).collect()
}

/// Seen red when only the first of what is missing was named.
#[test]
fn all_that_a_step_still_waits_for_is_named_with_its_clauses() {
    let city = City::munakata();
    let world = World::opened(&city, Replies::AsNeeded, false);
    let refusal = world.desk().do_step(&world.order("start"), &by(Kind::UnitHead, TODAY)).expect_err("nothing is done");
    insta::assert_snapshot!(refusal.text(), @"
    「運用開始」の前に「市ホームページへの掲載」「プロフィール欄等への市ホームページURLの記載」「セキュリティ対策の確認」「端末の確認（総務課が管理する共用パソコン）」「運用ポリシーの所属内での共有」「運用ポリシーのアカウント内での明示」「担当者・責任者の指定」が必要です。（根拠：M6）
    ・「市ホームページへの掲載」がまだ済んでいません。（M6）→先に済ませてください。
    ・「プロフィール欄等への市ホームページURLの記載」がまだ済んでいません。（M6）→先に済ませてください。
    ・「セキュリティ対策の確認」がまだ済んでいません。（M6）→先に済ませてください。
    ・「端末の確認（総務課が管理する共用パソコン）」がまだ済んでいません。（M6）→先に済ませてください。
    ・「運用ポリシーの所属内での共有」がまだ済んでいません。（M6(2)）→先に済ませてください。
    ・「運用ポリシーのアカウント内での明示」がまだ済んでいません。（M6(2)）→先に済ませてください。
    ・「担当者・責任者の指定」がまだ済んでいません。（M8(1)）→先に済ませてください。
    次にすること：それぞれを済ませてください。案件のページに、今できる手順が出ています。
    ");
}
