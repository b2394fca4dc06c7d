//! お知らせ: what one was told, newest first.

use actions::NoticeView;
use askama::Template;
use domain::access::Hat;
use serde::Deserialize;

use crate::access::at;
use crate::answer::{Answer, Reply};
use crate::page::Shell;
use crate::parts::Pages;
use crate::query::Query;
use crate::typed::Typed;
use crate::visit::Visit;

/// So many notices stand on a page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    shell: Shell,
    unread: u64,
    newest: Option<String>,
    rows: Vec<Row>,
    pages: Pages,
}

/// A notice as its reader sees it.
struct Row {
    id: String,
    text: String,
    /// Where the case is, for whoever still holds the position in which they were told.
    href: Option<String>,
    case: String,
    when: String,
    news: News,
}

/// Whether a notice has been read.
#[derive(PartialEq, Eq)]
enum News {
    Unread,
    Read,
}

/// Where the list goes on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    before: Option<String>,
}

/// The page.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let told = visit.city().notices_of(visit.person()?, asked.before.as_deref(), ROWS).await?;
    let after = told.next.as_ref().map(|id| format!("{}?before={id}", visit.path("notices")));
    let first = asked.before.is_some().then(|| visit.path("notices"));
    let newest = told.rows.first().filter(|_| told.unread > 0).map(|row| row.id.clone());
    let page = NoticesPage {
        shell: visit.shell("お知らせ"),
        unread: told.unread,
        newest,
        rows: told.rows.into_iter().map(|notice| row(&visit, notice)).collect(),
        pages: Pages { first, after, shown: String::new() },
    };
    visit.show(&page)
}

/// One notice, or all up to the newest that was seen, has been read.
pub(crate) async fn read(visit: Visit, typed: Typed) -> Reply {
    let person = visit.person()?;
    match (typed.said("one"), typed.said("newest")) {
        (Some(id), _) => visit.city().mark_read(person, id).await?,
        (None, Some(newest)) => visit.city().mark_all_read(person, newest).await?,
        (None, None) => {}
    }
    Err(Answer::Elsewhere(visit.path("notices")))
}

fn row(visit: &Visit, notice: NoticeView) -> Row {
    let held = visit.officer().is_ok_and(|officer| officer.posts.iter().any(|post| post.position == notice.position));
    let opens = held || visit.wears(Hat::Central) || visit.wears(Hat::Auditor);
    Row {
        id: notice.id,
        text: notice.text,
        href: opens.then(|| visit.path(&format!("cases/{}", notice.case))),
        case: notice.case.to_string(),
        when: at(notice.made_at),
        news: if notice.read_at.is_some() { News::Read } else { News::Unread },
    }
}
