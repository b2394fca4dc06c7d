//! What in a cell of a staff list cannot be kept, or is to be asked about first.

use documents::table::folded;
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

/// Whether a word, of a name or of a number, says that nobody is there; brackets and spaces make no difference.
pub(super) fn is_vacancy(word: &str) -> bool {
    let word = folded(word);
    matches!(
        word.trim_matches(['(', ')', '[', ']', '【', '】', '〔', '〕', '<', '>', '《', '》']),
        "欠員"
            | "欠"
            | "空席"
            | "空き"
            | "空"
            | "空職"
            | "未定"
            | "未配置"
            | "不在"
            | "なし"
            | "無し"
            | "無"
            | "-"
            | "--"
            | "―"
            | "—"
            | "–"
            | "−"
            | "ー"
    )
}

/// Why a name is hardly that of one person; the words stand alone.
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    const MARKS: [&str; 18] = [
        "兼",
        "併",
        "代理",
        "扱",
        "旧",
        "心得",
        "再任用",
        "任用",
        "派遣",
        "出向",
        "産休",
        "育休",
        "休職",
        "休業",
        "欠員",
        "予定",
        "退職",
        "再掲",
    ];
    let plain = folded(name);
    let inside = plain
        .split(['(', '[', '【', '〔', '<'])
        .skip(1)
        .filter_map(|rest| rest.split([')', ']', '】', '〕', '>']).next());
    if inside.into_iter().any(|inside| MARKS.iter().any(|mark| inside.contains(mark))) {
        return Some(
            "氏名の欄に「（兼）」「（旧姓）」などの印があります。氏名だけを書いてください（兼務は、行を分けるだけで足ります）。",
        );
    }
    if plain.contains(['、', ',', ';', '/', '&', '､']) || has_dot_between_people(&plain) {
        return Some("氏名の欄に二人以上の名があるように見えます。一つの行に一人を書いてください。");
    }
    if !plain.chars().any(char::is_alphabetic) {
        return Some(
            "氏名の欄が、数字か記号だけです。空の参照ではないか確かめ、だれもいなければ、職員番号と氏名を空にしてください。",
        );
    }
    None
}

/// Names in katakana have a dot between their parts, and so has the name of a post that stands for whoever holds it; others
/// have it between two people, each with a name of a few letters.
fn has_dot_between_people(plain: &str) -> bool {
    const LONGEST: usize = 6;
    let is_foreign = |c: char| c.is_ascii_alphabetic() || matches!(c, 'ァ'..='ヺ' | 'ー');
    let parts: Vec<&str> = plain.split(['・', '･']).collect();
    parts.len() > 1
        && parts.iter().all(|part| part.chars().count() <= LONGEST)
        && !parts.iter().all(|part| part.chars().all(is_foreign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nobody_are_one_whatever_their_spaces() {
        for word in ["欠員", "欠 員", "欠　員", "(欠員)", "（欠）", "空き", "空席", "未定", "－", "―", "-", "【欠員】"]
        {
            assert!(is_vacancy(word), "{word}");
        }
        for name in ["欠田 一", "空 太郎", "未定子", ""] {
            assert!(!is_vacancy(name), "{name}");
        }
    }

    #[test]
    fn what_is_hardly_one_name_is_told_from_names() {
        for odd in [
            "山田（兼務）",
            "丁（旧姓：戊）",
            "壬・癸",
            "壬、癸",
            "壬/癸",
            "0",
            "００１",
            "（会計年度任用職員）山田太郎",
            "山田[兼]",
        ] {
            assert!(of_name(odd).is_some(), "{odd}");
        }
        for name in [
            "ジョン・スミス",
            "経済・雇用戦略課主任（見本）",
            "秘書課長（見本）",
            "見本　一郎",
            "=見本 三郎",
            "見本 ?子",
            "O'Brien",
        ] {
            assert_eq!(of_name(name), None, "{name}");
        }
    }
}
