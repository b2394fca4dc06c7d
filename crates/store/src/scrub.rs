//! Taking what was erased out of the database's files: a deleted row is still there to be read until its place is used again.

use crate::dialect::Purpose;
use crate::error::{Result, StoreError};
use crate::ledger::{int, size};
use crate::municipality::Ledgered;
use crate::sql::schema;
use crate::tables::{Sort, TABLES};
use crate::value::values;

impl Ledgered {
    /// The erasure up to which nothing is left in the files; `None` where they were never gone over.
    pub async fn scrubbed(&self) -> Result<Option<u64>> {
        let mut tx = self.store.db.begin(Purpose::Read).await?;
        let Some(row) = tx.one(schema::GET, values![&self.mark()]).await? else { return Ok(None) };
        let broken = || StoreError::Inconsistent {
            table: "schema_state".to_owned(),
            column: "value".to_owned(),
            id: self.mark(),
        };
        let found: i64 = row.text(0)?.parse().map_err(|_| broken())?;
        size(found, "schema_state", "value").map(Some)
    }

    /// Writes the files of the database anew from what is still in it, and remembers that this was done for the erasure
    /// at this place. Acts wait meanwhile; reading goes on.
    ///
    /// What older programs left in freed pages goes with it.
    pub async fn scrub(&self, erasure: u64) -> Result<()> {
        // Entries are never deleted, and are most of the data: only what lies beside them is gone over one by one.
        let beside = TABLES.iter().filter(|table| table.sort != Sort::Ledger || table.name == "entry_private");
        let beside: Vec<&str> = beside.map(|table| table.name).collect();
        self.store.db.scrub(&beside).await?;
        let mut tx = self.store.db.begin(Purpose::Write).await?;
        tx.execute(schema::PUT, values![&self.mark(), &int(erasure)?.to_string()]).await?;
        tx.commit().await
    }

    fn mark(&self) -> String {
        format!("scrubbed {}", self.code.0)
    }
}
