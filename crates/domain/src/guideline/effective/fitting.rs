//! Whether each kind of step belongs to what its procedure is for: where it does not, it does harm or nothing.

use super::super::problem::said;
use super::super::report::Report;
use super::super::{Procedure, Purpose};
use crate::step_kind::Aim;

/// Checks each step of a procedure that is carried out, at the procedure's path.
pub(super) fn check(report: &mut Report<'_>, procedure: &Procedure, path: &str) {
    for (i, step) in procedure.steps.iter().enumerate() {
        let Some(what) = misfit(procedure.purpose, step.kind.meaning().aim) else { continue };
        let words = said(format!(
            "手順「{}」の種類（kind）は、手続「{}」の目的（purpose）に合いません。{what}",
            step.id, procedure.id
        ))
        .expected("手順の種類は、その手続の目的のためのものです。")
        .next("kind を直すか、この手順を、その目的の手続へ移してください。");
        report.at(&format!("{path}.step[{i}].kind"), words);
    }
}

/// What would come of a step of this aim in a procedure for this purpose; `None` where it belongs there.
fn misfit(purpose: Purpose, aim: Aim) -> Option<&'static str> {
    const ENDS: &str = "使い続けるアカウントが、休止または廃止になります。";
    const BEGINS: &str = "使い終えるアカウントが、取得または掲載されます。";
    const RULES: &str = "定めのない事項の決定は、purpose = \"ruling\" の手続だけで行えます。";
    const OF_POSTS: &str = "投稿とその後の対応の手順で、ここでは何も行いません。";
    const NOTHING: &str = "定めのない事項を決める手続は、アカウントについて何も変えません。";
    match (aim, purpose) {
        (Aim::OfPosts, _) => Some(OF_POSTS),
        (Aim::Ruling, purpose) => (purpose != Purpose::Ruling).then_some(RULES),
        (Aim::Begins | Aim::Ends | Aim::EndsForGood, Purpose::Ruling) => Some(NOTHING),
        (
            Aim::Ends | Aim::EndsForGood,
            Purpose::Opening | Purpose::Resumption | Purpose::Change | Purpose::Transfer,
        )
        // A suspension keeps the account; what lists it again is a resumption.
        | (Aim::EndsForGood, Purpose::Suspension) => Some(ENDS),
        (Aim::Begins, Purpose::Closing | Purpose::Suspension) => Some(BEGINS),
        (Aim::Anywhere, _)
        | (Aim::Begins, Purpose::Opening | Purpose::Resumption | Purpose::Change | Purpose::Transfer)
        | (Aim::Ends, Purpose::Closing | Purpose::Suspension)
        | (Aim::EndsForGood, Purpose::Closing)
        // Not carried out; nothing is asked of it.
        | (_, Purpose::Post | Purpose::Incident(_) | Purpose::Survey) => None,
    }
}
