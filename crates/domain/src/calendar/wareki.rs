//! 和暦: the eras from Meiji to Reiwa, and dates written by them.

use jiff::civil::Date;

/// An era (元号) since Meiji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治.
    Meiji,
    /// 大正.
    Taisho,
    /// 昭和.
    Showa,
    /// 平成.
    Heisei,
    /// 令和.
    Reiwa,
}

impl Era {
    /// All eras, the latest first.
    pub const ALL: [Self; 5] = [Self::Reiwa, Self::Heisei, Self::Showa, Self::Taisho, Self::Meiji];

    /// The era of a day; none before 1873, when 旧暦 still counted the days and a western date has no era's date.
    ///
    /// The day on which Meiji became Taisho and the day on which Taisho became Showa belong to both; the later is
    /// answered.
    pub fn of(date: Date) -> Option<Self> {
        Self::ALL.into_iter().find(|era| era.first_day() <= date)
    }

    /// The name: 令和.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The letter that tables use for short: R.
    pub fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The first day that can be written in this era by today's calendar; 明治6年1月1日 for Meiji.
    pub fn first_day(self) -> Date {
        match self {
            Self::Meiji => Date::constant(1873, 1, 1),
            Self::Taisho => Date::constant(1912, 7, 30),
            Self::Showa => Date::constant(1926, 12, 25),
            Self::Heisei => Date::constant(1989, 1, 8),
            Self::Reiwa => Date::constant(2019, 5, 1),
        }
    }

    /// The last day of this era, or nothing while it lasts.
    pub fn last_day(self) -> Option<Date> {
        match self {
            Self::Meiji => Some(Date::constant(1912, 7, 30)),
            Self::Taisho => Some(Date::constant(1926, 12, 25)),
            Self::Showa => Some(Date::constant(1989, 1, 7)),
            Self::Heisei => Some(Date::constant(2019, 4, 30)),
            Self::Reiwa => None,
        }
    }

    /// The western year that a year of this era is, if years count that far.
    pub(super) fn western_year(self, year_of_era: i16) -> Option<i16> {
        year_of_era.checked_add(self.year_zero())
    }

    /// The western year before the first of this era.
    fn year_zero(self) -> i16 {
        match self {
            Self::Meiji => 1867,
            Self::Taisho => 1911,
            Self::Showa => 1925,
            Self::Heisei => 1988,
            Self::Reiwa => 2018,
        }
    }
}

/// Writes a date in 和暦: 令和8年4月1日, 令和元年5月1日; before 1873 the western date.
pub fn wareki(date: Date) -> String {
    format!("{}{}月{}日", year_label(date), date.month(), date.day())
}

/// Writes a date in 和暦 with the western date beside it: 令和8年4月1日（2026年4月1日）.
pub fn wareki_with_western(date: Date) -> String {
    if Era::of(date).is_none() {
        return wareki(date);
    }
    format!("{}（{}年{}月{}日）", wareki(date), date.year(), date.month(), date.day())
}

/// Writes the year of a date in 和暦: 令和8年, 令和元年; before 1873 the western year.
pub(super) fn year_label(date: Date) -> String {
    let Some(era) = Era::of(date) else {
        return format!("{}年", date.year());
    };
    match date.year() - era.year_zero() {
        1 => format!("{}元年", era.name()),
        year => format!("{}{year}年", era.name()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_first_year_of_an_era_is_written_gannen() {
        assert_eq!(wareki(date(2019, 5, 1)), "令和元年5月1日");
        assert_eq!(wareki(date(2020, 1, 1)), "令和2年1月1日");
        assert_eq!(wareki_with_western(date(2026, 4, 1)), "令和8年4月1日（2026年4月1日）");
    }

    #[test]
    fn each_era_ends_on_its_day() {
        for (day, written) in [
            (date(2019, 4, 30), "平成31年4月30日"),
            (date(1989, 1, 8), "平成元年1月8日"),
            (date(1989, 1, 7), "昭和64年1月7日"),
            (date(1926, 12, 25), "昭和元年12月25日"),
            (date(1926, 12, 24), "大正15年12月24日"),
            (date(1912, 7, 30), "大正元年7月30日"),
            (date(1912, 7, 29), "明治45年7月29日"),
            (date(1873, 1, 1), "明治6年1月1日"),
        ] {
            assert_eq!(wareki(day), written);
        }
    }

    #[test]
    fn days_counted_by_the_old_calendar_stay_western() {
        assert_eq!(wareki(date(1872, 12, 31)), "1872年12月31日");
        assert_eq!(wareki_with_western(date(1603, 3, 24)), "1603年3月24日");
    }
}
