//! Rebuilding the views beside the ones in use, comparing the two, and putting the new ones in their place.

use std::cmp::Ordering;

use crate::dialect::{Purpose, Tx};
use crate::error::{Result, StoreError};
use crate::ledger::{head_row, int, size};
use crate::municipality::Ledgered;
use crate::read::{Read, Scope, bounded};
use crate::sql::{self, Which};
use crate::value::values;
use crate::views::Apply;

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many entries are in the rebuilt views.
    pub rebuilt: u64,
    /// How many the ledger has.
    pub size: u64,
}

/// How a view in use departs from what the ledger says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The row in use is not the one that the ledger gives, or the ledger gives none.
    Changed,
    /// The ledger gives a row that is not in use.
    Missing,
}

/// One row in which the views in use and the rebuilt ones differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table in use.
    pub table: &'static str,
    /// The first part of the row's key: the noun, the address, the number, or whom a task waits for.
    pub of: String,
    /// The second part: the id, the account or the case.
    pub id: String,
    /// In what way.
    pub how: How,
}

const COMPARISONS: [(&str, How, &str); 12] = [
    ("view_record", How::Changed, sql::DIFFERENT_RECORDS),
    ("view_record", How::Missing, sql::MISSING_RECORDS),
    ("view_address", How::Changed, sql::DIFFERENT_ADDRESSES),
    ("view_address", How::Missing, sql::MISSING_ADDRESSES),
    ("view_number", How::Changed, sql::DIFFERENT_NUMBERS),
    ("view_number", How::Missing, sql::MISSING_NUMBERS),
    ("view_task", How::Changed, sql::DIFFERENT_TASKS),
    ("view_task", How::Missing, sql::MISSING_TASKS),
    ("view_term", How::Changed, sql::DIFFERENT_TERMS),
    ("view_term", How::Missing, sql::MISSING_TERMS),
    ("view_trace", How::Changed, sql::DIFFERENT_TRACES),
    ("view_trace", How::Missing, sql::MISSING_TRACES),
];
const CLEAR: [&str; 6] = [
    sql::CLEAR_RECORDS,
    sql::CLEAR_ADDRESSES,
    sql::CLEAR_NUMBERS,
    sql::CLEAR_TASKS,
    sql::CLEAR_TERMS,
    sql::CLEAR_TRACES,
];
const TAKE: [&str; 6] =
    [sql::TAKE_RECORDS, sql::TAKE_ADDRESSES, sql::TAKE_NUMBERS, sql::TAKE_TASKS, sql::TAKE_TERMS, sql::TAKE_TRACES];

/// How the views in use compare with what this program builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewState {
    /// They are of this version, or there is no ledger yet.
    Current,
    /// An older program built them, or their tables were made anew: they follow from the ledger when they are rebuilt.
    Older,
    /// A newer program built them; it is the one to run.
    Newer,
}

impl Ledgered {
    /// How the views in use compare with what this program builds.
    pub async fn view_state(&self) -> Result<ViewState> {
        let mut tx = self.store.db.begin(Purpose::Read).await?;
        let code = self.code.0.as_str();
        if tx.one(sql::READ_HEAD, values![code]).await?.is_none() {
            return Ok(ViewState::Current);
        }
        let state = tx.one(sql::VIEW_STATE, values![code]).await?;
        let found = state.map_or(Ok(0), |row| row.int(0))?;
        Ok(match found.cmp(&self.store.views.0) {
            Ordering::Less => ViewState::Older,
            Ordering::Equal => ViewState::Current,
            Ordering::Greater => ViewState::Newer,
        })
    }

    /// Begins a rebuild from the first entry; what an earlier one left is thrown away.
    pub async fn begin_rebuild(&self) -> Result<()> {
        let mut tx = self.store.db.begin(Purpose::Write).await?;
        let code = self.code.0.as_str();
        // A batch that is still open ends first; what it kept is thrown away with the rest.
        tx.one(sql::LOCK_NEXT, values![code]).await?;
        for clear in CLEAR {
            tx.execute(Which::Next.sql(clear), values![code]).await?;
        }
        let state = values![code, self.store.views.0, 0_i64];
        tx.execute(Which::Next.sql(sql::PUT_VIEW_STATE), state).await?;
        tx.commit().await
    }

    /// Throws away what a rebuild has built beside.
    pub async fn forget_rebuild(&self) -> Result<()> {
        let mut tx = self.store.db.begin(Purpose::Write).await?;
        let code = self.code.0.as_str();
        tx.one(sql::LOCK_NEXT, values![code]).await?;
        for clear in CLEAR {
            tx.execute(Which::Next.sql(clear), values![code]).await?;
        }
        tx.execute(sql::CLEAR_NEXT_STATE, values![code]).await?;
        tx.commit().await
    }

    /// Opens the next batch of a rebuild; one at a time, also among several nodes.
    pub async fn rebuilding(&self) -> Result<Rebuilding> {
        let mut tx = self.store.db.begin(Purpose::Write).await?;
        let municipality = self.code.0.as_str().to_owned();
        let state = tx.one(sql::LOCK_NEXT, values![&municipality]).await?;
        let (found, rebuilt) = match state {
            Some(row) => (row.int(0)?, size(row.int(1)?, "next_state", "size")?),
            None => (0, 0),
        };
        self.same_version(found)?;
        let head = tx.one(sql::READ_HEAD, values![&municipality]).await?;
        let head = head_row(&head.ok_or_else(|| self.unknown())?)?;
        Ok(Rebuilding { tx, municipality, version: found, progress: Progress { rebuilt, size: head.size() } })
    }

    /// The rows in which the views in use differ from the rebuilt ones, the first ones of each table.
    pub async fn compare(&self, limit: u32) -> Result<Vec<Difference>> {
        let mut tx = self.store.db.begin(Purpose::Read).await?;
        let code = self.code.0.as_str();
        self.complete(&mut tx, sql::READ_HEAD).await?;
        let mut found = Vec::new();
        for (table, how, statement) in COMPARISONS {
            let values = values![code, "", "", bounded(limit)];
            for row in tx.all(statement, values).await? {
                found.push(Difference { table, of: row.text(0)?, id: row.text(1)?, how });
            }
        }
        found.truncate(usize::try_from(bounded(limit)).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Puts the rebuilt views in the place of the ones in use, if they reach the end of the ledger.
    pub async fn swap(&self) -> Result<()> {
        let mut tx = self.store.db.begin(Purpose::Write).await?;
        let code = self.code.0.as_str();
        let progress = self.complete(&mut tx, sql::LOCK_HEAD).await?;
        tx.one(sql::LOCK_NEXT, values![code]).await?;
        for (clear, take) in CLEAR.into_iter().zip(TAKE) {
            tx.execute(clear, values![code]).await?;
            tx.execute(take, values![code]).await?;
            tx.execute(Which::Next.sql(clear), values![code]).await?;
        }
        tx.execute(sql::CLEAR_NEXT_STATE, values![code]).await?;
        let state = values![code, self.store.views.0, int(progress.size)?];
        tx.execute(sql::PUT_VIEW_STATE, state).await?;
        tx.commit().await
    }

    async fn complete(&self, tx: &mut Tx, head: &'static str) -> Result<Progress> {
        let code = self.code.0.as_str();
        let head = tx.one(head, values![code]).await?;
        let head = head_row(&head.ok_or_else(|| self.unknown())?)?;
        let next = tx.one(Which::Next.sql(sql::VIEW_STATE), values![code]).await?;
        let (found, rebuilt) = match next {
            Some(row) => (row.int(0)?, size(row.int(1)?, "next_state", "size")?),
            None => (0, 0),
        };
        self.same_version(found)?;
        let progress = Progress { rebuilt, size: head.size() };
        if progress.rebuilt == progress.size {
            Ok(progress)
        } else {
            Err(StoreError::Behind { rebuilt: progress.rebuilt, size: progress.size })
        }
    }

    fn same_version(&self, found: i64) -> Result<()> {
        if found == self.store.views.0 {
            return Ok(());
        }
        Err(StoreError::ViewVersion { code: self.code.0.clone(), found, wanted: self.store.views.0 })
    }
}

/// One batch of a rebuild: the same calls as in an act, on the tables beside.
#[derive(Debug)]
pub struct Rebuilding {
    tx: Tx,
    municipality: String,
    version: i64,
    progress: Progress,
}

impl Rebuilding {
    /// Where the next entry to apply is, and where the ledger ended when this batch began.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Keeps the batch: the first `rebuilt` entries of the ledger are in the rebuilt views.
    pub async fn keep(mut self, rebuilt: u64) -> Result<()> {
        let state = values![&self.municipality, self.version, int(rebuilt)?];
        self.tx.execute(Which::Next.sql(sql::PUT_VIEW_STATE), state).await?;
        self.tx.commit().await
    }
}

impl Read for Rebuilding {
    fn scope(&mut self) -> Scope<'_> {
        Scope { tx: &mut self.tx, municipality: &self.municipality, which: Which::Next }
    }
}

impl Apply for Rebuilding {}
