//! 所属内での共有: of the whole policy, as far as it is known before the account is there.

use super::Meaning;
use crate::evidence::EvidenceKind;
use crate::policy::Stage;

const STAGE: Stage = Stage::Filing;

pub(super) static MEANING: Meaning = Meaning {
    stage: Some(STAGE),
    fits: |doing| doing.complete(STAGE, None),
    ..Meaning::proved_by(EvidenceKind::Plain)
};
