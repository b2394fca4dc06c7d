//! 定めのない事項の決定: what the authority that a guideline names has settled.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::guideline::{Basis, ClauseId, Guideline, Purpose, Role, StepKind};
use crate::id::{AccountId, CaseId, GuidelineHash};
use crate::office::Post;
use crate::refusal::{Refusal, RefusalKind};

/// What a ruling is about, where it is about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// An account.
    Account(AccountId),
    /// A case.
    Case(CaseId),
}

/// A ruling as it stands in the register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// The day it is said to have been made.
    pub on: Date,
    /// The clause that it fills out, where it fills out one.
    pub clause: Option<ClauseId>,
    /// What it is about, where it is about one thing.
    pub about: Option<About>,
    /// Its 文書番号, where the city's document system has it.
    pub document_number: Option<String>,
    /// Who made it.
    pub by: Post,
    /// The version of the guideline that was ruled on.
    pub guideline: GuidelineHash,
    /// What it is called; `None` once lawfully erased.
    pub title: Option<String>,
    /// Its words; `None` once lawfully erased.
    pub words: Option<String>,
    /// The ledger's sequence number of its entry.
    pub seq: u64,
}

/// The roles that settle what a guideline does not say, each with where that stands; none where it names nobody.
pub fn authority(guideline: &Guideline) -> impl Iterator<Item = (&Role, &Basis)> {
    let residual = guideline.residual.iter().map(|residual| (residual.role.as_str(), &residual.basis));
    let rulings = guideline.procedures.iter().filter(|procedure| procedure.purpose == Purpose::Ruling);
    let steps = rulings.flat_map(|procedure| &procedure.steps).filter(|step| step.kind == StepKind::Rule);
    let roles = residual.chain(steps.flat_map(|step| step.by.iter().map(move |role| (role.as_str(), &step.basis))));
    roles.filter_map(move |(id, basis)| Some((guideline.role(id)?, basis)))
}

/// What the guideline calls the authority: 広報室長.
pub fn authority_label(guideline: &Guideline) -> String {
    let mut labels: Vec<&str> = Vec::new();
    for (role, _) in authority(guideline) {
        if !labels.contains(&role.label.as_str()) {
            labels.push(&role.label);
        }
    }
    labels.join("または")
}

/// What whoever is not the authority is told: who is, and where that stands.
pub fn not_theirs(guideline: &Guideline) -> Refusal {
    let Some((_, basis)) = authority(guideline).next() else {
        return Refusal::new(
            RefusalKind::NotApplicable,
            "このガイドラインには、定めのない事項をだれが決めるかの定めがありません。",
            "ガイドラインを改正するか、庁内の決裁で定めてください。ここには記録できません。",
        );
    };
    Refusal::new(
        RefusalKind::NotYours,
        format!("定めのない事項の決定は、{}が行います。", authority_label(guideline)),
        "その職にある方、またはその日の代決者に依頼してください。",
    )
    .under(basis)
}
