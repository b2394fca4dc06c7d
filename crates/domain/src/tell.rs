//! The ledger in words: what an entry says, as people read it.
//!
//! Exhaustive over facts and effects, so that no kind of entry exists that cannot be told. Labels come from the guideline
//! of the entry where it is at hand; ids stand in their place where it is not.

// A new kind is thought of at every place where it means something.
#![warn(clippy::wildcard_enum_match_arm)]

mod effect;
mod evidence;
mod office;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use crate::account::Account;
use crate::attachment::Attachment;
use crate::calendar::wareki;
use crate::case::{Case, Count, Outcome, Urgency};
use crate::entry::{AccessChange, Actor, Entry, Fact, OperatorAct, Private};
use crate::evidence::Evidence;
use crate::guideline::{Basis, Guideline, Procedure, basis};
use crate::id::{AccountId, CaseId, PersonId, UnitId};
use crate::network::{NetworkId, Networks};
use crate::office::{Capacity, Office, Post};
use crate::ruling::About;
use crate::subject::{OneOrMore, Reach, Subject};

pub use office::changes_counted;

/// Where the words come from: each may be missing, and ids then stand in their place.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    /// The guideline that the entry names.
    pub guideline: Option<&'a Guideline>,
    /// The office, for the names of units.
    pub office: Option<&'a Office>,
    /// The cases that the entry speaks of.
    pub cases: Option<&'a BTreeMap<CaseId, Case>>,
    /// The accounts that the entry speaks of.
    pub accounts: Option<&'a BTreeMap<AccountId, Account>>,
    /// The networks known.
    pub networks: Option<&'a Networks>,
}

/// An entry in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sentence {
    /// The entry's place.
    pub seq: u64,
    /// The stated day.
    pub on: Date,
    /// Who acted: the title, with the capacity where it is not the holder's.
    pub who: String,
    /// What they did, as the end of a sentence that begins with who.
    pub what: String,
    /// The clause, or 市の運用.
    #[serde(serialize_with = "basis::shown_if_any")]
    pub basis: Option<Basis>,
    /// What proves it and what followed, a sentence each.
    pub followed: Vec<String>,
    /// The free words, each with what it is.
    pub words: Vec<Words>,
    /// The files named.
    pub files: Vec<ToldFile>,
    /// Whether the private part is there.
    pub private: PrivatePart,
}

/// Free words of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Words {
    /// What they are.
    pub label: String,
    /// The words.
    pub text: String,
}

/// A file that an entry names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldFile {
    /// What it is.
    pub attachment: Attachment,
    /// What people call it; `None` once erased.
    pub name: Option<String>,
}

/// What is left of an entry's private part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivatePart {
    /// It never had one.
    None,
    /// It is there.
    Kept,
    /// It was lawfully erased, or is missing.
    Gone,
}

/// Tells an entry.
pub fn tell(entry: &Entry, private: &Private, names: &Names<'_>) -> Sentence {
    let (what, followed) = names.act(entry);
    let file = |attachment: &Attachment| ToldFile {
        attachment: attachment.clone(),
        name: private.files.get(&attachment.hash).cloned(),
    };
    Sentence {
        seq: entry.seq,
        on: entry.effective_on,
        who: names.who(&entry.actor),
        what,
        basis: entry.basis.as_deref().map(Basis::of_shown),
        followed,
        words: names.words(private),
        files: entry.fact.attachments().iter().map(file).collect(),
        private: match (&entry.private, private.is_empty()) {
            (None, _) => PrivatePart::None,
            (Some(_), false) => PrivatePart::Kept,
            (Some(_), true) => PrivatePart::Gone,
        },
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}、{}が、{}", wareki(self.on), self.who, self.what)?;
        if let Some(basis) = &self.basis {
            write!(f, "（{}）", basis.shown())?;
        }
        write!(f, "。")?;
        for followed in &self.followed {
            write!(f, "{followed}")?;
        }
        Ok(())
    }
}

impl Names<'_> {
    /// What was done, and what followed.
    fn act(&self, entry: &Entry) -> (String, Vec<String>) {
        match &entry.fact {
            Fact::GuidelineAdopted { title, version, from, .. } => (
                format!("「{title}」（{version}）を、{}からのガイドラインとして登録しました", wareki(*from)),
                Vec::new(),
            ),
            Fact::OfficeChanged { changes } => {
                ("組織・職・職員の登録を変えました".to_owned(), self.office_changes(changes))
            }
            Fact::CaseOpened { case, procedure, subject, units, count, urgency, .. } => {
                let label =
                    self.guideline.and_then(|g| g.procedure(procedure)).map_or(procedure.as_str(), |p| &p.label);
                let of = self.units(units, entry.effective_on);
                let mut followed = Vec::new();
                if *count == Count::Further {
                    followed.push("この所属の二つ目以降のアカウントです。".to_owned());
                }
                if *urgency == Urgency::Emergency {
                    followed.push("緊急を要するものとして始めました。".to_owned());
                }
                (format!("{}（{of}）の「{label}」の案件{case}を始めました", self.subject(subject)), followed)
            }
            Fact::StepDone { case, step, outcome, evidence, decided_by, effects, agreed, .. } => {
                let label = self.step(case, step);
                // What is to end on a day to come has not ended by being recorded.
                let to_come = matches!(evidence, Evidence::Stop { last_day } if entry.effective_on < *last_day);
                let what = match outcome {
                    Outcome::Done if to_come => format!("案件{case}の{label}の予定を記録しました"),
                    Outcome::Done => format!("案件{case}の{label}を行いました"),
                    Outcome::Exception => format!("案件{case}の{label}を、原則によらず行わないこととしました"),
                    Outcome::NotNeeded => format!("案件{case}の{label}を、必要なしとしました"),
                };
                let mut followed = Vec::new();
                if let Some(post) = decided_by {
                    followed.push(format!("{}の名によるものです。", post_words(post)));
                }
                if let Some(agreed) = agreed {
                    followed.push(format!("{}としてのものです。", self.units(&agreed.units, entry.effective_on)));
                    if !agreed.left.is_empty() {
                        let left = self.units(&agreed.left, entry.effective_on);
                        followed.push(format!("残っているのは{left}です。"));
                    }
                }
                if *outcome == Outcome::Done {
                    followed.extend(evidence::proof(evidence));
                }
                followed.extend(effects.iter().map(|effect| self.effect(effect, case, entry.effective_on)));
                (what, followed)
            }
            Fact::StepReturned { case, step, to_step, undone, items, .. } => {
                let (step, to_step) = (self.step(case, step), self.step(case, to_step));
                let mut followed = Vec::new();
                let named: Vec<String> =
                    items.iter().filter(|item| !item.is_empty()).map(|item| self.item(item)).collect();
                if !named.is_empty() {
                    followed.push(format!("直すところは{}です。", named.concat()));
                }
                followed.extend(self.undone(case, undone));
                (format!("案件{case}を、{step}で差し戻しました（{to_step}からやり直し）"), followed)
            }
            Fact::CaseWithdrawn { case } => (format!("案件{case}を取り下げました"), Vec::new()),
            Fact::AccountNoted { account, network, network_name, name, url, units, .. } => {
                let network = self.network(network, network_name.as_deref());
                let of = self.units(units, entry.effective_on);
                let what =
                    format!("届出のない既存のアカウント「{name}」（{network}、{of}）を{account}として記録しました");
                (what, vec![format!("アドレスは {url} です。公式とはしていません。")])
            }
            Fact::ImpersonatorNoted { impersonator, network, url, .. } => {
                let network = self.network(network, None);
                (
                    format!("{network}のなりすましを{impersonator}として記録しました"),
                    vec![format!("アドレスは {url} です。")],
                )
            }
            Fact::ImpersonatorCleared { impersonator } => {
                (format!("なりすまし{impersonator}がなくなったことを記録しました"), Vec::new())
            }
            Fact::Erased { leaves, decision } => {
                (format!("決定「{decision}」により、記録{}の非公開部分を消去しました", leaves.said()), Vec::new())
            }
            Fact::OperatorActed { act } => (acted(*act).to_owned(), Vec::new()),
            Fact::AccessChanged { person, change } => (access(person.as_ref(), *change), Vec::new()),
            Fact::PracticeSet { leaf, unit, value } => {
                let open = self.guideline.and_then(|g| crate::practice::open_leaf(g, leaf).ok());
                let label = open.map_or_else(|| leaf.to_string(), |open| open.label);
                (format!("市の運用の「{label}」を{value}{}としました", unit.label()), Vec::new())
            }
            Fact::RulingMade { ruling, clause, about, document_number, meeting } => {
                let mut followed = Vec::new();
                followed.extend(clause.as_ref().map(|clause| format!("{clause}についての決定です。")));
                followed.extend(about.as_ref().map(|about| match about {
                    About::Account(id) => format!("{}についての決定です。", self.account(id)),
                    About::Case(id) => format!("案件{id}についての決定です。"),
                }));
                followed.extend(document_number.as_ref().map(|number| format!("文書番号は{number}です。")));
                followed.extend(meeting.as_ref().map(evidence::meeting));
                (format!("定めのない事項の決定{ruling}をしました"), followed)
            }
        }
    }

    fn who(&self, actor: &Actor) -> String {
        match actor {
            Actor::Officer { post } => {
                let unit = self.unit(&post.unit, None);
                // A title mostly begins with its unit; then the unit is not said twice.
                if post.title.starts_with(&unit) || unit == post.unit.0 {
                    return post_words(post);
                }
                format!("{unit}の{}", post_words(post))
            }
            Actor::Operator => "システム運用者".to_owned(),
        }
    }

    fn words(&self, private: &Private) -> Vec<Words> {
        let label = |key: &str| match key {
            "note" => "書き添えたこと".to_owned(),
            "reason" => "理由".to_owned(),
            "theme" => "共通するテーマ".to_owned(),
            "contact_person" => "担当".to_owned(),
            "title" => "題名".to_owned(),
            "words" => "内容".to_owned(),
            "return:" => "全体について".to_owned(),
            other => other.strip_prefix("return:").map_or_else(|| other.to_owned(), |item| self.item(item)),
        };
        let told = |(key, text): (&String, &String)| Words { label: label(key), text: text.clone() };
        private.words.iter().filter(|(_, text)| !text.is_empty()).map(told).collect()
    }

    fn step(&self, case: &CaseId, step: &str) -> String {
        let label = self.procedure(case).and_then(|p| p.step(step)).map_or(step, |s| s.label.as_str());
        format!("「{label}」")
    }

    fn undone(&self, case: &CaseId, undone: &[String]) -> Option<String> {
        let labels: Vec<String> = undone.iter().map(|step| self.step(case, step)).collect();
        (!labels.is_empty()).then(|| format!("{}は、やり直しになりました。", labels.concat()))
    }

    fn procedure(&self, case: &CaseId) -> Option<&Procedure> {
        let case = self.cases?.get(case)?;
        self.guideline?.procedure(&case.procedure)
    }

    fn item(&self, item: &str) -> String {
        let label = self.guideline.and_then(|g| g.policy_items.iter().find(|i| i.id == item));
        format!("「{}」", label.map_or(item, |i| i.label.as_str()))
    }

    fn account(&self, id: &AccountId) -> String {
        let name = self.accounts.and_then(|all| all.get(id)?.name.as_ref());
        name.map_or_else(|| format!("アカウント{id}"), |name| format!("アカウント{id}「{name}」"))
    }

    fn subject(&self, subject: &Subject) -> String {
        let accounts =
            |all: &OneOrMore<AccountId>| all.iter().map(|id| self.account(id)).collect::<Vec<_>>().join("、");
        match subject {
            Subject::Account(id) => self.account(id),
            Subject::Post { accounts: all } => format!("{}への投稿", accounts(all)),
            Subject::Incident(Reach::Accounts(all)) => format!("{}についての事案", accounts(all)),
            Subject::Incident(Reach::NoAccount) => "アカウントによらない事案".to_owned(),
            Subject::Incident(Reach::Everybody) => "団体全体についての事案".to_owned(),
            Subject::Survey { .. } => "照会".to_owned(),
            Subject::Duty { duty, .. } => format!("務め「{duty}」"),
        }
    }

    fn network(&self, id: &NetworkId, name: Option<&str>) -> String {
        let known = self.networks.and_then(|all| all.iter().find(|n| n.id() == id)).map(|n| n.label().to_owned());
        name.map(str::to_owned).or(known).unwrap_or_else(|| id.to_string())
    }

    fn unit(&self, id: &UnitId, on: Option<Date>) -> String {
        let unit = self.office.and_then(|office| office.units.get(id));
        let name = unit.map(|u| on.map_or_else(|| u.names.last().map_or("", |n| n.name.as_str()), |on| u.name_on(on)));
        name.filter(|name| !name.is_empty()).unwrap_or(&id.0).to_owned()
    }

    fn units(&self, ids: &[UnitId], on: Date) -> String {
        ids.iter().map(|id| self.unit(id, Some(on))).collect::<Vec<_>>().join("、")
    }
}

/// A post in words: its title, and that it was a deputy's act.
fn post_words(post: &Post) -> String {
    match post.capacity {
        Capacity::Holder => format!("{}（職員番号{}）", post.title, post.person),
        Capacity::Deputy => format!("{}の代決者（職員番号{}）", post.title, post.person),
    }
}

fn acted(act: OperatorAct) -> &'static str {
    match act {
        OperatorAct::BackedUp => "控え（バックアップ）を取りました",
        OperatorAct::Restored => "控え（バックアップ）から戻しました",
        OperatorAct::Rebuilt => "台帳から表を作り直しました",
    }
}

fn access(person: Option<&PersonId>, change: AccessChange) -> String {
    let whose = person.map_or_else(|| "システム運用者".to_owned(), |person| format!("職員番号{person}"));
    let what = match change {
        AccessChange::Invited => "を、この画面の利用に招きました",
        AccessChange::Activated => "が、この画面の利用を始めたことを記録しました",
        AccessChange::Suspended => "の、この画面の利用を止めました",
        AccessChange::Restored => "の、この画面の利用を再び認めました",
        AccessChange::Reset => "のサインインの設定を、やり直しとしました",
    };
    format!("{whose}{what}")
}
