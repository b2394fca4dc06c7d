//! The office as the model knows it: who held which post on a day, folded from the entries alone.

use std::collections::BTreeMap;

use domain::guideline::Holder;
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{Designated, Level, OfficeChange, Place, Position, Post};
use jiff::civil::Date;

use crate::world::is_holder;

/// Units, positions and people over time.
#[derive(Debug, Default)]
pub struct OwnOffice {
    units: BTreeMap<UnitId, OwnUnit>,
    positions: BTreeMap<PositionId, Position>,
    held: Vec<(PersonId, PositionId, Date, Option<Date>)>,
    deputies: Vec<(PersonId, PositionId, Date, Date)>,
}

#[derive(Debug)]
struct OwnUnit {
    level: Level,
    key: Option<String>,
    from: Date,
    until: Option<Date>,
    parents: Vec<(Date, Option<UnitId>)>,
}

impl OwnOffice {
    /// Carries one change.
    pub fn change(&mut self, change: &OfficeChange) {
        match change {
            OfficeChange::UnitFounded { unit, level, parent, key, from, .. } => {
                let (level, key, from) = (*level, key.clone(), *from);
                let parents = vec![(from, parent.clone())];
                self.units.insert(unit.clone(), OwnUnit { level, key, from, until: None, parents });
            }
            OfficeChange::UnitMoved { unit, parent, from } => {
                if let Some(unit) = self.units.get_mut(unit) {
                    unit.parents.push((*from, parent.clone()));
                }
            }
            OfficeChange::UnitAbolished { unit, on, .. } => {
                if let Some(unit) = self.units.get_mut(unit) {
                    unit.until = Some(*on);
                }
            }
            OfficeChange::PositionSet { position } => {
                self.positions.insert(position.id.clone(), position.clone());
            }
            OfficeChange::Assigned { person, position, from } => {
                self.held.push((person.clone(), position.clone(), *from, None));
            }
            OfficeChange::Unassigned { person, position, until } => {
                let open = self.held.iter_mut().filter(|h| h.0 == *person && h.1 == *position && h.3.is_none());
                for held in open {
                    held.3 = Some(*until);
                }
            }
            OfficeChange::DeputyNamed { person, position, from, until } => {
                self.deputies.push((person.clone(), position.clone(), *from, *until));
            }
            OfficeChange::UnitRenamed { .. } | OfficeChange::PersonNoted { .. } => {}
        }
    }

    /// What is wrong with a post as an entry states it for a day.
    pub fn objection(&self, post: &Post, day: Date) -> Option<String> {
        let Some(position) = self.positions.get(&post.position) else {
            return Some(format!("there is no position {}", post.position));
        };
        let there = if is_holder(post) {
            self.held.iter().any(|h| h.0 == post.person && h.1 == post.position && covers(h.2, h.3, day))
        } else {
            self.deputies.iter().any(|d| d.0 == post.person && d.1 == post.position && d.2 <= day && day <= d.3)
        };
        if !there {
            return Some(format!("{} is not in {} on {day}", post.person, post.position));
        }
        (position.rank != post.rank || position.unit != post.unit)
            .then(|| format!("the rank or unit of {} is not as stated", post.position))
    }

    /// Whether a post fills a rule on a day.
    pub fn fills(&self, post: &Post, rule: &Holder, units: &[UnitId], designated: &[Designated], day: Date) -> bool {
        let lead = units.first();
        let leads = self.positions.get(&post.position).is_some_and(|p| p.place == Place::Head);
        let keyed = |key: &str| {
            let found = self.units.iter().find(|(_, u)| u.key.as_deref() == Some(key) && u.exists(day));
            found.map(|(id, _)| id.clone())
        };
        match rule {
            Holder::OwningUnitStaff => units.iter().any(|u| self.line(&post.unit, day).contains(u)),
            Holder::OwningUnitHead => leads && lead == Some(&post.unit),
            Holder::OwningDepartmentHead => {
                let line = lead.map(|u| self.line(u, day)).unwrap_or_default();
                let is_department = |u: &&UnitId| self.units.get(*u).is_some_and(|u| u.level == Level::Department);
                leads && line.iter().find(is_department) == Some(&post.unit)
            }
            Holder::SharingUnitHead => leads && units.iter().skip(1).any(|u| *u == post.unit),
            Holder::UnitStaff(key) => keyed(key).is_some_and(|u| self.line(&post.unit, day).contains(&u)),
            Holder::UnitHead(key) => leads && keyed(key).as_ref() == Some(&post.unit),
            Holder::Committee { key, .. } => keyed(key).as_ref() == Some(&post.unit),
            Holder::Position(key) => {
                self.positions.get(&post.position).and_then(|p| p.key.as_deref()) == Some(key.as_str())
            }
            Holder::Designated(wanted) => designated.iter().any(|d| {
                is_holder(post)
                    && d.role == *wanted
                    && (&d.person, &d.position) == (&post.person, &post.position)
                    && self.stands(d, day)
            }),
        }
    }

    /// Whether the assignment that a designation was made under goes on.
    pub fn stands(&self, d: &Designated, day: Date) -> bool {
        self.held
            .iter()
            .any(|h| (&h.0, &h.1, h.2) == (&d.person, &d.position, d.assigned_from) && covers(h.2, h.3, day))
    }

    /// The rank of a position.
    pub fn rank(&self, position: &PositionId) -> Option<&str> {
        self.positions.get(position).map(|p| p.rank.as_str())
    }

    fn line(&self, unit: &UnitId, day: Date) -> Vec<UnitId> {
        let mut line = vec![unit.clone()];
        loop {
            let above = line.last().and_then(|u| self.units.get(u)).and_then(|u| u.parent(day));
            match above {
                Some(above) if !line.contains(&above) => line.push(above),
                _ => return line,
            }
        }
    }
}

impl OwnUnit {
    fn exists(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    fn parent(&self, day: Date) -> Option<UnitId> {
        let now = self.parents.iter().rfind(|(from, _)| *from <= day).or(self.parents.first());
        now.and_then(|(_, parent)| parent.clone())
    }
}

fn covers(from: Date, until: Option<Date>, day: Date) -> bool {
    from <= day && until.is_none_or(|until| day <= until)
}
