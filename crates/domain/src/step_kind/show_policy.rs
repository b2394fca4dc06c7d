//! 運用ポリシーの明示: in the account. What is shown is the whole policy, as far as it is known before the account is there.

use super::Meaning;
use crate::act::Doing;
use crate::evidence::{Evidence, EvidenceKind, KeyName};
use crate::policy::Stage;
use crate::refusal::Refusal;

const STAGE: Stage = Stage::Filing;

pub(super) static MEANING: Meaning = Meaning { stage: Some(STAGE), fits, ..Meaning::proved_by(EvidenceKind::Place) };

fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    if let Evidence::Place { url } = doing.evidence {
        doing.says(url, KeyName::Url, "表示した場所のＵＲＬ")?;
    }
    doing.complete(STAGE, None)
}
