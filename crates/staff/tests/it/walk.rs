//! Every procedure of every guideline, walked through its pages by whoever the guideline names.

use std::collections::{BTreeMap, BTreeSet};

use actions::{CaseView, Opening};
use axum::http::StatusCode;
use domain::act::begins;
use domain::case::CaseState;
use domain::guideline::{Procedure, Purpose, StepKind};
use domain::id::{AccountId, CaseId, UnitId};
use testkit::{Guide, draft, who};

use crate::desk::{Client, Desk, Got};

/// A walker through one town's procedures.
struct Walk {
    desk: Desk,
    guide: Guide,
    clients: BTreeMap<String, Client>,
    account: Option<AccountId>,
    /// The kinds of step whose pages were used.
    kinds: BTreeSet<StepKind>,
}

#[tokio::test]
async fn every_procedure_of_a_guideline_of_notices_is_carried_through_its_pages() {
    walk(Guide::Notice).await;
}

#[tokio::test]
async fn every_procedure_of_a_guideline_of_decisions_is_carried_through_its_pages() {
    walk(Guide::Decision).await;
}

#[tokio::test]
async fn every_procedure_of_a_guideline_with_a_committee_is_carried_through_its_pages() {
    walk(Guide::Committee).await;
}

async fn walk(guide: Guide) {
    let desk = Desk::open(guide).await;
    let loaded = desk.city.guideline_in_force().await.expect("a guideline");
    let mut walk = Walk { desk, guide, clients: BTreeMap::new(), account: None, kinds: BTreeSet::new() };
    let mut procedures: Vec<&Procedure> = loaded.guideline.procedures.iter().collect();
    procedures.sort_by_key(|procedure| turn(procedure.purpose));
    let mut walked = 0;
    for procedure in procedures {
        walked += usize::from(walk.begins(procedure).await);
    }
    let all = loaded.guideline.procedures.iter().filter(|procedure| procedure.purpose.is_carried_out()).count();
    assert_eq!(walked, all, "procedures that never could begin");
    assert!(walk.kinds.len() > 5, "{:?}", walk.kinds);
}

/// When a procedure is walked: what ends an account comes last.
fn turn(purpose: Purpose) -> u8 {
    match purpose {
        Purpose::Opening => 0,
        Purpose::Suspension => 2,
        Purpose::Resumption => 3,
        Purpose::Closing => 4,
        _ => 1,
    }
}

impl Walk {
    async fn begins(&mut self, procedure: &Procedure) -> bool {
        let standing = match &self.account {
            Some(id) => self.desk.city.account(id).await.expect("asked").map(|account| account.standing),
            None => None,
        };
        let known = self.account.clone().filter(|_| procedure.purpose != Purpose::Opening);
        if !begins(procedure.purpose, standing.as_ref().filter(|_| known.is_some())) {
            return false;
        }
        let order = Opening {
            procedure: procedure.id.clone(),
            units: if known.is_some() { Vec::new() } else { vec![UnitId::from("s1")] },
            account: known,
            reason: Some("見本のため".to_owned()),
            ..Opening::default()
        };
        // Whoever begins has a part in the procedure: the unit's own staff, or the central office.
        let mut opened = self.desk.city.open(&order, &who("s1-staff"), None).await;
        if opened.is_err() {
            opened = self.desk.city.open(&order, &who("s3-staff"), None).await;
        }
        let case = opened.expect("the case opens").case.expect("a case");
        self.looks_at_every_step(&case, procedure).await;
        while let Some((step, person)) = self.next(&case, procedure).await {
            self.does(&case, procedure, &step, &person).await;
        }
        let view = self.view(&case).await;
        let complete = matches!(view.case.state, CaseState::Completed { .. });
        assert!(complete, "{} stands still: {:?}", procedure.id, view.open);
        self.account = Some(view.account.id);
        true
    }

    async fn view(&self, case: &str) -> CaseView {
        self.desk.city.case(&CaseId::from(case)).await.expect("the case")
    }

    /// The next step that is open, with somebody who may do it today.
    async fn next(&self, case: &str, procedure: &Procedure) -> Option<(String, String)> {
        let view = self.view(case).await;
        if view.case.state != CaseState::Open {
            return None;
        }
        let open = view.open.first()?;
        let holder = open.holders.last().unwrap_or_else(|| panic!("nobody does {} of {}", open.step, procedure.id));
        let person = holder.rsplit('（').next().and_then(|rest| rest.strip_suffix('）')).expect("a person");
        // A second person decides: whoever drafted holds the first post of the list.
        Some((open.step.clone(), person.to_owned()))
    }

    async fn does(&mut self, case: &str, procedure: &Procedure, step: &str, person: &str) {
        let kind = procedure.step(step).expect("a step").kind;
        if kind == StepKind::Draft {
            let policy = draft(self.guide, "mihon_walk");
            self.desk.town.drafts(case, "s1-staff", policy).await.expect("drafted");
            return;
        }
        let own_host =
            self.desk.city.guideline_in_force().await.expect("rules").guideline.municipality.own_hosts[0].clone();
        let client = self.client(person).await;
        let path = format!("cases/{case}/steps/{step}");
        let page = client.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        let fields = filled(&page, &own_host);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let got = client.post(&path, &fields).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{} {step} by {person}: {}", procedure.id, got.read());
        let said = client.get(got.location()).await.read();
        assert!(said.contains("記録しました："), "{said}");
        self.kinds.insert(kind);
    }

    /// Each step's page can be looked at, open or not, and says who does it.
    async fn looks_at_every_step(&mut self, case: &str, procedure: &Procedure) {
        let client = self.client("s1-head").await;
        for step in &procedure.steps {
            let got = client.get(&format!("cases/{case}/steps/{}", step.id)).await;
            assert_eq!(got.status, StatusCode::OK, "{} {}", procedure.id, step.id);
            let page = got.read();
            assert!(page.contains(&step.label) && page.contains("行う人"), "{page}");
        }
    }

    async fn client(&mut self, person: &str) -> Client {
        if !self.clients.contains_key(person) {
            let client = self.desk.sign_in(person).await;
            self.clients.insert(person.to_owned(), client);
        }
        self.clients[person].clone()
    }
}

/// A form as somebody fills it in who reads it: every box ticked, the first answer of each choice, what is asked for typed.
fn filled(page: &Got, own_host: &str) -> Vec<(String, String)> {
    let html = page.html();
    let form = html.split("enctype=\"multipart/form-data\"").nth(1).and_then(|rest| rest.split("</form>").next());
    let form = form.unwrap_or_else(|| panic!("no form: {}", page.read()));
    let mut fields: Vec<(String, String)> = Vec::new();
    for piece in form.split('<') {
        let said = |name: &str| piece.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next());
        let Some(name) = said("name") else { continue };
        let given = said("value").unwrap_or_default();
        let value = match (piece.split(' ').next(), said("type")) {
            (Some("input"), Some("radio")) if fields.iter().any(|(known, _)| known == name) => continue,
            (Some("input"), Some("file")) | (Some("textarea" | "button"), _) => continue,
            (Some("input" | "select"), _) => typed(name, given, own_host),
            _ => continue,
        };
        fields.push((name.to_owned(), value));
    }
    fields
}

fn typed(name: &str, given: &str, own_host: &str) -> String {
    match name {
        "e-poster" => "s1-staff".to_owned(),
        "e-approver" => "s1-head".to_owned(),
        "e-present" => "9".to_owned(),
        "e-held_on" => "2026-06-01".to_owned(),
        "e-device" => "共用パソコン3号".to_owned(),
        "e-page_url" => format!("https://{own_host}/sns.html"),
        _ => given.to_owned(),
    }
}
