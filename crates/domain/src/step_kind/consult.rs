//! 合議・協議・諮問: an opinion asked before a decision; may send back.

use super::{Asks, Meaning, OnPolicy, Returning, decision};
use crate::evidence::EvidenceKind;

pub(super) static MEANING: Meaning = Meaning {
    stage: Some(decision::STAGE),
    returning: Returning::Can,
    on_policy: OnPolicy::Rests,
    asks: Asks::Opinion,
    fits: decision::fits,
    ..Meaning::proved_by(EvidenceKind::Decision)
};
