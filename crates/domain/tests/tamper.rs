//! Somebody with full access to the database changes the ledger. Is it found, and what is said when it cannot be?

mod tamper_support;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

use domain::ledger::{Checkpoint, Finding, Report, Unexcluded, verify};
use tamper_support::{Chance, Ledger, TAMPERINGS, erased_part, public_key_hex, tamper};

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(Finding::code).collect()
}

#[test]
fn an_honest_ledger_with_lawful_erasures_has_no_findings() {
    let ledger = Ledger::honest(60);
    let report = ledger.verify(&[ledger.checkpoint()]);
    assert_eq!(report.findings, []);
    assert_eq!(report.size, 60);
    assert_eq!(report.root, ledger.frontier().root());
    assert_eq!(report.could_not_exclude, [Unexcluded::AfterCheckpoint { size: 60 }]);
    let erased: Vec<_> = report.erased.iter().map(|e| (e.leaf, e.by, e.decision.as_str())).collect();
    let third = [30, 31, 34].map(|leaf| (leaf, 41, "消去決定第3号"));
    assert_eq!(erased, [&[(3, 20, "消去決定第1号"), (7, 40, "消去決定第2号")][..], &third].concat());
}

// Red while an erasure named one entry, whatever it said besides.
#[test]
fn a_range_must_name_earlier_entries_in_order_of_which_one_had_a_private_part() {
    let found = |ranges: &str| {
        let mut ledger = Ledger::honest(60);
        ledger.push_ranges(ranges);
        let here = ledger.verify(&[]).findings;
        codes(&here).join(" ")
    };
    // 30 and 31 are erased already, which is lawful; 32 never had a part.
    assert_eq!(found(r#"[{"from":30,"to":32}]"#), "");
    assert_eq!(found(r#"[{"from":32,"to":32}]"#), "erasure-misnamed");
    assert_eq!(found(r#"[{"from":12,"to":13}]"#), "private-kept private-kept");
    assert_eq!(found(r#"[{"from":30,"to":60}]"#), "erasure-misnamed");
    for wrong in ["[]", r#"[{"from":9,"to":3}]"#, r#"[{"from":3,"to":7},{"from":7,"to":9}]"#, r#"{"from":3,"to":3}"#] {
        assert_eq!(found(wrong), "unreadable", "{wrong}");
    }
}

#[test]
fn a_ledger_that_has_grown_since_its_checkpoints_agrees_with_all_of_them() {
    let ledger = Ledger::honest(60);
    let older: Vec<Checkpoint> = [0, 1, 17, 32, 59].map(|size| ledger.first(size).checkpoint()).to_vec();
    let report = ledger.verify(&older);
    assert_eq!(report.findings, []);
    assert_eq!(report.could_not_exclude, [Unexcluded::AfterCheckpoint { size: 59 }]);
}

#[test]
fn a_private_part_that_is_gone_without_a_decision_is_tampering() {
    let mut ledger = Ledger::honest(60);
    ledger.entries[12].private = None;
    let report = ledger.verify(&[ledger.checkpoint()]);
    assert_eq!(report.findings, [Finding::PrivateMissing { seq: 12 }]);
    assert!(report.findings[0].to_string().contains("改ざん"));
}

#[test]
fn an_erased_part_that_came_back_from_a_backup_is_found() {
    let mut ledger = Ledger::honest(60);
    ledger.entries[7].private = erased_part(7);
    let report = ledger.verify(&[ledger.checkpoint()]);
    assert_eq!(report.findings, [Finding::PrivateKept { leaf: 7, by: 40 }]);
}

#[test]
fn a_second_erasure_of_the_same_part_is_lawful() {
    let mut ledger = Ledger::honest(60);
    ledger.push_erasure(7, "消去決定第2号");
    assert_eq!(ledger.verify(&[]).findings, []);
}

#[test]
fn a_forged_erasure_excuses_nothing() {
    let mut ledger = Ledger::honest(60);
    ledger.entries[12].private = None;
    let forged = String::from_utf8(ledger.entries[40].bytes.clone()).unwrap().replace("\"leaf\":7", "\"leaf\":12");
    ledger.entries[40].bytes = forged.into_bytes();
    let found = ledger.verify(&[]).findings;
    assert_eq!(codes(&found), ["changed", "private-missing", "private-missing"]);
}

#[test]
fn an_erasure_must_name_an_earlier_entry_with_a_private_part() {
    for leaf in [2, 60, 61, u64::MAX] {
        let mut ledger = Ledger::honest(60);
        ledger.push_erasure(leaf, "消去決定第9号");
        assert_eq!(ledger.verify(&[]).findings, [Finding::ErasureMisnamed { seq: 60, leaf }]);
    }
}

#[test]
fn without_a_checkpoint_the_three_are_named_as_not_excludable() {
    let honest = Ledger::honest(60);
    let truncated = honest.first(50);
    let mut rehashed = honest.clone();
    rehashed.rewrite(10, "別の職");
    let old_copy = Ledger::before_erasure(15);
    for changed in [truncated, rehashed, old_copy] {
        let alone = changed.verify(&[]);
        assert_eq!(alone.findings, [], "nothing inside the database can tell");
        assert_eq!(alone.could_not_exclude, [Unexcluded::Truncation, Unexcluded::Rehash, Unexcluded::OldCopy]);
        let words: String = alone.could_not_exclude.iter().map(ToString::to_string).collect();
        assert!(words.contains("末尾の切り詰め") && words.contains("全体の再計算") && words.contains("古い写し"));
        assert!(!changed.verify(&[honest.checkpoint()]).is_sound(), "the checkpoint can");
    }
}

#[test]
fn a_checkpoint_of_another_municipality_vouches_for_nothing() {
    let ledger = Ledger::honest(60);
    let foreign = Checkpoint::of("999999", &ledger.frontier()).unwrap();
    let report = ledger.verify(&[foreign]);
    assert_eq!(codes(&report.findings), ["checkpoint-foreign"]);
    assert_eq!(report.could_not_exclude.len(), 3);
    let other = verify("999999", ledger.entries.clone(), None, &[]);
    assert_eq!(codes(&other.findings), ["municipality-differs"; 60]);
}

#[test]
fn a_ruined_ledger_makes_a_bounded_report() {
    let mut ledger = Ledger::honest(60);
    let entry = ledger.entries[5].clone();
    ledger.entries = std::iter::repeat_n(entry, 3000).collect();
    let report = ledger.verify(&[]);
    assert_eq!(report.findings.len(), Report::MOST_FINDINGS);
    assert!(report.left_off > 0);
}

#[test]
fn two_hundred_tamperings_are_all_found_against_a_checkpoint() {
    let honest = Ledger::honest(60);
    let checkpoint = [honest.checkpoint()];
    let mut chance = Chance::new(0x5EED_0001);
    for round in 0..200 {
        let kind = TAMPERINGS[round % TAMPERINGS.len()];
        let report = tamper(&honest, kind, &mut chance).verify(&checkpoint);
        assert!(!report.is_sound(), "round {round}: {kind:?} was not found");
        for finding in &report.findings {
            assert!(finding.to_string().ends_with('。') && finding.next_step().ends_with('。'));
        }
    }
}

#[test]
#[ignore = "writes two thousand files and needs python3"]
fn two_thousand_tamperings_are_found_by_both_verifiers() {
    let folder = std::env::temp_dir().join(format!("shirube-tamper-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let honest = Ledger::honest(60);
    let note = folder.join("checkpoint.txt");
    std::fs::write(&note, honest.signed()).unwrap();
    std::fs::write(folder.join("honest.jsonl"), honest.dump()).unwrap();

    let checkpoint = [honest.checkpoint()];
    let mut chance = Chance::new(0x5EED_2000);
    let mut expected = vec![String::from("honest.jsonl\t0\t\tafter-checkpoint")];
    for round in 0..2000 {
        let kind = TAMPERINGS[round % TAMPERINGS.len()];
        let changed = tamper(&honest, kind, &mut chance);
        let report = changed.verify(&checkpoint);
        assert!(!report.is_sound(), "round {round}: {kind:?} was not found");
        let mut found = codes(&report.findings);
        found.sort_unstable();
        found.dedup();
        let open: Vec<_> = report.could_not_exclude.iter().map(Unexcluded::code).collect();
        let name = format!("t{round:04}-{kind:?}.jsonl");
        std::fs::write(folder.join(&name), changed.dump()).unwrap();
        expected.push(format!("{name}\t1\t{}\t{}", found.join(","), open.join(",")));
    }

    let output = independent_verifier(&["--batch".as_ref(), folder.as_ref()], &note);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), expected.len());
    for (answer, expected) in answers.lines().zip(&expected) {
        assert_eq!(answer, expected, "the two verifiers disagree");
    }
}

#[test]
#[ignore = "needs python3"]
fn the_independent_verifier_answers_with_its_exit_code() {
    let folder = std::env::temp_dir().join(format!("shirube-verify-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (note, dump) = (folder.join("checkpoint.txt"), folder.join("ledger.jsonl"));
    let honest = Ledger::honest(60);
    let answer = |ledger: &Ledger, signed: &str, cut: usize| {
        std::fs::write(&note, signed).unwrap();
        let text = ledger.dump();
        std::fs::write(&dump, &text[..text.len() - cut]).unwrap();
        let output = independent_verifier(&[dump.as_ref()], &note);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, words) = answer(&honest, &honest.signed(), 0);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("決定「消去決定第2号」") && words.contains("注意[after-checkpoint]"), "{words}");
    let (code, words) = answer(&honest.first(50), &honest.signed(), 0);
    assert_eq!(code, Some(1));
    assert!(words.contains("問題[shortened]"), "{words}");
    let forged = honest.signed().replace("\n60\n", "\n50\n");
    assert_eq!(answer(&honest, &forged, 0).0, Some(2), "a forged checkpoint judges nothing");
    assert_eq!(answer(&honest, &honest.signed(), 10).0, Some(2), "a dump that was cut off cannot be judged");
    std::fs::remove_dir_all(&folder).unwrap();
}

fn independent_verifier(what: &[&OsStr], checkpoint: &Path) -> Output {
    Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/verify_ledger.py"))
        .args(what)
        .arg("--checkpoint")
        .arg(checkpoint)
        .args(["--key", &public_key_hex()])
        .output()
        .expect("python3 runs")
}
