//! What proves a step, typed as `項目=値`: which keys each step knows, and the proof that they make.

use domain::evidence::Evidence;
use domain::guideline::{Step, StepKind, When};
use serde_json::{Map, Value, json};

use crate::input::{self, Mistake};

/// One key that a step's proof knows.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The name before the sign.
    name: &'static str,
    /// What it says.
    label: &'static str,
    need: Need,
    sort: Sort,
    example: &'static str,
}

/// Whether a proof is one without the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Needed,
    Optional,
}

/// What may stand behind the sign.
#[derive(Debug, Clone, Copy)]
enum Sort {
    Text,
    Day,
    Count,
    List,
    /// One of these: as typed in Japanese, and the word that it is stored as.
    Words(&'static [(&'static str, &'static str)]),
}

const HOW: &[(&str, &str)] = &[("決裁", "decided"), ("専決", "delegated"), ("代決", "by_deputy")];
const SHOWN: &[(&str, &str)] = &[("示した", "shown"), ("求められていない", "not_asked")];
const CONFIRMED: &[(&str, &str)] = &[("確認済", "confirmed")];
const SECOND: &[(&str, &str)] = &[("設定済", "on"), ("機能がない", "unsupported")];
const BADGE: &[(&str, &str)] =
    &[("取得", "obtained"), ("申請中", "applied"), ("不可", "refused"), ("未検討", "not_considered")];

const fn key(name: &'static str, label: &'static str, need: Need, sort: Sort, example: &'static str) -> Key {
    Key { name, label, need, sort, example }
}

use Need::{Needed, Optional};
use Sort::{Count, Day, List, Text, Words};

/// The keys of a proof of this word.
fn keys_of(word: &str) -> &'static [Key] {
    match word {
        "decision" => {
            const {
                &[
                    key("how", "決裁・専決・代決の別", Optional, Words(HOW), "専決"),
                    key("document_number", "市の文書システムの文書番号", Optional, Text, "総務第12号"),
                    key("held_on", "会議の日（合議体のとき）", Optional, Day, "令和8年4月1日"),
                    key("present", "会議の出席者の数（合議体のとき）", Optional, Count, "5"),
                    key("checked", "当たらないことを確かめた条（読点で区切る）", Optional, List, "A1、A2"),
                ]
            }
        }
        "acquisition" => {
            const {
                &[
                    key("url", "取得したアカウントのURL", Needed, Text, "https://www.instagram.com/mihon_city/"),
                    key("stable_id", "サービスが付けた変わらない番号", Optional, Text, "1234567890"),
                ]
            }
        }
        "filing" => {
            const {
                &[
                    key("received_on", "紙の届出を受け取った日", Optional, Day, "令和8年4月1日"),
                    key("document_number", "紙の届出の文書番号", Optional, Text, "広第12号"),
                ]
            }
        }
        "listing" => {
            const {
                &[
                    key(
                        "url",
                        "ほかのシステムで作ったページのURL（しるべの一覧なら要りません）",
                        Optional,
                        Text,
                        "https://www.city.example.lg.jp/sns.html",
                    ),
                    key("seen_on", "そのページを確かめた日", Optional, Day, "令和8年4月1日"),
                ]
            }
        }
        "profile" => {
            const {
                &[
                    key(
                        "page_url",
                        "プロフィール欄に書いた市のページのURL",
                        Optional,
                        Text,
                        "https://www.city.example.lg.jp/sns.html",
                    ),
                    key("stance", "個別に返信しない旨を示したか", Optional, Words(SHOWN), "示した"),
                    key("contact", "問合せ先を示したか", Optional, Words(SHOWN), "示した"),
                ]
            }
        }
        "place" => const { &[key("url", "示した場所のURL", Needed, Text, "https://x.com/mihon_city")] },
        "badge" => const { &[key("status", "認証の状況", Needed, Words(BADGE), "申請中")] },
        "terminal" => const { &[key("device", "端末の名前", Needed, Text, "共用パソコン3号")] },
        "security" => {
            const {
                &[
                    key("second_factor", "二要素認証", Needed, Words(SECOND), "設定済"),
                    key("password", "推測されにくいパスワード", Needed, Words(CONFIRMED), "確認済"),
                    key("recovery", "市の連絡先による復旧", Needed, Words(CONFIRMED), "確認済"),
                ]
            }
        }
        "designation" => {
            const {
                &[
                    key("poster", "担当者の職員番号", Needed, Text, "1001"),
                    key("approver", "責任者の職員番号", Needed, Text, "1002"),
                ]
            }
        }
        "clauses" => const { &[key("confirmed", "確かめた条（読点で区切る）", Needed, List, "A1、A2")] },
        "stop" => const { &[key("last_day", "利用の最後の日", Needed, Day, "令和8年3月31日")] },
        "record" => {
            const {
                &[
                    key("place", "相手や場所", Optional, Text, "総務課"),
                    key("number", "受付番号や文書番号", Optional, Text, "受付123"),
                ]
            }
        }
        // plain, policy, receipt: the act itself is the proof.
        _ => &[],
    }
}

/// The proof of a step from what was typed.
pub fn read(step: &Step, pairs: &[(String, String)]) -> Result<Evidence, Mistake> {
    let word = Evidence::word_for(step.kind);
    let keys = keys_of(word);
    let mut facts = Map::new();
    for (name, typed) in pairs {
        let key = keys.iter().find(|key| key.name == name).ok_or_else(|| {
            Mistake::new(format!("「{}」の記録に「{name}」という項目はありません。\n{}", step.label, told(step)))
        })?;
        if facts.insert(key.name.to_owned(), value(key, typed)?).is_some() {
            return Err(Mistake::new(format!("項目「{name}」が二度書かれています。一つにしてください。")));
        }
    }
    let missing: Vec<&str> =
        keys.iter().filter(|key| is_needed(key, step) && !facts.contains_key(key.name)).map(|key| key.name).collect();
    if !missing.is_empty() {
        return Err(Mistake::new(format!(
            "「{}」の記録に {} がありません。\n{}",
            step.label,
            missing.join("、"),
            told(step)
        )));
    }
    of_value(step, shaped(word, facts)?)
}

/// The proof of a step from JSON; its tag may be left out.
pub fn read_json(step: &Step, text: &str) -> Result<Evidence, Mistake> {
    let mut value: Value = serde_json::from_str(text).map_err(|error| {
        Mistake::new(format!(
            "記録の JSON を読めません（{}行{}文字目）。\n{}",
            error.line(),
            error.column(),
            told(step)
        ))
    })?;
    if let Some(object) = value.as_object_mut() {
        object.entry("evidence").or_insert_with(|| json!(Evidence::word_for(step.kind)));
    }
    of_value(step, value)
}

/// What a step's record may hold, as a person is told.
pub fn told(step: &Step) -> String {
    let keys = keys_of(Evidence::word_for(step.kind));
    if keys.is_empty() {
        return "この手順に --evidence は要りません。".to_owned();
    }
    let lines: Vec<String> = keys
        .iter()
        .map(|key| {
            let need = if is_needed(key, step) { "必要" } else { "あれば" };
            format!("・{}（{need}）　例：--evidence {}={}", key.label, key.name, key.example)
        })
        .collect();
    format!("この手順に書ける項目：\n{}", lines.join("\n"))
}

/// The arguments that a step cannot be done without, as an example.
pub fn example(step: &Step) -> String {
    let needed = keys_of(Evidence::word_for(step.kind)).iter().filter(|key| is_needed(key, step));
    let arguments: Vec<String> = needed.map(|key| format!(" -e {}={}", key.name, key.example)).collect();
    arguments.concat()
}

/// Whether a step cannot be done without a key. A profile shows either the city's page or that nobody replies there.
fn is_needed(key: &Key, step: &Step) -> bool {
    match (step.kind, key.name) {
        (StepKind::ShowProfile, "page_url") => !step.when.contains(&When::NoReplies),
        (StepKind::ShowProfile, "stance" | "contact") => step.when.contains(&When::NoReplies),
        _ => key.need == Needed,
    }
}

fn value(key: &Key, typed: &str) -> Result<Value, Mistake> {
    match key.sort {
        Text => Ok(json!(typed)),
        Day => Ok(json!(input::day(typed)?)),
        Count => typed.trim().parse::<u32>().map(|count| json!(count)).map_err(|_| {
            Mistake::new(format!("「{}」の「{typed}」は数ではありません。例：{}={}", key.name, key.name, key.example))
        }),
        List => {
            let parts = typed.split(['、', ',']).map(str::trim).filter(|part| !part.is_empty());
            Ok(json!(parts.collect::<Vec<_>>()))
        }
        Words(words) => {
            let known = words.iter().find(|(japanese, word)| *japanese == typed.trim() || *word == typed.trim());
            known.map(|(_, word)| json!(word)).ok_or_else(|| {
                let list: Vec<&str> = words.iter().map(|(japanese, _)| *japanese).collect();
                Mistake::new(format!("「{}」の「{typed}」は、{} のどれかにしてください。", key.name, list.join("・")))
            })
        }
    }
}

/// Puts the facts into the shape of the stored proof.
fn shaped(word: &str, mut facts: Map<String, Value>) -> Result<Value, Mistake> {
    let mut both = |outer: &str, names: [&str; 2]| -> Result<(), Mistake> {
        match names.map(|name| facts.remove(name)) {
            [None, None] => Ok(()),
            [Some(first), Some(second)] => {
                let [one, other] = names;
                let mut inner = Map::new();
                inner.insert(one.to_owned(), first);
                inner.insert(other.to_owned(), second);
                facts.insert(outer.to_owned(), Value::Object(inner));
                Ok(())
            }
            _ => Err(Mistake::new(format!("{} は二つそろえて書いてください。", names.join(" と ")))),
        }
    };
    match word {
        "decision" => both("meeting", ["held_on", "present"])?,
        "filing" => both("paper", ["received_on", "document_number"])?,
        "listing" => {
            let elsewhere = facts.contains_key("url") || facts.contains_key("seen_on");
            if elsewhere && facts.len() < 2 {
                return Err(Mistake::new(
                    "ほかのページに掲載したときは、url と seen_on を二つそろえて書いてください。",
                ));
            }
            facts.insert("place".to_owned(), json!(if elsewhere { "elsewhere" } else { "here" }));
        }
        _ => {}
    }
    facts.insert("evidence".to_owned(), json!(word));
    Ok(Value::Object(facts))
}

fn of_value(step: &Step, value: Value) -> Result<Evidence, Mistake> {
    serde_json::from_value(value)
        .map_err(|error| Mistake::new(format!("「{}」の記録を読めません（{error}）。\n{}", step.label, told(step))))
}

#[cfg(test)]
mod tests {
    use domain::guideline::{Basis, ClauseId, Strength};

    use super::*;

    fn step(kind: StepKind) -> Step {
        Step {
            id: "s".to_owned(),
            label: "この手順".to_owned(),
            kind,
            by: Vec::new(),
            strength: Strength::Must,
            after: Vec::new(),
            when: Vec::new(),
            returns_to: None,
            second_person: None,
            within: None,
            form: None,
            basis: Basis::Clause(ClauseId("A1".to_owned())),
        }
    }

    fn typed(kind: StepKind, pairs: &[&str]) -> Result<Evidence, String> {
        let pairs: Result<Vec<_>, _> = pairs.iter().map(|text| input::pair(text)).collect();
        pairs.and_then(|pairs| read(&step(kind), &pairs)).map_err(|mistake| mistake.to_string())
    }

    #[test]
    fn the_examples_that_people_are_shown_make_a_proof_of_the_right_word() {
        let kinds = [
            StepKind::Decide,
            StepKind::Acquire,
            StepKind::File,
            StepKind::List,
            StepKind::ShowProfile,
            StepKind::ShowPolicy,
            StepKind::ObtainBadge,
            StepKind::ConfirmTerminal,
            StepKind::ConfirmSecurity,
            StepKind::Designate,
            StepKind::Acknowledge,
            StepKind::Stop,
            StepKind::Report,
            StepKind::Receive,
            StepKind::Share,
        ];
        for kind in kinds {
            let keys = keys_of(Evidence::word_for(kind));
            for all in [false, true] {
                let pairs: Vec<String> = keys
                    .iter()
                    .filter(|key| all || is_needed(key, &step(kind)))
                    .map(|key| format!("{}={}", key.name, key.example))
                    .collect();
                let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
                let word = typed(kind, &pairs).map(|evidence| evidence.word());
                assert_eq!(word, Ok(Evidence::word_for(kind)), "{kind:?} {pairs:?}");
            }
        }
    }

    #[test]
    fn words_are_taken_in_japanese_and_days_in_wareki() {
        let stop = typed(StepKind::Stop, &["last_day=令和8年3月31日"]);
        assert_eq!(stop, Ok(Evidence::Stop { last_day: jiff::civil::date(2026, 3, 31) }));
        let badge = typed(StepKind::ObtainBadge, &["status=申請中"]);
        assert_eq!(badge, Ok(Evidence::Badge { status: domain::evidence::Badge::Applied }));
    }

    #[test]
    fn a_missing_key_and_an_unknown_one_are_told_with_every_key_of_the_step() {
        let missing = typed(StepKind::Acquire, &[]);
        assert!(missing.is_err_and(|words| words.contains("url がありません") && words.contains("--evidence url=")));
        let unknown = typed(StepKind::Acquire, &["ulr=https://x.com/a"]);
        assert!(unknown.is_err_and(|words| words.contains("「ulr」という項目はありません") && words.contains("url=")));
    }

    #[test]
    fn half_of_a_paper_filing_is_not_taken() {
        assert!(
            typed(StepKind::File, &["received_on=令和8年4月1日"]).is_err_and(|words| words.contains("二つそろえて"))
        );
    }
}
