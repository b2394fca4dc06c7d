//! What in a cell of a staff list cannot be kept, or is to be asked about first.

use domain::letters::{Lines, Misfit};

/// Why a cell is not simply taken.
pub(super) enum Doubt {
    /// A letter in it is taken at no door.
    Unkeepable(Misfit),
    /// Somebody has to look at it; the words go on behind 「列の名」に.
    Unsure(&'static str),
}

/// What is doubtful in a cell.
pub(super) fn of(cell: &str) -> Option<Doubt> {
    const ERRORS: [&str; 8] = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA"];
    if ERRORS.contains(&cell) {
        return Some(Doubt::Unsure("計算の誤り（#N/A など）が入っています。表計算で値を確かめてください。"));
    }
    if cell.contains(['\n', '\r']) {
        return Some(Doubt::Unsure("改行があります。名前や番号は一行で書いてください。"));
    }
    if let Some(misfit) = Misfit::of(cell, Lines::One) {
        return Some(Doubt::Unkeepable(misfit));
    }
    if cell.chars().any(|c| matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF)) {
        return Some(Doubt::Unsure("外字があります。ほかの機械では見えません。近い字に直すか、読みを添えてください。"));
    }
    if cell.contains(['〓', '\u{fffd}']) {
        return Some(Doubt::Unsure("「〓」など、もとの字がなくなった印があります。もとの字を確かめてください。"));
    }
    None
}

/// Whether a name says that nobody is there.
pub(super) fn is_vacancy(name: &str) -> bool {
    matches!(name.trim_matches(['（', '）', '(', ')']), "欠員" | "空席" | "未定" | "不在" | "なし" | "－" | "-" | "―")
}

/// Whether marks of an office stand in a name.
pub(super) fn has_marks(name: &str) -> bool {
    ["兼", "併", "代理", "扱"].iter().any(|mark| {
        [('（', '）'), ('(', ')'), ('[', ']'), ('【', '】')]
            .iter()
            .any(|(open, close)| name.contains(&format!("{open}{mark}{close}")))
    })
}
