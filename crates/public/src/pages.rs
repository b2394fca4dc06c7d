//! The pages that are files: the three lists, the account pages, the page on checking, the fragment for a CMS.

use crate::ask::{AnswerView, meanings};
use crate::bundle::{Base, Bundle, Site};
use crate::view::{Fact, Frame, Row, State, Tab, facts, full_unit, link};
use crate::{Fault, data, dates, feed, kana};
use askama::Template;
use domain::listing::ListingRecord;
use domain::verification::Index;
use std::collections::BTreeSet;

/// How many changes the first page tells; the feed has more.
const TOLD: usize = 5;

/// A list page.
#[derive(Template)]
#[template(path = "list.html")]
struct List<'a> {
    frame: Frame<'a>,
    heading: String,
    json_ld: String,
    total: usize,
    jump_label: &'static str,
    jumps: Vec<Jump>,
    groups: Vec<Group<'a>>,
    show_network: bool,
    show_unit: bool,
    changes: Vec<Told<'a>>,
}

/// A link down the page; without an id there is nothing to jump to.
struct Jump {
    label: String,
    id: Option<String>,
}

/// One table of a list page.
struct Group<'a> {
    id: String,
    heading: String,
    rows: Vec<Row<'a>>,
}

/// One change as the first page tells it.
struct Told<'a> {
    on: String,
    what: &'static str,
    name: &'a str,
    network: &'a str,
    page: Option<String>,
}

/// An account's page.
#[derive(Template)]
#[template(path = "account.html")]
struct Account<'a> {
    frame: Frame<'a>,
    json_ld: String,
    record: &'a ListingRecord,
    unit: String,
    listed_on: String,
    url: Option<&'a str>,
    qr: Option<String>,
    facts: Vec<Fact<'a>>,
}

/// The page on checking an account, with or without an answer.
#[derive(Template)]
#[template(path = "verify.html")]
pub(crate) struct Verify<'a> {
    pub(crate) frame: Frame<'a>,
    pub(crate) asked: &'a str,
    pub(crate) blank: bool,
    pub(crate) answer: Option<AnswerView>,
    pub(crate) meanings: Vec<Fact<'static>>,
}

/// The list for pasting into another system's page.
#[derive(Template)]
#[template(path = "fragment.html")]
struct Fragment<'a> {
    site: &'a crate::Site,
    base: &'a str,
    built: String,
    rows: Vec<Row<'a>>,
}

/// What the pages are made from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// The bundle.
    pub(crate) bundle: &'a Bundle,
    /// Its public address.
    pub(crate) base: &'a Base,
    /// Its records in the list's order.
    pub(crate) records: &'a [&'a ListingRecord],
}

impl<'a> Source<'a> {
    fn state(self) -> State<'a> {
        State {
            site: &self.bundle.site,
            base: self.base,
            built_at: self.bundle.built_at,
            valid_until: self.bundle.valid_until,
        }
    }
}

/// The list by network, which is the first page.
pub(crate) fn by_network(source: Source<'_>) -> Result<String, Fault> {
    let groups = grouped(source.records, "network", |record| record.network_label.clone());
    let jumps = groups.iter().map(Jump::to).collect();
    let mut page = list(source, Tab::Network, "種類でえらぶ", jumps, groups)?;
    page.show_unit = true;
    page.changes = told(source);
    filled(&page, "index.html")
}

/// The list by unit.
pub(crate) fn by_unit(source: Source<'_>) -> Result<String, Fault> {
    let records = in_kana_order(source.records);
    let groups = grouped(&records, "unit", full_unit);
    let jumps = groups.iter().map(Jump::to).collect();
    let mut page = list(source, Tab::Unit, "部署でえらぶ", jumps, groups)?;
    page.show_network = true;
    filled(&page, "by-unit.html")
}

/// The list in 五十音 order of the units' readings.
pub(crate) fn by_kana(source: Source<'_>) -> Result<String, Fault> {
    let records = in_kana_order(source.records);
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut jumps = Vec::new();
    for (place, (label, _)) in kana::ROWS.iter().enumerate() {
        let heading = if place + 1 == kana::ROWS.len() { (*label).to_owned() } else { format!("{label}行") };
        let rows: Vec<Row<'_>> = records
            .iter()
            .filter(|record| kana::row(&record.unit_kana) == place)
            .map(|record| Row::of(record))
            .collect();
        let id = (!rows.is_empty()).then(|| format!("row-{}", place + 1));
        if let Some(id) = &id {
            groups.push(Group { id: id.clone(), heading: heading.clone(), rows });
        }
        jumps.push(Jump { label: heading, id });
    }
    let mut page = list(source, Tab::Kana, "行でえらぶ", jumps, groups)?;
    page.show_network = true;
    page.show_unit = true;
    filled(&page, "by-kana.html")
}

/// An account's page.
pub(crate) fn account(source: Source<'_>, record: &ListingRecord, qr: Option<String>) -> Result<String, Fault> {
    let path = format!("accounts/{}.html", record.account);
    let site = &source.bundle.site;
    let mut frame = Frame::file(source.state(), &path, &record.name, None)?;
    frame.description = format!(
        "{}の公式アカウント「{}」（{}）のURLと{}です。",
        site.municipality_name, record.name, record.network_label, site.words.policy
    );
    let page = Account {
        frame,
        json_ld: data::inside_html(&data::unit(site, source.base, record)),
        record,
        unit: full_unit(record),
        listed_on: dates::day(record.listed_on),
        url: link(record),
        qr,
        facts: facts(site, record),
    };
    filled(&page, &path)
}

/// An account's page as its listing would make it, before anybody has listed it; its style lies where the caller says.
pub fn preview(site: &Site, record: &ListingRecord, stylesheet: &str, now: i64) -> Result<String, Fault> {
    let bundle = Bundle {
        site: site.clone(),
        records: Vec::new(),
        changes: Vec::new(),
        index: Index::default(),
        checkpoint: None,
        built_at: now,
        valid_until: now,
        ledger_size: 0,
    };
    let base = Base::read(&site.base_url)?;
    let source = Source { bundle: &bundle, base: &base, records: &[] };
    let path = format!("accounts/{}.html", record.account);
    let mut frame = Frame::file(source.state(), &path, &record.name, None)?;
    stylesheet.clone_into(&mut frame.style);
    let page = Account {
        frame,
        json_ld: data::inside_html(&data::unit(site, &base, record)),
        record,
        unit: full_unit(record),
        listed_on: dates::day(record.listed_on),
        url: link(record),
        qr: None,
        facts: facts(site, record),
    };
    filled(&page, &path)
}

/// The page on checking an account.
pub(crate) fn verify(source: Source<'_>) -> Result<String, Fault> {
    let page = Verify {
        frame: Frame::file(source.state(), "verify.html", "アカウントが本物か確かめる", Some(Tab::Verify))?,
        asked: "",
        blank: false,
        answer: None,
        meanings: meanings(),
    };
    filled(&page, "verify.html")
}

/// The list for pasting into another system's page.
pub(crate) fn fragment(source: Source<'_>) -> Result<String, Fault> {
    let page = Fragment {
        site: &source.bundle.site,
        base: &source.base.url,
        built: dates::moment(source.bundle.built_at)?,
        rows: source.records.iter().map(|record| Row::of(record)).collect(),
    };
    filled(&page, "fragment.html")
}

/// The records by network, then unit, then name: the order of the first page and of the data files.
pub(crate) fn in_list_order(bundle: &Bundle) -> Vec<&ListingRecord> {
    let mut records: Vec<&ListingRecord> = bundle.records.iter().collect();
    records.sort_by_cached_key(|record| {
        (bundle.site.words.place(&record.network), record.network.clone(), reading(record), record.account.clone())
    });
    records
}

/// A template's text, or which page could not be filled in.
pub(crate) fn filled(page: &impl Template, path: &str) -> Result<String, Fault> {
    page.render().map_err(|source| Fault::Page { page: path.to_owned(), source })
}

/// A list page without columns chosen.
fn list<'a>(
    source: Source<'a>,
    tab: Tab,
    jump_label: &'static str,
    jumps: Vec<Jump>,
    groups: Vec<Group<'a>>,
) -> Result<List<'a>, Fault> {
    let site = &source.bundle.site;
    let heading = match tab {
        Tab::Unit => format!("{}（部署別）", site.title),
        Tab::Kana => format!("{}（五十音順）", site.title),
        Tab::Network | Tab::Verify => site.title.clone(),
    };
    Ok(List {
        frame: Frame::file(source.state(), tab.path(), &heading, Some(tab))?,
        heading,
        json_ld: data::inside_html(&data::organization(site, source.base, source.records)),
        total: source.records.len(),
        jump_label,
        jumps,
        groups,
        show_network: false,
        show_unit: false,
        changes: Vec::new(),
    })
}

/// The records in groups of the same word, in the order in which the words first come.
fn grouped<'a>(records: &[&'a ListingRecord], prefix: &str, word: impl Fn(&ListingRecord) -> String) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for record in records {
        let heading = word(record);
        let at = groups.iter().position(|group| group.heading == heading).unwrap_or_else(|| {
            let id = format!("{prefix}-{}", groups.len() + 1);
            groups.push(Group { id, heading, rows: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.rows.push(Row::of(record));
        }
    }
    groups
}

/// The records by the readings of their units.
fn in_kana_order<'a>(records: &[&'a ListingRecord]) -> Vec<&'a ListingRecord> {
    let mut sorted = records.to_vec();
    // A stable sort: within a unit the list's own order stays.
    sorted.sort_by_cached_key(|record| reading(record));
    sorted
}

/// What a record is ordered by within its group.
fn reading(record: &ListingRecord) -> ((String, String), String, String) {
    (kana::key(&record.unit_kana), full_unit(record), record.name.clone())
}

/// The latest changes.
fn told(source: Source<'_>) -> Vec<Told<'_>> {
    let listed: BTreeSet<&str> = source.records.iter().map(|record| record.account.as_str()).collect();
    let mut changes: Vec<_> = source.bundle.changes.iter().collect();
    changes.sort_by_key(|change| std::cmp::Reverse((change.on, change.seq)));
    changes
        .into_iter()
        .take(TOLD)
        .map(|change| Told {
            on: dates::day(change.on),
            what: feed::told(change.what),
            name: &change.name,
            network: &change.network_label,
            page: listed.contains(change.account.as_str()).then(|| format!("accounts/{}.html", change.account)),
        })
        .collect()
}

impl Jump {
    fn to(group: &Group<'_>) -> Self {
        Self { label: format!("{}（{}）", group.heading, group.rows.len()), id: Some(group.id.clone()) }
    }
}
