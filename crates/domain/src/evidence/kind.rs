//! The kinds of proof.

use super::Evidence;

/// A kind of proof: which facts it holds. Which kind a step needs follows from the step's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// The act itself.
    Plain,
    /// A policy's content.
    Policy,
    /// 決裁・合議.
    Decision,
    /// 取得.
    Acquisition,
    /// 届出.
    Filing,
    /// 受理.
    Receipt,
    /// 掲載・掲載の削除.
    Listing,
    /// プロフィール欄.
    Profile,
    /// 明示.
    Place,
    /// 認証アカウント.
    Badge,
    /// 端末.
    Terminal,
    /// セキュリティ対策.
    Security,
    /// 指定.
    Designation,
    /// 確認 of a list of clauses.
    Clauses,
    /// 廃止・休止.
    Stop,
    /// When and where.
    Record,
}

impl EvidenceKind {
    /// The tag under which a proof of this kind is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Policy => "policy",
            Self::Decision => "decision",
            Self::Acquisition => "acquisition",
            Self::Filing => "filing",
            Self::Receipt => "receipt",
            Self::Listing => "listing",
            Self::Profile => "profile",
            Self::Place => "place",
            Self::Badge => "badge",
            Self::Terminal => "terminal",
            Self::Security => "security",
            Self::Designation => "designation",
            Self::Clauses => "clauses",
            Self::Stop => "stop",
            Self::Record => "record",
        }
    }
}

impl Evidence {
    /// Which kind of proof this is.
    pub fn kind(&self) -> EvidenceKind {
        match self {
            Self::Plain => EvidenceKind::Plain,
            Self::Policy => EvidenceKind::Policy,
            Self::Decision(_) => EvidenceKind::Decision,
            Self::Acquisition { .. } => EvidenceKind::Acquisition,
            Self::Filing { .. } => EvidenceKind::Filing,
            Self::Receipt => EvidenceKind::Receipt,
            Self::Listing(_) => EvidenceKind::Listing,
            Self::Profile { .. } => EvidenceKind::Profile,
            Self::Place { .. } => EvidenceKind::Place,
            Self::Badge { .. } => EvidenceKind::Badge,
            Self::Terminal { .. } => EvidenceKind::Terminal,
            Self::Security { .. } => EvidenceKind::Security,
            Self::Designation { .. } => EvidenceKind::Designation,
            Self::Clauses { .. } => EvidenceKind::Clauses,
            Self::Stop { .. } => EvidenceKind::Stop,
            Self::Record { .. } => EvidenceKind::Record,
        }
    }
}
