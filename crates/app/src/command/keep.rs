//! Backups: one municipality into one file, and back into an empty place.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Hands, ledger};
use crate::exit::Exit;
use crate::home::code_in_name;
use crate::input::Mistake;
use crate::progress::Telling;

/// Writes a backup while the register goes on being used.
pub async fn backup(hands: &Hands, file: &Path) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    let recorded = town.city.backup(file).await?;
    hands.voice.say(&json!({ "recorded": recorded, "file": file }), || {
        format!(
            "{} の控えを {} に作りました（台帳の{}番まで）。\n鍵（keys/{}.key と .seal）は入っていません。別に控えてください。",
            town.code(),
            file.display(),
            recorded.seq,
            town.code()
        )
    })?;
    Ok(Exit::Done)
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
    let town = hands.home.make_to_restore(&code).await?;
    let kept = hands.home.key(&code)?.is_some();
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
            hands.home.unmake(&code);
            return Err(error);
        }
    };
    hands.home.make_key(&code)?;
    let key = if kept {
        "署名の鍵は、ここにあったものを使います。"
    } else {
        "署名の鍵は控えに入らないので、新しく作りました。前の鍵の控えがあれば、keys に戻してください。"
    };
    ledger::tell(hands, &found, &format!("{code} を控えから戻し、表を作り直しました。{key}"))
}
