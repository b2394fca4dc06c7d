//! When a message leaves: at once, bundled, or in the day's digest.

use jiff::ToSpan;
use jiff::civil::Time;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::calendar::{Closures, next_open_day, tokyo};

/// How somebody wants to be told outside the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// すぐに.
    AtOnce,
    /// 1日1回まとめて.
    Daily,
    /// 送らない.
    Never,
}

/// When a message leaves, in milliseconds UTC. Messages to one recipient with the same instant are one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// Now, alone.
    Now,
    /// With whatever else comes until this instant.
    Together(i64),
    /// In the digest of this instant.
    Digest(i64),
    /// Never.
    Never,
}

/// So many messages may leave one by one within [`WINDOW`]; what comes then is bundled.
const ALONE: u64 = 3;
/// Ten minutes.
pub const WINDOW: i64 = 10 * 60 * 1000;

/// When a message for somebody leaves; `recent` counts what was made for them in the last [`WINDOW`].
pub fn timing(how: How, recent: u64, now: i64, hour: Time, closures: &Closures) -> Timing {
    match how {
        How::Never => Timing::Never,
        How::Daily => Timing::Digest(digest_at(now, hour, closures)),
        How::AtOnce if recent < ALONE => Timing::Now,
        How::AtOnce => Timing::Together((now.div_euclid(WINDOW) + 1) * WINDOW),
    }
}

/// The next instant after this one at which digests leave: at this hour of an open day in Asia/Tokyo.
pub fn digest_at(now: i64, hour: Time, closures: &Closures) -> i64 {
    let here = tokyo(now);
    let first = if here.time() < hour { here.date() } else { here.date().saturating_add(1.day()) };
    let at = next_open_day(first, closures).to_datetime(hour);
    Offset::constant(9).to_timestamp(at).map_or(i64::MAX, jiff::Timestamp::as_millisecond)
}

impl How {
    /// The word by which it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Daily => "daily",
            Self::Never => "never",
        }
    }

    /// The choice of a stored or sent word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::AtOnce, Self::Daily, Self::Never].into_iter().find(|how| how.word() == word)
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::AtOnce => "すぐに送る",
            Self::Daily => "1日1回まとめて送る",
            Self::Never => "送らない",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date, time};

    use super::*;

    const HOUR: Time = Time::constant(8, 45, 0, 0);

    fn at(day: Date, hour: i8, minute: i8) -> i64 {
        let here = day.to_datetime(time(hour, minute, 0, 0));
        Offset::constant(9).to_timestamp(here).expect("an instant").as_millisecond()
    }

    #[test]
    fn a_digest_leaves_at_the_hour_of_the_next_open_day() {
        let none = Closures::default();
        let monday = date(2026, 6, 1);
        assert_eq!(digest_at(at(monday, 8, 44), HOUR, &none), at(monday, 8, 45));
        assert_eq!(digest_at(at(monday, 8, 45), HOUR, &none), at(date(2026, 6, 2), 8, 45));
        assert_eq!(digest_at(at(date(2026, 6, 5), 17, 0), HOUR, &none), at(date(2026, 6, 8), 8, 45));
        assert_eq!(digest_at(at(date(2026, 12, 28), 9, 0), HOUR, &none), at(date(2027, 1, 4), 8, 45));
    }

    #[test]
    fn the_fourth_message_in_ten_minutes_waits_for_those_that_follow() {
        let none = Closures::default();
        let now = at(date(2026, 6, 1), 10, 3);
        assert_eq!(timing(How::AtOnce, 2, now, HOUR, &none), Timing::Now);
        assert_eq!(timing(How::AtOnce, 3, now, HOUR, &none), Timing::Together(at(date(2026, 6, 1), 10, 10)));
        assert_eq!(timing(How::Never, 0, now, HOUR, &none), Timing::Never);
        assert_eq!(timing(How::Daily, 0, now, HOUR, &none), Timing::Digest(at(date(2026, 6, 2), 8, 45)));
    }
}
