//! Pauses after failures: they grow, they end, and they never shut the owner out.
//!
//! A try is counted as failed before it is looked at, so that many at once are no more tries than many in a row. The
//! counters are of (login name, address), of (login, known browser) and of an address: whoever hammers at a name from
//! elsewhere fills other counters than those of its owner's browser.

use store::{SignInDesk, Try};

use crate::error::ActError;
use crate::token::hash;

/// A counter that nobody touched for so long (ms) begins anew.
pub(crate) const FORGOTTEN: i64 = 60 * 60 * 1000;

const SECOND: i64 = 1000;

/// What a try is counted on.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    id: String,
    pause: fn(u64) -> i64,
}

/// The counters of one try.
#[derive(Debug, Clone)]
pub(crate) struct Counters {
    /// Those that a success empties.
    pub own: Vec<Counter>,
    /// Those that a success merely takes itself out of.
    pub shared: Vec<Counter>,
}

/// Whether a try may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charged {
    /// It may; if it fails, the next has to wait for this long (ms).
    Go(i64),
    /// Not before this instant (ms, UTC).
    Paused(i64),
}

impl Counter {
    /// Of one person at one place: five tries, then pauses of a second, two, four … to a quarter of an hour.
    pub fn of(parts: &[&str]) -> Self {
        Self { id: id(parts), pause: |failures| growing(failures, 5, 15 * 60 * SECOND) }
    }

    /// Of one login wherever it is tried from, for what can be guessed by trying: twenty tries.
    pub fn everywhere(parts: &[&str]) -> Self {
        Self { id: id(parts), pause: |failures| growing(failures, 20, 15 * 60 * SECOND) }
    }

    /// Of an address, behind which a whole office may sit.
    pub fn address(parts: &[&str]) -> Self {
        Self { id: id(parts), pause: |failures| growing(failures, 60, 60 * SECOND) }
    }
}

impl Counters {
    /// Counts one try.
    pub async fn charge(&self, desk: &mut impl SignInDesk, now: i64) -> Result<Charged, ActError> {
        let mut next = 0;
        for counter in self.own.iter().chain(&self.shared) {
            match desk.count_try(&counter.id, now, now.saturating_sub(FORGOTTEN), counter.pause).await? {
                Try::Counted(failures) => next = next.max((counter.pause)(failures)),
                Try::Paused(until) => return Ok(Charged::Paused(until)),
            }
        }
        Ok(Charged::Go(next))
    }

    /// Undoes the counting of a try that succeeded.
    pub async fn succeed(&self, desk: &mut impl SignInDesk) -> Result<(), ActError> {
        for counter in &self.own {
            desk.forget_tries(&counter.id).await?;
        }
        for counter in &self.shared {
            desk.take_try_back(&counter.id).await?;
        }
        Ok(())
    }
}

/// No pause for the first failures, then doubling pauses (ms) up to the longest.
fn growing(failures: u64, free: u64, longest: i64) -> i64 {
    let Some(beyond) = failures.checked_sub(free) else { return 0 };
    let doublings = u32::try_from(beyond.min(20)).unwrap_or(20);
    (SECOND << doublings).min(longest)
}

fn id(parts: &[&str]) -> String {
    hash(&parts.join("\u{1f}"))
}

#[cfg(test)]
mod tests {
    use super::growing;

    #[test]
    fn pauses_double_and_end() {
        let pauses: Vec<i64> = [1, 4, 5, 6, 10, 14, 15, 60, u64::MAX].map(|n| growing(n, 5, 900_000)).to_vec();
        assert_eq!(pauses, [0, 0, 1000, 2000, 32_000, 512_000, 900_000, 900_000, 900_000]);
    }
}
