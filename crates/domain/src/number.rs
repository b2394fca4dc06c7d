//! 管理№: made from the city's pattern and a serial that only grows.

use jiff::civil::Date;

use crate::calendar;

/// The number for a serial, by a pattern such as `{serial:4}` or `{era_year}-{serial:3}`.
///
/// Leading zeros are kept: a number is a text. Unknown slots stay as they are; a guideline with one is refused when it
/// is loaded.
pub fn number(pattern: &str, serial: u64, day: Date) -> String {
    let mut made = pattern
        .replace("{fiscal_year}", &calendar::fiscal_year(day).year().to_string())
        .replace("{era_year}", calendar::fiscal_year_label(day).trim_end_matches("年度"));
    for width in 1..=9 {
        made = made.replace(&format!("{{serial:{width}}}"), &format!("{serial:0width$}"));
    }
    made
}
