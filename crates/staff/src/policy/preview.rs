//! How the draft will look: as the guideline's form, and as the page that citizens see.

use actions::{ActError, Drafting, PreviewPage};
use axum::extract::Path;
use axum::http::StatusCode;
use domain::case::Case;
use domain::policy::Policy;

use crate::answer::{Answer, Reply, html};
use crate::assets;
use crate::parts::Preview;
use crate::visit::Visit;

const FORM: &str = "form";
const PUBLIC: &str = "public";
const NOTICE: &str = "下書きの見本です。まだ公開されておらず、公式アカウントでもありません。";

/// One preview as a page of its own: of what is typed for those who draft, of what is recorded for everybody else.
pub(crate) async fn page(visit: Visit, Path((_, case, what)): Path<(String, String, String)>) -> Reply {
    let view = visit.case(&case).await?;
    let (case, policy) = match visit.city().draft_policy(&view.case.id, &visit.by(visit.today())?).await {
        Ok(drafting) => {
            let policy = drafting.sheet.policy(&drafting.loaded.guideline, visit.city().networks());
            (drafting.case, policy)
        }
        Err(ActError::Refused(refusal)) => {
            let recorded = view.case.policy.as_ref().and_then(|version| version.content.clone());
            (view.case, recorded.ok_or(Answer::Refused(refusal))?)
        }
        Err(error) => return Err(error.into()),
    };
    let page = match what.as_str() {
        FORM => form(&visit, &case, &policy).await?.ok_or(Answer::Nowhere)?,
        PUBLIC => public(&visit, &case, &policy).await?,
        _ => return Err(Answer::Nowhere),
    };
    Ok(html(StatusCode::OK, page))
}

/// Both previews, to stand beside the fields.
pub(super) async fn both(visit: &Visit, drafting: &Drafting, policy: &Policy) -> Result<Vec<Preview>, Answer> {
    let path = |what: &str| visit.path(&format!("cases/{}/preview/{what}", drafting.case.id));
    let mut previews = Vec::new();
    if let Some(html) = form(visit, &drafting.case, policy).await? {
        previews.push(Preview { title: "様式".to_owned(), html, href: path(FORM) });
    }
    let html = public(visit, &drafting.case, policy).await?;
    previews.push(Preview { title: "公開されるページ".to_owned(), html, href: path(PUBLIC) });
    Ok(previews)
}

async fn form(visit: &Visit, case: &Case, policy: &Policy) -> Result<Option<String>, Answer> {
    let Some(document) = visit.city().draft_form(case, policy).await? else { return Ok(None) };
    let page = documents::html::page(&document, &assets::href("form.css"));
    page.map(Some).map_err(|fault| {
        tracing::error!(%fault, "様式を書けませんでした。");
        Answer::Failed
    })
}

async fn public(visit: &Visit, case: &Case, policy: &Policy) -> Result<String, Answer> {
    let base = visit.town().public_url.clone().unwrap_or_else(|| visit.house().absolute("/"));
    let stylesheet = assets::href("public.css");
    let shown = PreviewPage { base_url: &base, stylesheet: &stylesheet, notice: NOTICE };
    Ok(visit.city().draft_public_page(case, policy, shown).await?)
}
