//! The trace: which entries speak of a case, an account and so on, so that a timeline is one question.

use std::future::Future;

use crate::error::Result;
use crate::ledger::{EntryRow, entry_row, int};
use crate::many::insert;
use crate::read::{Read, bounded};
use crate::sql;
use crate::value::{Value, values};
use crate::views::Apply;

/// In which direction a timeline is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the first entry on.
    OldestFirst,
    /// From the last entry back.
    NewestFirst,
}

/// Asking for timelines.
pub trait Traces: Read {
    /// The entries that speak of something, or all of them; `after` is the place of the last one of the page before.
    fn timeline(
        &mut self,
        about: Option<&str>,
        direction: Direction,
        after: Option<u64>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<EntryRow>>> + Send {
        async move {
            let at = self.scope();
            let after = match (after, direction) {
                (Some(seq), _) => int(seq)?,
                (None, Direction::OldestFirst) => -1,
                (None, Direction::NewestFirst) => i64::MAX,
            };
            let rows = match (about, direction) {
                (Some(about), direction) => {
                    let text = match direction {
                        Direction::OldestFirst => sql::TRACED,
                        Direction::NewestFirst => sql::TRACED_BACK,
                    };
                    let values = values![at.municipality, about, after, bounded(limit)];
                    at.tx.all(at.which.sql(text), values).await?
                }
                (None, Direction::OldestFirst) => {
                    let values = values![at.municipality, after.saturating_add(1), bounded(limit)];
                    at.tx.all(sql::ENTRIES, values).await?
                }
                (None, Direction::NewestFirst) => {
                    let values = values![at.municipality, after, bounded(limit)];
                    at.tx.all(sql::ENTRIES_BACK, values).await?
                }
            };
            rows.iter().map(entry_row).collect()
        }
    }
}

impl<T: Read> Traces for T {}

/// Writing the trace.
pub trait PutTraces: Apply {
    /// Says what an entry speaks of.
    fn put_traces(&mut self, seq: u64, about: &[String]) -> impl Future<Output = Result<()>> + Send {
        async move {
            let mut at = self.scope();
            let (municipality, seq) = (at.municipality, int(seq)?);
            let rows: Vec<Vec<Value>> = about.iter().map(|about| values![municipality, about, seq].to_vec()).collect();
            insert(&mut at, "view_trace (municipality, about, seq)", &rows).await
        }
    }
}

impl<T: Apply> PutTraces for T {}
