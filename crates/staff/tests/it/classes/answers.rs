//! What every answer carries, and how much a request may bring.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use axum::http::{Request, StatusCode};
use staff::{House, Staffed, Verb};
use testkit::Guide;
use tower::ServiceExt;
use url::Url;

use super::town::{Furnished, Habits};
use crate::desk::{Client, Desk, Got, PASSWORD};

/// The cookies that signing in sets under an address.
async fn cookies_under(desk: &Desk, address: &str, name: &str) -> Vec<String> {
    let house = Arc::new(House::new(Url::parse(address).expect("an address")));
    house.take_in(Staffed { city: desk.city.clone(), name: "見本".to_owned(), public_url: None });
    let router = staff::router(house);
    let origin = address.trim_end_matches('/');
    let mut set: Vec<String> = Vec::new();
    for (path, body) in
        [("sign-in", format!("name={name}&password={}", PASSWORD.replace(' ', "+"))), ("sign-out", String::new())]
    {
        let request = Request::post(format!("/{}/{path}", desk.city.code()))
            .header("origin", origin)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        // Whoever was let in goes out again by the cookies that were set.
        let kept: Vec<&str> = set.iter().filter_map(|cookie| cookie.split(';').next()).collect();
        let request = request.header("cookie", kept.join("; ")).body(Body::from(body)).expect("a request");
        let response = router.clone().oneshot(request).await.expect("an answer");
        assert!(response.status().is_redirection() || response.status().is_success(), "{}", response.status());
        let sealed = response.headers().get("strict-transport-security").is_some();
        assert_eq!(sealed, address.starts_with("https"), "told to come back over https alone");
        let values = response.headers().get_all(SET_COOKIE).iter();
        set.extend(values.map(|value| value.to_str().expect("a cookie").to_owned()));
    }
    set
}

#[tokio::test]
async fn every_cookie_is_for_this_host_for_no_script_and_for_no_other_site() {
    let desk = Desk::open(Guide::Notice).await;
    let path = desk.invites("s1-staff").await;
    let mut browser = desk.anybody();
    browser.opens(&path).await;
    let fields = [("name", "s1-staff"), ("password", PASSWORD), ("again", PASSWORD), ("second", "none")];
    assert_eq!(browser.sends(&path, &fields).await.status, StatusCode::SEE_OTHER);
    for (address, sealed) in [("http://localhost:8081/", false), ("https://shirube.example.lg.jp/", true)] {
        let cookies = cookies_under(&desk, address, "s1-staff").await;
        assert!(cookies.len() >= 5, "{cookies:?}");
        for cookie in &cookies {
            let parts: Vec<&str> = cookie.split("; ").skip(1).collect();
            for wanted in ["Path=/", "HttpOnly", "SameSite=Lax"] {
                assert!(parts.contains(&wanted), "{wanted}: {cookie}");
            }
            assert_eq!(parts.contains(&"Secure"), sealed, "{cookie}");
            assert_eq!(cookie.starts_with("__Host-"), sealed, "{cookie}");
            assert!(!parts.iter().any(|part| part.starts_with("Domain")), "{cookie}");
            let value = cookie.split(['=', ';']).nth(1).unwrap_or_default();
            assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{cookie}");
            // Only the mark of a known browser outlives it.
            let stays = parts.iter().any(|part| part.starts_with("Max-Age=") && *part != "Max-Age=0");
            assert!(!stays || cookie.contains("-device="), "{cookie}");
        }
    }
}

#[tokio::test]
async fn a_session_that_is_sent_twice_or_under_another_name_is_none() {
    let desk = Desk::open(Guide::Notice).await;
    let mut officer = desk.sign_in("s1-staff").await;
    assert_eq!(officer.get("tasks").await.status, StatusCode::OK);
    let (name, token) = officer.cookies.remove(0);
    for cookies in [
        vec![(name.clone(), token.clone()), (name.clone(), "x".to_owned())],
        vec![(name.clone(), "x".to_owned()), (name.clone(), token.clone())],
        vec![(name.to_uppercase(), token.clone())],
        vec![(format!("__Host-{name}"), token.clone())],
        vec![(format!("{name}-who"), token.clone())],
        vec![("shirube-000000".to_owned(), token.clone())],
        vec![(name.clone(), token.chars().rev().collect())],
        vec![(name.clone(), format!("{token}x"))],
        vec![(name.clone(), format!("\"{token}\""))],
    ] {
        let mut other: Client = officer.clone();
        other.cookies = cookies;
        assert_eq!(other.get("tasks").await.status, StatusCode::SEE_OTHER, "{:?}", other.cookies);
    }
}

/// What an answer lacks of what every answer has to carry.
fn lacks(got: &Got, is_asset: bool) -> Vec<&'static str> {
    let header = |name: &str| got.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let policy = header("content-security-policy");
    let kept = header(CACHE_CONTROL.as_str());
    let wanted = [
        ("no-store", if is_asset { kept.contains("immutable") } else { kept == "no-store" }),
        ("nosniff", header("x-content-type-options") == "nosniff"),
        ("a policy of nothing", policy.contains("default-src 'none'")),
        ("no inline script", !policy.contains("unsafe")),
        ("same-origin referrer", header("referrer-policy") == "same-origin"),
        ("own window", header("cross-origin-opener-policy") == "same-origin"),
        ("no sharing", got.headers.get("access-control-allow-origin").is_none()),
        ("no server's name", got.headers.get("server").is_none() && got.headers.get("x-powered-by").is_none()),
        ("no varying", is_asset || got.headers.get("vary").is_none()),
    ];
    wanted.into_iter().filter(|(_, there)| !there).map(|(name, _)| name).collect()
}

#[tokio::test]
async fn nothing_but_the_assets_is_kept_by_a_browser_or_on_the_way() {
    let town = Furnished::open(Habits::tame()).await;
    let mut statuses = std::collections::BTreeMap::<u16, u32>::new();
    let mut wrong = std::collections::BTreeSet::new();
    let mut look = |path: &str, got: &Got| {
        let is_asset = path.starts_with("/assets/") && got.status == StatusCode::OK;
        wrong.extend(lacks(got, is_asset).into_iter().map(|what| format!("{path}: {} without {what}", got.status)));
        *statuses.entry(got.status.as_u16()).or_default() += 1;
    };
    for (_, path, client) in town.pages() {
        for client in [client, town.stranger.clone(), town.desk.anybody(), town.operator.clone()] {
            look(&path, &client.get(&path).await);
            // A name that looks like a file to whatever stands between.
            let style = format!("{path}/x.css");
            look(&style, &client.get(&style).await);
        }
    }
    for (_, path, client) in town.routes(Verb::Post) {
        let request = client.request("DELETE", &path).header("sec-fetch-site", "same-origin");
        look(&path, &client.send(request.body(Body::empty()).expect("a request")).await);
        let request = client.request("POST", &path).header("sec-fetch-site", "cross-site");
        look(&path, &client.send(request.body(Body::empty()).expect("a request")).await);
        look(&path, &town.desk.anybody().post(&path, &[("reason", "x")]).await);
        look(&path, &town.stranger.post(&path, &[("on", "x")]).await);
    }
    assert_eq!(wrong, std::collections::BTreeSet::new());
    for status in [200, 303, 401, 403, 404, 405, 422] {
        assert!(statuses.contains_key(&status), "{status} was never answered: {statuses:?}");
    }
    println!("{statuses:?}");
}

#[tokio::test]
async fn a_form_that_is_too_large_or_no_form_is_refused_and_changes_nothing() {
    let town = Furnished::open(Habits::tame()).await;
    let before = town.ledger().await;
    let form = "application/x-www-form-urlencoded";
    let files = "multipart/form-data; boundary=x";
    let part = |name: &str, body: &str| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{body}\r\n--x--\r\n")
    };
    let bodies: Vec<(&str, String, &[u16])> = vec![
        (form, format!("reason={}", "x".repeat(600 * 1024)), &[413]),
        (form, "a=1&".repeat(2_001), &[400]),
        (form, "reason=%00".to_owned(), &[400]),
        (form, "rea%00son=a".to_owned(), &[400]),
        ("text/plain", "reason=x&on=2026-06-01".to_owned(), &[415]),
        ("application/json", "[".repeat(100_000), &[415]),
        ("application/json", "{\"reason\":\"x\"}".to_owned(), &[415]),
        ("", "reason=x".to_owned(), &[415]),
        (files, part("reason", &"x".repeat(600 * 1024)), &[400, 413, 415]),
        (files, part("reason", "\u{0}"), &[400, 415]),
        ("multipart/form-data", part("reason", "x"), &[400, 415]),
    ];
    let (mut refused, mut taken) = (0, Vec::new());
    for (route, path, client) in town.routes(Verb::Post) {
        // Out, an end and a challenge ask for nothing but to be pressed.
        let presses =
            ["/sign-out", "/end", "/challenge", "/forget", "/me/code", "/me/recovery", "/me/identity", "/oidc"];
        // A staff list may be large; it has its own limit below. What could not be sent is pressed, too.
        let apart = route.path.ends_with("/office/import") || route.path.contains("/outbox/");
        if apart || presses.iter().any(|end| route.path.ends_with(end)) {
            continue;
        }
        for (kind, body, wanted) in &bodies {
            let request =
                client.request("POST", &path).header("sec-fetch-site", "same-origin").header(CONTENT_TYPE, *kind);
            let got = client.send(request.body(Body::from(body.clone())).expect("a request")).await;
            let start: String = body.chars().take(20).collect();
            if wanted.contains(&got.status.as_u16()) {
                refused += 1;
            } else {
                taken.push(format!("{path} {kind} {start}: {}", got.status));
            }
        }
    }
    assert_eq!(taken, Vec::<String>::new());
    let list = vec![b'x'; 10 * 1024 * 1024];
    for kind in [form, files] {
        let request = town.operator.request("POST", "office/import").header("sec-fetch-site", "same-origin");
        let got =
            town.operator.send(request.header(CONTENT_TYPE, kind).body(Body::from(list.clone())).expect("a request"));
        assert!(got.await.status.is_client_error(), "{kind}");
    }
    assert_eq!(town.ledger().await, before);
    println!("{refused} bodies refused");
}
