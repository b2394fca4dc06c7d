//! A document as whoever asks wants it: to be looked at, as a Word file, as PDF.

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use documents::form::Document;

use crate::answer::{Answer, Reply, download, html};
use crate::assets::href;
use crate::printing::{Asker, Unprinted};
use crate::visit::Visit;

/// When to ask for paper again, in seconds.
const AGAIN: &str = "10";

/// The document under a name without its ending; an ending that is none of ours leads nowhere.
pub(crate) async fn shown(visit: &Visit, document: Document, name: &str, ending: &str) -> Reply {
    match ending {
        "html" => {
            let page = documents::html::page(&document, &href("form.css"));
            Ok(html(StatusCode::OK, page.map_err(|fault| failed(&fault))?))
        }
        "docx" => {
            let bytes = documents::docx::write(&document).map_err(|fault| failed(&fault))?;
            Ok(download(&format!("{name}.docx"), documents::docx::MEDIA_TYPE, bytes))
        }
        "pdf" => {
            let who = visit.session().map_or_else(String::new, |session| session.login.0.clone());
            match visit.house().print(document, visit.today(), Asker::Person(&who)).await {
                Ok(bytes) => Ok(download(&format!("{name}.pdf"), "application/pdf", bytes)),
                Err(why) => Ok(unprinted(why)),
            }
        }
        _ => Err(Answer::Nowhere),
    }
}

/// Why there is no paper, and when to come again.
fn unprinted(why: Unprinted) -> Response {
    let status = match why {
        Unprinted::Yours => StatusCode::TOO_MANY_REQUESTS,
        Unprinted::Busy | Unprinted::Problem(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let passes = !matches!(why, Unprinted::Problem(_));
    let next = "前のページに戻り、画面の印刷かWordを使うこともできます。";
    let mut response = Answer::wrong(status, why.words(), next).into_response();
    if passes {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(AGAIN));
    }
    response
}

fn failed(fault: &dyn std::error::Error) -> Answer {
    tracing::error!(%fault, "様式を書けませんでした。");
    Answer::Failed
}
