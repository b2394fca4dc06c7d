//! What every yes has to meet: a number that says something, and a meeting with its quorum where a committee decides.

use crate::act::Doing;
use crate::evidence::{Decision, Evidence, KeyName};
use crate::guideline::Role;
use crate::policy::Stage;
use crate::refusal::Refusal;

/// At which stage a policy is decided on.
pub(super) const STAGE: Stage = Stage::Filing;

/// Refuses a decision on a policy that is not complete, or that nobody can have made so.
pub(super) fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    doing.complete(STAGE, Some(doing.by.on))?;
    let Evidence::Decision(decision) = doing.evidence else { return Ok(()) };
    if decision.document_number.as_ref().is_some_and(|n| n.trim().is_empty()) {
        return Err(doing.wrong("文書番号が空です。").at(KeyName::DocumentNumber));
    }
    let guideline = doing.desk.guideline;
    let roles = doing.step.by.iter().filter_map(|id| guideline.role(id));
    match roles.into_iter().find_map(|role| Some((role, role.quorum()?))) {
        Some((role, quorum)) => meeting_fits(doing, role, quorum, decision),
        None if decision.meeting.is_some() => {
            let what = format!(
                "「{}」は{}が決めるもので、会議で決めるものではありません。会議の日と出席者の数が書かれています。",
                doing.step.label,
                doing.desk.labels_of(doing.step)
            );
            let next = "会議の日と出席者の数を消してください。会議の記録は、添付か書き添えに残せます。".to_owned();
            Err(Refusal { next, ..doing.wrong(what).at(KeyName::HeldOn) })
        }
        None => Ok(()),
    }
}

fn meeting_fits(doing: &Doing<'_>, role: &Role, quorum: u32, decision: &Decision) -> Result<(), Refusal> {
    let label = &role.label;
    // How many have to be there is what the role says, not the step.
    let Some(meeting) = &decision.meeting else {
        let what = format!("{label}の会議の日と出席者の数がありません。");
        return Err(doing.wrong(what).at(KeyName::HeldOn).under(&role.basis));
    };
    if meeting.present < quorum {
        let what = format!("{label}の定足数は{quorum}名ですが、出席は{}名です。", meeting.present);
        return Err(Refusal {
            next: "定足数を満たす会議で決めてから記録してください。".to_owned(),
            ..doing.wrong(what).at(KeyName::Present).under(&role.basis)
        });
    }
    if meeting.held_on > doing.by.on || meeting.held_on < doing.case.opened_on {
        let what = format!("{label}の会議の日（{}）が、案件の開始から決定の日までの間にありません。", meeting.held_on);
        return Err(doing.wrong(what).at(KeyName::HeldOn));
    }
    Ok(())
}
