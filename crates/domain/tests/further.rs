//! Every guideline under `guidelines/` runs its opening from draft to official, as data alone.
//!
//! The driver knows no guideline: it asks the kernel what is open, tries everybody in the office with the proof that the
//! step's kind needs, and goes on until the case is complete.

use std::path::{Path, PathBuf};

use domain::act::{By, Desk, DoStep, OpenCase};
use domain::case::{Case, CaseState, Outcome, Urgency};
use domain::entry::{Decided, Entry, Private};
use domain::evidence::{
    Badge, Confirmed, Decision, Evidence, EvidenceKind, ListingPlace, Meeting, SecondFactor, Shown,
};
use domain::guideline::{Files, Guideline, Holder, ItemKind, Loaded, OfficeKind, Purpose, Step, StepKind};
use domain::id::{AccountId, CaseId, MunicipalityCode, PersonId, PositionId, UnitId};
use domain::network::Networks;
use domain::office::{Level, OfficeChange, Place, Position};
use domain::policy::{Hours, Period, Policy, Reply, Slots};
use domain::refusal::Refusal;
use domain::register::Register;
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 6, 1);

#[test]
fn every_guideline_brings_an_account_from_draft_to_official() {
    let mut ran = Vec::new();
    for folder in folders() {
        let loaded = load(&folder);
        for procedure in loaded.guideline.procedures.iter().filter(|p| p.purpose == Purpose::Opening) {
            let mut run = Run::new(&loaded);
            run.open(&procedure.id);
            let steps = run.go_through();
            let account = run.register.accounts.values().next().expect("an account");
            assert!(account.is_official(), "{}: {:?}", folder.display(), account.standing);
            ran.push(format!("{} {}: {}", name(&folder), procedure.id, steps.join(" → ")));
        }
    }
    insta::assert_snapshot!(ran.join("\n"), @r"
    assembly opening: draft → decide → list
    consultation opening: draft → consult → terminal → security → approve → acquire → list
    contractor opening: draft → decide → acquire → list → designate → start
    report-after opening: draft → acquire → file → receive → list
    single-network opening: draft → file → list → profile_contact
    example opening: draft → apply → approve → acquire → list → profile → start
    munakata opening: draft → decide → acquire → file → list → profile → profile_contact → terminal → security → share → show_policy → designate → start
    tottori opening: draft → file → receive → list
    ");
}

#[test]
fn a_meeting_without_its_quorum_is_refused_under_the_clause_that_asks_for_it() {
    let loaded = load(&folders().into_iter().find(|folder| name(folder) == "example").expect("the example"));
    let committee = loaded.guideline.role("committee").expect("the committee");
    let mut run = Run::new(&loaded);
    run.open("opening");
    run.go_on_to(|step| step.by.contains(&committee.id));
    let (step, case) = run.next().expect("the committee's step");
    let told = [None, Some(Meeting { held_on: TODAY, present: 2 })].map(|meeting| {
        let order = DoStep {
            evidence: Evidence::Decision(Decision { meeting, ..Decision::default() }),
            ..run.order(step, &case)
        };
        let refusals = run.people.iter().filter_map(|person| run.desk().do_step(&order, &by(person)).err());
        refusals.map(|refusal| refusal.text()).find(|text| text.contains("会議") || text.contains("定足数"))
    });
    // The approval is asked for in 第6条, the quorum in 第4条.
    insta::assert_snapshot!(told.map(Option::unwrap_or_default).join("\n"), @"
    ソーシャルメディア運営委員会の会議の日と出席者の数がありません。（根拠：第4条第2項）
    次にすること：内容を確かめて、もう一度記録してください。
    ソーシャルメディア運営委員会の定足数は3名ですが、出席は2名です。（根拠：第4条第2項）
    次にすること：定足数を満たす会議で決めてから記録してください。
    ");
}

/// Every folder with a guideline, without the template that is still to be filled.
fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guidelines");
    let mut found = Vec::new();
    for parent in [root.clone(), root.join("dimensions")] {
        for entry in std::fs::read_dir(parent).expect("the guidelines are there") {
            let path = entry.expect("an entry").path();
            if path.join("guideline.toml").exists() && !path.ends_with("_template") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn name(folder: &Path) -> String {
    folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn load(folder: &Path) -> Loaded {
    let text = |file: &str| std::fs::read_to_string(folder.join(file)).ok();
    let guideline = text("guideline.toml").expect("a guideline");
    let clauses = text("clauses.toml");
    let source = std::fs::read(folder.join("source.txt")).ok();
    let files = Files {
        guideline: ("guideline.toml", &guideline),
        clauses: clauses.as_deref().map(|c| ("clauses.toml", c)),
        source: source.as_deref().map(|s| ("source.txt", s)),
    };
    domain::guideline::read(&files).unwrap_or_else(|problems| panic!("{}: {problems:?}", folder.display()))
}

struct Run<'g> {
    loaded: &'g Loaded,
    networks: Networks,
    register: Register,
    seq: u64,
    people: Vec<PersonId>,
}

impl<'g> Run<'g> {
    fn new(loaded: &'g Loaded) -> Self {
        let mut run = Self {
            loaded,
            networks: Networks::standard().expect("the networks"),
            register: Register::default(),
            seq: 0,
            people: Vec::new(),
        };
        run.found_office();
        run
    }

    fn open(&mut self, procedure: &str) {
        let order = OpenCase {
            case: CaseId::from("c1"),
            procedure: procedure.to_owned(),
            subject: AccountId::from("a1").into(),
            units: vec![UnitId::from("own")],
            theme: None,
            reason: Some("案内を分けるため".to_owned()),
            urgency: Urgency::Ordinary,
            attachments: Vec::new(),
        };
        let decided = self.people.iter().find_map(|p| self.desk().open(&order, &by(p)).ok());
        self.record(&decided.expect("somebody may open the case"));
    }

    /// Does what is open until nothing is needed any more; the steps in the order in which they were done.
    fn go_through(&mut self) -> Vec<String> {
        self.go_on_to(|_| false)
    }

    /// The same, up to a step that is not done any more.
    fn go_on_to(&mut self, ends: impl Fn(&Step) -> bool) -> Vec<String> {
        let mut done = Vec::new();
        while let Some((next, case)) = self.next().filter(|(next, _)| !ends(next)) {
            match self.try_everybody(next, &case) {
                Ok(decided) => self.record(&decided),
                Err(refusals) => panic!("nobody may do {}: {refusals:#?}", next.id),
            }
            done.push(next.id.clone());
        }
        done
    }

    /// The step that is needed and open next, with the case as it stands.
    fn next(&self) -> Option<(&'g Step, Case)> {
        let case = self.register.cases.values().next().expect("the case").clone();
        if case.state != CaseState::Open {
            return None;
        }
        let guideline = &self.loaded.guideline;
        let procedure = guideline.procedure(&case.procedure).expect("the procedure");
        let needed: Vec<&str> = case.needed(procedure, guideline).iter().map(|s| s.id.as_str()).collect();
        let open = case.open_steps(procedure, guideline);
        let next = open.into_iter().find(|s| needed.contains(&s.id.as_str()));
        Some((next.unwrap_or_else(|| panic!("nothing is open, though {needed:?} is needed")), case))
    }

    fn try_everybody(&self, step: &Step, case: &Case) -> Result<Decided, Vec<Refusal>> {
        let mut refusals = Vec::new();
        for person in &self.people {
            match self.desk().do_step(&self.order(step, case), &by(person)) {
                Ok(decided) => return Ok(decided),
                Err(refusal) => refusals.push(refusal),
            }
        }
        Err(refusals)
    }

    fn order(&self, step: &Step, case: &Case) -> DoStep {
        DoStep {
            case: case.id.clone(),
            step: step.id.clone(),
            outcome: Outcome::Done,
            evidence: self.proof(step, case),
            policy: (step.kind == StepKind::Draft).then(|| policy(&self.loaded.guideline)),
            note: None,
            contact_person: None,
            attachments: Vec::new(),
            seen: case.version,
        }
    }

    fn proof(&self, step: &Step, case: &Case) -> Evidence {
        let own = self.loaded.guideline.municipality.own_hosts.first().cloned().unwrap_or_default();
        let roles = step.by.iter().filter_map(|id| self.loaded.guideline.role(id));
        let meets = roles.map(|role| &role.holder).any(|holder| matches!(holder, Holder::Committee { .. }));
        match step.kind.evidence() {
            EvidenceKind::Policy => Evidence::Policy,
            EvidenceKind::Decision => Evidence::Decision(Decision {
                meeting: meets.then_some(Meeting { held_on: case.opened_on, present: 9 }),
                ..Decision::default()
            }),
            EvidenceKind::Acquisition => Evidence::Acquisition { url: url(&self.loaded.guideline), stable_id: None },
            EvidenceKind::Filing => Evidence::Filing { paper: None },
            EvidenceKind::Receipt => Evidence::Receipt,
            EvidenceKind::Listing => Evidence::Listing(ListingPlace::Here),
            EvidenceKind::Profile => Evidence::Profile {
                page_url: format!("https://{own}/sns/"),
                stance: Shown::Shown,
                contact: Shown::Shown,
            },
            EvidenceKind::Place => Evidence::Place { url: url(&self.loaded.guideline) },
            EvidenceKind::Badge => Evidence::Badge { status: Badge::Applied },
            EvidenceKind::Terminal => Evidence::Terminal { device: "共用端末".to_owned() },
            EvidenceKind::Security => Evidence::Security {
                second_factor: SecondFactor::On,
                password: Confirmed::Confirmed,
                recovery: Confirmed::Confirmed,
            },
            EvidenceKind::Designation => {
                Evidence::Designation { poster: PersonId::from("own-staff"), approver: PersonId::from("own-head") }
            }
            EvidenceKind::Clauses => Evidence::Clauses { confirmed: self.loaded.guideline.principles.clone() },
            EvidenceKind::Stop => Evidence::Stop { last_day: TODAY },
            EvidenceKind::Record => Evidence::Record { place: None, number: None },
            EvidenceKind::Plain => Evidence::Plain,
        }
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            register: &self.register,
            guideline: &self.loaded.guideline,
            clauses: self.loaded.clauses.as_ref(),
            hash: &self.loaded.hash,
            networks: &self.networks,
            today: TODAY,
        }
    }

    fn record(&mut self, decided: &Decided) {
        let entry = Entry {
            version: decided.fact.version().expect("a form"),
            municipality: MunicipalityCode::from(self.loaded.guideline.municipality.code.as_str()),
            seq: self.seq,
            id: format!("e{}", self.seq),
            recorded_at: 1_780_272_000_000,
            effective_on: decided.effective_on,
            actor: decided.actor.clone(),
            guideline: decided.guideline.clone(),
            basis: decided.basis.as_ref().map(domain::guideline::Basis::shown),
            private: None,
            fact: decided.fact.clone(),
        };
        let read = Entry::read(&entry.bytes()).expect("an entry reads what it wrote");
        let private =
            Private::read(&decided.private.bytes().unwrap_or_else(|| b"{}".to_vec())).expect("the private part");
        self.register.apply(&read, &private);
        self.seq += 1;
    }

    /// A department with the owning unit, and whatever offices the guideline names.
    fn found_office(&mut self) {
        let mut changes = vec![
            unit("dept", "総務部", Level::Department, None, None),
            unit("own", "観光課", Level::Division, Some("dept"), None),
            unit("central", "広報課", Level::Division, Some("dept"), None),
        ];
        let ranks = &self.loaded.guideline.ranks;
        let low = ranks.first().map(|r| r.id.clone()).unwrap_or_default();
        let high = ranks.last().map(|r| r.id.clone()).unwrap_or_default();
        let mut posts = vec![
            post("dept-head", "dept", &high, Place::Head, None),
            post("own-head", "own", &high, Place::Head, None),
            post("own-staff", "own", &low, Place::Member, None),
            post("own-other", "own", &low, Place::Member, None),
        ];
        for (n, office) in self.loaded.guideline.offices.iter().enumerate() {
            let key = Some(office.key.as_str());
            match office.is {
                OfficeKind::Position => posts.push(post(&format!("office-{n}"), "central", &high, Place::Member, key)),
                OfficeKind::Unit | OfficeKind::Committee => {
                    let level = if office.is == OfficeKind::Unit { Level::Division } else { Level::Committee };
                    let id = format!("unit-{n}");
                    changes.push(unit(&id, &office.label, level, Some("dept"), key));
                    posts.push(post(&format!("unit-{n}-head"), &id, &high, Place::Head, None));
                    posts.push(post(&format!("unit-{n}-staff"), &id, &low, Place::Member, None));
                }
            }
        }
        for position in posts {
            let person = PersonId(position.id.0.clone());
            self.people.push(person.clone());
            changes.push(OfficeChange::PersonNoted { person: person.clone() });
            changes.push(OfficeChange::PositionSet { position: position.clone() });
            changes.push(OfficeChange::Assigned { person, position: position.id, from: date(2026, 4, 1) });
        }
        self.register.office = self.register.office.changed(&changes).expect("the office can be founded").into();
    }
}

fn unit(id: &str, name: &str, level: Level, parent: Option<&str>, key: Option<&str>) -> OfficeChange {
    OfficeChange::UnitFounded {
        unit: UnitId::from(id),
        name: name.to_owned(),
        kana: String::new(),
        level,
        parent: parent.map(UnitId::from),
        key: key.map(str::to_owned),
        from: date(2026, 4, 1),
    }
}

fn post(id: &str, unit: &str, rank: &str, place: Place, key: Option<&str>) -> Position {
    Position {
        id: PositionId::from(id),
        unit: UnitId::from(unit),
        title: id.to_owned(),
        rank: rank.to_owned(),
        place,
        key: key.map(str::to_owned),
    }
}

fn by(person: &PersonId) -> By {
    By { person: person.clone(), on: TODAY }
}

/// An address on the first network that the guideline names, or on X.
fn url(guideline: &Guideline) -> String {
    match network(guideline) {
        "line" => "https://line.me/R/ti/p/@mihon".to_owned(),
        "youtube" => "https://www.youtube.com/@mihon".to_owned(),
        "facebook" => "https://www.facebook.com/mihontown".to_owned(),
        "instagram" => "https://www.instagram.com/mihon".to_owned(),
        _ => "https://x.com/mihon".to_owned(),
    }
}

fn network(guideline: &Guideline) -> &str {
    guideline.networks.named.first().map_or("x", |n| n.network.as_str())
}

/// A policy with everything that any guideline asks for.
fn policy(guideline: &Guideline) -> Policy {
    let stance = guideline.item(ItemKind::Reply).and_then(|item| item.stances.first());
    let further = guideline.policy_items.iter().filter(|i| i.kind == ItemKind::Text);
    Policy {
        network: Some(network(guideline).to_owned()),
        account_name: Some("みほん".to_owned()),
        url: Some(url(guideline)),
        purpose: Some("催しを知らせるため".to_owned()),
        audience: Some("市民".to_owned()),
        information: Some("催し".to_owned()),
        period: Some(Period { from: TODAY, until: Some(date(2027, 3, 31)), open_because: None }),
        hours: Some(Hours::Slots(Slots {
            from_day: "月".to_owned(),
            to_day: "金".to_owned(),
            from: "08:30".to_owned(),
            to: "17:15".to_owned(),
        })),
        reply: stance.map(|s| Reply {
            stance: s.id.clone(),
            text: s.text.is_none().then(|| "返信の方針です。".to_owned()),
            contact: Some("広報課".to_owned()),
        }),
        further: further.map(|i| (i.id.clone(), "みほんの内容".to_owned())).collect(),
        ..Policy::default()
    }
}
