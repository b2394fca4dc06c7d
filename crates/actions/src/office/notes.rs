//! What is to be known of a staff list's file itself: how it was read, what of it is not used, what of it is not seen.

use documents::table::{self, Encoding, Header, Table};

use super::column::{self, COLUMNS};

/// What is to be known of the file itself.
pub(super) fn of(table: &Table, header: &Header) -> Vec<String> {
    let mut notes = vec![format!("{}として読みました。見出しは{}行目です。", table.encoding, header.number)];
    if let Encoding::Workbook { unread, hidden, .. } = &table.encoding {
        for (what, sheets) in [("読まないシート", unread), ("読まない、隠れたシート", hidden)] {
            if !sheets.is_empty() {
                notes.push(format!("{what}：{}", sheets.join("、")));
            }
        }
    }
    let unseen = |rows: &[usize]| rows.iter().map(|row| format!("{row}行目")).collect::<Vec<_>>().join("、");
    let marks = &table.marks;
    if !marks.hidden_rows.is_empty() {
        notes.push(format!("隠れた行も読みました：{}", unseen(&marks.hidden_rows)));
    }
    if !marks.hidden_columns.is_empty() {
        let columns: Vec<String> = marks.hidden_columns.iter().map(|at| format!("{}列", table::letters(*at))).collect();
        notes.push(format!("隠れた列も読みました：{}", columns.join("、")));
    }
    if !marks.struck_rows.is_empty() {
        notes.push(format!(
            "取り消し線のある行も読みました（取り込まないなら、行を消してください）：{}",
            unseen(&marks.struck_rows)
        ));
    }
    if !header.unclaimed.is_empty() {
        let names: Vec<String> = header.unclaimed.iter().map(|(_, name)| one_line(name)).collect();
        notes.push(format!("使わない列：{}", names.join("、")));
    }
    let absent: Vec<&str> = (0..COLUMNS.len()).filter(|at| !column::is_there(header, *at)).map(column::name).collect();
    if !absent.is_empty() {
        notes.push(format!("名簿にない列（書かれていないものとして、今のままにします）：{}", absent.join("、")));
    }
    notes
}

/// Words on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
