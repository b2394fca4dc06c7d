//! A post fills a rule exactly when the two have a key in common: whoever may do a step finds it among their tasks.

use std::cell::Cell;

use domain::guideline::{Designation, Holder};
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{
    Around, Assignment, Deputy, Designated, HolderKey, Level, Office, Person, Place, Position, Unit, UnitName,
    UnitPlace,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// Numbers that a strategy made, taken one after the other.
struct Tape<'t> {
    numbers: &'t [usize],
    at: Cell<usize>,
}

impl Tape<'_> {
    fn below(&self, limit: usize) -> usize {
        let at = self.at.get();
        self.at.set(at + 1);
        self.numbers[at % self.numbers.len()] % limit
    }

    fn of<T: Clone>(&self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn day(&self) -> Date {
        date(2026, 4, 1).saturating_add(i64::try_from(self.below(6)).expect("small").days())
    }

    fn sometimes<T>(&self, what: impl FnOnce() -> T) -> Option<T> {
        (self.below(2) == 0).then(what)
    }
}

const KEYS: [Option<&str>; 4] = [None, None, Some("central"), Some("board")];

fn unit(number: usize) -> UnitId {
    UnitId(format!("u{number}"))
}

fn person(number: usize) -> PersonId {
    PersonId(format!("p{number}"))
}

fn position(number: usize) -> PositionId {
    PositionId(format!("q{number}"))
}

fn office(tape: &Tape<'_>) -> Office {
    let mut office = Office::default();
    for number in 0..6 {
        let place =
            |number: usize| UnitPlace { from: tape.day(), parent: (number > 0).then(|| unit(tape.below(number))) };
        let made = Unit {
            id: unit(number),
            names: vec![UnitName { from: date(2026, 4, 1), name: format!("組織{number}"), kana: String::new() }],
            parents: vec![place(number), place(number)],
            level: tape.of(&[Level::Department, Level::Division, Level::Team, Level::Committee]),
            key: tape.of(&KEYS).map(str::to_owned),
            from: tape.day(),
            until: tape.sometimes(|| tape.day()),
            successors: tape.sometimes(|| unit(tape.below(6))).into_iter().collect(),
        };
        office.units.insert(made.id.clone(), made);
    }
    for number in 0..6 {
        let made = Position {
            id: position(number),
            unit: unit(tape.below(6)),
            title: format!("職{number}"),
            rank: "clerk".to_owned(),
            place: tape.of(&[Place::Head, Place::Member]),
            key: tape.of(&KEYS).map(str::to_owned),
        };
        office.positions.insert(made.id.clone(), made);
    }
    for number in 0..3 {
        let made = Person { id: person(number), name: None, kana: None, named_by: 0 };
        office.people.insert(made.id.clone(), made);
    }
    for _ in 0..6 {
        let (from, until) = (tape.day(), tape.sometimes(|| tape.day()));
        office.assignments.push(Assignment {
            person: person(tape.below(3)),
            position: position(tape.below(6)),
            from,
            until,
        });
    }
    for _ in 0..2 {
        let (from, until) = (tape.day(), tape.day());
        office.deputies.push(Deputy { person: person(tape.below(3)), position: position(tape.below(6)), from, until });
    }
    office
}

fn rule(tape: &Tape<'_>) -> Holder {
    let key = || tape.of(&["central", "board", "elsewhere"]).to_owned();
    match tape.below(9) {
        0 => Holder::OwningUnitStaff,
        1 => Holder::OwningUnitHead,
        2 => Holder::OwningDepartmentHead,
        3 => Holder::SharingUnitHead,
        4 => Holder::UnitStaff(key()),
        5 => Holder::UnitHead(key()),
        6 => Holder::Position(key()),
        7 => Holder::Committee { key: key(), quorum: 1 },
        _ => Holder::Designated(tape.of(&[Designation::Poster, Designation::Approver])),
    }
}

fn designated(tape: &Tape<'_>, office: &Office) -> Vec<Designated> {
    let of_assignment = |assignment: &Assignment| Designated {
        role: tape.of(&[Designation::Poster, Designation::Approver]),
        person: assignment.person.clone(),
        position: assignment.position.clone(),
        assigned_from: if tape.below(4) == 0 { tape.day() } else { assignment.from },
    };
    (0..2).map(|_| of_assignment(&tape.of(&office.assignments))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_post_fills_a_rule_exactly_when_they_have_a_key_in_common(numbers in prop::collection::vec(0_usize..1000, 160)) {
        let tape = Tape { numbers: &numbers, at: Cell::new(0) };
        let office = office(&tape);
        // A unit that the office does not know may stand in an old case.
        let units: Vec<UnitId> = (0..=tape.below(3)).map(|_| unit(tape.below(7))).collect();
        let designated = designated(&tape, &office);
        let around = Around { units: &units, designated: &designated };
        let rules: Vec<Holder> = (0..12).map(|_| rule(&tape)).collect();
        for offset in 0..7 {
            let day = date(2026, 4, 1).saturating_add(i64::from(offset).days());
            for post in (0..3).flat_map(|number| office.posts_of(&person(number), day)) {
                let keys = office.keys_of(&post, day);
                for rule in &rules {
                    let fills = office.fills(&post, rule, around, day);
                    let common = HolderKey::of_rule(rule, around).iter().any(|key| keys.contains(key));
                    prop_assert_eq!(fills, common, "{:?} {:?} {}", rule, post, day);
                }
            }
        }
    }
}
