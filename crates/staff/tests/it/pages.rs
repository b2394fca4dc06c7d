//! Lists that are turned page by page: one that just fills its page is not said to go on.

use std::collections::BTreeMap;

use actions::{ImpersonatorNoted, MailTelling, RulingOrder, Telling};
use axum::http::StatusCode;
use domain::id::{PersonId, UnitId};
use domain::office::{Level, OfficeChange};
use jiff::civil::date;
use testkit::{Guide, draft, who};

use crate::desk::{Client, Desk, Got};

/// How many rows a page shows.
const FULL: usize = 50;

#[tokio::test]
async fn what_a_head_has_before_them_goes_on_only_where_there_is_more() {
    let lists = [
        ("tasks", "<p class=\"what\"><a "),
        ("notices", "案件を開く"),
        ("cases", "scope=\"row\""),
        ("accounts", "scope=\"row\""),
    ];
    let desk = Desk::open(Guide::Notice).await;
    let head = desk.sign_in("s1-head").await;
    for number in 0..FULL {
        desk.town.drafted(draft(Guide::Notice, &format!("mihon_{number}"))).await;
    }
    for (path, row) in lists {
        just_full(&head, path, row).await;
    }
    desk.town.drafted(draft(Guide::Notice, "mihon_more")).await;
    for (path, row) in lists {
        goes_on(&head, path, row).await;
    }
}

#[tokio::test]
async fn what_the_central_office_keeps_goes_on_only_where_there_is_more() {
    let lists = [
        ("impersonators", "/clear\""),
        ("rulings", "/rulings/r"),
        ("ledger?kind=impersonator_noted", "/ledger/"),
        ("ledger?kind=ruling_made", "/ledger/"),
    ];
    let desk = Desk::open(Guide::Notice).await;
    let central = desk.sign_in("s3-staff").await;
    for number in 0..FULL {
        settles(&desk, number).await;
    }
    for (path, row) in lists {
        just_full(&central, path, row).await;
    }
    settles(&desk, FULL).await;
    for (path, row) in lists {
        goes_on(&central, path, row).await;
    }
}

#[tokio::test]
async fn what_the_operator_keeps_goes_on_only_where_there_is_more() {
    const ROW: &str = "scope=\"row\"";
    let desk = Desk::open(Guide::Notice).await;
    let operator = desk.operator();
    // Inviting somebody anew is one more line in the log and no further login.
    while events(&desk).await < FULL {
        desk.invites("s1-head").await;
    }
    just_full(&operator, "sign-ins/log", ROW).await;
    desk.invites("s1-head").await;
    goes_on(&operator, "sign-ins/log", ROW).await;

    let people: Vec<PersonId> = (0..FULL).map(|number| PersonId(format!("w{number:02}"))).collect();
    let noted = people.iter().map(|person| OfficeChange::PersonNoted { person: person.clone() }).collect();
    let names = people.iter().map(|person| (person.clone(), (format!("窓口担当{person}の職員"), String::new())));
    desk.city.change_office(noted, names.collect()).await.expect("the office grows");
    // The operator and a head have a login already.
    for person in people.iter().skip(2) {
        desk.invites(&person.0).await;
    }
    just_full(&operator, "sign-ins", ROW).await;
    desk.invites(&people[0].0).await;
    goes_on(&operator, "sign-ins", ROW).await;
    desk.invites(&people[1].0).await;
    just_full(&operator, "sign-ins?q=窓口担当", ROW).await;
}

#[tokio::test]
async fn what_has_not_left_goes_on_only_where_there_is_more() {
    let desk = Desk::open(Guide::Notice).await;
    let operator = desk.operator();
    let telling = Telling { mail: Some(MailTelling::default()), ..Telling::default() };
    let city = desk.city.clone().telling(telling);
    let asks = async |number: usize| {
        let person = PersonId(format!("w{number:02}"));
        city.ask_address(&person, &format!("madoguchi{number}@city.example.jp")).await.expect("asked");
    };
    for number in 0..FULL {
        asks(number).await;
    }
    just_full(&operator, "outbox", "/retry\"").await;
    asks(FULL).await;
    goes_on(&operator, "outbox", "/retry\"").await;
}

#[tokio::test]
async fn a_search_says_that_there_is_more_only_where_there_is() {
    let desk = Desk::open(Guide::Notice).await;
    let officer = desk.sign_in("s1-staff").await;
    let founded = |number: u32| OfficeChange::UnitFounded {
        unit: UnitId(format!("x{number:02}")),
        name: format!("第{number}出張所"),
        kana: String::new(),
        level: Level::Division,
        parent: Some(UnitId::from("d1")),
        key: None,
        from: date(2026, 6, 1),
    };
    desk.city.change_office((0..20).map(founded).collect(), BTreeMap::new()).await.expect("the office grows");
    let found = officer.get("search?q=出張所").await.read();
    assert!(found.contains("第19出張所") && !found.contains("ほかにもあります。"), "{found}");
    desk.city.change_office(vec![founded(20)], BTreeMap::new()).await.expect("the office grows");
    let found = officer.get("search?q=出張所").await.read();
    assert!(!found.contains("第20出張所") && found.contains("ほかにもあります。"), "{found}");
}

/// An impersonator and a ruling.
async fn settles(desk: &Desk, number: usize) {
    let noted = ImpersonatorNoted {
        network: "x".to_owned(),
        url: format!("https://x.com/mihon_nise{number}"),
        ..ImpersonatorNoted::default()
    };
    desk.city.note_impersonator(&noted, &who("s3-staff"), None).await.expect("noted");
    let order =
        RulingOrder {
            title: format!("扱い{number}"), words: "対象とする。".to_owned(), ..RulingOrder::default()
        };
    desk.city.rule(&order, &who("s3-head"), None).await.expect("ruled");
}

async fn events(desk: &Desk) -> usize {
    desk.city.sign_in_log(None, None, 200).await.expect("the log").rows.len()
}

/// The list fills its page and offers no next one.
async fn just_full(client: &Client, path: &str, row: &str) {
    let page = opened(client, path).await;
    assert_eq!((rows(&page, row), next(&page)), (FULL, None), "{path}");
}

/// The list goes on, with one row on a page that is the last.
async fn goes_on(client: &Client, path: &str, row: &str) {
    let first = opened(client, path).await;
    let behind = next(&first).unwrap_or_else(|| panic!("{path} does not go on"));
    let rest = opened(client, &behind).await;
    assert_eq!((rows(&first, row), rows(&rest, row), next(&rest)), (FULL, 1, None), "{path}, {behind}");
}

async fn opened(client: &Client, path: &str) -> Got {
    let page = client.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.read());
    page
}

fn rows(page: &Got, row: &str) -> usize {
    page.html().matches(row).count()
}

/// The way to the next page, where one is offered.
fn next(page: &Got) -> Option<String> {
    let html = page.html();
    let link = html.split("<a ").find(|link| link.contains("rel=\"next\""))?;
    Some(link.split("href=\"").nth(1)?.split('"').next()?.replace("&#38;", "&"))
}
