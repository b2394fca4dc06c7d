//! The manual of the settings, read by the program itself: it cannot say what is not so.

use std::collections::BTreeSet;
use std::path::Path;

use crate::courier::telling;
use crate::home::Settings;

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
