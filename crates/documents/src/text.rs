//! A form as plain text, for the command line and for whoever wants to read it without its looks.

use domain::calendar::wareki;

use crate::form::{Block, Choice, ChoiceWord, Document, Fate, OPEN_DATE, Span, Text};

/// Writes a document as plain text: a line or more for each block, `[画面の注]` before what is not printed.
pub fn render(document: &Document) -> String {
    let mut lines = Vec::new();
    for block in &document.blocks {
        write(block, &mut lines);
    }
    lines.push(String::new());
    lines.join("\n")
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
        Block::Numbered { mark, title, lead, items } => {
            lines.push(format!("{mark}　{title}"));
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
    fn an_open_date_leaves_room_for_the_pen() {
        let document = Document { title: "届".into(), blocks: vec![Block::Date(None)] };
        assert_eq!(render(&document), "　　　　年　　月　　日\n");
    }
}
