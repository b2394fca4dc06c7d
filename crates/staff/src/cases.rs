//! 案件の一覧: as far as each may be seen, the newest first.

use std::collections::BTreeMap;

use actions::{CaseFilter, Page};
use askama::Template;
use domain::access::Action;
use domain::calendar::wareki;
use domain::case::{Case, CaseState};
use domain::id::{AccountId, CaseId, UnitId};
use serde::Deserialize;

use crate::accounts::units;
use crate::answer::Reply;
use crate::field::{Choice, Field, Kind, Line};
use crate::page::{Link, Shell};
use crate::parts::{Cell, Empty, Head, Pages, Place, Tab, Table};
use crate::query::{Query, address};
use crate::visit::Visit;
use crate::words;

/// How many cases a page shows.
const SHOWN: u32 = 50;

#[derive(Template)]
#[template(path = "cases.html")]
struct CasesPage {
    shell: Shell,
    begin: Option<String>,
    tabs: Vec<Tab>,
    here: String,
    state: String,
    fields: Vec<Field>,
    table: Table,
    pages: Pages,
}

/// What is asked for in the address: everything may be missing or empty.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

const STATES: [(&str, &str); 4] =
    [("open", "進行中"), ("completed", "完了"), ("withdrawn", "取下げ"), ("all", "すべて")];

/// The list of cases.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let scope = visit.scope();
    let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = CaseFilter {
        unit: said(&asked.unit).map(UnitId),
        state: state_of(&asked.state, &visit),
        procedure: said(&asked.procedure),
        text: said(&asked.q),
    };
    let after = said(&asked.after).map(CaseId);
    let found = visit.city().find_cases(&filter, &scope, after.as_ref(), SHOWN).await?;
    let names = visit.city().account_names(&found.rows).await?;
    let page = CasesPage {
        shell: visit.shell("案件"),
        begin: visit.may(Action::OpenCase).then(|| visit.path("cases/new")),
        tabs: tabs(&visit, &asked),
        here: visit.path("cases"),
        state: asked.state.clone(),
        fields: fields(&visit, &asked),
        pages: pages(&visit, &asked, &found),
        table: table(&visit, &found.rows, &names),
    };
    visit.show(&page)
}

/// The state that a word of the address stands for: cases under way, where nothing is said.
fn state_of(word: &str, visit: &Visit) -> Option<CaseState> {
    let on = visit.today();
    match word {
        "all" => None,
        "completed" => Some(CaseState::Completed { on }),
        "withdrawn" => Some(CaseState::Withdrawn { on }),
        _ => Some(CaseState::Open),
    }
}

fn href(visit: &Visit, asked: &Asked, state: &str, after: &str) -> String {
    let parts = [
        ("state", state),
        ("unit", asked.unit.as_str()),
        ("procedure", asked.procedure.as_str()),
        ("q", asked.q.as_str()),
        ("after", after),
    ];
    address(visit, "cases", &parts)
}

fn tabs(visit: &Visit, asked: &Asked) -> Vec<Tab> {
    let now = if STATES.iter().any(|(word, _)| *word == asked.state) { asked.state.as_str() } else { "open" };
    let tab = |(word, label): &(&str, &str)| Tab {
        label: (*label).to_owned(),
        href: href(visit, asked, word, ""),
        place: if *word == now { Place::Now } else { Place::Later },
    };
    STATES.iter().map(tab).collect()
}

fn fields(visit: &Visit, asked: &Asked) -> Vec<Field> {
    let all = || Choice::new("", "すべて", "");
    let units = units(visit, &asked.unit);
    let procedures = visit.guideline().guideline.procedures.iter();
    let procedures = procedures.map(|one| Choice::new(one.id.clone(), one.label.clone(), &asked.procedure));
    let words = Kind::Line { value: asked.q.clone(), sort: Line::Words };
    vec![
        Field::new("unit", "担当部署", Kind::Select(std::iter::once(all()).chain(units).collect())).optional(),
        Field::new("procedure", "手続", Kind::Select(std::iter::once(all()).chain(procedures).collect())).optional(),
        Field::new("q", "ことば", words).optional(),
    ]
}

fn pages(visit: &Visit, asked: &Asked, found: &Page<Case>) -> Pages {
    let after = found.next.as_ref().map(|next| href(visit, asked, &asked.state, next));
    let first = (!asked.after.is_empty()).then(|| href(visit, asked, &asked.state, ""));
    Pages { first, after, shown: format!("{}件", found.rows.len()) }
}

fn table(visit: &Visit, cases: &[Case], names: &BTreeMap<AccountId, String>) -> Table {
    let (office, today) = (visit.office(), visit.today());
    let labels: BTreeMap<&str, &str> =
        visit.guideline().guideline.procedures.iter().map(|one| (one.id.as_str(), one.label.as_str())).collect();
    let row = |case: &Case| {
        let procedure = labels.get(case.procedure.as_str()).copied().unwrap_or(&case.procedure);
        let name = case.subject_name(case.account().and_then(|id| names.get(id)).map(String::as_str));
        let link = Link { href: visit.path(&format!("cases/{}", case.id)), words: words::case(procedure, name) };
        let units: Vec<String> = case.units.iter().map(|unit| office.unit_name(unit, today)).collect();
        vec![
            Cell::LinkPair(link, words::case_number(&case.id, name)),
            Cell::Text(units.join("、")),
            Cell::Text(wareki(case.opened_on)),
            Cell::Tag(words::state(&case.state)),
        ]
    };
    Table {
        caption: "案件".to_owned(),
        heads: ["案件", "担当部署", "始めた日", "状態"].into_iter().map(Head::new).collect(),
        rows: cases.iter().map(row).collect(),
        empty: Empty {
            title: "ここに出す案件はありません。".to_owned(),
            body: "絞り込みを変えるか、新しい案件を始めてください。".to_owned(),
            next: visit
                .may(Action::OpenCase)
                .then(|| Link { href: visit.path("cases/new"), words: "案件を始める".to_owned() }),
        },
    }
}
