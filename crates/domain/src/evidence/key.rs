//! What a step's proof asks people for: each fact by name, and the proof that the facts make.
//!
//! The command line and the pages ask by the same list, so that both ask for the same and refuse the same.

use serde_json::{Map, Value, json};

use super::Evidence;
use crate::calendar;
use crate::guideline::{Step, StepKind, When};
use crate::letters::{Lines, Misfit};
use crate::parsing;

/// One key that a step's proof knows.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name, as the stored proof spells it.
    pub name: &'static str,
    /// What it says, for people.
    pub label: &'static str,
    need: Need,
    /// What may be given for it.
    pub sort: Sort,
    /// What people are shown as an example.
    pub example: &'static str,
}

/// Whether a proof is one without the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Needed,
    Optional,
}

/// What may be given for a key.
#[derive(Debug, Clone, Copy)]
pub enum Sort {
    /// Words.
    Text,
    /// A day.
    Day,
    /// A whole number.
    Count,
    /// Several words, between 、 or commas.
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
pub fn keys_of(word: &str) -> &'static [Key] {
    match word {
        "decision" => {
            const {
                &[
                    key("how", "決裁・専決・代決の別", Optional, Words(HOW), "専決"),
                    key("document_number", "庁内の文書システムの文書番号", Optional, Text, "総務第12号"),
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
                        "プロフィール欄に書いた公式サイトのページのURL",
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
                    key("recovery", "団体の連絡先による復旧", Needed, Words(CONFIRMED), "確認済"),
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

/// What is wrong with the facts that were given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct KeyProblem {
    /// Which facts.
    pub keys: Vec<&'static str>,
    /// What is wrong, in Japanese.
    pub what: String,
}

impl Key {
    fn wrong(&self, what: String) -> KeyProblem {
        KeyProblem { keys: vec![self.name], what }
    }
}

/// The proof of a step, made of facts as typed; a name that the step does not know is passed over.
pub fn compose(step: &Step, pairs: &[(String, String)]) -> Result<Evidence, KeyProblem> {
    let word = Evidence::word_for(step.kind);
    let keys = keys_of(word);
    let mut facts = Map::new();
    for key in keys {
        if let Some((_, typed)) = pairs.iter().find(|(name, _)| name == key.name) {
            facts.insert(key.name.to_owned(), value(key, typed)?);
        }
    }
    let missing: Vec<&Key> = keys.iter().filter(|key| is_needed(key, step) && !facts.contains_key(key.name)).collect();
    if !missing.is_empty() {
        let labels: Vec<&str> = missing.iter().map(|key| key.label).collect();
        let what = format!("「{}」の記録に、次のものがありません：{}", step.label, labels.join("、"));
        return Err(KeyProblem { keys: missing.iter().map(|key| key.name).collect(), what });
    }
    let shaped = shaped(word, facts)?;
    serde_json::from_value(shaped).map_err(|error| KeyProblem {
        keys: Vec::new(),
        what: format!("「{}」の記録を読めません。{}", step.label, parsing::told(&error.to_string(), "")),
    })
}

/// Whether a step cannot be done without a key. A profile shows either the city's page or that nobody replies there.
pub fn is_needed(key: &Key, step: &Step) -> bool {
    match (step.kind, key.name) {
        (StepKind::ShowProfile, "page_url") => !step.when.contains(&When::NoReplies),
        (StepKind::ShowProfile, "stance" | "contact") => step.when.contains(&When::NoReplies),
        _ => key.need == Needed,
    }
}

fn value(key: &Key, typed: &str) -> Result<Value, KeyProblem> {
    if let Some(misfit) = Misfit::of(typed, Lines::One) {
        return Err(key.wrong(format!("「{}」：{misfit}{}", key.label, misfit.next())));
    }
    match key.sort {
        Text => Ok(json!(typed)),
        Day => Ok(json!(calendar::parse_date(typed).map_err(|problem| key.wrong(problem.to_string()))?)),
        Count => {
            typed.trim().parse::<u32>().map(|count| json!(count)).map_err(|_| {
                key.wrong(format!("「{}」の「{typed}」は数ではありません。例：{}", key.label, key.example))
            })
        }
        List => {
            let parts = typed.split(['、', ',']).map(str::trim).filter(|part| !part.is_empty());
            Ok(json!(parts.collect::<Vec<_>>()))
        }
        Words(words) => {
            let known = words.iter().find(|(japanese, word)| *japanese == typed.trim() || *word == typed.trim());
            known.map(|(_, word)| json!(word)).ok_or_else(|| {
                let list: Vec<&str> = words.iter().map(|(japanese, _)| *japanese).collect();
                key.wrong(format!("「{}」の「{typed}」は、{} のどれかにしてください。", key.label, list.join("・")))
            })
        }
    }
}

/// Puts the facts into the shape of the stored proof.
fn shaped(word: &str, mut facts: Map<String, Value>) -> Result<Value, KeyProblem> {
    let mut both = |outer: &str, names: [&'static str; 2]| -> Result<(), KeyProblem> {
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
            _ => Err(KeyProblem { keys: names.to_vec(), what: both_needed(word, names) }),
        }
    };
    match word {
        "decision" => both("meeting", ["held_on", "present"])?,
        "filing" => both("paper", ["received_on", "document_number"])?,
        "listing" => {
            let elsewhere = facts.contains_key("url") || facts.contains_key("seen_on");
            if elsewhere && facts.len() < 2 {
                return Err(KeyProblem {
                    keys: vec!["url", "seen_on"],
                    what: "ほかのページに掲載したときは、そのURLと確かめた日を二つそろえて書いてください。".to_owned(),
                });
            }
            facts.insert("place".to_owned(), json!(if elsewhere { "elsewhere" } else { "here" }));
        }
        _ => {}
    }
    facts.insert("evidence".to_owned(), json!(word));
    Ok(Value::Object(facts))
}

fn both_needed(word: &str, names: [&str; 2]) -> String {
    let label = |name: &str| keys_of(word).iter().find(|key| key.name == name).map_or("", |key| key.label);
    let [one, other] = names;
    format!("「{}」と「{}」は、二つそろえて書いてください。", label(one), label(other))
}
