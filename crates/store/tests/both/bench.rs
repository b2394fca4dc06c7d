//! One empty register per test and engine.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use domain::id::MunicipalityCode;
use domain::ledger::PrivatePart;
use store::{Durability, Ledgered, NewEntry, Place, Store, ViewVersion};
use tempfile::TempDir;

pub const VIEWS: ViewVersion = ViewVersion(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    File,
    Server,
}

pub struct Bench {
    pub store: Store,
    pub place: Place,
    pub engine: Engine,
    pub dir: TempDir,
}

/// Runs one story on each engine, as two tests.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($bench:ident: &Bench) $body:block)*) => {$(
        $(#[$doc])*
        async fn $name($bench: &crate::bench::Bench) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_a_file() {
                let bench = crate::bench::Bench::new(crate::bench::Engine::File).await.expect("a file always opens");
                super::$name(&bench).await;
                bench.clear().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_server() {
                let Some(bench) = crate::bench::Bench::new(crate::bench::Engine::Server).await else { return };
                super::$name(&bench).await;
                bench.clear().await;
            }
        }
    )*};
}
pub(crate) use on_both;

static SCHEMAS: AtomicU64 = AtomicU64::new(0);

impl Bench {
    /// An empty register with its tables; `None` where no server is given to test with.
    pub async fn new(engine: Engine) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let place = match engine {
            Engine::File => Place::File(dir.path().join("register.db")),
            Engine::Server => Place::Postgres { url: server()?, schema: Some(fresh_schema()) },
        };
        let store = open(&place, VIEWS).await;
        store.migrate().await.expect("the tables are made");
        Some(Self { store, place, engine, dir })
    }

    /// The ledger of the town that most stories play in.
    pub async fn town(&self) -> Ledgered {
        self.municipality("999016").await
    }

    pub async fn municipality(&self, code: &str) -> Ledgered {
        let code = MunicipalityCode::from(code);
        self.store.create_municipality(&code).await.expect("a new ledger");
        self.store.of(&code)
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

    pub fn path(&self) -> &Path {
        self.dir.path()
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
                let options = options.options([("search_path", schema)]);
                let pool = sqlx::PgPool::connect_with(options).await.expect("the server answers");
                sqlx::raw_sql(sql).execute(&pool).await.expect("the statement runs");
                pool.close().await;
            }
        }
    }
}

pub async fn open(place: &Place, views: ViewVersion) -> Store {
    Store::open(place, Durability::Off, views).await.expect("the place opens")
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
    format!("t{}_{}_{count}", std::process::id(), since.as_nanos())
}

/// An entry whose bytes name its position, as verification expects.
pub fn entry(town: &Ledgered, seq: u64, recorded_at: i64) -> NewEntry {
    private_entry(town, seq, recorded_at, None)
}

pub fn private_entry(town: &Ledgered, seq: u64, recorded_at: i64, private: Option<&str>) -> NewEntry {
    let part = private.map(|text| PrivatePart { salt: salt(seq, 1), bytes: text.as_bytes().to_vec() });
    facts_entry(town, "filed", seq, recorded_at, part, &serde_json::json!({}))
}

pub fn facts_entry(
    town: &Ledgered,
    kind: &str,
    seq: u64,
    recorded_at: i64,
    private: Option<PrivatePart>,
    facts: &serde_json::Value,
) -> NewEntry {
    let id = format!("entry-{seq:06}");
    let bytes = serde_json::json!({
        "kind": kind, "version": 1, "municipality": town.code().0, "seq": seq, "id": id,
        "recorded_at": recorded_at, "private": private.as_ref().map(PrivatePart::digest), "facts": facts,
    });
    NewEntry {
        id,
        kind: kind.to_owned(),
        recorded_at,
        salt: salt(seq, 0),
        bytes: bytes.to_string().into_bytes(),
        private,
    }
}

fn salt(seq: u64, part: u8) -> [u8; 32] {
    let mut salt = [part; 32];
    salt[..8].copy_from_slice(&seq.to_be_bytes());
    salt
}
