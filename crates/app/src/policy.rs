//! Reading a policy from a file: TOML as officers write it, or JSON; what is wrong is told with its line.

use std::path::Path;

use domain::calendar;
use domain::guideline::{Guideline, ItemKind, PolicyItem};
use domain::parsing;
use domain::policy::Policy;

use crate::input::{self, Mistake};

/// The keys of a policy's file, with what each says.
pub const KEYS: [(&str, &str); 15] = [
    ("network", "サービスの種類（x、facebook、instagram、line、youtube など。ほかは other）"),
    ("network_name", "サービスが other のときの名前"),
    ("account_name", "アカウント名"),
    ("account_name_kana", "アカウント名のよみ（書かなくてもよい）"),
    ("account_name_en", "アカウントの英語名（書かなくてもよい）"),
    ("url", "URL"),
    ("purpose", "目的"),
    ("audience", "だれに向けて"),
    ("information", "どのような情報を"),
    ("period", "期間（from、until、open_because）"),
    ("hours", "発信時間（from_day、to_day、from、to。または text と because）"),
    ("reply", "回答の方針（stance、text、contact）"),
    ("note", "備考"),
    ("further", "独自に足した事項"),
    ("departures", "標準の文と違うところ"),
];

/// The key of a policy's file in which an item is written.
pub fn key_of(item: &PolicyItem) -> String {
    let key = match item.kind {
        ItemKind::Network => "network",
        ItemKind::AccountName => "account_name",
        ItemKind::Url => "url",
        ItemKind::Purpose => "purpose",
        ItemKind::Message => "audience、information",
        ItemKind::Unit => return "case open の --unit".to_owned(),
        ItemKind::Period => "period",
        ItemKind::Hours => "hours",
        ItemKind::Reply => "reply",
        ItemKind::Note => "note",
        ItemKind::Text => return format!("further.{}", item.id),
    };
    key.to_owned()
}

/// The policy in a file.
pub fn read(file: &Path) -> Result<Policy, Mistake> {
    let text = input::text(file)?;
    let name = file.display().to_string();
    if file.extension().is_some_and(|end| end == "json") {
        return from_json(&name, &text);
    }
    from_toml(&name, &text)
}

/// The policy in a TOML text; days may be written as people write them.
pub fn from_toml(name: &str, text: &str) -> Result<Policy, Mistake> {
    let located = |error: &toml::de::Error| Mistake::new(parsing::toml(name, text, error));
    let mut table: toml::Table = toml::from_str(text).map_err(|error| located(&error))?;
    if let Some(unknown) = table.keys().find(|key| !KEYS.iter().any(|(known, _)| known == key)) {
        let line =
            text.lines().position(|line| line.trim_start().trim_start_matches('[').starts_with(unknown.as_str()));
        let at = line.map_or_else(String::new, |line| format!(":{}", line + 1));
        let known: Vec<String> = KEYS.iter().map(|(key, label)| format!("    {key}　{label}")).collect();
        return Err(Mistake::new(format!(
            "{name}{at}\n  誤り　：「{unknown}」という項目はありません。\n  直し方：次の名前から選んでください。\n{}",
            known.join("\n")
        )));
    }
    days_as_written(&mut table)?;
    // Read from the text once more where nothing had to be rewritten, so that a problem keeps its line.
    toml::from_str::<Policy>(text).or_else(|first| Policy::deserialize(table).map_err(|_| located(&first)))
}

fn from_json(name: &str, text: &str) -> Result<Policy, Mistake> {
    let unread = |error: &serde_json::Error| Mistake::new(parsing::json(name, error));
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| unread(&error))?;
    if !value.is_object() {
        // A bare list would be read as the items in their order.
        return Err(Mistake::new(format!(
            "{name}:1:1\n  誤り　：方針は {{ と }} で囲んだ、項目と値の並びです。\n  直し方：{{ \"network\": \"x\", … }} の形で書いてください。"
        )));
    }
    let policy: Policy = serde_json::from_str(text).map_err(|error| unread(&error))?;
    let period = policy.period.iter();
    for day in period.flat_map(|period| std::iter::once(period.from).chain(period.until)) {
        calendar::meant(day).map_err(|problem| Mistake::new(format!("{name}：期間（period）の{problem}")))?;
    }
    Ok(policy)
}

/// Refuses names in a policy's file that its guideline does not know: what stands under them would be read by nobody.
pub fn known_to(file: &Path, policy: &Policy, guideline: &Guideline) -> Result<(), Mistake> {
    let items: Vec<&str> =
        guideline.policy_items.iter().filter(|item| item.kind == ItemKind::Text).map(|item| item.id.as_str()).collect();
    let texts: Vec<&str> = guideline.attachments.iter().map(|text| text.id.as_str()).collect();
    let further = policy.further.keys().map(|name| ("further", name, &items));
    let departures = policy.departures.iter().map(|one| ("departures", &one.attachment, &texts));
    let Some((table, name, known)) = further.chain(departures).find(|(_, name, known)| !known.contains(&name.as_str()))
    else {
        return Ok(());
    };
    let text = input::text(file)?;
    let (line, column) = standing(&text, name).map_or((1, 1), |at| parsing::place(&text, at));
    let next = if known.is_empty() {
        format!("このガイドラインに、{table} に書くものはありません。この項目を消してください。")
    } else {
        format!("次の名前から選んでください：{}", known.join("、"))
    };
    Err(Mistake::new(format!(
        "{}:{line}:{column}\n  誤り　：{table} の「{name}」は、このガイドラインにありません。\n  直し方：{next}",
        file.display()
    )))
}

/// Where a name stands in a text as a word of its own.
fn standing(text: &str, name: &str) -> Option<usize> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).and_then(|text| text.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

use serde::Deserialize;

/// Puts 令和8年4月1日 and a day without quotes into the one form that is stored.
fn days_as_written(table: &mut toml::Table) -> Result<(), Mistake> {
    let Some(period) = table.get_mut("period").and_then(toml::Value::as_table_mut) else { return Ok(()) };
    for name in ["from", "until"] {
        let Some(value) = period.get_mut(name) else { continue };
        let typed = match &*value {
            toml::Value::String(typed) => typed.clone(),
            toml::Value::Datetime(day) => day.to_string(),
            _ => continue,
        };
        let day = input::day(&typed).map_err(|mistake| Mistake::new(format!("期間（period）の {name}：{mistake}")))?;
        *value = toml::Value::String(day.to_string());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_read_however_its_days_are_written() {
        for written in ["\"令和8年4月1日\"", "\"2026-04-01\"", "2026-04-01", "\"R8.4.1\""] {
            let policy =
                from_toml("policy.toml", &format!("period = {{ from = {written}, until = \"2029-03-31\" }}\n"));
            let from = policy.map(|policy| policy.period.map(|period| period.from));
            assert_eq!(from, Ok(Some(jiff::civil::date(2026, 4, 1))), "{written}");
        }
    }

    #[test]
    fn a_misspelt_key_is_told_with_its_line_and_the_names_that_exist() {
        let told = from_toml("policy.toml", "network = \"x\"\nacount_name = \"見本\"\n").map_err(|m| m.to_string());
        assert!(told.is_err_and(|words| words.starts_with("policy.toml:2") && words.contains("account_name")));
    }

    #[test]
    fn an_incomplete_policy_is_a_policy() {
        assert_eq!(from_toml("policy.toml", ""), Ok(Policy::default()));
    }

    #[test]
    fn what_was_typed_is_kept_to_the_letter() {
        let policy =
            from_toml("policy.toml", "account_name = \"髙﨑　ｶﾅ\u{3099}\"\n").map(|policy| policy.account_name);
        assert_eq!(policy, Ok(Some("髙﨑　ｶﾅ\u{3099}".to_owned())));
    }
}
