//! What is said while the list is being rewritten: between a record that takes something back and the list without it.

use crate::shown::Shown;
use askama::Template;
use public::Language;
use std::collections::BTreeSet;

/// How many accounts are named; the pages without them are seconds away.
const NAMED: usize = 20;
/// What a page of the list begins with, behind which nothing but the reader's own way stands.
const TOP: &[u8] = b"<header class=\"top\">";

/// The data files that name every account of the list.
const DATA: [&str; 7] = [
    "accounts.csv",
    "accounts.json",
    "accounts.jsonld",
    "xpoc-manifest.json",
    "trust.txt",
    ".well-known/trust.txt",
    "verification.json",
];

/// What a file has to do with accounts whose record was taken back.
pub(crate) enum Kind {
    /// It names none of them.
    Apart,
    /// It is a page that may name them, in this language.
    Page(Language),
    /// It is about one of them alone.
    Gone,
    /// It is data that names them, and nothing can be said in it.
    Data,
}

/// What a file is, by its name.
pub(crate) fn kind(name: &str, accounts: &BTreeSet<String>) -> Kind {
    let (plain, packed) = name.strip_suffix(".gz").map_or((name, false), |plain| (plain, true));
    let (language, page) =
        plain.strip_prefix("en/").map_or((Language::Japanese, plain), |page| (Language::English, page));
    let own = page.strip_prefix("accounts/").and_then(|file| file.strip_suffix(".html"));
    let own = own.or_else(|| plain.strip_prefix("qr/").and_then(|file| file.strip_suffix(".svg")));
    match own {
        Some(account) if accounts.contains(account) => Kind::Gone,
        Some(_) => Kind::Apart,
        None if DATA.contains(&plain) => Kind::Data,
        None if page == "verify.html" || page.strip_suffix(".html").is_none() => Kind::Apart,
        // A packed page that is asked for by its own name cannot be written into.
        None if packed => Kind::Data,
        None => Kind::Page(language),
    }
}

/// The notice above a page.
#[derive(Template)]
#[template(path = "rewriting.html")]
struct Rewriting<'a> {
    language: Language,
    names: Vec<&'a str>,
    more: usize,
}

/// A page of the list with the notice that it is being rewritten, and which accounts it is about.
pub(crate) fn marked(page: &[u8], list: &Shown, language: Language) -> Result<Vec<u8>, askama::Error> {
    let accounts = list.rewritten();
    let is_meant = |account: &str| accounts.is_some_and(|accounts| accounts.contains(account));
    let records = list.bundle().records().iter().filter(|record| is_meant(&record.account));
    let mut names: Vec<&str> = records.map(|record| record.name.as_str()).collect();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let notice = Rewriting { language, names, more }.render()?;
    // A part of a page that is put into another one has no top of its own.
    let at = page.windows(TOP.len()).position(|part| part == TOP).unwrap_or_default();
    let (before, behind) = page.split_at(at);
    Ok([before, notice.as_bytes(), behind].concat())
}
