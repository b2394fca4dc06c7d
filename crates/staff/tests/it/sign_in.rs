//! Coming in: by a link, by name and password, by a second proof; and what is kept when a session ends meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use domain::id::{PersonId, PositionId};
use domain::office::OfficeChange;
use staff::{House, Staffed};
use testkit::Guide;
use url::Url;

use crate::desk::{Desk, PASSWORD, hidden};

const MINUTE: i64 = 60 * 1000;

#[tokio::test]
async fn a_link_makes_a_login_once_and_shows_its_recovery_codes_once() {
    let desk = Desk::open(Guide::Notice).await;
    let path = desk.invites("s1-staff").await;
    let mut browser = desk.anybody();
    let page = browser.opens(&path).await;
    assert!(page.html().contains("<svg ") && page.html().contains("認証アプリに登録するQRコード"), "a QR code");
    let wrong = browser.sends(&path, &[("name", "k"), ("password", "short"), ("again", "x"), ("second", "code")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.field("name").as_deref(), Some("k"), "what was typed stays");
    assert!(!wrong.html().contains("short"), "but no password");
    let seed = |got: &crate::desk::Got| got.html().split_once("class=\"seed\">").map(|(_, rest)| rest[..20].to_owned());
    assert_eq!(seed(&wrong), seed(&page), "the authenticator need not be set up anew");
    let fields = [("name", "soumu.taro"), ("password", PASSWORD), ("again", PASSWORD), ("second", "paper")];
    let done = browser.sends(&path, &fields).await;
    assert_eq!(done.status, StatusCode::OK);
    assert_eq!(done.html().matches("<li><code>").count(), 10);
    assert_eq!(browser.get("sign-in").await.status, StatusCode::SEE_OTHER, "in");
    let again = desk.anybody().get(&path).await;
    assert_eq!(again.status, StatusCode::GONE);
    insta::assert_snapshot!(again.read(), @"
    受けつけられませんでした
    このリンクは使えません。もう使われたか、新しいリンクに替わったか、期限が過ぎています。
    次にすること：システムの運用担当に、新しいリンクを頼んでください。もう設定が済んでいる方は、サインインの画面を開いてください。
    はじめの画面へ
    ");
}

#[tokio::test]
async fn name_and_password_lead_to_the_second_proof_and_from_there_to_where_one_wanted_to_go() {
    let desk = Desk::open(Guide::Notice).await;
    let (mut browser, codes) = desk.joins_on_paper("s1-staff").await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    browser.sends("sign-out", &[]).await;
    let wanted = format!("/{}/cases/{case}", desk.city.code());
    let led = browser.opens(&wanted).await;
    let page = browser.opens(led.location()).await;
    assert_eq!(page.field("next").as_deref(), Some(wanted.as_str()));
    let wrong = browser.sends("sign-in", &[("name", "s1-staff"), ("password", "no"), ("next", &wanted)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.field("next").as_deref(), Some(wanted.as_str()));
    insta::assert_snapshot!(wrong.read(), @"
    鳥取市　サインイン
    入力を確かめてください（1件）
    ログイン名またはパスワードが違うか、このログインの利用が止められています。確かめて、もう一度入力してください。思い出せないときは、システムの運用担当に再設定を頼んでください。
    ログイン名
    必須
    パスワード
    必須
    サインイン
    サインインできないとき
    パスワードや認証アプリをなくしたときは、システムの運用担当に「再設定」を頼んでください。新しいリンクで設定し直せます。初めて使う方は、運用担当から受け取ったリンクを開くか、
    招待の文字を入力
    してください。
    ");
    let second = browser.sends("sign-in", &[("name", "s1-staff"), ("password", PASSWORD), ("next", &wanted)]).await;
    insta::assert_snapshot!(second.read(), @"
    鳥取市　二つ目の確認
    パスワードは確かめました。次のどれか一つで、本人であることを確かめてください。
    紙の予備コード
    予備コード
    必須
    印刷しておいた予備コードのうち、まだ使っていないものを一つ入力してください。
    確認する
    はじめからサインインし直す
    ");
    let bad = [("way", "recovery"), ("has", "recovery"), ("recovery", "0000-0000-0000-0000"), ("next", &wanted)];
    let refused = browser.sends("sign-in/second", &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.read().contains("確認できませんでした"), "{}", refused.read());
    let good = [("way", "recovery"), ("recovery", codes[0].as_str()), ("next", &wanted)];
    let done = browser.sends("sign-in/second", &good).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, wanted.as_str()));
    assert_eq!(browser.get(&wanted).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_is_kept_through_the_sign_in_for_the_same_person() {
    let desk = Desk::open(Guide::Notice).await;
    let (mut browser, codes) = desk.joins_on_paper("s1-staff").await;
    desk.town.machine.advance(16 * MINUTE);
    let typed =
        [("password", "never shown"), ("words", "一行目\n\"二\" <行> & 目"), ("key", "abc"), ("words", "もう一つ")];
    let stopped = browser.sends("me/password", &typed).await;
    assert_eq!(stopped.status, StatusCode::UNAUTHORIZED);
    assert!(!stopped.html().contains("never shown"));
    let carried = hidden(&stopped.html());
    let sent = |more: &[(&str, &str)], carried: &[(String, String)]| -> Vec<(String, String)> {
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        more.chain(carried.iter().cloned()).collect()
    };
    let fields = sent(&[("name", "s1-staff"), ("password", PASSWORD)], &carried);
    let second = browser.sends("sign-in", &pairs(&fields)).await;
    let mut after = hidden(&second.html());
    after.push(("recovery".to_owned(), codes[0].clone()));
    let resumed = browser.sends("sign-in/second", &pairs(&after)).await;
    assert_eq!(resumed.status, StatusCode::OK);
    assert!(resumed.html().contains(&format!("action=\"/{}/me/password\"", desk.city.code())));
    let kept = hidden(&resumed.html());
    let wanted = [("words", "一行目\n\"二\" <行> & 目"), ("key", "abc"), ("words", "もう一つ")];
    assert_eq!(pairs(&kept), wanted);

    // Somebody else at the same browser gets nothing of it.
    let (_, others) = desk.joins_on_paper("s2-staff").await;
    let mut shared = browser.clone();
    shared.cookies.retain(|(name, _)| !name.ends_with(desk.city.code()));
    let fields = sent(&[("name", "s2-staff"), ("password", PASSWORD)], &carried);
    let second = shared.sends("sign-in", &pairs(&fields)).await;
    let mut after = hidden(&second.html());
    after.push(("recovery".to_owned(), others[0].clone()));
    let dropped = shared.sends("sign-in/second", &pairs(&after)).await;
    assert_eq!((dropped.status, dropped.location()), (StatusCode::SEE_OTHER, &*format!("/{}/tasks", desk.city.code())));
}

#[tokio::test]
async fn a_sign_in_leads_nowhere_but_to_pages_of_the_same_municipality() {
    let desk = Desk::open(Guide::Notice).await;
    let code = desk.city.code().to_owned();
    let mut tried = 0;
    let hosts = ["evil.example", "//evil.example", "evil.example%2f", "@evil.example", "localhost:8081.evil.example"];
    let heads = [
        "https://",
        "http:",
        "//",
        "///",
        "/\\",
        "\\\\",
        "\\/",
        "/%09/",
        "/%2f",
        "/%5c",
        "javascript:",
        "data:,",
        "/.//",
        "/..//",
        "/%2e%2e//",
        "\t//",
        " //",
        "/\t/",
        "https:\\\\",
        "http:/",
        "ftp://",
        "//\u{0}",
        "/{code}//",
        "/{code}/..//",
        "/{code}/%2e%2e//",
        "/{code}/\\",
        "/{code}/tasks\\..\\..\\",
        "/{code}/cases/%2f..%2f",
        "?next=//",
        "#//",
    ];
    for host in hosts {
        for head in heads {
            let next = format!("{}{host}", head.replace("{code}", &code));
            let path = format!(
                "sign-in?{}",
                url::form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish()
            );
            let got = desk.anybody().get(&path).await;
            assert_eq!((got.status, got.field("next")), (StatusCode::OK, None), "{next:?}");
            tried += 1;
        }
    }
    assert!(tried >= 150, "{tried}");
    for own in [format!("/{code}/cases/c1"), format!("/{code}/cases/c1?on=2026-06-01&x=%E3%81%82")] {
        let path = format!(
            "sign-in?{}",
            url::form_urlencoded::Serializer::new(String::new()).append_pair("next", &own).finish()
        );
        assert!(desk.anybody().get(&path).await.html().contains("name=\"next\""), "{own}");
    }
    for other in
        ["/999999/cases/c1".to_owned(), format!("/{code}/sign-in"), format!("/{code}/nowhere"), format!("/{code}")]
    {
        let path = format!(
            "sign-in?{}",
            url::form_urlencoded::Serializer::new(String::new()).append_pair("next", &other).finish()
        );
        assert_eq!(desk.anybody().get(&path).await.field("next"), None, "{other}");
    }
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test]
async fn whoever_decides_and_has_no_second_proof_may_only_add_one() {
    let desk = Desk::open(Guide::Notice).await;
    // A clerk of a division needs none; a post in the office that receives asks for one.
    let path = desk.invites("s1-staff").await;
    let mut browser = desk.anybody();
    browser.opens(&path).await;
    let fields = [("name", "s1-staff"), ("password", PASSWORD), ("again", PASSWORD), ("second", "none")];
    let done = browser.sends(&path, &fields).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, &*format!("/{}/tasks", desk.city.code())));
    let moved = OfficeChange::Assigned {
        person: PersonId::from("s1-staff"),
        position: PositionId::from("s3-staff-post"),
        from: desk.city.today(),
    };
    desk.city.change_office(vec![moved], BTreeMap::new()).await.expect("moved");
    let mut again = desk.anybody();
    let into = again.sends("sign-in", &[("name", "s1-staff"), ("password", PASSWORD)]).await;
    assert_eq!(into.location(), format!("/{}/me", desk.city.code()));
    assert_eq!(again.get("tasks").await.location(), format!("/{}/me", desk.city.code()));
    let refused = again.post("cases/new", &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.read().contains("二つ目の確認が必要です"), "{}", refused.read());
    assert!(again.get("me").await.read().contains("二つ目の確認を登録してください。"));
    let codes = again.sends("me/recovery", &[]).await;
    assert_eq!(codes.html().matches("<li><code>").count(), 10, "{}", codes.read());
    assert_eq!(again.get("tasks").await.status, StatusCode::OK);
}

#[tokio::test]
async fn failures_make_one_wait_and_the_page_says_how_long() {
    let desk = Desk::open(Guide::Notice).await;
    desk.joins_on_paper("s1-staff").await;
    let browser = desk.anybody();
    let mut last = None;
    for _ in 0..7 {
        last = Some(browser.post("sign-in", &[("name", "s1-staff"), ("password", "wrong wrong wrong")]).await);
    }
    let last = last.expect("tried");
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.read().contains("もう一度試せます"), "{}", last.read());
    assert_eq!(last.field("name").as_deref(), Some("s1-staff"));
    let right = browser.post("sign-in", &[("name", "s1-staff"), ("password", PASSWORD)]).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "even the right one waits");
    desk.town.machine.advance(20 * MINUTE);
    let right = browser.post("sign-in", &[("name", "s1-staff"), ("password", PASSWORD)]).await;
    assert_eq!(right.status, StatusCode::OK, "and nobody is shut out for ever");
}

#[tokio::test]
async fn without_a_provider_of_the_city_its_ways_are_not_there() {
    let desk = Desk::open(Guide::Notice).await;
    let officer = desk.sign_in("s1-staff").await;
    assert!(!desk.anybody().get("sign-in").await.html().contains("共通サインイン"));
    for path in ["oidc", "oidc?next=/x", "oidc/callback", "oidc/callback?state=a&code=b", "oidc/again"] {
        assert_eq!(officer.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let link = desk.invites("s2-staff").await;
    assert!(!desk.anybody().get(&link).await.html().contains("共通サインイン"));
    assert_eq!(desk.anybody().post(&format!("{link}/oidc"), &[]).await.status, StatusCode::NOT_FOUND);
}

// Red while every sign-in asked for a second proof, whatever the city had set.
#[tokio::test]
async fn a_trusted_device_is_asked_once_and_anew_when_its_owner_ends_that() {
    let house = Arc::new(House::new(Url::parse("http://localhost:8081/").expect("an address")));
    let desk = Desk::within(&house, Guide::Notice).await;
    let (mut browser, codes) = desk.joins_on_paper("s1-head").await;
    let comes_in = [("name", "s1-head"), ("password", PASSWORD)];
    browser.sends("sign-out", &[]).await;
    let asked = browser.sends("sign-in", &comes_in).await;
    assert!(!asked.read().contains("この端末"), "this city does not let people trust: {}", asked.read());
    let city = desk.city.clone().trusting(Some(14));
    house.take_in(Staffed { city, name: "鳥取市".to_owned(), public_url: None });
    let asked = browser.sends("sign-in", &comes_in).await;
    assert!(asked.read().contains("この端末では、14日のあいだ二つ目の確認を省く"), "{}", asked.read());
    let proof = [("way", "recovery"), ("has", "recovery"), ("recovery", codes[0].as_str()), ("trust-recovery", "yes")];
    assert_eq!(browser.sends("sign-in/second", &proof).await.status, StatusCode::SEE_OTHER);
    browser.sends("sign-out", &[]).await;
    assert_eq!(browser.sends("sign-in", &comes_in).await.status, StatusCode::SEE_OTHER, "no second proof");
    let me = browser.get("me").await;
    assert!(me.read().contains("パスワード（信頼した端末）") && me.read().contains("信頼をやめる"), "{}", me.read());
    let device = hidden(&me.html()).into_iter().find(|(name, _)| name == "device").expect("a device").1;
    let ended = browser.sends("me/devices/end", &[("device", &device)]).await;
    assert!(browser.get(ended.location()).await.html().contains("端末の信頼をやめました"));
    assert!(!browser.get("me").await.read().contains("信頼をやめる"));
    browser.sends("sign-out", &[]).await;
    assert!(browser.sends("sign-in", &comes_in).await.read().contains("二つ目の確認"), "asked again");
    let log = desk.operator().get("sign-ins/log").await.read();
    for happened in ["端末の信頼", "信頼した端末のため、二つ目の確認を省いた", "端末の信頼の取り消し"]
    {
        assert!(log.contains(happened), "{happened}: {log}");
    }
}

// Red while a printed invitation had nothing beside a link of 64 figures and letters.
#[tokio::test]
async fn the_letters_of_a_printed_invitation_open_what_its_link_opens() {
    let desk = Desk::open(Guide::Notice).await;
    let sheet = desk.operator().post("sign-ins/invite", &[("person", "s1-staff")]).await.html();
    assert!(sheet.contains(&format!("<code>http://localhost:8081/{}/join</code>", desk.city.code())), "{sheet}");
    let code = sheet.split_once("class=\"seed\">").and_then(|(_, rest)| rest.split('<').next()).expect("letters");
    let mut browser = desk.anybody();
    let page = browser.opens("join").await;
    insta::assert_snapshot!(page.read(), @"
    鳥取市　招待の文字を入力する
    運用担当から受け取った紙の文字を入力すると、利用を始める画面が開きます。紙のリンクを開いたときと同じです。
    招待の文字
    必須
    紙に書かれた12文字です。大文字・小文字、空白、「-」の有無は、どれでもかまいません。
    次へ進む
    もう設定が済んでいる方は、サインインへ
    ");
    let wrong = browser.sends("join", &[("code", "0000-0000-0000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.fields_at_fault(), ["code"]);
    let opened = browser.sends("join", &[("code", &code.to_uppercase().replace('-', "　"))]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.read());
    let path = opened.location().to_owned();
    assert!(browser.opens(&path).await.read().contains("観光課主事の方のための設定です"));
    let fields = [("name", "kanko.taro"), ("password", PASSWORD), ("again", PASSWORD), ("second", "paper")];
    assert!(browser.sends(&path, &fields).await.read().contains("予備コード"));
    let late = desk.anybody();
    assert_eq!(late.post("join", &[("code", code)]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "used");
    for _ in 0..5 {
        late.post("join", &[("code", "0000-0000-0000")]).await;
    }
    assert!(late.post("join", &[("code", "0000-0000-0000")]).await.read().contains("少し待っていただきます"));
}
