//! A register that grows entry by entry, with the acts of an opening filled in as a careful officer would.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::act::{By, Desk, DoStep, OpenCase, ReturnCase};
use domain::case::{Case, Count, Outcome, Urgency};
use domain::entry::{AccountOrigin, Actor, Decided, Entry, Fact, Private};
use domain::evidence::{Badge, Confirmed, Decision, Evidence, ListingPlace, SecondFactor, Shown};
use domain::guideline::Replies;
use domain::id::{AccountId, CaseId, GuidelineHash, UnitId};
use domain::policy::{Hours, Period, Policy, Reply, Slots};
use domain::refusal::Refusal;
use domain::register::Register;
use jiff::civil::{Date, date};

use crate::town::{City, Kind, SHARING, UNIT};

pub const OPENED: Date = date(2026, 4, 6);
/// A day on which the deputies stand in.
pub const TODAY: Date = date(2026, 4, 15);

#[derive(Clone)]
pub struct World<'c> {
    pub city: &'c City,
    pub register: Register,
    pub today: Date,
    pub policy: Policy,
    hash: GuidelineHash,
    log: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

pub fn case() -> CaseId {
    "case-1".into()
}

impl<'c> World<'c> {
    pub fn new(city: &'c City, replies: Replies) -> Self {
        let register = Register { office: Arc::new(city.office.clone()), ..Register::default() };
        let policy = policy(city, replies, "mihon_kanko");
        Self { city, register, today: TODAY, policy, hash: "sample".into(), log: Vec::new() }
    }

    /// A world whose one case has been opened, for the unit alone or shared.
    pub fn opened(city: &'c City, replies: Replies, shared: bool) -> Self {
        let mut world = Self::new(city, replies);
        let order = opening(case(), "account-1".into(), shared);
        world.open(&order, Kind::UnitStaff, OPENED).expect("the unit's staff may open a case");
        world
    }

    pub fn desk(&self) -> Desk<'_> {
        Desk {
            register: &self.register,
            guideline: &self.city.guideline,
            clauses: Some(&self.city.clauses),
            hash: &self.hash,
            networks: &self.city.networks,
            today: self.today,
        }
    }

    pub fn case(&self) -> &Case {
        &self.register.cases[&case()]
    }

    pub fn open(&mut self, order: &OpenCase, kind: Kind, on: Date) -> Result<(), Refusal> {
        let decided = self.desk().open(order, &by(kind, on))?;
        self.record(&decided);
        Ok(())
    }

    /// Begins a case as an earlier version of the program did: no rule is asked.
    pub fn began(&mut self, order: &OpenCase, kind: Kind, on: Date) {
        let procedure = self.city.guideline.procedure(&order.procedure).expect("a procedure of the guideline");
        let post = self.register.office.posts_of(&kind.person().into(), on).into_iter().next().expect("a post");
        let known = order.subject.account().is_some_and(|id| self.register.accounts.contains_key(id));
        let fact = Fact::CaseOpened {
            case: order.case.clone(),
            procedure: order.procedure.clone(),
            purpose: procedure.purpose,
            subject: order.subject.clone(),
            origin: if known { AccountOrigin::Known } else { AccountOrigin::New },
            units: order.units.clone(),
            count: Count::First,
            urgency: order.urgency,
            attachments: Vec::new(),
        };
        let decided = Decided {
            effective_on: on,
            actor: Actor::Officer { post },
            guideline: Some(self.hash.clone()),
            basis: None,
            fact,
            private: Private::default(),
        };
        self.record(&decided);
    }

    /// The order of a step of the first case, with the proof that it asks for.
    pub fn order(&self, step: &str) -> DoStep {
        self.order_in(&case(), step)
    }

    pub fn order_in(&self, case: &CaseId, step: &str) -> DoStep {
        DoStep {
            case: case.clone(),
            step: step.to_owned(),
            outcome: Outcome::Done,
            evidence: self.proof(step),
            policy: (step == "draft").then(|| another(self.policy.clone(), self.register.cases.get(case))),
            note: None,
            contact_person: None,
            attachments: Vec::new(),
            seen: self.register.cases.get(case).map_or(0, |c| c.version),
        }
    }

    pub fn act(&mut self, order: &DoStep, kind: Kind, on: Date) -> Result<Decided, Refusal> {
        let decided = self.desk().do_step(order, &by(kind, on))?;
        self.record(&decided);
        Ok(decided)
    }

    /// Does a step today, with the usual proof.
    pub fn step(&mut self, step: &str, kind: Kind) -> Result<Decided, Refusal> {
        self.act(&self.order(step), kind, self.today)
    }

    /// Does these steps today, each by somebody who may.
    pub fn steps(&mut self, steps: &[(&str, Kind)]) {
        for (step, kind) in steps {
            if let Err(refusal) = self.step(step, *kind) {
                panic!("「{step}」 by {}: {}", kind.word(), refusal.text());
            }
        }
    }

    pub fn send_back(&mut self, order: &ReturnCase, kind: Kind, on: Date) -> Result<(), Refusal> {
        let decided = self.desk().send_back(order, &by(kind, on))?;
        self.record(&decided);
        Ok(())
    }

    pub fn withdraw(&mut self, case: &CaseId, kind: Kind, on: Date) -> Result<(), Refusal> {
        let decided = self.desk().withdraw(case, "事業が中止になったため", &by(kind, on))?;
        self.record(&decided);
        Ok(())
    }

    /// Writes an entry as the store would, and carries what was stored into the register.
    pub fn record(&mut self, decided: &Decided) {
        let seq = u64::try_from(self.log.len()).expect("a short log");
        let private = decided.private.bytes();
        let entry = Entry {
            version: decided.fact.version().expect("a form"),
            municipality: self.city.guideline.municipality.code.as_str().into(),
            seq,
            id: format!("entry-{seq}"),
            recorded_at: 1_775_000_000_000 + i64::try_from(seq).expect("a short log"),
            effective_on: decided.effective_on,
            actor: decided.actor.clone(),
            guideline: decided.guideline.clone(),
            basis: decided.basis.as_ref().map(domain::guideline::Basis::shown),
            private: private.as_ref().map(|_| "digest".to_owned()),
            fact: decided.fact.clone(),
        };
        let stored = (entry.bytes(), private);
        apply(&mut self.register, &stored);
        self.log.push(stored);
    }

    /// The register made anew from what was stored.
    pub fn rebuilt(&self) -> Register {
        let mut register = Register { office: Arc::new(self.city.office.clone()), ..Register::default() };
        for stored in &self.log {
            apply(&mut register, stored);
        }
        register
    }

    fn proof(&self, step: &str) -> Evidence {
        let host = self.city.guideline.municipality.own_hosts.first().cloned().unwrap_or_default();
        match step {
            "draft" => Evidence::Policy,
            "consult" | "decide" => Evidence::Decision(Decision::default()),
            "acquire" => Evidence::Acquisition { url: "https://x.com/mihon_kanko".to_owned(), stable_id: None },
            "file" => Evidence::Filing { paper: None },
            "receive" => Evidence::Receipt,
            "list" | "delist" | "confirm_delisted" => Evidence::Listing(ListingPlace::Here),
            "profile" => Evidence::Profile {
                page_url: format!("https://{host}/sns.html"),
                stance: Shown::NotAsked,
                contact: Shown::NotAsked,
            },
            "profile_contact" => {
                Evidence::Profile { page_url: String::new(), stance: Shown::Shown, contact: Shown::Shown }
            }
            "badge" => Evidence::Badge { status: Badge::Applied },
            "terminal" => Evidence::Terminal { device: "共用パソコン３号".to_owned() },
            "security" => Evidence::Security {
                second_factor: SecondFactor::On,
                password: Confirmed::Confirmed,
                recovery: Confirmed::Confirmed,
            },
            "show_policy" => Evidence::Place { url: "https://x.com/mihon_kanko".to_owned() },
            "designate" => Evidence::Designation {
                poster: Kind::UnitStaff.person().into(),
                approver: Kind::UnitChief.person().into(),
            },
            "acknowledge" => Evidence::Clauses { confirmed: self.city.guideline.principles.clone() },
            _ => Evidence::Plain,
        }
    }
}

/// An order to open a case of the opening, for the unit alone or shared.
pub fn opening(case: CaseId, account: AccountId, shared: bool) -> OpenCase {
    let units: Vec<UnitId> = if shared { vec![UNIT.into(), SHARING.into()] } else { vec![UNIT.into()] };
    OpenCase {
        case,
        procedure: "opening".to_owned(),
        subject: account.into(),
        units,
        theme: shared.then(|| "秋のまつりの案内".to_owned()),
        reason: Some("利用者の便宜のため".to_owned()),
        urgency: Urgency::Ordinary,
        attachments: Vec::new(),
    }
}

/// A policy that says something else than the version that stands: nobody drafts the same anew.
pub fn another(mut policy: Policy, case: Option<&Case>) -> Policy {
    let stands = case.filter(|case| case.steps.contains_key("draft")).and_then(|case| case.policy.as_ref());
    if stands.and_then(|version| version.content.as_ref()) == Some(&policy) {
        policy.purpose = policy.purpose.map(|purpose| format!("{purpose}（改）"));
    }
    policy
}

pub fn by(kind: Kind, on: Date) -> By {
    By { person: kind.person().into(), on }
}

/// A complete policy. Where the guideline fixes no text for the stance, the unit writes its own.
pub fn policy(city: &City, replies: Replies, handle: &str) -> Policy {
    let stance = city.guideline.policy_items.iter().flat_map(|i| &i.stances).find(|s| s.replies == replies);
    let stance = stance.expect("the guideline has the stance");
    let reply = Reply {
        stance: stance.id.clone(),
        text: stance.text.is_none().then(|| "意見には市の考え方をお伝えします。".to_owned()),
        contact: stance.contact.is_some().then(|| "観光課 電話0000-00-0000".to_owned()),
    };
    let has = |id: &str| city.guideline.policy_items.iter().any(|i| i.id == id);
    Policy {
        network: Some("x".to_owned()),
        network_name: None,
        account_name_kana: None,
        account_name_en: None,
        account_name: Some("みほん市観光課".to_owned()),
        url: has("period").then(|| format!("https://x.com/{handle}")),
        purpose: Some("観光の行事を知らせる".to_owned()),
        audience: Some("市内外の観光客".to_owned()),
        information: Some("行事の日時と交通".to_owned()),
        period: Some(Period { from: date(2026, 5, 1), until: Some(date(2027, 3, 31)), open_because: None }),
        hours: Some(Hours::Slots(Slots {
            from_day: "月".to_owned(),
            to_day: "金".to_owned(),
            from: "8:30".to_owned(),
            to: "17:15".to_owned(),
        })),
        reply: Some(reply),
        note: None,
        further: BTreeMap::new(),
        departures: Vec::new(),
    }
}

fn apply(register: &mut Register, (entry, private): &(Vec<u8>, Option<Vec<u8>>)) {
    let entry = Entry::read(entry).expect("what was written can be read");
    let private = private.as_ref().map(|p| Private::read(p).expect("what was written can be read"));
    register.apply(&entry, &private.unwrap_or_default());
}
