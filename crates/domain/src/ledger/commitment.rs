//! What is stored for one entry: its exact bytes, the salt, the commitment, and beside them the erasable part.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, de::IgnoredAny};
use sha2::{Digest, Sha256};

use super::encoding::to_hex;
use crate::leaves::{LeafRange, Leaves};

/// Stands for an entry in the tree without telling anything of it: SHA-256 over the salt and the stored bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Commitment(pub [u8; 32]);

impl Commitment {
    /// Commits to an entry's bytes exactly as they are stored.
    pub fn of(salt: &[u8; 32], bytes: &[u8]) -> Self {
        Self(salted(salt, bytes))
    }

    /// The commitment as lower-case hexadecimal.
    pub fn to_hex(&self) -> String {
        to_hex(&self.0)
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Commitment({})", self.to_hex())
    }
}

fn salted(salt: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(salt).chain_update(bytes).finalize().into()
}

/// Holds what of an entry may be erased by law (names, free text, attachment keys), with a salt of its own.
///
/// The salt goes together with the bytes: a short name could otherwise be guessed from the hash that stays.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivatePart {
    /// 32 random bytes, never used for another part.
    pub salt: [u8; 32],
    /// The part exactly as it was written.
    pub bytes: Vec<u8>,
}

impl PrivatePart {
    /// The text that the entry's field `private` holds for this part.
    pub fn digest(&self) -> String {
        to_hex(&salted(&self.salt, &self.bytes))
    }
}

/// Tells only the length: personal data must not reach a log through `{:?}`.
impl fmt::Debug for PrivatePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivatePart({} bytes)", self.bytes.len())
    }
}

/// One entry as the store keeps it: written once and never serialised again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The place in the municipality's ledger, from 0.
    pub seq: u64,
    /// The server's instant in milliseconds (UTC); never decreases.
    pub recorded_at: i64,
    /// 32 random bytes, never used for another entry.
    pub salt: [u8; 32],
    /// The entry's JSON, verbatim.
    pub bytes: Vec<u8>,
    /// What the tree holds for this entry.
    pub commitment: Commitment,
    /// The erasable part; `None` when the entry never had one or when it was erased.
    pub private: Option<PrivatePart>,
}

impl StoredEntry {
    /// Seals an entry's bytes; `bytes` must already name `private` by its [`PrivatePart::digest`].
    pub fn seal(seq: u64, recorded_at: i64, salt: [u8; 32], bytes: Vec<u8>, private: Option<PrivatePart>) -> Self {
        let commitment = Commitment::of(&salt, &bytes);
        Self { seq, recorded_at, salt, bytes, commitment, private }
    }

    /// Whether the bytes still are the ones that were committed to.
    pub fn is_intact(&self) -> bool {
        Commitment::of(&self.salt, &self.bytes) == self.commitment
    }
}

/// The fields that every kind and version of entry has, and on which verification rests.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    #[serde(rename = "version")]
    _version: u32,
    #[serde(borrow)]
    pub municipality: Cow<'a, str>,
    pub seq: u64,
    #[serde(rename = "id", borrow)]
    _id: Cow<'a, str>,
    pub recorded_at: i64,
    // A function of its own makes serde demand the field: "no private part" has to be said, not left out.
    #[serde(deserialize_with = "said", borrow)]
    pub private: Option<Cow<'a, str>>,
    #[serde(rename = "facts")]
    _facts: IgnoredAny,
}

impl<'a> Envelope<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        // As text first: what is skipped over would otherwise not be looked at, and stored bytes are text to the end.
        serde_json::from_str(std::str::from_utf8(bytes).ok()?).ok()
    }
}

fn said<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    Option::<String>::deserialize(input).map(|text| text.map(Cow::Owned))
}

/// The facts of an entry of kind `erased`: which leaves lost their private parts, and by which decision.
pub(super) struct Erasure {
    pub leaves: Leaves,
    pub decision: String,
}

impl Erasure {
    /// The kind of entry that says that another entry's private part was erased.
    pub(super) const KIND: &'static str = "erased";

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Entry {
            facts: Facts,
        }
        #[derive(Deserialize)]
        struct Facts {
            leaf: Option<u64>,
            ranges: Option<Vec<LeafRange>>,
            decision: String,
        }
        let Entry { facts: Facts { leaf, ranges, decision } } = serde_json::from_slice(bytes).ok()?;
        let leaves = match (leaf, ranges) {
            (Some(leaf), None) => Leaves::Leaf(leaf),
            (None, Some(ranges)) => Leaves::Ranges(ranges),
            (Some(_), Some(_)) | (None, None) => return None,
        };
        leaves.is_in_order().then_some(Self { leaves, decision })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_under_two_salts_cannot_be_recognised() {
        let (one, other) = (Commitment::of(&[1; 32], "同じ".as_bytes()), Commitment::of(&[2; 32], "同じ".as_bytes()));
        assert_ne!(one, other);
        assert_eq!(one, Commitment::of(&[1; 32], "同じ".as_bytes()));
    }

    #[test]
    fn a_commitment_is_the_plain_sha_256_of_salt_and_bytes() {
        // 32 zero bytes alone: a value anybody can compute with another tool.
        let empty = Commitment::of(&[0; 32], b"");
        assert_eq!(empty.to_hex(), "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    }

    #[test]
    fn debug_output_tells_no_personal_data() {
        let part = PrivatePart { salt: [7; 32], bytes: "鳥居 花子".as_bytes().to_vec() };
        assert_eq!(format!("{part:?}"), "PrivatePart(13 bytes)");
    }

    #[test]
    fn an_entry_that_leaves_a_field_out_is_not_an_entry() {
        let whole = r#"{"kind":"filed","version":1,"municipality":"000000","seq":0,"id":"a","recorded_at":1,"private":null,"facts":{}}"#;
        assert!(Envelope::read(whole.as_bytes()).is_some());
        for gone in [
            r#""kind":"filed","#,
            r#""version":1,"#,
            r#""municipality":"000000","#,
            r#""seq":0,"#,
            r#""id":"a","#,
            r#""recorded_at":1,"#,
            r#""private":null,"#,
        ] {
            assert!(Envelope::read(whole.replace(gone, "").as_bytes()).is_none(), "{gone}");
        }
        let twice = whole.replace(r#""seq":0,"#, r#""seq":0,"seq":1,"#);
        assert!(Envelope::read(twice.as_bytes()).is_none(), "a field said twice has no meaning");
    }
}
