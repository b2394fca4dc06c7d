//! 組織: units, positions and who holds them, on any day.

mod person;
mod unit;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use domain::calendar::{wareki, wareki_with_western};
use domain::guideline::Guideline;
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{Capacity, Office, Place, Position, Post, Unit};
use jiff::civil::Date;
use serde::Deserialize;

pub(crate) use person::page as person;
pub(crate) use unit::page as unit;

use crate::answer::Reply;
use crate::day::{Day, On};
use crate::page::Shell;
use crate::parts::{Cell, Empty, Head, Link, Pages, Table};
use crate::query::{Query, address};
use crate::visit::Visit;

/// So many units stand on a page, and so many positions of one unit.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "office.html")]
struct OfficePage {
    shell: Shell,
    asked: Turning,
    units: Table,
    pages: Pages,
}

/// After which unit or position the list goes on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct After {
    after: Option<String>,
}

/// The day that is shown, and the days before and after on which something changes.
struct Turning {
    action: String,
    day: Day,
    words: String,
    before: Option<Link>,
    after: Option<Link>,
}

/// A position with those who hold it.
pub(crate) struct PositionRow {
    pub title: String,
    pub rank: String,
    pub people: Vec<PersonRow>,
}

/// Somebody in a position.
pub(crate) struct PersonRow {
    pub person: Link,
    pub capacity: &'static str,
}

/// The units on a day, each below the one that it belongs to; who is in one stands on its own page.
pub(crate) async fn page(visit: Visit, Query(on): Query<On>, Query(After { after }): Query<After>) -> Reply {
    let asked = turning(&visit, &on, visit.path("office"));
    let day = asked.day.day;
    let mut units = Vec::new();
    for root in roots(visit.office(), day) {
        branch(visit.office(), root, day, &mut units, &mut BTreeSet::new());
    }
    let (units, next) = stretch(&units, after.as_deref(), |unit| &unit.id.0);
    let page = OfficePage {
        shell: visit.shell("組織"),
        asked,
        pages: pages(&visit, "office", day, after.as_deref(), next.map(|unit| unit.id.0.as_str())),
        units: table(&visit, units, day),
    };
    visit.show(&page)
}

/// The stretch of a list that follows a key, and the last of it where there is more; an unknown key begins anew.
fn stretch<'a, T>(all: &'a [T], after: Option<&str>, key: impl Fn(&T) -> &str) -> (&'a [T], Option<&'a T>) {
    let begin = after.and_then(|after| all.iter().position(|one| key(one) == after)).map_or(0, |at| at + 1);
    let rest = all.get(begin..).unwrap_or_default();
    let (shown, later) = rest.split_at(SHOWN.min(rest.len()));
    (shown, shown.last().filter(|_| !later.is_empty()))
}

/// The way through such a list, on the same day.
fn pages(visit: &Visit, rest: &str, day: Date, after: Option<&str>, next: Option<&str>) -> Pages {
    let on = if day == visit.today() { String::new() } else { day.to_string() };
    let href = |after: &str| address(visit, rest, &[("on", on.as_str()), ("after", after)]);
    Pages { first: after.map(|_| href("")), after: next.map(href), shown: String::new() }
}

fn table(visit: &Visit, units: &[&Unit], day: Date) -> Table {
    let posts = Posts::on(visit, day);
    let row = |unit: &&Unit| {
        let link = unit_link(visit, &unit.id, day);
        let above = unit.parent_on(day).map(|above| format!("{}の下", visit.office().unit_name(above, day)));
        let called = called(visit, unit.key.as_deref()).map(|called| format!("ガイドラインの「{called}」"));
        let below: Vec<String> = above.into_iter().chain(called).collect();
        vec![
            if below.is_empty() { Cell::Link(link) } else { Cell::LinkPair(link, below.join("　")) },
            posts.head(visit, &unit.id),
            Cell::Number(format!("{}人", posts.count(&unit.id))),
        ]
    };
    Table {
        caption: "組織".to_owned(),
        heads: ["組織", "所属の長", "職員"].map(Head::new).into(),
        rows: units.iter().map(row).collect(),
        empty: Empty {
            title: "この日の組織は登録されていません。".to_owned(),
            body: "別の日を選ぶか、システムの運用者に組織の登録を確かめてください。".to_owned(),
            next: None,
        },
    }
}

/// The units at the top on a day.
fn roots(office: &Office, day: Date) -> impl Iterator<Item = &Unit> {
    office.units.values().filter(move |unit| {
        let parent = unit.parent_on(day).and_then(|id| office.units.get(id));
        unit.exists_on(day) && parent.is_none_or(|parent| !parent.exists_on(day))
    })
}

/// The units below one on a day.
fn below<'o>(office: &'o Office, unit: &UnitId, day: Date) -> impl Iterator<Item = &'o Unit> {
    office.units.values().filter(move |other| other.exists_on(day) && other.parent_on(day) == Some(unit))
}

/// A unit and what lies below it, in the order in which they are read.
fn branch<'o>(
    office: &'o Office,
    unit: &'o Unit,
    day: Date,
    units: &mut Vec<&'o Unit>,
    seen: &mut BTreeSet<&'o UnitId>,
) {
    // A ring cannot be recorded, yet what is read from a store is not taken on trust.
    if !seen.insert(&unit.id) {
        return;
    }
    units.push(unit);
    for child in below(office, &unit.id, day) {
        branch(office, child, day, units, seen);
    }
}

/// Who holds what on a day, looked up once.
struct Posts<'o> {
    day: Date,
    positions: BTreeMap<&'o UnitId, Vec<&'o Position>>,
    held: BTreeMap<PositionId, Vec<Post>>,
}

impl<'o> Posts<'o> {
    fn on(visit: &'o Visit, day: Date) -> Self {
        let mut positions: BTreeMap<&UnitId, Vec<&Position>> = BTreeMap::new();
        for position in visit.office().positions.values() {
            positions.entry(&position.unit).or_default().push(position);
        }
        let guideline = &visit.guideline().guideline;
        for unit in positions.values_mut() {
            unit.sort_by_key(|position| {
                let height = guideline.rank_height(&position.rank);
                (position.place != Place::Head, Reverse(height), &position.id)
            });
        }
        let mut held: BTreeMap<PositionId, Vec<Post>> = BTreeMap::new();
        for post in visit.office().posts_on(day) {
            held.entry(post.position.clone()).or_default().push(post);
        }
        Self { day, positions, held }
    }

    /// The positions of a unit, its head first.
    fn of(&self, unit: &UnitId) -> &[&'o Position] {
        self.positions.get(unit).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many people belong to a unit.
    fn count(&self, unit: &UnitId) -> usize {
        let posts = self.of(unit).iter().filter_map(|position| self.held.get(&position.id)).flatten();
        let people: BTreeSet<&PersonId> =
            posts.filter(|post| post.capacity == Capacity::Holder).map(|post| &post.person).collect();
        people.len()
    }

    /// Who leads a unit.
    fn head(&self, visit: &Visit, unit: &UnitId) -> Cell {
        let Some(position) = self.of(unit).iter().find(|position| position.place == Place::Head) else {
            return Cell::Missing("長の職はありません");
        };
        let posts = self.held.get(&position.id).map(Vec::as_slice).unwrap_or_default();
        match posts.iter().find(|post| post.capacity == Capacity::Holder).or(posts.first()) {
            Some(post) => {
                let row = self.person(visit, post);
                let deputy = if row.capacity.is_empty() { String::new() } else { format!("（{}）", row.capacity) };
                Cell::LinkPair(row.person, format!("{}{deputy}", position.title))
            }
            None => Cell::Pair("空席".to_owned(), position.title.clone()),
        }
    }

    fn rows(&self, visit: &Visit, positions: &[&Position]) -> Vec<PositionRow> {
        let row = |position: &&Position| PositionRow {
            title: position.title.clone(),
            rank: rank(&visit.guideline().guideline, position),
            people: self.held.get(&position.id).into_iter().flatten().map(|post| self.person(visit, post)).collect(),
        };
        positions.iter().map(row).collect()
    }

    fn person(&self, visit: &Visit, post: &Post) -> PersonRow {
        let capacity = match post.capacity {
            Capacity::Holder => "",
            Capacity::Deputy => "代決",
        };
        PersonRow { person: person_link(visit, &post.person, self.day), capacity }
    }
}

fn rank(guideline: &Guideline, position: &Position) -> String {
    match position.place {
        Place::Head => format!("{}・所属の長", guideline.rank_label(&position.rank)),
        Place::Member => guideline.rank_label(&position.rank),
    }
}

/// What the guideline calls a unit or a position of this key.
fn called(visit: &Visit, key: Option<&str>) -> Option<String> {
    let offices = &visit.guideline().guideline.offices;
    offices.iter().find(|office| Some(office.key.as_str()) == key).map(|office| office.label.clone())
}

fn unit_link(visit: &Visit, unit: &UnitId, day: Date) -> Link {
    Link { href: on_day(visit, &format!("office/units/{unit}"), day), words: visit.office().unit_name(unit, day) }
}

fn person_link(visit: &Visit, person: &PersonId, day: Date) -> Link {
    Link { href: on_day(visit, &format!("office/people/{person}"), day), words: name_of(visit, person) }
}

/// A person in words: names are shown to officers only.
fn name_of(visit: &Visit, person: &PersonId) -> String {
    let known = visit.office().people.get(person).and_then(|known| known.name.as_deref());
    match (visit.officer(), known) {
        (Ok(_), Some(name)) => name.to_owned(),
        (Ok(_), None) => format!("職員番号 {person}（氏名は消去されています）"),
        (Err(_), _) => format!("職員番号 {person}"),
    }
}

/// A path that keeps the day; today needs none.
fn on_day(visit: &Visit, rest: &str, day: Date) -> String {
    if day == visit.today() { visit.path(rest) } else { format!("{}?on={day}", visit.path(rest)) }
}

fn turning(visit: &Visit, on: &On, action: String) -> Turning {
    let day = on.read(visit, "いつの組織を見るか");
    let days = visit.office().days_of_change();
    let link = |to: &Date, words: &str| Link {
        href: format!("{action}?on={to}"),
        words: format!("{words}（{}）", wareki(*to)),
    };
    let before = days.range(..day.day).next_back();
    let after = days.range(day.day..).find(|to| **to > day.day);
    let when = match day.day.cmp(&visit.today()) {
        std::cmp::Ordering::Less => "の記録です。",
        std::cmp::Ordering::Equal => "（今日）の組織です。",
        std::cmp::Ordering::Greater => "に予定されている組織です。今の登録によります。",
    };
    Turning {
        words: format!("{}{when}", wareki_with_western(day.day)),
        before: before.map(|to| link(to, "前に変わった日")),
        after: after.map(|to| link(to, "次に変わる日")),
        action,
        day,
    }
}
