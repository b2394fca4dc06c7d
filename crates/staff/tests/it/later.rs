//! Procedures that a later version carries out: not offered, refused with what to do, and readable where they were begun.

use axum::http::StatusCode;
use testkit::{Guide, draft};

use crate::desk::Desk;

/// What both guidelines have of posts, trouble and surveys, by id.
const LATER: [&str; 7] =
    ["post", "flaming", "impersonation", "false_rumour", "takeover", "wrong_post", "loss_of_control"];

// Red while each procedure of the file had its link on the account's page, and the form behind it began a case.
#[tokio::test]
async fn posts_trouble_and_surveys_are_offered_on_no_page_and_refused_with_what_to_do() {
    let desk = Desk::open(Guide::Notice).await;
    let (_, account) = desk.town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
    for person in ["s1-staff", "s1-head", "s3-staff"] {
        let client = desk.sign_in(person).await;
        let own = client.get(&format!("accounts/{account}")).await.html();
        let begin = client.get(&format!("cases/new?account={account}")).await.html();
        // A closing begins in the unit; the central office has no part in its beginning.
        assert_eq!(begin.contains("procedure=closing"), person != "s3-staff", "{person}: {begin}");
        for procedure in LATER.into_iter().chain(["survey"]) {
            let link = format!("procedure={procedure}&");
            assert!(!own.contains(&link) && !begin.contains(&link), "{person} is offered {procedure}");
            let asked = format!("cases/new?procedure={procedure}&account={account}");
            let page = client.get(&asked).await;
            assert!(page.read().contains("しるべではまだ行えません"), "{person} {procedure}: {}", page.read());
            assert!(!page.html().contains("name=\"procedure\""), "{procedure} has its form");
            let size = desk.city.verify_ledger(&[]).await.expect("a report").report.size;
            let fields =
                [("procedure", procedure), ("account", account.0.as_str()), ("on", "2026-06-01"), ("reason", "試し")];
            let got = client.post("cases/new", &fields).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{procedure}: {}", got.read());
            assert!(got.read().contains("今のやり方") && got.read().contains("試し"), "{}", got.read());
            assert_eq!(desk.city.verify_ledger(&[]).await.expect("a report").report.size, size);
            // Red while the page asked for a day first.
            let undated = [("procedure", procedure), ("account", account.0.as_str()), ("on", ""), ("reason", "試し")];
            let got = client.post("cases/new", &undated).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{procedure}: {}", got.read());
            assert!(got.read().contains("しるべではまだ行えません"), "{}", got.read());
        }
    }
}

// Red while the text of a post stood among the versions of the policy, and a closing's form printed it.
#[tokio::test]
async fn a_post_that_an_earlier_version_began_is_read_and_its_text_is_no_version_of_the_policy() {
    let desk = Desk::open(Guide::Notice).await;
    let (opening, account) = desk.town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
    let case = desk.town.began("post", &account).await;
    let mut text = draft(Guide::Notice, "mihon_kanko");
    text.purpose = Some("花火は今夜七時からです".to_owned());
    desk.town.wrote_draft(&case, text).await;
    let client = desk.sign_in("s1-staff").await;
    for path in [format!("cases/{case}"), "cases".to_owned(), format!("accounts/{account}")] {
        let page = client.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.read());
        assert!(
            page.read().contains("投稿") && page.html().contains(&format!("cases/{case}")),
            "{path}: {}",
            page.read()
        );
    }
    // Red while it stood among what waits for somebody, and its page offered its steps.
    for path in ["tasks", "tasks?show=unit"] {
        let page = client.get(path).await.html();
        assert!(!page.contains(&format!("cases/{case}")), "{path}: {page}");
    }
    assert!(!client.get(&format!("cases/{case}")).await.html().contains("/steps/"), "a step is offered");
    let versions = client.get(&format!("accounts/{account}/policies")).await;
    assert!(versions.html().contains(&format!("policies/{opening}")), "{}", versions.read());
    assert!(!versions.html().contains(&format!("policies/{case}")), "{}", versions.read());
    assert_eq!(client.get(&format!("accounts/{account}/policies/{case}")).await.status, StatusCode::NOT_FOUND);
    let editor = client.get(&format!("cases/{case}/policy")).await;
    assert!(editor.status.is_client_error(), "{} {}", editor.status, editor.read());
    let closing = desk.town.goes_on("closing", &account).await;
    let form = client.get(&format!("cases/{closing}/forms/form2.html")).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.read());
    assert!(!form.read().contains("花火"), "{}", form.read());
}
