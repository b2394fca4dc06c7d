//! 認証アカウントの取得: how far the effort came.

use super::Meaning;
use crate::evidence::EvidenceKind;

pub(super) static MEANING: Meaning = Meaning::proved_by(EvidenceKind::Badge);
