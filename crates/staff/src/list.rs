//! 公式一覧: what the list says on a day, and the same for a board on the wall.

use axum::extract::Path;
use domain::calendar::{self, wareki_with_western};
use domain::listing::ListingRecord;
use jiff::civil::Date;
use serde::Deserialize;

use crate::accounts::RegisterPage;
use crate::answer::{Answer, Reply};
use crate::field::{Field, Kind};
use crate::page::Link;
use crate::paper;
use crate::parts::{Cell, Empty, Head, Pages, Table};
use crate::query::Query;
use crate::visit::Visit;

/// How many records a page shows.
const SHOWN: u32 = 100;

/// What is asked for in the address: everything may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    on: String,
    after: Option<u64>,
}

/// The official list of a day.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let day = day(&visit, &asked);
    let listed = visit.city().listed_on(day, asked.after, SHOWN).await?;
    let shown: Vec<Vec<Cell>> = listed.rows.iter().map(|(_, span)| row(&visit, &span.account.0, span.read())).collect();
    let here = format!("{}?on={day}", visit.path("list"));
    let public = visit.town().public_url.clone().map(|href| Link { href, words: "公開の一覧".to_owned() });
    let papers = [("html", "掲示用の一覧を開く"), ("docx", "掲示用の一覧（Word）"), ("pdf", "掲示用の一覧（PDF）")];
    let board = papers.into_iter().map(|(ending, words)| Link {
        href: format!("{}?on={day}", visit.path(&format!("list/board.{ending}"))),
        words: words.to_owned(),
    });
    let field = Kind::Day { value: day.to_string(), wareki: Some(calendar::wareki(day)) };
    let page = RegisterPage {
        shell: visit.shell("公式一覧"),
        lead: format!("{}の時点で、公式一覧に載っているアカウントは{}件です。", wareki_with_western(day), listed.total),
        actions: public.into_iter().chain(board).collect(),
        here: visit.path("list"),
        narrowed: day != visit.today(),
        fields: vec![Field::new("on", "いつの一覧を見るか", field).optional()],
        pages: Pages {
            first: asked.after.map(|_| here.clone()),
            after: listed.next.map(|seq| format!("{here}&after={seq}")),
            shown: format!("{}件", shown.len()),
        },
        table: Table {
            caption: "公式一覧".to_owned(),
            heads: ["アカウント", "種類", "担当部署", "目的", "掲載日"].into_iter().map(Head::new).collect(),
            rows: shown,
            empty: Empty {
                title: "この日、公式一覧に載っているアカウントはありません。".to_owned(),
                body: "ほかの日を選ぶか、掲載を待ってください。".to_owned(),
                next: None,
            },
        },
    };
    visit.show(&page)
}

/// The list for a board on the wall: `board.html`, `board.docx`, `board.pdf`.
pub(crate) async fn board(visit: Visit, Path((_, file)): Path<(String, String)>, Query(asked): Query<Asked>) -> Reply {
    let Some(("board", ending)) = file.split_once('.') else { return Err(Answer::Nowhere) };
    let day = day(&visit, &asked);
    let document = visit.city().notice_board(day).await?;
    let name = format!("{}-{day}", document.title);
    paper::shown(&visit, document, &name, ending).await
}

/// The day that is asked for; today where none is, or none can be read.
fn day(visit: &Visit, asked: &Asked) -> Date {
    calendar::parse_date(&asked.on).unwrap_or_else(|_| visit.today())
}

fn row(visit: &Visit, account: &str, record: Option<ListingRecord>) -> Vec<Cell> {
    let Some(record) = record else {
        let gone = [Cell::Missing("廃棄の決定により消去"), Cell::Missing(""), Cell::Missing("")];
        return gone.into_iter().chain([Cell::Missing(""), Cell::Missing("")]).collect();
    };
    let link = Link { href: visit.path(&format!("accounts/{account}")), words: record.name };
    vec![
        Cell::LinkPair(link, record.url),
        Cell::Text(record.network_label),
        Cell::Text(record.unit),
        Cell::Text(record.purpose),
        Cell::Text(calendar::wareki(record.listed_on)),
    ]
}
