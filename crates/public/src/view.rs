//! What the templates are given: the frame around every page and the rows of the tables.

use crate::bundle::{Base, Serving, Site};
use crate::uri::{readable, uri};
use crate::{Fault, Language, furigana};
use domain::listing::ListingRecord;
use url::form_urlencoded;

/// The frame around a page: title, tabs, and the state of the list at its foot.
pub(crate) struct Frame<'a> {
    /// The language that the page's own words are in.
    pub(crate) language: Language,
    /// The way back to the bundle's root: nothing, or steps up.
    pub(crate) root: String,
    /// The way to the first page in this language.
    pub(crate) home: &'static str,
    /// Where the style lies.
    pub(crate) style: String,
    /// The document's title.
    pub(crate) title: String,
    /// The document's description.
    pub(crate) description: String,
    /// Whose list it is.
    pub(crate) site: &'a Site,
    /// The public address, with the folder of this language.
    pub(crate) base: String,
    /// The page's own public address, if it has one.
    pub(crate) canonical: Option<String>,
    /// The addresses of the same page in each language, where it is in both.
    pub(crate) alternates: Vec<(&'static str, String)>,
    /// Where the other language is, from this page.
    pub(crate) switch: Option<String>,
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
    /// The language to tell it in.
    pub(crate) language: Language,
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
    /// The frame of a page that is a file of the bundle; its forms lead to the server that sent it, under whatever address.
    ///
    /// The path is the one within the folder of the page's language.
    pub(crate) fn file(state: State<'a>, path: &str, heading: &str, tab: Option<Tab>) -> Result<Self, Fault> {
        let (language, base) = (state.language, &state.base.url);
        let folder = language.folder();
        let home = if path.contains('/') { "../" } else { "" };
        // Relative, because a server has several names and a proxy may put a folder before it; `form-action 'self'` blocks
        // every other address without a word.
        let forms = match state.site.serving {
            Serving::Answers => Some(home),
            Serving::FilesOnly => None,
        };
        let root = format!("{home}{}", language.say("", "../"));
        let is_in_both = tab.is_none_or(Tab::is_in_both);
        let there = if is_in_both { path } else { Tab::Network.path() };
        let alternates = [Language::Japanese, Language::English]
            .into_iter()
            .filter(|_| is_in_both)
            .map(|one| (one.tag(), format!("{base}{}{path}", one.folder())))
            .collect();
        Ok(Self {
            style: format!("{root}style.css"),
            switch: Some(format!("{root}{}{there}", language.other().folder())),
            root,
            home,
            canonical: Some(format!("{base}{folder}{path}")),
            alternates,
            search_form: forms.map(|forms| format!("{forms}search")),
            verify_form: forms.map(|forms| format!("{forms}verify")),
            ..Self::bare(state, heading, tab)?
        })
    }

    /// The frame of a page that a server makes for one question; its forms lead back to that server.
    pub(crate) fn answer(state: State<'a>, question: Question<'_>, heading: &str) -> Result<Self, Fault> {
        let language = state.language;
        let root = language.say("", "../").to_owned();
        let there = format!("{root}{}{}", language.other().folder(), question.path());
        Ok(Self {
            style: format!("{root}style.css"),
            switch: Some(there),
            root,
            search_form: Some("search".into()),
            verify_form: Some("verify".into()),
            ..Self::bare(state, heading, question.tab())?
        })
    }

    fn bare(state: State<'a>, heading: &str, tab: Option<Tab>) -> Result<Self, Fault> {
        let (site, language) = (state.site, state.language);
        let (list, city) = (list_title(site, language), city(site, language));
        let title = match language {
            Language::Japanese if heading == list => format!("{heading}｜{city}"),
            Language::Japanese => format!("{heading}｜{list}｜{city}"),
            Language::English if heading == list => format!("{heading} | {city}"),
            // A title cannot mark a part of itself as Japanese: the page's own words come first, as its reader hears them.
            Language::English if has_japanese(heading) => format!("{list} | {heading} | {city}"),
            Language::English => format!("{heading} | {list} | {city}"),
        };
        let description = match language {
            Language::Japanese => format!("{city}が公式に運用しているアカウントの一覧と、確認の方法です。"),
            Language::English => {
                format!("The list of the official accounts of {}, and how to check an account.", the_city(site))
            }
        };
        Ok(Self {
            language,
            root: String::new(),
            home: "",
            style: "style.css".to_owned(),
            title,
            description,
            site,
            base: format!("{}{}", state.base.url, language.folder()),
            canonical: None,
            alternates: Vec::new(),
            switch: None,
            tab,
            built: language.moment(state.built_at)?,
            valid: language.moment(state.valid_until)?,
            search_form: None,
            verify_form: None,
        })
    }

    /// The tabs, with the one that the reader is on.
    pub(crate) fn tabs(&self) -> Vec<TabLink> {
        [Tab::Network, Tab::Unit, Tab::Kana, Tab::Verify]
            .into_iter()
            .filter(|tab| self.language == Language::Japanese || tab.is_in_both())
            .map(|tab| TabLink { label: tab.label(self.language), href: tab.path(), here: self.tab == Some(tab) })
            .collect()
    }

    /// The one of two texts that is in the page's language.
    pub(crate) fn say(&self, japanese: &'static str, english: &'static str) -> &'static str {
        self.language.say(japanese, english)
    }

    /// The list's title in the page's language.
    pub(crate) fn list_title(&self) -> &str {
        list_title(self.site, self.language)
    }

    /// Whether the page speaks English.
    pub(crate) fn is_english(&self) -> bool {
        self.language == Language::English
    }

    /// The mark of an element whose words may get readings; English pages have none.
    pub(crate) fn furigana(&self) -> &'static str {
        self.say(furigana::MARK, "")
    }

    /// The attribute that marks a text of the municipality as Japanese, where the page around it is not.
    pub(crate) fn lang(&self, text: &str) -> &'static str {
        if self.is_english() && has_japanese(text) { " lang=\"ja\"" } else { "" }
    }

    /// The municipality's name in the page's language, where it has one there.
    pub(crate) fn city(&self) -> &str {
        city(self.site, self.language)
    }

    /// The English word for what the municipality is: town, prefecture …
    pub(crate) fn kind_in_english(&self) -> &'static str {
        self.site.kind().in_english()
    }
}

/// Whether a text has letters or signs of Japanese.
fn has_japanese(text: &str) -> bool {
    text.chars().any(
        |letter| matches!(u32::from(letter), 0x2e80..=0x9fff | 0xf900..=0xfaff | 0xff00..=0xffef | 0x20000..=0x3ffff),
    )
}

/// The municipality's name in the page's language, where it has one there.
pub(crate) fn city(site: &Site, language: Language) -> &str {
    match language {
        Language::Japanese => &site.municipality_name,
        Language::English => site.municipality_name_en.as_deref().unwrap_or(&site.municipality_name),
    }
}

/// The municipality in an English sentence: by its English name, or by what it is with the Japanese name beside it.
pub(crate) fn the_city(site: &Site) -> String {
    site.municipality_name_en
        .clone()
        .unwrap_or_else(|| format!("the {} ({})", site.kind().in_english(), site.municipality_name))
}

/// What a server was asked, as far as the same question can be asked again in the other language.
#[derive(Clone, Copy)]
pub(crate) enum Question<'a> {
    /// A search for words.
    Search(&'a str),
    /// Whether an address is official; nothing if only the page was opened.
    Verify(Option<&'a str>),
}

impl Question<'_> {
    /// The path with the question in it.
    fn path(self) -> String {
        let asked = |page: &str, name: &str, text: &str| {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair(name, text).finish();
            format!("{page}?{query}")
        };
        match self {
            Self::Search(text) => asked("search", "q", text),
            Self::Verify(Some(text)) => asked("verify", "url", text),
            Self::Verify(None) => "verify".to_owned(),
        }
    }

    fn tab(self) -> Option<Tab> {
        match self {
            Self::Search(_) => None,
            Self::Verify(_) => Some(Tab::Verify),
        }
    }
}

/// The list's title: the guideline's own, or what it is in English.
pub(crate) fn list_title(site: &Site, language: Language) -> &str {
    match language {
        Language::Japanese => &site.title,
        Language::English => "Official social media accounts",
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

    /// Whether the page is there in English too; orders by Japanese names help only who reads them.
    pub(crate) fn is_in_both(self) -> bool {
        matches!(self, Self::Network | Self::Verify)
    }

    fn label(self, language: Language) -> &'static str {
        match self {
            Self::Network => language.say("種類別", "All accounts"),
            Self::Unit => language.say("部署別", "By unit"),
            Self::Kana => language.say("五十音順", "By reading"),
            Self::Verify => language.say("本物か確かめる", "Check an account"),
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
    /// The account's page, from the first page of the language.
    pub(crate) page: String,
    /// アカウント名 in the page's language.
    pub(crate) name: &'a str,
    /// The reading over the name, where it is known and the page's reader reads kana.
    pub(crate) reading: Option<String>,
    /// The name as the network shows it, where the page says it in English.
    pub(crate) own: Option<&'a str>,
    /// The name on the network.
    pub(crate) handle: Option<&'a str>,
    /// The account's address, if it may stand in a link.
    pub(crate) url: Option<Link>,
    /// The network's name.
    pub(crate) network: &'a str,
    /// 目的.
    pub(crate) purpose: &'a str,
    /// The unit.
    pub(crate) unit: Unit<'a>,
}

impl<'a> Row<'a> {
    /// The row of a record.
    pub(crate) fn of(site: &'a Site, language: Language, record: &'a ListingRecord) -> Self {
        Self {
            page: format!("accounts/{}.html", record.account),
            name: name(record, language),
            reading: name_reading(record, language),
            own: own_name(record, language),
            handle: record.handle.as_deref(),
            url: link(record),
            network: network(site, language, record),
            purpose: &record.purpose,
            unit: Unit::plain(site, record, language),
        }
    }
}

/// The account's name in the page's language, where it has one there.
pub(crate) fn name(record: &ListingRecord, language: Language) -> &str {
    match language {
        Language::Japanese => &record.name,
        Language::English => record.name_en.as_deref().unwrap_or(&record.name),
    }
}

/// The account's name as its network shows it, where [`name`] is another one.
pub(crate) fn own_name(record: &ListingRecord, language: Language) -> Option<&str> {
    Some(record.name.as_str()).filter(|own| *own != name(record, language))
}

/// The reading over the account's name.
pub(crate) fn name_reading(record: &ListingRecord, language: Language) -> Option<String> {
    let kana = record.name_kana.as_deref().filter(|_| language == Language::Japanese)?;
    furigana::of_name(&record.name, kana)
}

/// A unit as a page shows it.
pub(crate) struct Unit<'a> {
    /// The unit above it.
    pub(crate) above: Option<&'a str>,
    /// Its name.
    pub(crate) name: &'a str,
    /// The reading over its name, where the page gives one.
    pub(crate) reading: Option<String>,
    /// What stands instead of both names on a page in English, where it is known.
    pub(crate) english: Option<String>,
}

impl<'a> Unit<'a> {
    /// The unit without a reading.
    pub(crate) fn plain(site: &Site, record: &'a ListingRecord, language: Language) -> Self {
        let in_english = || {
            // An account of several units names each of them.
            let names: Option<Vec<&str>> =
                record.unit.split('、').map(|unit| site.units_en.get(unit).map(String::as_str)).collect();
            names.map(|names| names.join(", "))
        };
        Self {
            above: record.department.as_deref(),
            name: &record.unit,
            reading: None,
            english: (language == Language::English).then(in_english).flatten(),
        }
    }

    /// The unit with its reading, where that is known and the page's reader reads kana.
    pub(crate) fn read(site: &Site, record: &'a ListingRecord, language: Language) -> Self {
        let reading = match language {
            Language::Japanese => furigana::of_name(&record.unit, &record.unit_kana),
            Language::English => None,
        };
        Self { reading, ..Self::plain(site, record, language) }
    }

    /// The unit with the one above it in front.
    pub(crate) fn full(&self) -> String {
        if let Some(english) = &self.english {
            return english.clone();
        }
        self.above.map_or_else(|| self.name.to_owned(), |above| format!("{above}　{}", self.name))
    }
}

/// The unit with the one above it in front.
pub(crate) fn full_unit(record: &ListingRecord) -> String {
    let above = record.department.as_deref();
    above.map_or_else(|| record.unit.clone(), |above| format!("{above}　{}", record.unit))
}

/// The network's name: as it was shown on the day of listing, or the name that it goes by everywhere.
pub(crate) fn network<'a>(site: &'a Site, language: Language, record: &'a ListingRecord) -> &'a str {
    match language {
        Language::Japanese => &record.network_label,
        Language::English => Some(site.words.platform(&record.network))
            .filter(|name| name.is_ascii() && *name != record.network)
            .unwrap_or(&record.network_label),
    }
}

/// A label and its text.
pub(crate) struct Fact<'a> {
    /// The label.
    pub(crate) label: &'a str,
    /// The text.
    pub(crate) text: String,
}

/// The facts about an account that stand on its page.
pub(crate) fn facts<'a>(site: &'a Site, language: Language, record: &'a ListingRecord) -> Vec<Fact<'a>> {
    let words = &site.words;
    let label = |own: &'a str, english: &'static str| match language {
        Language::Japanese => own,
        Language::English => english,
    };
    let shown = network(site, language, record).to_owned();
    let mut facts = vec![Fact { label: label(&words.network, "Network"), text: shown }];
    if let Some(own) = own_name(record, language) {
        facts.push(Fact { label: label(&words.account, "Name on the network"), text: own.to_owned() });
    }
    if let Some(handle) = &record.handle {
        facts.push(Fact { label: label("ユーザー名", "User name"), text: handle.clone() });
    }
    facts.push(Fact { label: "URL", text: readable(&record.url) });
    facts.push(Fact { label: label(&words.purpose, "Purpose"), text: record.purpose.clone() });
    facts.push(Fact { label: label(&words.unit, "Unit in charge"), text: Unit::plain(site, record, language).full() });
    if let Some(day) = record.started_on {
        facts.push(Fact { label: label(&words.started_on, "In use since"), text: language.day(day) });
    }
    if let Some(number) = &record.number {
        facts.push(Fact { label: label(&words.number, "Register number"), text: number.clone() });
    }
    facts.push(Fact { label: label("掲載日", "Listed on"), text: language.day(record.listed_on) });
    facts
}

/// An account's address as a link.
pub(crate) struct Link {
    /// Where it leads.
    pub(crate) to: String,
    /// What a person reads.
    pub(crate) shown: String,
}

/// The address of a record if it may stand in a link.
pub(crate) fn link(record: &ListingRecord) -> Option<Link> {
    Some(Link { to: uri(&record.url)?, shown: readable(&record.url) })
}
