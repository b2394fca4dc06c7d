//! Clauses: the official text cut up, and how strongly each speaks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A clause's id, such as `T3(4)①`; its words stand in `clauses.toml`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ClauseId(pub String);

impl std::fmt::Display for ClauseId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl ClauseId {
    /// The clause as officers say it: ガイドライン 3(5) for `T3(5)`, 様式1 広報室管理№ for `T-F1.広報室管理№`, and
    /// 第8条第2項 as it stands.
    ///
    /// The letters before a number tell one city's clauses from another's in the files; no officer speaks them.
    pub fn said(&self) -> String {
        let id = self.0.as_str();
        let rest = id.trim_start_matches(|c: char| c.is_ascii_uppercase());
        if let Some(form) = rest.strip_prefix("-F").filter(|form| form.starts_with(|c: char| c.is_ascii_digit())) {
            return format!("様式{}", form.replacen('.', " ", 1));
        }
        if id.starts_with(|c: char| c.is_ascii_digit())
            || (rest.len() < id.len() && rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            return format!("ガイドライン {}", rest.replacen('.', " ", 1));
        }
        id.to_owned()
    }
}

/// How strongly a guideline says a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// しなければならない・ものとする・すること: nothing passes without it.
    Must,
    /// 原則として: an exception needs a reason.
    InPrinciple,
    /// 努める: its status is recorded and blocks nothing.
    Effort,
    /// 必要に応じて: yes or no is recorded with a reason.
    AsNeeded,
    /// できる: a power, no duty.
    May,
    /// No demand at all (definitions, headings).
    None,
}

impl Strength {
    /// Whether a case waits for what is asked so strongly; whatever is weaker may be done or left.
    pub fn is_needed(self) -> bool {
        matches!(self, Self::Must | Self::InPrinciple)
    }
}

/// The clause file beside a guideline: the official text, cut into clauses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clauses {
    /// The version of the file format; 1.
    pub format: u32,
    /// Every clause in the order of the source.
    #[serde(rename = "clause")]
    pub clauses: Vec<Clause>,
}

/// One clause: its words, how strong they are, and what carries them in the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its id.
    pub id: ClauseId,
    /// White space before it; for the first clause only.
    #[serde(default)]
    pub before: String,
    /// Its words, byte for byte as in the source.
    pub words: String,
    /// White space between it and the next.
    #[serde(default)]
    pub after: String,
    /// How strongly it speaks.
    pub strength: Strength,
    /// What the program does with it.
    pub carried: Carried,
    /// The leaves that carry it, such as `step:opening/file`.
    #[serde(default)]
    pub by: Vec<String>,
    /// Why a しなければならない is only shown.
    #[serde(default)]
    pub shown_because: Option<String>,
    /// The corrected reading of a slip in the source.
    #[serde(default)]
    pub reading: Option<String>,
    /// A note for the officer.
    #[serde(default)]
    pub note: Option<String>,
    /// Artefacts of extraction inside the words.
    #[serde(default, rename = "artefact")]
    pub artefacts: Vec<Artefact>,
}

/// An artefact of extraction: not the guideline's own words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Artefact {
    /// What stands in the source file.
    pub at: String,
    /// What the guideline says there.
    pub is: String,
}

/// What the program does with a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// The program refuses otherwise.
    Enforced,
    /// A step, duty or playbook puts it before somebody.
    Tasked,
    /// A record or a form keeps it.
    Recorded,
    /// Its text is shown.
    Shown,
}

impl Clause {
    /// The words as printed: artefacts of extraction joined or removed, slips of the source kept.
    pub fn printed(&self) -> String {
        self.artefacts.iter().fold(self.words.clone(), |words, a| words.replace(&a.at, &a.is))
    }
}
