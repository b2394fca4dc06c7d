//! The public bundle of a sample town, from its records to the bytes on disk.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod answers;
mod data;
mod disk;
mod english;
mod kinds;
mod pages;
mod readings;
mod town;

use public::Bundle;
use std::collections::BTreeMap;

/// The bundle's files by path.
fn files(bundle: &Bundle) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    public::render(bundle, &mut |path, bytes| {
        files.insert(path.to_owned(), bytes.to_owned());
        Ok(())
    })
    .unwrap();
    files
}

/// One file of the bundle as text.
fn text(bundle: &Bundle, path: &str) -> String {
    String::from_utf8(files(bundle)[path].clone()).unwrap()
}

/// Whether a path ends in a kind of file.
fn is(path: &str, kind: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end == kind)
}

/// Whether the tags of a document close in the order in which they opened; gives the names of the opened ones.
fn nested(document: &str) -> Vec<String> {
    const VOID: [&str; 6] = ["meta", "link", "img", "input", "br", "path"];
    let mut open = Vec::new();
    let mut seen = Vec::new();
    let mut rest = document;
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').unwrap() + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with(['!', '?']) {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "before: {}", &rest[..rest.len().min(80)]);
            continue;
        }
        let name = tag.split([' ', '\n', '/']).next().unwrap().to_owned();
        seen.push(name.clone());
        if !tag.ends_with('/') && !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    seen
}
