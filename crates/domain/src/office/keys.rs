//! For whom a step waits, as keys that can be looked up: [`Office::fills`] turned round.
//!
//! A role asks "may this post act?" of one case at a time. A page asks the other way: which of many open steps wait for
//! this person? Both are one definition: a post fills a rule exactly when they have a key in common.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;

use super::{Around, Capacity, Level, Office, Place, Post};
use crate::guideline::Holder;
use crate::id::{PersonId, PositionId, UnitId};

/// A key that a step waits for and that a post satisfies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HolderKey {
    /// Anybody in this unit or below it.
    Staff(UnitId),
    /// The head of this unit.
    Head(UnitId),
    /// The head of the department above this unit.
    DepartmentHead(UnitId),
    /// Anybody in the unit that the guideline calls so, or below it.
    UnitStaff(String),
    /// The head of the unit that the guideline calls so.
    UnitHead(String),
    /// The holder of the position that the guideline calls so.
    Position(String),
    /// A member of the committee that the guideline calls so.
    Committee(String),
    /// A person designated in a position; it ends with the assignment that began on that day.
    Designated(PersonId, PositionId, Date),
}

impl fmt::Display for HolderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff(unit) => write!(f, "staff:{unit}"),
            Self::Head(unit) => write!(f, "head:{unit}"),
            Self::DepartmentHead(unit) => write!(f, "dept_head:{unit}"),
            Self::UnitStaff(key) => write!(f, "unit_staff:{key}"),
            Self::UnitHead(key) => write!(f, "unit_head:{key}"),
            Self::Position(key) => write!(f, "position:{key}"),
            Self::Committee(key) => write!(f, "committee:{key}"),
            Self::Designated(person, position, from) => write!(f, "designated:{person}:{position}:{from}"),
        }
    }
}

impl HolderKey {
    /// The keys of which a post needs one to fill a rule around a case.
    pub fn of_rule(rule: &Holder, around: Around<'_>) -> Vec<Self> {
        let lead = || around.units.first().cloned();
        match rule {
            Holder::OwningUnitStaff => around.units.iter().cloned().map(Self::Staff).collect(),
            Holder::OwningUnitHead => lead().map(Self::Head).into_iter().collect(),
            Holder::OwningDepartmentHead => lead().map(Self::DepartmentHead).into_iter().collect(),
            Holder::SharingUnitHead => around.units.iter().skip(1).cloned().map(Self::Head).collect(),
            Holder::UnitStaff(key) => vec![Self::UnitStaff(key.clone())],
            Holder::UnitHead(key) => vec![Self::UnitHead(key.clone())],
            Holder::Position(key) => vec![Self::Position(key.clone())],
            Holder::Committee { key, .. } => vec![Self::Committee(key.clone())],
            Holder::Designated(wanted) => around
                .designated
                .iter()
                .filter(|d| d.role == *wanted)
                .map(|d| Self::Designated(d.person.clone(), d.position.clone(), d.assigned_from))
                .collect(),
        }
    }
}

impl Office {
    /// The keys that a post satisfies on a day.
    pub fn keys_of(&self, post: &Post, day: Date) -> BTreeSet<HolderKey> {
        let mut keys = BTreeSet::new();
        let named = |unit: &UnitId| {
            let key = self.units.get(unit)?.key.as_ref()?;
            (self.unit_with_key(key, day) == Some(unit)).then(|| key.clone())
        };
        let line = self.line_of(&post.unit, day);
        // What a unit had that is no more waits for whoever carries it on.
        let ended: Vec<(&UnitId, Vec<UnitId>)> = self
            .units
            .values()
            .filter(|unit| self.has_ended(&unit.id, day))
            .map(|unit| (&unit.id, self.carrying_on(&unit.id, day)))
            .collect();
        let of_heirs = |heirs: &[UnitId]| line.iter().any(|unit| heirs.contains(unit));
        keys.extend(
            ended.iter().filter(|(_, heirs)| of_heirs(heirs)).map(|(unit, _)| HolderKey::Staff((*unit).clone())),
        );
        for unit in &line {
            keys.extend(named(unit).map(HolderKey::UnitStaff));
            keys.insert(HolderKey::Staff(unit.clone()));
        }
        keys.extend(named(&post.unit).map(HolderKey::Committee));
        let position = self.positions.get(&post.position);
        if position.is_some_and(|position| position.place == Place::Head) {
            keys.insert(HolderKey::Head(post.unit.clone()));
            let after = ended.iter().filter(|(_, heirs)| heirs.contains(&post.unit));
            keys.extend(after.map(|(unit, _)| HolderKey::Head((*unit).clone())));
            keys.extend(named(&post.unit).map(HolderKey::UnitHead));
            if self.units.get(&post.unit).is_some_and(|unit| unit.level == Level::Department) {
                let below = self.units.keys().filter(|unit| self.departments_of(unit, day).contains(&post.unit));
                keys.extend(below.cloned().map(HolderKey::DepartmentHead));
            }
        }
        keys.extend(position.and_then(|position| position.key.clone()).map(HolderKey::Position));
        if post.capacity == Capacity::Holder {
            let held = self
                .assignments
                .iter()
                .filter(|a| a.person == post.person && a.position == post.position && a.covers(day));
            keys.extend(held.map(|a| HolderKey::Designated(a.person.clone(), a.position.clone(), a.from)));
        }
        keys
    }
}
