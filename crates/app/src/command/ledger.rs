//! The ledger: proving it, rebuilding what stands on it, keeping checkpoints outside, lawful erasure.

mod erase;

use std::io::Write;
use std::path::{Path, PathBuf};

use actions::{Former, LedgerReport, Told, Views};
use domain::ledger::{Checkpoint, from_hex, public_key, to_hex};
use domain::tell::PrivatePart;
use serde_json::{Value, json};

use super::Hands;
use crate::args::LedgerCommand;
use crate::exit::Exit;
use crate::home::Town;
use crate::input::{self, Mistake};
use crate::progress::Telling;
use crate::voice::out;

/// The commands on the ledger.
pub async fn run(hands: &Hands, command: LedgerCommand) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    match command {
        LedgerCommand::Verify { checkpoint, key_hex } => {
            let checkpoints = checkpoints(&town, &checkpoint, key_hex.as_deref())?;
            let mut telling = Telling::begin(hands.voice, "調べました");
            let found = town.city.verify_ledger_telling(&checkpoints, |how_far| telling.tell(how_far)).await?;
            let found = town.city.with_views_compared(found, |how_far| telling.tell(how_far)).await?;
            hands.voice.say(&value(&found), || words(&found))?;
            Ok(end(&found))
        }
        LedgerCommand::Rebuild => rebuild(hands, &town).await,
        LedgerCommand::Checkpoint { out } => checkpoint(hands, &town, out.as_deref()).await,
        LedgerCommand::Dump { file } => dump(hands, &town, &file).await,
        LedgerCommand::Show { from, limit } => show(hands, &town, from, limit).await,
        LedgerCommand::Prove { seq, out } => prove(hands, &town, seq, out.as_deref()).await,
        LedgerCommand::Erase { seqs, decision, unlist, names } => {
            let leaves = erase::leaves(&seqs)?;
            for seq in leaves.iter() {
                if !unlist {
                    erase::still_listed(&town, seq).await?;
                }
                if !names {
                    erase::still_named(&town, seq).await?;
                }
            }
            erase::run(hands, &town, &leaves, &decision).await
        }
    }
}

/// The checkpoints in these files, each with its signature checked.
pub fn checkpoints(town: &Town, files: &[PathBuf], key_hex: Option<&str>) -> anyhow::Result<Vec<Checkpoint>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let key = if let Some(hex) = key_hex {
        from_hex(hex)
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or_else(|| Mistake::new("公開鍵（--key-hex）は16進数64桁で書いてください。"))?
    } else {
        let found = town.home().key(town.code());
        found.key().map(|seed| public_key(&seed)).ok_or_else(|| {
            let damage = found.damage().unwrap_or_default();
            Mistake::new(format!(
                "チェックポイントを確かめる鍵がありません。{damage}\n次にすること：--key-hex で公開鍵を指定してください。"
            ))
        })?
    };
    files
        .iter()
        .map(|file| {
            Checkpoint::open(&input::text(file)?, &key).map_err(|error| {
                Mistake::new(format!("チェックポイント「{}」を使えません。{error}", file.display())).into()
            })
        })
        .collect()
}

/// How a verification ends the command.
pub fn end(found: &LedgerReport) -> Exit {
    let views_are_sound = !matches!(&found.views, Views::Compared { differences } if !differences.is_empty());
    if found.is_sound() && views_are_sound { Exit::Done } else { Exit::Found }
}

/// A verification for machines.
pub fn value(found: &LedgerReport) -> Value {
    let report = &found.report;
    json!({
        "sound": end(found) == Exit::Done,
        "size": report.size,
        "root": report.root.to_hex(),
        "findings": report.findings.iter()
            .map(|f| json!({ "code": f.code(), "text": f.to_string(), "next": f.next_step() }))
            .collect::<Vec<_>>(),
        "left_off": report.left_off,
        "contradictions": found.contradictions,
        "views": found.views,
        "could_not_exclude": report.could_not_exclude.iter()
            .map(|u| json!({ "code": u.code(), "text": u.to_string() }))
            .collect::<Vec<_>>(),
        "erased": report.erased.iter()
            .map(|e| json!({ "leaf": e.leaf, "by": e.by, "decision": e.decision }))
            .collect::<Vec<_>>(),
    })
}

/// What to do about something that is not as the ledger recorded it.
const RESTORE: &str = "このデータへの書き込みを止め、データベースを写しておき、正しいバックアップから `shirube restore` で戻してください。";

/// What to do about a table that is not what the ledger gives.
const REBUILD: &str = "データベースを写しておいてから、`shirube ledger rebuild` で台帳から作り直し、だれが表を書き換えたのかを確かめてください。";

/// A verification for people.
pub fn words(found: &LedgerReport) -> String {
    let report = &found.report;
    let mut lines = Vec::new();
    if end(found) == Exit::Done {
        lines.push(format!("台帳の{}件に、書き換えの跡はありません。", report.size));
    } else {
        let differences = found.views.differences();
        let count = report.findings.len() + found.contradictions.len() + differences.len();
        lines.push(format!("台帳の{}件を調べ、{count}か所に誤りを見つけました。", report.size));
        lines.extend(report.findings.iter().map(|f| format!("・{f}\n  次にすること：{}", f.next_step())));
        lines.extend(found.contradictions.iter().map(|words| format!("・{words}\n  次にすること：{RESTORE}")));
        lines.extend(differences.iter().map(|words| format!("・{words}\n  次にすること：{REBUILD}")));
        if report.left_off > 0 {
            lines.push(format!("ほかに{}か所あります。", report.left_off));
        }
    }
    match &found.views {
        Views::Compared { differences } if differences.is_empty() => {
            lines.push("案件・アカウント・やることなどの表は、台帳から作り直したものと同じです。".to_owned());
        }
        Views::NotCompared | Views::Compared { .. } => {}
        Views::Uncomparable { why } => lines.push(format!(
            "案件・アカウント・やることなどの表は、台帳とくらべていません（{why}）。くらべるには `shirube ledger rebuild` を実行してください。"
        )),
    }
    lines.push(format!("ルートハッシュ {}", report.root.to_hex()));
    lines.extend(report.erased.iter().map(|e| {
        format!("記録{}番の非公開部分は、決定「{}」により消去されています（記録{}番）。", e.leaf, e.decision, e.by)
    }));
    if !report.could_not_exclude.is_empty() {
        lines.push("データベースだけを見ては、次のことを否定できません。".to_owned());
        lines.extend(report.could_not_exclude.iter().map(|u| format!("・{u}")));
        lines.push("外に保管しているチェックポイントがあれば、--checkpoint で指定してください。".to_owned());
    }
    lines.join("\n")
}

async fn rebuild(hands: &Hands, town: &Town) -> anyhow::Result<Exit> {
    let mut telling = Telling::begin(hands.voice, "表を作り直しました");
    let rebuilt = town.city.rebuild_telling(|how_far| telling.tell(how_far)).await?;
    hands.voice.say(&rebuilt, || {
        if rebuilt.former == Former::Replaced {
            return format!(
                "台帳の{}件から表を作り直しました。使っていた表は別の版のものなので、くらべていません。",
                rebuilt.entries
            );
        }
        if rebuilt.differences.is_empty() {
            return format!("台帳の{}件から表を作り直しました。使っていた表と同じでした。", rebuilt.entries);
        }
        let lines: Vec<String> = rebuilt.differences.iter().map(|words| format!("・{words}")).collect();
        format!(
            "台帳の{}件から表を作り直し、次の違いを正しました。\n{}\n次にすること：だれが表を書き換えたのかを確かめてください。",
            rebuilt.entries,
            lines.join("\n")
        )
    })?;
    town.publish_after_act().await;
    Ok(if rebuilt.differences.is_empty() { Exit::Done } else { Exit::Found })
}

async fn checkpoint(hands: &Hands, town: &Town, to: Option<&Path>) -> anyhow::Result<Exit> {
    let seed = signing_key(town)?;
    let note = town.city.checkpoint(&seed).await?;
    let key = to_hex(&public_key(&seed));
    match to {
        None => hands.voice.say(&json!({ "checkpoint": note, "public_key": key }), || note.clone())?,
        Some(file) => {
            std::fs::write(file, &note).map_err(|error| {
                Mistake::new(format!("「{}」に書けません（{}）。", file.display(), input::why(&error)))
            })?;
            hands.voice.say(&json!({ "file": file, "public_key": key }), || {
                format!(
                    "チェックポイントを {} に書きました。このデータとは別の場所に保管してください。",
                    file.display()
                )
            })?;
        }
    }
    hands.voice.aside(&format!("確かめるための公開鍵：{key}"));
    Ok(Exit::Done)
}

async fn show(hands: &Hands, town: &Town, from: u64, limit: u32) -> anyhow::Result<Exit> {
    let told = town.city.told(from, limit).await?;
    hands.voice.say(&told, || {
        if told.is_empty() {
            return "この番号からの記録はありません。".to_owned();
        }
        told.iter().map(lines).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

/// An entry with its words and files, for people.
fn lines(told: &Told) -> String {
    let sentence = &told.sentence;
    let mut lines = vec![format!("{}番　{sentence}", sentence.seq)];
    lines.extend(sentence.words.iter().map(|words| format!("  {}：{}", words.label, words.text)));
    lines.extend(sentence.files.iter().map(|file| {
        let name = file.name.as_deref().unwrap_or("（消去済み）");
        format!("  添付：{name}（{}、{}）", file.attachment.media.label(), file.attachment.size())
    }));
    if sentence.private == PrivatePart::Gone {
        lines.push("  非公開部分は、消去されています。".to_owned());
    }
    lines.join("\n")
}

async fn prove(hands: &Hands, town: &Town, seq: u64, to: Option<&Path>) -> anyhow::Result<Exit> {
    let seed = signing_key(town)?;
    let proof = town.city.entry_proof(seq, &seed).await?;
    let key = to_hex(&public_key(&seed));
    match to {
        None => hands.voice.say(&json!({ "proof": proof, "public_key": key }), || proof.clone())?,
        Some(file) => {
            std::fs::write(file, &proof).map_err(|error| {
                Mistake::new(format!("「{}」に書けません（{}）。", file.display(), input::why(&error)))
            })?;
            hands.voice.say(&json!({ "file": file, "public_key": key }), || {
                format!(
                    "記録{seq}番の証明を {} に書きました。記録の内容（職や日付など）が入っています。",
                    file.display()
                )
            })?;
        }
    }
    hands.voice.aside(&format!("確かめるための公開鍵：{key}"));
    Ok(Exit::Done)
}

fn signing_key(town: &Town) -> anyhow::Result<[u8; 32]> {
    let found = town.home().key(town.code());
    Ok(found.key().ok_or_else(|| {
        let absent = || {
            format!(
                "署名の鍵（keys/{}.key）がありません。次にすること：控えておいた鍵を keys フォルダーに戻してください。",
                town.code()
            )
        };
        Mistake::new(found.damage().unwrap_or_else(absent))
    })?)
}

async fn dump(hands: &Hands, town: &Town, file: &Path) -> anyhow::Result<Exit> {
    let created = create_private(file).map_err(|error| {
        Mistake::new(format!(
            "「{}」を新しく作れません（{}）。まだない名前を指定してください。",
            file.display(),
            input::why(&error)
        ))
    })?;
    let mut writer = std::io::BufWriter::new(created);
    let mut telling = Telling::begin(hands.voice, "書き出しました");
    let entries = town.city.dump_ledger_telling(&mut writer, |how_far| telling.tell(how_far)).await?;
    writer.flush()?;
    hands.voice.say(&json!({ "entries": entries, "file": file }), || {
        format!(
            "台帳の{entries}件を {} に書き出しました。氏名などの非公開部分も入っています。取扱いに注意してください。",
            file.display()
        )
    })?;
    Ok(Exit::Done)
}

/// A new file that only its owner may read.
pub fn create_private(file: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Says a verification after a restore.
pub fn tell(hands: &Hands, found: &LedgerReport, before: &str) -> anyhow::Result<Exit> {
    match hands.voice {
        crate::voice::Voice::Machines => hands.voice.say(&value(found), String::new)?,
        crate::voice::Voice::People => out(&format!("{before}\n{}", words(found)))?,
    }
    Ok(end(found))
}
