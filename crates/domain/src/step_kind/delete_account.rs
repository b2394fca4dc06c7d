//! アカウントの削除: on the network.

use super::{Aim, LastDay, Meaning};
use crate::entry::Effect;
use crate::evidence::EvidenceKind;
use crate::guideline::{Procedure, Purpose, StepKind};

pub(super) static MEANING: Meaning = Meaning {
    last_day: LastDay::Needs,
    aim: Aim::EndsForGood,
    left_out,
    fits: |doing| doing.has_last_day(),
    effects: |_| Ok(vec![Effect::Closed].into()),
    ..Meaning::proved_by(EvidenceKind::Plain)
};

/// A closing without a delisting takes the account off the list by deleting it.
fn left_out(procedure: &Procedure) -> Option<&'static str> {
    let delists = procedure.steps.iter().any(|other| other.kind == StepKind::Delist);
    (procedure.purpose == Purpose::Closing && !delists).then_some("一覧に載せたまま、案件が完了してしまいます。")
}
