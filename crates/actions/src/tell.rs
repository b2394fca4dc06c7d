//! The ledger in words: entries as people read them.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::account::Account;
use domain::case::Case;
use domain::entry::{Entry, Private};
use domain::id::{AccountId, CaseId};
use domain::tell::{Names, Sentence, tell};
use serde::Serialize;
use store::{EntryRow, Read};

use crate::city::City;
use crate::error::ActError;
use crate::guideline::LoadedGuideline;
use crate::slice::{ACCOUNT, CASE, get};

/// An entry as the ledger's page shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// The entry's id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// When it was recorded (ms, UTC).
    pub recorded_at: i64,
    /// The case that it is about.
    pub case: Option<CaseId>,
    /// The account that it is about.
    pub account: Option<AccountId>,
    /// What it says.
    pub sentence: Sentence,
}

impl City {
    /// Entries from a place on, in words.
    pub async fn told(&self, from: u64, limit: u32) -> Result<Vec<Told>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let rows = reading.entries(from, limit).await?;
        self.tell_rows(&mut reading, &rows).await
    }

    /// These entries in words; each case, account and guideline is read once.
    pub(crate) async fn tell_rows(&self, at: &mut impl Read, rows: &[EntryRow]) -> Result<Vec<Told>, ActError> {
        let office = self.office().await?;
        let mut cases: BTreeMap<CaseId, Case> = BTreeMap::new();
        let mut accounts: BTreeMap<AccountId, Account> = BTreeMap::new();
        let mut told = Vec::new();
        for row in rows {
            let entry = Entry::read(&row.entry.bytes)?;
            let private = row.entry.private.as_ref().map(|part| Private::read(&part.bytes)).transpose()?;
            if let Some(id) = entry.fact.case().filter(|id| !cases.contains_key(*id))
                && let Some(case) = get::<Case>(at, CASE, &id.0).await?
            {
                cases.insert(id.clone(), case);
            }
            let of_case = || entry.fact.case().and_then(|id| cases.get(id)).map(|case| case.account.clone());
            let account = entry.fact.account().cloned().or_else(of_case);
            if let Some(id) = account.as_ref().filter(|id| !accounts.contains_key(*id))
                && let Some(found) = get::<Account>(at, ACCOUNT, &id.0).await?
            {
                accounts.insert(id.clone(), found);
            }
            let loaded: Option<Arc<LoadedGuideline>> = match &entry.guideline {
                Some(hash) => Some(self.guideline(at, hash).await?),
                None => None,
            };
            let names = Names {
                guideline: loaded.as_ref().map(|loaded| &loaded.guideline),
                office: Some(&office),
                cases: Some(&cases),
                accounts: Some(&accounts),
                networks: Some(&self.networks),
            };
            told.push(Told {
                id: row.id.clone(),
                kind: row.kind.clone(),
                recorded_at: row.entry.recorded_at,
                case: entry.fact.case().cloned(),
                account,
                sentence: tell(&entry, &private.unwrap_or_default(), &names),
            });
        }
        Ok(told)
    }
}
