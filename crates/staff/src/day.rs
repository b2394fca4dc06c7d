//! A day that is asked for in the address: typed, today, or what is wrong with it.

use domain::calendar::{parse_date, wareki};
use jiff::civil::Date;
use serde::Deserialize;

use crate::field::{Field, Kind};
use crate::visit::Visit;

/// The day in a query: `?on=2026-06-01`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct On {
    on: Option<String>,
}

/// The day that a page shows, with the field that asks for another.
#[derive(Debug, Clone)]
pub(crate) struct Day {
    /// The day; today where none was asked for or what was typed is none.
    pub day: Date,
    /// The field, with what was typed and what is wrong with it.
    pub field: Field,
}

impl On {
    /// Reads it.
    pub(crate) fn read(&self, visit: &Visit, label: &str) -> Day {
        let typed = self.on.as_deref().unwrap_or_default();
        let (day, error) = match parse_date(typed) {
            _ if typed.trim().is_empty() => (visit.today(), None),
            Ok(day) => (day, None),
            Err(problem) => (visit.today(), Some(format!("{problem}今日のものを表示しています。"))),
        };
        let kind = Kind::Day {
            value: if error.is_some() { typed.to_owned() } else { day.to_string() },
            wareki: error.is_none().then(|| wareki(day)),
        };
        Day { day, field: Field::new("on", label, kind).optional().error(error) }
    }
}
