//! 運用開始: the account may post from now on.

use super::{Aim, Meaning};
use crate::entry::Effect;
use crate::evidence::EvidenceKind;
use crate::policy::Stage;

const STAGE: Stage = Stage::Listing;

pub(super) static MEANING: Meaning = Meaning {
    stage: Some(STAGE),
    aim: Aim::Begins,
    fits: |doing| doing.complete(STAGE, None),
    effects: |_| Ok(vec![Effect::Started].into()),
    ..Meaning::proved_by(EvidenceKind::Plain)
};
