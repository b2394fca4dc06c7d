//! One unit: where it stands, who is in it on a day, and what became of it over time.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use domain::calendar::{wareki, wareki_with_western};
use domain::id::UnitId;
use domain::office::{Level, Unit};
use jiff::civil::Date;

use super::{After, PositionRow, Posts, Turning, below, called, pages, stretch, turning, unit_link};
use crate::answer::{Answer, Reply};
use crate::day::On;
use crate::page::Shell;
use crate::parts::{Cell, Empty, Head, Link, Pages, Table};
use crate::query::Query;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "unit.html")]
struct UnitPage {
    shell: Shell,
    asked: Turning,
    stands: bool,
    facts: Vec<(String, Cell)>,
    positions: Vec<PositionRow>,
    pages: Pages,
    below: Vec<Link>,
    history: Table,
}

/// One unit on a day.
pub(crate) async fn page(
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
    Query(on): Query<On>,
    Query(After { after }): Query<After>,
) -> Reply {
    let unit = visit.office().units.get(&UnitId(id)).ok_or(Answer::Nowhere)?;
    let rest = format!("office/units/{}", unit.id);
    let asked = turning(&visit, &on, visit.path(&rest));
    let day = asked.day.day;
    let stands = unit.exists_on(day);
    let posts = Posts::on(&visit, day);
    let positions = if stands { posts.of(&unit.id) } else { &[] };
    let (positions, next) = stretch(positions, after.as_deref(), |position| &position.id.0);
    let page = UnitPage {
        shell: visit.shell(unit.name_on(day)).under(visit.path("office"), "組織"),
        stands,
        facts: facts(&visit, unit, day),
        positions: posts.rows(&visit, positions),
        pages: pages(&visit, &rest, day, after.as_deref(), next.map(|position| position.id.0.as_str())),
        below: below(visit.office(), &unit.id, day).map(|unit| unit_link(&visit, &unit.id, day)).collect(),
        history: history(&visit, unit),
        asked,
    };
    visit.show(&page)
}

fn facts(visit: &Visit, unit: &Unit, day: Date) -> Vec<(String, Cell)> {
    let level = match unit.level {
        Level::Department => "部・局",
        Level::Division => "課・室・所",
        Level::Team => "係・担当",
        Level::Committee => "委員会・会議",
    };
    let above = unit.parent_on(day).map(|id| Cell::Link(unit_link(visit, id, day)));
    let mut facts = vec![
        ("組織の番号".to_owned(), Cell::Text(unit.id.0.clone())),
        ("読み".to_owned(), Cell::Text(unit.kana_on(day).to_owned())),
        ("区分".to_owned(), Cell::Text(level.to_owned())),
        ("上の組織".to_owned(), above.unwrap_or(Cell::Missing("ありません"))),
        ("置かれた日".to_owned(), Cell::Text(wareki_with_western(unit.from))),
    ];
    facts.extend(
        called(visit, unit.key.as_deref()).map(|called| ("ガイドラインでの呼び名".to_owned(), Cell::Text(called))),
    );
    if let Some(until) = unit.until {
        facts.push(("なくなる日".to_owned(), Cell::Text(wareki_with_western(until))));
        facts.extend(
            unit.successors.iter().map(|id| ("引き継ぐ組織".to_owned(), Cell::Link(unit_link(visit, id, until)))),
        );
    }
    facts
}

fn history(visit: &Visit, unit: &Unit) -> Table {
    let days: BTreeSet<Date> =
        unit.names.iter().map(|name| name.from).chain(unit.parents.iter().map(|place| place.from)).collect();
    let row = |day: &Date| {
        let above = unit.parent_on(*day).map(|id| Cell::Link(unit_link(visit, id, *day)));
        vec![
            Cell::Text(format!("{}から", wareki(*day))),
            Cell::Text(unit.name_on(*day).to_owned()),
            above.unwrap_or(Cell::Missing("ありません")),
        ]
    };
    Table {
        caption: "名称と上の組織の移り変わり".to_owned(),
        heads: ["いつから", "名称", "上の組織"].map(Head::new).into(),
        rows: days.iter().rev().map(row).collect(),
        empty: Empty {
            title: "移り変わりの記録はありません。".to_owned(), body: String::new(), next: None
        },
    }
}
