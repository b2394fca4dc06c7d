//! How somebody can put a hand to a step today: what pages offer. Whether it is then done is decided by the step itself.

use jiff::civil::Date;

use crate::guideline::{Guideline, Holder, Procedure, Role, Step, StepKind};
use crate::id::PersonId;
use crate::office::{Around, Office, Post};

/// How somebody can put a hand to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// The step is theirs.
    Own,
    /// They record a decision that was made in the city's own document system.
    Records,
    /// They enter what came on paper.
    Enters,
}

/// How a person can put a hand to a step of a case on a day; `None` where somebody else does it.
pub fn hand_of(
    step: &Step,
    procedure: &Procedure,
    guideline: &Guideline,
    office: &Office,
    around: Around<'_>,
    person: &PersonId,
    day: Date,
) -> Option<Hand> {
    let posts = office.posts_of(person, day);
    let theirs = |step: &Step| {
        let roles = step.by.iter().filter_map(|id| guideline.role(id));
        roles.into_iter().any(|role| {
            posts
                .iter()
                .any(|post| office.fills(post, &role.holder, around, day) && is_high_enough(role, post, guideline))
        })
    };
    if theirs(step) {
        return Some(Hand::Own);
    }
    let of_unit = || posts.iter().any(|post| office.fills(post, &Holder::OwningUnitStaff, around, day));
    match step.kind {
        StepKind::Decide | StepKind::Consult | StepKind::ApprovePost if of_unit() => Some(Hand::Records),
        StepKind::File => procedure.receiving(step).filter(|next| theirs(next)).map(|_| Hand::Enters),
        _ => None,
    }
}

fn is_high_enough(role: &Role, post: &Post, guideline: &Guideline) -> bool {
    let Some(needed) = role.floor.as_ref().and_then(|floor| guideline.rank_height(&floor.rank)) else { return true };
    guideline.rank_height(&post.rank).is_some_and(|there| there >= needed)
}
