//! What nobody may take from others: rights before bytes, texts of a length that somebody meant, paper in turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use documents::form::Document;
use jiff::civil::Date;
use staff::{House, Order, Printer};
use testkit::{Guide, draft};
use tokio::sync::Semaphore;
use url::Url;

use crate::desk::{Client, Desk};

/// A body without an end, with how many pieces of it were taken.
fn endless(start: String) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let pieces = Pieces { start: Some(start), taken: Arc::clone(&taken) };
    (Body::from_stream(pieces), taken)
}

struct Pieces {
    start: Option<String>,
    taken: Arc<AtomicUsize>,
}

impl futures_core::Stream for Pieces {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.taken.fetch_add(1, Ordering::SeqCst);
        let piece = self.start.take().map_or_else(|| Bytes::from(vec![b'x'; 64 * 1024]), Bytes::from);
        std::task::Poll::Ready(Some(Ok(piece)))
    }
}

#[tokio::test]
async fn whoever_may_not_work_on_a_case_is_answered_before_a_byte_of_their_file_is_read() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.drafted(draft(Guide::Notice, "mihon_kanko")).await;
    let start = "--line\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7 ";
    let sends = async |client: &Client, case: &str| {
        let (body, taken) = endless(start.to_owned());
        let request =
            client.request("POST", &format!("cases/{case}/steps/file")).header("sec-fetch-site", "same-origin");
        let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=line").body(body);
        let got = client.send(request.expect("a request")).await;
        (got.status, taken.load(Ordering::SeqCst))
    };
    let stranger = desk.sign_in("s2-staff").await;
    assert_eq!(sends(&stranger, &case).await, (StatusCode::NOT_FOUND, 0), "a foreign case");
    assert_eq!(sends(&stranger, "c999").await, (StatusCode::NOT_FOUND, 0), "a case that is not there");
    assert_eq!(sends(&desk.operator(), &case).await, (StatusCode::FORBIDDEN, 0), "the operator");
    let (status, taken) = sends(&desk.sign_in("s1-head").await, &case).await;
    assert!(
        status == StatusCode::PAYLOAD_TOO_LARGE && taken > 300,
        "its own unit's is read to the limit: {status} {taken}"
    );
}

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
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    // What the part lacks is told as well.
    assert!(got.fields_at_fault().contains(&"account_name".to_owned()), "{}", got.read());
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
    let mut waiting = [asks(&drafter), asks(&drafter)];
    let began = std::time::Instant::now();
    let told = loop {
        assert!(began.elapsed() < std::time::Duration::from_mins(1), "the third is told nothing");
        // On a busy machine the third may come before these two, and one of them is sent away in its place.
        for one in waiting.iter_mut().filter(|one| one.is_finished()) {
            *one = asks(&drafter);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
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
