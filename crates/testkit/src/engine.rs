//! One empty database per test, on either engine.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use store::{Durability, Place, Store};
use tempfile::TempDir;

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one, in a file.
    File,
    /// The server named by `TEST_POSTGRES_URL`.
    Server,
}

/// An empty database with its tables.
#[derive(Debug)]
pub struct Bench {
    /// The open store.
    pub store: Store,
    /// Where it is.
    pub place: Place,
    /// A folder for the test's files.
    pub dir: TempDir,
}

static SCHEMAS: AtomicU64 = AtomicU64::new(0);

impl Bench {
    /// An empty database; `None` where no server is given to test with.
    ///
    /// With `SHIRUBE_REQUIRE_POSTGRES=1` a missing server is a failure.
    pub async fn new(engine: Engine) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let place = match engine {
            Engine::File => Place::File(dir.path().join("register.db")),
            Engine::Server => Place::Postgres { url: server()?, schema: Some(fresh_schema()) },
        };
        let store = Self::open(&place).await;
        store.migrate().await.expect("the tables are made");
        Some(Self { store, place, dir })
    }

    /// Opens the same database again, as another process would.
    pub async fn open(place: &Place) -> Store {
        Store::open(place, Durability::Off, actions::VIEW_VERSION).await.expect("the place opens")
    }

    /// Runs SQL behind the store's back, as somebody with access to the database could.
    pub async fn tamper(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match &self.place {
            Place::File(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let pool = sqlx::SqlitePool::connect_with(options).await.expect("the file opens");
                sqlx::raw_sql(sql).execute(&pool).await.expect("the statement runs");
                pool.close().await;
            }
            Place::Postgres { url, schema } => {
                let options: sqlx::postgres::PgConnectOptions = url.parse().expect("a URL");
                let schema = schema.clone().expect("tests name their schema");
                let pool = sqlx::PgPool::connect_with(options.options([("search_path", schema)]));
                let pool = pool.await.expect("the server answers");
                sqlx::raw_sql(sql).execute(&pool).await.expect("the statement runs");
                pool.close().await;
            }
        }
    }

    /// Bytes as this engine's SQL writes them.
    pub fn literal(&self, bytes: &[u8]) -> String {
        let hex = domain::ledger::to_hex(bytes);
        match &self.place {
            Place::File(_) => format!("X'{hex}'"),
            Place::Postgres { .. } => format!("decode('{hex}', 'hex')"),
        }
    }

    /// Leaves nothing behind on the server.
    pub async fn clear(self) {
        self.store.close().await;
        if let Place::Postgres { url, schema: Some(schema) } = &self.place {
            let pool = sqlx::PgPool::connect(url).await.expect("the server answers");
            let drop = format!("DROP SCHEMA {schema} CASCADE");
            sqlx::raw_sql(sqlx::AssertSqlSafe(drop)).execute(&pool).await.expect("the schema goes");
        }
    }
}

fn server() -> Option<String> {
    let url = std::env::var("TEST_POSTGRES_URL").ok();
    if url.is_none() {
        let required = std::env::var("SHIRUBE_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
        assert!(!required, "SHIRUBE_REQUIRE_POSTGRES=1, but TEST_POSTGRES_URL is not set");
        eprintln!("TEST_POSTGRES_URL is not set: skipped on PostgreSQL");
    }
    url
}

fn fresh_schema() -> String {
    let count = SCHEMAS.fetch_add(1, Ordering::Relaxed);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    format!("k{}_{}_{count}", std::process::id(), since.as_nanos())
}
