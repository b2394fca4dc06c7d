//! A form as plain text, for the command line and for whoever wants to read it without its looks.

use domain::calendar::wareki;

use crate::form::{Block, Choice, ChoiceWord, Document, Fate, OPEN_DATE, Span, Text, numbered_heading};

/// Writes a document as plain text: a line or more for each block, `[画面の注]` before what is not printed.
pub fn render(document: &Document) -> String {
    let mut lines = Vec::new();
    for block in &document.blocks {
        write(block, &mut lines);
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The words that are printed, in their order and with nothing added: what every rendering must carry, a piece a line.
///
/// Notes for the screen are left out; a word that is struck is there, since it stands on the paper.
pub fn printed(document: &Document) -> Vec<String> {
    let mut words = Vec::new();
    for block in &document.blocks {
        match block {
            Block::Mark(mark) | Block::Heading(mark) => words.push(mark.clone()),
            Block::Number { label, number } => words.extend([label.clone(), number.clone().unwrap_or_default()]),
            Block::Date(date) => words.push(date.map_or_else(|| OPEN_DATE.to_owned(), wareki)),
            Block::Addressee(lines) | Block::Sender(lines) | Block::Seals(lines) => words.extend(lines.iter().cloned()),
            Block::Title(text) | Block::Paragraph(text) => words.push(text.plain()),
            Block::Ki => words.push("記".to_owned()),
            Block::RuledTable { rows, .. } => {
                words.extend(rows.iter().flat_map(|row| [row.label.plain(), row.text.plain()]));
            }
            Block::ListTable { columns, rows, .. } => {
                words.extend(columns.iter().map(|column| column.heading.clone()));
                words.extend(rows.iter().flatten().map(Text::plain));
            }
            Block::Numbered { mark, title, lead, items } => {
                words.push(numbered_heading(mark, title));
                words.extend(lead.iter().map(Text::plain));
                words.extend(items.iter().map(|item| format!("{}{}", item.mark, item.text.plain())));
            }
            Block::PageBreak | Block::Note(_) => {}
        }
    }
    words.retain(|piece| !piece.is_empty());
    words
}

/// Adds a block's lines.
fn write(block: &Block, lines: &mut Vec<String>) {
    match block {
        Block::Mark(words) | Block::Heading(words) => lines.push(words.clone()),
        Block::Number { label, number } => {
            lines.push(row(label, number.as_deref().unwrap_or_default()));
        }
        Block::Date(date) => lines.push(date.map_or_else(|| OPEN_DATE.to_owned(), wareki)),
        Block::Addressee(people) | Block::Sender(people) => lines.extend_from_slice(people),
        Block::Title(text) => lines.extend([String::new(), plain(text), String::new()]),
        Block::Paragraph(text) => lines.push(plain(text)),
        Block::Ki => lines.extend([String::new(), "記".to_owned(), String::new()]),
        Block::RuledTable { rows, .. } => {
            lines.extend(rows.iter().map(|each| row(&plain(&each.label), &plain(&each.text))));
        }
        Block::Seals(posts) => lines.push(row("押印欄", &posts.join("、"))),
        Block::ListTable { columns, rows, .. } => {
            let headings: Vec<&str> = columns.iter().map(|column| column.heading.as_str()).collect();
            lines.push(headings.join(" | "));
            for row in rows {
                let cells: Vec<String> = row.iter().map(|cell| plain(cell).replace('\n', " ")).collect();
                lines.push(cells.join(" | "));
            }
        }
        Block::Numbered { mark, title, lead, items } => {
            lines.push(numbered_heading(mark, title));
            lines.extend(lead.iter().map(plain));
            lines.extend(items.iter().map(|item| format!("{}{}", item.mark, plain(&item.text))));
        }
        Block::PageBreak => lines.extend([String::new(), "―".repeat(20), String::new()]),
        Block::Note(note) => lines.push(format!("[画面の注] {note}")),
    }
}

/// A labelled row; further lines of its text stand below, two spaces in.
fn row(label: &str, text: &str) -> String {
    if text.is_empty() { format!("{label}:") } else { format!("{label}: {}", text.replace('\n', "\n  ")) }
}

/// A text's words, with what is struck named as such.
fn plain(text: &Text) -> String {
    let spans = text.spans.iter().map(|span| match span {
        Span::Words(words) => words.clone(),
        Span::Choice(choice) => choice_words(choice),
    });
    spans.collect()
}

fn choice_words(choice: &Choice) -> String {
    let word = |word: &ChoiceWord| match word.fate {
        Fate::Open | Fate::Chosen => word.word.clone(),
        Fate::Struck => format!("〔取消線：{}〕", word.word),
    };
    let others: Vec<String> = choice.others().iter().map(word).collect();
    format!("{}（{}）", word(choice.first()), others.join("・"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Column, Room};
    use crate::samples::{closing, opening};

    #[test]
    fn the_opening_form_reads_from_top_to_bottom() {
        insta::assert_snapshot!(render(&opening()));
    }

    #[test]
    fn a_struck_word_is_named_as_struck() {
        let text = render(&closing());
        assert!(text.contains("ＳＮＳ利用方針運用廃止（〔取消線：休止〕）届"), "{text}");
        assert!(text.contains("廃止（〔取消線：休止〕）日: 令和8年3月31日"), "{text}");
    }

    #[test]
    fn the_printed_words_are_in_order_and_nothing_is_added() {
        let words = printed(&closing());
        assert_eq!(words.first().map(String::as_str), Some("（様式２）"));
        assert!(words.contains(&"ＳＮＳ利用方針運用廃止（休止）届".to_owned()), "{words:?}");
        assert_eq!(words.last().map(String::as_str), Some("窓口の案内を市の公式アカウントにまとめるため。"));
        assert!(!printed(&opening()).iter().any(|piece| piece.contains("この条例は")), "a note is not printed");
    }

    #[test]
    fn a_list_and_a_box_for_seals_read_line_by_line() {
        let columns = [("№", Room::Little), ("ＵＲＬ", Room::Much)];
        let columns = columns.map(|(heading, room)| Column { heading: heading.into(), room }).into();
        let rows = vec![vec!["1".into(), "https://x.com/a\nb".into()]];
        let list = Block::ListTable { caption: "一覧".into(), columns, rows };
        let document = Document::new("一覧", vec![Block::Seals(vec!["課長".into(), "担当".into()]), list]);
        insta::assert_snapshot!(render(&document), @r"
        押印欄: 課長、担当
        № | ＵＲＬ
        1 | https://x.com/a b
        ");
        assert_eq!(printed(&document), ["課長", "担当", "№", "ＵＲＬ", "1", "https://x.com/a\nb"]);
    }

    #[test]
    fn an_open_date_leaves_room_for_the_pen() {
        let document = Document::new("届", vec![Block::Date(None)]);
        assert_eq!(render(&document), "　　　　年　　　月　　　日\n");
    }
}
