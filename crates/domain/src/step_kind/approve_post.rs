//! 投稿の決裁: a yes to a post, with what the city may not post looked through; may send back.

use super::{Aim, Asks, Meaning, OnPolicy, Returning, decision};
use crate::act::Doing;
use crate::evidence::{Evidence, EvidenceKind, KeyName};
use crate::guideline::{Binds, ClauseId, Guideline};
use crate::refusal::Refusal;

pub(super) static MEANING: Meaning = Meaning {
    confirms: prohibited,
    stage: Some(decision::STAGE),
    returning: Returning::Can,
    on_policy: OnPolicy::Rests,
    aim: Aim::OfPosts,
    asks: Asks::Decision,
    fits,
    ..Meaning::proved_by(EvidenceKind::Decision)
};

fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    decision::fits(doing)?;
    let Evidence::Decision(decision) = doing.evidence else { return Ok(()) };
    doing.all_confirmed(&decision.checked, &prohibited(doing.desk.guideline), KeyName::Checked)
}

/// What the city may not post.
fn prohibited(guideline: &Guideline) -> Vec<ClauseId> {
    let binding = guideline.prohibitions.iter().filter(|prohibition| prohibition.binds == Binds::City);
    binding.flat_map(|prohibition| prohibition.items.clone()).collect()
}
