//! What can change in the office: founding, renaming, merging, splitting, appointing, standing in.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Assignment, Deputy, Level, Office, Person, Position, Unit, UnitName, UnitPlace};
use crate::calendar::wareki;
use crate::id::{PersonId, PositionId, UnitId};
use crate::letters::{Lines, Misfit};

/// One change of the office, with the day from which it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum OfficeChange {
    /// 新設.
    UnitFounded {
        /// Its code.
        unit: UnitId,
        /// Its name.
        name: String,
        /// The reading.
        kana: String,
        /// Its level.
        level: Level,
        /// The unit above.
        parent: Option<UnitId>,
        /// The guideline's key for it.
        key: Option<String>,
        /// First day.
        from: Date,
    },
    /// 改称.
    UnitRenamed {
        /// Which.
        unit: UnitId,
        /// The new name.
        name: String,
        /// Its reading.
        kana: String,
        /// From this day on.
        from: Date,
    },
    /// 移管: another unit above.
    UnitMoved {
        /// Which.
        unit: UnitId,
        /// The new unit above.
        parent: Option<UnitId>,
        /// From this day on.
        from: Date,
    },
    /// 廃止, with those that carry on its work (統合・分割).
    UnitAbolished {
        /// Which.
        unit: UnitId,
        /// The day from which it is no more.
        on: Date,
        /// Who carries on its work.
        successors: Vec<UnitId>,
    },
    /// A position exists, or has new properties.
    PositionSet {
        /// The position.
        position: Position,
    },
    /// A person is known; the name lies in the entry's private part.
    PersonNoted {
        /// Who.
        person: PersonId,
    },
    /// 着任.
    Assigned {
        /// Who.
        person: PersonId,
        /// Where.
        position: PositionId,
        /// First day.
        from: Date,
    },
    /// 離任.
    Unassigned {
        /// Who.
        person: PersonId,
        /// Where.
        position: PositionId,
        /// Last day.
        until: Date,
    },
    /// 代決者の指定.
    DeputyNamed {
        /// Who stands in.
        person: PersonId,
        /// For which position.
        position: PositionId,
        /// First day.
        from: Date,
        /// Last day.
        until: Date,
    },
}

impl OfficeChange {
    /// The names that it brings.
    fn words(&self) -> Vec<&str> {
        match self {
            Self::UnitFounded { name, kana, .. } | Self::UnitRenamed { name, kana, .. } => vec![name, kana],
            Self::PositionSet { position } => vec![&position.title],
            Self::UnitMoved { .. }
            | Self::UnitAbolished { .. }
            | Self::PersonNoted { .. }
            | Self::Assigned { .. }
            | Self::Unassigned { .. }
            | Self::DeputyNamed { .. } => Vec::new(),
        }
    }
}

/// Why a change of the office cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeProblem {
    /// The place of the change among those that were asked for, from 0.
    pub change: usize,
    /// What is wrong and what to do, in Japanese.
    pub message: String,
}

impl Office {
    /// The office after these changes, or what is wrong with them.
    pub fn changed(&self, changes: &[OfficeChange]) -> Result<Self, Vec<OfficeProblem>> {
        let mut after = self.clone();
        let mut problems = Vec::new();
        for (place, change) in changes.iter().enumerate() {
            let objection = after.objection(change);
            // What is objected to counts as done for what rests on it, so that one fault is told once; a unit that would
            // stand above itself stays where it is.
            if objection.is_none() || !matches!(change, OfficeChange::UnitMoved { .. }) {
                after.apply(change);
            }
            problems.extend(objection.map(|message| OfficeProblem { change: place, message }));
        }
        if problems.is_empty() { Ok(after) } else { Err(problems) }
    }

    /// Carries one recorded change out. Total: what was recorded is never judged again.
    pub fn apply(&mut self, change: &OfficeChange) {
        match change.clone() {
            OfficeChange::UnitFounded { unit, name, kana, level, parent, key, from } => {
                let founded = Unit {
                    id: unit.clone(),
                    names: vec![UnitName { from, name, kana }],
                    parents: vec![UnitPlace { from, parent }],
                    level,
                    key,
                    from,
                    until: None,
                    successors: Vec::new(),
                };
                self.units.insert(unit, founded);
            }
            OfficeChange::UnitRenamed { unit, name, kana, from } => {
                if let Some(unit) = self.units.get_mut(&unit) {
                    unit.names.push(UnitName { from, name, kana });
                }
            }
            OfficeChange::UnitMoved { unit, parent, from } => {
                if let Some(unit) = self.units.get_mut(&unit) {
                    unit.parents.push(UnitPlace { from, parent });
                }
            }
            OfficeChange::UnitAbolished { unit, on, successors } => {
                if let Some(unit) = self.units.get_mut(&unit) {
                    unit.until = Some(on);
                    unit.successors = successors;
                }
            }
            OfficeChange::PositionSet { position } => {
                self.positions.insert(position.id.clone(), position);
            }
            OfficeChange::PersonNoted { person } => {
                self.people.entry(person.clone()).or_insert(Person { id: person, name: None, kana: None, named_by: 0 });
            }
            OfficeChange::Assigned { person, position, from } => {
                self.assignments.push(Assignment { person, position, from, until: None });
            }
            OfficeChange::Unassigned { person, position, until } => {
                for a in &mut self.assignments {
                    if a.person == person && a.position == position && a.until.is_none() {
                        a.until = Some(until);
                    }
                }
            }
            OfficeChange::DeputyNamed { person, position, from, until } => {
                self.deputies.push(Deputy { person, position, from, until });
            }
        }
    }

    /// Why this change cannot be recorded now, in Japanese.
    fn objection(&self, change: &OfficeChange) -> Option<String> {
        if let Some(misfit) = change.words().into_iter().find_map(|word| Misfit::of(word, Lines::One)) {
            return Some(format!("{misfit}{}", misfit.next()));
        }
        match change {
            OfficeChange::UnitFounded { unit, name, parent, from, .. } => {
                if self.units.contains_key(unit) {
                    return Some(format!("組織コード「{unit}」はすでに使われています。別のコードにしてください。"));
                }
                if name.trim().is_empty() {
                    return Some(format!("組織コード「{unit}」の組織名がありません。組織名を入れてください。"));
                }
                parent.as_ref().and_then(|p| self.unit_objection(p, *from))
            }
            OfficeChange::UnitRenamed { unit, name, from, .. } => {
                if name.trim().is_empty() {
                    return Some(format!("組織コード「{unit}」の新しい組織名がありません。"));
                }
                self.unit_objection(unit, *from)
            }
            OfficeChange::UnitMoved { unit, parent, from } => self.unit_objection(unit, *from).or_else(|| {
                let parent = parent.as_ref()?;
                if self.line_of(parent, *from).contains(unit) {
                    return Some(format!("「{unit}」を自分の下の組織「{parent}」の下には移せません。"));
                }
                self.unit_objection(parent, *from)
            }),
            OfficeChange::UnitAbolished { unit, on, successors } => {
                self.unit_objection(unit, *on).or_else(|| successors.iter().find_map(|s| self.unit_objection(s, *on)))
            }
            OfficeChange::PositionSet { position } => (!self.units.contains_key(&position.unit))
                .then(|| format!("職「{}」の組織「{}」が登録されていません。", position.title, position.unit)),
            OfficeChange::PersonNoted { .. } => None,
            OfficeChange::Assigned { person, position, from } => {
                self.person_objection(person, position).or_else(|| {
                    let held = self.assignments.iter().find(|a| {
                        a.position == *position && a.person == *person && a.until.is_none_or(|until| *from <= until)
                    });
                    held.map(|a| format!("職員番号「{person}」は{}からすでに職「{position}」にあります。", a.from))
                })
            }
            OfficeChange::Unassigned { person, position, until } => {
                let held = self
                    .assignments
                    .iter()
                    .find(|a| a.person == *person && a.position == *position && a.until.is_none());
                match held {
                    None => Some(format!("職員番号「{person}」は職「{position}」にありません。離任を記録できません。")),
                    Some(a) if *until < a.from => {
                        Some(format!("離任日（{until}）が着任日（{}）より前です。日付を確かめてください。", a.from))
                    }
                    Some(_) => None,
                }
            }
            OfficeChange::DeputyNamed { person, position, from, until } => {
                if until < from {
                    return Some(format!("代決の期間の終わり（{until}）が始まり（{from}）より前です。"));
                }
                self.person_objection(person, position).or_else(|| {
                    let mut held = self.assignments.iter().filter(|a| a.person == *person && a.position == *position);
                    let overlaps = held.any(|a| a.from <= *until && a.until.is_none_or(|left| *from <= left));
                    let title = self.positions.get(position).map_or("", |known| known.title.as_str());
                    overlaps.then(|| {
                        format!("職員番号「{person}」は、その期間に職「{title}」（{position}）にある本人なので、その代決者にはなれません。別の職員を指定するか、期間を確かめてください。")
                    })
                })
            }
        }
    }

    fn unit_objection(&self, unit: &UnitId, day: Date) -> Option<String> {
        match self.units.get(unit) {
            None => Some(format!("組織「{unit}」が登録されていません。先に組織を登録してください。")),
            Some(u) if !u.exists_on(day) => Some(format!(
                "組織「{}」（{unit}）は、{}にはありません。組織か日付を確かめてください。",
                u.name_on(day),
                wareki(day)
            )),
            Some(_) => None,
        }
    }

    fn person_objection(&self, person: &PersonId, position: &PositionId) -> Option<String> {
        if !self.people.contains_key(person) {
            return Some(format!("職員番号「{person}」が登録されていません。先に職員を登録してください。"));
        }
        (!self.positions.contains_key(position))
            .then(|| format!("職「{position}」が登録されていません。先に職を登録してください。"))
    }
}
