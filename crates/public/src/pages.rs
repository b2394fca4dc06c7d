//! The pages that are files: the three lists, the account pages, the page on checking, the fragment for a CMS.

use crate::ask::{AnswerView, meanings};
use crate::bundle::{Base, Bundle, Site};
use crate::uri::readable;
use crate::view::{
    Fact, Frame, Link, Row, State, Tab, Unit, facts, full_unit, link, list_title, name, name_reading, network,
    own_name, the_city,
};
use crate::{Fault, Language, data, dates, furigana, kana};
use askama::Template;
use domain::listing::ListingRecord;
use domain::verification::{Index, Record, Standing};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// How many changes the first page tells; the feed has more.
const TOLD: usize = 5;

/// A list page.
#[derive(Template)]
#[template(path = "list.html")]
struct List<'a> {
    frame: Frame<'a>,
    heading: String,
    json_ld: Option<String>,
    total: usize,
    jump_label: &'static str,
    /// What the page is ordered by, where nobody sees it.
    order: Option<&'static str>,
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
    /// The unit that the table is of, where it is of one.
    unit: Option<Unit<'a>>,
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
    json_ld: Option<String>,
    record: &'a ListingRecord,
    network: &'a str,
    name: &'a str,
    reading: Option<String>,
    own: Option<&'a str>,
    unit: Unit<'a>,
    listed_on: String,
    url: Option<Link>,
    shown: String,
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
    /// The language of the pages.
    pub(crate) language: Language,
    /// The bundle.
    pub(crate) bundle: &'a Bundle,
    /// Its public address.
    pub(crate) base: &'a Base,
    /// Its records in the list's order.
    pub(crate) records: &'a [&'a ListingRecord],
    /// Since when each account is on the list.
    pub(crate) since: &'a BTreeMap<&'a str, Date>,
}

impl<'a> Source<'a> {
    /// The row of a record.
    fn row(self, record: &'a ListingRecord) -> Row<'a> {
        Row::of(&self.bundle.site, self.language, record)
    }

    fn state(self) -> State<'a> {
        State {
            language: self.language,
            site: &self.bundle.site,
            base: self.base,
            built_at: self.bundle.built_at,
            valid_until: self.bundle.valid_until,
        }
    }
}

/// The list by network, which is the first page.
pub(crate) fn by_network(source: Source<'_>) -> Result<String, Fault> {
    let (site, language) = (&source.bundle.site, source.language);
    let mut groups = grouped(source, source.records, "network", |record| network(site, language, record).to_owned());
    read_units(&mut groups, source);
    let jumps = groups.iter().map(|group| Jump::to(group, language)).collect();
    let mut page = list(source, Tab::Network, language.say("種類でえらぶ", "Choose a network"), jumps, groups)?;
    page.show_unit = true;
    page.changes = told(source);
    filled(&page, "index.html")
}

/// The list by unit.
pub(crate) fn by_unit(source: Source<'_>) -> Result<String, Fault> {
    let records = in_kana_order(source.records);
    let mut groups = grouped(source, &records, "unit", full_unit);
    let jumps = groups.iter().map(|group| Jump::to(group, source.language)).collect();
    let known = units(source);
    for group in &mut groups {
        let first = group.rows.first().and_then(|row| known.get(&(row.unit.above, row.unit.name)));
        group.unit = first.map(|record| Unit::read(&source.bundle.site, record, source.language));
    }
    let mut page = list(source, Tab::Unit, "部署でえらぶ", jumps, groups)?;
    page.show_network = true;
    filled(&page, "by-unit.html")
}

/// The list in 五十音 order: by the accounts' own readings, and by the units' where an account has none.
pub(crate) fn by_kana(source: Source<'_>) -> Result<String, Fault> {
    let mut records = source.records.to_vec();
    // A stable sort: among equal readings the list's own order stays.
    records.sort_by_cached_key(|record| (kana::key(own_reading(record)), reading(record)));
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut jumps = Vec::new();
    for (place, (label, _)) in kana::ROWS.iter().enumerate() {
        let heading = if place + 1 == kana::ROWS.len() { (*label).to_owned() } else { format!("{label}行") };
        let rows: Vec<Row<'_>> = records
            .iter()
            .filter(|record| kana::row(own_reading(record)) == place)
            .map(|record| source.row(record))
            .collect();
        let id = (!rows.is_empty()).then(|| format!("row-{}", place + 1));
        if let Some(id) = &id {
            groups.push(Group { id: id.clone(), heading: heading.clone(), unit: None, rows });
        }
        jumps.push(Jump { label: heading, id });
    }
    read_units(&mut groups, source);
    let mut page = list(source, Tab::Kana, "行でえらぶ", jumps, groups)?;
    let given = source.records.iter().filter(|record| record.name_kana.is_some()).count();
    page.order = match given {
        0 => Some("アカウントの名前ではなく、所管する部署の名前の読みの順に並べています。"),
        all if all == source.records.len() => None,
        _ => Some(
            "アカウントの名前の読みの順に並べています。読みのないアカウントは、所管する部署の名前の読みで並べています。",
        ),
    };
    page.show_network = true;
    page.show_unit = true;
    filled(&page, "by-kana.html")
}

/// An account's page.
pub(crate) fn account(source: Source<'_>, record: &ListingRecord, qr: Option<String>) -> Result<String, Fault> {
    let path = format!("accounts/{}.html", record.account);
    let frame = Frame::file(source.state(), &path, name(record, source.language), None)?;
    filled(&account_page(source, record, frame, qr), &path)
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
        seed: None,
    };
    let base = Base::read(&site.base_url)?;
    let source =
        Source { language: Language::Japanese, bundle: &bundle, base: &base, records: &[], since: &BTreeMap::new() };
    let path = format!("accounts/{}.html", record.account);
    let mut frame = Frame::file(source.state(), &path, &record.name, None)?;
    stylesheet.clone_into(&mut frame.style);
    frame.switch = None;
    frame.alternates.clear();
    filled(&account_page(source, record, frame, None), &path)
}

/// What an account's page is made from.
fn account_page<'a>(
    source: Source<'a>,
    record: &'a ListingRecord,
    mut frame: Frame<'a>,
    qr: Option<String>,
) -> Account<'a> {
    let (site, language) = (&source.bundle.site, source.language);
    let network = network(site, language, record);
    let city = &site.municipality_name;
    frame.description = match language {
        Language::Japanese => {
            format!("{city}の公式アカウント「{}」（{network}）のURLと{}です。", record.name, site.words.policy)
        }
        Language::English => {
            let name = name(record, language);
            format!("The URL of “{name}” on {network}, an official account of {}.", the_city(site))
        }
    };
    Account {
        // Other systems are told of one page for each account: the Japanese one, which counts.
        json_ld: (!frame.is_english()).then(|| data::inside_html(&data::unit(site, source.base, record))),
        frame,
        record,
        network,
        name: name(record, language),
        reading: name_reading(record, language),
        own: own_name(record, language),
        unit: Unit::read(site, record, language),
        listed_on: language.day(since(source, record)),
        url: link(record),
        shown: readable(&record.url),
        qr,
        facts: facts(site, language, record),
    }
}

/// Since when the account has been on the list without a break: the day that the verification names too.
fn since(source: Source<'_>, record: &ListingRecord) -> Date {
    source.since.get(record.account.as_str()).copied().unwrap_or(record.listed_on)
}

/// Since when each account is on the list, by the index that the verification answers from.
pub(crate) fn since_of(index: &Index) -> BTreeMap<&str, Date> {
    let listed = |known: &'_ Record| match known.standing {
        Standing::Listed { since, .. } => Some(since),
        _ => None,
    };
    index.records().iter().filter_map(|known| Some((known.account.as_str(), listed(known)?))).collect()
}

/// The page on checking an account.
pub(crate) fn verify(source: Source<'_>) -> Result<String, Fault> {
    let heading = source.language.say("アカウントが本物か確かめる", "Check an account");
    let page = Verify {
        frame: Frame::file(source.state(), "verify.html", heading, Some(Tab::Verify))?,
        asked: "",
        blank: false,
        answer: None,
        meanings: meanings(source.language),
    };
    filled(&page, "verify.html")
}

/// The list for pasting into another system's page.
pub(crate) fn fragment(source: Source<'_>) -> Result<String, Fault> {
    let page = Fragment {
        site: &source.bundle.site,
        base: &source.base.url,
        built: dates::moment(source.bundle.built_at)?,
        rows: source.records.iter().map(|record| source.row(record)).collect(),
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
    let page = page.render().map_err(|source| Fault::Page { page: path.to_owned(), source })?;
    Ok(furigana::over_words(&page))
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
    let title = list_title(site, source.language);
    let heading = match tab {
        Tab::Unit => format!("{title}（部署別）"),
        Tab::Kana => format!("{title}（五十音順）"),
        Tab::Network | Tab::Verify => title.to_owned(),
    };
    let frame = Frame::file(source.state(), tab.path(), &heading, Some(tab))?;
    let linked = || data::inside_html(&data::organization(site, source.base, source.records));
    Ok(List {
        json_ld: (!frame.is_english()).then(linked),
        frame,
        heading,
        total: source.records.len(),
        jump_label,
        order: None,
        jumps,
        groups,
        show_network: false,
        show_unit: false,
        changes: Vec::new(),
    })
}

/// The records in groups of the same word, in the order in which the words first come.
fn grouped<'a>(
    source: Source<'a>,
    records: &[&'a ListingRecord],
    prefix: &str,
    word: impl Fn(&ListingRecord) -> String,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for record in records {
        let heading = word(record);
        let at = groups.iter().position(|group| group.heading == heading).unwrap_or_else(|| {
            let id = format!("{prefix}-{}", groups.len() + 1);
            groups.push(Group { id, heading, unit: None, rows: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.rows.push(source.row(record));
        }
    }
    groups
}

/// A record of each unit, by the unit above it and its own name.
fn units(source: Source<'_>) -> BTreeMap<(Option<&str>, &str), &ListingRecord> {
    source.records.iter().map(|record| ((record.department.as_deref(), record.unit.as_str()), *record)).collect()
}

/// Gives each unit its reading in the first row of the page that names it.
fn read_units<'a>(groups: &mut [Group<'a>], source: Source<'a>) {
    let known = units(source);
    let mut seen = BTreeSet::new();
    for row in groups.iter_mut().flat_map(|group| &mut group.rows) {
        let unit = (row.unit.above, row.unit.name);
        if let Some(record) = known.get(&unit)
            && seen.insert(unit)
        {
            row.unit = Unit::read(&source.bundle.site, record, source.language);
        }
    }
}

/// The records by the readings of their units.
fn in_kana_order<'a>(records: &[&'a ListingRecord]) -> Vec<&'a ListingRecord> {
    let mut sorted = records.to_vec();
    // A stable sort: within a unit the list's own order stays.
    sorted.sort_by_cached_key(|record| reading(record));
    sorted
}

/// The reading by which an account is found: its own, else its unit's.
fn own_reading(record: &ListingRecord) -> &str {
    record.name_kana.as_deref().unwrap_or(&record.unit_kana)
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
            on: source.language.day(change.on),
            what: source.language.event(change.what),
            name: &change.name,
            network: &change.network_label,
            page: listed.contains(change.account.as_str()).then(|| format!("accounts/{}.html", change.account)),
        })
        .collect()
}

impl Jump {
    fn to(group: &Group<'_>, language: Language) -> Self {
        let (heading, count) = (&group.heading, group.rows.len());
        let label = match language {
            Language::Japanese => format!("{heading}（{count}）"),
            Language::English => format!("{heading} ({count})"),
        };
        Self { label, id: Some(group.id.clone()) }
    }
}
