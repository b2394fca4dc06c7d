use super::{EntryProofError, check_proof, proof_text};
use crate::ledger::{Checkpoint, Frontier, PrivatePart, StoredEntry, Tree, public_key};

const SEED: [u8; 32] = [7; 32];

fn ledger(size: u64) -> (Vec<StoredEntry>, Tree, String) {
    let (mut tree, mut frontier, mut entries) = (Tree::new(), Frontier::new(), Vec::new());
    for seq in 0..size {
        let part = PrivatePart { salt: [9; 32], bytes: "氏名".as_bytes().to_vec() };
        let entry = StoredEntry::seal(seq, 0, [3; 32], format!("{{\"seq\":{seq}}}").into_bytes(), Some(part));
        tree.append(&entry.commitment);
        frontier.append(&entry.commitment);
        entries.push(entry);
    }
    let checkpoint = Checkpoint::of("312011", &frontier).expect("a name").sign(&SEED);
    (entries, tree, checkpoint)
}

#[test]
fn every_entry_of_every_ledger_is_proven_by_its_text_alone() {
    for size in 1..20 {
        let (entries, tree, checkpoint) = ledger(size);
        for (at, entry) in entries.iter().enumerate() {
            let path = tree.inclusion_proof(at, entries.len()).expect("it is there");
            let text = proof_text(entry, &path, &checkpoint);
            let (proven, head) = check_proof(&text, &public_key(&SEED)).expect("it proves");
            assert_eq!((proven.bytes, proven.seq, head.size()), (entry.bytes.clone(), entry.seq, size));
            assert!(proven.private.is_none(), "the private part stays where it is");
        }
    }
}

#[test]
fn a_proof_with_one_character_changed_proves_nothing() {
    let (entries, tree, checkpoint) = ledger(11);
    let entry = entries.get(6).expect("an entry");
    let path = tree.inclusion_proof(6, 11).expect("it is there");
    let text = proof_text(entry, &path, &checkpoint);
    for (at, old) in text.char_indices().step_by(13) {
        let new = if old == 'A' { 'B' } else { 'A' };
        let changed =
            format!("{}{new}{}", text.get(..at).expect("a border"), text.get(at + old.len_utf8()..).expect("a border"));
        assert!(check_proof(&changed, &public_key(&SEED)).is_err(), "{at}: {changed}");
    }
    assert!(check_proof(&text, &public_key(&[8; 32])).is_err(), "another key");
}

#[test]
fn another_entry_in_its_place_is_found() {
    let (entries, tree, checkpoint) = ledger(11);
    let path = tree.inclusion_proof(6, 11).expect("it is there");
    let honest = entries.get(6).expect("an entry");
    let forged = StoredEntry { bytes: b"{\"seq\":6,\"forged\":1}".to_vec(), ..honest.clone() };
    let text = proof_text(&forged, &path, &checkpoint);
    assert!(matches!(check_proof(&text, &public_key(&SEED)), Err(EntryProofError::Changed)));
    let sealed = StoredEntry::seal(6, 0, [3; 32], forged.bytes, None);
    let text = proof_text(&sealed, &path, &checkpoint);
    assert!(matches!(check_proof(&text, &public_key(&SEED)), Err(EntryProofError::Path(_))));
    let unsigned = proof_text(honest, &path, "").replace("\n\n", "\n");
    assert!(matches!(check_proof(&unsigned, &public_key(&SEED)), Err(EntryProofError::Unreadable)));
}
