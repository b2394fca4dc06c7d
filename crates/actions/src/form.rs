//! Papers of a case and of the list, all from the one document model: forms, the decision sheet, the notice board.

mod board;
mod fill;
mod sheet;

use std::ops::RangeInclusive;
use std::sync::Arc;

use documents::form::Document;
use domain::account::Account;
use domain::act::record_of;
use domain::case::{Case, PolicyVersion};
use domain::guideline::{Form, Guideline};
use domain::id::{AccountId, CaseId};
use domain::listing::ListingRecord;
use domain::office::{Office, Place};
use domain::policy::{Policy, PrintFacts};
use domain::register::{ListingSpan, Part};
use jiff::civil::Date;
use serde::Serialize;
use store::{Column, PAGE_MAX};

use crate::city::City;
use crate::error::ActError;
use crate::guideline::LoadedGuideline;
use crate::search::{CaseFilter, Page, Scope};
use crate::slice::{LISTING, listing_id, read};

/// What whoever prints may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PrintOptions {
    /// Whether boxes for seals are printed.
    pub seals: Seals,
}

/// 押印欄, which most offices have given up and some have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seals {
    /// None are printed.
    #[default]
    Without,
    /// They are printed.
    With,
}

/// A form that can be printed for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormName {
    /// Its id in the guideline.
    pub id: String,
    /// What the guideline calls it: 様式１.
    pub label: String,
}

/// What fills the blanks of a paper.
struct Filling {
    loaded: Arc<LoadedGuideline>,
    case: Case,
    account: Account,
    office: Arc<Office>,
    record: ListingRecord,
    facts: PrintFacts,
    /// The day that the paper speaks of: that of its filing, else today.
    day: Date,
    today: Date,
    contact_person: Option<String>,
}

impl City {
    /// A form of a case's guideline, filled with what is known; blank where nothing is.
    pub async fn form(&self, case: &CaseId, form: Option<&str>, options: PrintOptions) -> Result<Document, ActError> {
        self.form_with(case, form, options, None).await
    }

    /// The same with another policy in the place of the recorded one: how a draft would look.
    pub(crate) async fn form_with(
        &self,
        case: &CaseId,
        form: Option<&str>,
        options: PrintOptions,
        draft: Option<Policy>,
    ) -> Result<Document, ActError> {
        let filling = self.filling(case, draft).await?;
        let guideline = filling.guideline();
        let belonging = forms_belonging(&filling.case, guideline);
        let wanted = match form {
            Some(id) => guideline.forms.iter().find(|f| f.id == id),
            None => belonging.first().copied(),
        };
        let form = wanted.ok_or_else(|| {
            let known: Vec<String> = belonging.iter().map(|f| format!("{}（{}）", f.id, f.label)).collect();
            ActError::Input(if known.is_empty() {
                "この手続にはガイドラインの定める様式がありません。決裁票は印刷できます。".to_owned()
            } else {
                format!("様式がありません。次から選んでください：{}", known.join("、"))
            })
        })?;
        Ok(fill::fill(form, &filling, options))
    }

    /// The forms that can be printed for a case: those of its procedure, then those that belong to no step.
    pub async fn forms_of(&self, case: &CaseId) -> Result<Vec<FormName>, ActError> {
        let view = self.case(case).await?;
        let loaded = self.guideline_of(&view.case).await?;
        let names = forms_belonging(&view.case, &loaded.guideline);
        Ok(names.into_iter().map(|f| FormName { id: f.id.clone(), label: f.label.clone() }).collect())
    }

    /// The cases of one page of all that may be seen whose form was filed on one of these days; a page may have none.
    pub async fn cases_filed(
        &self,
        days: RangeInclusive<Date>,
        scope: &Scope,
        after: Option<&CaseId>,
        limit: u32,
    ) -> Result<Page<Case>, ActError> {
        let found = self.find_cases(&CaseFilter::default(), scope, after, limit).await?;
        let mut rows = Vec::new();
        for case in found.rows {
            let loaded = self.guideline_of(&case).await?;
            if filing_of(&case, &loaded.guideline).is_some_and(|(day, _)| days.contains(&day)) {
                rows.push(case);
            }
        }
        Ok(Page { rows, next: found.next })
    }

    /// 決裁票: what is decided, by which posts and under which clause, with the policy that it is about.
    pub async fn decision_sheet(&self, case: &CaseId, options: PrintOptions) -> Result<Document, ActError> {
        Ok(sheet::sheet(&self.filling(case, None).await?, options))
    }

    /// 掲示用の一覧: the official list of a day, for a board on the wall.
    pub async fn notice_board(&self, day: Date) -> Result<Document, ActError> {
        let loaded = self.guideline_in_force().await?;
        let mut board = board::Board::of(&loaded.guideline);
        self.each_on(day, |(_, span)| board.add(span.read().as_ref())).await?;
        Ok(board.document(day))
    }

    async fn filling(&self, case: &CaseId, draft: Option<Policy>) -> Result<Filling, ActError> {
        let mut view = self.case(case).await?;
        let drafted_url = draft.as_ref().and_then(|policy| policy.url.clone());
        let mut reading = self.ledgered.reading().await?;
        let mut slice = self.common(&mut reading).await?;
        slice.load(&mut reading, &Part::Case(case.clone())).await?;
        let loaded = self.guideline(&mut reading, &view.case.guideline).await?;
        if let Some(policy) = draft {
            redraft(&mut view.case, policy, &loaded.guideline);
        }
        let filed = filing_of(&view.case, &loaded.guideline);
        let day = filed.map_or_else(|| self.today(), |(day, _)| day);
        let contact_person = match filed {
            Some((_, seq)) => contact_person(&mut reading, seq).await?,
            None => None,
        };
        let desk = domain::act::Desk {
            register: &slice.register,
            guideline: &loaded.guideline,
            clauses: loaded.clauses.as_ref(),
            hash: &loaded.hash,
            networks: &self.networks,
            today: self.today(),
        };
        // A case without a policy of its own was filed for what the list said then, and goes on saying so on paper.
        let listed = match (&view.case.policy, filed) {
            (None, Some((_, seq))) => listed_before(&mut reading, &view.account.id, seq).await?,
            _ => None,
        };
        let now = record_of(&desk, &self.with_policy(view.case.clone(), &view.account).await?, day);
        let record = match listed {
            Some(ListingRecord { name, policy, .. }) => ListingRecord { name, policy, ..now },
            None => now,
        };
        let facts = PrintFacts {
            units: vec![record.unit.clone()],
            network_label: record.network_label.clone(),
            url: view.case.acquired_url.clone().or(drafted_url).or_else(|| view.account.url.clone()),
        };
        Ok(Filling {
            loaded,
            case: view.case,
            account: view.account,
            office: slice.register.office,
            record,
            facts,
            day,
            today: self.today(),
            contact_person,
        })
    }

    /// The case with the policy in force for its account, where it has none of its own (closing, suspension).
    async fn with_policy(&self, mut case: Case, account: &Account) -> Result<Case, ActError> {
        if case.policy.is_none()
            && let Some(source) = &account.policy
        {
            let source = self.case(source).await?.case;
            case.policy = source.policy;
            case.acquired_url = source.acquired_url;
        }
        Ok(case)
    }
}

impl Filling {
    fn guideline(&self) -> &Guideline {
        &self.loaded.guideline
    }

    /// 管理№, once given in this case or before.
    fn number(&self) -> Option<String> {
        self.case.number.clone().or_else(|| self.account.number.clone())
    }

    /// The title of whoever heads the owning unit; the unit's name where no post is its head.
    fn head_title(&self) -> String {
        let Some(unit) = self.case.units.first() else { return String::new() };
        let head = self.office.positions.values().find(|p| p.unit == *unit && p.place == Place::Head);
        head.map_or_else(|| self.office.unit_name(unit, self.day), |p| p.title.clone())
    }
}

/// The forms of the case's procedure in the order of its steps, then those that no step of any procedure names.
pub(crate) fn forms_belonging<'g>(case: &Case, guideline: &'g Guideline) -> Vec<&'g Form> {
    let named: Vec<&str> =
        guideline.procedures.iter().flat_map(|p| &p.steps).filter_map(|s| s.form.as_deref()).collect();
    let own = guideline.procedure(&case.procedure).into_iter().flat_map(|p| &p.steps).filter_map(|s| s.form.as_deref());
    let free = guideline.forms.iter().map(|f| f.id.as_str()).filter(|id| !named.contains(id));
    let mut forms: Vec<&Form> = Vec::new();
    for id in own.chain(free) {
        if let Some(form) = guideline.forms.iter().find(|f| f.id == id)
            && !forms.iter().any(|known| known.id == form.id)
        {
            forms.push(form);
        }
    }
    forms
}

/// The case as it will be once this draft is recorded: what rested on the former version is to be done anew, and the
/// paper bears no day of it.
fn redraft(case: &mut Case, policy: Policy, guideline: &Guideline) {
    let procedure = guideline.procedure(&case.procedure);
    let draft = procedure.and_then(|p| Some((p, p.drafting()?)));
    for undone in draft.map(|(procedure, draft)| procedure.resting_on_draft(draft)).unwrap_or_default() {
        case.undo(&undone);
    }
    case.policy = Some(PolicyVersion { version: 0, content: Some(policy) });
}

/// The day and the entry of the step that carries the case's form.
fn filing_of(case: &Case, guideline: &Guideline) -> Option<(Date, u64)> {
    let step = guideline.procedure(&case.procedure)?.steps.iter().find(|s| s.form.is_some())?;
    case.steps.get(&step.id).map(|done| (done.on, done.seq))
}

/// What the list said of an account when an entry was made, where its record is kept.
async fn listed_before(
    reading: &mut store::Reading,
    account: &AccountId,
    seq: u64,
) -> Result<Option<ListingRecord>, ActError> {
    use store::Read;
    let rows = reading.by_key(LISTING, Column::A, &account.0, None, PAGE_MAX).await?;
    let earlier = rows.iter().rev().find(|row| row.id < listing_id(seq));
    let span: Option<ListingSpan> = earlier.map(|row| read(LISTING, row)).transpose()?;
    Ok(span.and_then(|span| span.read()))
}

async fn contact_person(reading: &mut store::Reading, seq: u64) -> Result<Option<String>, ActError> {
    use store::Read;
    let Some(row) = reading.entry(seq).await? else { return Ok(None) };
    let Some(part) = row.entry.private else { return Ok(None) };
    Ok(domain::entry::Private::read(&part.bytes)?.word("contact_person"))
}
