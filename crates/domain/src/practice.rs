//! 市の運用の値: the figures that a guideline's text leaves open, and what the city set them to, from when on.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::guideline::{Basis, ClauseId, Guideline, Run, SettingId, Step, Within, run_of};
use crate::office::Post;

/// A figure of a guideline that a practice may stand for; written as the coverage names the leaf.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PracticeLeaf {
    /// By when a step is to be done: `within:opening/list`.
    Within {
        /// The procedure's id.
        procedure: String,
        /// The step's id.
        step: String,
    },
    /// How often a duty comes back: `every:credential_change`.
    Every {
        /// The duty's id.
        duty: String,
    },
    /// A setting: `setting:silence_days`.
    Setting(SettingId),
}

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 開庁日.
    OpenDays,
    /// 日.
    Days,
    /// 時間.
    Hours,
}

/// A figure that the city may set, as its guideline gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenLeaf {
    /// Which.
    pub leaf: PracticeLeaf,
    /// What it is, in the city's words.
    pub label: String,
    /// What it counts.
    pub unit: Unit,
    /// The figure in the guideline file.
    pub default: u32,
    /// Why the file has this figure.
    pub why: String,
}

/// Why a figure cannot be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// The guideline's own clause gives it.
    Clause {
        /// The clause.
        clause: ClauseId,
        /// What it is.
        label: String,
    },
    /// The guideline has no such figure.
    Absent,
}

/// A figure that was set, from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PracticeSpan {
    /// What it counts.
    pub unit: Unit,
    /// The figure.
    pub value: u32,
    /// From this day on.
    pub from: Date,
    /// Who set it.
    pub by: Post,
    /// Why; `None` once lawfully erased.
    pub reason: Option<String>,
    /// The ledger's sequence number of its entry.
    pub seq: u64,
}

/// What figures were set to, oldest first.
pub type Practices = BTreeMap<PracticeLeaf, Vec<PracticeSpan>>;

/// A figure with what it stands at on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PracticeRow {
    /// The figure as the guideline gives it.
    pub open: OpenLeaf,
    /// What the city set it to, where it did; the guideline's figure holds otherwise.
    pub set: Option<PracticeSpan>,
}

impl PracticeRow {
    /// The figure that holds.
    pub fn value(&self) -> u32 {
        self.set.as_ref().map_or(self.open.default, |set| set.value)
    }
}

impl Unit {
    /// What a setting counts.
    pub fn of(setting: SettingId) -> Self {
        match setting {
            SettingId::HoldingNoticeHours => Self::Hours,
            SettingId::SilenceDays
            | SettingId::EndNoticeDays
            | SettingId::TakedownRecheckDays
            | SettingId::MutualLinkDays => Self::Days,
        }
    }

    /// The unit in a word.
    pub fn label(self) -> &'static str {
        match self {
            Self::OpenDays => "開庁日",
            Self::Days => "日",
            Self::Hours => "時間",
        }
    }

    /// The largest figure that makes sense: ten years, or a month of hours.
    pub fn most(self) -> u32 {
        match self {
            Self::OpenDays | Self::Days => 3650,
            Self::Hours => 720,
        }
    }
}

impl PracticeLeaf {
    /// Whether the program reads this figure today.
    pub fn run(&self, g: &Guideline) -> Run {
        run_of(g, &self.to_string())
    }
}

impl std::fmt::Display for PracticeLeaf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Within { procedure, step } => write!(f, "within:{procedure}/{step}"),
            Self::Every { duty } => write!(f, "every:{duty}"),
            Self::Setting(id) => write!(f, "setting:{}", id.word()),
        }
    }
}

/// A leaf's name that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("「{0}」という市の運用の項目はありません。一覧から選んでください。")]
pub struct NoSuchLeaf(pub String);

impl std::str::FromStr for PracticeLeaf {
    type Err = NoSuchLeaf;

    fn from_str(text: &str) -> Result<Self, NoSuchLeaf> {
        let unknown = || NoSuchLeaf(text.to_owned());
        let (kind, rest) = text.split_once(':').ok_or_else(unknown)?;
        match kind {
            "within" => {
                let (procedure, step) = rest.split_once('/').ok_or_else(unknown)?;
                Ok(Self::Within { procedure: procedure.to_owned(), step: step.to_owned() })
            }
            "every" => Ok(Self::Every { duty: rest.to_owned() }),
            "setting" => SettingId::ALL.into_iter().find(|id| id.word() == rest).map(Self::Setting).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }
}

impl TryFrom<String> for PracticeLeaf {
    type Error = NoSuchLeaf;

    fn try_from(text: String) -> Result<Self, NoSuchLeaf> {
        text.parse()
    }
}

impl From<PracticeLeaf> for String {
    fn from(leaf: PracticeLeaf) -> Self {
        leaf.to_string()
    }
}

/// Every figure that the guideline leaves to the city, in the order of the file.
pub fn open_leaves(guideline: &Guideline) -> Vec<OpenLeaf> {
    figures(guideline).into_iter().filter_map(|(open, basis)| basis.clause().is_none().then_some(open)).collect()
}

/// Every figure that a clause gives, with the clause; none of them can be set.
pub fn fixed_leaves(guideline: &Guideline) -> Vec<(OpenLeaf, ClauseId)> {
    let fixed = |(open, basis): (OpenLeaf, Basis)| Some((open, basis.clause()?.clone()));
    figures(guideline).into_iter().filter_map(fixed).collect()
}

/// The figure of this leaf, if the city may set it.
pub fn open_leaf(guideline: &Guideline, leaf: &PracticeLeaf) -> Result<OpenLeaf, Closed> {
    let found = figures(guideline).into_iter().find(|(open, _)| open.leaf == *leaf);
    let (open, basis) = found.ok_or(Closed::Absent)?;
    match basis.clause() {
        Some(clause) => Err(Closed::Clause { clause: clause.clone(), label: open.label }),
        None => Ok(open),
    }
}

/// How many open days a case has for a step: what stood when the step that it counts from was recorded.
///
/// What is set afterwards, whatever day it states, changes no period that runs already.
pub fn open_days(practices: &Practices, case: &Case, step: &Step, within: &Within) -> u32 {
    let leaf = PracticeLeaf::Within { procedure: case.procedure.clone(), step: step.id.clone() };
    let began = case.steps.get(&within.from).filter(|_| within.basis.clause().is_none());
    let set = began.and_then(|began| {
        let held = |span: &&PracticeSpan| span.seq < began.seq && span.from <= began.on && span.unit == Unit::OpenDays;
        practices.get(&leaf)?.iter().rev().find(held)
    });
    set.map_or(within.open_days, |set| set.value)
}

/// Every figure of a guideline with its basis.
pub(crate) fn figures(g: &Guideline) -> Vec<(OpenLeaf, Basis)> {
    let mut all = Vec::new();
    let mut add = |leaf: PracticeLeaf, label: String, unit: Unit, default: u32, basis: &Basis| {
        let why = match basis {
            Basis::Practice(why) => why.clone(),
            Basis::Clause(clause) => clause.to_string(),
        };
        all.push((OpenLeaf { leaf, label, unit, default, why }, basis.clone()));
    };
    for p in &g.procedures {
        for step in &p.steps {
            let Some(within) = &step.within else { continue };
            let from = p.step(&within.from).map_or(within.from.as_str(), |s| s.label.as_str());
            let label = format!("{}：『{from}』から『{}』までの期限", p.label, step.label);
            let leaf = PracticeLeaf::Within { procedure: p.id.clone(), step: step.id.clone() };
            add(leaf, label, Unit::OpenDays, within.open_days, &within.basis);
        }
    }
    for duty in &g.duties {
        let Some(every) = &duty.every else { continue };
        let leaf = PracticeLeaf::Every { duty: duty.id.clone() };
        add(leaf, format!("{}の間隔", duty.label), Unit::Days, every.days, &every.basis);
    }
    for setting in &g.settings {
        let unit = Unit::of(setting.id);
        let basis = Basis::Practice(setting.why.clone());
        add(PracticeLeaf::Setting(setting.id), setting.id.label().to_owned(), unit, setting.value, &basis);
    }
    all
}
