//! A case as people look at it.

use testkit::Guide;

use crate::desk::Desk;

#[tokio::test]
async fn a_new_case_tells_what_is_next_and_who_does_it() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let page = desk.sign_in("s1-staff").await.get(&format!("cases/{case}")).await.read();
    assert!(page.contains("利用方針の作成") && page.contains("情報発信機関の職員"), "{page}");
}
