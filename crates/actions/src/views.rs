//! Writing what follows from an entry: the records that changed, and what is found by them.
//!
//! An act and a rebuild come through here alike, so that both leave the same tables.

use std::collections::{BTreeMap, BTreeSet};

use domain::case::Case;
use domain::entry::{Entry, Fact};
use domain::id::CaseId;
use domain::ruling::About;
use domain::search::Searched;
use store::{Apply, PutTasks, PutTerms, PutTraces};

use crate::city::City;
use crate::error::ActError;
use crate::slice::{ACCOUNT, CASE, ERASURES, IMPERSONATOR, ONLY, Slice, get, place, put_plain};
use crate::task::{figures_of, rows_of};

impl City {
    /// Writes a slice back with the tasks that follow from it; `version` as for [`Slice::write`].
    pub(crate) async fn write(&self, at: &mut impl Apply, slice: &Slice, version: Option<u64>) -> Result<(), ActError> {
        slice.write(at, version).await?;
        let (now, before) = (&slice.register, slice.before());
        write_terms(at, ACCOUNT, &now.accounts, &before.accounts).await?;
        write_terms(at, CASE, &now.cases, &before.cases).await?;
        write_terms(at, IMPERSONATOR, &now.impersonators, &before.impersonators).await?;
        for case in slice.cases_touched() {
            self.write_tasks(at, slice, case).await?;
        }
        Ok(())
    }

    /// Writes what an entry changed, and that it speaks of this case, that account and so on.
    pub(crate) async fn follow(&self, at: &mut impl Apply, slice: &Slice, entry: &Entry) -> Result<(), ActError> {
        self.write(at, slice, Some(entry.seq)).await?;
        if let Fact::Erased { .. } = &entry.fact {
            put_plain(at, ERASURES, ONLY, &entry.seq, entry.seq).await?;
        }
        let mut about = BTreeSet::from([about_kind(entry.fact.kind())]);
        speaks_of(at, slice, &entry.fact, &mut about).await?;
        if let Fact::Erased { leaf, .. } = &entry.fact
            && let Some(row) = at.entry(*leaf).await?
        {
            speaks_of(at, slice, &Entry::read(&row.entry.bytes)?.fact, &mut about).await?;
        }
        let about: Vec<String> = about.into_iter().collect();
        Ok(at.put_traces(entry.seq, &about).await?)
    }

    async fn write_tasks(&self, at: &mut impl Apply, slice: &Slice, case: &Case) -> Result<(), ActError> {
        let loaded = match self.guideline(at, &case.guideline).await {
            Ok(loaded) => loaded,
            Err(error @ (ActError::Store(_) | ActError::Altered(_))) => return Err(error),
            // A view is total: what no program of today can read has no tasks, and the case itself says so.
            Err(_) => return Ok(at.put_tasks(&case.id.0, &[]).await?),
        };
        let Some(procedure) = loaded.guideline.procedure(&case.procedure) else {
            return Ok(at.put_tasks(&case.id.0, &[]).await?);
        };
        let figures = figures_of(at, procedure).await?;
        let account = slice.register.accounts.get(&case.account);
        let rows = rows_of(case, account, procedure, &loaded.guideline, &figures)?;
        Ok(at.put_tasks(&case.id.0, &rows).await?)
    }
}

/// Writes what changed records are found by: only what came and what went.
async fn write_terms<K: Ord + std::fmt::Display, V: Searched + PartialEq>(
    at: &mut impl Apply,
    noun: &str,
    now: &BTreeMap<K, V>,
    before: &BTreeMap<K, V>,
) -> Result<(), ActError> {
    let ids: BTreeSet<&K> = now.keys().chain(before.keys()).collect();
    for key in ids {
        let (new, old) = (now.get(key), before.get(key));
        if new == old {
            continue;
        }
        let (new, old) = (new.map(Searched::terms).unwrap_or_default(), old.map(Searched::terms).unwrap_or_default());
        let id = key.to_string();
        let sort = place(&id);
        let gone: Vec<String> = old.difference(&new).cloned().collect();
        let come: Vec<String> = new.difference(&old).cloned().collect();
        at.drop_terms(noun, &sort, &id, &gone).await?;
        at.put_terms(noun, &sort, &id, &come).await?;
    }
    Ok(())
}

/// Adds whatever a fact speaks of.
async fn speaks_of(
    at: &mut impl Apply,
    slice: &Slice,
    fact: &Fact,
    about: &mut BTreeSet<String>,
) -> Result<(), ActError> {
    match fact {
        Fact::CaseOpened { case, account, .. } => about.extend([about_case(&case.0), about_account(&account.0)]),
        Fact::StepDone { case, .. } | Fact::StepReturned { case, .. } | Fact::CaseWithdrawn { case } => {
            about.insert(about_case(&case.0));
            about.extend(account_of(at, slice, case).await?);
        }
        Fact::AccountNoted { account, .. } => about.extend([about_account(&account.0)]),
        Fact::ImpersonatorNoted { impersonator, .. } | Fact::ImpersonatorCleared { impersonator } => {
            about.extend([format!("impersonator:{impersonator}")]);
        }
        Fact::RulingMade { ruling, about: of, .. } => {
            about.insert(format!("ruling:{ruling}"));
            match of {
                Some(About::Case(case)) => {
                    about.insert(about_case(&case.0));
                    about.extend(account_of(at, slice, case).await?);
                }
                Some(About::Account(account)) => about.extend([about_account(&account.0)]),
                None => {}
            }
        }
        Fact::PracticeSet { leaf, .. } => about.extend([format!("practice:{leaf}")]),
        Fact::AccessChanged { person: Some(person), .. } => about.extend([format!("person:{person}")]),
        Fact::AccessChanged { person: None, .. }
        | Fact::GuidelineAdopted { .. }
        | Fact::OfficeChanged { .. }
        | Fact::Erased { .. }
        | Fact::OperatorActed { .. } => {}
    }
    Ok(())
}

async fn account_of(at: &mut impl Apply, slice: &Slice, case: &CaseId) -> Result<Option<String>, ActError> {
    if let Some(case) = slice.register.cases.get(case) {
        return Ok(Some(about_account(&case.account.0)));
    }
    let case: Option<Case> = get(at, CASE, &case.0).await?;
    Ok(case.map(|case| about_account(&case.account.0)))
}

/// Under which an account's entries are traced.
pub(crate) fn about_account(id: &str) -> String {
    format!("account:{id}")
}

/// Under which a case's entries are traced.
pub(crate) fn about_case(id: &str) -> String {
    format!("case:{id}")
}

/// Under which the entries of a kind are traced.
pub(crate) fn about_kind(kind: &str) -> String {
    format!("kind:{kind}")
}
