//! Notices: told in the transaction of the act, read in the application, and carried outside where that is configured.

mod choice;
mod outbox;
mod send;

use std::collections::BTreeMap;

use domain::account::Account;
use domain::calendar::{self, Closures};
use domain::case::{Case, CaseState};
use domain::entry::{Entry, Fact};
use domain::guideline::Guideline;
use domain::id::{CaseId, PersonId, PositionId, UnitId};
use domain::notice::{How, Line, Notice, NoticeKind, Scene, Timing, Told, WINDOW, due_told, timing};
use jiff::civil::{Date, Time};
use serde::Serialize;
use store::{NewMessage, NewNotice, NoticeDesk, NoticeRead, NoticeRow, PAGE_MAX, Read};

use crate::city::City;
use crate::error::ActError;
use crate::practice::practices;
use crate::search::{Page, one_more};
use crate::slice::{ACCOUNT, CASE, Slice, get, read};

pub use choice::{Availability, MailChoice};
pub use outbox::Unsent;
pub use send::{Carrying, Courier, Letter, Posting, SendFault, Sending};

pub(crate) const MAIL: &str = "mail";
pub(crate) const HOOK: &str = "hook";
/// What the machine does for itself at a given instant; nothing leaves by it.
pub(crate) const INSIDE: &str = "inside";
pub(crate) const NOTICES: &str = "notices";
pub(crate) const CODE: &str = "code";
pub(crate) const LOOK: &str = "look";

/// A bundle is closed for so long before it leaves, so that an act that is just being recorded is still in it.
const GRACE: i64 = 15_000;
/// So long before the digests leave, due days are looked at.
const LOOK_AHEAD: i64 = 5 * 60_000;

/// How a municipality tells its people outside the application; nothing leaves without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// The address of its staff pages, ending with a slash. Addresses in messages are made of it and nothing else.
    pub staff_url: Option<String>,
    /// Mail, where it is configured.
    pub mail: Option<MailTelling>,
    /// The chats of teams.
    pub hooks: Vec<Hook>,
    /// The hour of the digests, on open days.
    pub hour: Time,
}

/// Telling by mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailTelling {
    /// The domains that addresses may have; any when empty.
    pub domains: Vec<String>,
}

/// A team's chat that is told what its units are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its name in the configuration.
    pub name: String,
    /// Its units; every unit when empty.
    pub units: Vec<UnitId>,
}

impl Default for Telling {
    fn default() -> Self {
        Self { staff_url: None, mail: None, hooks: Vec::new(), hour: Time::constant(8, 45, 0, 0) }
    }
}

/// One page of somebody's notices, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticePage {
    /// The notices.
    pub rows: Vec<NoticeView>,
    /// How many of all are unread; counted up to a thousand.
    pub unread: u64,
    /// The notice behind which the next page begins; `None` on the last one.
    pub next: Option<String>,
}

/// A notice as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeView {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// What it says.
    pub text: String,
    /// The case to look at.
    pub case: CaseId,
    /// The position in which they were told.
    pub position: PositionId,
    /// When it was made (ms, UTC).
    pub made_at: i64,
    /// When it was read.
    pub read_at: Option<i64>,
}

impl City {
    /// One page of a person's notices; `before` is the last one of the page before.
    pub async fn notices_of(
        &self,
        person: &PersonId,
        before: Option<&str>,
        limit: u32,
    ) -> Result<NoticePage, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let slice = self.common(&mut reading).await?;
        let recipient = recipient_of(person);
        let stored = reading.notices(&recipient, before, one_more(limit)).await?;
        let Page { rows: stored, next } = Page::cut(stored, limit, |row: &NoticeRow| row.id.clone());
        let mut rows = Vec::with_capacity(stored.len());
        for row in &stored {
            let notice = notice_of(row)?;
            let line = self.line(&mut reading, &slice, &notice).await;
            rows.push(NoticeView {
                id: row.id.clone(),
                kind: notice.kind,
                text: line.said(),
                case: notice.case,
                position: notice.position,
                made_at: row.made_at,
                read_at: row.read_at,
            });
        }
        Ok(NoticePage { rows, unread: reading.unread(&recipient).await?, next })
    }

    /// How many notices a person has not read; counted up to a thousand.
    pub async fn unread_notices(&self, person: &PersonId) -> Result<u64, ActError> {
        Ok(self.ledgered.reading().await?.unread(&recipient_of(person)).await?)
    }

    /// Marks one notice of a person as read.
    pub async fn mark_read(&self, person: &PersonId, id: &str) -> Result<(), ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        workshop.read_notice(&recipient_of(person), id, self.machine.now()).await?;
        Ok(workshop.commit().await?)
    }

    /// Marks a person's notices as read, up to and with the newest that they saw.
    pub async fn mark_all_read(&self, person: &PersonId, newest: &str) -> Result<(), ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        workshop.read_notices_to(&recipient_of(person), newest, self.machine.now()).await?;
        Ok(workshop.commit().await?)
    }

    /// Tells those whom an entry concerns, in the transaction of the act.
    pub(crate) async fn tell<T>(&self, at: &mut T, slice: &Slice, entry: &Entry) -> Result<(), ActError>
    where
        T: NoticeDesk,
    {
        let (Fact::CaseOpened { case, .. }
        | Fact::StepDone { case, .. }
        | Fact::StepReturned { case, .. }
        | Fact::CaseWithdrawn { case }) = &entry.fact
        else {
            return Ok(());
        };
        let Some(after) = slice.register.cases.get(case) else { return Ok(()) };
        let account = after.account().and_then(|id| slice.register.accounts.get(id));
        let loaded = self.guideline(at, &after.guideline).await?;
        let scene = Scene {
            entry,
            before: slice.before().cases.get(case),
            after,
            account,
            guideline: &loaded.guideline,
            office: &slice.register.office,
            day: self.today(),
        };
        self.keep_notices(at, &scene.told(), &format!("entry:{}", entry.seq), entry.recorded_at).await
    }

    /// Looks once a day at what is nearly due or late, case by case.
    pub(crate) async fn tell_due(&self) -> Result<(), ActError> {
        let (today, now) = (self.today(), self.machine.now());
        let practices = practices(&mut self.ledgered.reading().await?).await?;
        let mut after: Option<(String, String)> = None;
        loop {
            let mut reading = self.ledgered.reading().await?;
            let slice = self.common(&mut reading).await?;
            let from = after.as_ref().map(|(sort, id)| (sort.as_str(), id.as_str()));
            let rows = reading.page(CASE, from, PAGE_MAX).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some((last.sort.clone(), last.id.clone()));
            let mut told = Vec::new();
            for row in &rows {
                let case: Case = read(CASE, row)?;
                if case.state != CaseState::Open {
                    continue;
                }
                let account = match case.account() {
                    Some(id) => get::<Account>(&mut reading, ACCOUNT, &id.0).await?,
                    None => None,
                };
                let loaded = self.guideline(&mut reading, &case.guideline).await?;
                let office = &slice.register.office;
                told.extend(due_told(&case, account.as_ref(), &loaded.guideline, office, &practices, today));
            }
            drop(reading);
            if told.is_empty() {
                continue;
            }
            let mut workshop = self.ledgered.workshop().await?;
            for one in told {
                let notice = &one.notice;
                let (step, due) = (notice.steps.first().map_or("", String::as_str), notice.due.unwrap_or(today));
                let event = format!("due:{}:{step}:{due}", notice.case);
                self.keep_notices(&mut workshop, &[one], &event, now).await?;
            }
            workshop.commit().await?;
        }
    }

    /// Keeps the notices of one event, and asks for the messages that carry them outside.
    async fn keep_notices<T>(&self, at: &mut T, told: &[Told], event: &str, now: i64) -> Result<(), ActError>
    where
        T: NoticeDesk,
    {
        let mut messages: BTreeMap<String, Option<String>> = BTreeMap::new();
        for one in told {
            let recipient = recipient_of(&one.person);
            if at.notice_by_key(&recipient, &key_of(event, one.notice.kind)).await?.is_some() {
                continue;
            }
            let message = if let Some(message) = messages.get(&recipient) {
                message.clone()
            } else {
                let message = self.mail_for(at, &one.person, &recipient, now).await?;
                messages.insert(recipient.clone(), message.clone());
                message
            };
            self.keep_notice(at, &recipient, &one.notice, event, now, message).await?;
        }
        for hook in &self.telling.hooks {
            let ours = |one: &&Told| hook.units.is_empty() || hook.units.contains(&one.unit);
            let mut notices: Vec<Notice> = Vec::new();
            for one in told.iter().filter(ours) {
                // A chat is nobody's position, and is told a thing once however many read it there.
                let notice = Notice { position: PositionId::from(""), ..one.notice.clone() };
                let known = at.notice_by_key(&format!("{HOOK}:{}", hook.name), &key_of(event, notice.kind)).await?;
                if known.is_none() && !notices.contains(&notice) {
                    notices.push(notice);
                }
            }
            if notices.is_empty() {
                continue;
            }
            let recipient = format!("{HOOK}:{}", hook.name);
            let message = self.message_for(at, HOOK, &recipient, How::AtOnce, now).await?;
            for notice in &notices {
                self.keep_notice(at, &recipient, notice, event, now, message.clone()).await?;
            }
        }
        Ok(())
    }

    async fn keep_notice<T>(
        &self,
        at: &mut T,
        recipient: &str,
        notice: &Notice,
        event: &str,
        now: i64,
        message: Option<String>,
    ) -> Result<(), ActError>
    where
        T: NoticeDesk,
    {
        let body = serde_json::to_string(notice).map_err(|e| ActError::Inconsistent(e.to_string()))?;
        let new = NewNotice {
            id: domain::id::uuid_v7(now, self.machine.random()),
            recipient: recipient.to_owned(),
            body,
            made_at: now,
            idem_key: key_of(event, notice.kind),
            message,
        };
        at.put_notice(&new).await?;
        Ok(())
    }

    async fn mail_for<T>(
        &self,
        at: &mut T,
        person: &PersonId,
        recipient: &str,
        now: i64,
    ) -> Result<Option<String>, ActError>
    where
        T: NoticeDesk,
    {
        if self.telling.mail.is_none() {
            return Ok(None);
        }
        let Some(choice) = at.choice(&person.0, MAIL).await? else { return Ok(None) };
        match (How::of(&choice.how), &choice.address) {
            (Some(how), Some(_)) => self.message_for(at, MAIL, recipient, how, now).await,
            _ => Ok(None),
        }
    }

    /// The message that carries what is told now: a new one, or the bundle that is already waiting.
    async fn message_for<T>(
        &self,
        at: &mut T,
        channel: &str,
        recipient: &str,
        how: How,
        now: i64,
    ) -> Result<Option<String>, ActError>
    where
        T: NoticeDesk,
    {
        let recent = at.messages_since(recipient, now - WINDOW).await?;
        let due_at = match timing(how, recent, now, self.telling.hour, &Closures::default()) {
            Timing::Never => return Ok(None),
            Timing::Now => now,
            Timing::Together(then) | Timing::Digest(then) => {
                let due_at = then.saturating_add(GRACE);
                // What already left, by the clock or by hand, carries nothing new: then another bundle begins.
                if let Some(waiting) = at.join_message(channel, recipient, NOTICES, due_at).await? {
                    return Ok(Some(waiting));
                }
                due_at
            }
        };
        let id = domain::id::uuid_v7(now, self.machine.random());
        let message = NewMessage {
            id: id.clone(),
            channel: channel.to_owned(),
            recipient: recipient.to_owned(),
            sort: NOTICES.to_owned(),
            body: "{}".to_owned(),
            made_at: now,
            due_at,
            idem_key: id.clone(),
        };
        at.put_message(&message).await?;
        Ok(Some(id))
    }

    /// A notice with its words; a guideline that cannot be read takes none of the others away.
    pub(crate) async fn line(&self, at: &mut impl Read, slice: &Slice, notice: &Notice) -> Line {
        let loaded = self.guideline(at, &notice.guideline).await.ok();
        let guideline: Option<&Guideline> = loaded.as_ref().map(|loaded| &loaded.guideline);
        Line::of(notice, guideline, &slice.register.office, &self.networks, self.today())
    }

    /// The daily look at due days: its key and its instant.
    pub(crate) fn next_look(&self) -> (String, i64) {
        let now = self.machine.now();
        let at = domain::notice::digest_at(now + LOOK_AHEAD, self.telling.hour, &Closures::default());
        let day: Date = calendar::today(at);
        (format!("{INSIDE}:{LOOK}:{day}"), at - LOOK_AHEAD)
    }
}

/// One event tells a recipient a thing of one kind once.
fn key_of(event: &str, kind: NoticeKind) -> String {
    format!("{event}:{kind:?}")
}

pub(crate) fn recipient_of(person: &PersonId) -> String {
    format!("person:{person}")
}

pub(crate) fn person_in(recipient: &str) -> Option<PersonId> {
    recipient.strip_prefix("person:").map(PersonId::from)
}

pub(crate) fn notice_of(row: &NoticeRow) -> Result<Notice, ActError> {
    serde_json::from_str(&row.body).map_err(|e| ActError::Inconsistent(format!("お知らせ {}：{e}", row.id)))
}
