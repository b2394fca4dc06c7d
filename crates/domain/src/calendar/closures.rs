//! On which days the town hall is open: weekends, national holidays, the year's end, and days the city adds.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use thiserror::Error;

use super::holiday_name;

/// The days on which offices are closed besides weekends and national holidays (地方自治法第4条の2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Closures {
    /// The days around New Year that the city's ordinance closes; 29 December to 3 January unless it says otherwise.
    pub year_end: YearEnd,
    /// Days that the city closes in addition, such as a local anniversary.
    pub extra: Vec<Date>,
}

/// A day that comes round every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthDay {
    month: i8,
    day: i8,
}

impl MonthDay {
    /// Takes a month and a day that exist in every year, or nothing.
    pub fn new(month: i8, day: i8) -> Option<Self> {
        // 2001 is an ordinary year: 29 February does not come round every year.
        Date::new(2001, month, day).ok().map(|_| Self { month, day })
    }

    fn of(date: Date) -> Self {
        Self { month: date.month(), day: date.day() }
    }
}

/// The days around New Year on which offices are closed, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearEnd {
    first: MonthDay,
    last: MonthDay,
}

/// Why days around New Year cannot be taken as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum YearEndProblem {
    /// The days do not lead from December into January.
    #[error(
        "年末年始の休みは、12月の日から1月の日までで書きます。初日に12月の日、終わりの日に1月の日を書いてください（例: 12月29日から1月3日まで）。"
    )]
    NotOverNewYear,
}

impl YearEnd {
    /// Takes the first day, in December, and the last, in January.
    pub fn new(first: MonthDay, last: MonthDay) -> Result<Self, YearEndProblem> {
        if first.month == 12 && last.month == 1 {
            Ok(Self { first, last })
        } else {
            Err(YearEndProblem::NotOverNewYear)
        }
    }

    /// Whether a day lies within these days.
    pub fn contains(self, date: Date) -> bool {
        let day = MonthDay::of(date);
        day >= self.first || day <= self.last
    }
}

impl Default for YearEnd {
    fn default() -> Self {
        Self { first: MonthDay { month: 12, day: 29 }, last: MonthDay { month: 1, day: 3 } }
    }
}

/// Whether the offices are open on a day.
pub fn is_open(date: Date, closures: &Closures) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
        && holiday_name(date).is_none()
        && !closures.year_end.contains(date)
        && !closures.extra.contains(&date)
}

/// The day itself if the offices are open on it, otherwise the first open day after it (期限の特例).
///
/// At the end of the calendar, in the year 9999, the last day is the answer whether it is open or not.
pub fn next_open_day(date: Date, closures: &Closures) -> Date {
    let mut day = date;
    while !is_open(day, closures) && day < Date::MAX {
        day = day.saturating_add(1.day());
    }
    day
}

/// The n-th open day after a day, which is itself not counted (初日不算入); n = 0 is [`next_open_day`].
pub fn add_open_days(date: Date, n: u16, closures: &Closures) -> Date {
    if n == 0 {
        return next_open_day(date, closures);
    }
    (0..n).fold(date, |day, _| next_open_day(day.saturating_add(1.day()), closures))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn of_days(first: (i8, i8), last: (i8, i8)) -> Result<YearEnd, YearEndProblem> {
        let day = |(month, day)| MonthDay::new(month, day).expect("the day exists");
        YearEnd::new(day(first), day(last))
    }

    #[test]
    fn the_offices_close_from_29_december_to_3_january_and_open_on_the_fourth() {
        let closures = Closures::default();
        assert!(is_open(date(2026, 12, 28), &closures));
        for day in date(2026, 12, 29).series(1.day()).take(6) {
            assert!(!is_open(day, &closures), "{day}");
        }
        assert!(is_open(date(2027, 1, 4), &closures));
    }

    #[test]
    fn a_due_day_on_a_closed_day_moves_to_the_next_open_one() {
        let closures = Closures::default();
        assert_eq!(next_open_day(date(2026, 12, 29), &closures), date(2027, 1, 4));
        assert_eq!(next_open_day(date(2026, 5, 2), &closures), date(2026, 5, 7));
        assert_eq!(next_open_day(date(2026, 5, 7), &closures), date(2026, 5, 7));
    }

    #[test]
    fn five_open_days_from_the_silver_week_skip_the_bridge() {
        let closures = Closures::default();
        // Friday 18 September 2026; Monday to Wednesday are holidays.
        assert_eq!(add_open_days(date(2026, 9, 18), 1, &closures), date(2026, 9, 24));
        assert_eq!(add_open_days(date(2026, 9, 18), 5, &closures), date(2026, 9, 30));
        assert_eq!(add_open_days(date(2026, 9, 20), 0, &closures), date(2026, 9, 24));
    }

    #[test]
    fn a_city_closes_on_its_own_days_and_in_its_own_year_end() {
        let closures = Closures {
            year_end: of_days((12, 28), (1, 4)).expect("it is over New Year"),
            extra: vec![date(2026, 10, 1)],
        };
        assert!(!is_open(date(2026, 10, 1), &closures));
        assert!(is_open(date(2025, 10, 1), &closures));
        assert!(!is_open(date(2026, 12, 28), &closures));
        assert_eq!(next_open_day(date(2026, 12, 28), &closures), date(2027, 1, 5));
    }

    #[test]
    fn a_year_end_that_would_close_the_whole_year_is_refused() {
        assert_eq!(of_days((1, 1), (12, 31)), Err(YearEndProblem::NotOverNewYear));
        assert_eq!(MonthDay::new(2, 29), None);
        assert_eq!(MonthDay::new(13, 1), None);
    }

    #[test]
    fn the_end_of_the_calendar_ends_the_search() {
        assert_eq!(add_open_days(Date::MAX, u16::MAX, &Closures::default()), Date::MAX);
    }
}
