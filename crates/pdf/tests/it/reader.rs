//! A PDF as poppler reads it.

use std::io::Write;
use std::process::{Command, Stdio};

/// The text layer, pages parted by form feeds.
pub fn text(pdf: &[u8]) -> String {
    poppler(&["-raw"], pdf)
}

/// The pages of a text.
pub fn pages(text: &str) -> Vec<&str> {
    text.split_terminator('\u{c}').collect()
}

/// A text without what layout adds and takes: spaces and line ends.
pub fn words(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// Where a word stands, in points from the top left of its page.
#[derive(Debug)]
pub struct Place {
    pub left: f64,
    pub right: f64,
    pub bottom: f64,
    #[expect(dead_code, reason = "shown when a word stands in a wrong place")]
    pub word: String,
}

/// Every word with its place.
pub fn boxes(pdf: &[u8]) -> Vec<Place> {
    let found = poppler(&["-bbox"], pdf);
    let number = |line: &str, name: &str| -> f64 {
        let (_, after) = line.split_once(&format!("{name}=\"")).expect("the attribute");
        after.split('"').next().and_then(|number| number.parse().ok()).expect("a number")
    };
    let place = |line: &str| Place {
        left: number(line, "xMin"),
        right: number(line, "xMax"),
        bottom: number(line, "yMax"),
        word: line.to_owned(),
    };
    let places: Vec<Place> = found.lines().filter(|line| line.contains("<word ")).map(place).collect();
    assert!(!places.is_empty(), "{found}");
    places
}

fn poppler(arguments: &[&str], pdf: &[u8]) -> String {
    let mut reading = Command::new("pdftotext")
        .args(arguments)
        .args(["-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("scripts/install test brings poppler-utils");
    reading.stdin.take().expect("its input").write_all(pdf).expect("it reads");
    let read = reading.wait_with_output().expect("it ends");
    assert!(read.status.success());
    String::from_utf8(read.stdout).expect("UTF-8")
}
