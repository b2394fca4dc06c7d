//! Files that wait to be named by an entry, and the end of those that none names.

use std::future::Future;

use crate::dialect::{Purpose, Row};
use crate::error::Result;
use crate::ledger::{int, size};
use crate::municipality::Ledgered;
use crate::read::Read;
use crate::sql;
use crate::value::values;
use crate::workshop::{Desk, Workshop};

/// A file that was kept and that no act has named yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The key under which an act names it.
    pub id: String,
    /// SHA-256 of its bytes, in hex.
    pub hash: String,
    /// Its media type.
    pub media: String,
    /// How many bytes.
    pub bytes: u64,
    /// When it was kept (ms, UTC).
    pub kept_at: i64,
}

impl Ledgered {
    /// Opens the workshop while holding the head of the ledger: nothing is named meanwhile. For short work only.
    pub async fn workshop_alone(&self) -> Result<Workshop> {
        let mut tx = self.store.db.begin(Purpose::Write).await?;
        let municipality = self.code.0.as_str().to_owned();
        let head = tx.one(sql::LOCK_HEAD, values![&municipality]).await?;
        head.ok_or_else(|| self.unknown())?;
        Ok(Workshop::of(tx, municipality, &self.store.db))
    }
}

impl Workshop {
    /// Lets a file wait to be named.
    pub async fn put_upload(&mut self, upload: &Upload) -> Result<()> {
        let at = self.scope();
        let values =
            values![at.municipality, &upload.id, &upload.hash, &upload.media, int(upload.bytes)?, upload.kept_at,];
        at.tx.execute(sql::PUT_UPLOAD, values).await?;
        Ok(())
    }

    /// Files that have waited since before an instant, longest first.
    pub async fn uploads_before(&mut self, instant: i64, limit: u32) -> Result<Vec<Upload>> {
        let at = self.scope();
        let values = values![at.municipality, instant, crate::read::bounded(limit)];
        let rows = at.tx.all(sql::UPLOADS_BEFORE, values).await?;
        rows.iter().map(upload_row).collect()
    }

    /// Whether a file of these bytes still waits to be named.
    pub async fn awaits(&mut self, hash: &str) -> Result<Awaited> {
        let at = self.scope();
        let row = at.tx.one(sql::UPLOAD_OF_HASH, values![at.municipality, hash]).await?;
        Ok(if row.is_some() { Awaited::Yes } else { Awaited::No })
    }
}

/// Whether something is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// What may be done to kept files, alone or in the transaction of an act.
pub trait Files: Desk {
    /// Takes a waiting file for the act that names it; `None` when none waits under this key.
    fn take_upload(&mut self, id: &str) -> impl Future<Output = Result<Option<Upload>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::TAKE_UPLOAD, values![at.municipality, id]).await?;
            row.as_ref().map(upload_row).transpose()
        }
    }

    /// Drops the bytes of a file.
    fn delete_blob(&mut self, hash: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::DELETE_BLOB, values![at.municipality, hash]).await?;
            Ok(())
        }
    }
}

impl Files for Workshop {}

impl Files for crate::ledger::Writing {}

fn upload_row(row: &Row) -> Result<Upload> {
    Ok(Upload {
        id: row.text(0)?,
        hash: row.text(1)?,
        media: row.text(2)?,
        bytes: size(row.int(3)?, "upload", "bytes")?,
        kept_at: row.int(4)?,
    })
}
