//! セキュリティ機能の確認: what was confirmed, never a secret.

use super::Meaning;
use crate::evidence::EvidenceKind;

pub(super) static MEANING: Meaning = Meaning::proved_by(EvidenceKind::Security);
