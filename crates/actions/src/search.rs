//! Finding: lists with filters, the search over everything, and the timeline of one thing.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::Account;
use domain::case::{Case, CaseState};
use domain::guideline::Clause;
use domain::id::{AccountId, CaseId, ImpersonatorId, PersonId, UnitId};
use domain::network::NetworkId;
use domain::office::{Person, Position};
use domain::register::Impersonator;
use domain::search::{self, Question, Searched, Titled};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Direction, PAGE_MAX, Read, TermQuery, Terms, Traces, ViewRow};

use crate::city::City;
use crate::error::ActError;
use crate::slice::{ACCOUNT, CASE, IMPERSONATOR, place, read};
use crate::tell::Told;
use crate::views::{about_account, about_case, about_kind};

/// What of the register somebody may see; applied before anything is counted or cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Everything,
    /// What belongs to one of these units.
    Units(Vec<UnitId>),
}

/// Which accounts are listed; everything that is given has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Owned by this unit, alone or with others.
    pub unit: Option<UnitId>,
    /// Standing so, in the words of [`domain::account::Standing::label`].
    pub standing: Option<String>,
    /// On this network.
    pub network: Option<NetworkId>,
    /// With these words.
    pub text: Option<String>,
}

/// Which cases are listed; everything that is given has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Of this unit, alone or with others.
    pub unit: Option<UnitId>,
    /// In a state like this one; the day in it makes no difference.
    pub state: Option<CaseState>,
    /// Of the procedure with this id.
    pub procedure: Option<String>,
    /// With these words.
    pub text: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The records.
    pub rows: Vec<T>,
    /// The id behind which the next page begins; `None` on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The page of the rows that [`one_more`] asked for; `id` is what the next one is found by.
    pub(crate) fn cut(mut rows: Vec<T>, limit: u32, id: impl Fn(&T) -> String) -> Self {
        let most = usize::try_from(held(limit)).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| more).map(id);
        Self { rows, next }
    }
}

/// How many rows are asked for where a page shows `limit`: one more tells a page that is just full from one that goes on.
pub(crate) fn one_more(limit: u32) -> u32 {
    held(limit) + 1
}

/// How many rows a page holds: the store gives no more than [`PAGE_MAX`] at once, and one of them is for the next page.
fn held(limit: u32) -> u32 {
    limit.min(PAGE_MAX - 1)
}

/// What a search found, by sort.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// Accounts, the newest first.
    pub accounts: Page<Account>,
    /// Cases, the newest first.
    pub cases: Page<Case>,
    /// Known impersonators with their ids.
    pub impersonators: Page<(ImpersonatorId, Impersonator)>,
    /// Units by id and name.
    pub units: Page<(UnitId, String)>,
    /// Positions.
    pub positions: Page<Position>,
    /// People by name, reading or staff number.
    pub people: Page<Person>,
    /// Clauses of the guideline in force.
    pub clauses: Page<Clause>,
}

/// What a timeline is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The whole ledger.
    Everything,
    /// A case.
    Case(CaseId),
    /// An account, with all its cases.
    Account(AccountId),
    /// A known impersonator.
    Impersonator(ImpersonatorId),
    /// A person's access to the pages.
    Person(PersonId),
    /// The entries of one kind, by [`domain::entry::Fact::kind`].
    Kind(String),
}

impl City {
    /// One page of the accounts that a filter leaves and the person may see, the newest first.
    pub async fn find_accounts(
        &self,
        filter: &AccountFilter,
        scope: &Scope,
        after: Option<&AccountId>,
        limit: u32,
    ) -> Result<Page<Account>, ActError> {
        let mut keys: Vec<String> = filter.unit.iter().map(search::unit).collect();
        keys.extend(filter.standing.iter().map(|label| search::standing(label)));
        keys.extend(filter.network.iter().map(|id| search::network(&id.to_string())));
        let question = Question::read(filter.text.as_deref().unwrap_or_default());
        let mut reading = self.ledgered.reading().await?;
        let after = after.map(|id| id.0.as_str());
        Ok(plain(found(&mut reading, ACCOUNT, &Asked { keys, question, scope }, after, limit).await?))
    }

    /// One page of the cases that a filter leaves and the person may see, the newest first.
    pub async fn find_cases(
        &self,
        filter: &CaseFilter,
        scope: &Scope,
        after: Option<&CaseId>,
        limit: u32,
    ) -> Result<Page<Case>, ActError> {
        let mut keys: Vec<String> = filter.unit.iter().map(search::unit).collect();
        keys.extend(filter.state.iter().map(search::state));
        keys.extend(filter.procedure.iter().map(|id| search::procedure(id)));
        let question = Question::read(filter.text.as_deref().unwrap_or_default());
        let mut reading = self.ledgered.reading().await?;
        let after = after.map(|id| id.0.as_str());
        self.cases_found(&mut reading, &Asked { keys, question, scope }, after, limit).await
    }

    /// Cases by their words and by what they are called.
    async fn cases_found(
        &self,
        at: &mut impl Read,
        asked: &Asked<'_>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Case>, ActError> {
        let Page { mut rows, next } = plain(candidates::<Case>(at, CASE, asked, after, limit).await?);
        if !asked.question.is_empty() {
            let names = names_of(at, &rows).await?;
            let mut held = Vec::with_capacity(rows.len());
            for case in rows {
                let name = case.account().and_then(|id| names.get(id)).map(String::as_str);
                let title = self.case_title(at, &case, name).await?;
                if (Titled { case: &case, title: &title }).holds(&asked.question) {
                    held.push(case);
                }
            }
            rows = held;
        }
        Ok(Page { rows, next })
    }

    /// What the accounts of some cases are called, as far as they are.
    pub async fn account_names(&self, cases: &[Case]) -> Result<BTreeMap<AccountId, String>, ActError> {
        names_of(&mut self.ledgered.reading().await?, cases).await
    }

    /// Searches everything that the person may see; at most `limit` of each sort.
    ///
    /// Accounts and cases are kept to the scope. The office, the guideline and the impersonators are every officer's to
    /// read.
    pub async fn search(&self, typed: &str, scope: &Scope, limit: u32) -> Result<Found, ActError> {
        let question = Question::read(typed);
        let mut reading = self.ledgered.reading().await?;
        let asked = |scope| Asked { keys: Vec::new(), question: question.clone(), scope };
        let nothing = question.is_empty();
        let limit_of = if nothing { 0 } else { limit };
        let accounts = plain(found(&mut reading, ACCOUNT, &asked(scope), None, limit_of).await?);
        let cases = self.cases_found(&mut reading, &asked(scope), None, limit_of).await?;
        let noted = found(&mut reading, IMPERSONATOR, &asked(&Scope::Everything), None, limit_of).await?;
        let impersonators = Page {
            rows: noted.rows.into_iter().map(|(id, noted)| (ImpersonatorId(id), noted)).collect(),
            next: noted.next,
        };
        let loaded = self.in_force(&mut reading).await?;
        let office = self.caches.common(&mut reading).await?.office;
        let words = self.caches.office_words(&office, self.today());
        let most = usize::try_from(one_more(limit_of)).unwrap_or(usize::MAX);
        let clauses = loaded.clauses.iter().flat_map(|clauses| &clauses.clauses);
        let clauses = clauses.filter(|clause| question.is_in(&clause.words)).take(most).cloned().collect();
        let units = words.units.iter().filter(|(_, words)| question.is_in_folded(words)).take(most);
        let units = units.map(|(id, _)| (id.clone(), office.unit_name(id, self.today()))).collect();
        let positions = words.positions.iter().filter(|(_, words)| question.is_in_folded(words)).take(most);
        let positions = positions.filter_map(|(id, _)| office.positions.get(id)).cloned().collect();
        let people = words.people.iter().filter(|(_, words)| question.is_in_folded(words)).take(most);
        let people = people.filter_map(|(id, _)| office.people.get(id)).cloned().collect();
        Ok(Found {
            accounts,
            cases,
            impersonators,
            units: Page::cut(units, limit_of, |(id, _): &(UnitId, String)| id.0.clone()),
            positions: Page::cut(positions, limit_of, |position: &Position| position.id.0.clone()),
            people: Page::cut(people, limit_of, |person: &Person| person.id.0.clone()),
            clauses: Page::cut(clauses, limit_of, |clause: &Clause| clause.id.0.clone()),
        })
    }

    /// One page of the entries about something, in words; `after` is the place of the last one of the page before.
    pub async fn timeline(
        &self,
        about: &About,
        direction: Direction,
        after: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Told>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let about = match about {
            About::Everything => None,
            About::Case(id) => Some(about_case(&id.0)),
            About::Account(id) => Some(about_account(&id.0)),
            About::Impersonator(id) => Some(format!("impersonator:{id}")),
            About::Person(id) => Some(format!("person:{id}")),
            About::Kind(kind) => Some(about_kind(kind)),
        };
        let rows = reading.timeline(about.as_deref(), direction, after, limit).await?;
        self.tell_rows(&mut reading, &rows).await
    }
}

/// What is asked of one sort of record.
struct Asked<'a> {
    keys: Vec<String>,
    question: Question,
    scope: &'a Scope,
}

async fn names_of(at: &mut impl Read, cases: &[Case]) -> Result<BTreeMap<AccountId, String>, ActError> {
    let ids: BTreeSet<String> = cases.iter().filter_map(|case| Some(case.account()?.0.clone())).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let mut names = BTreeMap::new();
    for row in at.get_many(ACCOUNT, &ids).await? {
        let account: Account = read(ACCOUNT, &row)?;
        names.extend(account.name.map(|name| (account.id, name)));
    }
    Ok(names)
}

/// A page of records with their ids. Pieces that meet by chance are told from words by the record itself; a page on which
/// that happens is shorter, and the next one begins where it ended.
async fn found<T: DeserializeOwned + Searched>(
    at: &mut impl Read,
    noun: &str,
    asked: &Asked<'_>,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<(String, T)>, ActError> {
    let Page { mut rows, next } = candidates::<T>(at, noun, asked, after, limit).await?;
    rows.retain(|(_, record)| record.holds(&asked.question));
    Ok(Page { rows, next })
}

/// A page of records that have the pieces of what is asked.
async fn candidates<T: DeserializeOwned>(
    at: &mut impl Read,
    noun: &str,
    asked: &Asked<'_>,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<(String, T)>, ActError> {
    let mut terms = asked.keys.clone();
    let scope: Option<Vec<String>> = match asked.scope {
        Scope::Everything => None,
        // Who sees one unit asks for what is that unit's.
        Scope::Units(units) if let [unit] = units.as_slice() => {
            terms.push(search::unit(unit));
            None
        }
        Scope::Units(units) => Some(units.iter().map(search::unit).collect()),
    };
    terms.extend(asked.question.pieces());
    if limit == 0 || scope.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Page { rows: Vec::new(), next: None });
    }
    if terms.is_empty() {
        terms.push(search::ALL.to_owned());
    }
    let sort = after.map(place);
    let behind = after.zip(sort.as_deref()).map(|(id, sort)| (sort, id));
    let query = TermQuery { noun, terms: &terms, one_of: scope.as_deref() };
    let rows: Vec<ViewRow> = at.matching(&query, behind, one_more(limit)).await?;
    let Page { rows, next } = Page::cut(rows, limit, |row: &ViewRow| row.id.clone());
    let rows = rows.into_iter().map(|row| Ok((row.id.clone(), read(noun, &row)?)));
    Ok(Page { rows: rows.collect::<Result<_, ActError>>()?, next })
}

fn plain<T>(page: Page<(String, T)>) -> Page<T> {
    Page { rows: page.rows.into_iter().map(|(_, record)| record).collect(), next: page.next }
}
