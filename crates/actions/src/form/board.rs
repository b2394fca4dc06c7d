//! 掲示用の一覧: the official list on paper.

use documents::form::{Block, Column, Document, Orientation, Room, Text};
use domain::calendar::wareki;
use domain::guideline::{Guideline, ItemKind};
use domain::listing::ListingRecord;
use jiff::civil::Date;

/// The list of a day; a record that was lawfully erased is told as such.
pub(super) fn board(
    guideline: &Guideline,
    records: impl Iterator<Item = Option<ListingRecord>>,
    day: Date,
) -> Document {
    let mut records: Vec<Option<ListingRecord>> = records.collect();
    records.sort_by_key(|record| match record {
        Some(r) => (0, r.unit_kana.clone(), r.unit.clone(), r.network.clone(), r.name.clone()),
        None => (1, String::new(), String::new(), String::new(), String::new()),
    });
    let shown = columns(guideline);
    let mut blocks = vec![
        Block::Title(guideline.listing.title.as_str().into()),
        Block::Sender(vec![
            format!("{}現在", wareki(day)),
            format!("{}　{}", guideline.municipality.name, guideline.words.central),
        ]),
    ];
    if records.is_empty() {
        blocks.push(Block::Paragraph("この日に掲載しているアカウントはありません。".into()));
    } else {
        blocks.push(Block::ListTable {
            caption: guideline.listing.title.clone(),
            columns: shown.iter().map(|shown| heading(*shown, guideline)).collect(),
            rows: records.iter().map(|record| line(&shown, record.as_ref())).collect(),
        });
    }
    Document { orientation: Orientation::Landscape, ..Document::new(guideline.listing.title.clone(), blocks) }
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
}

/// The columns that fit a board, of those that the guideline's list shows, and by which an account is known.
fn columns(guideline: &Guideline) -> Vec<Shown> {
    let number = guideline.words.number.is_some().then_some(Shown::Number);
    let shows = guideline.listing.shows.iter().filter_map(|kind| match kind {
        ItemKind::Network => Some(Shown::Network),
        ItemKind::AccountName => Some(Shown::Name),
        ItemKind::Url => Some(Shown::Url),
        ItemKind::Purpose => Some(Shown::Purpose),
        ItemKind::Unit => Some(Shown::Unit),
        ItemKind::Message | ItemKind::Period | ItemKind::Hours | ItemKind::Reply | ItemKind::Note | ItemKind::Text => {
            None
        }
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
    };
    Column { heading, room }
}

fn line(shown: &[Shown], record: Option<&ListingRecord>) -> Vec<Text> {
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
    };
    shown.iter().map(|each| cell(each).into()).collect()
}
