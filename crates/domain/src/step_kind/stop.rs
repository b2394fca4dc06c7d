//! 休止・廃止: the end of use, with its last day.

use super::{Aim, LastDay, Meaning};
use crate::account::Standing;
use crate::act::Doing;
use crate::calendar::wareki;
use crate::evidence::{Evidence, EvidenceKind, KeyName};
use crate::refusal::{Refusal, RefusalKind};

pub(super) static MEANING: Meaning =
    Meaning { last_day: LastDay::Says, aim: Aim::Ends, fits, ..Meaning::proved_by(EvidenceKind::Stop) };

/// What is off the list already is not recorded as in use until a day to come.
fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    let Evidence::Stop { last_day } = doing.evidence else { return Ok(()) };
    doing.can_be_meant(KeyName::LastDay, "利用の最後の日", *last_day)?;
    let off = doing.account().is_some_and(|account| {
        matches!(account.standing, Standing::Suspended { .. } | Standing::Delisted { .. } | Standing::Closed { .. })
    });
    // A suspended account that is now closed went off the list before this case.
    if !(off && doing.case.is_published()) || *last_day <= doing.by.on {
        return Ok(());
    }
    Err(Refusal::new(
        RefusalKind::WrongDate,
        format!("一覧からの削除は済んでいますが、利用の最後の日（{}）がまだ来ていません。", wareki(*last_day)),
        "実際の最後の日を入れてください。まだ使っているときは、使い終えてから記録してください。",
    )
    .at(KeyName::LastDay)
    .under(&doing.step.basis))
}
