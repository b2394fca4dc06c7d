//! What a sheet hides: rows and columns that the workbook's reader does not tell of. Read from the sheet's own text.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::Marks;

/// The hidden rows and columns of a sheet; none where its text cannot be found. The workbook has been measured before.
pub(super) fn of(bytes: &[u8], sheet: &str) -> Option<Marks> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut part = |path: &str| {
        let mut text = String::new();
        archive.by_name(path).ok()?.read_to_string(&mut text).ok()?;
        Some(text)
    };
    let workbook = part("xl/workbook.xml")?;
    let named = tags(&workbook, "sheet").find(|tag| value(tag, "name").is_some_and(|name| plain(name) == sheet))?;
    let id = value(named, "r:id")?;
    let relations = part("xl/_rels/workbook.xml.rels")?;
    let target = tags(&relations, "Relationship")
        .find(|tag| value(tag, "Id") == Some(id))
        .and_then(|tag| value(tag, "Target"))?;
    let path = match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    };
    Some(marks(&part(&path)?))
}

fn marks(sheet: &str) -> Marks {
    let number = |tag: &str, name: &str| value(tag, name).and_then(|number| number.parse::<usize>().ok());
    let is_hidden = |tag: &&str| matches!(value(tag, "hidden"), Some("1" | "true"));
    let hidden_rows = tags(sheet, "row").filter(is_hidden).filter_map(|tag| number(tag, "r")).collect();
    let mut hidden_columns = Vec::new();
    for tag in tags(sheet, "col").filter(is_hidden) {
        // A sheet hides all that follow its last column at once; these hold nothing that is read.
        let (Some(first), Some(last)) = (number(tag, "min"), number(tag, "max")) else { continue };
        hidden_columns.extend((first..=last.min(super::MOST_COLUMNS)).map(|column| column.saturating_sub(1)));
    }
    Marks { hidden_rows, hidden_columns, struck_rows: Vec::new() }
}

/// The opening tags of a name.
fn tags<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    text.split('<').skip(1).filter_map(move |rest| {
        let tag = rest.split('>').next()?;
        let attributes = tag.strip_prefix(name)?;
        attributes.starts_with(|c: char| c.is_whitespace()).then_some(attributes)
    })
}

/// What an attribute of a tag says.
fn value<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = tag;
    loop {
        let (before, after) = rest.split_once('=')?;
        let quote = after.trim_start().chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (said, next) = after.trim_start().get(1..)?.split_once(quote)?;
        if before.trim() == name {
            return Some(said);
        }
        rest = next;
    }
}

/// The characters that stand for marks in XML, as what they stand for.
fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_and_columns_are_found_and_shown_ones_are_not() {
        let sheet = r#"<worksheet><cols><col min="8" max="9" hidden="1" width="3"/><col min="1" max="1"/></cols><sheetData><row r="2" spans="1:3"><c r="A2"/></row><row hidden='true' r="3"/><row r="4" hidden="0"/></sheetData></worksheet>"#;
        let found = marks(sheet);
        assert_eq!((found.hidden_rows, found.hidden_columns), (vec![3], vec![7, 8]));
    }
}
