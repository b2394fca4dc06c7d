//! The last page: the whole policy, what it still lacks, how it will look, and the one button.

use actions::Drafting;
use askama::Template;
use axum::response::Response;
use domain::draft::{Part, field, parts};
use domain::refusal::Refusal;

use super::page::{Sight, kept, known, rows, shell, stages, version};
use super::{At, preview};
use crate::answer::Answer;
use crate::page::{Link, Shell};
use crate::parts::{Basis, Cell, Empty, Head, Notice, Stage, Table, Tone};
use crate::visit::Visit;

/// The last page.
#[derive(Template)]
#[template(path = "policy_review.html")]
struct Review {
    shell: Shell,
    stages: Vec<Stage>,
    notices: Vec<Notice>,
    lacking: Vec<Lacking>,
    known: Vec<(String, Cell)>,
    table: Table,
    action: String,
    back: String,
    key: String,
    version: String,
    case_version: String,
    step: String,
    kept: String,
    sight: Sight,
}

/// Something that is missing, and where it is mended.
struct Lacking {
    link: Link,
    next: String,
    basis: Basis,
}

/// Shows the whole policy; with a refusal, why it was not recorded.
pub(super) async fn show(visit: &Visit, drafting: &Drafting, refused: Option<&Refusal>) -> Result<Response, Answer> {
    let guideline = &drafting.loaded.guideline;
    let networks = visit.city().networks();
    let problems = drafting.sheet.problems(guideline, networks);
    let case = drafting.case.id.to_string();
    let lacking = problems.iter().map(|problem| Lacking {
        link: Link {
            href: format!("{}#f-{}", At::Part(problem.part).path(visit, &case), problem.field),
            words: problem.problem.what.clone(),
        },
        next: problem.problem.next.clone(),
        basis: visit.basis_in(&drafting.loaded, &problem.problem.basis),
    });
    let last = parts(guideline).last().copied().map_or(At::Review, At::Part);
    let policy = drafting.sheet.policy(guideline, networks);
    let page = Review {
        shell: shell(visit, drafting, format!("{}を確かめて起案する", guideline.words.policy)),
        stages: stages(visit, drafting, At::Review, &problems),
        notices: refused.map(said).into_iter().chain(voids(drafting)).collect(),
        lacking: lacking.collect(),
        known: known(visit, drafting),
        table: whole(visit, drafting),
        action: At::Review.path(visit, &case),
        back: last.path(visit, &case),
        key: visit.fresh_key(),
        version: version(drafting),
        case_version: drafting.case.version.to_string(),
        step: drafting.step.clone(),
        kept: kept(visit, drafting),
        sight: Sight {
            printed: Vec::new(),
            notices: Vec::new(),
            previews: preview::both(visit, drafting, &policy).await?,
        },
    };
    if refused.is_some() { visit.show_refused(&page) } else { visit.show(&page) }
}

/// What a new version makes void: said before it is recorded, with everything that is then to be done anew.
pub(super) fn voids(drafting: &Drafting) -> Option<Notice> {
    let steps = drafting.undone();
    let labels: Vec<String> = steps.iter().map(|step| format!("「{}」", step.label)).collect();
    (!labels.is_empty()).then(|| Notice {
        tone: Tone::Warning,
        title: format!("起案し直すと、{}がやり直しになります。", labels.concat()),
        body: Some(format!(
            "済んだ記録は台帳に残りますが、新しい{}によるものではなくなります。次に行う方には、お知らせが届きます。ほかの方には、直したことを伝えてください。",
            drafting.loaded.guideline.words.policy
        )),
        next: None,
    })
}

fn said(refusal: &Refusal) -> Notice {
    let basis = refusal.basis.as_ref().map(|basis| format!("根拠：{}\n", basis.said())).unwrap_or_default();
    Notice {
        tone: Tone::Danger,
        title: refusal.what.clone(),
        body: Some(format!("{basis}次にすること：{}", refusal.next)),
        next: None,
    }
}

/// Every row of the policy with the way to where it is written.
fn whole(visit: &Visit, drafting: &Drafting) -> Table {
    let guideline = &drafting.loaded.guideline;
    let case = drafting.case.id.to_string();
    let mend = |part: Part, words: String| Cell::Link(Link { href: At::Part(part).path(visit, &case), words });
    let mut table = Vec::new();
    for part in parts(guideline) {
        for (label, cell) in rows(visit, drafting, part, &drafting.sheet) {
            table.push(vec![mend(part, label), cell]);
        }
    }
    for attachment in &guideline.attachments {
        let because = drafting.sheet.text(&field::depart_because(&attachment.id));
        let told = match drafting.sheet.text(&field::depart(&attachment.id)) {
            field::LEFT_OUT => Cell::Pair("載せません".to_owned(), format!("理由：{because}")),
            field::REPLACED => {
                let text = drafting.sheet.text(&field::depart_text(&attachment.id));
                Cell::Pair(text.to_owned(), format!("標準の文と違う理由：{because}"))
            }
            _ => Cell::Text("標準の文のとおり".to_owned()),
        };
        table.push(vec![mend(Part::Texts, attachment.title.clone()), told]);
    }
    Table {
        caption: format!("{}の全体", guideline.words.policy),
        heads: vec![Head::new("項目（開いて直せます）"), Head::new("内容")],
        rows: table,
        empty: Empty { title: "項目がありません。".to_owned(), body: String::new(), next: None },
    }
}
