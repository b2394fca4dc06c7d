//! The sample town's office: one department, two divisions that post, and the central office.

use std::collections::BTreeMap;

use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{Level, OfficeChange, Place, Position};
use jiff::civil::Date;

/// Which sort of guideline a town follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guide {
    /// Filing with a central number.
    Notice,
    /// A decision before, a chain of confirmations after.
    Decision,
    /// A central office opens, a committee approves.
    Committee,
}

/// The towns' folders, codes and central offices, as data.
const GUIDES: &str = include_str!("../guides.toml");

impl Guide {
    /// The folder under `guidelines/`.
    pub fn folder(self) -> &'static str {
        self.datum(0)
    }

    /// The municipality's code.
    pub fn code(self) -> &'static str {
        self.datum(1)
    }

    /// The guideline's keys for the central unit and its head.
    fn central(self) -> (&'static str, &'static str) {
        (self.datum(2), self.datum(3))
    }

    fn datum(self, at: usize) -> &'static str {
        let name = match self {
            Self::Notice => "notice",
            Self::Decision => "decision",
            Self::Committee => "committee",
        };
        let line = GUIDES.lines().find(|line| line.starts_with(name)).expect("every sort of town is in the data");
        line.split('"').skip(1).step_by(2).nth(at).expect("four data a town")
    }
}

struct Post(&'static str, &'static str, &'static str, &'static str, Place, Option<&'static str>);

/// The changes that found the sample town's office, with the names of those in it.
///
/// Units: `d1` 経済観光部 with `s1` 観光課 and `s2` 農政課; `d2` 総務部 with `s3` (the central office), `s4` 総務課 and
/// the committee `k1`. Staff numbers say who they are: `s1-head` is 観光課長, `d1-head` 経済観光部長.
pub fn office(guide: Guide, from: Date) -> (Vec<OfficeChange>, BTreeMap<PersonId, (String, String)>) {
    let (central, central_head) = guide.central();
    let units = [
        ("d1", "経済観光部", "けいざいかんこうぶ", Level::Department, None, None),
        ("d2", "総務部", "そうむぶ", Level::Department, None, None),
        ("s1", "観光課", "かんこうか", Level::Division, Some("d1"), None),
        ("s2", "農政課", "のうせいか", Level::Division, Some("d1"), None),
        ("s3", "広報室", "こうほうしつ", Level::Division, Some("d2"), Some(central)),
        ("s4", "総務課", "そうむか", Level::Division, Some("d2"), Some("general")),
        ("k1", "広報委員会", "こうほういいんかい", Level::Committee, None, Some("steering_committee")),
    ];
    let posts = [
        Post("d1-head", "d1", "経済観光部長", "director", Place::Head, None),
        Post("d2-head", "d2", "総務部長", "director", Place::Head, None),
        Post("s1-head", "s1", "観光課長", "manager", Place::Head, None),
        Post("s1-chief", "s1", "観光課係長", "chief", Place::Member, None),
        Post("s1-staff", "s1", "観光課主事", "staff", Place::Member, None),
        Post("s1-other", "s1", "観光課主事", "staff", Place::Member, None),
        Post("s2-head", "s2", "農政課長", "manager", Place::Head, None),
        Post("s2-staff", "s2", "農政課主事", "staff", Place::Member, None),
        Post("s3-head", "s3", "広報室長", "manager", Place::Head, Some(central_head)),
        Post("s3-staff", "s3", "広報室主事", "staff", Place::Member, None),
        Post("s4-head", "s4", "総務課長", "manager", Place::Head, Some("general_head")),
        Post("k1-head", "k1", "広報委員長", "director", Place::Head, None),
    ];
    let mut changes = Vec::new();
    for (unit, name, kana, level, parent, key) in units {
        changes.push(OfficeChange::UnitFounded {
            unit: UnitId::from(unit),
            name: name.to_owned(),
            kana: kana.to_owned(),
            level,
            parent: parent.map(UnitId::from),
            key: key.map(str::to_owned),
            from,
        });
    }
    let mut names = BTreeMap::new();
    for Post(id, unit, title, rank, place, key) in posts {
        let position = Position {
            id: PositionId(format!("{id}-post")),
            unit: UnitId::from(unit),
            title: title.to_owned(),
            rank: rank_of(guide, rank).to_owned(),
            place,
            key: key.map(str::to_owned),
        };
        let person = PersonId::from(id);
        names.insert(person.clone(), (format!("{title}の職員"), String::new()));
        changes.push(OfficeChange::PositionSet { position: position.clone() });
        changes.push(OfficeChange::PersonNoted { person: person.clone() });
        changes.push(OfficeChange::Assigned { person, position: position.id, from });
    }
    (changes, names)
}

/// The guideline's own id for a rank of the sample town.
fn rank_of(guide: Guide, rank: &str) -> &'static str {
    match (guide, rank) {
        (Guide::Committee, "staff") => "staff",
        (_, "chief") => "subsection_head",
        (Guide::Committee, _) | (_, "manager") => "section_head",
        (_, "director") => "department_head",
        _ => "clerk",
    }
}
