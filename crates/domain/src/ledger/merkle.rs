//! The Merkle tree of RFC 6962 / RFC 9162 over commitments: its right edge, its root and its proofs.

use std::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::commitment::Commitment;
use super::encoding::{hash_from_hex, to_hex};

/// A node of the tree, or its root.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash as lower-case hexadecimal.
    pub fn to_hex(&self) -> String {
        to_hex(&self.0)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({})", self.to_hex())
    }
}

/// Says why a stored right edge cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrontierError {
    /// The number of hashes is not the one that a ledger of this size has.
    #[error(
        "台帳の先頭の記載が壊れています: 件数{size}なら{expected}個のハッシュのはずが、{found}個あります。台帳の検証を行ってください。"
    )]
    Count {
        /// The size stated beside the hashes.
        size: u64,
        /// How many hashes a ledger of this size has.
        expected: u32,
        /// How many were there.
        found: usize,
    },
    /// A hash is not 64 hexadecimal digits.
    #[error("台帳の先頭の記載が壊れています: {place}個目のハッシュを読めません。台帳の検証を行ってください。")]
    Unreadable {
        /// Which of the hashes, from 1.
        place: usize,
    },
    /// No ledger can be this long.
    #[error("台帳の件数{size}は大きすぎます。台帳の検証を行ってください。")]
    TooLarge {
        /// The size stated.
        size: u64,
    },
}

/// Keeps the right edge of the tree (the compact range): all that is needed to append and to tell the root.
///
/// The hashes are the roots of the perfect subtrees, the largest and leftmost first; there are as many as the size has
/// binary ones, so the text in the ledger's head stays below 64 hashes for ever.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier of a ledger without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the frontier back from the head's two columns.
    pub fn from_text(size: u64, text: &str) -> Result<Self, FrontierError> {
        if i64::try_from(size).is_err() {
            return Err(FrontierError::TooLarge { size });
        }
        let mut peaks = Vec::new();
        if !text.is_empty() {
            for (index, hex) in text.split(',').enumerate() {
                let hash = hash_from_hex(hex).map_err(|_| FrontierError::Unreadable { place: index + 1 })?;
                peaks.push(Hash(hash));
            }
        }
        let (expected, found) = (size.count_ones(), peaks.len());
        if u32::try_from(found) != Ok(expected) {
            return Err(FrontierError::Count { size, expected, found });
        }
        Ok(Self { size, peaks })
    }

    /// Writes the hashes as hexadecimal joined by commas; the empty ledger is the empty text.
    pub fn to_text(&self) -> String {
        self.peaks.iter().map(Hash::to_hex).collect::<Vec<_>>().join(",")
    }

    /// How many entries the tree holds.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the next entry's commitment.
    pub fn append(&mut self, commitment: &Commitment) {
        self.append_hash(leaf_hash(commitment));
    }

    /// The same, telling the whole subtrees that the entry completed, from its own leaf up.
    pub fn append_completing(&mut self, commitment: &Commitment) -> Vec<(Subtree, Hash)> {
        let (index, mut node) = (self.size, leaf_hash(commitment));
        let mut completed = vec![(Subtree { level: 0, place: index }, node)];
        for level in 1..=index.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = node_hash(&left, &node);
                completed.push((Subtree { level, place: index >> level }, node));
            }
        }
        self.peaks.push(node);
        self.size += 1;
        completed
    }

    fn append_hash(&mut self, leaf: Hash) {
        let mut node = leaf;
        // Each trailing one of the size is a perfect subtree that the new leaf completes into a larger one.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The root of the tree as it stands.
    pub fn root(&self) -> Hash {
        root_over(&self.peaks).unwrap_or_else(empty_root)
    }
}

/// The root over whole subtrees that stand side by side, the leftmost and largest first; `None` over nothing.
pub fn root_over(subtrees: &[Hash]) -> Option<Hash> {
    let (last, before) = subtrees.split_last()?;
    Some(before.iter().rev().fold(*last, |right, left| node_hash(left, &right)))
}

/// A whole subtree: 2^`level` leaves, the `place`th of that size from the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subtree {
    /// How high it is.
    pub level: u32,
    /// Which of its height, from 0.
    pub place: u64,
}

/// Which whole subtrees each hash of an inclusion proof is the root over, from the leaf up; `None` without such a leaf.
///
/// So a proof is made from a few dozen kept subtrees, however long the ledger is.
pub fn inclusion_parts(index: u64, size: u64) -> Option<Vec<Vec<Subtree>>> {
    if index >= size {
        return None;
    }
    let (mut parts, mut start, mut end) = (Vec::new(), 0, size);
    while end - start > 1 {
        let middle = start + (end - start).next_power_of_two() / 2;
        if index < middle {
            parts.push(whole_subtrees(middle, end));
            end = middle;
        } else {
            parts.push(whole_subtrees(start, middle));
            start = middle;
        }
    }
    parts.reverse();
    Some(parts)
}

/// Which whole subtrees the root at a size is the root over, the largest and leftmost first.
pub fn root_parts(size: u64) -> Vec<Subtree> {
    whole_subtrees(0, size)
}

/// The whole subtrees over the leaves from `start`, which is always a multiple of the largest one's width.
fn whole_subtrees(mut start: u64, end: u64) -> Vec<Subtree> {
    let mut parts = Vec::new();
    while let Some(level) = (end - start).checked_ilog2() {
        parts.push(Subtree { level, place: start >> level });
        start += 1 << level;
    }
    parts
}

/// The hash of a leaf: SHA-256(0x00 ‖ commitment).
pub fn leaf_hash(commitment: &Commitment) -> Hash {
    hash_leaf(&commitment.0)
}

fn hash_leaf(data: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(data).finalize().into())
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    // One block handed over at once; three small ones cost several times as much where proofs are checked in bulk.
    let mut data = [1; 65];
    let (_, rest) = data.split_at_mut(1);
    for (to, from) in rest.iter_mut().zip(left.0.iter().chain(&right.0)) {
        *to = *from;
    }
    Hash(Sha256::digest(data).into())
}

fn empty_root() -> Hash {
    Hash(Sha256::digest(b"").into())
}

/// Keeps every whole subtree of the tree, to make proofs from; a ledger that only appends needs just the [`Frontier`].
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// `levels[k]` holds the roots of the perfect subtrees of 2^k leaves, from left to right.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree of a ledger without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next entry's commitment.
    pub fn append(&mut self, commitment: &Commitment) {
        self.append_hash(leaf_hash(commitment));
    }

    fn append_hash(&mut self, leaf: Hash) {
        let mut node = leaf;
        for level in &mut self.levels {
            level.push(node);
            let ([.., left, right], true) = (level.as_slice(), level.len().is_multiple_of(2)) else {
                return;
            };
            node = node_hash(left, right);
        }
        self.levels.push(vec![node]);
    }

    /// How many leaves there are.
    pub fn size(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// The root of a whole subtree; `None` where it is not whole yet.
    pub fn whole(&self, level: u32, place: usize) -> Option<Hash> {
        self.levels.get(usize::try_from(level).ok()?)?.get(place).copied()
    }

    /// The root as it was at this size; `None` when the tree is smaller.
    pub fn root_at(&self, size: usize) -> Option<Hash> {
        if size == 0 { Some(empty_root()) } else { self.part(0, size) }
    }

    /// The root over the leaves from `start`, which is always a multiple of the left subtree's width.
    fn part(&self, start: usize, end: usize) -> Option<Hash> {
        let width = end.checked_sub(start)?;
        if width.is_power_of_two() {
            let level = self.levels.get(usize::try_from(width.ilog2()).ok()?)?;
            return level.get(start / width).copied();
        }
        let middle = start + split(width)?;
        Some(node_hash(&self.part(start, middle)?, &self.part(middle, end)?))
    }

    /// Makes the proof that the leaf at `index` was in the tree of `size` leaves; `None` when there was no such leaf.
    pub fn inclusion_proof(&self, index: usize, size: usize) -> Option<Vec<Hash>> {
        if index >= size || size > self.size() {
            return None;
        }
        let (mut proof, mut start, mut end) = (Vec::new(), 0, size);
        while let Some(left) = split(end - start) {
            let middle = start + left;
            if index < middle {
                proof.push(self.part(middle, end)?);
                end = middle;
            } else {
                proof.push(self.part(start, middle)?);
                start = middle;
            }
        }
        proof.reverse();
        Some(proof)
    }

    /// Makes the proof that the tree of `old` leaves is the beginning of the one of `new` leaves.
    ///
    /// Every tree begins with the empty one and with itself: both proofs are empty. `None` when there are no such trees.
    pub fn consistency_proof(&self, old: usize, new: usize) -> Option<Vec<Hash>> {
        if old > new || new > self.size() {
            return None;
        }
        let (mut proof, mut start, mut end) = (Vec::new(), 0, new);
        if old == 0 {
            return Some(proof);
        }
        while old < end {
            let Some(left) = split(end - start) else {
                break;
            };
            let middle = start + left;
            if old <= middle {
                proof.push(self.part(middle, end)?);
                end = middle;
            } else {
                proof.push(self.part(start, middle)?);
                start = middle;
            }
        }
        // The verifier already holds the old root, so a subtree that is the whole old tree is not sent.
        if start > 0 {
            proof.push(self.part(start, end)?);
        }
        proof.reverse();
        Some(proof)
    }
}

/// The width of the left subtree: the largest power of two below the width; `None` for a single leaf.
fn split(width: usize) -> Option<usize> {
    (width > 1).then(|| width.next_power_of_two() / 2)
}

/// Says that a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The place or the sizes cannot belong together.
    #[error("証明の番号と件数が合いません。証明を取り直してください。")]
    Sizes,
    /// The proof has more or fewer hashes than these sizes need.
    #[error("証明の長さが正しくありません。証明を取り直してください。")]
    Length,
    /// The hashes lead to another root.
    #[error(
        "証明からたどったハッシュが一致しません。記録か台帳が変わっている疑いがあります。台帳の検証を行ってください。"
    )]
    Root,
}

/// Checks that the leaf stands at `index` in the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Sizes);
    }
    let (mut fnode, mut snode, mut hash) = (index, size - 1, *leaf);
    for step in proof {
        if snode == 0 {
            return Err(ProofError::Length);
        }
        if fnode & 1 == 1 || fnode == snode {
            hash = node_hash(step, &hash);
            while fnode & 1 == 0 && fnode != 0 {
                fnode >>= 1;
                snode >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        fnode >>= 1;
        snode >>= 1;
    }
    match (snode == 0, hash == *root) {
        (false, _) => Err(ProofError::Length),
        (true, false) => Err(ProofError::Root),
        (true, true) => Ok(()),
    }
}

/// Checks that the older tree is the beginning of the newer one (RFC 9162, 2.1.4.2).
pub fn verify_consistency(
    (old, old_root): (u64, &Hash),
    (new, new_root): (u64, &Hash),
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Sizes);
    }
    if old == 0 || old == new {
        let expected = if old == 0 { empty_root() } else { *new_root };
        return match (proof.is_empty(), expected == *old_root) {
            (false, _) => Err(ProofError::Length),
            (true, false) => Err(ProofError::Root),
            (true, true) => Ok(()),
        };
    }
    // A whole power of two is a subtree of the new tree: the proof begins with the old root itself.
    let mut steps = old.is_power_of_two().then_some(old_root).into_iter().chain(proof);
    let first = *steps.next().ok_or(ProofError::Length)?;
    let trailing = (old - 1).trailing_ones();
    let (mut fnode, mut snode) = ((old - 1) >> trailing, (new - 1) >> trailing);
    let (mut from_old, mut from_new) = (first, first);
    for step in steps {
        if snode == 0 {
            return Err(ProofError::Length);
        }
        if fnode & 1 == 1 || fnode == snode {
            from_old = node_hash(step, &from_old);
            from_new = node_hash(step, &from_new);
            while fnode & 1 == 0 && fnode != 0 {
                fnode >>= 1;
                snode >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, step);
        }
        fnode >>= 1;
        snode >>= 1;
    }
    if snode != 0 {
        return Err(ProofError::Length);
    }
    if from_old == *old_root && from_new == *new_root { Ok(()) } else { Err(ProofError::Root) }
}

#[cfg(test)]
mod tests;
