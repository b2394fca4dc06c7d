//! Reading: the same calls in every sort of transaction.

use std::future::Future;

use crate::dialect::{Purpose, Row, Tx};
use crate::error::Result;
use crate::ledger::{EntryRow, Head, Remembered, entry_row, head_row, int, size};
use crate::many::{filled, parameters};
use crate::municipality::Ledgered;
use crate::sql::{self, Which};
use crate::value::values;
use crate::views::{AddressRow, Column, TakenNumber, ViewRow, address_row, number_row, view_row};
use crate::workshop::{Draft, JobRow, draft_row, job_row};

/// The most rows that one call answers with; whoever wants more asks for the next page.
pub const PAGE_MAX: u32 = 500;

pub(crate) fn bounded(limit: u32) -> i64 {
    i64::from(limit.clamp(1, PAGE_MAX))
}

/// What a transaction works on: whose rows, and which of the two sets of views.
#[derive(Debug)]
pub struct Scope<'a> {
    pub(crate) tx: &'a mut Tx,
    pub(crate) municipality: &'a str,
    pub(crate) which: Which,
}

impl Scope<'_> {
    async fn views(&mut self, text: &'static str, values: &[crate::value::Value]) -> Result<Vec<Row>> {
        self.tx.all(self.which.sql(text), values).await
    }
}

/// Every question that can be put to the store, whatever the transaction is for.
pub trait Read: Send {
    /// The transaction, and whose rows it sees.
    #[doc(hidden)]
    fn scope(&mut self) -> Scope<'_>;

    /// One record of a view.
    fn get(&mut self, noun: &str, id: &str) -> impl Future<Output = Result<Option<ViewRow>>> + Send {
        async move {
            let mut at = self.scope();
            let values = values![at.municipality, noun, id];
            let rows = at.views(sql::GET_RECORD, values).await?;
            rows.first().map(view_row).transpose()
        }
    }

    /// The records of a noun with this value in one of the indexed columns, in the order of their ids.
    fn by_key(
        &mut self,
        noun: &str,
        column: Column,
        value: &str,
        after: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<ViewRow>>> + Send {
        async move {
            let mut at = self.scope();
            let after = after.unwrap_or_default();
            let values = values![at.municipality, noun, value, after, bounded(limit)];
            let rows = at.views(column.statement(), values).await?;
            rows.iter().map(view_row).collect()
        }
    }

    /// The records of a noun in the order of `sort` and id; `after` is the last row of the page before.
    fn page(
        &mut self,
        noun: &str,
        after: Option<(&str, &str)>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<ViewRow>>> + Send {
        async move {
            let mut at = self.scope();
            let (sort, id) = after.unwrap_or_default();
            let values = values![at.municipality, noun, sort, id, bounded(limit)];
            let rows = at.views(sql::RECORDS_PAGE, values).await?;
            rows.iter().map(view_row).collect()
        }
    }

    /// The same backwards: the last record first.
    fn page_back(
        &mut self,
        noun: &str,
        before: Option<(&str, &str)>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<ViewRow>>> + Send {
        async move {
            let mut at = self.scope();
            let (sort, id) = before.unwrap_or(("\u{10ffff}", ""));
            let values = values![at.municipality, noun, sort, id, bounded(limit)];
            let rows = at.views(sql::RECORDS_BACK, values).await?;
            rows.iter().map(view_row).collect()
        }
    }

    /// How many records of a noun have an id before this one.
    fn count_before(&mut self, noun: &str, id: &str) -> impl Future<Output = Result<u64>> + Send {
        async move {
            let mut at = self.scope();
            let values = values![at.municipality, noun, id];
            let rows = at.views(sql::COUNT_BEFORE, values).await?;
            rows.first().map_or(Ok(0), |row| size(row.int(0)?, "view_record", "count"))
        }
    }

    /// How many records of a noun have a third column that is not behind this value.
    fn count_up_to_c(&mut self, noun: &str, value: &str) -> impl Future<Output = Result<u64>> + Send {
        async move {
            let mut at = self.scope();
            let values = values![at.municipality, noun, value];
            let rows = at.views(sql::COUNT_UP_TO_C, values).await?;
            rows.first().map_or(Ok(0), |row| size(row.int(0)?, "view_record", "count"))
        }
    }

    /// The records of a noun between two ids whose third column is behind this value, in the order of their ids.
    fn behind_c(
        &mut self,
        noun: &str,
        (after, before): (&str, &str),
        value: &str,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<ViewRow>>> + Send {
        async move {
            let mut at = self.scope();
            let values = values![at.municipality, noun, after, before, value, bounded(limit)];
            let rows = at.views(sql::RECORDS_BEHIND_C, values).await?;
            rows.iter().map(view_row).collect()
        }
    }

    /// Several records of a noun at once, in no order; at most [`PAGE_MAX`] ids are looked at.
    fn get_many(&mut self, noun: &str, ids: &[String]) -> impl Future<Output = Result<Vec<ViewRow>>> + Send {
        async move {
            let most = usize::try_from(PAGE_MAX).unwrap_or(usize::MAX);
            let ids = ids.get(..most).unwrap_or(ids);
            if ids.is_empty() {
                return Ok(Vec::new());
            }
            let at = self.scope();
            let ids = filled(ids)?;
            let text = at.which.built(format!(
                "SELECT id, body, version, a, b, c, sort FROM view_record WHERE municipality = $1 AND noun = $2 \
                 AND id IN ({})",
                parameters(3, ids.len())
            ));
            let mut values = values![at.municipality, noun].to_vec();
            values.extend(ids);
            let rows = at.tx.all(text, &values).await?;
            rows.iter().map(view_row).collect()
        }
    }

    /// The versions of three nouns' records of this id, without reading them.
    fn versions(&mut self, nouns: [&str; 3], id: &str) -> impl Future<Output = Result<[Option<u64>; 3]>> + Send {
        async move {
            let mut at = self.scope();
            let [first, second, third] = nouns;
            let values = values![at.municipality, first, second, third, id];
            let mut found = [None; 3];
            for row in at.views(sql::VERSIONS, values).await? {
                let noun = row.text(0)?;
                let version = size(row.int(1)?, "view_record", "version")?;
                for (place, _) in found.iter_mut().zip(nouns).filter(|(_, asked)| *asked == noun) {
                    *place = Some(version);
                }
            }
            Ok(found)
        }
    }

    /// The account that lives at an address now.
    fn live_account(&mut self, address: &str) -> impl Future<Output = Result<Option<String>>> + Send {
        async move {
            let mut at = self.scope();
            let values = values![at.municipality, address];
            let rows = at.views(sql::LIVE_ACCOUNT, values).await?;
            rows.first().map(|row| row.text(0)).transpose()
        }
    }

    /// All accounts that live or lived at an address, in the order of their ids.
    fn accounts_at(
        &mut self,
        address: &str,
        after: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<AddressRow>>> + Send {
        async move {
            let mut at = self.scope();
            let after = after.unwrap_or_default();
            let values = values![at.municipality, address, after, bounded(limit)];
            let rows = at.views(sql::ADDRESSES, values).await?;
            rows.iter().map(address_row).collect()
        }
    }

    /// Which case took a control number (管理№).
    fn number_taken(&mut self, number: &str) -> impl Future<Output = Result<Option<TakenNumber>>> + Send {
        async move {
            let mut at = self.scope();
            let values = values![at.municipality, number];
            let rows = at.views(sql::NUMBER_TAKEN, values).await?;
            rows.first().map(number_row).transpose()
        }
    }

    /// How long the ledger is, its frontier, and the instant of its last entry.
    fn head(&mut self) -> impl Future<Output = Result<Option<Head>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::READ_HEAD, values![at.municipality]).await?;
            row.as_ref().map(head_row).transpose()
        }
    }

    /// Entries from this position on, in order. To stream a ledger, ask again from behind the last one.
    fn entries(&mut self, from: u64, limit: u32) -> impl Future<Output = Result<Vec<EntryRow>>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, int(from)?, bounded(limit)];
            let rows = at.tx.all(sql::ENTRIES, values).await?;
            rows.iter().map(entry_row).collect()
        }
    }

    /// The entry at a position.
    fn entry(&mut self, seq: u64) -> impl Future<Output = Result<Option<EntryRow>>> + Send {
        async move {
            let found = self.entries(seq, 1).await?;
            Ok(found.into_iter().find(|row| row.entry.seq == seq))
        }
    }

    /// The position of the entry with this id.
    fn position(&mut self, id: &str) -> impl Future<Output = Result<Option<u64>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::ENTRY_BY_ID, values![at.municipality, id]).await?;
            row.map(|row| size(row.int(0)?, "entry", "seq")).transpose()
        }
    }

    /// What an act with this key was answered before.
    fn remembered(&mut self, key: &str) -> impl Future<Output = Result<Option<Remembered>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::REMEMBERED, values![at.municipality, key]).await?;
            row.map(|row| {
                let seq = size(row.int(0)?, "idempotency", "seq")?;
                Ok(Remembered { seq, answer: row.text(1)?, bound: row.opt_text(2)? })
            })
            .transpose()
        }
    }

    /// The bytes of a guideline's file, by the hash of the guideline and the path in it.
    fn guideline_file(&mut self, hash: &str, path: &str) -> impl Future<Output = Result<Option<Vec<u8>>>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, hash, path];
            let row = at.tx.one(sql::GUIDELINE_FILE, values).await?;
            row.map(|row| row.bytes(0)).transpose()
        }
    }

    /// The paths of a guideline's files, in order.
    fn guideline_paths(
        &mut self,
        hash: &str,
        after: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<String>>> + Send {
        async move {
            let at = self.scope();
            let after = after.unwrap_or_default();
            let values = values![at.municipality, hash, after, bounded(limit)];
            let rows = at.tx.all(sql::GUIDELINE_PATHS, values).await?;
            rows.iter().map(|row| row.text(0)).collect()
        }
    }

    /// One chunk of an attachment; `None` behind the last one.
    fn blob_chunk(&mut self, hash: &str, chunk: u64) -> impl Future<Output = Result<Option<Vec<u8>>>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, hash, int(chunk)?];
            let row = at.tx.one(sql::BLOB_CHUNK, values).await?;
            row.map(|row| row.bytes(0)).transpose()
        }
    }

    /// A draft as it was last saved.
    fn draft(&mut self, id: &str) -> impl Future<Output = Result<Option<Draft>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::DRAFT, values![at.municipality, id]).await?;
            row.as_ref().map(draft_row).transpose()
        }
    }

    /// The drafts, in the order of their ids.
    fn drafts(&mut self, after: Option<&str>, limit: u32) -> impl Future<Output = Result<Vec<Draft>>> + Send {
        async move {
            let at = self.scope();
            let after = after.unwrap_or_default();
            let values = values![at.municipality, after, bounded(limit)];
            let rows = at.tx.all(sql::DRAFTS, values).await?;
            rows.iter().map(draft_row).collect()
        }
    }

    /// When a worker has something to do at the earliest (ms, UTC): a job is due, or a lease ends.
    fn next_due(&mut self) -> impl Future<Output = Result<Option<i64>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::NEXT_DUE, values![at.municipality]).await?;
            row.map_or(Ok(None), |row| row.opt_int(0))
        }
    }

    /// The jobs, done and open, in the order of their ids.
    fn jobs(&mut self, after: Option<&str>, limit: u32) -> impl Future<Output = Result<Vec<JobRow>>> + Send {
        async move {
            let at = self.scope();
            let after = after.unwrap_or_default();
            let values = values![at.municipality, after, bounded(limit)];
            let rows = at.tx.all(sql::JOBS, values).await?;
            rows.iter().map(job_row).collect()
        }
    }
}

/// One unchanging view of a municipality's data: all answers of one reading fit together.
#[derive(Debug)]
pub struct Reading {
    tx: Tx,
    municipality: String,
}

impl Read for Reading {
    fn scope(&mut self) -> Scope<'_> {
        Scope { tx: &mut self.tx, municipality: &self.municipality, which: Which::Current }
    }
}

impl Ledgered {
    /// Opens a view of the data that does not change while it is read.
    pub async fn reading(&self) -> Result<Reading> {
        Ok(Reading { tx: self.store.db.begin(Purpose::Read).await?, municipality: self.code.0.as_str().to_owned() })
    }
}
