//! 掲載の削除: the account goes off the list.

use super::{Aim, LastDay, Meaning};
use crate::entry::Effect;
use crate::evidence::EvidenceKind;
use crate::guideline::Purpose;

pub(super) static MEANING: Meaning = Meaning {
    last_day: LastDay::Needs,
    aim: Aim::Ends,
    left_out: |_| Some("一覧に載せたまま、案件が完了してしまいます。"),
    fits: |doing| {
        doing.has_last_day()?;
        doing.place_fits()
    },
    effects: |doing| {
        let off = if doing.case.purpose == Purpose::Suspension { Effect::Suspended } else { Effect::Delisted };
        Ok(vec![off].into())
    },
    ..Meaning::proved_by(EvidenceKind::Listing)
};
