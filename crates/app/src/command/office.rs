//! The office: importing a staff list, changing units, asking who does what.

use std::collections::BTreeMap;
use std::path::Path;

use actions::{HeldRows, ImportPreview, OfficeImport, RowRead, StaffList, Verdict};
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{Around, Capacity, Office, OfficeChange, Place, Post, each_once};
use jiff::civil::Date;
use serde_json::json;

use super::{Hands, shown, units};
use crate::args::OfficeCommand;
use crate::exit::Exit;
use crate::input::{self, Mistake};

/// The commands on the office.
pub async fn run(hands: &Hands, command: OfficeCommand) -> anyhow::Result<Exit> {
    let unit = |code: String| UnitId(code);
    let agreed = command.is_agreed();
    let changes = match command {
        OfficeCommand::Import { file, from, yes, leave_out } => {
            return import(hands, &file, from, yes, leave_out).await;
        }
        OfficeCommand::Show { on } => return show(hands, on).await,
        OfficeCommand::Resolve { role, units, on } => return resolve(hands, &role, &units, on).await,
        OfficeCommand::Found { unit: code, name, kana, level, under, from } => {
            let parent = under.map(UnitId);
            vec![OfficeChange::UnitFounded {
                unit: unit(code),
                name,
                kana,
                level: level.into(),
                parent,
                key: None,
                from,
            }]
        }
        OfficeCommand::Rename { unit: code, name, kana, from } => {
            let unit = unit(code);
            // A reading that is not given stays.
            let stands = hands.town().await?.city.office().await?;
            let stands = stands.units.get(&unit).map(|unit| unit.kana_on(from).to_owned());
            vec![OfficeChange::UnitRenamed { unit, name, kana: kana.or(stands).unwrap_or_default(), from }]
        }
        OfficeCommand::Move { unit: code, under, from } => {
            vec![OfficeChange::UnitMoved { unit: unit(code), parent: under.map(UnitId), from }]
        }
        OfficeCommand::Merge { units: codes, into, on, .. } => codes
            .into_iter()
            .map(|code| OfficeChange::UnitAbolished { unit: unit(code), on, successors: vec![UnitId(into.clone())] })
            .collect(),
        OfficeCommand::Split { unit: code, into, on, .. } => {
            vec![OfficeChange::UnitAbolished { unit: unit(code), on, successors: units(&into) }]
        }
        OfficeCommand::Abolish { unit: code, successor, on, .. } => {
            vec![OfficeChange::UnitAbolished { unit: unit(code), on, successors: units(&successor) }]
        }
        OfficeCommand::Deputy { person, position, from, until } => {
            vec![OfficeChange::DeputyNamed { person: PersonId(person), position: PositionId(position), from, until }]
        }
        OfficeCommand::Assign { person, position, from } => {
            vec![OfficeChange::Assigned { person: PersonId(person), position: PositionId(position), from }]
        }
        OfficeCommand::Leave { person, position, until, .. } => {
            vec![OfficeChange::Unassigned { person: PersonId(person), position: PositionId(position), until }]
        }
    };
    let town = hands.town().await?;
    let left = left_told(&town.city.left_by(&changes).await?);
    if let Some(left) = left.as_ref().filter(|_| !agreed) {
        return Err(Mistake::new(format!(
            "{left}\nまだ何も登録していません。\n次にすること：先に後を継ぐ組織・後任・代決者を登録するか、承知のうえなら、同じコマンドに --yes を付けて実行してください。"
        ))
        .into());
    }
    let recorded = town.city.change_office(changes, BTreeMap::new()).await?;
    let exit = hands.recorded(&town, &recorded, "組織の変更を登録しました。").await?;
    if let Some(left) = left {
        hands.voice.aside(&left);
    }
    Ok(exit)
}

/// The accounts that a change leaves without a unit or a head; `None` where it leaves none so.
fn left_told(left: &[String]) -> Option<String> {
    let lines: Vec<String> = left.iter().map(|account| format!("・{account}")).collect();
    (!lines.is_empty()).then(|| {
        format!(
            "この変更で、次のアカウントは所管する組織か所属長を欠きます（所管を別の組織に移す手続は、まだ用意されていません）。\n{}",
            lines.join("\n")
        )
    })
}

async fn import(hands: &Hands, file: &Path, from: Date, confirmed: bool, leave_out: bool) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    let held = if leave_out { HeldRows::LeaveOut } else { HeldRows::Ask };
    let list = OfficeImport { bytes: input::bytes(file)?, from };
    let preview = town.city.preview_office(&list).await?;
    if !preview.problems.is_empty() {
        let words = format!(
            "名簿に直すところがあるため、何も取り込みませんでした。\n{}\n{}",
            preview.problems.join("\n"),
            rows_told(&preview)
        );
        return Err(Mistake::new(words).into());
    }
    if preview.changes.is_empty() {
        hands.voice.say(&preview, || format!("{}\n変わるところはありません。", rows_told(&preview)))?;
        return Ok(Exit::Done);
    }
    if !confirmed {
        hands.voice.say(&preview, || {
            let lines: Vec<String> = preview.changes.iter().map(|change| format!("・{change}")).collect();
            let how = match preview.list.count(Verdict::Held) {
                0 => "--yes".to_owned(),
                held => format!("--yes --leave-out（答えを待つ{held}行を除く）"),
            };
            let left = left_told(&preview.left).map(|left| format!("\n{left}")).unwrap_or_default();
            format!(
                "{}\n取り込むと次の{}件が変わります（まだ何も書いていません）。\n{}{left}\n次にすること：よければ、同じコマンドに {how} を付けて実行してください。",
                rows_told(&preview),
                preview.changes.len(),
                lines.join("\n")
            )
        })?;
        return Ok(Exit::Done);
    }
    let (count, list) = (preview.changes.len(), preview.list.clone());
    let recorded = town.city.import_office(preview, held).await?;
    let left_out: Vec<&RowRead> = LEFT_OUT.into_iter().flat_map(|verdict| list.of(verdict)).collect();
    let mut value = serde_json::to_value(&recorded)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("left_out".to_owned(), json!(left_out));
    }
    hands.recorded_as(&town, &recorded, &value, &imported(count, &list)).await
}

/// The rows of which nothing was taken in.
const LEFT_OUT: [Verdict; 2] = [Verdict::Held, Verdict::Skipped];

/// What is said of a list that was taken in: how much changed, and each row of which nothing was.
fn imported(changes: usize, list: &StaffList) -> String {
    let mut lines = vec![format!("名簿を取り込みました。変わったのは{changes}件です。")];
    for verdict in LEFT_OUT {
        let count = list.count(verdict);
        if count > 0 {
            lines.push(format!("取り込まなかった行（{}）：{count}行", verdict.label()));
            lines.extend(list.of(verdict).map(|row| format!("・{}", row.sentence())));
        }
    }
    if list.count(Verdict::Held) > 0 {
        lines.push(
            "これらの行の人と職は、今のままです。次にすること：名簿のその行を直して、もう一度取り込んでください。"
                .to_owned(),
        );
    }
    lines.join("\n")
}

/// What became of the rows of a list: how it was read, and every row that has something to say.
fn rows_told(preview: &ImportPreview) -> String {
    let list = &preview.list;
    let mut lines = list.notes.clone();
    for verdict in [Verdict::Taken, Verdict::Same, Verdict::Held, Verdict::Skipped, Verdict::Refused] {
        let count = list.count(verdict);
        if count > 0 {
            lines.push(format!("{}：{count}行", verdict.label()));
        }
        lines.extend(list.explained(verdict).map(|row| format!("・{row}")));
    }
    lines.join("\n")
}

async fn show(hands: &Hands, on: Option<Date>) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    let day = on.unwrap_or_else(|| town.city.today());
    let office = town.city.office().await?;
    hands.voice.say(office.as_ref(), || {
        let mut lines = vec![format!("{}の組織", shown(day))];
        branch(&office, None, day, 0, &mut lines);
        if lines.len() == 1 {
            lines.push("まだ登録がありません。`shirube office import` で名簿を取り込んでください。".to_owned());
        }
        lines.join("\n")
    })?;
    Ok(Exit::Done)
}

/// One level of the tree; a unit that stands under itself ends at the depth where the eye gives up.
fn branch(office: &Office, above: Option<&UnitId>, day: Date, depth: usize, lines: &mut Vec<String>) {
    const DEEPEST: usize = 8;
    if depth > DEEPEST {
        return;
    }
    let indent = "  ".repeat(depth);
    let here = office.units.values().filter(|unit| unit.exists_on(day) && unit.parent_on(day) == above);
    for unit in here {
        lines.push(format!("{indent}{}　{}", unit.id, unit.name_on(day)));
        for position in office.positions.values().filter(|position| position.unit == unit.id) {
            let head = if position.place == Place::Head { "◎" } else { "・" };
            let now = |a: &&domain::office::Assignment| a.position == position.id && a.covers(day);
            let holders: Vec<String> =
                office.assignments.iter().filter(now).map(|a| named(office, &a.person)).collect();
            let holders = if holders.is_empty() { "欠員".to_owned() } else { holders.join("、") };
            lines.push(format!("{indent}  {head}{}　{}：{holders}", position.id, position.title));
        }
        branch(office, Some(&unit.id), day, depth + 1, lines);
    }
}

fn named(office: &Office, person: &PersonId) -> String {
    let name = office.people.get(person).and_then(|known| known.name.as_deref());
    name.map_or_else(|| person.to_string(), |name| format!("{name}（{person}）"))
}

async fn resolve(hands: &Hands, role: &str, codes: &[String], on: Option<Date>) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    let day = on.unwrap_or_else(|| town.city.today());
    let loaded = town.city.guideline_in_force().await?;
    let known = loaded.guideline.role(role).ok_or_else(|| {
        let roles: Vec<String> = loaded.guideline.roles.iter().map(|r| format!("{}（{}）", r.id, r.label)).collect();
        Mistake::new(format!("役割「{role}」はありません。次から選んでください：{}", roles.join("、")))
    })?;
    let office = town.city.office().await?;
    let around = units(codes);
    let posts = each_once(office.holders(&known.holder, Around { units: &around, designated: &[] }, day));
    hands.voice.say(&json!({ "role": known.id, "on": day, "posts": posts }), || {
        let heading = format!("{}　{}　［{}］", shown(day), known.label, known.basis.shown());
        if posts.is_empty() {
            return format!("{heading}\nその日の在任者がいません。--unit の指定と、職員の登録を確かめてください。");
        }
        let lines: Vec<String> = posts.iter().map(|post| line_of(&office, post)).collect();
        format!("{heading}\n{}", lines.join("\n"))
    })?;
    Ok(Exit::Done)
}

fn line_of(office: &Office, post: &Post) -> String {
    let deputy = if post.capacity == Capacity::Deputy { "（代決）" } else { "" };
    format!("・{}　{}{deputy}", post.title, named(office, &post.person))
}
