//! Each broken file says in its first line where its mistake is and a word of what is said about it.

use std::path::Path;

use super::{CLAUSES, SAMPLE, in_words, load, with};

#[test]
fn every_broken_file_is_refused_at_its_line_and_column_with_the_word_it_expects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guideline/broken");
    let mut seen = 0;
    let mut failures = Vec::new();
    for file in std::fs::read_dir(folder).expect("the folder of broken files") {
        let path = file.expect("a file of the folder").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let expected = text
            .lines()
            .next()
            .and_then(|l| l.strip_prefix("# expect: "))
            .and_then(|l| l.split_once(' '))
            .unwrap_or_else(|| panic!("{name} does not say what it expects"));
        let (place, word) = expected;
        let (of_clauses, read) = if name.starts_with("clauses-") {
            ("clauses.toml", load(SAMPLE, &text))
        } else {
            ("guideline.toml", load(&text, CLAUSES))
        };
        let problems = read.err().unwrap_or_default();
        let found = problems.iter().any(|p| {
            let said = p.to_string();
            said.starts_with(&format!("{of_clauses}:{place}")) && said.contains(word)
        });
        if !found {
            failures.push(format!("{name} expects {place} {word}, but was told:\n{}", in_words(&problems)));
        }
        seen += 1;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(seen >= 60, "only {seen} broken files were found");
}

#[test]
fn several_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let text = with(SAMPLE, "kind = \"file\"", "kind = \"filing\"");
    let text = with(&text, "kana = \"みほんし\"\n", "");
    let text = with(&text, "value = 90", "value = \"90\"");
    let text = with(&text, "returns_to = \"draft\"", "return_to = \"draft\"");
    let clauses = with(CLAUSES, "strength = \"effort\"", "strength = \"try\"");
    let problems = load(&text, &clauses).expect_err("five mistakes");
    let paths: Vec<&str> = problems.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "municipality",
            "procedure[0].step[1].kind",
            "procedure[0].step[2].return_to",
            "setting[0].value",
            "clause[4].strength",
        ]
    );
}

#[test]
fn several_mistakes_of_meaning_are_told_at_once() {
    let text = with(SAMPLE, "\"999997\"", "\"999990\"");
    let text = with(&text, "by = [\"central_head\"]", "by = [\"mayor\"]");
    let text = with(&text, "pattern = \"み{serial:4}\"", "pattern = \"み\"");
    let problems = load(&text, CLAUSES).expect_err("three mistakes");
    let paths: Vec<&str> = problems.iter().map(|p| p.path.as_str()).collect();
    let expected = ["municipality.code", "numbering.pattern", "procedure[0].step[3].by[0]"];
    assert_eq!(paths, expected);
}

#[test]
fn a_problem_says_where_what_would_be_right_and_what_to_do_next() {
    let text = with(SAMPLE, "kind = \"receive\"", "kind = \"recieve\"");
    let problems = load(&text, CLAUSES).expect_err("a misspelt kind");
    let said = in_words(&problems);
    assert!(said.contains("procedure[0].step[2].kind"), "{said}");
    assert!(said.contains("誤り　：「recieve」という値はありません。"), "{said}");
    assert!(said.contains("receive（受理）"), "{said}");
    assert!(said.contains("直し方：もしかして: receive ではありませんか。"), "{said}");
}

#[test]
fn a_return_to_a_step_of_a_decision_is_accepted_in_any_order_of_writing() {
    // The order is what `after` says: the list step is moved to the front of the file and nothing else changes.
    let (start, end) = (
        SAMPLE.find("[[procedure.step]]\nid = \"list\"").expect("the list step"),
        SAMPLE.find("[[procedure]]\nid = \"flaming\"").expect("the next procedure"),
    );
    let step = &SAMPLE[start..end];
    let text = SAMPLE.replacen(step, "", 1);
    let draft = "[[procedure.step]]\nid = \"draft\"";
    let text = with(&text, draft, &format!("{step}{draft}"));
    super::sound(load(&text, CLAUSES));
}
