//! What the list said of an account, and for how long.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar;
use crate::id::AccountId;
use crate::listing::{ListingEvent, ListingRecord};

/// What the list said of an account, while it said so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListingSpan {
    /// The account.
    pub account: AccountId,
    /// The stated day from which the list says so.
    pub on: Date,
    /// When that was recorded, in milliseconds UTC.
    pub recorded_at: i64,
    /// Whether it appeared or was revised.
    pub event: ListingEvent,
    /// SHA-256 of the record's bytes.
    pub record_hash: String,
    /// The record's bytes; `None` once lawfully erased.
    pub record: Option<String>,
    /// How and when it ended, where it has.
    pub ended: Option<ListingEnd>,
}

/// How what the list said came to an end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListingEnd {
    /// The stated day from which the list no longer says so.
    pub on: Date,
    /// When that was recorded, in milliseconds UTC.
    pub recorded_at: i64,
    /// The entry that ended it.
    pub seq: u64,
    /// Revised, suspended or closed.
    pub event: ListingEvent,
}

impl ListingSpan {
    /// Whether the list said so at the end of a day in Asia/Tokyo.
    ///
    /// What counts is when it was recorded, not the day that was stated: the public files followed the record, and a day
    /// stated later changes nothing of what people could read then.
    pub fn was_on(&self, day: Date) -> bool {
        let gone = self.ended.as_ref().is_some_and(|end| calendar::today(end.recorded_at) <= day);
        calendar::today(self.recorded_at) <= day && !gone
    }

    /// The record, while its bytes are kept and are the ones that were recorded.
    pub fn read(&self) -> Option<ListingRecord> {
        ListingRecord::kept(self.record.as_deref()?, &self.record_hash)
    }
}
