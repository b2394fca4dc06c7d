//! One act: load under the lock, ask the kernel, write entry and views, all in one transaction.

use domain::act::Desk;
use domain::calendar;
use domain::entry::{Actor, Decided, Entry, Fact, Private};
use domain::id::{GuidelineHash, MunicipalityCode};
use domain::ledger::PrivatePart;
use domain::length;
use domain::refusal::Refusal;
use domain::register::Part;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{NewEntry, Writing};

use crate::city::City;
use crate::error::ActError;
use crate::once::Once;
use crate::slice::Slice;

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The entry's place in the ledger.
    pub seq: u64,
    /// When, in milliseconds UTC.
    pub recorded_at: i64,
    /// The entry's kind.
    pub kind: String,
    /// The case, where the act is about one.
    pub case: Option<String>,
    /// The account, where the act is about one.
    pub account: Option<String>,
    /// The number that was given.
    pub number: Option<String>,
    /// Whether the case is complete now.
    pub completed: bool,
}

/// Which guideline an act is judged by.
#[derive(Debug, Clone)]
pub(crate) enum Rules {
    /// The one that the case of the act began with.
    OfCase(domain::id::CaseId),
    /// The one in force today.
    InForce,
}

impl City {
    /// Performs one act: `load` brings in what the act needs, `decide` asks the kernel.
    ///
    /// With a key that was used for this very act before, nothing happens and the former answer is given again.
    pub(crate) async fn perform<L, D>(
        &self,
        once: Option<Once<'_>>,
        rules: Rules,
        load: L,
        decide: D,
    ) -> Result<Recorded, ActError>
    where
        L: AsyncFnOnce(&mut Slice, &mut Writing, &crate::LoadedGuideline) -> Result<(), ActError>,
        D: FnOnce(&Desk<'_>, u64) -> Result<Decided, Refusal>,
    {
        let mut writing = self.ledgered.writing().await?;
        if let Some(once) = &once
            && let Some(former) = once.answered_within(&mut writing).await?
        {
            return Ok(former);
        }
        let mut slice = self.common(&mut writing).await?;
        slice.load(&mut writing, &Part::Numbers).await?;
        if let Rules::OfCase(case) = &rules {
            slice.load(&mut writing, &Part::Case(case.clone())).await?;
        }
        let today = self.today();
        let hash = hash_for(&slice, &rules, today).ok_or(ActError::NoGuideline)?;
        let guideline = self.guideline(&mut writing, &hash).await?;
        load(&mut slice, &mut writing, &guideline).await?;
        let desk = Desk {
            register: &slice.register,
            guideline: &guideline.guideline,
            clauses: guideline.clauses.as_ref(),
            hash: &hash,
            networks: &self.networks,
            today,
        };
        let decided = decide(&desk, writing.next_seq())?;
        length::judge(&decided)?;
        self.record(writing, slice, decided, once.as_ref()).await
    }

    /// Performs an act of the operator, or one that no guideline judges.
    pub(crate) async fn record(
        &self,
        mut writing: Writing,
        mut slice: Slice,
        decided: Decided,
        once: Option<&Once<'_>>,
    ) -> Result<Recorded, ActError> {
        let (entry, private) = self.append(&mut writing, decided).await?;
        slice.register.apply(&entry, &private);
        self.follow(&mut writing, &slice, &entry).await?;
        self.tell(&mut writing, &slice, &entry).await?;
        let recorded = recorded(&entry, &slice);
        if let Some(once) = once {
            once.remember(&mut writing, &entry, &recorded)?;
        }
        writing.commit().await?;
        Ok(recorded)
    }

    /// Gives an entry its place, time and salts, and appends it.
    pub(crate) async fn append(&self, writing: &mut Writing, decided: Decided) -> Result<(Entry, Private), ActError> {
        if let Some(misfit) = decided.misfit() {
            return Err(Refusal::from(misfit).into());
        }
        let (now, last) = (self.machine.now(), writing.not_before());
        if let Some(warning) = calendar::clock_against(last, now).warning() {
            tracing::warn!(municipality = %self.code(), "{warning}");
        }
        let recorded_at = now.max(last);
        let part = decided.private.bytes().map(|bytes| PrivatePart { salt: self.machine.random(), bytes });
        let entry = Entry {
            version: decided.fact.version().map_err(|unwritten| ActError::Inconsistent(unwritten.to_string()))?,
            municipality: MunicipalityCode(self.code().to_owned()),
            seq: writing.next_seq(),
            id: domain::id::uuid_v7(recorded_at, self.machine.random()),
            recorded_at,
            effective_on: decided.effective_on,
            actor: decided.actor,
            guideline: decided.guideline,
            basis: decided.basis.map(|basis| basis.shown()),
            private: part.as_ref().map(PrivatePart::digest),
            fact: decided.fact,
        };
        let new = NewEntry {
            id: entry.id.clone(),
            kind: entry.fact.kind().to_owned(),
            recorded_at,
            salt: self.machine.random(),
            bytes: entry.bytes(),
            private: part,
        };
        writing.append(new).await?;
        Ok((entry, decided.private))
    }

    /// What the operator does: decided by no guideline, and by nobody's post.
    pub(crate) fn by_operator(&self, fact: Fact, private: Private) -> Decided {
        Decided { effective_on: self.today(), actor: Actor::Operator, guideline: None, basis: None, fact, private }
    }
}

fn hash_for(slice: &Slice, rules: &Rules, today: Date) -> Option<GuidelineHash> {
    let of_case = match rules {
        Rules::OfCase(case) => slice.register.cases.get(case).map(|c| c.guideline.clone()),
        Rules::InForce => None,
    };
    of_case.or_else(|| slice.register.guideline_on(today).map(|g| g.hash.clone()))
}

fn recorded(entry: &Entry, slice: &Slice) -> Recorded {
    let (case, account) = match &entry.fact {
        Fact::CaseOpened { case, subject, .. } => {
            (Some(case.0.clone()), subject.account().map(|account| account.0.clone()))
        }
        Fact::StepDone { case, .. } | Fact::StepReturned { case, .. } | Fact::CaseWithdrawn { case } => {
            let account = slice.register.cases.get(case).and_then(|case| Some(case.account()?.0.clone()));
            (Some(case.0.clone()), account)
        }
        Fact::AccountNoted { account, .. } => (None, Some(account.0.clone())),
        _ => (None, None),
    };
    let effects = match &entry.fact {
        Fact::StepDone { effects, .. } => effects.as_slice(),
        _ => &[],
    };
    let number = effects.iter().find_map(|e| match e {
        domain::entry::Effect::Numbered { number, .. } => Some(number.clone()),
        _ => None,
    });
    Recorded {
        seq: entry.seq,
        recorded_at: entry.recorded_at,
        kind: entry.fact.kind().to_owned(),
        case,
        account,
        number,
        completed: effects.contains(&domain::entry::Effect::CaseCompleted),
    }
}
