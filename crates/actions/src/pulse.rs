//! Whether the register's machine is well: small questions that a server asks itself again and again.

use domain::calendar::{ClockFound, clock_against};
use store::{NoticeRead, Read};

use crate::city::City;
use crate::error::ActError;

/// Messages that leave late are nobody's alarm before this (ms).
const PATIENCE: i64 = 60 * 60_000;

impl City {
    /// Asks the database for the end of the ledger, and judges the machine's clock by it.
    pub async fn pulse(&self) -> Result<ClockFound, ActError> {
        let head = self.ledgered.reading().await?.head().await?;
        let last = head.map_or(0, |head| head.last_recorded_at);
        Ok(clock_against(last, self.machine.now()))
    }

    /// What the stamp of an entry tells of the clock: how it stood to the entry before, and how it stands to it now.
    pub async fn clock_at(&self, seq: u64) -> Result<ClockFound, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let Some(row) = reading.entry(seq).await? else { return Ok(ClockFound::Plausible) };
        let stamped = row.entry.recorded_at;
        let before = match seq.checked_sub(1) {
            Some(before) => reading.entry(before).await?.map_or(0, |row| row.entry.recorded_at),
            None => 0,
        };
        let now = clock_against(stamped, self.machine.now());
        Ok(if now == ClockFound::Plausible { clock_against(before, stamped) } else { now })
    }

    /// Begins to write, and lets it be.
    pub async fn try_writing(&self) -> Result<(), ActError> {
        Ok(self.ledgered.try_writing().await?)
    }

    /// Whether over some channel messages have been tried for an hour, and none has left in it.
    pub async fn sending_fails(&self) -> Result<bool, ActError> {
        let since = self.machine.now().saturating_sub(PATIENCE);
        let mut reading = self.ledgered.reading().await?;
        for (channel, waits) in reading.unsent_since().await? {
            if waits < since && reading.sent_after(&channel, since).await?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
