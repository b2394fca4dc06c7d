//! A random town: departments, divisions, teams, heads, staff and deputies, with the offices that a guideline names.

use std::collections::BTreeMap;

use domain::guideline::{Guideline, OfficeKind};
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{Level, Office, OfficeChange, Place, Position};
use jiff::ToSpan;
use jiff::civil::Date;

use super::chance::Chance;

/// Names and readings by staff number, as an entry's private part holds them.
pub type Names = BTreeMap<PersonId, (String, String)>;

const FAMILIES: &[&str] = &["𠮷野", "髙橋", "渡邊", "齋藤", "山﨑", "見本", "邉見"];
const GIVEN: &[&str] = &["一郎", "花子", "葛󠄀", "Ｍａｒｙ", "ゑい", " 太郎 "];

/// A town under construction: what has to be recorded to found it.
struct Plan<'c, 'g> {
    chance: &'c mut Chance,
    guideline: &'g Guideline,
    from: Date,
    changes: Vec<OfficeChange>,
    names: Names,
    people: usize,
}

/// The changes that found a town for this guideline, and the names of its people.
pub fn founding(chance: &mut Chance, guideline: &Guideline, from: Date) -> (Vec<OfficeChange>, Names) {
    let mut plan = Plan { chance, guideline, from, changes: Vec::new(), names: Names::new(), people: 0 };
    let departments = 1 + plan.chance.below(2);
    let mut divisions = 0;
    for d in 0..departments {
        let department = plan.unit(&format!("D{d}"), Level::Department, None, None);
        let head = plan.position(&department, Place::Head, plan.top(), None);
        let mut leader = plan.filled(&head);
        for _ in 0..=1 + plan.chance.below(2) {
            let division = plan.unit(&format!("V{divisions}"), Level::Division, Some(&department), None);
            divisions += 1;
            leader = plan.division(&division, leader);
        }
    }
    plan.named_offices();
    (plan.changes, plan.names)
}

impl Plan<'_, '_> {
    /// A division with its head and staff; sometimes whoever leads the department leads it too.
    fn division(&mut self, division: &UnitId, leader: Option<PersonId>) -> Option<PersonId> {
        let head = self.position(division, Place::Head, self.middle(), None);
        match leader.clone().filter(|_| self.chance.percent(25)) {
            Some(both) => self.assign(both, &head),
            None => {
                self.filled(&head);
            }
        }
        for _ in 0..=1 + self.chance.below(2) {
            let rank = self.chance.below(3).min(self.guideline.ranks.len().saturating_sub(1));
            let seat = self.position(division, Place::Member, rank, None);
            let staff = self.filled(&seat);
            // A deputy for the head, from among the staff, for a time.
            if let Some(person) = staff.filter(|_| self.chance.percent(30)) {
                let until = self.from + 600.days();
                let from = self.from + i64::try_from(self.chance.below(450)).unwrap_or(0).days();
                self.changes.push(OfficeChange::DeputyNamed { person, position: head.clone(), from, until });
            }
        }
        if self.chance.percent(30) {
            let team = self.unit(&format!("{division}T"), Level::Team, Some(division), None);
            let seat = self.position(&team, Place::Member, 0, None);
            self.filled(&seat);
        }
        leader
    }

    /// The units, posts and committees that the guideline names.
    fn named_offices(&mut self) {
        let offices = self.guideline.offices.clone();
        for office in offices.iter().filter(|o| o.is == OfficeKind::Unit) {
            let keyed = self.unit(&office.key, Level::Division, Some(&UnitId::from("D0")), Some(office.key.clone()));
            let post = offices.iter().find(|o| o.is == OfficeKind::Position && o.key.starts_with(&office.key));
            let head = self.position(&keyed, Place::Head, self.middle(), post.map(|o| o.key.clone()));
            self.filled(&head);
            for _ in 0..2 {
                let seat = self.position(&keyed, Place::Member, 0, None);
                let staff = self.filled(&seat);
                if let Some(person) = staff.filter(|_| self.chance.percent(30)) {
                    let until = self.from + 600.days();
                    self.changes.push(OfficeChange::DeputyNamed {
                        person,
                        position: head.clone(),
                        from: self.from,
                        until,
                    });
                }
            }
        }
        for office in offices.iter().filter(|o| o.is == OfficeKind::Position) {
            let unit_of =
                |o: &&domain::guideline::OfficeKey| o.is == OfficeKind::Unit && office.key.starts_with(&o.key);
            if !offices.iter().any(|o| unit_of(&o)) {
                let unit = self.unit(&office.key, Level::Division, Some(&UnitId::from("D0")), None);
                let head = self.position(&unit, Place::Head, self.middle(), Some(office.key.clone()));
                self.filled(&head);
            }
        }
        for office in offices.iter().filter(|o| o.is == OfficeKind::Committee) {
            let committee = self.unit(&office.key, Level::Committee, None, Some(office.key.clone()));
            for _ in 0..3 {
                let seat = self.position(&committee, Place::Member, self.middle(), None);
                self.filled(&seat);
            }
        }
    }

    fn unit(&mut self, id: &str, level: Level, parent: Option<&UnitId>, key: Option<String>) -> UnitId {
        let unit = UnitId::from(id);
        self.changes.push(OfficeChange::UnitFounded {
            unit: unit.clone(),
            name: format!("組織{id}"),
            kana: format!("そしき{id}"),
            level,
            parent: parent.cloned(),
            key,
            from: self.from,
        });
        unit
    }

    fn position(&mut self, unit: &UnitId, place: Place, rank: usize, key: Option<String>) -> PositionId {
        let id = PositionId(format!("{unit}-{}", self.changes.len()));
        let rank = self.guideline.ranks.get(rank).map(|r| r.id.clone()).unwrap_or_default();
        let position =
            Position { id: id.clone(), unit: unit.clone(), title: format!("{unit}の職"), rank, place, key };
        self.changes.push(OfficeChange::PositionSet { position });
        id
    }

    /// Somebody new in a position; now and then it stays vacant.
    fn filled(&mut self, position: &PositionId) -> Option<PersonId> {
        if self.chance.percent(4) {
            return None;
        }
        let person = PersonId(format!("{:04}", self.people));
        self.people += 1;
        self.changes.push(OfficeChange::PersonNoted { person: person.clone() });
        self.names.insert(person.clone(), name(self.chance));
        self.assign(person.clone(), position);
        Some(person)
    }

    fn assign(&mut self, person: PersonId, position: &PositionId) {
        self.changes.push(OfficeChange::Assigned { person, position: position.clone(), from: self.from });
    }

    fn top(&self) -> usize {
        self.guideline.ranks.len().saturating_sub(1)
    }

    fn middle(&self) -> usize {
        let ranks = self.guideline.ranks.len();
        if ranks >= 5 { ranks - 3 } else { ranks.saturating_sub(1) }
    }
}

/// A change of a standing office: a transfer, a deputy, a rename, a reform; sometimes one that cannot be.
pub fn change(chance: &mut Chance, office: &Office, guideline: &Guideline, today: Date) -> (Vec<OfficeChange>, Names) {
    let mut names = Names::new();
    let day = today - i64::try_from(chance.below(6)).unwrap_or(0).days();
    let positions: Vec<&Position> = office.positions.values().collect();
    let units: Vec<&UnitId> = office.units.keys().collect();
    let people: Vec<&PersonId> = office.people.keys().collect();
    let (Some(position), Some(unit), Some(person)) =
        (chance.pick(&positions), chance.pick(&units), chance.pick(&people))
    else {
        return (Vec::new(), names);
    };
    let (person, unit) = ((*person).clone(), (*unit).clone());
    let changes = match chance.below(10) {
        0..=3 => transfer(chance, office, position, &person, day),
        4 => {
            let person = PersonId(format!("n{:03}", chance.below(1000)));
            names.insert(person.clone(), name(chance));
            let noted = OfficeChange::PersonNoted { person: person.clone() };
            vec![noted, OfficeChange::Assigned { person, position: position.id.clone(), from: day }]
        }
        5 => {
            let until = day + i64::try_from(chance.below(60)).unwrap_or(0).days();
            vec![OfficeChange::DeputyNamed { person, position: position.id.clone(), from: day, until }]
        }
        6 => vec![OfficeChange::UnitRenamed { unit, name: format!("新{day}"), kana: "しん".to_owned(), from: day }],
        7 => {
            let rank = chance.pick(&guideline.ranks).map(|r| r.id.clone()).unwrap_or_default();
            vec![OfficeChange::PositionSet { position: Position { rank, ..(*position).clone() } }]
        }
        // The same person noted again: the name of the later entry is the one that stands.
        8 => {
            names.insert(person.clone(), name(chance));
            vec![OfficeChange::PersonNoted { person }]
        }
        _ => {
            let successor = chance.pick(&units).map(|u| (*u).clone());
            let kept = office.units.get(&unit).is_some_and(|u| u.key.is_some() || u.level != Level::Team);
            let parent = successor.clone();
            let from = day;
            if kept {
                vec![OfficeChange::UnitMoved { unit, parent, from }]
            } else {
                vec![OfficeChange::UnitAbolished { unit, on: day, successors: successor.into_iter().collect() }]
            }
        }
    };
    (changes, names)
}

/// 人事異動: somebody leaves a position and takes up another.
fn transfer(chance: &mut Chance, office: &Office, to: &Position, other: &PersonId, day: Date) -> Vec<OfficeChange> {
    let standing: Vec<_> = office.assignments.iter().filter(|a| a.until.is_none()).collect();
    let Some(leaving) = chance.pick(&standing) else { return Vec::new() };
    let left = OfficeChange::Unassigned {
        person: leaving.person.clone(),
        position: leaving.position.clone(),
        until: day - 1.days(),
    };
    let arrived = OfficeChange::Assigned { person: leaving.person.clone(), position: to.id.clone(), from: day };
    let follows = OfficeChange::Assigned { person: other.clone(), position: leaving.position.clone(), from: day };
    vec![left, arrived, follows]
}

fn name(chance: &mut Chance) -> (String, String) {
    let family = chance.pick(FAMILIES).copied().unwrap_or_default();
    let given = chance.pick(GIVEN).copied().unwrap_or_default();
    (format!("{family}　{given}"), "みほん".to_owned())
}
