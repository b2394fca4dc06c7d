//! Days and instants as the pages say them.

use crate::Fault;
use domain::calendar;
use jiff::Timestamp;
use jiff::civil::Date;

/// A day in 和暦 with the Western year beside it.
pub(crate) fn day(date: Date) -> String {
    calendar::wareki_with_western(date)
}

/// An instant as day and time in Japan.
pub(crate) fn moment(ms: i64) -> Result<String, Fault> {
    instant(ms)?;
    let here = calendar::tokyo(ms);
    Ok(format!("{}{}時{:02}分", day(here.date()), here.hour(), here.minute()))
}

/// A day as English pages say it.
pub(crate) fn western_day(date: Date) -> String {
    date.strftime("%B %-d, %Y").to_string()
}

/// An instant as English pages say it: day and time in Japan.
pub(crate) fn western_moment(ms: i64) -> Result<String, Fault> {
    instant(ms)?;
    let here = calendar::tokyo(ms);
    Ok(format!("{}, {}:{:02} (Japan time)", western_day(here.date()), here.hour(), here.minute()))
}

/// An instant as RFC 3339 in UTC, whole seconds.
pub(crate) fn rfc3339(ms: i64) -> Result<String, Fault> {
    Ok(instant(ms)?.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// The instant, or a refusal if no calendar reaches it.
fn instant(ms: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_millisecond(ms).map_err(|_| Fault::Instant(ms))
}
