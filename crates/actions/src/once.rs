//! The key that makes an act happen once: good for one person, one act and one content.

use domain::entry::Entry;
use domain::id::PersonId;
use domain::ledger::to_hex;
use domain::refusal::{Refusal, RefusalKind};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Files as _, Read, Remembered, Writing};

use crate::attachment::Attached;
use crate::error::ActError;
use crate::perform::Recorded;

/// An act's key with what it is bound to.
#[derive(Debug, Clone)]
pub(crate) struct Once<'a> {
    key: &'a str,
    digest: String,
    files: &'a [Attached],
}

/// What a used key is bound to, as it is kept beside the answer.
#[derive(Debug, Serialize, Deserialize)]
struct Bound {
    /// Of the person, the act and the order without its files.
    digest: String,
    files: Vec<BoundFile>,
}

/// A file of the act: sent again it may wait under another key, but its bytes and its name are the same.
#[derive(Debug, Serialize, Deserialize)]
struct BoundFile {
    key: String,
    hash: String,
    name: String,
}

impl<'a> Once<'a> {
    /// Binds a key to the act of a person; the order is without what may differ when the same is sent again.
    pub fn of(
        key: Option<&'a str>,
        act: &str,
        person: &PersonId,
        order: &impl Serialize,
        files: &'a [Attached],
    ) -> Result<Option<Self>, ActError> {
        let Some(key) = key else { return Ok(None) };
        // Fields stand in the order of their declaration, so the same order has the same bytes.
        let bytes = serde_json::to_vec(&(act, person, order)).map_err(|error| unwritable(&error))?;
        Ok(Some(Self { key, digest: to_hex(&Sha256::digest(&bytes)), files }))
    }

    /// What this very act was answered before; `None` for a key that nobody has used. Any other use of a key is refused.
    pub async fn answered(&self, at: &mut impl Read) -> Result<Option<Answered>, ActError> {
        let Some(Remembered { answer, bound, .. }) = at.remembered(self.key).await? else { return Ok(None) };
        let Some(bound) = bound else { return Err(used().into()) };
        let bound: Bound = serde_json::from_str(&bound).map_err(|error| unwritable(&error))?;
        let named = bound.files.iter().map(|file| &file.name).eq(self.files.iter().map(|sent| &sent.name));
        if bound.digest != self.digest || !named {
            return Err(used().into());
        }
        Ok(Some(Answered {
            recorded: serde_json::from_str(&answer).map_err(|error| unwritable(&error))?,
            files: bound.files,
        }))
    }

    /// The same within an act, where files that were sent again are compared by their bytes.
    pub async fn answered_within(&self, at: &mut Writing) -> Result<Option<Recorded>, ActError> {
        let Some(Answered { recorded, files }) = self.answered(at).await? else { return Ok(None) };
        for (file, sent) in files.iter().zip(self.files) {
            if file.key == sent.key.0 {
                continue;
            }
            // Nothing is recorded after this, so nothing is taken.
            let again = at.take_upload(&sent.key.0).await?;
            if again.is_none_or(|upload| upload.hash != file.hash) {
                return Err(used().into());
            }
        }
        Ok(Some(recorded))
    }

    /// Keeps the answer of the act under its key.
    pub fn remember(&self, writing: &mut Writing, entry: &Entry, recorded: &Recorded) -> Result<(), ActError> {
        let named = self.files.iter().zip(entry.fact.attachments());
        let files = named.map(|(sent, file)| BoundFile {
            key: sent.key.0.clone(),
            hash: file.hash.clone(),
            name: sent.name.clone(),
        });
        let bound = Bound { digest: self.digest.clone(), files: files.collect() };
        let bound = serde_json::to_string(&bound).map_err(|error| unwritable(&error))?;
        let answer = serde_json::to_string(recorded).map_err(|error| unwritable(&error))?;
        writing.remember(self.key, &bound, &answer);
        Ok(())
    }
}

/// What an act was answered, with the files that it named.
pub(crate) struct Answered {
    /// The answer.
    pub recorded: Recorded,
    files: Vec<BoundFile>,
}

/// Whose the key was, and for what, is told to nobody: it may have been another person's.
fn used() -> Refusal {
    Refusal::new(
        RefusalKind::KeyUsed,
        "この送信の鍵は、すでに別の記録に使われています。今回の内容は、記録していません。",
        "前に送ったものが記録されているかを、一覧で確かめてください。今回の内容も記録するときは、もう一度送ってください。",
    )
}

fn unwritable(error: &serde_json::Error) -> ActError {
    ActError::Inconsistent(error.to_string())
}
