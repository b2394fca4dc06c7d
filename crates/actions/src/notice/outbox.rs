//! What has not left: for whoever keeps the machine. It tells where a message stands, never what it says.

use serde::Serialize;
use store::{MessageRow, MessageState, NoticeRead};

use super::CODE;
use crate::city::City;
use crate::error::ActError;
use crate::search::{Page, one_more};

/// A message that has not left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsent {
    /// Its id.
    pub id: String,
    /// Over what, to whom: メール（職員番号） or the chat's name.
    pub recipient: String,
    /// What sort of message.
    pub what: &'static str,
    /// Where it stands.
    pub state: String,
    /// When it was made (ms, UTC).
    pub made_at: i64,
    /// When it is tried next; `None` once it was given up.
    pub next_at: Option<i64>,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub why: Option<String>,
}

impl City {
    /// One page of what has not left; `after` is the last one of the page before.
    pub async fn unsent(&self, after: Option<&str>, limit: u32) -> Result<Page<Unsent>, ActError> {
        let rows = self.ledgered.reading().await?.unsent(after, one_more(limit)).await?;
        Ok(Page::cut(rows.into_iter().map(unsent).collect(), limit, |message: &Unsent| message.id.clone()))
    }

    /// Has a message tried again now.
    pub async fn retry(&self, id: &str) -> Result<(), ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        let changed = workshop.retry_message(id, self.machine.now()).await?;
        if changed == 0 {
            return Err(gone());
        }
        Ok(workshop.commit().await?)
    }

    /// Takes a message out of the queue; its notices stay in the application.
    pub async fn drop_message(&self, id: &str) -> Result<(), ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        let changed = workshop.drop_message(id, self.machine.now()).await?;
        if changed == 0 {
            return Err(gone());
        }
        Ok(workshop.commit().await?)
    }
}

fn gone() -> ActError {
    ActError::Input(
        "この送信は、もう済んだか、取りやめたか、いま送っているところです。\n次にすること：未送信の一覧を開き直して、今の状態を確かめてください。".to_owned(),
    )
}

fn unsent(row: MessageRow) -> Unsent {
    let given_up = row.state == MessageState::GivenUp;
    let state = match (given_up, row.attempts) {
        (true, n) => format!("{n}回試みて中止"),
        (false, 0) => "送信待ち".to_owned(),
        (false, n) => format!("{n}回試みて、再送待ち"),
    };
    let recipient = match row.recipient.split_once(':') {
        Some(("person", person)) => format!("メール（{person}）"),
        Some((_, name)) => format!("チャット（{name}）"),
        None => row.recipient.clone(),
    };
    Unsent {
        id: row.id,
        recipient,
        what: if row.sort == CODE { "アドレスの確認" } else { "お知らせ" },
        state,
        made_at: row.made_at,
        next_at: (!given_up).then_some(row.due_at),
        attempts: row.attempts,
        why: row.last_error,
    }
}
