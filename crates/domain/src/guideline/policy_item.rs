//! What a policy consists of, its standard texts, and what may not be posted or commented.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::clause::ClauseId;

/// One item of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyItem {
    /// Id, used in problems and forms.
    pub id: String,
    /// Label in the city's own words.
    pub label: String,
    /// What sort of value it holds.
    pub kind: ItemKind,
    /// When it has to be there.
    pub needed: Needed,
    /// 返信の方針: the stances to choose from; for `reply` only.
    #[serde(default, rename = "stance")]
    pub stances: Vec<Stance>,
    /// The text made from the slots `{from_day} {to_day} {from_hour} {from_minute} {to_hour} {to_minute}`; for `hours` only.
    #[serde(default)]
    pub sentence: Option<String>,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// What sort of value a policy item holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// 種類: the network.
    Network,
    /// アカウント名.
    AccountName,
    /// ＵＲＬ.
    Url,
    /// 目的.
    Purpose,
    /// 発信情報: 対象者 and 情報, two fields printed in one row.
    Message,
    /// 所管部署・担当所属名: the owning unit or units.
    Unit,
    /// 運用期間.
    Period,
    /// 発信時間.
    Hours,
    /// 投稿者への回答・意見や質問への対応.
    Reply,
    /// 備考.
    Note,
    /// A further text item of the city's own.
    Text,
}

/// When an item has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Needed {
    /// The policy is not complete without it.
    Always,
    /// It may be left for the acquisition, and is there before the policy is listed.
    AfterAcquisition,
    /// It may be left out.
    Optional,
}

/// One stance on replies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stance {
    /// Id.
    pub id: String,
    /// Label for choosing; never printed.
    pub label: String,
    /// Whether individual replies are given.
    pub replies: Replies,
    /// The fixed text, exactly as printed; left out where the unit writes its own.
    #[serde(default)]
    pub text: Option<String>,
    /// 問合せ先 needed with this stance.
    #[serde(default)]
    pub contact: Option<Basis>,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// Whether individual replies are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Replies {
    /// 個別に対応しない.
    None,
    /// 必要に応じて.
    AsNeeded,
    /// 原則として返信する.
    InPrinciple,
}

/// A standard text attached to every policy; its words are its clauses' printed words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Id.
    pub id: String,
    /// Its heading as printed.
    pub title: String,
    /// The clauses whose printed words are its paragraphs, in order.
    pub clauses: Vec<ClauseId>,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// One list of things that may not be posted or commented.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prohibition {
    /// Whom it binds.
    pub binds: Binds,
    /// The items, a clause each.
    pub items: Vec<ClauseId>,
    /// An exception written in an item, such as 意見募集.
    #[serde(default, rename = "exception")]
    pub exceptions: Vec<ProhibitionException>,
    /// What may be done about a breach.
    #[serde(default)]
    pub sanctions: Vec<Sanction>,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// Whom a prohibition binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Binds {
    /// What the city may not post.
    City,
    /// What users may not comment.
    Users,
}

/// An exception to a prohibited item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProhibitionException {
    /// The item.
    pub item: ClauseId,
    /// What is excepted, in the text's words.
    pub words: String,
}

/// What may be done about a comment that breaks the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sanction {
    /// 全部または一部の削除.
    Delete,
    /// アカウントのブロック.
    Block,
    /// 非表示.
    Hide,
}
