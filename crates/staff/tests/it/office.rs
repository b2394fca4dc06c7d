//! The office as people look at it, on any day.

use std::collections::{BTreeMap, BTreeSet};

use actions::StaffList;
use axum::http::StatusCode;
use domain::id::{PositionId, UnitId};
use domain::office::{Level, Office, OfficeChange, Place, Position};
use jiff::civil::date;
use testkit::Guide;

use crate::desk::{Client, Desk};

#[tokio::test]
async fn the_office_is_shown_as_it_is_on_the_day_that_is_asked_for() {
    let desk = Desk::open(Guide::Notice).await;
    let officer = desk.sign_in("s1-staff").await;
    let today = officer.get("office").await.read();
    for words in ["経済観光部", "観光課長", "観光課長の職員", "ガイドラインの「広報室」"] {
        assert!(today.contains(words), "{words}: {today}");
    }
    let before = officer.get("office?on=2000-01-01").await.read();
    assert!(before.contains("この日の組織は登録されていません。"), "{before}");
    let typed = officer.get("office?on=令和99年99月").await.read();
    assert!(typed.contains("今日のものを表示しています。") && typed.contains("観光課長"), "{typed}");
}

#[tokio::test]
async fn names_are_for_officers_and_never_in_an_address() {
    let desk = Desk::open(Guide::Notice).await;
    let officer = desk.sign_in("s1-staff").await;
    let person = officer.get("office/people/s1-head").await;
    assert!(person.read().contains("観光課長の職員"), "{}", person.read());
    let seen = desk.operator().get("office/people/s1-head").await.read();
    assert!(seen.contains("職員番号 s1-head") && !seen.contains("観光課長の職員"), "{seen}");
    for path in ["office/people/nobody", "office/units/nowhere"] {
        assert_eq!(officer.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let unit = officer.get("office/units/s1").await.read();
    assert!(unit.contains("観光課係長") && unit.contains("上の組織"), "{unit}");
}

#[tokio::test]
async fn a_large_office_is_turned_page_by_page_on_the_day_that_was_asked_for() {
    let desk = Desk::open(Guide::Notice).await;
    let mut changes = Vec::new();
    for number in 0..230 {
        changes.push(OfficeChange::UnitFounded {
            unit: UnitId(format!("x{number:03}")),
            name: format!("第{number}出張所"),
            kana: String::new(),
            level: Level::Division,
            parent: Some(UnitId::from("d1")),
            key: None,
            from: date(2026, 6, 2),
        });
        let position = Position {
            id: PositionId(format!("p{number:03}")),
            unit: UnitId::from("s1"),
            title: format!("第{number}係の職員"),
            rank: "clerk".to_owned(),
            place: Place::Member,
            key: None,
        };
        changes.push(OfficeChange::PositionSet { position });
    }
    desk.city.change_office(changes, BTreeMap::new()).await.expect("the office grows");
    let officer = desk.sign_in("s1-staff").await;

    let pages = turned(&officer, "office?on=2026-06-02").await;
    let units: Vec<String> = pages.iter().flat_map(|page| after_each(page, "/office/units/")).collect();
    assert_eq!((pages.len(), units.len()), (3, 237));
    assert_eq!(units.iter().collect::<BTreeSet<_>>().len(), 237, "each unit stands there once");
    assert!(pages.iter().all(|page| page.contains("/office/units/") && page.contains("?on=2026-06-02")));
    let today = turned(&officer, "office").await;
    assert_eq!(today.len(), 1);
    assert!(!today[0].contains("出張所"), "they are founded tomorrow");
    let begun_anew = officer.get("office?after=nowhere").await.html();
    assert!(begun_anew.contains("/office/units/d1"));

    let unit = turned(&officer, "office/units/s1").await;
    let titles: usize = unit.iter().map(|page| page.matches("係の職員<").count()).sum();
    assert_eq!((unit.len(), titles), (3, 230));
}

/// A list's pages, turned until the last.
async fn turned(client: &Client, path: &str) -> Vec<String> {
    let (mut pages, mut path) = (Vec::new(), Some(path.to_owned()));
    while let Some(at) = path {
        let got = client.get(&at).await;
        assert_eq!(got.status, StatusCode::OK, "{at}");
        let html = got.html();
        let next = html.split("<a ").find(|link| link.contains("rel=\"next\"") && link.contains("after="));
        path = next.and_then(|link| link.split("href=\"").nth(1)?.split('"').next()).map(|at| at.replace("&#38;", "&"));
        pages.push(html);
        assert!(pages.len() < 20, "it does not end");
    }
    pages
}

/// What follows a mark, up to the end of the word.
fn after_each(html: &str, mark: &str) -> Vec<String> {
    let rest = html.split(mark).skip(1);
    rest.map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect()).collect()
}

// Red while columns and allowed values had to be guessed: nothing lay beside the upload.
#[tokio::test]
async fn a_template_of_the_staff_list_and_what_its_columns_take_lie_beside_the_upload() {
    let desk = Desk::open(Guide::Decision).await;
    let operator = desk.operator();
    let page = operator.get("office/import").await.html();
    let guideline = desk.city.guideline_in_force().await.expect("a guideline");
    for file in ["template.csv", "values.csv"] {
        assert!(page.contains(&format!("/office/import/{file}\"")), "{file}: {page}");
        let got = operator.get(&format!("office/import/{file}")).await;
        assert_eq!(got.headers["content-type"], "text/csv; charset=utf-8", "{file}");
        assert_eq!(operator.get(&format!("office/import/x{file}")).await.status, StatusCode::NOT_FOUND);
    }
    // Every column that is read stands in the template, and none besides.
    let template = operator.get("office/import/template.csv").await.body;
    let list =
        StaffList::read(&template, &guideline.guideline, &Office::default(), date(2026, 4, 1)).expect("it is a list");
    let notes = list.notes.join("\n");
    assert!(!notes.contains("使わない列") && !notes.contains("名簿にない列"), "{notes}");
    let values = operator.get("office/import/values.csv").await.html();
    for rank in &guideline.guideline.ranks {
        assert!(values.contains(&format!("職位,{}", rank.label)), "{}: {values}", rank.label);
    }
    for (column, value) in [("区分", "委員会"), ("長", "○"), ("職キー", "secretary_head")] {
        let told = values.lines().any(|line| line.contains(column) && line.contains(value));
        assert!(told, "{column} takes {value}: {values}");
    }
}
