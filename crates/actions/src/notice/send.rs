//! Sending what is due: claimed with a lease, sent at least once, tried again with a pause, given up visibly.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use domain::notice::{How, Line, Notice, text};
use serde::{Deserialize, Serialize};
use store::{Message, MessageState, NewMessage, NoticeDesk, NoticeRead};

use super::{CODE, HOOK, INSIDE, LOOK, MAIL, NOTICES, notice_of, person_in};
use crate::city::City;
use crate::error::ActError;

/// A letter to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The same for every attempt, so that a receiver can tell a second copy.
    pub id: String,
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The words.
    pub body: String,
}

/// A text for a team's chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The same for every attempt.
    pub id: String,
    /// The chat's name in the configuration.
    pub hook: String,
    /// The words.
    pub text: String,
}

/// Why something could not be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// It may go better later.
    #[error("{0}")]
    Later(String),
    /// It will never go: the address is refused, the configuration is wrong.
    #[error("{0}")]
    Never(String),
}

/// Whoever carries messages out of the house.
pub trait Courier: Send + Sync {
    /// Hands a letter to the mail server.
    fn mail<'a>(&'a self, letter: &'a Letter) -> Carrying<'a>;
    /// Posts a text to a team's chat.
    fn post<'a>(&'a self, posting: &'a Posting) -> Carrying<'a>;
}

/// A message under way.
pub type Carrying<'a> = Pin<Box<dyn Future<Output = Result<(), SendFault>> + Send + 'a>>;

/// What became of the messages that were due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// Taken by their receivers.
    pub sent: u32,
    /// To be tried again.
    pub failed: u32,
    /// Given up.
    pub given_up: u32,
    /// No longer needed: read in the meantime, or nobody's business any more.
    pub dropped: u32,
}

/// Longer than any attempt can take.
const LEASE: i64 = 5 * 60_000;
/// After so long without success a message is given up.
const PATIENCE: i64 = 3 * 24 * 60 * 60_000;
/// The most messages of one round; the next round follows at once.
const ROUND: u32 = 20;
/// The most notices that one message counts.
const CARRIED: u32 = 200;

#[derive(Serialize, Deserialize)]
struct CodeBody {
    to: String,
    code: String,
    until: i64,
}

enum Composed {
    Letter(Letter),
    Posting(Posting),
    Look,
    Nothing(&'static str),
}

impl City {
    /// Sends what is due; without configuration nothing leaves.
    pub async fn send_due(&self, courier: &dyn Courier) -> Result<Sending, ActError> {
        self.plan_look().await?;
        let mut sending = Sending::default();
        for _ in 0..ROUND {
            let now = self.machine.now();
            let due = self.ledgered.reading().await?.next_message().await?;
            if due.is_none_or(|due| due > now) {
                break;
            }
            let mut workshop = self.ledgered.workshop().await?;
            let claimed = workshop.claim_message(now, now + LEASE).await?;
            workshop.commit().await?;
            let Some(message) = claimed else { break };
            self.send(&message, courier, &mut sending).await?;
        }
        Ok(sending)
    }

    async fn send(&self, message: &Message, courier: &dyn Courier, sending: &mut Sending) -> Result<(), ActError> {
        let outcome = match self.compose(message).await {
            Ok(Composed::Letter(letter)) => courier.mail(&letter).await,
            Ok(Composed::Posting(posting)) => courier.post(&posting).await,
            Ok(Composed::Look) => self.look().await.map_err(|error| SendFault::Later(error.to_string())),
            Ok(Composed::Nothing(why)) => {
                sending.dropped += 1;
                return self.end(message, MessageState::Dropped, Some(why)).await;
            }
            Err(error) => Err(SendFault::Later(error.to_string())),
        };
        let now = self.machine.now();
        match outcome {
            Ok(()) => {
                sending.sent += u32::from(message.channel != INSIDE);
                self.end(message, MessageState::Sent, None).await
            }
            Err(SendFault::Later(why)) if now.saturating_sub(message.waits_since) < PATIENCE => {
                sending.failed += 1;
                self.log_unsent(message, "もう一度送ります", &why);
                let mut workshop = self.ledgered.workshop().await?;
                workshop.fail_message(message, now, &why).await?;
                Ok(workshop.commit().await?)
            }
            Err(fault) => {
                sending.given_up += 1;
                self.log_unsent(message, "送るのをやめました", &fault.to_string());
                self.end(message, MessageState::GivenUp, Some(&fault.to_string())).await
            }
        }
    }

    /// Says in the log why a message did not leave; whom it is for and what it says stay out.
    fn log_unsent(&self, message: &Message, next: &str, why: &str) {
        let over = match (message.channel.as_str(), message.recipient.split_once(':')) {
            (HOOK, Some((_, name))) => format!("チャット「{name}」"),
            (MAIL, _) => "メール".to_owned(),
            _ => "日に一度の見回り".to_owned(),
        };
        tracing::warn!(
            municipality = %self.code(), message = %message.id, attempt = message.attempt,
            "{over}を送れませんでした（{next}）。{why}"
        );
    }

    async fn end(&self, message: &Message, state: MessageState, why: Option<&str>) -> Result<(), ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        workshop.end_message(message, state, self.machine.now(), why).await?;
        Ok(workshop.commit().await?)
    }

    async fn compose(&self, message: &Message) -> Result<Composed, ActError> {
        match (message.channel.as_str(), message.sort.as_str()) {
            (MAIL, CODE) => self.code_letter(message),
            (MAIL, NOTICES) => self.notice_letter(message).await,
            (HOOK, NOTICES) => self.posting(message).await,
            (INSIDE, LOOK) => Ok(Composed::Look),
            _ => Ok(Composed::Nothing("このプログラムの知らない送信です。")),
        }
    }

    fn code_letter(&self, message: &Message) -> Result<Composed, ActError> {
        let body: CodeBody = serde_json::from_str(&message.body)
            .map_err(|e| ActError::Inconsistent(format!("送信 {}：{e}", message.id)))?;
        if self.machine.now() >= body.until {
            return Ok(Composed::Nothing("番号の期限が過ぎました。"));
        }
        let words = format!(
            "しるべのお知らせを、このメールアドレスで受け取る設定が始まりました。\n\n確認の番号：{}\n\n30分以内に、お知らせの設定の画面で入れてください。\n心当たりがないときは、何もしないでください。このアドレスにお知らせが届くことはありません。\n",
            body.code
        );
        let subject = "［しるべ］メールアドレスの確認".to_owned();
        Ok(Composed::Letter(Letter { id: message.id.clone(), to: body.to, subject, body: words }))
    }

    async fn notice_letter(&self, message: &Message) -> Result<Composed, ActError> {
        let Some(person) = person_in(&message.recipient) else {
            return Ok(Composed::Nothing("送り先の職員がわかりません。"));
        };
        let mut reading = self.ledgered.reading().await?;
        let choice = reading.choice(&person.0, MAIL).await?.unwrap_or_default();
        let (Some(to), true) = (choice.address, How::of(&choice.how).is_some_and(|how| how != How::Never)) else {
            return Ok(Composed::Nothing("本人がメールを受け取らない設定にしています。"));
        };
        let slice = self.common(&mut reading).await?;
        // Rights come from the positions of today: whoever left one is told nothing more in it.
        let posts = slice.register.office.posts_of(&person, self.today());
        let held = |notice: &Notice| posts.iter().any(|post| post.position == notice.position);
        let mut lines = Vec::new();
        for row in reading.notices_in(&message.id, CARRIED).await? {
            let notice = notice_of(&row)?;
            if row.read_at.is_none() && held(&notice) {
                lines.push(self.line(&mut reading, &slice, &notice).await);
            }
        }
        if lines.is_empty() {
            return Ok(Composed::Nothing("画面で読まれたか、異動などにより、伝えることがなくなりました。"));
        }
        let mut body = text(&lines, self.address_for(&lines).as_deref());
        body.push_str(
            "\n\n--\nこのメールは自動で送っています。返信は読まれません。\n受け取り方は、しるべの「お知らせの設定」で変えられます。\n",
        );
        let subject = format!("［しるべ］お知らせ{}件", lines.len());
        Ok(Composed::Letter(Letter { id: message.id.clone(), to, subject, body }))
    }

    async fn posting(&self, message: &Message) -> Result<Composed, ActError> {
        let hook = message.recipient.strip_prefix("hook:").unwrap_or_default();
        if !self.telling.hooks.iter().any(|known| known.name == hook) {
            return Ok(Composed::Nothing("このチャットは、設定からなくなりました。"));
        }
        let mut reading = self.ledgered.reading().await?;
        let slice = self.common(&mut reading).await?;
        let mut lines = Vec::new();
        for row in reading.notices_in(&message.id, CARRIED).await? {
            lines.push(self.line(&mut reading, &slice, &notice_of(&row)?).await);
        }
        if lines.is_empty() {
            return Ok(Composed::Nothing("伝えることがなくなりました。"));
        }
        let text = text(&lines, self.address_for(&lines).as_deref());
        Ok(Composed::Posting(Posting { id: message.id.clone(), hook: hook.to_owned(), text }))
    }

    /// The one address of a message: the tasks where something is to be done, else the notices.
    fn address_for(&self, lines: &[Line]) -> Option<String> {
        let base = self.telling.staff_url.as_deref()?;
        Some(format!("{base}{}", if lines.iter().any(Line::asks) { "tasks" } else { "notices" }))
    }

    /// Sees to it that the next daily look at due days is planned.
    async fn plan_look(&self) -> Result<(), ActError> {
        let (key, due_at) = self.next_look();
        if self.ledgered.reading().await?.message_by_key(&key).await?.is_some() {
            return Ok(());
        }
        let now = self.machine.now();
        let look = NewMessage {
            id: domain::id::uuid_v7(now, self.machine.random()),
            channel: INSIDE.to_owned(),
            recipient: INSIDE.to_owned(),
            sort: LOOK.to_owned(),
            body: "{}".to_owned(),
            made_at: now,
            due_at,
            idem_key: key,
        };
        let mut workshop = self.ledgered.workshop().await?;
        workshop.put_message(&look).await?;
        Ok(workshop.commit().await?)
    }

    /// Once a day: tells what falls due, and throws away what is over.
    async fn look(&self) -> Result<(), ActError> {
        self.tell_due().await?;
        self.tidy().await?;
        Ok(())
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address is a person's, and the words may hold a code.
        f.debug_struct("Letter").field("id", &self.id).finish_non_exhaustive()
    }
}
