//! What is decided on, filed or acquired for is written and complete; what was filed is what is printed.
//!
//! Seen red when a decision looked at no policy, when a filing without an edge to the drafting went without one, when a
//! redraft left such a filing standing, and when an acquisition fell back on その他.

use domain::act::{DoStep, ReturnCase};
use domain::case::Outcome;
use domain::evidence::Evidence;
use domain::guideline::{After, Basis, Guideline, NamedNetwork, Others, Replies, Strength};
use domain::policy::Policy;
use domain::refusal::{Refusal, RefusalKind};

use crate::town::{City, Kind};
use crate::world::{TODAY, World, case};

/// The edges of these steps taken away: the guideline then says nothing of their order.
fn without_edges(mut city: City, steps: &[&str]) -> City {
    for step in steps_of(&mut city.guideline).filter(|step| steps.contains(&step.id.as_str())) {
        step.after.clear();
    }
    city
}

fn steps_of(guideline: &mut Guideline) -> impl Iterator<Item = &mut domain::guideline::Step> {
    guideline.procedures.iter_mut().filter(|p| p.id == "opening").flat_map(|p| &mut p.steps)
}

/// A city that covers LINE alone.
fn only_line(mut city: City) -> City {
    let basis = city.guideline.networks.basis.clone();
    city.guideline.networks.others = Others::Refused;
    city.guideline.networks.named = vec![NamedNetwork { network: "line".to_owned(), label: "LINE".to_owned(), basis }];
    city
}

fn refused(world: &World<'_>, step: &str, kind: Kind) -> Refusal {
    let got = world.desk().do_step(&world.order(step), &crate::world::by(kind, TODAY));
    got.expect_err(&format!("「{step}」 is refused"))
}

#[test]
fn nobody_decides_on_or_files_what_lacks_something_or_is_forbidden() {
    let only_purpose =
        |_: &Policy| Policy { purpose: Some("観光の行事を知らせる".to_owned()), ..Policy::default() };
    let nameless = |whole: &Policy| Policy { account_name: Some("○○課".to_owned()), ..whole.clone() };
    let unknown = |whole: &Policy| Policy { network: Some("みほんねっと".to_owned()), ..whole.clone() };
    let silent = |whole: &Policy| Policy { reply: None, ..whole.clone() };
    let worse: [&dyn Fn(&Policy) -> Policy; 4] = [&only_purpose, &nameless, &unknown, &silent];
    let city = without_edges(City::munakata(), &["consult", "decide", "file"]);
    for (n, spoil) in worse.iter().enumerate() {
        let mut world = World::opened(&city, Replies::AsNeeded, true);
        world.policy = spoil(&world.policy);
        world.steps(&[("draft", Kind::UnitStaff)]);
        for (step, kind) in [("consult", Kind::SharingHead), ("decide", Kind::DepartmentHead), ("file", Kind::UnitHead)]
        {
            let refusal = refused(&world, step, kind);
            assert_eq!(refusal.kind, RefusalKind::Incomplete, "{n} {step}: {}", refusal.text());
            assert!(!refusal.items.is_empty(), "{n} {step} says what is missing");
        }
    }
    let city = only_line(City::munakata());
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff)]);
    insta::assert_snapshot!(refused(&world, "decide", Kind::DepartmentHead).text(), @"
    運用ポリシーに足りない、または直すところが1か所あるため、「所属部長の決裁」に進めません。（根拠：M6(1)①）
    ・「x」はこのガイドラインの対象ではありません。（M2）→ガイドラインが対象とするサービスを選んでください。
    次にすること：それぞれを直してから、もう一度進めてください。入力した内容は残っています。
    ");
}

#[test]
fn what_nobody_wrote_is_not_decided_on_filed_or_acquired_for() {
    let city = without_edges(City::munakata(), &["consult", "decide", "file", "acquire", "list", "start"]);
    let world = World::opened(&city, Replies::AsNeeded, true);
    for (step, kind) in [
        ("consult", Kind::SharingHead),
        ("decide", Kind::DepartmentHead),
        ("acquire", Kind::UnitStaff),
        ("file", Kind::UnitHead),
        ("list", Kind::CentralHead),
        ("start", Kind::UnitHead),
    ] {
        let refusal = refused(&world, step, kind);
        assert_eq!(refusal.kind, RefusalKind::Incomplete, "{step}: {}", refusal.text());
        assert!(refusal.what.starts_with("運用ポリシーがまだ作られていない"), "{step}: {}", refusal.text());
        assert!(refusal.next.contains("運用ポリシーの作成"), "{step}: {}", refusal.text());
        assert!(!refusal.what.contains("その他"), "{step}: {}", refusal.text());
    }
}

#[test]
fn an_account_is_acquired_on_the_network_that_the_policy_names() {
    let city = without_edges(City::munakata(), &["acquire"]);
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    let whole = world.policy.clone();
    world.policy = Policy { network: None, ..whole.clone() };
    world.steps(&[("draft", Kind::UnitStaff)]);
    let refusal = refused(&world, "acquire", Kind::UnitStaff);
    assert_eq!(refusal.items.iter().map(|item| item.at.word()).collect::<Vec<_>>(), ["network"]);
    // What else is missing does not keep an account from being acquired.
    world.policy = Policy { purpose: None, ..whole };
    world.steps(&[("draft", Kind::UnitStaff), ("acquire", Kind::UnitStaff)]);
}

#[test]
fn a_new_version_undoes_what_looked_at_the_former_whatever_the_edges_say() {
    let city = without_edges(City::tottori(), &["file"]);
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    let refusal = refused(&world, "file", Kind::UnitHead);
    insta::assert_snapshot!(refusal.text(), @"
    利用方針がまだ作られていないため、「広報室への届出」に進めません。（根拠：T3）
    ・種類（どのサービスか）がありません。（T-F1b.ＳＮＳの種類）→サービスを選んでください。その他のときは名前も入れてください。
    ・アカウントがありません。（T3(1)）→記入してから、もう一度進めてください。
    ・ＵＲＬがありません。（T3(2)）→記入してから、もう一度進めてください。
    ・運用目的がありません。（T3(3)）→記入してから、もう一度進めてください。
    ・発信情報の対象者（誰に向けて）がありません。（T3(4)）→記入してから、もう一度進めてください。
    ・発信情報の情報（どのような情報を）がありません。（T3(4)）→記入してから、もう一度進めてください。
    ・運用期間がありません。（T3(6)）→運用開始日と運用終了日を入れてください。
    ・発信時間がありません。（T3(7)）→曜日と時刻を入れてください。
    ・投稿者への回答の方針がありません。（T3(8)）→個別に返信するかどうか、どちらか一つを選んでください。
    次にすること：先に「利用方針の作成」を済ませてください。
    ");
    world.steps(&[("draft", Kind::UnitStaff), ("file", Kind::UnitHead), ("receive", Kind::CentralStaff)]);
    world.policy.purpose = Some("別のことを知らせる".to_owned());
    world.steps(&[("draft", Kind::UnitStaff)]);
    let left: Vec<&String> = world.case().steps.keys().collect();
    assert_eq!(left, ["draft"], "what was filed was another text");
    assert_eq!(refused(&world, "list", Kind::CentralStaff).kind, RefusalKind::OutOfOrder);
    assert_eq!(world.register, world.rebuilt());

    let city = without_edges(City::munakata(), &["decide"]);
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff), ("decide", Kind::DepartmentHead), ("draft", Kind::UnitStaff)]);
    assert!(!world.case().steps.contains_key("decide"), "the decision was made on another text");
}

#[test]
fn what_was_sent_back_is_not_filed_until_it_is_written_again() {
    let city = without_edges(City::munakata(), &["file"]);
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff)]);
    let order = ReturnCase {
        case: case(),
        step: "decide".to_owned(),
        reasons: vec![("purpose".to_owned(), "だれのための発信かを書いてください".to_owned())],
        attachments: Vec::new(),
        seen: world.case().version,
    };
    world.send_back(&order, Kind::DepartmentHead, TODAY).expect("it is sent back");
    let refusal = refused(&world, "file", Kind::UnitHead);
    assert!(refusal.what.contains("差し戻されたまま"), "{}", refusal.text());
    world.steps(&[("draft", Kind::UnitStaff), ("file", Kind::UnitHead)]);
}

#[test]
fn a_guideline_that_writes_the_policy_afterwards_is_not_asked_for_it_before() {
    let mut city = without_edges(City::munakata(), &["draft", "decide", "acquire", "file", "consult"]);
    let practice = || Basis::Practice("市の運用".to_owned());
    for step in steps_of(&mut city.guideline).filter(|step| step.id == "draft") {
        let before = ["decide", "acquire", "file"].map(|former| After { step: former.to_owned(), basis: practice() });
        step.after.extend(before);
    }
    for step in steps_of(&mut city.guideline).filter(|step| step.id == "decide") {
        step.second_person = None;
    }
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[
        ("decide", Kind::DepartmentHead),
        ("acquire", Kind::UnitStaff),
        ("file", Kind::UnitHead),
        ("draft", Kind::UnitStaff),
        ("draft", Kind::UnitStaff),
    ]);
    assert!(world.case().steps.contains_key("file"), "it was never about this text");
    assert!(matches!(world.case().steps["acquire"].evidence, Evidence::Acquisition { .. }));
}

// Red when any account of the network could be acquired for a policy that names one.
#[test]
fn another_account_than_the_one_that_was_decided_is_not_acquired() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.policy.url = Some("https://x.com/mihon_somu".to_owned());
    world.steps(&[("draft", Kind::UnitStaff), ("decide", Kind::DepartmentHead)]);
    let acquired = |world: &World<'_>, url: &str| DoStep {
        evidence: Evidence::Acquisition { url: url.to_owned(), stable_id: None },
        ..world.order("acquire")
    };
    let typo = world.act(&acquired(&world, "https://x.com/mihon_smou"), Kind::UnitStaff, TODAY);
    insta::assert_snapshot!(typo.expect_err("a slip of the finger").text(), @"
    取得したＵＲＬ（https://x.com/mihon_smou）が、運用ポリシーに書かれたＵＲＬ（https://x.com/mihon_somu）と違うアカウントのものです。（根拠：M6(1)①）
    次にすること：打ち間違いがないかを確かめてください。取得したほうが正しいときは、運用ポリシーのＵＲＬを直してください。
    ");
    let other_form = acquired(&world, "https://twitter.com/Mihon_Somu?s=20");
    world.act(&other_form, Kind::UnitStaff, TODAY).expect("the same account in another form");
}

// Red when the address of an acquisition that a new version had undone stood in what was decided next.
#[test]
fn an_acquisition_that_a_new_version_undid_is_printed_nowhere() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff), ("decide", Kind::DepartmentHead), ("acquire", Kind::UnitStaff)]);
    assert!(world.case().acquired_url.is_some());
    world.steps(&[("draft", Kind::UnitStaff)]);
    assert!(!world.case().steps.contains_key("acquire"));
    assert_eq!(world.case().acquired_url, None);
    assert_eq!(world.register, world.rebuilt());
}

// Red when a guideline that lets the drafting be left out put an account on the list of which it says nothing.
#[test]
fn an_account_without_a_policy_is_not_listed_though_a_guideline_lets_the_drafting_be_left_out() {
    let mut city = without_edges(City::tottori(), &["file", "receive", "list"]);
    for step in steps_of(&mut city.guideline).filter(|step| step.id == "draft") {
        step.strength = Strength::May;
    }
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    let left = DoStep { outcome: Outcome::NotNeeded, note: Some("紙で作った".to_owned()), ..world.order("draft") };
    world.act(&left, Kind::UnitStaff, TODAY).expect("the guideline says so");
    let refusal = refused(&world, "list", Kind::CentralStaff);
    assert_eq!(refusal.kind, RefusalKind::Incomplete, "{}", refusal.text());
    insta::assert_snapshot!(refusal.next, @"「利用方針の作成」をやり直し、利用方針を書いてください。");
}
