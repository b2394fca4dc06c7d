//! What is to be known of a staff list's file itself: how it was read, what of it is not used, what of it is not seen.

use std::collections::BTreeMap;

use documents::table::{self, Encoding, Header, Table};
use domain::guideline::{Guideline, OfficeKind};
use domain::office::{StaffRow, Stated};

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

/// The keys of units and posts that bind to nothing, because the guideline has none of that name.
pub(super) fn unknown_keys(rows: &[StaffRow], guideline: &Guideline) -> Vec<String> {
    let mut found: BTreeMap<(usize, &str), Vec<String>> = BTreeMap::new();
    for row in rows {
        let of_post = row.post.as_ref().map_or(&Stated::Not, |post| &post.key);
        for (at, key) in [(column::UNIT_KEY, &row.unit_key), (column::POSITION_KEY, of_post)] {
            let Stated::As(Some(key)) = key else { continue };
            let known = guideline.offices.iter().any(|office| {
                office.key == *key && (office.is == OfficeKind::Position) == (at == column::POSITION_KEY)
            });
            if !known {
                found.entry((at, key)).or_default().push(format!("{}行目", row.row));
            }
        }
    }
    let told = |((at, key), rows): ((usize, &str), Vec<String>)| {
        format!(
            "{}「{}」は、ガイドラインにありません（{}）。このままでは、どの役割とも結び付きません。書ける値を確かめてください。",
            column::name(at),
            one_line(key),
            rows.join("、")
        )
    };
    found.into_iter().map(told).collect()
}

/// Words on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
