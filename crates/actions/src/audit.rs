//! 監査用一覧: every account with the acts that an audit asks for, one row each.

use std::collections::BTreeMap;

use domain::account::{Account, Standing};
use domain::case::CaseState;
use domain::guideline::{Guideline, StepKind};
use domain::id::{AccountId, CaseId, GuidelineHash};
use domain::letters::visible;
use domain::network;
use domain::office::Office;
use domain::register::ListingSpan;
use jiff::civil::Date;
use serde::Deserialize;
use store::{Column, PAGE_MAX, Read};

use crate::city::City;
use crate::error::ActError;
use crate::slice::{ACCOUNT, CASE, LISTING, read};
use crate::walk::Walk;

/// The columns; the first are those of the open data of municipalities.
const COLUMNS: [&str; 20] = [
    "全国地方公共団体コード",
    "ID",
    "団体名",
    "種類",
    "アカウント名",
    "ユーザー名",
    "URL",
    "所管部署",
    "管理番号",
    "状態",
    "状態の日",
    "方針",
    "届出日",
    "受理日",
    "決裁日",
    "決裁した職",
    "掲載日",
    "指定している職",
    "進行中の案件",
    "最終の記録",
];

/// A case as far as an audit reads it: its policy, its files and what proves its steps are passed over unread, because
/// every case of the register is looked at.
#[derive(Debug, Deserialize)]
struct SeenCase {
    id: CaseId,
    procedure: String,
    guideline: GuidelineHash,
    account: Option<AccountId>,
    opened_on: Date,
    state: CaseState,
    steps: BTreeMap<String, SeenStep>,
}

/// A step that was done, as far as an audit reads it: the day, and who did it.
#[derive(Debug, Deserialize)]
struct SeenStep {
    on: Date,
    by: SeenPost,
}

/// A post, as far as an audit reads it.
#[derive(Debug, Deserialize)]
struct SeenPost {
    title: String,
}

/// What the cases of an account have to tell an audit.
#[derive(Debug, Default)]
struct Acts {
    filed: Option<Date>,
    received: Option<Date>,
    decided: Option<(Date, String)>,
    open: Vec<String>,
    last: Option<Date>,
}

impl City {
    /// 監査用一覧, row by row: the headings, then every account, oldest first. Everything is read in one view of the data,
    /// and the first row that is not taken ends it.
    pub async fn audit_table<E: From<ActError>>(
        &self,
        mut row: impl FnMut(&[String]) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let mut reading = self.ledgered.reading().await.map_err(ActError::from)?;
        let loaded = self.in_force(&mut reading).await?;
        let office = self.common(&mut reading).await?.register.office;
        let mut acts = self.acts(&mut reading).await?;
        row(&COLUMNS.map(str::to_owned))?;
        let mut accounts = Walk::<Account>::of(ACCOUNT);
        while let Some(page) = accounts.next(&mut reading).await? {
            for (_, account) in &page {
                let acts = acts.remove(&account.id).unwrap_or_default();
                row(&self.audit_row(account, &acts, &loaded.guideline, &office))?;
            }
        }
        Ok(())
    }

    /// What the list said of an account, oldest first, with the entries that said it.
    pub async fn listings_of(&self, account: &AccountId) -> Result<Vec<(u64, ListingSpan)>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let rows = reading.by_key(LISTING, Column::A, &account.0, None, PAGE_MAX).await?;
        let mut spans = Vec::with_capacity(rows.len());
        for row in &rows {
            let seq = row.id.parse().map_err(|_| ActError::Inconsistent(format!("掲載の記録 {}", row.id)))?;
            spans.push((seq, read(LISTING, row)?));
        }
        Ok(spans)
    }

    /// What all cases have to tell, by their accounts.
    async fn acts(&self, at: &mut impl Read) -> Result<BTreeMap<AccountId, Acts>, ActError> {
        let mut acts: BTreeMap<AccountId, Acts> = BTreeMap::new();
        let mut cases = Walk::<SeenCase>::of(CASE);
        while let Some(page) = cases.next(at).await? {
            for (_, case) in &page {
                let Some(account) = &case.account else { continue };
                let guideline = self.guideline(at, &case.guideline).await?;
                acts.entry(account.clone()).or_default().take(case, &guideline.guideline);
            }
        }
        Ok(acts)
    }

    fn audit_row(&self, account: &Account, acts: &Acts, guideline: &Guideline, office: &Office) -> Vec<String> {
        let today = self.today();
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let known = account.network.as_ref().map(|id| network::label_on(id, today, &self.networks));
        let network = account.network_name.clone().or(known).unwrap_or_default();
        let filed = account.url.as_deref().unwrap_or_default();
        let handle = account.address.as_ref().and_then(|it| network::as_filed(it, filed, &self.networks).handle);
        let units: Vec<String> = account.units.iter().map(|unit| office.unit_name(unit, today)).collect();
        let standing = match &account.standing {
            Standing::Preparing => None,
            Standing::Existing { noted_on } => Some(*noted_on),
            Standing::Listed(listed) => Some(listed.since),
            Standing::Suspended { since } | Standing::Delisted { since } => Some(*since),
            Standing::Closed { on } | Standing::Withdrawn { on } => Some(*on),
        };
        let listed = match &account.standing {
            Standing::Listed(listed) => Some(listed.since),
            _ => None,
        };
        let stands = account.designated.iter().filter(|designated| office.stands(designated, today));
        let designated: Vec<String> = stands
            .filter_map(|designated| office.positions.get(&designated.position))
            .map(|position| position.title.clone())
            .collect();
        let policy = account.policy.as_ref().map_or_else(|| "なし".to_owned(), |case| format!("あり（{case}）"));
        // What was recorded before such letters were refused can neither turn a line nor command a terminal.
        [
            self.code().to_owned(),
            account.id.0.clone(),
            guideline.municipality.name.clone(),
            network,
            account.name.clone().unwrap_or_default(),
            handle.unwrap_or_default(),
            account.url.clone().unwrap_or_default(),
            units.join("、"),
            account.number.clone().unwrap_or_default(),
            account.standing.label().to_owned(),
            day(standing),
            policy,
            day(acts.filed),
            day(acts.received),
            day(acts.decided.as_ref().map(|(on, _)| *on)),
            acts.decided.as_ref().map(|(_, by)| by.clone()).unwrap_or_default(),
            day(listed),
            designated.join("、"),
            acts.open.join("、"),
            day(acts.last),
        ]
        .map(|cell| visible(&cell))
        .to_vec()
    }
}

impl Acts {
    /// Takes in a case: of each sort of act the latest counts.
    fn take(&mut self, case: &SeenCase, guideline: &Guideline) {
        if case.state == CaseState::Open {
            self.open.push(case.id.0.clone());
        }
        self.last = self.last.max(Some(case.opened_on));
        let steps =
            guideline.procedure(&case.procedure).map(|procedure| procedure.steps.as_slice()).unwrap_or_default();
        for (id, done) in &case.steps {
            self.last = self.last.max(Some(done.on));
            match steps.iter().find(|step| step.id == *id).map(|step| step.kind) {
                Some(StepKind::File) => self.filed = self.filed.max(Some(done.on)),
                Some(StepKind::Receive) => self.received = self.received.max(Some(done.on)),
                Some(StepKind::Decide) => self.decide(done),
                _ => {}
            }
        }
    }

    fn decide(&mut self, done: &SeenStep) {
        if self.decided.as_ref().is_none_or(|(on, _)| *on <= done.on) {
            self.decided = Some((done.on, done.by.title.clone()));
        }
    }
}
