//! A form of a case, to be looked at and printed.

use actions::{ActError, PrintOptions};
use axum::extract::Path;
use axum::http::StatusCode;

use super::seen::Seen;
use crate::answer::{Answer, Reply, download, html};
use crate::assets::href;
use crate::visit::Visit;

/// The name under which the decision sheet is printed, which no guideline names.
pub(crate) const SHEET: &str = "decision-sheet";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

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
    match ending {
        "html" => {
            let page = documents::html::page(&document, &href("form.css"));
            Ok(html(StatusCode::OK, page.map_err(|fault| failed(&fault))?))
        }
        "docx" => {
            let bytes = documents::docx::write(&document).map_err(|fault| failed(&fault))?;
            Ok(download(&format!("{}-{}.docx", document.title, seen.case().id), DOCX, bytes))
        }
        "pdf" => {
            let name = format!("{}-{}.pdf", document.title, seen.case().id);
            let printed = seen.visit.house().print(document, seen.visit.today()).await;
            let bytes = printed.map_err(|why| {
                Answer::wrong(
                    StatusCode::SERVICE_UNAVAILABLE,
                    why,
                    "案件のページに戻り、画面の印刷かWordを使ってください。",
                )
            })?;
            Ok(download(&name, "application/pdf", bytes))
        }
        _ => Err(Answer::Nowhere),
    }
}

fn failed(fault: &dyn std::error::Error) -> Answer {
    tracing::error!(%fault, "様式を書けませんでした。");
    Answer::Failed
}
