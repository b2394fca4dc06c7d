//! 作成: the policy is written. A new version makes void what rested on the former one.

use super::{Meaning, OnPolicy};
use crate::act::{Consequence, Doing};
use crate::entry::Effect;
use crate::evidence::EvidenceKind;
use crate::policy;
use crate::refusal::{Refusal, RefusalKind};

pub(super) static MEANING: Meaning = Meaning {
    on_policy: OnPolicy::Writes,
    left_out: |_| Some("方針を作らないまま、決裁・届出・掲載に進めてしまいます。"),
    fits,
    effects: |doing| Ok(written(doing)),
    ..Meaning::proved_by(EvidenceKind::Policy)
};

/// A draft that says what the last one says is none: it would make void what was decided on, for nothing.
fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    let Some(now) = &doing.order.policy else {
        return Err(doing.wrong(format!("{}の内容がありません。", doing.policy_word())));
    };
    let former = doing.case.policy.as_ref().and_then(|version| version.content.as_ref());
    let Some(former) = former.filter(|_| doing.case.steps.contains_key(&doing.step.id)) else { return Ok(()) };
    if !policy::diff(former, now, doing.desk.guideline, doing.desk.networks).is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        RefusalKind::AlreadyDone,
        format!("{}に、前の版から変わったところがありません。何も変えていません。", doing.policy_word()),
        "前の版がそのまま有効です。直すところがあるときは、直してから起案してください。",
    )
    .under(&doing.step.basis))
}

fn written(doing: &Doing<'_>) -> Consequence {
    let version = doing.case.policy.as_ref().map_or(1, |policy| policy.version + 1);
    vec![Effect::PolicyWritten { version, undone: doing.case.undone_by_draft(doing.step, doing.procedure) }].into()
}
