//! Random acts in random towns: what people try, right and wrong, told as values that anything may carry out.
//!
//! The generator looks at a register to try mostly what could succeed, and judges nothing. Whoever carries the deeds
//! out (the pure kernel, or a server on either engine) gives back the register as it then stands.

pub mod addresses;
pub mod chance;
pub mod cities;
pub mod files;
mod practices;
mod proofs;
mod town;

use domain::act::{By, DoStep, MakeRuling, NoteAccount, NoteImpersonator, OpenCase, ReturnCase, SetPractice};
use domain::case::{Case, CaseState, Outcome, Urgency};
use domain::evidence::{Decision, Evidence};
use domain::guideline::{Guideline, Holder, Procedure, Purpose, Step, StepKind, Strength};
use domain::id::{AccountId, CaseId, GuidelineHash, ImpersonatorId, PersonId, UnitId};
use domain::office::{Around, Level, OfficeChange};
use domain::register::Register;
use domain::step_kind::Returning;
use jiff::ToSpan;
use jiff::civil::{Date, date};

use self::chance::Chance;
use self::cities::{City, Rules};
pub use self::town::Names;

/// One thing that somebody tries.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Today in Asia/Tokyo.
    pub today: Date,
    /// The server's instant, in milliseconds UTC; later than the deed before.
    pub recorded_at: i64,
    /// Who, and on which day as they say.
    pub by: By,
    /// The rules that hold for it: those of its case, or those in force today.
    pub rules: GuidelineHash,
    /// What.
    pub act: Act,
}

/// What is tried.
#[derive(Debug, Clone)]
pub enum Act {
    /// A guideline comes into force.
    Adopt {
        /// From this day on.
        from: Date,
    },
    /// The office changes.
    Office {
        /// How.
        changes: Vec<OfficeChange>,
        /// The names of those newly known.
        names: Names,
    },
    /// A case is opened.
    Open(OpenCase),
    /// A step is done.
    Do(Box<DoStep>),
    /// A case is sent back.
    SendBack(ReturnCase),
    /// A case is withdrawn.
    Withdraw {
        /// The case.
        case: CaseId,
        /// Why.
        because: String,
    },
    /// An existing account is noted.
    NoteAccount(NoteAccount),
    /// An impersonator is noted.
    NoteImpersonator(NoteImpersonator),
    /// An impersonator is no more.
    ClearImpersonator(ImpersonatorId),
    /// A figure that the text leaves open is set.
    SetPractice(SetPractice),
    /// A ruling is made.
    Rule(MakeRuling),
    /// The private part of an entry is erased.
    Erase {
        /// The entry's sequence number.
        leaf: u64,
        /// The decision.
        decision: String,
    },
}

/// A town and its chance.
#[derive(Debug, Clone)]
pub struct Generator {
    city: &'static City,
    chance: Chance,
    begin: Date,
    today: Date,
    recorded_at: i64,
    made: usize,
    /// Which case people are working on just now.
    focus: Option<CaseId>,
}

impl Generator {
    /// A town of this city's guideline.
    pub fn new(city: &'static City, seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let begin = date(2026, 4, 1) + days(chance.below(300));
        Self { city, chance, begin, today: begin, recorded_at: 0, made: 0, focus: None }
    }

    /// How many acts this town's story has: more than twenty beyond its founding.
    pub fn acts(&mut self) -> usize {
        let opening = self.city.versions.iter().flat_map(|r| &r.guideline.procedures);
        let steps = opening.filter(|p| p.purpose == Purpose::Opening).map(|p| p.steps.len()).max().unwrap_or(0);
        // A long opening leaves room for a closing only in a long story.
        let long = if self.chance.percent(30) { 4 * steps } else { 0 };
        22 + self.chance.below(10) + long
    }

    /// The next thing that somebody tries, in view of the register and of how many entries there are.
    pub fn next(&mut self, register: &Register, entries: u64) -> Deed {
        if self.chance.percent(25) {
            self.today += days(1 + self.chance.below(3));
        }
        let since = self.today.since(date(1970, 1, 1)).map_or(0, |s| i64::from(s.get_days()));
        self.recorded_at = (self.recorded_at + 1000).max(since * 86_400_000);
        let in_force = register.guideline_on(self.today).map_or_else(|| self.first(), |g| g.hash.clone());
        let (rules, by, act) = match (register.guidelines.is_empty(), register.office.units.is_empty()) {
            (true, _) => (self.first(), self.anybody(register), Act::Adopt { from: self.begin }),
            (_, true) => {
                let city = self.city;
                let guideline = city.rules(&in_force).map(|r| &r.guideline);
                let from = self.begin - 400.days();
                let (changes, names) = guideline.map(|g| town::founding(&mut self.chance, g, from)).unwrap_or_default();
                (in_force, self.anybody(register), Act::Office { changes, names })
            }
            _ => self.anything(register, entries, &in_force),
        };
        Deed { today: self.today, recorded_at: self.recorded_at, by, rules, act }
    }

    fn first(&self) -> GuidelineHash {
        self.city.versions.first().map_or_else(|| GuidelineHash::from(""), |r| r.hash.clone())
    }

    fn anything(&mut self, register: &Register, entries: u64, hash: &GuidelineHash) -> (GuidelineHash, By, Act) {
        let city = self.city;
        let Some(rules) = city.rules(hash) else {
            return (hash.clone(), self.anybody(register), Act::Adopt { from: self.today });
        };
        let open = register.cases.values().filter(|c| c.state == CaseState::Open).count();
        let by = self.anybody(register);
        let act = match self.chance.below(100) {
            0..=4 => {
                let (changes, names) = town::change(&mut self.chance, &register.office, &rules.guideline, self.today);
                Act::Office { changes, names }
            }
            5..=6 => self.note_account(register, rules),
            7..=8 => self.note_impersonator(rules),
            9 => match register.impersonators.keys().next() {
                Some(known) => Act::ClearImpersonator(known.clone()),
                None => self.note_impersonator(rules),
            },
            10..=12 => {
                let below = usize::try_from(entries).unwrap_or(usize::MAX);
                let leaf = u64::try_from(self.chance.below(below)).unwrap_or(0);
                Act::Erase { leaf, decision: format!("消去決定第{leaf}号") }
            }
            13 => {
                let later = city.versions.last().map_or_else(|| hash.clone(), |r| r.hash.clone());
                return (later, by, Act::Adopt { from: self.today + days(self.chance.below(3)) });
            }
            14 => practices::set(&mut self.chance, &rules.guideline),
            15 => practices::rule(&mut self.chance, &rules.guideline, register, by.on),
            16..=22 => return self.open(register, rules),
            _ if self.focus_is_over(register) && self.chance.percent(50) => return self.open(register, rules),
            _ if open == 0 || (open < 3 && self.chance.percent(12)) => return self.open(register, rules),
            _ => return self.on_a_case(register, hash),
        };
        (hash.clone(), by, act)
    }

    /// Whether the case that people worked on is complete.
    fn focus_is_over(&self, register: &Register) -> bool {
        let focus = self.focus.as_ref().and_then(|id| register.cases.get(id));
        focus.is_some_and(|c| matches!(c.state, CaseState::Completed { .. }))
    }

    fn open(&mut self, register: &Register, rules: &Rules) -> (GuidelineHash, By, Act) {
        let procedures = &rules.guideline.procedures;
        // An account that is listed mostly goes on its way; other things come in between.
        let aside = self.chance.percent(20);
        let fits = |p: &&Procedure, listed: bool, suspended: bool| match p.purpose {
            Purpose::Opening => false,
            Purpose::Resumption => suspended,
            Purpose::Closing => (listed || suspended) && !aside,
            Purpose::Change | Purpose::Suspension | Purpose::Transfer => listed,
            Purpose::Ruling => !listed && !suspended || aside,
            // Not carried out yet: asked for all the same, and refused.
            Purpose::Post | Purpose::Incident(_) | Purpose::Survey => aside,
        };
        let mut accounts: Vec<_> = register.accounts.values().collect();
        if self.chance.percent(60) && accounts.iter().any(|a| a.is_official()) {
            accounts.retain(|a| a.is_official() && is_free(register, &a.id));
        }
        let account = self.chance.pick(&accounts).copied().filter(|_| self.chance.percent(65));
        let opening = procedures.iter().find(|p| p.purpose == Purpose::Opening);
        let (procedure, account, units) = match account {
            Some(account) if !self.chance.percent(6) => {
                let suspended = matches!(account.standing, domain::account::Standing::Suspended { .. });
                let mut fitting: Vec<&Procedure> =
                    procedures.iter().filter(|p| fits(p, account.is_official(), suspended)).collect();
                if matches!(account.standing, domain::account::Standing::Existing { .. }) {
                    fitting.extend(opening);
                }
                // The end of an account is a long way, so it is begun more often than it would be by chance.
                if self.chance.percent(30) && fitting.iter().any(|p| p.purpose == Purpose::Closing) {
                    fitting.retain(|p| p.purpose == Purpose::Closing);
                }
                let procedure = self.chance.pick(&fitting).copied().or(opening);
                let units = if self.chance.percent(80) { Vec::new() } else { self.units(register) };
                (procedure, account.id.clone(), units)
            }
            Some(account) => (self.chance.pick(procedures), account.id.clone(), Vec::new()),
            None => (opening, self.account(), self.units(register)),
        };
        let procedure = procedure.map_or_else(|| "nothing".to_owned(), |p| p.id.clone());
        let owning =
            register.accounts.get(&account).filter(|_| units.is_empty()).map_or(units.clone(), |a| a.units.clone());
        let on = self.day(None);
        let around = Around { units: &owning, designated: &[] };
        let by = self.one_of(register, &[Holder::OwningUnitStaff], around, on);
        let known: Vec<&CaseId> = register.cases.keys().collect();
        let again = self.chance.pick(&known).map(|c| (*c).clone()).filter(|_| self.chance.percent(3));
        let case = again.unwrap_or_else(|| CaseId(format!("case-{}", self.number())));
        self.focus = Some(case.clone());
        let order = OpenCase {
            case,
            procedure: if self.chance.percent(2) { "no-such".to_owned() } else { procedure },
            subject: account.into(),
            units,
            theme: self.chance.percent(85).then(|| "防災".to_owned()),
            reason: self.chance.percent(85).then(|| "利用者の便宜のため".to_owned()),
            urgency: if self.chance.percent(20) { Urgency::Emergency } else { Urgency::Ordinary },
            attachments: files::some(&mut self.chance),
        };
        (rules.hash.clone(), by, Act::Open(order))
    }

    fn on_a_case(&mut self, register: &Register, in_force: &GuidelineHash) -> (GuidelineHash, By, Act) {
        let kept = self.focus.as_ref().and_then(|id| register.cases.get(id));
        let kept = kept.filter(|c| c.state == CaseState::Open && !self.chance.percent(15));
        let all: Vec<&Case> = register.cases.values().collect();
        let open: Vec<&Case> = all.iter().copied().filter(|c| c.state == CaseState::Open).collect();
        let from = if self.chance.percent(4) { &all } else { &open };
        let Some(case) = kept.or_else(|| self.chance.pick(from).copied()) else {
            let case = CaseId::from("no-such");
            return (in_force.clone(), self.anybody(register), Act::Withdraw { case, because: String::new() });
        };
        self.focus = Some(case.id.clone());
        let hash = case.guideline.clone();
        let city = self.city;
        let Some(rules) = city.rules(&hash) else {
            return (hash, self.anybody(register), Act::Adopt { from: self.today });
        };
        let Some(procedure) = rules.guideline.procedure(&case.procedure) else {
            return (hash, self.anybody(register), Act::Adopt { from: self.today });
        };
        let on = self.day(Some(case));
        let staff = self.one_of(register, &[Holder::OwningUnitStaff], self::around(register, case), on);
        if self.chance.percent(3) {
            return (hash, staff, Act::Withdraw { case: case.id.clone(), because: "事情が変わった".to_owned() });
        }
        let step = self.step(case, procedure, &rules.guideline);
        if step.kind.returning() == Returning::Can && self.chance.percent(15) || self.chance.percent(1) {
            let by = self.one_of(register, &holders(step, &rules.guideline), self::around(register, case), on);
            return (hash, by, Act::SendBack(self.returning(case, step, &rules.guideline)));
        }
        let (by, order) = self.step_order(register, case, procedure, step, &rules.guideline, on);
        (hash, by, Act::Do(Box::new(order)))
    }

    /// Mostly a step that is open; sometimes any step at all; now and then the draft once more.
    fn step<'p>(&mut self, case: &Case, procedure: &'p Procedure, guideline: &Guideline) -> &'p Step {
        let open = case.open_steps(procedure, guideline);
        let draft = procedure.steps.iter().find(|s| s.kind == StepKind::Draft && case.steps.contains_key(&s.id));
        let any = self.chance.pick(&procedure.steps);
        let fallback = any.or(procedure.steps.first()).expect("a procedure has steps");
        match self.chance.below(100) {
            0..=5 => fallback,
            6..=8 => draft.unwrap_or(fallback),
            _ => match (self.chance.pick(&open).copied(), draft) {
                // Whoever sees what is missing writes it anew.
                (Some(next), Some(draft))
                    if matches!(next.kind, StepKind::File | StepKind::List) && self.is_poor(case) =>
                {
                    draft
                }
                (Some(next), _) => next,
                _ => fallback,
            },
        }
    }

    /// Whether a policy looks unfinished to somebody who reads it; half of the time nobody does.
    fn is_poor(&mut self, case: &Case) -> bool {
        let policy = case.policy.as_ref().and_then(|p| p.content.as_ref());
        let readable = policy.is_some_and(|p| {
            let named = p.account_name.is_some() && p.purpose.as_ref().is_some_and(|t| !t.contains('○'));
            let found = p.url.as_ref().is_none_or(|u| !addresses::WRONG.contains(&u.as_str()));
            named && found && p.network.as_deref() != Some("みほんねっと")
        });
        !readable && self.chance.percent(50)
    }

    fn step_order(
        &mut self,
        register: &Register,
        case: &Case,
        procedure: &Procedure,
        step: &Step,
        guideline: &Guideline,
        on: Date,
    ) -> (By, DoStep) {
        let evidence = proofs::evidence(&mut self.chance, step, case, guideline, register, on);
        // Whoever brings a paper or records a decision is another than whoever the step belongs to.
        let rules = match &evidence {
            Evidence::Filing { paper: Some(_) } => {
                let receiving = procedure.steps.iter().filter(|s| matches!(s.kind, StepKind::Receive | StepKind::List));
                receiving.flat_map(|s| holders(s, guideline)).collect()
            }
            Evidence::Decision(Decision { document_number: Some(_), .. }) => vec![Holder::OwningUnitStaff],
            _ => holders(step, guideline),
        };
        let by = self.one_of(register, &rules, self::around(register, case), on);
        let lenient = !matches!(step.strength, Strength::Must);
        let outcome = match self.chance.below(100) {
            0..=14 if lenient => Outcome::NotNeeded,
            15..=30 if lenient => Outcome::Exception,
            31 => Outcome::NotNeeded,
            32 => Outcome::Exception,
            _ => Outcome::Done,
        };
        let drafts = step.kind == StepKind::Draft && !self.chance.percent(2);
        let order = DoStep {
            case: case.id.clone(),
            step: if self.chance.percent(1) { "no-such".to_owned() } else { step.id.clone() },
            outcome,
            evidence,
            policy: drafts.then(|| proofs::policy(&mut self.chance, guideline, on)),
            note: self.chance.percent(80).then(|| " 記録\nのとおり ".to_owned()),
            contact_person: self.chance.percent(20).then(|| "担当 髙橋".to_owned()),
            attachments: files::some(&mut self.chance),
            seen: self.seen(case),
        };
        (by, order)
    }

    fn returning(&mut self, case: &Case, step: &Step, guideline: &Guideline) -> ReturnCase {
        let item = self.chance.pick(&guideline.policy_items).map(|i| i.id.clone()).unwrap_or_default();
        let mut reasons = vec![(item, "もう少し具体的に".to_owned()), (String::new(), "全体を見直す".to_owned())];
        match self.chance.below(12) {
            0 => reasons.clear(),
            1 => reasons.push(("no-such".to_owned(), "？".to_owned())),
            _ => {}
        }
        ReturnCase {
            case: case.id.clone(),
            step: step.id.clone(),
            reasons,
            attachments: files::some(&mut self.chance),
            seen: self.seen(case),
        }
    }

    fn note_account(&mut self, register: &Register, rules: &Rules) -> Act {
        let known = addresses::known(&mut self.chance, &rules.guideline);
        let accounts: Vec<&AccountId> = register.accounts.keys().collect();
        // The id of an account that is there already must not serve for another one.
        let again = self.chance.pick(&accounts).map(|a| (*a).clone()).filter(|_| self.chance.percent(20));
        Act::NoteAccount(NoteAccount {
            account: again.unwrap_or_else(|| self.account()),
            network: known.network.to_owned(),
            network_name: known.network_name.map(str::to_owned),
            name: "前からあるアカウント".to_owned(),
            url: addresses::spelling(&mut self.chance, known),
            units: self.units(register),
        })
    }

    fn note_impersonator(&mut self, rules: &Rules) -> Act {
        let known = addresses::known(&mut self.chance, &rules.guideline);
        Act::NoteImpersonator(NoteImpersonator {
            impersonator: ImpersonatorId(format!("false-{}", self.chance.below(4))),
            network: known.network.to_owned(),
            network_name: known.network_name.map(str::to_owned),
            url: addresses::spelling(&mut self.chance, known),
            attachments: files::some(&mut self.chance),
            note: self.chance.percent(50).then(|| "市の名をかたる投稿".to_owned()),
        })
    }

    fn number(&mut self) -> usize {
        self.made += 1;
        self.made
    }

    fn account(&mut self) -> AccountId {
        AccountId(format!("account-{}", self.number()))
    }

    /// One unit, or several that share; now and then one that does not exist, or one twice.
    fn units(&mut self, register: &Register) -> Vec<UnitId> {
        let divisions: Vec<&UnitId> = register
            .office
            .units
            .values()
            .filter(|u| u.level == Level::Division && u.key.is_none())
            .map(|u| &u.id)
            .collect();
        let mut units: Vec<UnitId> = self.chance.pick(&divisions).map(|u| (*u).clone()).into_iter().collect();
        if self.chance.percent(25) {
            for _ in 0..=self.chance.below(2) {
                let another = self.chance.pick(&divisions).map(|u| (*u).clone());
                units.extend(another.filter(|u| !units.contains(u)));
            }
        }
        match self.chance.below(40) {
            0 => units.push(UnitId::from("no-such")),
            1 => units.extend(units.first().cloned()),
            _ => {}
        }
        units
    }

    /// The version that the person saw: mostly the one that is.
    fn seen(&mut self, case: &Case) -> u64 {
        if self.chance.percent(96) { case.version } else { case.version.saturating_sub(1) }
    }

    /// The stated day: today, a day or some days ago, far back, or to come. With a case, mostly not before its last.
    fn day(&mut self, case: Option<&Case>) -> Date {
        let last = case.and_then(|c| c.steps.values().map(|d| d.on).max().or(Some(c.opened_on)));
        match self.chance.below(100) {
            0..=1 => self.today + days(1 + self.chance.below(5)),
            2..=3 => self.today - days(self.chance.below(300)),
            4..=9 => self.today - days(self.chance.below(6)),
            10..=30 => last.unwrap_or(self.today).min(self.today),
            _ => self.today,
        }
    }

    /// Somebody who fills one of these rules; sometimes anybody at all.
    fn one_of(&mut self, register: &Register, rules: &[Holder], around: Around<'_>, on: Date) -> By {
        let fitting: Vec<PersonId> =
            rules.iter().flat_map(|rule| register.office.holders(rule, around, on)).map(|post| post.person).collect();
        let fitting = self.chance.pick(&fitting).cloned().filter(|_| !self.chance.percent(6));
        let person = fitting.unwrap_or_else(|| self.anybody(register).person);
        By { person, on }
    }

    fn anybody(&mut self, register: &Register) -> By {
        let people: Vec<&PersonId> = register.office.people.keys().collect();
        let person = self.chance.pick(&people).map_or_else(|| PersonId::from("0000"), |p| (*p).clone());
        By { person, on: self.day(None) }
    }
}

/// Whether no case about this account is under way.
fn is_free(register: &Register, account: &AccountId) -> bool {
    !register.cases.values().any(|c| c.account() == Some(account) && c.state == CaseState::Open)
}

fn around<'r>(register: &'r Register, case: &Case) -> Around<'r> {
    case.account().and_then(|id| register.accounts.get(id)).map_or(Around::NOTHING, domain::account::Account::around)
}

fn holders(step: &Step, guideline: &Guideline) -> Vec<Holder> {
    step.by.iter().filter_map(|id| guideline.role(id)).map(|role| role.holder.clone()).collect()
}

fn days(n: usize) -> jiff::Span {
    i64::try_from(n).unwrap_or(0).days()
}
