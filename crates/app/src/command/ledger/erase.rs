//! Lawful erasure: which entries, what goes with them, and what is left elsewhere.

use std::collections::BTreeSet;

use actions::{Overwritten, Told};
use domain::entry::Private;
use domain::id::PersonId;
use domain::leaves::{Leaves, MOST_LEAVES};

use super::super::Hands;
use crate::exit::Exit;
use crate::home::Town;
use crate::input::Mistake;

/// So many lines of what goes are shown; the rest is counted.
const MOST_LINES: usize = 50;

/// The entries that were typed: numbers, and ranges such as 100-250.
pub fn leaves(typed: &[String]) -> Result<Leaves, Mistake> {
    let wrong = |word: &str| {
        Mistake::new(format!(
            "「{word}」を記録の番号として読めません。\n次にすること：番号（例：12）か、番号の範囲（例：100-250）を書いてください。一度に{MOST_LEAVES}件までです。"
        ))
    };
    let mut seqs: Vec<u64> = Vec::new();
    for word in typed {
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| wrong(word));
        let (from, to) = match word.split_once(['-', '–', '－', '~', '～', '〜']) {
            Some((from, to)) => (number(from)?, number(to)?),
            None => (number(word)?, number(word)?),
        };
        let most = from.saturating_add(MOST_LEAVES);
        if from > to || to >= most {
            return Err(wrong(word));
        }
        seqs.extend(from..=to);
    }
    Leaves::of(seqs).filter(|leaves| leaves.count() <= MOST_LEAVES).ok_or_else(|| wrong(&typed.join(" ")))
}

/// Refuses where an account on the list would be vouched for no longer, without anybody having said so.
pub async fn still_listed(town: &Town, seq: u64) -> anyhow::Result<()> {
    let Some(account) = town.city.listed_by(seq).await? else { return Ok(()) };
    let name = account.name.as_deref().unwrap_or("名称未定");
    Err(Mistake::new(format!(
        "記録{seq}番は、掲載中のアカウント {}「{name}」の掲載の記録です。消去すると一覧から外れ、公式とは答えなくなります。\n次にすること：先に、変更の手続で掲載し直すか、廃止の手続で一覧から外してください。掲載中のまま消去するときは、--unlist を付けてください。",
        account.id
    ))
    .into())
}

/// Refuses where people would be known by their numbers alone, without anybody having said so.
pub async fn still_named(town: &Town, seq: u64) -> anyhow::Result<()> {
    let Some((_, private)) = town.city.kept_entry(seq).await? else { return Ok(()) };
    let office = town.city.office().await?;
    let called = |person: &PersonId| office.people.get(person).and_then(|known| known.name.as_deref());
    let given = private.names.iter().filter(|(person, (name, _))| called(person) == Some(name.as_str()));
    let names: Vec<&str> = given.map(|(_, (name, _))| name.as_str()).collect();
    let Some(first) = names.first() else { return Ok(()) };
    let others = if names.len() > 1 { "ほか" } else { "" };
    Err(Mistake::new(format!(
        "記録{seq}番は、今の職員{}人（{first}{others}）の氏名とふりがなの登録です。消去すると、その人たちは、画面・様式・決裁票・お知らせに職員番号だけで出ます。組織・職・配置は残ります。まだ何も消していません。\n取り戻し方：名簿をもう一度取り込みます（`shirube office import 名簿.csv --from 日付 --yes`）。名簿が手元にあるかを、先に確かめてください。\n次にすること：それでよければ、同じコマンドに --names を付けて実行してください。",
        names.len()
    ))
    .into())
}

/// What goes with the private part of an entry, as people speak of it; nothing where it has none.
fn lost(private: &Private, told: &Told) -> Vec<String> {
    let names = match private.names.len() {
        0 => None,
        people => Some(format!(
            "職員{people}人の氏名とふりがな（取り戻すには、名簿をもう一度取り込みます：`shirube office import`）"
        )),
    };
    let policy = private.policy.is_some().then(|| {
        "方針の内容（様式と画面に出なくなります。進行中の案件では、方針を書き直して起案し直してください）".to_owned()
    });
    let listing = private.listing.is_some().then(|| "掲載の記録の内容（その日の一覧に何と書いてあったか）".to_owned());
    let words = told.sentence.words.iter().map(|words| format!("「{}」の文", words.label));
    let files = (!private.files.is_empty()).then(|| format!("添付{}件の名前と中身", private.files.len()));
    names.into_iter().chain(policy).chain(listing).chain(words).chain(files).collect()
}

/// Erases, and sees to it that nothing of it stays in the files of this installation.
pub async fn run(hands: &Hands, town: &Town, leaves: &Leaves, decision: &str) -> anyhow::Result<Exit> {
    let several = leaves.count() > 1;
    let (mut what, mut gone) = (String::new(), Vec::new());
    for seq in leaves.iter() {
        let Some(told) = town.city.told(seq, 1).await?.into_iter().find(|told| told.sentence.seq == seq) else {
            continue;
        };
        let Some((_, private)) = town.city.kept_entry(seq).await? else { continue };
        let of = if several { format!("{seq}番の") } else { String::new() };
        gone.extend(lost(&private, &told).into_iter().map(|words| format!("・{of}{words}\n")));
        if !several {
            what = format!("（{}）", told.sentence);
        }
    }
    let erased = town.city.erase(leaves.clone(), decision).await;
    // What an earlier erasure had to leave is gone over too, also where this one has nothing left to erase.
    let overwritten = town.city.overwrite_erased().await;
    if erased.is_err() && matches!(overwritten, Ok(Overwritten::Now)) {
        hands.voice.aside("前の消去のあとにデータベースのファイルに残っていた跡を、上書きしました。");
    }
    let recorded = erased?;
    let words = format!(
        "記録{}{what}の非公開部分を、決定「{decision}」により消去しました。{}\n{}次にすること：次のものにも、同じ部分が残っていることがあります。廃棄するか、作り直してください。\n{}",
        leaves.said(),
        left(town, leaves).await?,
        listed(&gone),
        town.home().where_else_erased().iter().map(|place| format!("・{place}")).collect::<Vec<_>>().join("\n")
    );
    let exit = hands.recorded(town, &recorded, &words).await?;
    match overwritten {
        Ok(_) => Ok(exit),
        Err(fault) => Err(fault.into()),
    }
}

/// What went, a line each.
fn listed(gone: &[String]) -> String {
    if gone.is_empty() {
        return String::new();
    }
    let more = gone.len().saturating_sub(MOST_LINES);
    let more = if more == 0 { String::new() } else { format!("・ほか{more}件\n") };
    format!("見られなくなったもの：\n{}{more}", gone.iter().take(MOST_LINES).map(String::as_str).collect::<String>())
}

/// Where facts of the same accounts, and policies that no decision has erased, still stand.
async fn left(town: &Town, leaves: &Leaves) -> anyhow::Result<String> {
    let mut left: BTreeSet<u64> = BTreeSet::new();
    for seq in leaves.iter() {
        left.extend(town.city.left_describing(seq).await?);
    }
    let left: Vec<u64> = left.into_iter().collect();
    let Some(left) = Leaves::of(left) else { return Ok(String::new()) };
    let seqs: Vec<String> = left.iter().map(|seq| format!("{seq}番")).collect();
    Ok(format!(
        "\nこのアカウントの名称とURL（事実の部分）や方針は、消去していない記録に残っています：{}。名称とURLは消去できません。方針も消去するときは、その番号ごとに消去してください。",
        seqs.join("、")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges_are_read_and_what_is_neither_is_said() {
        let typed = |words: &[&str]| leaves(&words.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(typed(&["12"]).map(|leaves| leaves.said()).ok().as_deref(), Some("12番"));
        let several = typed(&["20", "12-14", "15"]).map(|leaves| leaves.said());
        assert_eq!(several.ok().as_deref(), Some("12番から15番まで、20番"));
        for wrong in ["", "x", "9-3", "1-", "0-99999999"] {
            assert!(
                typed(&[wrong]).is_err_and(|mistake| mistake.to_string().contains(&format!("「{wrong}」"))),
                "{wrong}"
            );
        }
    }
}
