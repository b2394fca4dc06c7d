//! 削除の確認: somebody looked at the page on which the account no longer is.

use super::{Aim, LastDay, Meaning};
use crate::evidence::EvidenceKind;

pub(super) static MEANING: Meaning = Meaning {
    last_day: LastDay::Awaits,
    aim: Aim::Ends,
    fits: |doing| doing.place_fits(),
    ..Meaning::proved_by(EvidenceKind::Listing)
};
