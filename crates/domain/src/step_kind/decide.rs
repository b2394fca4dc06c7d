//! 決裁・承認: a yes by whoever decides; may send back.

use super::{Asks, Meaning, OnPolicy, Returning, decision};
use crate::evidence::EvidenceKind;

pub(super) static MEANING: Meaning = Meaning {
    stage: Some(decision::STAGE),
    returning: Returning::Can,
    on_policy: OnPolicy::Rests,
    asks: Asks::Decision,
    fits: decision::fits,
    ..Meaning::proved_by(EvidenceKind::Decision)
};
