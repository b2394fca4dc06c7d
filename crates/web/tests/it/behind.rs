//! Between a record that takes something back and the list without it: what a node that reads the ledger says.

use crate::town::{BUILT, Server, know, mihon};
use axum::http::{Method, StatusCode};
use domain::verification::{Record, Standing, Tail, Turned};
use jiff::civil::date;
use public::Bundle;

const TOWN: &str = "https://x.com/mihon_town";
const OTHER: &str = "https://www.instagram.com/mihon.shiki/";

/// An account's record as it stands now.
fn now(id: &str, url: &str, standing: Standing) -> Record {
    let mut bundle = mihon();
    bundle.index = Vec::new().into();
    know(&mut bundle, id, url, standing);
    Vec::<Record>::from(bundle.index).remove(0)
}

/// A tail behind 見本町's list: one entry that leaves an account as it stands now.
fn tail(turned: Option<Record>, id: &str, listed_by: Option<u64>) -> Tail {
    let mut tail = Tail::behind(42);
    tail.turn(id.to_owned(), Turned { seq: 42, now: turned, listed_by });
    tail.show(42);
    tail.reach(43);
    tail
}

fn delisted() -> Tail {
    tail(Some(now("a-01", TOWN, Standing::closed(date(2026, 11, 21)))), "a-01", None)
}

/// 見本町 beside its ledger, told of what lies behind its list.
fn told(tail: &Tail) -> Server {
    let server = Server::following(&[mihon()]);
    server.shelf.tell("999999", tail, BUILT);
    server
}

#[tokio::test]
async fn who_has_not_read_the_ledgers_head_for_five_seconds_cannot_judge() {
    let server = Server::following(&[mihon()]);
    assert_eq!(server.verify(TOWN).await["verdict"], "cannot_judge", "it was not read yet");
    server.shelf.tell("999999", &Tail::behind(42), BUILT);
    for (later, verdict) in [(0, "official"), (5_000, "official"), (5_001, "cannot_judge"), (-5_001, "cannot_judge")] {
        server.at(BUILT + later);
        assert_eq!(server.verify(TOWN).await["verdict"], verdict, "{later} ms later");
        assert_eq!(server.verify("https://x.com/nobody").await["verdict"] == "cannot_judge", verdict == "cannot_judge");
    }
    assert!(server.get(&format!("/verify?url={TOWN}")).await.text().contains("最新の記録を確かめられない"));

    let carried = Server::of(&[mihon()]);
    carried.at(BUILT + 86_400_000);
    assert_eq!(carried.verify(TOWN).await["verdict"], "official", "a carried list keeps its stated time");
}

#[tokio::test]
async fn what_was_taken_back_counts_before_the_new_list_is_up() {
    let server = told(&delisted());
    let answer = server.verify(TOWN).await;
    assert_eq!((&answer["verdict"], &answer["ledger_size"]), (&"closed".into(), &43.into()));
    assert_eq!(server.verify(OTHER).await["verdict"], "official");
    let suspended = Standing::Suspended { since: date(2026, 11, 21) };
    let server = told(&tail(Some(now("a-01", TOWN, suspended)), "a-01", None));
    assert_eq!(server.verify(TOWN).await["verdict"], "suspended");
    let posing = Standing::Impersonator { noted_on: date(2026, 11, 21) };
    let server = told(&tail(Some(now("i42", "https://x.com/mihon_t0wn", posing)), "i42", None));
    assert_eq!(server.verify("https://x.com/mihon_t0wn").await["verdict"], "impersonator");
    assert!(server.get("/").await.headers.contains_key("etag"), "no page names it");
}

#[tokio::test]
async fn an_account_that_moved_is_vouched_for_at_neither_address_until_the_new_list_is_up() {
    let listed = Standing::Listed { since: date(2026, 11, 21), page: String::new() };
    let server = told(&tail(Some(now("a-01", "https://x.com/mihon_new", listed.clone())), "a-01", Some(42)));
    assert_eq!(server.verify(TOWN).await["verdict"], "not_registered", "a stranger may take the name");
    assert_eq!(
        server.verify("https://x.com/mihon_new").await["verdict"],
        "cannot_judge",
        "it is listed, and not denied"
    );
    let server = told(&tail(Some(now("a-55", "https://x.com/mihon_more", listed)), "a-55", Some(42)));
    let answer = server.verify("https://x.com/mihon_more").await;
    assert_eq!(answer["verdict"], "cannot_judge");
    assert!(answer["reason"].as_str().unwrap().contains("作り直しているところ"), "{answer}");
    assert_eq!(server.verify(TOWN).await["verdict"], "official");
}

#[tokio::test]
async fn pages_that_name_it_say_that_the_list_is_being_rewritten() {
    let server = told(&delisted());
    for page in ["/", "/index.html", "/by-unit.html", "/by-kana.html", "/fragment.html", "/en/", "/search?q=見本町"]
    {
        let reply = server.get(page).await;
        assert_eq!((reply.status, reply.header("cache-control")), (StatusCode::OK, "no-store"), "{page}");
        let words =
            if page == "/en/" { "This list is being rewritten" } else { "作り直しているところです" };
        assert!(reply.text().contains(words), "{page}: {}", reply.text());
        assert!(reply.text().contains("<bdi lang=\"ja\">見本町のa-01</bdi>"), "{page}");
        assert!(!reply.headers.contains_key("etag"), "{page}");
    }
    assert!(!server.get("/search?q=見本町").await.text().contains("accounts/a-01.html"), "a search finds it no more");
    for gone in ["/accounts/a-01.html", "/en/accounts/a-01.html", "/qr/a-01.svg", "/accounts/a-01.html.gz"] {
        let reply = server.send(Method::GET, gone, &[("accept-encoding", "gzip")]).await;
        assert_eq!((reply.status, reply.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"), "{gone}");
        assert!(!reply.text().contains("mihon_town"), "{gone}");
    }
    for data in ["accounts.csv", "accounts.json", "accounts.jsonld", "xpoc-manifest.json", "trust.txt", "trust.txt.gz"]
    {
        let reply = server.get(&format!("/{data}")).await;
        assert_eq!((reply.status, reply.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"), "{data}");
    }
    for other in ["/accounts/a-02.html", "/qr/a-02.svg", "/style.css", "/verify.html", "/bundle.json", "/openapi.json"]
    {
        assert!(server.get(other).await.headers.contains_key("etag"), "{other} does not name it");
    }
}

#[tokio::test]
async fn the_new_list_ends_it_and_an_older_one_is_not_vouched_for() {
    let server = told(&delisted());
    let mut next: Bundle = mihon();
    next.ledger_size = 43;
    next.records.remove(0);
    let mut records = Vec::<Record>::from(next.index.clone());
    records.retain(|record| record.account != "a-01");
    next.index = records.into();
    public::write(&server.dir("999999"), &next).unwrap();
    assert_eq!(server.shelf.refresh(), 1);
    assert_eq!(server.verify(OTHER).await["verdict"], "official");
    assert_eq!(server.verify(TOWN).await["verdict"], "not_registered");
    assert!(server.get("/").await.headers.contains_key("etag"));

    server.shelf.tell("999999", &Tail::behind(43), BUILT);
    assert_eq!(server.verify(OTHER).await["verdict"], "official");
    public::write(&server.dir("999999"), &mihon()).unwrap();
    assert_eq!(server.shelf.refresh(), 1);
    server.shelf.tell("999999", &Tail::behind(43), BUILT);
    assert_eq!(server.verify(TOWN).await["verdict"], "cannot_judge", "what lies between the two is not known");
    server.shelf.tell("999999", &delisted(), BUILT);
    assert_eq!(server.verify(TOWN).await["verdict"], "closed");
}
