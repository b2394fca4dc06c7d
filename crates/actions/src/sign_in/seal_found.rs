//! Whether the seeds of one-time codes open with the key that is here, and what to do where they do not.

use std::sync::PoisonError;

use store::{KeyKind, LoginRow, Logins, PAGE_MAX};

use crate::city::City;
use crate::error::ActError;
use crate::sign_in::SealKey;

/// How the key that seals the seeds was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SealFound {
    /// It opens every seed that is kept; or none is kept.
    #[default]
    Fits,
    /// It is not there.
    Missing {
        /// So many logins have a seed that nobody can open.
        logins: usize,
    },
    /// It is there, and opens not every seed.
    Other {
        /// So many logins have a seed that was sealed with another key.
        logins: usize,
    },
    /// Nothing is sealed yet, and another server on the same database has noted another key.
    Elsewhere,
}

impl SealFound {
    /// What an operator is told, with what to do; nothing where all is well.
    pub fn warning(self, code: &str) -> Option<String> {
        let file = format!("keys/{code}.seal");
        let anew = "予備コードかパスキーでサインインし、「自分の設定」で確認コードを登録し直してもらってください。どちらもない方は、サインインの管理で再設定してください。";
        match self {
            Self::Fits => None,
            Self::Elsewhere => Some(format!(
                "確認コードの種を守る鍵（{file}）が、同じデータベースを使うほかのサーバーの鍵と違うか、ここにありません。このままでは、片方で登録した確認コードが、もう片方で通りません。新しい鍵は作っていません。次にすること：先に動いていたサーバーの {file} を、このサーバーの keys フォルダーに写して、serve を動かし直してください。"
            )),
            Self::Missing { logins } => Some(format!(
                "確認コードの種を守る鍵（{file}）がないか、壊れているため、{logins}人の確認コードを確かめられません。正しいコードでも通りません。新しい鍵は作っていません。次にすること：控えておいた鍵を keys フォルダーに戻して、serve を動かし直してください。控えがないときは「shirube sign-in renew-seal」で新しい鍵を作り、その{logins}人に、{anew}"
            )),
            Self::Other { logins } => Some(format!(
                "確認コードの種を守る鍵（{file}）が、登録したときの鍵と違うため、{logins}人の確認コードを確かめられません。正しいコードでも通りません。次にすること：前の鍵の控えがあれば keys フォルダーに戻して、serve を動かし直してください。控えがないときは、その{logins}人に、{anew}"
            )),
        }
    }
}

impl City {
    /// Tries every seed that is kept, and remembers what was found for [`City::seal_found`].
    pub async fn judge_seal(&self) -> Result<SealFound, ActError> {
        let mut shut = 0;
        let mut after: Option<String> = None;
        loop {
            let mut reading = self.ledgered.reading().await?;
            let page = reading.logins(after.as_deref(), PAGE_MAX).await?;
            drop(reading);
            shut += page.iter().filter(|row| !self.opens(row)).count();
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
        }
        let own = self.doors.key.as_ref().map(SealKey::mark);
        let noted = self.ledgered.key_noted(KeyKind::Seal).await?;
        let found = match (shut, &self.doors.key) {
            (0, _) if noted.is_some() && noted != own => SealFound::Elsewhere,
            (0, _) => SealFound::Fits,
            (logins, None) => SealFound::Missing { logins },
            (logins, Some(_)) => SealFound::Other { logins },
        };
        *self.doors.seal.lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(found)
    }

    /// Notes the key that is here for the other servers on the same database, where none of them has noted one.
    pub async fn note_seal(&self) -> Result<(), ActError> {
        let Some(key) = &self.doors.key else { return Ok(()) };
        Ok(self.ledgered.note_first_key(KeyKind::Seal, &key.mark()).await?)
    }

    /// Notes the key that is here in the place of one that is lost.
    pub async fn note_seal_anew(&self) -> Result<(), ActError> {
        let Some(key) = &self.doors.key else { return Ok(()) };
        Ok(self.ledgered.note_key(KeyKind::Seal, &key.mark()).await?)
    }

    /// How the key was found when somebody looked last.
    pub fn seal_found(&self) -> SealFound {
        *self.doors.seal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the seed of a login opens; a login that has none keeps nothing shut.
    pub(super) fn opens(&self, row: &LoginRow) -> bool {
        row.totp.is_none() || self.seed_of(row).is_some()
    }

    /// The seed of a login, where it has one that opens.
    pub(super) fn seed_of(&self, row: &LoginRow) -> Option<Vec<u8>> {
        self.doors.key.as_ref()?.open(row.totp.as_deref()?, &self.seal_place(&row.id))
    }
}
