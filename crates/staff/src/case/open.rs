//! Beginning a case: which procedure, for whom, and why.

use std::collections::BTreeMap;

use actions::{ActError, Opening};
use askama::Template;
use axum::extract::Path;
use domain::access::{Action, Hat};
use domain::account::Account;
use domain::act::begins;
use domain::calendar::wareki;
use domain::case::Urgency;
use domain::guideline::{Procedure, Purpose, When};
use domain::id::{AccountId, UnitId};
use domain::refusal::{OrderField, Refusal};
use jiff::civil::Date;
use serde::Deserialize;

use crate::accounts::full_name;
use crate::answer::{Answer, Reply};
use crate::faults::Faults;
use crate::field::{Choice, Field, Kind, Line};
use crate::page::{Link, Shell};
use crate::parts::{Basis, Cell};
use crate::query::Query;
use crate::refused::{self, Refused};
use crate::typed::Typed;
use crate::visit::Visit;

/// How many further units a form first offers, and offers at most.
const SHARING: usize = 3;
const MOST_SHARING: usize = 30;

#[derive(Template)]
#[template(path = "begin.html")]
struct BeginPage {
    shell: Shell,
    account: Option<(String, String)>,
    refused: Option<Refused>,
    choices: Vec<Group>,
    accounts: String,
    here: String,
    number: Option<Field>,
}

#[derive(Template)]
#[template(path = "open.html")]
struct OpenPage {
    shell: Shell,
    refused: Option<Refused>,
    about: Vec<(String, Cell)>,
    basis: Basis,
    action: String,
    hidden: Vec<(&'static str, String)>,
    fields: Vec<Field>,
    sharing: Vec<Field>,
    sharing_open: bool,
    button: String,
    back: String,
}

/// Procedures of one kind that can be begun, under a heading of their own.
pub(crate) struct Group {
    /// What they are for.
    pub title: &'static str,
    /// Where each begins, and what it rests on.
    pub links: Vec<(Link, Basis)>,
}

/// What is asked for in the address: everything may be missing.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    procedure: Option<String>,
    account: Option<String>,
}

/// What a case is to be begun of.
struct Beginning<'a> {
    visit: &'a Visit,
    procedure: &'a Procedure,
    account: Option<Account>,
    typed: Option<&'a Typed>,
    wrong: BTreeMap<String, String>,
}

/// The page on which a case is begun.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let account = account(&visit, asked.account.as_deref()).await?;
    let procedure = asked.procedure.as_deref().and_then(|id| visit.guideline().guideline.procedure(id));
    let refusal = match procedure {
        Some(procedure) => refused_now(&visit, procedure, account.as_ref()).await?,
        None => None,
    };
    match procedure.filter(|_| refusal.is_none()) {
        Some(procedure) => {
            let beginning = Beginning { visit: &visit, procedure, account, typed: None, wrong: BTreeMap::new() };
            visit.show(&open_page(&beginning, None))
        }
        _ => visit.show(&begin_page(&visit, account.as_ref(), refusal).await?),
    }
}

/// Begins a case.
pub(crate) async fn act(visit: Visit, Path(_): Path<String>, typed: Typed) -> Reply {
    let account = account(&visit, typed.said("account")).await?;
    let procedure = visit.guideline().guideline.procedure(typed.text("procedure")).ok_or(Answer::Nowhere)?;
    // What cannot begin at all is said before anything is asked for.
    if !begins(procedure.purpose, account.as_ref().map(|account| &account.standing)) {
        let refusal = refused_now(&visit, procedure, account.as_ref()).await?;
        let refused = refusal.map(|refusal| Refused::by(&visit, visit.guideline(), &refusal, |_| None));
        let beginning = Beginning { visit: &visit, procedure, account, typed: Some(&typed), wrong: BTreeMap::new() };
        return visit.show_refused(&open_page(&beginning, refused));
    }
    let mut beginning = Beginning { visit: &visit, procedure, account, typed: Some(&typed), wrong: BTreeMap::new() };
    if typed.text("do") == "more" {
        return visit.show(&open_page(&beginning, None));
    }
    let order = order(&beginning, &typed);
    let mut faults = faults(&beginning, &typed, &order);
    let on = faults.day(visit.today());
    if !faults.is_empty() {
        // What only the register knows is told with the rest.
        if let Err(ActError::Refused(refusal)) = visit.city().would_open(&order, &visit.by(on)?).await
            && let Some(field) = field_at_fault(&refusal, &typed)
        {
            faults.add(field, refusal.what);
        }
        let refused = faults.refused();
        beginning.wrong.extend(refused.fields());
        return visit.show_refused(&open_page(&beginning, Some(refused)));
    }
    match visit.city().open(&order, &visit.by(on)?, typed.said("key")).await {
        Ok(recorded) => {
            let case = recorded.case.unwrap_or_default();
            Err(Answer::Elsewhere(visit.path(&format!("cases/{case}?done={}", recorded.seq))))
        }
        Err(ActError::Refused(refusal)) => {
            let typed = visit.rekeyed(typed.clone(), &refusal);
            beginning.typed = Some(&typed);
            // Where an account is given, its units are not asked for.
            let field = field_at_fault(&refusal, &typed).filter(|name| *name != "unit" || beginning.account.is_none());
            beginning.wrong.extend(field.map(|name| (name.to_owned(), refusal.what.clone())));
            let refused = Refused::by(&visit, visit.guideline(), &refusal, |_| None).at(field);
            visit.show_refused(&open_page(&beginning, Some(refused)))
        }
        Err(error) => Err(error.into()),
    }
}

/// An account that the caller may see; a foreign one is answered as if there were none.
async fn account(visit: &Visit, id: Option<&str>) -> Result<Option<Account>, Answer> {
    let Some(id) = id.map(str::trim).filter(|id| !id.is_empty()) else { return Ok(None) };
    let account = visit.city().account(&AccountId::from(id)).await?.ok_or(Answer::Nowhere)?;
    visit.pass(Action::SeeAccount, visit.relation_to(&account))?;
    Ok(Some(account))
}

fn order(beginning: &Beginning<'_>, typed: &Typed) -> Opening {
    let lead = typed.said("unit").map(UnitId::from);
    let further = typed.iter().filter(|(name, value)| name.starts_with("sharing-") && !value.trim().is_empty());
    Opening {
        procedure: beginning.procedure.id.clone(),
        account: beginning.account.as_ref().map(|account| account.id.clone()),
        units: lead.into_iter().chain(further.map(|(_, value)| UnitId::from(value.trim()))).collect(),
        theme: typed.words("theme"),
        reason: typed.words("reason"),
        urgency: if typed.has("emergency") { Urgency::Emergency } else { Urgency::Ordinary },
        attachments: Vec::new(),
    }
}

/// What can be said of the form without asking what stands.
fn faults<'t>(beginning: &Beginning<'_>, typed: &'t Typed, order: &Opening) -> Faults<'t> {
    let mut faults = Faults::of(typed, &["procedure", "account", "unit", "theme", "on"]);
    if beginning.account.is_none() {
        faults.ask("unit", "担当部署を選んでください。");
    }
    if order.units.len() > 1 && beginning.visit.guideline().guideline.shared_account.is_some() {
        faults.ask("theme", "複数の所属で一つのアカウントを運用するときは、共通するテーマを書いてください。");
    }
    if matches!(beginning.procedure.purpose, Purpose::Closing | Purpose::Suspension) {
        faults.ask("reason", "廃止または休止の理由を書いてください。");
    }
    if order.urgency == Urgency::Emergency {
        faults.ask("reason", "緊急とする理由を書いてください。");
    }
    faults
}

fn field_at_fault<'t>(refusal: &Refusal, typed: &'t Typed) -> Option<&'t str> {
    refused::field_at_fault(refusal, typed, |field| match field {
        OrderField::Day | OrderField::Reason | OrderField::Theme | OrderField::Units => Some(field.word()),
        _ => None,
    })
}

/// Why the caller cannot begin a procedure today, whatever they would write.
async fn refused_now(
    visit: &Visit,
    procedure: &Procedure,
    account: Option<&Account>,
) -> Result<Option<Refusal>, Answer> {
    let by = visit.by(visit.today())?;
    match visit.city().may_open(&procedure.id, account.map(|account| &account.id), &by).await {
        Ok(()) => Ok(None),
        Err(ActError::Refused(refusal)) => Ok(Some(*refusal)),
        Err(error) => Err(error.into()),
    }
}

/// The procedures that the caller can begin today, of an account or of a new one.
pub(crate) async fn offered<'v>(visit: &'v Visit, account: Option<&Account>) -> Result<Vec<&'v Procedure>, Answer> {
    if !visit.may(Action::OpenCase) {
        return Ok(Vec::new());
    }
    let by = visit.by(visit.today())?;
    let open = visit.city().openable(account.map(|account| &account.id), &by).await?;
    let procedures = visit.guideline().guideline.procedures.iter();
    // Rulings begin on a page of their own.
    Ok(procedures.filter(|one| one.purpose != Purpose::Ruling && open.contains(&one.id)).collect())
}

/// The same in groups: what goes on, what rests or comes back, what ends.
pub(crate) fn groups(visit: &Visit, offered: &[&Procedure], account: Option<&Account>) -> Vec<Group> {
    let about = account.map(|account| format!("&account={}", account.id)).unwrap_or_default();
    let link = |procedure: &Procedure| {
        let href = visit.path(&format!("cases/new?procedure={}{about}", procedure.id));
        (Link { href, words: procedure.label.clone() }, visit.basis(&procedure.basis))
    };
    let of = |title: &'static str| {
        let links = offered.iter().filter(|procedure| title_of(procedure.purpose) == title);
        Group { title, links: links.map(|procedure| link(procedure)).collect() }
    };
    TITLES.into_iter().map(of).filter(|group| !group.links.is_empty()).collect()
}

const BEGINS: &str = "始める";
const CHANGES: &str = "続ける・変える";
const ENDS: &str = "休む・終える";
const TELLS: &str = "知らせる・調べる";

/// The groups, in the order in which they stand.
const TITLES: [&str; 4] = [BEGINS, CHANGES, ENDS, TELLS];

/// In which group a procedure stands, by what it is for.
fn title_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Opening => BEGINS,
        Purpose::Change | Purpose::Transfer | Purpose::Resumption | Purpose::Post => CHANGES,
        Purpose::Suspension | Purpose::Closing => ENDS,
        Purpose::Incident(_) | Purpose::Survey | Purpose::Ruling => TELLS,
    }
}

async fn begin_page(visit: &Visit, account: Option<&Account>, refusal: Option<Refusal>) -> Result<BeginPage, Answer> {
    Ok(BeginPage {
        shell: visit.shell("案件を始める").under(visit.path("cases"), "案件"),
        account: account.map(|account| (name_of(account), account.standing.label().to_owned())),
        refused: refusal.map(|refusal| Refused::by(visit, visit.guideline(), &refusal, |_| None)),
        choices: groups(visit, &offered(visit, account).await?, account),
        accounts: visit.path("accounts"),
        here: visit.path("cases/new"),
        number: account.is_none().then(|| {
            Field::new("account", "アカウントの番号", Kind::Line { value: String::new(), sort: Line::LoginName })
                .hint("例：a12。アカウントのページに書かれています。")
        }),
    })
}

fn open_page(beginning: &Beginning<'_>, refused: Option<Refused>) -> OpenPage {
    let Beginning { visit, procedure, account, typed, .. } = beginning;
    let account = account.as_ref();
    let mut hidden = vec![
        ("key", typed.and_then(|typed| typed.said("key")).map_or_else(|| visit.fresh_key(), str::to_owned)),
        ("procedure", procedure.id.clone()),
    ];
    hidden.extend(account.map(|account| ("account", account.id.0.clone())));
    let mut about = Vec::new();
    if let Some(account) = account {
        let office = visit.office();
        let units: Vec<String> = account.units.iter().map(|unit| office.unit_name(unit, visit.today())).collect();
        about.push(("アカウント".to_owned(), Cell::Pair(name_of(account), account.standing.label().to_owned())));
        about.push(("担当部署".to_owned(), Cell::Text(units.join("、"))));
    }
    let sharing = beginning.sharing();
    OpenPage {
        shell: visit.shell(format!("「{}」を始める", procedure.label)).under(visit.path("cases"), "案件"),
        refused,
        about,
        basis: visit.basis(&procedure.basis),
        action: visit.path("cases/new"),
        hidden,
        fields: beginning.fields(),
        sharing_open: sharing.len() > SHARING + 1
            || typed.is_some_and(|typed| {
                typed.iter().any(|(name, value)| (name.starts_with("sharing-") || name == "theme") && !value.is_empty())
            }),
        sharing,
        button: format!("「{}」を始める", procedure.label),
        back: visit.path("cases"),
    }
}

impl Beginning<'_> {
    fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        if self.account.is_none() {
            fields.push(self.unit("unit", "担当部署", &self.own_units()));
        }
        let guideline = &self.visit.guideline().guideline;
        let further = guideline.further_account.as_ref().filter(|_| self.procedure.purpose == Purpose::Opening);
        let emergency = if self.knows_emergencies() { "緊急のときは必要です。" } else { "" };
        // A reason is asked for only where a rule wants one.
        let (hint, needed) = match (self.procedure.purpose, further) {
            (Purpose::Closing | Purpose::Suspension, _) => ("廃止または休止の理由を書いてください。".to_owned(), true),
            (_, Some(_)) => {
                (format!("この所属にすでにアカウントがあるときは、もう一つ開設する理由が必要です。{emergency}"), false)
            }
            _ => (format!("あれば書いてください。{emergency}"), false),
        };
        let reason = Field::new("reason", "理由", Kind::Long { value: self.text("reason"), rows: 3, most: None });
        let reason = reason.hint(hint).basis(further.map(|demand| self.visit.basis(&demand.basis)));
        fields.push(if needed { reason } else { reason.optional() });
        if self.knows_emergencies() {
            let taken = if self.typed.is_some_and(|typed| typed.has("emergency")) { "yes" } else { "" };
            let choice = Choice::new("yes", "緊急を要する", taken);
            let field = Field::new("emergency", "緊急", Kind::Checks(vec![choice])).optional();
            fields.push(field.hint("緊急のときは、手順の一部が変わります。理由を書いてください。"));
        }
        let today = self.visit.today().to_string();
        let on = self.typed.map_or(today, |typed| typed.text("on").to_owned());
        let era = on.parse::<Date>().ok().map(wareki);
        fields.push(Field::new("on", "始める日", Kind::Day { value: on, wareki: era }));
        fields.into_iter().map(|field| self.with_error(field)).collect()
    }

    /// The fields for an account that several units share, where a new one is opened.
    fn sharing(&self) -> Vec<Field> {
        if self.account.is_some() || self.procedure.purpose != Purpose::Opening {
            return Vec::new();
        }
        let guideline = &self.visit.guideline().guideline;
        let demand = guideline.shared_account.as_ref().map(|demand| self.visit.basis(&demand.basis));
        let theme = Field::line("theme", "共通するテーマ", self.text("theme")).optional().basis(demand);
        let sent = self.typed.map_or(0, |typed| typed.iter().filter(|(name, _)| name.starts_with("sharing-")).count());
        let more = if self.typed.is_some_and(|typed| typed.text("do") == "more") { SHARING } else { 0 };
        let many = sent.max(SHARING).saturating_add(more).min(MOST_SHARING);
        let units = self.all_units();
        let further = (1..=many)
            .map(|at| self.unit(&format!("sharing-{at}"), &format!("共有する所属（{at}）"), &units).optional());
        std::iter::once(theme).chain(further).map(|field| self.with_error(field)).collect()
    }

    fn unit(&self, name: &str, label: &str, units: &[UnitId]) -> Field {
        // Nobody has to say where they work; the central office mostly enters for others.
        let known = match (units, self.visit.officer()) {
            ([only], _) if name == "unit" => only.0.clone(),
            (_, Ok(officer)) if name == "unit" && !self.visit.wears(Hat::Central) => {
                officer.posts.first().map(|post| post.unit.0.clone()).unwrap_or_default()
            }
            _ => String::new(),
        };
        let taken = self.typed.map_or(known.as_str(), |typed| typed.text(name));
        let mut choices = vec![Choice::new("", "選んでください", taken)];
        choices.extend(units.iter().map(|unit| Choice::new(unit.0.clone(), full_name(self.visit, unit), taken)));
        Field::new(name, label, Kind::Select(choices))
    }

    /// The units that the caller can open for: the own and those above it; the central office enters for all.
    fn own_units(&self) -> Vec<UnitId> {
        if self.visit.wears(Hat::Central) {
            return self.all_units();
        }
        let Ok(officer) = self.visit.officer() else { return Vec::new() };
        let (office, today) = (self.visit.office(), self.visit.today());
        let mut units: Vec<UnitId> = Vec::new();
        for unit in officer.posts.iter().flat_map(|post| office.line_of(&post.unit, today)) {
            if !units.contains(&unit) && office.units.get(&unit).is_some_and(|unit| unit.exists_on(today)) {
                units.push(unit);
            }
        }
        units
    }

    fn all_units(&self) -> Vec<UnitId> {
        let (office, today) = (self.visit.office(), self.visit.today());
        office.units.values().filter(|unit| unit.exists_on(today)).map(|unit| unit.id.clone()).collect()
    }

    /// Whether the procedure goes another way in an emergency.
    fn knows_emergencies(&self) -> bool {
        let mut conditions = self.procedure.steps.iter().flat_map(|step| &step.when);
        conditions.any(|when| matches!(when, When::Emergency | When::NotEmergency))
    }

    fn text(&self, name: &str) -> String {
        self.typed.map(|typed| typed.text(name).to_owned()).unwrap_or_default()
    }

    fn with_error(&self, field: Field) -> Field {
        let error = self.wrong.get(&field.name).cloned();
        field.error(error)
    }
}

fn name_of(account: &Account) -> String {
    let name = account.name.clone().filter(|name| !name.trim().is_empty());
    name.unwrap_or_else(|| format!("名称未定のアカウント（{}）", account.id))
}
