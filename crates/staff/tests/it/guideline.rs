//! The guideline as people read it.

use axum::http::StatusCode;
use testkit::Guide;

use crate::desk::Desk;

#[tokio::test]
async fn every_clause_stands_in_its_place_with_what_carries_it() {
    for guide in [Guide::Notice, Guide::Decision, Guide::Committee] {
        let desk = Desk::open(guide).await;
        let got = desk.sign_in("s1-staff").await.get("guideline").await;
        let html = got.html();
        let loaded = desk.city.guideline_in_force().await.expect("a guideline");
        let mut from = 0;
        for clause in &loaded.clauses.as_ref().expect("clauses").clauses {
            let anchor = format!("id=\"{}\"", clause.id);
            let at = html.get(from..).and_then(|rest| rest.find(&anchor));
            from += at.unwrap_or_else(|| panic!("{} is not there, or out of its place", clause.id));
        }
        for procedure in &loaded.guideline.procedures {
            let href = format!("guideline/procedures/{}\"", procedure.id);
            assert!(html.contains(&href), "{href}");
        }
    }
}

#[tokio::test]
async fn a_correction_stands_beside_the_citys_own_words() {
    let desk = Desk::open(Guide::Decision).await;
    let read = desk.sign_in("s1-staff").await.get("guideline").await.read();
    let slip = read.find("責任者の決算を得た").expect("the words as they are");
    let reading = read.find("責任者の決裁を得た").expect("the reading");
    assert!(slip < reading);
}

#[tokio::test]
async fn a_procedure_tells_who_does_what_by_when_and_under_which_clause() {
    let desk = Desk::open(Guide::Notice).await;
    let officer = desk.sign_in("s1-staff").await;
    let read = officer.get("guideline/procedures/opening").await.read();
    let at = |words: &str| read.find(words).unwrap_or_else(|| panic!("{words}: {read}"));
    assert!(at("利用方針の作成") < at("広報室への届出") && at("広報室への届出") < at("掲載までの日数は原文にない"));
    assert!(read.contains("3開庁日以内") && read.contains("様式１"), "{read}");
    assert_eq!(officer.get("guideline/procedures/nothing").await.status, StatusCode::NOT_FOUND);
    assert_eq!(officer.get("guideline?version=0123").await.status, StatusCode::NOT_FOUND);
}
