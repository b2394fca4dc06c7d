//! 掲示用の一覧: the official list on paper.

use documents::form::{Block, Column, Document, Orientation, Room, Text};
use domain::calendar::wareki;
use domain::guideline::{Guideline, ItemKind, PolicyShown};
use domain::listing::ListingRecord;
use jiff::civil::Date;

/// The board of a day, filled record by record: of each only what the board shows is kept.
pub(super) struct Board<'g> {
    guideline: &'g Guideline,
    shown: Vec<Shown>,
    lines: Vec<(Order, Vec<Text>)>,
}

/// By what lines are ordered: unit, network and name; what was erased stands last.
type Order = (bool, String, String, String, String);

impl<'g> Board<'g> {
    /// A board without records.
    pub(super) fn of(guideline: &'g Guideline) -> Self {
        Self { guideline, shown: columns(guideline), lines: Vec::new() }
    }

    /// Takes a record in; one that was lawfully erased is told as such.
    pub(super) fn add(&mut self, record: Option<&ListingRecord>) {
        let order = match record {
            Some(r) => (false, r.unit_kana.clone(), r.unit.clone(), r.network.clone(), r.name.clone()),
            None => (true, String::new(), String::new(), String::new(), String::new()),
        };
        self.lines.push((order, line(&self.shown, self.guideline, record)));
    }

    /// The board on paper.
    pub(super) fn document(self, day: Date) -> Document {
        let Self { guideline, shown, mut lines } = self;
        lines.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut blocks = vec![
            Block::Title(guideline.listing.title.as_str().into()),
            Block::Sender(vec![
                format!("{}現在", wareki(day)),
                format!("{}　{}", guideline.municipality.name, guideline.words.central),
            ]),
        ];
        if lines.is_empty() {
            blocks.push(Block::Paragraph("この日に掲載しているアカウントはありません。".into()));
        } else {
            blocks.push(Block::ListTable {
                caption: guideline.listing.title.clone(),
                columns: shown.iter().map(|shown| heading(*shown, guideline)).collect(),
                rows: lines.into_iter().map(|(_, line)| line).collect(),
            });
        }
        Document { orientation: Orientation::Landscape, ..Document::new(guideline.listing.title.clone(), blocks) }
    }
}

/// What a column of the board shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Number,
    Network,
    Name,
    Url,
    Purpose,
    Unit,
    /// An item as the policy prints it.
    Item(ItemKind),
}

/// The columns of the board: what the guideline's list shows of each account.
///
/// Where the list gives the whole policy, that stands on the account's own page, and the board keeps to what fits it:
/// by what an account is known.
fn columns(guideline: &Guideline) -> Vec<Shown> {
    let number = guideline.words.number.is_some().then_some(Shown::Number);
    let whole = guideline.listing.policy == PolicyShown::Whole;
    let shows = guideline.listing.shows.iter().filter_map(|kind| match kind {
        ItemKind::Network => Some(Shown::Network),
        ItemKind::AccountName => Some(Shown::Name),
        ItemKind::Url => Some(Shown::Url),
        ItemKind::Purpose => Some(Shown::Purpose),
        ItemKind::Unit => Some(Shown::Unit),
        ItemKind::Message | ItemKind::Period | ItemKind::Hours | ItemKind::Reply | ItemKind::Note if !whole => {
            Some(Shown::Item(*kind))
        }
        // Of several texts of the city's own, which one would stand in the column is not said.
        _ => None,
    });
    number.into_iter().chain(shows).collect()
}

fn heading(shown: Shown, guideline: &Guideline) -> Column {
    let label = |kind, usual: &str| guideline.item(kind).map_or_else(|| usual.to_owned(), |item| item.label.clone());
    let (heading, room) = match shown {
        Shown::Number => (guideline.words.number.clone().unwrap_or_default(), Room::Little),
        Shown::Network => (label(ItemKind::Network, "種類"), Room::Middling),
        Shown::Name => (label(ItemKind::AccountName, "アカウント名"), Room::Middling),
        Shown::Url => (label(ItemKind::Url, "URL"), Room::Much),
        Shown::Purpose => (label(ItemKind::Purpose, "目的"), Room::Much),
        Shown::Unit => (label(ItemKind::Unit, "担当"), Room::Middling),
        Shown::Item(kind) => (label(kind, ""), Room::Much),
    };
    Column { heading, room }
}

fn line(shown: &[Shown], guideline: &Guideline, record: Option<&ListingRecord>) -> Vec<Text> {
    let Some(record) = record else {
        let erased = std::iter::once("（廃棄の決定により消去）").chain(std::iter::repeat(""));
        return shown.iter().zip(erased).map(|(_, words)| words.into()).collect();
    };
    let cell = |shown: &Shown| match shown {
        Shown::Number => record.number.clone().unwrap_or_default(),
        Shown::Network => record.network_label.clone(),
        Shown::Name => record.name.clone(),
        Shown::Url => record.url.clone(),
        Shown::Purpose => record.purpose.clone(),
        Shown::Unit => record.unit.clone(),
        Shown::Item(kind) => {
            let label = guideline.item(*kind).map(|item| &item.label);
            let row = record.policy.iter().find(|row| Some(&row.label) == label);
            row.map(|row| row.text.clone()).unwrap_or_default()
        }
    };
    shown.iter().map(|each| cell(each).into()).collect()
}
