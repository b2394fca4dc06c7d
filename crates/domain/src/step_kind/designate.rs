//! 担当者・責任者の指定: two persons of the owning unit, of whom the approver meets the floor.

use super::Meaning;
use crate::act::{Consequence, Doing};
use crate::entry::Effect;
use crate::evidence::{Evidence, EvidenceKind, KeyName};
use crate::guideline::{Basis, Designation, Holder};
use crate::id::PersonId;
use crate::office::Designated;
use crate::refusal::{Refusal, RefusalKind};

pub(super) static MEANING: Meaning = Meaning {
    fits,
    effects: |doing| Ok(Consequence::from(designated(doing).into_iter().collect::<Vec<_>>())),
    ..Meaning::proved_by(EvidenceKind::Designation)
};

fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    let Evidence::Designation { poster, approver } = doing.evidence else { return Ok(()) };
    let each = [(poster, Designation::Poster, KeyName::Poster), (approver, Designation::Approver, KeyName::Approver)];
    for (person, role, name) in each {
        let post = doing.designated_post(person).ok_or_else(|| {
            Refusal::new(
                RefusalKind::WrongEvidence,
                format!("職員番号「{person}」は、この日、担当部署の職にありません。"),
                "担当部署にいる職員を指定してください。",
            )
            .at(name)
            .under(&doing.step.basis)
        })?;
        if let Some(refusal) = doing.desk.designation_objection(&Holder::Designated(role), &post) {
            return Err(refusal.at(name));
        }
    }
    if poster == approver {
        return Err(Refusal::new(
            RefusalKind::SecondPerson,
            "担当者と責任者に同じ職員を指定することはできません。",
            "別の職員を指定してください。",
        )
        .at(KeyName::Approver)
        .under(&Basis::Practice("担当者と責任者は別の職員とする".to_owned())));
    }
    Ok(())
}

fn designated(doing: &Doing<'_>) -> Option<Effect> {
    let Evidence::Designation { poster, approver } = doing.evidence else { return None };
    let name = |person: &PersonId, role| {
        let post = doing.designated_post(person)?;
        let assignment = doing
            .desk
            .register
            .office
            .assignments
            .iter()
            .find(|a| a.person == post.person && a.position == post.position && a.covers(doing.by.on))?;
        Some(Designated { role, person: post.person, position: post.position, assigned_from: assignment.from })
    };
    let designated = vec![name(poster, Designation::Poster)?, name(approver, Designation::Approver)?];
    Some(Effect::Designated { designated })
}
