//! The workshop: drafts being typed, jobs to be done, attachments waiting to be named. Nothing official rests on it.

use std::future::Future;

use crate::dialect::{Db, Purpose, Row, Tx};
use crate::error::{Result, StoreError};
use crate::ledger::{int, size};
use crate::municipality::Ledgered;
use crate::read::{Read, Scope};
use crate::sql::{self, Which};
use crate::value::values;

/// The largest attachment that is kept, in bytes.
pub const BLOB_MAX: usize = 64 * 1024 * 1024;

/// Small enough that no engine copies an attachment in one piece.
pub(crate) const CHUNK: usize = 1024 * 1024;

const FIRST_PAUSE: i64 = 10_000;
const LONGEST_PAUSE: i64 = 3_600_000;

/// Something that somebody is typing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// What was typed, verbatim.
    pub body: String,
    /// When it was saved (ms, UTC).
    pub updated_at: i64,
    /// Counts the savings from 1.
    pub version: u64,
}

/// Something to be done outside the transaction that asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Its id.
    pub id: String,
    /// What sort of work.
    pub kind: String,
    /// What the work needs to know, as JSON.
    pub body: String,
    /// Not before this instant (ms, UTC).
    pub due_at: i64,
    /// Two jobs with one key are one job.
    pub idem_key: String,
}

/// Whether a job was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It will be done.
    New,
    /// A job with this key is known already.
    Known,
}

/// A job that this worker holds until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What sort of work.
    pub kind: String,
    /// What the work needs to know.
    pub body: String,
    /// When it was due (ms, UTC).
    pub due_at: i64,
    /// Which attempt this is, from 1; a worker whose attempt is no longer the newest changes nothing.
    pub attempt: i64,
}

/// A job as it is shown to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// The job, with the newest attempt.
    pub job: Job,
    /// When it was done (ms, UTC).
    pub done_at: Option<i64>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// The pause after a failed attempt, in ms: doubled each time, at most an hour.
pub fn backoff(attempt: i64) -> i64 {
    let doublings = u32::try_from(attempt.clamp(1, 20) - 1).unwrap_or(0);
    (FIRST_PAUSE << doublings).min(LONGEST_PAUSE)
}

/// What may be done to the workshop, alone or in the transaction of an act.
pub trait Desk: Read {
    /// Asks for a job.
    fn enqueue(&mut self, job: &NewJob) -> impl Future<Output = Result<Enqueued>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, &job.id, &job.kind, &job.body, job.due_at, &job.idem_key,];
            match at.tx.execute(sql::ENQUEUE, values).await? {
                0 => Ok(Enqueued::Known),
                _ => Ok(Enqueued::New),
            }
        }
    }

    /// Saves a draft over the version that was seen (`None`: a new one), and tells the version it has now.
    fn put_draft(
        &mut self,
        id: &str,
        body: &str,
        updated_at: i64,
        seen: Option<u64>,
    ) -> impl Future<Output = Result<u64>> + Send {
        async move {
            let at = self.scope();
            let Some(seen) = seen else {
                let values = values![at.municipality, id, body, updated_at];
                at.tx.execute(sql::NEW_DRAFT, values).await?;
                return Ok(1);
            };
            let values = values![at.municipality, id, body, updated_at, int(seen)?];
            match at.tx.execute(sql::CHANGE_DRAFT, values).await? {
                0 => Err(StoreError::StaleVersion { what: format!("下書き {id}") }),
                _ => Ok(seen + 1),
            }
        }
    }

    /// Throws a draft away.
    fn delete_draft(&mut self, id: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, id];
            at.tx.execute(sql::DELETE_DRAFT, values).await?;
            Ok(())
        }
    }
}

/// A transaction that touches nothing official, and so needs no entry.
#[derive(Debug)]
pub struct Workshop {
    tx: Tx,
    municipality: String,
    claim: &'static str,
    claim_message: &'static str,
}

impl Ledgered {
    /// Opens the workshop; the head of the ledger is not locked.
    pub async fn workshop(&self) -> Result<Workshop> {
        Ok(Workshop::of(self.store.db.begin(Purpose::Write).await?, self.code.0.as_str().to_owned(), &self.store.db))
    }

    /// Opens a transaction that could write, and lets it go again: whether acts can be recorded at all.
    pub async fn try_writing(&self) -> Result<()> {
        let mut tx = self.store.db.begin(Purpose::Write).await?;
        tx.execute(sql::TRY_WRITING, values![self.code.0.as_str()]).await?;
        tx.rollback().await
    }
}

impl Workshop {
    pub(crate) fn of(tx: Tx, municipality: String, db: &Db) -> Self {
        Self { tx, municipality, claim: db.claim_job(), claim_message: db.claim_message() }
    }

    /// Takes the job that has been due for longest, until `lease_until`; `None` when nothing is due.
    pub async fn claim_job(&mut self, now: i64, lease_until: i64) -> Result<Option<Job>> {
        let values = values![&self.municipality, now, lease_until];
        let row = self.tx.one(self.claim, values).await?;
        row.as_ref().map(job_of).transpose()
    }

    /// Says that a job is done. Too late when the lease ended and another worker took it.
    pub async fn finish_job(&mut self, job: &Job, now: i64) -> Result<()> {
        let values = values![&self.municipality, &job.id, job.attempt, now];
        still_ours(self.tx.execute(sql::FINISH_JOB, values).await?, job)
    }

    /// Says that an attempt failed; the next one is due after [`backoff`].
    pub async fn fail_job(&mut self, job: &Job, now: i64, why: &str) -> Result<()> {
        let again = now.saturating_add(backoff(job.attempt));
        let values = values![&self.municipality, &job.id, job.attempt, again, why];
        still_ours(self.tx.execute(sql::FAIL_JOB, values).await?, job)
    }

    /// Keeps an attachment under its hash, before the entry that names it; the same bytes twice are one attachment.
    pub async fn put_blob(&mut self, hash: &str, bytes: &[u8]) -> Result<()> {
        if bytes.len() > BLOB_MAX {
            return Err(StoreError::TooLarge { what: "添付ファイル", most: BLOB_MAX as u64 });
        }
        let mut chunk = 0_i64;
        for part in bytes.chunks(CHUNK) {
            let values = values![&self.municipality, hash, chunk, part];
            self.tx.execute(sql::PUT_BLOB, values).await?;
            chunk += 1;
        }
        if chunk == 0 {
            // An empty file is a file: one chunk without bytes says that it was kept.
            let values = values![&self.municipality, hash, chunk, bytes];
            self.tx.execute(sql::PUT_BLOB, values).await?;
        }
        Ok(())
    }

    pub(crate) fn claim_message_sql(&self) -> &'static str {
        self.claim_message
    }

    /// Ends the transaction.
    pub async fn commit(self) -> Result<()> {
        self.tx.commit().await
    }
}

impl Read for Workshop {
    fn scope(&mut self) -> Scope<'_> {
        Scope { tx: &mut self.tx, municipality: &self.municipality, which: Which::Current }
    }
}

impl Desk for Workshop {}

fn still_ours(changed: u64, job: &Job) -> Result<()> {
    match changed {
        0 => Err(StoreError::StaleVersion { what: format!("処理 {}", job.id) }),
        _ => Ok(()),
    }
}

pub(crate) fn draft_row(row: &Row) -> Result<Draft> {
    Ok(Draft {
        id: row.text(0)?,
        body: row.text(1)?,
        updated_at: row.int(2)?,
        version: size(row.int(3)?, "draft", "version")?,
    })
}

fn job_of(row: &Row) -> Result<Job> {
    Ok(Job { id: row.text(0)?, kind: row.text(1)?, body: row.text(2)?, due_at: row.int(3)?, attempt: row.int(4)? })
}

pub(crate) fn job_row(row: &Row) -> Result<JobRow> {
    Ok(JobRow { job: job_of(row)?, done_at: row.opt_int(5)?, last_error: row.opt_text(6)? })
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_PAUSE, backoff};

    #[test]
    fn the_pause_doubles_and_ends_at_an_hour() {
        assert_eq!(backoff(1), 10_000);
        assert_eq!(backoff(2), 20_000);
        assert_eq!(backoff(9), 2_560_000);
        for attempt in [10, 20, 1_000, i64::MAX] {
            assert_eq!(backoff(attempt), LONGEST_PAUSE);
        }
        assert_eq!(backoff(i64::MIN), 10_000);
    }
}
