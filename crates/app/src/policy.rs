//! Reading a policy from a file: TOML as officers write it, or JSON; what is wrong is told with its line.

use std::path::Path;

use domain::guideline::{ItemKind, PolicyItem};
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
    let located = |error: &toml::de::Error, what: &str| {
        let at = error.span().map_or_else(String::new, |span| place(text, span.start));
        Mistake::new(format!(
            "{name}{at}\n  誤り　：{what}（{}）\n  直し方：{}",
            error.message(),
            advice(error.message())
        ))
    };
    let mut table: toml::Table =
        toml::from_str(text).map_err(|error| located(&error, "TOML の書き方になっていません"))?;
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
    toml::from_str::<Policy>(text)
        .or_else(|first| Policy::deserialize(table).map_err(|_| located(&first, "読めない値があります")))
}

fn from_json(name: &str, text: &str) -> Result<Policy, Mistake> {
    serde_json::from_str(text).map_err(|error| {
        let known: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
        Mistake::new(format!(
            "{name}:{}:{}\n  誤り　：読めない所があります（{error}）\n  直し方：使える名前は {} です。",
            error.line(),
            error.column(),
            known.join("、")
        ))
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

fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    format!(":{line}:{column}")
}

fn advice(message: &str) -> &'static str {
    if message.contains("unknown field") {
        "かっこの中にある名前を確かめてください。"
    } else if message.contains("did not match any variant") {
        "発信時間は from_day・to_day・from・to の四つか、text・because の二つで書いてください。"
    } else {
        "その行を見本（docs/manual-cli.ja.md）と見比べてください。文字は \" で囲みます。"
    }
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
