//! The language of a page's own words. What a municipality wrote stays as it was written, and is marked as Japanese.

use crate::{Fault, dates};
use domain::listing::ListingEvent;
use jiff::civil::Date;

/// The language in which a page speaks to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Japanese: the pages that count.
    Japanese,
    /// English: the same list and the same answers, in fewer words.
    English,
}

impl Language {
    /// The tag of BCP 47.
    pub fn tag(self) -> &'static str {
        self.say("ja", "en")
    }

    /// The one of two texts that is in this language.
    pub fn say(self, japanese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Japanese => japanese,
            Self::English => english,
        }
    }

    /// The folder of the bundle in which the pages lie.
    pub(crate) fn folder(self) -> &'static str {
        self.say("", "en/")
    }

    /// The language to which a reader can change.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Japanese => Self::English,
            Self::English => Self::Japanese,
        }
    }

    /// A day: 和暦 with the Western year beside it, or the Western day alone.
    pub(crate) fn day(self, date: Date) -> String {
        match self {
            Self::Japanese => dates::day(date),
            Self::English => dates::western_day(date),
        }
    }

    /// An instant in Japan's time.
    pub(crate) fn moment(self, ms: i64) -> Result<String, Fault> {
        match self {
            Self::Japanese => dates::moment(ms),
            Self::English => dates::western_moment(ms),
        }
    }

    /// What happened to the list, in a word.
    pub(crate) fn event(self, what: ListingEvent) -> &'static str {
        match what {
            ListingEvent::Listed => self.say("掲載", "Listed"),
            ListingEvent::Revised => self.say("更新", "Updated"),
            ListingEvent::Suspended => self.say("休止", "Suspended"),
            ListingEvent::Closed => self.say("廃止", "Closed"),
        }
    }
}
