//! Checkpoints: the ledger's size and root as a signed note (C2SP tlog-checkpoint, signed-note, Ed25519).
//!
//! The note is plain text so that it can be printed on paper, put on the city's site or kept by a neighbour, and checked
//! by other programs. A [`Checkpoint`] in hand is always trusted: it comes from the ledger itself or from a note whose
//! signature was verified. A note as it was read is a [`SignedCheckpoint`] and says nothing yet.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::encoding::{from_base64, to_base64};
use super::merkle::{Frontier, Hash};

/// The type byte of Ed25519 in the key hash of signed notes.
const ED25519: u8 = 1;

/// Notes are short; whatever is longer is not one and is not read.
const LONGEST_NOTE: usize = 64 * 1024;

/// The name under which a municipality's ledger signs.
pub fn origin(municipality: &str) -> String {
    format!("shirube/{municipality}")
}

/// The public key that belongs to a signing seed.
pub fn public_key(seed: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

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
        let key = SigningKey::from_bytes(seed);
        let text = self.text();
        let mut signature = key_hash(&self.origin, &key.verifying_key().to_bytes()).to_vec();
        signature.extend(key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {} {}\n", self.origin, to_base64(&signature))
    }
}

/// A name in a note has no blanks and no plus sign, for these separate it from its neighbours.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c == '+' || c.is_whitespace() || c.is_control())
}

fn key_hash(name: &str, public_key: &[u8; 32]) -> [u8; 4] {
    let digest = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(public_key).finalize();
    let [a, b, c, d, ..]: [u8; 32] = digest.into();
    [a, b, c, d]
}

/// A note as it was read: well formed, but nothing in it is trusted before [`SignedCheckpoint::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    text: String,
    claimed: Checkpoint,
    signatures: Vec<NoteSignature>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NoteSignature {
    name: String,
    key_hash: [u8; 4],
    /// Of any length: witnesses may sign with other kinds of keys.
    bytes: Vec<u8>,
}

impl SignedCheckpoint {
    /// Reads a note; lines after the root (extensions) are signed with the rest but mean nothing here.
    pub fn parse(note: &str) -> Result<Self, CheckpointError> {
        if note.len() > LONGEST_NOTE {
            return Err(CheckpointError::Layout { line: 1 });
        }
        let (text, signed) = note.rsplit_once("\n\n").ok_or(CheckpointError::Layout { line: 4 })?;
        if let Some(line) = text.split('\n').position(|line| line.is_empty() || line.contains(char::is_control)) {
            return Err(CheckpointError::Layout { line: line + 1 });
        }
        let mut lines = text.split('\n');
        let origin = lines.next().filter(|line| is_name(line)).ok_or(CheckpointError::Layout { line: 1 })?;
        let size = lines.next().and_then(read_size).ok_or(CheckpointError::Layout { line: 2 })?;
        let root = lines.next().and_then(read_root).ok_or(CheckpointError::Layout { line: 3 })?;
        let first_signature = text.split('\n').count() + 2;
        let signed = signed.strip_suffix('\n').ok_or(CheckpointError::Layout { line: first_signature })?;
        let signatures = signed
            .split('\n')
            .enumerate()
            .map(|(index, line)| read_signature(line).ok_or(CheckpointError::Layout { line: first_signature + index }))
            .collect::<Result<_, _>>()?;
        let claimed = Checkpoint { origin: origin.to_owned(), size, root };
        Ok(Self { text: format!("{text}\n"), claimed, signatures })
    }

    /// Accepts the checkpoint if the origin's own key has signed it; other people's signatures are passed over.
    pub fn verify(&self, public_key: &[u8; 32]) -> Result<Checkpoint, CheckpointError> {
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| CheckpointError::Key)?;
        let wanted = key_hash(&self.claimed.origin, public_key);
        let own = self
            .signatures
            .iter()
            .find(|signature| signature.name == self.claimed.origin && signature.key_hash == wanted)
            .ok_or(CheckpointError::NotSigned)?;
        let signature = Signature::from_slice(&own.bytes).map_err(|_| CheckpointError::Forged)?;
        key.verify_strict(self.text.as_bytes(), &signature).map_err(|_| CheckpointError::Forged)?;
        Ok(self.claimed.clone())
    }
}

fn read_size(line: &str) -> Option<u64> {
    let is_plain = line.bytes().all(|c| c.is_ascii_digit()) && (line == "0" || !line.starts_with('0'));
    if is_plain { line.parse().ok() } else { None }
}

fn read_root(line: &str) -> Option<Hash> {
    from_base64(line).ok()?.try_into().ok().map(Hash)
}

fn read_signature(line: &str) -> Option<NoteSignature> {
    let (name, coded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let bytes = from_base64(coded).ok()?;
    let (key_hash, bytes) = bytes.split_first_chunk::<4>()?;
    is_name(name).then(|| NoteSignature { name: name.to_owned(), key_hash: *key_hash, bytes: bytes.to_vec() })
}

#[cfg(test)]
mod tests;
