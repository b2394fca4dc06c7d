//! 鳥取市: what an officer of the unit and of the 広報室 meets on the way from the policy to the list.
//!
//! Each story says which defect in the kernel turned it red.

use domain::act::{NoteAccount, ReturnCase};
use domain::evidence::{Evidence, Paper};
use domain::guideline::Replies;
use domain::listing::ListingRecord;
use domain::network::Notice;
use domain::policy::{self, Policy};
use domain::refusal::{Refusal, RefusalKind};
use jiff::civil::date;

use crate::town::{City, Kind};
use crate::world::{OPENED, TODAY, World, by, case, opening, policy};

const NO_REPLIES: &str = "原則として行いません。個別の回答はできませんので、あらかじめ御了承ください。";
const WITH_REPLIES: &str = "運用者は必要に応じて回答を行います。ただし、運用者が全ての投稿を閲覧し投稿に対して回答することを保証するものではありません。";

/// The world after drafting this policy, and the answer to filing it.
fn filed(city: &City, content: Policy) -> (World<'_>, Result<(), Refusal>) {
    let mut world = World::opened(city, Replies::None, false);
    world.policy = content;
    world.steps(&[("draft", Kind::UnitStaff)]);
    let filed = world.step("file", Kind::UnitHead).map(|_| ());
    (world, filed)
}

/// A policy that is complete but for what the closure takes out of it.
fn complete_but(city: &City, take: impl FnOnce(&mut Policy)) -> Policy {
    let mut content = policy(city, Replies::None, "mihon_kanko");
    take(&mut content);
    content
}

fn refused(city: &City, take: impl FnOnce(&mut Policy)) -> Refusal {
    filed(city, complete_but(city, take)).1.expect_err("the filing is refused")
}

fn listed(city: &City, replies: Replies) -> World<'_> {
    let mut world = World::opened(city, replies, false);
    world.steps(&[
        ("draft", Kind::UnitStaff),
        ("file", Kind::UnitHead),
        ("receive", Kind::CentralStaff),
        ("list", Kind::CentralStaff),
    ]);
    world
}

fn record(world: &World<'_>) -> ListingRecord {
    let (_, span) = world.register.list_on(TODAY).next().expect("something is listed");
    span.read().expect("the record is kept")
}

/// Takes something out of a complete policy.
type Take = fn(&mut Policy);

// Red when `problems` looked at no items, and when a missing unit was let through.
#[test]
fn a_filing_is_refused_while_any_of_the_eight_items_is_missing_and_names_it_with_its_clause() {
    let city = City::tottori();
    let seven: [(&str, &str, Take); 7] = [
        ("アカウント", "T3(1)", |p| p.account_name = None),
        ("ＵＲＬ", "T3(2)", |p| p.url = None),
        ("運用目的", "T3(3)", |p| p.purpose = None),
        ("発信情報", "T3(4)", |p| (p.audience, p.information) = (None, None)),
        ("運用期間", "T3(6)", |p| p.period = None),
        ("発信時間", "T3(7)", |p| p.hours = None),
        ("投稿者への回答", "T3(8)", |p| p.reply = None),
    ];
    for (label, clause, take) in seven {
        let refusal = refused(&city, take);
        assert_eq!(refusal.kind, RefusalKind::Incomplete, "{label}");
        let named: Vec<String> = refusal.items.iter().map(|i| format!("{} {}", i.label, i.basis.shown())).collect();
        let expected = vec![format!("{label} {clause}"); if clause == "T3(4)" { 2 } else { 1 }];
        assert_eq!(named, expected);
    }
    // 所管部署 is the case's own: without one there is no case to file.
    let mut world = World::new(&city, Replies::None);
    let mut order = opening(case(), "account-1".into(), false);
    order.units.clear();
    let refusal = world.open(&order, Kind::UnitStaff, OPENED).expect_err("a case without a unit is refused");
    insta::assert_snapshot!(refusal.text(), @"
    所管部署がありません。（根拠：T3(5)）
    次にすること：アカウントを運用する組織の組織コードを入れてください。
    ");
}

#[test]
fn a_filing_with_nothing_in_it_is_told_of_everything_at_once() {
    insta::assert_snapshot!(refused(&City::tottori(), |p| *p = Policy::default()).text(), @"
    利用方針に足りない、または直すところが9か所あるため、「広報室への届出」に進めません。（根拠：T3）
    ・種類（どのサービスか）がありません。（T-F1b.ＳＮＳの種類）→サービスを選んでください。その他のときは名前も入れてください。
    ・アカウントがありません。（T3(1)）→記入してから、もう一度進めてください。
    ・ＵＲＬがありません。（T3(2)）→記入してから、もう一度進めてください。
    ・運用目的がありません。（T3(3)）→記入してから、もう一度進めてください。
    ・発信情報の対象者（誰に向けて）がありません。（T3(4)）→記入してから、もう一度進めてください。
    ・発信情報の情報（どのような情報を）がありません。（T3(4)）→記入してから、もう一度進めてください。
    ・運用期間がありません。（T3(6)）→運用開始日と運用終了日を入れてください。
    ・発信時間がありません。（T3(7)）→曜日と時刻を入れてください。
    ・投稿者への回答の方針がありません。（T3(8)）→個別に返信するかどうか、どちらか一つを選んでください。
    次にすること：それぞれを直してから、もう一度進めてください。入力した内容は残っています。
    ");
}

// Red while a policy had no place for the reading, and the record knew the unit's alone.
#[test]
fn the_reading_and_the_english_name_go_from_the_policy_to_the_list_and_onto_no_form() {
    let city = City::tottori();
    let mut world = World::opened(&city, Replies::None, false);
    world.policy = complete_but(&city, |policy| {
        policy.account_name_kana = Some(" みほん かんこう ".to_owned());
        policy.account_name_en = Some("Mihon Sightseeing".to_owned());
    });
    world.steps(&[
        ("draft", Kind::UnitStaff),
        ("file", Kind::UnitHead),
        ("receive", Kind::CentralStaff),
        ("list", Kind::CentralStaff),
    ]);
    let named = record(&world);
    assert_eq!(named.name_kana.as_deref(), Some("みほん かんこう"));
    assert_eq!(named.name_en.as_deref(), Some("Mihon Sightseeing"));
    assert!(named.policy.iter().all(|row| !row.text.contains("かんこう") && !row.text.contains("Sightseeing")));

    // Without them a policy and a record are written as before, to the byte; what was written before is read.
    let plain = record(&listed(&city, Replies::None));
    let bytes = String::from_utf8(plain.canonical()).expect("JSON");
    assert!(!bytes.contains("name_kana") && !bytes.contains("name_en"), "{bytes}");
    let written = serde_json::to_string(&Policy::default()).expect("JSON");
    assert!(!written.contains("kana") && !written.contains("_en"), "{written}");
    assert_eq!(serde_json::from_str::<Policy>(&written).expect("an old policy"), Policy::default());
}

#[test]
fn a_reading_that_is_no_kana_and_an_english_name_that_is_no_latin_are_refused_at_the_name() {
    let refusal = refused(&City::tottori(), |policy| {
        policy.account_name_kana = Some("観光だより".to_owned());
        policy.account_name_en = Some("観光 News".to_owned());
    });
    insta::assert_snapshot!(refusal.text(), @"
    利用方針に足りない、または直すところが2か所あるため、「広報室への届出」に進めません。（根拠：T3）
    ・アカウントのよみ「観光だより」に、かなでない文字があります。（T3(1)）→ひらがなかカタカナで書いてください。分からないときは、空けておけます。
    ・アカウントの英語名「観光 News」に、英字で書けない文字があります。（T3(1)）→英字・数字・記号で書いてください。分からないときは、空けておけます。
    次にすること：それぞれを直してから、もう一度進めてください。入力した内容は残っています。
    ");
}

// Red when その他 was let through without a name.
#[test]
fn a_network_that_is_not_named_in_the_guideline_needs_its_name() {
    let city = City::tottori();
    let other = |name: Option<&str>| {
        complete_but(&city, |p| {
            p.network = Some("other".to_owned());
            p.network_name = name.map(str::to_owned);
            p.url = Some("https://sns.example/mihon".to_owned());
        })
    };
    for nameless in [None, Some(""), Some("　"), Some("○○")] {
        let refusal = filed(&city, other(nameless)).1.expect_err("その他 without a name is refused");
        assert!(refusal.items.iter().any(|i| i.is_of("network") && i.basis.shown() == "T2"), "{}", refusal.text());
    }
    assert_eq!(filed(&city, other(Some("みほんネット"))).1, Ok(()));
}

// Red when the reading of the address was not asked.
#[test]
fn the_citys_own_site_and_another_networks_address_are_no_address_of_the_account() {
    let city = City::tottori();
    for url in ["https://www.city.tottori.lg.jp/kanko", "https://www.instagram.com/mihon_kanko/"] {
        let refusal = refused(&city, |p| p.url = Some(url.to_owned()));
        assert_eq!(about(&refusal), ["url T3(2)"], "{url}");
    }
    let own = refused(&city, |p| p.url = Some("https://www.city.tottori.lg.jp/kanko".to_owned()));
    insta::assert_snapshot!(own.text(), @"
    利用方針に足りない、または直すところが1か所あるため、「広報室への届出」に進めません。（根拠：T3）
    ・「www.city.tottori.lg.jp」は公式サイトです。ＳＮＳ（民間の事業者などのサービス）のアカウントではありません。（T3(2)）→ＳＮＳのアカウントのページのＵＲＬを入れてください。
    次にすること：それぞれを直してから、もう一度進めてください。入力した内容は残っています。
    ");
}

// Red when only the audience was looked at.
#[test]
fn to_whom_and_what_are_both_required() {
    let city = City::tottori();
    let whats = |take: fn(&mut Policy)| -> Vec<String> {
        refused(&city, take).items.into_iter().map(|i| format!("{} {}", i.what, i.basis.shown())).collect()
    };
    assert_eq!(whats(|p| p.audience = None), ["発信情報の対象者（誰に向けて）がありません。 T3(4)"]);
    assert_eq!(whats(|p| p.information = None), ["発信情報の情報（どのような情報を）がありません。 T3(4)"]);
}

// Red when a placeholder counted as an answer.
#[test]
fn the_blanks_of_the_form_and_words_that_say_nothing_are_no_answers() {
    let city = City::tottori();
    for blank in ["○○", "観光の○○を知らせる", "なし", " 特になし ", "　"] {
        let refusal = refused(&city, |p| p.purpose = Some(blank.to_owned()));
        assert_eq!(about(&refusal), ["purpose T3(3)"], "{blank}");
    }
}

// Red when the notices were thrown away.
#[test]
fn a_url_with_more_than_letters_and_digits_is_filed_with_a_notice() {
    let city = City::tottori();
    let content = policy(&city, Replies::None, "mihon_kanko");
    let notices = policy::address_of(&content, &city.guideline, &city.networks).expect("the address is read").notices;
    assert_eq!(notices, [Notice::Symbols(vec!['_'])]);
    let plain = policy(&city, Replies::None, "mihonkanko");
    let notices = policy::address_of(&plain, &city.guideline, &city.networks).expect("the address is read").notices;
    assert_eq!(notices, []);
    assert_eq!(filed(&city, content).1, Ok(()));
}

// Red when the hour of the end was that of the beginning.
#[test]
fn the_hours_are_printed_in_the_very_words_of_the_form() {
    let world = listed(&City::tottori(), Replies::None).register;
    let (_, span) = world.list_on(TODAY).next().expect("something is listed");
    let rows = span.read().expect("the record is kept").policy;
    let hours = rows.iter().find(|r| r.label == "発信時間").expect("the row is there");
    assert_eq!(
        hours.text,
        "月曜日から金曜日までの8時30分から17時15分までとします。（祝祭日及び年末年始を除く）。\n\
         ただし、それ以外の時間に発信する場合があります。"
    );
}

// Red when the stance's label was printed, and when words of one's own stood beside the fixed text.
#[test]
fn exactly_one_text_on_replies_is_printed_and_never_its_label() {
    let city = City::tottori();
    for (replies, text, other) in
        [(Replies::None, NO_REPLIES, WITH_REPLIES), (Replies::AsNeeded, WITH_REPLIES, NO_REPLIES)]
    {
        let record = record(&listed(&city, replies));
        let row = record.policy.iter().find(|r| r.label == "投稿者への回答").expect("the row is there");
        assert_eq!(row.text, text);
        let all = String::from_utf8(record.canonical()).expect("the record is text");
        assert!(!all.contains(other));
        assert!(!all.contains("返信しない場合") && !all.contains("返信する場合"), "a label is printed");
    }
    let own_words = refused(&city, |p| {
        p.reply.as_mut().expect("the policy is complete").text = Some("返信します。".to_owned());
    });
    assert_eq!(own_words.items.iter().map(|i| i.basis.shown()).collect::<Vec<_>>(), ["T-F1b.投稿者への回答"]);
}

// Red when a return undid nothing, and when reasons were not asked for.
#[test]
fn the_central_office_asks_for_corrections_item_by_item_and_the_number_stays() {
    let city = City::tottori();
    let mut world = World::opened(&city, Replies::None, false);
    world.steps(&[("draft", Kind::UnitStaff), ("file", Kind::UnitHead)]);
    let seen = world.case().version;
    let mut order = ReturnCase { case: case(), step: "receive".to_owned(), reasons: vec![], attachments: vec![], seen };
    let refusal = world.send_back(&order, Kind::CentralStaff, TODAY).expect_err("a return needs its reasons");
    assert_eq!(refusal.kind, RefusalKind::ReasonMissing);
    order.reasons = vec![
        ("purpose".to_owned(), "だれのための発信かを書いてください".to_owned()),
        ("period".to_owned(), "終了日を年度末にしてください".to_owned()),
    ];
    let refusal = world.send_back(&order, Kind::UnitHead, TODAY).expect_err("the unit cannot return its own filing");
    assert_eq!(refusal.kind, RefusalKind::NotYours);
    world.send_back(&order, Kind::CentralStaff, TODAY).expect("the central office may ask for corrections");
    assert!(world.case().steps.is_empty(), "what was filed no longer stands");
    let returned = world.case().returned.as_ref().expect("the return is known");
    let reasons: Vec<(&str, &str)> = returned.reasons.iter().map(|r| (r.item.as_str(), r.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [("purpose", "だれのための発信かを書いてください"), ("period", "終了日を年度末にしてください")]
    );
    // A correction is not dated before what it answers.
    let refusal = world.act(&world.order("draft"), Kind::UnitStaff, OPENED).expect_err("an earlier day is refused");
    insta::assert_snapshot!(refusal.text(), @"
    日付（令和8年4月6日）が、差戻しの日（令和8年4月15日）より前です。
    次にすること：順序のとおりの日付を入れてください。
    ");
    world.steps(&[("draft", Kind::UnitStaff), ("file", Kind::UnitHead), ("receive", Kind::CentralStaff)]);
    assert_eq!(world.case().returned, None);
    assert_eq!(world.case().number.as_deref(), Some("0001"));
    // A new version after the receipt keeps the number too.
    world.steps(&[("draft", Kind::UnitStaff), ("file", Kind::UnitHead), ("receive", Kind::CentralStaff)]);
    assert_eq!(world.case().number.as_deref(), Some("0001"));
    assert_eq!(world.register.last_serial, 1);
}

// Red when a withdrawal gave the number back.
#[test]
fn a_withdrawn_filing_leaves_its_number_spent() {
    let city = City::tottori();
    let mut world = World::opened(&city, Replies::None, false);
    world.steps(&[("draft", Kind::UnitStaff), ("file", Kind::UnitHead), ("receive", Kind::CentralStaff)]);
    let refusal = world.withdraw(&case(), Kind::CentralStaff, TODAY).expect_err("the unit withdraws, nobody else");
    assert_eq!(refusal.kind, RefusalKind::NotYours);
    let refusal = world.withdraw(&case(), Kind::UnitStaff, OPENED).expect_err("not before what was done since");
    assert_eq!(refusal.kind, RefusalKind::WrongDate);
    world.withdraw(&case(), Kind::UnitStaff, TODAY).expect("the unit may withdraw");
    let refusal = world.step("list", Kind::CentralStaff).expect_err("a withdrawn case is over");
    assert_eq!(refusal.kind, RefusalKind::Ended);
    let order = opening("case-2".into(), "account-2".into(), false);
    world.open(&order, Kind::UnitStaff, TODAY).expect("the unit may begin anew");
    for (step, kind) in [("draft", Kind::UnitStaff), ("file", Kind::UnitHead), ("receive", Kind::CentralStaff)] {
        world.act(&world.order_in(&"case-2".into(), step), kind, TODAY).expect("the address is free again");
    }
    assert_eq!(world.register.cases[&"case-2".into()].number.as_deref(), Some("0002"));
    assert_eq!(world.register.numbers.keys().collect::<Vec<_>>(), ["0001", "0002"]);
}

// Red when anybody of the unit could enter a paper filing, and when its number was not asked for.
#[test]
fn a_filing_on_paper_is_entered_by_the_central_office_with_the_head_as_its_sender() {
    let city = City::tottori();
    let mut world = World::opened(&city, Replies::None, false);
    world.steps(&[("draft", Kind::UnitStaff)]);
    let mut order = world.order("file");
    let paper = |number: &str, on| Evidence::Filing {
        paper: Some(Paper { received_on: on, document_number: number.to_owned() }),
    };
    order.evidence = paper("８観第12号", TODAY);
    let refusal = world.act(&order, Kind::UnitHead, TODAY).expect_err("who receives it enters it");
    assert_eq!(refusal.kind, RefusalKind::NotYours);
    order.evidence = paper(" ", TODAY);
    let refusal = world.act(&order, Kind::CentralStaff, TODAY).expect_err("it has a number");
    assert_eq!(refusal.kind, RefusalKind::WrongEvidence);
    order.evidence = paper("８観第12号", date(2026, 4, 16));
    let refusal = world.act(&order, Kind::CentralStaff, TODAY).expect_err("it came before it is entered");
    assert_eq!(refusal.kind, RefusalKind::WrongDate);
    order.evidence = paper("８観第12号", TODAY);
    world.act(&order, Kind::CentralStaff, TODAY).expect("the central office enters it");
    assert_eq!(world.case().steps["file"].by.person.0, Kind::UnitHead.person());
}

// Red when an account that existed counted as official.
#[test]
fn an_account_that_existed_before_is_official_only_once_it_is_listed() {
    let city = City::tottori();
    let mut world = World::new(&city, Replies::None);
    let note = NoteAccount {
        account: "account-1".into(),
        network: "旧Twitter".to_owned(),
        network_name: None,
        name: "みほん市観光課".to_owned(),
        url: "https://twitter.com/Mihon_Kanko?s=20".to_owned(),
        units: vec![crate::town::UNIT.into()],
    };
    let noted = world.desk().note_account(&note, &by(Kind::CentralStaff, OPENED)).expect("it can be noted");
    world.record(&noted);
    let official = |world: &World<'_>| world.register.accounts[&"account-1".into()].is_official();
    assert!(!official(&world));
    let order = opening(case(), "account-1".into(), false);
    world.open(&order, Kind::UnitStaff, OPENED).expect("it can be driven to its filing");
    for (step, kind) in [("draft", Kind::UnitStaff), ("file", Kind::UnitHead), ("receive", Kind::CentralStaff)] {
        world.steps(&[(step, kind)]);
        assert!(!official(&world), "official after {step}");
    }
    world.steps(&[("list", Kind::CentralStaff)]);
    assert!(official(&world));
}

/// Which items are at fault, and under which clause.
fn about(refusal: &Refusal) -> Vec<String> {
    refusal.items.iter().map(|item| format!("{} {}", item.at.word(), item.basis.shown())).collect()
}
