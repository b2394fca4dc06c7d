//! Offices, ranks and roles: who acts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;

/// A rank; ranks are written from low to high.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rank {
    /// Id used in office data and floors.
    pub id: String,
    /// Label, such as 係長.
    pub label: String,
}

/// An office or post named by the guideline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficeKey {
    /// The key that the office data puts on a unit or on a position.
    pub key: String,
    /// What the guideline calls it.
    pub label: String,
    /// A unit, a position or a committee.
    pub is: OfficeKind,
}

/// What an office key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfficeKind {
    /// 課・室 and the like.
    Unit,
    /// 職.
    Position,
    /// 委員会・会議.
    Committee,
}

/// A role: who may act in a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Id used by steps.
    pub id: String,
    /// What the guideline calls it.
    pub label: String,
    /// Who holds it on a day.
    pub holder: Holder,
    /// The lowest rank that may hold it, with its basis.
    #[serde(default)]
    pub floor: Option<Floor>,
    /// Where the role comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// The lowest rank for a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// The rank's id.
    pub rank: String,
    /// Where the floor comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// Who holds a role on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// Anybody with a post in the owning unit.
    OwningUnitStaff,
    /// 所属長: the head of the owning unit.
    OwningUnitHead,
    /// 所属部長: the head of the department above the owning unit.
    OwningDepartmentHead,
    /// The heads of the units that share the account, other than the lead (合議).
    SharingUnitHead,
    /// Anybody with a post in the unit of this key.
    UnitStaff(String),
    /// The head of the unit of this key.
    UnitHead(String),
    /// Whoever holds the position of this key.
    Position(String),
    /// A committee: the act is its decision, entered by a member, with the meeting and those present.
    Committee {
        /// The committee's key.
        key: String,
        /// How many must be present.
        quorum: u32,
    },
    /// Whoever was designated for the account (担当者, 責任者).
    Designated(Designation),
}

impl Role {
    /// How many have to be present where the role is a committee.
    pub fn quorum(&self) -> Option<u32> {
        if let Holder::Committee { quorum, .. } = self.holder { Some(quorum) } else { None }
    }
}

/// What a person can be designated as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Designation {
    /// 情報発信担当者.
    Poster,
    /// 情報発信責任者.
    Approver,
}
