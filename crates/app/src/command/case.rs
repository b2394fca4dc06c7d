//! Cases: opening, drafting, doing a step, sending back, withdrawing, showing.

mod show;

use std::path::Path;

use actions::{ActError, Opening, Stepping};
use domain::case::{Outcome, Urgency};
use domain::evidence::{Decision, DecisionKind, Evidence, EvidenceKind};
use domain::guideline::{Guideline, Procedure, Step};
use domain::id::{AccountId, CaseId};
use domain::policy::{self, Policy, Stage};
use domain::refusal::{Refusal, RefusalKind};
use serde_json::json;

use super::{Hands, by, units};
use crate::args::{ByArgs, CaseCommand, DoArgs, OpenArgs};
use crate::evidence;
use crate::exit::Exit;
use crate::home::Town;
use crate::input::{self, Mistake};
use crate::policy as policy_file;

/// The commands on cases.
pub async fn run(hands: &Hands, command: CaseCommand) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    match command {
        CaseCommand::Open(args) => open(hands, &town, args).await,
        CaseCommand::Draft { case, file, note, yes, by } => {
            let agrees = if yes { Voiding::Agreed } else { Voiding::Ask };
            draft(hands, &town, &case, &file, note, agrees, &by).await
        }
        CaseCommand::Do(args) => step(hands, &town, args).await,
        CaseCommand::Return { case, step, items, seen, by: who } => {
            let reasons = items.iter().map(|item| input::pair(item)).collect::<Result<Vec<_>, _>>()?;
            let case = CaseId(case);
            let recorded = town.city.send_back(&case, &step, &reasons, seen, &by(&who, &town), hands.key()).await?;
            hands.recorded(&town, &recorded, &format!("案件 {case} を差し戻しました。")).await
        }
        CaseCommand::Withdraw { case, because, by: who } => {
            let case = CaseId(case);
            let recorded = town.city.withdraw(&case, &because, &by(&who, &town), hands.key()).await?;
            hands.recorded(&town, &recorded, &format!("案件 {case} を取り下げました。")).await
        }
        CaseCommand::Show { case } => show::one(hands, &town, &CaseId(case)).await,
        CaseCommand::List { open } => show::all(hands, &town, open).await,
        CaseCommand::Form { case, form, print } => {
            show::form(hands, &town, &CaseId(case), form.as_deref(), &print).await
        }
    }
}

async fn open(hands: &Hands, town: &Town, args: OpenArgs) -> anyhow::Result<Exit> {
    let opening = Opening {
        procedure: args.procedure,
        account: args.account.map(AccountId),
        units: units(&args.units),
        theme: args.theme,
        reason: args.reason,
        urgency: if args.emergency { Urgency::Emergency } else { Urgency::Ordinary },
        attachments: Vec::new(),
    };
    let recorded = town.city.open(&opening, &by(&args.by, town), hands.key()).await.inspect_err(|error| {
        // A known account has its units already, and none can be given.
        let unit = if opening.account.is_none() { "、所属は --unit" } else { "" };
        if let ActError::Refused(refusal) = error
            && matches!(refusal.kind, RefusalKind::ReasonMissing | RefusalKind::Incomplete)
        {
            hands.voice.aside(&format!("コマンドでは、テーマは --theme、理由は --reason{unit} に書きます。"));
        }
    })?;
    let case = recorded.case.clone().unwrap_or_default();
    let account = recorded.account.clone().unwrap_or_default();
    let words = format!(
        "案件 {case}（アカウント {account}）を始めました。\n次にすること：`shirube case show {case}` で手順を確かめます。"
    );
    hands.recorded(town, &recorded, &words).await
}

async fn draft(
    hands: &Hands,
    town: &Town,
    case: &str,
    file: &Path,
    note: Option<String>,
    voiding: Voiding,
    who: &ByArgs,
) -> anyhow::Result<Exit> {
    let content = policy_file::read(file)?;
    let case = CaseId(case.to_owned());
    let at = At::of(town, &case).await?;
    policy_file::known_to(file, &content, at.guideline())?;
    let drafts = || at.procedure().map(|procedure| procedure.steps.iter().filter(|step| step.kind.writes_policy()));
    let is_open = |step: &&Step| at.view.open.iter().any(|open| open.step == step.id);
    let applies = |step: &&Step| at.view.case.applies(step, at.guideline());
    // What is open is meant; a draft that is written anew is not open, and belongs to the case.
    let step = drafts()?.find(is_open).or(drafts()?.find(applies)).or(drafts()?.next()).ok_or_else(|| {
        Mistake::new(format!(
            "案件 {case} の手続に、方針を作成する手順はありません。`shirube case show {case}` で確かめてください。"
        ))
    })?;
    let undone = voided(&at, step, &content, town)?;
    if !undone.is_empty() && voiding == Voiding::Ask {
        // Who may not is told that, and nothing else.
        town.city.may_do(&case, &step.id, &by(who, town)).await?;
        return Err(Mistake::new(format!(
            "書き直すと、次の手順がやり直しになります（まだ何も記録していません）。\n{}\n次にすること：よければ、同じコマンドに --yes を付けて実行してください。",
            undone.iter().map(|step| format!("・{}（{}）", step.label, step.id)).collect::<Vec<_>>().join("\n")
        ))
        .into());
    }
    let order = Stepping {
        case: case.clone(),
        step: step.id.clone(),
        outcome: Outcome::Done,
        evidence: Evidence::Policy,
        policy: Some(content.clone()),
        note,
        contact_person: None,
        attachments: Vec::new(),
        seen: None,
    };
    let recorded = town.city.step(&order, &by(who, town), hands.key()).await?;
    let exit = hands
        .recorded(town, &recorded, &format!("案件 {case} の{}を記録しました。", at.guideline().words.policy))
        .await?;
    hands.voice.aside(&left_to_do(town, &at, &content).await?);
    Ok(exit)
}

/// Whether somebody has agreed to what a new version of a policy makes void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voiding {
    /// Nobody was asked yet.
    Ask,
    /// They have.
    Agreed,
}

/// The steps that a new version makes void; none where it says nothing new, which is refused for itself.
fn voided<'a>(at: &'a At, draft: &Step, content: &Policy, town: &Town) -> Result<Vec<&'a Step>, ActError> {
    let procedure = at.procedure()?;
    let former = at.view.case.policy.as_ref().and_then(|version| version.content.as_ref());
    let says = |former: &Policy| policy::diff(former, content, at.guideline(), town.city.networks());
    if former.is_some_and(|former| says(former).is_empty()) {
        return Ok(Vec::new());
    }
    let undone = at.view.case.undone_by_draft(draft, procedure);
    Ok(procedure.steps.iter().filter(|step| undone.contains(&step.id)).collect())
}

/// What a recorded draft still lacks for its filing.
async fn left_to_do(town: &Town, at: &At, content: &Policy) -> anyhow::Result<String> {
    let networks = town.city.networks();
    let mut problems = policy::problems(content, at.guideline(), networks, Stage::Filing);
    problems.extend(policy::is_over(content, at.guideline(), town.city.today()));
    let mut lines: Vec<String> =
        problems.iter().map(|p| format!("・{}（{}）→{}", p.what, p.basis.shown(), p.next)).collect();
    let untold = policy::untold(content, at.guideline(), networks, at.view.account.stable.as_ref());
    lines.extend(untold.map(|p| format!("・{}→{}", p.message(networks), p.next(networks))));
    if let Some(holder) = town.city.holder_of(content, at.guideline(), &at.view.account.id).await? {
        let name = holder.name.as_deref().unwrap_or("名称未定");
        lines.push(format!(
            "・このＵＲＬのアカウントは、すでに台帳にあります（{name}、{}）。→ＵＲＬを確かめてください。同じアカウントなら、そのアカウントの案件として進めてください。",
            holder.standing.label()
        ));
    }
    if lines.is_empty() {
        return Ok("届出に必要な事項はそろっています。".to_owned());
    }
    Ok(format!(
        "記録はしましたが、届出までに直すところが{}か所あります。\n{}\n次にすること：ファイルを直して、もう一度 case draft を実行してください。",
        lines.len(),
        lines.join("\n")
    ))
}

async fn step(hands: &Hands, town: &Town, args: DoArgs) -> anyhow::Result<Exit> {
    let case = CaseId(args.case.clone());
    let at = At::of(town, &case).await?;
    let step = at.step(&args.step)?;
    if step.kind.writes_policy() && !args.exception && !args.not_needed {
        return Err(Mistake::new(format!(
            "「{}」は `shirube case draft {case} --file 方針.toml --as 職員番号` で行います。",
            step.label
        ))
        .into());
    }
    let outcome = outcome(&args);
    let evidence = match outcome {
        Outcome::Done => match proof(step, &args) {
            Ok(evidence) => evidence,
            Err(mistake) => {
                // Who may not is told so, and is not asked for a proof.
                town.city.may_do(&case, &step.id, &by(&args.by, town)).await?;
                return Err(mistake.into());
            }
        },
        // What was not done is proved by its reason alone.
        Outcome::Exception | Outcome::NotNeeded => Evidence::Plain,
    };
    let order = Stepping {
        case: case.clone(),
        step: args.step.clone(),
        outcome,
        evidence,
        policy: None,
        note: args.note.clone(),
        contact_person: args.contact.clone(),
        attachments: Vec::new(),
        seen: args.seen,
    };
    let recorded = town.city.step(&order, &by(&args.by, town), hands.key()).await.inspect_err(|error| {
        keyed(hands, error, step);
    })?;
    let words = match outcome {
        Outcome::Done => format!("「{}」を記録しました。", step.label),
        Outcome::Exception => format!("「{}」を、原則によらないものとして理由とともに記録しました。", step.label),
        Outcome::NotNeeded => format!("「{}」を、必要なしとして理由とともに記録しました。", step.label),
    };
    let exit = hands.recorded(town, &recorded, &words).await?;
    show::next(hands, town, &case).await?;
    Ok(exit)
}

/// Says with which arguments a step's refusal is met: the refusal itself speaks to officers, who know none.
fn keyed(hands: &Hands, error: &ActError, step: &Step) {
    let ActError::Refused(refusal) = error else { return };
    match refusal.kind {
        RefusalKind::ReasonMissing | RefusalKind::StrengthForbids => {
            hands.voice.aside("コマンドでは、理由は --note に書きます。");
        }
        RefusalKind::WrongEvidence => hands.voice.aside(&evidence::told(step)),
        // What a policy lacks stands in its file, and in no argument.
        RefusalKind::Incomplete if refusal.items.is_empty() && !evidence::is_plain(step) => {
            hands.voice.aside(&evidence::told(step));
        }
        _ => {}
    }
}

fn outcome(args: &DoArgs) -> Outcome {
    match (args.exception, args.not_needed) {
        (true, _) => Outcome::Exception,
        (false, true) => Outcome::NotNeeded,
        (false, false) => Outcome::Done,
    }
}

/// What proves the step: the pairs or the JSON, with the arguments that have a name of their own.
fn proof(step: &Step, args: &DoArgs) -> Result<Evidence, Mistake> {
    if let Some(text) = &args.evidence_json {
        return evidence::read_json(step, text);
    }
    let mut pairs = args.evidence.iter().map(|typed| input::pair(typed)).collect::<Result<Vec<_>, _>>()?;
    if let Some(number) = &args.document_number {
        pairs.push(("document_number".to_owned(), number.clone()));
    }
    if let Some(day) = args.received_on {
        pairs.push(("received_on".to_owned(), day.to_string()));
    }
    if pairs.is_empty() && step.kind.evidence() == EvidenceKind::Decision {
        return Ok(Evidence::Decision(Decision { how: DecisionKind::Decided, ..Decision::default() }));
    }
    evidence::read(step, &pairs)
}

/// A case with the guideline that it began with.
struct At {
    view: actions::CaseView,
    rules: std::sync::Arc<actions::LoadedGuideline>,
}

impl At {
    async fn of(town: &Town, case: &CaseId) -> anyhow::Result<Self> {
        let view = town.city.case(case).await?;
        let rules = town.city.guideline_of(&view.case).await?;
        Ok(Self { view, rules })
    }

    fn guideline(&self) -> &Guideline {
        &self.rules.guideline
    }

    fn procedure(&self) -> Result<&Procedure, ActError> {
        let id = &self.view.case.procedure;
        self.guideline().procedure(id).ok_or_else(|| ActError::Inconsistent(format!("手続 {id}")))
    }

    fn step(&self, id: &str) -> Result<&Step, ActError> {
        let procedure = self.procedure()?;
        procedure.step(id).ok_or_else(|| {
            let known: Vec<String> = procedure.steps.iter().map(|s| format!("{}（{}）", s.id, s.label)).collect();
            Refusal::new(
                RefusalKind::NotFound,
                format!("手続「{}」に手順「{id}」はありません。", procedure.label),
                format!("次の手順から選んでください：{}", known.join("、")),
            )
            .into()
        })
    }

    fn value(&self) -> serde_json::Value {
        json!(self.view)
    }
}
