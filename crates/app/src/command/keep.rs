//! Backups: one municipality into one file, and back into an empty place.

use std::io::Write;
use std::path::{Path, PathBuf};

use domain::ledger::{public_key, to_hex};
use serde_json::json;

use super::{Hands, ledger, quoted};
use crate::exit::Exit;
use crate::home::code_in_name;
use crate::input::{self, Mistake};
use crate::keys::KeyFound;
use crate::progress::Telling;

/// Writes a backup while the register goes on being used.
pub async fn backup(hands: &Hands, file: &Path) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    let (code, note) = (town.code(), beside(file));
    if note.exists() {
        return Err(Mistake::new(format!(
            "「{}」がすでにあります。控えには、別の名前を指定してください。",
            note.display()
        ))
        .into());
    }
    let recorded = town.city.backup(file).await?;
    let found = town.home().key(code);
    // A key that is damaged keeps nobody from the copy; what the copy lacks is said.
    let damage: Vec<String> = [&found, &town.home().seal(code)].into_iter().filter_map(KeyFound::damage).collect();
    let Some(seed) = found.key() else {
        hands.voice.say(&json!({ "recorded": recorded, "file": file, "problems": damage }), || {
            format!(
                "{code} の控えを {} に作りました。\n署名の鍵（keys/{code}.key）{}ため、チェックポイントは作れませんでした。鍵の控えを keys に戻し、もう一度 `shirube backup` を実行してください。\n{}",
                file.display(),
                found.missing().unwrap_or_default(),
                damage.join("\n")
            )
        })?;
        return Ok(Exit::Done);
    };
    let checkpoint = town.city.checkpoint_of_backup(file, &seed).await?;
    write_new(&note, checkpoint.as_bytes())
        .map_err(|error| Mistake::new(format!("「{}」に書けません（{}）。", note.display(), input::why(&error))))?;
    let key = to_hex(&public_key(&seed));
    hands.voice.say(
        &json!({ "recorded": recorded, "file": file, "checkpoint": note, "public_key": key, "problems": damage }),
        || {
            let damage = damage.iter().fold(String::new(), |told, words| told + "\n" + words);
            format!(
                "{code} の控えを {} に、それに合うチェックポイントを {} に作りました。\nチェックポイントは、控えとは別の場所に保管してください。鍵（keys/{code}.key と .seal）は入っていません。別に控えてください。\n新しい機械に戻すとき：shirube restore {} --city {code} --checkpoint {} --key-hex {key}{damage}",
                file.display(),
                note.display(),
                quoted(file),
                quoted(&note)
            )
        },
    )?;
    Ok(Exit::Done)
}

/// Where the checkpoint of a backup is written: beside it, under its name.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".checkpoint");
    PathBuf::from(name)
}

fn write_new(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut out = std::fs::File::create_new(file)?;
    out.write_all(bytes)?;
    out.sync_all()
}

/// Brings a municipality back from a backup, verifies it and rebuilds its views.
pub async fn restore(
    hands: &Hands,
    file: &Path,
    checkpoints: &[PathBuf],
    key_hex: Option<&str>,
) -> anyhow::Result<Exit> {
    if !file.is_file() {
        return Err(Mistake::new(format!(
            "控えのファイル「{}」がありません。場所を確かめてください。",
            file.display()
        ))
        .into());
    }
    let code = hands.global.city.clone().or_else(|| code_in_name(file)).ok_or_else(|| {
        Mistake::new("どの団体を戻すのか分かりません。--city で団体コードを指定してください（ファイル名の先頭が団体コードなら省けます）。")
    })?;
    let made = hands.home.folders_to_make(&code);
    let town = hands.home.make_to_restore(&code).await?;
    let kept = hands.home.key(&code);
    let restored = match ledger::checkpoints(&town, checkpoints, key_hex) {
        Ok(checkpoints) => {
            let mut telling = Telling::begin(hands.voice, "読み直しました");
            let restored = town.city.restore_telling(file, &checkpoints, |how_far| telling.tell(how_far)).await;
            restored.map_err(anyhow::Error::from)
        }
        Err(error) => Err(error),
    };
    let found = match restored {
        Ok(found) => found,
        Err(error) => {
            drop(town);
            hands.home.unmake(&code, &made);
            if let Some(words) = hands.home.left_on_server().await {
                hands.voice.aside(&words);
            }
            return Err(error);
        }
    };
    hands.home.make_key(&code)?;
    let key = match &kept {
        KeyFound::There(_) => "署名の鍵は、ここにあったものを使います。".to_owned(),
        KeyFound::Absent => {
            "署名の鍵は控えに入らないので、新しく作りました。前の鍵の控えがあれば、keys に戻してください。".to_owned()
        }
        KeyFound::Damaged { .. } => kept.damage().unwrap_or_default(),
    };
    let seal = match hands.home.seal(&code) {
        KeyFound::There(_) => String::new(),
        KeyFound::Absent => format!(
            "\n確認コードの種を守る鍵（keys/{code}.seal）は、作っていません。serve を始める前に、控えておいたものを戻してください。"
        ),
        damaged @ KeyFound::Damaged { .. } => format!("\n{}", damaged.damage().unwrap_or_default()),
    };
    ledger::tell(hands, &found, &format!("{code} を控えから戻し、表を作り直しました。{key}{seal}"))
}
