//! Signed notes (C2SP signed-note, Ed25519): a text, and below it who signed it.
//!
//! The first line of a text names what the note is about, and a signature is made under the same name: so no signature of a
//! checkpoint can stand for one of a published list, although the same key makes both.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::encoding::{from_base64, to_base64, to_hex};

/// The type byte of Ed25519 in the key hash of signed notes.
const ED25519: u8 = 1;
/// Notes are short; whatever is longer is not one and is not read.
const LONGEST: usize = 64 * 1024;

/// Says why a note is not signed as it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoteError {
    /// The text is not laid out as a note.
    #[error("署名の{line}行目を読めません。")]
    Layout {
        /// The line, from 1.
        line: usize,
    },
    /// No signature is by this key.
    #[error("指定された鍵の署名がありません。")]
    NotSigned,
    /// The signature does not fit the text.
    #[error("署名が内容と合いません。")]
    Forged,
    /// The key itself is not a usable Ed25519 key.
    #[error("検証に使う公開鍵が正しくありません。")]
    Key,
}

/// A note as it was read: well laid out, and not trusted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    /// What is signed, with the end of its last line.
    pub(super) text: String,
    signatures: Vec<NoteSignature>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NoteSignature {
    name: String,
    key_hash: [u8; 4],
    /// Of any length: witnesses may sign with other kinds of keys.
    bytes: Vec<u8>,
}

impl Note {
    /// Takes a note apart.
    pub(super) fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > LONGEST {
            return Err(NoteError::Layout { line: 1 });
        }
        let (text, signed) = note.rsplit_once("\n\n").ok_or(NoteError::Layout { line: 4 })?;
        if let Some(line) = text.split('\n').position(|line| line.is_empty() || line.contains(char::is_control)) {
            return Err(NoteError::Layout { line: line + 1 });
        }
        let first_signature = text.split('\n').count() + 2;
        let signed = signed.strip_suffix('\n').ok_or(NoteError::Layout { line: first_signature })?;
        let signatures = signed
            .split('\n')
            .enumerate()
            .map(|(index, line)| read_signature(line).ok_or(NoteError::Layout { line: first_signature + index }))
            .collect::<Result<_, _>>()?;
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// Accepts the note if this key has signed it under this name; other people's signatures are passed over.
    pub(super) fn verify(&self, name: &str, public_key: &[u8; 32]) -> Result<(), NoteError> {
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| NoteError::Key)?;
        let wanted = key_hash(name, public_key);
        let own = self.signatures.iter().find(|signature| signature.name == name && signature.key_hash == wanted);
        let own = own.ok_or(NoteError::NotSigned)?;
        let signature = Signature::from_slice(&own.bytes).map_err(|_| NoteError::Forged)?;
        key.verify_strict(self.text.as_bytes(), &signature).map_err(|_| NoteError::Forged)
    }
}

/// Signs a text as a note, under a name.
pub(super) fn sign(name: &str, text: &str, seed: &[u8; 32]) -> String {
    let key = SigningKey::from_bytes(seed);
    let mut signature = key_hash(name, &key.verifying_key().to_bytes()).to_vec();
    signature.extend(key.sign(text.as_bytes()).to_bytes());
    format!("{text}\n\u{2014} {name} {}\n", to_base64(&signature))
}

/// A name in a note has no blanks and no plus sign, for these separate it from its neighbours.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c == '+' || c.is_whitespace() || c.is_control())
}

pub(super) fn key_hash(name: &str, public_key: &[u8; 32]) -> [u8; 4] {
    let digest = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(public_key).finalize();
    let [a, b, c, d, ..]: [u8; 32] = digest.into();
    [a, b, c, d]
}

fn read_signature(line: &str) -> Option<NoteSignature> {
    let (name, coded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let bytes = from_base64(coded).ok()?;
    let (key_hash, bytes) = bytes.split_first_chunk::<4>()?;
    is_name(name).then(|| NoteSignature { name: name.to_owned(), key_hash: *key_hash, bytes: bytes.to_vec() })
}

/// The public half of the key that signs a municipality's published lists, as one line that people carry.
///
/// The line is a verifier key of C2SP: the name, the key's hash under it, and the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListKey {
    municipality: String,
    public: [u8; 32],
}

/// Says why a line is no key of a list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "「{0}」は一覧の公開鍵ではありません。`shirube export` が示す、shirube/ で始まる一行を、切らずに写してください。"
)]
pub struct NoListKey(String);

impl ListKey {
    /// The key that belongs to a signing seed.
    pub fn of(municipality: &str, seed: &[u8; 32]) -> Self {
        Self { municipality: municipality.to_owned(), public: public_key(seed) }
    }

    /// Whose lists it is for.
    pub fn municipality(&self) -> &str {
        &self.municipality
    }

    /// The key whose public half is known.
    pub fn of_public(municipality: &str, public: [u8; 32]) -> Self {
        Self { municipality: municipality.to_owned(), public }
    }

    /// What tells this key from others: its hash, as the lists that it signs name it.
    pub fn mark(&self) -> String {
        to_hex(&key_hash(&name_of(&self.municipality), &self.public))
    }

    /// Which key a list's signature names, without a look at whether it holds.
    pub fn mark_in(note: &str) -> Option<String> {
        Note::parse(note).ok()?.signatures.first().map(|signature| to_hex(&signature.key_hash))
    }

    /// Signs a list's description as a note of its hash.
    pub fn sign(municipality: &str, description: &[u8], seed: &[u8; 32]) -> String {
        let name = name_of(municipality);
        sign(&name, &text_of(&name, description), seed)
    }

    /// Accepts a list's description if this key has signed it.
    pub fn verify(&self, description: &[u8], note: &str) -> Result<(), NoteError> {
        let name = name_of(&self.municipality);
        let note = Note::parse(note)?;
        note.verify(&name, &self.public)?;
        if note.text == text_of(&name, description) { Ok(()) } else { Err(NoteError::Forged) }
    }
}

/// The name under which a municipality's published lists are signed.
fn name_of(municipality: &str) -> String {
    format!("{}{LIST}", origin(municipality))
}

/// What tells a list from a checkpoint.
const LIST: &str = "/bundle";

/// What is signed of a list.
fn text_of(name: &str, description: &[u8]) -> String {
    format!("{name}\n{}\n", to_base64(&Sha256::digest(description)))
}

impl fmt::Display for ListKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = name_of(&self.municipality);
        let coded = to_base64(&[&[ED25519], self.public.as_slice()].concat());
        write!(f, "{name}+{}+{coded}", to_hex(&key_hash(&name, &self.public)))
    }
}

impl FromStr for ListKey {
    type Err = NoListKey;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let line = line.trim();
        read_key(line).ok_or_else(|| NoListKey(line.chars().take(80).collect()))
    }
}

fn read_key(line: &str) -> Option<ListKey> {
    let (name, rest) = line.split_once('+')?;
    let (hash, coded) = rest.split_once('+')?;
    let municipality = name.strip_suffix(LIST)?.strip_prefix(origin("").as_str())?;
    let bytes = from_base64(coded).ok()?;
    let (&ED25519, public) = bytes.split_first()? else { return None };
    let public: [u8; 32] = public.try_into().ok()?;
    let fits = is_name(name) && to_hex(&key_hash(name, &public)) == hash && VerifyingKey::from_bytes(&public).is_ok();
    fits.then(|| ListKey { municipality: municipality.to_owned(), public })
}

/// The name under which a municipality's ledger signs.
pub fn origin(municipality: &str) -> String {
    format!("shirube/{municipality}")
}

/// The public key that belongs to a signing seed.
pub fn public_key(seed: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Checkpoint, Frontier};

    const SEED: [u8; 32] = [9; 32];
    const OTHER: [u8; 32] = [8; 32];

    #[test]
    fn a_key_is_carried_as_one_line_and_a_copying_error_is_told() {
        let key = ListKey::of("999993", &SEED);
        let line = key.to_string();
        assert_eq!(format!(" {line}\n").parse(), Ok(key));
        for at in 0..line.len() {
            let mut changed = line.clone().into_bytes();
            changed[at] ^= 1;
            let Ok(changed) = String::from_utf8(changed) else { continue };
            assert!(changed.parse::<ListKey>().is_err(), "{changed}");
        }
    }

    #[test]
    fn only_the_towns_own_key_stands_for_exactly_this_list() {
        let note = ListKey::sign("999993", b"a list", &SEED);
        let key = ListKey::of("999993", &SEED);
        assert_eq!(key.verify(b"a list", &note), Ok(()));
        assert_eq!(key.verify(b"another", &note), Err(NoteError::Forged));
        assert_eq!(ListKey::of("999993", &OTHER).verify(b"a list", &note), Err(NoteError::NotSigned));
        assert_eq!(ListKey::of("999985", &SEED).verify(b"a list", &note), Err(NoteError::NotSigned));
    }

    #[test]
    fn a_checkpoint_and_a_list_never_stand_for_each_other() {
        let checkpoint = Checkpoint::of("999993", &Frontier::new()).expect("digits are a name").sign(&SEED);
        let key = ListKey::of("999993", &SEED);
        assert_eq!(key.verify(b"", &checkpoint), Err(NoteError::NotSigned));
        let list = ListKey::sign("999993", b"", &SEED);
        assert!(Checkpoint::open(&list, &public_key(&SEED)).is_err());
    }
}
