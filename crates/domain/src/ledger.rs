//! 台帳: the append-only ledger of one municipality, and the proof that nobody has changed it.
//!
//! Everything here is pure: the store hands in what it has stored, salts and signing seeds come in as arguments.
//! The formats are told in `docs/ledger.md`; `scripts/verify_ledger.py` checks them without any of this code.
//!
//! One way through: an entry's bytes are sealed with a salt ([`StoredEntry::seal`]), the commitment becomes a leaf of the
//! tree ([`Frontier::append`]), the tree's root is signed ([`Checkpoint::sign`]) and kept elsewhere, and [`verify`] holds
//! the three against each other.

mod checkpoint;
mod commitment;
mod dump;
mod encoding;
mod finding;
mod merkle;
mod note;
mod proof;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use commitment::{Commitment, PrivatePart, StoredEntry};
pub use dump::{DumpError, DumpHeader, dump_line, read_dump};
pub use encoding::{EncodingError, from_hex, hash_from_hex, to_hex};
pub use finding::{Erased, Finding, Report, Unexcluded};
pub use merkle::{
    Frontier, FrontierError, Hash, ProofError, Subtree, Tree, inclusion_parts, leaf_hash, root_over, root_parts,
    verify_consistency, verify_inclusion,
};
pub use note::{ListKey, NoListKey, NoteError, origin, public_key};
pub use proof::{EntryProofError, check_proof, proof_text};
pub use verify::{Head, Verifier, verify};
