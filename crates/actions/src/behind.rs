//! What lies in the ledger behind a published list: read a page at a time, by every node for itself.

use std::collections::BTreeMap;

use domain::account::{Account, Standing as Stands};
use domain::case::Case;
use domain::entry::{Effect, Entry, Fact};
use domain::id::{AccountId, CaseId, GuidelineHash, ImpersonatorId};
use domain::ledger::{self, Checkpoint};
use domain::network::Networks;
use domain::register::Impersonator;
use domain::verification::{Past, Tail, Turned};
use store::{Column, PAGE_MAX, Read, Subtrees};

use crate::city::City;
use crate::error::ActError;
use crate::slice::{ACCOUNT, CASE, IMPERSONATOR, LISTING, read};
use crate::verify::{posing, record, withheld};

impl City {
    /// Reads on from where a tail ends up to the ledger's head, and gives the guideline in force.
    ///
    /// All is read in one view of the data; a tail that was read in part is gone on with at the next call.
    pub async fn read_behind(&self, tail: &mut Tail) -> Result<GuidelineHash, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let head = reading.head().await?.ok_or(ActError::NoGuideline)?.size();
        if head < tail.to() {
            let words = format!("公開している一覧は台帳の{}件からのもので、台帳には{head}件しかありません", tail.to());
            return Err(ActError::Inconsistent(words));
        }
        let loaded = self.in_force(&mut reading).await?;
        let municipality = &loaded.guideline.municipality.name;
        while tail.to() < head {
            let page = reading.entries(tail.to(), PAGE_MAX).await?;
            let Some(last) = page.last().map(|row| row.entry.seq) else {
                return Err(ActError::Inconsistent(format!("台帳の{}番以降の記録がありません", tail.to())));
            };
            let mut touched = Touched::default();
            for row in &page {
                let entry = Entry::read(&row.entry.bytes)?;
                if let Fact::Erased { leaves, .. } = &entry.fact {
                    for leaf in leaves.iter() {
                        let Some(erased) = reading.entry(leaf).await? else { continue };
                        touched.by(&Entry::read(&erased.entry.bytes)?.fact, entry.seq);
                    }
                }
                if touched.by(&entry.fact, entry.seq) == Seen::Yes {
                    tail.show(entry.seq);
                }
            }
            touched.turn(&mut reading, municipality, &self.networks, tail).await?;
            tail.reach(last + 1);
        }
        Ok(loaded.hash.clone())
    }

    /// Whether the ledger is one that a checkpoint of its own was made of; a ledger whose tree is not kept cannot tell.
    pub async fn holds(&self, checkpoint: &Checkpoint) -> Result<bool, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let Some(head) = reading.head().await? else { return Ok(false) };
        if checkpoint.origin() != ledger::origin(self.code()) || checkpoint.size() > head.size() {
            return Ok(false);
        }
        let parts = ledger::root_parts(checkpoint.size());
        let found = reading.subtrees(&parts).await?;
        let hashes: Option<Vec<ledger::Hash>> = parts.iter().map(|part| found.get(part).copied()).collect();
        Ok(hashes.and_then(|hashes| ledger::root_over(&hashes)) == Some(checkpoint.root()))
    }
}

/// Whether citizens see what an entry changes.
#[derive(PartialEq, Eq)]
enum Seen {
    Yes,
    No,
}

/// What the entries of a page touched, each with the last entry that did.
#[derive(Default)]
struct Touched {
    cases: BTreeMap<CaseId, u64>,
    accounts: BTreeMap<AccountId, u64>,
    impersonators: BTreeMap<ImpersonatorId, u64>,
}

impl Touched {
    /// Takes in an entry.
    fn by(&mut self, fact: &Fact, seq: u64) -> Seen {
        match fact {
            Fact::StepDone { case, effects, .. } if effects.iter().any(is_seen) => {
                _ = self.cases.insert(case.clone(), seq);
            }
            Fact::CaseWithdrawn { case } => _ = self.cases.insert(case.clone(), seq),
            Fact::AccountNoted { account, .. } => _ = self.accounts.insert(account.clone(), seq),
            Fact::ImpersonatorNoted { impersonator, .. } | Fact::ImpersonatorCleared { impersonator } => {
                self.impersonators.insert(impersonator.clone(), seq);
            }
            // The list's own words follow the guideline, and an erasure may take words from it.
            Fact::GuidelineAdopted { .. } | Fact::Erased { .. } => {}
            // An account without an address stands nowhere, and nothing else of these is public.
            Fact::StepDone { .. }
            | Fact::CaseOpened { .. }
            | Fact::StepReturned { .. }
            | Fact::OfficeChanged { .. }
            | Fact::OperatorActed { .. }
            | Fact::AccessChanged { .. }
            | Fact::PracticeSet { .. }
            | Fact::RulingMade { .. } => return Seen::No,
        }
        Seen::Yes
    }

    /// Tells the tail how everything stands that was touched.
    async fn turn(
        mut self,
        at: &mut impl Read,
        municipality: &str,
        networks: &Networks,
        tail: &mut Tail,
    ) -> Result<(), ActError> {
        let cases: Vec<String> = self.cases.keys().map(|id| id.0.clone()).collect();
        for row in at.get_many(CASE, &cases).await? {
            let seq = self.cases.get(&CaseId(row.id.clone())).copied().unwrap_or_default();
            // Whose account a case is about stands beside it too, for a case that cannot be read.
            let account = read::<Case>(CASE, &row).ok().map(|case| case.account().cloned());
            let account = account.unwrap_or(row.b.map(AccountId));
            let Some(account) = account else { continue };
            let last = self.accounts.entry(account).or_default();
            *last = seq.max(*last);
        }
        let accounts: Vec<String> = self.accounts.keys().map(|id| id.0.clone()).collect();
        for row in at.get_many(ACCOUNT, &accounts).await? {
            let seq = self.accounts.get(&AccountId(row.id.clone())).copied().unwrap_or_default();
            let Ok(account) = read::<Account>(ACCOUNT, &row) else {
                // One account that cannot be read takes the answers about the others from nobody.
                let now = Some(withheld(&row, municipality));
                tail.turn(row.id, Turned { seq, now, listed_by: None });
                continue;
            };
            let listed_by = match &account.standing {
                Stands::Listed(listed) => Some(listed.seq),
                _ => None,
            };
            let shown = at.by_key(LISTING, Column::A, &account.id.0, None, 1).await?;
            let past = if shown.is_empty() { Past::NeverListed } else { Past::Listed };
            let now = record(&account, past, municipality, "", networks);
            tail.turn(account.id.0.clone(), Turned { seq, now, listed_by });
        }
        let ids: Vec<String> = self.impersonators.keys().map(|id| id.0.clone()).collect();
        let mut known = BTreeMap::new();
        for row in at.get_many(IMPERSONATOR, &ids).await? {
            let now = match read::<Impersonator>(IMPERSONATOR, &row) {
                Ok(noted) => posing(&row.id, noted, municipality),
                Err(_) => withheld(&row, municipality),
            };
            known.insert(row.id, now);
        }
        for (ImpersonatorId(id), seq) in self.impersonators {
            let now = known.remove(&id);
            tail.turn(id, Turned { seq, now, listed_by: None });
        }
        Ok(())
    }
}

/// Whether citizens see what follows from a step.
fn is_seen(effect: &Effect) -> bool {
    match effect {
        Effect::AccountDescribed { .. }
        | Effect::AddressSet { .. }
        | Effect::Listed { .. }
        | Effect::Suspended
        | Effect::Delisted
        | Effect::Closed => true,
        Effect::PolicyWritten { .. }
        | Effect::Numbered { .. }
        | Effect::Designated { .. }
        | Effect::Started
        | Effect::CaseCompleted => false,
    }
}
