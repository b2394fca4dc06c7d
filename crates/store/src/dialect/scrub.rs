//! Writing the files of a database anew, so that nothing that was deleted can be read out of them.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Row as _};

use super::Db;
use crate::error::{Result, StoreError};

/// How often the end of all readings is waited for, and how long in between acts may go on.
const TRIES: u32 = 4;
const BETWEEN: Duration = Duration::from_secs(1);

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
                for table in tables {
                    let anew = format!("VACUUM (FULL, ANALYZE) {table}");
                    sqlx::raw_sql(AssertSqlSafe(anew)).execute(&mut *own).await.map_err(told)?;
                }
                Ok(())
            }
        }
    }
}
