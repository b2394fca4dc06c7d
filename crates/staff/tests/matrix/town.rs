//! A town with an object in each state for each of two units, every private field with its canary.

use std::collections::BTreeMap;
use std::sync::Arc;

use actions::{About, AccountNoted, Attached, Direction, ImpersonatorNoted, Opening, RulingOrder, Stepping};
use domain::act::SetPractice;
use domain::evidence::{Decision, Evidence, ListingPlace, Meeting, Paper};
use domain::id::{AccountId, CaseId, PersonId, PositionId, UnitId};
use domain::office::{Level, OfficeChange, Place, Position};
use domain::step_kind::Returning;
use jiff::civil::{Date, date};
use staff::House;
use testkit::{Guide, draft, on, who as by};

use crate::actors::MOVES;
use crate::canary::{Aviary, Readers};
use crate::desk::Desk;
use crate::oracle::Whose;

/// A case or an account in a state.
#[derive(Debug, Clone)]
pub struct Object {
    pub whose: Whose,
    pub state: &'static str,
    pub case: Option<String>,
    pub account: String,
    /// The steps of its procedure.
    pub steps: Vec<String>,
    /// Those that can send back.
    pub returning: Vec<String>,
    /// A file of it.
    pub file: String,
    /// The case that holds its policy.
    pub policy: Option<String>,
    /// Whether citizens see it.
    pub listed: bool,
    /// Where it is asked for.
    pub reach: Reach,
}

/// The routes at which an object is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All that have a place for it.
    Everywhere,
    /// Its own page: a case that is over, beside the one that came after it.
    ItsPage,
}

/// A town with all that the routes can name.
pub struct Seeded {
    pub desk: Desk,
    pub guide: Guide,
    pub objects: Vec<Object>,
    pub impersonator: String,
    /// A ruling, where the guideline says who makes any.
    pub ruling: Option<String>,
    /// A figure that the guideline leaves to the city.
    pub figure: String,
    /// What the browser calls itself with which people were invited.
    pub browser: String,
}

/// Who acts for a unit, or for several that share an account.
struct Unit {
    whose: Whose,
    ids: &'static [&'static str],
    staff: &'static str,
    head: &'static str,
    /// Who is designated, where the guideline asks for that: 担当者 and 責任者.
    designated: (&'static str, &'static str),
}

const OURS: Unit =
    Unit { whose: Whose::Ours, ids: &["s1"], staff: "s1-staff", head: "s1-head", designated: (MOVES.0, "s1-chief") };
const THEIRS: Unit = Unit {
    whose: Whose::Theirs,
    ids: &["s2"],
    staff: "s2-staff",
    head: "s2-head",
    designated: ("s2-staff", "s2-head"),
};
const BOTH: Unit = Unit { whose: Whose::Shared, ids: &["s1", "s2"], ..OURS };

/// What has happened to an object, in this order, until it is in its state.
const NOTICE: &[(&str, &[&str])] = &[
    ("drafting", &[]),
    ("drafted", &["draft"]),
    ("filed", &["draft", "file"]),
    ("returned", &["draft", "file", "return receive"]),
    ("received", &["draft", "paper", "receive"]),
    ("listed", &["draft", "file", "receive", "list"]),
    ("changing", &["draft", "file", "receive", "list", "begin change"]),
    ("suspended", &["draft", "file", "receive", "list", "begin suspension", "stop", "file", "delist"]),
    ("closed", &["draft", "file", "receive", "list", "begin closing", "stop", "file", "delist", "delete_account"]),
    ("withdrawn", &["draft", "withdraw"]),
];
const DECISION: &[(&str, &[&str])] = &[
    ("drafting", &[]),
    ("drafted", &["draft"]),
    ("returned", &["draft", "return decide"]),
    ("decided", &["draft", "decide"]),
    ("acquired", &["draft", "decide", "acquire"]),
    ("designated", &["draft", "designate"]),
    ("filed", &["draft", "decide", "acquire", "file"]),
    ("listed", &["draft", "decide", "acquire", "file", "list"]),
    ("withdrawn", &["draft", "withdraw"]),
];
const COMMITTEE: &[(&str, &[&str])] = &[
    ("applied", &["draft", "apply"]),
    ("returned", &["draft", "apply", "return approve"]),
    ("listed", &["draft", "apply", "approve", "open_account", "list"]),
];
const TODAY: Date = date(2026, 6, 1);

/// One object on its way.
struct Making<'a> {
    desk: &'a Desk,
    guide: Guide,
    unit: &'a Unit,
    birds: &'a mut Aviary,
    state: &'static str,
    handle: String,
    case: String,
    account: String,
    procedure: String,
    file: String,
    /// What is over: another case of its account followed.
    over: Vec<Object>,
    /// Whether the policy will be on the list, where everybody reads it.
    public: bool,
}

impl Seeded {
    pub async fn make(house: &Arc<House>, guide: Guide, birds: &mut Aviary) -> Self {
        let desk = Desk::within(house, guide).await;
        names_everybody(&desk, guide, birds).await;
        let states = match guide {
            Guide::Notice => NOTICE,
            Guide::Decision => DECISION,
            Guide::Committee => COMMITTEE,
        };
        let mut objects = Vec::new();
        for unit in [OURS, THEIRS] {
            for (state, way) in states {
                objects.extend(Making::begin(&desk, guide, &unit, birds, state, way).await);
            }
            objects.push(existing(&desk, guide, &unit, birds).await);
        }
        // One guideline lets units share an account and has the heads of the others consulted.
        if guide == Guide::Decision {
            objects.extend(Making::begin(&desk, guide, &BOTH, birds, "shared", &["draft", "consult"]).await);
        }
        let note = birds.hide(guide, "the note on an impersonator", Readers::OfRegister);
        let central = by("s3-head");
        let order = ImpersonatorNoted {
            network: "x".to_owned(),
            url: "https://x.com/mihon_nise".to_owned(),
            note: Some(note),
            ..ImpersonatorNoted::default()
        };
        desk.city.note_impersonator(&order, &central, None).await.expect("noted");
        let impersonator = desk.city.impersonators().await.expect("asked").remove(0).0.to_string();
        let ruling = rules(&desk, guide, birds).await;
        let figure = sets(&desk, guide, birds).await;
        let browser = birds.hide(guide, "the name of a browser in the log of the door", Readers::Machine);
        Self { desk, guide, objects, impersonator, ruling, figure, browser }
    }

    /// The place of the ledger's last entry.
    pub async fn last_entry(&self) -> u64 {
        let told =
            self.desk.city.timeline(&About::Everything, Direction::NewestFirst, None, 1).await.expect("a ledger");
        told.first().expect("an entry").sentence.seq
    }
}

impl<'a> Making<'a> {
    async fn begin(
        desk: &'a Desk,
        guide: Guide,
        unit: &'a Unit,
        birds: &'a mut Aviary,
        state: &'static str,
        way: &[&str],
    ) -> Vec<Object> {
        let mut making = Making {
            desk,
            guide,
            unit,
            birds,
            state,
            handle: format!("m{}_{state}", unit.ids[0]),
            case: String::new(),
            account: String::new(),
            procedure: "opening".to_owned(),
            file: String::new(),
            over: Vec::new(),
            public: way.contains(&"list"),
        };
        making.opens("opening", None).await;
        let first = making.case.clone();
        for act in way {
            making.does(act).await;
        }
        let policy = way.contains(&"draft").then_some(first);
        let object = Object { policy, listed: matches!(state, "listed" | "changing"), ..making.object().await };
        making.over.into_iter().chain([object]).collect()
    }

    /// The case that is at hand, as what can be asked for.
    async fn object(&self) -> Object {
        let loaded = self.desk.city.guideline_in_force().await.expect("a guideline");
        let procedure = loaded.guideline.procedure(&self.procedure).expect("a procedure");
        let sends_back = |kind: domain::guideline::StepKind| kind.returning() == Returning::Can;
        let returning = procedure.steps.iter().filter(|step| sends_back(step.kind) && step.returns_to.is_some());
        Object {
            whose: self.unit.whose,
            state: self.state,
            returning: returning.map(|step| step.id.clone()).collect(),
            steps: procedure.steps.iter().map(|step| step.id.clone()).collect(),
            case: Some(self.case.clone()),
            account: self.account.clone(),
            file: self.file.clone(),
            policy: None,
            listed: false,
            reach: Reach::Everywhere,
        }
    }

    fn hide(&mut self, field: &str) -> String {
        let field = format!("{field} of a case in state {}", self.state);
        self.birds.hide(self.guide, &field, Readers::OfCase(self.unit.whose))
    }

    async fn opens(&mut self, procedure: &str, account: Option<AccountId>) {
        let bytes = format!("%PDF-1.7\n% {} {} {procedure}\n%%EOF\n", self.unit.ids[0], self.state);
        let (key, file) = self
            .desk
            .city
            .keep_attachment(
                bytes.as_bytes(),
                actions::Keeper { person: &domain::id::PersonId::from("s1-staff"), case: None },
            )
            .await
            .expect("kept");
        let units = self.unit.ids.iter().map(|id| UnitId::from(*id));
        let order = Opening {
            procedure: procedure.to_owned(),
            units: if account.is_some() { Vec::new() } else { units.collect() },
            theme: (self.unit.ids.len() > 1).then(|| self.hide("the theme that units share")),
            account,
            reason: Some(self.hide("the reason")),
            attachments: vec![Attached { key, name: format!("{}.pdf", self.hide("a file's name")) }],
            ..Opening::default()
        };
        let opened = self.desk.city.open(&order, &by(self.unit.staff), None).await.expect("the case opens");
        (self.case, self.file) = (opened.case.expect("a case"), file.hash);
        self.account = opened.account.unwrap_or_else(|| self.account.clone());
        procedure.clone_into(&mut self.procedure);
    }

    async fn does(&mut self, act: &str) {
        let city = &self.desk.city;
        let id = CaseId::from(self.case.as_str());
        match act.split_once(' ') {
            Some(("begin", procedure)) => {
                let over = Object { reach: Reach::ItsPage, ..self.object().await };
                self.over.push(over);
                let account = AccountId::from(self.account.as_str());
                return self.opens(procedure, Some(account)).await;
            }
            Some((_, step)) => {
                let reasons = [("purpose".to_owned(), self.hide("the reason of a return"))];
                let person = match self.guide {
                    Guide::Notice => "s3-staff",
                    Guide::Decision => "d1-head",
                    Guide::Committee => "k1-head",
                };
                city.send_back(&id, step, &reasons, None, &by(person), None).await.expect("sent back");
                return;
            }
            None => {}
        }
        if act == "withdraw" {
            let because = self.hide("the reason of a withdrawal");
            city.withdraw(&id, &because, &by(self.unit.staff), None).await.expect("withdrawn");
            return;
        }
        let (staff, head) = (self.unit.staff, self.unit.head);
        let central = "s3-head";
        let acquisition = || {
            let url = format!("https://x.com/{}", self.handle);
            Evidence::Acquisition { url, stable_id: None }
        };
        let (step, person, evidence) = match act {
            "draft" => ("draft", staff, Evidence::Policy),
            "file" | "apply" => (act, head, Evidence::Filing { paper: None }),
            "paper" => {
                let document_number = self.hide("the document number of a paper");
                ("file", central, Evidence::Filing { paper: Some(Paper { received_on: TODAY, document_number }) })
            }
            "receive" => ("receive", central, Evidence::Receipt),
            "list" => ("list", central, Evidence::Listing(ListingPlace::Here)),
            "delist" => ("delist", central, Evidence::Listing(ListingPlace::Here)),
            "stop" => ("stop", head, Evidence::Stop { last_day: TODAY }),
            "delete_account" => ("delete_account", head, Evidence::Plain),
            "decide" => {
                let document_number = Some(self.hide("the document number of a decision"));
                ("decide", "d1-head", Evidence::Decision(Decision { document_number, ..Decision::default() }))
            }
            "consult" => ("consult", "s2-head", Evidence::Decision(Decision::default())),
            "approve" => {
                let meeting = Some(Meeting { held_on: TODAY, present: 9 });
                ("approve", "k1-head", Evidence::Decision(Decision { meeting, ..Decision::default() }))
            }
            "acquire" => ("acquire", staff, acquisition()),
            "open_account" => ("acquire", central, acquisition()),
            "designate" => {
                let (poster, approver) = self.unit.designated;
                let [poster, approver] = [poster, approver].map(PersonId::from);
                ("designate", head, Evidence::Designation { poster, approver })
            }
            other => panic!("{other} is no act"),
        };
        let order = Stepping {
            policy: (act == "draft").then(|| self.policy()),
            note: Some(self.hide("the note of a step")),
            contact_person: (step == "file" || step == "apply").then(|| self.hide("the contact person")),
            ..on(&self.case, step, evidence)
        };
        city.step(&order, &by(person), None).await.unwrap_or_else(|error| panic!("{act}: {error:?}"));
    }

    fn policy(&mut self) -> domain::policy::Policy {
        let mut policy = draft(self.guide, &self.handle);
        if self.guide != Guide::Notice {
            policy.url = None;
        }
        let purpose = if self.public {
            self.birds.hide(self.guide, "the purpose that the list shows", Readers::Everybody)
        } else {
            policy.account_name = Some(self.hide("the account's name"));
            self.hide("the purpose")
        };
        policy.purpose = Some(purpose);
        policy
    }
}

/// What the authority has settled: the central office's head, a committee, or nobody.
async fn rules(desk: &Desk, guide: Guide, birds: &mut Aviary) -> Option<String> {
    let (authority, meeting) = match guide {
        Guide::Notice => ("s3-head", None),
        Guide::Decision => return None,
        Guide::Committee => ("k1-head", Some(Meeting { held_on: TODAY, present: 9 })),
    };
    let order = RulingOrder {
        meeting,
        title: birds.hide(guide, "a ruling's title", Readers::OfOffice),
        words: birds.hide(guide, "a ruling's words", Readers::OfOffice),
        document_number: Some(birds.hide(guide, "a ruling's document number", Readers::OfOffice)),
        ..RulingOrder::default()
    };
    let ruling = desk.city.rule(&order, &by(authority), None).await.expect("ruled");
    Some(format!("r{}", ruling.seq))
}

/// What the city settled itself: a figure that the guideline leaves to it, with the reason.
async fn sets(desk: &Desk, guide: Guide, birds: &mut Aviary) -> String {
    let figures = desk.city.practices_on(TODAY).await.expect("asked");
    let figure = figures.first().expect("a figure");
    let reason = birds.hide(guide, "the reason of a practice", Readers::OfOffice);
    let order = SetPractice { leaf: figure.open.leaf.clone(), value: figure.value() + 1, reason };
    desk.city.set_practice(&order, &by("s3-head"), None).await.expect("set");
    order.leaf.to_string()
}

/// An account that nobody filed.
async fn existing(desk: &Desk, guide: Guide, unit: &Unit, birds: &mut Aviary) -> Object {
    let order = AccountNoted {
        network: "x".to_owned(),
        network_name: None,
        name: birds.hide(guide, "the name of an account that nobody filed", Readers::OfCase(unit.whose)),
        url: format!("https://x.com/m{}_existing", unit.ids[0]),
        units: unit.ids.iter().map(|id| UnitId::from(*id)).collect(),
    };
    let noted = desk.city.note_account(&order, &by(unit.staff), None).await.expect("noted");
    Object {
        whose: unit.whose,
        state: "existing",
        case: None,
        account: noted.account.expect("an account"),
        steps: Vec::new(),
        returning: Vec::new(),
        file: String::new(),
        policy: None,
        listed: false,
        reach: Reach::Everywhere,
    }
}

/// Gives everybody a name of their own, and the town its audit and somebody who will move from one unit to the other.
async fn names_everybody(desk: &Desk, guide: Guide, birds: &mut Aviary) {
    let from = date(2026, 4, 1);
    let office = desk.city.office().await.expect("an office");
    let auditor = PersonId::from("au-staff");
    let post = PositionId("au-staff-post".to_owned());
    let rank = office.positions.get(&PositionId("s1-staff-post".to_owned())).expect("a post").rank.clone();
    let (mover, former, next) = MOVES;
    let position = |id: &str, unit: &str, title: &str| Position {
        id: PositionId(id.to_owned()),
        unit: UnitId::from(unit),
        title: title.to_owned(),
        rank: rank.clone(),
        place: Place::Member,
        key: None,
    };
    let mut changes = vec![
        OfficeChange::UnitFounded {
            unit: UnitId::from("a1"),
            name: "監査委員事務局".to_owned(),
            kana: String::new(),
            level: Level::Division,
            parent: None,
            key: Some("audit".to_owned()),
            from,
        },
        OfficeChange::PositionSet { position: position(&post.0, "a1", "監査委員事務局主事") },
        OfficeChange::PositionSet { position: position(former, "s1", "観光課主事") },
        OfficeChange::PositionSet { position: position(next, "s2", "農政課主事") },
    ];
    let mover = PersonId::from(mover);
    let new = [auditor.clone(), mover.clone()];
    let everybody: Vec<PersonId> = office.people.keys().cloned().chain(new).collect();
    changes.extend(everybody.iter().map(|person| OfficeChange::PersonNoted { person: person.clone() }));
    changes.push(OfficeChange::Assigned { person: auditor, position: post, from });
    changes.push(OfficeChange::Assigned { person: mover, position: PositionId(former.to_owned()), from });
    let mut names = BTreeMap::new();
    for person in everybody {
        let name = birds.hide(guide, "a person's name", Readers::OfOffice);
        let kana = birds.hide(guide, "the reading of a person's name", Readers::Officers);
        names.insert(person, (name, kana));
    }
    desk.city.change_office(changes, names).await.expect("the office is changed");
}
