//! The civil calendar of a Japanese town hall: holidays, open days, fiscal years, 和暦, and the reading of typed dates.
//!
//! Nothing here looks at a clock: the instant comes in as an argument, the day comes out.

mod clock;
mod closures;
mod holidays;
mod kanji_figures;
mod parse;
mod time_of_day;
mod wareki;

pub use clock::{ClockFound, clock_against, moment, server_time};
pub use closures::{Closures, MonthDay, YearEnd, YearEndProblem, add_open_days, is_open, next_open_day};
pub use holidays::holiday_name;
pub use parse::{DateProblem, meant, parse_date};
pub use time_of_day::parse_time;
pub use wareki::{Era, wareki, wareki_with_western};

use kanji_figures::kanji_figures;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// Before this day no account of a social network was in use anywhere: whoever writes an earlier one means another year.
pub const NETWORKS_BEGAN: Date = Date::constant(2000, 1, 1);

/// Tells the day on which an instant (milliseconds since 1970, UTC) falls in Asia/Tokyo.
pub fn today(now_ms: i64) -> Date {
    tokyo(now_ms).date()
}

/// Tells the date and time that the wall clocks in Asia/Tokyo show at an instant (milliseconds since 1970, UTC).
///
/// Japan has kept nine hours ahead of UTC without summer time since 1952, longer than any social network exists, so
/// the offset is fixed and no time zone table can be missing. An instant beyond year 9999 becomes the nearest one.
pub fn tokyo(now_ms: i64) -> DateTime {
    let nearest = if now_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let instant = Timestamp::from_millisecond(now_ms).unwrap_or(nearest);
    Offset::constant(9).to_datetime(instant)
}

/// A fiscal year (年度): from 1 April to 31 March, named by the western year in which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FiscalYear(i16);

impl FiscalYear {
    /// The western year in which this fiscal year begins.
    pub fn year(self) -> i16 {
        self.0
    }

    /// The first day, 1 April.
    pub fn first_day(self) -> Date {
        Date::new(self.0, 4, 1).unwrap_or(Date::MIN)
    }

    /// The last day, 31 March of the following year.
    pub fn last_day(self) -> Date {
        Date::new(self.0.saturating_add(1), 3, 31).unwrap_or(Date::MAX)
    }

    /// The name as documents write it: 令和8年度.
    ///
    /// A fiscal year carries the era of its first day. The one exception is 2019, which began in 平成31年 and was
    /// called 令和元年度 as a whole.
    pub fn label(self) -> String {
        let named_on = if self.0 == 2019 { Date::constant(2019, 5, 1) } else { self.first_day() };
        format!("{}度", wareki::year_label(named_on))
    }
}

/// Tells the fiscal year to which a day belongs.
pub fn fiscal_year(date: Date) -> FiscalYear {
    FiscalYear(if date.month() >= 4 { date.year() } else { date.year().saturating_sub(1) })
}

/// Writes the fiscal year of a day as documents do: 令和8年度.
pub fn fiscal_year_label(date: Date) -> String {
    fiscal_year(date).label()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_tokyo_not_in_greenwich() {
        // 2026-03-31T14:59:59.999Z is the last millisecond of the fiscal year in Japan.
        let last_moment = 1_774_969_199_999;
        assert_eq!(today(last_moment), date(2026, 3, 31));
        assert_eq!(today(last_moment + 1), date(2026, 4, 1));
        assert_eq!(tokyo(last_moment + 1), date(2026, 4, 1).at(0, 0, 0, 0));
    }

    #[test]
    fn instants_beyond_the_calendar_are_answered_with_its_ends() {
        assert_eq!(today(i64::MAX).year(), 9999);
        assert_eq!(today(i64::MIN).year(), -9999);
    }

    #[test]
    fn a_fiscal_year_turns_on_the_first_of_april() {
        assert_eq!(fiscal_year(date(2026, 3, 31)).year(), 2025);
        assert_eq!(fiscal_year(date(2026, 4, 1)).year(), 2026);
        let year = fiscal_year(date(2027, 3, 31));
        assert_eq!((year.first_day(), year.last_day()), (date(2026, 4, 1), date(2027, 3, 31)));
    }

    #[test]
    fn fiscal_years_are_named_by_the_era_and_2019_is_the_first_of_reiwa() {
        assert_eq!(fiscal_year_label(date(2026, 4, 1)), "令和8年度");
        assert_eq!(fiscal_year_label(date(2027, 3, 31)), "令和8年度");
        assert_eq!(fiscal_year_label(date(2019, 4, 1)), "令和元年度");
        assert_eq!(fiscal_year_label(date(2019, 3, 31)), "平成30年度");
        assert_eq!(fiscal_year_label(date(1989, 3, 31)), "昭和63年度");
    }
}
