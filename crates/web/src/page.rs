//! The server's own pages: the list of the municipalities, and what is said when there is nothing to show.

use crate::shown::Shown;
use askama::Template;
use std::sync::Arc;

/// How far up a link may lead; deeper paths than a bundle's are nobody's.
const DEEPEST: usize = 8;

/// The list of the municipalities.
#[derive(Template)]
#[template(path = "directory.html")]
struct Directory<'a> {
    root: String,
    title: &'a str,
    towns: Vec<Town<'a>>,
}

/// One municipality in the list.
struct Town<'a> {
    code: &'a str,
    name: &'a str,
    title: &'a str,
    built_on: &'a str,
}

/// A page that says what is wrong and what to do next.
#[derive(Template)]
#[template(path = "refusal.html")]
struct Refused<'a> {
    root: String,
    title: &'a str,
    reason: &'a str,
    next: &'a str,
}

/// The list of the municipalities that are served here.
pub(crate) fn directory(lists: &[Arc<Shown>]) -> Result<String, askama::Error> {
    let towns = lists
        .iter()
        .map(|list| {
            let site = &list.bundle().manifest().site;
            Town { code: list.code(), name: &site.municipality_name, title: &site.title, built_on: list.built_on() }
        })
        .collect();
    Directory { root: String::new(), title: "公式アカウント一覧", towns }.render()
}

/// The page of a refusal, for the path that was asked for.
pub(crate) fn refused(path: &str, title: &str, reason: &str, next: &str) -> Result<String, askama::Error> {
    Refused { root: up(path), title, reason, next }.render()
}

/// The way from a path to the root: relative, because a proxy may serve all of this under a folder of its own.
fn up(path: &str) -> String {
    let depth = path.matches('/').count().saturating_sub(1);
    if depth > DEEPEST { "/".to_owned() } else { "../".repeat(depth) }
}
