//! One transaction and one row, whichever engine they are of.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Column, Postgres, Row as _, Sqlite, Transaction};

use super::file::Opened;
use crate::error::{Result, StoreError};
use crate::value::Value;

/// One transaction of either engine; dropped without [`Tx::commit`] it leaves nothing.
#[derive(Debug)]
pub(crate) struct Tx {
    engine: Engine,
    state: State,
    place: Arc<str>,
    /// The file that is written to, where there is one.
    opened: Option<Opened>,
    asked: Asked,
}

/// Counts statements, so that a test can see how many a page needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked(Arc<AtomicU64>);

impl Asked {
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
pub(super) enum Engine {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// One engine gives up a transaction at the first failed statement, the other would go on; here both give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    Broken,
}

/// Binds the values of a statement for whichever engine the expression is typed with.
macro_rules! bound {
    ($engine:ty, $sql:expr, $values:expr) => {{
        let mut query = sqlx::query::<$engine>(AssertSqlSafe($sql));
        for value in $values {
            query = match value.clone() {
                Value::Text(text) => query.bind(text),
                Value::Int(int) => query.bind(int),
                Value::Bytes(bytes) => query.bind(bytes),
                Value::NoText => query.bind(None::<String>),
                Value::NoInt => query.bind(None::<i64>),
                Value::NoBytes => query.bind(None::<Vec<u8>>),
            };
        }
        query
    }};
}

/// Finds a message that waits untried, and writes its row, so that nobody takes it to send before this transaction ends.
macro_rules! join_message {
    ($skip:literal) => {
        concat!(
            "UPDATE message SET due_at = due_at WHERE municipality = $1 AND id = (\
             SELECT id FROM message WHERE municipality = $1 AND channel = $2 AND recipient = $3 \
             AND sort = $4 AND due_at = $5 AND state = 'waiting' AND attempts = 0 ORDER BY id LIMIT 1",
            $skip,
            ") RETURNING id"
        )
    };
}

pub(super) const JOIN_MESSAGE_ALONE: &str = join_message!("");
/// A message that another transaction holds is passed over: waiting for it could end with each waiting for the other.
pub(super) const JOIN_MESSAGE_AMONG_OTHERS: &str = join_message!(" FOR UPDATE SKIP LOCKED");

impl Tx {
    /// The statement that finds the message that new notices may join.
    pub(crate) fn join_message(&self) -> &'static str {
        match &self.engine {
            Engine::Sqlite(_) => JOIN_MESSAGE_ALONE,
            Engine::Postgres(_) => JOIN_MESSAGE_AMONG_OTHERS,
        }
    }

    pub(super) fn begun(engine: Engine, place: Arc<str>, opened: Option<Opened>, asked: Asked) -> Self {
        Self { engine, state: State::Whole, place, opened, asked }
    }

    /// Runs a statement and counts the rows it changed.
    pub(crate) async fn execute(&mut self, sql: impl Into<Cow<'static, str>> + Send, values: &[Value]) -> Result<u64> {
        self.ready(values)?;
        let sql = sql.into();
        let done = match &mut self.engine {
            Engine::Sqlite(tx) => bound!(Sqlite, sql, values).execute(&mut **tx).await.map(|done| done.rows_affected()),
            Engine::Postgres(tx) => {
                bound!(Postgres, sql, values).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        };
        self.checked(done)
    }

    /// Runs a statement that answers with one row or none.
    pub(crate) async fn one(
        &mut self,
        sql: impl Into<Cow<'static, str>> + Send,
        values: &[Value],
    ) -> Result<Option<Row>> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    /// Runs a statement that answers with rows; the statement itself bounds how many.
    pub(crate) async fn all(&mut self, sql: impl Into<Cow<'static, str>> + Send, values: &[Value]) -> Result<Vec<Row>> {
        self.ready(values)?;
        let sql = sql.into();
        let rows = match &mut self.engine {
            Engine::Sqlite(tx) => bound!(Sqlite, sql, values)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(Row::Sqlite).collect()),
            Engine::Postgres(tx) => bound!(Postgres, sql, values)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(Row::Postgres).collect()),
        };
        self.checked(rows)
    }

    /// Runs several statements without parameters: the text of a migration.
    pub(crate) async fn script(&mut self, sql: &'static str) -> Result<()> {
        self.ready(&[])?;
        let done = match &mut self.engine {
            Engine::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop),
            Engine::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop),
        };
        self.checked(done)
    }

    pub(crate) async fn commit(self) -> Result<()> {
        if self.state == State::Broken {
            return Err(StoreError::Broken);
        }
        if let Some(opened) = &self.opened {
            // Somebody may have taken the folder away since: such an act must not be acknowledged.
            opened.still_there()?;
        }
        let ended = match self.engine {
            Engine::Sqlite(tx) => tx.commit().await,
            Engine::Postgres(tx) => tx.commit().await,
        };
        ended.map_err(|error| StoreError::of(error, &self.place))
    }

    /// Undoes everything now, instead of when the connection is used next.
    pub(crate) async fn rollback(self) -> Result<()> {
        let ended = match self.engine {
            Engine::Sqlite(tx) => tx.rollback().await,
            Engine::Postgres(tx) => tx.rollback().await,
        };
        ended.map_err(|error| StoreError::of(error, &self.place))
    }

    fn ready(&mut self, values: &[Value]) -> Result<()> {
        self.asked.0.fetch_add(1, Ordering::Relaxed);
        if self.state == State::Broken {
            return Err(StoreError::Broken);
        }
        let nul = |value: &Value| matches!(value, Value::Text(text) if text.contains('\0'));
        if values.iter().any(nul) {
            self.state = State::Broken;
            return Err(StoreError::NulInText);
        }
        Ok(())
    }

    fn checked<T>(&mut self, result: sqlx::Result<T>) -> Result<T> {
        result.map_err(|error| {
            self.state = State::Broken;
            StoreError::of(error, &self.place)
        })
    }
}

/// One row of an answer, read by position.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! cell {
    ($name:ident, $type:ty) => {
        pub(crate) fn $name(&self, index: usize) -> Result<$type> {
            match self {
                Self::Sqlite(row) => row.try_get(index),
                Self::Postgres(row) => row.try_get(index),
            }
            .map_err(|_| self.unreadable(index))
        }
    };
}

impl Row {
    cell!(text, String);
    cell!(int, i64);
    cell!(bytes, Vec<u8>);
    cell!(opt_text, Option<String>);
    cell!(opt_int, Option<i64>);
    cell!(opt_bytes, Option<Vec<u8>>);

    fn unreadable(&self, index: usize) -> StoreError {
        let column = match self {
            Self::Sqlite(row) => row.columns().get(index).map(|c| c.name().to_owned()),
            Self::Postgres(row) => row.columns().get(index).map(|c| c.name().to_owned()),
        };
        StoreError::Inconsistent {
            table: "-".to_owned(),
            column: column.unwrap_or_else(|| index.to_string()),
            id: "-".to_owned(),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let twice =
            error.as_database_error().filter(|database| database.is_unique_violation()).map(|database| match database
                .table()
            {
                Some(table) => table.to_owned(),
                // "UNIQUE constraint failed: table.column, table.column"
                None => database
                    .message()
                    .rsplit(": ")
                    .next()
                    .and_then(|names| names.split('.').next())
                    .unwrap_or_default()
                    .to_owned(),
            });
        match twice {
            Some(what) => Self::Duplicate { what },
            None => Self::Driver(error),
        }
    }
}

/// What an engine's code says of the disk.
enum Disk {
    /// There is no room left.
    Full,
    /// It cannot be written to.
    Unwritable,
    /// What lies on it is no database, or a damaged one.
    Unsound,
}

impl Disk {
    /// What a code says; the server's have five signs, the embedded engine's are numbers whose last byte is the sort.
    fn told_by(code: &str) -> Option<Self> {
        match (code.len(), code, code.parse::<u32>()) {
            // The last is what is said where the file of the shared memory cannot grow.
            (5, "53100", _) | (_, "13" | "4874", _) => Some(Self::Full),
            (5, "25006", _) => Some(Self::Unwritable),
            (1..=4, _, Ok(number)) => match number & 0xff {
                8 | 14 => Some(Self::Unwritable),
                11 | 26 => Some(Self::Unsound),
                _ => None,
            },
            _ => None,
        }
    }
}

impl StoreError {
    /// What an engine said, at the place of the data: told as what people can do something about, where it is that.
    pub(crate) fn of(error: sqlx::Error, place: &str) -> Self {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        match code.as_deref().and_then(Disk::told_by) {
            Some(Disk::Full) => Self::Full { place: place.to_owned() },
            Some(Disk::Unwritable) => Self::ReadOnly { place: place.to_owned() },
            Some(Disk::Unsound) => Self::Unsound { place: place.to_owned() },
            None => Self::from(error),
        }
    }
}
