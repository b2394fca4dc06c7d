//! Tables from outside and to outside: CSV in the encodings that Japanese offices use, and Excel workbooks.
//!
//! Whatever bytes come in, the answer is a [`Table`] or a [`TableProblem`] in words that the person at the screen can
//! act on. Cells are kept as they were typed; only comparisons fold them.

mod header;
mod hidden;
mod number_format;
mod sheet;
mod text;
mod workbook;
mod write;

use std::fmt;
use std::panic::UnwindSafe;

use thiserror::Error;

pub use header::{Column, Header, find_header, folded};
pub use sheet::{WORKBOOK, WorkbookWriter};
pub use write::{Charset, CsvWriter, Unencodable};

/// The largest file that is read: 20 MB.
pub const LARGEST_FILE: usize = 20 * 1024 * 1024;

/// The most cells that are read from one table.
pub const MOST_CELLS: usize = 200_000;

/// The widest row that is read.
pub const MOST_COLUMNS: usize = 1_000;

/// A table as it was read: rows that hold something, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The rows that hold at least one cell.
    pub rows: Vec<Row>,
    /// How many rows a spreadsheet shows, empty ones included.
    pub height: usize,
    /// How the file was encoded.
    pub encoding: Encoding,
    /// What a spreadsheet does not show, or shows as gone, and what is read all the same.
    pub marks: Marks,
}

/// The parts of a sheet that people do not see, or see struck out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// The rows that are hidden and hold something, as a spreadsheet counts.
    pub hidden_rows: Vec<usize>,
    /// The columns that are hidden, from 0.
    pub hidden_columns: Vec<usize>,
    /// The rows with text that is struck out.
    pub struck_rows: Vec<usize>,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line on which it begins in the file, or its row in the sheet; the first is 1.
    pub line: usize,
    /// Its row as a spreadsheet counts: a line break inside quotation marks begins no row. The first is 1.
    pub number: usize,
    /// The cells, exactly as they stand in the file. Rows may be of different length.
    pub cells: Vec<String>,
}

impl Row {
    /// Whether no cell holds anything but spaces.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// How a table's file was encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 with the mark that Excel writes.
    Utf8WithMark,
    /// CP932, the Shift JIS of Windows.
    Cp932,
    /// EUC-JP, of older machines.
    EucJp,
    /// ISO-2022-JP, of mail.
    Iso2022Jp,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
    /// An Excel workbook.
    Workbook {
        /// The sheet that was read: the first visible one that holds something.
        sheet: String,
        /// The other visible sheets, which were not read.
        unread: Vec<String>,
        /// The sheets that are hidden, which are never read.
        hidden: Vec<String>,
    },
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf8 => f.write_str("CSV（UTF-8）"),
            Self::Utf8WithMark => f.write_str("CSV（UTF-8、BOM付き）"),
            Self::Cp932 => f.write_str("CSV（Shift_JIS、CP932）"),
            Self::EucJp => f.write_str("CSV（EUC-JP）"),
            Self::Iso2022Jp => f.write_str("CSV（ISO-2022-JP）"),
            Self::Utf16Le | Self::Utf16Be => f.write_str("CSV（UTF-16）"),
            Self::Workbook { sheet, .. } => write!(f, "Excelブック（シート「{sheet}」）"),
        }
    }
}

/// Why a table cannot be read or written; each sentence says what is wrong, where, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TableProblem {
    /// The file is larger than [`LARGEST_FILE`].
    #[error("ファイルが大きすぎます（{bytes}バイト）。20MBまでです。表を分けて読み込んでください。")]
    FileTooLarge {
        /// The size of the file.
        bytes: usize,
    },
    /// The table has more than [`MOST_CELLS`] cells.
    #[error(
        "{line}行目までで、セルが200,000個を超えました。表を分けるか、使っていない行と列を消してから読み込んでください。"
    )]
    TooManyCells {
        /// The line on which the limit was passed.
        line: usize,
    },
    /// A row is wider than [`MOST_COLUMNS`].
    #[error(
        "{line}行目の列が1,000を超えています。区切り文字（カンマまたはタブ）と、使っていない列を確かめてください。"
    )]
    TooManyColumns {
        /// The line of the row.
        line: usize,
    },
    /// The file holds no cell.
    #[error("表に何も書かれていません。見出しの行と、その下に1行以上を書いてください。")]
    Empty,
    /// A workbook of the old binary format, or one that is protected by a password.
    #[error(
        "古い形式のExcelブック（.xls）か、パスワードのかかったファイルです。Excelで開き、パスワードを外し、「Excelブック（.xlsx）」か「CSV UTF-8」で保存し直してください。"
    )]
    OldWorkbook,
    /// A ZIP archive that is no readable workbook.
    #[error(
        "Excelブック（.xlsx）として読めません。Excelで開けるかどうかを確かめ、「Excelブック（.xlsx）」か「CSV UTF-8」で保存し直してください。"
    )]
    BrokenWorkbook,
    /// A workbook that unpacks to far more than a table.
    #[error(
        "Excelブックの中身が大きすぎます（展開すると100MBを超えます）。画像や使っていないシートを消すか、「CSV UTF-8」で保存し直してください。"
    )]
    WorkbookTooLarge,
    /// Bytes of no encoding that is known.
    #[error(
        "{line}行目の文字が読めません。文字コードが UTF-8、Shift_JIS（CP932）、UTF-16、EUC-JP、ISO-2022-JP のどれでもありません。「CSV UTF-8」で保存し直してください。"
    )]
    UnknownEncoding {
        /// The line that could not be read.
        line: usize,
    },
    /// A character that no text holds.
    #[error(
        "{line}行目に、文字ではないデータ（NUL）があります。表計算ソフトで開き、「CSV UTF-8」で保存し直してください。"
    )]
    NotText {
        /// The line that holds it.
        line: usize,
    },
    /// A quotation mark that is opened and never closed: what follows would all become one cell.
    #[error("{line}行目の{letters}列で始まった「\"」が閉じていません。閉じるか、文字としての「\"」は「\"\"」と書いてください。", letters = letters(*column))]
    OpenQuote {
        /// The line on which it is opened.
        line: usize,
        /// The column, counted from 0.
        column: usize,
    },
    /// No row looks like a header.
    #[error("見出しの行が見つかりません。初めの30行のどこかに、{wanted} などの見出しを書いてください。")]
    NoHeader {
        /// The names of the columns that were looked for.
        wanted: String,
    },
    /// Two columns claim to be the same.
    #[error("{line}行目の見出しで、{one}列と{other}列がどちらも「{name}」です。使わない方の見出しを変えてください。", one = letters(*first), other = letters(*second))]
    DuplicateColumn {
        /// The line of the header.
        line: usize,
        /// The name of the column.
        name: String,
        /// The column that claims it first, counted from 0.
        first: usize,
        /// The column that claims it again.
        second: usize,
    },
    /// Characters that CP932 has not; nothing is written rather than something else in their place.
    #[error("Shift_JIS（CP932）にない文字が{count}か所あります: {places}。UTF-8で書き出すか、その文字を確かめてください。", count = .0.len(), places = write::places(.0))]
    Unencodable(Vec<Unencodable>),
    /// The workbook could not be put together.
    #[error("Excelブックを作れませんでした。もう一度試し、続くときは管理者に知らせてください。")]
    Unwritten,
}

/// Reads a table from the bytes of a file: an Excel workbook, or text parted by commas, tabs or semicolons.
pub fn read(bytes: &[u8]) -> Result<Table, TableProblem> {
    read_where(bytes, |table| !table.rows.iter().all(Row::is_blank))
}

/// Reads the table that has these columns, and its header: of a workbook the first visible sheet that has them.
pub fn find(bytes: &[u8], columns: &[Column<'_>]) -> Result<(Table, Header), TableProblem> {
    // Where no sheet has the columns, the first one that holds something is told of.
    let table = read_where(bytes, |table| find_header(table, columns).is_ok()).or_else(|problem| match problem {
        TableProblem::Empty => read(bytes),
        other => Err(other),
    })?;
    let header = find_header(&table, columns)?;
    Ok((table, header))
}

/// Reads the first table of a file that is wanted.
fn read_where(bytes: &[u8], wanted: impl Fn(&Table) -> bool + UnwindSafe + Copy) -> Result<Table, TableProblem> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];
    if bytes.len() > LARGEST_FILE {
        return Err(TableProblem::FileTooLarge { bytes: bytes.len() });
    }
    let table = if bytes.starts_with(ZIP) {
        workbook::read(bytes, wanted)?
    } else if bytes.starts_with(OLE) {
        return Err(TableProblem::OldWorkbook);
    } else {
        text::read(bytes)?
    };
    if wanted(&table) { Ok(table) } else { Err(TableProblem::Empty) }
}

/// Names a column, counted from 0, as spreadsheets do: A, B, … Z, AA.
pub fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column.saturating_add(1);
    while rest > 0 {
        rest -= 1;
        letters.push(u8::try_from(rest % 26).map_or('?', |letter| char::from(b'A' + letter)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// Counts cells while a table is read, so that no file makes it grow without bound.
#[derive(Default)]
struct Budget {
    cells: usize,
}

impl Budget {
    /// Takes a row's cells from the budget.
    fn spend(&mut self, line: usize, cells: usize) -> Result<(), TableProblem> {
        if cells > MOST_COLUMNS {
            return Err(TableProblem::TooManyColumns { line });
        }
        self.cells += cells;
        if self.cells > MOST_CELLS {
            return Err(TableProblem::TooManyCells { line });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
