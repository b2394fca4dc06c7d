//! Headers that no answer goes without, and those that none may have.

use crate::town::{Server, mihon, tonari};
use axum::http::{Method, StatusCode};

/// One address for each kind of answer.
const EVERY_KIND: [&str; 16] = [
    "/",
    "/style.css",
    "/openapi.json",
    "/health",
    "/999999",
    "/999999/",
    "/999999/accounts.json",
    "/999999/fragment.html",
    "/999999/search?q=x",
    "/999999/verify",
    "/999999/verify?url=https://x.com/mihon_town",
    "/999999/api/v1/verify?url=x",
    "/api/v1/verify?url=x",
    "/api/v1/verify",
    "/nowhere/at/all",
    "/999999/../etc",
];

#[tokio::test]
async fn every_answer_carries_the_protective_headers_and_no_cookie() {
    let long = format!("/{}", "a".repeat(9000));
    for server in [Server::of(&[mihon()]), Server::of(&[mihon(), tonari()])] {
        for uri in EVERY_KIND.into_iter().chain([long.as_str()]) {
            for method in [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS, Method::TRACE, Method::DELETE] {
                let reply = server.send(method.clone(), uri, &[("cookie", "session=1")]).await;
                let at = format!("{method} {}", &uri[..uri.len().min(60)]);
                assert_eq!(
                    reply.header("content-security-policy"),
                    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                    "{at}"
                );
                assert_eq!(reply.header("x-content-type-options"), "nosniff", "{at}");
                assert_eq!(reply.header("referrer-policy"), "no-referrer", "{at}");
                assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{at}");
                assert_eq!(reply.header("x-frame-options"), "DENY", "{at}");
                for never in ["set-cookie", "server", "x-powered-by"] {
                    assert!(!reply.headers.contains_key(never), "{at} has {never}");
                }
                assert!(!reply.header("vary").to_ascii_lowercase().contains("cookie"), "{at}");
                assert!(!reply.status.is_server_error(), "{at}");
                if !reply.body.is_empty() {
                    let kind = reply.header("content-type");
                    assert!(kind.contains("charset=utf-8"), "{at}: {kind}");
                }
            }
        }
    }
}

#[tokio::test]
async fn answers_to_questions_are_never_kept() {
    let server = Server::of(&[mihon()]);
    for uri in
        ["/verify?url=x", "/verify", "/search?q=x", "/api/v1/verify?url=x", "/api/v1/verify", "/health", "/nowhere"]
    {
        assert_eq!(server.get(uri).await.header("cache-control"), "no-store", "{uri}");
    }
}

#[tokio::test]
async fn a_method_that_writes_is_refused_with_those_that_do_not() {
    let server = Server::of(&[mihon()]);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE, Method::CONNECT] {
        for (uri, allow) in
            [("/", "GET, HEAD"), ("/verify", "GET, HEAD"), ("/api/v1/verify?url=x", "GET, HEAD, OPTIONS")]
        {
            let reply = server.send(method.clone(), uri, &[]).await;
            assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {uri}");
            assert_eq!(reply.header("allow"), allow, "{method} {uri}");
            assert!(reply.text().contains("読むための窓口です"), "{method} {uri}");
        }
    }
}

#[tokio::test]
async fn programs_of_other_sites_may_read_the_data_and_ask_the_interface() {
    let server = Server::of(&[mihon()]);
    for uri in ["/api/v1/verify?url=x", "/api/v1/verify", "/accounts.json", "/accounts.csv", "/feed.atom"] {
        assert_eq!(server.get(uri).await.header("access-control-allow-origin"), "*", "{uri}");
    }
    for uri in ["/", "/verify?url=x", "/search?q=x"] {
        assert_eq!(server.get(uri).await.header("access-control-allow-origin"), "", "{uri}");
    }
    let asked = server.send(Method::OPTIONS, "/api/v1/verify", &[("origin", "https://a.example")]).await;
    assert_eq!(asked.status, StatusCode::NO_CONTENT);
    assert_eq!(asked.header("access-control-allow-origin"), "*");
    assert_eq!(asked.header("access-control-allow-credentials"), "");
}
