//! Letters that turn a text, command a machine or are not seen, in every text of a guideline's files.

use domain::guideline::{Files, read, read_adopted};

use super::{CLAUSES, SAMPLE, SOURCE, load};

/// The texts of a file: where each stands, and what stands before and behind its letters.
fn texts(file: &str) -> Vec<(String, usize, usize)> {
    let tree = toml::de::DeTable::parse(file).expect("TOML");
    let mut found = Vec::new();
    walk_table(tree.get_ref(), "", &mut found);
    found
}

fn walk_table(table: &toml::de::DeTable<'_>, path: &str, found: &mut Vec<(String, usize, usize)>) {
    for (key, value) in table {
        let path = if path.is_empty() { key.get_ref().to_string() } else { format!("{path}.{}", key.get_ref()) };
        walk(value, &path, found);
    }
}

fn walk(value: &toml::Spanned<toml::de::DeValue<'_>>, path: &str, found: &mut Vec<(String, usize, usize)>) {
    match value.get_ref() {
        toml::de::DeValue::String(_) => found.push((path.to_owned(), value.span().start, value.span().end)),
        toml::de::DeValue::Table(table) => walk_table(table, path, found),
        toml::de::DeValue::Array(array) => {
            for (i, element) in array.iter().enumerate() {
                walk(element, &format!("{path}[{i}]"), found);
            }
        }
        _ => {}
    }
}

/// The file with a letter put before the text at this place; texts within three quotation marks keep them.
fn spoilt(file: &str, (start, end): (usize, usize), letter: &str) -> String {
    let marks = if file[start..end].starts_with("\"\"\"") { 3 } else { 1 };
    let at = start + marks;
    format!("{}{letter}{}", &file[..at], &file[at..])
}

// Red while a guideline with such letters in a label, a title or a clause was taken.
#[test]
fn every_text_of_a_guideline_is_refused_with_such_a_letter_at_its_line() {
    let (mut seen, mut said) = (0, 0);
    for (written, code) in [("\\u001b", "U+001B"), ("\u{202e}", "U+202E"), ("\\u202E", "U+202E")] {
        for (name, base) in [("guideline.toml", SAMPLE), ("clauses.toml", CLAUSES)] {
            for (path, start, end) in texts(base) {
                if base[start..].starts_with('\'') {
                    continue;
                }
                let file = spoilt(base, (start, end), written);
                let read = if name == "clauses.toml" { load(SAMPLE, &file) } else { load(&file, CLAUSES) };
                let problems = read.err().unwrap_or_else(|| panic!("{name} {path} with {code} is taken"));
                let line = base[..start].matches('\n').count() + 1;
                let mut told = problems.iter().filter(|problem| problem.file == name && problem.line == line);
                // A word that is chosen from a list, or a day, is refused as one that is not on it or is none.
                assert!(told.clone().next().is_some(), "{name}:{line} {path} is not told: {problems:?}");
                said += usize::from(told.any(|problem| problem.what.contains(code) && problem.column > 0));
                seen += 1;
            }
        }
    }
    assert!(seen > 600, "only {seen} texts were spoilt");
    assert!(said * 3 > seen, "only {said} of {seen} are told with the letter itself");
}

#[test]
fn a_name_of_joiners_alone_and_one_of_two_lines_are_refused_and_said() {
    for (old, new, path, word) in [
        ("name = \"みほん市\"", "name = \"\\u200d\"", "municipality.name", "目に見える文字が一つもない"),
        ("name = \"みほん市\"", "name = \"みほん\\n市\"", "municipality.name", "改行かタブ"),
        (
            "name = \"みほん市\"",
            "name = \"みほん市\"\nname_en = \"みほん City\"",
            "municipality.name_en",
            "英字で書けない",
        ),
    ] {
        let text = super::with(SAMPLE, old, new);
        let problems = load(&text, CLAUSES).expect_err("refused");
        assert!(problems.iter().any(|it| it.path == path && it.what.contains(word)), "{problems:?}");
    }
    let text = super::with(SAMPLE, "name = \"みほん市\"", "name = \"みほん市\"\nname_en = \"Mihon City\"");
    let unit = |name_en: &str| format!("[[listing.unit_en]]\nname = \"広報課\"\nname_en = \"{name_en}\"\n");
    let wrong = load(&format!("{text}\n{}{}", unit("広報"), unit("Public Relations")), CLAUSES).expect_err("refused");
    let paths: Vec<&str> = wrong.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["listing.unit_en[0].name_en", "listing.unit_en[1].name"], "{wrong:?}");
    let loaded = super::sound(load(&format!("{text}\n{}", unit("Public Relations")), CLAUSES));
    assert_eq!(loaded.guideline.municipality.name_en.as_deref(), Some("Mihon City"));
}

#[test]
fn what_was_adopted_with_such_a_letter_loads_for_ever() {
    let text = super::with(SAMPLE, "name = \"みほん市\"", "name = \"みほん\\u202e市\"");
    let files = Files {
        guideline: ("guideline.toml", &text),
        clauses: Some(("clauses.toml", CLAUSES)),
        source: Some(("source.txt", SOURCE.as_bytes())),
    };
    assert!(read(&files).is_err());
    assert!(read_adopted(&files).is_ok(), "a city's history is judged by the files that it adopted");
}
