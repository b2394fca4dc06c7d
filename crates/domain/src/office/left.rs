//! What a change of the office leaves an account without: its unit, or the head who acts for it.

use jiff::civil::Date;

use super::{Around, Office, OfficeChange};
use crate::guideline::Holder;
use crate::id::UnitId;

/// What an account is left without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// Nothing carries on what its units had: nobody can act for it.
    NoUnit,
    /// A unit of its has no successor, and what stood above it carries on.
    ToTheUnitAbove(UnitId),
    /// The unit that acts for it has no head, and nobody stands in.
    NoHead(UnitId),
}

impl Office {
    /// What an account of these units is without on a day, if anything.
    pub fn left_without(&self, units: &[UnitId], day: Date) -> Option<Left> {
        let owners = self.all_carrying_on(units, day);
        let Some(lead) = owners.first() else { return Some(Left::NoUnit) };
        let around = Around { units: &owners, designated: &[] };
        if self.holders(&Holder::OwningUnitHead, around, day).is_empty() {
            return Some(Left::NoHead(lead.clone()));
        }
        let heirless = units.iter().find(|unit| self.successors_on(unit, day).is_empty())?;
        self.carrying_on(heirless, day).into_iter().next().map(Left::ToTheUnitAbove)
    }
}

impl Left {
    /// What it means in a sentence, and what to do.
    pub fn words(&self, office: &Office, day: Date) -> String {
        match self {
            Self::NoUnit => {
                "所管する組織がなくなり、手順を行える人がいません。後を継ぐ組織を決めて登録してください。".to_owned()
            }
            Self::ToTheUnitAbove(above) => format!(
                "後を継ぐ組織が登録されていないため、手順は上の組織「{}」が行います。後を継ぐ組織があるときは、それを登録してください。",
                office.unit_name(above, day)
            ),
            Self::NoHead(unit) => format!(
                "「{}」に所属長がいないため、所属長の手順を行う人がいません。後任か代決者を登録してください。それ以外の手順は、「{}」の職員が行えます。",
                office.unit_name(unit, day),
                office.unit_name(unit, day)
            ),
        }
    }
}

impl OfficeChange {
    /// The first day on which it has taken something away; none for what only adds or renames.
    pub fn takes_away_on(&self) -> Option<Date> {
        match self {
            Self::UnitAbolished { on, .. } => Some(*on),
            Self::Unassigned { until, .. } => until.tomorrow().ok(),
            Self::UnitFounded { .. }
            | Self::UnitRenamed { .. }
            | Self::UnitMoved { .. }
            | Self::PositionSet { .. }
            | Self::PersonNoted { .. }
            | Self::Assigned { .. }
            | Self::DeputyNamed { .. } => None,
        }
    }
}
