//! The way in: an open store, and the part of it that belongs to one municipality.

use std::sync::Arc;

use domain::id::MunicipalityCode;

use crate::dialect::{Db, Durability, Place, Purpose};
use crate::error::{Result, StoreError};
use crate::room::{Room, Space};
use crate::sql;
use crate::value::values;
use crate::{login, read, schema, tasks, terms, tree};

/// The version of the fold that builds the views; a database built by another one is not written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ViewVersion(pub i64);

/// An open database.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) views: ViewVersion,
}

impl Store {
    /// Opens the place and asserts what everything else rests on: the library's version, the text order.
    pub async fn open(place: &Place, durability: Durability, views: ViewVersion) -> Result<Self> {
        let db = Db::open(place, durability).await?;
        Ok(Self { db, views })
    }

    /// The same, with whoever knows how much room is on the disk of a file, and keeps some back for the ledger.
    #[must_use]
    pub fn with_room(self, room: Arc<dyn Room>) -> Self {
        Self { db: self.db.with_room(room), ..self }
    }

    /// How much room there is to grow into; what the ledger needs is kept back while there is plenty.
    pub fn space(&self) -> Space {
        self.db.room().map_or(Space::Plenty, |room| Space::of(room.as_ref()))
    }

    /// Refuses where the file of the data is no longer the one that was opened: acts would be lost with it.
    pub fn still_there(&self) -> Result<()> {
        self.db.still_there()
    }

    /// Brings the tables to this program's version; safe on every start.
    pub async fn migrate(&self) -> Result<()> {
        schema::migrate(&self.db).await
    }

    /// Starts an empty ledger for a municipality, whose code is six digits.
    pub async fn create_municipality(&self, code: &MunicipalityCode) -> Result<()> {
        if code.0.len() != 6 || !code.0.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(StoreError::MunicipalityCode { given: code.0.clone() });
        }
        let mut tx = self.db.begin(Purpose::Write).await?;
        tx.execute(sql::CREATE_HEAD, values![code.0.as_str()]).await?;
        tx.execute(sql::PUT_VIEW_STATE, values![code.0.as_str(), self.views.0, 0_i64]).await?;
        tx.commit().await
    }

    /// The municipalities with a ledger, in the order of their codes.
    pub async fn municipalities(&self, after: Option<&MunicipalityCode>, limit: u32) -> Result<Vec<MunicipalityCode>> {
        let mut tx = self.db.begin(Purpose::Read).await?;
        let after = after.map_or("", |code| code.0.as_str());
        let rows = tx.all(sql::MUNICIPALITIES, values![after, read::bounded(limit)]).await?;
        rows.iter().map(|row| row.text(0).map(MunicipalityCode)).collect()
    }

    /// Everything that belongs to one municipality.
    pub fn of(&self, code: &MunicipalityCode) -> Ledgered {
        Ledgered { store: self.clone(), code: code.clone() }
    }

    /// How many statements were run since the store was opened: what a page needs is the difference.
    pub fn statements(&self) -> u64 {
        self.db.asked().count()
    }

    /// Ends all connections, after what is running.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// Has the engine parse every statement, so that a mistyped one is found before it is needed.
    pub async fn prepare_every_statement(&self) -> Result<usize> {
        let mut parsed = 0;
        for (_, text) in sql::ALL {
            for which in [sql::Which::Current, sql::Which::Next] {
                self.db.prepare(&which.sql(text)).await?;
                parsed += 1;
            }
        }
        for text in tasks::STATEMENTS.into_iter().chain(terms::STATEMENTS) {
            self.db.prepare(&text()).await?;
            parsed += 1;
        }
        for text in [tree::subtrees_text(64), login::sought_text(64)] {
            self.db.prepare(&text).await?;
            parsed += 1;
        }
        self.db.prepare(self.db.claim_job()).await?;
        self.db.prepare(self.db.claim_message()).await?;
        self.db.prepare(self.db.join_message()).await?;
        Ok(parsed + 3)
    }

    /// The names of a table's columns as the engine knows them, in code-point order.
    pub async fn columns(&self, table: &str) -> Result<Vec<String>> {
        self.db.columns(table).await
    }
}

/// One municipality's part of the store; no call reaches another municipality's rows.
#[derive(Debug, Clone)]
pub struct Ledgered {
    pub(crate) store: Store,
    pub(crate) code: MunicipalityCode,
}

impl Ledgered {
    /// Whose part this is.
    pub fn code(&self) -> &MunicipalityCode {
        &self.code
    }

    /// Refuses where the file of the data is no longer the one that was opened.
    pub fn still_there(&self) -> Result<()> {
        self.store.still_there()
    }

    /// How much room there is to grow into.
    pub fn space(&self) -> Space {
        self.store.space()
    }

    pub(crate) fn unknown(&self) -> StoreError {
        StoreError::UnknownMunicipality { code: self.code.0.clone() }
    }
}
