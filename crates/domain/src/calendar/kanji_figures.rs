//! Figures in kanji, as official papers have them.

/// The text with its figures in kanji as plain ones: 二〇二六 is 2026, 二十五 is 25; all else stays.
pub(super) fn kanji_figures(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut run: Vec<char> = Vec::new();
    for character in text.chars() {
        if figure(character).is_some() || character == '十' {
            run.push(character);
        } else {
            plain.push_str(&number(&run));
            run.clear();
            plain.push(character);
        }
    }
    plain + &number(&run)
}

/// A run of such signs as plain figures; what is no number stays as it is.
fn number(run: &[char]) -> String {
    let figures = |part: &[char]| part.iter().filter_map(|sign| figure(*sign)).collect::<String>();
    let Some(ten) = run.iter().position(|sign| *sign == '十') else { return figures(run) };
    let (tens, ones) = (run.get(..ten).unwrap_or_default(), run.get(ten + 1..).unwrap_or_default());
    if tens.len() > 1 || ones.len() > 1 || ones.contains(&'十') {
        return run.iter().collect();
    }
    let or = |text: String, none: &str| if text.is_empty() { none.to_owned() } else { text };
    or(figures(tens), "1") + &or(figures(ones), "0")
}

fn figure(sign: char) -> Option<char> {
    let at =
        ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'].into_iter().position(|known| known == sign)?;
    char::from_digit(u32::try_from(at).ok()?, 10)
}

#[cfg(test)]
mod tests {
    use super::kanji_figures;

    #[test]
    fn figures_in_kanji_are_read_by_place_and_by_tens() {
        for (kanji, plain) in [
            ("二〇二六年四月一日", "2026年4月1日"),
            ("令和十年十二月三十一日", "令和10年12月31日"),
            ("二十時", "20時"),
            ("十一", "11"),
            ("8時半", "8時半"),
            ("十十", "十十"),
            ("一二十", "一二十"),
            ("", ""),
        ] {
            assert_eq!(kanji_figures(kanji), plain, "{kanji}");
        }
    }
}
