//! Writing: one transaction is one act, it holds the head of the ledger, and it ends with an entry or not at all.

use domain::ledger::{Commitment, Frontier, PrivatePart, StoredEntry};

use crate::dialect::{Purpose, Row, Tx};
use crate::error::{Result, StoreError};
use crate::municipality::Ledgered;
use crate::read::{Read, Scope};
use crate::sql::{self, Which};
use crate::tree;
use crate::value::values;
use crate::views::Apply;
use crate::workshop::Desk;

/// The end of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The right edge of the tree; it knows the size and the root.
    pub frontier: Frontier,
    /// The instant of the last entry (ms, UTC); 0 in an empty ledger.
    pub last_recorded_at: i64,
}

impl Head {
    /// How many entries there are, which is also the position of the next one.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }
}

/// An entry that is about to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Its id, which its bytes name too.
    pub id: String,
    /// Its kind, so that entries of one kind can be found without reading their bytes.
    pub kind: String,
    /// The server's instant (ms, UTC); not before [`Writing::not_before`].
    pub recorded_at: i64,
    /// 32 random bytes, never used for another entry.
    pub salt: [u8; 32],
    /// The entry as it is stored for ever.
    pub bytes: Vec<u8>,
    /// What of it may be erased by law.
    pub private: Option<PrivatePart>,
}

/// An entry as it lies in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// What is verified.
    pub entry: StoredEntry,
}

/// What an act with the same key was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The last entry of that act.
    pub seq: u64,
    /// The answer, verbatim.
    pub answer: String,
    /// What the key is bound to, verbatim; `None` for keys of older programs, and once the act's private part was erased.
    pub bound: Option<String>,
}

/// The proof that an act was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The position of the act's first entry.
    pub first: u64,
    /// The position of its last entry.
    pub last: u64,
    /// The end of the ledger after it.
    pub head: Head,
}

/// Whether there was something to erase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// The private part is gone with its salt.
    Now,
    /// There was none, or it was erased before.
    Before,
}

/// One act on a municipality's register. While it is open, no other act on that register goes on.
///
/// There is no plain commit: [`Writing::commit`] refuses an act that appended nothing. Dropped, it leaves nothing.
#[derive(Debug)]
pub struct Writing {
    tx: Tx,
    municipality: String,
    head: Head,
    first: u64,
    remember: Option<(String, String, String)>,
}

impl Ledgered {
    /// Begins an act: locks the head of the ledger, and only then reads anything.
    pub async fn writing(&self) -> Result<Writing> {
        let mut tx = self.store.db.begin(Purpose::Write).await?;
        let municipality = self.code.0.as_str().to_owned();
        let row = tx.one(sql::LOCK_HEAD, values![&municipality]).await?;
        let head = head_row(&row.ok_or_else(|| self.unknown())?)?;
        let state = tx.one(sql::VIEW_STATE, values![&municipality]).await?;
        let found = state.map_or(Ok(0), |row| row.int(0))?;
        if found != self.store.views.0 {
            tx.rollback().await?;
            return Err(StoreError::ViewVersion { code: municipality, found, wanted: self.store.views.0 });
        }
        Ok(Writing { tx, municipality, first: head.size(), head, remember: None })
    }
}

impl Writing {
    /// The earliest instant that the next entry may state: entries never go back in time.
    pub fn not_before(&self) -> i64 {
        self.head.last_recorded_at
    }

    /// The position that the next entry will have.
    pub fn next_seq(&self) -> u64 {
        self.head.size()
    }

    /// Refuses when a record is no longer the one that the person saw.
    pub async fn must_be(&mut self, noun: &str, id: &str, seen: u64) -> Result<()> {
        match self.get(noun, id).await? {
            Some(row) if row.version == seen => Ok(()),
            _ => Err(StoreError::StaleVersion { what: format!("{noun} {id}") }),
        }
    }

    /// Appends an entry and tells its position.
    pub async fn append(&mut self, new: NewEntry) -> Result<u64> {
        if new.recorded_at < self.not_before() {
            return Err(StoreError::Earlier { given: new.recorded_at, not_before: self.not_before() });
        }
        let seq = self.next_seq();
        let commitment = Commitment::of(&new.salt, &new.bytes);
        let entry = values![
            &self.municipality,
            int(seq)?,
            &new.id,
            &new.kind,
            new.recorded_at,
            new.salt.as_slice(),
            new.bytes.as_slice(),
            commitment.0.as_slice(),
        ];
        self.tx.execute(sql::INSERT_ENTRY, entry).await?;
        if let Some(private) = &new.private {
            let beside = values![&self.municipality, int(seq)?, private.salt.as_slice(), private.bytes.as_slice(),];
            self.tx.execute(sql::INSERT_PRIVATE, beside).await?;
        }
        for (subtree, hash) in self.head.frontier.append_completing(&commitment) {
            if subtree.level >= tree::KEPT_FROM {
                let kept = values![&self.municipality, &tree::name(subtree), hash.0.as_slice()];
                self.tx.execute(sql::PUT_SUBTREE, kept).await?;
            }
        }
        self.head.last_recorded_at = new.recorded_at;
        Ok(seq)
    }

    /// Erases the private part of an entry; the entry that says so is the caller's to append.
    pub async fn erase_private(&mut self, seq: u64) -> Result<Erased> {
        let values = values![&self.municipality, int(seq)?];
        // What a key is bound to follows from the words that go.
        self.tx.execute(sql::UNBIND_KEYS, values).await?;
        match self.tx.execute(sql::ERASE_PRIVATE, values).await? {
            0 => Ok(Erased::Before),
            _ => Ok(Erased::Now),
        }
    }

    /// Keeps a file of a guideline under the guideline's hash; the same bytes twice are one file.
    pub async fn put_guideline_file(&mut self, hash: &str, path: &str, bytes: &[u8]) -> Result<()> {
        let values = values![&self.municipality, hash, path, bytes];
        self.tx.execute(sql::PUT_GUIDELINE_FILE, values).await?;
        Ok(())
    }

    /// Keeps the answer under the act's idempotency key, with what the key is bound to, from the commit on.
    pub fn remember(&mut self, key: &str, bound: &str, answer: &str) {
        self.remember = Some((key.to_owned(), bound.to_owned(), answer.to_owned()));
    }

    /// Ends the act. Without an entry there is no act: everything is undone, and the call is refused.
    pub async fn commit(mut self) -> Result<Receipt> {
        let Some(last) = self.next_seq().checked_sub(1).filter(|last| *last >= self.first) else {
            self.tx.rollback().await?;
            return Err(StoreError::NothingToRecord);
        };
        if let Some((key, bound, answer)) = &self.remember {
            let values = values![&self.municipality, key, int(last)?, answer];
            self.tx.execute(sql::REMEMBER, values).await?;
            self.tx.execute(sql::BIND_KEY, values![&self.municipality, key, bound]).await?;
        }
        let moved = values![
            &self.municipality,
            int(self.head.size())?,
            &self.head.frontier.to_text(),
            self.head.last_recorded_at,
        ];
        self.tx.execute(sql::MOVE_HEAD, moved).await?;
        self.tx.commit().await?;
        Ok(Receipt { first: self.first, last, head: self.head })
    }
}

impl Read for Writing {
    fn scope(&mut self) -> Scope<'_> {
        Scope { tx: &mut self.tx, municipality: &self.municipality, which: Which::Current }
    }
}

impl Apply for Writing {}

impl Desk for Writing {}

pub(crate) fn head_row(row: &Row) -> Result<Head> {
    let size = size(row.int(0)?, "ledger_head", "size")?;
    let frontier = Frontier::from_text(size, &row.text(1)?)
        .map_err(|_| inconsistent("ledger_head", "frontier", size.to_string()))?;
    Ok(Head { frontier, last_recorded_at: row.int(2)? })
}

pub(crate) fn entry_row(row: &Row) -> Result<EntryRow> {
    let seq = size(row.int(0)?, "entry", "seq")?;
    let id = row.text(1)?;
    let hash = |bytes: Vec<u8>, table: &str, column: &str| {
        <[u8; 32]>::try_from(bytes).map_err(|_| inconsistent(table, column, seq.to_string()))
    };
    let private = match (row.opt_bytes(7)?, row.opt_bytes(8)?) {
        (Some(salt), Some(bytes)) => Some(PrivatePart { salt: hash(salt, "entry_private", "salt")?, bytes }),
        _ => None,
    };
    Ok(EntryRow {
        kind: row.text(2)?,
        entry: StoredEntry {
            seq,
            recorded_at: row.int(3)?,
            salt: hash(row.bytes(4)?, "entry", "salt")?,
            bytes: row.bytes(5)?,
            commitment: Commitment(hash(row.bytes(6)?, "entry", "commitment")?),
            private,
        },
        id,
    })
}

/// A position or size as the engines keep it.
pub(crate) fn int(size: u64) -> Result<i64> {
    i64::try_from(size).map_err(|_| StoreError::TooLarge { what: "番号", most: i64::MAX.unsigned_abs() })
}

/// A position or size as it was kept; a negative one was never written by this program.
pub(crate) fn size(int: i64, table: &str, column: &str) -> Result<u64> {
    u64::try_from(int).map_err(|_| inconsistent(table, column, int.to_string()))
}

fn inconsistent(table: &str, column: &str, id: String) -> StoreError {
    StoreError::Inconsistent { table: table.to_owned(), column: column.to_owned(), id }
}
