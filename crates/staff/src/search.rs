//! 検索: everything at once, as far as whoever asks may see it.

use std::collections::BTreeMap;

use actions::{Found, Scope};
use askama::Template;
use domain::calendar::wareki;
use domain::case::CaseState;
use domain::guideline::Clause;
use domain::id::AccountId;
use serde::Deserialize;

use crate::answer::Reply;
use crate::basis::anchor;
use crate::page::Shell;
use crate::parts::{Cell, Empty, Head, Link, Table};
use crate::query::Query;
use crate::visit::Visit;
use crate::words;

/// What is asked: `?q=`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    q: Option<String>,
}

/// How many of each sort are shown.
const MOST: u32 = 20;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    shell: Shell,
    typed: String,
    groups: Vec<Group>,
    limited: bool,
}

/// What was found of one sort.
struct Group {
    id: &'static str,
    title: &'static str,
    more: bool,
    table: Table,
}

/// The search.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let typed: String = asked.q.unwrap_or_default().chars().take(200).collect();
    let scope = visit.scope();
    let found = visit.city().search(&typed, &scope, MOST).await?;
    let names = visit.city().account_names(&found.cases.rows).await?;
    let page = SearchPage {
        shell: visit.shell("検索"),
        groups: groups(&visit, &found, &names),
        typed,
        limited: scope != Scope::Everything,
    };
    visit.show(&page)
}

fn groups(visit: &Visit, found: &Found, names: &BTreeMap<AccountId, String>) -> Vec<Group> {
    let networks = visit.city().networks();
    let network = |id: &domain::network::NetworkId| {
        networks.iter().find(|one| one.id() == id).map_or_else(|| id.to_string(), |one| one.label().to_owned())
    };
    let units = |ids: &[domain::id::UnitId]| {
        let names: Vec<String> = ids.iter().map(|id| visit.office().unit_name(id, visit.today())).collect();
        Cell::Text(names.join("、"))
    };
    let unnamed = || words::UNNAMED.to_owned();
    let accounts = found.accounts.rows.iter().map(|account| {
        let name = account.name.clone().unwrap_or_else(unnamed);
        let href = visit.path(&format!("accounts/{}", account.id));
        vec![
            Cell::LinkPair(Link { href, words: name }, account.id.to_string()),
            account.network.as_ref().map_or(Cell::Missing("まだ"), |id| Cell::Text(network(id))),
            units(&account.units),
            Cell::Text(account.standing.label().to_owned()),
        ]
    });
    let cases = found.cases.rows.iter().map(|case| {
        let procedure = visit.guideline().guideline.procedure(&case.procedure);
        let label = procedure.map_or(case.procedure.as_str(), |procedure| &procedure.label);
        let href = visit.path(&format!("cases/{}", case.id));
        let state = match case.state {
            CaseState::Open => "進行中".to_owned(),
            CaseState::Completed { on } => format!("完了（{}）", wareki(on)),
            CaseState::Withdrawn { on } => format!("取下げ（{}）", wareki(on)),
        };
        let name = case.subject_name(case.account().and_then(|id| names.get(id)).map(String::as_str));
        vec![
            Cell::LinkPair(Link { href, words: words::case(label, name) }, words::case_number(&case.id, name)),
            units(&case.units),
            Cell::Text(state),
        ]
    });
    let impersonators = found.impersonators.rows.iter().map(|(id, one)| {
        vec![Cell::Text(id.to_string()), Cell::Text(network(&one.network)), Cell::Text(one.url.clone())]
    });
    vec![
        group("accounts", "アカウント", &["名称", "ＳＮＳ", "所属", "状態"], found.accounts.next.is_some(), accounts),
        group("cases", "案件", &["案件", "所属", "状態"], found.cases.next.is_some(), cases),
        group(
            "people",
            "人と職",
            &["名前", "番号"],
            found.people.next.is_some() || found.positions.next.is_some(),
            people(visit, found),
        ),
        group("units", "組織", &["名称", "番号"], found.units.next.is_some(), in_office(visit, found)),
        group(
            "clauses",
            "条文",
            &["条", "文言"],
            found.clauses.next.is_some(),
            found.clauses.rows.iter().map(|clause| clause_row(visit, clause)),
        ),
        group(
            "impersonators",
            "なりすまし",
            &["番号", "ＳＮＳ", "アドレス"],
            found.impersonators.next.is_some(),
            impersonators,
        ),
    ]
    .into_iter()
    .filter(|group| !group.table.rows.is_empty())
    .collect()
}

fn people(visit: &Visit, found: &Found) -> Vec<Vec<Cell>> {
    let people = found.people.rows.iter().map(|person| {
        let href = visit.path(&format!("office/people/{}", person.id));
        let words = person.name.clone().unwrap_or_else(|| "氏名は消去されています".to_owned());
        vec![Cell::Link(Link { href, words }), Cell::Text(format!("職員番号 {}", person.id))]
    });
    let positions = found.positions.rows.iter().map(|position| {
        let href = visit.path(&format!("office/units/{}", position.unit));
        vec![Cell::Link(Link { href, words: position.title.clone() }), Cell::Text(format!("職 {}", position.id))]
    });
    people.chain(positions).collect()
}

fn in_office(visit: &Visit, found: &Found) -> Vec<Vec<Cell>> {
    let row = |(id, name): &(domain::id::UnitId, String)| {
        let href = visit.path(&format!("office/units/{id}"));
        vec![Cell::Link(Link { href, words: name.clone() }), Cell::Text(id.to_string())]
    };
    found.units.rows.iter().map(row).collect()
}

fn clause_row(visit: &Visit, clause: &Clause) -> Vec<Cell> {
    let href = format!("{}#{}", visit.path("guideline"), anchor(&clause.id));
    vec![Cell::Link(Link { href, words: clause.id.said() }), Cell::Text(clause.printed().trim().to_owned())]
}

fn group(
    id: &'static str,
    title: &'static str,
    heads: &[&str],
    more: bool,
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> Group {
    let table = Table {
        caption: title.to_owned(),
        heads: heads.iter().map(|head| Head::new(*head)).collect(),
        rows: rows.into_iter().collect(),
        empty: Empty { title: String::new(), body: String::new(), next: None },
    };
    Group { id, title, more, table }
}
