//! Defects planted between the kernel and the ledger, one at a time, so that every check is seen to turn red.

use domain::act::{By, Desk, DoStep, OpenCase};
use domain::entry::{Decided, Effect, Fact};
use domain::guideline::{Purpose, StepKind};
use domain::id::{AccountId, UnitId};
use domain::ledger::to_hex;
use domain::listing::ListingRecord;
use domain::network::{Address, canonical_url};
use domain::refusal::{Refusal, RefusalKind};
use domain::register::Register;
use jiff::ToSpan;
use sha2::{Digest, Sha256};

use crate::generator::cities::{CITIES, City, NETWORKS};

/// A way of breaking one promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// A filing puts the account on the list.
    ListsWithoutStep,
    /// A delisting leaves the account on the list.
    LeavesOnList,
    /// A step is dated before what it rests on.
    DatesBack,
    /// A step is done although what comes before is not.
    JumpsAhead,
    /// A case begins of a procedure that a later version carries out.
    BeginsTooEarly,
    /// A return leaves the steps standing.
    ReturnsNothing,
    /// The drafter decides.
    DecidesOwnDraft,
    /// A designation names nobody.
    DesignatesNobody,
    /// A number is given a second time.
    ReusesNumber,
    /// A number is left out.
    ForgetsNumber,
    /// A decision outlives the policy that it was made on.
    KeepsDecision,
    /// The yes of one head is taken for that of every unit.
    TakesOneYes,
    /// A paper is filed that says no last day.
    FilesWithoutLastDay,
    /// Another spelling of a taken address passes.
    BlindToAliases,
    /// An erasure leaves the words in the register.
    ForgetsNothing,
    /// An entry rests on the clause of another city.
    OtherCitysClause,
    /// The index holds accounts as listed that are not.
    VouchesForAnybody,
    /// The record is altered after its hash was taken.
    AltersRecord,
    /// A case takes the units that its order names, whosever the account is.
    TakesForeignUnits,
    /// Whoever has a role at home has it everywhere.
    KnowsNoOwners,
}

/// Every defect with the promise that it breaks.
pub const DEFECTS: &[(Defect, u8)] = &[
    (Defect::ListsWithoutStep, 1),
    (Defect::LeavesOnList, 1),
    (Defect::DatesBack, 2),
    (Defect::JumpsAhead, 2),
    (Defect::BeginsTooEarly, 2),
    (Defect::ReturnsNothing, 2),
    (Defect::DecidesOwnDraft, 3),
    (Defect::DesignatesNobody, 3),
    (Defect::ReusesNumber, 4),
    (Defect::ForgetsNumber, 4),
    (Defect::KeepsDecision, 5),
    (Defect::TakesOneYes, 5),
    (Defect::FilesWithoutLastDay, 5),
    (Defect::BlindToAliases, 6),
    (Defect::ForgetsNothing, 7),
    (Defect::OtherCitysClause, 8),
    (Defect::VouchesForAnybody, 9),
    (Defect::AltersRecord, 10),
    (Defect::TakesForeignUnits, 11),
    (Defect::KnowsNoOwners, 11),
];

/// A defect at work; it strikes wherever it can.
#[derive(Debug, Clone)]
pub struct Planted {
    /// Which.
    pub defect: Defect,
}

impl Planted {
    /// A defect that has not struck yet.
    pub fn new(defect: Defect) -> Self {
        Self { defect }
    }

    /// The kernel with the defect, where it lies in who may begin a case.
    pub fn open(&mut self, desk: &Desk<'_>, order: &OpenCase, by: &By) -> Result<Decided, Refusal> {
        let honest = desk.open(order, by);
        let refused = honest.as_ref().err().map(|r| r.kind);
        match (self.defect, refused) {
            (Defect::TakesForeignUnits, Some(RefusalKind::NotYours)) => {
                let Some(account) = order.subject.account() else { return honest };
                owned_by(desk, account, &order.units, |lax| lax.open(order, by))
            }
            (Defect::BeginsTooEarly, Some(RefusalKind::NotApplicable)) => {
                let mut lax = desk.guideline.clone();
                let procedures = lax.procedures.iter_mut();
                let mut later = procedures.filter(|p| p.id == order.procedure && !p.purpose.is_carried_out());
                let Some(procedure) = later.next() else { return honest };
                let is = std::mem::replace(&mut procedure.purpose, Purpose::Change);
                let mut decided = Desk { guideline: &lax, ..*desk }.open(order, by)?;
                if let Fact::CaseOpened { purpose, .. } = &mut decided.fact {
                    *purpose = is;
                }
                Ok(decided)
            }
            _ => honest,
        }
    }

    /// The kernel with the defect, where the defect lies in its deciding.
    pub fn do_step(&mut self, desk: &Desk<'_>, order: &DoStep, by: &By) -> Result<Decided, Refusal> {
        let honest = desk.do_step(order, by);
        let refused = honest.as_ref().err().map(|r| r.kind);
        match (self.defect, refused) {
            (Defect::BlindToAliases, Some(RefusalKind::AddressTaken)) => {
                let mut alone = desk.register.clone();
                let mine = desk.case(&order.case)?.account();
                alone.accounts.retain(|id, _| Some(id) == mine);
                Desk { register: &alone, ..*desk }.do_step(order, by)
            }
            (Defect::KnowsNoOwners, Some(RefusalKind::NotYours)) => {
                let Some(account) = desk.case(&order.case)?.account() else { return honest };
                let posts = desk.register.office.posts_of(&by.person, by.on).into_iter();
                let at_home: Vec<_> = posts.map(|post| post.unit).take(1).collect();
                owned_by(desk, account, &at_home, |lax| lax.do_step(order, by))
            }
            (Defect::FilesWithoutLastDay, Some(RefusalKind::Incomplete)) => {
                let mut lax = desk.guideline.clone();
                lax.forms.clear();
                Desk { guideline: &lax, ..*desk }.do_step(order, by)
            }
            (Defect::JumpsAhead, Some(RefusalKind::OutOfOrder)) => {
                let mut lax = desk.guideline.clone();
                let steps = lax.procedures.iter_mut().flat_map(|p| &mut p.steps);
                steps.filter(|s| s.id == order.step && s.kind != StepKind::List).for_each(|s| s.after.clear());
                Desk { guideline: &lax, ..*desk }.do_step(order, by)
            }
            _ => honest,
        }
    }

    /// What is recorded instead of what was decided.
    pub fn corrupt(&mut self, mut decided: Decided, register: &Register, city: &City) -> Decided {
        if self.defect == Defect::OtherCitysClause && decided.basis.is_some() {
            let other = CITIES.iter().find(|c| c.code != city.code).and_then(|c| c.versions.first());
            decided.basis = other.map(|r| r.guideline.networks.basis.clone());
        }
        match &mut decided.fact {
            Fact::StepReturned { undone, .. } if self.defect == Defect::ReturnsNothing => undone.clear(),
            Fact::StepDone { .. } => self.corrupt_step(&mut decided, register),
            _ => {}
        }
        decided
    }

    /// Whether an erasure is told to the register.
    pub fn lets_forget(&mut self) -> bool {
        self.defect != Defect::ForgetsNothing
    }

    fn corrupt_step(&self, decided: &mut Decided, register: &Register) {
        let Fact::StepDone { case, step_kind, decided_by, effects, agreed, .. } = &mut decided.fact else { return };
        let Some(case) = register.cases.get(case) else { return };
        match self.defect {
            Defect::ListsWithoutStep if *step_kind != StepKind::List => {
                let address = effects.iter().find_map(|e| match e {
                    Effect::AddressSet { address, .. } => Some(address.clone()),
                    _ => None,
                });
                if let Some(address) = address {
                    let bytes = record(
                        case.account().map(|id| id.0.clone()).unwrap_or_default(),
                        &address,
                        decided.effective_on,
                    )
                    .canonical();
                    let record_hash = to_hex(&Sha256::digest(&bytes));
                    effects.push(Effect::Listed { record_hash, since: decided.effective_on });
                    decided.private.listing = String::from_utf8(bytes).ok();
                }
            }
            Defect::LeavesOnList => effects.retain(|e| !matches!(e, Effect::Delisted | Effect::Suspended)),
            Defect::DatesBack if matches!(step_kind, StepKind::Receive | StepKind::Decide | StepKind::Acquire) => {
                let last = case.steps.values().map(|done| done.on).max();
                decided.effective_on = last.map_or(decided.effective_on, |on| on - 1.days());
            }
            Defect::DecidesOwnDraft if *step_kind == StepKind::Decide => {
                let drafter = case.steps.get("draft").map(|done| done.by.clone());
                *decided_by = drafter.or(decided_by.take());
            }
            Defect::TakesOneYes => {
                if let Some(agreed) = agreed {
                    agreed.left.clear();
                }
            }
            Defect::DesignatesNobody => effects.retain(|e| !matches!(e, Effect::Designated { .. })),
            Defect::ReusesNumber => {
                for effect in effects {
                    if let (Effect::Numbered { number, .. }, Some(given)) = (effect, register.numbers.keys().next()) {
                        number.clone_from(given);
                    }
                }
            }
            Defect::ForgetsNumber => effects.retain(|e| !matches!(e, Effect::Numbered { .. })),
            Defect::KeepsDecision => {
                for effect in effects {
                    if let Effect::PolicyWritten { undone, .. } = effect {
                        undone.clear();
                    }
                }
            }
            Defect::AltersRecord => {
                let listing = decided.private.listing.take();
                decided.private.listing = listing.map(|r| r.replace("\"unit_kana\":\"", "\"unit_kana\":\"にせ"));
            }
            _ => {}
        }
    }
}

/// What the kernel would decide, were the account these units'.
fn owned_by<T>(desk: &Desk<'_>, account: &AccountId, units: &[UnitId], decide: impl FnOnce(&Desk<'_>) -> T) -> T {
    let mut other = desk.register.clone();
    if let Some(account) = other.accounts.get_mut(account).filter(|_| !units.is_empty()) {
        account.units = units.to_vec();
    }
    decide(&Desk { register: &other, ..*desk })
}

/// A record that looks like one of the list's.
fn record(account: String, address: &Address, on: jiff::civil::Date) -> ListingRecord {
    ListingRecord {
        form: 1,
        account,
        municipality: "000000".to_owned(),
        network: address.network.as_str().to_owned(),
        network_label: String::new(),
        name: String::new(),
        name_kana: None,
        name_en: None,
        handle: None,
        url: canonical_url(address, &NETWORKS),
        purpose: String::new(),
        unit: String::new(),
        unit_kana: String::new(),
        department: None,
        number: None,
        started_on: None,
        policy: Vec::new(),
        attachments: Vec::new(),
        listed_on: on,
    }
}
