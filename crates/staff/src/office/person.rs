//! One person: the positions held over time, and what they may do today.

use askama::Template;
use axum::extract::Path;
use domain::calendar::wareki;
use domain::id::{PersonId, PositionId};
use jiff::civil::Date;

use super::{name_of, unit_link};
use crate::answer::{Answer, Reply};
use crate::page::Shell;
use crate::parts::{Cell, Empty, Head, Shape, Table, Tag};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    shell: Shell,
    facts: Vec<(String, Cell)>,
    posts: Table,
}

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
    let page = PersonPage {
        shell: visit.shell(name_of(&visit, &id)).under(visit.path("office"), "組織"),
        facts,
        posts: posts(&visit, &id),
    };
    visit.show(&page)
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
