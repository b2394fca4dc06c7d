//! What waits for whom: the first page of everybody's day, and how few questions it takes.

use std::collections::BTreeSet;

use actions::{TaskFilter, TaskPage};
use domain::evidence::{Evidence, ListingPlace};
use domain::id::{PersonId, PositionId};
use domain::office::OfficeChange;
use jiff::civil::date;
use testkit::{Guide, Town, draft, on_both};

on_both! {
    async fn a_case_waits_for_one_after_the_other(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        assert_eq!(steps(town, "s1-other").await, ["draft"], "any of the unit's staff may draft");
        assert_eq!(steps(town, "s3-staff").await, [""; 0], "nothing waits for the central office yet");
        town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
        assert_eq!(steps(town, "s1-head").await, ["file"]);
        assert_eq!(steps(town, "s1-other").await, [""; 0], "filing is the head's");
        assert_eq!(in_unit(town, "s1-other").await, ["file"], "and the unit sees what goes on");
        assert_eq!(in_unit(town, "s2-staff").await, [""; 0], "another unit does not");
        town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        assert_eq!(steps(town, "s3-staff").await, ["receive"]);
        town.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
        town.does(&case, "list", "s3-staff", Evidence::Listing(ListingPlace::Here)).await.expect("listed");
        assert_eq!(steps(town, "s3-staff").await, [""; 0], "a complete case waits for nobody");
        assert_eq!(town.city.rebuild().await.expect("rebuilt").differences, [""; 0]);
    }

    async fn whoever_takes_over_a_position_takes_over_what_waits_for_it(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
        let head = PositionId::from("s1-head-post");
        let changes = vec![
            OfficeChange::Unassigned { person: PersonId::from("s1-head"), position: head.clone(), until: date(2026, 5, 31) },
            OfficeChange::Assigned { person: PersonId::from("s2-head"), position: head, from: date(2026, 6, 1) },
        ];
        town.city.change_office(changes, std::collections::BTreeMap::new()).await.expect("moved");
        assert_eq!(steps(town, "s1-head").await, [""; 0]);
        assert_eq!(steps(town, "s2-head").await, ["file"]);
    }

    async fn a_page_of_tasks_takes_as_many_questions_for_ten_cases_as_for_one(Guide::Notice, town) {
        town.opens("s1-staff").await;
        let one = asked(town).await;
        for _ in 0..9 {
            town.opens("s1-staff").await;
        }
        assert_eq!(page(town, "s1-staff", TaskFilter::Mine).await.rows.len(), 10);
        assert_eq!(asked(town).await, one);
        assert_eq!(one, 5, "versions, counts, tasks, cases, accounts");
    }

    async fn pages_follow_each_other_without_a_gap(Guide::Notice, town) {
        for _ in 0..5 {
            town.opens("s1-staff").await;
        }
        let person = PersonId::from("s1-staff");
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = town.city.tasks_of(&person, TaskFilter::Mine, after.as_ref(), 2).await.expect("a page");
            assert_eq!((page.counts.mine, page.counts.unit), (5, 5), "all of them are counted on every page");
            seen.extend(page.rows.into_iter().map(|task| task.case.id.0));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let once: BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), once.len()), (5, 5));
    }
}

/// How many statements one page takes, once the office is known.
async fn asked(town: &Town) -> u64 {
    page(town, "s1-staff", TaskFilter::Mine).await;
    let before = town.bench.store.statements();
    page(town, "s1-staff", TaskFilter::Mine).await;
    town.bench.store.statements() - before
}

async fn page(town: &Town, person: &str, filter: TaskFilter) -> TaskPage {
    town.city.tasks_of(&PersonId::from(person), filter, None, 50).await.expect("a page")
}

async fn steps(town: &Town, person: &str) -> Vec<String> {
    page(town, person, TaskFilter::Mine).await.rows.into_iter().map(|task| task.step).collect()
}

async fn in_unit(town: &Town, person: &str) -> Vec<String> {
    page(town, person, TaskFilter::Unit).await.rows.into_iter().map(|task| task.step).collect()
}
