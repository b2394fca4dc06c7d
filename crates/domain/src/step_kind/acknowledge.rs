//! 基本原則の確認: each principle of the guideline.

use super::Meaning;
use crate::act::Doing;
use crate::evidence::{Evidence, EvidenceKind, KeyName};
use crate::refusal::Refusal;

pub(super) static MEANING: Meaning =
    Meaning { confirms: |guideline| guideline.principles.clone(), fits, ..Meaning::proved_by(EvidenceKind::Clauses) };

fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    let Evidence::Clauses { confirmed } = doing.evidence else { return Ok(()) };
    doing.all_confirmed(confirmed, &doing.desk.guideline.principles, KeyName::Confirmed)
}
