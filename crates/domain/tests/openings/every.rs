//! Every state that an opening can reach × every step × every kind of actor, against the hand-written table.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::entry::Fact;
use domain::guideline::{Basis, Replies};
use domain::refusal::Refusal;

use crate::table::{Answer, PRACTICE, State};
use crate::town::{City, KINDS, Kind, who};
use crate::world::{OPENED, TODAY, World, by};

/// One way an opening can be: shared or not, with replies or without.
pub struct Variant {
    pub shared: bool,
    pub replies: Replies,
}

/// What was counted on the way.
#[derive(Debug, Default)]
struct Count {
    states: usize,
    cells: usize,
    allowed: BTreeMap<(String, &'static str), usize>,
    refused: BTreeMap<(String, &'static str), usize>,
}

#[test]
fn every_state_step_and_actor_of_the_tottori_opening_answers_as_the_table_says() {
    let count = enumerate(&City::tottori(), &[Variant { shared: false, replies: Replies::None }]);
    // Four steps in a row: nothing done, and each of them.
    assert_eq!(count.states, 5);
}

#[test]
fn every_state_step_and_actor_of_the_munakata_opening_answers_as_the_table_says() {
    let variants = [false, true].into_iter().flat_map(|shared| {
        [Replies::AsNeeded, Replies::None].into_iter().map(move |replies| Variant { shared, replies })
    });
    let count = enumerate(&City::munakata(), &variants.collect::<Vec<_>>());
    assert!(count.states > 1000, "{} states", count.states);
}

/// Whether the kernel's answer is the table's. The clause counts as well as the sort of refusal.
pub fn agrees(expected: &Answer, got: Option<&Refusal>) -> bool {
    match (expected, got) {
        (Answer::Allowed, None) => true,
        (Answer::Refused(kind, clauses), Some(refusal)) => {
            let basis = refusal.basis.as_ref().map(Basis::shown);
            let clause = basis.as_deref().map(|b| if b.starts_with(PRACTICE) { PRACTICE } else { b });
            refusal.kind == *kind && clause.map_or(clauses.is_empty(), |c| clauses.contains(c))
        }
        _ => false,
    }
}

fn enumerate(city: &City, variants: &[Variant]) -> Count {
    let mut count = Count::default();
    let mut wrong = Vec::new();
    for variant in variants {
        walk_all(city, variant, &mut count, &mut wrong);
    }
    println!("{}: {} states, {} cells", city.table.title, count.states, count.cells);
    assert!(wrong.is_empty(), "{} cells differ, first of all:\n{}", wrong.len(), first_of_each(&wrong));
    assert_all_met(city, &count);
    count
}

/// Breadth first from the opened case, along whatever the kernel allows.
fn walk_all(city: &City, variant: &Variant, count: &mut Count, wrong: &mut Vec<(String, String)>) {
    let start = World::opened(city, variant.replies, variant.shared);
    let mut seen = BTreeSet::from([done_in(&start)]);
    let mut open = VecDeque::from([start]);
    while let Some(world) = open.pop_front() {
        count.states += 1;
        let state = state_of(&world, variant);
        for row in &city.table.steps {
            let order = world.order(&row.id);
            let mut next = None;
            for kind in KINDS {
                let expected = city.table.answer(&state, &row.id, &who(kind, TODAY));
                let got = world.desk().do_step(&order, &by(kind, TODAY));
                let refusal = got.as_ref().err();
                if !agrees(&expected, refusal) {
                    wrong.push((format!("{} {}", row.id, kind.word()), story(&world, &expected, refusal)));
                }
                count.cells += 1;
                let tally = if got.is_ok() { &mut count.allowed } else { &mut count.refused };
                *tally.entry((row.id.clone(), kind.word())).or_default() += 1;
                next = next.or(got.ok());
            }
            if let Some(decided) = next {
                assert!(matches!(decided.fact, Fact::StepDone { .. }));
                let mut after = world.clone();
                after.record(&decided);
                if seen.insert(done_in(&after)) {
                    open.push_back(after);
                }
            }
        }
    }
}

fn state_of(world: &World<'_>, variant: &Variant) -> State {
    let done = world.case().steps.keys().map(|id| (id.clone(), (TODAY, Kind::UnitStaff.person()))).collect();
    State {
        done,
        shared: variant.shared,
        no_replies: world.case().steps.contains_key("draft").then_some(variant.replies == Replies::None),
        opened_on: OPENED,
        ..State::default()
    }
}

fn done_in(world: &World<'_>) -> BTreeSet<String> {
    world.case().steps.keys().cloned().collect()
}

fn story(world: &World<'_>, expected: &Answer, got: Option<&Refusal>) -> String {
    let done: Vec<&String> = world.case().steps.keys().collect();
    let got = got.map_or_else(|| "allowed".to_owned(), |r| format!("{:?} {}", r.kind, r.text()));
    let shared = world.case().units.len() > 1;
    format!("done {done:?} (shared: {shared})\n  table:  {expected:?}\n  kernel: {got}")
}

fn first_of_each(wrong: &[(String, String)]) -> String {
    let mut first: BTreeMap<&String, &String> = BTreeMap::new();
    for (cell, story) in wrong {
        first.entry(cell).or_insert(story);
    }
    first.iter().map(|(cell, story)| format!("{cell}: {story}")).collect::<Vec<_>>().join("\n\n")
}

/// A table with a row that nobody ever meets proves nothing: each step was allowed to somebody and refused to somebody,
/// and each kind of actor was asked about each step.
fn assert_all_met(city: &City, count: &Count) {
    for row in &city.table.steps {
        let of_step = |tally: &BTreeMap<(String, &str), usize>| {
            tally.iter().filter(|((step, _), _)| *step == row.id).map(|(_, n)| n).sum::<usize>()
        };
        assert!(of_step(&count.allowed) > 0, "「{}」 was never allowed to anybody", row.id);
        assert!(of_step(&count.refused) > 0, "「{}」 was never refused to anybody", row.id);
    }
    for kind in KINDS {
        let met = |tally: &BTreeMap<(String, &str), usize>| tally.keys().any(|(_, k)| *k == kind.word());
        assert!(met(&count.allowed) || met(&count.refused), "{} was never asked", kind.word());
    }
}
