//! The ledger's tree: whole subtrees kept as they are completed, so that a proof reads a few of them.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use domain::ledger::{Commitment, Hash, Subtree, Tree};

use crate::error::Result;
use crate::ledger::{int, size};
use crate::many::{filled, parameters};
use crate::read::Read;
use crate::sql;
use crate::value::values;

/// Subtrees lower than this are worked out from their entries.
pub(crate) const KEPT_FROM: u32 = 8;

/// Asking for subtrees.
pub trait Subtrees: Read {
    /// The roots of these whole subtrees; one that is neither kept nor low enough to be worked out is not answered.
    ///
    /// One question for the kept ones, and one for each 256 entries in which lower ones lie: two in a proof.
    fn subtrees(&mut self, asked: &[Subtree]) -> impl Future<Output = Result<BTreeMap<Subtree, Hash>>> + Send {
        async move {
            let mut found = BTreeMap::new();
            let (low, kept): (Vec<Subtree>, Vec<Subtree>) =
                asked.iter().copied().partition(|part| part.level < KEPT_FROM);
            let at = self.scope();
            let names: BTreeMap<String, Subtree> = kept.into_iter().map(|part| (name(part), part)).collect();
            let ids = filled(&names.keys().cloned().collect::<Vec<_>>())?;
            let mut values = values![at.municipality].to_vec();
            let text = subtrees_text(ids.len());
            values.extend(ids);
            for row in at.tx.all(text, &values).await? {
                let hash = <[u8; 32]>::try_from(row.bytes(1)?).ok();
                if let (Some(part), Some(hash)) = (names.get(&row.text(0)?), hash) {
                    found.insert(*part, Hash(hash));
                }
            }
            let blocks: BTreeSet<u64> = low.iter().map(|part| part.place >> (KEPT_FROM - part.level)).collect();
            for block in blocks {
                let first = block << KEPT_FROM;
                let mut tree = Tree::new();
                let behind = first + (1 << KEPT_FROM);
                let values = values![at.municipality, int(first)?, int(behind)?, 1_i64 << KEPT_FROM];
                for row in at.tx.all(sql::COMMITMENTS, values).await? {
                    let whole = size(row.int(0)?, "entry", "seq")? == first + u64::try_from(tree.size()).unwrap_or(0);
                    let Some(hash) = <[u8; 32]>::try_from(row.bytes(1)?).ok().filter(|_| whole) else { break };
                    tree.append(&Commitment(hash));
                }
                for part in low.iter().filter(|part| part.place >> (KEPT_FROM - part.level) == block) {
                    let place = usize::try_from(part.place - (block << (KEPT_FROM - part.level)));
                    if let Some(hash) = place.ok().and_then(|place| tree.whole(part.level, place)) {
                        found.insert(*part, hash);
                    }
                }
            }
            Ok(found)
        }
    }
}

impl<T: Read> Subtrees for T {}

/// Under which a subtree is kept.
pub(crate) fn name(part: Subtree) -> String {
    format!("{:02}:{:016}", part.level, part.place)
}

pub(crate) fn subtrees_text(count: usize) -> String {
    format!("SELECT subtree, hash FROM tree_node WHERE municipality = $1 AND subtree IN ({})", parameters(2, count))
}
