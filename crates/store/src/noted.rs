//! What is noted of the keys that lie outside the database, so that every node can tell which one is meant.
//!
//! Only what tells keys apart is kept, never a key; it is the installation's, and in no backup.

use crate::dialect::Purpose;
use crate::error::Result;
use crate::municipality::Ledgered;
use crate::sql::schema;
use crate::value::values;

/// Whose key is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// The one that seals the seeds of one-time codes.
    Seal,
    /// The one that signs lists and checkpoints.
    Signing,
}

impl Ledgered {
    /// What was noted of a key; `None` where nothing was.
    pub async fn key_noted(&self, kind: KeyKind) -> Result<Option<String>> {
        let mut tx = self.store.db.begin(Purpose::Read).await?;
        match tx.one(schema::GET, values![&self.key_mark(kind)]).await? {
            None => Ok(None),
            Some(row) => row.text(0).map(Some),
        }
    }

    /// Notes a key where none was noted; of two nodes that do so at once, the first is kept.
    pub async fn note_first_key(&self, kind: KeyKind, mark: &str) -> Result<()> {
        self.put_key(schema::PUT_FIRST, kind, mark).await
    }

    /// Notes a key in the place of the one before.
    pub async fn note_key(&self, kind: KeyKind, mark: &str) -> Result<()> {
        self.put_key(schema::PUT, kind, mark).await
    }

    async fn put_key(&self, text: &'static str, kind: KeyKind, mark: &str) -> Result<()> {
        let mut tx = self.store.db.begin(Purpose::Write).await?;
        tx.execute(text, values![&self.key_mark(kind), mark]).await?;
        tx.commit().await
    }

    fn key_mark(&self, kind: KeyKind) -> String {
        let kind = match kind {
            KeyKind::Seal => "seal",
            KeyKind::Signing => "signing",
        };
        format!("{kind} {}", self.code.0)
    }
}
