//! The ledger in words: entries as people read them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::account::Account;
use domain::case::Case;
use domain::entry::{Entry, Private};
use domain::id::{AccountId, CaseId};
use domain::tell::{Names, Sentence, tell};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{EntryRow, Read};

use crate::city::City;
use crate::error::ActError;
use crate::guideline::LoadedGuideline;
use crate::slice::{ACCOUNT, CASE, read};

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

    /// These entries in words; their cases and accounts are read at once, however many there are.
    pub(crate) async fn tell_rows(&self, at: &mut impl Read, rows: &[EntryRow]) -> Result<Vec<Told>, ActError> {
        let office = self.caches.common(at).await?.office;
        let entries = rows.iter().map(|row| Entry::read(&row.entry.bytes)).collect::<Result<Vec<Entry>, _>>()?;
        let ids = entries.iter().filter_map(|entry| entry.fact.case());
        let cases: BTreeMap<CaseId, Case> = several(at, CASE, ids.map(|id| id.0.clone()))
            .await?
            .into_iter()
            .map(|(id, case)| (CaseId(id), case))
            .collect();
        let account_of = |entry: &Entry| {
            let of_case = || entry.fact.case().and_then(|id| cases.get(id)).and_then(|case| case.account().cloned());
            entry.fact.account().cloned().or_else(of_case)
        };
        let ids = entries.iter().filter_map(account_of).map(|id| id.0);
        let accounts = several(at, ACCOUNT, ids).await?;
        let accounts: BTreeMap<AccountId, Account> =
            accounts.into_iter().map(|(id, account)| (AccountId(id), account)).collect();
        let mut told = Vec::with_capacity(rows.len());
        for (row, entry) in rows.iter().zip(&entries) {
            let private = row.entry.private.as_ref().map(|part| Private::read(&part.bytes)).transpose()?;
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
                account: account_of(entry),
                sentence: tell(entry, &private.unwrap_or_default(), &names),
            });
        }
        Ok(told)
    }
}

/// Several records by their ids, in one question for as many as a page has.
async fn several<T: DeserializeOwned>(
    at: &mut impl Read,
    noun: &str,
    ids: impl Iterator<Item = String>,
) -> Result<Vec<(String, T)>, ActError> {
    let ids: Vec<String> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let mut found = Vec::with_capacity(ids.len());
    for row in at.get_many(noun, &ids).await? {
        found.push((row.id.clone(), read(noun, &row)?));
    }
    Ok(found)
}
