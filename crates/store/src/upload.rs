//! Files that wait to be named by an entry, and the end of those that none names.

use std::future::Future;

use crate::dialect::{Purpose, Row};
use crate::error::Result;
use crate::ledger::{int, size};
use crate::municipality::Ledgered;
use crate::read::Read;
use crate::sql;
use crate::value::values;
use crate::workshop::{CHUNK, Desk, Workshop};

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

/// Whose a waiting file is, and what it is about: what it is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadOwner<'a> {
    /// The person who keeps it.
    pub person: &'a str,
    /// The case; empty where it is about none.
    pub about: &'a str,
}

/// How much is kept (bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uploaded {
    /// What a person keeps that no entry names yet.
    pub by_person: u64,
    /// What waits to be named by entries of a case.
    pub about: u64,
    /// All files of the municipality, named or not, each rounded up to whole pieces.
    pub in_all: u64,
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
    /// How much an owner, and the municipality, keep already.
    pub async fn uploaded(&mut self, owner: UploadOwner<'_>) -> Result<Uploaded> {
        let by_person = self.sum(sql::UPLOADED_BY, Some(owner.person)).await?;
        let about = self.sum(sql::UPLOADED_ABOUT, Some(owner.about)).await?;
        let chunks = self.sum(sql::BLOB_CHUNKS, None).await?;
        Ok(Uploaded { by_person, about, in_all: chunks.saturating_mul(CHUNK as u64) })
    }

    async fn sum(&mut self, text: &'static str, of: Option<&str>) -> Result<u64> {
        let at = self.scope();
        let row = match of {
            Some(of) => at.tx.one(text, values![at.municipality, of]).await?,
            None => at.tx.one(text, values![at.municipality]).await?,
        };
        row.map_or(Ok(0), |row| size(row.int(0)?, "upload_owner", "bytes"))
    }

    /// Lets a file wait to be named.
    pub async fn put_upload(&mut self, upload: &Upload, owner: UploadOwner<'_>) -> Result<()> {
        let at = self.scope();
        let values =
            values![at.municipality, &upload.id, &upload.hash, &upload.media, int(upload.bytes)?, upload.kept_at,];
        at.tx.execute(sql::PUT_UPLOAD, values).await?;
        let values = values![at.municipality, &upload.id, owner.person, owner.about, int(upload.bytes)?];
        at.tx.execute(sql::PUT_UPLOAD_OWNER, values).await?;
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
            at.tx.execute(sql::END_UPLOAD_OWNER, values![at.municipality, id]).await?;
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
