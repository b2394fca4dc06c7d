//! The one model of a form (様式): what stands on the paper, in its order, without how it looks.
//!
//! Every rendering takes this model, so that the screen, the paper and the file say the same. Texts are kept exactly
//! as they came: widths, spaces and rare characters included.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A document: a form filled, or still blank where nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The name of the document, for the window and the file.
    pub title: String,
    /// How its sheets of A4 lie.
    pub orientation: Orientation,
    /// What stands on it, from top to bottom.
    pub blocks: Vec<Block>,
}

/// How a sheet of A4 lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Orientation {
    /// 縦.
    #[default]
    Portrait,
    /// 横.
    Landscape,
}

/// One thing that stands on a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// The mark of the form above everything: （様式１）.
    Mark(String),
    /// The box of the control number (管理№) at the right; blank until the receiving office gives one.
    Number {
        /// What the guideline calls the number.
        label: String,
        /// The number, once given.
        number: Option<String>,
    },
    /// The day, at the right, in 和暦; blank places for pen and ink where it is open.
    Date(Option<Date>),
    /// To whom, at the left, a line each.
    Addressee(Vec<String>),
    /// From whom, at the right, a line each.
    Sender(Vec<String>),
    /// 押印欄: a box for each post's seal, at the right; there only if whoever prints wants it.
    Seals(Vec<String>),
    /// A title in the middle.
    Title(Text),
    /// A paragraph.
    Paragraph(Text),
    /// 記, in the middle, before what is listed below.
    Ki,
    /// A ruled table with a label and a text in each row.
    RuledTable {
        /// What the table shows, for those who hear it read.
        caption: String,
        /// Its rows.
        rows: Vec<RuledRow>,
    },
    /// A ruled table with a row of headings and several columns: a list.
    ListTable {
        /// What the table shows, for those who hear it read.
        caption: String,
        /// Its columns.
        columns: Vec<Column>,
        /// Its rows, a text for each column.
        rows: Vec<Vec<Text>>,
    },
    /// A heading over the numbered paragraphs: （その他）.
    Heading(String),
    /// A numbered section: １　注意事項.
    Numbered {
        /// The number as the guideline writes it: １; empty where its titles have none.
        mark: String,
        /// Its title.
        title: String,
        /// A sentence before the items, where there is one.
        lead: Option<Text>,
        /// The items, each with its mark as the guideline writes it: （1）.
        items: Vec<Item>,
    },
    /// A new sheet of paper.
    PageBreak,
    /// A note for the screen, beside what it is about; never printed and not part of the form.
    Note(String),
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// How much is written in it.
    pub room: Room,
}

/// How much is written in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Room {
    /// A number or a mark.
    Little,
    /// A name or a day.
    Middling,
    /// Sentences or an address.
    Much,
}

impl Room {
    /// The part of the table's width that the column takes, beside the parts of the others.
    pub fn share(self) -> u32 {
        match self {
            Self::Little => 2,
            Self::Middling => 4,
            Self::Much => 7,
        }
    }
}

/// A row of a ruled table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuledRow {
    /// What the row is: 運用目的.
    pub label: Text,
    /// What stands in it; blank if empty.
    pub text: Text,
}

/// An item of a numbered section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The mark: （1）.
    pub mark: String,
    /// The item's words.
    pub text: Text,
}

/// Words on a form, with the places where one of several is struck out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Text {
    /// The pieces, in order.
    pub spans: Vec<Span>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// Words as they are.
    Words(String),
    /// 廃止（休止）: one is chosen and the others are struck, or the form is still blank.
    Choice(Choice),
}

/// One of several words that a form offers, as 廃止（休止） does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    first: ChoiceWord,
    others: Vec<ChoiceWord>,
}

/// A word of a choice and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceWord {
    /// The word.
    pub word: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a word that a form offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// Nothing was chosen yet.
    Open,
    /// This is the one.
    Chosen,
    /// Another is the one.
    Struck,
}

impl Choice {
    /// A choice of which nothing is chosen yet.
    pub fn open<W: Into<String>>(first: impl Into<String>, others: impl IntoIterator<Item = W>) -> Self {
        let open = |word| ChoiceWord { word, fate: Fate::Open };
        Self { first: open(first.into()), others: others.into_iter().map(|word| open(word.into())).collect() }
    }

    /// The same choice with this word chosen and the others struck; still open if the form does not offer the word.
    #[must_use]
    pub fn choosing(mut self, chosen: &str) -> Self {
        let offered = self.words().any(|offered| offered.word == chosen);
        for word in std::iter::once(&mut self.first).chain(&mut self.others) {
            word.fate = match offered {
                false => Fate::Open,
                true if word.word == chosen => Fate::Chosen,
                true => Fate::Struck,
            };
        }
        self
    }

    /// The word before the brackets.
    pub fn first(&self) -> &ChoiceWord {
        &self.first
    }

    /// The words in brackets.
    pub fn others(&self) -> &[ChoiceWord] {
        &self.others
    }

    /// All words.
    pub fn words(&self) -> impl Iterator<Item = &ChoiceWord> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl Text {
    /// Adds words.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.spans.push(Span::Words(words.into()));
        self
    }

    /// All its words as they stand on the paper, those that are struck too.
    pub fn plain(&self) -> String {
        let mut plain = String::new();
        for span in &self.spans {
            match span {
                Span::Words(words) => plain.push_str(words),
                Span::Choice(choice) => {
                    let others: Vec<&str> = choice.others.iter().map(|other| other.word.as_str()).collect();
                    plain.extend([&choice.first.word, "（", &others.join("・"), "）"]);
                }
            }
        }
        plain
    }

    /// Adds a choice.
    #[must_use]
    pub fn choice(mut self, choice: Choice) -> Self {
        self.spans.push(Span::Choice(choice));
        self
    }
}

impl<W: Into<String>> From<W> for Text {
    fn from(words: W) -> Self {
        Self::default().words(words)
    }
}

impl Document {
    /// An upright document.
    pub fn new(title: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { title: title.into(), orientation: Orientation::Portrait, blocks }
    }
}

/// The heading of a numbered section as printed: its mark, where it has one, and its title.
pub fn numbered_heading(mark: &str, title: &str) -> String {
    if mark.is_empty() { title.to_owned() } else { format!("{mark}　{title}") }
}

/// What stands where a day is still open: room for pen and ink.
pub const OPEN_DATE: &str = "　　　　年　　　月　　　日";

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(choice: &Choice) -> Vec<Fate> {
        choice.words().map(|word| word.fate).collect()
    }

    #[test]
    fn choosing_one_word_strikes_all_others() {
        let choice = Choice::open("廃止", ["休止", "再開"]);
        assert_eq!(fates(&choice), [Fate::Open; 3]);
        assert_eq!(fates(&choice.clone().choosing("休止")), [Fate::Struck, Fate::Chosen, Fate::Struck]);
        assert_eq!(fates(&choice.choosing("休止").choosing("廃止")), [Fate::Chosen, Fate::Struck, Fate::Struck]);
    }

    #[test]
    fn a_document_passes_between_processes_unchanged() {
        for document in [crate::samples::opening(), crate::samples::closing()] {
            let bytes = serde_json::to_vec(&document).expect("it is written");
            assert_eq!(serde_json::from_slice::<Document>(&bytes).expect("it is read"), document);
        }
    }

    #[test]
    fn a_word_that_the_form_does_not_offer_leaves_it_blank() {
        assert_eq!(fates(&Choice::open("廃止", ["休止"]).choosing("中止")), [Fate::Open; 2]);
    }
}
