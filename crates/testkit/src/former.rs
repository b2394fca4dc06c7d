//! What an earlier version of the program wrote: entries that today's verbs no longer make, and that stay readable.

use actions::Machine as _;
use domain::case::{Count, Outcome, Urgency};
use domain::entry::{AccountOrigin, Actor, Effect, Entry, Fact, Private};
use domain::evidence::Evidence;
use domain::guideline::StepKind;
use domain::id::{AccountId, CaseId, MunicipalityCode, UnitId, uuid_v7};
use domain::ledger::PrivatePart;
use domain::office::Post;
use domain::policy::Policy;
use store::NewEntry;

use crate::town::{Town, who};

impl Town {
    /// Begins a case of any procedure of the guideline about a known account of 観光課, asking no rule.
    pub async fn began(&self, procedure: &str, account: &AccountId) -> String {
        let loaded = self.city.guideline_in_force().await.expect("a guideline");
        let begun = loaded.guideline.procedure(procedure).expect("a procedure of the guideline");
        let size = self.city.verify_ledger(&[]).await.expect("a report").report.size;
        let case = CaseId(format!("c{size}"));
        let fact = Fact::CaseOpened {
            case: case.clone(),
            procedure: begun.id.clone(),
            purpose: begun.purpose,
            subject: account.clone().into(),
            origin: AccountOrigin::Known,
            units: vec![UnitId::from("s1")],
            count: Count::First,
            urgency: Urgency::Ordinary,
            attachments: Vec::new(),
        };
        self.wrote(fact, Private::default()).await;
        case.0
    }

    /// Writes a policy in such a case, in its step of drafting.
    pub async fn wrote_draft(&self, case: &str, policy: Policy) {
        let fact = Fact::StepDone {
            case: CaseId::from(case),
            step: "draft".to_owned(),
            step_kind: StepKind::Draft,
            outcome: Outcome::Done,
            evidence: Evidence::Policy,
            decided_by: None,
            effects: vec![Effect::PolicyWritten { version: 1, undone: Vec::new() }],
            agreed: None,
            attachments: Vec::new(),
        };
        self.wrote(fact, Private { policy: Some(policy), ..Private::default() }).await;
    }

    /// Appends an entry as it is, by 観光課's staff, and makes the views anew.
    pub async fn wrote(&self, fact: Fact, private: Private) {
        let by = who("s1-staff");
        let office = self.city.office().await.expect("the office");
        let post: Post = office.posts_of(&by.person, by.on).into_iter().next().expect("a post");
        let code = MunicipalityCode::from(self.guide.code());
        let mut writing = self.bench.store.of(&code).writing().await.expect("the ledger opens");
        let recorded_at = self.machine.now().max(writing.not_before());
        let part = private.bytes().map(|bytes| PrivatePart { salt: self.machine.random(), bytes });
        let entry = Entry {
            version: fact.version().expect("a form"),
            municipality: code,
            seq: writing.next_seq(),
            id: uuid_v7(recorded_at, self.machine.random()),
            recorded_at,
            effective_on: by.on,
            actor: Actor::Officer { post },
            guideline: Some(self.city.guideline_in_force().await.expect("a guideline").hash.clone()),
            basis: None,
            private: part.as_ref().map(PrivatePart::digest),
            fact,
        };
        let new = NewEntry {
            id: entry.id.clone(),
            kind: entry.fact.kind().to_owned(),
            recorded_at,
            salt: self.machine.random(),
            bytes: entry.bytes(),
            private: part,
        };
        writing.append(new).await.expect("the entry is appended");
        writing.commit().await.expect("the entry is kept");
        self.city.rebuild().await.expect("the views follow");
    }
}
