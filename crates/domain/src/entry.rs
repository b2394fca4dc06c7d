//! Entries of the ledger: what was decided and every fact that it rested on.
//!
//! An entry's bytes are written once, by [`Entry::bytes`], stored as they are and never serialised again. Facts are
//! kept for ever; names and free words lie in the salted private part, which a lawful erasure drops.

// A new kind is thought of at every place where it means something.
#![warn(clippy::wildcard_enum_match_arm)]

mod form;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use form::{Form, NEWEST, Unwritten};

use crate::attachment::Attachment;
use crate::case::{Count, Outcome, Urgency};
use crate::evidence::{Evidence, Meeting};
use crate::guideline::{Basis, ClauseId, Purpose, StepKind};
use crate::id::{AccountId, CaseId, GuidelineHash, ImpersonatorId, MunicipalityCode, PersonId, RulingId, UnitId};
use crate::leaves::Leaves;
use crate::letters::{Lines, Misfit};
use crate::network::{Address, NetworkId};
use crate::office::{Designated, OfficeChange, Post};
use crate::policy::Policy;
use crate::practice::{PracticeLeaf, Unit};
use crate::ruling::About;
use crate::subject::Subject;

/// One entry as decided; the store gives it its place and time.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The civil day that people state, in Asia/Tokyo.
    pub effective_on: Date,
    /// Who acted.
    pub actor: Actor,
    /// The guideline that was applied.
    pub guideline: Option<GuidelineHash>,
    /// The clause, or 市の運用, that the act rests on.
    pub basis: Option<Basis>,
    /// What happened.
    pub fact: Fact,
    /// Names and free words.
    pub private: Private,
}

/// One entry of the ledger as read back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of this kind's form.
    pub version: u32,
    /// Whose ledger.
    pub municipality: MunicipalityCode,
    /// Its place, from 0.
    pub seq: u64,
    /// Its id.
    pub id: String,
    /// The server's instant, in milliseconds UTC; never decreases within a ledger.
    pub recorded_at: i64,
    /// The civil day that people state, in Asia/Tokyo.
    pub effective_on: Date,
    /// Who acted.
    pub actor: Actor,
    /// The guideline that was applied.
    pub guideline: Option<GuidelineHash>,
    /// The clause, or 市の運用, that the act rests on.
    pub basis: Option<String>,
    /// The digest of the private part, where there is one.
    pub private: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Actor {
    /// An officer, in a post.
    Officer {
        /// The post.
        post: Post,
    },
    /// The operator of the machine, who decides, receives and lists nothing.
    Operator,
}

/// What happened. No kind is ever removed; a new form of one gets a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "facts", rename_all = "snake_case")]
pub enum Fact {
    /// A guideline came into force.
    GuidelineAdopted {
        /// SHA-256 of its files.
        hash: GuidelineHash,
        /// Its title.
        title: String,
        /// Its version's name.
        version: String,
        /// From this day on.
        from: Date,
    },
    /// The office changed.
    OfficeChanged {
        /// How.
        changes: Vec<OfficeChange>,
    },
    /// A case was opened.
    CaseOpened {
        /// The case.
        case: CaseId,
        /// The procedure's id.
        procedure: String,
        /// What it is for.
        purpose: Purpose,
        /// What it is about.
        #[serde(flatten)]
        subject: Subject,
        /// Whether its account comes into the register with it.
        origin: AccountOrigin,
        /// The owning units, lead first.
        units: Vec<UnitId>,
        /// The unit's first account or a further one.
        count: Count,
        /// Ordinary or an emergency.
        urgency: Urgency,
        /// The files that prove it; their names lie in the private part.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    /// A step was done.
    StepDone {
        /// The case.
        case: CaseId,
        /// The step's id.
        step: String,
        /// What it means.
        step_kind: StepKind,
        /// What came of it.
        outcome: Outcome,
        /// What proves it.
        evidence: Evidence,
        /// Who decided, where a decision of another system was recorded.
        decided_by: Option<Post>,
        /// What follows from it.
        effects: Vec<Effect>,
        /// Whose yes it is, where each of several units has to say its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agreed: Option<Agreed>,
        /// The files that prove it; their names lie in the private part.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    /// A case was sent back.
    StepReturned {
        /// The case.
        case: CaseId,
        /// By which step.
        step: String,
        /// To which step.
        to_step: String,
        /// The steps that no longer stand.
        undone: Vec<String>,
        /// The items named; their reasons lie in the private part.
        items: Vec<String>,
        /// The files that prove it; their names lie in the private part.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    /// A case was withdrawn.
    CaseWithdrawn {
        /// The case.
        case: CaseId,
    },
    /// An account that existed already was noted; never official by this.
    AccountNoted {
        /// The account.
        account: AccountId,
        /// The network.
        network: NetworkId,
        /// その他: its name.
        network_name: Option<String>,
        /// アカウント名.
        name: String,
        /// Its address.
        address: Address,
        /// The URL as typed.
        url: String,
        /// The owning units.
        units: Vec<UnitId>,
    },
    /// An impersonator became known.
    ImpersonatorNoted {
        /// The record.
        impersonator: ImpersonatorId,
        /// The network.
        network: NetworkId,
        /// Its address.
        address: Address,
        /// The URL as typed.
        url: String,
        /// The files that prove it; their names lie in the private part.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    /// An impersonator is no more.
    ImpersonatorCleared {
        /// The record.
        impersonator: ImpersonatorId,
    },
    /// The private part of an entry was lawfully erased.
    Erased {
        /// Which entries.
        #[serde(flatten)]
        leaves: Leaves,
        /// The decision, by its 文書番号.
        decision: String,
    },
    /// The operator did something to the machine's data.
    OperatorActed {
        /// What.
        act: OperatorAct,
    },
    /// Somebody was given access to the pages, or it was taken away; done by the operator.
    AccessChanged {
        /// Whose; none for an operator of the machine.
        person: Option<PersonId>,
        /// How.
        change: AccessChange,
    },
    /// 市の運用: a figure that the guideline's text leaves open was set; why lies in the private part.
    PracticeSet {
        /// Which figure.
        leaf: PracticeLeaf,
        /// What it counts.
        unit: Unit,
        /// The figure.
        value: u32,
    },
    /// 定めのない事項の決定; its title and words lie in the private part.
    RulingMade {
        /// The ruling.
        ruling: RulingId,
        /// The clause that it fills out, where it fills out one.
        clause: Option<ClauseId>,
        /// What it is about, where it is about one thing.
        about: Option<About>,
        /// Its 文書番号, where the city's document system has it.
        document_number: Option<String>,
        /// The meeting, for a committee.
        meeting: Option<Meeting>,
    },
}

/// Whose yes one act is, of a step to which the head of each unit that shares an account says their own (合議).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// The units whose yes it is.
    pub units: Vec<UnitId>,
    /// The units whose yes is still to come; the step is done once there are none.
    pub left: Vec<UnitId>,
}

/// How somebody's access to the pages changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessChange {
    /// 招待: a link was made.
    Invited,
    /// 利用開始: the link was used, and the person can sign in.
    Activated,
    /// 停止.
    Suspended,
    /// 再開.
    Restored,
    /// 再設定: password and second factor are void, and a new link was made.
    Reset,
}

/// Where a case's account comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountOrigin {
    /// New to the register.
    New,
    /// Known already.
    Known,
}

/// What the operator did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorAct {
    /// バックアップ.
    BackedUp,
    /// 復元.
    Restored,
    /// 再構築 of the views.
    Rebuilt,
}

/// What follows from a step; views are made from these alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// A policy version came to be; steps that rested on the former one no longer stand.
    PolicyWritten {
        /// Counted from 1 within the case.
        version: u32,
        /// The steps that no longer stand.
        undone: Vec<String>,
    },
    /// What the account is became known.
    AccountDescribed {
        /// The network.
        network: NetworkId,
        /// その他: its name.
        network_name: Option<String>,
        /// アカウント名.
        name: String,
    },
    /// Where the account is became known.
    AddressSet {
        /// Its address.
        address: Address,
        /// The URL as typed.
        url: String,
        /// The network's stable id for it.
        stable: Option<Address>,
    },
    /// 管理№ was given.
    Numbered {
        /// The number.
        number: String,
        /// The serial behind it.
        serial: u64,
    },
    /// The account is on the list with this record.
    Listed {
        /// SHA-256 of the record's bytes; the bytes lie in the private part.
        record_hash: String,
        /// First listed on this day without a break since.
        since: Date,
    },
    /// The account is off the list for a time.
    Suspended,
    /// The account is off the list; its closing goes on.
    Delisted,
    /// The account is closed.
    Closed,
    /// Somebody was designated.
    Designated {
        /// Who, as what.
        designated: Vec<Designated>,
    },
    /// The account may post.
    Started,
    /// Every needed step of the case is done.
    CaseCompleted,
}

/// Names and free words of an entry; erasable.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Private {
    /// Names and readings by staff number.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<PersonId, (String, String)>,
    /// Free words by what they are: `note`, `reason`, `theme`, `contact_person`, `return:ITEM`, `title`, `words`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, String>,
    /// A policy's content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// A listing record's bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<String>,
    /// The names of files by their hash.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
}

impl Decided {
    /// The first letter in what a person typed that may not stand there; what others wrote is kept as they wrote it.
    pub fn misfit(&self) -> Option<Misfit> {
        let others = matches!(self.fact, Fact::ImpersonatorNoted { .. });
        if others {
            return None;
        }
        let lines = match self.fact {
            Fact::AccountNoted { .. } | Fact::OfficeChanged { .. } | Fact::GuidelineAdopted { .. } => Lines::One,
            Fact::CaseOpened { .. }
            | Fact::StepDone { .. }
            | Fact::StepReturned { .. }
            | Fact::CaseWithdrawn { .. }
            | Fact::ImpersonatorNoted { .. }
            | Fact::ImpersonatorCleared { .. }
            | Fact::Erased { .. }
            | Fact::OperatorActed { .. }
            | Fact::AccessChanged { .. }
            | Fact::PracticeSet { .. }
            | Fact::RulingMade { .. } => Lines::Several,
        };
        // A structure of strings, numbers and lists has no way to fail in JSON.
        let of_facts = serde_json::to_value(&self.fact).ok().and_then(|fact| misfit_within(&fact, lines));
        let names = self.private.names.values().flat_map(|(name, kana)| [name, kana]);
        let mut lone = names.chain(self.private.words.get("contact_person")).chain(self.private.files.values());
        let of_names = || lone.find_map(|name| Misfit::of(name, Lines::One));
        let of_words = || self.private.words.values().find_map(|words| Misfit::of(words, Lines::Several));
        let of_policy = || self.private.policy.as_ref().and_then(Policy::misfit);
        of_facts.or_else(of_names).or_else(of_words).or_else(of_policy)
    }
}

fn misfit_within(value: &serde_json::Value, lines: Lines) -> Option<Misfit> {
    match value {
        serde_json::Value::String(text) => Misfit::of(text, lines),
        serde_json::Value::Array(parts) => parts.iter().find_map(|part| misfit_within(part, lines)),
        serde_json::Value::Object(fields) => fields.values().find_map(|part| misfit_within(part, lines)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => None,
    }
}

/// Why stored bytes are no entry of ours.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// The bytes are not this form.
    #[error("記録を読めません（{0}）。")]
    Unreadable(#[from] serde_json::Error),
    /// A later program wrote it.
    #[error("記録の版 {0} は、このプログラムより新しいものです。新しいプログラムで開いてください。")]
    TooNew(u32),
}

impl Private {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The bytes to be stored; `None` when there is nothing to keep.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        // Strings, lists and maps with string keys have no way to fail in JSON.
        (!self.is_empty()).then(|| serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads stored bytes.
    pub fn read(bytes: &[u8]) -> Result<Self, EntryError> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// A free word, where it is there and not empty.
    pub fn word(&self, key: &str) -> Option<String> {
        self.words.get(key).filter(|w| !w.is_empty()).cloned()
    }
}

impl Entry {
    /// Reads stored bytes; forms of older versions are lifted here.
    pub fn read(bytes: &[u8]) -> Result<Self, EntryError> {
        #[derive(Deserialize)]
        struct Form {
            version: u32,
        }
        let form: Form = serde_json::from_slice(bytes)?;
        match form.version {
            1..=NEWEST => Ok(serde_json::from_slice(bytes)?),
            newer => Err(EntryError::TooNew(newer)),
        }
    }

    /// The bytes to be stored: written once, then kept verbatim.
    pub fn bytes(&self) -> Vec<u8> {
        // Strings, numbers, dates and lists have no way to fail in JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Names the variants of an enum by their words: one list, of which the match proves that it is whole.
macro_rules! words {
    ($of:ident: $($variant:ident $word:literal,)*) => {
        impl $of {
            /// The word of every kind.
            pub const KINDS: &[&str] = &[$($word),*];

            /// The word of the kind, as stored.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $word,)*
                }
            }
        }
    };
}

words! { Fact:
    GuidelineAdopted "guideline_adopted",
    OfficeChanged "office_changed",
    CaseOpened "case_opened",
    StepDone "step_done",
    StepReturned "step_returned",
    CaseWithdrawn "case_withdrawn",
    AccountNoted "account_noted",
    ImpersonatorNoted "impersonator_noted",
    ImpersonatorCleared "impersonator_cleared",
    Erased "erased",
    OperatorActed "operator_acted",
    AccessChanged "access_changed",
    PracticeSet "practice_set",
    RulingMade "ruling_made",
}

words! { Effect:
    PolicyWritten "policy_written",
    AccountDescribed "account_described",
    AddressSet "address_set",
    Numbered "numbered",
    Listed "listed",
    Suspended "suspended",
    Delisted "delisted",
    Closed "closed",
    Designated "designated",
    Started "started",
    CaseCompleted "case_completed",
}

impl Fact {
    /// The case that it is about, where it is about one.
    pub fn case(&self) -> Option<&CaseId> {
        match self {
            Self::CaseOpened { case, .. }
            | Self::StepDone { case, .. }
            | Self::StepReturned { case, .. }
            | Self::CaseWithdrawn { case }
            | Self::RulingMade { about: Some(About::Case(case)), .. } => Some(case),
            Self::GuidelineAdopted { .. }
            | Self::OfficeChanged { .. }
            | Self::AccountNoted { .. }
            | Self::ImpersonatorNoted { .. }
            | Self::ImpersonatorCleared { .. }
            | Self::Erased { .. }
            | Self::OperatorActed { .. }
            | Self::AccessChanged { .. }
            | Self::PracticeSet { .. }
            | Self::RulingMade { about: Some(About::Account(_)) | None, .. } => None,
        }
    }

    /// The account that it names itself; whose account a case is, the case knows.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::CaseOpened { subject, .. } => subject.account(),
            Self::AccountNoted { account, .. } | Self::RulingMade { about: Some(About::Account(account)), .. } => {
                Some(account)
            }
            Self::GuidelineAdopted { .. }
            | Self::OfficeChanged { .. }
            | Self::StepDone { .. }
            | Self::StepReturned { .. }
            | Self::CaseWithdrawn { .. }
            | Self::ImpersonatorNoted { .. }
            | Self::ImpersonatorCleared { .. }
            | Self::Erased { .. }
            | Self::OperatorActed { .. }
            | Self::AccessChanged { .. }
            | Self::PracticeSet { .. }
            | Self::RulingMade { about: Some(About::Case(_)) | None, .. } => None,
        }
    }

    /// The files that it names.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::CaseOpened { attachments, .. }
            | Self::StepDone { attachments, .. }
            | Self::StepReturned { attachments, .. }
            | Self::ImpersonatorNoted { attachments, .. } => attachments,
            Self::GuidelineAdopted { .. }
            | Self::OfficeChanged { .. }
            | Self::CaseWithdrawn { .. }
            | Self::AccountNoted { .. }
            | Self::ImpersonatorCleared { .. }
            | Self::Erased { .. }
            | Self::OperatorActed { .. }
            | Self::AccessChanged { .. }
            | Self::PracticeSet { .. }
            | Self::RulingMade { .. } => &[],
        }
    }
}
