//! Backups: one file in one format for both engines, so that each can be restored on either.

use std::path::{Path, PathBuf};

use domain::id::MunicipalityCode;

use crate::copy::{Rows, copy_table, is_empty};
use crate::dialect::file::make_private;
use crate::dialect::{Db, Purpose, SelfCopy, Tx};
use crate::error::{Result, StoreError};
use crate::ledger::{Head, head_row, size};
use crate::municipality::{Ledgered, Store};
use crate::schema::{self, SameViews};
use crate::sql;
use crate::tables::{Sort, TABLES, Table};
use crate::value::values;

/// What a backup or a restore holds, counted in the copy itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// How many ledgers.
    pub municipalities: u64,
    /// How many entries in all of them.
    pub entries: u64,
}

impl Store {
    /// Writes a backup of the whole database to a new file, while the register goes on being used.
    ///
    /// The file appears under its name only when it is complete, on the disk, and counted.
    pub async fn backup(&self, to: &Path) -> Result<Copied> {
        let partial = begin_file(to).await?;
        let target = partial.to_str().ok_or_else(|| StoreError::Place {
            place: partial.display().to_string(),
            hint: "控えのファイル名は UTF-8 の文字で指定してください。",
        })?;
        match self.db.copy_itself(target).await? {
            SelfCopy::Done => {}
            SelfCopy::TableByTable => copy_to_file(&self.db, &partial, Rows::Whole).await?,
        }
        end_file(&partial, to).await
    }

    /// Fills this empty database from a backup of either engine; all of it or nothing.
    pub async fn restore(&self, from: &Path) -> Result<Copied> {
        restore(self, from, Rows::Whole).await
    }
}

impl Ledgered {
    /// Writes everything of this municipality, and nothing of another, to a new file in the format of a backup.
    pub async fn export(&self, to: &Path) -> Result<Copied> {
        let partial = begin_file(to).await?;
        copy_to_file(&self.store.db, &partial, Rows::Of(self.code.0.as_str())).await?;
        let copied = end_file(&partial, to).await?;
        match copied.municipalities {
            0 => Err(self.unknown()),
            _ => Ok(copied),
        }
    }

    /// Brings this municipality, which must not be here yet, from a backup or an export.
    pub async fn restore(&self, from: &Path) -> Result<Copied> {
        let copied = restore(&self.store, from, Rows::Of(self.code.0.as_str())).await?;
        match copied.municipalities {
            0 => Err(self.unknown()),
            _ => Ok(copied),
        }
    }
}

/// Refuses to overwrite, and names the file to write to until the copy is whole.
async fn begin_file(to: &Path) -> Result<PathBuf> {
    if tokio::fs::try_exists(to).await.map_err(|e| file(to, e))? {
        return Err(StoreError::NotEmpty { what: to.display().to_string() });
    }
    let mut name = to.as_os_str().to_owned();
    name.push(".partial");
    let partial = PathBuf::from(name);
    if tokio::fs::try_exists(&partial).await.map_err(|e| file(&partial, e))? {
        // Left by a backup that was interrupted; it was never a backup.
        tokio::fs::remove_file(&partial).await.map_err(|e| file(&partial, e))?;
    }
    // Made before the engine fills it, so that nobody else can read what is in it.
    make_private(&partial)?;
    Ok(partial)
}

async fn copy_to_file(from: &Db, partial: &Path, rows: Rows<'_>) -> Result<()> {
    let copy = Db::create_copy(partial).await?;
    schema::migrate(&copy).await?;
    let mut from = from.begin(Purpose::Read).await?;
    let mut to = copy.begin(Purpose::Write).await?;
    for table in TABLES.iter().filter(|table| table.sort != Sort::Passing) {
        copy_table(&mut from, &mut to, table, rows).await?;
    }
    to.commit().await?;
    copy.close().await;
    Ok(())
}

/// Counts what is in the copy, waits for the disk, and only then gives the file its name.
async fn end_file(partial: &Path, to: &Path) -> Result<Copied> {
    let copy = Db::open_copy(partial).await?;
    let mut tx = copy.begin(Purpose::Read).await?;
    let copied = count(&mut tx, Rows::Whole).await;
    tx.rollback().await?;
    copy.close().await;
    let copied = copied?;
    sync(partial).await?;
    tokio::fs::rename(partial, to).await.map_err(|e| file(to, e))?;
    if let Some(folder) = to.parent().filter(|folder| *folder != Path::new("")) {
        sync(folder).await?;
    }
    Ok(copied)
}

/// The end of a municipality's ledger in a finished copy, read from the copy itself; `None` where it holds none.
pub async fn head_in_copy(file: &Path, code: &MunicipalityCode) -> Result<Option<Head>> {
    let copy = Db::open_copy(file).await?;
    let mut tx = copy.begin(Purpose::Read).await?;
    let head = tx.one(sql::READ_HEAD, values![code.0.as_str()]).await?.as_ref().map(head_row).transpose();
    tx.rollback().await?;
    copy.close().await;
    head
}

async fn restore(store: &Store, from: &Path, rows: Rows<'_>) -> Result<Copied> {
    let bytes = tokio::fs::metadata(from).await.map_err(|e| file(from, e))?.len();
    schema::migrate(&store.db).await?;
    let damaged = || StoreError::Damaged { file: from.display().to_string(), bytes };
    let or_damaged = |error: StoreError| if error.is_of_content() { damaged() } else { error };
    let backup = Db::open_copy(from).await.map_err(or_damaged)?;
    let restored = restore_rows(&store.db, &backup, rows).await;
    backup.close().await;
    match restored {
        Ok(Some(copied)) => Ok(copied),
        Ok(None) => Err(damaged()),
        Err(error) => Err(or_damaged(error)),
    }
}

/// What was copied; nothing where the file holds no table of ours.
async fn restore_rows(into: &Db, backup: &Db, rows: Rows<'_>) -> Result<Option<Copied>> {
    let mut held = Vec::new();
    for table in TABLES {
        // A backup of an older program lacks the tables that came later; migrations only ever add some.
        if !backup.columns(table.name).await?.is_empty() {
            held.push(table);
        }
    }
    if held.is_empty() {
        return Ok(None);
    }
    let mut from = backup.begin(Purpose::Read).await?;
    let found = schema::number(&mut from).await?;
    if found > schema::newest() {
        return Err(StoreError::SchemaVersion { found, wanted: schema::newest() });
    }
    let views = schema::same_views(&mut from).await?;
    let mut to = into.begin(Purpose::Write).await?;
    if let Some(lock) = into.lock_schema() {
        to.one(lock, &[]).await?;
    }
    for table in TABLES {
        if !is_empty(&mut to, table, rows).await? {
            return Err(StoreError::NotEmpty { what: table.name.to_owned() });
        }
    }
    for table in held.into_iter().filter(|table| restored(table, views)) {
        copy_table(&mut from, &mut to, table, rows).await?;
    }
    let copied = count(&mut to, rows).await?;
    to.commit().await?;
    Ok(Some(copied))
}

/// Views of another shape, and a rebuild that was not finished, are built anew from the ledger instead.
fn restored(table: &Table, views: SameViews) -> bool {
    match table.sort {
        Sort::Ledger | Sort::Workshop => true,
        Sort::Passing => false,
        Sort::View => views == SameViews::Same && !table.name.starts_with("next_"),
    }
}

/// Counts ledgers and entries, and refuses a copy in which the heads and the entries disagree.
async fn count(tx: &mut Tx, rows: Rows<'_>) -> Result<Copied> {
    let damaged =
        || StoreError::Inconsistent { table: "ledger_head".to_owned(), column: "size".to_owned(), id: "-".to_owned() };
    let (municipalities, sizes, entries) = match rows {
        Rows::Whole => {
            let heads = tx.one(sql::COUNT_HEADS, &[]).await?.ok_or_else(damaged)?;
            (heads.int(0)?, heads.int(1)?, tx.one(sql::COUNT_ENTRIES, &[]).await?)
        }
        Rows::Of(code) => {
            let head = tx.one(sql::READ_HEAD, values![code]).await?;
            let size = head.as_ref().map_or(Ok(0), |row| row.int(0))?;
            (i64::from(head.is_some()), size, tx.one(sql::COUNT_ENTRIES_OF, values![code]).await?)
        }
    };
    let entries = entries.ok_or_else(damaged)?.int(0)?;
    if sizes != entries {
        return Err(damaged());
    }
    Ok(Copied {
        municipalities: size(municipalities, "ledger_head", "count")?,
        entries: size(entries, "entry", "count")?,
    })
}

async fn sync(path: &Path) -> Result<()> {
    let handle = tokio::fs::File::open(path).await.map_err(|e| file(path, e))?;
    handle.sync_all().await.map_err(|e| file(path, e))
}

fn file(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::File { path: path.display().to_string(), source }
}
