//! What officers read holds no word of the machine: no backticks, no keys of files or commands, no slots in braces.

use std::path::{Path, PathBuf};

use domain::guideline::ClauseId;
use testkit::{Guide, draft};

use crate::desk::Desk;

/// Where the texts of refusals and pages stand.
const PLACES: [&str; 12] = [
    "domain/src/act",
    "domain/src/policy.rs",
    "domain/src/policy",
    "domain/src/draft.rs",
    "domain/src/practice.rs",
    "domain/src/ruling.rs",
    "domain/src/attachment.rs",
    "domain/src/evidence.rs",
    "domain/src/evidence",
    "domain/src/case.rs",
    "staff/src",
    "staff/templates",
];

/// Pages for whoever keeps the machine, who types commands.
const OF_THE_OPERATOR: [&str; 5] = ["towns.html", "sign_in.rs", "house.rs", "gallery.rs", "routes.rs"];

/// Words in small Latin letters that people know.
const KNOWN: [&str; 8] = ["https", "http", "www", "example", "com", "lg", "jp", "mihon"];

// Red while a refusal asked for （reason）, network_name or （stance と contact を shown に）.
#[test]
fn no_text_for_officers_holds_a_key_a_backtick_or_a_slot() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for place in PLACES {
        walk(&crates.join(place), &mut files);
    }
    assert!(files.len() > 80, "{} files", files.len());
    let mut found = Vec::new();
    let mut texts = 0;
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if OF_THE_OPERATOR.contains(&name.as_str()) {
            continue;
        }
        let source = std::fs::read_to_string(&file).expect("a text");
        let said = if file.extension().is_some_and(|end| end == "html") { lines(&source) } else { literals(&source) };
        for text in said {
            texts += 1;
            if let Some(word) = machine_word(&text) {
                found.push(format!("{name}: 「{word}」 in {text}"));
            }
        }
    }
    assert!(texts > 600, "{texts} texts");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_the_walk_looks_for_is_found() {
    for bad in [
        "理由（reason）を書いてください。",
        "`shirube case show` で確かめてください。",
        "番号の形：{serial:4}",
        "network_name に名前を入れてください。",
        "（stance と contact を shown に）確かめる",
    ] {
        assert!(machine_word(bad).is_some(), "{bad}");
    }
    for good in
        ["URLを https://www.city.example.lg.jp/ のように入れてください。", "{}の職員（{name}）", "PDFかWordで印刷"]
    {
        assert_eq!(machine_word(good), None, "{good}");
    }
}

#[test]
fn a_clause_is_called_as_officers_say_it() {
    for (id, said) in [
        ("T3(5)", "ガイドライン 3(5)"),
        ("M6(1)①", "ガイドライン 6(1)①"),
        ("T3(1).見出し", "ガイドライン 3(1) 見出し"),
        ("4", "ガイドライン 4"),
        ("T-F1.広報室管理№", "様式1 広報室管理№"),
        ("第8条第2項(1)", "第8条第2項(1)"),
    ] {
        assert_eq!(ClauseId(id.to_owned()).said(), said);
    }
}

// Red while pages said T3(5), and 市の運用 was explained nowhere.
#[tokio::test]
async fn pages_say_clauses_as_officers_do_and_explain_what_the_citys_own_practice_is() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.drafted(draft(Guide::Notice, "mihon_kanko")).await;
    let client = desk.sign_in("s1-head").await;
    for path in
        [format!("cases/{case}"), format!("cases/{case}/steps/file"), "guideline".to_owned(), "practices".to_owned()]
    {
        let page = client.get(&path).await;
        let read = page.read();
        assert!(!page.html().contains("根拠：</span>T") && !read.contains("{serial"), "{path}: {read}");
        if page.html().contains("basis practice") {
            assert!(read.contains("団体が決めて行っていることです"), "{path}: {read}");
        }
    }
    assert!(client.get("guideline").await.read().contains("ガイドライン 3(5)"));
    assert!(client.get("guideline").await.read().contains("（通し番号4桁）"));
}

fn walk(place: &Path, into: &mut Vec<PathBuf>) {
    if place.is_file() {
        return into.push(place.to_path_buf());
    }
    for entry in std::fs::read_dir(place).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        let source = path.extension().is_some_and(|end| end == "rs" || end == "html");
        if path.is_dir() || source {
            walk(&path, into);
        }
    }
}

/// The texts of a source file in which people read Japanese; tests speak to nobody.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//") && !line.contains("tracing::"))
        .fold(String::new(), |all, line| all + line + "\n");
    let mut texts = Vec::new();
    let mut rest = code.as_str();
    while let Some((_, from)) = rest.split_once('"') {
        let mut text = String::new();
        let mut chars = from.char_indices();
        let end = loop {
            match chars.next() {
                Some((_, '\\')) => {
                    chars.next();
                }
                Some((at, '"')) => break at + 1,
                Some((_, c)) => text.push(c),
                None => break from.len(),
            }
        };
        rest = from.get(end..).unwrap_or_default();
        texts.push(text);
    }
    texts.into_iter().filter(|text| is_japanese(text)).collect()
}

/// The lines of a template that people read, without tags and what is put in.
fn lines(source: &str) -> Vec<String> {
    let mut text = String::new();
    let mut rest = source;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let end = match from.get(..2) {
            Some("{{") => from.find("}}").map(|end| end + 2),
            Some("{%") => from.find("%}").map(|end| end + 2),
            Some("{#") => from.find("#}").map(|end| end + 2),
            _ => from.find('>').map(|end| end + 1),
        };
        rest = end.and_then(|end| from.get(end..)).unwrap_or_default();
    }
    text.push_str(rest);
    text.lines().map(str::to_owned).filter(|line| is_japanese(line)).collect()
}

fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| ('ぁ'..='ヿ').contains(&c))
}

/// A word that only the machine knows: in backticks, in braces with a colon, or small Latin letters on their own.
fn machine_word(text: &str) -> Option<String> {
    if text.contains('`') {
        return Some("`".to_owned());
    }
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        let (slot, after) = from.split_once('}').unwrap_or((from, ""));
        let places = slot.strip_prefix("serial:").is_some_and(|figures| figures.chars().all(|c| c.is_ascii_digit()));
        if places {
            return Some(slot.to_owned());
        }
        plain.push_str(before);
        plain.push(' ');
        rest = after;
    }
    plain.push_str(rest);
    let words = plain.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | ':' | '@' | '-')));
    let words = words.filter(|word| !word.contains(['.', '/', ':', '@']));
    let small = |word: &&str| word.len() >= 3 && word.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '-');
    words.filter(small).find(|word| !KNOWN.contains(word)).map(str::to_owned)
}
