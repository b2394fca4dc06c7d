//! A form as a Word file (DOCX): A4, ruled tables, struck words, in a Japanese Mincho.
//!
//! The file is written directly in the order that the schema of `WordprocessingML` wants. The same document always
//! gives the same bytes.

mod parts;
mod xml;

use std::io::{Cursor, Write as _};

use domain::calendar::wareki;
use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use self::xml::{Paragraph, Sheet, Style, Table, Xml};
use crate::form::{Block, Document, Item, OPEN_DATE, Text, numbered_heading};

/// The type by which the world knows such a file.
pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Why a document could not be written as a Word file.
#[derive(Debug, Error)]
#[error("Wordファイルを作れませんでした。もう一度試し、続くときは管理者に知らせてください。")]
pub struct DocxProblem(#[from] std::io::Error);

/// Writes a document as the bytes of a Word file; notes for the screen are not in it.
pub fn write(document: &Document) -> Result<Vec<u8>, DocxProblem> {
    let body = body(document);
    let core = parts::core(&document.title);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // A fixed day, so that equal documents are equal files.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, content) in [
        ("[Content_Types].xml", parts::CONTENT_TYPES),
        ("_rels/.rels", parts::RELATIONSHIPS),
        ("docProps/core.xml", &core),
        ("word/document.xml", &body),
        ("word/_rels/document.xml.rels", parts::DOCUMENT_RELATIONSHIPS),
        ("word/styles.xml", parts::STYLES),
        ("word/fontTable.xml", parts::FONTS),
        ("word/settings.xml", parts::SETTINGS),
    ] {
        zip.start_file(name, options).map_err(std::io::Error::from)?;
        zip.write_all(content.as_bytes())?;
    }
    Ok(zip.finish().map_err(std::io::Error::from)?.into_inner())
}

fn body(document: &Document) -> String {
    let sheet = Sheet::of(document.orientation);
    let mut xml = Xml::new();
    let mut break_before = false;
    for block in &document.blocks {
        match block {
            Block::PageBreak => break_before = true,
            Block::Note(_) => {}
            _ => {
                if std::mem::take(&mut break_before) && !xml.break_page_at_next_paragraph(block_begins_with(block)) {
                    xml.page_break();
                }
                write_block(block, &sheet, &mut xml);
            }
        }
    }
    xml.finish(&sheet)
}

/// What a block begins with, as far as a new sheet of paper asks.
fn block_begins_with(block: &Block) -> xml::Begins {
    match block {
        Block::Number { .. } | Block::Seals(_) | Block::RuledTable { .. } | Block::ListTable { .. } => {
            xml::Begins::WithTable
        }
        _ => xml::Begins::WithParagraph,
    }
}

fn write_block(block: &Block, sheet: &Sheet, xml: &mut Xml) {
    match block {
        Block::Mark(mark) => xml.paragraph(Style::Mark, &mark.as_str().into()),
        Block::Number { label, number } => {
            let cells = [label.as_str().into(), number.as_deref().unwrap_or_default().into()];
            xml.table(&Table::at_the_right(&[2200, 2200]), &[cells.iter().map(Paragraph::cell).collect()]);
        }
        Block::Date(date) => {
            xml.paragraph(Style::Date, &date.map_or_else(|| OPEN_DATE.to_owned(), wareki).into());
        }
        Block::Addressee(lines) => paragraphs(Style::Addressee, lines, xml),
        Block::Sender(lines) => paragraphs(sheet.sender(), lines, xml),
        Block::Seals(posts) => seals(posts, xml),
        Block::Title(title) => xml.paragraph(Style::Title, title),
        Block::Paragraph(text) => xml.paragraph(Style::Body, text),
        Block::Ki => xml.paragraph(Style::Ki, &"記".into()),
        Block::RuledTable { rows, .. } => {
            let label = sheet.width() * 31 / 100;
            let rows: Vec<Vec<Paragraph<'_>>> =
                rows.iter().map(|row| vec![Paragraph::cell(&row.label), Paragraph::cell(&row.text)]).collect();
            xml.table(&Table::wide(&[label, sheet.width() - label]), &rows);
        }
        Block::ListTable { columns, rows, .. } => {
            let headings: Vec<Text> = columns.iter().map(|column| column.heading.as_str().into()).collect();
            let widths = widths(columns.iter().map(|column| column.room.share()), sheet.width());
            let head = headings.iter().map(Paragraph::heading).collect();
            let rest = rows.iter().map(|row| row.iter().map(Paragraph::list_cell).collect());
            let rows: Vec<Vec<Paragraph<'_>>> = std::iter::once(head).chain(rest).collect();
            xml.table(&Table::wide(&widths).with_heading(), &rows);
        }
        Block::Heading(heading) => xml.paragraph(Style::Heading, &heading.as_str().into()),
        Block::Numbered { mark, title, lead, items } => {
            xml.paragraph(Style::Numbered, &numbered_heading(mark, title).into());
            if let Some(lead) = lead {
                xml.paragraph(Style::Lead, lead);
            }
            for each in items {
                item(each, xml);
            }
        }
        Block::PageBreak | Block::Note(_) => {}
    }
}

fn paragraphs(style: Style, lines: &[String], xml: &mut Xml) {
    for line in lines {
        xml.paragraph(style, &line.as_str().into());
    }
}

/// An item: its mark as the guideline writes it, not a number that Word would count by itself.
fn item(item: &Item, xml: &mut Xml) {
    let mut text = Text::from(item.mark.as_str());
    text.spans.extend_from_slice(&item.text.spans);
    xml.paragraph(Style::Item, &text);
}

fn seals(posts: &[String], xml: &mut Xml) {
    const BOX: u32 = 1560;
    let posts: Vec<Text> = posts.iter().map(|post| post.as_str().into()).collect();
    let empty = Text::default();
    let rows =
        [posts.iter().map(Paragraph::heading).collect(), posts.iter().map(|_| Paragraph::cell(&empty)).collect()];
    xml.table(&Table::at_the_right(&vec![BOX; posts.len()]).with_room_for_seals(), &rows);
}

/// Parts a width by shares; what does not come out even goes to the last.
fn widths(shares: impl Iterator<Item = u32>, width: u32) -> Vec<u32> {
    let shares: Vec<u32> = shares.collect();
    let whole = shares.iter().sum::<u32>().max(1);
    let mut widths: Vec<u32> = shares.iter().map(|share| width * share / whole).collect();
    let left = width - widths.iter().sum::<u32>();
    if let Some(last) = widths.last_mut() {
        *last += left;
    }
    widths
}

#[cfg(test)]
mod tests;
