//! Excel workbooks: the first visible sheet that is wanted, its dates as ISO, its codes with the noughts that people see.

use std::io::{Cursor, Read};
use std::panic::{UnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::number_format::Figures;
use super::{Budget, Encoding, Row, Table, TableProblem, hidden};

/// The most bytes that a workbook may unpack to.
const MOST_UNPACKED: u64 = 100 * 1024 * 1024;

/// Reads the first visible sheet that is wanted.
pub(super) fn read(bytes: &[u8], wanted: impl Fn(&Table) -> bool + UnwindSafe) -> Result<Table, TableProblem> {
    read_within(bytes, MOST_UNPACKED, wanted)
}

/// Reads a workbook that unpacks to no more than so many bytes.
pub(super) fn read_within(
    bytes: &[u8],
    most_unpacked: u64,
    wanted: impl Fn(&Table) -> bool + UnwindSafe,
) -> Result<Table, TableProblem> {
    refuse_bomb(bytes, most_unpacked)?;
    // The workbook's reader adds up cell addresses without a check, and a crafted address stops a build that checks
    // its sums. A file from outside must not end more than its own reading.
    catch_unwind(move || sheet(bytes, &wanted)).unwrap_or(Err(TableProblem::BrokenWorkbook))
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

/// The first visible sheet that is wanted.
fn sheet(bytes: &[u8], wanted: &impl Fn(&Table) -> bool) -> Result<Table, TableProblem> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| TableProblem::BrokenWorkbook)?;
    let visible: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    let unseen: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible != SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in &visible {
        let (rows, struck_rows) = rows(&mut workbook, name)?;
        let unread = visible.iter().filter(|other| *other != name).cloned().collect();
        let height = rows.last().map_or(0, |row| row.number);
        let mut marks = hidden::of(bytes, name).unwrap_or_default();
        marks.hidden_rows.retain(|number| rows.iter().any(|row| row.number == *number));
        marks.struck_rows = struck_rows;
        let encoding = Encoding::Workbook { sheet: name.clone(), unread, hidden: unseen.clone() };
        let table = Table { rows, height, encoding, marks };
        if wanted(&table) {
            return Ok(table);
        }
    }
    Err(TableProblem::Empty)
}

/// The rows of a sheet, cell by cell, and which of them have text that is struck out: what a sheet claims as its range is
/// not believed, only what it holds is kept.
fn rows(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<(Vec<Row>, Vec<usize>), TableProblem> {
    let broken = |_| TableProblem::BrokenWorkbook;
    let merged = workbook.merge_cells_by_sheet_name(name).map_err(broken)?;
    let mut cells = workbook.worksheet_cells_reader(name).map_err(broken)?;
    let code = |style: &calamine::Style| style.number_format.as_ref().map(|format| Figures::of(&format.format_code));
    let shown: Vec<Option<Figures>> = cells.styles().iter().map(|style| code(style).flatten()).collect();
    let strikes = |style: &calamine::Style| style.font.as_ref().is_some_and(calamine::Font::has_strikethrough);
    let struck: Vec<bool> = cells.styles().iter().map(strikes).collect();
    let mut budget = Budget::default();
    let (mut rows, mut struck_rows): (Vec<Row>, Vec<usize>) = (Vec::new(), Vec::new());
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(broken)? {
        let text = text(cell.get_value(), shown.get(style).and_then(Option::as_ref));
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
            rows.push(Row { line, number: line, cells: Vec::new() });
        }
        let Some(last) = rows.last_mut() else {
            continue;
        };
        if struck.get(style) == Some(&true) && struck_rows.last() != Some(&line) {
            struck_rows.push(line);
        }
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
    for region in merged {
        fill_down(&mut rows, region.start, region.end, &mut budget)?;
    }
    Ok((rows, struck_rows))
}

/// A cell that was merged over several rows says the same of each of them; the file has its text in the first alone.
fn fill_down(
    rows: &mut [Row],
    (first, column): (u32, u32),
    (last, _): (u32, u32),
    budget: &mut Budget,
) -> Result<(), TableProblem> {
    let line = |row: u32| usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1);
    let column = usize::try_from(column).unwrap_or(usize::MAX);
    let of_first = rows.iter().find(|row| row.line == line(first));
    let Some(text) = of_first.and_then(|row| row.cells.get(column)).filter(|text| !text.is_empty()).cloned() else {
        return Ok(());
    };
    for row in rows.iter_mut().filter(|row| row.line > line(first) && row.line <= line(last)) {
        let width = column.saturating_add(1);
        budget.spend(row.line, width.saturating_sub(row.cells.len()))?;
        if row.cells.len() < width {
            row.cells.resize(width, String::new());
        }
        if let Some(place) = row.cells.get_mut(column).filter(|place| place.is_empty()) {
            place.clone_from(&text);
        }
    }
    Ok(())
}

/// A cell as text: numbers without a needless point but with the noughts that their format shows, dates as ISO.
fn text(value: &DataRef<'_>, shown: Option<&Figures>) -> String {
    let number = |plain: String| shown.and_then(|figures| figures.show(&plain)).unwrap_or(plain);
    match value {
        DataRef::Int(whole) => number(whole.to_string()),
        DataRef::Float(part) => number(part.to_string()),
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
