//! Requests that do not come from our own pages, and forms that carry more than they were asked for.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use serde_json::Value;
use staff::Verb;

use super::town::{Furnished, Habits, pairs};
use crate::desk::{Client, Got, hidden};

/// What browsers and others say about where a request comes from, when it does not come from our own pages.
const ELSEWHERE: [&[(&str, &str)]; 29] = [
    &[],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "none")],
    &[("sec-fetch-site", "")],
    &[("sec-fetch-site", "SAME-ORIGIN")],
    &[("sec-fetch-site", "same-origin, cross-site")],
    &[("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-origin")],
    &[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8081")],
    &[("sec-fetch-site", "same-site"), ("origin", "http://localhost:8081")],
    &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
    &[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8082")],
    &[("sec-fetch-site", "same-origin"), ("origin", "null")],
    &[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8081"), ("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("origin", "")],
    &[("origin", "https://evil.example")],
    &[("origin", "http://www.localhost:8081")],
    &[("origin", "http://localhost:8080")],
    &[("origin", "http://localhost")],
    &[("origin", "https://localhost:8081")],
    &[("origin", "http://localhost:8081.evil.example")],
    &[("origin", "http://localhost:8081@evil.example")],
    &[("origin", "http://localhost:8081/")],
    &[("origin", "http://evil.example http://localhost:8081")],
    &[("origin", "http://127.0.0.1:8081")],
    &[("referer", "http://localhost:8081/")],
    &[("host", "localhost:8081"), ("x-requested-with", "XMLHttpRequest")],
];

async fn sends(client: &Client, method: &str, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Got {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = client.request(method, path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request.body(Body::from(body)).expect("a request")).await
}

/// A form as its page offers it.
async fn offered(client: &Client, path: &str) -> Vec<(String, String)> {
    let page = client.get(path).await;
    let mut fields = if page.status == StatusCode::OK { hidden(&page.html()) } else { Vec::new() };
    fields.extend(page.field("on").map(|on| ("on".to_owned(), on)));
    let typed = [
        ("procedure", "opening"),
        ("unit", "s1"),
        ("reason", "理由"),
        ("because", "理由"),
        ("whole", "理由"),
        ("network", "x"),
        ("name", "みほん"),
        ("url", "https://x.com/mihon_forged"),
        ("leaf", "within:opening/list"),
        ("value", "6"),
        ("title", "題名"),
        ("words", "内容"),
        ("how", "never"),
        ("purpose", "目的"),
        ("person", "s1-other"),
        ("key", "forged"),
        ("on", "2026-06-01"),
    ];
    for (name, value) in typed {
        if !fields.iter().any(|(known, _)| known == name) {
            fields.push((name.to_owned(), value.to_owned()));
        }
    }
    fields
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused_at_every_route_and_changes_nothing() {
    let town = Furnished::open(Habits::tame()).await;
    let mut forms = Vec::new();
    for (route, path, client) in town.routes(Verb::Post) {
        let fields = offered(&client, &path).await;
        forms.push((route, path, client, fields));
    }
    let before = town.bytes();
    let mut refused = 0;
    for (_, path, client, fields) in &forms {
        for headers in ELSEWHERE {
            let got = sends(client, "POST", path, headers, &pairs(fields)).await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert!(got.read().contains("何も記録されていません"), "{path} {headers:?}: {}", got.read());
            assert!(got.headers.get("set-cookie").is_none(), "{path} {headers:?}");
            refused += 1;
        }
    }
    assert_eq!(refused, forms.len() * ELSEWHERE.len());
    assert_eq!(town.bytes(), before, "something was written");
    // The same forms from our own pages do something; what ends sessions comes last.
    forms.sort_by_key(|(route, ..)| (route.path.contains("/me/"), route.path.ends_with("/sign-out")));
    let mut acts = 0;
    for (_, path, client, fields) in &forms {
        let before = town.ledger().await;
        sends(client, "POST", path, &[("sec-fetch-site", "same-origin")], &pairs(fields)).await;
        acts += usize::from(town.ledger().await != before);
    }
    assert!(acts >= 8, "only {acts} of {} forms were acts", forms.len());
    println!("{refused} requests to {} routes refused; {acts} of them would have been acts", forms.len());
}

#[tokio::test]
async fn nothing_is_done_by_opening_a_page_or_by_a_method_that_a_route_does_not_have() {
    let town = Furnished::open(Habits::tame()).await;
    let before = town.ledger().await;
    let mut asked = 0;
    for verb in [Verb::Get, Verb::Post] {
        for (route, path, client) in town.routes(verb) {
            let query =
                format!("{path}?do=submit&key=k&on=2026-06-01&reason=x&because=x&sure=yes&procedure=opening&unit=s1");
            let over =
                [("x-http-method-override", "POST"), ("x-http-method", "POST"), ("sec-fetch-site", "same-origin")];
            for method in ["GET", "HEAD"] {
                let got = sends(&client, method, &query, &over, &[("do", "submit"), ("_method", "POST")]).await;
                assert!(got.status != StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}");
                asked += 1;
            }
            for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "post"] {
                for site in ["same-origin", "cross-site"] {
                    let fields = [("reason", "x"), ("on", "2026-06-01"), ("procedure", "opening"), ("unit", "s1")];
                    let got = sends(&client, method, &path, &[("sec-fetch-site", site)], &fields).await;
                    let refused = got.status.is_client_error();
                    assert!(refused, "{method} {} {site}: {}", route.path, got.status);
                    asked += 1;
                }
            }
        }
    }
    assert!(Method::from_bytes(b"post").is_ok_and(|method| method != Method::POST), "methods have their case");
    assert_eq!(town.ledger().await, before);
    println!("{asked} requests");
}

/// Names that stand in what the ledger and the views hold, and some that others' programs listen to.
fn names_of_the_model(ledger: &str) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = [
        "id",
        "admin",
        "is_admin",
        "role",
        "roles",
        "hats",
        "posts",
        "rank",
        "caller",
        "officer",
        "operator",
        "actor",
        "municipality",
        "town",
        "tenant",
        "state",
        "standing",
        "status",
        "listed",
        "official",
        "approved",
        "approver",
        "decided_by",
        "decided_on",
        "filed_by",
        "created_at",
        "recorded_at",
        "effective_on",
        "seq",
        "hash",
        "entry",
        "number",
        "control_number",
        "login",
        "session",
        "proved_at",
        "factor",
        "verified",
        "email_verified",
        "subject",
        "issuer",
        "designated",
        "account_id",
        "case_id",
        "unit_id",
        "person_id",
        "user",
        "user_id",
        "owner",
        "guideline",
        "_method",
        "__proto__",
        "constructor",
    ]
    .map(str::to_owned)
    .into();
    for line in ledger.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        take_names(&line, &mut names);
    }
    names
}

fn take_names(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                names.insert(name.clone());
                take_names(inner, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| take_names(item, names)),
        // Some of the ledger's lines carry an entry as text.
        Value::String(text) => {
            if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                take_names(&inner, names);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn names_of_the_model_in_a_form_that_did_not_ask_for_them_change_nothing() {
    let plain = Furnished::open(Habits::tame()).await;
    let ledger = plain.ledger().await;
    let names = names_of_the_model(&ledger);
    assert!(names.len() >= 80, "{}: {names:?}", names.len());
    for foreign in ["true", "s2", "a1"] {
        let value = |name: &str| match (foreign, name) {
            ("s2", "person" | "officer" | "actor" | "user" | "filed_by" | "decided_by") => "s3-head".to_owned(),
            _ => foreign.to_owned(),
        };
        let besides = names.iter().map(|name| (name.clone(), value(name))).collect();
        let stuffed = Furnished::open(Habits { besides, ..Habits::tame() }).await;
        assert_eq!(stuffed.ledger().await, ledger, "with {} names set to {foreign}", names.len());
        // The page behind a link shows chance of its own.
        for (route, path, client) in stuffed.pages().into_iter().filter(|(route, ..)| !route.path.contains("{token}")) {
            let (stuffed, plain) = (client.get(&path).await, plain.client(route).get(&plain.path(route)).await);
            assert_eq!(stuffed.status, plain.status, "{path}");
            assert_eq!(without_keys(&stuffed), without_keys(&plain), "{path}");
        }
    }
    println!("{} names, three values each", names.len());
}

/// A page without the keys that are made for each showing.
pub fn without_keys(got: &Got) -> String {
    let html = String::from_utf8_lossy(&got.body).into_owned();
    let mut parts = html.split("name=\"key\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| page + part.split_once('"').map_or("", |(_, rest)| rest))
}
