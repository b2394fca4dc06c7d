//! Guidelines: beginning with one, checking, showing, comparing, adopting.

mod outline;

use std::path::{Path, PathBuf};

use domain::guideline::{self, Carried, CoverageReport, Guideline, Loaded, Problem, Run, Step, Strength};
use jiff::civil::Date;
use serde_json::json;

use super::{Hands, shown};
use crate::args::GuidelineCommand;
use crate::exit::Exit;
use crate::input::{self, Mistake};
use crate::settings::Settings;
use actions::{ActError, GuidelineFiles};

/// Makes a municipality's register and adopts its first guideline.
pub async fn init(
    hands: &Hands,
    folder: &Path,
    from: Option<Date>,
    notice: Option<String>,
    contact: Option<String>,
) -> anyhow::Result<Exit> {
    let files = input::guideline(folder)?;
    let loaded = files.load()?;
    let municipality = &loaded.guideline.municipality;
    let made = hands.home.folders_to_make(&municipality.code);
    let town = hands.home.make(&municipality.code).await?;
    let from = from.unwrap_or_else(|| town.city.today());
    let settings = Settings { notice, contact, ..Settings::default() };
    if settings != Settings::default() {
        hands.home.keep_settings(&municipality.code, &settings)?;
    }
    let recorded = match town.city.adopt(&files, from).await {
        Ok(recorded) => recorded,
        Err(error) => {
            hands.home.close().await;
            hands.home.unmake(&municipality.code, &made);
            return Err(error.into());
        }
    };
    let words = format!(
        "{}（{}）の台帳を作り、「{}」を{}から登録しました。\n次にすること：職員の名簿を `shirube office import 名簿.csv --from 日 ` で確かめ、--yes を付けて取り込みます。",
        municipality.name,
        municipality.code,
        loaded.guideline.guideline.title,
        shown(from)
    );
    hands.recorded(&town, &recorded, &words).await
}

/// The commands on guideline files.
pub async fn run(hands: &Hands, command: GuidelineCommand) -> anyhow::Result<Exit> {
    match command {
        GuidelineCommand::Check { dir } => check(hands, &dir),
        GuidelineCommand::Show { dir } => show(hands, &dir),
        GuidelineCommand::Diff { dirs } => diff(hands, &dirs).await,
        GuidelineCommand::Coverage { dir } => coverage(hands, &dir),
        GuidelineCommand::Schema { clauses } => {
            let schema = if clauses { guideline::clauses_schema() } else { guideline::schema() };
            hands.voice.say(schema, || serde_json::to_string_pretty(schema).unwrap_or_default())?;
            Ok(Exit::Done)
        }
        GuidelineCommand::Adopt { dir, from } => adopt(hands, &dir, from).await,
    }
}

/// Reads files to look at them: what was adopted once can be looked at for ever.
fn load(files: &GuidelineFiles) -> Result<Loaded, ActError> {
    files.with(guideline::read_adopted).map_err(ActError::Guideline)
}

fn check(hands: &Hands, dir: &Path) -> anyhow::Result<Exit> {
    let files = input::guideline(dir)?;
    let problems = match files.with(guideline::read) {
        Ok(loaded) => {
            let guideline = &loaded.guideline;
            let steps: usize = guideline.procedures.iter().map(|p| p.steps.len()).sum();
            let value = json!({ "title": guideline.guideline.title, "hash": loaded.hash, "problems": [] });
            hands.voice.say(&value, || {
                format!(
                    "「{}」に誤りはありません。\n手続 {}、手順 {steps}、義務 {}、様式 {}。ハッシュ {}",
                    guideline.guideline.title,
                    guideline.procedures.len(),
                    guideline.duties.len(),
                    guideline.forms.len(),
                    loaded.hash
                )
            })?;
            return Ok(Exit::Done);
        }
        Err(problems) => problems,
    };
    hands.voice.say(&json!({ "problems": problems }), || listed(&problems))?;
    Ok(Exit::Found)
}

fn listed(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    format!("{}\n\n直すところが{}か所あります。", lines.join("\n"), problems.len())
}

fn show(hands: &Hands, dir: &Path) -> anyhow::Result<Exit> {
    let loaded = load(&input::guideline(dir)?)?;
    hands.voice.say(&loaded.guideline, || outline(&loaded.guideline))?;
    Ok(Exit::Done)
}

fn outline(guideline: &Guideline) -> String {
    let mut lines = vec![format!(
        "{}（{}）\n{}　団体コード {}",
        guideline.guideline.title,
        guideline.guideline.version,
        guideline.municipality.name,
        guideline.municipality.code
    )];
    lines.extend(outline::before(guideline));
    lines.push(format!("\n■ {}の事項", guideline.words.policy));
    lines.extend(guideline.policy_items.iter().map(|i| format!("  {}　{}　［{}］", i.id, i.label, i.basis.shown())));
    for procedure in &guideline.procedures {
        lines.push(format!("\n■ {}　{}　［{}］", procedure.id, procedure.label, procedure.basis.shown()));
        if !procedure.purpose.is_carried_out() {
            lines.push("  （しるべではまだ行いません。）".to_owned());
        }
        lines.extend(procedure.steps.iter().map(|step| line_of(step, guideline)));
    }
    lines.extend(outline::after(guideline));
    lines.join("\n")
}

fn line_of(step: &Step, guideline: &Guideline) -> String {
    let by: Vec<&str> = step.by.iter().filter_map(|id| guideline.role(id)).map(|role| role.label.as_str()).collect();
    let after: Vec<&str> = step.after.iter().map(|edge| edge.step.as_str()).collect();
    let after = if after.is_empty() { String::new() } else { format!("　←{}", after.join("、")) };
    format!(
        "  {}　{}（{}、{}）{after}{}　［{}］",
        step.id,
        step.label,
        by.join("・"),
        strength(step.strength),
        outline::rules(step),
        step.basis.shown()
    )
}

/// How strongly a guideline says a thing, in its own words.
pub fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Must => "しなければならない",
        Strength::InPrinciple => "原則として",
        Strength::Effort => "努める",
        Strength::AsNeeded => "必要に応じて",
        Strength::May => "できる",
        Strength::None => "定めなし",
    }
}

async fn diff(hands: &Hands, dirs: &[PathBuf]) -> anyhow::Result<Exit> {
    let (old, new) = match dirs {
        [old, new] => (load(&input::guideline(old)?)?, load(&input::guideline(new)?)?),
        [new] => {
            let in_force = hands.town().await?.city.guideline_files_in_force().await?;
            (load(&in_force)?, load(&input::guideline(new)?)?)
        }
        _ => return Err(Mistake::new("比べるフォルダーを一つか二つ指定してください。").into()),
    };
    let changes = guideline::diff(&old, &new);
    hands.voice.say(&changes, || {
        if changes.is_empty() {
            return "違いはありません。".to_owned();
        }
        let lines: Vec<String> = changes.iter().map(|change| format!("・{}", change.sentence)).collect();
        format!("{}\n\n違いは{}か所です。", lines.join("\n"), changes.len())
    })?;
    Ok(Exit::Done)
}

fn coverage(hands: &Hands, dir: &Path) -> anyhow::Result<Exit> {
    let files = input::guideline(dir)?;
    let loaded = load(&files)?;
    let report = guideline::coverage(&loaded, files.source.as_deref());
    hands.voice.say(&report, || table(&report, &loaded.guideline))?;
    Ok(if report.problems.is_empty() { Exit::Done } else { Exit::Found })
}

fn table(report: &CoverageReport, guideline: &Guideline) -> String {
    let mut lines: Vec<String> = report
        .rows
        .iter()
        .map(|row| {
            let by: Vec<String> = row
                .by
                .iter()
                .map(|(leaf, _)| if row.later.contains(leaf) { format!("{leaf}（まだ）") } else { leaf.clone() })
                .collect();
            let because = row.shown_because.as_ref().map(|why| format!("（{why}）")).unwrap_or_default();
            let by = if by.is_empty() { "―".to_owned() } else { by.join("、") };
            let carried = if row.run == Run::Later { "まだ行いません" } else { carried(row.carried) };
            format!("{}　{}　{carried}　{by}{because}", row.clause, strength(row.strength))
        })
        .collect();
    let of = |wanted| report.of(wanted).count();
    lines.push(format!(
        "\n条は{}。守らせる{}、やることに出す{}、記録に残す{}、示す{}、まだ行わない{}。",
        report.rows.len(),
        of(Carried::Enforced),
        of(Carried::Tasked),
        of(Carried::Recorded),
        of(Carried::Shown),
        report.later().count()
    ));
    lines.extend(not_run(guideline));
    if report.problems.is_empty() {
        lines.push("漏れも、原文との違いもありません。".to_owned());
    } else {
        lines.push(listed(&report.problems));
    }
    lines.join("\n")
}

/// The city's figures that nothing reads yet.
fn not_run(guideline: &Guideline) -> Option<String> {
    let labels: Vec<&str> = guideline.settings.iter().map(|setting| setting.id.label()).collect();
    (!labels.is_empty()).then(|| format!("市の運用の値のうち、まだ使われないもの：{}。", labels.join("、")))
}

fn carried(carried: Carried) -> &'static str {
    match carried {
        Carried::Enforced => "守らせる",
        Carried::Tasked => "やることに出す",
        Carried::Recorded => "記録に残す",
        Carried::Shown => "示す",
    }
}

async fn adopt(hands: &Hands, dir: &Path, from: Option<Date>) -> anyhow::Result<Exit> {
    let files = input::guideline(dir)?;
    let town = hands.town().await?;
    let from = from.unwrap_or_else(|| town.city.today());
    let recorded = town.city.adopt(&files, from).await?;
    hands.recorded(&town, &recorded, &format!("ガイドラインの新しい版を{}から登録しました。", shown(from))).await
}
