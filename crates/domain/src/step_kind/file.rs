//! 届出・申請: the policy is filed with the central office.

use jiff::civil::Date;

use super::{Meaning, OnPolicy};
use crate::act::{Consequence, Desk, Doing};
use crate::evidence::{Evidence, EvidenceKind, KeyName};
use crate::policy::Stage;
use crate::refusal::Refusal;

const STAGE: Stage = Stage::Filing;

pub(super) static MEANING: Meaning = Meaning {
    stage: Some(STAGE),
    on_policy: OnPolicy::Rests,
    fits,
    effects,
    ..Meaning::proved_by(EvidenceKind::Filing)
};

fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    paper_fits(doing)?;
    doing.has_last_day()?;
    doing.complete(STAGE, Some(filed_on(doing)))
}

/// A filing that came on paper has its number, was not entered before it came, and came on a day that can be meant.
fn paper_fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    let Evidence::Filing { paper: Some(paper) } = doing.evidence else { return Ok(()) };
    doing.says(&paper.document_number, KeyName::DocumentNumber, "紙で届いた届出の文書番号")?;
    if doing.by.on < paper.received_on {
        return Err(Desk::day_before(doing.by.on, "届出が届いた", paper.received_on).under(&doing.step.basis));
    }
    doing.can_be_meant(KeyName::ReceivedOn, "紙の届出を受け取った日", paper.received_on)
}

/// The day on which a filing was made: one that came on paper on the day it came.
fn filed_on(doing: &Doing<'_>) -> Date {
    if let Evidence::Filing { paper: Some(paper) } = doing.evidence { paper.received_on } else { doing.by.on }
}

fn effects(doing: &Doing<'_>) -> Result<Consequence, Refusal> {
    let described = doing.described()?;
    // What is published stays as it is until the new version is listed.
    Ok(if doing.is_published() { Consequence::default() } else { described.into() })
}
