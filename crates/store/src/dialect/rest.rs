//! Connections that are lent out are at rest: nothing of an earlier transaction is open in them.

use sqlx::pool::PoolOptions;
use sqlx::{Connection, Database};

/// Throws a connection away that comes back, or is about to be lent, while a transaction of it is still counted.
///
/// An engine that fails midway (a full disk is enough) ends the transaction by itself; the driver goes on counting it,
/// and would refuse every later one. A new connection costs a millisecond, and what was not committed is gone either way.
pub(super) fn at_rest<DB: Database>(options: PoolOptions<DB>) -> PoolOptions<DB> {
    options
        .after_release(|connection, _| {
            Box::pin(async move {
                // The answer comes after a rollback that was still on its way.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}
