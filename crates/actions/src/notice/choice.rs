//! How a person wants to be told, and proving that an address is theirs.

use std::fmt::Write as _;

use domain::id::PersonId;
use domain::notice::{How, code_digest, mail_address};
use serde::Serialize;
use store::{ChoiceRow, NewMessage, NoticeDesk, NoticeRead};

use super::{CODE, MAIL, recipient_of};
use crate::city::City;
use crate::error::ActError;

/// So long a code holds.
pub(super) const CODE_HOLDS: i64 = 30 * 60_000;
/// So many wrong codes are taken.
const TRIES: i64 = 5;
/// So many codes are mailed for one person on one day: nobody's mailbox is flooded from here.
const CODES_A_DAY: i64 = 5;

/// How a person is told by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailChoice {
    /// How often.
    pub how: How,
    /// Where to.
    pub address: Option<String>,
    /// The address that still waits for its code.
    pub waits_for_code: Option<String>,
    /// Whether this installation sends mail at all.
    pub mail: Availability,
}

/// Whether a way of telling is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// It is.
    Configured,
    /// Nothing leaves this way.
    Off,
}

impl City {
    /// How a person wants to be told by mail.
    pub async fn choices_of(&self, person: &PersonId) -> Result<MailChoice, ActError> {
        let row = self.ledgered.reading().await?.choice(&person.0, MAIL).await?.unwrap_or_default();
        Ok(MailChoice {
            how: How::of(&row.how).unwrap_or(How::Never),
            address: row.address,
            waits_for_code: row.asked_address,
            mail: if self.telling.mail.is_some() { Availability::Configured } else { Availability::Off },
        })
    }

    /// Sets how a person wants to be told by mail.
    pub async fn set_choice(&self, person: &PersonId, how: How) -> Result<(), ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        let row = workshop.choice(&person.0, MAIL).await?.unwrap_or_default();
        if row.address.is_none() && how != How::Never {
            return Err(ActError::Input(
                "メールの送り先がまだ確かめられていません。\n次にすること：メールアドレスを入れ、届いた6桁の番号で確かめてから、もう一度選んでください。".to_owned(),
            ));
        }
        let row = ChoiceRow { how: how.word().to_owned(), ..row };
        workshop.put_choice(&person.0, MAIL, &row).await?;
        Ok(workshop.commit().await?)
    }

    /// Mails a code to an address that a person gives as theirs; until the code comes back the former one stays.
    pub async fn ask_address(&self, person: &PersonId, typed: &str) -> Result<(), ActError> {
        let Some(mail) = &self.telling.mail else {
            return Err(ActError::Input(
                "この団体では、メールでのお知らせを使っていません。お知らせは画面で確かめてください。\n使うには、保守の担当が設定（[mail]）を書きます。".to_owned(),
            ));
        };
        let address = mail_address(typed, &mail.domains).map_err(|problem| ActError::Input(problem.to_string()))?;
        let (now, today) = (self.machine.now(), self.today().to_string());
        let mut workshop = self.ledgered.workshop().await?;
        let row = workshop.choice(&person.0, MAIL).await?.unwrap_or_default();
        let asked_times = if row.asked_on == today { row.asked_times } else { 0 };
        if asked_times >= CODES_A_DAY {
            return Err(ActError::Input(format!(
                "確認の番号は1日に{CODES_A_DAY}回まで送れます。\n次にすること：届いたメールを探すか、明日もう一度お試しください。"
            )));
        }
        let code = self.six_figures();
        let digest = code_digest(self.code(), &person.0, &address, &code);
        let (id, how) = (domain::id::uuid_v7(now, self.machine.random()), row.how.clone());
        let body = serde_json::json!({ "to": address, "code": code, "until": now + CODE_HOLDS }).to_string();
        let row = ChoiceRow {
            how: if how.is_empty() { How::Never.word().to_owned() } else { how },
            asked_address: Some(address),
            code_digest: Some(digest),
            code_until: Some(now + CODE_HOLDS),
            code_tries: 0,
            asked_on: today,
            asked_times: asked_times + 1,
            ..row
        };
        workshop.put_choice(&person.0, MAIL, &row).await?;
        let message = NewMessage {
            id: id.clone(),
            channel: MAIL.to_owned(),
            recipient: recipient_of(person),
            sort: CODE.to_owned(),
            body,
            made_at: now,
            due_at: now,
            idem_key: id,
        };
        workshop.put_message(&message).await?;
        Ok(workshop.commit().await?)
    }

    /// Takes the code that was mailed: from now on the address is the person's.
    pub async fn confirm_address(&self, person: &PersonId, typed: &str) -> Result<(), ActError> {
        let code = plain_figures(typed);
        let now = self.machine.now();
        let mut workshop = self.ledgered.workshop().await?;
        let row = workshop.choice(&person.0, MAIL).await?.unwrap_or_default();
        let (Some(address), Some(digest), Some(until)) = (&row.asked_address, &row.code_digest, row.code_until) else {
            return Err(again("確かめるメールアドレスがありません。"));
        };
        if now >= until {
            return Err(again("番号の期限（30分）が過ぎました。"));
        }
        if row.code_tries >= TRIES {
            return Err(again("番号の間違いが続いたため、この番号は使えなくなりました。"));
        }
        if code_digest(self.code(), &person.0, address, &code) != *digest {
            let left = TRIES - row.code_tries - 1;
            let row = ChoiceRow { code_tries: row.code_tries + 1, ..row };
            workshop.put_choice(&person.0, MAIL, &row).await?;
            workshop.commit().await?;
            return Err(ActError::Input(format!(
                "番号が違います。あと{left}回入れられます。\n次にすること：いちばん新しいメールの6桁の番号を入れてください。"
            )));
        }
        let how = match (&row.address, How::of(&row.how)) {
            // The first address: told once a day until they choose otherwise.
            (None, _) | (_, None) => How::Daily,
            (Some(_), Some(how)) => how,
        };
        let row = ChoiceRow {
            how: how.word().to_owned(),
            address: row.asked_address.clone(),
            asked_address: None,
            code_digest: None,
            code_until: None,
            code_tries: 0,
            ..row
        };
        workshop.put_choice(&person.0, MAIL, &row).await?;
        Ok(workshop.commit().await?)
    }

    /// Forgets a person's address; nothing is mailed to them any more.
    pub async fn forget_address(&self, person: &PersonId) -> Result<(), ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        let Some(row) = workshop.choice(&person.0, MAIL).await? else { return Ok(()) };
        let row = ChoiceRow {
            how: How::Never.word().to_owned(),
            address: None,
            asked_address: None,
            code_digest: None,
            code_until: None,
            ..row
        };
        workshop.put_choice(&person.0, MAIL, &row).await?;
        Ok(workshop.commit().await?)
    }

    fn six_figures(&self) -> String {
        let random = self.machine.random();
        let mut figures = String::with_capacity(6);
        // The remainder of 256 bits: no figure is likelier than another by anything that can be seen.
        let number = random.iter().fold(0_u64, |rest, byte| (rest * 256 + u64::from(*byte)) % 1_000_000);
        // Writing to a text cannot fail.
        let _ = write!(figures, "{number:06}");
        figures
    }
}

fn again(what: &str) -> ActError {
    ActError::Input(format!("{what}\n次にすること：メールアドレスを入れ直して、新しい番号を受け取ってください。"))
}

/// Figures as typed, full-width or with spaces, made plain.
fn plain_figures(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c {
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
            _ => c,
        })
        .collect()
}
