//! Writing a policy step by step.

use actions::Opening;
use axum::http::StatusCode;
use domain::case::Outcome;
use domain::evidence::{Evidence, ListingPlace};
use domain::id::{AccountId, CaseId, UnitId};
use testkit::{Guide, draft, who};

use crate::desk::{Client, Desk, Got};

/// What a person fills in on the shortest way through the policy of a guideline with a number, part by part.
const SHORTEST: &[(&str, &[(&str, &str)])] = &[
    ("account", &[("account_name", "みほん観光だより"), ("url", "https://x.com/mihon_kanko")]),
    ("purpose", &[("purpose", "観光の魅力を知らせるため")]),
    ("message", &[("audience", "観光客と市民"), ("information", "催しと見どころ")]),
    ("period", &[("period_from", "2026-06-01"), ("period_until", "2027-03-31")]),
    ("hours", &[("hours_from_day", "月"), ("hours_to_day", "金"), ("hours_from", "08:30"), ("hours_to", "17:15")]),
    ("reply", &[("reply", "none")]),
    ("further", &[]),
    ("texts", &[]),
];

/// The blanks of the form with its annex: of the covering letter 管理№, 年, 月, 日, 部, 課長, 担当; of the annex №, 種類,
/// アカウント, ＵＲＬ, 目的, 発信情報, 所管部署, 期間 (年月日 twice), 時間 (six slots), 回答, 備考.
const BLANKS: usize = 7 + 7 + 6 + 6 + 2;

async fn opening(desk: &Desk) -> String {
    desk.town.opens("s1-staff").await.case.expect("a case")
}

/// Sends a part's form as its page was shown, with some fields typed over.
async fn fill(client: &Client, case: &str, part: &str, typed: &[(&str, &str)], press: &str) -> Got {
    let path = format!("cases/{case}/policy/{part}");
    let version = client.get(&path).await.field("version").expect("the version");
    send(client, case, part, typed, press, &version).await
}

async fn send(client: &Client, case: &str, part: &str, typed: &[(&str, &str)], press: &str, version: &str) -> Got {
    let mut fields = vec![("version", version), ("do", press)];
    fields.extend(typed);
    client.post(&format!("cases/{case}/policy/{part}"), &fields).await
}

async fn write_all(client: &Client, case: &str) {
    for (part, typed) in SHORTEST {
        let got = fill(client, case, part, typed, "next").await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{part}: {}", got.read());
    }
}

async fn submit(client: &Client, case: &str) -> Got {
    let path = format!("cases/{case}/policy/review");
    let page = client.get(&path).await;
    let field = |name: &str| page.field(name).expect("a hidden field");
    let (key, version, case_version) = (field("key"), field("version"), field("case_version"));
    client.post(&path, &[("key", &key), ("version", &version), ("case_version", &case_version), ("do", "submit")]).await
}

async fn does(desk: &Desk, case: &str, step: &str, person: &str, evidence: Evidence) {
    desk.town.does(case, step, person, evidence).await.expect(step);
}

/// Drafts, files, receives and lists, so that the account is official.
async fn official(desk: &Desk, handle: &str) -> (String, AccountId) {
    let opened = desk.town.opens("s1-staff").await;
    let case = opened.case.expect("a case");
    desk.town.drafts(&case, "s1-staff", draft(desk.town.guide, handle)).await.expect("a draft");
    does(desk, &case, "file", "s1-head", Evidence::Filing { paper: None }).await;
    does(desk, &case, "receive", "s3-staff", Evidence::Receipt).await;
    does(desk, &case, "list", "s3-staff", Evidence::Listing(ListingPlace::Here)).await;
    (case, AccountId::from(opened.account.expect("an account").as_str()))
}

#[tokio::test]
async fn the_shortest_policy_types_less_than_half_of_the_forms_blanks_and_nothing_that_is_known() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    let first = client.get(&format!("cases/{case}/policy")).await;
    assert!(first.location().ends_with("/policy/account"), "{}", first.location());
    write_all(&client, &case).await;
    let got = submit(&client, &case).await;
    assert!(got.location().contains(&format!("/cases/{case}?done=")), "{}", got.read());

    let typed: usize = SHORTEST.iter().map(|(_, typed)| typed.len()).sum();
    println!("typed or chosen: {typed} of {BLANKS} blanks");
    assert!(typed * 2 <= BLANKS, "{typed} of {BLANKS}");
    // What was typed is enough for the filing, and what the form shows besides was never asked.
    does(&desk, &case, "file", "s1-head", Evidence::Filing { paper: None }).await;
    let form = client.get(&format!("cases/{case}/preview/form")).await;
    let account = client.get(&format!("cases/{case}/policy/account")).await;
    for known in ["観光課", "経済観光部"] {
        assert!(form.html().contains(known), "{known}: {}", form.read());
        assert!(account.read().contains(known), "told as known, not asked: {}", account.read());
    }
}

#[tokio::test]
async fn whoever_leaves_in_the_middle_finds_everything_as_it_was_typed() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let typed = "髙﨑𠮷野の祭\n「○」 <b> & \" '";
    let client = desk.sign_in("s1-staff").await;
    let saved = fill(&client, &case, "purpose", &[("purpose", typed)], "save").await;
    assert!(saved.location().ends_with("/policy/purpose?saved=yes"));
    let later = desk.sign_in("s1-other").await.get(&format!("cases/{case}/policy/purpose")).await;
    assert!(later.read().contains(typed.lines().next().expect("a line")), "{}", later.read());
    assert!(later.html().contains("「○」 &#60;b&#62; &#38; &#34; &#39;</textarea>"), "{}", later.html());
    assert!(later.read().contains("下書きの最後の保存：令和8年6月1日 9時00分（観光課主事）"), "{}", later.read());
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_everything_typed_stays() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    let typed = [("period_from", "2026-02-30"), ("period_until", "2026-03-31")];
    let got = fill(&client, &case, "period", &typed, "next").await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(got.field("period_from").as_deref(), Some("2026-02-30"));
    assert_eq!(got.field("period_until").as_deref(), Some("2026-03-31"));
    let problems = got.read().split("運用を始める日").next().unwrap_or_default().to_owned();
    assert!(problems.contains("運用期間の開始日：2026年2月30日はありません。"), "{problems}");
    assert!(got.html().contains("href=\"#f-period_from\""));
    // It is kept all the same, and one may go on and mend it later.
    let later = fill(&client, &case, "period", &typed, "later").await;
    assert!(later.location().ends_with("/policy/hours"), "{}", later.location());
    let review = client.get(&format!("cases/{case}/policy/review")).await;
    assert!(review.html().contains("/policy/period#f-period_from"));
    let refused = submit(&client, &case).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.read().contains("「利用方針の作成」に進めません。"), "{}", refused.read());
}

// Red while the page had no field for them.
#[tokio::test]
async fn a_name_can_be_given_its_reading_and_an_english_name_which_are_asked_of_nobody() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    let page = client.get(&format!("cases/{case}/policy/account")).await;
    assert!(page.html().contains("<details") && page.read().contains("書かなくてもかまいません"), "{}", page.read());
    let name = [("account_name", "みほん観光だより"), ("url", "https://x.com/mihon_kanko")];
    let wrong = [&name[..], &[("account_name_kana", "観光"), ("account_name_en", "観光 News")]].concat();
    let got = fill(&client, &case, "account", &wrong, "next").await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.html().contains("href=\"#f-account_name_kana\"") && got.html().contains("href=\"#f-account_name_en\""));
    assert_eq!(got.field("account_name_kana").as_deref(), Some("観光"), "what was typed stays");
    let hidden = [&name[..], &[("account_name_kana", "みほん\u{202e}"), ("account_name_en", "\u{200d}")]].concat();
    let got = fill(&client, &case, "account", &hidden, "next").await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right =
        [&name[..], &[("account_name_kana", "みほんかんこうだより"), ("account_name_en", "Mihon News")]].concat();
    let got = fill(&client, &case, "account", &right, "next").await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.read());
    let later = client.get(&format!("cases/{case}/policy/account")).await;
    assert_eq!(later.field("account_name_kana").as_deref(), Some("みほんかんこうだより"));
    assert_eq!(later.field("account_name_en").as_deref(), Some("Mihon News"));
}

#[tokio::test]
async fn an_address_is_told_as_it_was_understood_and_a_refused_one_stays_typed() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    let name = ("account_name", "みほん観光");
    fill(&client, &case, "account", &[name, ("url", "http://twitter.com/Mihon_Kanko?s=20")], "save").await;
    let page = client.get(&format!("cases/{case}/policy/account")).await.read();
    assert!(page.contains("一覧には https://x.com/Mihon_Kanko と載ります。"), "{page}");
    assert!(page.contains("通信が保護される"), "{page}");
    let wrong = [name, ("network", "facebook"), ("url", "https;//x.com/mihon")];
    let got = fill(&client, &case, "account", &wrong, "next").await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(got.field("url").as_deref(), Some("https;//x.com/mihon"));
    assert!(got.read().contains("打ちまちがい"), "{}", got.read());
}

#[tokio::test]
async fn of_two_who_draft_at_once_the_second_is_told_and_loses_nothing() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let (one, other) = (desk.sign_in("s1-staff").await, desk.sign_in("s1-chief").await);
    send(&one, &case, "purpose", &[("purpose", "観光を知らせる")], "save", "").await;
    let got = send(&other, &case, "purpose", &[("purpose", "農産物を知らせる")], "save", "").await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = got.read();
    assert!(page.contains("ほかの方がこの下書きを保存しました。") && page.contains("（観光課主事）"), "{page}");
    assert!(page.contains("観光を知らせる") && got.html().contains("農産物を知らせる</textarea>"), "{page}");
    let kept = one.get(&format!("cases/{case}/policy/purpose")).await;
    assert!(kept.html().contains("観光を知らせる</textarea>"), "nothing was written over");
    // Knowing what stands, the second may keep their own.
    let version = got.field("version").expect("what stands now");
    let got = send(&other, &case, "purpose", &[("purpose", "農産物を知らせる")], "save", &version).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER);
    // A press sent twice is one saving.
    let twice = send(&other, &case, "purpose", &[("purpose", "農産物を知らせる")], "save", &version).await;
    assert_eq!(twice.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_is_typed_is_looked_at_while_it_is_typed_and_not_kept() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    for what in ["form", "public"] {
        let blank = client.get(&format!("cases/{case}/preview/{what}")).await;
        assert!(!blank.html().contains(">その他<"), "no service was chosen yet: {}", blank.read());
    }
    let got = send(&client, &case, "purpose", &[("purpose", "見るだけ"), ("live", "yes")], "preview", "").await;
    assert_eq!(got.status, StatusCode::OK);
    assert!(got.html().contains("id=\"sight\"") && got.html().matches("見るだけ").count() >= 3, "form, page, field");
    let kept = client.get(&format!("cases/{case}/policy/purpose")).await;
    assert!(!kept.html().contains("見るだけ"));
    let got = send(&client, &case, "purpose", &[("purpose", "残す")], "preview", "").await;
    assert!(got.location().contains("/policy/purpose"), "without the script the same button keeps and shows");
    assert!(client.get(&format!("cases/{case}/preview/public")).await.html().contains("残す"));
}

#[tokio::test]
async fn a_returned_case_shows_each_reason_beside_its_item() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    write_all(&client, &case).await;
    submit(&client, &case).await;
    does(&desk, &case, "file", "s1-head", Evidence::Filing { paper: None }).await;
    let reasons = [("purpose".to_owned(), "だれのためかを書いてください。".to_owned())];
    let id = CaseId::from(case.as_str());
    desk.city.send_back(&id, "receive", &reasons, None, &who("s3-staff"), None).await.expect("sent back");
    let page = client.get(&format!("cases/{case}/policy/purpose")).await;
    assert!(page.read().contains("差し戻しの理由\nだれのためかを書いてください。"), "{}", page.read());
    assert!(page.html().contains("観光の魅力を知らせるため</textarea>"), "the recorded policy is where it goes on");
    assert!(!client.get(&format!("cases/{case}/policy/message")).await.read().contains("差し戻しの理由"));
    fill(&client, &case, "purpose", &[("purpose", "観光客に見どころを知らせるため")], "next").await;
    let got = submit(&client, &case).await;
    assert!(got.location().contains("?done="), "{}", got.read());
}

#[tokio::test]
async fn exactly_the_chosen_reply_is_printed_and_never_its_label() {
    let desk = Desk::open(Guide::Notice).await;
    let texts = [
        ("none", "原則として行いません。個別の回答はできませんので、あらかじめ御了承ください。"),
        ("as_needed", "運用者は必要に応じて回答を行います。"),
    ];
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    let asked = client.get(&format!("cases/{case}/policy/reply")).await.read();
    for (stance, text) in texts {
        assert!(asked.contains(text), "both are offered in their exact words: {asked}");
        fill(&client, &case, "reply", &[("reply", stance)], "save").await;
        for what in ["form", "public"] {
            let page = client.get(&format!("cases/{case}/preview/{what}")).await.html();
            for (other, words) in texts {
                assert_eq!(page.contains(words), other == stance, "{what} of {stance}: {words}");
            }
            assert!(!page.contains("返信しない場合") && !page.contains("返信する場合"), "{what}");
        }
    }
}

#[tokio::test]
async fn a_guideline_without_fixed_replies_takes_the_units_words_and_asks_for_a_contact() {
    let desk = Desk::open(Guide::Decision).await;
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    let typed = [("reply", "none"), ("reply_text", "個別の返信は行いません。")];
    let got = fill(&client, &case, "reply", &typed, "next").await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.html().contains("href=\"#f-reply_contact\""), "{}", got.read());
    let typed = [typed[0], typed[1], ("reply_contact", "代表電話（見本）")];
    assert_eq!(fill(&client, &case, "reply", &typed, "next").await.status, StatusCode::SEE_OTHER);
    let account = [("network", "x"), ("account_name", "みほん観光"), ("url", "")];
    let got = fill(&client, &case, "account", &account, "next").await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "the address becomes known later: {}", got.read());
    fill(&client, &case, "purpose", &[("purpose", "観光の案内のため")], "next").await;
    let got = submit(&client, &case).await;
    assert!(got.location().contains("?done="), "{}", got.read());
}

#[tokio::test]
async fn a_departure_from_a_standard_text_needs_its_reason_and_shows_in_the_previews() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    let got = fill(&client, &case, "texts", &[("depart-changes", "left_out")], "next").await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.html().contains("href=\"#f-depart-changes-because\""));
    let typed = [("depart-changes", "left_out"), ("depart-changes-because", "別に定めるため")];
    assert_eq!(fill(&client, &case, "texts", &typed, "next").await.status, StatusCode::SEE_OTHER);
    let page = client.get(&format!("cases/{case}/preview/public")).await.html();
    assert!(!page.contains("利用方針の変更等") && page.contains("免責事項"));
}

#[tokio::test]
async fn a_further_account_may_begin_with_the_units_last_policy() {
    let desk = Desk::open(Guide::Notice).await;
    official(&desk, "mihon_one").await;
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    let first = client.get(&format!("cases/{case}/policy/account")).await;
    assert!(first.read().contains("前の方針から写す"), "{}", first.read());
    let got = client.post(&format!("cases/{case}/policy"), &[("do", "copy")]).await;
    assert!(got.location().ends_with("/policy/account"), "{}", got.location());
    let account = client.get(&format!("cases/{case}/policy/account")).await;
    assert_eq!(account.field("url").as_deref(), Some(""), "the address is the other account's own");
    assert!(!account.read().contains("前の方針から写す"));
    let purpose = client.get(&format!("cases/{case}/policy/purpose")).await;
    assert!(purpose.html().contains("観光の魅力を知らせるため</textarea>"));
    let period = client.get(&format!("cases/{case}/policy/period")).await;
    assert_eq!(period.field("period_from").as_deref(), Some(""));
}

#[tokio::test]
async fn a_change_begins_with_the_policy_in_force() {
    let desk = Desk::open(Guide::Notice).await;
    let (_, account) = official(&desk, "mihon_one").await;
    let order = Opening {
        procedure: "change".to_owned(),
        account: Some(account),
        units: vec![UnitId::from("s1")],
        ..Opening::default()
    };
    let case = desk.city.open(&order, &who("s1-staff"), None).await.expect("opened").case.expect("a case");
    let client = desk.sign_in("s1-staff").await;
    let first = client.get(&format!("cases/{case}/policy")).await;
    assert!(first.location().ends_with("/policy/review"), "nothing is missing: {}", first.location());
    let page = client.get(&format!("cases/{case}/policy/account")).await;
    assert!(page.read().contains("今の方針から始めています。"), "{}", page.read());
    assert_eq!(page.field("url").as_deref(), Some("https://x.com/mihon_one"));
    fill(&client, &case, "purpose", &[("purpose", "四季の見どころを知らせるため")], "next").await;
    let form = client.get(&format!("cases/{case}/preview/form")).await;
    assert!(form.read().contains("四季の見どころを知らせるため"), "{}", form.read());
    assert!(submit(&client, &case).await.location().contains("?done="));
}

#[tokio::test]
async fn only_those_who_draft_see_what_is_being_typed() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let own = desk.sign_in("s1-staff").await;
    fill(&own, &case, "purpose", &[("purpose", "まだ考え中の目的")], "save").await;
    let stranger = desk.sign_in("s2-staff").await;
    for path in ["policy", "policy/purpose", "policy/review", "preview/form", "preview/public"] {
        let foreign = stranger.get(&format!("cases/{case}/{path}")).await;
        let absent = stranger.get(&format!("cases/c999/{path}")).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(foreign.body, absent.body, "{path}");
    }
    let posted = stranger.post(&format!("cases/{case}/policy/purpose"), &[("purpose", "ほかの課から")]).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
    // The central office sees the case, but a draft is the unit's until it is recorded.
    let central = desk.sign_in("s3-staff").await;
    let page = central.get(&format!("cases/{case}/policy/purpose")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.read().contains("情報発信機関の職員"), "{}", page.read());
    assert!(!central.get(&format!("cases/{case}/preview/form")).await.html().contains("まだ考え中の目的"));
    let posted = central.post(&format!("cases/{case}/policy/purpose"), &[("purpose", "室から")]).await;
    assert_eq!(posted.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = own.get(&format!("cases/{case}/policy/purpose")).await;
    assert!(kept.html().contains("まだ考え中の目的</textarea>"));
}

#[tokio::test]
async fn a_submission_sent_twice_is_one_entry_and_one_overtaken_is_refused() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let client = desk.sign_in("s1-staff").await;
    write_all(&client, &case).await;
    let path = format!("cases/{case}/policy/review");
    let page = client.get(&path).await;
    let field = |name: &str| page.field(name).expect("a hidden field");
    let (key, version, seen) = (field("key"), field("version"), field("case_version"));
    // Somebody goes on typing between the look and the press.
    let other = desk.sign_in("s1-chief").await;
    fill(&other, &case, "purpose", &[("purpose", "見どころを知らせるため")], "save").await;
    let fields = [("key", key.as_str()), ("version", version.as_str()), ("case_version", seen.as_str())];
    let got = client.post(&path, &fields).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.read().contains("ほかの方がこの下書きを保存した"), "{}", got.read());
    let version = got.field("version").expect("what stands now");
    let fields = [("key", key.as_str()), ("version", version.as_str()), ("case_version", seen.as_str())];
    let (once, twice) = (client.post(&path, &fields).await, client.post(&path, &fields).await);
    assert!(once.location().contains("?done="), "{}", once.read());
    assert_eq!(once.location(), twice.location());
    let view = desk.city.case(&CaseId::from(case.as_str())).await.expect("a case");
    let content = view.case.policy.expect("a policy").content.expect("its content");
    assert_eq!(content.purpose.as_deref(), Some("見どころを知らせるため"));
    assert_eq!(view.case.steps.get("draft").map(|done| done.outcome), Some(Outcome::Done));
}

#[tokio::test]
async fn the_part_on_what_is_sent_is_led_by_the_guidelines_own_words() {
    let desk = Desk::open(Guide::Notice).await;
    let case = opening(&desk).await;
    let page = desk.sign_in("s1-staff").await.get(&format!("cases/{case}/policy/message")).await;
    let read = page.read();
    let from = read.find("誰に向けて").expect("the clause's own words");
    let asked = read.get(from..).and_then(|rest| rest.split("\n保存して次へ").next()).unwrap_or_default();
    insta::assert_snapshot!(asked, @r"
    誰に向けてどのような情報を発信するのか定める。なお、次に掲げる情報は発信することはできないものとする。
    ガイドライン
    3(4)
    「誰に」（対象者）と「どのような情報」の両方が要る。様式１では発信情報の一つの欄に続けて印字する。
    対象者（誰に向けて）
    必須
    だれに読んでもらうかを書きます。
    情報（どのような情報を）
    必須
    どのような情報を発信するかを書きます。
    発信してはならないもの
    ①誹謗中傷や不敬な言い方を含む情報
    ガイドライン
    3(4)①
    発信の前の確認で、この項目に当たらないことを確かめる。利用者の投稿についての項目（様式１の注意事項）とは別の一覧である。
    ②人種、思想、信条等の差別、又は差別を助長させる情報
    ガイドライン
    3(4)②
    ③違法行為又は違法行為をあおる情報
    ガイドライン
    3(4)③
    ④鳥取市あるいは鳥取市と利害関係にある者又は団体の秘密に関する情報
    ガイドライン
    3(4)④
    ⑤個人情報や鳥取市及び他者の権利を侵害する情報
    ガイドライン
    3(4)⑤
    ⑥鳥取市のセキュリティを脅かすおそれのある情報
    ガイドライン
    3(4)⑥
    ⑦単なるうわさやうわさを助長させる情報
    ガイドライン
    3(4)⑦
    ⑧その他公序良俗に反する一切の情報
    ガイドライン
    3(4)⑧
    ");
}
