//! The rows of a staff list that speak of nobody: sums, headings of groups, notes. They are told and passed over.

use std::collections::BTreeSet;

use documents::table::{Header, Row, Table, folded};
use domain::office::Office;

use super::column;

/// The words under which sums stand.
const SUMS: [&str; 24] = [
    "計",
    "合計",
    "小計",
    "総計",
    "累計",
    "総合計",
    "総数",
    "合計数",
    "中計",
    "部計",
    "課計",
    "室計",
    "局計",
    "係計",
    "所計",
    "職員数",
    "職員計",
    "人数",
    "人員",
    "人員計",
    "総員",
    "現員",
    "定員",
    "定数",
];

/// The words with which notes begin, with the mark that may follow them.
const NOTES: [&str; 18] = [
    "※",
    "*",
    "注",
    "(注",
    "備考",
    "凡例",
    "参考",
    "出典",
    "資料",
    "作成",
    "以上",
    "以下余白",
    "担当:",
    "問合せ",
    "問い合わせ",
    "年月日",
    "基準日",
    "(",
];

/// The units that a list has rows of posts for, or puts others below: their codes are codes, whatever their letters.
pub(super) fn used_units(table: &Table, header: &Header, office: &Office) -> BTreeSet<String> {
    let mut used: BTreeSet<String> = office.units.keys().map(ToString::to_string).collect();
    for row in header.body(table) {
        let cell = |at| header.cell(row, at).map(str::trim).filter(|cell| !cell.is_empty());
        if cell(column::TITLE).is_some() {
            used.extend([column::UNIT].into_iter().filter_map(cell).map(column::code));
        }
        used.extend(cell(column::PARENT).map(column::code));
    }
    used
}

/// Whether a cell says that a number of people follows: a word of sums, alone or with its number.
pub(super) fn is_sum(cell: &str) -> bool {
    let cell = folded(cell);
    let word = cell
        .trim_matches(|c: char| {
            c.is_ascii_digit() || matches!(c, '(' | ')' | '[' | ']' | '【' | '】' | ':' | ',' | '.' | '=')
        })
        .trim_end_matches(|c: char| {
            c.is_ascii_digit() || matches!(c, '名' | '人' | '件' | '行' | '(' | ')' | ':' | ',' | '.')
        });
    SUMS.contains(&word) || SUMS.contains(&cell.as_str())
}

/// What a row is that speaks of no unit and nobody, in words; none where it does, or may.
pub(super) fn of(row: &Row, header: &Header, used: &BTreeSet<String>) -> Option<&'static str> {
    let cell = |at| header.cell(row, at).map(str::trim).filter(|cell| !cell.is_empty());
    let filled: Vec<&str> = row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    let unit = cell(column::UNIT);
    let is_used = unit.is_some_and(|unit| used.contains(unit) || used.contains(&column::code(unit)));
    let has_post = cell(column::TITLE).is_some() && cell(column::POSITION).is_some();
    if has_post || is_used {
        return None;
    }
    let without_code = unit.is_none() && cell(column::POSITION).is_none();
    if unit.is_some_and(is_sum) || without_code && filled.iter().any(|cell| is_sum(cell)) {
        return Some("計の行です。");
    }
    // A list without columns of posts may have units under words; then a unit has more than its code.
    let more = [column::UNIT_KANA, column::PARENT, column::LEVEL, column::UNIT_KEY, column::POSITION, column::PERSON];
    if more.into_iter().any(|at| cell(at).is_some()) {
        return None;
    }
    let first = row.cells.iter().position(|cell| !cell.trim().is_empty());
    let alone = filled.len() == 1;
    if alone && first == Some(0) && cell(column::NAME).is_none() || alone && unit.is_some() {
        return filled.first().filter(|words| is_wordy(words) || is_page(words)).map(|words| {
            if is_page(words) {
                "ページの番号の行です。"
            } else {
                "見出しか注記の行です（この欄だけに、組織コードではない言葉があります）。"
            }
        });
    }
    let noted = filled.first().is_some_and(|words| is_note(words));
    match unit {
        None => (noted && first == Some(0) && cell(column::NAME).is_none()).then_some("注記の行です。"),
        Some(unit) if !is_wordy(unit) => None,
        Some(_) if noted => Some("注記の行です（組織コードの欄が、コードではない言葉です）。"),
        Some(_) => cell(column::UNIT_NAME)
            .is_none_or(|name| !is_like_unit(name))
            .then_some("見出しか注記の行です（組織コードの欄が、コードではない言葉です）。"),
    }
}

/// Whether words begin as a note does, or tell a day.
fn is_note(words: &str) -> bool {
    let words = folded(words);
    let words = words.trim_start_matches(['《', '【', '〔', '<', '■', '●', '◆', '・']);
    NOTES.iter().any(|note| words.starts_with(note))
        || ["現在", "時点", "作成", "以上", "除く", "含む", "であること"].iter().any(|end| words.ends_with(end))
        || ["令和", "平成", "昭和", "r"].iter().any(|era| words.starts_with(era)) && words.contains(['年', '.', '/'])
        || words.contains('年') && words.contains('月')
}

/// Whether a code has letters that no code has: kana and kanji, or the marks around headings.
pub(super) fn is_wordy(code: &str) -> bool {
    folded(code).chars().any(|c| !c.is_ascii() && c.is_alphabetic() || "《》【】〔〕■●◆◇□※「」『』〈〉…―".contains(c))
}

/// Whether words are the number of a page, as in 2/3 and - 1 -.
fn is_page(words: &str) -> bool {
    let words = folded(words);
    let bare =
        words.trim_start_matches(['-', '(', 'p', '.']).trim_end_matches(['-', ')', '頁']).trim_end_matches("ページ");
    let figures = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match bare.split_once('/') {
        Some((page, pages)) => figures(page) && figures(pages),
        None => bare != words && figures(bare) && !words.starts_with(|c: char| c.is_ascii_digit()),
    }
}

fn is_like_unit(name: &str) -> bool {
    let ends = [
        "部",
        "局",
        "課",
        "室",
        "所",
        "係",
        "会",
        "館",
        "校",
        "園",
        "署",
        "場",
        "院",
        "支所",
        "センター",
        "グループ",
        "チーム",
        "担当",
    ];
    ends.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_told_from_names_that_hold_their_letters() {
        for sum in ["計", "小　計", "合計：25名", "計5名", "計（人）", "総計", "課計", "職員数", "（合計）", "人員："]
        {
            assert!(is_sum(sum), "{sum}");
        }
        for other in ["統計課", "会計", "設計", "計画課", "計太郎", "人事課", "25", "", "人権", "定数 一郎"]
        {
            assert!(!is_sum(other), "{other}");
        }
    }

    #[test]
    fn numbers_of_pages_are_told_from_codes() {
        for page in ["2 / 3ページ", "- 1 -", "1/3", "P.4", "（2）"] {
            assert!(is_page(page), "{page}");
        }
        for other in ["1", "0101", "A-12", "P", "p1a", "1-2"] {
            assert!(!is_page(other), "{other}");
        }
    }
}
