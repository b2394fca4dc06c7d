//! From a staff list (a row a post) to the changes that make the office equal to it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Assignment, Level, Office, OfficeChange, Place, Position};
use crate::id::{PersonId, PositionId, UnitId};

/// One row of a staff list: a unit, and optionally a post in it and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// The line in the file, from 1, for messages.
    pub line: usize,
    /// 組織コード.
    pub unit: UnitId,
    /// 組織名.
    pub unit_name: String,
    /// 組織名の読み.
    pub unit_kana: String,
    /// 区分.
    pub level: Level,
    /// 上位組織コード.
    pub parent: Option<UnitId>,
    /// The guideline's key for the unit.
    pub unit_key: Option<String>,
    /// The post, where the row has one.
    pub post: Option<PostRow>,
}

/// The post of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRow {
    /// The position.
    pub position: PositionId,
    /// 職名.
    pub title: String,
    /// 職位: a rank's id.
    pub rank: String,
    /// Whether it leads the unit.
    pub place: Place,
    /// The guideline's key for the position.
    pub key: Option<String>,
    /// Who holds it, where anybody does.
    pub person: Option<PersonRow>,
}

/// The person of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// 職員番号.
    pub person: PersonId,
    /// 氏名, exactly as typed.
    pub name: String,
    /// ふりがな.
    pub kana: String,
}

/// What a staff list would change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfficePlan {
    /// The changes, in an order in which they can be carried out.
    pub changes: Vec<OfficeChange>,
    /// Names to be kept in the private part, by staff number: name and reading.
    pub names: BTreeMap<PersonId, (String, String)>,
}

/// Compares a whole staff list with the office and says what has to change from `day` on.
///
/// Assignments that the list no longer has end the day before; units that it no longer has stay (a list may be of a
/// part of the office), and are abolished by a change of their own. Reading the same list twice changes nothing.
pub fn plan(office: &Office, rows: &[StaffRow], day: Date) -> OfficePlan {
    let mut plan = OfficePlan::default();
    let mut founded = BTreeSet::new();
    for row in rows {
        plan_unit(office, row, day, &mut founded, &mut plan);
    }
    let mut wanted: BTreeSet<(PersonId, PositionId)> = BTreeSet::new();
    let mut listed: BTreeSet<PositionId> = BTreeSet::new();
    for post in rows.iter().filter_map(|r| r.post.as_ref().map(|p| (r, p))) {
        plan_post(office, post, &mut plan);
        listed.insert(post.1.position.clone());
        if let Some(person) = &post.1.person {
            wanted.insert((person.person.clone(), post.1.position.clone()));
        }
    }
    plan_moves(office, &wanted, &listed, day, &mut plan);
    plan
}

fn plan_unit(office: &Office, row: &StaffRow, day: Date, founded: &mut BTreeSet<UnitId>, plan: &mut OfficePlan) {
    let Some(unit) = office.units.get(&row.unit) else {
        if founded.insert(row.unit.clone()) {
            plan.changes.push(OfficeChange::UnitFounded {
                unit: row.unit.clone(),
                name: row.unit_name.clone(),
                kana: row.unit_kana.clone(),
                level: row.level,
                parent: row.parent.clone(),
                key: row.unit_key.clone(),
                from: day,
            });
        }
        return;
    };
    if !founded.insert(row.unit.clone()) {
        return;
    }
    if unit.name_on(day) != row.unit_name || unit.kana_on(day) != row.unit_kana {
        plan.changes.push(OfficeChange::UnitRenamed {
            unit: row.unit.clone(),
            name: row.unit_name.clone(),
            kana: row.unit_kana.clone(),
            from: day,
        });
    }
    if unit.parent_on(day) != row.parent.as_ref() {
        plan.changes.push(OfficeChange::UnitMoved { unit: row.unit.clone(), parent: row.parent.clone(), from: day });
    }
}

fn plan_post(office: &Office, (row, post): (&StaffRow, &PostRow), plan: &mut OfficePlan) {
    let position = Position {
        id: post.position.clone(),
        unit: row.unit.clone(),
        title: post.title.clone(),
        rank: post.rank.clone(),
        place: post.place,
        key: post.key.clone(),
    };
    let change = OfficeChange::PositionSet { position: position.clone() };
    if office.positions.get(&post.position) != Some(&position) && !plan.changes.contains(&change) {
        plan.changes.push(change);
    }
    let Some(person) = &post.person else { return };
    let known = office.people.get(&person.person);
    let same = known.is_some_and(|p| {
        p.name.as_deref() == Some(person.name.as_str()) && p.kana.as_deref() == Some(person.kana.as_str())
    });
    if !same {
        let change = OfficeChange::PersonNoted { person: person.person.clone() };
        if !plan.changes.contains(&change) {
            plan.changes.push(change);
        }
        plan.names.insert(person.person.clone(), (person.name.clone(), person.kana.clone()));
    }
}

fn plan_moves(
    office: &Office,
    wanted: &BTreeSet<(PersonId, PositionId)>,
    listed: &BTreeSet<PositionId>,
    day: Date,
    plan: &mut OfficePlan,
) {
    let holds = |a: &&Assignment| a.until.is_none_or(|until| day <= until);
    for a in office.assignments.iter().filter(holds) {
        let gone = !wanted.contains(&(a.person.clone(), a.position.clone()));
        let about = listed.contains(&a.position) || wanted.iter().any(|(p, _)| *p == a.person);
        if gone && about && a.until.is_none() {
            let until = day.yesterday().unwrap_or(day).max(a.from);
            plan.changes.push(OfficeChange::Unassigned {
                person: a.person.clone(),
                position: a.position.clone(),
                until,
            });
        }
    }
    for (person, position) in wanted {
        let there = office.assignments.iter().filter(holds).any(|a| a.person == *person && a.position == *position);
        if !there {
            plan.changes.push(OfficeChange::Assigned { person: person.clone(), position: position.clone(), from: day });
        }
    }
}
