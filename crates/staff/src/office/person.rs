//! One person: the positions held over time, and what they may do today.

use std::collections::BTreeSet;

use actions::AccountFilter;
use askama::Template;
use axum::extract::Path;
use domain::access::Action;
use domain::account::Account;
use domain::calendar::wareki;
use domain::guideline::Designation;
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::Designated;
use jiff::civil::Date;

use super::{name_of, unit_link};
use crate::answer::{Answer, Reply};
use crate::page::Shell;
use crate::parts::{Cell, Empty, Head, Link, Shape, Table, Tag};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    shell: Shell,
    facts: Vec<(String, Cell)>,
    posts: Table,
    accounts: Vec<Table>,
    more: bool,
}

/// How many accounts of a unit are looked through for designations.
const MOST: u32 = 100;

/// One person.
pub(crate) async fn page(visit: Visit, Path((_, id)): Path<(String, String)>) -> Reply {
    let id = PersonId(id);
    let person = visit.office().people.get(&id).ok_or(Answer::Nowhere)?;
    let mut facts = vec![("職員番号".to_owned(), Cell::Text(id.0.clone()))];
    if visit.officer().is_ok() {
        facts.extend(
            person
                .kana
                .as_ref()
                .filter(|kana| !kana.is_empty())
                .map(|kana| ("読み".to_owned(), Cell::Text(kana.clone()))),
        );
    }
    let (accounts, more) = accounts(&visit, &id).await?;
    let page = PersonPage {
        shell: visit.shell(name_of(&visit, &id)).under(visit.path("office"), "組織"),
        facts,
        posts: posts(&visit, &id),
        accounts,
        more,
    };
    visit.show(&page)
}

/// The accounts of today's units that the caller may see, with what the person is designated as; and whether there are more.
async fn accounts(visit: &Visit, person: &PersonId) -> Result<(Vec<Table>, bool), Answer> {
    let units: BTreeSet<UnitId> =
        visit.office().posts_of(person, visit.today()).into_iter().map(|post| post.unit).collect();
    let mut tables = Vec::new();
    let mut more = false;
    // Somebody holds a post or two, so these are a question or two.
    for unit in units.iter().filter(|_| visit.may(Action::SeeAccounts)) {
        let filter = AccountFilter { unit: Some(unit.clone()), ..AccountFilter::default() };
        let page = visit.city().find_accounts(&filter, &visit.scope(), None, MOST).await?;
        more |= page.next.is_some();
        let table = Table {
            caption: format!("{}のアカウント", visit.office().unit_name(unit, visit.today())),
            heads: ["アカウント", "状態", "指定"].map(Head::new).into(),
            rows: page.rows.iter().map(|account| account_row(visit, account, person)).collect(),
            empty: Empty {
                title: "見られるアカウントはありません。".to_owned(),
                body: "この所属にアカウントがないか、今の職では見られません。".to_owned(),
                next: None,
            },
        };
        tables.push(table);
    }
    Ok((tables, more))
}

fn account_row(visit: &Visit, account: &Account, person: &PersonId) -> Vec<Cell> {
    let words = account.name.clone().unwrap_or_else(|| crate::words::UNNAMED.to_owned());
    let href = visit.path(&format!("accounts/{}", account.id));
    let stands = |one: &&Designated| one.person == *person && visit.office().stands(one, visit.today());
    let roles: Vec<&str> = account.designated.iter().filter(stands).map(|one| role(one.role)).collect();
    vec![
        Cell::LinkPair(Link { href, words }, account.id.to_string()),
        Cell::Text(account.standing.label().to_owned()),
        if roles.is_empty() { Cell::Missing("なし") } else { Cell::Text(roles.join("、")) },
    ]
}

fn role(role: Designation) -> &'static str {
    match role {
        Designation::Poster => "担当者",
        Designation::Approver => "責任者",
    }
}

/// Every post, the latest first.
fn posts(visit: &Visit, person: &PersonId) -> Table {
    let office = visit.office();
    let held = office.assignments.iter().filter(|held| held.person == *person);
    let stood_in = office.deputies.iter().filter(|deputy| deputy.person == *person);
    let mut posts: Vec<(Date, Option<Date>, &PositionId, &str)> = held
        .map(|held| (held.from, held.until, &held.position, "本人"))
        .chain(stood_in.map(|deputy| (deputy.from, Some(deputy.until), &deputy.position, "代決")))
        .collect();
    posts.sort_by(|a, b| b.cmp(a));
    let row = |(from, until, position, capacity): &(Date, Option<Date>, &PositionId, &str)| {
        let known = office.positions.get(*position);
        let today = visit.today();
        let state = if *from > today {
            Tag::new("これから", Shape::Plain)
        } else if until.is_some_and(|until| until < today) {
            Tag::new("終わり", Shape::Ended)
        } else {
            Tag::new("在任", Shape::Going)
        };
        vec![
            Cell::Text(known.map_or_else(|| position.to_string(), |known| known.title.clone())),
            known.map_or(Cell::Missing("分かりません"), |known| Cell::Link(unit_link(visit, &known.unit, *from))),
            Cell::Text((*capacity).to_owned()),
            Cell::Text(match until {
                Some(until) => format!("{}から{}まで", wareki(*from), wareki(*until)),
                None => format!("{}から", wareki(*from)),
            }),
            Cell::Tag(state),
        ]
    };
    Table {
        caption: "職の移り変わり".to_owned(),
        heads: ["職", "所属", "資格", "期間", "状態"].map(Head::new).into(),
        rows: posts.iter().map(row).collect(),
        empty: Empty {
            title: "職の記録はありません。".to_owned(),
            body: "組織の登録に、この職員の配置がありません。".to_owned(),
            next: None,
        },
    }
}
