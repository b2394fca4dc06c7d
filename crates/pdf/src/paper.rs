//! The document as the typesetting sheet reads it: data alone, so that nothing that people typed is ever taken for an order.

use documents::form::{
    Block, Choice, ChoiceWord, Document, Fate, OPEN_DATE, Orientation, RuledRow, Span, Text, numbered_heading,
};
use domain::calendar::wareki;
use jiff::civil::Date;
use serde::Serialize;

/// A document for the sheet.
#[derive(Serialize)]
pub(crate) struct Paper {
    title: String,
    font: String,
    made: Made,
    landscape: bool,
    blocks: Vec<Piece>,
}

/// The day that the file states as its own.
#[derive(Serialize)]
struct Made {
    year: i16,
    month: i8,
    day: i8,
}

/// A block with its words ready to be set.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Piece {
    Mark { words: String },
    Number { label: String, number: String },
    Date { words: String },
    Addressee { lines: Vec<String> },
    Sender { lines: Vec<String> },
    Seals { posts: Vec<String> },
    Title { level: u8, runs: Vec<Run> },
    Paragraph { runs: Vec<Run> },
    Ki,
    Ruled { caption: String, rows: Vec<Row> },
    List { caption: String, columns: Vec<Column>, rows: Vec<Vec<Vec<Run>>>, tall: bool },
    Heading { level: u8, words: String },
    Numbered { level: u8, words: String, lead: Vec<Run>, items: Vec<Item> },
    PageBreak,
}

#[derive(Serialize)]
struct Row {
    label: Vec<Run>,
    runs: Vec<Run>,
    /// Whether it is so tall that it may go on on the next page.
    tall: bool,
}

#[derive(Serialize)]
struct Column {
    heading: String,
    share: u32,
}

#[derive(Serialize)]
struct Item {
    mark: String,
    runs: Vec<Run>,
}

/// Words with one look.
#[derive(Serialize)]
struct Run {
    words: String,
    look: Look,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Look {
    Plain,
    Chosen,
    Struck,
}

/// What a document without a name is called in the file.
const NAMELESS: &str = "様式";

/// How high a row of a table may be before it may be parted between two pages.
const TALL: usize = 500;

impl Paper {
    /// Makes a document ready to be set in a typeface.
    pub(crate) fn new(document: &Document, font: &str, made: Date) -> Self {
        let title = if document.title.trim().is_empty() { NAMELESS } else { &document.title };
        let mut levels = Levels::default();
        Self {
            title: title.to_owned(),
            font: font.to_owned(),
            made: Made { year: made.year(), month: made.month(), day: made.day() },
            landscape: document.orientation == Orientation::Landscape,
            blocks: document.blocks.iter().filter_map(|block| piece(block, &mut levels)).collect(),
        }
    }
}

/// The levels of headings, none of them skipped.
#[derive(Default)]
struct Levels {
    deepest: u8,
}

impl Levels {
    fn of(&mut self, wanted: u8) -> u8 {
        self.deepest = wanted.min(self.deepest + 1);
        self.deepest
    }
}

/// A block for the sheet; nothing for what is never printed.
fn piece(block: &Block, levels: &mut Levels) -> Option<Piece> {
    Some(match block {
        Block::Mark(words) => Piece::Mark { words: clean(words) },
        Block::Number { label, number } => {
            Piece::Number { label: clean(label), number: clean(number.as_deref().unwrap_or_default()) }
        }
        Block::Date(date) => Piece::Date { words: date.map_or_else(|| OPEN_DATE.to_owned(), wareki) },
        Block::Addressee(lines) => Piece::Addressee { lines: all_clean(lines) },
        Block::Sender(lines) => Piece::Sender { lines: all_clean(lines) },
        Block::Seals(posts) => Piece::Seals { posts: all_clean(posts) },
        Block::Title(text) => Piece::Title { level: levels.of(1), runs: runs(text) },
        Block::Paragraph(text) => Piece::Paragraph { runs: runs(text) },
        Block::Ki => Piece::Ki,
        Block::RuledTable { caption, rows } => {
            Piece::Ruled { caption: clean(caption), rows: rows.iter().map(row).collect() }
        }
        Block::ListTable { caption, columns, rows } => Piece::List {
            caption: clean(caption),
            columns: columns
                .iter()
                .map(|each| Column { heading: clean(&each.heading), share: each.room.share() })
                .collect(),
            rows: rows.iter().map(|row| cells(row, columns.len())).collect(),
            tall: rows.iter().flatten().any(|cell| height(&cell.plain()) > TALL),
        },
        Block::Heading(words) => Piece::Heading { level: levels.of(2), words: clean(words) },
        Block::Numbered { mark, title, lead, items } => Piece::Numbered {
            level: levels.of(3),
            words: clean(&numbered_heading(mark, title)),
            lead: lead.as_ref().map(runs).unwrap_or_default(),
            items: items.iter().map(|item| Item { mark: clean(&item.mark), runs: runs(&item.text) }).collect(),
        },
        Block::PageBreak => Piece::PageBreak,
        Block::Note(_) => return None,
    })
}

fn row(row: &RuledRow) -> Row {
    let tall = height(&row.text.plain()) > TALL || height(&row.label.plain()) > TALL / 3;
    Row { label: runs(&row.label), runs: runs(&row.text), tall }
}

/// A row's cells, one for each column, so that a short row shifts no other.
fn cells(row: &[Text], columns: usize) -> Vec<Vec<Run>> {
    let none = std::iter::repeat_with(Vec::new);
    row.iter().map(runs).chain(none).take(columns).collect()
}

/// About how much of a page words take, counted in characters; a line end takes as much as half a line.
fn height(words: &str) -> usize {
    words.chars().map(|character| if character == '\n' { 20 } else { 1 }).sum()
}

fn runs(text: &Text) -> Vec<Run> {
    let mut runs = Vec::new();
    for span in &text.spans {
        match span {
            Span::Words(words) => runs.push(plain(words)),
            Span::Choice(choice) => add_choice(choice, &mut runs),
        }
    }
    runs
}

/// 廃止（休止・再開）: the first word, and the others in brackets.
fn add_choice(choice: &Choice, runs: &mut Vec<Run>) {
    let word = |word: &ChoiceWord| Run {
        words: clean(&word.word),
        look: match word.fate {
            Fate::Open => Look::Plain,
            Fate::Chosen => Look::Chosen,
            Fate::Struck => Look::Struck,
        },
    };
    runs.push(word(choice.first()));
    let mut before = "（";
    for other in choice.others() {
        runs.push(plain(before));
        runs.push(word(other));
        before = "・";
    }
    if !choice.others().is_empty() {
        runs.push(plain("）"));
    }
}

fn all_clean(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| clean(line)).collect()
}

fn plain(words: &str) -> Run {
    Run { words: clean(words), look: Look::Plain }
}

/// Words with one kind of line end, and room in the place of a tab, which no typeface draws.
fn clean(words: &str) -> String {
    words.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "　")
}
