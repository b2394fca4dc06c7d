//! What nobody may take from others: texts of a length that somebody meant, paper in turn.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use documents::form::Document;
use jiff::civil::Date;
use staff::{House, Order, Printer};
use testkit::{Guide, draft};
use tokio::sync::Semaphore;
use url::Url;

use crate::desk::{Client, Desk};

#[tokio::test]
async fn a_text_that_nobody_meant_to_write_so_long_is_refused_at_its_field_and_kept_on_the_page() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let drafter = desk.sign_in("s1-staff").await;
    let long = "あ".repeat(4_001);
    let path = format!("cases/{case}/policy/purpose");
    for press in ["save", "next", "later", "back"] {
        let got = drafter.post(&path, &[("version", ""), ("do", press), ("purpose", &long)]).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{press}");
        assert_eq!(got.fields_at_fault(), ["purpose"], "{press}");
        assert!(
            got.read().contains("4001字あります。この欄に書けるのは4000字までです。短くしてください。"),
            "{}",
            got.read()
        );
        assert!(got.html().contains(&long), "what was typed stays");
    }
    assert!(!drafter.get(&path).await.html().contains("ああああ"), "nothing of it was kept");
    let name = "あ".repeat(301);
    let got = drafter.post(&format!("cases/{case}/policy/account"), &[("do", "save"), ("account_name", &name)]).await;
    assert_eq!(
        (got.status, got.fields_at_fault()),
        (StatusCode::UNPROCESSABLE_ENTITY, vec!["account_name".to_owned()])
    );
    let fits = "い".repeat(4_000);
    let got = drafter.post(&path, &[("version", ""), ("do", "next"), ("purpose", &fits)]).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.read());

    // Every other text of an act: the words of a withdrawal stand for them.
    let head = desk.sign_in("s1-head").await;
    let path = format!("cases/{case}/withdraw");
    let long = "う".repeat(10_001);
    let got = head.post(&path, &[("because", &long), ("on", "2026-06-01")]).await;
    assert_eq!((got.status, got.fields_at_fault()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["because".to_owned()]));
    assert!(
        got.read().contains("で始まる文が10001字あります。一つの欄に書けるのは10000字までです。"),
        "{}",
        got.read()
    );
    assert!(got.html().contains(&long), "what was typed stays");
    assert!(head.get(&format!("cases/{case}")).await.read().contains("進行中"), "nothing was done");
}

/// A press that ends no document before the test says so.
#[derive(Debug)]
struct Slow {
    ends: Arc<Semaphore>,
}

impl Printer for Slow {
    fn print(&self, _: &Document, _: Date, order: &Order) -> Result<Vec<u8>, String> {
        while order.is_wanted() {
            if let Ok(end) = self.ends.try_acquire() {
                end.forget();
                return Ok(b"%PDF-".to_vec());
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        Err("given up".to_owned())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_for_paper_too_often_is_told_when_to_come_again_and_pages_do_not_wait() {
    let ends = Arc::new(Semaphore::new(0));
    let house = House::new(Url::parse("http://localhost:8081/").expect("an address"));
    let house = Arc::new(house.with_printer(Arc::new(Slow { ends: Arc::clone(&ends) })));
    let desk = Desk::within(&house, Guide::Notice).await;
    let case = desk.town.drafted(draft(Guide::Notice, "mihon_kanko")).await;
    let drafter = desk.sign_in("s1-staff").await;
    let form = format!("cases/{case}/forms/decision-sheet.pdf");
    let asks = |client: &Client| {
        let (client, form) = (client.clone(), form.clone());
        tokio::spawn(async move { client.get(&form).await })
    };
    let waiting = [asks(&drafter), asks(&drafter)];
    let told = loop {
        let got = tokio::time::timeout(std::time::Duration::from_secs(1), drafter.get(&form)).await;
        if let Ok(got) = got {
            break got;
        }
    };
    assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS, "{}", told.read());
    assert!(
        told.headers.contains_key(RETRY_AFTER) && told.read().contains("前に頼んだPDFを作っているところです"),
        "{}",
        told.read()
    );
    // Five hundred more that are asked for and left change nothing, and pages are there at once.
    for _ in 0..500 {
        let left = asks(&drafter);
        tokio::task::yield_now().await;
        left.abort();
    }
    assert!(drafter.get("tasks").await.status.is_success());
    ends.add_permits(2);
    for waits in waiting {
        assert_eq!(waits.await.expect("no panic").body, b"%PDF-");
    }
}
