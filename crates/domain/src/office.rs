//! The office (組織・職・職員): who holds which post on a given day.
//!
//! Duties belong to positions. A person is looked up for a day, so the past keeps its answers when people move.

mod change;
mod keys;
mod left;
mod plan;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use change::*;
pub use keys::HolderKey;
pub use left::Left;
pub use plan::*;

use crate::guideline::{Designation, Holder};
use crate::id::{PersonId, PositionId, UnitId};

/// The whole office of one municipality, with its history.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Office {
    /// Units by id.
    pub units: BTreeMap<UnitId, Unit>,
    /// Positions by id.
    pub positions: BTreeMap<PositionId, Position>,
    /// People by staff number.
    pub people: BTreeMap<PersonId, Person>,
    /// Who held which position, from when to when.
    pub assignments: Vec<Assignment>,
    /// Who stood in for which position, and why (代決).
    pub deputies: Vec<Deputy>,
}

/// A unit with its names and places over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// The city's code for it; stays when the unit is renamed.
    pub id: UnitId,
    /// Its names, oldest first.
    pub names: Vec<UnitName>,
    /// The unit above it, oldest first.
    pub parents: Vec<UnitPlace>,
    /// What level it is.
    pub level: Level,
    /// The guideline's key for it, where the guideline names it.
    pub key: Option<String>,
    /// The day it was founded.
    pub from: Date,
    /// The day from which it is no more.
    pub until: Option<Date>,
    /// The units that took over its work when it was merged, split or abolished.
    pub successors: Vec<UnitId>,
}

/// A unit's name from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitName {
    /// From this day on.
    pub from: Date,
    /// The name.
    pub name: String,
    /// Its reading.
    pub kana: String,
}

/// A unit's place in the tree from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitPlace {
    /// From this day on.
    pub from: Date,
    /// The unit above; `None` at the top.
    pub parent: Option<UnitId>,
}

/// The level of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 部・局: its head is the 所属部長 of the units below.
    Department,
    /// 課・室・所: its head is the 所属長.
    Division,
    /// 係・担当.
    Team,
    /// 委員会・会議.
    Committee,
}

/// A position in a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Its id.
    pub id: PositionId,
    /// Its unit.
    pub unit: UnitId,
    /// Its title, such as 広報室長.
    pub title: String,
    /// Its rank, an id of the guideline's rank table.
    pub rank: String,
    /// Whether it leads the unit.
    pub place: Place,
    /// The guideline's key for it, where the guideline names it.
    pub key: Option<String>,
}

/// A position's place in its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// 所属長.
    Head,
    /// Anybody else.
    Member,
}

/// A person. The name is shown, never used to decide anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Staff number.
    pub id: PersonId,
    /// The name as typed; `None` once lawfully erased.
    pub name: Option<String>,
    /// Its reading.
    pub kana: Option<String>,
    /// The sequence number of the entry that gave the name.
    pub named_by: u64,
}

/// A person in a position, from a day to a day (the last day included).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Assignment {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub position: PositionId,
    /// First day.
    pub from: Date,
    /// Last day, where it has ended.
    pub until: Option<Date>,
}

/// A person standing in for a position for a period (代決).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deputy {
    /// Who stands in.
    pub person: PersonId,
    /// For which position.
    pub position: PositionId,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
}

/// A person in a post on a day, as an act needs to know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Who.
    pub person: PersonId,
    /// The position acted for.
    pub position: PositionId,
    /// The position's unit.
    pub unit: UnitId,
    /// The title on that day.
    pub title: String,
    /// The position's rank.
    pub rank: String,
    /// As holder or as deputy.
    pub capacity: Capacity,
}

/// In what capacity a person acts for a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// 本人: the holder of the position.
    Holder,
    /// 代決: a deputy within the period.
    Deputy,
}

/// A person named for an account as 担当者 or 責任者; it ends with the assignment it was made under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Designated {
    /// As what.
    pub role: Designation,
    /// Who.
    pub person: PersonId,
    /// In which position.
    pub position: PositionId,
    /// The first day of the assignment it rests on; a transfer ends both.
    pub assigned_from: Date,
}

/// Around what a role is resolved: the units of the account, lead first, and who is designated.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The owning units, lead first.
    pub units: &'a [UnitId],
    /// The designations in force for the account.
    pub designated: &'a [Designated],
}

impl Around<'_> {
    /// Around nothing: what belongs to no unit.
    pub const NOTHING: Self = Self { units: &[], designated: &[] };
}

/// Each person once, in the first post in which they are told; what they hold comes before what they stand in for.
pub fn each_once(posts: impl IntoIterator<Item = Post>) -> Vec<Post> {
    let mut found: Vec<Post> = Vec::new();
    for post in posts {
        match found.iter_mut().find(|known| known.person == post.person) {
            Some(known) if known.capacity == Capacity::Deputy && post.capacity == Capacity::Holder => *known = post,
            Some(_) => {}
            None => found.push(post),
        }
    }
    found
}

impl Unit {
    /// Its name on a day; before its first name, the first one.
    pub fn name_on(&self, day: Date) -> &str {
        self.named_on(day).map_or("", |n| n.name.as_str())
    }

    /// The reading of its name on a day.
    pub fn kana_on(&self, day: Date) -> &str {
        self.named_on(day).map_or("", |n| n.kana.as_str())
    }

    /// The unit above it on a day.
    pub fn parent_on(&self, day: Date) -> Option<&UnitId> {
        let place = self.parents.iter().rev().find(|p| p.from <= day);
        place.or(self.parents.first()).and_then(|p| p.parent.as_ref())
    }

    /// Whether it exists on a day.
    pub fn exists_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    fn named_on(&self, day: Date) -> Option<&UnitName> {
        self.names.iter().rev().find(|n| n.from <= day).or(self.names.first())
    }
}

impl Assignment {
    /// Whether it is in force on a day.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

impl Office {
    /// The posts in which a person may act on a day: those held first, then those stood in for.
    pub fn posts_of(&self, person: &PersonId, day: Date) -> Vec<Post> {
        self.posts_where(day, |other| other == person).collect()
    }

    /// Everybody who may act for a holder's rule on a day, such as 所属長 of these units.
    pub fn holders(&self, rule: &Holder, around: Around<'_>, day: Date) -> Vec<Post> {
        self.posts_on(day).filter(|post| self.fills(post, rule, around, day)).collect()
    }

    /// Whether this post fills the rule on this day.
    pub fn fills(&self, post: &Post, rule: &Holder, around: Around<'_>, day: Date) -> bool {
        let lead = around.units.first();
        let leads = |u: &UnitId| self.is_head(&post.position) && self.is_or_after(&post.unit, u, day);
        match rule {
            Holder::OwningUnitStaff => around.units.iter().any(|u| {
                self.is_within(&post.unit, u, day)
                    || self.has_ended(u, day)
                        && self.carrying_on(u, day).iter().any(|heir| self.is_within(&post.unit, heir, day))
            }),
            Holder::OwningUnitHead => lead.is_some_and(leads),
            Holder::OwningDepartmentHead => {
                self.is_head(&post.position) && lead.is_some_and(|u| self.departments_of(u, day).contains(&post.unit))
            }
            Holder::SharingUnitHead => around.units.iter().skip(1).any(leads),
            Holder::UnitStaff(key) => self.unit_with_key(key, day).is_some_and(|u| self.is_within(&post.unit, u, day)),
            Holder::UnitHead(key) => {
                self.unit_with_key(key, day).is_some_and(|u| post.unit == *u) && self.is_head(&post.position)
            }
            Holder::Position(key) => {
                self.positions.get(&post.position).is_some_and(|p| p.key.as_deref() == Some(key.as_str()))
            }
            Holder::Committee { key, .. } => self.unit_with_key(key, day).is_some_and(|u| post.unit == *u),
            Holder::Designated(wanted) => {
                post.capacity == Capacity::Holder
                    && around.designated.iter().any(|d| {
                        d.role == *wanted
                            && d.person == post.person
                            && d.position == post.position
                            && self.stands(d, day)
                    })
            }
        }
    }

    /// Whether a designation still stands on a day: the assignment it was made under is still in force.
    pub fn stands(&self, designated: &Designated, day: Date) -> bool {
        self.assignments.iter().any(|a| {
            a.person == designated.person
                && a.position == designated.position
                && a.from == designated.assigned_from
                && a.covers(day)
        })
    }

    /// The department (部・局) of a unit on a day: itself, or the nearest above.
    pub fn department_of(&self, unit: &UnitId, day: Date) -> Option<UnitId> {
        self.line_of(unit, day).into_iter().find(|u| self.units.get(u).is_some_and(|u| u.level == Level::Department))
    }

    /// The unit of a guideline's key on a day.
    pub fn unit_with_key(&self, key: &str, day: Date) -> Option<&UnitId> {
        self.units.values().find(|u| u.key.as_deref() == Some(key) && u.exists_on(day)).map(|u| &u.id)
    }

    /// A unit's name on a day; its code when the office does not know it.
    pub fn unit_name(&self, unit: &UnitId, day: Date) -> String {
        self.units.get(unit).map_or_else(|| unit.0.clone(), |u| u.name_on(day).to_owned())
    }

    /// The names of several units in one line.
    pub fn unit_names(&self, units: &[UnitId], day: Date) -> String {
        units.iter().map(|unit| self.unit_name(unit, day)).collect::<Vec<_>>().join("、")
    }

    /// The unit and those above it, from below to the top.
    pub fn line_of(&self, unit: &UnitId, day: Date) -> Vec<UnitId> {
        let mut line: Vec<UnitId> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = Some(unit.clone());
        while let Some(id) = next {
            // A ring cannot be recorded, yet what is read from a store is not taken on trust.
            if !seen.insert(id.clone()) {
                break;
            }
            next = self.units.get(&id).and_then(|u| u.parent_on(day).cloned());
            line.push(id);
        }
        line
    }

    /// The units that a person belongs to on a day, with those above them, and those below the ones that they head.
    pub fn units_of(&self, person: &PersonId, day: Date) -> BTreeSet<UnitId> {
        let posts = self.posts_of(person, day);
        let headed: BTreeSet<&UnitId> =
            posts.iter().filter(|post| self.is_head(&post.position)).map(|post| &post.unit).collect();
        let mut units: BTreeSet<UnitId> = posts.iter().flat_map(|post| self.line_of(&post.unit, day)).collect();
        if !headed.is_empty() {
            let below = |unit: &&UnitId| self.line_of(unit, day).iter().any(|above| headed.contains(above));
            units.extend(self.units.keys().filter(below).cloned());
        }
        units
    }

    /// Whether a post is the head of a unit that stands above this one on a day, or of this one itself.
    pub fn heads(&self, post: &Post, unit: &UnitId, day: Date) -> bool {
        self.is_head(&post.position) && self.is_within(unit, &post.unit, day)
    }

    /// The units that carry on the work of a unit on a day: itself while it exists, else its successors.
    pub fn successors_on(&self, unit: &UnitId, day: Date) -> Vec<UnitId> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![unit.clone()];
        while let Some(id) = open.pop() {
            let Some(here) = self.units.get(&id) else { continue };
            if !seen.insert(id.clone()) {
                continue;
            }
            if here.exists_on(day) {
                found.push(id);
            } else {
                open.extend(here.successors.iter().rev().cloned());
            }
        }
        found
    }

    /// The units that answer for what a unit had: itself while it exists, else its successors; where none was named, the
    /// unit that stood above it.
    pub fn carrying_on(&self, unit: &UnitId, day: Date) -> Vec<UnitId> {
        let found = self.successors_on(unit, day);
        if !found.is_empty() {
            return found;
        }
        let there = |unit: &UnitId| self.units.get(unit).is_some_and(|unit| unit.exists_on(day));
        self.line_of(unit, day).into_iter().find(there).into_iter().collect()
    }

    /// The same of several units, lead first, each once.
    pub fn all_carrying_on(&self, units: &[UnitId], day: Date) -> Vec<UnitId> {
        let mut found: Vec<UnitId> = Vec::new();
        for unit in units.iter().flat_map(|unit| self.carrying_on(unit, day)) {
            if !found.contains(&unit) {
                found.push(unit);
            }
        }
        found
    }

    /// The departments above a unit on a day; of one that is no more, those of whoever carries on as well.
    fn departments_of(&self, unit: &UnitId, day: Date) -> Vec<UnitId> {
        let heirs = if self.has_ended(unit, day) { self.carrying_on(unit, day) } else { Vec::new() };
        std::iter::once(unit).chain(&heirs).filter_map(|unit| self.department_of(unit, day)).collect()
    }

    /// Whether a unit is this one, or carries on what this one had.
    fn is_or_after(&self, unit: &UnitId, former: &UnitId, day: Date) -> bool {
        unit == former || self.has_ended(former, day) && self.carrying_on(former, day).contains(unit)
    }

    fn has_ended(&self, unit: &UnitId, day: Date) -> bool {
        self.units.get(unit).and_then(|unit| unit.until).is_some_and(|until| until <= day)
    }

    /// The days on which something in the office is no longer as it was the day before.
    pub fn days_of_change(&self) -> BTreeSet<Date> {
        let after = |day: Date| day.tomorrow().ok();
        let mut days = BTreeSet::new();
        for unit in self.units.values() {
            days.insert(unit.from);
            days.extend(unit.until);
            days.extend(unit.names.iter().map(|name| name.from));
            days.extend(unit.parents.iter().map(|place| place.from));
        }
        for held in &self.assignments {
            days.insert(held.from);
            days.extend(held.until.and_then(after));
        }
        for deputy in &self.deputies {
            days.insert(deputy.from);
            days.extend(after(deputy.until));
        }
        days
    }

    /// Everybody's posts on a day: those held, then those stood in for.
    pub fn posts_on(&self, day: Date) -> impl Iterator<Item = Post> + '_ {
        self.posts_where(day, |_| true)
    }

    /// The same of the people that are asked for, without making what nobody asked for.
    fn posts_where<'o>(
        &'o self,
        day: Date,
        asked: impl Fn(&PersonId) -> bool + Copy + 'o,
    ) -> impl Iterator<Item = Post> + 'o {
        // Whoever holds a position holds it, though somebody also entered them as its deputy.
        let holds = move |person: &PersonId, position: &PositionId| {
            self.assignments.iter().any(|a| a.person == *person && a.position == *position && a.covers(day))
        };
        // Who is asked for comes first: a large office has thousands of assignments, and a page asks for many people.
        let held = self.assignments.iter().filter(move |a| asked(&a.person) && a.covers(day));
        let held = held.map(|a| (&a.person, &a.position, Capacity::Holder));
        let stood_in = self
            .deputies
            .iter()
            .filter(move |d| asked(&d.person) && d.from <= day && day <= d.until)
            .filter(move |d| !holds(&d.person, &d.position))
            .map(|d| (&d.person, &d.position, Capacity::Deputy));
        held.chain(stood_in).filter_map(move |(person, position, capacity)| {
            let position = self.positions.get(position)?;
            let unit = self.units.get(&position.unit)?;
            unit.exists_on(day).then(|| Post {
                person: person.clone(),
                position: position.id.clone(),
                unit: position.unit.clone(),
                title: position.title.clone(),
                rank: position.rank.clone(),
                capacity,
            })
        })
    }

    fn is_head(&self, position: &PositionId) -> bool {
        self.positions.get(position).is_some_and(|p| p.place == Place::Head)
    }

    fn is_within(&self, unit: &UnitId, above: &UnitId, day: Date) -> bool {
        self.line_of(unit, day).contains(above)
    }
}
