//! Whether a procedure that is carried out does what its purpose says, and each of its conditions can hold.

use std::collections::BTreeSet;

use super::super::order::worlds;
use super::super::problem::said;
use super::super::report::Report;
use super::super::{Guideline, Procedure, Purpose, Replies, Step, StepKind, Strength, When};
use super::{also_alone, fitting};

/// Checks one procedure at its path.
pub(super) fn check(report: &mut Report<'_>, procedure: &Procedure, path: &str) {
    if !procedure.purpose.is_carried_out() {
        return;
    }
    aim(report, procedure, path);
    fitting::check(report, procedure, path);
    for (i, step) in procedure.steps.iter().enumerate() {
        let path = format!("{path}.step[{i}]");
        conditions(report, procedure, step, &path);
        sharing(report, step, &path);
        second_person(report, procedure, step, &path);
        page(report, step, &path);
        deadline(report, step, &path);
        binding(report, procedure, step, &path);
    }
}

/// What makes an account official, or ends that, is not left open: a case would be complete without it, and a policy that
/// nobody wrote would be decided on or filed.
fn binding(report: &mut Report<'_>, procedure: &Procedure, step: &Step, path: &str) {
    let Some(what) = (step.kind.meaning().left_out)(procedure) else { return };
    if step.strength != Strength::Must {
        let words = said(format!("手順「{}」が、行わなくてもよい手順になっています。{what}", step.id))
            .expected("作成（draft）、掲載（list）、掲載の削除（delist）は strength = \"must\" です。")
            .next("strength = \"must\" としてください。行わない場合があるときは、その場合の手続を別に書いてください。");
        report.at(&format!("{path}.strength"), words);
    }
}

/// In every mixture of conditions, a closing or a resumption has the step that makes it one.
fn in_every_world(report: &mut Report<'_>, procedure: &Procedure, kinds: &[StepKind], path: &str) {
    let reaches = |world: &[When]| {
        let there = |step: &&Step| step.when.iter().all(|when| world.contains(when));
        procedure.steps.iter().filter(there).any(|step| kinds.contains(&step.kind))
    };
    if !worlds().all(|world| reaches(&world)) {
        let words = said(format!("手続「{}」の目的を果たす手順が、ない場合があります。", procedure.id))
            .expected("どの条件（when）の組合せでも、掲載または掲載の削除の手順があります。")
            .next("その手順の when を消すか、ほかの場合の手順を加えてください。");
        report.at(&format!("{path}.purpose"), words);
    }
}

/// Nobody is late with what they may leave.
fn deadline(report: &mut Report<'_>, step: &Step, path: &str) {
    if step.within.is_some() && matches!(step.strength, Strength::May | Strength::None) {
        let words =
            said("行っても行わなくてもよい手順に期限（within）があります。期限を過ぎても、だれにも知らされません。")
                .expected("within は、行うべき手順（strength が must、in_principle など）に書きます。")
                .next("within を消すか、strength を条文のとおりに直してください。");
        report.at(&format!("{path}.within"), words);
    }
}

/// Whether each case acquires its account before it is listed.
pub(super) fn acquires_before_listing(procedure: &Procedure) -> bool {
    let mut lists = procedure.steps.iter().filter(|step| step.kind == StepKind::List);
    let acquires = |step: &Step| step.kind == StepKind::Acquire && step.when.is_empty();
    lists.all(|list| before(procedure, &list.id).into_iter().any(acquires))
}

/// The steps that come before a step, directly or not.
fn before<'p>(procedure: &'p Procedure, id: &str) -> Vec<&'p Step> {
    let mut seen = BTreeSet::new();
    let mut open = vec![id];
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        for edge in procedure.step(id).into_iter().flat_map(|step| &step.after) {
            if seen.insert(edge.step.as_str()) {
                found.extend(procedure.step(&edge.step));
                open.push(&edge.step);
            }
        }
    }
    found
}

/// The step that makes a procedure what its purpose says.
fn aim(report: &mut Report<'_>, procedure: &Procedure, path: &str) {
    let (kinds, what, wanted): (&[StepKind], _, _) = match procedure.purpose {
        Purpose::Closing => (
            &[StepKind::Delist, StepKind::DeleteAccount],
            "廃止しても、アカウントが一覧から消えません。",
            "掲載の削除（delist）",
        ),
        Purpose::Resumption => (&[StepKind::List], "再開しても、アカウントが一覧に戻りません。", "掲載（list）"),
        Purpose::Ruling => (&[StepKind::Rule], "何も決まりません。", "定めのない事項の決定（rule）"),
        // What an opening needs is looked at with its order. A change or a suspension may be no more than a report: there
        // are texts by which an account stays on the list meanwhile.
        Purpose::Opening
        | Purpose::Change
        | Purpose::Suspension
        | Purpose::Transfer
        | Purpose::Post
        | Purpose::Incident(_)
        | Purpose::Survey => return,
    };
    if !procedure.steps.iter().any(|step| kinds.contains(&step.kind)) {
        let words = said(format!("手続「{}」の目的（purpose）を果たす手順がありません。{what}", procedure.id))
            .expected(format!("この purpose の手続には、{wanted}の手順があります。"))
            .next("手順を加えるか、purpose を直してください。");
        report.at(&format!("{path}.purpose"), words);
    } else if procedure.purpose != Purpose::Ruling {
        in_every_world(report, procedure, kinds, path);
    }
}

fn conditions(report: &mut Report<'_>, procedure: &Procedure, step: &Step, path: &str) {
    for (i, when) in step.when.iter().enumerate() {
        let words = match when {
            When::Further if procedure.purpose != Purpose::Opening => {
                said("二つ目以降（further）かどうかは開設のときだけ問われるため、この手順は決して現れません。")
                    .expected("further は開設の手続の手順だけに書きます。")
            }
            When::NoReplies if !drafts(procedure) => {
                said("この手続では方針を書かないため、この手順は決して現れません。")
                    .expected("no_replies は、作成（draft）の手順がある手続の手順だけに書きます。")
            }
            When::NoReplies if !has_silent_stance(report.guideline()) => {
                said("個別に返信しない方針（replies = \"none\"）がないため、この手順は決して現れません。")
                    .expected("返信の項目（kind = \"reply\"）に replies = \"none\" の方針があります。")
            }
            _ => continue,
        };
        report.at(&format!("{path}.when[{i}]"), words.next("この条件を消すか、手順を消してください。"));
    }
}

fn drafts(procedure: &Procedure) -> bool {
    procedure.steps.iter().any(|step| step.kind == StepKind::Draft)
}

fn has_silent_stance(g: &Guideline) -> bool {
    g.policy_items.iter().flat_map(|item| &item.stances).any(|stance| stance.replies == Replies::None)
}

/// A step that must be done is done by somebody in an account of one unit too.
fn sharing(report: &mut Report<'_>, step: &Step, path: &str) {
    let needed = matches!(step.strength, Strength::Must | Strength::InPrinciple);
    if report.guideline().is_of_sharing_heads(step) && needed && also_alone(step) {
        let words = said("一つの所属だけのアカウントでは、この手順を行う人がいないため、先へ進めません。")
            .expected("共有する所属の長だけが行う手順は、共有するときだけの手順です。")
            .next("when = [\"shared\"] を加えるか、by にほかの役割を加えてください。");
        report.at(&format!("{path}.by"), words);
    }
}

/// Whoever did what comes later cannot be another person yet.
fn second_person(report: &mut Report<'_>, procedure: &Procedure, step: &Step, path: &str) {
    let Some(second) = &step.second_person else { return };
    for (i, than) in second.than.iter().enumerate() {
        let later = before(procedure, than).into_iter().any(|earlier| earlier.id == step.id);
        if later {
            let words = said(format!("「{than}」は、この手順より後の手順です。この決まりは何も妨げません。"))
                .expected("than には、この手順より前の手順を書きます。")
                .next("後の手順のほうに second_person を書くか、than を直してください。");
            report.at(&format!("{path}.second_person.than[{i}]"), words);
        }
    }
}

/// A step that asks for a page of the city's own site needs to know that site.
fn page(report: &mut Report<'_>, step: &Step, path: &str) {
    let asks = step.kind == StepKind::ShowProfile && !step.when.contains(&When::NoReplies);
    if asks && report.guideline().municipality.own_hosts.is_empty() {
        let words = said("公式サイトのホスト名がないため、この手順の記録がすべて断られます。")
            .expected("[municipality] の own_hosts に、公式サイトのホスト名を書きます。")
            .next("own_hosts = [\"www.city.example.lg.jp\"] のように書いてください。");
        report.at(&format!("{path}.kind"), words);
    }
}
