//! The types of a guideline file: what a city may write, and nothing else.
//!
//! The file's form is these types: the loader reads into them, the JSON Schema for editors is made from them.
//! Every leaf names the clause it comes from, or says that it is the city's own practice (市の運用).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::step::StepKind;

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

/// A clause's id, such as `T3(4)①`; its words stand in `clauses.toml`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ClauseId(pub String);

impl std::fmt::Display for ClauseId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a leaf comes from: a clause of the guideline, or the city's own practice.
///
/// Written as `clause = "M6(3)①"` or as `practice = "reason"`; exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The guideline's own clause.
    Clause(ClauseId),
    /// 市の運用: not in the guideline's text; why the city does so.
    Practice(String),
}

impl Basis {
    /// The clause, where the guideline's text is the source.
    pub fn clause(&self) -> Option<&ClauseId> {
        match self {
            Self::Clause(id) => Some(id),
            Self::Practice(_) => None,
        }
    }

    /// What a refusal or a page shows: the clause's id, or 市の運用.
    pub fn shown(&self) -> String {
        match self {
            Self::Clause(id) => id.0.clone(),
            Self::Practice(why) => format!("市の運用（{why}）"),
        }
    }
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
    /// Hosts of its own web site; never an account's URL.
    #[serde(default)]
    pub own_hosts: Vec<String>,
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

/// A rank; ranks are written from low to high.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rank {
    /// Id used in office data and floors.
    pub id: String,
    /// Label, such as 係長.
    pub label: String,
}

/// An office or post named by the guideline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficeKey {
    /// The key that the office data puts on a unit or on a position.
    pub key: String,
    /// What the guideline calls it.
    pub label: String,
    /// A unit, a position or a committee.
    pub is: OfficeKind,
}

/// What an office key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfficeKind {
    /// 課・室 and the like.
    Unit,
    /// 職.
    Position,
    /// 委員会・会議.
    Committee,
}

/// A role: who may act in a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Id used by steps.
    pub id: String,
    /// What the guideline calls it.
    pub label: String,
    /// Who holds it on a day.
    pub holder: Holder,
    /// The lowest rank that may hold it, with its basis.
    #[serde(default)]
    pub floor: Option<Floor>,
    /// Where the role comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// The lowest rank for a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// The rank's id.
    pub rank: String,
    /// Where the floor comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// Who holds a role on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// Anybody with a post in the owning unit.
    OwningUnitStaff,
    /// 所属長: the head of the owning unit.
    OwningUnitHead,
    /// 所属部長: the head of the department above the owning unit.
    OwningDepartmentHead,
    /// The heads of the units that share the account, other than the lead (合議).
    SharingUnitHead,
    /// Anybody with a post in the unit of this key.
    UnitStaff(String),
    /// The head of the unit of this key.
    UnitHead(String),
    /// Whoever holds the position of this key.
    Position(String),
    /// A committee: the act is its decision, entered by a member, with the meeting and those present.
    Committee {
        /// The committee's key.
        key: String,
        /// How many must be present.
        quorum: u32,
    },
    /// Whoever was designated for the account (担当者, 責任者).
    Designated(Designation),
}

/// What a person can be designated as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Designation {
    /// 情報発信担当者.
    Poster,
    /// 情報発信責任者.
    Approver,
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

/// One procedure: a run of it is a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Id, such as `opening`.
    pub id: String,
    /// Label.
    pub label: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Its steps; the order is what `after` says, not the order of writing.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// What a procedure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// 開設.
    Opening,
    /// 変更.
    Change,
    /// 休止.
    Suspension,
    /// 再開.
    Resumption,
    /// 廃止.
    Closing,
    /// 引継ぎ.
    Transfer,
    /// One post.
    Post,
    /// Trouble.
    Incident(Trouble),
    /// 調査.
    Survey,
    /// 定めのない事項の決定.
    Ruling,
}

/// A kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// なりすまし.
    Impersonation,
    /// 乗っ取り.
    Takeover,
    /// 炎上.
    Flaming,
    /// デマ・事実と反する投稿.
    FalseRumour,
    /// 誤った情報を発信した.
    WrongPost,
    /// 凍結・ログイン不能.
    LossOfControl,
}

/// One step of a procedure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Id within the procedure.
    pub id: String,
    /// Label in the city's own words.
    pub label: String,
    /// What it means; the meaning is code.
    pub kind: StepKind,
    /// The roles of which any one may do it.
    pub by: Vec<String>,
    /// How strongly the guideline says so.
    pub strength: Strength,
    /// Steps that must be done before, each with its basis.
    #[serde(default)]
    pub after: Vec<After>,
    /// The step belongs to the case only when all of these hold.
    #[serde(default)]
    pub when: Vec<When>,
    /// Where a return sends the case back to; for steps that may return.
    #[serde(default)]
    pub returns_to: Option<String>,
    /// The actor may not be whoever did these steps, with the basis.
    #[serde(default)]
    pub second_person: Option<SecondPerson>,
    /// By when, counted from another step.
    #[serde(default)]
    pub within: Option<Within>,
    /// The form that goes with it.
    #[serde(default)]
    pub form: Option<String>,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// How strongly a guideline says a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// しなければならない・ものとする・すること: nothing passes without it.
    Must,
    /// 原則として: an exception needs a reason.
    InPrinciple,
    /// 努める: its status is recorded and blocks nothing.
    Effort,
    /// 必要に応じて: yes or no is recorded with a reason.
    AsNeeded,
    /// できる: a power, no duty.
    May,
    /// No demand at all (definitions, headings).
    None,
}

/// An edge of the order: this step comes after that one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// The step that comes before.
    pub step: String,
    /// Where the order comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// The actor must be another person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondPerson {
    /// Than whoever did these steps.
    pub than: Vec<String>,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// A closed set of conditions on a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Several units share the account.
    Shared,
    /// The unit has an official account already, or opens more than one.
    Further,
    /// The policy's stance is that no individual replies are given.
    NoReplies,
    /// The case is marked as an emergency.
    Emergency,
    /// The case is not marked as an emergency.
    NotEmergency,
}

/// By when a step is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// 開庁日, counted from the day after `from`.
    pub open_days: u32,
    /// The step from which it counts.
    pub from: String,
    /// Where the figure comes from; 速やかに without a figure is 市の運用.
    #[serde(flatten)]
    pub basis: Basis,
}

/// A duty that comes back, or that something triggers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Id.
    pub id: String,
    /// Label.
    pub label: String,
    /// What is done.
    pub kind: StepKind,
    /// Who owes it.
    pub by: Vec<String>,
    /// How strongly.
    pub strength: Strength,
    /// What makes it due.
    pub triggers: Vec<Trigger>,
    /// How often, in days, with its basis; for `interval`.
    #[serde(default)]
    pub every: Option<Every>,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// An interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Every {
    /// Days.
    pub days: u32,
    /// Where the figure comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// What makes a duty due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// After an interval.
    Interval,
    /// While the account is silent.
    Silence,
    /// 人事異動 of a holder.
    Transfer,
    /// 年度替わり.
    FiscalYear,
    /// The policy's 終了日 is near.
    EndOfPeriod,
    /// At every post.
    Post,
    /// While the account is in use.
    Always,
}

/// A form: what is printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Id.
    pub id: String,
    /// Label, such as 様式１.
    pub label: String,
    /// Its blocks, from top to bottom.
    #[serde(rename = "block")]
    pub blocks: Vec<Block>,
    /// Where it comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// A block of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    /// The box for the central number, blank until received.
    Number {
        /// Its label.
        label: String,
    },
    /// 年月日 of filing.
    Date,
    /// To whom.
    Addressee {
        /// Lines.
        lines: Vec<String>,
    },
    /// From whom: the unit, its head, and （担当：）.
    Sender,
    /// The form's title, centred.
    Title {
        /// The words.
        words: String,
    },
    /// A paragraph.
    Body {
        /// The words.
        words: String,
    },
    /// 記.
    Ki,
    /// A ruled table; each row is filled by a source.
    Table {
        /// The rows.
        rows: Vec<FormRow>,
    },
    /// The policy's standard attachments.
    Attachments,
    /// A new page.
    PageBreak,
    /// Shown on screen, not printed.
    Note {
        /// The words.
        words: String,
    },
}

/// A row of a form's table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormRow {
    /// The label as printed.
    pub label: String,
    /// What fills it.
    pub source: RowSource,
    /// Where the row comes from.
    #[serde(flatten)]
    pub basis: Basis,
}

/// What fills a row of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowSource {
    /// The central number.
    Number,
    /// A policy item, by id.
    Item(String),
    /// The owning units.
    Units,
    /// The head of the owning unit.
    UnitHead,
    /// The day of a step, by id.
    StepDay(String),
    /// 廃止（休止）日.
    StopDay,
    /// The reason given when the case was opened.
    Reason,
    /// Where the policy is shown.
    PolicyPlace,
    /// Left blank for the pen.
    Blank,
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

/// The clause file beside a guideline: the official text, cut into clauses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clauses {
    /// The version of the file format; 1.
    pub format: u32,
    /// Every clause in the order of the source.
    #[serde(rename = "clause")]
    pub clauses: Vec<Clause>,
}

/// One clause: its words, how strong they are, and what carries them in the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its id.
    pub id: ClauseId,
    /// White space before it; for the first clause only.
    #[serde(default)]
    pub before: String,
    /// Its words, byte for byte as in the source.
    pub words: String,
    /// White space between it and the next.
    #[serde(default)]
    pub after: String,
    /// How strongly it speaks.
    pub strength: Strength,
    /// What the program does with it.
    pub carried: Carried,
    /// The leaves that carry it, such as `step:opening/file`.
    #[serde(default)]
    pub by: Vec<String>,
    /// Why a しなければならない is only shown.
    #[serde(default)]
    pub shown_because: Option<String>,
    /// The corrected reading of a slip in the source.
    #[serde(default)]
    pub reading: Option<String>,
    /// A note for the officer.
    #[serde(default)]
    pub note: Option<String>,
    /// Artefacts of extraction inside the words.
    #[serde(default, rename = "artefact")]
    pub artefacts: Vec<Artefact>,
}

/// An artefact of extraction: not the guideline's own words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Artefact {
    /// What stands in the source file.
    pub at: String,
    /// What the guideline says there.
    pub is: String,
}

/// What the program does with a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// The program refuses otherwise.
    Enforced,
    /// A step, duty or playbook puts it before somebody.
    Tasked,
    /// A record or a form keeps it.
    Recorded,
    /// Its text is shown.
    Shown,
}

impl Clause {
    /// The words as printed: artefacts of extraction joined or removed, slips of the source kept.
    pub fn printed(&self) -> String {
        self.artefacts.iter().fold(self.words.clone(), |words, a| words.replace(&a.at, &a.is))
    }
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

    /// The policy item of this kind, where the guideline has one.
    pub fn item(&self, kind: ItemKind) -> Option<&PolicyItem> {
        self.policy_items.iter().find(|i| i.kind == kind)
    }

    /// The height of a rank; `None` for a rank the guideline does not know.
    pub fn rank_height(&self, id: &str) -> Option<usize> {
        self.ranks.iter().position(|r| r.id == id)
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

impl Procedure {
    /// The step of this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|s| s.id == id)
    }

    /// The ids of this step and of every step that comes after it, directly or not.
    pub fn from_here_on(&self, id: &str) -> Vec<String> {
        let mut found = vec![id.to_owned()];
        // A step joins when one of its edges leads to a step found so far; the list only grows, so this ends.
        loop {
            let before = found.len();
            for step in &self.steps {
                if !found.contains(&step.id) && step.after.iter().any(|a| found.contains(&a.step)) {
                    found.push(step.id.clone());
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }
}

/// Notes beside a text, by clause: what an officer should know before adopting it.
pub type Notes = BTreeMap<ClauseId, String>;
