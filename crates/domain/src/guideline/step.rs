//! What kinds of step there are: a small closed set.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a step means. Which steps a procedure has is the guideline's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// 作成: the policy is written.
    Draft,
    /// 決裁・承認: a yes by whoever decides; may send back.
    Decide,
    /// 合議・協議・諮問: an opinion asked before a decision; may send back.
    Consult,
    /// 取得: the account is acquired on the network; its URL becomes known.
    Acquire,
    /// 届出・申請: the policy is filed with the central office.
    File,
    /// 受理: the filing is received, and numbered where the guideline numbers; may send back.
    Receive,
    /// 掲載: the account goes on the official list.
    List,
    /// 掲載の削除.
    Delist,
    /// 削除の確認.
    ConfirmDelisted,
    /// アカウントの削除: on the network.
    DeleteAccount,
    /// 休止・廃止: the end of use, the day of stopping and its reason.
    Stop,
    /// プロフィール欄への記載.
    ShowProfile,
    /// 運用ポリシーの明示: in the account.
    ShowPolicy,
    /// 所属内での共有.
    Share,
    /// 認証アカウントの取得.
    ObtainBadge,
    /// 端末の確認.
    ConfirmTerminal,
    /// セキュリティ機能の確認.
    ConfirmSecurity,
    /// 担当者・責任者の指定.
    Designate,
    /// 基本原則の確認.
    Acknowledge,
    /// 運用開始: the account may post from now on.
    Start,
    /// 投稿の決裁.
    ApprovePost,
    /// 投稿.
    Post,
    /// 返信.
    Reply,
    /// 点検・監視.
    Check,
    /// パスワード・管理者権限の変更.
    ChangeCredential,
    /// 保管の確認: where credentials are kept.
    KeepCredential,
    /// 冷静な対応: no rebuttal.
    StayCalm,
    /// 報告: to an office.
    Report,
    /// 訂正.
    Correct,
    /// 投稿の削除: or considering it.
    DeletePost,
    /// 説明・謝罪: as the unit.
    Explain,
    /// 対応に時間を要する旨の説明.
    ExplainDelay,
    /// 削除依頼: to the operator of the network.
    RequestTakedown,
    /// 注意喚起.
    WarnPublic,
    /// 正しい情報への案内.
    Guide,
    /// 照会: to the units.
    Ask,
    /// 回答.
    Answer,
    /// 関係機関との共有.
    ShareWithOthers,
    /// 引用・リンクの確認.
    CheckQuotation,
    /// 定めのない事項の決定.
    Rule,
}
