use super::*;
use crate::ledger::note::key_hash;
use crate::ledger::public_key;
use crate::ledger::{Commitment, hash_from_hex};

const SEED: [u8; 32] = [9; 32];

fn frontier_of(entries: u8) -> Frontier {
    let mut frontier = Frontier::new();
    for n in 0..entries {
        frontier.append(&Commitment([n; 32]));
    }
    frontier
}

fn checkpoint(entries: u8) -> Checkpoint {
    Checkpoint::of("000000", &frontier_of(entries)).expect("digits are a name")
}

#[test]
fn a_signed_checkpoint_opens_with_its_key_and_says_what_was_signed() {
    for entries in [0, 1, 60, 255] {
        let note = checkpoint(entries).sign(&SEED);
        assert_eq!(Checkpoint::open(&note, &public_key(&SEED)), Ok(checkpoint(entries)));
    }
}

#[test]
fn the_note_is_laid_out_as_c2sp_says() {
    let note = checkpoint(3).sign(&SEED);
    let lines: Vec<&str> = note.split('\n').collect();
    assert_eq!(lines[0], "shirube/000000");
    assert_eq!(lines[1], "3");
    assert_eq!(lines[2].len(), 44);
    assert_eq!(lines[3], "");
    assert!(lines[4].starts_with("— shirube/000000 "), "{}", lines[4]);
    assert_eq!(&lines[5..], [""]);
}

#[test]
fn the_key_hash_is_the_one_that_other_implementations_compute() {
    // The example of the Go package golang.org/x/mod/sumdb/note: its verifier key, and the hash beside it.
    let name = "PeterNeumann";
    let key = from_base64("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").expect("base64");
    let public: [u8; 32] = key[1..].try_into().expect("32 bytes");
    assert_eq!(key_hash(name, &public), [0xc7, 0x4f, 0x20, 0xa3]);
}

#[test]
fn the_public_key_is_the_one_of_rfc_8032() {
    let seed = hash_from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").expect("hex");
    let public = hash_from_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").expect("hex");
    assert_eq!(public_key(&seed), public);
}

#[test]
fn no_single_changed_byte_of_a_note_passes() {
    let note = checkpoint(60).sign(&SEED);
    for at in 0..note.len() {
        let mut bytes = note.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else {
            continue;
        };
        assert!(Checkpoint::open(&changed, &public_key(&SEED)).is_err(), "byte {at}: {changed}");
    }
}

#[test]
fn every_beginning_of_a_note_is_refused_without_a_panic() {
    let note = checkpoint(60).sign(&SEED);
    for end in (0..note.len()).filter(|end| note.is_char_boundary(*end)) {
        assert!(SignedCheckpoint::parse(&note[..end]).is_err(), "{end}");
    }
    for text in ["", "\n", "\n\n", "a\n1\n\n", "\n\n\n\n", "a\n+1\nb\n\n— a b\n", "a\n01\n\n— a\n", "あ\n\n— \n"]
    {
        assert!(SignedCheckpoint::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn another_key_and_another_name_are_told_apart_from_a_forgery() {
    let note = checkpoint(5).sign(&SEED);
    assert_eq!(Checkpoint::open(&note, &public_key(&[8; 32])), Err(CheckpointError::NotSigned));
    let forged = note.replace("\n5\n", "\n4\n");
    assert_eq!(Checkpoint::open(&forged, &public_key(&SEED)), Err(CheckpointError::Forged));
    assert_eq!(Checkpoint::of("00\n9", &frontier_of(1)), Err(CheckpointError::Origin));
}

#[test]
fn a_witness_may_add_its_signature() {
    let note = checkpoint(5).sign(&SEED);
    let line = format!("\u{2014} witness.example {}\n", to_base64(&[0; 76]));
    assert_eq!(Checkpoint::open(&format!("{note}{line}"), &public_key(&SEED)), Ok(checkpoint(5)));
}
