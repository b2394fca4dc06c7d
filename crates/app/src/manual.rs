//! The manuals, read by the program itself: they cannot say what is not so.

use std::collections::BTreeSet;
use std::path::Path;

use domain::evidence::EvidenceKind;
use domain::guideline::StepKind;

use crate::courier::telling;
use crate::settings::Settings;

const MANUAL: &str = include_str!("../../../docs/manual-settings.ja.md");

#[test]
fn every_example_of_the_manual_is_read_as_settings() {
    let examples = examples();
    assert!(examples.len() >= 4, "{} examples", examples.len());
    for example in examples {
        let settings: Settings = toml::from_str(example).unwrap_or_else(|error| panic!("{example}\n{error}"));
        telling("999993", &settings).unwrap_or_else(|mistake| panic!("{example}\n{mistake}"));
        if let Some(oidc) = settings.oidc {
            let missing = oidc.config(Path::new("/nowhere"), String::new()).map(|_| ()).expect_err("no such file");
            assert!(missing.to_string().contains("oidc-secret"), "the secret lies beside the settings: {missing}");
        }
    }
}

#[test]
fn every_key_of_the_settings_has_its_example() {
    let shown = |room: &str| -> BTreeSet<String> {
        let tables = examples().into_iter().map(|example| toml::from_str::<toml::Table>(example).expect("TOML"));
        let of = |table: toml::Table| match (room, table.get(room)) {
            ("", _) => table.keys().cloned().collect::<Vec<_>>(),
            (_, Some(toml::Value::Table(inner))) => inner.keys().cloned().collect(),
            (_, Some(toml::Value::Array(all))) => {
                all.iter().filter_map(toml::Value::as_table).flat_map(|one| one.keys().cloned()).collect()
            }
            _ => Vec::new(),
        };
        tables.flat_map(of).collect()
    };
    for (room, head) in [("", ""), ("mail", "[mail]"), ("webhook", "[[webhook]]"), ("oidc", "[oidc]")] {
        let (known, shown) = (known(head), shown(room));
        assert!(known.len() > 3, "{known:?}");
        let missing: Vec<_> = known.difference(&shown).collect();
        assert!(missing.is_empty(), "{head} has no example of {missing:?}");
    }
}

#[test]
fn the_proxy_of_the_manual_lets_through_whatever_the_staff_may_send() {
    let (_, rest) = MANUAL.split_once("client_max_body_size ").expect("a figure for nginx");
    let (figure, _) = rest.split_once("m;").expect("in megabytes");
    let most = figure.parse::<usize>().expect("a number") * 1024 * 1024;
    assert!(most >= staff::LARGEST_BODY, "{most} bytes pass, and up to {} are sent", staff::LARGEST_BODY);
}

/// The blocks of settings in the manual.
fn examples() -> Vec<&'static str> {
    MANUAL.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// The keys that a room of the settings takes: the reader names them all when it meets one that it does not know.
fn known(head: &str) -> BTreeSet<String> {
    let told = toml::from_str::<Settings>(&format!("{head}\nno_such_key = 1\n")).expect_err("unknown").to_string();
    let (_, keys) = told.split_once("expected one of").expect("it names the keys");
    keys.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

const COMMANDS: &str = include_str!("../../../docs/manual-cli.ja.md");

/// The words between backticks in a text.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).map(|word| word.split('=').next().unwrap_or(word)).collect()
}

// Red while `checked` stood nowhere and no kind was named.
#[test]
fn the_manual_of_the_command_line_names_every_evidence_key_under_its_kind_and_no_other() {
    let (_, table) = COMMANDS.split_once("### 記録に書く項目").expect("the table of keys");
    let (table, _) = table.split_once("### ").expect("its end");
    let rows: Vec<(&str, &str)> = table.lines().filter_map(|row| row.strip_prefix("| ")?.split_once(" | ")).collect();
    let kinds: Vec<StepKind> = kinds();
    for (kind, proof) in kinds.iter().map(|kind| (kind, kind.evidence())) {
        let name = serde_json::to_value(kind).expect("a word");
        let name = name.as_str().expect("a word");
        let own = rows.iter().find(|(kinds, _)| quoted(kinds).contains(name));
        let row = own
            .or_else(|| rows.iter().find(|(kinds, _)| proof == EvidenceKind::Record && kinds.contains("ほかの手順")));
        let (_, said) = row.unwrap_or_else(|| panic!("the manual has no row for {name}"));
        let keys: BTreeSet<&str> = proof.keys().iter().map(|key| key.name.word()).collect();
        let said: BTreeSet<&str> = quoted(said).into_iter().filter(|word| *word != "case draft").collect();
        assert_eq!(said, keys, "{name}");
    }
}

#[test]
fn the_manual_of_the_command_line_names_every_network_and_every_key_of_a_policy() {
    let (_, file) = COMMANDS.split_once("### 方針のファイル").expect("the policy's file");
    let (file, _) = file.split_once("\n## ").expect("its end");
    let (_, networks) = file.split_once("`network` に書けるもの").expect("the networks");
    let networks = networks.lines().next().expect("a line");
    let known = domain::network::Networks::standard().expect("the networks are readable");
    let known: BTreeSet<String> =
        known.iter().map(|network| network.id().to_string()).chain(["other".to_owned()]).collect();
    let named: BTreeSet<String> = quoted(networks).into_iter().map(str::to_owned).collect();
    assert_eq!(named, known);
    let example = file.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    for (key, _) in crate::policy::KEYS {
        let written = [format!("\n{key} ="), format!("\n# {key} ="), format!("[{key}]")];
        assert!(written.iter().any(|way| format!("\n{example}").contains(way.as_str())), "no example of {key}");
    }
    // Read as it stands, with its places filled.
    crate::policy::from_toml("manual", example).expect("the program reads the manual's example");
}

/// Every kind of step, as the schema of guidelines knows them.
fn kinds() -> Vec<StepKind> {
    let schema = domain::guideline::schema();
    let all = schema.pointer("/$defs/StepKind/oneOf").and_then(serde_json::Value::as_array).expect("the kinds");
    let words = all.iter().filter_map(|one| one.get("const").cloned());
    words.map(|word| serde_json::from_value(word).expect("a kind")).collect()
}
