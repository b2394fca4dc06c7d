//! Notices, how people want to be told, and the messages that leave: workshop, like every job.

use std::future::Future;

use crate::dialect::Row;
use crate::error::{Result, StoreError};
use crate::ledger::{Writing, int, size};
use crate::read::{Read, bounded};
use crate::sql;
use crate::value::values;
use crate::workshop::{Enqueued, Workshop, backoff};

/// A notice as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// Its id; later ones sort behind earlier ones.
    pub id: String,
    /// Whom it is for.
    pub recipient: String,
    /// What it says, as JSON.
    pub body: String,
    /// When it was made (ms, UTC).
    pub made_at: i64,
    /// When it was read.
    pub read_at: Option<i64>,
}

/// A notice to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Its id.
    pub id: String,
    /// Whom it is for.
    pub recipient: String,
    /// What it says, as JSON.
    pub body: String,
    /// When it was made (ms, UTC).
    pub made_at: i64,
    /// Two notices to one recipient with one key are one notice.
    pub idem_key: String,
    /// The message that carries it out of the application.
    pub message: Option<String>,
}

/// How a person wants to be told over a channel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChoiceRow {
    /// The word of the choice.
    pub how: String,
    /// The address that was proven to be theirs.
    pub address: Option<String>,
    /// The address that waits for its code.
    pub asked_address: Option<String>,
    /// The digest of that code.
    pub code_digest: Option<String>,
    /// Until when the code holds (ms, UTC).
    pub code_until: Option<i64>,
    /// How many wrong codes were typed.
    pub code_tries: i64,
    /// The day on which codes were last asked for.
    pub asked_on: String,
    /// How many were asked for on that day.
    pub asked_times: i64,
    /// Counts the savings; 0 before the first.
    pub version: u64,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id.
    pub id: String,
    /// Over what it leaves.
    pub channel: String,
    /// Whom it is for.
    pub recipient: String,
    /// What sort of message.
    pub sort: String,
    /// What it needs beyond its notices, as JSON.
    pub body: String,
    /// When it was made (ms, UTC).
    pub made_at: i64,
    /// Not before this instant (ms, UTC).
    pub due_at: i64,
    /// Two messages with one key are one message.
    pub idem_key: String,
}

/// A message that this worker holds until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// Over what it leaves.
    pub channel: String,
    /// Whom it is for.
    pub recipient: String,
    /// What sort of message.
    pub sort: String,
    /// What it needs beyond its notices.
    pub body: String,
    /// Since when it waits without success (ms, UTC).
    pub waits_since: i64,
    /// Which attempt this is, from 1.
    pub attempt: i64,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// It will be sent, or tried again.
    Waiting,
    /// It was taken by the receiving server.
    Sent,
    /// It was tried for long, or refused for good.
    GivenUp,
    /// Nobody is to get it.
    Dropped,
}

/// A message as it is shown to whoever keeps the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Its id.
    pub id: String,
    /// Over what it leaves.
    pub channel: String,
    /// Whom it is for.
    pub recipient: String,
    /// What sort of message.
    pub sort: String,
    /// Where it stands.
    pub state: MessageState,
    /// When it was made (ms, UTC).
    pub made_at: i64,
    /// When it is tried next (ms, UTC).
    pub due_at: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

impl MessageState {
    /// The word by which it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
            Self::Dropped => "dropped",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::GivenUp, Self::Dropped].into_iter().find(|state| state.word() == word)
    }
}

/// Questions about notices and messages.
pub trait NoticeRead: Read {
    /// The notices of a recipient, newest first; `before` is the last one of the page before.
    fn notices(
        &mut self,
        recipient: &str,
        before: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<NoticeRow>>> + Send {
        async move {
            let at = self.scope();
            // Ids are hexadecimal; this sorts behind all of them.
            let before = before.unwrap_or("~");
            let values = values![at.municipality, recipient, before, bounded(limit)];
            let rows = at.tx.all(sql::NOTICES_OF, values).await?;
            rows.iter().map(notice_row).collect()
        }
    }

    /// The notice that a recipient was given under a key.
    fn notice_by_key(&mut self, recipient: &str, key: &str) -> impl Future<Output = Result<Option<String>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::NOTICE_KNOWN, values![at.municipality, recipient, key]).await?;
            row.map(|row| row.text(0)).transpose()
        }
    }

    /// How many notices a recipient has not read; counted up to a thousand.
    fn unread(&mut self, recipient: &str) -> impl Future<Output = Result<u64>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::UNREAD, values![at.municipality, recipient]).await?;
            row.map_or(Ok(0), |row| size(row.int(0)?, "notice", "count"))
        }
    }

    /// The notices that a message carries, oldest first.
    fn notices_in(&mut self, message: &str, limit: u32) -> impl Future<Output = Result<Vec<NoticeRow>>> + Send {
        async move {
            let at = self.scope();
            let rows = at.tx.all(sql::NOTICES_IN, values![at.municipality, message, bounded(limit)]).await?;
            rows.iter().map(notice_row).collect()
        }
    }

    /// How a person wants to be told over a channel.
    fn choice(&mut self, person: &str, channel: &str) -> impl Future<Output = Result<Option<ChoiceRow>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::CHOICE, values![at.municipality, person, channel]).await?;
            row.as_ref().map(choice_row).transpose()
        }
    }

    /// How many messages were made for a recipient after an instant.
    fn messages_since(&mut self, recipient: &str, since: i64) -> impl Future<Output = Result<u64>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::MESSAGES_SINCE, values![at.municipality, recipient, since]).await?;
            row.map_or(Ok(0), |row| size(row.int(0)?, "message", "count"))
        }
    }

    /// The message with a key.
    fn message_by_key(&mut self, key: &str) -> impl Future<Output = Result<Option<String>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::MESSAGE_BY_KEY, values![at.municipality, key]).await?;
            row.map(|row| row.text(0)).transpose()
        }
    }

    /// The messages that have not left, in the order of their ids: waiting ones and those given up.
    fn unsent(&mut self, after: Option<&str>, limit: u32) -> impl Future<Output = Result<Vec<MessageRow>>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, after.unwrap_or_default(), bounded(limit)];
            let rows = at.tx.all(sql::UNSENT, values).await?;
            rows.iter().map(message_row).collect()
        }
    }

    /// The channels over which a message has been tried in vain, each with the instant since when (ms, UTC).
    fn unsent_since(&mut self) -> impl Future<Output = Result<Vec<(String, i64)>>> + Send {
        async move {
            let at = self.scope();
            let rows = at.tx.all(sql::UNSENT_SINCE, values![at.municipality]).await?;
            rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
        }
    }

    /// A message that left over a channel after an instant, where there is one.
    fn sent_after(&mut self, channel: &str, instant: i64) -> impl Future<Output = Result<Option<String>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::SENT_AFTER, values![at.municipality, instant, channel]).await?;
            row.map(|row| row.text(0)).transpose()
        }
    }

    /// When a message is due at the earliest (ms, UTC).
    fn next_message(&mut self) -> impl Future<Output = Result<Option<i64>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::NEXT_MESSAGE, values![at.municipality]).await?;
            row.map_or(Ok(None), |row| row.opt_int(0))
        }
    }
}

impl<T: Read> NoticeRead for T {}

/// What may be done to notices and messages, alone or in the transaction of an act.
pub trait NoticeDesk: Read {
    /// Keeps a notice.
    fn put_notice(&mut self, notice: &NewNotice) -> impl Future<Output = Result<Enqueued>> + Send {
        async move {
            let at = self.scope();
            let values = values![
                at.municipality,
                &notice.id,
                &notice.recipient,
                &notice.body,
                notice.made_at,
                &notice.idem_key,
                notice.message.as_deref(),
            ];
            Ok(known_or_new(at.tx.execute(sql::PUT_NOTICE, values).await?))
        }
    }

    /// Asks for a message.
    fn put_message(&mut self, message: &NewMessage) -> impl Future<Output = Result<Enqueued>> + Send {
        async move {
            let at = self.scope();
            let values = values![
                at.municipality,
                &message.id,
                &message.channel,
                &message.recipient,
                &message.sort,
                &message.body,
                message.made_at,
                message.due_at,
                &message.idem_key,
            ];
            Ok(known_or_new(at.tx.execute(sql::PUT_MESSAGE, values).await?))
        }
    }

    /// The message of a recipient that is due at an instant and that nobody has tried to send, held for this transaction.
    ///
    /// One that was tried is closed, whatever became of it: it may have arrived, and a second copy is passed over by its id.
    fn join_message(
        &mut self,
        channel: &str,
        recipient: &str,
        sort: &str,
        due_at: i64,
    ) -> impl Future<Output = Result<Option<String>>> + Send {
        async move {
            let at = self.scope();
            let row =
                at.tx.one(at.tx.join_message(), values![at.municipality, channel, recipient, sort, due_at]).await?;
            row.map(|row| row.text(0)).transpose()
        }
    }
}

impl NoticeDesk for Workshop {}
impl NoticeDesk for Writing {}

impl Workshop {
    /// Marks one notice of a recipient as read.
    pub async fn read_notice(&mut self, recipient: &str, id: &str, now: i64) -> Result<()> {
        let at = self.scope();
        at.tx.execute(sql::READ_NOTICE, values![at.municipality, recipient, id, now]).await?;
        Ok(())
    }

    /// Marks the notices of a recipient as read, up to and with this one.
    pub async fn read_notices_to(&mut self, recipient: &str, id: &str, now: i64) -> Result<()> {
        let at = self.scope();
        at.tx.execute(sql::READ_NOTICES_TO, values![at.municipality, recipient, id, now]).await?;
        Ok(())
    }

    /// Saves a choice over the version that was seen.
    pub async fn put_choice(&mut self, person: &str, channel: &str, choice: &ChoiceRow) -> Result<()> {
        let at = self.scope();
        let code_until = choice.code_until.map_or(crate::value::Value::NoInt, crate::value::Value::Int);
        let values: [crate::value::Value; 12] = [
            at.municipality.into(),
            person.into(),
            channel.into(),
            choice.how.as_str().into(),
            choice.address.as_deref().into(),
            choice.asked_address.as_deref().into(),
            choice.code_digest.as_deref().into(),
            code_until,
            choice.code_tries.into(),
            choice.asked_on.as_str().into(),
            choice.asked_times.into(),
            int(choice.version)?.into(),
        ];
        let [new @ .., _seen] = &values;
        let changed = match choice.version {
            0 => at.tx.execute(sql::NEW_CHOICE, new).await?,
            _ => at.tx.execute(sql::CHANGE_CHOICE, &values).await?,
        };
        match changed {
            0 => Err(StoreError::StaleVersion { what: "お知らせの設定".to_owned() }),
            _ => Ok(()),
        }
    }

    /// Takes the message that has been due for longest, until `lease_until`; `None` when nothing is due.
    pub async fn claim_message(&mut self, now: i64, lease_until: i64) -> Result<Option<Message>> {
        let claim = self.claim_message_sql();
        let at = self.scope();
        let row = at.tx.one(claim, values![at.municipality, now, lease_until]).await?;
        row.map(|row| {
            Ok(Message {
                id: row.text(0)?,
                channel: row.text(1)?,
                recipient: row.text(2)?,
                sort: row.text(3)?,
                body: row.text(4)?,
                waits_since: row.int(5)?,
                attempt: row.int(6)?,
            })
        })
        .transpose()
    }

    /// Ends a message that this worker holds; what it needed beyond its notices is forgotten.
    pub async fn end_message(
        &mut self,
        message: &Message,
        state: MessageState,
        now: i64,
        why: Option<&str>,
    ) -> Result<()> {
        let at = self.scope();
        let values = values![at.municipality, &message.id, message.attempt, state.word(), now, why];
        still_ours(at.tx.execute(sql::END_MESSAGE, values).await?, message)
    }

    /// Says that an attempt failed; the next one is due after [`backoff`].
    pub async fn fail_message(&mut self, message: &Message, now: i64, why: &str) -> Result<()> {
        let again = now.saturating_add(backoff(message.attempt));
        let at = self.scope();
        let values = values![at.municipality, &message.id, message.attempt, again, why];
        still_ours(at.tx.execute(sql::FAIL_MESSAGE, values).await?, message)
    }

    /// Lets a message that has not left be tried again now; tells how many were changed.
    pub async fn retry_message(&mut self, id: &str, now: i64) -> Result<u64> {
        let at = self.scope();
        at.tx.execute(sql::RETRY_MESSAGE, values![at.municipality, id, now]).await
    }

    /// Takes a message that has not left out of the queue; tells how many were changed.
    pub async fn drop_message(&mut self, id: &str, now: i64) -> Result<u64> {
        let at = self.scope();
        at.tx.execute(sql::DROP_MESSAGE, values![at.municipality, id, now]).await
    }

    /// Clears away notices and ended messages that were made before an instant.
    pub async fn sweep_notices(&mut self, before: i64) -> Result<()> {
        let at = self.scope();
        at.tx.execute(sql::SWEEP_NOTICES, values![at.municipality, before]).await?;
        at.tx.execute(sql::SWEEP_MESSAGES, values![at.municipality, before]).await?;
        Ok(())
    }
}

fn known_or_new(changed: u64) -> Enqueued {
    if changed == 0 { Enqueued::Known } else { Enqueued::New }
}

fn still_ours(changed: u64, message: &Message) -> Result<()> {
    match changed {
        0 => Err(StoreError::StaleVersion { what: format!("送信 {}", message.id) }),
        _ => Ok(()),
    }
}

fn notice_row(row: &Row) -> Result<NoticeRow> {
    Ok(NoticeRow {
        id: row.text(0)?,
        recipient: row.text(1)?,
        body: row.text(2)?,
        made_at: row.int(3)?,
        read_at: row.opt_int(4)?,
    })
}

fn choice_row(row: &Row) -> Result<ChoiceRow> {
    Ok(ChoiceRow {
        how: row.text(0)?,
        address: row.opt_text(1)?,
        asked_address: row.opt_text(2)?,
        code_digest: row.opt_text(3)?,
        code_until: row.opt_int(4)?,
        code_tries: row.int(5)?,
        asked_on: row.text(6)?,
        asked_times: row.int(7)?,
        version: size(row.int(8)?, "notice_choice", "version")?,
    })
}

fn message_row(row: &Row) -> Result<MessageRow> {
    let id = row.text(0)?;
    let word = row.text(4)?;
    let state = MessageState::of(&word).ok_or_else(|| StoreError::Inconsistent {
        table: "message".to_owned(),
        column: "state".to_owned(),
        id: id.clone(),
    })?;
    Ok(MessageRow {
        id,
        channel: row.text(1)?,
        recipient: row.text(2)?,
        sort: row.text(3)?,
        state,
        made_at: row.int(5)?,
        due_at: row.int(6)?,
        attempts: row.int(7)?,
        last_error: row.opt_text(8)?,
    })
}
