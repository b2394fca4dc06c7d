//! 送れなかったお知らせ: what has not left, and trying it again.

use actions::{ActError, Unsent};
use askama::Template;
use axum::extract::Path;
use serde::Deserialize;

use crate::access::at;
use crate::answer::{Answer, Reply};
use crate::field::Problem;
use crate::page::Shell;
use crate::parts::Pages;
use crate::query::Query;
use crate::sign_in::problem;
use crate::visit::Visit;

/// So many messages stand on a page.
const ROWS: u32 = 50;

/// The place of the list in the page.
const LIST: &str = "messages";

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage {
    shell: Shell,
    problems: Vec<Problem>,
    rows: Vec<Row>,
    pages: Pages,
}

/// A message that has not left; what it says is nobody's here.
struct Row {
    id: String,
    recipient: String,
    what: &'static str,
    state: String,
    made: String,
    next: Option<String>,
    why: Option<String>,
    /// Why nothing was done with it just now.
    wrong: Option<String>,
}

/// Where the list goes on, and what was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
    done: Option<String>,
}

/// The page.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let mut page = outbox(&visit, asked.after).await?;
    page.shell = match asked.done.as_deref() {
        Some("retry") => {
            page.shell.saying("success", "もう一度送るようにしました。送れたものは、この一覧から消えます。")
        }
        Some("drop") => page.shell.saying("success", "送るのをやめました。お知らせは、本人の画面には残っています。"),
        _ => page.shell,
    };
    visit.show(&page)
}

/// Tries a message again, or gives it up.
pub(crate) async fn change(visit: Visit, Path((_, id, what)): Path<(String, String, String)>) -> Reply {
    let changed = match what.as_str() {
        "retry" => visit.city().retry(&id).await,
        "drop" => visit.city().drop_message(&id).await,
        _ => return Err(Answer::Nowhere),
    };
    match changed {
        Ok(()) => Err(Answer::Elsewhere(visit.path(&format!("outbox?done={what}")))),
        Err(ActError::Input(words)) => {
            let mut page = outbox(&visit, None).await?;
            page.refuse(&id, words);
            visit.show_refused(&page)
        }
        Err(fault) => Err(fault.into()),
    }
}

impl OutboxPage {
    /// Says why nothing was done with a message: beside it, or at the list as it is now where the message has gone.
    fn refuse(&mut self, id: &str, words: String) {
        let place = match self.rows.iter_mut().find(|row| row.id == id) {
            Some(row) => {
                row.wrong = Some(words.clone());
                id
            }
            None => LIST,
        };
        self.problems = vec![problem(place, words)];
    }
}

async fn outbox(visit: &Visit, after: Option<String>) -> Result<OutboxPage, Answer> {
    let unsent = visit.city().unsent(after.as_deref(), ROWS).await?;
    let pages = Pages {
        first: after.is_some().then(|| visit.path("outbox")),
        after: unsent.next.map(|id| format!("{}?after={id}", visit.path("outbox"))),
        shown: String::new(),
    };
    let shell = visit.shell("送れなかったお知らせ");
    Ok(OutboxPage { shell, problems: Vec::new(), rows: unsent.rows.into_iter().map(row).collect(), pages })
}

fn row(message: Unsent) -> Row {
    Row {
        id: message.id,
        recipient: message.recipient,
        what: message.what,
        state: message.state,
        made: at(message.made_at),
        next: message.next_at.map(at),
        why: message.why,
        wrong: None,
    }
}
