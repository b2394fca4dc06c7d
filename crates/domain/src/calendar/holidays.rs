//! The national holidays by 国民の祝日に関する法律, computed with each of its amendments from 1949 to 2099.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Names the national holiday on a day: a 祝日, a 振替休日, a 国民の休日 or a holiday made by a law of its own.
///
/// Known from 1949 to 2099; a day outside is answered as an ordinary one. The equinoxes of years to come follow the
/// usual approximation, while the law lets the gazette of each February have the last word; a city adds a day that
/// the law brings later as an extra closure.
pub fn holiday_name(date: Date) -> Option<&'static str> {
    if !(1949..=2099).contains(&date.year()) {
        return None;
    }
    named_holiday(date)
        .or_else(|| day_by_special_law(date))
        .or_else(|| substitute(date))
        .or_else(|| between_two_holidays(date))
}

/// The holidays of article 2, as they stood in the year, with the two moved years of the Olympic games.
fn named_holiday(date: Date) -> Option<&'static str> {
    let year = date.year();
    let nth_monday = |n: i8| date.nth_weekday_of_month(n, Weekday::Monday).is_ok_and(|monday| monday == date);
    let name = match (date.month(), date.day()) {
        (1, 1) => "元日",
        (1, 15) if year <= 1999 => "成人の日",
        (1, _) if year >= 2000 && nth_monday(2) => "成人の日",
        (2, 11) if year >= 1967 => "建国記念の日",
        (2, 23) if year >= 2020 => "天皇誕生日",
        (3, day) if day == equinox(year, SPRING) => "春分の日",
        (4, 29) if year <= 1988 => "天皇誕生日",
        (4, 29) if year <= 2006 => "みどりの日",
        (4, 29) => "昭和の日",
        (5, 1) if year == 2019 => "天皇の即位の日",
        (5, 3) => "憲法記念日",
        (5, 4) if year >= 2007 => "みどりの日",
        (5, 5) => "こどもの日",
        (7, 20) if (1996..=2002).contains(&year) => "海の日",
        (7, 23) if year == 2020 => "海の日",
        (7, 22) if year == 2021 => "海の日",
        (7, 24) if year == 2020 => "スポーツの日",
        (7, 23) if year == 2021 => "スポーツの日",
        (7, _) if year >= 2003 && !games(year) && nth_monday(3) => "海の日",
        (8, 10) if year == 2020 => "山の日",
        (8, 8) if year == 2021 => "山の日",
        (8, 11) if year >= 2016 && !games(year) => "山の日",
        (9, 15) if (1966..=2002).contains(&year) => "敬老の日",
        (9, _) if year >= 2003 && nth_monday(3) => "敬老の日",
        (9, day) if day == equinox(year, AUTUMN) => "秋分の日",
        (10, 10) if (1966..=1999).contains(&year) => "体育の日",
        (10, _) if (2000..=2019).contains(&year) && nth_monday(2) => "体育の日",
        (10, _) if year >= 2022 && nth_monday(2) => "スポーツの日",
        (10, 22) if year == 2019 => "即位礼正殿の儀の行われる日",
        (11, 3) => "文化の日",
        (11, 23) => "勤労感謝の日",
        (12, 23) if (1989..=2018).contains(&year) => "天皇誕生日",
        _ => return None,
    };
    Some(name)
}

/// The years in which 海の日, 山の日 and スポーツの日 were moved beside the opening and closing of the games.
fn games(year: i16) -> bool {
    matches!(year, 2020 | 2021)
}

/// Days that a law of their own made holidays. Unlike the two of 2019 they do not count as 祝日 for their neighbours.
fn day_by_special_law(date: Date) -> Option<&'static str> {
    match (date.year(), date.month(), date.day()) {
        (1959, 4, 10) => Some("皇太子明仁親王の結婚の儀の行われる日"),
        (1989, 2, 24) => Some("昭和天皇の大喪の礼の行われる日"),
        (1990, 11, 12) => Some("即位礼正殿の儀の行われる日"),
        (1993, 6, 9) => Some("皇太子徳仁親王の結婚の儀の行われる日"),
        _ => None,
    }
}

/// Article 3, paragraph 2: a 祝日 on a Sunday frees a day after it; since 2007 the next one that is not itself a 祝日.
fn substitute(date: Date) -> Option<&'static str> {
    const SINCE: Date = Date::constant(1973, 4, 12);
    let steps_over_holidays = date.year() >= 2007;
    let mut before = date;
    loop {
        before = before.checked_sub(1.day()).ok()?;
        if before < SINCE || named_holiday(before).is_none() {
            return None;
        }
        if before.weekday() == Weekday::Sunday {
            return Some("振替休日");
        }
        if !steps_over_holidays {
            return None;
        }
    }
}

/// Article 3, paragraph 3: a day with a 祝日 on either side. Until 2006 a Sunday was left out of it.
fn between_two_holidays(date: Date) -> Option<&'static str> {
    const SINCE: Date = Date::constant(1985, 12, 27);
    if date < SINCE || (date.year() <= 2006 && date.weekday() == Weekday::Sunday) {
        return None;
    }
    let is_holiday = |day: Result<Date, jiff::Error>| day.is_ok_and(|day| named_holiday(day).is_some());
    (is_holiday(date.yesterday()) && is_holiday(date.tomorrow())).then_some("国民の休日")
}

/// The day of the month, in millionths, from which an equinox drifts: until 1979, and from 1980.
#[derive(Clone, Copy)]
struct Equinox {
    until_1979: i32,
    from_1980: i32,
}

const SPRING: Equinox = Equinox { until_1979: 20_835_700, from_1980: 20_843_100 };
const AUTUMN: Equinox = Equinox { until_1979: 23_258_800, from_1980: 23_248_800 };

/// The day of the month of an equinox in Japan: it drifts by 0.242194 day a year and each leap day takes one back.
fn equinox(year: i16, which: Equinox) -> i8 {
    let base = if year < 1980 { which.until_1979 } else { which.from_1980 };
    let years = i32::from(year) - 1980;
    let day = (base + 242_194 * years).div_euclid(1_000_000) - years.div_euclid(4);
    i8::try_from(day).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// All holidays of a year, as month, day and name.
    fn year(year: i16) -> Vec<(i8, i8, &'static str)> {
        date(year, 1, 1)
            .series(1.day())
            .take_while(|day| day.year() == year)
            .filter_map(|day| holiday_name(day).map(|name| (day.month(), day.day(), name)))
            .collect()
    }

    #[test]
    fn the_year_2026_has_its_substitute_in_may_and_its_bridge_in_september() {
        assert_eq!(
            year(2026),
            [
                (1, 1, "元日"),
                (1, 12, "成人の日"),
                (2, 11, "建国記念の日"),
                (2, 23, "天皇誕生日"),
                (3, 20, "春分の日"),
                (4, 29, "昭和の日"),
                (5, 3, "憲法記念日"),
                (5, 4, "みどりの日"),
                (5, 5, "こどもの日"),
                (5, 6, "振替休日"),
                (7, 20, "海の日"),
                (8, 11, "山の日"),
                (9, 21, "敬老の日"),
                (9, 22, "国民の休日"),
                (9, 23, "秋分の日"),
                (10, 12, "スポーツの日"),
                (11, 3, "文化の日"),
                (11, 23, "勤労感謝の日"),
            ]
        );
    }

    #[test]
    fn the_change_of_emperor_made_ten_days_free_and_left_december_without_a_birthday() {
        let around: Vec<_> = year(2019).into_iter().filter(|(month, day, _)| (*month, *day) >= (4, 28)).collect();
        assert_eq!(
            around.get(..9),
            Some(
                &[
                    (4, 29, "昭和の日"),
                    (4, 30, "国民の休日"),
                    (5, 1, "天皇の即位の日"),
                    (5, 2, "国民の休日"),
                    (5, 3, "憲法記念日"),
                    (5, 4, "みどりの日"),
                    (5, 5, "こどもの日"),
                    (5, 6, "振替休日"),
                    (7, 15, "海の日"),
                ][..]
            )
        );
        assert_eq!(holiday_name(date(2019, 10, 22)), Some("即位礼正殿の儀の行われる日"));
        assert_eq!(holiday_name(date(2019, 12, 23)), None);
    }

    #[test]
    fn the_games_moved_three_holidays_in_2020_and_again_in_2021() {
        for (day, name) in [
            (date(2020, 7, 23), "海の日"),
            (date(2020, 7, 24), "スポーツの日"),
            (date(2020, 8, 10), "山の日"),
            (date(2021, 7, 22), "海の日"),
            (date(2021, 7, 23), "スポーツの日"),
            (date(2021, 8, 8), "山の日"),
            (date(2021, 8, 9), "振替休日"),
        ] {
            assert_eq!(holiday_name(day), Some(name), "{day}");
        }
        for day in [date(2020, 7, 20), date(2020, 8, 11), date(2020, 10, 12), date(2021, 7, 19), date(2021, 10, 11)] {
            assert_eq!(holiday_name(day), None, "{day}");
        }
    }

    #[test]
    fn a_sunday_gave_nothing_back_before_april_1973() {
        assert_eq!(holiday_name(date(1973, 2, 12)), None);
        assert_eq!(holiday_name(date(1973, 4, 30)), Some("振替休日"));
    }

    #[test]
    fn until_2006_a_substitute_did_not_step_over_other_holidays() {
        // 3 May 1998 was a Sunday, and the Monday after it was its substitute; the fifth stayed alone.
        assert_eq!(holiday_name(date(1998, 5, 4)), Some("振替休日"));
        assert_eq!(holiday_name(date(1998, 5, 6)), None);
        assert_eq!(holiday_name(date(2009, 5, 6)), Some("振替休日"));
    }

    #[test]
    fn the_fourth_of_may_was_a_bridge_from_1988_to_2006() {
        assert_eq!(holiday_name(date(1985, 5, 4)), None);
        assert_eq!(holiday_name(date(1988, 5, 4)), Some("国民の休日"));
        assert_eq!(holiday_name(date(1997, 5, 4)), None, "a Sunday was left out");
        assert_eq!(holiday_name(date(2006, 5, 4)), Some("国民の休日"));
        assert_eq!(holiday_name(date(2007, 5, 4)), Some("みどりの日"));
    }

    #[test]
    fn equinoxes_wander_between_two_days() {
        for (spring, autumn) in [
            (date(1950, 3, 21), date(1950, 9, 23)),
            (date(1960, 3, 20), date(1960, 9, 23)),
            (date(1979, 3, 21), date(1979, 9, 24)),
            (date(1980, 3, 20), date(1980, 9, 23)),
            (date(2012, 3, 20), date(2012, 9, 22)),
            (date(2023, 3, 21), date(2023, 9, 23)),
            (date(2092, 3, 19), date(2092, 9, 22)),
        ] {
            assert_eq!(holiday_name(spring), Some("春分の日"), "{spring}");
            assert_eq!(holiday_name(autumn), Some("秋分の日"), "{autumn}");
        }
    }

    #[test]
    fn nothing_is_claimed_outside_the_years_that_are_known() {
        assert_eq!(holiday_name(date(1948, 11, 3)), None);
        assert_eq!(holiday_name(date(2100, 1, 1)), None);
    }
}
