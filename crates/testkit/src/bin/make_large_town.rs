//! Makes a town as large as a city ever gets, for the benchmarks: `make_large_town FILE [ACCOUNTS] [ENTRIES]`.
//!
//! One account's life is lived through the verbs in a town of its own; every account of the large town lives it again,
//! under another name and in another unit. When every account has lived often enough, the ledger is filled up with what
//! the operator does to people's access. The entries are appended in large batches, then the views are rebuilt.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use actions::{City, FixedMachine, Machine, Opening, VIEW_VERSION};
use domain::calendar;
use domain::entry::{AccessChange, Actor, Effect, Entry, Fact, NEWEST, Private};
use domain::evidence::{Evidence, ListingPlace};
use domain::id::{AccountId, CaseId, MunicipalityCode, PersonId, PositionId, UnitId, uuid_v7};
use domain::ledger::{PrivatePart, to_hex};
use domain::network::Networks;
use domain::office::{Level, OfficeChange, Place as Seat, Position};
use jiff::civil::date;
use sha2::{Digest, Sha256};
use store::{Durability, Ledgered, NewEntry, Place, Read, Store};
use testkit::{Engine, Guide, MORNING, Town, draft, office, who};

type Fallible<T> = Result<T, Box<dyn Error>>;

const GUIDE: Guide = Guide::Notice;
const HANDLE: &str = "mihon_kanko";
const UNITS: usize = 200;
const IN_A_UNIT: usize = 15;
/// How often a case goes back and forth.
const RETURNS: usize = 2;
/// What part of the entries are steps of cases: one in so many. The others say whose access to the pages was changed.
const STEPS_ARE_ONE_IN: usize = 4;
/// How many entries one transaction appends.
const BATCH: usize = 5000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Fallible<()> {
    let mut args = std::env::args().skip(1);
    let file: PathBuf = args.next().ok_or("make_large_town FILE [ACCOUNTS] [ENTRIES]")?.into();
    let accounts: usize = args.next().map_or(Ok(10_000), |text| text.parse())?;
    let entries: usize = args.next().map_or(Ok(1_000_000), |text| text.parse())?;
    if file.exists() {
        return Err(format!("{} is there already", file.display()).into());
    }
    let lives = lives().await?;
    let store = Store::open(&Place::File(file), Durability::Off, VIEW_VERSION).await?;
    store.migrate().await?;
    let code = MunicipalityCode::from(GUIDE.code());
    store.create_municipality(&code).await?;
    let machine = Arc::new(FixedMachine::at(MORNING));
    let city = City::of(&store, &code, Arc::new(Networks::standard()?), machine.clone());
    city.adopt(&Town::files(GUIDE), date(2026, 4, 1)).await?;
    let (mut changes, mut names) = office(GUIDE, date(2026, 4, 1));
    grow(&mut changes, &mut names);
    city.change_office(changes, names).await?;
    let began = Instant::now();
    let mut writer = Writer { town: store.of(&code), machine, code, waiting: Vec::new(), next: 2, now: MORNING };
    let rounds = (entries / STEPS_ARE_ONE_IN / accounts.max(1) / lives.opening.len()).max(1);
    writer.lives(&lives, accounts, rounds).await?;
    println!("{} of them are steps of {} cases", writer.next - 2, accounts * rounds);
    writer.fills(u64::try_from(entries)?).await?;
    println!("{} entries appended in {} s", writer.next, began.elapsed().as_secs());
    let began = Instant::now();
    let rebuilt = city.rebuild().await?;
    println!("{} entries rebuilt in {} s", rebuilt.entries, began.elapsed().as_secs());
    store.close().await;
    Ok(())
}

/// The entries of one account's life, as patterns.
struct Lives {
    opening: Vec<Pattern>,
    change: Vec<Pattern>,
}

/// An entry with the names of the town that it comes from.
struct Pattern {
    entry: Entry,
    case: String,
    fact: String,
    actor: String,
    private: Option<String>,
    listing: Option<String>,
}

/// Lives an opening and a change, each with returns, and takes their entries.
async fn lives() -> Fallible<Lives> {
    let town = Town::new(GUIDE, Engine::File).await.ok_or("a file always opens")?;
    let opened = town.opens("s1-staff").await;
    let (case, account) = (opened.case.ok_or("a case")?, opened.account.ok_or("an account")?);
    runs(&town, &case).await?;
    let order = Opening { procedure: "change".to_owned(), account: Some(AccountId(account)), ..Opening::default() };
    let changed = town.city.open(&order, &who("s1-staff"), None).await?.case.ok_or("a case")?;
    runs(&town, &changed).await?;
    let mut reading = town.bench.store.of(&MunicipalityCode::from(GUIDE.code())).reading().await?;
    let rows = reading.entries(2, store::PAGE_MAX).await?;
    let (mut opening, mut change) = (Vec::new(), Vec::new());
    for row in rows {
        let entry = Entry::read(&row.entry.bytes)?;
        let case = match &entry.fact {
            Fact::CaseOpened { case, .. } | Fact::StepDone { case, .. } | Fact::StepReturned { case, .. } => {
                case.0.clone()
            }
            _ => return Err("no other entries were made".into()),
        };
        let mut private = row.entry.private.as_ref().map(|part| Private::read(&part.bytes)).transpose()?;
        let listing = private.as_mut().and_then(|private| private.listing.take());
        let private = private.filter(|private| !private.is_empty());
        let pattern = Pattern {
            fact: serde_json::to_string(&entry.fact)?,
            actor: serde_json::to_string(&entry.actor)?,
            private: private.map(|private| serde_json::to_string(&private)).transpose()?,
            listing,
            entry,
            case,
        };
        if pattern.case == changed { change.push(pattern) } else { opening.push(pattern) }
    }
    drop(reading);
    town.bench.clear().await;
    Ok(Lives { opening, change })
}

async fn runs(town: &Town, case: &str) -> Fallible<()> {
    let reasons = [("purpose".to_owned(), "もう少し具体的に書いてください。".to_owned())];
    town.drafts(case, "s1-staff", draft(GUIDE, HANDLE)).await?;
    for _ in 0..RETURNS {
        town.does(case, "file", "s1-head", Evidence::Filing { paper: None }).await?;
        town.city.send_back(&CaseId::from(case), "receive", &reasons, None, &who("s3-staff"), None).await?;
        town.drafts(case, "s1-staff", draft(GUIDE, HANDLE)).await?;
    }
    town.does(case, "file", "s1-head", Evidence::Filing { paper: None }).await?;
    town.does(case, "receive", "s3-staff", Evidence::Receipt).await?;
    town.does(case, "list", "s3-staff", Evidence::Listing(ListingPlace::Here)).await?;
    Ok(())
}

/// Units with their people, beside those of the sample town.
fn grow(changes: &mut Vec<OfficeChange>, names: &mut std::collections::BTreeMap<PersonId, (String, String)>) {
    let from = date(2026, 4, 1);
    let (rank_of_head, rank_of_staff) = ("section_head".to_owned(), "clerk".to_owned());
    for unit in 0..UNITS {
        let id = UnitId(format!("u{unit}"));
        changes.push(OfficeChange::UnitFounded {
            unit: id.clone(),
            name: format!("第{unit}課"),
            kana: format!("だい{unit}か"),
            level: Level::Division,
            parent: Some(UnitId::from(if unit % 2 == 0 { "d1" } else { "d2" })),
            key: None,
            from,
        });
        for seat in 0..IN_A_UNIT {
            let place = if seat == 0 { Seat::Head } else { Seat::Member };
            let person = PersonId(person(unit, seat));
            let head = place == Seat::Head;
            let position = Position {
                id: PositionId(format!("{person}-post")),
                unit: id.clone(),
                title: if head { format!("第{unit}課長") } else { format!("第{unit}課主事") },
                rank: if head { rank_of_head.clone() } else { rank_of_staff.clone() },
                place,
                key: None,
            };
            names.insert(person.clone(), (format!("{}の職員", position.title), String::new()));
            changes.push(OfficeChange::PositionSet { position: position.clone() });
            changes.push(OfficeChange::PersonNoted { person: person.clone() });
            changes.push(OfficeChange::Assigned { person, position: position.id, from });
        }
    }
}

/// Who sits where in a unit: its head, whoever drafts, and the others.
fn person(unit: usize, seat: usize) -> String {
    match seat {
        0 => format!("u{unit}-head"),
        1 => format!("u{unit}-staff"),
        _ => format!("u{unit}-staff{seat}"),
    }
}

/// Appends entries in large batches.
struct Writer {
    town: Ledgered,
    machine: Arc<FixedMachine>,
    code: MunicipalityCode,
    waiting: Vec<NewEntry>,
    next: u64,
    now: i64,
}

impl Writer {
    /// Round by round, every account lives a case more; of the last ones, some are left open.
    async fn lives(&mut self, lives: &Lives, accounts: usize, rounds: usize) -> Fallible<()> {
        let mut ids = vec![String::new(); accounts];
        let mut serial = 0;
        for round in 0..rounds {
            for (at, account) in ids.iter_mut().enumerate() {
                let patterns = if round == 0 { &lives.opening } else { &lives.change };
                let left_open = round + 1 == rounds;
                let length = match at % 20 {
                    0 if left_open => 2,
                    10 if left_open => patterns.len() - 2,
                    _ => patterns.len(),
                };
                if account.is_empty() {
                    *account = format!("a{}", self.next);
                }
                serial += 1;
                let names = Names { case: format!("c{}", self.next), account: account.clone(), at, serial };
                for pattern in patterns.iter().take(length) {
                    self.append(pattern, &names)?;
                }
                if self.waiting.len() >= BATCH {
                    self.flush().await?;
                }
            }
        }
        self.flush().await
    }

    fn append(&mut self, pattern: &Pattern, names: &Names) -> Fallible<()> {
        let listing = pattern.listing.as_ref().map(|listing| names.put(listing, &pattern.case));
        let mut fact: Fact = serde_json::from_str(&names.put(&pattern.fact, &pattern.case))?;
        if let (Fact::StepDone { effects, .. }, Some(listing)) = (&mut fact, &listing) {
            for effect in effects {
                if let Effect::Listed { record_hash, .. } = effect {
                    *record_hash = to_hex(&Sha256::digest(listing.as_bytes()));
                }
            }
        }
        let actor: Actor = serde_json::from_str(&names.put(&pattern.actor, &pattern.case))?;
        let mut private = match &pattern.private {
            Some(private) => Private::read(names.put(private, &pattern.case).as_bytes())?,
            None => Private::default(),
        };
        private.listing = listing;
        let part = private.bytes().map(|bytes| PrivatePart { salt: self.machine.random(), bytes });
        self.now += 1000;
        let entry = Entry {
            version: NEWEST,
            municipality: self.code.clone(),
            seq: self.next,
            id: uuid_v7(self.now, self.machine.random()),
            recorded_at: self.now,
            actor,
            private: part.as_ref().map(PrivatePart::digest),
            fact,
            ..pattern.entry.clone()
        };
        self.wait(&entry, part);
        Ok(())
    }

    /// People come and go at the door until the ledger is as long as was asked.
    async fn fills(&mut self, entries: u64) -> Fallible<()> {
        const CHANGES: [AccessChange; 5] = [
            AccessChange::Invited,
            AccessChange::Activated,
            AccessChange::Suspended,
            AccessChange::Restored,
            AccessChange::Reset,
        ];
        let people = UNITS * IN_A_UNIT;
        for turn in 0.. {
            if self.next >= entries {
                break;
            }
            let (unit, seat) = (turn % people / IN_A_UNIT, turn % IN_A_UNIT);
            let fact = Fact::AccessChanged {
                person: Some(PersonId(person(unit, seat))),
                change: *CHANGES.get(turn / people % CHANGES.len()).ok_or("a change")?,
            };
            self.now += 1000;
            let entry = Entry {
                version: NEWEST,
                municipality: self.code.clone(),
                seq: self.next,
                id: uuid_v7(self.now, self.machine.random()),
                recorded_at: self.now,
                effective_on: calendar::today(self.now),
                actor: Actor::Operator,
                guideline: None,
                basis: None,
                private: None,
                fact,
            };
            self.wait(&entry, None);
            if self.waiting.len() >= BATCH {
                self.flush().await?;
            }
        }
        self.flush().await
    }

    fn wait(&mut self, entry: &Entry, private: Option<PrivatePart>) {
        self.waiting.push(NewEntry {
            id: entry.id.clone(),
            kind: entry.fact.kind().to_owned(),
            recorded_at: entry.recorded_at,
            salt: self.machine.random(),
            bytes: entry.bytes(),
            private,
        });
        self.next += 1;
    }

    async fn flush(&mut self) -> Fallible<()> {
        // A transaction without an entry is none.
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut writing = self.town.writing().await?;
        for entry in self.waiting.drain(..) {
            writing.append(entry).await?;
        }
        writing.commit().await?;
        Ok(())
    }
}

/// The names that one account's entries have in the large town.
struct Names {
    case: String,
    account: String,
    at: usize,
    serial: u64,
}

impl Names {
    fn put(&self, text: &str, case: &str) -> String {
        text.replace(&format!("\"{case}\""), &format!("\"{}\"", self.case))
            .replace("\"a2\"", &format!("\"{}\"", self.account))
            .replace("\"s1", &format!("\"u{}", self.at % UNITS))
            .replace(HANDLE, &format!("mihon_{}", self.at))
            .replace("\"0001\"", &format!("\"{:04}\"", self.serial))
            .replace("\"0002\"", &format!("\"{:04}\"", self.serial))
            .replace("\"serial\":1", &format!("\"serial\":{}", self.serial))
            .replace("\"serial\":2", &format!("\"serial\":{}", self.serial))
    }
}
