//! Finding the row of headings and which column is which.

use unicode_normalization::UnicodeNormalization;

use super::{Row, Table, TableProblem};

/// A column that the caller looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its own name, as problems show it.
    pub name: &'a str,
    /// Other headings under which tables have it.
    pub synonyms: &'a [&'a str],
}

/// Where the headings stand and which column each of them is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The index of the row of headings in the table's rows.
    pub row: usize,
    /// Its line in the file.
    pub line: usize,
    /// Its row as a spreadsheet counts.
    pub number: usize,
    /// How many columns have a heading, or stand before one that has.
    pub width: usize,
    /// For each column that was looked for, in the same order, where it was found.
    pub found: Vec<Option<usize>>,
    /// Headings that no column claims, with their columns: what an import would leave out.
    pub unclaimed: Vec<(usize, String)>,
}

impl Header {
    /// The rows below the headings.
    pub fn body<'a>(&self, table: &'a Table) -> &'a [Row] {
        table.rows.get(self.row.saturating_add(1)..).unwrap_or_default()
    }

    /// The cell of a row under the n-th column that was looked for, if the table has that column and the row the cell.
    pub fn cell<'a>(&self, row: &'a Row, column: usize) -> Option<&'a str> {
        let at = self.found.get(column).copied().flatten()?;
        row.cells.get(at).map(String::as_str)
    }
}

/// How far down the headings may stand: below titles and notes.
const DEEPEST: usize = 30;

/// Finds the row that holds the most of the columns' headings; a title above it does not disturb.
pub fn find_header(table: &Table, columns: &[Column<'_>]) -> Result<Header, TableProblem> {
    let names: Vec<Vec<String>> = columns
        .iter()
        .map(|column| std::iter::once(&column.name).chain(column.synonyms).map(|name| folded(name)).collect())
        .collect();
    let claimed = |cell: &String| {
        let heading = folded(cell);
        names.iter().position(|names| names.contains(&heading))
    };
    let headings = |row: &Row| {
        let mut columns: Vec<usize> = row.cells.iter().filter_map(claimed).collect();
        columns.sort_unstable();
        columns.dedup();
        columns.len()
    };

    // One heading alone could be a title that happens to be the same word.
    let least = columns.len().min(2);
    let best = table
        .rows
        .iter()
        .enumerate()
        .take(DEEPEST)
        .map(|(index, row)| (headings(row), index, row))
        .filter(|(count, ..)| *count >= least && *count > 0)
        // Of equals the first: `max_by_key` would answer the last.
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    let Some((_, index, row)) = best else {
        let names: Vec<&str> = columns.iter().take(3).map(|column| column.name).collect();
        let wanted = format!("「{}」", names.join("」「"));
        return Err(TableProblem::NoHeader { wanted });
    };

    let width = row.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
    let (found, unclaimed) = (vec![None; columns.len()], Vec::new());
    let mut header = Header { row: index, line: row.line, number: row.number, width, found, unclaimed };
    for (at, cell) in row.cells.iter().enumerate() {
        let column = claimed(cell);
        match column.and_then(|column| header.found.get_mut(column)) {
            None if cell.trim().is_empty() => {}
            None => header.unclaimed.push((at, cell.clone())),
            Some(place @ None) => *place = Some(at),
            Some(Some(first)) => {
                let name = column.and_then(|column| columns.get(column)).map_or("", |column| column.name);
                return Err(TableProblem::DuplicateColumn {
                    line: row.line,
                    name: name.to_owned(),
                    first: *first,
                    second: at,
                });
            }
        }
    }
    Ok(header)
}

/// The key by which headings are compared: widths, case and spaces do not count. For comparing only, never for keeping.
pub fn folded(heading: &str) -> String {
    heading.nfkc().filter(|character| !character.is_whitespace()).flat_map(char::to_lowercase).collect()
}
