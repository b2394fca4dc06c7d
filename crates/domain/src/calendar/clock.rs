//! Whether a machine's clock can be right: the ledger knows an instant before which it cannot be.

use super::{tokyo, wareki};

/// Clocks of several machines differ by less than this (ms).
const SKEW: i64 = 2 * 60_000;
/// No town is without any record for so long (ms): each spring people change their posts.
const SILENCE: i64 = 300 * 24 * 60 * 60_000;

/// How a clock stands to the last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockFound {
    /// Nothing speaks against it.
    Plausible,
    /// It is behind the last record, which is stamped later: it is slow, or it was fast when that was recorded.
    Behind {
        /// What it shows (ms, UTC).
        now: i64,
        /// The instant of the last record (ms, UTC).
        last: i64,
    },
    /// It is so far ahead of the last record that it is probably wrong.
    FarAhead {
        /// What it shows (ms, UTC).
        now: i64,
        /// The instant of the last record (ms, UTC).
        last: i64,
    },
}

/// Compares a clock with the instant of the last record; `last` is 0 where there is none.
pub fn clock_against(last: i64, now: i64) -> ClockFound {
    if last.saturating_sub(now) > SKEW {
        ClockFound::Behind { now, last }
    } else if last > 0 && now.saturating_sub(last) > SILENCE {
        ClockFound::FarAhead { now, last }
    } else {
        ClockFound::Plausible
    }
}

impl ClockFound {
    /// What is told to people, with what to do next; `None` where nothing is wrong.
    pub fn warning(self) -> Option<String> {
        match self {
            Self::Plausible => None,
            Self::Behind { now, last } => Some(format!(
                "サーバーの時計（{}）が、台帳の最後の記録（{}）より遅れています。記録の時刻は前に戻らないため、今の記録には最後の記録の時刻が付きます。\n次にすること：サーバーの時計を合わせてください。時計が合っているときは、最後の記録のときに時計が進んでいました。",
                moment(now),
                moment(last)
            )),
            Self::FarAhead { now, last } => Some(format!(
                "サーバーの時計（{}）が、台帳の最後の記録（{}）より大きく進んでいます。このまま記録すると、時計を戻した後の記録にも、進んだ時刻が付きます。\n次にすること：記録する前に、サーバーの時計を確かめてください。",
                moment(now),
                moment(last)
            )),
        }
    }
}

/// The clock of the server, beside a one-time code that did not fit: such codes go by the time.
pub fn server_time(now: i64) -> String {
    format!("サーバーの時計は {} です。端末の時計と違うときは、合わせてください。", moment(now))
}

/// An instant as people read it on the wall: 令和8年6月1日 9:05.
pub fn moment(ms: i64) -> String {
    let at = tokyo(ms);
    format!("{} {}:{:02}", wareki(at.date()), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-01 09:00 in Japan.
    const MORNING: i64 = 1_780_272_000_000;
    const DAY: i64 = 24 * 60 * 60_000;

    #[test]
    fn a_clock_is_judged_by_the_last_record() {
        for plausible in [-60_000, 0, 1, DAY, 299 * DAY] {
            assert_eq!(clock_against(MORNING, MORNING + plausible), ClockFound::Plausible, "{plausible}");
        }
        assert_eq!(clock_against(0, MORNING), ClockFound::Plausible, "nothing was recorded yet");
        let behind = clock_against(MORNING, MORNING - DAY).warning().expect("a warning");
        assert!(behind.contains("令和8年5月31日 9:00") && behind.contains("令和8年6月1日 9:00"), "{behind}");
        let ahead = clock_against(MORNING, MORNING + 365 * DAY).warning().expect("a warning");
        assert!(ahead.contains("令和9年6月1日 9:00") && ahead.contains("大きく進んでいます"), "{ahead}");
        assert!(
            clock_against(i64::MAX, i64::MIN).warning().is_some() && clock_against(1, i64::MAX).warning().is_some()
        );
    }
}
