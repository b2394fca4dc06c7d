//! The words in which pages say what the rules' types mean.

use domain::case::{CaseState, Outcome};
use domain::guideline::Strength;
use domain::id::CaseId;

use crate::parts::{Shape, Tag};

/// How strongly the guideline asks.
pub(crate) fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Must => "しなければならない",
        Strength::InPrinciple => "原則として行う",
        Strength::Effort => "努める",
        Strength::AsNeeded => "必要に応じて行う",
        Strength::May => "行うことができる",
        Strength::None => "求められていない",
    }
}

/// What comes of a step.
pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "行った",
        Outcome::Exception => "例外として行わない",
        Outcome::NotNeeded => "必要なしとする",
    }
}

/// The word that a form sends for an outcome.
pub(crate) fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Exception => "exception",
        Outcome::NotNeeded => "not_needed",
    }
}

/// Where a case stands.
pub(crate) fn state(state: &CaseState) -> Tag {
    match state {
        CaseState::Open => Tag::new("進行中", Shape::Going),
        CaseState::Completed { .. } => Tag::new("完了", Shape::Done),
        CaseState::Withdrawn { .. } => Tag::new("取下げ", Shape::Withdrawn),
    }
}

/// What a case is called.
pub(crate) use domain::case::called as case;

/// The number of a case, and that its account has no name yet where that is so.
pub(crate) fn case_number(id: &CaseId, name: Option<&str>) -> String {
    if name.is_some() { id.to_string() } else { format!("{id}　{UNNAMED}") }
}

/// What is said of an account without a name.
pub(crate) const UNNAMED: &str = "名称はまだ決まっていません";
