//! How long texts may be: longer ones were pasted by mistake, and cost everybody who prints or shows them.

use serde_json::Value;

use crate::entry::Decided;
use crate::refusal::{Refusal, RefusalKind};

/// The most letters of what is one line: a name, an address, a day.
pub const LINE: usize = 300;
/// The most letters of a text of several lines.
pub const TEXT: usize = 4_000;
/// The most letters of any text at all, such as a ruling, or what stands in the place of a standard text.
pub const MOST: usize = 10_000;

/// How many letters of a text name it.
const SHOWN: usize = 20;

/// How many letters a text has, if that is more than it may have.
pub fn beyond(text: &str, most: usize) -> Option<usize> {
    // A letter has at least one byte, so short texts are not counted.
    let letters = if text.len() <= most { 0 } else { text.chars().count() };
    (letters > most).then_some(letters)
}

/// Refuses an act that would record a text that nobody meant to write so long.
pub fn judge(decided: &Decided) -> Result<(), Refusal> {
    let Decided { private, fact, .. } = decided;
    // Of a listing record every text was looked at when it was decided.
    let of_policy = private.policy.as_ref().and_then(|policy| serde_json::to_value(policy).ok());
    let of_fact = serde_json::to_value(fact).ok();
    let mut words = private.words.values().map(String::as_str);
    let longest = words.find(|text| beyond(text, MOST).is_some()).map(str::to_owned);
    let longest = longest.or_else(|| [of_policy, of_fact].into_iter().flatten().find_map(too_long));
    longest.map_or(Ok(()), |text| Err(refusal(&text)))
}

fn too_long(value: Value) -> Option<String> {
    match value {
        Value::String(text) => beyond(&text, MOST).map(|_| text),
        Value::Array(values) => values.into_iter().find_map(too_long),
        Value::Object(values) => values.into_iter().find_map(|(_, value)| too_long(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn refusal(text: &str) -> Refusal {
    let begins: String = text.trim_start().chars().take(SHOWN).collect();
    Refusal::new(
        RefusalKind::TooLong,
        format!("「{begins}…」で始まる文が{}字あります。一つの欄に書けるのは{MOST}字までです。", text.chars().count()),
        "その欄を短くして、もう一度送ってください。長い資料は、添付のファイルにしてください。",
    )
}
