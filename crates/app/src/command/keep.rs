//! Backups: one municipality into one file, and back into an empty place.

use std::io::Write;
use std::path::{Path, PathBuf};

use domain::ledger::{ListKey, from_hex, public_key, to_hex};
use serde_json::json;

use super::{Hands, ledger, quoted};
use crate::exit::Exit;
use crate::home::code_in_name;
use crate::input::{self, Mistake};
use crate::keys::KeyFound;
use crate::progress::Telling;
use crate::room;

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
    if let Some(words) = room::too_small_for_copy(hands.home.data(), code, file) {
        return Err(Mistake::new(words).into());
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
            hands.home.close().await;
            hands.home.unmake(&code, &made);
            if let Some(words) = hands.home.left_on_server().await {
                hands.voice.aside(&words);
            }
            return Err(error);
        }
    };
    let aside = if ledger::end(&found) == Exit::Done {
        String::new()
    } else {
        hands.home.close().await;
        put_aside(hands, &code)
    };
    if aside.is_empty()
        && let Some(public) = key_hex.and_then(|hex| from_hex(hex).ok()).and_then(|bytes| bytes.try_into().ok())
    {
        // Whose word the checkpoint was taken by is who signs here: another key is told of.
        hands.home.open(&code).await?.city.accept_signer(&ListKey::of_public(&code, public)).await?;
    }
    let key = match &kept {
        KeyFound::There(_) => "署名の鍵は、ここにあったものを使います。".to_owned(),
        KeyFound::Absent => format!(
            "\n署名の鍵（keys/{code}.key）は、作っていません。serve を始める前に、控えておいたものを戻してください。失われたときは `shirube publish --accept-key` で新しく作れます。"
        ),
        KeyFound::Damaged { .. } => kept.damage().unwrap_or_default(),
    };
    let seal = match hands.home.seal(&code) {
        KeyFound::There(_) => String::new(),
        KeyFound::Absent => format!(
            "\n確認コードの種を守る鍵（keys/{code}.seal）は、作っていません。serve を始める前に、控えておいたものを戻してください。"
        ),
        damaged @ KeyFound::Damaged { .. } => format!("\n{}", damaged.damage().unwrap_or_default()),
    };
    ledger::tell(hands, &found, &format!("{code} を控えから戻し、表を作り直しました。{key}{seal}{aside}"))
}

/// Takes data in which a fault was found out of the place from which it would be served; what is told of it.
fn put_aside(hands: &Hands, code: &str) -> String {
    match hands.home.put_aside(code) {
        Some(place) => format!(
            "\n誤りが見つかったので、戻したデータは「{}」に置きました。このままでは serve に使われません。\n次にすること：下の誤りを確かめ、ほかの控えから戻してください。それでもこのデータを使うときは、ファイルの名前を「{code}.sqlite」に戻してください。",
            place.display()
        ),
        None => {
            "\n誤りが見つかりました。次にすること：下の誤りを確かめるまで、このデータで serve を始めないでください。"
                .to_owned()
        }
    }
}
