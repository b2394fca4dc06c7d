//! From a staff list (a row a post) to the changes that make the office equal to it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Assignment, Level, Office, OfficeChange, Place, Position};
use crate::id::{PersonId, PositionId, UnitId};

/// What a staff list says of one thing: a list without the column says nothing, nor does an empty cell, and nothing is what
/// it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    /// The guideline's key for the unit; none where it is to have none.
    pub unit_key: Stated<Option<String>>,
    /// The post, where the row has one.
    pub post: Option<PostRow>,
}

/// The post of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PostRow {
    /// The position.
    pub position: PositionId,
    /// 職名.
    pub title: Stated<String>,
    /// 職位: a rank's id; empty where it is to have none.
    pub rank: Stated<String>,
    /// Whether it leads the unit.
    pub place: Stated<Place>,
    /// The guideline's key for the position; none where it is to have none.
    pub key: Stated<Option<String>>,
    /// Who holds it; none where it is vacant.
    pub person: Stated<Option<PersonRow>>,
}

/// The person of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    /// The row that each change comes from, where it comes from one.
    rows: Vec<Option<usize>>,
}

impl OfficePlan {
    /// The row of the list that a change comes from, by the change's place.
    pub fn row_of(&self, change: usize) -> Option<usize> {
        self.rows.get(change).copied().flatten()
    }

    fn add(&mut self, change: OfficeChange, row: Option<usize>) {
        self.changes.push(change);
        self.rows.push(row);
    }
}

impl PostRow {
    /// Who holds it, where the list names somebody.
    pub fn holder(&self) -> Option<&PersonRow> {
        match &self.person {
            Stated::As(person) => person.as_ref(),
            Stated::Not => None,
        }
    }
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
        let founded = OfficeChange::UnitFounded {
            unit: unit.unit.clone(),
            name: unit.unit_name.clone(),
            kana: unit.unit_kana.clone().or(String::new()),
            level: unit.level.or(Level::Division),
            parent: unit.parent.clone().or(None),
            key: unit.unit_key.clone().or(None),
            from: day,
        };
        plan.add(founded, Some(unit.row));
    }
    for unit in &units {
        plan_name(office, unit, day, &mut plan);
    }
    for unit in moving_order(office, &units, day) {
        plan_place(office, unit, day, &mut plan);
    }
    let mut wanted = Wanted::default();
    let mut posts: BTreeMap<&PositionId, Position> = BTreeMap::new();
    for (row, post) in rows.iter().filter_map(|row| Some((row, row.post.as_ref()?))) {
        plan_post(office, row, post, &mut posts, &mut plan);
        plan_name_of(office, row.row, post, &mut plan);
        if post.person != Stated::Not {
            wanted.listed.insert(&post.position);
        }
        if let Some(person) = post.holder() {
            wanted.held.entry((&person.person, &post.position)).or_insert(row.row);
            wanted.people.insert(&person.person);
        }
    }
    plan_moves(office, &wanted, open, day, &mut plan);
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
        let open: BTreeSet<&UnitId> = left.iter().map(|unit| &unit.unit).collect();
        let waits = |unit: &StaffRow| matches!(&unit.parent, Stated::As(Some(parent)) if open.contains(parent));
        let (later, now): (Vec<&StaffRow>, Vec<&StaffRow>) = left.iter().partition(|unit| waits(unit));
        if now.is_empty() {
            // Units that stand above each other in a circle; whoever reads the list tells of them.
            ordered.extend(later);
            return ordered;
        }
        ordered.extend(now);
        left = later;
    }
}

/// The units in an order in which each can be moved: what will stand above a unit is in its place before the unit is.
fn moving_order<'r>(office: &Office, units: &'r [StaffRow], day: Date) -> Vec<&'r StaffRow> {
    let above = parents_after(office, units, day);
    let depth = |unit: &UnitId| {
        let mut seen: BTreeSet<&UnitId> = BTreeSet::new();
        let mut next = above.get(unit).copied().flatten();
        while let Some(parent) = next.filter(|parent| seen.insert(*parent)) {
            next = above.get(parent).copied().flatten();
        }
        seen.len()
    };
    let mut ordered: Vec<&StaffRow> = units.iter().collect();
    ordered.sort_by_cached_key(|row| depth(&row.unit));
    ordered
}

/// Which unit stands above which once a list is carried out; what it does not state stays.
fn parents_after<'r>(office: &'r Office, rows: &'r [StaffRow], day: Date) -> BTreeMap<&'r UnitId, Option<&'r UnitId>> {
    let mut above: BTreeMap<&UnitId, Option<&UnitId>> =
        office.units.values().map(|unit| (&unit.id, unit.parent_on(day))).collect();
    let mut said: BTreeSet<&UnitId> = BTreeSet::new();
    for row in rows {
        if let Stated::As(parent) = &row.parent
            && said.insert(&row.unit)
        {
            above.insert(&row.unit, parent.as_ref());
        }
    }
    above
}

/// The units that a list would put above themselves, each circle in its order.
pub fn circles(office: &Office, rows: &[StaffRow], day: Date) -> Vec<Vec<UnitId>> {
    let above = parents_after(office, rows, day);
    let mut settled: BTreeSet<&UnitId> = BTreeSet::new();
    let mut found = Vec::new();
    for row in rows {
        let mut way: Vec<&UnitId> = Vec::new();
        let mut places: BTreeMap<&UnitId, usize> = BTreeMap::new();
        let mut next = Some(&row.unit);
        while let Some(unit) = next.filter(|unit| !settled.contains(unit)) {
            if let Some(place) = places.get(unit) {
                found.push(way.iter().skip(*place).map(|unit| (*unit).clone()).collect());
                break;
            }
            places.insert(unit, way.len());
            way.push(unit);
            next = above.get(unit).copied().flatten();
        }
        settled.extend(way);
    }
    found
}

fn plan_name(office: &Office, row: &StaffRow, day: Date, plan: &mut OfficePlan) {
    let Some(unit) = office.units.get(&row.unit) else { return };
    let kana = row.unit_kana.clone().or(unit.kana_on(day).to_owned());
    if unit.name_on(day) != row.unit_name || !sounds_alike(unit.kana_on(day), &kana) {
        let name = row.unit_name.clone();
        plan.add(OfficeChange::UnitRenamed { unit: row.unit.clone(), name, kana, from: day }, Some(row.row));
    }
}

fn plan_place(office: &Office, row: &StaffRow, day: Date, plan: &mut OfficePlan) {
    let Some(unit) = office.units.get(&row.unit) else { return };
    if let Stated::As(parent) = &row.parent
        && unit.parent_on(day) != parent.as_ref()
    {
        let moved = OfficeChange::UnitMoved { unit: row.unit.clone(), parent: parent.clone(), from: day };
        plan.add(moved, Some(row.row));
    }
}

/// Whether two readings are one, whatever kana they are written in.
pub fn sounds_alike(one: &str, other: &str) -> bool {
    crate::search::fold(one) == crate::search::fold(other)
}

/// Several rows may speak of one post; what a later one does not state stays as the earlier has it.
fn plan_post<'r>(
    office: &Office,
    row: &StaffRow,
    post: &'r PostRow,
    posts: &mut BTreeMap<&'r PositionId, Position>,
    plan: &mut OfficePlan,
) {
    let known = posts.get(&post.position).or_else(|| office.positions.get(&post.position));
    let stands = |of: fn(&Position) -> &String| known.map(of).cloned().unwrap_or_default();
    let position = Position {
        id: post.position.clone(),
        unit: row.unit.clone(),
        title: post.title.clone().or(stands(|position| &position.title)),
        rank: post.rank.clone().or(stands(|position| &position.rank)),
        place: post.place.or(known.map_or(Place::Member, |position| position.place)),
        key: post.key.clone().or(known.and_then(|position| position.key.clone())),
    };
    if known != Some(&position) {
        posts.insert(&post.position, position.clone());
        plan.add(OfficeChange::PositionSet { position }, Some(row.row));
    }
}

fn plan_name_of(office: &Office, row: usize, post: &PostRow, plan: &mut OfficePlan) {
    let Some(PersonRow { person, name, kana }) = post.holder() else { return };
    let planned = plan.names.get(person).map(|(name, kana)| (Some(name.as_str()), Some(kana.as_str())));
    let of_office = || office.people.get(person).map(|known| (known.name.as_deref(), known.kana.as_deref()));
    let known = planned.or_else(of_office);
    let kana = kana.clone().or(known.and_then(|(_, kana)| kana).unwrap_or_default().to_owned());
    if known != Some((Some(name.as_str()), Some(kana.as_str()))) {
        if planned.is_none() {
            plan.add(OfficeChange::PersonNoted { person: person.clone() }, Some(row));
        }
        plan.names.insert(person.clone(), (name.clone(), kana));
    }
}

/// Who is to hold what by a list, and of which posts and people it speaks.
#[derive(Default)]
struct Wanted<'r> {
    /// Each with its row.
    held: BTreeMap<(&'r PersonId, &'r PositionId), usize>,
    people: BTreeSet<&'r PersonId>,
    listed: BTreeSet<&'r PositionId>,
}

fn plan_moves(office: &Office, wanted: &Wanted<'_>, open: &LeftOpen, day: Date, plan: &mut OfficePlan) {
    let mut there: BTreeSet<(&PersonId, &PositionId)> = BTreeSet::new();
    let mut ended: BTreeMap<(&PersonId, &PositionId), Date> = BTreeMap::new();
    for a in office.assignments.iter().filter(|a| a.until.is_none_or(|until| day <= until)) {
        match a.until.filter(|until| is_over(a, *until, day)) {
            Some(until) => {
                let last = ended.entry((&a.person, &a.position)).or_insert(until);
                *last = until.max(*last);
            }
            None => {
                there.insert((&a.person, &a.position));
            }
        }
        let gone = !wanted.held.contains_key(&(&a.person, &a.position));
        let about = wanted.listed.contains(&a.position) || wanted.people.contains(&a.person);
        let is_open = open.people.contains(&a.person) || open.positions.contains(&a.position);
        if gone && about && !is_open && a.until.is_none() {
            let until = day.yesterday().unwrap_or(day).max(a.from);
            let (person, position) = (a.person.clone(), a.position.clone());
            plan.add(OfficeChange::Unassigned { person, position, until }, None);
        }
    }
    for ((person, position), row) in &wanted.held {
        if !there.contains(&(*person, *position)) {
            // Nobody is twice in a post on one day: who left it on this day takes it up again on the next.
            let last = ended.get(&(*person, *position)).and_then(|until| until.tomorrow().ok());
            let from = last.map_or(day, |next| next.max(day));
            let (person, position) = ((*person).clone(), (*position).clone());
            plan.add(OfficeChange::Assigned { person, position, from }, Some(*row));
        }
    }
}

/// Whether somebody's time in a post is over for a list that begins on a day, though its last day is not yet past: it ends
/// on that very day, or was taken back on the day on which it began. What ends later was meant so, and stays.
fn is_over(held: &Assignment, until: Date, day: Date) -> bool {
    until <= day || held.from == until
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2026, 4, 1);

    /// A list of one unit: who holds which post.
    fn list(posts: &[(&str, Option<&str>)]) -> Vec<StaffRow> {
        let row = |(at, (position, person)): (usize, &(&str, Option<&str>))| StaffRow {
            row: at + 2,
            unit: "u1".into(),
            unit_name: "総務課".to_owned(),
            unit_kana: Stated::Not,
            level: Stated::Not,
            parent: Stated::Not,
            unit_key: Stated::Not,
            post: Some(PostRow {
                position: (*position).into(),
                title: Stated::As("係長".to_owned()),
                rank: Stated::Not,
                place: Stated::Not,
                key: Stated::Not,
                person: Stated::As(person.map(|person| PersonRow {
                    person: person.into(),
                    name: format!("職員{person}"),
                    kana: Stated::Not,
                })),
            }),
        };
        posts.iter().enumerate().map(row).collect()
    }

    fn imported(office: &Office, rows: &[StaffRow], day: Date) -> Office {
        let plan = plan(office, rows, &LeftOpen::default(), day);
        let mut after = office.changed(&plan.changes).expect("the plan can be carried out");
        for (person, (name, kana)) in plan.names {
            let known = after.people.get_mut(&person).expect("noted");
            (known.name, known.kana) = (Some(name), Some(kana));
        }
        after
    }

    fn holders(office: &Office, position: &str, day: Date) -> Vec<String> {
        let here = office.assignments.iter().filter(|a| a.position == PositionId::from(position) && a.covers(day));
        here.map(|a| a.person.to_string()).collect()
    }

    #[test]
    fn a_mistaken_list_is_put_right_by_the_right_one_of_the_same_day() {
        let right = list(&[("p1", Some("1")), ("p2", Some("2"))]);
        let first = imported(&Office::default(), &right, DAY);
        let mistakes = [
            list(&[("p1", None)]),
            list(&[("p1", None), ("p2", Some("1"))]),
            list(&[("p1", Some("2")), ("p2", Some("1"))]),
        ];
        // On the day on which the posts were taken up, on the next and long after.
        for day in [DAY, date(2026, 4, 2), date(2026, 10, 1)] {
            for mistaken in &mistakes {
                let mut office = first.clone();
                // Twice over: what was put right can go wrong again on the same day.
                for _ in 0..2 {
                    office = imported(&imported(&office, mistaken, day), &right, day);
                    let later = day.checked_add(jiff::Span::new().days(10)).expect("a day");
                    assert_eq!(holders(&office, "p1", later), ["1"], "{day} {mistaken:?}");
                    assert_eq!(holders(&office, "p2", later), ["2"], "{day} {mistaken:?}");
                    assert!(holders(&office, "p1", day).contains(&"1".to_owned()), "{day} {mistaken:?}");
                    let again = plan(&office, &right, &LeftOpen::default(), day);
                    assert_eq!(again.changes, [], "{day}: the same list again changes nothing");
                }
            }
        }
    }

    #[test]
    fn a_leave_that_is_planned_for_later_stays() {
        let right = list(&[("p1", Some("1"))]);
        let leave = OfficeChange::Unassigned { person: "1".into(), position: "p1".into(), until: date(2026, 6, 30) };
        let office = imported(&Office::default(), &right, DAY).changed(&[leave]).expect("a leave");
        assert_eq!(plan(&office, &right, &LeftOpen::default(), DAY).changes, []);
    }
}
