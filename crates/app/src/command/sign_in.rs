//! Sign-in from the command line: for whoever owns the machine, when no operator can come in any more.

use actions::{AccessState, LoginId, LoginView, SealFound, SecondWay, Subject};
use serde_json::json;
use store::PAGE_MAX;

use super::Hands;
use crate::args::SignInCommand;
use crate::exit::Exit;
use crate::input::Mistake;

/// Carries out a command about signing in.
pub async fn run(hands: &Hands, command: SignInCommand) -> anyhow::Result<Exit> {
    match command {
        SignInCommand::Link { name } => link(hands, name.as_deref()).await,
        SignInCommand::List => list(hands).await,
        SignInCommand::RenewSeal => renew_seal(hands).await,
    }
}

async fn link(hands: &Hands, name: Option<&str>) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    let link = town.city.recovery_link(name).await?;
    let path = format!("{}/join/{}", town.code(), link.token.reveal());
    let url = town.home().staff_address_of(town.code())?.join(&path)?;
    hands.voice.say(&json!({ "url": url.as_str(), "path": path, "expires_at": link.expires_at }), || {
        format!(
            "運用担当のためのリンクです。一度だけ、24時間以内に使えます。ほかの人に見せないでください。職員の画面（`shirube serve`）が動いているときに開いてください：\n{url}"
        )
    })?;
    Ok(Exit::Done)
}

/// Makes the key that seals seeds anew, by the word of whoever owns the machine; what another one sealed stays shut.
async fn renew_seal(hands: &Hands) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    let code = town.code();
    if let Some(damage) = hands.home.seal(code).damage() {
        return Err(Mistake::new(format!(
            "{damage}控えがないときは、このファイルを別の名前に変えてから、もう一度 `shirube sign-in renew-seal` を実行してください。"
        ))
        .into());
    }
    if hands.home.has_seal(code) {
        return Err(Mistake::new(format!(
            "確認コードの種を守る鍵（keys/{code}.seal）はあります。新しい鍵には替えません。\n次にすること：この鍵が登録したときのものでないときは、前の鍵の控えを戻してください。控えがないときは、鍵はそのままで、確認コードが通らない人に登録し直してもらってください。"
        ))
        .into());
    }
    hands.home.make_seal(code)?;
    let town = hands.home.open(code).await?;
    if hands.home.is_shared() {
        town.city.note_seal_anew().await?;
    }
    let found = town.city.judge_seal().await?;
    let logins = match found {
        SealFound::Fits | SealFound::Elsewhere => 0,
        SealFound::Missing { logins } | SealFound::Other { logins } => logins,
    };
    hands.voice.say(&json!({ "logins": logins }), || {
        let next = found.warning(town.code()).map(|words| format!("\n{words}")).unwrap_or_default();
        format!(
            "確認コードの種を守る鍵（keys/{}.seal）を新しく作りました。控えとは別の場所に写し、serve を動かし直してください。{next}",
            town.code()
        )
    })?;
    Ok(Exit::Done)
}

async fn list(hands: &Hands) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    let mut logins: Vec<LoginView> = Vec::new();
    loop {
        let after = logins.last().map(|login| LoginId(login.id.0.clone()));
        let page = town.city.logins(after.as_ref(), PAGE_MAX).await?;
        if page.is_empty() {
            break;
        }
        logins.extend(page);
    }
    let lines: Vec<_> = logins.iter().map(line).collect();
    hands.voice.say(&lines, || {
        if lines.is_empty() {
            return "ログインはまだありません。`shirube sign-in link` で、運用担当のリンクを作れます。".to_owned();
        }
        let row = |line: &serde_json::Value| {
            let text = |key: &str| line.get(key).and_then(serde_json::Value::as_str).unwrap_or("－").to_owned();
            format!("{}　{}　{}　{}", text("name"), text("who"), text("state"), text("second"))
        };
        lines.iter().map(row).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

fn line(login: &LoginView) -> serde_json::Value {
    let who = match &login.subject {
        Subject::Operator => "運用担当".to_owned(),
        Subject::Officer(person) => format!("職員番号 {person}"),
    };
    let state = match login.state {
        AccessState::Invited => "招待中",
        AccessState::Active => "利用中",
        AccessState::Suspended => "停止中",
    };
    let way = |way: &SecondWay| match way {
        SecondWay::Code => "認証アプリ",
        SecondWay::Passkey => "パスキー",
        SecondWay::Recovery => "予備コード",
    };
    let second: Vec<&str> = login.ways.iter().map(way).collect();
    json!({ "name": login.name, "who": who, "state": state, "second": second.join("・") })
}
