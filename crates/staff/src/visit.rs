//! One request of somebody: the municipality, who asks, what stands, and the only way to objects.

use std::sync::Arc;

use actions::{CaseView, City, LoadedGuideline, Scope, Session, SessionToken, Subject};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use domain::access::{self, Action, Caller, Hat, Officer, Relation, Verdict, decide};
use domain::account::Account;
use domain::act::By;
use domain::case::Case;
use domain::guideline::Holder;
use domain::id::{AccountId, CaseId, PersonId};
use domain::office::{Around, Office};
use domain::refusal::{Refusal, RefusalKind};
use jiff::civil::Date;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::answer::Answer;
use crate::house::{House, Staffed};
use crate::kept_form::Carried;
use crate::sent::Sent;
use crate::sign_in;
use crate::typed::Typed;

/// Who asks for what, in which municipality, on which day.
#[derive(Debug, Clone)]
pub struct Visit(Arc<Asked>);

#[derive(Debug)]
struct Asked {
    house: Arc<House>,
    town: Staffed,
    caller: Caller,
    session: Option<Session>,
    action: Action,
    path: String,
    office: Arc<Office>,
    guideline: Arc<LoadedGuideline>,
    today: Date,
}

impl Visit {
    /// Finds out who asks, and what their positions of today make of them.
    pub(crate) async fn begin(
        house: Arc<House>,
        town: Staffed,
        token: Option<&str>,
        action: Action,
        path: String,
    ) -> Result<Self, Answer> {
        let city = &town.city;
        let office = city.office().await?;
        let guideline = city.guideline_in_force().await?;
        let today = city.today();
        let session = match token.and_then(SessionToken::read) {
            Some(token) => city.session(&token).await?,
            None => None,
        };
        let caller = match session.as_ref().map(|session| &session.subject) {
            None => Caller::Anonymous,
            Some(Subject::Operator) => Caller::Operator,
            Some(Subject::Officer(person)) => {
                Caller::Officer(access::officer(&office, &guideline.guideline, person, today))
            }
        };
        Ok(Self(Arc::new(Asked { house, town, caller, session, action, path, office, guideline, today })))
    }

    /// The house.
    pub fn house(&self) -> &Arc<House> {
        &self.0.house
    }

    /// The municipality.
    pub fn town(&self) -> &Staffed {
        &self.0.town
    }

    /// Its verbs.
    pub fn city(&self) -> &City {
        &self.0.town.city
    }

    /// Its code.
    pub fn code(&self) -> &str {
        self.city().code()
    }

    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.0.caller
    }

    /// The session, where somebody is signed in.
    pub fn session(&self) -> Option<&Session> {
        self.0.session.as_ref()
    }

    /// The path and query that were asked for.
    pub fn asked_path(&self) -> &str {
        &self.0.path
    }

    /// The office, with its history.
    pub fn office(&self) -> &Arc<Office> {
        &self.0.office
    }

    /// The guideline in force today.
    pub fn guideline(&self) -> &LoadedGuideline {
        &self.0.guideline
    }

    /// The same, to be kept beyond the visit's own lending.
    pub fn shared_guideline(&self) -> &Arc<LoadedGuideline> {
        &self.0.guideline
    }

    /// Today in Asia/Tokyo.
    pub fn today(&self) -> Date {
        self.0.today
    }

    /// The instant (ms, UTC).
    pub fn now(&self) -> i64 {
        self.city().now()
    }

    /// A key for one form: sent twice, it is one act.
    pub fn fresh_key(&self) -> String {
        self.city().fresh_key()
    }

    /// What was typed; where its key was used for something else, with a fresh one, so that it can be sent all the same.
    pub(crate) fn rekeyed(&self, typed: Typed, refusal: &Refusal) -> Typed {
        if refusal.kind == RefusalKind::KeyUsed { typed.replacing("key", self.fresh_key()) } else { typed }
    }

    /// A path in this municipality.
    pub fn path(&self, rest: &str) -> String {
        format!("/{}/{rest}", self.code())
    }

    /// The officer who asks; pages of officers are not reached by anybody else.
    pub fn officer(&self) -> Result<&Officer, Answer> {
        match &self.0.caller {
            Caller::Officer(officer) => Ok(officer),
            Caller::Operator => Err(Answer::Forbidden),
            Caller::Anonymous => Err(Answer::Elsewhere(self.sign_in_path())),
        }
    }

    /// The person who asks.
    pub fn person(&self) -> Result<&PersonId, Answer> {
        Ok(&self.officer()?.person)
    }

    /// Who acts, on a stated day.
    pub fn by(&self, on: Date) -> Result<By, Answer> {
        Ok(By { person: self.person()?.clone(), on })
    }

    /// Whether the caller wears a hat today.
    pub fn wears(&self, hat: Hat) -> bool {
        matches!(&self.0.caller, Caller::Officer(officer) if officer.hats.contains(&hat))
    }

    /// Whether the caller could use routes of an action at all; for what the navigation offers.
    pub fn may(&self, action: Action) -> bool {
        decide(&self.0.caller, action, Relation::Unasked) == Verdict::Allow
    }

    /// What of the register the caller's lists show: everything to the central office and the audit, else what is of
    /// the own units, with those below a unit that they head.
    pub fn scope(&self) -> Scope {
        let Caller::Officer(officer) = &self.0.caller else { return Scope::Units(Vec::new()) };
        if self.wears(Hat::Central) || self.wears(Hat::Auditor) {
            return Scope::Everything;
        }
        Scope::Units(self.0.office.units_of(&officer.person, self.0.today).into_iter().collect())
    }

    /// A case, if the caller may do the route's action with it; otherwise exactly as if there were none.
    pub async fn case(&self, id: &str) -> Result<CaseView, Answer> {
        let view = match self.city().case(&CaseId::from(id)).await {
            Ok(view) => view,
            Err(actions::ActError::Input(_)) => return Err(Answer::Nowhere),
            Err(error) => return Err(error.into()),
        };
        let loaded = self.city().guideline_of(&view.case).await?;
        let procedure = loaded.guideline.procedure(&view.case.procedure);
        let steps = procedure.map(|procedure| procedure.steps.as_slice()).unwrap_or_default();
        let roles = steps.iter().flat_map(|step| &step.by).filter_map(|role| loaded.guideline.role(role));
        let relation = self.relation(&view.account, roles.map(|role| &role.holder));
        let relation = if relation == Relation::Foreign { self.once_opened(&view.case) } else { relation };
        self.pass(self.0.action, relation)?;
        Ok(view)
    }

    /// An account in full, if the caller may see it; otherwise exactly as if there were none.
    pub async fn account(&self, id: &str) -> Result<Account, Answer> {
        let account = self.city().account(&AccountId::from(id)).await?.ok_or(Answer::Nowhere)?;
        let relation = self.relation_to(&account);
        self.pass(self.0.action, relation)?;
        Ok(account)
    }

    /// How the caller stands to an account.
    pub fn relation_to(&self, account: &Account) -> Relation {
        let roles = self.0.guideline.guideline.roles.iter().map(|role| &role.holder);
        self.relation(account, roles.filter(|holder| access::is_of_the_case(holder)))
    }

    /// Whether an account has a page for the caller, in full or as citizens see it.
    pub fn sees(&self, account: &Account) -> bool {
        let whole = decide(&self.0.caller, Action::SeeAccount, self.relation_to(account)) == Verdict::Allow;
        whole || (account.is_official() && self.may(Action::SeeListed))
    }

    /// Whether the caller may open the pages on which people work on an account's cases.
    pub fn works_on(&self, account: &Account) -> bool {
        decide(&self.0.caller, Action::WorkOnCase, self.relation_to(account)) == Verdict::Allow
    }

    /// Whether the caller may do something with what they stand to in this relation.
    pub fn pass(&self, action: Action, relation: Relation) -> Result<(), Answer> {
        match decide(&self.0.caller, action, relation) {
            Verdict::Allow => Ok(()),
            Verdict::SignIn => Err(Answer::Elsewhere(self.sign_in_path())),
            Verdict::Forbidden => Err(Answer::Forbidden),
            Verdict::Hidden => Err(Answer::Nowhere),
        }
    }

    fn relation<'r>(&self, account: &Account, rules: impl IntoIterator<Item = &'r Holder>) -> Relation {
        match &self.0.caller {
            Caller::Officer(officer) => {
                access::relation(&self.0.office, officer, account.around(), rules, self.0.today)
            }
            Caller::Operator | Caller::Anonymous => Relation::Foreign,
        }
    }

    /// A case that once began under units that do not own its account stays readable to them, and to be worked on by others.
    fn once_opened(&self, case: &Case) -> Relation {
        let Caller::Officer(officer) = &self.0.caller else { return Relation::Foreign };
        let around = Around { units: &case.units, designated: &[] };
        match access::relation(&self.0.office, officer, around, [], self.0.today) {
            Relation::Own => Relation::Below,
            other => other,
        }
    }

    /// Where to sign in, and to come back from.
    pub fn sign_in_path(&self) -> String {
        let next = utf8_percent_encode(&self.0.path, NON_ALPHANUMERIC);
        format!("/{}/sign-in?next={next}", self.code())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Answer> {
        parts.extensions.get::<Self>().cloned().ok_or(Answer::Nowhere)
    }
}

/// What answers a form that was sent after the session had ended: nothing is done and nothing typed is lost.
pub(crate) async fn interrupted(visit: &Visit, request: Request) -> Answer {
    if visit.asked_path() == visit.path("sign-out") {
        return Answer::Elsewhere(visit.path("sign-in?done=out"));
    }
    let headers = request.headers().clone();
    let carried = match Sent::words(request).await {
        Some(typed) => Carried::interrupted(visit, &headers, &typed),
        None => Carried::default(),
    };
    match sign_in::interrupted(visit, &carried) {
        Ok(page) => Answer::Shown(Box::new(page)),
        Err(answer) => answer,
    }
}
