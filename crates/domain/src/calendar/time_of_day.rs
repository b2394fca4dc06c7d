//! Times of day as people type them.

use unicode_normalization::UnicodeNormalization as _;

use super::kanji_figures;

/// Reads a time of day, as hour and minute: 08:30, ８：３０, 830, 8時半, 午後5時15分, 5:15PM, 正午; 24:00 is the end of a day.
pub fn parse_time(typed: &str) -> Option<(u8, u8)> {
    let folded: String = typed.nfkc().filter(|c| !c.is_whitespace()).collect();
    let folded = kanji_figures(&folded.to_lowercase());
    if folded == "正午" {
        return Some((12, 0));
    }
    let (half, rest) = half_of_day(&folded);
    let (hour, minute) = hour_and_minute(rest)?;
    match half {
        // 午後12時 is noon to some and midnight to others.
        Some(half) => (hour < 12 && minute < 60).then_some((half + hour, minute)),
        None => (hour < 24 && minute < 60 || hour == 24 && minute == 0).then_some((hour, minute)),
    }
}

/// The hours that 午前 or 午後 add, where they are said, and what is left of the text.
fn half_of_day(text: &str) -> (Option<u8>, &str) {
    const HALVES: [(&str, u8); 6] = [("午前", 0), ("午後", 12), ("a.m.", 0), ("p.m.", 12), ("am", 0), ("pm", 12)];
    let found = |(word, hours): (&str, u8)| {
        let rest = text.strip_prefix(word).or_else(|| text.strip_suffix(word).filter(|_| word.is_ascii()))?;
        Some((Some(hours), rest))
    };
    HALVES.into_iter().find_map(found).unwrap_or((None, text))
}

fn hour_and_minute(text: &str) -> Option<(u8, u8)> {
    if let Some((hour, minute)) = text.split_once('時') {
        let minute = match minute.trim_end_matches('分') {
            "" => 0,
            "半" => 30,
            minute => figures(minute)?,
        };
        return Some((figures(hour)?, minute));
    }
    if let Some((hour, minute)) = text.split_once([':', '.', ';']) {
        // 8:3 may be 8:03 as well as a slip for 8:30.
        return Some((figures(hour)?, figures(minute).filter(|_| minute.len() == 2)?));
    }
    // 830 and 1715; 8 and 17 are hours alone.
    let split = if text.len() > 2 { text.len() - 2 } else { text.len() };
    let (hour, minute) = text.split_at_checked(split)?;
    Some((figures(hour)?, if minute.is_empty() { 0 } else { figures(minute)? }))
}

/// One or two figures.
fn figures(text: &str) -> Option<u8> {
    let plain = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_people_type_it() {
        for typed in [
            "08:30",
            "8:30",
            "８：３０",
            "830",
            "0830",
            "8時半",
            "8時30分",
            "８時３０分",
            "午前8時30分",
            " 8 : 30 ",
            "AM8:30",
            "8:30am",
            "8:30 a.m.",
            "8.30",
            "8；30",
            "八時半",
            "八時三十分",
            "午前八時三〇分",
        ] {
            assert_eq!(parse_time(typed), Some((8, 30)), "{typed}");
        }
        for (typed, time) in [
            ("17", (17, 0)),
            ("17時", (17, 0)),
            ("午後5時15分", (17, 15)),
            ("1715", (17, 15)),
            ("5:15 PM", (17, 15)),
            ("十七時十五分", (17, 15)),
            ("二十時", (20, 0)),
            ("正午", (12, 0)),
            ("24:00", (24, 0)),
            ("0", (0, 0)),
        ] {
            assert_eq!(parse_time(typed), Some(time), "{typed}");
        }
    }

    #[test]
    fn what_no_clock_shows_is_no_time() {
        for typed in [
            "",
            "25:00",
            "24:01",
            "8:60",
            "8:3",
            "13:00pm",
            "8am30",
            "860",
            "午後12時",
            "午後13時",
            "8時半頃",
            "-8:30",
            "8:3:0",
            "朝",
            "83000",
            "時",
            ":",
        ] {
            assert_eq!(parse_time(typed), None, "{typed}");
        }
    }
}
