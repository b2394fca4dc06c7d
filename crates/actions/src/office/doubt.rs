//! What in a cell of a staff list cannot be kept, or is to be asked about first.

/// Why a cell is not simply taken; the words go on behind 「列の名」に.
pub(super) enum Doubt {
    /// It cannot be kept.
    Unkeepable(&'static str),
    /// Somebody has to look at it.
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
    if cell.chars().any(is_unseen) {
        return Some(Doubt::Unkeepable("文字の向きを変える字や、見えない制御の字があります。打ち直してください。"));
    }
    if cell.chars().any(|c| matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF)) {
        return Some(Doubt::Unsure("外字があります。ほかの機械では見えません。近い字に直すか、読みを添えてください。"));
    }
    if cell.contains(['〓', '\u{fffd}']) {
        return Some(Doubt::Unsure("「〓」など、もとの字がなくなった印があります。もとの字を確かめてください。"));
    }
    None
}

/// Control characters and those that turn the direction of writing; joiners and variation selectors belong to names.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
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
