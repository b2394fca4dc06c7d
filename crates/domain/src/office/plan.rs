//! From a staff list (a row a post) to the changes that make the office equal to it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Assignment, Level, Office, OfficeChange, Place, Position};
use crate::id::{PersonId, PositionId, UnitId};

/// What a staff list says of one thing: a list without the column says nothing, and nothing is what it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stated<T> {
    /// The list does not say.
    #[default]
    Not,
    /// The list says so.
    As(T),
}

impl<T> Stated<T> {
    /// What is said, or what stands where nothing is.
    pub fn or(self, stands: T) -> T {
        match self {
            Self::Not => stands,
            Self::As(said) => said,
        }
    }

    /// What is said, where anything is.
    pub fn said(self) -> Option<T> {
        match self {
            Self::Not => None,
            Self::As(said) => Some(said),
        }
    }

    /// What is said here, or where nothing is, there.
    fn or_else(self, there: Self) -> Self {
        if matches!(self, Self::Not) { there } else { self }
    }
}

/// One row of a staff list: a unit, and optionally a post in it and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// The row of the file as a spreadsheet counts, from 1, for messages.
    pub row: usize,
    /// 組織コード.
    pub unit: UnitId,
    /// 組織名.
    pub unit_name: String,
    /// 組織名の読み.
    pub unit_kana: Stated<String>,
    /// 区分.
    pub level: Stated<Level>,
    /// 上位組織コード; none at the top.
    pub parent: Stated<Option<UnitId>>,
    /// The guideline's key for the unit.
    pub unit_key: Stated<String>,
    /// The post, where the row has one.
    pub post: Option<PostRow>,
}

/// The post of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRow {
    /// The position.
    pub position: PositionId,
    /// 職名.
    pub title: Stated<String>,
    /// 職位: a rank's id.
    pub rank: Stated<String>,
    /// Whether it leads the unit.
    pub place: Stated<Place>,
    /// The guideline's key for the position.
    pub key: Stated<String>,
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
    pub kana: Stated<String>,
}

/// Whom and what a list leaves open: rows that wait for an answer change nothing of those that they name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOpen {
    /// Their people.
    pub people: BTreeSet<PersonId>,
    /// Their positions.
    pub positions: BTreeSet<PositionId>,
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
/// Assignments that the list no longer has end the day before, but for those that it leaves open; units that it no longer
/// has stay (a list may be of a part of the office), and are abolished by a change of their own. What the list does not
/// state stays as it is. Reading the same list twice changes nothing.
pub fn plan(office: &Office, rows: &[StaffRow], open: &LeftOpen, day: Date) -> OfficePlan {
    let mut plan = OfficePlan::default();
    let units = merged(rows);
    for unit in founding_order(office, &units) {
        plan.changes.push(OfficeChange::UnitFounded {
            unit: unit.unit.clone(),
            name: unit.unit_name.clone(),
            kana: unit.unit_kana.clone().or(String::new()),
            level: unit.level.or(Level::Division),
            parent: unit.parent.clone().or(None),
            key: unit.unit_key.clone().said(),
            from: day,
        });
    }
    for unit in &units {
        plan_unit(office, unit, day, &mut plan);
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
    plan_moves(office, &wanted, &listed, open, day, &mut plan);
    plan
}

/// The units of a list, each once, with all that its rows state of it.
fn merged(rows: &[StaffRow]) -> Vec<StaffRow> {
    let mut units: Vec<StaffRow> = Vec::new();
    let mut places: BTreeMap<&UnitId, usize> = BTreeMap::new();
    for row in rows {
        let place = *places.entry(&row.unit).or_insert(units.len());
        match units.get_mut(place) {
            None => units.push(StaffRow { post: None, ..row.clone() }),
            Some(unit) => {
                unit.unit_kana = std::mem::take(&mut unit.unit_kana).or_else(row.unit_kana.clone());
                unit.level = unit.level.or_else(row.level);
                unit.parent = std::mem::take(&mut unit.parent).or_else(row.parent.clone());
                unit.unit_key = std::mem::take(&mut unit.unit_key).or_else(row.unit_key.clone());
            }
        }
    }
    units
}

/// The units that the office does not have, those above before those below.
fn founding_order<'r>(office: &Office, units: &'r [StaffRow]) -> Vec<&'r StaffRow> {
    let mut left: Vec<&StaffRow> = units.iter().filter(|unit| !office.units.contains_key(&unit.unit)).collect();
    let mut ordered = Vec::new();
    loop {
        let waits = |unit: &StaffRow| match &unit.parent {
            Stated::As(Some(parent)) => left.iter().any(|other| other.unit == *parent),
            _ => false,
        };
        let (later, now): (Vec<&StaffRow>, Vec<&StaffRow>) = left.iter().partition(|unit| waits(unit));
        if now.is_empty() {
            // Units that stand above each other in a circle; the office's own check tells of them.
            ordered.extend(later);
            return ordered;
        }
        ordered.extend(now);
        left = later;
    }
}

fn plan_unit(office: &Office, row: &StaffRow, day: Date, plan: &mut OfficePlan) {
    let Some(unit) = office.units.get(&row.unit) else { return };
    let kana = row.unit_kana.clone().or(unit.kana_on(day).to_owned());
    if unit.name_on(day) != row.unit_name || !sounds_alike(unit.kana_on(day), &kana) {
        let name = row.unit_name.clone();
        plan.changes.push(OfficeChange::UnitRenamed { unit: row.unit.clone(), name, kana, from: day });
    }
    if let Stated::As(parent) = &row.parent
        && unit.parent_on(day) != parent.as_ref()
    {
        plan.changes.push(OfficeChange::UnitMoved { unit: row.unit.clone(), parent: parent.clone(), from: day });
    }
}

/// Whether two readings are one, whatever kana they are written in.
fn sounds_alike(one: &str, other: &str) -> bool {
    crate::search::fold(one) == crate::search::fold(other)
}

fn plan_post(office: &Office, (row, post): (&StaffRow, &PostRow), plan: &mut OfficePlan) {
    let known = office.positions.get(&post.position);
    let stated = |said: &Stated<String>, stands: Option<&String>| said.clone().or(stands.cloned().unwrap_or_default());
    let position = Position {
        id: post.position.clone(),
        unit: row.unit.clone(),
        title: stated(&post.title, known.map(|position| &position.title)),
        rank: stated(&post.rank, known.map(|position| &position.rank)),
        place: post.place.or(known.map_or(Place::Member, |position| position.place)),
        key: post.key.clone().said().or_else(|| known.and_then(|position| position.key.clone())),
    };
    let change = OfficeChange::PositionSet { position: position.clone() };
    if known != Some(&position) && !plan.changes.contains(&change) {
        plan.changes.push(change);
    }
    let Some(person) = &post.person else { return };
    let known = office.people.get(&person.person);
    let kana = stated(&person.kana, known.and_then(|known| known.kana.as_ref()));
    let same = known.is_some_and(|p| {
        p.name.as_deref() == Some(person.name.as_str()) && p.kana.as_deref().is_some_and(|stands| *stands == kana)
    });
    if !same {
        let change = OfficeChange::PersonNoted { person: person.person.clone() };
        if !plan.changes.contains(&change) {
            plan.changes.push(change);
        }
        plan.names.insert(person.person.clone(), (person.name.clone(), kana));
    }
}

fn plan_moves(
    office: &Office,
    wanted: &BTreeSet<(PersonId, PositionId)>,
    listed: &BTreeSet<PositionId>,
    open: &LeftOpen,
    day: Date,
    plan: &mut OfficePlan,
) {
    let holds = |a: &&Assignment| a.until.is_none_or(|until| day <= until);
    for a in office.assignments.iter().filter(holds) {
        let gone = !wanted.contains(&(a.person.clone(), a.position.clone()));
        let about = listed.contains(&a.position) || wanted.iter().any(|(p, _)| *p == a.person);
        let is_open = open.people.contains(&a.person) || open.positions.contains(&a.position);
        if gone && about && !is_open && a.until.is_none() {
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
