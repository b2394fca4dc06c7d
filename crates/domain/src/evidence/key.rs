//! What a proof asks people for: each fact by name.
//!
//! The command line and the pages ask by the same list, so that both ask for the same and refuse the same.

use serde_json::{Value, json};

use super::{EvidenceKind, KeyName};
use crate::calendar;
use crate::letters::{Lines, Misfit};

/// One fact that a proof knows.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: KeyName,
    /// What it says, for people.
    pub label: &'static str,
    /// Whether a proof is one without it, where the kind of step says nothing else.
    pub need: Need,
    /// What may be given for it.
    pub sort: Sort,
    /// What people are shown as an example.
    pub example: &'static str,
}

/// Whether a proof is one without the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is none.
    Needed,
    /// It is one.
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

const fn key(name: KeyName, label: &'static str, need: Need, sort: Sort, example: &'static str) -> Key {
    Key { name, label, need, sort, example }
}

use Need::{Needed, Optional};
use Sort::{Count, Day, List, Text, Words};

impl EvidenceKind {
    /// The facts that a proof of this kind asks for; none where the act itself is the proof.
    pub fn keys(self) -> &'static [Key] {
        match self {
            Self::Plain | Self::Policy | Self::Receipt => &[],
            Self::Decision => {
                const {
                    &[
                        key(KeyName::How, "決裁・専決・代決の別", Optional, Words(HOW), "専決"),
                        key(KeyName::DocumentNumber, "庁内の文書システムの文書番号", Optional, Text, "総務第12号"),
                        key(KeyName::HeldOn, "会議の日（合議体のとき）", Optional, Day, "令和8年4月1日"),
                        key(KeyName::Present, "会議の出席者の数（合議体のとき）", Optional, Count, "5"),
                        key(KeyName::Checked, "当たらないことを確かめた条（読点で区切る）", Optional, List, "A1、A2"),
                    ]
                }
            }
            Self::Acquisition => {
                const {
                    &[
                        key(
                            KeyName::Url,
                            "取得したアカウントのURL",
                            Needed,
                            Text,
                            "https://www.instagram.com/mihon_city/",
                        ),
                        key(KeyName::StableId, "サービスが付けた変わらない番号", Optional, Text, "1234567890"),
                    ]
                }
            }
            Self::Filing => {
                const {
                    &[
                        key(KeyName::ReceivedOn, "紙の届出を受け取った日", Optional, Day, "令和8年4月1日"),
                        key(KeyName::DocumentNumber, "紙の届出の文書番号", Optional, Text, "広第12号"),
                    ]
                }
            }
            Self::Listing => {
                const {
                    &[
                        key(
                            KeyName::Url,
                            "ほかのシステムで作ったページのURL（しるべの一覧なら要りません）",
                            Optional,
                            Text,
                            "https://www.city.example.lg.jp/sns.html",
                        ),
                        key(KeyName::SeenOn, "そのページを確かめた日", Optional, Day, "令和8年4月1日"),
                    ]
                }
            }
            Self::Profile => {
                const {
                    &[
                        key(
                            KeyName::PageUrl,
                            "プロフィール欄に書いた公式サイトのページのURL",
                            Optional,
                            Text,
                            "https://www.city.example.lg.jp/sns.html",
                        ),
                        key(KeyName::Stance, "個別に返信しない旨を示したか", Optional, Words(SHOWN), "示した"),
                        key(KeyName::Contact, "問合せ先を示したか", Optional, Words(SHOWN), "示した"),
                    ]
                }
            }
            Self::Place => const { &[key(KeyName::Url, "示した場所のURL", Needed, Text, "https://x.com/mihon_city")] },
            Self::Badge => const { &[key(KeyName::Status, "認証の状況", Needed, Words(BADGE), "申請中")] },
            Self::Terminal => const { &[key(KeyName::Device, "端末の名前", Needed, Text, "共用パソコン3号")] },
            Self::Security => {
                const {
                    &[
                        key(KeyName::SecondFactor, "二要素認証", Needed, Words(SECOND), "設定済"),
                        key(KeyName::Password, "推測されにくいパスワード", Needed, Words(CONFIRMED), "確認済"),
                        key(KeyName::Recovery, "団体の連絡先による復旧", Needed, Words(CONFIRMED), "確認済"),
                    ]
                }
            }
            Self::Designation => {
                const {
                    &[
                        key(KeyName::Poster, "担当者の職員番号", Needed, Text, "1001"),
                        key(KeyName::Approver, "責任者の職員番号", Needed, Text, "1002"),
                    ]
                }
            }
            Self::Clauses => {
                const { &[key(KeyName::Confirmed, "確かめた条（読点で区切る）", Needed, List, "A1、A2")] }
            }
            Self::Stop => const { &[key(KeyName::LastDay, "利用の最後の日", Needed, Day, "令和8年3月31日")] },
            Self::Record => {
                const {
                    &[
                        key(KeyName::Place, "相手や場所", Optional, Text, "総務課"),
                        key(KeyName::Number, "受付番号や文書番号", Optional, Text, "受付123"),
                    ]
                }
            }
        }
    }
}

/// What is wrong with the facts that were given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct KeyProblem {
    /// Which facts.
    pub keys: Vec<KeyName>,
    /// What is wrong, in Japanese.
    pub what: String,
}

impl Key {
    /// The fact as it is stored, of what was typed; days as people write them.
    pub(super) fn read(&self, typed: &str) -> Result<Value, KeyProblem> {
        if let Some(misfit) = Misfit::of(typed, Lines::One) {
            return Err(self.wrong(format!("「{}」：{misfit}{}", self.label, misfit.next())));
        }
        match self.sort {
            Text => Ok(json!(typed)),
            Day => Ok(json!(calendar::parse_date(typed).map_err(|problem| self.wrong(problem.to_string()))?)),
            Count => typed.trim().parse::<u32>().map(|count| json!(count)).map_err(|_| {
                self.wrong(format!("「{}」の「{typed}」は数ではありません。例：{}", self.label, self.example))
            }),
            List => {
                let parts = typed.split(['、', ',']).map(str::trim).filter(|part| !part.is_empty());
                Ok(json!(parts.collect::<Vec<_>>()))
            }
            Words(words) => {
                let known = words.iter().find(|(japanese, word)| *japanese == typed.trim() || *word == typed.trim());
                known.map(|(_, word)| json!(word)).ok_or_else(|| {
                    let list: Vec<&str> = words.iter().map(|(japanese, _)| *japanese).collect();
                    self.wrong(format!(
                        "「{}」の「{typed}」は、{} のどれかにしてください。",
                        self.label,
                        list.join("・")
                    ))
                })
            }
        }
    }

    fn wrong(&self, what: String) -> KeyProblem {
        KeyProblem { keys: vec![self.name], what }
    }
}
