//! A form of a case, to be looked at and printed.

use actions::{ActError, PrintOptions};
use axum::extract::Path;

use super::seen::Seen;
use crate::answer::{Answer, Reply};
use crate::paper;
use crate::visit::Visit;

/// The name under which the decision sheet is printed, which no guideline names.
pub(crate) const SHEET: &str = "decision-sheet";

/// A form of a case's guideline, filled with what is known: `{id}.html`, `{id}.docx`, `{id}.pdf`.
pub(crate) async fn page(visit: Visit, Path((_, case, file)): Path<(String, String, String)>) -> Reply {
    let seen = Seen::of(visit, &case).await?;
    let (form, ending) = file.rsplit_once('.').ok_or(Answer::Nowhere)?;
    let (city, id) = (seen.visit.city(), &seen.case().id);
    let document = match form {
        SHEET => city.decision_sheet(id, PrintOptions::default()).await,
        form => city.form(id, Some(form), PrintOptions::default()).await,
    };
    let document = match document {
        Ok(document) => document,
        Err(ActError::Input(_)) => return Err(Answer::Nowhere),
        Err(error) => return Err(error.into()),
    };
    let name = format!("{}-{}", document.title, seen.case().id);
    paper::shown(&seen.visit, document, &name, ending).await
}
