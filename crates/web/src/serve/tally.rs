//! Who was sent away: counted always, and told in the log now and then, so that a flood does not fill the log too.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often the log is told.
const TOLD: Duration = Duration::from_secs(10);

/// Why somebody was sent away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// All places were taken.
    Full,
    /// All places of one address were taken.
    FullForOne,
    /// The place was needed for somebody else, and nothing was being done at it.
    GaveWay,
    /// Nothing was said, or a head was not ended.
    Silent,
    /// A body came too slowly.
    SlowBody,
}

/// How many were sent away since the start, by why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SentAway {
    /// All places were taken.
    pub full: u64,
    /// All places of one address were taken.
    pub full_for_one: u64,
    /// The place was needed for somebody else, and nothing was being done at it.
    pub gave_way: u64,
    /// Nothing was said, or a head was not ended.
    pub silent: u64,
    /// A body came too slowly.
    pub slow_body: u64,
}

/// The counters.
#[derive(Debug, Default)]
pub(super) struct Tally {
    full: AtomicU64,
    full_for_one: AtomicU64,
    gave_way: AtomicU64,
    silent: AtomicU64,
    slow_body: AtomicU64,
    told: Mutex<Option<Instant>>,
}

impl Tally {
    /// Counts one; the log is told whose it was, unless it was told of another a moment ago.
    pub fn count(&self, why: Why, whose: &str) {
        self.of(why).fetch_add(1, Ordering::Relaxed);
        // Browsers open connections that they never use: that is no matter for the log.
        if why != Why::Silent && self.is_to_be_told(Instant::now()) {
            let counts = self.counts();
            tracing::error!(
                ?why,
                address = whose,
                ?counts,
                "接続を断るか、切りました。数は、動き始めてからのものです。"
            );
        }
    }

    /// How many so far.
    pub fn counts(&self) -> SentAway {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SentAway {
            full: of(&self.full),
            full_for_one: of(&self.full_for_one),
            gave_way: of(&self.gave_way),
            silent: of(&self.silent),
            slow_body: of(&self.slow_body),
        }
    }

    fn of(&self, why: Why) -> &AtomicU64 {
        match why {
            Why::Full => &self.full,
            Why::FullForOne => &self.full_for_one,
            Why::GaveWay => &self.gave_way,
            Why::Silent => &self.silent,
            Why::SlowBody => &self.slow_body,
        }
    }

    fn is_to_be_told(&self, now: Instant) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_some_and(|last| now.saturating_duration_since(last) < TOLD) {
            return false;
        }
        *told = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_to_the_last_and_told_now_and_then() {
        let tally = Tally::default();
        let now = Instant::now();
        assert_eq!((0..100_u32).filter(|_| tally.is_to_be_told(now)).count(), 1);
        assert!(tally.is_to_be_told(now + TOLD));
        for _ in 0..7 {
            tally.count(Why::GaveWay, "192.0.2.1");
        }
        assert_eq!(tally.counts(), SentAway { gave_way: 7, ..SentAway::default() });
    }
}
