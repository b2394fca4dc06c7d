//! The proof that one entry stands in a ledger, as a text that anybody can check (C2SP tlog-proof).

use thiserror::Error;

use super::checkpoint::{Checkpoint, CheckpointError};
use super::commitment::{Commitment, StoredEntry};
use super::dump::{dump_line, read_line};
use super::encoding::{from_base64, to_base64};
use super::merkle::{Hash, ProofError, leaf_hash, verify_inclusion};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// Says why a proof proves nothing.
#[derive(Debug, Error)]
pub enum EntryProofError {
    /// It is no proof.
    #[error("記録の証明を読めません。途中で切れていないかを確かめ、証明を取り直してください。")]
    Unreadable,
    /// The entry in it is not what was committed to.
    #[error("証明に書かれた記録の内容が、台帳に書かれたときのものと違います。書き換えの疑いがあります。")]
    Changed,
    /// The checkpoint is not signed as it should be.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The path leads elsewhere.
    #[error(transparent)]
    Path(#[from] ProofError),
}

/// Writes the proof of one entry: its line of the dump without the private part, its path, and the signed checkpoint.
pub fn proof_text(entry: &StoredEntry, path: &[Hash], checkpoint: &str) -> String {
    let bare = StoredEntry { private: None, ..entry.clone() };
    let extra = to_base64(dump_line(&bare).as_bytes());
    let mut lines = vec![FIRST_LINE.to_owned(), format!("extra {extra}"), format!("index {}", entry.seq)];
    lines.extend(path.iter().map(|hash| to_base64(&hash.0)));
    format!("{}\n\n{checkpoint}", lines.join("\n"))
}

/// Checks a proof against the key of the ledger: the entry that it proves, and the checkpoint.
pub fn check_proof(text: &str, public_key: &[u8; 32]) -> Result<(StoredEntry, Checkpoint), EntryProofError> {
    let unreadable = || EntryProofError::Unreadable;
    let (head, note) = text.split_once("\n\n").ok_or_else(unreadable)?;
    let mut lines = head.split('\n');
    if lines.next() != Some(FIRST_LINE) {
        return Err(unreadable());
    }
    let extra = lines.next().and_then(|line| line.strip_prefix("extra ")).ok_or_else(unreadable)?;
    let line = String::from_utf8(from_base64(extra).map_err(|_| unreadable())?).map_err(|_| unreadable())?;
    let entry = read_line(&line).ok_or_else(unreadable)?;
    let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or_else(unreadable)?;
    if index != entry.seq.to_string() || entry.private.is_some() {
        return Err(unreadable());
    }
    let mut path = Vec::new();
    for line in lines {
        let hash = from_base64(line).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        path.push(Hash(hash.ok_or_else(unreadable)?));
    }
    if Commitment::of(&entry.salt, &entry.bytes) != entry.commitment {
        return Err(EntryProofError::Changed);
    }
    let checkpoint = Checkpoint::open(note, public_key)?;
    let leaf = leaf_hash(&entry.commitment);
    verify_inclusion(&leaf, entry.seq, checkpoint.size(), &path, &checkpoint.root())?;
    Ok((entry, checkpoint))
}

#[cfg(test)]
mod tests;
