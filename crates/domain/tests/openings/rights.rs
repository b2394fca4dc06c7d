//! Who may is asked first; what was filed is what is printed; nothing is undone in silence; days are days that can be meant.
//!
//! Each story says which defect in the kernel turned it red.

use domain::act::{DoStep, NoteImpersonator, OpenCase, ReturnCase, SetPractice};
use domain::calendar::wareki;
use domain::entry::{Effect, Fact};
use domain::evidence::{Decision, Evidence, ListingPlace, Meeting, Paper};
use domain::guideline::Replies;
use domain::notice::{NoticeKind, Scene};
use domain::policy::Period;
use domain::refusal::{Refusal, RefusalKind};
use jiff::civil::{Date, date};

use crate::ending::begun;
use crate::town::{City, Kind};
use crate::world::{OPENED, TODAY, World, by, case, opening};

fn stop(world: &World<'_>, last_day: Date) -> DoStep {
    DoStep { evidence: Evidence::Stop { last_day }, ..world.order("stop") }
}

fn paper(world: &World<'_>, received_on: Date) -> DoStep {
    let paper = Paper { received_on, document_number: "広第12号".to_owned() };
    DoStep { evidence: Evidence::Filing { paper: Some(paper) }, ..world.order("file") }
}

fn refused(world: &World<'_>, order: &DoStep, kind: Kind) -> Refusal {
    world.desk().do_step(order, &by(kind, world.today)).expect_err("it is refused")
}

// Red while a closing was filed, and delisted, before anybody had said its last day: the paper then said a later one.
#[test]
fn a_paper_that_says_the_last_day_is_filed_when_it_is_known() {
    let city = City::tottori();
    for procedure in ["closing", "suspension"] {
        let mut world = begun(&city, procedure);
        let early = refused(&world, &world.order("file"), Kind::UnitHead);
        assert_eq!(early.kind, RefusalKind::Incomplete);
        if procedure == "closing" {
            insta::assert_snapshot!(early.text(), @"
            利用の最後の日がまだ記録されていないため、「利用方針運用廃止届の提出」に進めません。（根拠：T6）
            次にすること：先に「ＳＮＳの利用の廃止」を済ませてください。
            ");
        }
        world.act(&stop(&world, TODAY), Kind::UnitHead, TODAY).expect("the last day is said");
        world.step("file", Kind::UnitHead).expect("then it is filed");
        assert_eq!(refused(&world, &stop(&world, OPENED), Kind::UnitHead).kind, RefusalKind::AlreadyDone);
        world.step("delist", Kind::CentralStaff).expect("and delisted");
    }
}

// Red while a delisting went before the last day where the filing's paper does not say it.
#[test]
fn nothing_is_delisted_whose_last_day_nobody_has_said() {
    let mut city = City::tottori();
    for step in city.guideline.procedures.iter_mut().flat_map(|p| &mut p.steps) {
        step.form = None;
    }
    let mut world = begun(&city, "closing");
    world.step("file", Kind::UnitHead).expect("its paper says no last day");
    assert_eq!(refused(&world, &world.order("delist"), Kind::CentralStaff).kind, RefusalKind::Incomplete);
    world.act(&stop(&world, TODAY), Kind::UnitHead, TODAY).expect("the last day is said");
    world.step("delist", Kind::CentralStaff).expect("then it is delisted");
}

// Red while a filing stood whose last day was sent back to be said anew.
#[test]
fn a_last_day_that_goes_back_takes_the_filing_with_it() {
    let mut city = City::tottori();
    for step in city.guideline.procedures.iter_mut().filter(|p| p.id == "closing").flat_map(|p| &mut p.steps) {
        if step.id == "delist" {
            step.kind = domain::guideline::StepKind::Receive;
            step.returns_to = Some("stop".to_owned());
        }
    }
    let mut world = begun(&city, "closing");
    world.act(&stop(&world, TODAY), Kind::UnitHead, TODAY).expect("the last day is said");
    world.step("file", Kind::UnitHead).expect("it is filed");
    let back = ReturnCase {
        case: case(),
        step: "delist".to_owned(),
        reasons: vec![(String::new(), "日付を確かめてください".to_owned())],
        attachments: Vec::new(),
        seen: world.case().version,
    };
    world.send_back(&back, Kind::CentralStaff, TODAY).expect("the central office sends it back");
    assert!(world.case().steps.is_empty(), "the paper said a day that is said anew: {:?}", world.case().steps.keys());
}

fn decided(city: &City) -> World<'_> {
    let mut world = World::opened(city, Replies::AsNeeded, false);
    world.steps(&[("draft", Kind::UnitStaff), ("decide", Kind::DepartmentHead), ("acquire", Kind::UnitStaff)]);
    world
}

// Red while a draft that changed nothing voided decision, acquisition and filing.
#[test]
fn a_draft_that_changes_nothing_is_refused_and_changes_nothing() {
    let city = City::munakata();
    let mut world = decided(&city);
    let same = DoStep { policy: Some(world.policy.clone()), ..world.order("draft") };
    let refusal = refused(&world, &same, Kind::UnitStaff);
    insta::assert_snapshot!(refusal.text(), @"
    運用ポリシーに、前の版から変わったところがありません。何も変えていません。（根拠：M6(2)）
    次にすること：前の版がそのまま有効です。直すところがあるときは、直してから起案してください。
    ");
    // Who may not is told that, whatever they would have written.
    assert_eq!(refused(&world, &same, Kind::CentralStaff).kind, RefusalKind::NotYours);
    let procedure = city.guideline.procedure("opening").expect("the opening");
    let draft = procedure.step("draft").expect("the draft");
    let undone = world.case().undone_by_draft(draft, procedure);
    assert!(["decide", "acquire"].iter().all(|step| undone.iter().any(|gone| gone == step)), "{undone:?}");
    world.policy.purpose = Some("観光と物産を知らせる".to_owned());
    let recorded = world.step("draft", Kind::UnitStaff).expect("this says something new");
    let Fact::StepDone { effects, .. } = &recorded.fact else { panic!("a step") };
    let Some(Effect::PolicyWritten { undone: gone, .. }) = effects.first() else { panic!("a version") };
    assert_eq!(*gone, undone, "what was told beforehand is what no longer stands");
}

// Red while nobody whose decision a new version voids was told.
#[test]
fn whoever_decided_on_the_former_version_is_told_that_another_waits() {
    let city = City::munakata();
    let mut world = decided(&city);
    let before = world.case().clone();
    world.policy.purpose = Some("観光と物産を知らせる".to_owned());
    let recorded = world.step("draft", Kind::UnitStaff).expect("a new version");
    let entry = domain::entry::Entry {
        version: 1,
        municipality: "402206".into(),
        seq: 99,
        id: "entry-99".to_owned(),
        recorded_at: 0,
        effective_on: TODAY,
        actor: recorded.actor,
        guideline: None,
        basis: None,
        private: None,
        fact: recorded.fact,
    };
    let scene = Scene {
        entry: &entry,
        before: Some(&before),
        after: world.case(),
        account: before.account().and_then(|id| world.register.accounts.get(id)),
        guideline: &city.guideline,
        office: &city.office,
        day: TODAY,
    };
    let told = scene.told();
    let told = told.iter().find(|told| told.person.0 == Kind::DepartmentHead.person()).expect("the decider is told");
    assert_eq!((told.notice.kind, told.notice.steps.as_slice()), (NoticeKind::Waits, &["decide".to_owned()][..]));
}

// Red while a period that was over, a filing of 1950 and a last day before the account was there were taken.
#[test]
fn days_that_nobody_can_mean_are_refused_where_they_stand() {
    let city = City::tottori();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    let whole = world.policy.period.clone();
    world.policy.period = Some(Period { from: date(2024, 4, 1), until: Some(date(2025, 3, 31)), open_because: None });
    world.steps(&[("draft", Kind::UnitStaff)]);
    let over = refused(&world, &world.order("file"), Kind::UnitHead);
    insta::assert_snapshot!(over.text(), @"
    利用方針に足りない、または直すところが1か所あるため、「広報室への届出」に進めません。（根拠：T3）
    ・運用期間の終わり（令和7年3月31日）が、すでに過ぎています。（T3(6)）→年を確かめ、これからの終了日を入れてください。
    次にすること：それぞれを直してから、もう一度進めてください。入力した内容は残っています。
    ");
    // A paper that came while the period ran is a filing of those days.
    world.clone().act(&paper(&world, date(2024, 5, 1)), Kind::CentralStaff, TODAY).expect("a paper of two years ago");
    world.policy.period = whole;
    world.steps(&[("draft", Kind::UnitStaff)]);
    let old = refused(&world, &paper(&world, date(1950, 4, 1)), Kind::CentralStaff);
    insta::assert_snapshot!(old.text(), @"
    「広報室への届出」に書かれた日付に、直すところがあります。（根拠：T3）
    ・紙の届出を受け取った日（昭和25年4月1日）は、ソーシャルメディアが使われるようになる前の日です。（市の運用）→年を確かめ、平成12年1月1日以後の日を入れてください。
    次にすること：日付を直して、もう一度記録してください。
    ");
    assert_eq!(old.items.first().map(|item| item.at.word()), Some("received_on"), "at its field");
    world.steps(&[("file", Kind::UnitHead), ("receive", Kind::CentralStaff)]);
    let seen = Evidence::Listing(ListingPlace::Elsewhere {
        url: format!("https://{}/sns.html", city.guideline.municipality.own_hosts[0]),
        seen_on: date(1999, 12, 31),
    });
    let list = DoStep { evidence: seen, ..world.order("list") };
    assert_eq!(refused(&world, &list, Kind::CentralStaff).kind, RefusalKind::WrongDate);

    let closing = begun(&city, "closing");
    let before = refused(&closing, &stop(&closing, date(2026, 4, 5)), Kind::UnitHead);
    assert_eq!(before.kind, RefusalKind::WrongDate);
    let said = &before.items.first().expect("where it stands").what;
    assert!(said.contains(&wareki(date(2026, 4, 5))) && said.contains("このアカウントの利用が始まる前"), "{said}");
    closing.desk().do_step(&stop(&closing, OPENED), &by(Kind::UnitHead, TODAY)).expect("the day it was listed");
}

// Red while a closing that had taken its account off the list was said to be changed by another procedure.
#[test]
fn a_closing_that_is_done_is_not_withdrawn_and_says_what_is_true() {
    let city = City::tottori();
    let mut world = begun(&city, "closing");
    world.act(&stop(&world, TODAY), Kind::UnitHead, TODAY).expect("the last day");
    world.steps(&[("file", Kind::UnitHead), ("delist", Kind::CentralStaff)]);
    let refusal = world.withdraw(&case(), Kind::UnitStaff, TODAY).expect_err("it is done");
    insta::assert_snapshot!(refusal.text(), @"
    この案件は完了し、アカウントは一覧から外れました。取り下げることはできません。
    次にすること：もう一度公式にするときは、新しい開設の手続から始めてください。
    ");
    let city = City::munakata();
    let mut world = begun(&city, "closing");
    world.steps(&[("file", Kind::UnitHead), ("delist", Kind::CentralHead)]);
    let refusal = world.withdraw(&case(), Kind::UnitStaff, TODAY).expect_err("it is off the list");
    insta::assert_snapshot!(refusal.text(), @"
    この案件で、アカウントはすでに一覧から外れました。取り下げることはできません。
    次にすること：残っている「ホームページから削除されたことの確認」「アカウントの廃止作業」を済ませてください。もう一度公式にするときは、そのあとで新しい開設の手続から始めてください。
    ");
}

// Red while the staff of an office were named where its head alone may.
#[test]
fn who_may_is_said_as_the_guideline_has_it() {
    let (munakata, tottori) = (City::munakata(), City::tottori());
    let note = NoteImpersonator {
        impersonator: "i1".into(),
        network: "x".to_owned(),
        network_name: None,
        url: "https://x.com/nise_mihon".to_owned(),
        attachments: Vec::new(),
        note: None,
    };
    let said = |city: &City, kind: Kind| {
        let world = World::new(city, Replies::AsNeeded);
        world.desk().note_impersonator(&note, &by(kind, TODAY)).expect_err("another does").what
    };
    let staff = said(&munakata, Kind::CentralStaff);
    assert_eq!(staff, "この記録は、秘書政策課長が行います（既存のアカウントは、所管する部署の職員もできます）。");
    assert!(said(&tottori, Kind::UnitStaff).contains("広報室"), "{}", said(&tottori, Kind::UnitStaff));
    let world = World::new(&munakata, Replies::AsNeeded);
    let leaf = domain::practice::open_leaves(&munakata.guideline).into_iter().next().expect("a figure").leaf;
    let order = SetPractice { leaf, value: 5, reason: String::new() };
    let refusal = world.desk().set_practice(&order, &by(Kind::CentralStaff, TODAY)).expect_err("its head does");
    assert!(refusal.what.contains("秘書政策課長") && !refusal.what.contains("職員"), "{}", refusal.what);
}

// Red while whoever may not was asked for a reason, a day or a field first.
#[test]
fn who_may_not_is_told_that_first() {
    let city = City::munakata();
    let mut world = decided(&city);
    let stranger = by(Kind::OtherUnitHead, TODAY);
    let not_yours = |refusal: Refusal, what: &str| {
        assert_eq!(refusal.kind, RefusalKind::NotYours, "{what}: {}", refusal.text());
    };
    not_yours(world.desk().withdraw(&case(), "", &stranger).expect_err("a stranger"), "withdraw");
    let unreasoned = OpenCase { theme: None, reason: None, ..opening("case-2".into(), "account-2".into(), true) };
    not_yours(world.desk().open(&unreasoned, &stranger).expect_err("a stranger"), "open");
    let further = OpenCase { reason: None, ..opening("case-2".into(), "account-2".into(), false) };
    not_yours(world.desk().open(&further, &stranger).expect_err("a stranger"), "open a further one");
    let back =
        ReturnCase { case: case(), step: "decide".to_owned(), reasons: Vec::new(), attachments: Vec::new(), seen: 0 };
    let mut undecided = World::opened(&city, Replies::AsNeeded, false);
    undecided.steps(&[("draft", Kind::UnitStaff)]);
    not_yours(undecided.desk().send_back(&back, &stranger).expect_err("a stranger"), "return");
    not_yours(world.desk().may_do(&case(), "file", &stranger).expect_err("a stranger"), "asked before the form");
    world.desk().may_do(&case(), "file", &by(Kind::UnitHead, TODAY)).expect("the head files");
    let bare = NoteImpersonator {
        impersonator: "i1".into(),
        network: "no-such".to_owned(),
        network_name: None,
        url: String::new(),
        attachments: Vec::new(),
        note: None,
    };
    not_yours(world.desk().note_impersonator(&bare, &stranger).expect_err("a stranger"), "note");
    // A published case tells a stranger no more than another one does.
    world.steps(&[("file", Kind::UnitHead), ("list", Kind::CentralHead)]);
    not_yours(world.desk().withdraw(&case(), "", &stranger).expect_err("a stranger"), "withdraw what is listed");
}

// Red while an incomplete policy was shared, and while one person's decision was recorded as a meeting's.
#[test]
fn what_is_shared_is_whole_and_one_person_holds_no_meeting() {
    let city = City::munakata();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    let purpose = world.policy.purpose.take();
    world.steps(&[("draft", Kind::UnitStaff)]);
    let share = refused(&world, &world.order("share"), Kind::UnitStaff);
    assert_eq!(share.kind, RefusalKind::Incomplete);
    assert_eq!(share.items.len(), 1, "{}", share.text());
    world.policy.purpose = purpose;
    world.steps(&[("draft", Kind::UnitStaff), ("share", Kind::UnitStaff)]);
    let meeting = Some(Meeting { held_on: TODAY, present: 1 });
    let decide =
        DoStep { evidence: Evidence::Decision(Decision { meeting, ..Decision::default() }), ..world.order("decide") };
    insta::assert_snapshot!(refused(&world, &decide, Kind::DepartmentHead).text(), @"
    「所属部長の決裁」は所属部長が決めるもので、会議で決めるものではありません。会議の日と出席者の数が書かれています。（根拠：M6(1)①）
    次にすること：会議の日と出席者の数を消してください。会議の記録は、添付か書き添えに残せます。
    ");
}

// Red while a last day of the period stood beside a decision to have none.
#[test]
fn a_period_ends_or_has_no_end_and_not_both() {
    let city = City::tottori();
    let mut world = World::opened(&city, Replies::AsNeeded, false);
    if let Some(period) = &mut world.policy.period {
        period.open_because = Some("市長の決定による".to_owned());
    }
    world.steps(&[("draft", Kind::UnitStaff)]);
    let both = refused(&world, &world.order("file"), Kind::UnitHead);
    assert!(both.text().contains("両方が書かれています"), "{}", both.text());
}
