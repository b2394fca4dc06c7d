//! What the templates are given: the frame around every page and the rows of the tables.

use crate::bundle::{Base, Serving, Site, linkable};
use crate::{Fault, dates};
use domain::listing::ListingRecord;

/// The frame around a page: title, tabs, and the state of the list at its foot.
pub(crate) struct Frame<'a> {
    /// The way back to the bundle's root: nothing, or `../`.
    pub(crate) root: &'static str,
    /// Where the style lies.
    pub(crate) style: String,
    /// The document's title.
    pub(crate) title: String,
    /// The document's description.
    pub(crate) description: String,
    /// Whose list it is.
    pub(crate) site: &'a Site,
    /// The public address.
    pub(crate) base: &'a str,
    /// The page's own public address, if it has one.
    pub(crate) canonical: Option<String>,
    /// Which tab the page is.
    pub(crate) tab: Option<Tab>,
    /// When the list was made.
    pub(crate) built: String,
    /// Until when it may be trusted.
    pub(crate) valid: String,
    /// Where searches go.
    pub(crate) search_form: Option<String>,
    /// Where verifications go.
    pub(crate) verify_form: Option<String>,
}

/// The list's state that every page tells.
#[derive(Clone, Copy)]
pub(crate) struct State<'a> {
    /// Whose list it is.
    pub(crate) site: &'a Site,
    /// Its public address.
    pub(crate) base: &'a Base,
    /// When it was made.
    pub(crate) built_at: i64,
    /// Until when it may be trusted.
    pub(crate) valid_until: i64,
}

impl<'a> Frame<'a> {
    /// The frame of a page that is a file of the bundle; its forms lead to the public server, wherever the file lies.
    pub(crate) fn file(state: State<'a>, path: &str, heading: &str, tab: Option<Tab>) -> Result<Self, Fault> {
        let forms = match state.site.serving {
            Serving::Answers => Some(&state.base.url),
            Serving::FilesOnly => None,
        };
        let root = if path.contains('/') { "../" } else { "" };
        Ok(Self {
            root,
            style: format!("{root}style.css"),
            canonical: Some(format!("{}{path}", state.base.url)),
            search_form: forms.map(|base| format!("{base}search")),
            verify_form: forms.map(|base| format!("{base}verify")),
            ..Self::bare(state, heading, tab)?
        })
    }

    /// The frame of a page that a server makes for one question; its forms lead back to that server.
    pub(crate) fn answer(state: State<'a>, heading: &str, tab: Option<Tab>) -> Result<Self, Fault> {
        Ok(Self {
            search_form: Some("search".into()),
            verify_form: Some("verify".into()),
            ..Self::bare(state, heading, tab)?
        })
    }

    fn bare(state: State<'a>, heading: &str, tab: Option<Tab>) -> Result<Self, Fault> {
        let site = state.site;
        let title = if heading == site.title {
            format!("{heading}｜{}", site.municipality_name)
        } else {
            format!("{heading}｜{}｜{}", site.title, site.municipality_name)
        };
        Ok(Self {
            root: "",
            style: "style.css".to_owned(),
            title,
            description: format!("{}が公式に運用しているアカウントの一覧と、確認の方法です。", site.municipality_name),
            site,
            base: &state.base.url,
            canonical: None,
            tab,
            built: dates::moment(state.built_at)?,
            valid: dates::moment(state.valid_until)?,
            search_form: None,
            verify_form: None,
        })
    }

    /// The tabs, with the one that the reader is on.
    pub(crate) fn tabs(&self) -> Vec<TabLink> {
        [Tab::Network, Tab::Unit, Tab::Kana, Tab::Verify]
            .into_iter()
            .map(|tab| TabLink { label: tab.label(), href: tab.path(), here: self.tab == Some(tab) })
            .collect()
    }
}

/// A page that stands in the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    /// The list by network.
    Network,
    /// The list by unit.
    Unit,
    /// The list in 五十音 order.
    Kana,
    /// How to check an account.
    Verify,
}

impl Tab {
    /// The page's path.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Network => "index.html",
            Self::Unit => "by-unit.html",
            Self::Kana => "by-kana.html",
            Self::Verify => "verify.html",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Network => "種類別",
            Self::Unit => "部署別",
            Self::Kana => "五十音順",
            Self::Verify => "本物か確かめる",
        }
    }
}

/// One tab as a link.
pub(crate) struct TabLink {
    /// What it says.
    pub(crate) label: &'static str,
    /// Where it leads.
    pub(crate) href: &'static str,
    /// Whether the reader is on it.
    pub(crate) here: bool,
}

/// One account in a table.
pub(crate) struct Row<'a> {
    /// The account's page, from the root.
    pub(crate) page: String,
    /// アカウント名.
    pub(crate) name: &'a str,
    /// The name on the network.
    pub(crate) handle: Option<&'a str>,
    /// The account's address, if it may stand in a link.
    pub(crate) url: Option<&'a str>,
    /// The network's name.
    pub(crate) network: &'a str,
    /// 目的.
    pub(crate) purpose: &'a str,
    /// The unit with the one above it.
    pub(crate) unit: String,
}

impl<'a> Row<'a> {
    /// The row of a record.
    pub(crate) fn of(record: &'a ListingRecord) -> Self {
        Self {
            page: format!("accounts/{}.html", record.account),
            name: &record.name,
            handle: record.handle.as_deref(),
            url: link(record),
            network: &record.network_label,
            purpose: &record.purpose,
            unit: full_unit(record),
        }
    }
}

/// The unit with the one above it in front.
pub(crate) fn full_unit(record: &ListingRecord) -> String {
    record.department.as_ref().map_or_else(|| record.unit.clone(), |above| format!("{above}　{}", record.unit))
}

/// A label and its text.
pub(crate) struct Fact<'a> {
    /// The label.
    pub(crate) label: &'a str,
    /// The text.
    pub(crate) text: String,
}

/// The facts about an account that stand on its page.
pub(crate) fn facts<'a>(site: &'a Site, record: &'a ListingRecord) -> Vec<Fact<'a>> {
    let words = &site.words;
    let mut facts = vec![Fact { label: &words.network, text: record.network_label.clone() }];
    if let Some(handle) = &record.handle {
        facts.push(Fact { label: "ユーザー名", text: handle.clone() });
    }
    facts.push(Fact { label: "URL", text: record.url.clone() });
    facts.push(Fact { label: &words.purpose, text: record.purpose.clone() });
    facts.push(Fact { label: &words.unit, text: full_unit(record) });
    if let Some(day) = record.started_on {
        facts.push(Fact { label: &words.started_on, text: dates::day(day) });
    }
    if let Some(number) = &record.number {
        facts.push(Fact { label: &words.number, text: number.clone() });
    }
    facts.push(Fact { label: "掲載日", text: dates::day(record.listed_on) });
    facts
}

/// The address of a record if it may stand in a link.
pub(crate) fn link(record: &ListingRecord) -> Option<&str> {
    linkable(&record.url)
}
