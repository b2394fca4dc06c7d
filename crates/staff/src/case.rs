//! 案件: what was done, what is next, and what is done about it.

use askama::Template;
use axum::extract::Path;
use domain::calendar::wareki;
use domain::case::CaseState;

use crate::answer::Reply;
use crate::page::Shell;
use crate::parts::{Moment, Place, Shape, Tag};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    shell: Shell,
    state: Tag,
    subject: String,
    way: Vec<Moment>,
}

/// One case.
pub(crate) async fn page(visit: Visit, Path((_, case)): Path<(String, String)>) -> Reply {
    let view = visit.case(&case).await?;
    let shape = match view.case.state {
        CaseState::Open => Shape::Going,
        CaseState::Completed { .. } => Shape::Done,
        CaseState::Withdrawn { .. } => Shape::Withdrawn,
    };
    let done = view.case.steps.iter().map(|(id, done)| Moment {
        day: wareki(done.on),
        position: done.by.title.clone(),
        what: id.clone(),
        note: done.note.clone(),
        basis: None,
        place: Place::Done,
    });
    let open = view.open.iter().map(|step| Moment {
        day: step.due.as_ref().map(|(day, _)| format!("{}まで", wareki(*day))).unwrap_or_default(),
        position: step.by.join("・"),
        what: step.label.clone(),
        note: None,
        basis: None,
        place: Place::Now,
    });
    let page = CasePage {
        shell: visit.shell(format!("{}（{}）", view.procedure, view.case.id)).under(visit.path("cases"), "案件"),
        state: Tag::new(view.state(), shape),
        subject: view.account.name.clone().unwrap_or_else(|| "名称はまだ決まっていません".to_owned()),
        way: done.chain(open).collect(),
    };
    visit.show(&page)
}
