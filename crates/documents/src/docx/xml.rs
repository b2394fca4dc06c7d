//! `WordprocessingML`, element by element in the order of its schema.

use std::fmt::Write as _;

use crate::form::{ChoiceWord, Fate, Orientation, Span, Text};

/// The document's body as it grows.
pub(super) struct Xml {
    out: String,
    break_before: bool,
    after_table: bool,
}

/// Whether a block begins with a paragraph, which can carry a page break, or with a table, which cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    WithParagraph,
    WithTable,
}

/// The styles that `styles.xml` defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Mark,
    Date,
    Addressee,
    Sender,
    SenderWide,
    Title,
    Body,
    Ki,
    Heading,
    Numbered,
    Lead,
    Item,
    Cell,
    ListCell,
    CellHeading,
}

impl Style {
    /// Its id in `styles.xml`.
    fn id(self) -> &'static str {
        match self {
            Self::Mark => "Mark",
            Self::Date => "FormDate",
            Self::Addressee => "Addressee",
            Self::Sender => "Sender",
            Self::SenderWide => "SenderWide",
            Self::Title => "Title",
            Self::Body => "BodyText",
            Self::Ki => "Ki",
            Self::Heading => "Heading1",
            Self::Numbered => "Heading2",
            Self::Lead => "Lead",
            Self::Item => "Item",
            Self::Cell => "Cell",
            Self::ListCell => "ListCell",
            Self::CellHeading => "CellHeading",
        }
    }
}

/// A sheet of A4, in twentieths of a point.
pub(super) struct Sheet {
    width: u32,
    height: u32,
    side: u32,
    orientation: Orientation,
}

impl Sheet {
    pub(super) fn of(orientation: Orientation) -> Self {
        let (width, height, side) = match orientation {
            Orientation::Portrait => (11906, 16838, 1134),
            Orientation::Landscape => (16838, 11906, 850),
        };
        Self { width, height, side, orientation }
    }

    /// The style of a sender: in the right half of the sheet, however it lies.
    pub(super) fn sender(&self) -> Style {
        match self.orientation {
            Orientation::Portrait => Style::Sender,
            Orientation::Landscape => Style::SenderWide,
        }
    }

    /// The width between the margins.
    pub(super) fn width(&self) -> u32 {
        self.width - 2 * self.side
    }
}

/// The paragraph of a cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paragraph<'t> {
    text: &'t Text,
    style: Style,
}

impl<'t> Paragraph<'t> {
    pub(super) fn cell(text: &'t Text) -> Self {
        Self { text, style: Style::Cell }
    }

    pub(super) fn list_cell(text: &'t Text) -> Self {
        Self { text, style: Style::ListCell }
    }

    pub(super) fn heading(text: &'t Text) -> Self {
        Self { text, style: Style::CellHeading }
    }
}

/// How a table lies and what its rows are.
pub(super) struct Table<'w> {
    widths: &'w [u32],
    place: &'static str,
    rows: Rows,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    Plain,
    /// The first is repeated on every sheet.
    Headed,
    /// The second has room for a seal.
    Seals,
}

impl<'w> Table<'w> {
    pub(super) fn wide(widths: &'w [u32]) -> Self {
        Self { widths, place: "left", rows: Rows::Plain }
    }

    pub(super) fn at_the_right(widths: &'w [u32]) -> Self {
        Self { widths, place: "right", rows: Rows::Plain }
    }

    pub(super) fn with_heading(self) -> Self {
        Self { rows: Rows::Headed, ..self }
    }

    pub(super) fn with_room_for_seals(self) -> Self {
        Self { rows: Rows::Seals, ..self }
    }
}

impl Xml {
    pub(super) fn new() -> Self {
        let out = concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
            "\n",
            r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#
        );
        Self { out: out.to_owned(), break_before: false, after_table: false }
    }

    /// Has the next paragraph begin a new sheet, where the next block begins with one; else answers that it does not.
    pub(super) fn break_page_at_next_paragraph(&mut self, begins: Begins) -> bool {
        self.break_before = begins == Begins::WithParagraph;
        self.break_before
    }

    /// A page break in a paragraph of its own.
    pub(super) fn page_break(&mut self) {
        self.out.push_str(r#"<w:p><w:pPr><w:pStyle w:val="Between"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>"#);
        self.after_table = false;
    }

    /// A paragraph of its own; its style, then whether it begins a sheet, as the schema orders them.
    pub(super) fn paragraph(&mut self, style: Style, text: &Text) {
        let page = if std::mem::take(&mut self.break_before) { "<w:pageBreakBefore/>" } else { "" };
        let _ = write!(self.out, r#"<w:p><w:pPr><w:pStyle w:val="{}"/>{page}</w:pPr>"#, style.id());
        self.runs(text);
        self.out.push_str("</w:p>");
        self.after_table = false;
    }

    /// A ruled table. Two tables in a row would grow into one, so a thin paragraph keeps them apart.
    pub(super) fn table(&mut self, table: &Table<'_>, rows: &[Vec<Paragraph<'_>>]) {
        if self.after_table {
            self.between();
        }
        let whole: u32 = table.widths.iter().sum();
        let _ = write!(
            self.out,
            r#"<w:tbl><w:tblPr><w:tblStyle w:val="Ruled"/><w:tblW w:w="{whole}" w:type="dxa"/><w:jc w:val="{}"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>"#,
            table.place
        );
        for width in table.widths {
            let _ = write!(self.out, r#"<w:gridCol w:w="{width}"/>"#);
        }
        self.out.push_str("</w:tblGrid>");
        for (number, row) in rows.iter().enumerate() {
            self.row(table, number, row);
        }
        self.out.push_str("</w:tbl>");
        self.after_table = true;
    }

    fn row(&mut self, table: &Table<'_>, number: usize, row: &[Paragraph<'_>]) {
        let more = match (table.rows, number) {
            (Rows::Headed, 0) => "<w:tblHeader/>",
            (Rows::Seals, 1) => r#"<w:trHeight w:val="1020" w:hRule="atLeast"/>"#,
            _ => "",
        };
        let _ = write!(self.out, "<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>");
        for (width, cell) in table.widths.iter().zip(row) {
            let _ = write!(
                self.out,
                r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{}"/></w:pPr>"#,
                cell.style.id()
            );
            self.runs(cell.text);
            self.out.push_str("</w:p></w:tc>");
        }
        self.out.push_str("</w:tr>");
    }

    fn between(&mut self) {
        self.out.push_str(r#"<w:p><w:pPr><w:pStyle w:val="Between"/></w:pPr></w:p>"#);
        self.after_table = false;
    }

    /// Ends the body with its sheet; a table may not be the last thing on it.
    pub(super) fn finish(mut self, sheet: &Sheet) -> String {
        if self.after_table {
            self.between();
        }
        let orient = match sheet.orientation {
            Orientation::Portrait => "portrait",
            Orientation::Landscape => "landscape",
        };
        let _ = write!(
            self.out,
            r#"<w:sectPr><w:pgSz w:w="{}" w:h="{}" w:orient="{orient}"/><w:pgMar w:top="1134" w:right="{side}" w:bottom="1020" w:left="{side}" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>"#,
            sheet.width,
            sheet.height,
            side = sheet.side
        );
        self.out
    }

    fn runs(&mut self, text: &Text) {
        for span in &text.spans {
            match span {
                Span::Words(words) => self.run(words, ""),
                Span::Choice(choice) => {
                    self.word(choice.first());
                    self.run("（", "");
                    for (number, other) in choice.others().iter().enumerate() {
                        if number > 0 {
                            self.run("・", "");
                        }
                        self.word(other);
                    }
                    self.run("）", "");
                }
            }
        }
    }

    fn word(&mut self, word: &ChoiceWord) {
        let struck = match word.fate {
            Fate::Struck => "<w:rPr><w:dstrike/></w:rPr>",
            Fate::Open | Fate::Chosen => "",
        };
        self.run(&word.word, struck);
    }

    fn run(&mut self, words: &str, properties: &str) {
        if words.is_empty() {
            return;
        }
        let _ = write!(self.out, "<w:r>{properties}");
        for (number, line) in words.split('\n').enumerate() {
            if number > 0 {
                self.out.push_str("<w:br/>");
            }
            for (number, piece) in line.split('\t').enumerate() {
                if number > 0 {
                    self.out.push_str("<w:tab/>");
                }
                if !piece.is_empty() {
                    self.out.push_str(r#"<w:t xml:space="preserve">"#);
                    escape(piece, &mut self.out);
                    self.out.push_str("</w:t>");
                }
            }
        }
        self.out.push_str("</w:r>");
    }
}

/// Adds words as XML; what XML cannot hold at all is shown as the sign for a character that is missing.
pub(super) fn escape(words: &str, out: &mut String) {
    for letter in words.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(letter),
        }
    }
}
