//! Checkpoints: the ledger's size and root as a signed note (C2SP tlog-checkpoint, signed-note, Ed25519).
//!
//! The note is plain text so that it can be printed on paper, put on the city's site or kept by a neighbour, and checked
//! by other programs. A [`Checkpoint`] in hand is always trusted: it comes from the ledger itself or from a note whose
//! signature was verified. A note as it was read is a [`SignedCheckpoint`] and says nothing yet.

use thiserror::Error;

use super::encoding::{from_base64, to_base64};
use super::merkle::{Frontier, Hash};
use super::note::{Note, NoteError, is_name, origin, sign};

/// Says why a note is not a checkpoint to rely on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// The origin cannot stand in a note.
    #[error("チェックポイントの名前には、空白・改行・「+」を使えません。団体コードを確かめてください。")]
    Origin,
    /// The text is not laid out as a note.
    #[error("チェックポイントの{line}行目を読めません。途中で切れていないか、写し間違いがないかを確かめてください。")]
    Layout {
        /// The line, from 1.
        line: usize,
    },
    /// No signature is by this key.
    #[error("チェックポイントに、指定された鍵の署名がありません。鍵と団体が合っているかを確かめてください。")]
    NotSigned,
    /// The signature does not fit the text.
    #[error("チェックポイントの署名が本文と合いません。写し間違いか偽造です。元の保管場所の写しと見比べてください。")]
    Forged,
    /// The key itself is not a usable Ed25519 key.
    #[error("検証に使う公開鍵が正しくありません。64桁の16進数の公開鍵を指定してください。")]
    Key,
}

/// States how long a ledger was and which root it had; trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// The checkpoint of a municipality's ledger as its frontier stands now.
    pub fn of(municipality: &str, frontier: &Frontier) -> Result<Self, CheckpointError> {
        let origin = origin(municipality);
        if !is_name(&origin) {
            return Err(CheckpointError::Origin);
        }
        Ok(Self { origin, size: frontier.size(), root: frontier.root() })
    }

    /// Reads a note and accepts it only if this key has signed it.
    pub fn open(note: &str, public_key: &[u8; 32]) -> Result<Self, CheckpointError> {
        SignedCheckpoint::parse(note)?.verify(public_key)
    }

    /// Whose ledger it is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries it covers.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over these entries.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, to_base64(&self.root.0))
    }

    /// Signs it as a note, under the origin's name.
    pub fn sign(&self, seed: &[u8; 32]) -> String {
        sign(&self.origin, &self.text(), seed)
    }
}

/// A note as it was read: well formed, but nothing in it is trusted before [`SignedCheckpoint::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    note: Note,
    claimed: Checkpoint,
}

impl SignedCheckpoint {
    /// Reads a note; lines after the root (extensions) are signed with the rest but mean nothing here.
    pub fn parse(note: &str) -> Result<Self, CheckpointError> {
        let note = Note::parse(note)?;
        let mut lines = note.text.lines();
        let origin = lines.next().filter(|line| is_name(line)).ok_or(CheckpointError::Layout { line: 1 })?;
        let size = lines.next().and_then(read_size).ok_or(CheckpointError::Layout { line: 2 })?;
        let root = lines.next().and_then(read_root).ok_or(CheckpointError::Layout { line: 3 })?;
        let claimed = Checkpoint { origin: origin.to_owned(), size, root };
        Ok(Self { note, claimed })
    }

    /// Accepts the checkpoint if the origin's own key has signed it; other people's signatures are passed over.
    pub fn verify(&self, public_key: &[u8; 32]) -> Result<Checkpoint, CheckpointError> {
        self.note.verify(&self.claimed.origin, public_key)?;
        Ok(self.claimed.clone())
    }
}

impl From<NoteError> for CheckpointError {
    fn from(error: NoteError) -> Self {
        match error {
            NoteError::Layout { line } => Self::Layout { line },
            NoteError::NotSigned => Self::NotSigned,
            NoteError::Forged => Self::Forged,
            NoteError::Key => Self::Key,
        }
    }
}

fn read_size(line: &str) -> Option<u64> {
    let is_plain = line.bytes().all(|c| c.is_ascii_digit()) && (line == "0" || !line.starts_with('0'));
    if is_plain { line.parse().ok() } else { None }
}

fn read_root(line: &str) -> Option<Hash> {
    from_base64(line).ok()?.try_into().ok().map(Hash)
}

#[cfg(test)]
mod tests;
