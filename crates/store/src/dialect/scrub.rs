//! Writing the files of a database anew, so that nothing that was deleted can be read out of them.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Row as _};

use super::Db;
use crate::error::{Result, StoreError};

/// How often the end of all readings is waited for, and how long in between acts may go on.
const TRIES: u32 = 4;
const BETWEEN: Duration = Duration::from_secs(1);
/// How often a server's older transactions are waited for: a backup may take its time.
const PATIENCE: u32 = 60;

impl Db {
    /// Leaves nothing in the files but what is still in the tables.
    ///
    /// The embedded engine writes its one file anew and cuts off its log. A server does so for the tables that are named; its
    /// log, its archives and its replicas are not this program's to change.
    pub(crate) async fn scrub(&self, tables: &[&str]) -> Result<()> {
        let place = self.place();
        let told = |error| StoreError::of(error, &place);
        match self {
            Self::Sqlite { writer, .. } => {
                let mut own = writer.acquire().await.map_err(told)?;
                sqlx::query("VACUUM").execute(&mut *own).await.map_err(told)?;
                drop(own);
                for again in 0..TRIES {
                    if again > 0 {
                        tokio::time::sleep(BETWEEN).await;
                    }
                    let mut own = writer.acquire().await.map_err(told)?;
                    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *own).await;
                    let busy: i64 = row.and_then(|row| row.try_get(0)).map_err(told)?;
                    if busy == 0 {
                        return Ok(());
                    }
                }
                Err(StoreError::InUse)
            }
            Self::Postgres { writers, .. } => {
                let mut own = writers.acquire().await.map_err(told)?;
                // Rows that an older transaction could still see would be copied along.
                let (ours,): (String,) = sqlx::query_as("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS TEXT)")
                    .fetch_one(&mut *own)
                    .await
                    .map_err(told)?;
                let mut left = PATIENCE;
                while older(&mut own, &ours).await.map_err(told)? > 0 {
                    left = left.checked_sub(1).ok_or(StoreError::InUse)?;
                    tokio::time::sleep(BETWEEN).await;
                }
                for table in tables {
                    let anew = format!("VACUUM (FULL, ANALYZE) {table}");
                    sqlx::raw_sql(AssertSqlSafe(anew)).execute(&mut *own).await.map_err(told)?;
                }
                Ok(())
            }
        }
    }
}

/// How many transactions of the same database are older than ours.
async fn older(own: &mut sqlx::PgConnection, ours: &str) -> sqlx::Result<i64> {
    let text = "SELECT COUNT(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid() \
        AND (age(backend_xmin) > age(CAST($1 AS xid)) OR age(backend_xid) > age(CAST($1 AS xid)))";
    sqlx::query_scalar(text).bind(ours).fetch_one(own).await
}
