//! Writing what follows from an entry: the records that changed, and what is found by them.
//!
//! An act and a rebuild come through here alike, so that both leave the same tables.

use std::collections::{BTreeMap, BTreeSet};

use domain::case::Case;
use domain::entry::{Entry, Fact};
use domain::id::{AccountId, CaseId};
use domain::register::Register;
use domain::ruling::About;
use domain::search::{Searched, Titled};
use store::{Apply, Column, PAGE_MAX, PutTasks, PutTerms, PutTraces, Read};

use crate::city::City;
use crate::error::ActError;
use crate::slice::{ACCOUNT, CASE, ERASURES, IMPERSONATOR, ONLY, Slice, get, place, put_plain, read};
use crate::task::{figures_of, rows_of};

impl City {
    /// Writes a slice back with the tasks that follow from it; `version` as for [`Slice::write`].
    pub(crate) async fn write(&self, at: &mut impl Apply, slice: &Slice, version: Option<u64>) -> Result<(), ActError> {
        slice.write(at, version).await?;
        let (now, before) = (&slice.register, slice.before());
        write_terms(at, ACCOUNT, &now.accounts, &before.accounts).await?;
        self.write_case_terms(at, slice).await?;
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
        if let Fact::Erased { leaves, .. } = &entry.fact {
            for leaf in leaves.iter() {
                let Some(row) = at.entry(leaf).await? else { continue };
                speaks_of(at, slice, &Entry::read(&row.entry.bytes)?.fact, &mut about).await?;
            }
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
        let account = case.account().and_then(|id| slice.register.accounts.get(id));
        let rows = rows_of(case, account, procedure, &loaded.guideline, &figures)?;
        Ok(at.put_tasks(&case.id.0, &rows).await?)
    }
}

impl City {
    /// Writes what cases are found by. A case is found by its title too, so an account's new name concerns all of its cases.
    async fn write_case_terms(&self, at: &mut impl Apply, slice: &Slice) -> Result<(), ActError> {
        let (now, before) = (&slice.register, slice.before());
        for case in now.cases.values() {
            let (name, former_name) = (name_in(now, case.account()), name_in(before, case.account()));
            let former = before.cases.get(&case.id);
            if former == Some(case) && name == former_name {
                continue;
            }
            let old = match former {
                Some(former) => self.case_terms(at, former, former_name).await?,
                None => BTreeSet::new(),
            };
            let new = self.case_terms(at, case, name).await?;
            replace_terms(at, CASE, &case.id.0, &old, &new).await?;
        }
        for (id, account) in &now.accounts {
            let Some(former) = before.accounts.get(id).filter(|former| former.name != account.name) else { continue };
            let mut after: Option<String> = None;
            loop {
                let rows = at.by_key(CASE, Column::B, &id.0, after.as_deref(), PAGE_MAX).await?;
                let Some(last) = rows.last() else { break };
                after = Some(last.id.clone());
                for row in &rows {
                    let case: Case = read(CASE, row)?;
                    if now.cases.contains_key(&case.id) {
                        continue;
                    }
                    let old = self.case_terms(at, &case, former.name.as_deref()).await?;
                    let new = self.case_terms(at, &case, account.name.as_deref()).await?;
                    replace_terms(at, CASE, &case.id.0, &old, &new).await?;
                }
            }
        }
        Ok(())
    }

    async fn case_terms(
        &self,
        at: &mut impl Apply,
        case: &Case,
        account_name: Option<&str>,
    ) -> Result<BTreeSet<String>, ActError> {
        let title = self.case_title(at, case, account_name).await?;
        Ok(Titled { case, title: &title }.terms())
    }

    /// What a case is called under its own guideline.
    pub(crate) async fn case_title(
        &self,
        at: &mut impl Read,
        case: &Case,
        account_name: Option<&str>,
    ) -> Result<String, ActError> {
        let label = match self.guideline(at, &case.guideline).await {
            Ok(loaded) => loaded.guideline.procedure(&case.procedure).map(|procedure| procedure.label.clone()),
            Err(error @ (ActError::Store(_) | ActError::Altered(_))) => return Err(error),
            // What no program of today can read has no words; the case has a number all the same.
            Err(_) => None,
        };
        Ok(case.title(label.as_deref().unwrap_or(&case.procedure), account_name))
    }
}

fn name_in<'r>(register: &'r Register, account: Option<&AccountId>) -> Option<&'r str> {
    register.accounts.get(account?)?.name.as_deref()
}

/// Writes what changed records are found by.
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
        replace_terms(at, noun, &key.to_string(), &old, &new).await?;
    }
    Ok(())
}

/// Writes the terms of a record anew: only what came and what went.
async fn replace_terms(
    at: &mut impl Apply,
    noun: &str,
    id: &str,
    old: &BTreeSet<String>,
    new: &BTreeSet<String>,
) -> Result<(), ActError> {
    let sort = place(id);
    let gone: Vec<String> = old.difference(new).cloned().collect();
    let come: Vec<String> = new.difference(old).cloned().collect();
    at.drop_terms(noun, &sort, id, &gone).await?;
    Ok(at.put_terms(noun, &sort, id, &come).await?)
}

/// Adds whatever a fact speaks of.
async fn speaks_of(
    at: &mut impl Apply,
    slice: &Slice,
    fact: &Fact,
    about: &mut BTreeSet<String>,
) -> Result<(), ActError> {
    match fact {
        Fact::CaseOpened { case, subject, .. } => {
            about.insert(about_case(&case.0));
            about.extend(subject.accounts().into_iter().map(|account| about_account(&account.0)));
        }
        Fact::StepDone { case, .. } | Fact::StepReturned { case, .. } | Fact::CaseWithdrawn { case } => {
            about.insert(about_case(&case.0));
            about.extend(accounts_of(at, slice, case).await?);
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
                    about.extend(accounts_of(at, slice, case).await?);
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

async fn accounts_of(at: &mut impl Apply, slice: &Slice, case: &CaseId) -> Result<Vec<String>, ActError> {
    let of = |case: &Case| case.subject.accounts().into_iter().map(|account| about_account(&account.0)).collect();
    if let Some(case) = slice.register.cases.get(case) {
        return Ok(of(case));
    }
    let case: Option<Case> = get(at, CASE, &case.0).await?;
    Ok(case.as_ref().map(of).unwrap_or_default())
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
