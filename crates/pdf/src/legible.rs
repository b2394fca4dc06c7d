//! Whether everything that stands on a form can be drawn, and where something cannot.

use std::fmt;

use documents::form::{Block, Document, Text, numbered_heading};
use typst::text::{Font, is_default_ignorable};

use crate::font::holds;

/// A character that the typeface cannot draw, with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Illegible {
    /// The character.
    pub character: char,
    /// Where it stands, as people call the place: 「アカウント」の欄.
    pub place: String,
}

impl fmt::Display for Illegible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u32::from(self.character);
        match self.character {
            hidden if hidden.is_control() => write!(f, "{}の見えない文字（U+{number:04X}）", self.place),
            '\u{E000}'..='\u{F8FF}' => write!(f, "{}の外字（U+{number:04X}）", self.place),
            shown => write!(f, "{}の「{shown}」（U+{number:04X}）", self.place),
        }
    }
}

/// Every character that cannot be drawn, each once for each place.
pub(crate) fn illegible(document: &Document, font: &Font) -> Vec<Illegible> {
    let mut found = Vec::new();
    for block in &document.blocks {
        each_text(block, &mut |place, words| {
            for character in words.chars().filter(|&character| !drawn(font, character)) {
                let illegible = Illegible { character, place: place.to_owned() };
                if !found.contains(&illegible) {
                    found.push(illegible);
                }
            }
        });
    }
    found
}

/// Whether a character is drawn, or has nothing to draw.
fn drawn(font: &Font, character: char) -> bool {
    matches!(character, '\n' | '\r' | '\t') || is_default_ignorable(character) || holds(font, character)
}

/// Shows every text of a block with the name of its place.
fn each_text(block: &Block, look: &mut dyn FnMut(&str, &str)) {
    match block {
        Block::Mark(words) => look("様式の番号", words),
        Block::Number { label, number } => {
            look("管理番号の見出し", label);
            look(&field(label), number.as_deref().unwrap_or_default());
        }
        Block::Addressee(lines) => lines.iter().for_each(|line| look("宛先", line)),
        Block::Sender(lines) => lines.iter().for_each(|line| look("差出人", line)),
        Block::Seals(posts) => posts.iter().for_each(|post| look("押印欄", post)),
        Block::Title(text) => each_word(text, "題名", look),
        Block::Paragraph(text) => each_word(text, "本文", look),
        Block::RuledTable { rows, .. } => {
            for row in rows {
                each_word(&row.label, "表の見出し", look);
                each_word(&row.text, &field(&row.label.plain()), look);
            }
        }
        Block::ListTable { columns, rows, .. } => {
            for column in columns {
                look("一覧の見出し", &column.heading);
            }
            for (number, row) in rows.iter().enumerate() {
                for (cell, column) in row.iter().zip(columns) {
                    each_word(cell, &format!("一覧の{}行目の{}", number + 1, field(&column.heading)), look);
                }
            }
        }
        Block::Heading(words) => look("見出し", words),
        Block::Numbered { mark, title, lead, items } => {
            let heading = numbered_heading(mark, title);
            look("見出し", &heading);
            let place = format!("「{heading}」");
            if let Some(lead) = lead {
                each_word(lead, &place, look);
            }
            for item in items {
                look(&place, &item.mark);
                each_word(&item.text, &format!("{place}の{}", item.mark), look);
            }
        }
        Block::Date(_) | Block::Ki | Block::PageBreak | Block::Note(_) => {}
    }
}

fn field(label: &str) -> String {
    format!("「{label}」の欄")
}

fn each_word(text: &Text, place: &str, look: &mut dyn FnMut(&str, &str)) {
    look(place, &text.plain());
}
