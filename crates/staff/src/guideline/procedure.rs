//! One procedure of the guideline: its steps in order, who does them, by when, and under which clause.

use askama::Template;
use axum::extract::Path;
use domain::guideline::{Procedure, Step};
use domain::practice::{PracticeLeaf, PracticeRow};

use super::rules::roles;
use super::words;
use crate::answer::{Answer, Reply};
use crate::page::Shell;
use crate::parts::{Basis, Link};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "procedure.html")]
struct ProcedurePage {
    shell: Shell,
    /// That the program does not carry it out yet.
    later: Option<&'static str>,
    basis: Basis,
    steps: Vec<StepRow>,
}

/// One step as the page shows it.
struct StepRow {
    id: String,
    label: String,
    basis: Basis,
    who: String,
    strength: &'static str,
    /// Under which conditions it belongs to a case.
    only: Vec<&'static str>,
    /// When, and with whom: each with what asks for it.
    rules: Vec<Rule>,
    form: Option<Link>,
}

/// A rule of a step.
struct Rule {
    label: &'static str,
    words: String,
    basis: Basis,
}

/// One procedure.
pub(crate) async fn page(visit: Visit, Path((_, id)): Path<(String, String)>) -> Reply {
    let procedure = visit.guideline().guideline.procedure(&id).ok_or(Answer::Nowhere)?;
    let practices = visit.city().practices_on(visit.today()).await?;
    let page = ProcedurePage {
        shell: visit.shell(procedure.label.clone()).under(visit.path("guideline"), "ガイドライン"),
        later: (!procedure.purpose.is_carried_out()).then_some(words::LATER),
        basis: visit.basis(&procedure.basis),
        steps: procedure.in_order().into_iter().map(|step| row(&visit, procedure, step, &practices)).collect(),
    };
    visit.show(&page)
}

fn row(visit: &Visit, procedure: &Procedure, step: &Step, practices: &[PracticeRow]) -> StepRow {
    let g = &visit.guideline().guideline;
    let label = |id: &str| procedure.step(id).map_or_else(|| id.to_owned(), |step| step.label.clone());
    let mut rules: Vec<Rule> = Vec::new();
    for after in &step.after {
        let words = format!("「{}」のあと", label(&after.step));
        rules.push(Rule { label: "順序", words, basis: visit.basis(&after.basis) });
    }
    if let Some(within) = &step.within {
        let leaf = PracticeLeaf::Within { procedure: procedure.id.clone(), step: step.id.clone() };
        let set = practices.iter().find(|practice| practice.open.leaf == leaf).map(PracticeRow::value);
        let days = set.unwrap_or(within.open_days);
        let words = format!("「{}」の翌日から数えて{days}開庁日以内", label(&within.from));
        rules.push(Rule { label: "期限", words, basis: visit.basis(&within.basis) });
    }
    if let Some(second) = &step.second_person {
        let than: Vec<String> = second.than.iter().map(|id| format!("「{}」", label(id))).collect();
        let words = format!("{}をした人とは別の人が行います", than.concat());
        rules.push(Rule { label: "別の人", words, basis: visit.basis(&second.basis) });
    }
    if let Some(to) = &step.returns_to {
        let words = format!("差し戻すときは「{}」からやり直します", label(to));
        rules.push(Rule { label: "差戻し", words, basis: visit.basis(&step.basis) });
    }
    let form = step.form.as_ref().and_then(|id| g.forms.iter().find(|form| form.id == *id));
    StepRow {
        id: step.id.clone(),
        label: step.label.clone(),
        basis: visit.basis(&step.basis),
        who: roles(g, &step.by),
        strength: crate::words::strength(step.strength),
        only: step.when.iter().map(|when| words::when(*when)).collect(),
        rules,
        form: form.map(|form| Link { href: visit.path("guideline#forms"), words: form.label.clone() }),
    }
}
