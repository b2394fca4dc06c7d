//! The official list: what it said on a day, whether an account is on it, and its files.

use std::path::Path;

use domain::calendar;
use domain::ledger::ListKey;
use domain::listing::ListingRecord;
use domain::verification::{Answer, Near, Verdict};
use jiff::Timestamp;
use jiff::civil::Date;
use public::Serving;
use serde_json::json;

use super::{Hands, paper, quoted, shown};
use crate::args::{Base, LONGEST_DAYS, ListCommand};
use crate::exit::Exit;
use crate::home::VALID_FOR_MS;
use crate::input::{self, Mistake};
use crate::voice::out;

/// The commands on the list.
pub async fn run(hands: &Hands, command: ListCommand) -> anyhow::Result<Exit> {
    match command {
        ListCommand::Show { on } => show(hands, on).await,
        ListCommand::Board { on, print } => {
            let town = hands.town().await?;
            if let Some(words) = on.and_then(|on| not_yet(on, town.city.today())) {
                hands.voice.aside(&words);
            }
            let document = town.city.notice_board(on.unwrap_or_else(|| town.city.today())).await?;
            paper::give(hands, &document, &print, town.city.today())
        }
    }
}

async fn show(hands: &Hands, on: Option<Date>) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    let day = on.unwrap_or_else(|| town.city.today());
    let spans = town.city.list_on(day).await?;
    let rows: Vec<_> = spans.iter().map(|(seq, span)| (seq, span, span.read())).collect();
    let value: Vec<_> = rows
        .iter()
        .map(|(seq, span, record): &(_, _, Option<ListingRecord>)| {
            json!({ "seq": seq, "account": span.account, "since": span.on, "record_hash": span.record_hash, "record": record })
        })
        .collect();
    hands.voice.say(&json!({ "on": day, "future": town.city.today() < day, "accounts": value }), || {
        let mut lines = vec![format!("{}の一覧（{}件）", shown(day), rows.len())];
        for (seq, span, record) in &rows {
            let words = record.as_ref().map_or_else(
                || format!("{}（内容は廃棄の決定により消去されています）", span.account),
                |r| format!("{}　{}　{}　{}", r.account, r.network_label, r.name, r.url),
            );
            lines.push(format!("{words}\n    記録{seq}番　ハッシュ {}", span.record_hash));
        }
        if let Some(words) = not_yet(day, town.city.today()) {
            lines.push(words);
        } else if on.is_some() {
            lines.push(
                "その日に記録されていたものを示します。後の日に、さかのぼった日付で記録した掲載は含みません。"
                    .to_owned(),
            );
        }
        lines.join("\n")
    })?;
    Ok(Exit::Done)
}

/// What is told of the list of a day that has not come.
fn not_yet(day: Date, today: Date) -> Option<String> {
    (today < day).then(|| {
        format!(
            "{}は、まだ来ていません（今日は{}）。今日までの記録によるもので、その日の一覧は、これからの記録で変わります。",
            shown(day),
            shown(today)
        )
    })
}

/// Whether an account is official, asked of every municipality that is meant.
pub async fn verify(hands: &Hands, ask: &str) -> anyhow::Result<Exit> {
    let codes = match &hands.global.city {
        Some(code) => vec![code.clone()],
        None => hands.home.codes().await?,
    };
    if codes.is_empty() {
        // The one place that says what to do in an empty installation.
        hands.town().await?;
    }
    let mut answers = Vec::new();
    for code in &codes {
        let town = hands.home.town(Some(code)).await?;
        let name = town.city.guideline_in_force().await?.guideline.municipality.name.clone();
        answers.push((code, name, town.city.verify(ask).await?));
    }
    let official = answers.iter().any(|(_, _, answer)| matches!(answer.verdict, Verdict::Official(_)));
    let value: Vec<_> = answers
        .iter()
        .map(|(code, name, answer)| json!({ "municipality_code": code, "municipality": name, "answer": answer }))
        .collect();
    hands.voice.say(&json!({ "official": official, "answers": value }), || {
        answers.iter().map(|(_, name, answer)| words(name, answer)).collect::<Vec<_>>().join("\n\n")
    })?;
    Ok(if official { Exit::Done } else { Exit::NotOfficial })
}

fn words(municipality: &str, answer: &Answer) -> String {
    let verdict = match &answer.verdict {
        Verdict::Official(_) => "公式です",
        Verdict::Suspended => "休止中です",
        Verdict::Closed => "廃止されています",
        Verdict::Impersonator => "なりすましです",
        Verdict::NotYetOfficial => "まだ公式ではありません",
        Verdict::NoAccountOnNetwork => "このサービスに公式アカウントはありません",
        Verdict::NotRegistered => "公式ではありません",
        Verdict::CannotJudge => "判断できません",
    };
    let mut lines = vec![format!("【{municipality}】{verdict}"), answer.reason.clone(), answer.advice.clone()];
    if let Some(facts) = &answer.facts {
        let since = facts.since.map(|day| format!("　{}から", shown(day))).unwrap_or_default();
        let name = if facts.name.is_empty() { String::new() } else { format!("　{}", facts.name) };
        lines.push(format!("台帳の記録：{}{name}{since}", facts.network));
    }
    lines.extend(answer.reading.notices.iter().cloned());
    lines.extend(answer.city_says.iter().map(|says| format!("{municipality}から：{says}")));
    let near = |near: &Near| format!("よく似た名前の公式アカウント：{}「{}」　{}", near.network, near.name, near.url);
    lines.extend(answer.near.iter().map(near));
    for way in &answer.ways {
        let ask = way.url.as_ref().map(|url| format!("{url} で確かめられます。")).unwrap_or_default();
        lines.push(format!("{}：{ask}{}", way.network, way.copying));
    }
    lines.join("\n")
}

/// Publishes the list anew.
pub async fn publish(hands: &Hands, base: &Base, accept_key: bool) -> anyhow::Result<Exit> {
    let town = hands.town().await?;
    if accept_key {
        hands.home.make_key(town.code())?;
        if let Some(seed) = hands.home.key(town.code()).key() {
            town.city.accept_signer(&ListKey::of(town.code(), &seed)).await?;
        }
    }
    let to = hands.home.publish_to(town.code(), base.base_url.as_deref()).await?;
    let dir = hands.home.make_public(town.code())?;
    if let Some(words) = town.city.judge_signer(to.key.as_ref(), &dir).await?.warning(town.code()) {
        hands.voice.aside(&words);
    }
    let published = town.city.publish(&dir, &to).await?;
    let value = json!({ "accounts": published.accounts, "ledger_size": published.ledger_size, "base_url": to.base_url, "signed": to.key.is_some() });
    hands.voice.say(&value, || {
        format!(
            "一覧を公開しました（{}件）。{} のためのファイルを {} に作りました。",
            published.accounts,
            to.base_url,
            dir.display()
        )
    })?;
    if let Some(words) = published.left_out_in_words() {
        hands.voice.aside(&words);
    }
    if let Some(missing) = hands.home.key(town.code()).missing() {
        hands.voice.aside(&format!(
            "署名の鍵（keys/{}.key）{missing}ため、公開した一覧には署名がありません。ほかで公開しても、偽物と見分けられません。\n次にすること：控えておいた鍵を keys フォルダーに戻して、もう一度 `shirube publish` を実行してください。",
            town.code()
        ));
    }
    Ok(Exit::Done)
}

/// Writes the list's files for another web server or a carrier.
pub async fn export(hands: &Hands, dir: &Path, serving: Serving, base: &Base) -> anyhow::Result<Exit> {
    if hands.home.holds(dir) {
        return Err(Mistake::new(format!(
            "「{}」は、しるべのデータのフォルダー「{}」の中です。書き出すと、公開中のファイルやデータベースと混ざります。何も書き出していません。\n次にすること：データのフォルダーの外の、別のフォルダーを指定してください。",
            dir.display(),
            hands.home.data().display()
        ))
        .into());
    }
    let town = hands.town().await?;
    let mut to = hands.home.publish_to(town.code(), base.base_url.as_deref()).await?;
    to.serving = serving;
    to.valid_for = hands.home.settings(town.code())?.carried_for()?;
    // Whoever serves it elsewhere has to allow so long a validity.
    let days = u16::try_from(to.valid_for / VALID_FOR_MS).unwrap_or(u16::MAX);
    let longest = if days > LONGEST_DAYS { format!(" --longest-days {days}") } else { String::new() };
    let key = to.key.map(|seed| ListKey::of(town.code(), &seed).to_string());
    if dir.is_file() {
        return Err(Mistake::new(format!(
            "「{}」はファイルです。書き出すフォルダーを指定してください。",
            dir.display()
        ))
        .into());
    }
    std::fs::create_dir_all(dir).map_err(|error| {
        Mistake::new(format!("フォルダー「{}」を作れません（{}）。", dir.display(), input::why(&error)))
    })?;
    let published = town.city.export(dir, &to).await?;
    let value = json!({
        "accounts": published.accounts,
        "ledger_size": published.ledger_size,
        "base_url": to.base_url,
        "key": key,
        "valid_until": Timestamp::from_millisecond(published.valid_until).map(|it| it.to_string()).ok(),
    });
    match hands.voice {
        crate::voice::Voice::Machines => hands.voice.say(&value, String::new)?,
        crate::voice::Voice::People => out(&format!(
            "一覧（{}件）を {} に書き出しました。{}",
            published.accounts,
            dir.display(),
            match serving {
                Serving::FilesOnly => format!("{} に置くと公開できます。", to.base_url),
                Serving::Answers => {
                    let key = key.as_ref().map_or_else(|| "--unsigned".to_owned(), |key| format!("--key {key}"));
                    format!("`shirube public {} {key}{longest}` で公開できます（{}）。", quoted(dir), to.base_url)
                }
            }
        ))?,
    }
    if let Some(words) = published.left_out_in_words() {
        hands.voice.aside(&words);
    }
    match &key {
        Some(key) => hands.voice.aside(&format!(
            "この一覧は{}まで使えます。署名を確かめる公開鍵：{key}\n公開鍵は、一覧とは別の道で一度だけ運んでください。",
            calendar::tokyo(published.valid_until).strftime("%Y-%m-%d %H:%M")
        )),
        None => hands.voice.aside(&format!(
            "署名の鍵（keys/{}.key）{}ため、この一覧には署名がありません。ほかで公開しても、偽物と見分けられません。\n次にすること：控えておいた鍵を keys フォルダーに戻して、書き出し直してください。",
            town.code(),
            hands.home.key(town.code()).missing().unwrap_or_default()
        )),
    }
    Ok(Exit::Done)
}
