//! The door: who is let in, and what every answer carries.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use domain::access::Action;
use staff::{House, ROUTES, Verb};
use testkit::Guide;
use url::Url;

use crate::desk::Desk;

#[tokio::test]
async fn whoever_is_not_signed_in_is_led_to_the_sign_in_and_back() {
    let desk = Desk::open(Guide::Notice).await;
    let got = desk.anybody().get("cases/c4?on=2026-06-01").await;
    assert_eq!(got.status, StatusCode::SEE_OTHER);
    let code = desk.city.code();
    assert_eq!(got.location(), format!("/{code}/sign-in?next=%2F{code}%2Fcases%2Fc4%3Fon%3D2026%2D06%2D01"));
}

#[tokio::test]
async fn a_foreign_case_and_one_that_is_not_there_are_answered_alike() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let own = desk.sign_in("s1-staff").await;
    assert_eq!(own.get(&format!("cases/{case}")).await.status, StatusCode::OK);
    let stranger = desk.sign_in("s2-staff").await;
    let foreign = stranger.get(&format!("cases/{case}")).await;
    let absent = stranger.get("cases/c999").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!((foreign.status, &foreign.headers, &foreign.body), (absent.status, &absent.headers, &absent.body));
}

/// Red while `127.0.0.1` was a stranger to pages that the same machine opens as `localhost`.
#[tokio::test]
async fn without_an_address_of_their_own_the_pages_know_every_name_of_the_machine_and_with_one_only_that() {
    let there = Arc::new(House::on_this_machine(8081).expect("addresses"));
    let set = Arc::new(House::new(Url::parse("http://localhost:8081/").expect("an address")));
    let names = ["http://localhost:8081", "http://127.0.0.1:8081", "http://[::1]:8081"];
    let strangers = [
        "http://127.0.0.1:8080",
        "http://127.0.0.1",
        "https://127.0.0.1:8081",
        "http://127.0.0.2:8081",
        "http://[::1]:8080",
        "http://[::ffff:127.0.0.1]:8081",
        "http://0.0.0.0:8081",
        "http://localhost.evil.example:8081",
        "null",
    ];
    for (house, own) in [(&there, &names[..]), (&set, &names[..1])] {
        let desk = Desk::within(house, Guide::Notice).await;
        let officer = desk.sign_in("s1-staff").await;
        for origin in names.iter().chain(&strangers) {
            // A browser of today says both; an address that it does not trust gets `Origin` alone.
            let said = officer.request("POST", "sign-out").header("origin", *origin).body(Body::empty());
            let status = officer.send(said.expect("a request")).await.status;
            assert_eq!(status == StatusCode::FORBIDDEN, !own.contains(origin), "{origin}: {status}");
        }
    }
}

#[tokio::test]
async fn an_address_whose_fields_cannot_be_read_is_answered_with_a_page_that_says_what_to_do() {
    let desk = Desk::open(Guide::Notice).await;
    let own = desk.sign_in("s1-staff").await;
    assert_eq!(own.get("me?done=password").await.status, StatusCode::OK);
    let got = own.get("me?done=password&done=code").await;
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    assert_eq!(got.headers["content-type"], "text/html; charset=utf-8");
    assert!(got.html().contains("画面のリンクかボタンから開き直してください。"), "{}", got.read());
}

#[tokio::test]
async fn no_page_fails_over_a_zero_in_its_address() {
    let desk = Desk::open(Guide::Notice).await;
    let own = desk.sign_in("s1-staff").await;
    let fields = "?account=a%00&after=%00&unit=%00&q=%00";
    for route in ROUTES.iter().filter(|route| route.verb == Verb::Get) {
        let Some(path) = route.path.strip_prefix("/{town}/") else { continue };
        // The places are filled with a zero, and where there is none it stands behind the question mark.
        let parts = path.split('/').map(|part| if part.starts_with('{') { "c%00" } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        for address in [path.clone(), format!("{path}{fields}")].iter().filter(|address| address.contains("%00")) {
            let status = own.get(address).await.status;
            assert!(!status.is_server_error(), "{address}");
            assert!(status == StatusCode::NOT_FOUND || route.action == Action::Enter, "{address}: {status}");
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_it_safe() {
    let desk = Desk::open(Guide::Notice).await;
    for path in ["/", "/nowhere", "tasks", "cases/c1"] {
        let got = desk.anybody().get(path).await;
        let header = |name: &str| got.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
    }
}
