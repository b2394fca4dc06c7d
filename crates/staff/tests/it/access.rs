//! Who may come in: the first start, inviting, stopping, resetting; one's own settings; what could not be sent.

use std::collections::BTreeMap;
use std::sync::Arc;

use actions::{Carrying, Courier, Letter, MailTelling, PENDING, Posting, Telling};
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use domain::id::PersonId;
use domain::office::OfficeChange;
use staff::{House, Staffed};
use testkit::Guide;
use tokio::sync::Notify;
use url::Url;

use crate::desk::{Client, Desk, Got, PASSWORD, hidden};

const MINUTE: i64 = 60 * 1000;

#[tokio::test]
async fn whoever_is_invited_gets_one_sheet_with_a_link_under_the_configured_address() {
    let desk = Desk::open(Guide::Notice).await;
    let operator = desk.operator();
    let page = operator.get("sign-ins").await;
    assert!(page.read().contains("まだログインのない職員"), "{}", page.read());
    let request = operator.request("POST", "sign-ins/invite").header("sec-fetch-site", "same-origin");
    let request = request.header("host", "evil.example").header("x-forwarded-host", "evil.example");
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let links = operator.send(request.body(Body::from("person=s1-staff&person=s2-staff")).expect("a request")).await;
    assert_eq!(links.status, StatusCode::OK);
    let html = links.html();
    assert_eq!(html.matches("class=\"card sheet\"").count(), 2);
    assert_eq!(html.matches(&format!("http://localhost:8081/{}/join/", desk.city.code())).count(), 2);
    assert!(!html.contains("evil.example"));
    let unknown = operator.post("sign-ins/invite", &[("number", "nobody-here")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unknown.field("number").as_deref(), Some("nobody-here"));
    assert!(unknown.read().contains("職員の名簿にありません"), "{}", unknown.read());
    assert!(unknown.html().contains("href=\"#f-number\""), "the summary leads to the field");
    let full_width = operator.post("sign-ins/invite", &[("number", "ｓ２－head")]).await;
    assert_eq!(full_width.html().matches("class=\"card sheet\"").count(), 1, "{}", full_width.read());
}

#[tokio::test]
async fn the_operator_finds_a_login_and_whoever_has_none_by_what_is_known_of_them() {
    let desk = Desk::open(Guide::Notice).await;
    for person in ["s1-head", "s1-staff", "s2-staff"] {
        desk.sign_in(person).await;
    }
    let operator = desk.operator();
    for (q, logins) in [
        ("観光課", vec!["s1-head", "s1-staff"]),
        ("観光課 主事", vec!["s1-staff"]),
        ("農政課主事の職員", vec!["s2-staff"]),
        ("Ｓ２－staff", vec!["s2-staff"]),
        ("みほん", vec![]),
        ("unyo", vec!["unyo.01"]),
        ("運用担当", vec!["unyo.01"]),
        ("", vec!["s1-head", "s1-staff", "s2-staff", "unyo.01"]),
    ] {
        let page = operator.get(&format!("sign-ins?q={}", percent_encoded(q))).await;
        let html = page.html();
        let table = html.split_once("<table").map_or("", |(_, rest)| rest.split("</table>").next().unwrap_or_default());
        let names = ["s1-head", "s1-staff", "s2-staff", "unyo.01"];
        let found: Vec<&str> = names.into_iter().filter(|name| table.contains(&format!(">{name}<"))).collect();
        assert_eq!(found, logins, "{q}: {}", page.read());
        let typed = html.split("<input").find(|input| input.contains("id=\"f-q\"")).expect("where it was typed");
        assert!(typed.contains(&format!("value=\"{q}\"")), "{typed}");
    }
    let narrowed = operator.get(&format!("sign-ins?q={}", percent_encoded("農政課"))).await.html();
    assert!(narrowed.contains("value=\"s2-head\"") && !narrowed.contains("value=\"s1-chief\""), "{narrowed}");
    let nobody = operator.get("sign-ins?q=nobody-here").await.read();
    assert!(nobody.contains("「nobody-here」に当てはまるログインはありません。"), "{nobody}");
}

#[tokio::test]
async fn words_that_find_too_many_people_say_how_many_are_not_looked_for() {
    let desk = Desk::open(Guide::Notice).await;
    let (mut noted, mut names) = (Vec::new(), BTreeMap::new());
    for number in 0..503 {
        let house = if number < 500 { "本庁" } else { "支所" };
        let person = PersonId(format!("w{number:03}"));
        names.insert(person.clone(), (format!("{house}の窓口担当{number:03}の職員"), String::new()));
        noted.push(OfficeChange::PersonNoted { person });
    }
    desk.city.change_office(noted, names).await.expect("the office grows");
    let operator = desk.operator();
    for (q, left_out) in [
        ("窓口担当", Some("当てはまる職員が多いため、3人は探していません。言葉を足してください。")),
        ("本庁の窓口担当", None),
        ("支所", None),
        ("nobody-here", None),
        ("", None),
    ] {
        let page = operator.get(&format!("sign-ins?q={}", percent_encoded(q))).await.read();
        let told = page.lines().find(|line| line.contains("探していません"));
        assert_eq!(told, left_out, "{q}: {page}");
    }
}

#[tokio::test]
async fn only_the_operator_manages_sign_ins() {
    let desk = Desk::open(Guide::Notice).await;
    let officer = desk.sign_in("s1-staff").await;
    for path in ["sign-ins", "sign-ins/log", "office/import", "outbox"] {
        assert_eq!(officer.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["sign-ins/invite", "sign-ins/invite-operator", "sign-ins/x/suspend", "outbox/x/retry", "office/import"]
    {
        assert_eq!(officer.post(path, &[("person", "s2-staff")]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(desk.operator().get("sign-ins/nobody").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn stopping_a_login_ends_its_open_pages_at_once_and_says_so_in_the_ledger() {
    let desk = Desk::open(Guide::Notice).await;
    let officer = desk.sign_in("s1-staff").await;
    let operator = desk.operator();
    let login = login_of(&operator.get("sign-ins").await, "s1-staff");
    assert_eq!(officer.get("tasks").await.status, StatusCode::OK);
    let stopped = operator.post(&format!("sign-ins/{login}/suspend"), &[]).await;
    assert_eq!(stopped.status, StatusCode::SEE_OTHER);
    let page = operator.get(stopped.location()).await.read();
    assert!(page.contains("利用を止め、台帳に記録しました。") && page.contains("停止中"), "{page}");
    assert_eq!(officer.get("tasks").await.status, StatusCode::SEE_OTHER, "led to the sign-in");
    let again = operator.post(&format!("sign-ins/{login}/suspend"), &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.read().contains("もう停止しています"), "{}", again.read());
}

#[tokio::test]
async fn something_sensitive_asks_again_who_one_is_and_goes_on_with_the_same_form() {
    let desk = Desk::open(Guide::Notice).await;
    let operator = desk.operator();
    desk.town.machine.advance(6 * MINUTE);
    let asked = operator.post("sign-ins/invite", &[("person", "s1-staff")]).await;
    insta::assert_snapshot!(asked.read(), @"
    本人の確認
    大切な操作のため、もう一度、本人であることを確かめます。まだ何も記録されていません。確かめると、そのまま続きを行います。
    パスワード
    必須
    確かめて続ける
    ");
    let mut fields = hidden(&asked.html());
    assert_eq!(fields, [("person".to_owned(), "s1-staff".to_owned())]);
    fields.push(("prove-password".to_owned(), "wrong".to_owned()));
    let wrong = operator.post("sign-ins/invite", &pairs(&fields)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(hidden(&wrong.html()), [("person".to_owned(), "s1-staff".to_owned())]);
    fields.pop();
    fields.push(("prove-password".to_owned(), PASSWORD.to_owned()));
    let done = operator.post("sign-ins/invite", &pairs(&fields)).await;
    assert_eq!(done.html().matches("class=\"card sheet\"").count(), 1, "{}", done.read());
}

#[tokio::test]
async fn a_staff_list_is_shown_before_it_is_recorded_and_its_problems_are_told_by_row() {
    let desk = Desk::open(Guide::Notice).await;
    let operator = desk.operator();
    let before = desk.city.office().await.expect("an office");
    let bad = "組織コード,組織名,職コード,職名,職位\n0901,新しい課,p9,課長,王様\n";
    let refused = upload(&operator, bad, "2026-06-01").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.read().contains("2行目：職位「王様」"), "{}", refused.read());
    let good = "組織コード,組織名\n0901,新しい課\n";
    let preview = upload(&operator, good, "2026-06-01").await;
    assert_eq!(preview.status, StatusCode::OK);
    assert!(preview.read().contains("令和8年6月1日から組織「新しい課」（0901）を加える"), "{}", preview.read());
    assert_eq!(*before, *desk.city.office().await.expect("an office"), "nothing is written before it is confirmed");
    let fields = hidden(&preview.html());
    let done = operator.post("office/import", &pairs(&fields)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.read());
    assert!(operator.get(done.location()).await.read().contains("台帳の"), "what was recorded is said");
    let twice = operator.post("office/import", &pairs(&fields)).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "sent twice, it is done once");
}

// Red while the page after the act said nothing of the rows that were left out, nor the preview of a key that binds nothing.
#[tokio::test]
async fn rows_that_were_left_out_are_shown_again_after_the_act_and_unknown_keys_before_it() {
    let desk = Desk::open(Guide::Notice).await;
    let operator = desk.operator();
    let list = "組織コード,組織名,組織キー,職コード,職名,職員番号,氏名\n0901,新しい課,nobody_knows,p9,新しい課長,901x,見本　新\n0901,新しい課,,,係長,777,見本　無職\n";
    let preview = upload(&operator, list, "2026-06-01").await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.read());
    let read = preview.read();
    assert!(read.contains("組織キー「nobody_knows」は、ガイドラインにありません（2行目）"), "{read}");
    let mut fields = hidden(&preview.html());
    fields.push(("leave_out".to_owned(), "yes".to_owned()));
    let done = operator.post("office/import", &pairs(&fields)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.read());
    let read = done.read();
    for words in ["台帳の", "取り込まなかった1行", "3行目", "見本　無職", "今のままです"] {
        assert!(read.contains(words), "{words}: {read}");
    }
}

// Red while the button under an old preview recorded whatever the list meant for the office by then.
#[tokio::test]
async fn only_what_was_shown_is_recorded_and_otherwise_the_new_preview_is_shown() {
    let desk = Desk::open(Guide::Notice).await;
    let operator = desk.operator();
    let preview = upload(&operator, "組織コード,組織名\n0901,新しい課\n", "2026-06-01").await;
    let fields = hidden(&preview.html());
    // Meanwhile somebody else founds the unit under another name.
    let founded = OfficeChange::UnitFounded {
        unit: "0901".into(),
        name: "別の課".to_owned(),
        kana: String::new(),
        level: domain::office::Level::Division,
        parent: None,
        key: None,
        from: jiff::civil::date(2026, 5, 1),
    };
    desk.city.change_office(vec![founded], BTreeMap::new()).await.expect("founded");
    let before = desk.city.office().await.expect("an office");
    let shown = operator.post("office/import", &pairs(&fields)).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(*before, *desk.city.office().await.expect("an office"), "nothing that nobody saw is recorded");
    let words = shown.read();
    assert!(
        words.contains("まだ何も記録していません") && words.contains("「別の課」（0901）の名前を「新しい課」にする"),
        "{words}"
    );
    // A form without the seal is no confirmation either.
    let fields = hidden(&shown.html());
    let unsealed: Vec<(String, String)> = fields.iter().filter(|(name, _)| name != "shown").cloned().collect();
    assert_eq!(operator.post("office/import", &pairs(&unsealed)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = operator.post("office/import", &pairs(&fields)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.read());
}

#[tokio::test]
async fn a_long_staff_list_says_by_sort_what_it_does_not_write_out() {
    let desk = Desk::open(Guide::Notice).await;
    let operator = desk.operator();
    // A new unit, then a post and a name for each row, then who takes which post.
    let list = |held: usize, vacant: usize| {
        let held =
            (1..=held).map(|at| format!("0901,窓口課,w{at:03},窓口担当{at},clerk,n{at:03},窓口担当{at}の職員\n"));
        let vacant = (1..=vacant).map(|at| format!("0901,窓口課,v{at:03},空席の担当{at},clerk,,\n"));
        let rows: String = held.chain(vacant).collect();
        format!("組織コード,組織名,職コード,職名,職位,職員番号,氏名\n{rows}")
    };
    let long = upload(&operator, &list(260, 0), "2026-06-01").await;
    assert_eq!(long.status, StatusCode::OK, "{}", long.read());
    assert_eq!(changes(&long), 500);
    let told = "ここに出したのは初めの500件です。ほかに、氏名の登録11件、職の登録10件、着任260件があり、取り込むと合わせて記録します。";
    assert!(long.read().contains(told), "{}", long.read());
    let just = upload(&operator, &list(166, 1), "2026-06-01").await;
    assert_eq!(changes(&just), 500, "1 unit, 167 posts, 166 names and 166 people who take a post");
    assert!(!just.read().contains("ほかに"), "{}", just.read());
}

/// How many changes a preview writes out.
fn changes(preview: &Got) -> usize {
    let html = preview.html();
    // The way here is a list too; this one stands last.
    html.rsplit_once("<ol>").map_or(0, |(_, list)| list.matches("<li>").count())
}

#[tokio::test]
async fn a_new_password_ends_the_other_browsers_and_keeps_this_one() {
    let desk = Desk::open(Guide::Notice).await;
    let (mut here, codes) = desk.joins_on_paper("s1-staff").await;
    let mut there = desk.anybody();
    there.sends("sign-in", &[("name", "s1-staff"), ("password", PASSWORD)]).await;
    there.sends("sign-in/second", &[("way", "recovery"), ("recovery", &codes[0])]).await;
    assert_eq!(there.get("me").await.status, StatusCode::OK);
    let short = [("former", PASSWORD), ("password", "short"), ("again", "other")];
    let refused = here.sends("me/password", &short).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html().matches("class=\"wrong\"").count() >= 2, "{}", refused.read());
    let new = "ichigo daifuku wo taberu";
    let changed = here.sends("me/password", &[("former", PASSWORD), ("password", new), ("again", new)]).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.read());
    assert!(here.get("me?done=password").await.read().contains("パスワードを変えました。"));
    assert_eq!(there.get("me").await.status, StatusCode::SEE_OTHER, "the other browser is out");
}

#[tokio::test]
async fn all_other_sessions_end_at_a_press_and_nobody_elses() {
    let desk = Desk::open(Guide::Notice).await;
    let (here, codes) = desk.joins_on_paper("s1-staff").await;
    let mut there = desk.anybody();
    there.sends("sign-in", &[("name", "s1-staff"), ("password", PASSWORD)]).await;
    there.sends("sign-in/second", &[("way", "recovery"), ("recovery", &codes[0])]).await;
    let somebody = desk.sign_in("s2-staff").await;
    assert!(here.get("me").await.read().contains("この端末以外を終える"));
    here.post("me/sessions/others/end", &[]).await;
    assert_eq!(there.get("me").await.status, StatusCode::SEE_OTHER);
    assert_eq!(here.get("me").await.status, StatusCode::OK);
    assert_eq!(somebody.get("me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn notices_are_read_one_by_one_and_what_has_not_left_is_the_operators() {
    let desk = Desk::open(Guide::Notice).await;
    let officer = desk.sign_in("s1-staff").await;
    assert!(officer.get("notices").await.read().contains("お知らせはありません"), "empty");
    assert!(desk.operator().get("outbox").await.read().contains("送れていないお知らせはありません"), "empty");
    assert_eq!(desk.operator().get("notices").await.status, StatusCode::FORBIDDEN);
    let log = desk.operator().get("sign-ins/log").await.read();
    assert!(log.contains("利用開始") && log.contains("s1-staff"), "{log}");
}

#[tokio::test]
async fn what_is_refused_in_the_outbox_leads_to_the_message_or_to_the_list_that_it_has_left() {
    let desk = Desk::open(Guide::Notice).await;
    let operator = desk.operator();
    let gone = operator.post("outbox/x/retry", &[]).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(gone.led_to(), ["messages"], "the list is empty, and says so there");

    let telling = Telling { mail: Some(MailTelling::default()), ..Telling::default() };
    let city = desk.city.clone().telling(telling);
    city.ask_address(&PersonId::from("s1-staff"), "kanko@city.example.jp").await.expect("asked");
    let courier = OnTheWay::default();
    tokio::select! {
        sent = city.send_due(&courier) => panic!("the courier has come back: {sent:?}"),
        () = courier.left.notified() => {}
    }
    let id = city.unsent(None, 1).await.expect("read").rows.remove(0).id;
    for what in ["retry", "drop"] {
        let refused = operator.post(&format!("outbox/{id}/{what}"), &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.led_to(), [id.as_str()], "{what}");
        assert!(refused.html().contains(&format!("id=\"f-{id}-error\"")), "it is said beside the message: {what}");
    }
    assert_eq!(
        operator.post("outbox/x/drop", &[]).await.led_to(),
        ["messages"],
        "another one, while the list is not empty"
    );
    desk.town.machine.advance(6 * MINUTE);
    let again = operator.post(&format!("outbox/{id}/retry"), &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "nobody has it any more: {}", again.read());
}

#[tokio::test]
async fn what_is_refused_in_ones_own_settings_leads_to_where_it_is_mended() {
    let house = Arc::new(House::new(Url::parse("http://localhost:8081/").expect("an address")));
    let desk = Desk::within(&house, Guide::Notice).await;
    let officer = desk.sign_in("s1-staff").await;
    let sends = async |path: &str, name: &str, value: &str| {
        let refused = officer.post(path, &[(name, value)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {value}: {}", refused.read());
        refused
    };
    for (path, name, value) in [
        ("me/address", "address", "kanko@city.example.jp"),
        ("me/address/confirm", "mail-code", "000000"),
        ("me/telling", "how", "daily"),
        ("me/telling", "how", ""),
    ] {
        assert_eq!(sends(path, name, value).await.led_to(), ["address"], "no mail leaves this town: {path} {value}");
    }

    let mail = MailTelling { domains: vec!["city.example.jp".to_owned()] };
    let city = desk.city.clone().telling(Telling { mail: Some(mail), ..Telling::default() });
    house.take_in(Staffed { city, name: "見本市".to_owned(), public_url: None });
    for (path, name, value) in [
        ("me/address", "address", "kanko@example.com"),
        ("me/address/confirm", "mail-code", "000000"),
        ("me/telling", "how", "daily"),
    ] {
        assert_eq!(sends(path, name, value).await.fields_at_fault(), ["address"], "it begins there: {path}");
    }
    let asked = officer.post("me/address", &[("address", "kanko@city.example.jp")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.read());
    assert_eq!(sends("me/address/confirm", "mail-code", "x").await.fields_at_fault(), ["mail-code"]);

    let login = login_of(&desk.operator().get("sign-ins").await, "s1-staff");
    desk.town.has_passkey(&login, "0a1b").await;
    let refused = sends("me/passkeys/remove", "passkey-id", "0a1b").await;
    assert_eq!(refused.led_to(), ["passkey-0a1b"]);
    assert!(refused.html().contains("id=\"f-passkey-0a1b-error\""), "it is said beside the key");
    assert_eq!(sends("me/passkeys/remove", "passkey-id", "ffff").await.led_to(), ["passkeys"], "it is none of these");
}

#[tokio::test]
async fn an_authenticator_s_seed_that_is_over_leads_to_the_press_for_a_new_one() {
    let desk = Desk::open(Guide::Notice).await;
    let (mut officer, _) = desk.joins_on_paper("s1-staff").await;
    let offered = officer.sends("me/code", &[]).await;
    assert_eq!(offered.status, StatusCode::OK, "{}", offered.read());
    let wrong = officer.sends("me/code/set", &[("code", "x")]).await;
    assert_eq!(wrong.fields_at_fault(), ["code"], "while it holds, the code is typed again");
    desk.town.machine.advance(PENDING + 1);
    let over = officer.sends("me/code/set", &[("code", "000000"), ("prove-password", PASSWORD)]).await;
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", over.read());
    assert!(over.read().contains("時間が過ぎました。"), "{}", over.read());
    assert_eq!(over.led_to(), ["code"]);
}

/// A courier who takes a letter and does not come back.
#[derive(Default)]
struct OnTheWay {
    left: Notify,
}

impl Courier for OnTheWay {
    fn mail<'a>(&'a self, _: &'a Letter) -> Carrying<'a> {
        self.left.notify_one();
        Box::pin(std::future::pending())
    }

    fn post<'a>(&'a self, _: &'a Posting) -> Carrying<'a> {
        Box::pin(std::future::pending())
    }
}

async fn upload(client: &Client, list: &str, from: &str) -> Got {
    let body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"list\"; filename=\"名簿.csv\"\r\ncontent-type: text/csv\r\n\r\n{list}\r\n--x\r\ncontent-disposition: form-data; name=\"from\"\r\n\r\n{from}\r\n--x--\r\n"
    );
    let request = client.request("POST", "office/import").header("sec-fetch-site", "same-origin");
    let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=x");
    client.send(request.body(Body::from(body)).expect("a request")).await
}

/// The login of a person in the list.
fn login_of(page: &Got, name: &str) -> String {
    let html = page.html();
    let row = html.split("<tr role=\"row\">").find(|row| row.contains(&format!("職員番号 {name}<"))).expect("a row");
    row.split_once("/sign-ins/").and_then(|(_, rest)| rest.split_once('"')).expect("a link").0.to_owned()
}

fn percent_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
