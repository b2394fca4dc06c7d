//! A guideline as it was read.

use super::decode::Places;
use super::{Clauses, Guideline};
use crate::id::GuidelineHash;

/// A guideline that was read whole and found free of problems.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The rules.
    pub guideline: Guideline,
    /// The clauses with their words.
    pub clauses: Option<Clauses>,
    /// The hash of the files.
    pub hash: GuidelineHash,
    pub(super) places: Places,
    pub(super) clause_places: Option<Places>,
}
