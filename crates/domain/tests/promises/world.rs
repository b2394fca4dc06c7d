//! A municipality on the pure kernel: deeds are decided, recorded as bytes, read back and carried into the register.

use domain::act::Desk;
use domain::entry::{Actor, Decided, Effect, Entry, Fact, Private};
use domain::guideline::StepKind;
use domain::ledger::to_hex;
use domain::network::Networks;
use domain::office::{Capacity, Post};
use domain::refusal::Refusal;
use domain::register::Register;
use sha2::{Digest, Sha256};

use crate::defects::{Defect, Planted};
use crate::generator::cities::{City, NETWORKS};
use crate::generator::{Act, Deed};

/// One entry as stored: its bytes, and its private part while that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The entry's bytes.
    pub bytes: Vec<u8>,
    /// The private part's bytes.
    pub private: Option<Vec<u8>>,
}

/// A municipality with its ledger and the register that runs along.
#[derive(Debug, Clone)]
pub struct World {
    /// Whose.
    pub city: &'static City,
    /// What stands now.
    pub register: Register,
    /// What happened.
    pub ledger: Vec<Stored>,
    /// A defect that somebody planted.
    pub planted: Option<Planted>,
}

/// What came of a deed.
#[derive(Debug)]
pub enum Answer {
    /// It is recorded at the end of the ledger.
    Recorded,
    /// The kernel refused it.
    Refused(Refusal),
    /// The office cannot change so, or there is no such entry to erase.
    Declined,
}

impl World {
    /// An empty ledger.
    pub fn new(city: &'static City, defect: Option<Defect>) -> Self {
        Self { city, register: Register::default(), ledger: Vec::new(), planted: defect.map(Planted::new) }
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        u64::try_from(self.ledger.len()).unwrap_or(u64::MAX)
    }

    /// Tries a deed.
    pub fn perform(&mut self, deed: &Deed) -> Answer {
        let decided = match self.decide(deed) {
            Ok(Some(decided)) => decided,
            Ok(None) => return Answer::Declined,
            Err(refusal) => return Answer::Refused(refusal),
        };
        let decided = match &mut self.planted {
            Some(planted) => planted.corrupt(decided, &self.register, self.city),
            None => decided,
        };
        self.record(deed, decided);
        Answer::Recorded
    }

    fn decide(&mut self, deed: &Deed) -> Result<Option<Decided>, Refusal> {
        let Some(rules) = self.city.rules(&deed.rules) else { return Ok(None) };
        let networks: &Networks = &NETWORKS;
        let desk = Desk {
            register: &self.register,
            guideline: &rules.guideline,
            clauses: Some(&rules.clauses),
            hash: &rules.hash,
            networks,
            today: deed.today,
        };
        let decided = match &deed.act {
            Act::Open(order) => match &mut self.planted {
                Some(planted) => planted.open(&desk, order, &deed.by),
                None => desk.open(order, &deed.by),
            },
            Act::Do(order) => match &mut self.planted {
                Some(planted) => planted.do_step(&desk, order, &deed.by),
                None => desk.do_step(order, &deed.by),
            },
            Act::SendBack(order) => desk.send_back(order, &deed.by),
            Act::Withdraw { case, because } => desk.withdraw(case, because, &deed.by),
            Act::NoteAccount(order) => desk.note_account(order, &deed.by),
            Act::NoteImpersonator(order) => desk.note_impersonator(order, &deed.by),
            Act::SetPractice(order) => desk.set_practice(order, &deed.by),
            Act::Rule(order) => desk.rule(order, &deed.by),
            Act::Adopt { .. } | Act::Office { .. } | Act::ClearImpersonator(_) | Act::Erase { .. } => {
                return Ok(self.administer(deed, &rules.guideline.guideline));
            }
        };
        decided.map(Some)
    }

    /// What the kernel has no verb for: the entry is the act.
    fn administer(&self, deed: &Deed, meta: &domain::guideline::Meta) -> Option<Decided> {
        let (fact, names) = match &deed.act {
            Act::Adopt { from } => {
                let (title, version) = (meta.title.clone(), meta.version.clone());
                (Fact::GuidelineAdopted { hash: deed.rules.clone(), title, version, from: *from }, None)
            }
            Act::Office { changes, names } => {
                self.register.office.changed(changes).ok().filter(|_| !changes.is_empty())?;
                (Fact::OfficeChanged { changes: changes.clone() }, Some(names.clone()))
            }
            Act::ClearImpersonator(id) => (Fact::ImpersonatorCleared { impersonator: id.clone() }, None),
            Act::Erase { leaf, decision } => {
                let at = usize::try_from(*leaf).ok()?;
                self.ledger.get(at)?.private.as_ref()?;
                (Fact::Erased { leaves: (*leaf).into(), decision: decision.clone() }, None)
            }
            _ => return None,
        };
        let post = self.register.office.posts_of(&deed.by.person, deed.today).into_iter().next();
        let private = Private { names: names.unwrap_or_default(), ..Private::default() };
        let actor = post.map_or(Actor::Operator, |post| Actor::Officer { post });
        Some(Decided { effective_on: deed.today, actor, guideline: None, basis: None, fact, private })
    }

    fn record(&mut self, deed: &Deed, decided: Decided) {
        let private = decided.private.bytes();
        let entry = Entry {
            version: decided.fact.version().expect("a form"),
            municipality: self.city.code.clone(),
            seq: self.size(),
            id: format!("entry-{}", self.size()),
            recorded_at: deed.recorded_at,
            effective_on: decided.effective_on,
            actor: decided.actor,
            guideline: decided.guideline,
            basis: decided.basis.as_ref().map(domain::guideline::Basis::shown),
            private: private.as_ref().map(|bytes| to_hex(&Sha256::digest(bytes))),
            fact: decided.fact,
        };
        // What runs along is applied from the values themselves; the rebuild will read the bytes.
        self.register.apply(&entry, &decided.private);
        self.ledger.push(Stored { bytes: entry.bytes(), private });
        if let Fact::Erased { leaves, .. } = &entry.fact {
            leaves.iter().for_each(|leaf| self.erase(leaf));
        }
    }

    fn erase(&mut self, leaf: u64) {
        let Some(stored) = usize::try_from(leaf).ok().and_then(|at| self.ledger.get_mut(at)) else { return };
        stored.private = None;
        let Ok(erased) = Entry::read(&stored.bytes) else { return };
        if self.planted.as_mut().is_none_or(Planted::lets_forget) {
            self.register.forget(&erased);
        }
    }

    /// The register made anew from the bytes of the ledger.
    pub fn rebuilt(&self) -> Register {
        let mut register = Register::default();
        for (entry, private) in self.ledger.iter().filter_map(Stored::read) {
            register.apply(&entry, &private);
        }
        register
    }
}

impl Stored {
    /// The entry and what is left of its private part; `None` when the bytes are no entry.
    pub fn read(&self) -> Option<(Entry, Private)> {
        let private = self.private.as_deref().map_or(Ok(Private::default()), Private::read);
        Some((Entry::read(&self.bytes).ok()?, private.ok()?))
    }
}

/// The post that is answerable for an entry: for a recorded decision, whoever decided.
pub fn answerable(entry: &Entry) -> Option<&Post> {
    match (&entry.fact, &entry.actor) {
        (Fact::StepDone { decided_by: Some(post), .. }, _) | (_, Actor::Officer { post }) => Some(post),
        (_, Actor::Operator) => None,
    }
}

/// Whether the post is held by its holder.
pub fn is_holder(post: &Post) -> bool {
    post.capacity == Capacity::Holder
}

/// Whether an effect says something about the official list.
pub fn speaks_of_list(effect: &Effect) -> bool {
    matches!(effect, Effect::Listed { .. } | Effect::Suspended | Effect::Delisted | Effect::Closed)
}

/// Whether somebody decides, receives or files with this kind of step.
pub fn looks_at_policy(kind: StepKind) -> bool {
    matches!(kind, StepKind::Decide | StepKind::Consult | StepKind::Receive | StepKind::File)
}
