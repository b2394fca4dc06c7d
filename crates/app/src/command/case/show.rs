//! Showing cases: one with what can be done now, all of them, and their forms.

use std::collections::BTreeMap;

use actions::{PrintOptions, Seals};
use domain::account::Standing;
use domain::case::{CaseState, Outcome};
use domain::guideline::{ItemKind, Purpose, Step};
use domain::id::CaseId;
use domain::office::Capacity;

use super::At;
use crate::args::Print;
use crate::command::{Hands, guideline, paper, shown};
use crate::evidence;
use crate::exit::Exit;
use crate::home::Town;
use crate::policy as policy_file;

/// One case, with what is done and what can be done now.
pub async fn one(hands: &Hands, town: &Town, case: &CaseId) -> anyhow::Result<Exit> {
    let at = At::of(town, case).await?;
    hands.voice.say(&at.value(), || {
        [heading(&at), done(&at), returned(&at), open(&at), at.view.notices.join("\n")]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    })?;
    Ok(Exit::Done)
}

/// What can be done next, after a step.
pub async fn next(hands: &Hands, town: &Town, case: &CaseId) -> anyhow::Result<()> {
    let at = At::of(town, case).await?;
    let lines: Vec<String> = at.view.open.iter().map(brief).collect();
    if matches!(at.view.case.state, CaseState::Completed { .. }) && !lines.is_empty() {
        hands.voice.aside(&format!("完了しましたが、次の手順はこのあとも行えます\n{}", lines.join("\n")));
    }
    if at.view.case.state == CaseState::Open {
        let more = format!("くわしくは `shirube case show {case}`");
        hands.voice.aside(&format!("次にできること\n{}\n{more}", lines.join("\n")));
    }
    Ok(())
}

/// A step that is open, on one line.
fn brief(open: &actions::OpenStep) -> String {
    let due = open.due.as_ref().map(|(day, _)| format!("、期限 {}", shown(*day))).unwrap_or_default();
    let strength = guideline::strength(open.strength);
    let until = open.waits_until.map(|last| format!("、{}から", shown(last))).unwrap_or_default();
    format!("  ○ {}　{}（{}、{strength}{due}{until}）", open.step, open.label, open.by.join("・"))
}

fn heading(at: &At) -> String {
    let case = &at.view.case;
    let account = &at.view.account;
    let name = account.name.as_deref().unwrap_or("（名前はまだない）");
    let number = account.number.as_ref().map(|n| format!("　番号 {n}")).unwrap_or_default();
    format!(
        "案件 {}　{}　{}（版 {}）\nアカウント {}　{name}　{}{number}\n所属 {}",
        case.id,
        at.view.procedure,
        at.view.state(),
        case.version,
        account.id,
        account.standing.label(),
        case.units.iter().map(|unit| unit.0.as_str()).collect::<Vec<_>>().join("、")
    )
}

fn done(at: &At) -> String {
    let case = &at.view.case;
    let mut steps: Vec<_> = case.acts().collect();
    steps.sort_by_key(|(_, done)| done.seq);
    let label = |id: &str| at.step(id).map_or_else(|_| id.to_owned(), |step| step.label.clone());
    let lines: Vec<String> = steps
        .into_iter()
        .map(|(id, done)| {
            let outcome = match done.outcome {
                Outcome::Done => "",
                Outcome::Exception => "（原則によらない）",
                Outcome::NotNeeded => "（必要なし）",
            };
            let last = done.last_day().map(|last| format!("（最後の日 {}）", shown(last))).unwrap_or_default();
            let deputy = if done.by.capacity == Capacity::Deputy { "、代決" } else { "" };
            format!(
                "  ✓ {}　{id}　{}{outcome}{last}　{}（{}{deputy}）　記録{}番",
                shown(done.on),
                label(id),
                done.by.title,
                done.by.person,
                done.seq
            )
        })
        .collect();
    if lines.is_empty() { String::new() } else { format!("済んだ手順\n{}", lines.join("\n")) }
}

fn returned(at: &At) -> String {
    let Some(returned) = &at.view.case.returned else { return String::new() };
    let lines: Vec<String> = returned
        .reasons
        .iter()
        .map(|reason| {
            let item = at.guideline().policy_items.iter().find(|item| item.id == reason.item);
            let label = item.map_or_else(|| "全体".to_owned(), |item| format!("{}（{}）", item.label, item.id));
            format!("  ・{label}：{}", reason.reason)
        })
        .collect();
    format!("差戻し（{}）\n{}", shown(returned.on), lines.join("\n"))
}

fn open(at: &At) -> String {
    let case = &at.view.case;
    if at.view.open.is_empty() || matches!(case.state, CaseState::Withdrawn { .. }) {
        return String::new();
    }
    let lines: Vec<String> = at
        .view
        .open
        .iter()
        .map(|open| {
            let due = open.due.as_ref().map(|(day, basis)| format!("\n      期限 {}［{basis}］", shown(*day)));
            let holders = if open.holders.is_empty() { "在任者なし".to_owned() } else { open.holders.join("、") };
            let arguments = at.step(&open.step).map(evidence::example).unwrap_or_default();
            let until = open.waits_until.map(|last| format!("利用の最後の日（{}）から行えます。", shown(last)));
            let command = match at.step(&open.step) {
                _ if let Some(until) = until => until,
                Ok(step) if step.kind.writes_policy() => {
                    format!("shirube case draft {} --file 方針.toml --as 職員番号", case.id)
                }
                _ => format!("shirube case do {} {} --as 職員番号{arguments}", case.id, open.step),
            };
            format!(
                "  ○ {}（{}）［{}］{}\n      {}：{holders}\n      {command}{}",
                open.label,
                guideline::strength(open.strength),
                open.basis,
                due.unwrap_or_default(),
                open.by.join("・"),
                at.step(&open.step).map(|step| keys(at, step)).unwrap_or_default(),
            )
        })
        .collect();
    let heading =
        if case.state == CaseState::Open { "次にできること" } else { "完了のあとも行えること" };
    format!("{heading}\n{}", lines.join("\n"))
}

/// The keys that can be typed with a step, beside those of the command that is shown.
fn keys(at: &At, step: &Step) -> String {
    if step.kind.writes_policy() {
        // Of a known account the units stand; no file and no argument gives it others.
        let existing = matches!(at.view.account.standing, Standing::Existing { .. });
        let known = existing || at.view.case.purpose != Purpose::Opening;
        let items = at.guideline().policy_items.iter().filter(|item| !(known && item.kind == ItemKind::Unit));
        let names = items.map(|item| format!("{}（{}）", policy_file::key_of(item), item.label));
        return format!("\n      ファイルに書く名前：{}", names.collect::<Vec<_>>().join("、"));
    }
    let mut lines: Vec<String> = evidence::further(step).into_iter().map(|key| format!("あれば -e {key}")).collect();
    if step.returns_to.is_some() {
        let items: Vec<&str> = at.guideline().policy_items.iter().map(|item| item.id.as_str()).collect();
        lines.push(format!(
            "差し戻すとき shirube case return {} {} --item 事項=理由 --as 職員番号（事項は {}）",
            at.view.case.id,
            step.id,
            items.join("、")
        ));
    }
    lines.into_iter().fold(String::new(), |told, line| told + "\n      " + &line)
}

/// All cases, oldest first.
pub async fn all(hands: &Hands, town: &Town, open_only: bool) -> anyhow::Result<Exit> {
    let loaded = town.city.guideline_in_force().await?;
    let (mut cases, mut names) = (Vec::new(), BTreeMap::new());
    let mut after: Option<CaseId> = None;
    loop {
        let page = town.city.cases(after.as_ref(), store::PAGE_MAX).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        names.extend(town.city.account_names(&page).await?);
        cases.extend(page.into_iter().filter(|case| !open_only || case.state == CaseState::Open));
    }
    hands.voice.say(&cases, || {
        if cases.is_empty() {
            return "案件はありません。`shirube case open opening --unit 組織コード --as 職員番号` で始めます。"
                .to_owned();
        }
        let lines: Vec<String> = cases
            .iter()
            .map(|case| {
                let label = loaded.guideline.procedure(&case.procedure).map_or(case.procedure.as_str(), |p| &p.label);
                let state = match case.state {
                    CaseState::Open => "進行中".to_owned(),
                    CaseState::Completed { on } => format!("完了（{}）", shown(on)),
                    CaseState::Withdrawn { on } => format!("取下げ（{}）", shown(on)),
                };
                let title = case.title(label, case.account().and_then(|id| names.get(id)).map(String::as_str));
                let account = case.account().map(|id| format!("　アカウント {id}")).unwrap_or_default();
                format!("{}　{title}{account}　{}に開始　{state}", case.id, shown(case.opened_on))
            })
            .collect();
        lines.join("\n")
    })?;
    Ok(Exit::Done)
}

/// A form of the guideline, filled from the case.
pub async fn form(
    hands: &Hands,
    town: &Town,
    case: &CaseId,
    form: Option<&str>,
    print: &Print,
) -> anyhow::Result<Exit> {
    let options = PrintOptions { seals: if print.seals { Seals::With } else { Seals::Without } };
    let document = match form {
        Some(DECISION_SHEET) => town.city.decision_sheet(case, options).await?,
        _ => town.city.form(case, form, options).await?,
    };
    paper::give(hands, &document, print, town.city.today())
}

/// The name under which the sheet that every procedure has is asked for; no form of a guideline.
const DECISION_SHEET: &str = "決裁票";
