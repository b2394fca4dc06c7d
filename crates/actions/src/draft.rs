//! Drafting a policy: what is typed is kept in the workshop until the drafting step takes it over.

use std::sync::Arc;

use documents::form::Document;
use domain::account::Account;
use domain::act::{By, Desk, DoStep, record_of};
use domain::case::{Case, Outcome, PolicyVersion};
use domain::draft::{Part, Sheet, field};
use domain::evidence::Evidence;
use domain::guideline::{Block, Procedure, Purpose, Step};
use domain::id::{CaseId, PersonId};
use domain::listing::ListingRecord;
use domain::policy::Policy;
use domain::refusal::{Refusal, RefusalKind};
use domain::register;
use public::Serving;
use serde::{Deserialize, Serialize};
use store::{Column, Desk as _, Draft, PAGE_MAX, Read, Writing};

use crate::case::Stepping;
use crate::city::City;
use crate::error::ActError;
use crate::form::{PrintOptions, forms_belonging};
use crate::guideline::LoadedGuideline;
use crate::once::Once;
use crate::perform::{Recorded, Rules};
use crate::publish::{PublishTo, site};
use crate::slice::{ACCOUNT, CASE, Slice, get, read};

/// A policy being drafted, with everything that is known without asking.
#[derive(Debug, Clone, PartialEq)]
pub struct Drafting {
    /// The case.
    pub case: Case,
    /// Its account.
    pub account: Account,
    /// The guideline that the case began with.
    pub loaded: Arc<LoadedGuideline>,
    /// The drafting step's label.
    pub step: String,
    /// What is typed, or what is known before anybody typed.
    pub sheet: Sheet,
    /// The draft that is kept, where there is one.
    pub saved: Option<SavedDraft>,
    /// Where the sheet began.
    pub started: Started,
    /// The unit's last policy for another account, where nothing is typed yet.
    pub earlier: Option<Earlier>,
}

impl Drafting {
    /// The steps of the case that no longer stand once this is recorded.
    pub fn undone(&self) -> Vec<&Step> {
        let Some(procedure) = self.loaded.guideline.procedure(&self.case.procedure) else { return Vec::new() };
        let Some(draft) = procedure.drafting() else { return Vec::new() };
        let undone = self.case.undone_by_draft(draft, procedure);
        procedure.steps.iter().filter(|step| undone.contains(&step.id)).collect()
    }
}

/// A draft that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// Counts the savings from 1.
    pub version: u64,
    /// When it was saved (ms, UTC).
    pub at: i64,
    /// By whom.
    pub by: PersonId,
}

/// Where a sheet began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// With nothing but what the register knows of the account.
    Register,
    /// With the policy that this case has recorded.
    Recorded,
    /// With the policy in force.
    InForce,
    /// With what was typed before.
    Typed,
}

/// A policy of the same unit for another account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The other account's name.
    pub account: String,
    /// What can be taken over.
    pub sheet: Sheet,
}

/// What came of a saving.
#[derive(Debug, Clone, PartialEq)]
pub enum DraftSaved {
    /// It is kept, under this version.
    Kept(u64),
    /// Somebody else saved in between; nothing was changed, and this is what stands.
    Overtaken(Box<Drafting>),
}

/// How the public page is shown before anything is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviewPage<'a> {
    /// The address under which the list is public, or will be.
    pub base_url: &'a str,
    /// Where the page's style lies.
    pub stylesheet: &'a str,
    /// What is said above the page.
    pub notice: &'a str,
}

/// A draft as the workshop keeps it.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    by: PersonId,
    fields: Sheet,
}

impl City {
    /// The draft of a case's policy, for whoever may draft it now.
    pub async fn draft_policy(&self, case: &CaseId, by: &By) -> Result<Drafting, ActError> {
        let mut reading = self.ledgered.reading().await?;
        self.drafting(&mut reading, case, by).await
    }

    /// Keeps one part's fields as they were sent, over the version that was seen (`None`: nothing was kept yet).
    pub async fn save_draft<'t>(
        &self,
        case: &CaseId,
        part: Part,
        sent: impl IntoIterator<Item = (&'t str, &'t str)>,
        seen: Option<u64>,
        by: &By,
    ) -> Result<DraftSaved, ActError> {
        let before = self.draft_policy(case, by).await?;
        let sheet = before.sheet.clone().with(part, &before.loaded.guideline, sent);
        self.keep(case, before, sheet, seen, by).await
    }

    /// Begins the draft with what the unit's last policy says; it stays a draft that is looked through part by part.
    pub async fn copy_earlier_policy(&self, case: &CaseId, by: &By) -> Result<DraftSaved, ActError> {
        let before = self.draft_policy(case, by).await?;
        let Some(earlier) = &before.earlier else { return Ok(DraftSaved::Overtaken(Box::new(before))) };
        let mut sheet = earlier.sheet.clone();
        for (name, text) in before.sheet.iter() {
            sheet.put(name, text);
        }
        self.keep(case, before, sheet, None, by).await
    }

    /// 起案: the drafting step with the whole policy; the kept draft goes with the same entry.
    pub async fn submit_draft(
        &self,
        case: &CaseId,
        seen_draft: Option<u64>,
        seen_case: u64,
        by: &By,
        key: Option<&str>,
    ) -> Result<Recorded, ActError> {
        // The content lies here, and the versions that were seen name it; the day is today's, and nobody stated it.
        let once = Once::of(key, "submit_draft", &by.person, &(case, seen_draft, seen_case), &[])?;
        if let Some(once) = &once
            && let Some(former) = once.answered(&mut self.ledgered.reading().await?).await?
        {
            return Ok(former.recorded);
        }
        let drafting = self.draft_policy(case, by).await?;
        let order = stepping(case, &drafting, self.ready(&drafting)?, seen_case);
        let id = draft_id(case);
        let load = async |slice: &mut Slice, at: &mut Writing, rules: &LoadedGuideline| {
            // What was read above is what is thrown away here, or nothing happens at all.
            let kept = at.draft(&id).await?.map(|draft| draft.version);
            if kept != seen_draft || kept != drafting.saved.as_ref().map(|saved| saved.version) {
                return Err(overtaken().into());
            }
            at.delete_draft(&id).await?;
            self.load_rivals(slice, at, rules, &order).await
        };
        self.perform(once, Rules::OfCase(case.clone()), load, |desk, _| {
            let step = DoStep {
                case: order.case.clone(),
                step: order.step.clone(),
                outcome: order.outcome,
                evidence: order.evidence.clone(),
                policy: order.policy.clone(),
                note: None,
                contact_person: None,
                attachments: Vec::new(),
                seen: seen_case,
            };
            desk.do_step(&step, by)
        })
        .await
    }

    /// The form that prints a case's policy as this one would fill it: one that carries the standard texts, else the
    /// first of the procedure; `None` where the guideline has no form for it.
    pub async fn draft_form(&self, case: &Case, policy: &Policy) -> Result<Option<Document>, ActError> {
        let loaded = self.guideline_of(case).await?;
        let forms = forms_belonging(case, &loaded.guideline);
        let whole = forms.iter().find(|form| form.blocks.contains(&Block::Attachments)).or(forms.first());
        let Some(form) = whole else { return Ok(None) };
        self.form_with(&case.id, Some(&form.id), PrintOptions::default(), Some(policy.clone())).await.map(Some)
    }

    /// The page that citizens would see if the policy were listed today.
    pub async fn draft_public_page(
        &self,
        case: &Case,
        policy: &Policy,
        shown: PreviewPage<'_>,
    ) -> Result<String, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let mut slice = self.common(&mut reading).await?;
        slice.load(&mut reading, &register::Part::Case(case.id.clone())).await?;
        let loaded = self.guideline(&mut reading, &case.guideline).await?;
        let content = Some(PolicyVersion { version: 0, content: Some(policy.clone()) });
        let case = Case { policy: content, ..case.clone() };
        let record: ListingRecord = record_of(&self.desk(&slice, &loaded), &case, self.today());
        let to = PublishTo {
            base_url: shown.base_url.to_owned(),
            serving: Serving::FilesOnly,
            notice: Some(shown.notice.to_owned()),
            contact: None,
            valid_for: 0,
            key: None,
        };
        Ok(public::preview(&site(&loaded, &to, &self.networks), &record, shown.stylesheet, self.machine.now())?)
    }

    /// The policy of a sheet that lacks nothing, or a refusal item by item.
    fn ready(&self, drafting: &Drafting) -> Result<Policy, Refusal> {
        let guideline = &drafting.loaded.guideline;
        let problems = drafting.sheet.problems(guideline, &self.networks);
        if problems.is_empty() {
            return Ok(drafting.sheet.policy(guideline, &self.networks));
        }
        Err(Refusal::new(
            RefusalKind::Incomplete,
            format!(
                "{}に足りない、または直すところが{}か所あるため、「{}」に進めません。",
                guideline.words.policy,
                problems.len(),
                drafting.step
            ),
            "それぞれを直してから、もう一度進めてください。入力した内容は下書きに残っています。",
        )
        .with_items(problems.into_iter().map(|problem| problem.problem).collect()))
    }

    async fn keep(
        &self,
        case: &CaseId,
        before: Drafting,
        sheet: Sheet,
        seen: Option<u64>,
        by: &By,
    ) -> Result<DraftSaved, ActError> {
        // What stands already was kept when it was allowed, and keeps nobody from writing elsewhere.
        let is_new = |name: &str| sheet.text(name) != before.sheet.text(name);
        let mut too_long = sheet.too_long(&before.loaded.guideline);
        too_long.retain(|problem| is_new(&problem.field));
        if !too_long.is_empty() {
            return Err(Refusal::new(
                RefusalKind::TooLong,
                "長すぎる欄があるため、保存していません。",
                "示された欄を短くして、もう一度保存してください。",
            )
            .with_items(too_long.into_iter().map(|problem| problem.problem).collect())
            .into());
        }
        let stands = before.saved.as_ref().map(|saved| saved.version);
        if let Some(stands) = stands.filter(|_| before.sheet == sheet) {
            // Sent twice, or nothing new: what stands is what was meant.
            return Ok(DraftSaved::Kept(stands));
        }
        if stands != seen {
            return Ok(DraftSaved::Overtaken(Box::new(before)));
        }
        let kept = Kept { by: by.person.clone(), fields: sheet };
        let body = serde_json::to_string(&kept).map_err(|e| ActError::Inconsistent(e.to_string()))?;
        let mut workshop = self.ledgered.workshop().await?;
        let put = workshop.put_draft(&draft_id(case), &body, self.machine.now(), seen).await;
        let put = match put {
            Ok(version) => workshop.commit().await.map(|()| version),
            Err(fault) => {
                drop(workshop);
                Err(fault)
            }
        };
        let fault = match put {
            Ok(version) => return Ok(DraftSaved::Kept(version)),
            Err(fault) => fault,
        };
        // Two may have begun at the same moment: whoever came second is told what stands.
        let now = self.draft_policy(case, by).await?;
        if now.saved.as_ref().map(|saved| saved.version) == seen {
            return Err(fault.into());
        }
        Ok(DraftSaved::Overtaken(Box::new(now)))
    }

    async fn drafting(&self, at: &mut impl Read, id: &CaseId, by: &By) -> Result<Drafting, ActError> {
        let mut slice = self.common(at).await?;
        slice.load(at, &register::Part::Case(id.clone())).await?;
        let case = slice.register.cases.get(id).cloned();
        let case = case.ok_or_else(|| ActError::Input(format!("案件「{id}」はありません。")))?;
        let account = case.account().and_then(|id| slice.register.accounts.get(id)).cloned();
        let account = account.ok_or_else(|| ActError::Inconsistent(format!("案件 {id} のアカウント")))?;
        let loaded = self.guideline(at, &case.guideline).await?;
        let step = self.desk(&slice, &loaded).may_draft(&case, by)?.label.clone();
        let kept = at.draft(&draft_id(id)).await?.map(|draft| kept(&draft)).transpose()?;
        let (sheet, saved, started) = if let Some((sheet, saved)) = kept {
            (sheet, Some(saved), Started::Typed)
        } else {
            let (sheet, started) = beginning(at, &case, &account).await?;
            (sheet, None, started)
        };
        let asks = saved.is_none() && started == Started::Register && case.purpose == Purpose::Opening;
        let earlier = if asks { earlier(at, &case).await? } else { None };
        Ok(Drafting { case, account, loaded, step, sheet, saved, started, earlier })
    }

    pub(crate) fn desk<'d>(&'d self, slice: &'d Slice, loaded: &'d LoadedGuideline) -> Desk<'d> {
        Desk {
            register: &slice.register,
            guideline: &loaded.guideline,
            clauses: loaded.clauses.as_ref(),
            hash: &loaded.hash,
            networks: &self.networks,
            today: self.today(),
        }
    }
}

fn draft_id(case: &CaseId) -> String {
    format!("{OF_POLICY}{case}")
}

/// The case whose policy a kept draft is, by its id.
pub(crate) fn case_of_draft(id: &str) -> Option<&str> {
    id.strip_prefix(OF_POLICY)
}

const OF_POLICY: &str = "policy:";

fn kept(draft: &Draft) -> Result<(Sheet, SavedDraft), ActError> {
    let kept: Kept =
        serde_json::from_str(&draft.body).map_err(|e| ActError::Inconsistent(format!("下書き {}：{e}", draft.id)))?;
    Ok((kept.fields, SavedDraft { version: draft.version, at: draft.updated_at, by: kept.by }))
}

/// What is known before anybody typed: what the case recorded, else what is in force, else what the register knows.
async fn beginning(at: &mut impl Read, case: &Case, account: &Account) -> Result<(Sheet, Started), ActError> {
    let content = |case: &Case| case.policy.as_ref().and_then(|policy| policy.content.clone());
    if let Some(policy) = content(case) {
        return Ok((Sheet::of(&policy), Started::Recorded));
    }
    if let Some(source) = &account.policy
        && let Some(former) = get::<Case>(at, CASE, &source.0).await?
        && let Some(policy) = content(&former)
    {
        let url = former.url().or(account.url.as_deref()).map(str::to_owned);
        return Ok((Sheet::of(&Policy { url, ..policy }), Started::InForce));
    }
    let mut sheet = Sheet::default();
    let known = [
        (field::NETWORK, account.network.as_ref().map(|network| network.as_str().to_owned())),
        (field::NETWORK_NAME, account.network_name.clone()),
        (field::ACCOUNT_NAME, account.name.clone()),
        (field::URL, account.url.clone()),
    ];
    for (name, text) in known.into_iter().filter_map(|(name, text)| Some((name, text?))) {
        sheet.put(name, text);
    }
    Ok((sheet, Started::Register))
}

/// The last policy of the unit for another account.
async fn earlier(at: &mut impl Read, case: &Case) -> Result<Option<Earlier>, ActError> {
    let Some(unit) = case.units.first() else { return Ok(None) };
    let rows = at.by_key(ACCOUNT, Column::B, &unit.0, None, PAGE_MAX).await?;
    let mut last: Option<Account> = None;
    for row in &rows {
        let account: Account = read(ACCOUNT, row)?;
        if Some(&account.id) != case.account() && account.policy.is_some() {
            last = Some(account);
        }
    }
    let Some(account) = last else { return Ok(None) };
    let Some(source) = account.policy else { return Ok(None) };
    let content = get::<Case>(at, CASE, &source.0).await?.and_then(|case| case.policy).and_then(|p| p.content);
    Ok(content.map(|policy| Earlier {
        account: account.name.unwrap_or_else(|| account.id.to_string()),
        sheet: Sheet::of(&policy).for_another_account(),
    }))
}

fn stepping(case: &CaseId, drafting: &Drafting, policy: Policy, seen: u64) -> Stepping {
    let procedure = drafting.loaded.guideline.procedure(&drafting.case.procedure);
    let step = procedure.and_then(Procedure::drafting);
    Stepping {
        case: case.clone(),
        step: step.map(|step| step.id.clone()).unwrap_or_default(),
        outcome: Outcome::Done,
        evidence: Evidence::Policy,
        policy: Some(policy),
        note: None,
        contact_person: None,
        attachments: Vec::new(),
        seen: Some(seen),
    }
}

fn overtaken() -> Refusal {
    Refusal::new(
        RefusalKind::Stale,
        "画面を開いた後に、ほかの方がこの下書きを保存したか、起案しました。まだ何も記録されていません。",
        "今の下書きを確かめてから、必要ならもう一度起案してください。",
    )
}
