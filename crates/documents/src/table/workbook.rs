//! Excel workbooks: the first visible sheet that holds something, its dates as ISO.

use std::io::{Cursor, Read};
use std::panic::catch_unwind;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::{Budget, Encoding, Row, Table, TableProblem};

/// The most bytes that a workbook may unpack to.
const MOST_UNPACKED: u64 = 100 * 1024 * 1024;

/// Reads the first visible sheet that holds something.
pub(super) fn read(bytes: &[u8]) -> Result<Table, TableProblem> {
    read_within(bytes, MOST_UNPACKED)
}

/// Reads a workbook that unpacks to no more than so many bytes.
pub(super) fn read_within(bytes: &[u8], most_unpacked: u64) -> Result<Table, TableProblem> {
    refuse_bomb(bytes, most_unpacked)?;
    // The workbook's reader adds up cell addresses without a check, and a crafted address stops a build that checks
    // its sums. A file from outside must not end more than its own reading.
    catch_unwind(|| sheet(bytes)).unwrap_or(Err(TableProblem::BrokenWorkbook))
}

/// Unpacks everything into nothing once, and refuses what grows beyond a table's size.
fn refuse_bomb(bytes: &[u8], most_unpacked: u64) -> Result<(), TableProblem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| TableProblem::BrokenWorkbook)?;
    let mut left = most_unpacked;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|_| TableProblem::BrokenWorkbook)?;
        let read =
            std::io::copy(&mut file.take(left + 1), &mut std::io::sink()).map_err(|_| TableProblem::BrokenWorkbook)?;
        left = left.checked_sub(read).ok_or(TableProblem::WorkbookTooLarge)?;
    }
    Ok(())
}

/// The first visible sheet that holds something; if none does, the first visible one.
fn sheet(bytes: &[u8]) -> Result<Table, TableProblem> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| TableProblem::BrokenWorkbook)?;
    let visible: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in &visible {
        let rows = rows(&mut workbook, name)?;
        if !rows.iter().all(Row::is_blank) {
            let unread = visible.iter().filter(|other| *other != name).cloned().collect();
            return Ok(Table { rows, encoding: Encoding::Workbook { sheet: name.clone(), unread } });
        }
    }
    Err(TableProblem::Empty)
}

/// The rows of a sheet, cell by cell: what a sheet claims as its range is not believed, only what it holds is kept.
fn rows(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Row>, TableProblem> {
    let broken = |_| TableProblem::BrokenWorkbook;
    let mut cells = workbook.worksheet_cells_reader(name).map_err(broken)?;
    let mut budget = Budget::default();
    let mut rows: Vec<Row> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let line = usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1);
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if rows.last().is_none_or(|last| last.line != line) {
            // Rows out of order occur in no file that a spreadsheet wrote.
            if rows.last().is_some_and(|last| last.line > line) {
                return Err(TableProblem::BrokenWorkbook);
            }
            rows.push(Row { line, cells: Vec::new() });
        }
        let Some(last) = rows.last_mut() else {
            continue;
        };
        let width = column.saturating_add(1);
        if width > super::MOST_COLUMNS {
            return Err(TableProblem::TooManyColumns { line });
        }
        budget.spend(line, width.saturating_sub(last.cells.len()))?;
        if last.cells.len() < width {
            last.cells.resize(width, String::new());
        }
        if let Some(place) = last.cells.get_mut(column) {
            *place = text;
        }
    }
    Ok(rows)
}

/// A cell as text: numbers without a needless point, dates as ISO.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(instant) => moment(*instant),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A date, a date with its time, or a time of day alone.
fn moment(instant: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time =
        if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    match instant.as_f64() {
        value if instant.is_duration() => value.to_string(),
        value if (0.0..1.0).contains(&value) => time,
        value if value.fract() == 0.0 => date,
        _ => format!("{date}T{time}"),
    }
}
