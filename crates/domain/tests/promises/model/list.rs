//! Promises 1, 6, 9 and 10: what is official, whose an address is, what citizens are told, and what the list once said.

use std::collections::{BTreeMap, BTreeSet};

use domain::entry::{Effect, Entry, Private};
use domain::guideline::{Step, StepKind};
use domain::id::AccountId;
use domain::ledger::to_hex;
use domain::listing::ListingRecord;
use domain::register::Register;
use domain::verification::{Index, Verdict, verify};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{Breach, Model, OwnCase, breach};
use crate::generator::Deed;
use crate::generator::addresses::{POOL, identity};
use crate::generator::cities::NETWORKS;
use crate::world::speaks_of_list;

/// One thing that an entry said about the list.
#[derive(Debug, Clone)]
pub struct ListEvent {
    account: AccountId,
    recorded_at: i64,
    shown: Option<Shown>,
}

/// What the list says of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Since this day.
    pub on: Date,
    /// By the entry's own hash.
    pub hash: String,
    /// Which account the record's URL means.
    pub identity: String,
}

/// What the accounts said at the end of a day.
#[derive(Debug)]
pub struct Snapshot {
    day: Date,
    recorded_at: i64,
    list: BTreeMap<AccountId, String>,
}

impl ListEvent {
    /// What an effect says.
    pub fn of(account: &AccountId, effect: &Effect, entry: &Entry, private: &Private) -> Self {
        let record = private.listing.as_deref().and_then(|r| serde_json::from_str::<ListingRecord>(r).ok());
        let shown = match effect {
            Effect::Listed { record_hash, .. } => Some(Shown {
                on: entry.effective_on,
                hash: record_hash.clone(),
                identity: record.map(|r| identity(&r.url).to_owned()).unwrap_or_default(),
            }),
            _ => None,
        };
        Self { account: account.clone(), recorded_at: entry.recorded_at, shown }
    }
}

impl Model {
    /// What the list says of an account now, by its latest event.
    pub(super) fn listed(&self, account: &AccountId) -> Option<&Shown> {
        self.events.iter().rfind(|e| e.account == *account).and_then(|e| e.shown.as_ref())
    }

    /// Only a listing step lists, and it lists; only a delisting step takes off the list, and it does.
    pub(super) fn judge_listing(&self, case: &OwnCase, step: &Step, effects: &[Effect], done: bool) -> Vec<Breach> {
        let count = |wanted: fn(&Effect) -> bool| effects.iter().filter(|e| wanted(e)).count();
        let listed = count(|e| matches!(e, Effect::Listed { .. }));
        let taken_off = count(|e| matches!(e, Effect::Suspended | Effect::Delisted));
        let mut found = Vec::new();
        if listed != usize::from(step.kind == StepKind::List && done) {
            found.push(breach(1, format!("{} lists {listed} times", step.id)));
        }
        if taken_off != usize::from(step.kind == StepKind::Delist && done) {
            found.push(breach(1, format!("{} delists {taken_off} times", step.id)));
        }
        let closes = effects.contains(&Effect::Closed);
        if closes && taken_off == 0 && self.listed(&case.account).is_some() {
            found.push(breach(1, format!("{} closes an account that is on the list", step.id)));
        }
        found
    }

    /// Official is what the latest event says, and nothing else.
    pub(super) fn official_agrees(&self, register: &Register) -> Vec<Breach> {
        let mut found = Vec::new();
        for (id, account) in &register.accounts {
            let shown = self.listed(id);
            if account.is_official() != shown.is_some() {
                found.push(breach(1, format!("{id} is {:?}, by the ledger {shown:?}", account.standing)));
            }
            let open = register.listings.values().filter(|s| s.account == *id && s.ended.is_none()).count();
            if open != usize::from(shown.is_some()) {
                found.push(breach(1, format!("the list shows {id} {open} times, by the ledger {shown:?}")));
            }
            if self.accounts.get(id).is_some_and(|own| own.live) != account.is_live() {
                found.push(breach(6, format!("{id} is {:?}: live or not?", account.standing)));
            }
        }
        found
    }

    /// No two live accounts are one account on the network, by the table of spellings.
    pub(super) fn addresses_differ(&self) -> Vec<Breach> {
        let mut taken: BTreeMap<&String, &AccountId> = BTreeMap::new();
        let mut found = Vec::new();
        for (id, account) in self.accounts.iter().filter(|(_, a)| a.live) {
            let mine: BTreeSet<&String> = account.address.iter().chain(&account.stable).collect();
            for address in mine {
                if let Some(other) = taken.insert(address, id) {
                    found.push(breach(6, format!("{id} and {other} are both {address}")));
                }
            }
        }
        found
    }

    /// What the list once said is still told exactly, by the instant of recording and by the day.
    pub(super) fn past_is_told(&self, register: &Register) -> Vec<Breach> {
        let mut found = Vec::new();
        for (seq, span) in &register.listings {
            let bytes = span.record.as_ref().map(|r| to_hex(&Sha256::digest(r)));
            if bytes.is_some_and(|hash| hash != span.record_hash) {
                found.push(breach(10, format!("the record of entry {seq} is not what its hash says")));
            }
        }
        for snapshot in &self.snapshots {
            found.extend(Self::day_is_told(snapshot, register));
        }
        found
    }

    /// Keeps what the list said when a day is over.
    pub fn day_passes(&mut self, deed: &Deed) {
        let before = self.last.replace((deed.today, deed.recorded_at));
        if let Some((day, recorded_at)) = before
            && day < deed.today
        {
            let list = self.events_until(recorded_at);
            self.snapshots.push(Snapshot { day, recorded_at, list });
        }
    }

    fn day_is_told(snapshot: &Snapshot, register: &Register) -> Vec<Breach> {
        let mut found = Vec::new();
        let then = register.listings.values().filter(|s| {
            s.recorded_at <= snapshot.recorded_at
                && s.ended.as_ref().is_none_or(|end| end.recorded_at > snapshot.recorded_at)
        });
        let then: BTreeMap<AccountId, String> = then.map(|s| (s.account.clone(), s.record_hash.clone())).collect();
        if then != snapshot.list {
            found.push(breach(
                10,
                format!("on {} the list said {:?}, now it is told as {then:?}", snapshot.day, snapshot.list),
            ));
        }
        let told: Vec<(AccountId, String)> =
            register.list_on(snapshot.day).map(|(_, s)| (s.account.clone(), s.record_hash.clone())).collect();
        let by_account: BTreeMap<AccountId, String> = told.iter().cloned().collect();
        if by_account.len() != told.len() {
            found.push(breach(10, format!("{} is told twice for one account: {told:?}", snapshot.day)));
        }
        if by_account != snapshot.list {
            found.push(breach(10, format!("{} is told as {told:?}, the list said {:?}", snapshot.day, snapshot.list)));
        }
        found
    }

    /// The list as recorded until an instant.
    fn events_until(&self, recorded_at: i64) -> BTreeMap<AccountId, String> {
        let mut list = BTreeMap::new();
        for event in self.events.iter().filter(|e| e.recorded_at <= recorded_at) {
            match &event.shown {
                Some(shown) => list.insert(event.account.clone(), shown.hash.clone()),
                None => list.remove(&event.account),
            };
        }
        list
    }

    /// Citizens hear "official" for the addresses of listed records and for no other, however they are spelt.
    pub fn answers(&self, index: &Index) -> Vec<Breach> {
        let listed: BTreeSet<&str> = self
            .accounts
            .iter()
            .filter_map(|(id, own)| Some((self.listed(id)?, own)))
            .flat_map(|(shown, own)| std::iter::once(shown.identity.as_str()).chain(own.stable.as_deref()))
            .collect();
        let mut found = Vec::new();
        for known in POOL {
            let posed = self.impersonators.values().any(|i| i == known.identity);
            // Another spelling each time: asking for all of them after every act would take most of the run.
            let spelling = known.spellings.get(self.events.len() % known.spellings.len());
            if let Some(spelling) = spelling {
                let answer = verify(spelling, index, &NETWORKS);
                let official = matches!(answer.verdict, Verdict::Official(_));
                let wanted = listed.contains(known.identity);
                if official && !wanted || wanted && !official && !posed {
                    found.push(breach(9, format!("{spelling}: {} (on the list: {wanted})", answer.verdict.word())));
                }
            }
        }
        found
    }
}

/// Whether an entry can change what citizens are told.
pub fn changes_answers(entry: &Entry) -> bool {
    use domain::entry::Fact;
    match &entry.fact {
        Fact::StepDone { effects, .. } => effects
            .iter()
            .any(|e| speaks_of_list(e) || matches!(e, Effect::AddressSet { .. } | Effect::AccountDescribed { .. })),
        Fact::AccountNoted { .. }
        | Fact::ImpersonatorNoted { .. }
        | Fact::ImpersonatorCleared { .. }
        | Fact::CaseWithdrawn { .. } => true,
        _ => false,
    }
}
