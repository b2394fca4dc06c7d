//! The part of the register that an act needs: read from the views, and written back after the entry.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::account::Account;
use domain::calendar::today;
use domain::case::Case;
use domain::entry::{Effect, Entry, Fact};
use domain::id::{AccountId, CaseId, ImpersonatorId, RulingId};
use domain::network::{Address, Networks};
use domain::register::{FileNamed, Impersonator, ListingSpan, Part, Register, touches};
use domain::ruling::{About, Ruling};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Apply, Column, NEVER, PAGE_MAX, Read, Standing, ViewRow, ViewVersion};

use crate::common::Common;
use crate::error::ActError;

/// The version of the fold and of what is written for it.
pub const VIEW_VERSION: ViewVersion = ViewVersion(8);

pub(crate) const ACCOUNT: &str = "account";
pub(crate) const CASE: &str = "case";
pub(crate) const LISTING: &str = "listing";
pub(crate) const IMPERSONATOR: &str = "impersonator";
pub(crate) const GUIDELINES: &str = "guidelines";
pub(crate) const OFFICE: &str = "office";
/// Where the last erasure stands: what was read before it may hold words that are gone.
pub(crate) const ERASURES: &str = "erasures";
pub(crate) const ONLY: &str = "only";
pub(crate) const PRACTICE: &str = "practice";
pub(crate) const RULING: &str = "ruling";
pub(crate) const FILE: &str = "file";
const SERIAL: &str = "serial";

/// A part of the register with what is needed to write it back.
#[derive(Debug, Default)]
pub(crate) struct Slice {
    /// The part.
    pub register: Register,
    before: Register,
}

impl Slice {
    /// What every act needs: the office and the guidelines.
    pub fn with(common: Common) -> Self {
        let register =
            Register { office: common.office, guidelines: Arc::unwrap_or_clone(common.adopted), ..Register::default() };
        Self { before: register.clone(), register }
    }

    /// The cases whose tasks may have changed: they did, or their account's units or designations.
    pub fn cases_touched(&self) -> impl Iterator<Item = &Case> {
        let around = |register: &Register, case: &Case| {
            let account = case.account().and_then(|id| register.accounts.get(id));
            account.map(|account: &Account| (account.units.clone(), account.designated.clone()))
        };
        self.register.cases.values().filter(move |case| {
            self.before.cases.get(&case.id) != Some(*case) || around(&self.register, case) != around(&self.before, case)
        })
    }

    /// Loads a part, with what hangs on it.
    pub async fn load(&mut self, at: &mut impl Read, part: &Part) -> Result<(), ActError> {
        match part {
            Part::Guidelines => {
                if let Some(found) = only(at, GUIDELINES).await? {
                    self.register.guidelines = found;
                }
            }
            Part::Office => {
                if let Some(found) = only(at, OFFICE).await? {
                    self.register.office = Arc::new(found);
                }
            }
            Part::Account(id) => self.load_account(at, id).await?,
            Part::Case(id) => self.load_case(at, id).await?,
            Part::Numbers => {
                if let Some(found) = only(at, SERIAL).await? {
                    self.register.last_serial = found;
                }
            }
            Part::Impersonator(id) => {
                if let Some(found) = get::<Impersonator>(at, IMPERSONATOR, &id.0).await? {
                    self.register.impersonators.insert(id.clone(), found);
                }
            }
            Part::Practice(leaf) => {
                if let Some(found) = get(at, PRACTICE, &leaf.to_string()).await? {
                    self.register.practices.insert(leaf.clone(), found);
                }
            }
            Part::Ruling(id) => {
                if let Some(found) = get(at, RULING, &id.0).await? {
                    self.register.rulings.insert(id.clone(), found);
                }
            }
            Part::File(hash) => self.load_file(at, hash).await?,
            Part::Leaf(seq) => {
                let Some(row) = at.entry(*seq).await? else { return Ok(()) };
                let erased = Entry::read(&row.entry.bytes)?;
                for part in touches(&erased.fact) {
                    Box::pin(self.load(at, &part)).await?;
                }
                if let Some(span) = get::<ListingSpan>(at, LISTING, &listing_id(*seq)).await? {
                    self.register.listings.insert(*seq, span);
                }
            }
        }
        self.before = self.register.clone();
        Ok(())
    }

    /// Loads every account that lives at this address now.
    pub async fn load_address(&mut self, at: &mut impl Read, key: &str) -> Result<(), ActError> {
        if let Some(id) = at.live_account(key).await? {
            self.load(at, &Part::Account(AccountId(id))).await?;
        }
        Ok(())
    }

    /// Loads whoever lives at an address, under whatever network its page was filed.
    pub async fn load_page(
        &mut self,
        at: &mut impl Read,
        address: &Address,
        networks: &Networks,
    ) -> Result<(), ActError> {
        for key in address.keys(networks) {
            self.load_address(at, &key).await?;
        }
        Ok(())
    }

    /// Loads every account whose lead unit is this one.
    pub async fn load_accounts_of(&mut self, at: &mut impl Read, unit: &str) -> Result<(), ActError> {
        let mut after: Option<String> = None;
        loop {
            let rows = at.by_key(ACCOUNT, Column::B, unit, after.as_deref(), PAGE_MAX).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.id.clone());
            for row in &rows {
                let account: Account = read(ACCOUNT, row)?;
                self.register.accounts.insert(account.id.clone(), account);
            }
        }
        self.before = self.register.clone();
        Ok(())
    }

    /// Marks numbers as given, where the store knows them.
    pub async fn load_number(&mut self, at: &mut impl Read, number: &str) -> Result<bool, ActError> {
        let taken = at.number_taken(number).await?;
        let found = taken.is_some();
        if let Some(taken) = taken {
            self.register.numbers.insert(number.to_owned(), CaseId(taken.case_id));
            self.before.numbers = self.register.numbers.clone();
        }
        Ok(found)
    }

    /// The part as it was loaded.
    pub fn before(&self) -> &Register {
        &self.before
    }

    /// Writes back whatever an entry changed; `version` is the entry's place, or `None` to leave versions as they are
    /// (an erasure takes words away and changes nothing else).
    pub async fn write(&self, at: &mut impl Apply, version: Option<u64>) -> Result<(), ActError> {
        let (now, before) = (&self.register, &self.before);
        if now.guidelines != before.guidelines {
            put(at, GUIDELINES, ONLY, &now.guidelines, version, Keys::default()).await?;
        }
        if !Arc::ptr_eq(&now.office, &before.office) && now.office != before.office {
            put(at, OFFICE, ONLY, now.office.as_ref(), version, Keys::default()).await?;
        }
        if now.last_serial != before.last_serial {
            put(at, SERIAL, ONLY, &now.last_serial, version, Keys::default()).await?;
        }
        for (id, case) in changed(&now.cases, &before.cases) {
            put(at, CASE, &id.0, case, version, case_keys(case)).await?;
        }
        // Addresses that fall free are written first, so that one entry may pass an address on.
        let accounts: Vec<_> = changed(&now.accounts, &before.accounts).collect();
        for (_, account) in accounts.iter().filter(|(_, a)| !a.is_live()) {
            put_addresses(at, account, before.accounts.get(&account.id)).await?;
        }
        for (id, account) in accounts {
            if account.is_live() {
                put_addresses(at, account, before.accounts.get(id)).await?;
            }
            put(at, ACCOUNT, &id.0, account, version, account_keys(account)).await?;
        }
        for (id, impersonator) in changed(&now.impersonators, &before.impersonators) {
            let keys = Keys { a: Some(impersonator.address.key.clone()), sort: place(&id.0), ..Keys::default() };
            put(at, IMPERSONATOR, &id.0, impersonator, version, keys).await?;
        }
        for id in before.impersonators.keys().filter(|id| !now.impersonators.contains_key(*id)) {
            at.delete(IMPERSONATOR, &id.0).await?;
        }
        for (seq, span) in changed(&now.listings, &before.listings) {
            put(at, LISTING, &listing_id(*seq), span, version, listing_keys(*seq, span)).await?;
        }
        for (leaf, spans) in changed(&now.practices, &before.practices) {
            let id = leaf.to_string();
            put(at, PRACTICE, &id, spans, version, Keys { sort: id.clone(), ..Keys::default() }).await?;
        }
        for (id, ruling) in changed(&now.rulings, &before.rulings) {
            put(at, RULING, &id.0, ruling, version, ruling_keys(id, ruling)).await?;
        }
        for named in now.files.difference(&before.files) {
            let keys = Keys { a: Some(named.hash.clone()), sort: listing_id(named.seq), ..Keys::default() };
            put(at, FILE, &file_id(named), named, version, keys).await?;
        }
        for gone in before.files.difference(&now.files) {
            at.delete(FILE, &file_id(gone)).await?;
        }
        for (number, case) in changed(&now.numbers, &before.numbers) {
            at.take_number(number, &case.0, version.unwrap_or_default()).await?;
        }
        Ok(())
    }

    async fn load_file(&mut self, at: &mut impl Read, hash: &str) -> Result<(), ActError> {
        let mut after: Option<String> = None;
        loop {
            let rows = at.by_key(FILE, Column::A, hash, after.as_deref(), PAGE_MAX).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some(last.id.clone());
            for row in &rows {
                self.register.files.insert(read(FILE, row)?);
            }
        }
    }

    async fn load_account(&mut self, at: &mut impl Read, id: &AccountId) -> Result<(), ActError> {
        let Some(account) = get::<Account>(at, ACCOUNT, &id.0).await? else { return Ok(()) };
        self.register.accounts.insert(id.clone(), account);
        let open = at.by_key(LISTING, Column::B, &id.0, None, 1).await?;
        for row in &open {
            let seq = row.id.parse().map_err(|_| ActError::Inconsistent(format!("掲載の記録 {}", row.id)))?;
            self.register.listings.insert(seq, read(LISTING, row)?);
        }
        for row in at.by_key(CASE, Column::A, &running_key(id), None, PAGE_MAX).await? {
            let case: Case = read(CASE, &row)?;
            self.register.cases.insert(case.id.clone(), case);
        }
        Ok(())
    }

    async fn load_case(&mut self, at: &mut impl Read, id: &CaseId) -> Result<(), ActError> {
        let Some(case) = get::<Case>(at, CASE, &id.0).await? else { return Ok(()) };
        for account in case.subject.accounts() {
            self.load_account(at, account).await?;
        }
        self.register.cases.insert(id.clone(), case);
        Ok(())
    }
}

/// The parts that an entry is applied to, loaded; for a rebuild.
pub(crate) async fn for_entry(at: &mut impl Read, entry: &Entry) -> Result<Slice, ActError> {
    let mut slice = Slice::default();
    for part in touches(&entry.fact) {
        // An erasure changes nothing in a rebuild: what it took away is no longer there to be applied.
        if !matches!(part, Part::Leaf(_)) {
            slice.load(at, &part).await?;
        }
    }
    if let Fact::StepDone { effects, .. } = &entry.fact {
        for effect in effects {
            if let Effect::AddressSet { address, .. } = effect {
                slice.load_address(at, &address.key).await?;
            }
        }
    }
    Ok(slice)
}

/// One record of a noun, read.
pub(crate) async fn get<T: DeserializeOwned>(at: &mut impl Read, noun: &str, id: &str) -> Result<Option<T>, ActError> {
    at.get(noun, id).await?.map(|row| read(noun, &row)).transpose()
}

/// A view row's content.
pub(crate) fn read<T: DeserializeOwned>(noun: &str, row: &ViewRow) -> Result<T, ActError> {
    serde_json::from_str(&row.body).map_err(|e| ActError::Inconsistent(format!("{noun} {}：{e}", row.id)))
}

/// The key under which an account's running cases are found.
pub(crate) fn running_key(account: &AccountId) -> String {
    format!("open:{account}")
}

async fn only<T: DeserializeOwned>(at: &mut impl Read, noun: &str) -> Result<Option<T>, ActError> {
    get(at, noun, ONLY).await
}

/// The columns by which a record is found and ordered.
#[derive(Debug, Default)]
struct Keys {
    a: Option<String>,
    b: Option<String>,
    c: Option<String>,
    sort: String,
}

fn account_keys(account: &Account) -> Keys {
    Keys {
        // The column keeps what the ledger says of the account; that a record was erased changes no key.
        a: Some(if account.is_official() { "掲載中" } else { account.standing.label() }.to_owned()),
        b: account.units.first().map(|u| u.0.clone()),
        c: account.network.as_ref().map(ToString::to_string),
        sort: place(&account.id.0),
    }
}

fn case_keys(case: &Case) -> Keys {
    let running = case.state == domain::case::CaseState::Open;
    Keys {
        a: case.account().filter(|_| running).map(running_key),
        b: case.account().map(|account| account.0.clone()),
        c: case.units.first().map(|u| u.0.clone()),
        sort: place(&case.id.0),
    }
}

fn ruling_keys(id: &RulingId, ruling: &Ruling) -> Keys {
    let about = ruling.about.as_ref().map(|about| match about {
        About::Account(id) => id.0.clone(),
        About::Case(id) => id.0.clone(),
    });
    let clause = ruling.clause.as_ref().map(|clause| clause.0.clone());
    Keys { a: clause, b: about, c: None, sort: format!("{} {}", ruling.on, place(&id.0)) }
}

fn file_id(named: &FileNamed) -> String {
    format!("{}:{}", named.hash, listing_id(named.seq))
}

fn listing_keys(seq: u64, span: &ListingSpan) -> Keys {
    Keys {
        a: Some(span.account.0.clone()),
        b: span.ended.is_none().then(|| span.account.0.clone()),
        c: Some(span.ended.as_ref().map_or_else(|| NEVER.to_owned(), |end| today(end.recorded_at).to_string())),
        sort: listing_id(seq),
    }
}

/// A listing's id: its entry's place, in the order of places.
pub(crate) fn listing_id(seq: u64) -> String {
    format!("{seq:012}")
}

/// An id such as `a12` in the order of its number.
pub(crate) fn place(id: &str) -> String {
    let number: u64 = id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or_default();
    format!("{number:012}")
}

fn changed<'m, K: Ord, V: PartialEq>(
    now: &'m BTreeMap<K, V>,
    before: &'m BTreeMap<K, V>,
) -> impl Iterator<Item = (&'m K, &'m V)> {
    now.iter().filter(move |(k, v)| before.get(*k) != Some(*v))
}

async fn put<T: Serialize>(
    at: &mut impl Apply,
    noun: &str,
    id: &str,
    content: &T,
    version: Option<u64>,
    keys: Keys,
) -> Result<(), ActError> {
    let body = serde_json::to_string(content).map_err(|e| ActError::Inconsistent(e.to_string()))?;
    let version = match version {
        Some(version) => version,
        None => at.get(noun, id).await?.map_or(0, |row| row.version),
    };
    let row = ViewRow { id: id.to_owned(), body, version, a: keys.a, b: keys.b, c: keys.c, sort: keys.sort };
    Ok(at.put(noun, &row).await?)
}

/// Writes a record that nothing is found by.
pub(crate) async fn put_plain<T: Serialize>(
    at: &mut impl Apply,
    noun: &str,
    id: &str,
    content: &T,
    version: u64,
) -> Result<(), ActError> {
    put(at, noun, id, content, Some(version), Keys::default()).await
}

async fn put_addresses(at: &mut impl Apply, account: &Account, before: Option<&Account>) -> Result<(), ActError> {
    let held: Vec<&str> = account.addresses().map(|a| a.key.as_str()).collect();
    for former in before.into_iter().flat_map(Account::addresses).filter(|a| !held.contains(&a.key.as_str())) {
        at.put_address(&former.key, &account.id.0, Standing::Past).await?;
    }
    let standing = if account.is_live() { Standing::Live } else { Standing::Past };
    for key in held {
        at.put_address(key, &account.id.0, standing).await?;
    }
    Ok(())
}

/// The impersonator's id for a place in the ledger.
pub(crate) fn impersonator_id(seq: u64) -> ImpersonatorId {
    ImpersonatorId(format!("i{seq}"))
}
