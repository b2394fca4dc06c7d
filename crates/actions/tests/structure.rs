//! The house keeps its own rules: who imports whom, where SQL, time and chance may stand, and that the docs name what is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every crate with those it may import. Whatever a crate may import, those above it may too; tests are free.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("screening", &["domain"]),
    ("documents", &["domain"]),
    ("public", &["domain"]),
    ("connectors", &["domain"]),
    ("store", &["domain"]),
    ("pdf", &["documents", "domain"]),
    ("actions", &["store", "connectors", "public", "pdf", "documents", "screening", "domain"]),
    ("web", &["actions", "store", "public", "pdf", "documents", "screening", "domain"]),
    ("staff", &["actions", "connectors", "store", "public", "pdf", "documents", "screening", "domain"]),
    ("app", &["web", "staff", "actions", "store", "connectors", "public", "pdf", "documents", "screening", "domain"]),
    // For tests alone; nothing that is delivered may import it.
    ("testkit", &["actions", "store", "public", "documents", "domain"]),
];

/// The crate that exists for tests: it names the guidelines of the repository, reads the clock and makes databases.
const FOR_TESTS: &str = "testkit";

#[test]
fn the_crates_import_each_other_in_one_direction_only() {
    let rule: BTreeMap<&str, BTreeSet<&str>> =
        MAY_IMPORT.iter().map(|(name, others)| (*name, others.iter().copied().collect())).collect();
    let mut seen = 0;
    let mut breaches = Vec::new();
    for (name, manifest) in crates() {
        let Some(allowed) = rule.get(name.as_str()) else {
            breaches.push(format!("the crate {name} is not in the rule"));
            continue;
        };
        for section in ["dependencies", "build-dependencies"] {
            let Some(imports) = manifest.get(section).and_then(toml::Value::as_table) else { continue };
            for import in imports.keys().filter(|import| rule.contains_key(import.as_str())) {
                seen += 1;
                if !allowed.contains(import.as_str()) {
                    breaches.push(format!("{name} imports {import}"));
                }
            }
        }
        // Imports by target would slip past the sections above.
        assert!(manifest.get("target").is_none(), "{name} imports by target; teach this test to read that");
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
    assert!(seen > 8, "only {seen} imports were looked at");
}

#[test]
fn no_city_is_named_in_the_code() {
    let breaches = lines_with(&["鳥取", "宗像", "tottori", "munakata"], |file| in_crate(file, FOR_TESTS));
    assert!(breaches.is_empty(), "what a city wants stands in its guideline: {breaches:#?}");
}

// Red while fifty sentences said 市 of whatever municipality used the program.
#[test]
fn no_fixed_sentence_says_市_of_the_municipality() {
    let words = ["市の", "市が", "市は", "市を", "市に", "市か", "市と", "市民", "市長", "市役所", "本市"];
    // 市の運用 is a word of its own (docs/words.md), and 市町村 are all of them.
    let spared = ["市の運用", "市町村", "市区町村"];
    let mut templates = Vec::new();
    for name in ["public", "web", "staff", "documents"] {
        walk(&root().join("crates").join(name).join("templates"), &mut templates);
    }
    let told = lines_with(&words, |file| in_crate(file, FOR_TESTS)).into_iter();
    let shown = templates.iter().flat_map(|file| {
        let text = std::fs::read_to_string(file).expect("a template is text");
        let lines = text.lines().filter(|line| words.iter().any(|word| line.contains(word)));
        lines.map(|line| format!("{}: {line}", file.display())).collect::<Vec<_>>()
    });
    let is_breach = |line: &String| {
        let bare = spared.iter().fold(line.clone(), |line, word| line.replace(word, ""));
        words.iter().any(|word| bare.contains(word))
    };
    let breaches: Vec<String> = told.chain(shown).filter(is_breach).collect();
    assert!(templates.len() > 50, "only {} templates were read", templates.len());
    assert!(breaches.is_empty(), "the word for a municipality follows from domain::kind: {breaches:#?}");
}

#[test]
fn sql_stands_in_the_store_alone() {
    let words = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE", "DROP TABLE", "sqlx::"];
    let breaches = lines_with(&words, |file| in_crate(file, "store") || in_crate(file, FOR_TESTS));
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn time_chance_and_environment_come_in_from_the_app() {
    let words = [
        "SystemTime::now",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "getrandom",
        "rand::",
        "Uuid::",
        "std::env::",
        "env::var",
    ];
    // How long a connection is waited for goes by the runtime's own clock, as the sleeps beside it do.
    let waits = |file: &Path| file.to_string_lossy().contains("crates/web/src/serve");
    let outside = |file: &Path| in_crate(file, "app") || in_crate(file, FOR_TESTS) || waits(file);
    let breaches = lines_with(&words, outside);
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn the_kernel_does_no_io() {
    // An address is a value; only what opens a connection is IO.
    let net = ["std::net::Tcp", "std::net::Udp", "ToSocketAddrs", "net::Tcp"];
    let words = ["std::fs", "std::process", "tokio::", "println!", "eprintln!", "std::thread"];
    let breaches = lines_with(&[&words[..], &net[..]].concat(), |file| !in_crate(file, "domain"));
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn what_the_docs_name_is_there() {
    let root = root();
    let mut named = 0;
    let mut missing = Vec::new();
    for page in docs() {
        let text = std::fs::read_to_string(&page).expect("the page is read");
        let beside = page.parent().expect("a page lies in a folder");
        for path in paths_in(&text) {
            named += 1;
            if !root.join(&path).exists() && !beside.join(&path).exists() {
                missing.push(format!("{} names {path}", page.strip_prefix(&root).unwrap_or(&page).display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(named > 10, "only {named} paths were found: the reading of the pages is broken");
}

#[test]
fn every_acceptance_line_has_a_test_and_a_defect_that_it_found() {
    let text = std::fs::read_to_string(root().join("docs/acceptance.md")).expect("the table is there");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"))
        .skip(1)
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 8, "{} rows", rows.len());
    for row in &rows {
        let [condition, named, defect] = row.as_slice() else { panic!("three cells: {row:?}") };
        assert!(paths_in(named).next().is_some(), "{condition}: no file is named");
        assert!(!defect.is_empty(), "{condition}: which defect did the test find?");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// Every crate by the name of its folder, with its manifest.
fn crates() -> BTreeMap<String, toml::Table> {
    let folder = std::fs::read_dir(root().join("crates")).expect("the crates");
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.expect("an entry of the folder");
        let text = std::fs::read_to_string(entry.path().join("Cargo.toml")).expect("every crate has a manifest");
        (entry.file_name().to_string_lossy().into_owned(), text.parse().expect("TOML"))
    };
    folder.map(read).collect()
}

/// Whether a file belongs to a crate.
fn in_crate(file: &Path, name: &str) -> bool {
    file.strip_prefix(root().join("crates")).is_ok_and(|path| path.starts_with(name))
}

/// The lines of the crates' sources that hold one of these words; comments and tests are passed over.
fn lines_with(words: &[&str], spared: impl Fn(&Path) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut read = 0;
    for file in sources() {
        if spared(&file) {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file is text");
        read += 1;
        let mut before = "";
        for (number, line) in text.lines().enumerate() {
            // A module of tests stands at the end of a file; it may do what it likes.
            if before.trim() == "#[cfg(test)]" && line.starts_with("mod ") {
                break;
            }
            before = line;
            let code = line.trim_start();
            if !code.starts_with("//") && words.iter().any(|word| code.contains(word)) {
                found.push(format!("{}:{}: {code}", file.display(), number + 1));
            }
        }
    }
    assert!(read > 20, "only {read} files were read");
    found
}

/// The sources of the crates without files that are tests.
fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for name in crates().keys() {
        walk(&root().join("crates").join(name).join("src"), &mut files);
    }
    let is_source = |file: &PathBuf| {
        let test = file.file_name().is_some_and(|name| name == "tests.rs" || name == "samples.rs")
            || file.components().any(|part| part.as_os_str() == "tests");
        file.extension().is_some_and(|end| end == "rs") && !test
    };
    files.retain(is_source);
    files
}

/// The pages of the documentation, and the pages at the root.
fn docs() -> Vec<PathBuf> {
    let mut files = Vec::new();
    walk(&root().join("docs"), &mut files);
    let top = std::fs::read_dir(root()).expect("the repository");
    files.extend(top.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()));
    files.retain(|file| file.extension().is_some_and(|end| end == "md"));
    files
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

/// The paths that a text names: in backquotes beginning with a folder of the repository, or as the target of a link.
fn paths_in(text: &str) -> impl Iterator<Item = String> {
    let folders = [".ci/", "bench/", "browser/", "crates/", "docs/", "fixtures/", "fuzz/", "guidelines/", "scripts/"];
    let quoted = text.split('`').skip(1).step_by(2).flat_map(str::split_whitespace);
    let quoted = quoted.filter(move |word| folders.iter().any(|folder| word.starts_with(folder)));
    let linked = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let linked = linked.filter(|target| !target.contains("://") && !target.starts_with(['#', '<']));
    // A path with a placeholder in it (市の名, YYYY, *) names nothing by itself.
    let plain = |path: &str| path.is_ascii() && !path.contains(['*', '<', '>', '{', '$']) && !path.contains("YYYY");
    quoted
        .chain(linked)
        .map(|path| path.split('#').next().unwrap_or_default().trim_end_matches(['、', '。', '.', ',', ';']))
        .filter(move |path| !path.is_empty() && plain(path))
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}
