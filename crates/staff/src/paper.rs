//! A document as whoever asks wants it: to be looked at, as a Word file, as PDF.

use axum::http::StatusCode;
use documents::form::Document;

use crate::answer::{Answer, Reply, download, html};
use crate::assets::href;
use crate::visit::Visit;

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
            let printed = visit.house().print(document, visit.today()).await;
            let next = "前のページに戻り、画面の印刷かWordを使ってください。";
            let bytes = printed.map_err(|why| Answer::wrong(StatusCode::SERVICE_UNAVAILABLE, why, next))?;
            Ok(download(&format!("{name}.pdf"), "application/pdf", bytes))
        }
        _ => Err(Answer::Nowhere),
    }
}

fn failed(fault: &dyn std::error::Error) -> Answer {
    tracing::error!(%fault, "様式を書けませんでした。");
    Answer::Failed
}
