//! Paths: those that lead somewhere, and the many that must not.

use crate::town::{Server, mihon, tonari};
use axum::http::{Method, StatusCode};
use web::{Condition, Found};

/// Ways that have led out of somebody's folder.
const WAYS_OUT: [&str; 62] = [
    "/../bundle.json",
    "/../../etc/passwd",
    "/..",
    "/.",
    "/./index.html",
    "/accounts/../index.html",
    "/accounts/./a-01.html",
    "//index.html",
    "//etc/passwd",
    "/accounts//a-01.html",
    "/index.html/",
    "/accounts/",
    "/accounts",
    "/%2e%2e/bundle.json",
    "/%2E%2E/bundle.json",
    "/.%2e/bundle.json",
    "/%2e./bundle.json",
    "/%2e/index.html",
    "/%2e%2e%2fbundle.json",
    "/..%2fbundle.json",
    "/..%2Fbundle.json",
    "/..%5cbundle.json",
    "/..%5Cbundle.json",
    "/%5c..%5cbundle.json",
    "/accounts%2fa-01.html",
    "/accounts%2Fa-01.html",
    "/accounts%5ca-01.html",
    "/accounts\\a-01.html",
    "/%2findex.html",
    "/%2f%2fetc%2fpasswd",
    "/%252e%252e/bundle.json",
    "/%252e%252e%252fbundle.json",
    "/..%252fbundle.json",
    "/..%255cbundle.json",
    "/index%252ehtml",
    "/%25%32%65%25%32%65/bundle.json",
    "/%c0%ae%c0%ae/bundle.json",
    "/%c0%ae%c0%ae%c0%afbundle.json",
    "/..%c0%afbundle.json",
    "/..%c1%9cbundle.json",
    "/%e0%80%ae%e0%80%ae/bundle.json",
    "/%f0%80%80%ae/bundle.json",
    "/..%ef%bc%8fbundle.json",
    "/%ef%bc%8e%ef%bc%8e/bundle.json",
    "/%e2%80%a5/bundle.json",
    "/..;/bundle.json",
    "/..;a=b/bundle.json",
    "/index.html;a",
    "/index.html%00",
    "/index.html%00.css",
    "/%00",
    "/index.html%0a",
    "/index.html%0d%0aset-cookie:%20a=b",
    "/index.html%20",
    "/index.html.",
    "/index.html::$DATA",
    "/INDEX.HTML",
    "/c:/windows/win.ini",
    "/file:///etc/passwd",
    "/releases",
    "/current/index.html",
    "/%",
];

#[tokio::test]
async fn no_spelling_of_a_path_leads_out_of_the_bundle() {
    for (server, folder) in [(Server::of(&[mihon()]), ""), (Server::of(&[mihon(), tonari()]), "/999999")] {
        for way in WAYS_OUT {
            let reply = server.get(&format!("{folder}{way}")).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{folder}{way}");
            assert!(reply.text().contains("ページが見つかりません"), "{way}");
            assert!(!reply.text().contains("root:") && !reply.text().contains("sha256"), "{way}");
        }
    }
}

#[tokio::test]
async fn a_path_is_decoded_exactly_once() {
    let server = Server::of(&[mihon()]);
    let plain = server.get("/accounts/a-01.html").await;
    assert_eq!(plain.status, StatusCode::OK);
    for same in ["/accounts/a%2d01.html", "/%61ccounts/a-01%2Ehtml"] {
        assert_eq!(server.get(same).await.body, plain.body, "{same}");
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_says_what_to_do_and_leads_back() {
    let server = Server::of(&[mihon()]);
    let reply = server.get("/accounts/%3Cscript%3Ealert(1).html").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let page = reply.text();
    assert!(page.contains("一覧からさがしてください") && !page.contains("alert"));
    assert!(page.contains("href=\"../\"") && page.contains("href=\"../style.css\""), "{page}");
    assert!(server.get("/nowhere").await.text().contains("href=\"style.css\""));
}

#[tokio::test]
async fn what_is_refused_among_the_english_pages_is_said_in_english_and_leads_back_to_them() {
    let (one, two) = (Server::of(&[mihon()]), Server::of(&[mihon(), tonari()]));
    for (server, path, home, style) in [
        (&one, "/en/nowhere", "./", "../style.css"),
        (&one, "/en/accounts/gone.html", "../", "../../style.css"),
        (&one, "/999999/en/nowhere", "./", "../../style.css"),
        (&one, "/en/../bundle.json", "../", "../../style.css"),
        (&two, "/999999/en/accounts/gone.html", "../", "../../../style.css"),
        (&two, "/en/nowhere", "../", "../style.css"),
    ] {
        let reply = server.get(path).await;
        let page = reply.text();
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.contains("<html lang=\"en\">") && page.contains("Page not found"), "{path}: {page}");
        assert!(!page.chars().any(|c| matches!(c, 'ぁ'..='ヿ' | '一'..='龥')), "{path}: {page}");
        assert_eq!(page.matches(&format!("href=\"{home}\"")).count(), 2, "{path}: {page}");
        assert!(page.contains(&format!("href=\"{style}\"")), "{path}: {page}");
    }
    let posted = one.send(Method::POST, "/en/verify", &[]).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(posted.text().contains("This cannot be done here"), "{}", posted.text());
    let bare = one.send(Method::POST, "/en", &[]).await;
    assert!(bare.text().contains("href=\"en/\""), "{}", bare.text());
    let long = one.get(&format!("/en/search?q={}", "a".repeat(9000))).await;
    assert_eq!(long.status, StatusCode::URI_TOO_LONG);
    assert!(long.text().contains("The address is too long"), "{}", long.text());
    for japanese in ["/nowhere", "/enough/x", "/accounts/en/x"] {
        assert!(one.get(japanese).await.text().contains("ページが見つかりません"), "{japanese}");
    }
}

#[tokio::test]
async fn an_endless_address_is_refused_before_it_is_looked_at() {
    let server = Server::of(&[mihon()]);
    let fits = format!("/search?q={}", "a".repeat(8 * 1024 - "/search?q=".len()));
    assert_eq!(server.get(&fits).await.status, StatusCode::OK);
    let reply = server.get(&format!("{fits}a")).await;
    assert_eq!(reply.status, StatusCode::URI_TOO_LONG);
    assert!(reply.text().contains("URLが長すぎます"));
    assert_eq!(server.get(&"/".repeat(8000)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn several_towns_have_a_list_of_their_lists() {
    let server = Server::of(&[mihon(), tonari()]);
    let page = server.get("/").await;
    for (code, title) in [("999999", "見本町公式アカウント一覧"), ("888888", "隣村公式アカウント一覧")]
    {
        assert!(page.text().contains(&format!("<a href=\"{code}/\">{title}</a>")));
        assert!(server.get(&format!("/{code}/")).await.text().contains(title));
        let bare = server.get(&format!("/{code}")).await;
        assert_eq!(
            (bare.status, bare.header("location")),
            (StatusCode::PERMANENT_REDIRECT, format!("{code}/").as_str())
        );
    }
    assert!(page.text().contains("令和8年"), "the list says of which day each is");
    assert_eq!(server.get("/style.css").await.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(server.get("/openapi.json").await.status, StatusCode::OK);
    for nobody in
        ["/index.html", "/search?q=x", "/verify?url=x", "/777777/", "/accounts/a-01.html", "/999999/accounts/b-01.html"]
    {
        assert_eq!(server.get(nobody).await.status, StatusCode::NOT_FOUND, "{nobody}");
    }
}

#[tokio::test]
async fn one_town_answers_under_its_code_too_so_that_links_outlive_a_second_one() {
    let server = Server::of(&[mihon()]);
    assert_eq!(server.get("/999999/accounts/a-01.html").await.body, server.get("/accounts/a-01.html").await.body);
}

#[tokio::test]
async fn a_search_shows_what_it_found_and_nothing_unescaped() {
    let server = Server::of(&[mihon()]);
    let found = server.get("/search?q=shiki").await;
    assert!(found.text().contains("accounts/a-02.html") && !found.text().contains("accounts/a-01.html"));
    let hostile = server.get("/search?q=%22%3E%3Cscript%3E").await;
    assert_eq!(hostile.status, StatusCode::OK);
    assert!(!hostile.text().contains("\"><script>"));
    for odd in ["/search", "/search?q=", "/search?q=a&q=b", "/search?q=%ff%fe", "/search?%", "/search?=&&="] {
        assert_eq!(server.get(odd).await.status, StatusCode::OK, "{odd}");
    }
}

#[tokio::test]
async fn the_health_is_well_only_while_every_bundle_may_be_trusted_and_nobody_tells_otherwise() {
    let server = Server::of(&[mihon(), tonari()]);
    let well = server.get("/health").await;
    assert_eq!((well.status, well.text()), (StatusCode::OK, "{\"status\":\"ok\",\"conditions\":[]}\n"));
    assert_eq!(well.header("cache-control"), "no-store");
    server.health.tell(Condition::WriterBroken, "888888", Found::Wrong);
    server.health.tell_of_machine(Condition::DiskFull, Found::Wrong);
    let unwell = server.get("/health").await;
    assert_eq!(unwell.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        unwell.text().trim_end(),
        r#"{"status":"unwell","conditions":[{"name":"writer_broken","municipality":"888888"},{"name":"disk_full"}]}"#
    );
    // A page goes on being served: whoever watches decides what to do.
    assert_eq!(server.get("/999999/").await.status, StatusCode::OK);
    server.health.tell(Condition::WriterBroken, "888888", Found::Well);
    server.health.tell_of_machine(Condition::DiskFull, Found::Well);
    assert_eq!(server.get("/health").await.status, StatusCode::OK);

    server.at(mihon().valid_until.max(tonari().valid_until));
    let expired = server.get("/health").await;
    assert_eq!(expired.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        expired.text().trim_end(),
        r#"{"status":"unwell","conditions":[{"name":"bundle_expired","municipality":"888888"},{"name":"bundle_expired","municipality":"999999"}]}"#
    );
    assert_eq!(server.send(Method::HEAD, "/health", &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn the_english_pages_answer_in_their_folder_of_every_list() {
    let server = Server::of(&[mihon(), tonari()]);
    for folder in ["/999999/en/", "/888888/en/"] {
        let list = server.get(folder).await;
        assert_eq!(list.status, StatusCode::OK, "{folder}");
        assert!(list.text().contains("<html lang=\"en\">"), "{folder}");
        for question in
            ["search?q=x", "verify", "verify?url=", "verify?url=a&url=b", "verify?url=https://x.com/mihon_town"]
        {
            let reply = server.get(&format!("{folder}{question}")).await;
            assert_eq!(reply.status, StatusCode::OK, "{folder}{question}");
            assert!(reply.text().contains("<html lang=\"en\">"), "{folder}{question}");
        }
    }
    let bare = server.get("/999999/en").await;
    assert_eq!((bare.status, bare.header("location")), (StatusCode::PERMANENT_REDIRECT, "en/"));
    assert_eq!(server.get("/en/").await.status, StatusCode::NOT_FOUND, "of two lists neither is meant");
}
