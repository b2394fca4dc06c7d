//! Two versions of a guideline, compared in sentences.

use domain::guideline::{ChangeSort, diff};

use super::{CLAUSES, SAMPLE, load, sample, sound, with};

/// The changes from the sample to another text, as id and sentence.
fn changes(guideline: &str, clauses: &str) -> Vec<(String, String)> {
    let next = sound(load(guideline, clauses));
    let all = diff(&sample(), &next);
    all.into_iter().map(|c| (c.id, c.sentence)).collect()
}

#[test]
fn the_same_guideline_has_no_changes() {
    assert_eq!(changes(SAMPLE, CLAUSES), []);
}

#[test]
fn a_comment_changes_the_hash_and_no_rule() {
    let text = format!("{SAMPLE}# 注\n");
    let next = sound(load(&text, CLAUSES));
    assert_ne!(next.hash, sample().hash);
    assert_eq!(diff(&sample(), &next), []);
}

#[test]
fn a_changed_deadline_is_told_with_its_old_and_new_value() {
    let text = with(SAMPLE, "open_days = 3", "open_days = 5");
    assert_eq!(
        changes(&text, CLAUSES),
        [(
            "within:opening/list".to_owned(),
            "期限「opening/list」（市の運用）が変わりました（open_days: 3 → 5）。".to_owned()
        )]
    );
}

#[test]
fn a_step_that_went_is_told_with_its_clause_and_a_new_role_as_new() {
    let text = with(SAMPLE, "id = \"calm\"", "id = \"calmly\"");
    let next = sound(load(&text, CLAUSES));
    let told = diff(&sample(), &next);
    let sorts: Vec<(&str, ChangeSort)> = told.iter().map(|c| (c.id.as_str(), c.sort)).collect();
    assert_eq!(sorts, [("step:flaming/calm", ChangeSort::Removed), ("step:flaming/calmly", ChangeSort::Added),]);
    let sentence = told.first().map(|c| c.sentence.clone());
    assert_eq!(sentence.as_deref(), Some("手順「冷静に対応する」（7）がなくなりました。"));
}

#[test]
fn changed_words_of_a_clause_are_told() {
    let clauses = with(CLAUSES, "親切に発信する。", "いつも親切に発信する。");
    let told = changes(SAMPLE, &clauses);
    let [(id, sentence)] = told.as_slice() else { panic!("one change was expected: {told:?}") };
    assert_eq!(id, "clause:5");
    assert!(sentence.contains("いつも親切に"), "{sentence}");
}

#[test]
fn the_hash_does_not_depend_on_the_folder_but_on_every_file() {
    use domain::guideline::{Files, read};
    let files = Files {
        guideline: ("guidelines/mihon/guideline.toml", SAMPLE),
        clauses: Some(("guidelines/mihon/clauses.toml", CLAUSES)),
        source: Some(("guidelines/mihon/source.txt", super::SOURCE.as_bytes())),
    };
    let hash = |files: &Files<'_>| sound(read(files)).hash;
    assert_eq!(hash(&files), sample().hash);
    let without_source = Files { source: None, ..files };
    assert_ne!(hash(&without_source), sample().hash);
    assert_eq!(hash(&files).0.len(), 64);
}
