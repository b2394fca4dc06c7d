//! What pages say before something is undone, where a day is wrong, and to whoever may not.

use axum::http::StatusCode;
use domain::evidence::Evidence;
use jiff::civil::date;
use testkit::{Guide, draft};

use crate::desk::{Client, Desk, Got};

/// Sends a page's form with its hidden fields and some typed over.
async fn sends(client: &Client, path: &str, typed: &[(&str, &str)]) -> Got {
    let page = client.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.read());
    let hidden = ["key", "version", "case_version", "last", "on"];
    let hidden: Vec<(&str, String)> = hidden.iter().filter_map(|name| Some((*name, page.field(name)?))).collect();
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.retain(|(name, _)| !typed.iter().any(|(given, _)| given == name));
    all.extend_from_slice(typed);
    client.post(path, &all).await
}

// Red while a new draft voided the filing without a warning, and one that changed nothing did too.
#[tokio::test]
async fn the_page_says_what_a_new_draft_makes_void_and_takes_none_that_says_nothing_new() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.filed(draft(Guide::Notice, "mihon_kanko")).await;
    let staff = desk.sign_in("s1-staff").await;
    for page in ["account", "review"] {
        let page = staff.get(&format!("cases/{case}/policy/{page}")).await.read();
        assert!(page.contains("起案し直すと、「広報室への届出」がやり直しになります。"), "{page}");
    }
    let review = format!("cases/{case}/policy/review");
    let same = sends(&staff, &review, &[("do", "submit")]).await;
    assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(same.read().contains("何も変えていません。"), "{}", same.read());
    let page = staff.get(&format!("cases/{case}")).await.read();
    assert!(
        page.contains("観光課長が「広報室への届出」を行いました") || page.contains("「広報室への届出」を行いました")
    );
    let fresh = desk.town.drafted(draft(Guide::Notice, "mihon_kanko2")).await;
    let page = staff.get(&format!("cases/{fresh}/policy/review")).await.read();
    assert!(!page.contains("やり直しになります"), "nothing rests on it yet: {page}");
}

// Red while a closing was filed before its last day was known, and a last day before the account was taken.
#[tokio::test]
async fn a_filing_waits_for_its_last_day_and_a_day_that_nobody_means_is_told_at_its_field() {
    let desk = Desk::open(Guide::Notice).await;
    let (_, account) = desk.town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
    let case = desk.town.goes_on("closing", &account).await;
    let head = desk.sign_in("s1-head").await;
    let page = head.get(&format!("cases/{case}/steps/file")).await;
    assert!(
        page.read().contains("先に「ＳＮＳの利用の廃止」で、利用の最後の日を記録してください。"),
        "{}",
        page.read()
    );
    let stop = format!("cases/{case}/steps/stop");
    let got = sends(&head, &stop, &[("e-last_day", "2016-06-01")]).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.html().contains("href=\"#f-e-last_day\""), "{}", got.html());
    assert!(got.read().contains("このアカウントの利用が始まる前の日です"), "{}", got.read());
    assert_eq!(got.field("e-last_day").as_deref(), Some("2016-06-01"), "what was typed stays");
    desk.town.does(&case, "stop", "s1-head", Evidence::Stop { last_day: date(2026, 6, 1) }).await.expect("stopped");
    let got = sends(&head, &format!("cases/{case}/steps/file"), &[("contact", "観光係")]).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.read());
}

// Red while whoever may not was asked for a reason, or for what a form lacked.
#[tokio::test]
async fn who_may_not_is_told_so_and_is_not_asked_for_a_reason() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.filed(draft(Guide::Notice, "mihon_kanko")).await;
    let central = desk.sign_in("s3-staff").await;
    let page = central.get(&format!("cases/{case}/withdraw")).await;
    assert!(page.read().contains("取下げは、案件を始めた部署の職員が行います。"), "{}", page.read());
    assert!(!page.html().contains("name=\"because\""), "{}", page.html());
    let staff = desk.sign_in("s1-staff").await;
    let page = staff.get(&format!("cases/{case}/steps/receive/return")).await;
    assert!(page.read().contains("が行います。") && !page.html().contains("name=\"whole\""), "{}", page.read());
    // Nor when the form is sent without its page, empty or on a day that is no day.
    let own = staff.get(&format!("cases/{case}/withdraw")).await.field("key").expect("a key of a form");
    let got = staff.post(&format!("cases/{case}/steps/receive/return"), &[("key", &own), ("on", "いつか")]).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.read().contains("が行います。") && !got.html().contains("name=\"whole\""), "{}", got.read());
    assert!(!got.read().contains("少なくとも一つの欄に"), "{}", got.read());
    let page = staff.get(&format!("cases/{case}/withdraw")).await;
    assert!(page.html().contains("name=\"because\""), "{}", page.html());
}

// Red while the sentence was taken and one's own words were lost without a word.
#[tokio::test]
async fn hours_in_two_ways_are_refused_until_one_is_chosen() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let staff = desk.sign_in("s1-staff").await;
    let slots = [("hours_from_day", "月"), ("hours_to_day", "金"), ("hours_from", "08:30"), ("hours_to", "17:15")];
    let both = [&slots[..], &[("hours_way", "sentence"), ("hours_text", "終日"), ("do", "next")]].concat();
    let path = format!("cases/{case}/policy/hours");
    let got = sends(&staff, &path, &both).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.read().contains("自分で書いた文（「終日」）の両方があります"), "{}", got.read());
    let one = [&slots[..], &[("hours_way", "sentence"), ("hours_text", ""), ("do", "next")]].concat();
    assert_eq!(sends(&staff, &path, &one).await.status, StatusCode::SEE_OTHER);
    let own = [("hours_way", "own"), ("hours_text", "終日"), ("hours_because", "災害のため"), ("do", "next")];
    assert_eq!(sends(&staff, &path, &[&slots[..], &own].concat()).await.status, StatusCode::SEE_OTHER);
}
