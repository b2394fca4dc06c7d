//! Accounts, the official list and impersonators, as people in named positions see them.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use domain::id::UnitId;
use domain::office::{Level, OfficeChange};
use jiff::civil::date;
use testkit::{Guide, draft};

use crate::desk::Desk;

/// An account on the list; its id and its case.
async fn listed(desk: &Desk) -> (String, String) {
    let (case, account) = desk.town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
    (account.0, case)
}

#[tokio::test]
async fn an_account_is_seen_in_full_by_its_unit_and_by_its_public_face_by_others() {
    let desk = Desk::open(Guide::Notice).await;
    let (account, case) = listed(&desk).await;
    let path = format!("accounts/{account}");
    let own = desk.sign_in("s1-staff").await;
    let page = own.get(&path).await.read();
    assert!(page.contains("掲載中") && page.contains("観光の魅力を知らせるため") && page.contains(&case), "{page}");
    let stranger = desk.sign_in("s2-staff").await;
    let face = stranger.get(&path).await;
    assert_eq!(face.status, StatusCode::OK);
    let face = face.read();
    assert!(face.contains("観光の魅力を知らせるため") && !face.contains(&case) && !face.contains("担当者"), "{face}");
    assert!(!stranger.get("accounts").await.read().contains("みほん観光"));
    assert!(stranger.get("list").await.read().contains("みほん観光"));
    for below in ["policies", "profile", &format!("policies/{case}")] {
        assert_eq!(stranger.get(&format!("{path}/{below}")).await.status, StatusCode::NOT_FOUND, "{below}");
        assert_eq!(own.get(&format!("{path}/{below}")).await.status, StatusCode::OK, "{below}");
    }
}

#[tokio::test]
async fn a_foreign_account_that_is_not_listed_is_answered_as_one_that_is_not_there() {
    let desk = Desk::open(Guide::Notice).await;
    let account = desk.town.opens("s1-staff").await.account.expect("an account");
    let stranger = desk.sign_in("s2-staff").await;
    let (foreign, absent) = (stranger.get(&format!("accounts/{account}")).await, stranger.get("accounts/a999").await);
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!((foreign.headers, foreign.body), (absent.headers, absent.body));
}

#[tokio::test]
async fn the_profile_names_the_page_and_the_unit_within_the_limit() {
    let desk = Desk::open(Guide::Notice).await;
    let (account, _) = listed(&desk).await;
    let page = desk.sign_in("s1-staff").await.get(&format!("accounts/{account}/profile")).await.read();
    assert!(page.contains(&format!("https://www.example.lg.jp/accounts/{account}.html")), "{page}");
    assert!(page.contains("観光課の公式アカウントです。") && page.contains("160字まで"), "{page}");
}

#[tokio::test]
async fn units_of_one_name_are_told_apart_by_their_department_wherever_one_is_chosen() {
    let desk = Desk::open(Guide::Notice).await;
    let founded = |unit: &str, parent: &str| OfficeChange::UnitFounded {
        unit: UnitId::from(unit),
        name: "庶務係".to_owned(),
        kana: "しょむがかり".to_owned(),
        level: Level::Team,
        parent: Some(UnitId::from(parent)),
        key: None,
        from: date(2026, 6, 1),
    };
    let changes = vec![founded("t1", "s1"), founded("t2", "s4")];
    desk.city.change_office(changes, BTreeMap::new()).await.expect("the office grows");
    let officer = desk.sign_in("s1-staff").await;
    for path in ["accounts", "cases", "cases/new?procedure=opening"] {
        let html = officer.get(path).await.html();
        for (unit, label) in [
            ("t1", "経済観光部　庶務係"),
            ("t2", "総務部　庶務係"),
            ("s1", "経済観光部　観光課"),
            ("d1", "経済観光部"),
            ("k1", "広報委員会"),
        ] {
            assert!(html.contains(&format!("<option value=\"{unit}\">{label}</option>")), "{path}: {label}");
        }
    }
}

#[tokio::test]
async fn an_existing_account_is_entered_and_a_wrong_one_comes_back_as_it_was_typed() {
    let desk = Desk::open(Guide::Notice).await;
    let staff = desk.sign_in("s1-staff").await;
    let fields = [
        ("key", "k1"),
        ("network", "x"),
        ("name", " みほん 𠮷 "),
        ("url", "https://bit.ly/abc"),
        ("unit", "s1"),
        ("on", "2026-06-01"),
    ];
    let refused = staff.post("accounts/new", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.field("name").as_deref(), Some(" みほん 𠮷 "));
    assert!(refused.read().contains("まだ記録されていません"), "{}", refused.read());
    let good =
        fields.map(|(name, value)| if name == "url" { (name, "https://x.com/mihon_mae") } else { (name, value) });
    let done = staff.post("accounts/new", &good).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.read());
    let again = staff.post("accounts/new", &good).await;
    assert_eq!(again.location(), done.location(), "sent twice, it is one account");
    let page = staff.get(done.location()).await.read();
    assert!(page.contains("既存(届出前)") && page.contains("公式アカウントではありません"), "{page}");
}

#[tokio::test]
async fn impersonators_are_named_and_cleared_by_the_central_office_alone() {
    let desk = Desk::open(Guide::Notice).await;
    let central = desk.sign_in("s3-staff").await;
    let fields = [("key", "k2"), ("network", "x"), ("url", "https://x.com/mihon_nise"), ("on", "2026-06-01")];
    let other = desk.sign_in("s1-staff").await;
    assert_eq!(other.post("impersonators/new", &fields).await.status, StatusCode::FORBIDDEN);
    let noted = central.post("impersonators/new", &fields).await;
    assert_eq!(noted.status, StatusCode::SEE_OTHER);
    let said = central.get(noted.location()).await.read();
    assert!(said.contains("番に記録しました。") && said.contains("のなりすましを"), "{said}");
    assert!(!central.get("impersonators?done=0").await.read().contains("番に記録しました。"), "another's entry");
    let page = other.get("impersonators").await;
    assert!(page.read().contains("https://x.com/mihon_nise"));
    assert!(!page.html().contains("href=\"https://x.com/mihon_nise\""), "nobody is led to an impersonator");
    let id = desk.city.impersonators().await.expect("known").remove(0).0;
    let path = format!("impersonators/{id}/clear");
    assert_eq!(central.get(&path).await.status, StatusCode::OK);
    assert_eq!(central.post(&path, &[("key", "k3"), ("on", "2026-06-01")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.city.impersonators().await.expect("none").len(), 0);
}

#[tokio::test]
async fn what_is_known_of_an_impersonator_is_read_by_those_who_read_the_ledger_until_it_is_erased() {
    let desk = Desk::open(Guide::Notice).await;
    let central = desk.sign_in("s3-staff").await;
    let note = "市民から<b>電話</b>で聞いた";
    let fields =
        [("key", "k2"), ("network", "x"), ("url", "https://x.com/mihon_nise"), ("note", note), ("on", "2026-06-01")];
    let noted = central.post("impersonators/new", &fields).await;
    assert_eq!(noted.status, StatusCode::SEE_OTHER, "{}", noted.read());
    let page = central.get("impersonators").await;
    assert!(page.read().contains("わかっていること") && page.read().contains(note), "{}", page.read());
    assert!(page.html().contains("市民から&#60;b&#62;電話"), "it is text and no markup");
    let other = desk.sign_in("s1-staff").await.get("impersonators").await.html();
    assert!(other.contains("mihon_nise") && !other.contains("電話") && !other.contains("わかっていること"), "{other}");
    let (id, known) = desk.city.impersonators().await.expect("known").remove(0);
    desk.city.erase(known.seq, "総第36号").await.expect("erased");
    let page = central.get("impersonators").await.read();
    assert!(page.contains("mihon_nise") && !page.contains("電話"), "{page}");
    assert_eq!(desk.city.impersonator(&id).await.expect("asked").expect("still known").note, None);
    assert!(desk.city.rebuild().await.expect("a rebuild").differences.is_empty());
}

#[tokio::test]
async fn the_table_for_audits_is_the_central_offices_and_tells_every_act() {
    let desk = Desk::open(Guide::Notice).await;
    let (account, case) = listed(&desk).await;
    assert_eq!(desk.sign_in("s1-staff").await.get("accounts.csv").await.status, StatusCode::FORBIDDEN);
    let central = desk.sign_in("s3-staff").await;
    let got = central.get("accounts.csv").await;
    let csv = got.html();
    let row = csv.lines().nth(1).expect("a row");
    assert!(row.contains(&format!(",{account},")) && row.contains(&format!("あり（{case}）")), "{row}");
    assert!(row.contains("掲載中,2026-06-01") && row.contains("https://x.com/mihon_kanko"), "{row}");
    let book = central.get("accounts.xlsx").await;
    let table = documents::table::read(&book.body).expect("a workbook");
    assert_eq!(table.rows.len(), 2);
}

#[tokio::test]
async fn the_list_of_a_day_is_shown_and_printed() {
    let desk = Desk::open(Guide::Notice).await;
    listed(&desk).await;
    let staff = desk.sign_in("s2-staff").await;
    assert!(staff.get("list").await.read().contains("1件"));
    assert!(staff.get("list?on=2026-05-31").await.read().contains("載っているアカウントはありません"));
    assert!(staff.get("list/board.html").await.html().contains("みほん観光"));
    assert!(staff.get("list/board.docx").await.body.starts_with(b"PK"));
    assert_eq!(staff.get("list/board.exe").await.status, StatusCode::NOT_FOUND);
}
