//! Procedures and duties: which steps there are, in which order, by whom and by when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::clause::Strength;
use super::step::StepKind;

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

impl Purpose {
    /// Whether the program carries such procedures out, so that a case of one can be begun and its draft is a policy.
    ///
    /// Posts, trouble and surveys are in guidelines already; their steps ask for little more than a place and a number.
    /// Until they are built they are read, not begun. What an earlier version began stays readable.
    pub fn is_carried_out(self) -> bool {
        match self {
            Self::Opening
            | Self::Change
            | Self::Suspension
            | Self::Resumption
            | Self::Closing
            | Self::Transfer
            | Self::Ruling => true,
            Self::Post | Self::Incident(_) | Self::Survey => false,
        }
    }
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

impl Procedure {
    /// The step of this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|s| s.id == id)
    }

    /// The step at which the central office takes a filing in.
    pub fn receiving(&self, filing: &Step) -> Option<&Step> {
        self.steps.iter().find(|step| step.after.iter().any(|edge| edge.step == filing.id) && step.kind.keeps())
    }

    /// The step in which a policy is written.
    pub fn drafting(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.kind.writes_policy())
    }

    /// The step in which the policy is written that this step is about; none where it is written only afterwards.
    ///
    /// The order of the two need not be an edge of the guideline: nobody decides on or files what is not there.
    pub fn drafting_before(&self, step: &Step) -> Option<&Step> {
        // What is drafted for a post is the post.
        if self.purpose == Purpose::Post {
            return None;
        }
        let after = self.from_here_on(&step.id);
        self.steps.iter().find(|draft| draft.kind.writes_policy() && !after.contains(&draft.id))
    }

    /// The steps that stand on what a drafting step wrote: those that looked at it, and all that come after them or it.
    pub fn resting_on_draft(&self, draft: &Step) -> Vec<String> {
        let about = |step: &&Step| self.drafting_before(step).is_some_and(|former| former.id == draft.id);
        let looking = self.steps.iter().filter(|step| step.kind.rests_on_policy()).filter(about);
        let mut found = self.from_here_on(&draft.id);
        for id in looking.flat_map(|step| self.from_here_on(&step.id)) {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        found.retain(|id| *id != draft.id);
        found
    }

    /// The steps in an order in which they can be done; where the order is free, as they are written.
    pub fn in_order(&self) -> Vec<&Step> {
        let mut open: Vec<&Step> = self.steps.iter().collect();
        let mut found: Vec<&Step> = Vec::new();
        while !open.is_empty() {
            let waits = |step: &Step| step.after.iter().any(|a| open.iter().any(|other| other.id == a.step));
            // A checked procedure has no circle; one that was not checked is shown as it is written from there on.
            let next = open.iter().position(|step| !waits(step)).unwrap_or(0);
            found.push(open.remove(next));
        }
        found
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
