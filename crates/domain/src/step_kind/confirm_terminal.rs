//! 端末の確認: the device is one of the city's own.

use super::Meaning;
use crate::act::Doing;
use crate::evidence::{Evidence, EvidenceKind, KeyName};
use crate::refusal::Refusal;

pub(super) static MEANING: Meaning = Meaning { fits, ..Meaning::proved_by(EvidenceKind::Terminal) };

fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    let Evidence::Terminal { device } = doing.evidence else { return Ok(()) };
    doing.says(device, KeyName::Device, "端末の名前")
}
