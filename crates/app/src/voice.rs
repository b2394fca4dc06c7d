//! Saying what came of a command: Japanese sentences for people, one JSON value for machines.

use std::fmt::Write as _;
use std::io::Write;

use actions::ActError;
use domain::letters::visible;
use domain::parsing;
use domain::refusal::RefusalKind;
use serde::Serialize;
use serde_json::json;
use store::StoreError;

use crate::input;

/// To whom the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Sentences.
    People,
    /// JSON.
    Machines,
}

impl Voice {
    /// Says a result: the value to machines, the words to people.
    pub fn say(self, value: &impl Serialize, words: impl FnOnce() -> String) -> anyhow::Result<()> {
        match self {
            Self::People => out(&words()),
            Self::Machines => print(&for_machines(&serde_json::to_string_pretty(value)?)),
        }
    }

    /// Says something beside the result; machines are spared it.
    pub fn aside(self, words: &str) {
        if self == Self::People {
            complain(words);
        }
    }

    /// Says why a command failed.
    pub fn failed(self, error: &anyhow::Error) {
        match self {
            Self::People => complain(&words_of(error)),
            Self::Machines => mutter(&for_machines(&value_of(error).to_string())),
        }
    }
}

/// Says words to the standard output. What others wrote cannot move the terminal or turn its lines.
pub fn out(text: &str) -> anyhow::Result<()> {
    print(&visible(text))
}

/// Says words to the standard error. What others wrote cannot move the terminal or turn its lines.
pub fn complain(text: &str) {
    mutter(&visible(text));
}

/// JSON that a terminal may show too: letters that would move it are written as JSON writes them.
fn for_machines(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        // JSON has letters of this sort within its strings alone.
        if letter != '\n' && visible(letter.encode_utf8(&mut [0; 4])).len() > letter.len_utf8() {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // Writing into a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(letter);
        }
    }
    out
}

/// Writes to the standard output; a reader that went away (`| head`) is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    let written = writeln!(stdout, "{}", text.trim_end_matches('\n')).and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Writes to the standard error; where even that is closed, nothing more can be said.
fn mutter(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end_matches('\n'));
}

/// An error as people are told of it, for a log.
pub fn told(error: &anyhow::Error) -> String {
    words_of(error)
}

fn words_of(error: &anyhow::Error) -> String {
    // What was being done when a rule refused stands before its words.
    let around: Vec<String> =
        error.chain().take_while(|cause| !cause.is::<ActError>()).map(|cause| format!("{cause}：")).collect();
    let around =
        if error.chain().any(<dyn std::error::Error>::is::<ActError>) { around.concat() } else { String::new() };
    match error.downcast_ref::<ActError>() {
        Some(ActError::Refused(refusal)) => {
            // The refusal itself speaks to officers, whose forms have their keys unseen.
            let argument =
                if refusal.kind == RefusalKind::KeyUsed { "\n別の鍵を --key に付けます。" } else { "" };
            format!("{around}できませんでした。{}{argument}", refusal.text())
        }
        Some(ActError::Guideline(problems)) => {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            format!("ガイドラインに直すところが{}か所あります。\n{}", problems.len(), problems.join("\n"))
        }
        _ => causes(error),
    }
}

/// What happened, from the outermost to the cause. A library's words are put in Japanese; a cause that a sentence before
/// it tells already is put in Japanese there, and not told again. Our own errors say their cause themselves.
fn causes(error: &anyhow::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut says_its_cause = false;
    for cause in error.chain() {
        let raw = cause.to_string();
        let (text, is_last) = if let Some(fault) = cause.downcast_ref::<std::io::Error>() {
            (input::why(fault), true)
        } else if cause.is::<serde_json::Error>() || cause.is::<toml::de::Error>() {
            (parsing::told(&raw, "").to_string(), true)
        } else {
            (raw.clone(), false)
        };
        match words.last_mut().filter(|said| !raw.is_empty() && said.contains(&raw)) {
            Some(said) => *said = said.replace(&raw, &text),
            None if says_its_cause => {}
            None => words.push(text),
        }
        says_its_cause |= cause.is::<ActError>() || cause.is::<StoreError>();
        if is_last {
            break;
        }
    }
    words.join(": ")
}

fn value_of(error: &anyhow::Error) -> serde_json::Value {
    match error.downcast_ref::<ActError>() {
        Some(ActError::Refused(refusal)) => json!({ "refused": refusal }),
        Some(ActError::Guideline(problems)) => json!({ "problems": problems }),
        _ => json!({ "error": causes(error) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_is_told_already_is_told_once_and_in_japanese() {
        let gone = std::io::Error::from(std::io::ErrorKind::NotFound);
        let look = web::Fault::Look { dir: "list".into(), source: gone };
        let told = causes(&anyhow::Error::from(look));
        assert_eq!(told.matches("見つかりません").count(), 1, "{told}");
        assert!(!told.contains("entity") && !told.contains("os error") && told.matches("list").count() == 1, "{told}");
    }

    #[test]
    fn a_value_for_machines_says_the_same_and_moves_no_terminal() {
        let value = json!({ "name": "見\u{202e}本\u{9b}2K\u{1b}[31m\u{ffff}", "next": "行\n行" });
        let said = for_machines(&serde_json::to_string_pretty(&value).expect("JSON"));
        assert_eq!(visible(&said), said);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&said).expect("JSON"), value);
    }
}
