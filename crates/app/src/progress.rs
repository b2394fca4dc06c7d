//! Saying how far long work is: plain lines on the standard error, seldom, and none where the work is short.

use std::time::{Duration, Instant};

use actions::HowFar;

use crate::voice::Voice;

/// So long nothing is said, and so long between two lines.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whoever tells how far one piece of work is.
#[derive(Debug)]
pub struct Telling {
    voice: Voice,
    /// What is done to the entries, as the end of a sentence.
    doing: &'static str,
    begun: Instant,
    last: Instant,
}

impl Telling {
    /// The work begins now.
    pub fn begin(voice: Voice, doing: &'static str) -> Self {
        let begun = Instant::now();
        Self { voice, doing, begun, last: begun }
    }

    /// Tells how far it is, if it is time to.
    pub fn tell(&mut self, how_far: HowFar) {
        if let Some(words) = self.words(how_far, Instant::now()) {
            self.voice.aside(&words);
        }
    }

    /// What is said at an instant; the end of the work speaks for itself.
    fn words(&mut self, how_far: HowFar, now: Instant) -> Option<String> {
        let passed = |since| now.saturating_duration_since(since) >= PATIENCE;
        let words = match how_far {
            HowFar::Entries { done, all } => {
                let due = done < all && passed(self.last);
                due.then(|| format!("台帳の{all}件のうち{done}件（{}%）まで{}。", percent(done, all), self.doing))
            }
            HowFar::Comparing => {
                passed(self.begun).then(|| "作り直した表を、使っている表とくらべています。".to_owned())
            }
            HowFar::Swapping => passed(self.begun).then(|| "作り直した表に入れ替えています。".to_owned()),
        };
        if words.is_some() {
            self.last = now;
        }
        words
    }
}

fn percent(done: u64, all: u64) -> u64 {
    done.saturating_mul(100) / all.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_work_is_done_in_silence_and_long_work_speaks_every_two_seconds() {
        let mut telling = Telling::begin(Voice::People, "調べました");
        let begun = telling.begun;
        let mut said = Vec::new();
        for (ms, done) in
            [(100, 500), (1_900, 1_000), (2_000, 1_500), (2_500, 2_000), (4_100, 2_500), (9_000, 3_999), (9_900, 4_000)]
        {
            let how_far = HowFar::Entries { done, all: 4_000 };
            said.extend(telling.words(how_far, begun + Duration::from_millis(ms)));
        }
        said.extend(telling.words(HowFar::Comparing, begun + Duration::from_millis(9_901)));
        insta::assert_snapshot!(said.join("\n"), @"
        台帳の4000件のうち1500件（37%）まで調べました。
        台帳の4000件のうち2500件（62%）まで調べました。
        台帳の4000件のうち3999件（99%）まで調べました。
        作り直した表を、使っている表とくらべています。
        ");
    }

    #[test]
    fn a_ledger_without_entries_divides_by_nothing() {
        let mut telling = Telling::begin(Voice::People, "調べました");
        let later = telling.begun + PATIENCE;
        assert_eq!(telling.words(HowFar::Entries { done: 0, all: 0 }, later), None);
    }
}
