//! The same acts on the pure kernel and on a real register, on both engines: the same answers, and the same register.
//!
//! The acts are those of the random towns on which the kernel's promises are looked at; what keeps a promise there
//! keeps it here, if both answer alike and what stands in the tables is the fold of the ledger.

#[path = "../../domain/tests/promises/generator/mod.rs"]
#[expect(dead_code, reason = "the kernel's own tests use all of it")]
mod generator;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use actions::{
    AccountNoted, ActError, Attached, GuidelineFiles, ImpersonatorNoted, Machine, Opening, Recorded, RulingOrder,
    SendingBack, Stepping,
};
use domain::account::Account;
use domain::act::{Desk, DoStep, MakeRuling, NoteAccount, NoteImpersonator, OpenCase};
use domain::attachment::{Attachment, NamedFile};
use domain::case::Case;
use domain::entry::{Actor, Decided, Entry, Fact, Private};
use domain::guideline::{Purpose, StepKind};
use domain::id::{AccountId, CaseId, ImpersonatorId, MunicipalityCode, RulingId};
use domain::network::Networks;
use domain::office::Office;
use domain::practice::PracticeSpan;
use domain::refusal::{Refusal, RefusalKind};
use domain::register::{Adopted, FileNamed, Impersonator, ListingSpan, Register};
use domain::ruling::Ruling;
use serde::de::DeserializeOwned;
use store::{Ledgered, PAGE_MAX, Read, Reading};
use testkit::{Bench, Engine, Guide, Town};

use crate::generator::cities::{City, NETWORKS, Rules};
use crate::generator::{Act, Deed, Generator};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_answers_as_the_kernel_does() {
    stories(Engine::File, 40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_answers_as_the_kernel_does() {
    stories(Engine::Server, 40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: scripts/soak runs it"]
async fn a_file_answers_as_the_kernel_does_in_five_hundred_stories() {
    everything_occurred(&stories(Engine::File, 500).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: scripts/soak runs it"]
async fn a_server_answers_as_the_kernel_does_in_five_hundred_stories() {
    everything_occurred(&stories(Engine::Server, 500).await);
}

/// A city of the generator, with the files of each version of its guideline.
struct Realm {
    city: City,
    files: Vec<GuidelineFiles>,
}

static REALMS: LazyLock<Vec<Realm>> =
    LazyLock::new(|| [Guide::Notice, Guide::Decision, Guide::Committee].map(realm).into_iter().collect());

/// The guideline as it is, and a later version of it whose numbers could meet those of the former one.
fn realm(guide: Guide) -> Realm {
    let first = Town::files(guide);
    let text = first.guideline.replacen("\nversion = \"", "\nversion = \"改正：", 1);
    let later = GuidelineFiles { guideline: text.replace("\"{serial:4}\"", "\"000{serial:1}\""), ..first.clone() };
    assert_ne!(first.guideline, later.guideline, "the later version is another one");
    let files = vec![first, later];
    let versions = files.iter().map(|files| {
        let loaded = files.load().expect("the guidelines of the repository are sound");
        Rules { guideline: loaded.guideline, clauses: loaded.clauses.expect("with its clauses"), hash: loaded.hash }
    });
    Realm { city: City { code: MunicipalityCode::from(guide.code()), versions: versions.collect() }, files }
}

/// What occurred.
#[derive(Debug, Default)]
struct Tally {
    deeds: usize,
    entries: BTreeMap<&'static str, usize>,
    steps: BTreeMap<StepKind, usize>,
    outcomes: BTreeMap<String, usize>,
    refusals: BTreeMap<RefusalKind, usize>,
}

async fn stories(engine: Engine, count: u64) -> Tally {
    let base: u64 = std::env::var("SHIRUBE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_401);
    let began = Instant::now();
    let mut tally = Tally::default();
    for seed in base..base + count {
        let Some(bench) = Bench::new(engine).await else { return tally };
        let told = Story::begins(&bench, seed).await.told(&mut tally).await;
        assert!(told >= 20, "seed {seed}: {told} acts are too few");
        bench.clear().await;
    }
    println!("{count} stories on {engine:?}, seed {base}: {} deeds, {} s", tally.deeds, began.elapsed().as_secs());
    println!("entries {:?}\noutcomes {:?}", tally.entries, tally.outcomes);
    println!("steps {:?}\nrefusals {:?}", tally.steps, tally.refusals);
    assert!(tally.steps.len() > 8 && tally.refusals.len() > 8, "too little occurred for this to say anything");
    tally
}

/// Every kind of step of the accounts' procedures, every outcome and every kind of entry.
fn everything_occurred(tally: &Tally) {
    if tally.deeds == 0 {
        return;
    }
    let of_accounts =
        |p: Purpose| !matches!(p, Purpose::Incident(_) | Purpose::Survey | Purpose::Ruling | Purpose::Post);
    let procedures = REALMS.iter().flat_map(|r| &r.city.versions).flat_map(|rules| &rules.guideline.procedures);
    let steps = procedures.filter(|p| of_accounts(p.purpose)).flat_map(|p| &p.steps);
    let never: Vec<StepKind> = steps.map(|s| s.kind).filter(|kind| !tally.steps.contains_key(kind)).collect();
    assert!(never.is_empty(), "kinds of step that were never done: {never:?}");
    assert_eq!(tally.outcomes.len(), 3, "{:?}", tally.outcomes);
    assert!(tally.entries.len() >= 10, "{:?}", tally.entries);
}

/// One town's story, told to the kernel and to a real register.
struct Story {
    seed: u64,
    realm: &'static Realm,
    generator: Generator,
    /// What stands by the kernel.
    register: Register,
    /// Each entry, and whether its private part is still there.
    ledger: Vec<(Entry, bool)>,
    city: actions::City,
    ledgered: Ledgered,
    clock: Arc<Clock>,
}

/// What came of a deed.
#[derive(Debug)]
enum Answer {
    Recorded(Box<Decided>),
    Refused(Box<Refusal>),
    /// Not for the kernel to judge, and not possible.
    Declined,
}

impl Story {
    async fn begins(bench: &Bench, seed: u64) -> Self {
        let at = usize::try_from(seed).unwrap_or_default() % REALMS.len();
        let realm = REALMS.get(at).expect("a city");
        bench.store.create_municipality(&realm.city.code).await.expect("a new ledger");
        let networks = Arc::new(Networks::standard().expect("the networks are readable"));
        let clock = Arc::new(Clock::default());
        Self {
            seed,
            realm,
            generator: Generator::new(&realm.city, seed),
            register: Register::default(),
            ledger: Vec::new(),
            city: actions::City::of(&bench.store, &realm.city.code, networks, clock.clone()),
            ledgered: bench.store.of(&realm.city.code),
            clock,
        }
    }

    async fn told(mut self, tally: &mut Tally) -> usize {
        let acts = self.generator.acts() + 2;
        for _ in 0..acts {
            let deed = self.generator.next(&self.register, self.size());
            let deed = self.as_the_register_names(deed);
            self.clock.now.store(deed.recorded_at, Ordering::Relaxed);
            let expected = self.decides(&deed);
            let answer = self.carries_out(&deed).await;
            self.compares(&deed, expected, answer, tally).await;
            tally.deeds += 1;
        }
        self.views_are_the_fold().await;
        let report = self.city.verify_ledger(&[]).await.expect("a report");
        assert!(report.report.findings.is_empty(), "seed {}: {:?}", self.seed, report.report.findings);
        assert!(report.contradictions.is_empty(), "seed {}: {:?}", self.seed, report.contradictions);
        let rebuilt = self.city.rebuild().await.expect("a rebuild");
        assert!(rebuilt.differences.is_empty(), "seed {}: {:?}", self.seed, rebuilt.differences);
        self.views_are_the_fold().await;
        acts
    }

    fn size(&self) -> u64 {
        u64::try_from(self.ledger.len()).expect("few entries")
    }

    /// Whoever carries acts out names what is new by the place of its entry.
    fn as_the_register_names(&self, deed: Deed) -> Deed {
        let seq = self.size();
        let act = match deed.act {
            Act::Open(order) => {
                let known = order.subject.account().is_some_and(|id| self.register.accounts.contains_key(id));
                let subject = if known { order.subject } else { AccountId(format!("a{seq}")).into() };
                Act::Open(OpenCase { case: CaseId(format!("c{seq}")), subject, ..order })
            }
            Act::NoteAccount(order) => Act::NoteAccount(NoteAccount { account: AccountId(format!("a{seq}")), ..order }),
            Act::NoteImpersonator(order) => {
                Act::NoteImpersonator(NoteImpersonator { impersonator: ImpersonatorId(format!("i{seq}")), ..order })
            }
            Act::Rule(order) => Act::Rule(MakeRuling { ruling: RulingId(format!("r{seq}")), ..order }),
            other => other,
        };
        Deed { act, ..deed }
    }

    /// What the kernel says.
    fn decides(&self, deed: &Deed) -> Answer {
        let Some(rules) = self.realm.city.rules(&deed.rules) else { return Answer::Declined };
        let desk = Desk {
            register: &self.register,
            guideline: &rules.guideline,
            clauses: Some(&rules.clauses),
            hash: &rules.hash,
            networks: &NETWORKS,
            today: deed.today,
        };
        let decided = match &deed.act {
            Act::Open(order) => desk.open(order, &deed.by),
            Act::Do(order) => desk.do_step(order, &deed.by),
            Act::SendBack(order) => desk.send_back(order, &deed.by),
            Act::Withdraw { case, because } => desk.withdraw(case, because, &deed.by),
            Act::NoteAccount(order) => desk.note_account(order, &deed.by),
            Act::NoteImpersonator(order) => desk.note_impersonator(order, &deed.by),
            Act::ClearImpersonator(id) => desk.clear_impersonator(id, &deed.by),
            Act::SetPractice(order) => desk.set_practice(order, &deed.by),
            Act::Rule(order) => desk.rule(order, &deed.by),
            Act::Adopt { .. } | Act::Office { .. } | Act::Erase { .. } => {
                return self.administers(deed, rules).map_or(Answer::Declined, |d| Answer::Recorded(Box::new(d)));
            }
        };
        decided.map_or_else(|refusal| Answer::Refused(Box::new(refusal)), |d| Answer::Recorded(Box::new(d)))
    }

    /// What no guideline judges: the entry is the act.
    fn administers(&self, deed: &Deed, rules: &Rules) -> Option<Decided> {
        let mut private = Private::default();
        let fact = match &deed.act {
            Act::Adopt { from } => {
                let meta = &rules.guideline.guideline;
                self.register.guidelines.last().is_none_or(|g| g.hash != rules.hash).then_some(())?;
                let (title, version) = (meta.title.clone(), meta.version.clone());
                Fact::GuidelineAdopted { hash: rules.hash.clone(), title, version, from: *from }
            }
            Act::Office { changes, names } => {
                self.register.office.changed(changes).ok().filter(|_| !changes.is_empty())?;
                private.names.clone_from(names);
                Fact::OfficeChanged { changes: changes.clone() }
            }
            Act::Erase { leaf, decision } => {
                self.ledger.get(usize::try_from(*leaf).ok()?).filter(|(_, private)| *private)?;
                Fact::Erased { leaves: (*leaf).into(), decision: decision.clone() }
            }
            _ => return None,
        };
        Some(Decided { effective_on: deed.today, actor: Actor::Operator, guideline: None, basis: None, fact, private })
    }

    /// What the real register says.
    async fn carries_out(&self, deed: &Deed) -> Result<Recorded, ActError> {
        let (city, by) = (&self.city, &deed.by);
        match &deed.act {
            Act::Adopt { from } => {
                let at = self.realm.city.versions.iter().position(|rules| rules.hash == deed.rules);
                city.adopt(at.and_then(|at| self.realm.files.get(at)).expect("its files"), *from).await
            }
            Act::Office { changes, names } => city.change_office(changes.clone(), names.clone()).await,
            Act::Open(order) => {
                let known = order.subject.account().filter(|id| self.register.accounts.contains_key(*id));
                let opening = Opening {
                    procedure: order.procedure.clone(),
                    account: known.cloned(),
                    units: order.units.clone(),
                    theme: order.theme.clone(),
                    reason: order.reason.clone(),
                    urgency: order.urgency,
                    attachments: self.kept(&order.attachments).await,
                };
                city.open(&opening, by, None).await
            }
            Act::Do(order) => {
                let order = Stepping { attachments: self.kept(&order.attachments).await, ..stepping(order) };
                city.step(&order, by, None).await
            }
            Act::SendBack(order) => {
                let order = SendingBack {
                    case: order.case.clone(),
                    step: order.step.clone(),
                    reasons: order.reasons.clone(),
                    attachments: self.kept(&order.attachments).await,
                    seen: Some(order.seen),
                };
                city.return_case(&order, by, None).await
            }
            Act::SetPractice(order) => city.set_practice(order, by, None).await,
            Act::Rule(order) => {
                let order = RulingOrder {
                    title: order.title.clone(),
                    words: order.words.clone(),
                    clause: order.clause.clone(),
                    about: order.about.clone(),
                    document_number: order.document_number.clone(),
                    meeting: order.meeting.clone(),
                };
                city.rule(&order, by, None).await
            }
            Act::Withdraw { case, because } => city.withdraw(case, because, by, None).await,
            Act::NoteAccount(order) => {
                let noted = AccountNoted {
                    network: order.network.clone(),
                    network_name: order.network_name.clone(),
                    name: order.name.clone(),
                    url: order.url.clone(),
                    units: order.units.clone(),
                };
                city.note_account(&noted, by, None).await
            }
            Act::NoteImpersonator(order) => {
                let noted = ImpersonatorNoted {
                    network: order.network.clone(),
                    network_name: order.network_name.clone(),
                    url: order.url.clone(),
                    attachments: self.kept(&order.attachments).await,
                    note: order.note.clone(),
                };
                city.note_impersonator(&noted, by, None).await
            }
            Act::ClearImpersonator(id) => city.clear_impersonator(id, by, None).await,
            Act::Erase { leaf, decision } => city.erase(*leaf, decision).await,
        }
    }

    /// Keeps the files that an act is to name.
    async fn kept(&self, files: &[NamedFile]) -> Vec<Attached> {
        let mut kept = Vec::new();
        for file in files {
            let is_it = |bytes: &&[u8]| Attachment::of(bytes).is_ok_and(|known| known.hash == file.attachment.hash);
            let bytes = generator::files::FILES.into_iter().find(is_it).expect("a known file");
            let (key, attachment) = self
                .city
                .keep_attachment(bytes, actions::Keeper { person: &domain::id::PersonId::from("s1-staff"), case: None })
                .await
                .expect("kept");
            assert_eq!(attachment, file.attachment);
            kept.push(Attached { key, name: file.name.clone() });
        }
        kept
    }

    /// Both said the same; what was recorded is carried into the kernel's register.
    async fn compares(&mut self, deed: &Deed, expected: Answer, answer: Result<Recorded, ActError>, tally: &mut Tally) {
        let told = format!("seed {}, entry {}: {:?} by {:?}", self.seed, self.size(), deed.act, deed.by);
        let decided = match (expected, answer) {
            (Answer::Refused(expected), Err(ActError::Refused(refused))) => {
                assert_eq!(refused, expected, "{told}");
                *tally.refusals.entry(refused.kind).or_default() += 1;
                return;
            }
            (Answer::Declined, Err(ActError::Input(_))) => return,
            (Answer::Recorded(decided), Ok(recorded)) => {
                assert_eq!(recorded.seq, self.size(), "{told}");
                *decided
            }
            (expected, answer) => panic!("{told}: the kernel says {expected:?}, the register {answer:?}"),
        };
        let mut reading = self.ledgered.reading().await.expect("a reading");
        let row = reading.entry(self.size()).await.expect("read").expect("what was recorded is there");
        drop(reading);
        let entry = Entry::read(&row.entry.bytes).expect("an entry");
        let private = row.entry.private.map(|part| Private::read(&part.bytes).expect("a private part"));
        let found = Decided {
            effective_on: entry.effective_on,
            actor: entry.actor.clone(),
            guideline: entry.guideline.clone(),
            basis: entry.basis.as_deref().map(domain::guideline::Basis::of_shown),
            fact: entry.fact.clone(),
            private: private.clone().unwrap_or_default(),
        };
        assert_eq!(found, decided, "{told}");
        self.register.apply(&entry, &decided.private);
        if let Fact::Erased { leaves, .. } = &entry.fact {
            for leaf in leaves.iter() {
                let (erased, kept) = self.ledger.get_mut(usize::try_from(leaf).expect("small")).expect("an entry");
                *kept = false;
                self.register.forget(erased);
            }
        }
        *tally.entries.entry(entry.fact.kind()).or_default() += 1;
        if let Fact::StepDone { step_kind, outcome, .. } = &entry.fact {
            *tally.steps.entry(*step_kind).or_default() += 1;
            *tally.outcomes.entry(format!("{outcome:?}")).or_default() += 1;
        }
        self.ledger.push((entry, private.is_some()));
    }

    /// What stands in the tables is what the kernel's fold of the ledger says.
    async fn views_are_the_fold(&self) {
        let (register, seed) = (&self.register, self.seed);
        let mut reading = self.ledgered.reading().await.expect("a reading");
        let accounts = rows::<Account>(&mut reading, "account").await;
        assert_eq!(accounts, texts(&register.accounts), "seed {seed}");
        assert_eq!(rows::<Case>(&mut reading, "case").await, texts(&register.cases), "seed {seed}");
        assert_eq!(rows::<Impersonator>(&mut reading, "impersonator").await, texts(&register.impersonators));
        let listings = rows::<ListingSpan>(&mut reading, "listing").await;
        let listings: BTreeMap<u64, ListingSpan> =
            listings.into_iter().map(|(id, span)| (id.parse().expect("a place"), span)).collect();
        assert_eq!(listings, register.listings, "seed {seed}");
        let practices = rows::<Vec<PracticeSpan>>(&mut reading, "practice").await;
        assert_eq!(practices, texts(&register.practices), "seed {seed}");
        assert_eq!(rows::<Ruling>(&mut reading, "ruling").await, texts(&register.rulings), "seed {seed}");
        let files: BTreeSet<FileNamed> = rows(&mut reading, "file").await.into_values().collect();
        assert_eq!(files, register.files, "seed {seed}");
        for named in &register.files {
            self.city.attachment_of(named.seq, &named.hash).await.expect("what an entry names is kept");
        }
        assert_eq!(only::<Office>(&mut reading, "office").await.unwrap_or_default(), *register.office, "seed {seed}");
        assert_eq!(
            only::<Vec<Adopted>>(&mut reading, "guidelines").await,
            Some(register.guidelines.clone()),
            "seed {seed}"
        );
        assert_eq!(only::<u64>(&mut reading, "serial").await.unwrap_or(0), register.last_serial, "seed {seed}");
        for (number, case) in &register.numbers {
            let taken = reading.number_taken(number).await.expect("read").expect("the number is taken");
            assert_eq!(taken.case_id, case.0, "seed {seed}");
        }
        for account in register.accounts.values().filter(|a| a.is_live()) {
            for address in account.addresses() {
                let lives = reading.live_account(&address.key).await.expect("read");
                assert_eq!(lives.as_deref(), Some(account.id.0.as_str()), "seed {seed}: {}", address.key);
            }
        }
    }
}

fn stepping(order: &DoStep) -> Stepping {
    Stepping {
        case: order.case.clone(),
        step: order.step.clone(),
        outcome: order.outcome,
        evidence: order.evidence.clone(),
        policy: order.policy.clone(),
        note: order.note.clone(),
        contact_person: order.contact_person.clone(),
        attachments: Vec::new(),
        seen: Some(order.seen),
    }
}

/// All records of a noun by id.
async fn rows<T: DeserializeOwned>(reading: &mut Reading, noun: &str) -> BTreeMap<String, T> {
    let mut found = BTreeMap::new();
    let mut after: Option<(String, String)> = None;
    loop {
        let from = after.as_ref().map(|(sort, id)| (sort.as_str(), id.as_str()));
        let page = reading.page(noun, from, PAGE_MAX).await.expect("read");
        let Some(last) = page.last() else { return found };
        after = Some((last.sort.clone(), last.id.clone()));
        for row in page {
            found.insert(row.id, serde_json::from_str(&row.body).expect("a record"));
        }
    }
}

async fn only<T: DeserializeOwned>(reading: &mut Reading, noun: &str) -> Option<T> {
    rows(reading, noun).await.into_values().next()
}

fn texts<K: ToString, V: Clone>(records: &BTreeMap<K, V>) -> BTreeMap<String, V> {
    records.iter().map(|(id, record)| (id.to_string(), record.clone())).collect()
}

/// A clock that the story sets.
#[derive(Debug, Default)]
struct Clock {
    now: AtomicI64,
    chance: AtomicU64,
}

impl Machine for Clock {
    fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let count = self.chance.fetch_add(1, Ordering::Relaxed);
        bytes.iter_mut().zip(count.to_be_bytes()).for_each(|(byte, of_count)| *byte = of_count);
        bytes
    }
}
