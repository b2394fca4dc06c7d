//! The office as people look at it, on any day.

use axum::http::StatusCode;
use testkit::Guide;

use crate::desk::Desk;

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
