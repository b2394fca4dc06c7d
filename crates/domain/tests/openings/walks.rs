//! Random walks through openings: steps in any order by anybody on any day, returns, redrafts, withdrawals, decisions
//! of another system, filings on paper, accounts that existed before. The table predicts every answer.

use std::collections::BTreeMap;

use domain::act::{NoteAccount, ReturnCase};
use domain::entry::{Decided, Fact};
use domain::evidence::{Decision, DecisionKind, Evidence, Paper};
use domain::guideline::Replies;
use domain::id::{AccountId, CaseId};
use domain::office::Capacity;
use domain::refusal::{Refusal, RefusalKind};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use crate::chance::Chance;
use crate::every::agrees;
use crate::table::{Answer, State, Who, no};
use crate::town::{City, KINDS, Kind, UNIT, who};
use crate::world::{OPENED, World, another, by, opening, policy};

const WALKS: u64 = 500;
const MOVES: usize = 60;
/// The clause under which an account has its owning units; only there do the walks share accounts.
const OWNERS: &str = "M6(2)②";
const LAST_DAY: Date = date(2026, 4, 30);

/// What the walks met, so that a walk that meets nothing is seen.
#[derive(Debug, Default)]
struct Met {
    allowed: usize,
    refused: BTreeMap<RefusalKind, usize>,
    returned: usize,
    redrafted: usize,
    withdrawn: usize,
    by_deputy: usize,
    recorded: usize,
    on_paper: usize,
    listed: usize,
    spent_numbers: usize,
}

/// How a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Plain,
    /// A decision of the city's own document system, recorded by its number.
    Recorded,
    /// A filing that came on paper, entered on behalf.
    OnPaper,
}

struct Walk<'c> {
    city: &'c City,
    world: World<'c>,
    chance: Chance,
    cases: BTreeMap<CaseId, (AccountId, State)>,
    numbers: BTreeMap<String, AccountId>,
    told: Vec<String>,
}

#[test]
fn random_walks_through_the_openings_are_answered_as_the_table_predicts() {
    let cities = [City::tottori(), City::munakata()];
    let mut met = Met::default();
    for seed in 0..WALKS {
        let city = &cities[usize::from(seed % 2 == 1)];
        let mut walk = Walk::new(city, seed);
        for _ in 0..MOVES {
            walk.go_on(&mut met);
        }
        assert_eq!(walk.world.register, walk.world.rebuilt(), "seed {seed}: a rebuild differs from the running fold");
        met.spent_numbers += walk.numbers_of_withdrawn();
    }
    println!("{met:?}");
    for (what, count) in [
        ("allowed acts", met.allowed),
        ("returns", met.returned),
        ("redrafts", met.redrafted),
        ("withdrawals", met.withdrawn),
        ("decisions by deputies", met.by_deputy),
        ("recorded decisions", met.recorded),
        ("filings on paper", met.on_paper),
        ("listings", met.listed),
        ("numbers of withdrawn filings", met.spent_numbers),
    ] {
        assert!(count > 10, "the walks met only {count} {what}");
    }
    for kind in [
        RefusalKind::OutOfOrder,
        RefusalKind::NotYours,
        RefusalKind::SecondPerson,
        RefusalKind::WrongDate,
        RefusalKind::AlreadyDone,
        RefusalKind::NotApplicable,
        RefusalKind::Ended,
        RefusalKind::Stale,
        RefusalKind::CannotReturn,
        RefusalKind::ReasonMissing,
        RefusalKind::WrongStanding,
    ] {
        assert!(met.refused.contains_key(&kind), "no walk was refused with {kind:?}");
    }
}

impl<'c> Walk<'c> {
    fn new(city: &'c City, seed: u64) -> Self {
        let mut world = World::new(city, Replies::AsNeeded);
        world.today = OPENED;
        let chance = Chance::new(seed);
        let told = vec![format!("{}, seed {seed}", city.table.title)];
        Self { city, world, chance, cases: BTreeMap::new(), numbers: BTreeMap::new(), told }
    }

    fn go_on(&mut self, met: &mut Met) {
        let days = i64::try_from(self.chance.below(3) / 2).expect("small");
        self.world.today = self.world.today.saturating_add(days.days()).min(LAST_DAY);
        if self.cases.is_empty() || self.cases.len() < 4 && self.chance.once_in(12) {
            return self.open(met);
        }
        let all: Vec<CaseId> = self.cases.keys().cloned().collect();
        let going_on = |id: &&CaseId| !self.city.table.ended(&self.cases[*id].1);
        let going_on: Vec<CaseId> = all.iter().filter(going_on).cloned().collect();
        let from = if going_on.is_empty() || self.chance.once_in(8) { &all } else { &going_on };
        let case = self.chance.one_of(from).clone();
        match self.chance.below(40) {
            0 | 1 => self.withdraw(&case, met),
            2..=4 => self.send_back(&case, met),
            _ => self.step(&case, met),
        }
        self.check(&case);
    }

    /// Opens a case, sometimes for an account that existed before.
    fn open(&mut self, met: &mut Met) {
        let n = self.cases.len() + 1;
        let (case, account) = (CaseId(format!("case-{n}")), AccountId(format!("account-{n}")));
        let shared = self.city.table.has("consult") && self.chance.once_in(2);
        let (kind, on) = (self.somebody(), self.some_day());
        // A refused opening leaves the account noted; the next try finds it there.
        if self.chance.once_in(3) && !self.world.register.accounts.contains_key(&account) {
            let order = NoteAccount {
                account: account.clone(),
                network: "ツイッター".to_owned(),
                network_name: None,
                name: "みほん市観光課".to_owned(),
                url: format!("https://twitter.com/mihon_{n}"),
                units: vec![UNIT.into()],
            };
            let noted = self.world.desk().note_account(&order, &by(Kind::CentralHead, self.world.today));
            self.world.record(&noted.expect("an account can be noted"));
        }
        let state = State { shared, opened_on: on, ..State::default() };
        let order = opening(case.clone(), account.clone(), shared);
        let who = who(kind, on);
        let owners = self.world.register.accounts.get(&account).map(|known| &known.units);
        let expected = if on > self.world.today {
            no(RefusalKind::WrongDate)
        } else if owners.is_some_and(|owners| *owners != order.units) {
            // No case shares an account that is known as one unit's, nor takes it from those who share it (担当所属名).
            Answer::Refused(RefusalKind::NotYours, [OWNERS.to_owned()].into())
        } else if ["unit", "central"].iter().any(|group| self.city.table.is_of_group(group, &who, &state)) {
            Answer::Allowed
        } else {
            no(RefusalKind::NotYours)
        };
        let got = self.world.desk().open(&order, &by(kind, on));
        if self.compare(&format!("{} opens {case} on {on}", kind.word()), &expected, got, met).is_some() {
            self.cases.insert(case, (account, state));
        }
    }

    fn step(&mut self, case: &CaseId, met: &mut Met) {
        let state = self.cases[case].1.clone();
        let (step, on) = (self.some_step(&state), self.some_day());
        let manner = match step.as_str() {
            "consult" | "decide" if self.chance.once_in(3) => Manner::Recorded,
            "file" if self.chance.once_in(3) => Manner::OnPaper,
            _ => Manner::Plain,
        };
        let doing = if manner == Manner::OnPaper { self.receiving() } else { &step };
        let kind = self.somebody_for(&state, doing, on);
        let replies = *self.chance.one_of(&[Replies::None, Replies::AsNeeded]);
        let mut order = self.world.order_in(case, &step);
        let handle = case.0.replace("case-", "mihon_");
        match &mut order.evidence {
            Evidence::Policy => {
                let former = self.world.register.cases.get(case);
                order.policy = Some(another(policy(self.city, replies, &handle), former));
            }
            Evidence::Acquisition { url, .. } => *url = format!("https://x.com/{handle}"),
            Evidence::Decision(decision) if manner == Manner::Recorded => {
                *decision = Decision { document_number: Some("８観第12号".to_owned()), ..Decision::default() };
            }
            Evidence::Filing { paper } if manner == Manner::OnPaper => {
                *paper = Some(Paper { received_on: on, document_number: "８観第13号".to_owned() });
            }
            _ => {}
        }
        let outdated = self.chance.once_in(20);
        if outdated {
            order.seen -= 1;
        }
        let who = who(kind, on);
        let expected = self.expected(&state, &step, &who, on, manner, outdated);
        let got = self.world.desk().do_step(&order, &by(kind, on));
        let told = format!("{} does {step} of {case} on {on} ({manner:?}, outdated: {outdated})", kind.word());
        let Some(decided) = self.compare(&told, &expected, got, met) else { return };
        let person = match (manner, step.as_str()) {
            (Manner::Recorded, "decide") => Kind::DepartmentHead.person(),
            (Manner::Recorded, _) => Kind::SharingHead.person(),
            (Manner::OnPaper, _) => Kind::UnitHead.person(),
            (Manner::Plain, _) => who.person,
        };
        self.check_deputy(&decided, &step, manner, met);
        let state = &mut self.cases.get_mut(case).expect("the case is known").1;
        if step == "draft" {
            met.redrafted += usize::from(!state.done.is_empty());
            let gone = self.city.table.undone_by("draft");
            state.done.retain(|id, _| !gone.contains(id));
            state.no_replies = Some(replies == Replies::None);
            state.returned_on = None;
        }
        state.done.insert(step.clone(), (on, person));
        met.recorded += usize::from(manner == Manner::Recorded);
        met.on_paper += usize::from(manner == Manner::OnPaper);
        met.listed += usize::from(step == "list");
        self.note_number(case, &step);
    }

    /// The table's answer for a step done in a manner of its own.
    fn expected(&self, state: &State, step: &str, who: &Who, on: Date, manner: Manner, outdated: bool) -> Answer {
        let table = &self.city.table;
        let refused = table.order(state, step).or_else(|| match manner {
            Manner::Plain => table.role(state, step, who).or_else(|| table.second_person(state, step, who.person)),
            // Anybody of the unit may enter what was decided elsewhere, and so may whoever decides.
            Manner::Recorded => table.role(state, step, who).filter(|_| !table.is_of_group("unit", who, state)),
            // Whoever would take the filing in enters it.
            Manner::OnPaper => table.role(state, self.receiving(), who),
        });
        let refused = refused.or_else(|| table.day(state, step, on, self.world.today));
        refused.unwrap_or(if outdated { no(RefusalKind::Stale) } else { Answer::Allowed })
    }

    /// The step of whoever takes filings in.
    fn receiving(&self) -> &'static str {
        if self.city.table.has("receive") { "receive" } else { "list" }
    }

    fn send_back(&mut self, case: &CaseId, met: &mut Met) {
        let state = self.cases[case].1.clone();
        let on = self.some_day();
        let returning = ["consult", "decide", "receive"].map(str::to_owned);
        let returning: Vec<String> = returning.into_iter().filter(|s| self.city.table.has(s)).collect();
        let step = if self.chance.once_in(8) { self.some_step(&state) } else { self.chance.one_of(&returning).clone() };
        let kind = self.somebody_for(&state, &step, on);
        let reasons = match self.chance.below(6) {
            0 => vec![],
            1 => vec![("purpose".to_owned(), " ".to_owned())],
            2 => vec![("no_such_item".to_owned(), "直してください".to_owned())],
            _ => vec![("purpose".to_owned(), "だれのための発信かを書いてください".to_owned())],
        };
        let seen = self.world.register.cases[case].version;
        let order =
            ReturnCase { case: case.clone(), step: step.clone(), reasons: reasons.clone(), attachments: vec![], seen };
        let table = &self.city.table;
        let refused = if table.row(&step).returns_to.is_none() { Some(no(RefusalKind::CannotReturn)) } else { None };
        let refused = refused
            .or_else(|| table.order(&state, &step))
            .or_else(|| table.role(&state, &step, &who(kind, on)))
            .or_else(|| table.day(&state, &step, on, self.world.today));
        let expected = refused.unwrap_or_else(|| match reasons.first() {
            Some((item, _)) if item == "no_such_item" => no(RefusalKind::NotFound),
            Some((_, reason)) if !reason.trim().is_empty() => Answer::Allowed,
            _ => no(RefusalKind::ReasonMissing),
        });
        let got = self.world.desk().send_back(&order, &by(kind, on));
        let told = format!("{} sends {case} back from {step} on {on}", kind.word());
        if self.compare(&told, &expected, got, met).is_some() {
            met.returned += 1;
            let gone = self.city.table.undone_by("draft");
            let state = &mut self.cases.get_mut(case).expect("the case is known").1;
            state.done.retain(|id, _| !gone.contains(id));
            state.returned_on = Some(on);
        }
    }

    fn withdraw(&mut self, case: &CaseId, met: &mut Met) {
        let state = self.cases[case].1.clone();
        let on = self.some_day();
        let kind = self.somebody_for(&state, "draft", on);
        let last = state.done.values().map(|(day, _)| *day).max().max(state.returned_on);
        let expected = if !self.city.table.is_of_group("unit", &who(kind, on), &state) {
            no(RefusalKind::NotYours)
        } else if state.done.contains_key("list") {
            no(RefusalKind::WrongStanding)
        } else if self.city.table.ended(&state) {
            no(RefusalKind::Ended)
        } else if on > self.world.today || on < state.opened_on || last.is_some_and(|last| on < last) {
            no(RefusalKind::WrongDate)
        } else {
            Answer::Allowed
        };
        let got = self.world.desk().withdraw(case, "事業が中止になったため", &by(kind, on));
        if self.compare(&format!("{} withdraws {case} on {on}", kind.word()), &expected, got, met).is_some() {
            met.withdrawn += 1;
            self.cases.get_mut(case).expect("the case is known").1.withdrawn = true;
        }
    }

    /// Records what was allowed, after holding the answer against the table's.
    fn compare(
        &mut self,
        told: &str,
        expected: &Answer,
        got: Result<Decided, Refusal>,
        met: &mut Met,
    ) -> Option<Decided> {
        let answer = got.as_ref().err().map_or_else(|| "allowed".to_owned(), |r| format!("{:?}", r.kind));
        self.told.push(format!("{}: {told} → {answer}", self.world.today));
        let refusal = got.as_ref().err();
        let story = || {
            let text = refusal.map(Refusal::text).unwrap_or_default();
            format!("{}\n  table: {expected:?}\n  kernel: {text}", self.told.join("\n"))
        };
        assert!(agrees(expected, refusal), "{}", story());
        assert!(refusal.is_none_or(|r| !r.what.is_empty() && !r.next.is_empty()), "{}", story());
        match got {
            Ok(decided) => {
                met.allowed += 1;
                self.world.record(&decided);
                Some(decided)
            }
            Err(refusal) => {
                *met.refused.entry(refusal.kind).or_default() += 1;
                None
            }
        }
    }

    /// What stands in the register is what the walk did; days do not decrease along an edge; official means listed.
    fn check(&self, case: &CaseId) {
        let (account, state) = &self.cases[case];
        let there = &self.world.register.cases[case];
        let stands: BTreeMap<String, (Date, &str)> =
            there.steps.iter().map(|(id, done)| (id.clone(), (done.on, done.by.person.0.as_str()))).collect();
        assert_eq!(stands, state.done, "{}", self.told.join("\n"));
        for (id, (day, _)) in &state.done {
            for former in self.city.table.before(id) {
                let fits = state.done.get(former).is_none_or(|(then, _)| then <= day);
                assert!(fits, "{former} is later than {id}\n{}", self.told.join("\n"));
            }
        }
        let official = self.world.register.accounts[account].is_official();
        assert_eq!(official, state.done.contains_key("list"), "{}", self.told.join("\n"));
        for (number, account) in &self.numbers {
            let still = self.world.register.accounts[account].number.as_ref();
            assert_eq!(still, Some(number), "a number went from its account\n{}", self.told.join("\n"));
            assert!(self.world.register.numbers.contains_key(number), "{number} is free again");
        }
    }

    /// 代決 is recorded when, and only when, a deputy decides.
    fn check_deputy(&self, decided: &Decided, step: &str, manner: Manner, met: &mut Met) {
        let Fact::StepDone { evidence: Evidence::Decision(decision), .. } = &decided.fact else { return };
        let domain::entry::Actor::Officer { post } = &decided.actor else { return };
        let deputy = manner == Manner::Plain && post.capacity == Capacity::Deputy;
        let wanted = if deputy { DecisionKind::ByDeputy } else { DecisionKind::Decided };
        assert_eq!(decision.how, wanted, "{step}\n{}", self.told.join("\n"));
        met.by_deputy += usize::from(deputy);
    }

    /// A number is given once and to one account only.
    fn note_number(&mut self, case: &CaseId, step: &str) {
        let account = self.cases[case].0.clone();
        let number = self.world.register.cases[case].number.clone();
        if step == "receive" {
            let number = number.expect("a received filing has its number");
            let owner = self.numbers.entry(number.clone()).or_insert_with(|| account.clone());
            assert_eq!(*owner, account, "{number} was given twice\n{}", self.told.join("\n"));
        }
    }

    fn numbers_of_withdrawn(&self) -> usize {
        let withdrawn = |account: &&AccountId| self.cases.values().any(|(a, s)| a == *account && s.withdrawn);
        self.numbers.values().filter(withdrawn).count()
    }

    fn somebody(&mut self) -> Kind {
        *self.chance.one_of(&KINDS)
    }

    /// Mostly somebody whose step it is, so that walks come to their ends too.
    fn somebody_for(&mut self, state: &State, step: &str, on: Date) -> Kind {
        let table = &self.city.table;
        let theirs = |kind: &Kind| table.role(state, step, &who(*kind, on)).is_none();
        let theirs: Vec<Kind> = KINDS.into_iter().filter(theirs).collect();
        if theirs.is_empty() || self.chance.once_in(3) { self.somebody() } else { *self.chance.one_of(&theirs) }
    }

    /// Today, mostly; else some days ago, or tomorrow.
    fn some_day(&mut self) -> Date {
        let days = match self.chance.below(10) {
            0 => 1,
            1 | 2 => -i64::try_from(self.chance.below(4)).expect("small"),
            _ => 0,
        };
        self.world.today.saturating_add(days.days())
    }

    /// Mostly a step that is open.
    fn some_step(&mut self, state: &State) -> String {
        let table = &self.city.table;
        let all: Vec<String> = table.steps.iter().map(|s| s.id.clone()).collect();
        let open = |id: &&String| table.order(state, id).is_none() && !state.done.contains_key(*id);
        let open: Vec<String> = all.iter().filter(open).cloned().collect();
        let from = if open.is_empty() || self.chance.once_in(4) { &all } else { &open };
        self.chance.one_of(from).clone()
    }
}
