//! A sample office: units, positions and staff numbers, and every kind of actor that an opening can meet.

use domain::guideline::{Clauses, Guideline};
use domain::id::{PersonId, PositionId, UnitId};
use domain::network::Networks;
use domain::office::{Level, Office, OfficeChange, Place, Position};
use jiff::civil::{Date, date};
use serde::Deserialize;

use crate::table::{Table, Who};

pub const FOUNDED: Date = date(2020, 4, 1);
pub const UNIT: &str = "観光課";
pub const SHARING: &str = "文化課";

/// The days on which deputies stand in.
pub const DEPUTIES_FROM: Date = date(2026, 4, 10);
pub const DEPUTIES_UNTIL: Date = date(2026, 4, 20);
/// The days on which the head of the unit stands in for the head of the department.
pub const HEAD_ABOVE_FROM: Date = date(2026, 4, 21);
pub const HEAD_ABOVE_UNTIL: Date = date(2026, 4, 30);

/// The kinds of actor, as the tables name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 観光課 主事.
    UnitStaff,
    /// 観光課 係長.
    UnitChief,
    /// 観光課 主任: not designated for anything.
    UnitMember,
    /// 観光課長.
    UnitHead,
    /// Stands in for 観光課長 now; a member of the unit besides.
    UnitDeputy,
    /// 経済部長.
    DepartmentHead,
    /// Stands in for 経済部長 now.
    DepartmentDeputy,
    /// 教育部長: another department's head.
    OtherDepartmentHead,
    /// 商工課長: another unit of the same department.
    OtherUnitHead,
    /// 文化課 主事; shares the account in a shared case.
    SharingStaff,
    /// 文化課長.
    SharingHead,
    /// The central unit's staff.
    CentralStaff,
    /// The central unit's head, named by the guideline.
    CentralHead,
    /// Stands in for the central unit's head now.
    CentralDeputy,
    /// Of another unit; stood in for 観光課長 last month.
    LapsedDeputy,
    /// Left at the end of March.
    Former,
    /// A number that no office knows.
    Outsider,
}

pub const KINDS: [Kind; 17] = [
    Kind::UnitStaff,
    Kind::UnitChief,
    Kind::UnitMember,
    Kind::UnitHead,
    Kind::UnitDeputy,
    Kind::DepartmentHead,
    Kind::DepartmentDeputy,
    Kind::OtherDepartmentHead,
    Kind::OtherUnitHead,
    Kind::SharingStaff,
    Kind::SharingHead,
    Kind::CentralStaff,
    Kind::CentralHead,
    Kind::CentralDeputy,
    Kind::LapsedDeputy,
    Kind::Former,
    Kind::Outsider,
];

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::UnitStaff => "unit_staff",
            Self::UnitChief => "unit_chief",
            Self::UnitMember => "unit_member",
            Self::UnitHead => "unit_head",
            Self::UnitDeputy => "unit_deputy",
            Self::DepartmentHead => "department_head",
            Self::DepartmentDeputy => "department_deputy",
            Self::OtherDepartmentHead => "other_department_head",
            Self::OtherUnitHead => "other_unit_head",
            Self::SharingStaff => "sharing_staff",
            Self::SharingHead => "sharing_head",
            Self::CentralStaff => "central_staff",
            Self::CentralHead => "central_head",
            Self::CentralDeputy => "central_deputy",
            Self::LapsedDeputy => "lapsed_deputy",
            Self::Former => "former",
            Self::Outsider => "outsider",
        }
    }

    /// The staff number of the one person of this kind.
    pub fn person(self) -> &'static str {
        match self {
            Self::UnitStaff => "1001",
            Self::UnitChief => "1002",
            Self::UnitMember => "1016",
            Self::UnitHead => "1003",
            Self::UnitDeputy => "1004",
            Self::DepartmentHead => "1005",
            Self::DepartmentDeputy => "1006",
            Self::OtherDepartmentHead => "1007",
            Self::OtherUnitHead => "1008",
            Self::SharingStaff => "1009",
            Self::SharingHead => "1010",
            Self::CentralStaff => "1011",
            Self::CentralHead => "1012",
            Self::CentralDeputy => "1013",
            Self::LapsedDeputy => "1014",
            Self::Former => "1015",
            Self::Outsider => "9999",
        }
    }

    /// Whether it takes part in a case only because the account is shared.
    pub fn only_when_shared(self) -> bool {
        matches!(self, Self::SharingStaff | Self::SharingHead)
    }
}

/// The person of a kind, with every kind that the person is on a day.
pub fn who(kind: Kind, on: Date) -> Who {
    let standing_in = DEPUTIES_FROM <= on && on <= DEPUTIES_UNTIL;
    let kinds = match kind {
        Kind::UnitDeputy if !standing_in => vec![Kind::UnitMember],
        Kind::CentralDeputy if !standing_in => vec![Kind::CentralStaff],
        Kind::DepartmentDeputy if !standing_in => vec![],
        Kind::UnitHead if HEAD_ABOVE_FROM <= on && on <= HEAD_ABOVE_UNTIL => {
            vec![Kind::UnitHead, Kind::DepartmentDeputy]
        }
        other => vec![other],
    };
    Who { person: kind.person(), kinds }
}

/// A city: its guideline, its table, and an office that fits the guideline's keys.
pub struct City {
    pub guideline: Guideline,
    pub clauses: Clauses,
    pub networks: Networks,
    pub table: Table,
    pub office: Office,
}

impl City {
    pub fn tottori() -> Self {
        Self::of(
            include_str!("../../../../guidelines/tottori/guideline.toml"),
            include_str!("../../../../guidelines/tottori/clauses.toml"),
            include_str!("tottori.toml"),
            ("publicity", "publicity_head"),
        )
    }

    pub fn munakata() -> Self {
        Self::of(
            include_str!("../../../../guidelines/munakata/guideline.toml"),
            include_str!("../../../../guidelines/munakata/clauses.toml"),
            include_str!("munakata.toml"),
            ("secretary", "secretary_head"),
        )
    }

    fn of(guideline: &str, clauses: &str, table: &str, central: (&str, &str)) -> Self {
        Self {
            guideline: toml::from_str(guideline).expect("the guideline can be read"),
            clauses: toml::from_str(clauses).expect("the clauses can be read"),
            networks: Networks::standard().expect("the networks can be read"),
            table: Table::read(table),
            office: Office::default().changed(&changes(central)).expect("the sample office is sound"),
        }
    }
}

/// How the sample office came to be.
fn changes((central_unit, central_head): (&str, &str)) -> Vec<OfficeChange> {
    let mut all = Vec::new();
    let units = [
        ("経済部", Level::Department, None, None),
        ("教育部", Level::Department, None, None),
        ("企画部", Level::Department, None, None),
        (UNIT, Level::Division, Some("経済部"), None),
        ("商工課", Level::Division, Some("経済部"), None),
        (SHARING, Level::Division, Some("教育部"), None),
        ("広報の室", Level::Division, Some("企画部"), Some(central_unit)),
    ];
    for (unit, level, parent, key) in units {
        all.push(OfficeChange::UnitFounded {
            unit: unit.into(),
            name: unit.to_owned(),
            kana: String::new(),
            level,
            parent: parent.map(UnitId::from),
            key: key.map(str::to_owned),
            from: FOUNDED,
        });
    }
    let posts = [
        (Kind::UnitStaff, UNIT, "主事", "clerk", Place::Member),
        (Kind::UnitChief, UNIT, "係長", "subsection_head", Place::Member),
        (Kind::UnitMember, UNIT, "主任", "senior_clerk", Place::Member),
        (Kind::UnitHead, UNIT, "観光課長", "section_head", Place::Head),
        (Kind::UnitDeputy, UNIT, "課長補佐", "deputy_section_head", Place::Member),
        (Kind::DepartmentHead, "経済部", "経済部長", "department_head", Place::Head),
        (Kind::DepartmentDeputy, "経済部", "次長", "deputy_department_head", Place::Member),
        (Kind::OtherDepartmentHead, "教育部", "教育部長", "department_head", Place::Head),
        (Kind::OtherUnitHead, "商工課", "商工課長", "section_head", Place::Head),
        (Kind::SharingStaff, SHARING, "主事", "clerk", Place::Member),
        (Kind::SharingHead, SHARING, "文化課長", "section_head", Place::Head),
        (Kind::CentralStaff, "広報の室", "主任", "senior_clerk", Place::Member),
        (Kind::CentralHead, "広報の室", "広報の室の長", "section_head", Place::Head),
        (Kind::CentralDeputy, "広報の室", "係長", "subsection_head", Place::Member),
        (Kind::LapsedDeputy, "商工課", "係長", "subsection_head", Place::Member),
        (Kind::Former, UNIT, "主査", "senior_clerk", Place::Member),
    ];
    for (kind, unit, title, rank, place) in posts {
        let position = position_of(kind);
        let key = (kind == Kind::CentralHead).then(|| central_head.to_owned());
        let person = PersonId::from(kind.person());
        all.push(OfficeChange::PositionSet {
            position: Position {
                id: position.clone(),
                unit: unit.into(),
                title: title.to_owned(),
                rank: rank.to_owned(),
                place,
                key,
            },
        });
        all.push(OfficeChange::PersonNoted { person: person.clone() });
        all.push(OfficeChange::Assigned { person, position, from: FOUNDED });
    }
    all.push(OfficeChange::Unassigned {
        person: Kind::Former.person().into(),
        position: position_of(Kind::Former),
        until: date(2026, 3, 31),
    });
    let deputies = [
        (Kind::UnitDeputy, Kind::UnitHead, DEPUTIES_FROM, DEPUTIES_UNTIL),
        (Kind::DepartmentDeputy, Kind::DepartmentHead, DEPUTIES_FROM, DEPUTIES_UNTIL),
        (Kind::CentralDeputy, Kind::CentralHead, DEPUTIES_FROM, DEPUTIES_UNTIL),
        (Kind::UnitHead, Kind::DepartmentHead, HEAD_ABOVE_FROM, HEAD_ABOVE_UNTIL),
        (Kind::LapsedDeputy, Kind::UnitHead, date(2026, 3, 1), date(2026, 3, 31)),
    ];
    for (kind, stands_for, from, until) in deputies {
        let person = PersonId::from(kind.person());
        all.push(OfficeChange::DeputyNamed { person, position: position_of(stands_for), from, until });
    }
    all
}

pub fn position_of(kind: Kind) -> PositionId {
    kind.word().into()
}
