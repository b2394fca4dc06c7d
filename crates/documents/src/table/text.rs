//! Text tables: finding the encoding and the mark between cells, and reading the rows.

use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS, UTF_16BE, UTF_16LE};

use super::write::restored;
use super::{Budget, Encoding, Marks, Row, Table, TableProblem};

/// Reads a text table whose cells are parted by commas, tabs or semicolons.
pub(super) fn read(bytes: &[u8]) -> Result<Table, TableProblem> {
    let (text, encoding) = decode(bytes)?;
    if let Some(at) = text.find('\0') {
        return Err(TableProblem::NotText { line: line_of(&text, at) });
    }
    let delimiter = delimiter(&text);
    refuse_open_quote(&text, delimiter)?;

    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut budget = Budget::default();
    let mut lines = Lines::new(&text);
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut height = 0;
    loop {
        let start = after_line_end(&text, usize::try_from(reader.position().byte()).unwrap_or(usize::MAX));
        let former = lines.at(start);
        // The text is whole and valid, so the reader has nothing to fail on; if it does, the line is told.
        let more = reader
            .read_record(&mut record)
            .map_err(|_| TableProblem::UnknownEncoding { line: lines.at_content(start) })?;
        if !more {
            break;
        }
        let line = lines.at_content(start);
        budget.spend(line, record.len())?;
        // The reader passes over empty lines, which a spreadsheet shows as rows.
        height += 1 + line.saturating_sub(former);
        let cells = record.iter().map(restored).map(str::to_owned).collect();
        let row = Row { line, number: height, cells };
        if row.cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(row);
        }
    }
    Ok(Table { rows, height, encoding, marks: Marks::default() })
}

/// The place behind a line's end where a reader has stopped between its two bytes.
fn after_line_end(text: &str, at: usize) -> usize {
    let is_between = at > 0 && text.as_bytes().get(at - 1..=at) == Some(b"\r\n");
    if is_between { at + 1 } else { at }
}

/// Turns bytes into text: by their mark if they have one, else as the strictest encoding that fits.
fn decode(bytes: &[u8]) -> Result<(String, Encoding), TableProblem> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            return match std::str::from_utf8(rest) {
                Ok(text) => Ok((text.to_owned(), Encoding::Utf8WithMark)),
                Err(error) => Err(unknown(rest, error.valid_up_to())),
            };
        }
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, Encoding::Utf16Le),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, Encoding::Utf16Be),
        _ => {}
    }
    // Text of other encodings holds no zero bytes; in UTF-16 the zeros of commas and line ends show which end is first.
    if bytes.contains(&0) {
        let zeros = |offset: usize| bytes.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
        let encoding = if zeros(1) >= zeros(0) { Encoding::Utf16Le } else { Encoding::Utf16Be };
        return utf16(bytes, encoding);
    }
    // Its escapes are plain characters to every other encoding.
    if bytes.windows(2).any(|pair| pair == b"\x1b$")
        && let Some(text) = ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes)
    {
        return Ok((text.into_owned(), Encoding::Iso2022Jp));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((text.to_owned(), Encoding::Utf8)),
        Err(error) => double_byte(bytes).ok_or_else(|| unknown(bytes, error.valid_up_to())),
    }
}

/// Text of two bytes a character. What is EUC-JP is often half-width kana in Shift JIS, and hardly ever the other way round:
/// the bytes with which most kanji and all full-width kana of Shift JIS begin stand nowhere in EUC-JP.
fn double_byte(bytes: &[u8]) -> Option<(String, Encoding)> {
    let text = |encoding: &'static encoding_rs::Encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
    };
    let of_windows = text(SHIFT_JIS).map(|text| (text, Encoding::Cp932));
    let Some(of_unix) = text(EUC_JP) else { return of_windows };
    let is_half = |c: char| c.is_ascii() || matches!(c, '\u{ff61}'..='\u{ff9f}');
    let has_kana = of_unix.contains(|c: char| matches!(c, '\u{3040}'..='\u{30ff}'));
    match of_windows {
        Some(of_windows) if of_windows.0.chars().all(is_half) && !has_kana => Some(of_windows),
        _ => Some((of_unix, Encoding::EucJp)),
    }
}

/// Decodes UTF-16 whose end is known.
fn utf16(bytes: &[u8], encoding: Encoding) -> Result<(String, Encoding), TableProblem> {
    let decoder = if encoding == Encoding::Utf16Be { UTF_16BE } else { UTF_16LE };
    match decoder.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok((text.into_owned(), encoding)),
        None => Err(TableProblem::UnknownEncoding { line: 1 }),
    }
}

/// The problem of bytes that stop being text at a place.
fn unknown(bytes: &[u8], at: usize) -> TableProblem {
    let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    TableProblem::UnknownEncoding { line }
}

/// The mark between cells: of comma, tab and semicolon the one that the first lines have most of, not counting quoted text.
fn delimiter(text: &str) -> u8 {
    let (mut counts, mut quoted) = ([(b',', 0_usize), (b'\t', 0), (b';', 0)], false);
    for byte in text.lines().take(20).flat_map(str::bytes) {
        quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(mark, _)| *mark == byte && !quoted) {
            *count += 1;
        }
    }
    // Of equals the first: `max_by_key` would answer the last.
    counts.into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best }).map_or(b',', |(mark, _)| mark)
}

/// Refuses a quotation mark that is never closed, which a reader would silently let swallow the rest of the file.
fn refuse_open_quote(text: &str, delimiter: u8) -> Result<(), TableProblem> {
    #[derive(PartialEq)]
    enum At {
        CellStart,
        Plain,
        Quoted,
        QuoteInQuoted,
    }
    let mut at = At::CellStart;
    let (mut line, mut column) = (1, 0);
    let mut opened = (1, 0);
    for byte in text.bytes() {
        at = match (at, byte) {
            (At::CellStart, b'"') => {
                opened = (line, column);
                At::Quoted
            }
            (At::Quoted, b'"') => At::QuoteInQuoted,
            (At::Quoted, _) | (At::QuoteInQuoted, b'"') => At::Quoted,
            (_, b'\r' | b'\n') => {
                column = 0;
                At::CellStart
            }
            (_, byte) if byte == delimiter => {
                column += 1;
                At::CellStart
            }
            _ => At::Plain,
        };
        line += usize::from(byte == b'\n');
    }
    if at == At::Quoted {
        let (line, column) = opened;
        return Err(TableProblem::OpenQuote { line, column });
    }
    Ok(())
}

/// Counts lines forward through a text.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of a place.
    fn at(&mut self, place: usize) -> usize {
        while self.at < place && self.at < self.bytes.len() {
            self.step();
        }
        self.line
    }

    /// The line of the first byte from a place on that ends no line: where a row begins after blank lines.
    fn at_content(&mut self, from: usize) -> usize {
        while let Some(&byte) = self.bytes.get(self.at) {
            if self.at >= from && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.step();
        }
        self.line
    }

    fn step(&mut self) {
        let (byte, next) = (self.bytes.get(self.at), self.bytes.get(self.at + 1));
        // A lone carriage return ends a line too, as old tables have it.
        self.line += usize::from(byte == Some(&b'\n') || (byte == Some(&b'\r') && next != Some(&b'\n')));
        self.at += 1;
    }
}

/// The line of a place in a text.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
