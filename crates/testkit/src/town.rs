//! A town with its guideline adopted and its office founded, ready for the verbs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use actions::{City, FixedMachine, GuidelineFiles, Opening, Recorded, Stepping};
use domain::act::By;
use domain::case::Outcome;
use domain::evidence::Evidence;
use domain::id::{CaseId, MunicipalityCode, PersonId, UnitId};
use domain::network::Networks;
use domain::policy::{Hours, Period, Policy, Reply, Slots};
use jiff::civil::{Date, date};
use store::{PasskeyRow, SignInDesk};

use crate::engine::{Bench, Engine};
use crate::office::{Guide, office};

/// A town: a database, a city and a clock.
pub struct Town {
    /// The database.
    pub bench: Bench,
    /// The verbs.
    pub city: City,
    /// The clock.
    pub machine: Arc<FixedMachine>,
    /// Which guideline it follows.
    pub guide: Guide,
}

/// The instant at which a town's clock stands at first: 2026-06-01 09:00 in Asia/Tokyo.
pub const MORNING: i64 = 1_780_272_000_000;

impl Town {
    /// A town that follows a guideline, on an engine; `None` where there is no server to test with.
    pub async fn new(guide: Guide, engine: Engine) -> Option<Self> {
        let bench = Bench::new(engine).await?;
        let machine = Arc::new(FixedMachine::at(MORNING));
        let city = Self::found(&bench, guide, machine.clone()).await;
        Some(Self { bench, city, machine, guide })
    }

    /// Founds a municipality in a database: its ledger, guideline and office.
    pub async fn found(bench: &Bench, guide: Guide, machine: Arc<FixedMachine>) -> City {
        let code = MunicipalityCode::from(guide.code());
        bench.store.create_municipality(&code).await.expect("a new ledger");
        let networks = Arc::new(Networks::standard().expect("the networks are readable"));
        let city = City::of(&bench.store, &code, networks, machine);
        city.adopt(&Self::files(guide), date(2026, 4, 1)).await.expect("the guideline is adopted");
        let (changes, names) = office(guide, date(2026, 4, 1));
        city.change_office(changes, names).await.expect("the office is founded");
        city
    }

    /// The guideline's files.
    pub fn files(guide: Guide) -> GuidelineFiles {
        let dir = guidelines().join(guide.folder());
        let read = |name: &str| std::fs::read(dir.join(name)).expect("the guideline's file");
        let text = |name: &str| String::from_utf8(read(name)).expect("UTF-8");
        GuidelineFiles {
            folder: format!("guidelines/{}", guide.folder()),
            guideline: text("guideline.toml"),
            clauses: Some(text("clauses.toml")),
            source: Some(read("source.txt")),
        }
    }

    /// Opens a case of a procedure for 観光課.
    pub async fn opens(&self, person: &str) -> Recorded {
        let order = Opening {
            procedure: "opening".to_owned(),
            units: vec![UnitId::from("s1")],
            reason: Some("観光の案内を分けるため".to_owned()),
            ..Opening::default()
        };
        self.city.open(&order, &who(person), None).await.expect("the case opens")
    }

    /// A step, done with nothing but its proof.
    pub async fn does(
        &self,
        case: &str,
        step: &str,
        person: &str,
        evidence: Evidence,
    ) -> Result<Recorded, actions::ActError> {
        self.city.step(&on(case, step, evidence), &who(person), None).await
    }

    /// Gives a login a passkey by its id, as if an authenticator had been there; nobody can come in with it.
    pub async fn has_passkey(&self, login: &str, id: &str) {
        let passkey = PasskeyRow {
            id: id.to_owned(),
            login: login.to_owned(),
            name: "窓口の鍵".to_owned(),
            data: "{}".to_owned(),
            added_at: MORNING,
            used_at: None,
        };
        let code = MunicipalityCode::from(self.guide.code());
        let mut workshop = self.bench.store.of(&code).workshop().await.expect("the workshop opens");
        workshop.new_passkey(&passkey).await.expect("the passkey is kept");
        workshop.commit().await.expect("the passkey is kept");
    }

    /// Drafts a policy for a URL.
    pub async fn drafts(&self, case: &str, person: &str, policy: Policy) -> Result<Recorded, actions::ActError> {
        let order = Stepping { policy: Some(policy), ..on(case, "draft", Evidence::Policy) };
        self.city.step(&order, &who(person), None).await
    }
}

/// The folder of the guidelines.
fn guidelines() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guidelines")
}

/// A step of a case with its proof, done as things stand.
pub fn on(case: &str, step: &str, evidence: Evidence) -> Stepping {
    Stepping {
        case: CaseId::from(case),
        step: step.to_owned(),
        outcome: Outcome::Done,
        evidence,
        policy: None,
        note: None,
        contact_person: None,
        attachments: Vec::new(),
        seen: None,
    }
}

/// Keeps a file for 観光課's staff, for no case yet.
pub async fn keep(
    city: &City,
    bytes: &[u8],
) -> Result<(actions::AttachmentKey, domain::attachment::Attachment), actions::ActError> {
    let person = domain::id::PersonId::from("s1-staff");
    city.keep_attachment(bytes, actions::Keeper { person: &person, case: None }).await
}

/// Somebody who acts on the town's first day.
pub fn who(person: &str) -> By {
    By { person: PersonId::from(person), on: day() }
}

fn day() -> Date {
    date(2026, 6, 1)
}

/// A complete policy for an account on X; what a guideline does not ask for is simply not printed.
pub fn draft(guide: Guide, handle: &str) -> Policy {
    let reply = match guide {
        Guide::Notice => Reply { stance: "none".to_owned(), text: None, contact: None },
        Guide::Committee => Reply { stance: "in_principle".to_owned(), text: None, contact: None },
        Guide::Decision => {
            Reply {
                stance: "as_needed".to_owned(), text: Some("必要に応じて返信します。".to_owned()), contact: None
            }
        }
    };
    Policy {
        network: Some("x".to_owned()),
        account_name: Some(format!("みほん観光 {handle}")),
        url: Some(format!("https://x.com/{handle}")),
        purpose: Some("観光の魅力を知らせるため".to_owned()),
        audience: Some("観光客と市民".to_owned()),
        information: Some("催しと見どころ".to_owned()),
        period: Some(Period { from: date(2026, 6, 1), until: Some(date(2027, 3, 31)), open_because: None }),
        hours: Some(Hours::Slots(Slots {
            from_day: "月".to_owned(),
            to_day: "金".to_owned(),
            from: "08:30".to_owned(),
            to: "17:15".to_owned(),
        })),
        reply: Some(reply),
        ..Policy::default()
    }
}
