//! 組織: units, positions and who holds them, on any day.

mod person;
mod unit;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use domain::calendar::{wareki, wareki_with_western};
use domain::guideline::Guideline;
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{Capacity, Office, Place, Position, Post, Unit};
use jiff::civil::Date;

pub(crate) use person::page as person;
pub(crate) use unit::page as unit;

use crate::answer::Reply;
use crate::day::{Day, On};
use crate::page::Shell;
use crate::parts::Link;
use crate::query::Query;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "office.html")]
struct OfficePage {
    shell: Shell,
    asked: Turning,
    units: Vec<UnitRow>,
}

/// The day that is shown, and the days before and after on which something changes.
struct Turning {
    action: String,
    day: Day,
    words: String,
    before: Option<Link>,
    after: Option<Link>,
}

/// A unit in the tree.
struct UnitRow {
    level: u8,
    unit: Link,
    called: Option<String>,
    positions: Vec<PositionRow>,
}

impl UnitRow {
    /// How deep it stands in the tree.
    fn depth(&self) -> u8 {
        self.level.saturating_sub(2)
    }
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

/// The whole office on a day.
pub(crate) async fn page(visit: Visit, Query(on): Query<On>) -> Reply {
    let asked = turning(&visit, &on, visit.path("office"));
    let day = asked.day.day;
    let posts = Posts::on(&visit, day);
    let mut units = Vec::new();
    for root in roots(visit.office(), day) {
        branch(&visit, root, day, 2, &posts, &mut units, &mut BTreeSet::new());
    }
    visit.show(&OfficePage { shell: visit.shell("組織"), asked, units })
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

fn branch<'o>(
    visit: &'o Visit,
    unit: &'o Unit,
    day: Date,
    level: u8,
    posts: &Posts<'_>,
    rows: &mut Vec<UnitRow>,
    seen: &mut BTreeSet<&'o UnitId>,
) {
    // A ring cannot be recorded, yet what is read from a store is not taken on trust.
    if !seen.insert(&unit.id) {
        return;
    }
    rows.push(UnitRow {
        level,
        unit: unit_link(visit, &unit.id, day),
        called: called(visit, unit.key.as_deref()),
        positions: posts.of(visit, &unit.id),
    });
    for child in below(visit.office(), &unit.id, day) {
        branch(visit, child, day, (level + 1).min(6), posts, rows, seen);
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
                (position.place != Place::Head, std::cmp::Reverse(height), &position.id)
            });
        }
        let mut held: BTreeMap<PositionId, Vec<Post>> = BTreeMap::new();
        for post in visit.office().posts_on(day) {
            held.entry(post.position.clone()).or_default().push(post);
        }
        Self { day, positions, held }
    }

    fn of(&self, visit: &Visit, unit: &UnitId) -> Vec<PositionRow> {
        let positions = self.positions.get(unit).into_iter().flatten();
        let row = |position: &&Position| PositionRow {
            title: position.title.clone(),
            rank: rank(&visit.guideline().guideline, position),
            people: self.held.get(&position.id).into_iter().flatten().map(|post| self.person(visit, post)).collect(),
        };
        positions.map(row).collect()
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
