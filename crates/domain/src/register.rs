//! The register: what stands now, folded from the ledger.
//!
//! [`Register::apply`] is total: it asks no rule, guideline or clock, so a later program's rules cannot change the past.
//! A register may hold a part only (what one act needs); [`touches`] says which parts an entry changes.

// A new kind is thought of at every place where it means something.
#![warn(clippy::wildcard_enum_match_arm)]

mod practice;
mod span;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use span::{ListingEnd, ListingSpan};

use crate::account::{Account, Listed, Standing};
use crate::attachment::Attachment;
use crate::case::{AgreedBy, Case, CaseFile, CaseState, Done, PolicyVersion, ReturnReason, Returned};
use crate::entry::{AccountOrigin, Actor, Effect, Entry, Fact, Private};
use crate::evidence::Evidence;
use crate::guideline::Purpose;
use crate::id::{AccountId, CaseId, GuidelineHash, ImpersonatorId, RulingId};
use crate::listing::ListingEvent;
use crate::network::{Address, NetworkId};
use crate::office::{Capacity, Office, OfficeChange, Post};
use crate::practice::{PracticeLeaf, PracticeSpan};
use crate::ruling::Ruling;
use crate::subject::Subject;

/// What stands now in one municipality, or a part of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Register {
    /// Guidelines adopted, in the order of adoption.
    pub guidelines: Vec<Adopted>,
    /// The office with its history; shared, because it is large and most acts only look at it.
    #[serde(with = "crate::shared")]
    pub office: Arc<Office>,
    /// Accounts by id.
    pub accounts: BTreeMap<AccountId, Account>,
    /// Cases by id.
    pub cases: BTreeMap<CaseId, Case>,
    /// Numbers given, each with its case. None is given twice.
    pub numbers: BTreeMap<String, CaseId>,
    /// The serial of the last number given; 0 before the first.
    pub last_serial: u64,
    /// Known impersonators.
    pub impersonators: BTreeMap<ImpersonatorId, Impersonator>,
    /// What the list said, from when to when, by the entry that said it.
    pub listings: BTreeMap<u64, ListingSpan>,
    /// 市の運用: what figures were set to, oldest first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub practices: BTreeMap<PracticeLeaf, Vec<PracticeSpan>>,
    /// Rulings on what the guideline does not say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rulings: BTreeMap<RulingId, Ruling>,
    /// Which entry names which file; a file that none names is not kept.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub files: BTreeSet<FileNamed>,
}

/// That an entry names a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileNamed {
    /// SHA-256 of the file's bytes, in hex.
    pub hash: String,
    /// The entry's sequence number.
    pub seq: u64,
}

/// A guideline in force from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adopted {
    /// Its hash.
    pub hash: GuidelineHash,
    /// Its title.
    pub title: String,
    /// Its version's name.
    pub version: String,
    /// From this day on.
    pub from: Date,
}

/// A known impersonator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Impersonator {
    /// The network.
    pub network: NetworkId,
    /// Its address.
    pub address: Address,
    /// The URL as typed.
    pub url: String,
    /// The day it was noted.
    pub noted_on: Date,
    /// What is known of it, in free words; `None` where nothing was said, or once it is lawfully erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The ledger's sequence number of its entry.
    #[serde(default)]
    pub seq: u64,
    /// The files that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<CaseFile>,
}

/// A part of the register that an entry reads or changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The list of adopted guidelines.
    Guidelines,
    /// The office.
    Office,
    /// An account, with what the list said of it.
    Account(AccountId),
    /// A case.
    Case(CaseId),
    /// The numbers.
    Numbers,
    /// An impersonator.
    Impersonator(ImpersonatorId),
    /// What a figure was set to.
    Practice(PracticeLeaf),
    /// A ruling.
    Ruling(RulingId),
    /// Which entries name the file of this hash.
    File(String),
    /// The part that another entry, now erased, had changed: by its sequence number.
    Leaf(u64),
}

/// The parts of the register that this entry reads or changes when it is applied.
pub fn touches(fact: &Fact) -> Vec<Part> {
    let mut parts = match fact {
        Fact::GuidelineAdopted { .. } => vec![Part::Guidelines],
        Fact::OfficeChanged { .. } => vec![Part::Office],
        Fact::CaseOpened { case, subject, .. } => {
            let accounts = subject.accounts().into_iter().cloned().map(Part::Account);
            std::iter::once(Part::Case(case.clone())).chain(accounts).collect()
        }
        // Which account a case is about is known once the case is loaded; the loader follows it.
        Fact::StepDone { case, .. } => vec![Part::Case(case.clone()), Part::Numbers],
        Fact::StepReturned { case, .. } | Fact::CaseWithdrawn { case } => vec![Part::Case(case.clone())],
        Fact::AccountNoted { account, .. } => vec![Part::Account(account.clone())],
        Fact::ImpersonatorNoted { impersonator, .. } | Fact::ImpersonatorCleared { impersonator } => {
            vec![Part::Impersonator(impersonator.clone())]
        }
        Fact::Erased { leaves, .. } => leaves.iter().map(Part::Leaf).collect(),
        Fact::OperatorActed { .. } | Fact::AccessChanged { .. } => Vec::new(),
        Fact::PracticeSet { leaf, .. } => vec![Part::Practice(leaf.clone())],
        Fact::RulingMade { ruling, .. } => vec![Part::Ruling(ruling.clone())],
    };
    parts.extend(fact.attachments().iter().map(|a| Part::File(a.hash.clone())));
    parts
}

impl Register {
    /// Carries a recorded entry into the register.
    ///
    /// `private` is what is left of the entry's private part; once erased it is empty, and the register then holds no
    /// words where they stood.
    pub fn apply(&mut self, entry: &Entry, private: &Private) {
        let named = entry.fact.attachments().iter().filter(|a| private.files.contains_key(&a.hash));
        self.files.extend(named.map(|a| FileNamed { hash: a.hash.clone(), seq: entry.seq }));
        match &entry.fact {
            Fact::GuidelineAdopted { hash, title, version, from } => {
                let adopted =
                    Adopted { hash: hash.clone(), title: title.clone(), version: version.clone(), from: *from };
                self.guidelines.push(adopted);
            }
            Fact::OfficeChanged { changes } => {
                for change in changes {
                    Arc::make_mut(&mut self.office).apply(change);
                    self.name_person(change, entry.seq, private);
                }
            }
            Fact::CaseOpened { .. } => self.apply_opened(entry, private),
            Fact::StepDone { .. } => self.apply_step(entry, private),
            Fact::StepReturned { .. } => self.apply_return(entry, private),
            Fact::CaseWithdrawn { case } => self.apply_withdrawal(case, entry.effective_on),
            Fact::AccountNoted { account, network, network_name, name, address, url, units } => {
                let standing = Standing::Existing { noted_on: entry.effective_on };
                let mut noted = Account::new(account.clone(), units.clone(), standing);
                noted.network = Some(network.clone());
                noted.network_name.clone_from(network_name);
                noted.name = Some(name.clone());
                noted.address = Some(address.clone());
                noted.url = Some(url.clone());
                self.accounts.insert(account.clone(), noted);
            }
            Fact::ImpersonatorNoted { impersonator, network, address, url, attachments: _ } => {
                let noted = Impersonator {
                    network: network.clone(),
                    address: address.clone(),
                    url: url.clone(),
                    noted_on: entry.effective_on,
                    note: private.word("note"),
                    seq: entry.seq,
                    files: files_of(entry, private, None),
                };
                self.impersonators.insert(impersonator.clone(), noted);
            }
            Fact::ImpersonatorCleared { impersonator } => {
                self.impersonators.remove(impersonator);
            }
            Fact::PracticeSet { leaf, unit, value } => {
                let span = PracticeSpan {
                    unit: *unit,
                    value: *value,
                    from: entry.effective_on,
                    by: post_of(&entry.actor),
                    reason: private.word("reason"),
                    seq: entry.seq,
                };
                self.practices.entry(leaf.clone()).or_default().push(span);
            }
            Fact::RulingMade { ruling, clause, about, document_number, meeting: _ } => {
                let made = Ruling {
                    on: entry.effective_on,
                    clause: clause.clone(),
                    about: about.clone(),
                    document_number: document_number.clone(),
                    by: post_of(&entry.actor),
                    guideline: entry.guideline.clone().unwrap_or_else(|| GuidelineHash::from("")),
                    title: private.word("title"),
                    words: private.word("words"),
                    seq: entry.seq,
                };
                self.rulings.insert(ruling.clone(), made);
            }
            // What an erasure takes away is gone from the entry it names; a rebuild simply no longer finds it, and
            // the running views are told by `forget`.
            Fact::Erased { .. } | Fact::OperatorActed { .. } | Fact::AccessChanged { .. } => {}
        }
    }

    /// Takes out of the register the words that came from an entry whose private part is being erased.
    ///
    /// Afterwards the register equals a rebuild in which that private part is missing.
    pub fn forget(&mut self, erased: &Entry) {
        self.files.retain(|named| named.seq != erased.seq);
        match &erased.fact {
            Fact::OfficeChanged { changes } => {
                for change in changes {
                    if let OfficeChange::PersonNoted { person } = change
                        && let Some(person) = Arc::make_mut(&mut self.office).people.get_mut(person)
                        && person.named_by == erased.seq
                    {
                        person.name = None;
                        person.kana = None;
                    }
                }
            }
            Fact::CaseOpened { case, .. } => {
                if let Some(case) = self.cases.get_mut(case) {
                    case.theme = None;
                    case.reason = None;
                    forget_files(&mut case.files, erased.seq);
                }
            }
            Fact::StepDone { case, step, effects, .. } => self.forget_step(case, step, effects, erased.seq),
            Fact::StepReturned { case, .. } => {
                let Some(case) = self.cases.get_mut(case) else { return };
                if let Some(returned) = case.returned.as_mut().filter(|r| r.seq == erased.seq) {
                    for reason in &mut returned.reasons {
                        reason.reason.clear();
                    }
                }
                forget_files(&mut case.files, erased.seq);
            }
            Fact::ImpersonatorNoted { impersonator, .. } => {
                if let Some(noted) = self.impersonators.get_mut(impersonator) {
                    // One that was cleared may have been noted again since.
                    if noted.seq == erased.seq {
                        noted.note = None;
                    }
                    forget_files(&mut noted.files, erased.seq);
                }
            }
            Fact::PracticeSet { leaf, .. } => {
                let spans = self.practices.get_mut(leaf).into_iter().flatten();
                for span in spans.filter(|span| span.seq == erased.seq) {
                    span.reason = None;
                }
            }
            Fact::RulingMade { ruling, .. } => {
                if let Some(made) = self.rulings.get_mut(ruling) {
                    made.title = None;
                    made.words = None;
                }
            }
            // Nothing of their private parts is kept: the register shows no words of a withdrawal, and an account's name is a
            // fact.
            Fact::GuidelineAdopted { .. }
            | Fact::CaseWithdrawn { .. }
            | Fact::AccountNoted { .. }
            | Fact::ImpersonatorCleared { .. }
            | Fact::Erased { .. }
            | Fact::OperatorActed { .. }
            | Fact::AccessChanged { .. } => {}
        }
    }

    /// What the list said on a past day: the records that were on it at the end of that day, by entry.
    pub fn list_on(&self, day: Date) -> impl Iterator<Item = (&u64, &ListingSpan)> {
        self.listings.iter().filter(move |(_, span)| span.was_on(day))
    }

    /// The guideline in force on a day: the last adopted of those whose day has come.
    pub fn guideline_on(&self, day: Date) -> Option<&Adopted> {
        self.guidelines.iter().rev().find(|g| g.from <= day)
    }

    /// Gives a noted person the name that the entry's private part holds; none once it is erased.
    fn name_person(&mut self, change: &OfficeChange, seq: u64, private: &Private) {
        let OfficeChange::PersonNoted { person } = change else { return };
        let Some(known) = Arc::make_mut(&mut self.office).people.get_mut(person) else { return };
        let (name, kana) = private.names.get(person).cloned().unzip();
        known.name = name;
        known.kana = kana;
        known.named_by = seq;
    }

    fn apply_opened(&mut self, entry: &Entry, private: &Private) {
        let Fact::CaseOpened { case, procedure, purpose, subject, origin, units, count, urgency, attachments: _ } =
            &entry.fact
        else {
            return;
        };
        if let (AccountOrigin::New, Subject::Account(account)) = (origin, subject) {
            let new = Account::new(account.clone(), units.clone(), Standing::Preparing);
            self.accounts.insert(account.clone(), new);
        }
        let opened = Case {
            id: case.clone(),
            procedure: procedure.clone(),
            purpose: *purpose,
            guideline: entry.guideline.clone().unwrap_or_else(|| GuidelineHash::from("")),
            subject: subject.clone(),
            units: units.clone(),
            count: *count,
            urgency: *urgency,
            opened_on: entry.effective_on,
            opened_by: post_of(&entry.actor),
            theme: private.word("theme"),
            reason: private.word("reason"),
            state: CaseState::Open,
            policy: None,
            acquired_url: None,
            steps: BTreeMap::new(),
            agreed: BTreeMap::new(),
            number: None,
            returned: None,
            files: files_of(entry, private, None),
            version: 1,
        };
        self.cases.insert(case.clone(), opened);
    }

    fn apply_step(&mut self, entry: &Entry, private: &Private) {
        let Fact::StepDone { case, step, outcome, evidence, decided_by, effects, agreed, .. } = &entry.fact else {
            return;
        };
        let Some(case) = self.cases.get_mut(case) else { return };
        let mut done = Done {
            on: entry.effective_on,
            by: decided_by.clone().unwrap_or_else(|| post_of(&entry.actor)),
            outcome: *outcome,
            evidence: evidence.clone(),
            note: private.word("note"),
            seq: entry.seq,
        };
        case.version += 1;
        case.files.extend(files_of(entry, private, Some(step)));
        let is_whole = agreed.as_ref().is_none_or(|agreed| agreed.left.is_empty());
        if is_whole && case.returned.as_ref().is_some_and(|r| r.to_step == *step) {
            case.returned = None;
        }
        for effect in effects {
            if let Effect::PolicyWritten { undone, .. } = effect {
                for gone in undone {
                    let gone = case.undo(gone);
                    // An address that is to be acquired anew is printed on nothing that is decided meanwhile.
                    if gone.is_some_and(|done| matches!(done.evidence, Evidence::Acquisition { .. })) {
                        case.acquired_url = None;
                    }
                }
            }
        }
        if let Evidence::Acquisition { url, .. } = evidence {
            case.acquired_url = Some(url.clone());
        }
        if let Some(agreed) = agreed {
            let all = case.agreed.entry(step.clone()).or_default();
            all.push(AgreedBy { units: agreed.units.clone(), done: done.clone() });
            // What comes after all of them comes after the last of their days.
            done.on = all.iter().map(|yes| yes.done.on).fold(done.on, Ord::max);
        }
        if is_whole {
            case.steps.insert(step.clone(), done);
        }
        let case = case.id.clone();
        for effect in effects {
            self.apply_effect(&case, effect, entry, private);
        }
    }

    fn apply_effect(&mut self, case: &CaseId, effect: &Effect, entry: &Entry, private: &Private) {
        let Some(case) = self.cases.get_mut(case) else { return };
        let id = case.account().cloned();
        let account = id.as_ref().and_then(|id| self.accounts.get_mut(id));
        match (effect, account, id) {
            (Effect::PolicyWritten { version, .. }, ..) => {
                case.policy = Some(PolicyVersion { version: *version, content: private.policy.clone() });
            }
            (Effect::CaseCompleted, ..) => case.state = CaseState::Completed { on: entry.effective_on },
            (Effect::AccountDescribed { network, network_name, name }, Some(account), _) => {
                account.network = Some(network.clone());
                account.network_name.clone_from(network_name);
                account.name = Some(name.clone());
            }
            (Effect::AddressSet { address, url, stable }, Some(account), _) => {
                account.address = Some(address.clone());
                account.url = Some(url.clone());
                // A rename leaves the stable id alone; an account on another network has another one.
                if stable.is_some() || account.stable.as_ref().is_some_and(|s| s.network != address.network) {
                    account.stable.clone_from(stable);
                }
            }
            (Effect::Numbered { number, serial }, Some(account), _) => {
                case.number = Some(number.clone());
                account.number = Some(number.clone());
                self.last_serial = self.last_serial.max(*serial);
                self.numbers.insert(number.clone(), case.id.clone());
            }
            (Effect::Listed { record_hash, since }, Some(account), Some(id)) => {
                account.policy = Some(case.id.clone());
                account.units.clone_from(&case.units);
                account.standing = Standing::Listed(Listed {
                    since: *since,
                    record_hash: record_hash.clone(),
                    record: private.listing.clone(),
                    seq: entry.seq,
                });
                let revised = self.end_listing(&id, entry, ListingEvent::Revised);
                let event = if revised { ListingEvent::Revised } else { ListingEvent::Listed };
                let span = ListingSpan {
                    account: id,
                    on: entry.effective_on,
                    recorded_at: entry.recorded_at,
                    event,
                    record_hash: record_hash.clone(),
                    record: private.listing.clone(),
                    ended: None,
                };
                self.listings.insert(entry.seq, span);
            }
            (Effect::Suspended, Some(account), Some(id)) => {
                account.standing = Standing::Suspended { since: entry.effective_on };
                self.end_listing(&id, entry, ListingEvent::Suspended);
            }
            (Effect::Delisted, Some(account), Some(id)) => {
                account.standing = Standing::Delisted { since: entry.effective_on };
                self.end_listing(&id, entry, ListingEvent::Closed);
            }
            (Effect::Closed, Some(account), Some(id)) => {
                account.standing = Standing::Closed { on: entry.effective_on };
                // Nothing stays on the list that is no more, whatever order a guideline gives.
                self.end_listing(&id, entry, ListingEvent::Closed);
            }
            (Effect::Designated { designated }, Some(account), _) => account.designated.clone_from(designated),
            (Effect::Started, Some(account), _) => account.operating_since = Some(entry.effective_on),
            // What happens to an account happens to none where the case is about something else.
            (
                Effect::AccountDescribed { .. }
                | Effect::AddressSet { .. }
                | Effect::Numbered { .. }
                | Effect::Listed { .. }
                | Effect::Suspended
                | Effect::Delisted
                | Effect::Closed
                | Effect::Designated { .. }
                | Effect::Started,
                ..,
            ) => {}
        }
    }

    /// Ends what the list says of an account; `true` when it said something.
    fn end_listing(&mut self, account: &AccountId, entry: &Entry, event: ListingEvent) -> bool {
        let open = self.listings.values_mut().find(|s| s.account == *account && s.ended.is_none());
        let Some(span) = open else { return false };
        span.ended = Some(ListingEnd { on: entry.effective_on, recorded_at: entry.recorded_at, seq: entry.seq, event });
        true
    }

    fn apply_return(&mut self, entry: &Entry, private: &Private) {
        let Fact::StepReturned { case, step, to_step, undone, items, attachments: _ } = &entry.fact else { return };
        let Some(case) = self.cases.get_mut(case) else { return };
        for gone in undone {
            case.undo(gone);
        }
        let reason = |item: &String| ReturnReason {
            item: item.clone(),
            reason: private.word(&format!("return:{item}")).unwrap_or_default(),
        };
        case.returned = Some(Returned {
            by_step: step.clone(),
            to_step: to_step.clone(),
            on: entry.effective_on,
            reasons: items.iter().map(reason).collect(),
            seq: entry.seq,
        });
        case.files.extend(files_of(entry, private, Some(step)));
        case.version += 1;
    }

    fn apply_withdrawal(&mut self, case: &CaseId, on: Date) {
        let Some(case) = self.cases.get_mut(case) else { return };
        case.state = CaseState::Withdrawn { on };
        case.version += 1;
        // Only an opening's own account goes with it; a change or a closing that is withdrawn leaves it as it was.
        if case.purpose == Purpose::Opening
            && let Some(account) = case.account().and_then(|id| self.accounts.get_mut(id))
            && account.standing == Standing::Preparing
        {
            account.standing = Standing::Withdrawn { on };
        }
    }

    fn forget_step(&mut self, case: &CaseId, step: &str, effects: &[Effect], seq: u64) {
        let Some(case) = self.cases.get_mut(case) else { return };
        let said = case.agreed.get_mut(step).into_iter().flatten().map(|yes| &mut yes.done);
        for done in said.chain(case.steps.get_mut(step)).filter(|done| done.seq == seq) {
            done.note = None;
        }
        forget_files(&mut case.files, seq);
        for effect in effects {
            match effect {
                Effect::PolicyWritten { version, .. } => {
                    if let Some(policy) = case.policy.as_mut().filter(|p| p.version == *version) {
                        policy.content = None;
                    }
                }
                Effect::Listed { .. } => {
                    if let Some(span) = self.listings.get_mut(&seq) {
                        span.record = None;
                    }
                    if let Some(Account { standing: Standing::Listed(listed), .. }) =
                        case.account().and_then(|id| self.accounts.get_mut(id))
                        && listed.seq == seq
                    {
                        listed.record = None;
                    }
                }
                // All that these say is facts.
                Effect::AccountDescribed { .. }
                | Effect::AddressSet { .. }
                | Effect::Numbered { .. }
                | Effect::Suspended
                | Effect::Delisted
                | Effect::Closed
                | Effect::Designated { .. }
                | Effect::Started
                | Effect::CaseCompleted => {}
            }
        }
    }
}

/// The files that an entry names, as the thing it is about keeps them.
fn files_of(entry: &Entry, private: &Private, step: Option<&String>) -> Vec<CaseFile> {
    let kept = |attachment: &Attachment| CaseFile {
        attachment: attachment.clone(),
        name: private.files.get(&attachment.hash).cloned(),
        step: step.cloned(),
        seq: entry.seq,
    };
    entry.fact.attachments().iter().map(kept).collect()
}

fn forget_files(files: &mut [CaseFile], seq: u64) {
    for file in files.iter_mut().filter(|file| file.seq == seq) {
        file.name = None;
    }
}

fn post_of(actor: &Actor) -> Post {
    match actor {
        Actor::Officer { post } => post.clone(),
        Actor::Operator => Post {
            person: "operator".into(),
            position: "operator".into(),
            unit: "".into(),
            title: "システム運用者".to_owned(),
            rank: String::new(),
            capacity: Capacity::Holder,
        },
    }
}
