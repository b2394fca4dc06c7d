use super::*;
use crate::ledger::from_hex;

/// The eight leaves that Certificate Transparency's own implementations are tested with.
fn known_leaves() -> Vec<Hash> {
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
        .iter()
        .map(|hex| hash_leaf(&from_hex(hex).expect("a written-out leaf")))
        .collect()
}

fn numbered_leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| hash_leaf(&n.to_be_bytes())).collect()
}

fn tree_of(leaves: &[Hash]) -> Tree {
    let mut tree = Tree::new();
    for leaf in leaves {
        tree.append_hash(*leaf);
    }
    tree
}

/// The definition of the tree hash as the RFC writes it, on purpose without the frontier.
fn root_by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let mut k = 1;
            while k * 2 < leaves.len() {
                k *= 2;
            }
            node_hash(&root_by_definition(&leaves[..k]), &root_by_definition(&leaves[k..]))
        }
    }
}

#[test]
fn a_proof_from_kept_subtrees_is_the_one_from_every_leaf() {
    let leaves: Vec<Commitment> = (0_u8..70).map(|n| Commitment([n; 32])).collect();
    let (mut frontier, mut tree, mut kept) = (Frontier::new(), Tree::new(), std::collections::BTreeMap::new());
    for (size, leaf) in (1_u64..).zip(&leaves) {
        kept.extend(frontier.append_completing(leaf));
        tree.append(leaf);
        assert_eq!(Some(frontier.root()), tree.root_at(tree.size()));
        for index in 0..size {
            let parts = inclusion_parts(index, size).expect("a leaf");
            let over = |parts: &Vec<Subtree>| root_over(&parts.iter().map(|part| kept[part]).collect::<Vec<_>>());
            let path: Option<Vec<Hash>> = parts.iter().map(over).collect();
            let (at, of) = (usize::try_from(index).expect("small"), usize::try_from(size).expect("small"));
            assert_eq!(path, tree.inclusion_proof(at, of), "{index} of {size}");
        }
        assert_eq!(inclusion_parts(size, size), None);
    }
}

#[test]
fn the_roots_are_the_known_ones_of_rfc_6962() {
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let leaves = known_leaves();
    let tree = tree_of(&leaves);
    let mut frontier = Frontier::new();
    for (size, root) in roots.iter().enumerate() {
        assert_eq!(tree.root_at(size).unwrap().to_hex(), *root, "size {size}");
        assert_eq!(frontier.root().to_hex(), *root, "size {size}");
        if let Some(leaf) = leaves.get(size) {
            frontier.append_hash(*leaf);
        }
    }
    assert_eq!(tree.root_at(9), None);
}

#[test]
fn the_proofs_are_the_known_ones_of_rfc_6962() {
    let hexes = |proof: Option<Vec<Hash>>| proof.map(|p| p.iter().map(Hash::to_hex).collect::<Vec<_>>());
    let tree = tree_of(&known_leaves());
    let first_of_eight = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ];
    assert_eq!(hexes(tree.inclusion_proof(0, 8)), Some(first_of_eight.map(String::from).to_vec()));
    assert_eq!(hexes(tree.consistency_proof(1, 8)), Some(first_of_eight.map(String::from).to_vec()));
    assert_eq!(hexes(tree.inclusion_proof(0, 1)), Some(vec![]));
}

/// Forgeries are tried on all small trees and on the largest: every shape occurs there, and the test stays quick.
fn forged_too(size: usize) -> bool {
    size <= 72 || size == 300
}

#[test]
fn every_inclusion_proof_up_to_three_hundred_holds_and_no_other() {
    let leaves = numbered_leaves(300);
    let tree = tree_of(&leaves);
    for size in 1..=300_usize {
        let (root, wide) = (root_by_definition(&leaves[..size]), size as u64);
        for index in 0..size {
            let at = index as u64;
            let mut proof = tree.inclusion_proof(index, size).unwrap();
            assert_eq!(verify_inclusion(&leaves[index], at, wide, &proof, &root), Ok(()), "{index} of {size}");
            if !forged_too(size) {
                continue;
            }
            if size > 1 {
                let other = leaves[(index + 1) % size];
                assert!(verify_inclusion(&other, at, wide, &proof, &root).is_err());
                assert!(verify_inclusion(&leaves[index], (at + 1) % wide, wide, &proof, &root).is_err());
                assert!(verify_inclusion(&leaves[index], at, wide, &proof[1..], &root).is_err());
            }
            proof.push(root);
            assert_eq!(verify_inclusion(&leaves[index], at, wide, &proof, &root), Err(ProofError::Length));
        }
        assert_eq!(tree.inclusion_proof(size, size), None);
        assert_eq!(verify_inclusion(&root, wide, wide, &[], &root), Err(ProofError::Sizes));
    }
    assert_eq!(tree.inclusion_proof(0, 301), None);
}

#[test]
fn every_consistency_proof_up_to_three_hundred_holds_and_no_other() {
    let all = numbered_leaves(300);
    let tree = tree_of(&all);
    let roots: Vec<Hash> = (0..=300).map(|size| root_by_definition(&all[..size])).collect();
    for new in 1..=300_usize {
        for old in 0..=new {
            let (was, is) = ((old as u64, &roots[old]), (new as u64, &roots[new]));
            let proof = tree.consistency_proof(old, new).unwrap();
            assert_eq!(verify_consistency(was, is, &proof), Ok(()), "{old} to {new}");
            if !forged_too(new) {
                continue;
            }
            let forged = (was.0, &roots[(old + 1) % 300]);
            assert!(verify_consistency(forged, is, &proof).is_err(), "{old} to {new}, other old root");
            if old > 0 && old < new {
                let forged = (is.0, &roots[new - 1]);
                assert!(verify_consistency(was, forged, &proof).is_err(), "{old} to {new}, other new root");
                assert!(verify_consistency(was, is, &proof[1..]).is_err(), "{old} to {new}, cut");
            }
            let longer: Vec<Hash> = proof.iter().copied().chain([roots[1]]).collect();
            assert!(verify_consistency(was, is, &longer).is_err(), "{old} to {new}, longer");
        }
        assert_eq!(tree.consistency_proof(new + 1, new), None);
    }
    assert_eq!(tree.consistency_proof(1, 301), None);
    assert_eq!(verify_consistency((2, &roots[2]), (1, &roots[1]), &[]), Err(ProofError::Sizes));
}

#[test]
fn proofs_about_absurd_sizes_are_refused_without_a_panic() {
    let hash = empty_root();
    let proof = [hash; 70];
    for size in [0, 1, 2, u64::MAX - 1, u64::MAX] {
        for index in [0, 1, u64::MAX - 1, u64::MAX] {
            assert!(verify_inclusion(&hash, index, size, &proof, &hash).is_err());
            assert!(verify_consistency((index, &hash), (size, &hash), &proof).is_err());
        }
    }
}

#[test]
fn the_frontier_comes_back_from_its_text_at_every_size_and_goes_on() {
    let mut frontier = Frontier::new();
    let leaves = numbered_leaves(300);
    for (done, leaf) in leaves.iter().enumerate() {
        assert_eq!(frontier.root(), root_by_definition(&leaves[..done]));
        frontier = Frontier::from_text(frontier.size(), &frontier.to_text()).unwrap();
        frontier.append_hash(*leaf);
    }
    assert_eq!(frontier.root(), root_by_definition(&leaves));
    assert_eq!(frontier.size(), 300);
}

#[test]
fn a_damaged_frontier_is_refused() {
    let mut frontier = Frontier::new();
    frontier.append(&Commitment([1; 32]));
    let text = frontier.to_text();
    assert_eq!(Frontier::from_text(1, &text), Ok(frontier));
    assert_eq!(Frontier::from_text(3, &text), Err(FrontierError::Count { size: 3, expected: 2, found: 1 }));
    assert_eq!(Frontier::from_text(0, &text), Err(FrontierError::Count { size: 0, expected: 0, found: 1 }));
    assert_eq!(Frontier::from_text(1, &text[1..]), Err(FrontierError::Unreadable { place: 1 }));
    assert_eq!(Frontier::from_text(3, &format!("{text},")), Err(FrontierError::Unreadable { place: 2 }));
    assert_eq!(Frontier::from_text(u64::MAX, ""), Err(FrontierError::TooLarge { size: u64::MAX }));
}
