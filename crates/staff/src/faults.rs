//! What is wrong with a form, gathered field by field before anything is done: all of it is told at once.

use domain::calendar;
use domain::guideline::Guideline;
use domain::length::{MOST, beyond};
use domain::letters::{Lines, Misfit};
use domain::network::{NetworkId, Networks};
use domain::policy::{self, Policy};
use jiff::civil::Date;

use crate::refused::Refused;
use crate::typed::Typed;

/// The faults of a form that was sent; one for each field.
#[derive(Debug)]
pub(crate) struct Faults<'t> {
    typed: &'t Typed,
    found: Vec<(String, String)>,
}

impl<'t> Faults<'t> {
    /// Looks at every text: none is too long, and none has a letter that may not stand there; `lone` are of one line.
    pub(crate) fn of(typed: &'t Typed, lone: &[&str]) -> Self {
        let mut faults = Self { typed, found: Vec::new() };
        for (name, text) in typed.iter().filter(|(name, _)| !["key", "do", "version", "last"].contains(name)) {
            if let Some(letters) = beyond(text, MOST) {
                let words = format!(
                    "{letters}字あります。一つの欄に書けるのは{MOST}字までです。短くしてください。長い資料は、添付のファイルにしてください。"
                );
                faults.add(name, words);
            }
            let lines = if lone.contains(&name) { Lines::One } else { Lines::Several };
            if let Some(misfit) = Misfit::of(text, lines) {
                faults.add(name, format!("{misfit}{}", misfit.next()));
            }
        }
        faults
    }

    /// Adds what is wrong with a field, unless something is said of it already.
    pub(crate) fn add(&mut self, field: &str, words: impl Into<String>) {
        if self.found.iter().all(|(known, _)| known != field) {
            self.found.push((field.to_owned(), words.into()));
        }
    }

    /// Asks for a field that says nothing.
    pub(crate) fn ask(&mut self, field: &str, words: &str) {
        if self.typed.said(field).is_none() {
            self.add(field, words);
        }
    }

    /// The day of the form, which is not later than today; today where it is wrong, so that the rest can be looked at.
    pub(crate) fn day(&mut self, today: Date) -> Date {
        match calendar::parse_date(self.typed.text("on")) {
            Ok(on) if on <= today => return on,
            Ok(on) => self.add(
                "on",
                format!("{}は、まだ来ていない日です。今日までの日付を入れてください。", calendar::wareki(on)),
            ),
            Err(problem) => self.add("on", problem.to_string()),
        }
        today
    }

    /// The place of an account on its network: which one, its name where it is another one, and its address.
    pub(crate) fn place(&mut self, guideline: &Guideline, networks: &Networks) {
        let typed = self.typed;
        self.ask("network", "種類を選んでください。");
        let other = NetworkId::new(typed.text("network")) == NetworkId::other();
        if other {
            self.ask("network_name", "その他のサービスの名前を入れてください。");
        }
        self.ask("url", "アカウントのページのURLを貼りつけてください。");
        let place = Policy::at(typed.text("network"), typed.words("network_name").as_deref(), typed.text("url").trim());
        if policy::network_of(&place, networks).is_none() {
            return;
        }
        if let (false, Err(problem)) =
            (other && typed.said("network_name").is_none(), policy::address_of(&place, guideline, networks))
        {
            self.add("url", format!("{}{}", problem.message(networks), problem.next(networks)));
        }
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Everything that was found, in the order of the form's fields, as the page says it.
    pub(crate) fn refused(mut self) -> Refused {
        let typed = self.typed;
        self.found.sort_by_key(|(field, _)| typed.iter().position(|(name, _)| name == field).unwrap_or(usize::MAX));
        let what = match self.found.len() {
            1 => "直すところがあります。".to_owned(),
            several => format!("直すところが{several}か所あります。"),
        };
        Refused::unreadable(what, self.found)
    }
}
