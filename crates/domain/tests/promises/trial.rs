//! One town's story: every deed is tried, and every promise is looked at after it.

use std::collections::BTreeMap;

use domain::account::Standing;
use domain::case::Outcome;
use domain::entry::{Entry, Fact};
use domain::guideline::StepKind;
use domain::network::Address;
use domain::refusal::RefusalKind;
use domain::register::Register;
use domain::verification::{Index, Record, Standing as Told};

use crate::defects::Defect;
use crate::generator::cities::City;
use crate::generator::{Act, Deed, Generator};
use crate::model::{Breach, Model, breach, changes_answers};
use crate::world::{Answer, World};

/// What occurred in the stories told.
#[derive(Debug, Default)]
pub struct Tally {
    /// Deeds tried.
    pub deeds: usize,
    /// Entries recorded, by kind.
    pub entries: BTreeMap<&'static str, usize>,
    /// Steps done, by kind.
    pub steps: BTreeMap<StepKind, usize>,
    /// What came of steps, by name.
    pub outcomes: BTreeMap<String, usize>,
    /// Refusals, by kind.
    pub refusals: BTreeMap<RefusalKind, usize>,
}

/// A town, its model, and what is made of its ledger.
#[derive(Debug)]
pub struct Trial {
    /// The town.
    pub world: World,
    model: Model,
    generator: Generator,
    /// The register as folded from bytes, entry by entry.
    folded: Register,
    left: usize,
}

impl Trial {
    /// A town of this city, from a seed.
    pub fn new(city: &'static City, seed: u64, defect: Option<Defect>) -> Self {
        let mut generator = Generator::new(city, seed);
        let left = generator.acts() + 2;
        let folded = Register::default();
        Self { world: World::new(city, defect), model: Model::new(city), generator, folded, left }
    }

    /// Whether the story is over.
    pub fn is_over(&self) -> bool {
        self.left == 0
    }

    /// The next deed, and what it breaks.
    pub fn next(&mut self, tally: &mut Tally) -> Vec<Breach> {
        let deed = self.attempt();
        let found = match &deed.1 {
            Answer::Recorded => self.after_entry(&deed.0, tally),
            Answer::Refused(refusal) => {
                *tally.refusals.entry(refusal.kind).or_default() += 1;
                self.model.refused(&deed.0, refusal)
            }
            Answer::Declined => Vec::new(),
        };
        tally.deeds += 1;
        self.model.day_passes(&deed.0);
        if !found.is_empty() {
            eprintln!("on {} by {:?}: {}", deed.0.today, deed.0.by, told(&deed.0.act));
        }
        found
    }

    /// The next deed without looking at what it breaks.
    pub fn attempt(&mut self) -> (Deed, Answer) {
        self.left = self.left.saturating_sub(1);
        let deed = self.generator.next(&self.world.register, self.world.size());
        let answer = self.world.perform(&deed);
        (deed, answer)
    }

    fn after_entry(&mut self, deed: &Deed, tally: &mut Tally) -> Vec<Breach> {
        let Some((entry, private)) = self.world.ledger.last().and_then(crate::world::Stored::read) else {
            return vec![breach(7, "an entry cannot be read back")];
        };
        tally.count(&entry);
        let mut found = self.model.record(deed, &entry, &private);
        self.folded.apply(&entry, &private);
        if let Fact::Erased { .. } = entry.fact {
            self.folded = self.world.rebuilt();
        }
        if self.folded != self.world.register {
            found.push(breach(7, format!("after {} the fold of the ledger is another register", entry.fact.kind())));
        }
        found.extend(self.model.agrees(&self.world.register));
        if entry.bytes() != self.world.ledger.last().map(|s| s.bytes.clone()).unwrap_or_default() {
            found.push(breach(7, "an entry changes when it is read and written"));
        }
        if changes_answers(&entry) {
            let planted = self.world.planted.as_ref().map(|p| p.defect);
            found.extend(self.model.answers(&index(&self.world.register, planted)));
        }
        found
    }
}

impl Tally {
    /// Adds what occurred elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.deeds += other.deeds;
        other.entries.iter().for_each(|(kind, n)| *self.entries.entry(kind).or_default() += n);
        other.steps.iter().for_each(|(kind, n)| *self.steps.entry(*kind).or_default() += n);
        other.outcomes.iter().for_each(|(kind, n)| *self.outcomes.entry(kind.clone()).or_default() += n);
        other.refusals.iter().for_each(|(kind, n)| *self.refusals.entry(*kind).or_default() += n);
    }

    fn count(&mut self, entry: &Entry) {
        *self.entries.entry(entry.fact.kind()).or_default() += 1;
        if let Fact::StepDone { step_kind, outcome, .. } = &entry.fact {
            if *outcome == Outcome::Done {
                *self.steps.entry(*step_kind).or_default() += 1;
            }
            *self.outcomes.entry(format!("{outcome:?}")).or_default() += 1;
        }
    }
}

/// The verification's index of a register.
fn index(register: &Register, planted: Option<Defect>) -> Index {
    let accounts = register.accounts.values().filter_map(|account| {
        let page = "https://city.mihon.example/sns/".to_owned();
        let standing = match &account.standing {
            Standing::Listed(listed) => Told::Listed { since: listed.since, page },
            Standing::Existing { noted_on } if planted == Some(Defect::VouchesForAnybody) => {
                Told::Listed { since: *noted_on, page }
            }
            Standing::Preparing | Standing::Existing { .. } => Told::NotYetOfficial,
            Standing::Suspended { since } => Told::Suspended { since: *since },
            Standing::Delisted { since: on } | Standing::Closed { on } => Told::closed(*on),
            Standing::Withdrawn { .. } => return None,
        };
        let addresses: Vec<Address> = account.addresses().cloned().collect();
        Some(Record {
            account: account.id.0.clone(),
            municipality: "みほん市".to_owned(),
            name: account.name.clone().unwrap_or_default(),
            network: account.network.clone()?,
            addresses,
            url: None,
            standing,
        })
    });
    let posers = register.impersonators.iter().map(|(id, known)| Record {
        account: id.0.clone(),
        municipality: "みほん市".to_owned(),
        name: String::new(),
        network: known.network.clone(),
        addresses: vec![known.address.clone()],
        url: None,
        standing: Told::Impersonator { noted_on: known.noted_on },
    });
    Index::from(accounts.chain(posers).collect::<Vec<_>>())
}

/// The deed as a failing run tells it.
fn told(act: &Act) -> String {
    let long = format!("{act:?}");
    long.chars().take(400).collect()
}
