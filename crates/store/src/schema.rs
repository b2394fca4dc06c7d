//! Making the tables: numbered migrations for ledger and workshop, one text for the views.

use crate::dialect::{Db, Purpose, Tx};
use crate::error::{Result, StoreError};
use crate::sql::schema;
use crate::value::values;

/// The migrations, oldest first. They only add, and an old one is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_ledger_and_workshop.sql"),
    include_str!("migrations/0002_sign_in.sql"),
    include_str!("migrations/0003_uploads.sql"),
    include_str!("migrations/0004_identity.sql"),
    include_str!("migrations/0005_notice.sql"),
    include_str!("migrations/0006_tree.sql"),
    include_str!("migrations/0007_bound_keys.sql"),
    include_str!("migrations/0008_places.sql"),
    include_str!("migrations/0009_trusted_devices.sql"),
];

/// The shape of the views, which has no migrations: a changed text drops them, and a rebuild fills them.
const VIEWS: &str = include_str!("views.sql");

/// The number of the newest migration.
pub(crate) fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings the tables to this program's version; safe to run on every start and by several nodes at once.
pub(crate) async fn migrate(db: &Db) -> Result<()> {
    let mut tx = db.begin(Purpose::Write).await?;
    if let Some(lock) = db.lock_schema() {
        tx.one(lock, &[]).await?;
    }
    tx.script(schema::CREATE).await?;
    let found = number(&mut tx).await?;
    if found > newest() {
        return Err(StoreError::SchemaVersion { found, wanted: newest() });
    }
    for (number, text) in (1_i64..).zip(MIGRATIONS) {
        if number > found {
            tx.script(text).await?;
            tx.execute(schema::PUT, values!["migration", number.to_string().as_str()]).await?;
        }
    }
    let views = tx.one(schema::GET, values!["views"]).await?;
    let unchanged = match views {
        Some(row) => row.text(0)? == VIEWS,
        None => false,
    };
    if !unchanged {
        tx.script(VIEWS).await?;
        tx.execute(schema::PUT, values!["views", VIEWS]).await?;
    }
    tx.commit().await
}

/// The number of the newest migration that this database has seen.
pub(crate) async fn number(tx: &mut Tx) -> Result<i64> {
    match tx.one(schema::GET, values!["migration"]).await? {
        None => Ok(0),
        Some(row) => row.text(0)?.parse().map_err(|_| StoreError::Inconsistent {
            table: "schema_state".to_owned(),
            column: "value".to_owned(),
            id: "migration".to_owned(),
        }),
    }
}

/// Whether the views of this database have the shape that this program writes.
pub(crate) async fn same_views(tx: &mut Tx) -> Result<SameViews> {
    match tx.one(schema::GET, values!["views"]).await? {
        Some(row) if row.text(0)? == VIEWS => Ok(SameViews::Same),
        _ => Ok(SameViews::Other),
    }
}

/// How the views of a backup compare with this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SameViews {
    Same,
    Other,
}
