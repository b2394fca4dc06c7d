//! Whether each kind of step belongs to what its procedure is for: where it does not, it does harm or nothing.

use super::super::check::Report;
use super::super::problem::said;
use super::super::{Procedure, Purpose, StepKind};

/// Checks each step of a procedure that is carried out, at the procedure's path.
pub(super) fn check(report: &mut Report<'_>, procedure: &Procedure, path: &str) {
    for (i, step) in procedure.steps.iter().enumerate() {
        let Some(what) = misfit(procedure.purpose, step.kind) else { continue };
        let words = said(format!(
            "手順「{}」の種類（kind）は、手続「{}」の目的（purpose）に合いません。{what}",
            step.id, procedure.id
        ))
        .expected("手順の種類は、その手続の目的のためのものです。")
        .next("kind を直すか、この手順を、その目的の手続へ移してください。");
        report.at(&format!("{path}.step[{i}].kind"), words);
    }
}

/// What would come of a step of this kind in a procedure for this purpose; `None` where it belongs there.
fn misfit(purpose: Purpose, kind: StepKind) -> Option<&'static str> {
    const ENDS: &str = "使い続けるアカウントが、休止または廃止になります。";
    const BEGINS: &str = "使い終えるアカウントが、取得または掲載されます。";
    const RULES: &str = "定めのない事項の決定は、purpose = \"ruling\" の手続だけで行えます。";
    const OF_POSTS: &str = "投稿とその後の対応の手順で、ここでは何も行いません。";
    let (begins, ends) = match kind {
        StepKind::Acquire | StepKind::List | StepKind::Start => (true, false),
        StepKind::Stop | StepKind::Delist | StepKind::ConfirmDelisted | StepKind::DeleteAccount => (false, true),
        StepKind::Rule => return (purpose != Purpose::Ruling).then_some(RULES),
        StepKind::ApprovePost
        | StepKind::Post
        | StepKind::Reply
        | StepKind::StayCalm
        | StepKind::Correct
        | StepKind::DeletePost
        | StepKind::Explain
        | StepKind::ExplainDelay
        | StepKind::RequestTakedown
        | StepKind::WarnPublic
        | StepKind::Guide
        | StepKind::Ask
        | StepKind::Answer
        | StepKind::CheckQuotation => return Some(OF_POSTS),
        StepKind::Draft
        | StepKind::Decide
        | StepKind::Consult
        | StepKind::File
        | StepKind::Receive
        | StepKind::ShowProfile
        | StepKind::ShowPolicy
        | StepKind::Share
        | StepKind::ObtainBadge
        | StepKind::ConfirmTerminal
        | StepKind::ConfirmSecurity
        | StepKind::Designate
        | StepKind::Acknowledge
        | StepKind::Check
        | StepKind::ChangeCredential
        | StepKind::KeepCredential
        | StepKind::Report
        | StepKind::ShareWithOthers => return None,
    };
    match purpose {
        Purpose::Opening | Purpose::Resumption | Purpose::Change | Purpose::Transfer => ends.then_some(ENDS),
        // A suspension keeps the account; what lists it again is a resumption.
        Purpose::Suspension if kind == StepKind::DeleteAccount => Some(ENDS),
        Purpose::Closing | Purpose::Suspension => begins.then_some(BEGINS),
        Purpose::Ruling => Some("定めのない事項を決める手続は、アカウントについて何も変えません。"),
        // Not carried out; nothing is asked of it.
        Purpose::Post | Purpose::Incident(_) | Purpose::Survey => None,
    }
}
