//! Everything in which the two engines differ. No file outside this room names an engine's types.

pub(crate) mod file;
mod rest;
mod scrub;
mod transaction;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Executor, Row as _};

use crate::error::{Result, StoreError};
use crate::room::Room;
use crate::value::Value;

use file::{Opened, make_private};
use rest::at_rest;
use transaction::Engine;
pub(crate) use transaction::{Asked, Row, Tx};

/// Where the register lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// One file beside the program: the default.
    File(PathBuf),
    /// A server, and the schema in it when it is not the default one.
    Postgres {
        /// `postgres://…`
        url: String,
        /// Lower case letters, digits and `_`.
        schema: Option<String>,
    },
}

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// What was answered with "done" survives a power cut.
    Full,
    /// For tests only: quick, and lost with the power.
    Off,
}

/// An open database of either engine.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        path: PathBuf,
        opened: Opened,
        room: Option<Arc<dyn Room>>,
        asked: Asked,
    },
    Postgres {
        writers: PgPool,
        readers: PgPool,
        schema: Option<String>,
        asked: Asked,
    },
}

/// What a transaction is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// One unchanging view of the data.
    Read,
    /// Changes; on the embedded engine the only ones at this moment.
    Write,
}

/// The oldest embedded library without the fault that can lose committed pages.
const OLDEST_LIBRARY: (u64, u64, u64) = (3, 51, 3);
const BUSY: Duration = Duration::from_secs(10);
const WAIT_FOR_CONNECTION: Duration = Duration::from_secs(30);
/// After which time without a question a reader gives back its pages and statements.
const REST: Duration = Duration::from_mins(1);

impl Db {
    pub(crate) async fn open(place: &Place, durability: Durability) -> Result<Self> {
        match place {
            Place::File(path) => Self::open_file(path, durability).await,
            Place::Postgres { url, schema } => Self::open_server(url, schema.as_deref(), durability).await,
        }
    }

    async fn open_file(path: &Path, durability: Durability) -> Result<Self> {
        make_private(path)?;
        let options = file_options(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal).synchronous(
            match durability {
                Durability::Full => SqliteSynchronous::Full,
                Durability::Off => SqliteSynchronous::Off,
            },
        );
        // One writer: writers wait here in order, not in the library's busy loop.
        // It stays for as long as the store does: what lies beside the file is made while there is room for it.
        let writer = at_rest(SqlitePoolOptions::new())
            .max_connections(1)
            .acquire_timeout(WAIT_FOR_CONNECTION)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await
            .map_err(|error| StoreError::of(error, &path.display().to_string()))?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&writer).await?;
        new_enough(&version)?;
        let readers = at_rest(SqlitePoolOptions::new())
            .max_connections(4)
            .acquire_timeout(WAIT_FOR_CONNECTION)
            .idle_timeout(REST)
            .connect_with(options.pragma("query_only", "ON"))
            .await?;
        Ok(Self::of_file(writer, readers, path))
    }

    fn of_file(writer: SqlitePool, readers: SqlitePool, path: &Path) -> Self {
        let (opened, asked) = (Opened::at(path), Asked::default());
        Self::Sqlite { writer, readers, path: path.to_owned(), opened, room: None, asked }
    }

    /// The same, with whoever knows how much room is on its disk; a server's disk is the server's affair.
    #[must_use]
    pub(crate) fn with_room(self, known: Arc<dyn Room>) -> Self {
        match self {
            Self::Sqlite { writer, readers, path, opened, asked, .. } => {
                Self::Sqlite { writer, readers, path, opened, room: Some(known), asked }
            }
            server @ Self::Postgres { .. } => server,
        }
    }

    /// Refuses where the file of the data is no longer the one that was opened.
    pub(crate) fn still_there(&self) -> Result<()> {
        match self {
            Self::Sqlite { opened, .. } => opened.still_there(),
            Self::Postgres { .. } => Ok(()),
        }
    }

    /// Whoever knows how much room is on the disk, where that is ours to mind.
    pub(crate) fn room(&self) -> Option<&Arc<dyn Room>> {
        match self {
            Self::Sqlite { room, .. } => room.as_ref(),
            Self::Postgres { .. } => None,
        }
    }

    /// What people are told as the place of the data; never an address with a password.
    fn place(&self) -> Arc<str> {
        match self {
            Self::Sqlite { path, .. } => path.display().to_string().into(),
            Self::Postgres { .. } => "PostgreSQL".into(),
        }
    }

    /// A file that is written once, by one connection, and then only read: no side files remain.
    pub(crate) async fn create_copy(path: &Path) -> Result<Self> {
        let options = file_options(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Delete)
            .synchronous(SqliteSynchronous::Full);
        Self::one_connection(path, options).await
    }

    /// A finished copy, which is never changed by being read.
    pub(crate) async fn open_copy(path: &Path) -> Result<Self> {
        Self::one_connection(path, file_options(path).read_only(true).immutable(true)).await
    }

    async fn one_connection(path: &Path, options: SqliteConnectOptions) -> Result<Self> {
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        Ok(Self::of_file(pool.clone(), pool, path))
    }

    async fn open_server(url: &str, schema: Option<&str>, durability: Durability) -> Result<Self> {
        let mut options = PgConnectOptions::from_str(url)
            .map_err(|_| StoreError::Place {
                // The address may hold a password, so it is not repeated.
                place: "PostgreSQL".to_owned(),
                hint: "「postgres://利用者@ホスト:ポート/データベース」の形で指定してください。",
            })?
            .application_name("shirube")
            .options([("lock_timeout", "30s")]);
        if durability == Durability::Off {
            options = options.options([("synchronous_commit", "off")]);
        }
        schema.map(plain_name).transpose()?;
        // One connection by itself first: a pool tries again and again, and then tells only that time ran out.
        let mut first = sqlx::PgConnection::connect_with(&options).await?;
        if let Some(schema) = schema {
            let create = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
            let made = sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut first).await;
            // Two nodes may start at once; the one that comes second finds the schema there.
            if let Err(error) = made
                && !error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
            {
                return Err(error.into());
            }
            options = options.options([("search_path", schema)]);
        }
        first.close().await?;
        let pool = || at_rest(PgPoolOptions::new()).max_connections(8).acquire_timeout(WAIT_FOR_CONNECTION);
        // Acts that wait for one head keep their connections; they must not take the readers' too.
        let writers = pool().connect_with(options.clone()).await?;
        let readers = pool().connect_with(options).await?;
        let row = sqlx::query(
            "SELECT datcollate::text, pg_encoding_to_char(encoding)::text, \
             CASE WHEN 'a' > 'B' AND '-b' < 'a' THEN 'code point' ELSE 'language' END \
             FROM pg_database WHERE datname = current_database()",
        )
        .fetch_one(&readers)
        .await?;
        let (collate, encoding, order): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if !matches!(collate.as_str(), "C" | "POSIX") || encoding != "UTF8" || order != "code point" {
            return Err(StoreError::Collation { found: format!("{collate}, {encoding}") });
        }
        Ok(Self::Postgres { writers, readers, schema: schema.map(str::to_owned), asked: Asked::default() })
    }

    /// How many statements were run on this database since it was opened.
    pub(crate) fn asked(&self) -> &Asked {
        match self {
            Self::Sqlite { asked, .. } | Self::Postgres { asked, .. } => asked,
        }
    }

    pub(crate) async fn begin(&self, purpose: Purpose) -> Result<Tx> {
        if let Some(room) = self.room() {
            crate::room::make_way(room.as_ref());
        }
        // What is read must be what is written to: a new connection would open whatever lies there now.
        self.still_there()?;
        let opened = match (self, purpose) {
            (Self::Sqlite { opened, .. }, Purpose::Write) => Some(opened.clone()),
            _ => None,
        };
        let place = self.place();
        let begun = self.begun(purpose).await.map_err(|error| StoreError::of(error, &place))?;
        Ok(Tx::begun(begun, place, opened, self.asked().clone()))
    }

    async fn begun(&self, purpose: Purpose) -> sqlx::Result<Engine> {
        Ok(match (self, purpose) {
            (Self::Sqlite { readers, .. }, Purpose::Read) => Engine::Sqlite(readers.begin_with("BEGIN").await?),
            (Self::Sqlite { writer, .. }, Purpose::Write) => {
                Engine::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            (Self::Postgres { readers, .. }, Purpose::Read) => {
                Engine::Postgres(readers.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
            (Self::Postgres { writers, .. }, Purpose::Write) => Engine::Postgres(writers.begin_with("BEGIN").await?),
        })
    }

    /// Has the engine write a copy of the whole database itself, if it can.
    pub(crate) async fn copy_itself(&self, target: &str) -> Result<SelfCopy> {
        match self {
            Self::Sqlite { path, .. } => {
                // A connection of its own: the copy takes a while, and writers must not wait for it.
                let mut own = sqlx::SqliteConnection::connect_with(&file_options(path)).await?;
                sqlx::query("VACUUM INTO $1").bind(target).execute(&mut own).await?;
                own.close().await?;
                Ok(SelfCopy::Done)
            }
            Self::Postgres { .. } => Ok(SelfCopy::TableByTable),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { writers, readers, .. } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }

    /// Has the engine parse a statement without running it.
    pub(crate) async fn prepare(&self, sql: &str) -> Result<()> {
        let sql = sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite { readers, .. } => {
                readers.acquire().await?.prepare(sql).await?;
            }
            Self::Postgres { readers, .. } => {
                readers.acquire().await?.prepare(sql).await?;
            }
        }
        Ok(())
    }

    /// Takes the next open job. Where several nodes ask at once, each gets another one.
    pub(crate) const fn claim_job(&self) -> &'static str {
        macro_rules! claim {
            ($skip:literal) => {
                concat!(
                    "UPDATE job SET lease_until = $3, attempts = attempts + 1 \
                     WHERE municipality = $1 AND id = (\
                     SELECT id FROM job WHERE municipality = $1 AND done_at IS NULL \
                     AND due_at <= $2 AND lease_until <= $2 ORDER BY due_at, id LIMIT 1",
                    $skip,
                    ") RETURNING id, kind, body, due_at, attempts"
                )
            };
        }
        match self {
            Self::Sqlite { .. } => claim!(""),
            Self::Postgres { .. } => claim!(" FOR UPDATE SKIP LOCKED"),
        }
    }

    /// Takes the message that has been due for longest; workers at once never take the same one.
    pub(crate) const fn claim_message(&self) -> &'static str {
        macro_rules! claim {
            ($skip:literal) => {
                concat!(
                    "UPDATE message SET lease_until = $3, attempts = attempts + 1 \
                     WHERE municipality = $1 AND id = (\
                     SELECT id FROM message WHERE municipality = $1 AND state = 'waiting' \
                     AND due_at <= $2 AND lease_until <= $2 ORDER BY due_at, id LIMIT 1",
                    $skip,
                    ") RETURNING id, channel, recipient, sort, body, waits_since, attempts"
                )
            };
        }
        match self {
            Self::Sqlite { .. } => claim!(""),
            Self::Postgres { .. } => claim!(" FOR UPDATE SKIP LOCKED"),
        }
    }

    /// Finds the message that new notices may join.
    pub(crate) const fn join_message(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => transaction::JOIN_MESSAGE_ALONE,
            Self::Postgres { .. } => transaction::JOIN_MESSAGE_AMONG_OTHERS,
        }
    }

    /// Keeps two nodes from changing the tables at the same time.
    pub(crate) const fn lock_schema(&self) -> Option<&'static str> {
        match self {
            // `BEGIN IMMEDIATE` already holds the only writing lock.
            Self::Sqlite { .. } => None,
            Self::Postgres { .. } => Some("SELECT CAST(pg_advisory_xact_lock(7310145) AS TEXT)"),
        }
    }

    /// The names of a table's columns as the engine knows them, in code-point order.
    pub(crate) async fn columns(&self, table: &str) -> Result<Vec<String>> {
        let (sql, values) = match self {
            Self::Sqlite { .. } => ("SELECT name FROM pragma_table_info($1) ORDER BY name", vec![Value::from(table)]),
            Self::Postgres { schema, .. } => (
                "SELECT CAST(column_name AS TEXT) FROM information_schema.columns \
                 WHERE table_name = $1 AND table_schema = $2 \
                 ORDER BY CAST(column_name AS TEXT)",
                vec![Value::from(table), Value::from(schema.as_deref().unwrap_or("public"))],
            ),
        };
        let mut tx = self.begin(Purpose::Read).await?;
        let rows = tx.all(sql, &values).await?;
        rows.iter().map(|row| row.text(0)).collect()
    }
}

/// How a copy of the whole database came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SelfCopy {
    Done,
    TableByTable,
}

fn file_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("trusted_schema", "OFF")
        // What is deleted is overwritten at once: private parts, words of the views, drafts, files.
        .pragma("secure_delete", "ON")
}

fn new_enough(version: &str) -> Result<()> {
    let mut parts = version.split('.').map(|part| part.parse::<u64>().ok());
    let mut next = || parts.next().flatten().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_LIBRARY {
        return Err(StoreError::OldLibrary { found: version.to_owned() });
    }
    Ok(())
}

fn plain_name(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > 48 || !name.chars().all(plain) {
        return Err(StoreError::Place {
            place: name.to_owned(),
            hint: "スキーマ名は 48 文字までの英小文字・数字・「_」で指定してください。",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Db, Durability, OLDEST_LIBRARY, Place, Purpose, StoreError, new_enough};
    use crate::value::{Value, values};

    #[test]
    fn a_library_that_can_lose_committed_pages_is_refused() {
        for old in ["3.40.1", "3.51.2", "3.7.0", "2.99.99", "", "unknown"] {
            assert!(new_enough(old).is_err(), "{old}");
        }
        for good in ["3.51.3", "3.52.0", "3.54.1", "4.0.0"] {
            assert!(new_enough(good).is_ok(), "{good}");
        }
        assert_eq!(OLDEST_LIBRARY, (3, 51, 3));
    }

    #[tokio::test]
    async fn a_file_waits_for_the_disk_unless_a_test_says_otherwise() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (durability, synchronous) in [(Durability::Full, 2), (Durability::Off, 0)] {
            let place = Place::File(dir.path().join(format!("{synchronous}.db")));
            let db = Db::open(&place, durability).await.expect("a file opens");
            let mut tx = db.begin(Purpose::Write).await.expect("begun");
            for (pragma, expected) in [("synchronous", synchronous), ("foreign_keys", 1), ("secure_delete", 1)] {
                let row = tx.one(format!("PRAGMA {pragma}"), &[]).await.expect("asked").expect("answered");
                assert_eq!(row.int(0).expect("a number"), expected, "{pragma}");
            }
            let row = tx.one("PRAGMA journal_mode", &[]).await.expect("asked").expect("answered");
            assert_eq!(row.text(0).expect("a word"), "wal");
            tx.commit().await.expect("ended");
            let mut tx = db.begin(Purpose::Read).await.expect("begun");
            assert!(tx.execute("CREATE TABLE t (a TEXT)", &[]).await.is_err(), "a reading changes nothing");
        }
    }

    /// How a transaction ends in which the disk was full.
    #[derive(Debug, Clone, Copy)]
    enum Ends {
        Dropped,
        RolledBack,
        Committed,
    }

    #[tokio::test]
    async fn a_full_disk_is_said_plainly_and_the_next_act_after_room_is_made_succeeds() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let db = Db::open(&Place::File(dir.path().join("full.db")), Durability::Off).await.expect("a file opens");
        let mut tx = db.begin(Purpose::Write).await.expect("begun");
        tx.script("CREATE TABLE t (a TEXT)").await.expect("made");
        tx.commit().await.expect("ended");
        let much = "x".repeat(1_000_000);
        for ends in [Ends::Dropped, Ends::RolledBack, Ends::Committed] {
            let mut tx = db.begin(Purpose::Write).await.expect("begun");
            // No page more than there is: the engine then does what it does on a full disk.
            tx.one("PRAGMA max_page_count = 1", &[]).await.expect("asked");
            let full = tx.execute("INSERT INTO t VALUES ($1)", values![much.as_str()]).await;
            let full = full.expect_err("there is no room");
            assert!(matches!(&full, StoreError::Full { place } if place.ends_with("full.db")), "{ends:?}: {full:?}");
            assert!(full.to_string().contains("再起動はいりません"), "{full}");
            match ends {
                Ends::Dropped => drop(tx),
                Ends::RolledBack => drop(tx.rollback().await),
                Ends::Committed => assert!(tx.commit().await.is_err(), "nothing of it may stay"),
            }
            let mut tx = db.begin(Purpose::Write).await.unwrap_or_else(|error| panic!("{ends:?}: {error}"));
            tx.execute("INSERT INTO t VALUES ($1)", values!["the next act"]).await.expect("there is room again");
            tx.commit().await.expect("ended");
        }
        let mut tx = db.begin(Purpose::Read).await.expect("begun");
        let row = tx.one("SELECT COUNT(*) FROM t", &[] as &[Value]).await.expect("asked").expect("answered");
        assert_eq!(row.int(0).expect("a number"), 3, "each act that was acknowledged, and no other");
    }
}
