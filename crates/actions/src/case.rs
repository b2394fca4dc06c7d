//! Verbs on cases: open, do a step, send back, withdraw.

use domain::account::Account;
use domain::act::{self, By, Desk, DoStep, OpenCase, ReturnCase};
use domain::attachment::NamedFile;
use domain::case::{Outcome, Urgency};
use domain::entry::Fact;
use domain::evidence::Evidence;
use domain::guideline::Guideline;
use domain::id::{AccountId, CaseId, UnitId};
use domain::leaves::{Leaves, MOST_LEAVES};
use domain::network::Address;
use domain::number;
use domain::policy::{self, Policy};
use domain::register::Part;
use domain::subject::Subject;
use serde::Serialize;
use store::{Read, Writing};

use crate::attachment::{Attached, Taken};
use crate::city::City;
use crate::error::ActError;
use crate::guideline::LoadedGuideline;
use crate::once::Once;
use crate::perform::{Recorded, Rules};
use crate::slice::Slice;

/// What is needed to open a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Opening {
    /// The procedure's id.
    pub procedure: String,
    /// A known account; a new one is made without.
    pub account: Option<AccountId>,
    /// The owning units of a new account, lead first; a known one has its own.
    pub units: Vec<UnitId>,
    /// 共通するテーマ.
    pub theme: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Ordinary or an emergency.
    pub urgency: Urgency,
    /// Kept files that go with it.
    #[serde(skip)]
    pub attachments: Vec<Attached>,
}

/// What is needed to do a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stepping {
    /// The case.
    pub case: CaseId,
    /// The step's id.
    pub step: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What proves it.
    pub evidence: Evidence,
    /// The policy's content, for a drafting step.
    pub policy: Option<Policy>,
    /// Free words.
    pub note: Option<String>,
    /// 担当.
    pub contact_person: Option<String>,
    /// Kept files that prove it.
    #[serde(skip)]
    pub attachments: Vec<Attached>,
    /// The version that the person saw; without one, whatever stands now.
    #[serde(skip)]
    pub seen: Option<u64>,
}

/// What is needed to send a case back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SendingBack {
    /// The case.
    pub case: CaseId,
    /// The step that sends back.
    pub step: String,
    /// The reasons: a policy item's id (or empty for the whole) and why.
    pub reasons: Vec<(String, String)>,
    /// Kept files that show what is to be mended.
    #[serde(skip)]
    pub attachments: Vec<Attached>,
    /// The version that the person saw; without one, whatever stands now.
    #[serde(skip)]
    pub seen: Option<u64>,
}

/// A case that was opened.
pub type Opened = Recorded;

impl City {
    /// Whether somebody can open a case of a procedure now, of a known account or of a new one of their unit, whatever is asked
    /// for besides.
    pub async fn may_open(&self, procedure: &str, account: Option<&AccountId>, by: &By) -> Result<(), ActError> {
        self.with_desk_of(account, |desk| Ok(desk.may_open(procedure, account, by)?)).await
    }

    /// The procedures of which somebody can open a case now, in the order of the guideline; one question for all.
    pub async fn openable(&self, account: Option<&AccountId>, by: &By) -> Result<Vec<String>, ActError> {
        self.with_desk_of(account, |desk| {
            let procedures = desk.guideline.procedures.iter();
            let open = procedures.filter(|procedure| desk.may_open(&procedure.id, account, by).is_ok());
            Ok(open.map(|procedure| procedure.id.clone()).collect())
        })
        .await
    }

    /// Whether somebody can put a hand to a step of a case now, whatever is asked for besides.
    pub async fn may_do(&self, case: &CaseId, step: &str, by: &By) -> Result<(), ActError> {
        self.with_case(case, |desk| Ok(desk.may_do(case, step, by)?)).await
    }

    /// Whether somebody can withdraw a case now, whatever is asked for besides.
    pub async fn may_withdraw(&self, case: &CaseId, by: &By) -> Result<(), ActError> {
        self.with_case(case, |desk| Ok(desk.may_withdraw(case, by).map(drop)?)).await
    }

    /// Asks the kernel what stands, with a case and its account before it.
    async fn with_case<T>(
        &self,
        case: &CaseId,
        ask: impl FnOnce(&Desk<'_>) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let mut slice = self.common(&mut reading).await?;
        slice.load(&mut reading, &Part::Case(case.clone())).await?;
        let loaded = match slice.register.cases.get(case).map(|case| case.guideline.clone()) {
            Some(hash) => self.guideline(&mut reading, &hash).await?,
            None => self.guideline_in_force().await?,
        };
        ask(&self.desk(&slice, &loaded))
    }

    /// Asks the kernel what stands, with an account and its cases before it.
    async fn with_desk_of<T>(
        &self,
        account: Option<&AccountId>,
        ask: impl FnOnce(&Desk<'_>) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let mut slice = self.common(&mut reading).await?;
        if let Some(account) = account {
            slice.load(&mut reading, &Part::Account(account.clone())).await?;
        }
        let loaded = self.guideline_in_force().await?;
        ask(&self.desk(&slice, &loaded))
    }

    /// Whether a case could be opened so; nothing is recorded, and files are not looked at.
    pub async fn would_open(&self, order: &Opening, by: &By) -> Result<(), ActError> {
        let mut reading = self.ledgered.reading().await?;
        let mut slice = self.common(&mut reading).await?;
        load_for_opening(&mut slice, &mut reading, order, by).await?;
        let loaded = self.in_force(&mut reading).await?;
        Ok(self.desk(&slice, &loaded).open(&opening(order, "", Vec::new()), by).map(drop)?)
    }

    /// Opens a case.
    pub async fn open(&self, order: &Opening, by: &By, key: Option<&str>) -> Result<Opened, ActError> {
        let files = Taken::default();
        let load = async |slice: &mut Slice, at: &mut Writing, _: &LoadedGuideline| {
            files.keep(self.take_files(slice, at, &order.attachments).await?);
            load_for_opening(slice, at, order, by).await
        };
        let once = Once::of(key, "open", &by.person, &(by.on, order), &order.attachments)?;
        self.perform(once, Rules::InForce, load, |desk, seq| {
            if let Some(account) = &order.account
                && !desk.register.accounts.contains_key(account)
            {
                return Err(domain::refusal::Refusal::new(
                    domain::refusal::RefusalKind::NotFound,
                    format!("アカウント「{account}」は台帳にありません。"),
                    "アカウントの一覧で番号を確かめてください。",
                )
                .at(domain::refusal::OrderField::Account));
            }
            let open = opening(order, &seq.to_string(), files.named());
            desk.open(&open, by)
        })
        .await
    }

    /// Does a step of a case.
    pub async fn step(&self, order: &Stepping, by: &By, key: Option<&str>) -> Result<Recorded, ActError> {
        let files = Taken::default();
        let load = async |slice: &mut Slice, at: &mut Writing, rules: &LoadedGuideline| {
            files.keep(self.take_files(slice, at, &order.attachments).await?);
            self.load_rivals(slice, at, rules, order).await?;
            self.load_numbers(slice, at, rules, by).await
        };
        let once = Once::of(key, "step", &by.person, &(by.on, order), &order.attachments)?;
        self.perform(once, Rules::OfCase(order.case.clone()), load, |desk, _| {
            let seen = order.seen.or_else(|| desk.register.cases.get(&order.case).map(|c| c.version));
            let step = DoStep {
                case: order.case.clone(),
                step: order.step.clone(),
                outcome: order.outcome,
                evidence: order.evidence.clone(),
                policy: order.policy.clone(),
                note: order.note.clone(),
                contact_person: order.contact_person.clone(),
                attachments: files.named(),
                seen: seen.unwrap_or_default(),
            };
            desk.do_step(&step, by)
        })
        .await
    }

    /// Sends a case back, with a reason for each item.
    pub async fn send_back(
        &self,
        case: &CaseId,
        step: &str,
        reasons: &[(String, String)],
        seen: Option<u64>,
        by: &By,
        key: Option<&str>,
    ) -> Result<Recorded, ActError> {
        let order = SendingBack {
            case: case.clone(),
            step: step.to_owned(),
            reasons: reasons.to_vec(),
            attachments: Vec::new(),
            seen,
        };
        self.return_case(&order, by, key).await
    }

    /// Sends a case back, with files that show what is to be mended.
    pub async fn return_case(&self, order: &SendingBack, by: &By, key: Option<&str>) -> Result<Recorded, ActError> {
        let files = Taken::default();
        let load = async |slice: &mut Slice, at: &mut Writing, _: &LoadedGuideline| {
            files.keep(self.take_files(slice, at, &order.attachments).await?);
            Ok(())
        };
        let once = Once::of(key, "send_back", &by.person, &(by.on, order), &order.attachments)?;
        self.perform(once, Rules::OfCase(order.case.clone()), load, |desk, _| {
            let seen = order.seen.or_else(|| desk.register.cases.get(&order.case).map(|c| c.version));
            let order = ReturnCase {
                case: order.case.clone(),
                step: order.step.clone(),
                reasons: order.reasons.clone(),
                attachments: files.named(),
                seen: seen.unwrap_or_default(),
            };
            desk.send_back(&order, by)
        })
        .await
    }

    /// 取下げ.
    pub async fn withdraw(
        &self,
        case: &CaseId,
        because: &str,
        by: &By,
        key: Option<&str>,
    ) -> Result<Recorded, ActError> {
        let load = async |_: &mut Slice, _: &mut Writing, _: &LoadedGuideline| Ok(());
        let once = Once::of(key, "withdraw", &by.person, &(by.on, case, because), &[])?;
        self.perform(once, Rules::OfCase(case.clone()), load, |desk, _| desk.withdraw(case, because, by)).await
    }

    /// Erases the private parts of entries by one lawful decision; the erasure is an entry itself. Of a range, what has no
    /// private part is passed over.
    pub async fn erase(&self, leaves: impl Into<Leaves>, decision: &str) -> Result<Recorded, ActError> {
        let leaves = leaves.into();
        if decision.trim().is_empty() {
            return Err(ActError::Input("廃棄の決定の文書番号がありません。文書番号を入れてください。".to_owned()));
        }
        if !leaves.is_in_order() || leaves.count() > MOST_LEAVES {
            return Err(ActError::Input(format!(
                "消去する記録の番号は、小さいものから順に、一度に{MOST_LEAVES}件までにしてください。"
            )));
        }
        let mut writing = self.ledgered.writing().await?;
        if writing.entry(leaves.last()).await?.is_none() {
            return Err(ActError::Input(format!("台帳に {} 番の記録はありません。", leaves.last())));
        }
        let mut any = store::Erased::Before;
        for leaf in leaves.iter() {
            if self.erase_one(&mut writing, leaf).await? == store::Erased::Now {
                any = store::Erased::Now;
            }
        }
        if any == store::Erased::Before {
            return Err(ActError::Input(format!(
                "台帳の{}の記録には、消去できる内容がないか、すでに消去されています。",
                leaves.said()
            )));
        }
        let fact = Fact::Erased { leaves, decision: decision.to_owned() };
        let decided = self.by_operator(fact, domain::entry::Private::default());
        let recorded = self.record(writing, Slice::default(), decided, None).await?;
        if let Err(fault) = self.overwrite_erased().await {
            // The erasure stands; what is left in the files is gone over again, and whoever asked is told.
            tracing::error!(%fault, "消去した内容が、データベースのファイルに残っています。");
        }
        Ok(recorded)
    }

    /// Takes the private part of one entry away, and its words out of the views.
    async fn erase_one(&self, writing: &mut Writing, leaf: u64) -> Result<store::Erased, ActError> {
        let row = writing.entry(leaf).await?;
        let row = row.ok_or_else(|| ActError::Input(format!("台帳に {leaf} 番の記録はありません。")))?;
        if row.entry.private.is_none() {
            return Ok(store::Erased::Before);
        }
        let erased = domain::entry::Entry::read(&row.entry.bytes)?;
        let mut slice = Slice::default();
        slice.load(writing, &Part::Leaf(leaf)).await?;
        let when = writing.erase_private(leaf).await?;
        slice.register.forget(&erased);
        self.drop_files(&slice, writing, &erased).await?;
        self.write(writing, &slice, None).await?;
        Ok(when)
    }

    /// Who holds the address that a policy gives, and so keeps the account from being filed.
    pub async fn holder_of(
        &self,
        policy: &Policy,
        guideline: &Guideline,
        mine: &AccountId,
    ) -> Result<Option<Account>, ActError> {
        let Ok(filed) = policy::address_of(policy, guideline, &self.networks) else { return Ok(None) };
        let wanted: Vec<Address> = std::iter::once(filed.address).chain(filed.other).collect();
        let (mut reading, mut slice) = (self.ledgered.reading().await?, Slice::default());
        for address in &wanted {
            slice.load_page(&mut reading, address, &self.networks).await?;
        }
        let wanted: Vec<&Address> = wanted.iter().collect();
        Ok(act::holder_of(&slice.register, Some(mine), &wanted).cloned())
    }

    /// Loads whoever lives at the addresses that this step may claim.
    pub(crate) async fn load_rivals(
        &self,
        slice: &mut Slice,
        at: &mut Writing,
        rules: &LoadedGuideline,
        order: &Stepping,
    ) -> Result<(), ActError> {
        let content = slice.register.cases.get(&order.case).and_then(|c| c.policy.as_ref()?.content.clone());
        let mut content = content.unwrap_or_default();
        let mut told = None;
        if let Evidence::Acquisition { url, stable_id } = &order.evidence {
            content.url = Some(url.clone());
            told.clone_from(stable_id);
        }
        let Ok(filed) = policy::address_of(&content, &rules.guideline, &self.networks) else { return Ok(()) };
        let told = told.and_then(|id| domain::network::other_name(&filed.address, &id, &self.networks).ok());
        for address in [Some(filed.address), filed.other, told].into_iter().flatten() {
            slice.load_page(at, &address, &self.networks).await?;
        }
        Ok(())
    }

    /// Loads the numbers that the next serials would make, up to the first that is free.
    async fn load_numbers(
        &self,
        slice: &mut Slice,
        at: &mut Writing,
        rules: &LoadedGuideline,
        by: &By,
    ) -> Result<(), ActError> {
        let Some(numbering) = &rules.guideline.numbering else { return Ok(()) };
        let mut serial = slice.register.last_serial + 1;
        while slice.load_number(at, &number::number(&numbering.pattern, serial, by.on)).await? {
            serial += 1;
        }
        Ok(())
    }
}

/// What an opening is judged by: the account, and the others of the lead unit. A known account has units of its own.
async fn load_for_opening(slice: &mut Slice, at: &mut impl Read, order: &Opening, by: &By) -> Result<(), ActError> {
    if let Some(account) = &order.account {
        slice.load(at, &Part::Account(account.clone())).await?;
    }
    let office = slice.register.office.clone();
    let known = order.account.as_ref().and_then(|id| slice.register.accounts.get(id));
    let owners = known.map(|account| office.all_carrying_on(&account.units, by.on));
    let lead = owners.as_ref().unwrap_or(&order.units).first().cloned();
    match lead {
        Some(lead) => slice.load_accounts_of(at, &lead.0).await,
        None => Ok(()),
    }
}

/// The order for the kernel; a new case and a new account are numbered by the entry's place.
fn opening(order: &Opening, place: &str, attachments: Vec<NamedFile>) -> OpenCase {
    OpenCase {
        case: CaseId(format!("c{place}")),
        procedure: order.procedure.clone(),
        subject: Subject::Account(order.account.clone().unwrap_or_else(|| AccountId(format!("a{place}")))),
        units: order.units.clone(),
        theme: order.theme.clone(),
        reason: order.reason.clone(),
        urgency: order.urgency,
        attachments,
    }
}
