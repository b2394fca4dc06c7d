//! Accounts and impersonators: entering what exists, and looking.

use actions::{AccountNoted, ImpersonatorNoted};
use domain::account::Account;
use domain::id::{AccountId, ImpersonatorId};
use domain::register::Impersonator;
use serde_json::json;

use super::{Hands, by, shown, units};
use crate::args::{AccountCommand, ImpersonatorCommand};
use crate::exit::Exit;
use crate::home::Town;
use crate::input::Mistake;

/// The commands on accounts.
pub async fn run(hands: &Hands, command: AccountCommand) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    match command {
        AccountCommand::Note { network, network_name, name, url, units: codes, by: who } => {
            let noted = AccountNoted { network, network_name, name, url, units: units(&codes) };
            let recorded = town.city.note_account(&noted, &by(&who, &town), hands.key()).await?;
            let account = recorded.account.clone().unwrap_or_default();
            let words = format!(
                "アカウント {account} を「既存(届出前)」として台帳に入れました。まだ公式ではありません。\n次にすること：`shirube case open opening --account {account} --as 職員番号` で届出を始めます。"
            );
            hands.recorded(&town, &recorded, &words).await
        }
        AccountCommand::List => list(hands, &town).await,
        AccountCommand::Show { account } => show(hands, &town, &AccountId(account)).await,
    }
}

async fn every(town: &Town) -> anyhow::Result<Vec<Account>> {
    let mut accounts: Vec<Account> = Vec::new();
    loop {
        let after = accounts.last().map(|account| account.id.clone());
        let page = town.city.accounts(after.as_ref(), store::PAGE_MAX).await?;
        if page.is_empty() {
            return Ok(accounts);
        }
        accounts.extend(page);
    }
}

async fn list(hands: &Hands, town: &Town) -> anyhow::Result<Exit> {
    let accounts = every(town).await?;
    hands.voice.say(&accounts, || {
        if accounts.is_empty() {
            return "アカウントはまだありません。".to_owned();
        }
        accounts.iter().map(|account| line_of(town, account)).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

fn line_of(town: &Town, account: &Account) -> String {
    let network = match (&account.network_name, &account.network) {
        (Some(name), _) => name.clone(),
        (None, Some(id)) => {
            town.city.networks().named(id.as_str()).map_or_else(|| id.to_string(), |n| n.label().to_owned())
        }
        (None, None) => "サービス未定".to_owned(),
    };
    format!(
        "{}　{}　{network}　{}　{}",
        account.id,
        account.standing.label(),
        account.name.as_deref().unwrap_or("（名前はまだない）"),
        account.url.as_deref().unwrap_or("")
    )
    .trim_end()
    .to_owned()
}

async fn show(hands: &Hands, town: &Town, id: &AccountId) -> anyhow::Result<Exit> {
    let account = town.city.account(id).await?.ok_or_else(|| {
        Mistake::new(format!("アカウント「{id}」は台帳にありません。`shirube account list` で番号を確かめてください。"))
    })?;
    let cases = town.city.cases_of(id).await?;
    hands.voice.say(&json!({ "account": account, "cases": cases }), || {
        let mut lines = vec![line_of(town, &account)];
        let codes: Vec<&str> = account.units.iter().map(|unit| unit.0.as_str()).collect();
        lines.push(format!("所属 {}", codes.join("、")));
        if let Some(number) = &account.number {
            lines.push(format!("番号 {number}"));
        }
        if let Some(since) = account.operating_since {
            lines.push(format!("運用開始 {}", shown(since)));
        }
        lines.push("案件".to_owned());
        lines.extend(
            cases.iter().map(|case| format!("  {}　{}　{}に開始", case.id, case.procedure, shown(case.opened_on))),
        );
        lines.join("\n")
    })?;
    Ok(Exit::Done)
}

/// The commands on impersonators.
pub async fn impersonator(hands: &Hands, command: ImpersonatorCommand) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    match command {
        ImpersonatorCommand::Note { network, network_name, url, by: who } => {
            let noted = ImpersonatorNoted { network, network_name, url, ..ImpersonatorNoted::default() };
            let recorded = town.city.note_impersonator(&noted, &by(&who, &town), hands.key()).await?;
            let words = format!(
                "なりすましとして記録しました。公式確認では「公式ではない」と答えます。\nなくなったときは `shirube impersonator clear i{}` で記録します。",
                recorded.seq
            );
            hands.recorded(&town, &recorded, &words).await
        }
        ImpersonatorCommand::List => {
            let known = town.city.impersonators().await?;
            hands.voice.say(&json!({ "impersonators": known }), || {
                if known.is_empty() {
                    return "なりすましの記録はありません。".to_owned();
                }
                let line = |(id, noted): &(ImpersonatorId, Impersonator)| {
                    format!("{id}　{}　{}に記録", noted.url, shown(noted.noted_on))
                };
                known.iter().map(line).collect::<Vec<_>>().join("\n")
            })?;
            Ok(Exit::Done)
        }
        ImpersonatorCommand::Clear { id, by: who } => {
            let recorded = town.city.clear_impersonator(&ImpersonatorId(id), &by(&who, &town), hands.key()).await?;
            hands.recorded(&town, &recorded, "なりすましがなくなったことを記録しました。").await
        }
    }
}
