//! The story of a sample town as its folder tells it: a staff list and a file of days and acts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::parsing;
use serde::Deserialize;

use crate::input::{self, Mistake};

/// A sample town: `story.toml` beside its staff list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// The guideline's folder, seen from the story's.
    pub guideline: PathBuf,
    /// The staff list, seen from the story's folder.
    pub staff: PathBuf,
    /// How many days ago the guideline and the staff list began to hold.
    pub since: i64,
    /// A notice above every page.
    pub notice: String,
    /// Whom to ask.
    pub contact: String,
    /// For how many days a policy says that the account runs, where the guideline asks for it.
    pub period: Option<i64>,
    /// Who does each act or step: a staff number in which `{unit}` and `{department}` are the lead's codes.
    pub by: BTreeMap<String, String>,
    /// What proves each step, as `項目 = "値"` with `{url}`, `{day}` and `{unit}`.
    pub evidence: BTreeMap<String, BTreeMap<String, String>>,
    /// What every policy says.
    pub policy: toml::Table,
    /// The cases, in the order in which they are told.
    #[serde(rename = "case")]
    pub cases: Vec<Told>,
    /// Accounts that existed before.
    #[serde(default, rename = "existing")]
    pub existing: Vec<Known>,
    /// Impersonators.
    #[serde(default, rename = "impersonator")]
    pub impersonators: Vec<Known>,
}

/// One case of the story.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// A word for the account, by which later cases speak of it.
    pub account: String,
    /// The procedure.
    pub procedure: String,
    /// The owning units, lead first; for a known account its own.
    #[serde(default)]
    pub units: Vec<String>,
    /// 共通するテーマ.
    pub theme: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// What its policy says beside what all say.
    #[serde(default)]
    pub policy: toml::Table,
    /// Opening and steps, each as [`Act`] reads it.
    pub acts: Vec<String>,
}

/// An account that is only noted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The network.
    pub network: String,
    /// その他: its name.
    pub network_name: Option<String>,
    /// アカウント名.
    #[serde(default)]
    pub name: String,
    /// The URL.
    pub url: String,
    /// The units.
    pub units: Vec<String>,
    /// How many days ago.
    pub ago: i64,
}

/// One act, written `日数前 手順` or with a word before the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// How many days ago.
    pub ago: i64,
    /// What is done.
    pub what: What,
}

/// What an act does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// `open`
    Open,
    /// A step's id.
    Step(String),
    /// `except 手順 理由`
    Except(String, String),
    /// `unneeded 手順 理由`
    Unneeded(String, String),
    /// `return 手順 事項=理由`
    Return(String, String),
    /// `withdraw 理由`
    Withdraw(String),
}

impl Story {
    /// Reads the story of a folder.
    pub fn read(folder: &Path) -> Result<Self, Mistake> {
        let file = folder.join("story.toml");
        let text = input::text(&file)?;
        toml::from_str(&text).map_err(|error| Mistake::new(parsing::toml(&file.display().to_string(), &text, &error)))
    }
}

impl Act {
    /// Reads an act as it is written.
    pub fn read(text: &str) -> Result<Self, Mistake> {
        let wrong = || Mistake::new(format!("見本の「{text}」を読めません。「日数前 手順」の形で書いてください。"));
        let (ago, rest) = text.split_once(' ').ok_or_else(wrong)?;
        let ago = ago.parse().map_err(|_| wrong())?;
        let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let two = || {
            let (step, words) = rest.split_once(' ').ok_or_else(wrong)?;
            Ok::<_, Mistake>((step.to_owned(), words.to_owned()))
        };
        let what = match word {
            "open" => What::Open,
            "withdraw" => What::Withdraw(rest.to_owned()),
            "except" => two().map(|(step, why)| What::Except(step, why))?,
            "unneeded" => two().map(|(step, why)| What::Unneeded(step, why))?,
            "return" => two().map(|(step, why)| What::Return(step, why))?,
            step => What::Step(step.to_owned()),
        };
        Ok(Self { ago, what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_says_when_what_and_why() {
        assert_eq!(Act::read("12 file"), Ok(Act { ago: 12, what: What::Step("file".to_owned()) }));
        let returned = What::Return("receive".to_owned(), "period=終わりの日がありません。".to_owned());
        assert_eq!(Act::read("3 return receive period=終わりの日がありません。"), Ok(Act { ago: 3, what: returned }));
        assert!(Act::read("file").is_err());
    }
}
