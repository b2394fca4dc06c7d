//! Who may do what, as a table written by hand: every caller, every action, every relation; and what a post makes of
//! whoever holds it.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Action, Caller, Hat, Officer, Relation, Verdict, decide, is_of_the_case, officer, relation};
use domain::guideline::{Designation, Files, Guideline, Holder, Procedure, Purpose, Role, StepKind, read};
use domain::id::{PersonId, PositionId, UnitId};
use domain::office::{
    Around, Assignment, Designated, Level, Office, Person, Place, Position, Unit, UnitName, UnitPlace,
};
use domain::refusal::RefusalKind;
use domain::ruling::not_theirs;
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 6, 1);
const FOUNDED: Date = date(2026, 4, 1);

/// The columns: nobody, the operator, somebody without a post; then of an officer of the ranks, of the central office,
/// of the audit, of both, and of whoever settles what the guideline does not say, what stands in no relation yet, is their
/// own, is theirs in part, is of a unit below theirs, and is foreign.
///
/// A allow, S sign in first, F forbidden, H hidden.
const TABLE: &str = "
                      - o x   ranks central audit both  authority
    Enter             A A A   AAAAA AAAAA AAAAA AAAAA AAAAA
    KeepOwnSignIn     S A A   AAAAA AAAAA AAAAA AAAAA AAAAA
    ReadNotices       S F F   AAAAA AAAAA AAAAA AAAAA AAAAA
    SeeTasks          S F F   AAAAA AAAAA AAAAA AAAAA AAAAA
    Search            S F F   AAAAA AAAAA AAAAA AAAAA AAAAA
    SeeOffice         S A F   AAAAA AAAAA AAAAA AAAAA AAAAA
    SeeGuideline      S A F   AAAAA AAAAA AAAAA AAAAA AAAAA
    SeeCases          S F F   AAAAA AAAAA AAAAA AAAAA AAAAA
    OpenCase          S F F   AAAAA AAAAA FFFFF AAAAA AAAAA
    SeeCase           S F F   AAAAH AAAAA AAAAA AAAAA AAAAH
    WorkOnCase        S F F   AAAFH AAAAA AAAFF AAAAA AAAFH
    SeeAccounts       S F F   AAAAA AAAAA AAAAA AAAAA AAAAA
    SeeAccount        S F F   AAAAH AAAAA AAAAA AAAAA AAAAH
    SeeListed         S F F   AAAAA AAAAA AAAAA AAAAA AAAAA
    NoteAccount       S F F   AAAAA AAAAA FFFFF AAAAA AAAAA
    SeeImpersonators  S F F   AAAAA AAAAA AAAAA AAAAA AAAAA
    KeepImpersonators S F F   FFFFF AAAAA FFFFF AAAAA FFFFF
    SeeLedger         S F F   FFFFF AAAAA AAAAA AAAAA FFFFF
    ExportAll         S F F   FFFFF AAAAA AAAAA AAAAA FFFFF
    SetPractice       S F F   FFFFF AAAAA FFFFF AAAAA FFFFF
    MakeRuling        S F F   FFFFF FFFFF FFFFF FFFFF AAAAA
    ImportOffice      S A F   FFFFF FFFFF FFFFF FFFFF FFFFF
    ManageSignIns     S A F   FFFFF FFFFF FFFFF FFFFF FFFFF
    KeepOutbox        S A F   FFFFF FFFFF FFFFF FFFFF FFFFF
";

const ACTIONS: [Action; 24] = [
    Action::Enter,
    Action::KeepOwnSignIn,
    Action::ReadNotices,
    Action::SeeTasks,
    Action::Search,
    Action::SeeOffice,
    Action::SeeGuideline,
    Action::SeeCases,
    Action::OpenCase,
    Action::SeeCase,
    Action::WorkOnCase,
    Action::SeeAccounts,
    Action::SeeAccount,
    Action::SeeListed,
    Action::NoteAccount,
    Action::SeeImpersonators,
    Action::KeepImpersonators,
    Action::SeeLedger,
    Action::ExportAll,
    Action::SetPractice,
    Action::MakeRuling,
    Action::ImportOffice,
    Action::ManageSignIns,
    Action::KeepOutbox,
];

const RELATIONS: [Relation; 5] = [Relation::Unasked, Relation::Own, Relation::Part, Relation::Below, Relation::Foreign];

#[test]
fn every_cell_of_the_table_is_answered_as_it_is_written() {
    let post = office().posts_of(&PersonId::from("clerk"), TODAY).remove(0);
    let with = |hats: &[Hat]| {
        Caller::Officer(Officer {
            person: PersonId::from("clerk"),
            posts: vec![post.clone()],
            hats: hats.iter().copied().collect(),
        })
    };
    // Whoever left keeps no hat that opens anything.
    let gone = Officer {
        person: PersonId::from("gone"),
        posts: Vec::new(),
        hats: BTreeSet::from([Hat::Central, Hat::Auditor, Hat::Authority]),
    };
    let single = [Caller::Anonymous, Caller::Operator, Caller::Officer(gone)];
    let officers = [
        with(&[]),
        with(&[Hat::Central]),
        with(&[Hat::Auditor]),
        with(&[Hat::Central, Hat::Auditor]),
        with(&[Hat::Authority]),
    ];
    let letter = |verdict| match verdict {
        Verdict::Allow => 'A',
        Verdict::SignIn => 'S',
        Verdict::Forbidden => 'F',
        Verdict::Hidden => 'H',
    };
    let mut cells = 0;
    let rows: BTreeMap<&str, Vec<&str>> = TABLE
        .lines()
        .skip(2)
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.collect()))
        })
        .collect();
    assert_eq!(rows.len(), ACTIONS.len());
    for action in ACTIONS {
        let row = rows.get(format!("{action:?}").as_str()).expect("a row for the action");
        for (caller, wanted) in single.iter().chain(&officers).zip(row) {
            for (at, relation) in RELATIONS.into_iter().enumerate() {
                let wanted = wanted.chars().cycle().nth(at).expect("a letter");
                assert_eq!(letter(decide(caller, action, relation)), wanted, "{caller:?} {action:?} {relation:?}");
                cells += 1;
            }
        }
    }
    assert_eq!(cells, 24 * 8 * 5);
}

/// What a person's posts make of them, where one step of a kind is done under a rule; what the guideline does not say
/// is settled by a position that nobody holds.
fn hats(person: &str, kind: StepKind, by: &Holder) -> Vec<Hat> {
    let nobody = Holder::Position("vacant".to_owned());
    hats_in(person, &ruled(Some(&nobody), &[(Purpose::Opening, kind, by)]))
}

fn hats_in(person: &str, guideline: &Guideline) -> Vec<Hat> {
    officer(&office(), guideline, &PersonId::from(person), TODAY).hats.into_iter().collect()
}

/// A guideline with a residual authority, where one is given, and a procedure of one step for each of the others.
fn ruled(residual: Option<&Holder>, steps: &[(Purpose, StepKind, &Holder)]) -> Guideline {
    let mut guideline = guideline();
    let (procedure, role) = (guideline.procedures.remove(0), guideline.roles.remove(0));
    let named = |id: &str, holder: &Holder| Role { id: id.to_owned(), holder: holder.clone(), ..role.clone() };
    guideline.residual = residual.and(guideline.residual.take());
    guideline.roles = residual.map(|holder| named("residual", holder)).into_iter().collect();
    if let Some(residual) = &mut guideline.residual {
        "residual".clone_into(&mut residual.role);
    }
    guideline.procedures.clear();
    for (at, (purpose, kind, by)) in steps.iter().enumerate() {
        let mut procedure = Procedure { purpose: *purpose, ..procedure.clone() };
        procedure.steps.truncate(1);
        procedure.steps[0].kind = *kind;
        procedure.steps[0].by = vec!["nobody".to_owned(), format!("who{at}")];
        guideline.procedures.push(procedure);
        guideline.roles.push(named(&format!("who{at}"), by));
    }
    guideline
}

#[test]
fn whoever_receives_lists_or_delists_keeps_the_list_and_nobody_else() {
    let central = Holder::UnitStaff("central".to_owned());
    for kind in [StepKind::Receive, StepKind::List, StepKind::Delist] {
        assert_eq!(hats("central", kind, &central), [Hat::Central], "{kind:?}");
        assert_eq!(hats("clerk", kind, &central), [], "{kind:?}");
        assert_eq!(hats("gone", kind, &central), [], "{kind:?}: a post that ended yesterday");
        // Where each unit lists its own account, that makes nobody the keeper of the whole list.
        for own in [Holder::OwningUnitStaff, Holder::OwningUnitHead, Holder::Designated(Designation::Approver)] {
            assert_eq!(hats("central", kind, &own), [], "{kind:?} {own:?}");
        }
    }
    for kind in [StepKind::Draft, StepKind::File, StepKind::Decide, StepKind::Acquire, StepKind::Start] {
        assert_eq!(hats("central", kind, &central), [], "{kind:?}");
    }
    assert_eq!(hats("central", StepKind::List, &Holder::Position("keeper".to_owned())), [Hat::Central]);
    assert_eq!(hats("clerk", StepKind::List, &Holder::Position("keeper".to_owned())), []);
}

#[test]
fn the_audit_is_known_by_its_unit_or_by_its_position() {
    let central = Holder::UnitStaff("central".to_owned());
    assert_eq!(hats("auditor", StepKind::List, &central), [Hat::Auditor], "in the audit's unit");
    assert_eq!(
        hats("checker", StepKind::List, &central),
        [Hat::Auditor],
        "in a unit without a key, at a post with one"
    );
    assert_eq!(hats("auditor", StepKind::List, &Holder::UnitStaff("audit".to_owned())), [Hat::Central, Hat::Auditor]);
}

#[test]
fn whoever_the_guideline_names_settles_what_it_does_not_say_and_the_central_office_does_not() {
    let central = Holder::UnitStaff("central".to_owned());
    let list = (Purpose::Opening, StepKind::List, &central);
    let committee = Holder::Committee { key: "audit".to_owned(), quorum: 3 };
    for named in [ruled(Some(&committee), &[list]), ruled(None, &[list, (Purpose::Ruling, StepKind::Rule, &committee)])]
    {
        assert_eq!(hats_in("auditor", &named), [Hat::Auditor, Hat::Authority], "a member of the committee");
        assert_eq!(hats_in("central", &named), [Hat::Central]);
        assert_eq!(hats_in("clerk", &named), []);
    }
    let own = Holder::UnitStaff("central".to_owned());
    let named = ruled(Some(&own), &[list]);
    assert_eq!(hats_in("central", &named), [Hat::Central, Hat::Authority]);
    assert_eq!(hats_in("gone", &named), [], "a post that ended yesterday");
    let either = ruled(Some(&own), &[list, (Purpose::Ruling, StepKind::Rule, &committee)]);
    assert_eq!(hats_in("central", &either), [Hat::Central, Hat::Authority]);
    assert_eq!(hats_in("auditor", &either), [Hat::Auditor, Hat::Authority]);
    let label = named.roles[0].label.clone();
    assert_eq!(not_theirs(&named).what, format!("定めのない事項の決定は、{label}が行います。"));
    assert_eq!(not_theirs(&either).what, not_theirs(&named).what, "what has one label is named once");
}

#[test]
fn where_the_guideline_names_nobody_the_central_office_may_ask_and_is_told_so() {
    let central = Holder::UnitStaff("central".to_owned());
    let committee = Holder::Committee { key: "audit".to_owned(), quorum: 3 };
    let list = (Purpose::Opening, StepKind::List, &central);
    for nobody in [
        ruled(None, &[list]),
        // Only a ruling in a procedure for rulings gives that power.
        ruled(None, &[list, (Purpose::Ruling, StepKind::Decide, &committee)]),
        ruled(None, &[list, (Purpose::Survey, StepKind::Rule, &committee)]),
    ] {
        assert_eq!(hats_in("central", &nobody), [Hat::Central, Hat::Authority]);
        assert_eq!(hats_in("auditor", &nobody), [Hat::Auditor]);
        assert_eq!(hats_in("clerk", &nobody), []);
        assert_eq!(not_theirs(&nobody).kind, RefusalKind::NotApplicable);
    }
}

#[test]
fn an_officer_knows_the_person_and_the_posts_of_the_day() {
    let known = officer(&office(), &guideline(), &PersonId::from("clerk"), TODAY);
    assert_eq!(known.person, PersonId::from("clerk"));
    assert_eq!(known.posts, office().posts_of(&PersonId::from("clerk"), TODAY));
    assert_eq!(known.posts.len(), 1);
    assert_eq!(officer(&office(), &guideline(), &PersonId::from("gone"), TODAY).posts, []);
}

#[test]
fn what_belongs_to_the_unit_is_own_what_waits_for_one_is_part_and_the_rest_is_foreign() {
    let office = office();
    let stands = |person: &str, designated: &[Designated], rules: &[Holder]| {
        let person = officer(&office, &guideline(), &PersonId::from(person), TODAY);
        relation(&office, &person, Around { units: &[UnitId::from("own")], designated }, rules, TODAY)
    };
    let central = [Holder::UnitStaff("central".to_owned())];
    assert_eq!(stands("clerk", &[], &central), Relation::Own);
    assert_eq!(stands("central", &[], &central), Relation::Part);
    assert_eq!(stands("central", &[], &[]), Relation::Foreign);
    assert_eq!(stands("auditor", &[], &central), Relation::Foreign);
    assert_eq!(stands("gone", &[], &central), Relation::Foreign);
    assert_eq!(stands("director", &[], &central), Relation::Below, "the head of the department above");
    assert_eq!(stands("assistant", &[], &central), Relation::Foreign, "in the same department, and no head");
    assert_eq!(stands("chief", &[], &central), Relation::Foreign, "the head of another department");
    let named = Designated {
        role: Designation::Approver,
        person: PersonId::from("auditor"),
        position: PositionId::from("auditor-post"),
        assigned_from: FOUNDED,
    };
    let rule = [Holder::Designated(Designation::Approver)];
    assert_eq!(stands("auditor", std::slice::from_ref(&named), &rule), Relation::Part, "who is designated has a part");
    assert_eq!(stands("auditor", &[named], &[Holder::Designated(Designation::Poster)]), Relation::Foreign);
}

#[test]
fn rules_around_the_owning_units_are_of_the_case_and_fixed_places_are_not() {
    let of_the_case = [
        Holder::OwningUnitStaff,
        Holder::OwningUnitHead,
        Holder::OwningDepartmentHead,
        Holder::SharingUnitHead,
        Holder::Designated(Designation::Poster),
    ];
    let key = || "central".to_owned();
    let fixed = [
        Holder::UnitStaff(key()),
        Holder::UnitHead(key()),
        Holder::Position(key()),
        Holder::Committee { key: key(), quorum: 1 },
    ];
    assert!(of_the_case.iter().all(is_of_the_case));
    assert!(!fixed.iter().any(is_of_the_case));
    // The sample office fills every fixed rule's unit, so that none passes for want of somebody.
    let around = Around { units: &[], designated: &[] };
    assert!(!office().holders(&fixed[0], around, TODAY).is_empty());
}

fn guideline() -> Guideline {
    let files = Files {
        guideline: ("guideline.toml", include_str!("guideline/sample.toml")),
        clauses: Some(("clauses.toml", include_str!("guideline/sample-clauses.toml"))),
        source: Some(("source.txt", include_bytes!("guideline/sample-source.txt"))),
    };
    read(&files).expect("the sample is sound").guideline
}

/// Four divisions, one of them in a department; of each one officer, the heads of two departments, a checker whose post alone is the audit's, and somebody who left yesterday.
fn office() -> Office {
    let mut office = Office::default();
    for (id, key, above) in [
        ("department", None, None),
        ("elsewhere", None, None),
        ("own", None, Some("department")),
        ("central", Some("central"), None),
        ("audit", Some("audit"), None),
        ("other", None, Some("elsewhere")),
    ] {
        let unit = Unit {
            id: UnitId::from(id),
            names: vec![UnitName { from: FOUNDED, name: id.to_owned(), kana: String::new() }],
            parents: vec![UnitPlace { from: FOUNDED, parent: above.map(UnitId::from) }],
            level: if id == "department" || id == "elsewhere" { Level::Department } else { Level::Division },
            key: key.map(str::to_owned),
            from: FOUNDED,
            until: None,
            successors: Vec::new(),
        };
        office.units.insert(unit.id.clone(), unit);
    }
    for (person, unit, key, until) in [
        ("clerk", "own", None, None),
        ("central", "central", Some("keeper"), None),
        ("auditor", "audit", None, None),
        ("checker", "other", Some("audit"), None),
        ("gone", "central", None, Some(date(2026, 5, 31))),
        ("director", "department", None, None),
        ("assistant", "department", None, None),
        ("chief", "elsewhere", None, None),
    ] {
        let position = Position {
            id: PositionId(format!("{person}-post")),
            unit: UnitId::from(unit),
            title: person.to_owned(),
            rank: "clerk".to_owned(),
            place: if matches!(person, "director" | "chief") { Place::Head } else { Place::Member },
            key: key.map(str::to_owned),
        };
        let person = PersonId::from(person);
        let noted = Person { id: person.clone(), name: None, kana: None, named_by: 0 };
        office.people.insert(person.clone(), noted);
        office.assignments.push(Assignment { person, position: position.id.clone(), from: FOUNDED, until });
        office.positions.insert(position.id.clone(), position);
    }
    office
}
