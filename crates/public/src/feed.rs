//! The Atom feed of what changed on the list.

use crate::bundle::{Base, Bundle};
use crate::{Fault, Language, dates};
use askama::Template;
use domain::listing::ListingChange;
use std::collections::BTreeSet;

/// How many changes the feed carries; older ones stay in the ledger.
const KEPT: usize = 100;

/// The feed's document.
#[derive(Template)]
#[template(path = "feed.xml", escape = "html")]
struct Feed<'a> {
    title: &'a str,
    author: &'a str,
    base: &'a str,
    updated: String,
    entries: Vec<Item>,
}

/// One change in the feed.
struct Item {
    id: String,
    title: String,
    updated: String,
    link: String,
    summary: String,
}

/// The feed, latest change first.
pub(crate) fn atom(bundle: &Bundle, base: &Base) -> Result<String, Fault> {
    let listed: BTreeSet<&str> = bundle.records.iter().map(|record| record.account.as_str()).collect();
    let mut changes: Vec<&ListingChange> = bundle.changes.iter().collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.seq));
    let latest = bundle.changes.iter().map(|change| change.recorded_at).max().unwrap_or(bundle.built_at);
    let entries = changes
        .into_iter()
        .take(KEPT)
        .map(|change| {
            let verb = Language::Japanese.event(change.what);
            let link = if listed.contains(change.account.as_str()) {
                base.account(&change.account)
            } else {
                format!("{}index.html", base.url)
            };
            Ok(Item {
                // The day is that of the change, when the host was already ours: RFC 4151 asks for it.
                id: format!("tag:{},{}:{}/{}", tag_host(base), change.on, bundle.site.municipality_code, change.seq),
                title: xml(&format!("{verb}：{}（{}）", change.name, change.network_label)),
                updated: dates::rfc3339(change.recorded_at)?,
                link,
                summary: xml(&format!(
                    "{}、{}のアカウント「{}」が公式アカウント一覧で「{verb}」になりました。",
                    dates::day(change.on),
                    change.network_label,
                    change.name
                )),
            })
        })
        .collect::<Result<_, Fault>>()?;
    let feed = Feed {
        title: &bundle.site.title,
        author: &bundle.site.municipality_name,
        base: &base.url,
        updated: dates::rfc3339(latest)?,
        entries,
    };
    feed.render().map_err(|source| Fault::Page { page: "feed.atom".into(), source })
}

/// A tag URI's authority has no port.
fn tag_host(base: &Base) -> &str {
    base.host.split(':').next().unwrap_or(&base.host)
}

/// The text without the control characters that XML 1.0 has no way to write.
fn xml(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect()
}
