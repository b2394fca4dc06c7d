//! The guideline file as a whole: what a city may write, and nothing else.
//!
//! The file's form is these types: the loader reads into them, the JSON Schema for editors is made from them.
//! Every leaf names the clause it comes from, or says that it is the city's own practice (市の運用).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::clause::ClauseId;
use super::form::Form;
use super::policy_item::{Attachment, ItemKind, PolicyItem, Prohibition};
use super::procedure::{Duty, Procedure, Purpose, Step};
use super::role::{Floor, Holder, OfficeKey, Rank, Role};
use super::step::StepKind;
use crate::kind::Kind;

/// One municipality's rules on official accounts, as written in `guideline.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Guideline {
    /// The version of the file format; 1.
    pub format: u32,
    /// The document itself: title, version, day of effect.
    pub guideline: Meta,
    /// Whose guideline it is.
    pub municipality: Municipality,
    /// The city's own words for the things that pages and forms speak of.
    pub words: Words,
    /// 職位, from low to high.
    #[serde(default, rename = "rank")]
    pub ranks: Vec<Rank>,
    /// Offices and posts that the guideline names (広報室, 秘書政策課長 …); the city's office data says who they are.
    #[serde(default, rename = "office")]
    pub offices: Vec<OfficeKey>,
    /// 役割: who acts.
    #[serde(default, rename = "role")]
    pub roles: Vec<Role>,
    /// Which networks the guideline covers.
    pub networks: NetworkScope,
    /// 利用方針・運用ポリシー: its items, in the order of the form.
    #[serde(default, rename = "policy_item")]
    pub policy_items: Vec<PolicyItem>,
    /// Standard texts attached to every policy.
    #[serde(default, rename = "attachment")]
    pub attachments: Vec<Attachment>,
    /// What may not be posted (by the city) or commented (by users).
    #[serde(default, rename = "prohibition")]
    pub prohibitions: Vec<Prohibition>,
    /// 基本原則, acknowledged where a step asks for it.
    #[serde(default)]
    pub principles: Vec<ClauseId>,
    /// Clauses of しなければならない that the program does not carry out yet and the city does in its own way; each is
    /// named here, so that none is believed to be looked after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_yet: Vec<ClauseId>,
    /// 管理№, where the guideline gives one.
    #[serde(default)]
    pub numbering: Option<Numbering>,
    /// What a further account of one unit needs (a reason), where the guideline speaks of it.
    #[serde(default)]
    pub further_account: Option<Demand>,
    /// What an account shared by several units needs (a theme and one lead), where the guideline speaks of it.
    #[serde(default)]
    pub shared_account: Option<Demand>,
    /// The official list.
    pub listing: Listing,
    /// 手続: opening, closing, trouble playbooks, survey …
    #[serde(default, rename = "procedure")]
    pub procedures: Vec<Procedure>,
    /// Periodic or triggered duties.
    #[serde(default, rename = "duty")]
    pub duties: Vec<Duty>,
    /// 様式.
    #[serde(default, rename = "form")]
    pub forms: Vec<Form>,
    /// 市の運用: values that the guideline leaves open.
    #[serde(default, rename = "setting")]
    pub settings: Vec<Setting>,
    /// Who settles what the guideline does not say.
    #[serde(default)]
    pub residual: Option<Residual>,
}

/// The document: what it is called and from when it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// Short id, the folder's name.
    pub id: String,
    /// Title in full.
    pub title: String,
    /// This version's name, such as 令和2年9月24日策定.
    pub version: String,
    /// 施行日 (ISO); left out where the text gives none.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub effective_on: Option<jiff::civil::Date>,
    /// The official text's file beside this one.
    #[serde(default)]
    pub source: Option<String>,
}

/// The municipality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Municipality {
    /// 全国地方公共団体コード, six figures with the check digit.
    pub code: String,
    /// Name, such as みほん市.
    pub name: String,
    /// Reading in hiragana.
    pub kana: String,
    /// Name in English, such as Mihon City, for the pages in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Hosts of its own web site; never an account's URL.
    #[serde(default)]
    pub own_hosts: Vec<String>,
}

impl Municipality {
    /// What it is, and so by which word a sentence speaks of it.
    pub fn called(&self) -> Kind {
        Kind::of(&self.name, &self.code)
    }
}

/// A unit's name in English.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitInEnglish {
    /// The unit's name as the list shows it.
    pub name: String,
    /// The same in English.
    pub name_en: String,
}

/// The city's own words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// A network: ＳＮＳ, ソーシャルメディア.
    pub network: String,
    /// A policy: 利用方針, 運用ポリシー.
    pub policy: String,
    /// The central office: 広報室, 秘書政策課.
    pub central: String,
    /// The unit that runs an account: 情報発信機関, 所属.
    pub unit: String,
    /// The central number, where there is one: 広報室管理№.
    #[serde(default)]
    pub number: Option<String>,
}

/// The networks that a guideline covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkScope {
    /// Networks named in the text.
    #[serde(default)]
    pub named: Vec<NamedNetwork>,
    /// Whether others are covered too.
    pub others: Others,
    /// Where the scope comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// A network that the text names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedNetwork {
    /// Id in `networks.toml`.
    pub network: String,
    /// What the guideline calls it.
    pub label: String,
    /// Where it is named.
    #[serde(flatten)]
    pub basis: Basis,
}

/// What a guideline says of networks that it does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Others {
    /// Any network of a third party; その他 with its name.
    Allowed,
    /// Only those named.
    Refused,
}

/// How central numbers are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Numbering {
    /// A pattern of text with `{serial:4}` and, if wished, `{fiscal_year}` or `{era_year}`.
    pub pattern: String,
    /// Where numbering comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// A demand whose meaning is fixed by where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// The official list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The page's title.
    pub title: String,
    /// What the list shows of each account.
    pub shows: Vec<ItemKind>,
    /// Whether the page shows the whole policy or these columns only.
    pub policy: PolicyShown,
    /// What the city says of itself beside every answer "official", such as what it never asks for by message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city_says: Option<String>,
    /// The names of units in English, for the pages in English.
    #[serde(default, rename = "unit_en", skip_serializing_if = "Vec::is_empty")]
    pub units_en: Vec<UnitInEnglish>,
    /// Where the list comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// How much of the policy the list's pages show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyShown {
    /// The policy with its attachments is posted.
    Whole,
    /// The columns, with the policy as the city's own practice.
    Columns,
}

/// A value that the guideline leaves open and the city sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Which setting.
    pub id: SettingId,
    /// Its value.
    pub value: u32,
    /// Why this value.
    pub why: String,
}

/// The settings that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettingId {
    /// Days without a post after which an account counts as silent.
    SilenceDays,
    /// Days before 終了日 at which its notice opens.
    EndNoticeDays,
    /// Days after which an open 削除依頼 is looked at again.
    TakedownRecheckDays,
    /// Days between checks of profile and list against each other.
    MutualLinkDays,
    /// Hours to the first explanation while people wait.
    HoldingNoticeHours,
}

impl SettingId {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SilenceDays,
        Self::EndNoticeDays,
        Self::TakedownRecheckDays,
        Self::MutualLinkDays,
        Self::HoldingNoticeHours,
    ];

    /// The word in the guideline file.
    pub fn word(self) -> &'static str {
        match self {
            Self::SilenceDays => "silence_days",
            Self::EndNoticeDays => "end_notice_days",
            Self::TakedownRecheckDays => "takedown_recheck_days",
            Self::MutualLinkDays => "mutual_link_days",
            Self::HoldingNoticeHours => "holding_notice_hours",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::SilenceDays => "発信がないとみる日数",
            Self::EndNoticeDays => "運用終了日の前に知らせる日数",
            Self::TakedownRecheckDays => "削除依頼のあとに確かめ直す日数",
            Self::MutualLinkDays => "プロフィール欄と掲載を照らし合わせる間隔",
            Self::HoldingNoticeHours => "対応に時間を要する旨を説明するまでの時間",
        }
    }
}

/// Who settles what the guideline does not say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Residual {
    /// The role.
    pub role: String,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

impl Guideline {
    /// The procedure of this id.
    pub fn procedure(&self, id: &str) -> Option<&Procedure> {
        self.procedures.iter().find(|p| p.id == id)
    }

    /// The role of this id.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|r| r.id == id)
    }

    /// Whether a step files a paper that says until when the account is used.
    pub fn files_last_day(&self, step: &Step, procedure: &Procedure) -> bool {
        let form = self.forms.iter().find(|form| step.form.as_ref() == Some(&form.id));
        step.kind == StepKind::File && form.is_some_and(|form| form.says_last_day(procedure))
    }

    /// Whether a step is in the hands of the heads of the sharing units, and of nobody else.
    pub fn is_of_sharing_heads(&self, step: &Step) -> bool {
        let sharing = |id: &String| self.role(id).is_some_and(|role| role.holder == Holder::SharingUnitHead);
        !step.by.is_empty() && step.by.iter().all(sharing)
    }

    /// Whether a step asks for the yes of each unit that shares the account: the yes of one head is not another unit's.
    pub fn asks_each_sharing_unit(&self, step: &Step) -> bool {
        step.kind.decides() && self.is_of_sharing_heads(step)
    }

    /// Who keeps the list, as the guideline calls their roles: whoever takes a filing in or lists in an opening. In some
    /// places that is an office's staff, in others its head alone.
    pub fn keepers(&self) -> String {
        self.labels_of(self.keeping())
    }

    /// Who settles what the guideline leaves open: the authority that it names, and whoever keeps the list.
    pub fn settlers(&self) -> String {
        self.labels_of(self.residual.iter().map(|residual| residual.role.as_str()).chain(self.keeping()))
    }

    fn keeping(&self) -> impl Iterator<Item = &str> {
        let openings = self.procedures.iter().filter(|procedure| procedure.purpose == Purpose::Opening);
        let steps = openings.flat_map(|procedure| &procedure.steps);
        let keeping = steps.filter(|step| step.kind.keeps());
        keeping.flat_map(|step| &step.by).map(String::as_str)
    }

    fn labels_of<'g>(&'g self, roles: impl Iterator<Item = &'g str>) -> String {
        let mut labels: Vec<&str> = Vec::new();
        for role in roles.filter_map(|id| self.role(id)) {
            if !labels.contains(&role.label.as_str()) {
                labels.push(&role.label);
            }
        }
        labels.join("または")
    }

    /// The policy item of this kind, where the guideline has one.
    pub fn item(&self, kind: ItemKind) -> Option<&PolicyItem> {
        self.policy_items.iter().find(|i| i.kind == kind)
    }

    /// The height of a rank; `None` for a rank the guideline does not know.
    pub fn rank_height(&self, id: &str) -> Option<usize> {
        self.ranks.iter().position(|r| r.id == id)
    }

    /// Whether a rank is at least as high as a floor; a floor that the guideline does not know bars nobody.
    pub fn reaches(&self, rank: &str, floor: &Floor) -> bool {
        let there = self.rank_height(rank);
        self.rank_height(&floor.rank).is_none_or(|needed| there.is_some_and(|there| there >= needed))
    }

    /// What the guideline calls a rank.
    pub fn rank_label(&self, id: &str) -> String {
        self.ranks.iter().find(|r| r.id == id).map_or_else(|| id.to_owned(), |r| r.label.clone())
    }

    /// The value of a setting, where the city gave one.
    pub fn setting(&self, id: SettingId) -> Option<u32> {
        self.settings.iter().find(|s| s.id == id).map(|s| s.value)
    }
}
