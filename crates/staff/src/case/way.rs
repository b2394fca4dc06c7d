//! The way of a case: everything that was recorded of it, what is open, and what comes later with what it waits for.

use actions::{About, Direction, Told};
use domain::calendar::wareki;
use domain::case::{Case, CaseState};
use domain::guideline::Step;
use domain::tell::PrivatePart;

use super::seen::Seen;
use crate::answer::Answer;
use crate::parts::{Moment, Place};
use crate::words;

/// How many entries a case's page tells; far more than any case has, and a case that has more says so.
const TOLD: u32 = 300;

/// All of it, in the order of time.
pub(super) async fn way(seen: &Seen) -> Result<Vec<Moment>, Answer> {
    let about = About::Case(seen.case().id.clone());
    let mut told = seen.visit.city().timeline(&about, Direction::NewestFirst, None, TOLD).await?;
    told.reverse();
    let mut way: Vec<Moment> = told.iter().map(|told| recorded(seen, told)).collect();
    if told.len() == TOLD as usize {
        way.insert(0, earlier());
    }
    way.extend(to_come(seen)?);
    Ok(way)
}

/// What an entry says, as a moment of the case.
fn recorded(seen: &Seen, told: &Told) -> Moment {
    let sentence = &told.sentence;
    let mut notes = sentence.followed.clone();
    notes.extend(sentence.words.iter().map(|words| format!("{}：{}", words.label, words.text)));
    notes.extend(sentence.files.iter().filter_map(|file| Some(format!("添付：{}", file.name.as_deref()?))));
    if sentence.private == PrivatePart::Gone {
        notes.push("書き添えたことは、消去されています。".to_owned());
    }
    if no_longer_stands(seen.case(), told) {
        notes.push("※ その後やり直しになり、今はこの記録によっていません。".to_owned());
    }
    Moment {
        day: wareki(sentence.on),
        position: sentence.who.clone(),
        what: format!("{}。", sentence.what),
        note: (!notes.is_empty()).then(|| notes.join("\n")),
        basis: sentence.basis.as_ref().map(|basis| seen.basis(basis)),
        place: Place::Done,
    }
}

/// Whether a step was done once and does not count any more: sent back, or done anew.
fn no_longer_stands(case: &Case, told: &Told) -> bool {
    told.kind == "step_done" && !case.acts().any(|(_, done)| done.seq == told.sentence.seq)
}

fn earlier() -> Moment {
    Moment {
        day: String::new(),
        position: String::new(),
        what: "これより前の記録は、台帳にあります。".to_owned(),
        note: None,
        basis: None,
        place: Place::Done,
    }
}

/// What is open now, and what a running case needs later.
fn to_come(seen: &Seen) -> Result<Vec<Moment>, Answer> {
    let case = seen.case();
    if matches!(case.state, CaseState::Withdrawn { .. }) {
        return Ok(Vec::new());
    }
    let procedure = seen.procedure()?;
    let mut coming = Vec::new();
    for open in &seen.view.open {
        let Some(step) = procedure.step(&open.step) else { continue };
        let day = open.due.as_ref().map(|(day, _)| format!("{}まで", wareki(*day)));
        coming.push(waiting(seen, step, day.unwrap_or_default(), Place::Now));
    }
    let needed = case.needed(procedure, &seen.loaded.guideline).into_iter();
    let later = needed.filter(|step| !seen.view.open.iter().any(|open| open.step == step.id));
    coming.extend(later.map(|step| waiting(seen, step, String::new(), Place::Later)));
    Ok(coming)
}

/// A step that is not done: who must do it, and what blocks it.
fn waiting(seen: &Seen, step: &Step, day: String, place: Place) -> Moment {
    let holders = seen.holders(step);
    let before = seen.procedure().map(|procedure| seen.case().missing_before(step, procedure, &seen.loaded.guideline));
    let before: Vec<String> =
        before.unwrap_or_default().iter().map(|edge| format!("「{}」", seen.label(&edge.step))).collect();
    let note = if !before.is_empty() {
        format!("先に{}が必要です。", before.concat())
    } else if holders.is_empty() {
        format!("{}。今日、その職にある方がいません。", words::strength(step.strength))
    } else {
        format!("{}。今日行えるのは、{}です。", words::strength(step.strength), holders.join("、"))
    };
    Moment {
        day,
        position: seen.roles(step),
        what: step.label.clone(),
        note: Some(note),
        basis: Some(seen.basis(&step.basis)),
        place,
    }
}
