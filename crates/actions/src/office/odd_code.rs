//! Codes that a spreadsheet has made out of something else, or that are several at once: they are asked about.

use super::remark;

/// What is said of several codes in one cell.
pub(super) const SEVERAL: &str = "には番号が二つ以上あるように見えます。一つの行に一つの番号を書いてください。";

/// Whether a cell holds two codes that begin alike, with a space between them; a space within one code is only spacing.
pub(super) fn is_several(typed: &str) -> bool {
    let letters = |code: &str| code.chars().take_while(|c| !c.is_numeric()).collect::<String>();
    let parts: Vec<&str> = typed.split_whitespace().collect();
    let first = parts.first().map(|part| letters(part)).filter(|letters| !letters.is_empty());
    parts.len() > 1 && parts.iter().all(|part| Some(letters(part)) == first && part.contains(char::is_numeric))
}

/// Why a code is hardly one, to go on behind 「列の名」「コード」; none where it may be.
pub(super) fn why(code: &str) -> Option<&'static str> {
    let is_figures = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let lower = code.to_lowercase();
    if is_day(&lower) {
        return Some("は日付に見えます。表計算が番号を日付に変えていないか確かめ、もとの番号を書いてください。");
    }
    if code.contains(':') {
        return Some("は時刻に見えます。表計算が番号を時刻に変えていないか確かめ、もとの番号を書いてください。");
    }
    if let Some((before, after)) = lower.split_once('e') {
        let mantissa = before.split('.').all(is_figures);
        let signed = after.strip_prefix(['+', '-']).is_some_and(is_figures);
        if mantissa && (signed || before.contains('.') && is_figures(after)) {
            return Some("は指数の書き方です。桁が落ちているかもしれません。もとの番号を書いてください。");
        }
    }
    if code.split_once('.').is_some_and(|(whole, part)| is_figures(whole) && is_figures(part)) {
        return Some("は小数に見えます。もとの番号を書いてください。");
    }
    let groups: Vec<&str> = code.split(',').collect();
    if groups.len() > 1 && groups.iter().all(|group| is_figures(group)) && groups.iter().skip(1).all(|g| g.len() == 3) {
        return Some("は桁の区切りのコンマがある数か、二つの番号に見えます。区切りのない一つの番号を書いてください。");
    }
    if code.contains([',', '、', '，', ';', '・', '&', '~', '〜', '～', '/', '|', '､', '･']) {
        return Some(SEVERAL);
    }
    if code.strip_prefix(['-', '−', '▲', '△']).is_some_and(is_figures) || code.ends_with('%') || code.starts_with('+')
    {
        return Some("は計算の数に見えます。もとの番号を書いてください。");
    }
    if matches!(lower.as_str(), "true" | "false") || !code.chars().any(char::is_alphanumeric) {
        return Some("は番号の字ではありません。番号を書くか、空にしてください。");
    }
    None
}

/// The same for posts and people, whose codes are never words alone.
pub(super) fn why_of_post_or_person(code: &str) -> Option<&'static str> {
    let is_word = remark::is_wordy(code) && !code.chars().any(|c| c.is_ascii_alphanumeric());
    let is_count = remark::is_sum(code)
        || code.strip_suffix(['名', '人']).is_some_and(|count| count.bytes().all(|byte| byte.is_ascii_digit()));
    if is_word || is_count {
        return Some("は番号の字ではありません。番号を書くか、空にしてください。");
    }
    why(code)
}

/// Whether a code tells a day: 2026/4/1, 2026-04-01, 4月1日, R8.4.1.
fn is_day(code: &str) -> bool {
    if code.contains(['年', '月']) && code.bytes().any(|byte| byte.is_ascii_digit()) {
        return true;
    }
    let code = code.split('t').next().unwrap_or_default();
    let era = code.trim_start_matches(['令', '和', '平', '成', '昭', 'r', 'h', 's']);
    let parts: Vec<&str> = era.split(['/', '-', '.']).collect();
    let number = |at: usize| parts.get(at).and_then(|part| part.parse::<u16>().ok());
    let month_and_day = |month: usize, day: usize| {
        number(month).is_some_and(|m| (1..=12).contains(&m)) && number(day).is_some_and(|d| (1..=31).contains(&d))
    };
    match parts.len() {
        3 if month_and_day(1, 2) => {
            number(0).is_some_and(|year| (1900..=2100).contains(&year))
                || era != code && era.contains('.')
                || era.contains('/')
        }
        2 => era.contains('/') && month_and_day(0, 1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_made_of_a_number_is_asked_about() {
        for odd in [
            "2026/4/1",
            "2026-04-01",
            "2026.4.1",
            "4月1日",
            "令和8年4月1日",
            "R8.4.1",
            "4/1",
            "08:30",
            "1.00E+03",
            "1E+05",
            "1,021",
            "8.0",
            "0.15",
            "9,10",
            "P6、P7",
            "P6・P7",
            "-5",
            "15%",
            "TRUE",
            "-",
            "2026-04-01T08:30",
        ] {
            assert!(why(odd).is_some(), "{odd}");
        }
        for code in [
            "0101",
            "P01011",
            "A-12",
            "09-02-01",
            "811-1234",
            "1E05",
            "K-303",
            "派1",
            "s1-head-post",
            "見本",
            "01.02.003",
            "s1-2-3",
        ] {
            assert_eq!(why(code), None, "{code}");
        }
        for several in ["P6 P7", "Ｐ６　Ｐ７", "P01011\nP01012"] {
            assert!(is_several(several), "{several}");
        }
        for one in ["P6", "0 9 0 1", "09 01", "P 6", "K 303", "広報 1"] {
            assert!(!is_several(one), "{one}");
        }
        for odd in ["未定", "5名", "計5名", "合計", "課長"] {
            assert!(why_of_post_or_person(odd).is_some(), "{odd}");
        }
        assert_eq!(why_of_post_or_person("派1"), None);
    }
}
