//! 利用方針・運用ポリシー, written step by step: one part at a time, kept at every press, looked at as it will be printed.

mod ask;
mod page;
mod preview;
mod review;

use actions::{ActError, DraftSaved, Drafting};
use axum::extract::Path;
use axum::response::Response;
use domain::draft::{Part, parts};
use domain::refusal::RefusalKind;
use serde::Deserialize;

use crate::answer::{Answer, Reply};
use crate::query::Query;
use crate::typed::Typed;
use crate::visit::Visit;
use page::{PartPage, Said};

pub(crate) use preview::page as show_preview;

/// The name of the last page in addresses.
const REVIEW: &str = "review";

/// What a page of the draft is asked with.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// There when the draft was just kept.
    saved: Option<String>,
}

/// Where one is in the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Part(Part),
    Review,
}

/// The first part that still lacks something, or the review.
pub(crate) async fn first(visit: Visit, Path((_, case)): Path<(String, String)>) -> Reply {
    let drafting = drafting(&visit, &case).await?;
    let problems = drafting.sheet.problems(&drafting.loaded.guideline, visit.city().networks());
    let at = problems.first().map_or(At::Review, |problem| At::Part(problem.part));
    Err(Answer::Elsewhere(at.path(&visit, &case)))
}

/// 前の方針から写す.
pub(crate) async fn begin(visit: Visit, Path((_, case)): Path<(String, String)>, _: Typed) -> Reply {
    let drafting = drafting(&visit, &case).await?;
    visit.city().copy_earlier_policy(&drafting.case.id, &visit.by(visit.today())?).await?;
    first(visit, Path((String::new(), case))).await
}

/// One part, or the review.
pub(crate) async fn page(
    visit: Visit,
    Path((_, case, part)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Reply {
    let drafting = drafting(&visit, &case).await?;
    match At::read(&part, &drafting)? {
        At::Review => review::show(&visit, &drafting, None).await,
        At::Part(part) => {
            let said = if asked.saved.is_some() && drafting.saved.is_some() { Said::Kept } else { Said::Nothing };
            let page = PartPage::of(&visit, &drafting, part, said).await?;
            visit.show(&page)
        }
    }
}

/// Keeps what was typed, and goes where the pressed button leads; the review's button records the policy.
pub(crate) async fn save(visit: Visit, Path((_, case, part)): Path<(String, String, String)>, typed: Typed) -> Reply {
    if part == REVIEW {
        return Box::pin(submit(&visit, &case, &typed)).await;
    }
    let before = drafting(&visit, &case).await?;
    let At::Part(part) = At::read(&part, &before)? else { return Err(Answer::Nowhere) };
    if typed.has("live") {
        // The script asks while somebody types: nothing is kept, so that no press is overtaken by an older one.
        return visit.show(&PartPage::of(&visit, &written(&before, part, &typed), part, Said::Nothing).await?);
    }
    let would = written(&before, part, &typed);
    if !would.sheet.too_long_in(part, &before.loaded.guideline).is_empty() {
        return visit.show_refused(&PartPage::of(&visit, &would, part, Said::Lacks).await?);
    }
    let by = visit.by(visit.today())?;
    let seen = typed.text("version").parse().ok();
    match visit.city().save_draft(&before.case.id, part, typed.iter(), seen, &by).await? {
        DraftSaved::Overtaken(now) => {
            let theirs = now.sheet.clone();
            let page = PartPage::of(&visit, &written(&now, part, &typed), part, Said::Overtaken(theirs)).await?;
            visit.show_refused(&page)
        }
        DraftSaved::Kept(_) => kept(&visit, &case, part, typed.text("do")).await,
    }
}

async fn kept(visit: &Visit, case: &str, part: Part, press: &str) -> Result<Response, Answer> {
    let drafting = drafting(visit, case).await?;
    let guideline = &drafting.loaded.guideline;
    if press == "next" {
        let problems = drafting.sheet.problems(guideline, visit.city().networks());
        if problems.iter().any(|problem| problem.part == part) {
            return visit.show_refused(&PartPage::of(visit, &drafting, part, Said::Lacks).await?);
        }
    }
    let order = parts(guideline);
    let here = order.iter().position(|one| *one == part).unwrap_or_default();
    let to = match press {
        "next" | "later" => order.get(here + 1).map_or(At::Review, |part| At::Part(*part)),
        "back" => At::Part(here.checked_sub(1).and_then(|at| order.get(at)).copied().unwrap_or(part)),
        _ => return Err(Answer::Elsewhere(format!("{}?saved=yes", At::Part(part).path(visit, case)))),
    };
    Err(Answer::Elsewhere(to.path(visit, case)))
}

async fn submit(visit: &Visit, case: &str, typed: &Typed) -> Result<Response, Answer> {
    let case = visit.case(case).await?.case.id;
    let by = visit.by(visit.today())?;
    let seen_draft = typed.text("version").parse().ok();
    let seen_case = typed.text("case_version").parse().unwrap_or_default();
    let key = typed.said("key");
    match visit.city().submit_draft(&case, seen_draft, seen_case, &by, key).await {
        Ok(recorded) => Err(Answer::Elsewhere(visit.path(&format!("cases/{case}?done={}", recorded.seq)))),
        Err(ActError::Refused(refusal)) => review::show(visit, &drafting(visit, &case.0).await?, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

/// The draft of a case that the caller may draft now.
async fn drafting(visit: &Visit, case: &str) -> Result<Drafting, Answer> {
    let view = visit.case(case).await?;
    let drafted = visit.city().draft_policy(&view.case.id, &visit.by(visit.today())?).await;
    drafted.map_err(|error| match error {
        ActError::Refused(refusal) if refusal.kind == RefusalKind::NotYours => Answer::Refused(refusal),
        error => error.into(),
    })
}

/// A draft as if what was just typed were on it.
fn written(drafting: &Drafting, part: Part, typed: &Typed) -> Drafting {
    let sheet = drafting.sheet.clone().with(part, &drafting.loaded.guideline, typed.iter());
    Drafting { sheet, ..drafting.clone() }
}

impl At {
    fn read(id: &str, drafting: &Drafting) -> Result<Self, Answer> {
        if id == REVIEW {
            return Ok(Self::Review);
        }
        let parts = parts(&drafting.loaded.guideline);
        parts.into_iter().find(|part| part.id() == id).map(Self::Part).ok_or(Answer::Nowhere)
    }

    fn path(self, visit: &Visit, case: &str) -> String {
        let id = match self {
            Self::Part(part) => part.id(),
            Self::Review => REVIEW,
        };
        visit.path(&format!("cases/{case}/policy/{id}"))
    }
}
