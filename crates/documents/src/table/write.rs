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

/// Writes rows, the headings being the first of them, as CSV with CRLF.
pub fn write_csv<R>(rows: R, charset: Charset) -> Result<Vec<u8>, TableProblem>
where
    R: IntoIterator,
    R::Item: IntoIterator,
    <R::Item as IntoIterator>::Item: AsRef<str>,
{
    let mut text = String::new();
    let mut lost = Vec::new();
    for (row, cells) in rows.into_iter().enumerate() {
        for (column, cell) in cells.into_iter().enumerate() {
            let cell = cell.as_ref();
            if charset == Charset::Cp932 {
                let missing = cell.chars().filter(|character| !has_cp932(*character));
                lost.extend(missing.map(|character| Unencodable { row: row + 1, column, character }));
            }
            if column > 0 {
                text.push(',');
            }
            text.push_str(&quoted(&neutral(cell)));
        }
        text.push_str("\r\n");
    }
    if !lost.is_empty() {
        return Err(TableProblem::Unencodable(lost));
    }
    match charset {
        Charset::Utf8 => Ok(format!("\u{FEFF}{text}").into_bytes()),
        Charset::Cp932 => {
            let text: String = text.chars().map(as_in_cp932).collect();
            Ok(SHIFT_JIS.encode(&text).0.into_owned())
        }
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
