//! Forms in one archive: asked for, watched, received; and the list for the board as a paper.

use std::io::{Cursor, Read as _};
use std::time::Duration;

use axum::http::StatusCode;
use testkit::{Guide, draft};

use crate::desk::{Client, Desk, Got};

const DAYS: [(&str, &str); 2] = [("from", "令和8年6月1日"), ("until", "2026-06-30")];

async fn filed(desk: &Desk, handle: &str) -> String {
    desk.town.filed(draft(Guide::Notice, handle)).await
}

/// Asks for an archive and looks again until it is there.
async fn bound(client: &Client, ending: &str) -> Got {
    let asked = client.post("forms", &[DAYS[0], DAYS[1], ("ending", ending)]).await;
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/312011/forms"), "{}", asked.html());
    for _ in 0..600 {
        let page = client.get("forms").await;
        if !page.read().contains("作っています") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the archive was not made within half a minute");
}

fn files(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip archive");
    let read = |mut file: zip::read::ZipFile<'_, Cursor<&[u8]>>| {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("read");
        (file.name().expect("a name in UTF-8").into_owned(), bytes)
    };
    (0..zip.len()).map(|at| read(zip.by_index(at).expect("a file"))).collect()
}

#[tokio::test]
async fn the_forms_of_some_days_come_in_one_archive_that_says_how_far_it_is() {
    let desk = Desk::open(Guide::Notice).await;
    let (first, second) = (filed(&desk, "mihon_1").await, filed(&desk, "mihon_2").await);
    desk.town.opens("s1-staff").await;
    let central = desk.sign_in("s3-staff").await;
    assert_eq!(central.get("forms.zip").await.status, StatusCode::NOT_FOUND, "nothing was asked for");
    let page = bound(&central, "docx").await;
    assert!(page.read().contains("様式2件をまとめました。"), "{}", page.read());
    let got = central.get("forms.zip").await;
    assert_eq!(got.headers["content-type"], "application/zip");
    assert_eq!(got.headers["content-length"], got.body.len().to_string().as_str());
    let files = files(&got.body);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let wanted = [format!("様式１-{second}.docx"), format!("様式１-{first}.docx"), "一覧.txt".to_owned()];
    assert_eq!(names, wanted, "the newest first; a case without a filing has no form");
    assert!(files[0].1.starts_with(b"PK"));
    let other = desk.sign_in("s3-head").await;
    assert_eq!(other.get("forms.zip").await.status, StatusCode::NOT_FOUND, "another's archive is nobody else's");
    let stranger = desk.sign_in("s1-staff").await;
    for got in [stranger.get("forms").await, stranger.get("forms.zip").await, stranger.post("forms", &DAYS).await] {
        assert_eq!(got.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn what_could_not_be_made_is_named_on_the_page_and_in_the_archive() {
    let desk = Desk::open(Guide::Notice).await;
    let case = filed(&desk, "mihon_1").await;
    let central = desk.sign_in("s3-staff").await;
    let page = bound(&central, "pdf").await.read();
    // This house has nobody who prints.
    let why = format!("様式１-{case}：この機器にはPDFの書体がないため、PDFを作れません。");
    assert!(page.contains("作れなかったものが1件あります。") && page.contains(&why), "{page}");
    let files = files(&central.get("forms.zip").await.body);
    assert_eq!(files.len(), 1);
    assert!(String::from_utf8(files[0].1.clone()).expect("UTF-8").contains(&why));
}

#[tokio::test]
async fn days_that_cannot_be_or_hold_no_filing_are_answered_in_words() {
    let desk = Desk::open(Guide::Notice).await;
    let central = desk.sign_in("s3-staff").await;
    let fields = [("from", "2026-06-02"), ("until", "2026-06-01"), ("ending", "pdf")];
    let refused = central.post("forms", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.read().contains("終わりの日が、始めの日より前です。"), "{}", refused.read());
    assert!(refused.html().contains("value=\"2026-06-02\""), "what was typed stays");
    let odd = central.post("forms", &[("from", "きのう"), ("until", "")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.html().contains("入力を確かめてください（3件）"), "{}", odd.read());
    let empty = bound(&central, "docx").await.read();
    assert!(empty.contains("届出のあった案件はありません。日を変えて、もう一度頼んでください。"), "{empty}");
}

#[tokio::test]
async fn the_page_shows_itself_again_only_for_whoever_wants_it() {
    let desk = Desk::open(Guide::Notice).await;
    let central = desk.sign_in("s3-staff").await;
    assert!(!central.get("forms?watch=1").await.headers.contains_key("refresh"), "nothing is under way");
    for number in 1..=8 {
        filed(&desk, &format!("mihon_{number}")).await;
    }
    central.post("forms", &[DAYS[0], DAYS[1], ("ending", "docx")]).await;
    let mut shown = 0;
    loop {
        let (plain, watched) = (central.get("forms").await, central.get("forms?watch=1").await);
        if !watched.read().contains("作っています") {
            break;
        }
        shown += 1;
        assert!(!plain.headers.contains_key("refresh"), "nobody asked for it");
        assert!(plain.read().contains("今の進み具合を見る") && plain.read().contains("5秒ごとに自動で表示し直す"));
        assert_eq!(watched.headers["refresh"], "5");
        assert!(watched.read().contains("自動で表示し直すのをやめる"), "{}", watched.read());
    }
    assert!(shown > 0, "no page was shown while the archive was being made");
    assert!(!central.get("forms?watch=1").await.headers.contains_key("refresh"), "it is done");
}

#[tokio::test]
async fn the_board_comes_as_page_and_word_and_says_what_to_do_where_nobody_prints() {
    let desk = Desk::open(Guide::Notice).await;
    filed(&desk, "mihon_1").await;
    let staff = desk.sign_in("s1-staff").await;
    assert!(staff.get("list").await.html().contains("list/board.pdf?on=2026-06-01"));
    assert_eq!(staff.get("list/board.html").await.status, StatusCode::OK);
    assert!(staff.get("list/board.docx").await.body.starts_with(b"PK"));
    let pdf = staff.get("list/board.pdf").await;
    assert_eq!(pdf.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(pdf.read().contains("Wordか画面の印刷を使う"), "{}", pdf.read());
    for absent in ["list/board", "list/board.exe", "list/other.pdf"] {
        assert_eq!(staff.get(absent).await.status, StatusCode::NOT_FOUND, "{absent}");
    }
}
