//! What the promises say, computed a second time from the entries alone, and compared with the kernel after every act.

mod clauses;
mod list;
mod office;
mod owners;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use domain::case::{Count, Urgency};
use domain::entry::{AccountOrigin, Effect, Entry, Fact, Private};
use domain::guideline::{Guideline, Procedure, Purpose};
use domain::id::{AccountId, CaseId, GuidelineHash, ImpersonatorId, PersonId, UnitId};
use domain::office::Designated;
use domain::policy::Policy;
use domain::refusal::Refusal;
use domain::register::Register;
use domain::subject::Subject;
use jiff::civil::Date;

use self::clauses::Bases;
use self::office::OwnOffice;
use crate::generator::addresses::{identity, stable_identity};
use crate::generator::cities::City;
use crate::generator::{Act, Deed};

use self::list::ListEvent;
pub use self::list::changes_answers;

/// A promise that is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Which of the eleven.
    pub promise: u8,
    /// What was seen.
    pub what: String,
}

/// A breach of this promise.
pub fn breach(promise: u8, what: impl Into<String>) -> Breach {
    Breach { promise, what: what.into() }
}

/// What stands in one municipality, as the model folds it.
#[derive(Debug)]
pub struct Model {
    city: &'static City,
    bases: &'static Bases,
    office: OwnOffice,
    cases: BTreeMap<CaseId, OwnCase>,
    accounts: BTreeMap<AccountId, OwnAccount>,
    impersonators: BTreeMap<ImpersonatorId, String>,
    numbers: BTreeSet<String>,
    serial: u64,
    events: Vec<ListEvent>,
    snapshots: Vec<list::Snapshot>,
    last: Option<(Date, i64)>,
}

#[derive(Debug)]
struct OwnCase {
    procedure: String,
    purpose: Purpose,
    rules: GuidelineHash,
    account: AccountId,
    units: Vec<UnitId>,
    count: Count,
    urgency: Urgency,
    opened_on: Date,
    open: bool,
    completed: bool,
    steps: BTreeMap<String, OwnDone>,
    /// Which sharing units' heads have said yes to a step, and the latest of their days.
    yes: BTreeMap<String, (Vec<UnitId>, Date)>,
    draft: Option<OwnDraft>,
    last_draft: Option<Date>,
    returned: Option<(String, Date)>,
    acquired: Option<String>,
}

/// A step that stands, with the policy that lay before whoever did it.
#[derive(Debug)]
struct OwnDone {
    on: Date,
    person: PersonId,
    before_them: Option<Vec<u8>>,
}

#[derive(Debug)]
struct OwnDraft {
    seq: u64,
    policy: Option<Policy>,
}

#[derive(Debug)]
struct OwnAccount {
    /// The owning units, lead first.
    units: Vec<UnitId>,
    live: bool,
    /// New with a case, and never listed.
    preparing: bool,
    address: Option<String>,
    stable: Option<String>,
    number: Option<String>,
    designated: Vec<Designated>,
}

impl OwnDraft {
    fn bytes(&self) -> Option<Vec<u8>> {
        self.policy.as_ref().and_then(|p| serde_json::to_vec(p).ok())
    }
}

impl Model {
    /// Nothing has happened yet.
    pub fn new(city: &'static City) -> Self {
        Self {
            city,
            bases: Bases::of(city),
            office: OwnOffice::default(),
            cases: BTreeMap::new(),
            accounts: BTreeMap::new(),
            impersonators: BTreeMap::new(),
            numbers: BTreeSet::new(),
            serial: 0,
            events: Vec::new(),
            snapshots: Vec::new(),
            last: None,
        }
    }

    /// Judges an entry against what stood before it, then folds it.
    pub fn record(&mut self, deed: &Deed, entry: &Entry, private: &Private) -> Vec<Breach> {
        let mut found = self.bases.of_entry(self.city, entry, deed);
        match &entry.fact {
            Fact::OfficeChanged { changes } => changes.iter().for_each(|change| self.office.change(change)),
            Fact::CaseOpened { .. } => {
                found.extend(self.judge_owners(entry));
                found.extend(self.opened(entry));
            }
            Fact::StepDone { .. } => {
                found.extend(self.judge_step(deed, entry, private));
                self.step_done(entry, private);
            }
            Fact::StepReturned { .. } => {
                found.extend(self.judge_return(deed, entry));
                self.returned(entry);
            }
            Fact::CaseWithdrawn { case } => {
                found.extend(self.judge_withdrawal(case, entry));
                found.extend(self.withdrawn(case, entry.effective_on));
            }
            Fact::AccountNoted { account, url, units, .. } => {
                let address = Some(identity(url).to_owned());
                let new = OwnAccount { preparing: false, address, ..OwnAccount::new(units.clone()) };
                if self.accounts.insert(account.clone(), new).is_some() {
                    found.push(breach(1, format!("{account} was there already and is noted anew")));
                }
            }
            Fact::ImpersonatorNoted { impersonator, url, .. } => {
                self.impersonators.insert(impersonator.clone(), identity(url).to_owned());
            }
            Fact::ImpersonatorCleared { impersonator } => {
                self.impersonators.remove(impersonator);
            }
            Fact::Erased { leaves, .. } => leaves.iter().for_each(|leaf| self.erased(leaf)),
            // Neither figures nor rulings change what an account is; that the fold holds them is looked at with the fold.
            Fact::GuidelineAdopted { .. }
            | Fact::OperatorActed { .. }
            | Fact::AccessChanged { .. }
            | Fact::PracticeSet { .. }
            | Fact::RulingMade { .. } => {}
        }
        found
    }

    /// Judges a refusal: its clause is one of this city's, it helps, and a wrong order is what it says.
    pub fn refused(&self, deed: &Deed, refusal: &Refusal) -> Vec<Breach> {
        let mut found = self.bases.of_refusal(&deed.rules, refusal);
        if let Act::Do(order) = &deed.act {
            found.extend(self.judge_refused_order(&order.case, &order.step, refusal));
        }
        found
    }

    /// Compares what the kernel holds with what the model folded.
    ///
    /// A refusal changes nothing: the kernel only looks at the register, so this is for what was recorded.
    pub fn agrees(&self, register: &Register) -> Vec<Breach> {
        let mut found = self.official_agrees(register);
        found.extend(self.steps_agree(register));
        found.extend(self.numbers_agree(register));
        found.extend(self.addresses_differ());
        found.extend(self.past_is_told(register));
        found
    }

    fn opened(&mut self, entry: &Entry) -> Option<Breach> {
        let Fact::CaseOpened {
            case,
            procedure,
            purpose,
            subject: Subject::Account(account),
            origin,
            units,
            count,
            urgency,
            ..
        } = &entry.fact
        else {
            return None;
        };
        if *origin == AccountOrigin::New {
            self.accounts.insert(account.clone(), OwnAccount::new(units.clone()));
        }
        let opened = OwnCase {
            procedure: procedure.clone(),
            purpose: *purpose,
            rules: entry.guideline.clone().unwrap_or_else(|| GuidelineHash::from("")),
            account: account.clone(),
            units: units.clone(),
            count: *count,
            urgency: *urgency,
            opened_on: entry.effective_on,
            open: true,
            completed: false,
            steps: BTreeMap::new(),
            yes: BTreeMap::new(),
            draft: None,
            last_draft: None,
            returned: None,
            acquired: None,
        };
        if matches!(purpose, Purpose::Post | Purpose::Incident(_) | Purpose::Survey) {
            return Some(breach(2, format!("{case} is of a procedure that is not carried out yet")));
        }
        let listed = self.listed(account).map(|shown| shown.on);
        let former = self.cases.insert(case.clone(), opened);
        if former.is_some() {
            return Some(breach(2, format!("{case} was there already and is opened anew")));
        }
        let early = listed.filter(|on| entry.effective_on < *on);
        early.map(|on| breach(2, format!("{case} is dated before its account was listed on {on}")))
    }

    fn step_done(&mut self, entry: &Entry, private: &Private) {
        let Fact::StepDone { case: id, step, evidence, effects, .. } = &entry.fact else { return };
        let said = self.says_yes(id, step, entry);
        let Some(case) = self.cases.get_mut(id) else { return };
        let guideline = self.city.rules(&case.rules).map(|r| &r.guideline);
        let procedure = guideline.and_then(|g| g.procedure(&case.procedure));
        let mut on = entry.effective_on;
        if let Some((units, asked)) = said {
            let (all, last) = case.yes.entry(step.clone()).or_insert((Vec::new(), on));
            all.extend(units);
            *last = on.max(*last);
            on = *last;
            if asked.iter().any(|unit| !all.contains(unit)) {
                return;
            }
        }
        if case.returned.as_ref().is_some_and(|(to, _)| to == step) {
            case.returned = None;
        }
        if effects.iter().any(|e| matches!(e, Effect::PolicyWritten { .. })) {
            for gone in procedure.map(|p| steps::resting_on(p, step)).unwrap_or_default() {
                case.steps.remove(&gone);
                case.yes.remove(&gone);
            }
            case.draft = Some(OwnDraft { seq: entry.seq, policy: private.policy.clone() });
            case.last_draft = Some(entry.effective_on);
        }
        let person = crate::world::answerable(entry).map_or_else(|| PersonId::from(""), |p| p.person.clone());
        let before_them = case.draft.as_ref().and_then(OwnDraft::bytes);
        case.steps.insert(step.clone(), OwnDone { on, person, before_them });
        if let domain::evidence::Evidence::Acquisition { url, .. } = evidence {
            case.acquired = Some(url.clone());
        }
        let account = case.account.clone();
        for effect in effects {
            self.effect(id, &account, effect, entry, private);
        }
    }

    fn effect(&mut self, case: &CaseId, id: &AccountId, effect: &Effect, entry: &Entry, private: &Private) {
        let Some(account) = self.accounts.get_mut(id) else { return };
        match effect {
            Effect::AddressSet { address, url, .. } => {
                account.address = Some(identity(url).to_owned());
                let network = address.network.as_str();
                let typed = match &entry.fact {
                    Fact::StepDone {
                        evidence: domain::evidence::Evidence::Acquisition { stable_id: Some(id), .. },
                        ..
                    } if !id.trim().is_empty() => Some(stable_identity(network, id)),
                    _ => None,
                };
                let kept = account.stable.take().filter(|s| s.starts_with(&format!("{network}#")));
                account.stable = typed.or(kept);
            }
            Effect::Numbered { number, serial } => {
                account.number = Some(number.clone());
                self.numbers.insert(number.clone());
                self.serial = *serial;
            }
            Effect::Designated { designated } => account.designated.clone_from(designated),
            Effect::CaseCompleted => {
                if let Some(case) = self.cases.get_mut(case) {
                    case.completed = true;
                    case.open = false;
                }
            }
            Effect::Listed { .. } | Effect::Suspended | Effect::Delisted | Effect::Closed => {
                // What is listed says which units it is run by.
                let opened = self.cases.get(case).filter(|_| matches!(effect, Effect::Listed { .. }));
                account.units = opened.map_or_else(|| std::mem::take(&mut account.units), |case| case.units.clone());
                account.preparing = false;
                account.live &= !matches!(effect, Effect::Closed);
                self.events.push(ListEvent::of(id, effect, entry, private));
            }
            Effect::PolicyWritten { .. } | Effect::AccountDescribed { .. } | Effect::Started => {}
        }
    }

    fn returned(&mut self, entry: &Entry) {
        let Fact::StepReturned { case, to_step, .. } = &entry.fact else { return };
        let Some(case) = self.cases.get_mut(case) else { return };
        let guideline = self.city.rules(&case.rules).map(|r| &r.guideline);
        let procedure = guideline.and_then(|g| g.procedure(&case.procedure));
        for gone in procedure.map(|p| steps::resting_on(p, to_step)).unwrap_or_default() {
            case.steps.remove(&gone);
            case.yes.remove(&gone);
        }
        case.steps.remove(to_step);
        case.yes.remove(to_step);
        case.returned = Some((to_step.clone(), entry.effective_on));
    }

    fn withdrawn(&mut self, id: &CaseId, on: Date) -> Option<Breach> {
        let case = self.cases.get_mut(id)?;
        case.open = false;
        let early = case.steps.values().any(|done| on < done.on);
        if case.purpose == Purpose::Opening
            && let Some(account) = self.accounts.get_mut(&case.account).filter(|a| a.preparing)
        {
            account.live = false;
        }
        early.then(|| breach(2, format!("{id} is withdrawn on {on}, before what it did")))
    }

    fn erased(&mut self, leaf: u64) {
        for draft in self.cases.values_mut().filter_map(|c| c.draft.as_mut()).filter(|d| d.seq == leaf) {
            draft.policy = None;
        }
    }

    fn guideline_of(&self, case: &OwnCase) -> Option<(&'static Guideline, &'static Procedure)> {
        let guideline = &self.city.rules(&case.rules)?.guideline;
        Some((guideline, guideline.procedure(&case.procedure)?))
    }
}

impl OwnAccount {
    fn new(units: Vec<UnitId>) -> Self {
        Self { units, live: true, preparing: true, address: None, stable: None, number: None, designated: Vec::new() }
    }
}
