//! 定めのない事項の決定.

use super::{Aim, Meaning};
use crate::evidence::EvidenceKind;

pub(super) static MEANING: Meaning = Meaning { aim: Aim::Ruling, ..Meaning::proved_by(EvidenceKind::Record) };
