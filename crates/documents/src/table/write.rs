//! Writing tables for spreadsheets: marked UTF-8 or CP932, and no cell that a spreadsheet would run as a formula.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;

use super::{TableProblem, letters};

/// In which encoding a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Charset {
    /// UTF-8 with the mark by which Excel knows it.
    #[default]
    Utf8,
    /// CP932, for programs that read nothing else; refused if a character would be lost.
    Cp932,
}

/// A character that CP932 has not, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unencodable {
    /// The row, the first being 1.
    pub row: usize,
    /// The column, counted from 0.
    pub column: usize,
    /// The character.
    pub character: char,
}

/// A table that is written as CSV with CRLF, one row after the other; only the bytes of the file are held.
#[derive(Debug)]
pub struct CsvWriter {
    charset: Charset,
    bytes: Vec<u8>,
    /// The row that is being written, kept for the room that it has.
    line: String,
    rows: usize,
    lost: Vec<Unencodable>,
}

impl CsvWriter {
    /// A table without rows yet; the headings are to be its first.
    pub fn new(charset: Charset) -> Self {
        let mark = match charset {
            Charset::Utf8 => "\u{FEFF}",
            Charset::Cp932 => "",
        };
        Self { charset, bytes: mark.as_bytes().to_vec(), line: String::new(), rows: 0, lost: Vec::new() }
    }

    /// Writes the next row. What the encoding has not is told by [`Self::finish`], for all rows together.
    pub fn row<R>(&mut self, cells: R)
    where
        R: IntoIterator,
        R::Item: AsRef<str>,
    {
        self.rows += 1;
        self.line.clear();
        for (column, cell) in cells.into_iter().enumerate() {
            let cell = cell.as_ref();
            if self.charset == Charset::Cp932 {
                let row = self.rows;
                let missing = cell.chars().filter(|character| !has_cp932(*character));
                self.lost.extend(missing.map(|character| Unencodable { row, column, character }));
            }
            if column > 0 {
                self.line.push(',');
            }
            self.line.push_str(&quoted(&neutral(cell)));
        }
        self.line.push_str("\r\n");
        match self.charset {
            Charset::Utf8 => self.bytes.extend_from_slice(self.line.as_bytes()),
            Charset::Cp932 if self.lost.is_empty() => {
                let line: String = self.line.chars().map(as_in_cp932).collect();
                self.bytes.extend_from_slice(&SHIFT_JIS.encode(&line).0);
            }
            // The table is refused in the end: the rows that follow are only asked for what they would lose too.
            Charset::Cp932 => {}
        }
    }

    /// The bytes of the whole table; refused with every character that would be lost.
    pub fn finish(self) -> Result<Vec<u8>, TableProblem> {
        if self.lost.is_empty() { Ok(self.bytes) } else { Err(TableProblem::Unencodable(self.lost)) }
    }
}

/// Puts a cell in quotation marks where a reader would take it apart.
fn quoted(cell: &str) -> Cow<'_, str> {
    let plain = !cell.contains(['"', ',', '\t', '\r', '\n']);
    if plain { cell.into() } else { format!("\"{}\"", cell.replace('"', "\"\"")).into() }
}

/// Whether CP932 holds a character as itself.
///
/// The encoder would turn the yen sign and the overline into a backslash and a tilde: that is another character.
fn has_cp932(character: char) -> bool {
    let mut buffer = [0; 4];
    let character = as_in_cp932(character);
    !matches!(character, '¥' | '‾') && !SHIFT_JIS.encode(character.encode_utf8(&mut buffer)).2
}

/// The wave dash has one place in CP932, which Windows reads as the full-width tilde: the same sign on paper.
fn as_in_cp932(character: char) -> char {
    if character == '〜' { '～' } else { character }
}

/// Puts an apostrophe before a cell that a spreadsheet would run as a formula; [`restored`] takes it away again.
fn neutral(cell: &str) -> String {
    if runs(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// Takes away the apostrophe that keeps a spreadsheet from running a cell.
pub(super) fn restored(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if runs(rest) => rest,
        _ => cell,
    }
}

/// Whether a spreadsheet would run a cell, or would if apostrophes were taken from it.
pub(super) fn runs(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// The first places of characters that cannot be written, for a sentence.
pub(super) fn places(lost: &[Unencodable]) -> String {
    const SHOWN: usize = 5;
    let first: Vec<String> = lost
        .iter()
        .take(SHOWN)
        .map(|place| format!("{}行目{}列の「{}」", place.row, letters(place.column), place.character))
        .collect();
    let more = if lost.len() > SHOWN { "ほか" } else { "" };
    format!("{}{more}", first.join("、"))
}
