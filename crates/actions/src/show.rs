//! Reading what stands: cases with what is open, accounts, the list on a day.

use domain::account::Account;
use domain::act::Hands;
use domain::calendar;
use domain::case::{Case, CaseState};
use domain::guideline::{Guideline, Step, Strength, Within};
use domain::id::{AccountId, CaseId};
use domain::practice::open_days;
use domain::register::{ListingSpan, Part};
use jiff::civil::Date;
use serde::Serialize;
use store::{Column, NEVER, PAGE_MAX, Read};

use crate::city::City;
use crate::error::ActError;
use crate::slice::{ACCOUNT, CASE, LISTING, get, listing_id, place, read};
use crate::task::figures_of;
use crate::walk::Walk;

/// A case as people look at it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// Its account.
    pub account: Account,
    /// The procedure's label.
    pub procedure: String,
    /// What can be done now.
    pub open: Vec<OpenStep>,
    /// What is worth a second look in the URL; nothing of it is refused.
    pub notices: Vec<String>,
}

/// One page of what the list said on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedPage {
    /// How many records were on it.
    pub total: u64,
    /// The records of the page, in the order of their entries.
    pub rows: Vec<(u64, ListingSpan)>,
    /// Behind which entry the next page begins; `None` on the last one.
    pub next: Option<u64>,
}

/// A step that can be done now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenStep {
    /// Its id.
    pub step: String,
    /// Its label.
    pub label: String,
    /// Who may do it, by role.
    pub by: Vec<String>,
    /// Who may do it today, by post.
    pub holders: Vec<String>,
    /// How strongly the guideline says so.
    pub strength: Strength,
    /// The clause, or 市の運用.
    pub basis: String,
    /// By when, and under which basis.
    pub due: Option<(Date, String)>,
    /// The last day of use, before which it cannot be done, while that is yet to come.
    pub waits_until: Option<Date>,
}

impl City {
    /// A case with what is open now.
    pub async fn case(&self, id: &CaseId) -> Result<CaseView, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let mut slice = self.common(&mut reading).await?;
        slice.load(&mut reading, &Part::Case(id.clone())).await?;
        let case = slice.register.cases.get(id).cloned();
        let case = case.ok_or_else(|| {
            ActError::Input(format!("案件「{id}」はありません。案件の一覧（case list）で番号を確かめてください。"))
        })?;
        let account = case.account().and_then(|id| slice.register.accounts.get(id)).cloned();
        let account = account.ok_or_else(|| ActError::Inconsistent(format!("案件 {id} のアカウント")))?;
        let loaded = self.guideline(&mut reading, &case.guideline).await?;
        let procedure = loaded.guideline.procedure(&case.procedure);
        let procedure = procedure.ok_or_else(|| ActError::Inconsistent(format!("手続 {}", case.procedure)))?;
        let today = self.today();
        let office = &slice.register.office;
        let figures = figures_of(&mut reading, procedure).await?;
        let guideline = &loaded.guideline;
        let hands = Hands { case: &case, procedure, guideline, office, around: account.around(), day: today };
        let open = case
            .open_steps(procedure, &loaded.guideline)
            .into_iter()
            .map(|step| {
                let interval =
                    |step: &Step, within: &Within, _: Date| open_days(&figures.practices, &case, step, within);
                let due = domain::task::due(step, &case, &interval).map(|due| (due.day, due.basis));
                OpenStep { due, waits_until: case.waits_until(step, today), ..open_step(step, &hands) }
            })
            .collect();
        let notices = url_notices(&case, &loaded.guideline, &self.networks);
        Ok(CaseView { procedure: procedure.label.clone(), open, notices, case, account })
    }

    /// One page of the cases, oldest first; `after` is the last case of the page before.
    pub async fn cases(&self, after: Option<&CaseId>, limit: u32) -> Result<Vec<Case>, ActError> {
        self.page(CASE, after.map(|id| id.0.as_str()), limit).await
    }

    /// One page of the accounts, oldest first; `after` is the last account of the page before.
    pub async fn accounts(&self, after: Option<&AccountId>, limit: u32) -> Result<Vec<Account>, ActError> {
        self.page(ACCOUNT, after.map(|id| id.0.as_str()), limit).await
    }

    /// One account, where the register has it.
    pub async fn account(&self, id: &AccountId) -> Result<Option<Account>, ActError> {
        get(&mut self.ledgered.reading().await?, ACCOUNT, &id.0).await
    }

    /// The cases of an account, oldest first.
    pub async fn cases_of(&self, account: &AccountId) -> Result<Vec<Case>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let rows = reading.by_key(CASE, Column::B, &account.0, None, PAGE_MAX).await?;
        let mut cases = rows.iter().map(|row| read(CASE, row)).collect::<Result<Vec<Case>, _>>()?;
        cases.sort_by_cached_key(|case| place(&case.id.0));
        Ok(cases)
    }

    /// What the list said at the end of a past day: the records then on it, with the entries that prove them.
    pub async fn list_on(&self, day: Date) -> Result<Vec<(u64, ListingSpan)>, ActError> {
        let mut found = Vec::new();
        self.each_on(day, |placed| found.push(placed)).await?;
        Ok(found)
    }

    /// The same, one after the other: a record holds its whole policy, and not everybody keeps that.
    pub(crate) async fn each_on(
        &self,
        day: Date,
        mut take: impl FnMut((u64, ListingSpan)) + Send,
    ) -> Result<(), ActError> {
        let mut reading = self.ledgered.reading().await?;
        let mut walk = Walk::<ListingSpan>::of(LISTING);
        while let Some(page) = walk.next(&mut reading).await? {
            for (id, span) in page.into_iter().filter(|(_, span)| span.was_on(day)) {
                take(placed(&id, span)?);
            }
        }
        Ok(())
    }

    /// One page of the same, with how many there are; `after` is the entry of the last one of the page before.
    pub async fn listed_on(&self, day: Date, after: Option<u64>, limit: u32) -> Result<ListedPage, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let (after, asked) = (after.map(listing_id).unwrap_or_default(), limit.saturating_add(1));
        let (behind, rows) = if day < self.today() {
            let behind = listing_id(first_after(&mut reading, day).await?);
            let rows = reading.behind_c(LISTING, (&after, &behind), &day.to_string(), asked).await?;
            (behind, rows)
        } else {
            ("~".to_owned(), reading.by_key(LISTING, Column::C, NEVER, Some(&after), asked).await?)
        };
        let began = reading.count_before(LISTING, &behind).await?;
        let total = began.saturating_sub(reading.count_up_to_c(LISTING, &day.to_string()).await?);
        let mut rows = rows.iter().map(|row| placed(&row.id, read(LISTING, row)?)).collect::<Result<Vec<_>, _>>()?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        Ok(ListedPage { total, next: rows.last().filter(|_| more).map(|(seq, _)| *seq), rows })
    }

    async fn page<T: serde::de::DeserializeOwned>(
        &self,
        noun: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<T>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let behind = match after {
            Some(id) => reading.get(noun, id).await?.map(|row| (row.sort, row.id)),
            None => None,
        };
        let behind = behind.as_ref().map(|(sort, id)| (sort.as_str(), id.as_str()));
        let rows = reading.page(noun, behind, limit).await?;
        rows.iter().map(|row| read(noun, row)).collect()
    }
}

/// A span with the entry that began it.
pub(crate) fn placed(id: &str, span: ListingSpan) -> Result<(u64, ListingSpan), ActError> {
    let seq = id.parse().map_err(|_| ActError::Inconsistent(format!("掲載の記録 {id}")))?;
    Ok((seq, span))
}

/// The place of the first entry that was recorded after a day. Instants never decrease along a ledger, so halving finds it.
async fn first_after(at: &mut impl Read, day: Date) -> Result<u64, ActError> {
    let (mut low, mut high) = (0, at.head().await?.map_or(0, |head| head.size()));
    while low < high {
        let middle = low + (high - low) / 2;
        let later = at.entry(middle).await?.is_some_and(|row| calendar::today(row.entry.recorded_at) > day);
        (low, high) = if later { (low, middle) } else { (middle + 1, high) };
    }
    Ok(low)
}

fn open_step(step: &Step, hands: &Hands<'_>) -> OpenStep {
    let roles = step.by.iter().filter_map(|id| hands.guideline.role(id));
    OpenStep {
        step: step.id.clone(),
        label: step.label.clone(),
        by: roles.map(|role| role.label.clone()).collect(),
        holders: hands.able(step).iter().map(|post| format!("{}（{}）", post.title, post.person)).collect(),
        strength: step.strength,
        basis: step.basis.shown(),
        due: None,
        waits_until: None,
    }
}

fn url_notices(case: &Case, guideline: &Guideline, networks: &domain::network::Networks) -> Vec<String> {
    let Some(content) = case.policy.as_ref().and_then(|p| p.content.as_ref()) else { return Vec::new() };
    match domain::policy::address_of(content, guideline, networks) {
        Ok(filed) => filed.notices.iter().map(domain::network::Notice::message).collect(),
        Err(_) => Vec::new(),
    }
}

impl CaseView {
    /// The state of the case in a word.
    pub fn state(&self) -> &'static str {
        match self.case.state {
            CaseState::Open => "進行中",
            CaseState::Completed { .. } => "完了",
            CaseState::Withdrawn { .. } => "取下げ",
        }
    }
}
