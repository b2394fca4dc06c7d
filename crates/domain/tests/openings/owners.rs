//! Who may begin a case about a known account, and do its steps: every procedure of both guidelines against a table
//! written by hand. The account's owning units are the account's; whatever units an order or an old case names changes
//! nothing.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::{Account, Listed, Standing};
use domain::act::{DoStep, OpenCase};
use domain::case::{CaseState, Count, Outcome, Urgency};
use domain::entry::{AccountOrigin, Actor, Decided, Effect, Fact, Private};
use domain::evidence::Evidence;
use domain::guideline::{Designation, Guideline, Procedure, Purpose, Replies};
use domain::id::{AccountId, UnitId};
use domain::office::{Designated, OfficeChange};
use domain::refusal::{Refusal, RefusalKind};
use jiff::civil::date;
use serde::Deserialize;

use crate::town::{City, FOUNDED, KINDS, Kind, SHARING, UNIT, position_of};
use crate::world::{OPENED, TODAY, World, by, case};

const OTHER: &str = "商工課";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    groups: BTreeMap<String, Vec<Kind>>,
    #[serde(rename = "procedure")]
    rows: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    city: String,
    id: String,
    opens: Vec<String>,
    steps: BTreeMap<String, Vec<String>>,
}

impl Table {
    fn read() -> Self {
        toml::from_str(include_str!("owners.toml")).expect("the table can be read")
    }

    fn is_one_of(&self, groups: &[String], kind: Kind, shared: bool) -> bool {
        let of_group = |group: &String| self.groups[group].contains(&kind);
        (shared || !kind.only_when_shared()) && groups.iter().any(of_group)
    }
}

fn cities() -> [(&'static str, City); 2] {
    ["tottori", "munakata"].map(|name| (name, city(name)))
}

fn city(name: &str) -> City {
    if name == "tottori" { City::tottori() } else { City::munakata() }
}

pub fn account() -> AccountId {
    "account-1".into()
}

fn units(shared: bool) -> Vec<UnitId> {
    if shared { vec![UNIT.into(), SHARING.into()] } else { vec![UNIT.into()] }
}

/// A town whose account stands so that the procedure can begin, with its designations.
pub fn town<'c>(city: &'c City, procedure: &Procedure, shared: bool) -> World<'c> {
    let standing = match procedure.purpose {
        Purpose::Opening => Standing::Existing { noted_on: OPENED },
        Purpose::Resumption => Standing::Suspended { since: OPENED },
        _ => Standing::Listed(Listed { since: OPENED, record_hash: String::new(), record: None, seq: 0 }),
    };
    let named = |role, kind: Kind| Designated {
        role,
        person: kind.person().into(),
        position: position_of(kind),
        assigned_from: FOUNDED,
    };
    let mut known = Account::new(account(), units(shared), standing);
    known.designated = vec![named(Designation::Poster, Kind::UnitStaff), named(Designation::Approver, Kind::UnitChief)];
    let mut world = World::new(city, Replies::AsNeeded);
    world.register.accounts.insert(known.id.clone(), known);
    world
}

pub fn opening(procedure: &str, units: Vec<UnitId>) -> OpenCase {
    OpenCase {
        case: case(),
        procedure: procedure.to_owned(),
        subject: account().into(),
        units,
        theme: Some("秋のまつりの案内".to_owned()),
        reason: Some("事業の見直しのため".to_owned()),
        urgency: Urgency::Ordinary,
        attachments: Vec::new(),
    }
}

/// A case as a data folder may hold one from before: opened by another unit, under its own name.
fn opened_by_strangers(world: &mut World<'_>, procedure: &Procedure) {
    let stranger = world.register.office.posts_of(&Kind::OtherUnitHead.person().into(), OPENED).remove(0);
    world.record(&Decided {
        effective_on: OPENED,
        actor: Actor::Officer { post: stranger },
        guideline: Some("sample".into()),
        basis: None,
        fact: Fact::CaseOpened {
            case: case(),
            procedure: procedure.id.clone(),
            purpose: procedure.purpose,
            subject: account().into(),
            origin: AccountOrigin::Known,
            units: vec![OTHER.into()],
            count: Count::First,
            urgency: Urgency::Ordinary,
            attachments: Vec::new(),
        },
        private: Private::default(),
    });
}

/// The same rules without order and conditions, so that only the question of who is left.
pub fn without_order(guideline: &Guideline) -> Guideline {
    let mut free = guideline.clone();
    for step in free.procedures.iter_mut().flat_map(|procedure| &mut procedure.steps) {
        step.after.clear();
        step.when.clear();
        step.second_person = None;
    }
    free
}

fn step(world: &World<'_>, id: &str) -> DoStep {
    DoStep { outcome: Outcome::Done, evidence: Evidence::Plain, ..world.order(id) }
}

fn is_not_theirs(refusal: &Refusal) -> bool {
    matches!(refusal.kind, RefusalKind::NotYours | RefusalKind::RankTooLow)
}

#[test]
fn the_table_names_every_procedure_and_step_of_both_guidelines() {
    let table = Table::read();
    for (name, city) in cities() {
        let there: BTreeSet<(String, Vec<String>)> = city
            .guideline
            .procedures
            .iter()
            .map(|p| {
                (p.id.clone(), p.steps.iter().map(|s| s.id.clone()).collect::<BTreeSet<_>>().into_iter().collect())
            })
            .collect();
        let told: BTreeSet<(String, Vec<String>)> = table
            .rows
            .iter()
            .filter(|row| row.city == name)
            .map(|row| (row.id.clone(), row.steps.keys().cloned().collect()))
            .collect();
        assert_eq!(there, told, "{name}");
    }
}

#[test]
fn a_case_about_a_known_account_is_begun_and_worked_on_by_its_owners_and_by_roles_alone() {
    let table = Table::read();
    for (name, city) in cities() {
        let free = City { guideline: without_order(&city.guideline), ..self::city(name) };
        for row in table.rows.iter().filter(|row| row.city == name) {
            let procedure = city.guideline.procedure(&row.id).expect("the procedure");
            for shared in [false, true] {
                begun(&table, row, &town(&city, procedure, shared), procedure, shared);
                let mut world = town(&free, procedure, shared);
                world.record(&opened_by_owner(&world, procedure));
                worked_on(&table, row, &world, shared);
                // Under whatever name a case began: the account's units are who they are.
                let mut world = town(&free, procedure, shared);
                opened_by_strangers(&mut world, procedure);
                worked_on(&table, row, &world, shared);
            }
        }
    }
}

/// Who may begin the case, and that nobody can name other units for the account.
fn begun(table: &Table, row: &Row, world: &World<'_>, procedure: &Procedure, shared: bool) {
    let (unit, other, sharing) = (UnitId::from(UNIT), UnitId::from(OTHER), UnitId::from(SHARING));
    let foreign = [
        vec![other.clone()],
        vec![other.clone(), unit.clone()],
        vec![unit.clone(), other],
        if shared { vec![sharing.clone(), unit.clone()] } else { vec![unit.clone(), sharing] },
        if shared { vec![unit] } else { Vec::new() },
    ];
    for kind in KINDS {
        let told = format!("{} {} (shared: {shared}) by {}", row.city, row.id, kind.word());
        let got = world.desk().open(&opening(&row.id, Vec::new()), &by(kind, TODAY));
        let may = table.is_one_of(&row.opens, kind, shared);
        // Whether posts, trouble and surveys can be begun at all is another question; here it is by whom.
        let always = !matches!(procedure.purpose, Purpose::Post | Purpose::Incident(_) | Purpose::Survey);
        assert!(may || got.is_err(), "{told} must not begin it");
        assert!(!may || !always || got.is_ok(), "{told}: {:?}", got.err());
        assert!(got.is_ok() == world.desk().open(&opening(&row.id, units(shared)), &by(kind, TODAY)).is_ok(), "{told}");
        let mine = world.register.office.posts_of(&kind.person().into(), TODAY).into_iter().map(|post| vec![post.unit]);
        for named in foreign.iter().cloned().chain(mine).filter(|named| !named.is_empty() && *named != units(shared)) {
            let got = world.desk().open(&opening(&row.id, named.clone()), &by(kind, TODAY));
            let refusal = got.expect_err(&format!("{told} names {named:?}"));
            assert!(!refusal.next.is_empty(), "{told}");
        }
    }
}

pub fn opened_by_owner(world: &World<'_>, procedure: &Procedure) -> Decided {
    let owner = world.register.office.posts_of(&Kind::UnitStaff.person().into(), OPENED).remove(0);
    Decided {
        effective_on: OPENED,
        actor: Actor::Officer { post: owner },
        guideline: Some("sample".into()),
        basis: None,
        fact: Fact::CaseOpened {
            case: case(),
            procedure: procedure.id.clone(),
            purpose: procedure.purpose,
            subject: account().into(),
            origin: AccountOrigin::Known,
            units: world.register.accounts[&account()].units.clone(),
            count: Count::First,
            urgency: Urgency::Ordinary,
            attachments: Vec::new(),
        },
        private: Private::default(),
    }
}

/// Who may do each step.
fn worked_on(table: &Table, row: &Row, world: &World<'_>, shared: bool) {
    // What is not carried out yet is refused to everybody, whoever it will belong to.
    let steps = row.steps.iter().filter(|_| world.case().purpose.is_carried_out());
    for (id, groups) in steps {
        for kind in KINDS {
            let got = world.desk().do_step(&step(world, id), &by(kind, TODAY));
            let theirs = !got.as_ref().is_err_and(is_not_theirs);
            let told = format!("{} {}/{id} (shared: {shared}) by {}: {:?}", row.city, row.id, kind.word(), got.err());
            assert_eq!(theirs, table.is_one_of(groups, kind, shared), "{told}");
        }
    }
    let withdrawn = |kind| world.desk().withdraw(&case(), "始め直すため", &by(kind, TODAY));
    for kind in KINDS {
        let owner = table.is_one_of(&["own".to_owned(), "shared".to_owned()], kind, shared);
        assert_eq!(withdrawn(kind).is_ok(), owner, "{} {} is withdrawn by {}", row.city, row.id, kind.word());
    }
}

#[test]
fn a_case_that_strangers_once_began_is_readable_and_gives_the_account_to_nobody() {
    let city = City::tottori();
    let procedure = city.guideline.procedure("change").expect("a change");
    let mut world = town(&city, procedure, false);
    opened_by_strangers(&mut world, procedure);
    assert_eq!(world.case().units, [UnitId::from(OTHER)], "what was recorded stays as it was");
    world.steps(&[("draft", Kind::UnitStaff), ("file", Kind::UnitHead), ("receive", Kind::CentralStaff)]);
    let refusal = world.step("list", Kind::CentralStaff).expect_err("it would give the account away");
    insta::assert_snapshot!(refusal.text(), @"
    この案件は「商工課」の案件として始められていますが、アカウントを所管する組織は「観光課」です。掲載すると所管が変わるため、「一覧の利用方針の差替え」に進めません。（根拠：T3(1)）
    次にすること：所管する組織の職員がこの案件を取り下げ、もう一度始めてください。
    ");
    world.withdraw(&case(), Kind::UnitStaff, TODAY).expect("the owner withdraws it");
    assert!(matches!(world.case().state, CaseState::Withdrawn { .. }));
    assert_eq!(world.register.accounts[&account()].units, units(false));
}

#[test]
fn a_refused_move_says_whose_the_account_is_and_what_to_do() {
    let city = City::tottori();
    let world = town(&city, city.guideline.procedure("closing").expect("a closing"), false);
    let told = |units: &[&str], kind| {
        let order = opening("closing", units.iter().map(|unit| UnitId::from(*unit)).collect());
        world.desk().open(&order, &by(kind, TODAY)).expect_err("refused").text()
    };
    insta::assert_snapshot!(told(&[OTHER], Kind::OtherUnitHead), @"
    このアカウントを所管する組織は「観光課」です。案件で「商工課」に変えることはできません。（根拠：T3(5)）
    次にすること：組織を書かずに、所管する組織の職員が始めてください。所管を移す手続と、共有する組織を加える・外す手続は、まだ用意されていません。必要なときは広報室に相談してください。
    ");
    insta::assert_snapshot!(told(&[], Kind::OtherUnitHead), @"
    この案件を始められるのは、アカウントを運用する部署の職員です。
    次にすること：その部署の職員番号で行ってください。
    ");
}

#[test]
fn what_a_unit_had_that_is_no_more_is_carried_on_by_its_successor() {
    let mut city = City::tottori();
    let reform = date(2026, 4, 8);
    let abolished = |successors: &[&str]| OfficeChange::UnitAbolished {
        unit: UNIT.into(),
        on: reform,
        successors: successors.iter().map(|unit| UnitId::from(*unit)).collect(),
    };
    let whole = city.office.clone();
    city.office = whole.changed(&[abolished(&[OTHER])]).expect("the unit ends");
    let procedure = city.guideline.procedure("closing").expect("a closing").clone();
    let mut world = town(&city, &procedure, false);
    let order = opening("closing", Vec::new());
    assert!(world.desk().open(&order, &by(Kind::CentralStaff, TODAY)).is_err(), "no role of theirs");
    let decided = world.desk().open(&order, &by(Kind::OtherUnitHead, TODAY)).expect("whoever carries on may begin it");
    world.record(&decided);
    assert_eq!(world.case().units, [UnitId::from(OTHER)]);
    let stop = DoStep { evidence: Evidence::Stop { last_day: TODAY }, ..world.order("stop") };
    world.act(&stop, Kind::OtherUnitHead, TODAY).expect("and go on with it");
    world.step("file", Kind::OtherUnitHead).expect("its head files");
    let off = world.step("delist", Kind::CentralStaff).expect("the central office takes it off the list");
    let Fact::StepDone { effects, .. } = off.fact else { panic!("a step") };
    assert!(effects.contains(&Effect::Delisted));

    // Where nobody was named, the department above answers for it.
    city.office = whole.changed(&[abolished(&[])]).expect("the unit ends");
    let world = town(&city, &procedure, false);
    assert!(world.desk().open(&order, &by(Kind::DepartmentHead, TODAY)).is_ok());
    assert!(world.desk().open(&order, &by(Kind::SharingHead, TODAY)).is_err());
}
