//! Finding things: lists, the search over everything, and timelines; what may not be seen is neither found nor counted.

use std::collections::BTreeMap;

use actions::{About, AccountFilter, ActError, CaseFilter, Direction, ImpersonatorNoted, Opening, RulingOrder, Scope};
use domain::case::CaseState;
use domain::evidence::{Evidence, ListingPlace};
use domain::id::{AccountId, CaseId, ImpersonatorId, RulingId, UnitId};
use domain::office::{Level, OfficeChange};
use jiff::civil::date;
use testkit::{Guide, Town, draft, on_both, who};

on_both! {
    async fn an_account_is_found_by_its_words_however_they_are_written(Guide::Notice, town) {
        listed(town, "mihon_kanko").await;
        for typed in ["みほん観光", "ミホン　ＫＡＮＫＯ", "魅力", "0001", "光"] {
            let found = town.city.search(typed, &Scope::Everything, 10).await.expect("a search");
            assert_eq!(found.accounts.rows.len(), 1, "{typed}");
        }
        let found = town.city.search("観光 農業", &Scope::Everything, 10).await.expect("a search");
        assert!(found.accounts.rows.is_empty() && found.cases.rows.is_empty(), "every word has to be there");
        let found = town.city.search("観光課", &Scope::Everything, 10).await.expect("a search");
        assert_eq!(found.units.rows, [(UnitId::from("s1"), "観光課".to_owned())]);
        assert!(found.positions.rows.iter().any(|position| position.title == "観光課長"));
        assert!(!found.people.rows.is_empty());
    }

    // Red while a case was found by the words of its own policy alone: a closing has none, and no policy says 開設.
    async fn a_case_is_found_by_the_title_that_is_shown_whole_or_in_part(Guide::Notice, town) {
        let (opening, account) = town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
        let closing = town.goes_on("closing", &account).await;
        let other = town.opens("s1-staff").await.case.expect("a case");
        let (opening, closing, other) = (opening.as_str(), closing.as_str(), other.as_str());
        let questions: [(&str, Vec<&str>); 9] = [
            ("みほん観光 mihon_kankoの開設", vec![opening]),
            ("mihon_kankoの開設", vec![opening]),
            ("みほん観光 mihon_kankoの廃止", vec![closing]),
            ("ｍｉｈｏｎ＿ＫＡＮＫＯの廃止", vec![closing]),
            ("mihon_kanko 廃止", vec![closing]),
            ("mihon_kanko", vec![closing, opening]),
            ("開設", vec![other, opening]),
            ("mihon_kankoの休止", Vec::new()),
            ("kankoの開設 廃止", Vec::new()),
        ];
        for (typed, wanted) in questions {
            let filter = CaseFilter { text: Some(typed.to_owned()), ..CaseFilter::default() };
            let listed = town.city.find_cases(&filter, &Scope::Everything, None, 10).await.expect("a page");
            let searched = town.city.search(typed, &Scope::Everything, 10).await.expect("a search");
            for found in [listed, searched.cases] {
                let ids: Vec<&str> = found.rows.iter().map(|case| case.id.0.as_str()).collect();
                assert_eq!(ids, wanted, "{typed}");
            }
        }
        // What a rebuild finds it by is the same.
        let rebuilt = town.city.rebuild().await.expect("rebuilt");
        assert_eq!(rebuilt.differences, Vec::<String>::new());
    }

    async fn whoever_sees_other_units_only_finds_and_counts_nothing(Guide::Notice, town) {
        for handle in ["mihon_kanko", "mihon_kanko2"] {
            listed(town, handle).await;
        }
        let others = Scope::Units(vec![UnitId::from("s2"), UnitId::from("s4")]);
        let found = town.city.search("みほん", &others, 1).await.expect("a search");
        assert_eq!((found.accounts.rows.len(), found.accounts.next), (0, None));
        let own = Scope::Units(vec![UnitId::from("s2"), UnitId::from("s1")]);
        let found = town.city.search("みほん", &own, 1).await.expect("a search");
        assert_eq!((found.accounts.rows.len(), found.accounts.next.is_some()), (1, true));
        let nowhere = town.city.find_accounts(&AccountFilter::default(), &Scope::Units(Vec::new()), None, 10).await;
        assert_eq!(nowhere.expect("a page").rows, []);
    }

    async fn lists_are_filtered_and_turned_page_by_page(Guide::Notice, town) {
        for number in 0..5 {
            let case = town.opens("s1-staff").await.case.expect("a case");
            town.drafts(&case, "s1-staff", draft(Guide::Notice, &format!("mihon_{number}"))).await.expect("drafted");
        }
        listed(town, "mihon_kanko").await;
        let open = CaseFilter { state: Some(CaseState::Open), unit: Some(UnitId::from("s1")), ..CaseFilter::default() };
        let (mut seen, mut after): (Vec<String>, Option<CaseId>) = (Vec::new(), None);
        loop {
            let page = town.city.find_cases(&open, &Scope::Everything, after.as_ref(), 2).await.expect("a page");
            seen.extend(page.rows.into_iter().map(|case| case.id.0));
            after = page.next.map(CaseId);
            if after.is_none() {
                break;
            }
        }
        let mut newest_first = seen.clone();
        newest_first.sort_by_key(|id| std::cmp::Reverse(id.trim_start_matches('c').parse::<u64>().expect("a number")));
        assert_eq!((seen.len(), &seen), (5, &newest_first));
        let listed = AccountFilter { standing: Some("掲載中".to_owned()), ..AccountFilter::default() };
        let page = town.city.find_accounts(&listed, &Scope::Everything, None, 10).await.expect("a page");
        assert_eq!(page.rows.len(), 1);
    }

    async fn a_page_that_is_just_full_is_the_last_one(Guide::Notice, town) {
        let (city, all) = (&town.city, Scope::Everything);
        for handle in ["mihon_a", "mihon_b"] {
            listed(town, handle).await;
            let url = format!("https://x.com/{handle}_nise");
            let noted = ImpersonatorNoted { network: "x".to_owned(), url, ..ImpersonatorNoted::default() };
            city.note_impersonator(&noted, &who("s3-staff"), None).await.expect("noted");
            let title = format!("{handle}の扱い");
            let order = RulingOrder { title, words: "対象とする。".to_owned(), ..RulingOrder::default() };
            city.rule(&order, &who("s3-head"), None).await.expect("ruled");
        }
        let today = city.today();
        let next = async |most: u32| {
            [
                city.find_accounts(&AccountFilter::default(), &all, None, most).await.expect("a page").next,
                city.find_cases(&CaseFilter::default(), &all, None, most).await.expect("a page").next,
                city.impersonators_after(None, most).await.expect("a page").next,
                city.rulings(None, most).await.expect("a page").next,
                city.listed_on(today, None, most).await.expect("a page").next.map(|seq| seq.to_string()),
            ]
        };
        assert_eq!(next(2).await, [None, None, None, None, None]);
        let [_, _, impersonator, ruling, _] = next(1).await.map(|next| next.expect("one more"));
        let rest = city.impersonators_after(Some(&ImpersonatorId(impersonator)), 1).await.expect("a page");
        assert_eq!((rest.rows.len(), rest.next), (1, None));
        let rest = city.rulings(Some(&RulingId(ruling)), 1).await.expect("a page");
        assert_eq!((rest.rows.len(), rest.next), (1, None));

        // 観光課 has four posts and four people, and there is one of the name.
        let found = city.search("観光課", &all, 4).await.expect("a search");
        assert_eq!((found.people.rows.len(), found.people.next), (4, None));
        assert_eq!((found.positions.rows.len(), found.positions.next), (4, None));
        let found = city.search("観光課", &all, 3).await.expect("a search");
        assert_eq!((found.people.rows.len(), found.people.next.is_some()), (3, true));
        assert_eq!((found.positions.rows.len(), found.positions.next.is_some()), (3, true));
        let found = city.search("観光課", &all, 1).await.expect("a search");
        assert_eq!((found.units.rows.len(), found.units.next), (1, None));
    }

    async fn a_unit_is_found_by_its_letters_and_digits_however_wide_they_are(Guide::Notice, town) {
        let founded = |unit: &str, name: &str| OfficeChange::UnitFounded {
            unit: UnitId::from(unit),
            name: name.to_owned(),
            kana: String::new(),
            level: Level::Division,
            parent: Some(UnitId::from("d2")),
            key: None,
            from: date(2026, 6, 1),
        };
        let changes = vec![founded("u1", "ICT推進課"), founded("u2", "第２庁舎ＤＸ室")];
        town.city.change_office(changes, BTreeMap::new()).await.expect("the office grows");
        for (typed, unit, name) in [
            ("ict", "u1", "ICT推進課"),
            ("ＩＣＴ", "u1", "ICT推進課"),
            ("Ict推進", "u1", "ICT推進課"),
            ("推進　ｉｃｔ", "u1", "ICT推進課"),
            ("dx", "u2", "第２庁舎ＤＸ室"),
            ("ＤＸ", "u2", "第２庁舎ＤＸ室"),
            ("第2庁舎", "u2", "第２庁舎ＤＸ室"),
            ("Ｕ２", "u2", "第２庁舎ＤＸ室"),
        ] {
            let found = town.city.search(typed, &Scope::Everything, 10).await.expect("a search");
            assert_eq!(found.units.rows, [(UnitId::from(unit), name.to_owned())], "{typed}");
        }
    }

    async fn the_list_of_any_day_is_counted_and_turned_as_it_stood(Guide::Notice, town) {
        const DAY: i64 = 86_400_000;
        let first = town.city.today();
        let (_, account) = listed(town, "mihon_a").await;
        listed(town, "mihon_b").await;
        town.machine.advance(DAY);
        listed(town, "mihon_c").await;
        town.machine.advance(DAY);
        let order = Opening { procedure: "change".to_owned(), account: Some(account), ..Opening::default() };
        let case = town.city.open(&order, &who("s1-staff"), None).await.expect("opened").case.expect("a case");
        lists(town, &case, "mihon_a").await;
        town.machine.advance(DAY);
        let mut totals = Vec::new();
        for after in -1..5 {
            let day = first.checked_add(jiff::Span::new().days(after)).expect("a day");
            let whole = town.city.list_on(day).await.expect("the list");
            let (mut turned, mut behind) = (Vec::new(), None);
            let total = loop {
                let page = town.city.listed_on(day, behind, 2).await.expect("a page");
                turned.extend(page.rows);
                behind = page.next;
                if behind.is_none() {
                    break page.total;
                }
            };
            assert_eq!(turned, whole, "{day}");
            assert_eq!(usize::try_from(total).expect("few"), whole.len(), "{day}");
            totals.push(total);
        }
        assert_eq!(totals, [0, 2, 3, 3, 3, 3]);
        assert_eq!(town.city.rebuild().await.expect("rebuilt").differences, [""; 0]);
    }

    async fn the_table_for_audits_is_told_row_by_row_until_one_is_not_taken(Guide::Decision, town) {
        let case = town.listed_by_decision(draft(Guide::Decision, "mihon_kanko")).await;
        let mut rows: Vec<Vec<String>> = Vec::new();
        let take = |row: &[String]| {
            rows.push(row.to_vec());
            Ok::<(), ActError>(())
        };
        town.city.audit_table(take).await.expect("the table");
        let [headings, cells] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(headings.len(), cells.len());
        let cell = |heading: &str| headings.iter().position(|one| one == heading).map(|at| cells[at].as_str());
        for heading in ["届出日", "決裁日", "掲載日", "最終の記録"] {
            assert_eq!(cell(heading), Some("2026-06-01"), "{heading}");
        }
        assert_eq!((cell("受理日"), cell("決裁した職")), (Some(""), Some("経済観光部長")));
        assert_eq!(cell("方針"), Some(format!("あり（{case}）").as_str()));
        let mut asked = 0;
        let refuse = |_: &[String]| {
            asked += 1;
            Err(ActError::Input("ここまで".to_owned()))
        };
        assert!(matches!(town.city.audit_table(refuse).await, Err(ActError::Input(_))));
        assert_eq!(asked, 1);
    }

    async fn a_timeline_tells_what_was_done_with_a_case_and_an_account(Guide::Notice, town) {
        let (case, account) = listed(town, "mihon_kanko").await;
        listed(town, "mihon_kanko2").await;
        let told = town.city.timeline(&About::Case(case), Direction::OldestFirst, None, 50).await.expect("a timeline");
        let kinds: Vec<&str> = told.iter().map(|told| told.kind.as_str()).collect();
        assert_eq!(kinds, ["case_opened", "step_done", "step_done", "step_done", "step_done"]);
        let about = About::Account(account);
        let newest = town.city.timeline(&about, Direction::NewestFirst, None, 2).await.expect("a timeline");
        assert_eq!(newest.len(), 2);
        let before = newest.last().expect("two").sentence.seq;
        let rest = town.city.timeline(&about, Direction::NewestFirst, Some(before), 50).await.expect("a timeline");
        assert_eq!(rest.len(), 3, "no entry twice, none left out");
        let kind = About::Kind("case_opened".to_owned());
        assert_eq!(town.city.timeline(&kind, Direction::OldestFirst, None, 50).await.expect("a timeline").len(), 2);
        assert_eq!(town.city.rebuild().await.expect("rebuilt").differences, [""; 0]);
    }

    async fn erased_words_find_nothing_any_more(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        let drafted = town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
        let found = |city: actions::City| async move {
            city.search("魅力", &Scope::Everything, 10).await.expect("a search").cases.rows.len()
        };
        assert_eq!(found(town.city.clone()).await, 1);
        town.city.erase(drafted.seq, "総第12号").await.expect("erased");
        assert_eq!(found(town.city.clone()).await, 0);
        let office = town.city.office().await.expect("the office");
        assert!(office.people.values().all(|person| person.name.is_some()));
        town.city.erase(1, "総第13号").await.expect("the names are erased");
        let office = town.city.office().await.expect("the office");
        assert!(office.people.values().all(|person| person.name.is_none()), "no name stays in memory");
        assert_eq!(town.city.rebuild().await.expect("rebuilt").differences, [""; 0]);
    }

    async fn lists_and_searches_take_as_many_questions_for_ten_as_for_one(Guide::Notice, town) {
        town.opens("s1-staff").await;
        let asked = |city: actions::City| async move {
            let all = Scope::Units(vec![UnitId::from("s1"), UnitId::from("s2")]);
            let before = town.bench.store.statements();
            city.find_cases(&CaseFilter::default(), &all, None, 50).await.expect("a page");
            let listing = town.bench.store.statements() - before;
            city.search("観光", &all, 50).await.expect("a search");
            (listing, town.bench.store.statements() - before - listing)
        };
        asked(town.city.clone()).await;
        let one = asked(town.city.clone()).await;
        for _ in 0..9 {
            town.opens("s1-staff").await;
        }
        assert_eq!(asked(town.city.clone()).await, one);
        assert_eq!(one.0, 2, "which is rarer, and a page of the list");
    }
}

/// Brings an account onto the list.
async fn listed(town: &Town, handle: &str) -> (CaseId, AccountId) {
    let opened = town.opens("s1-staff").await;
    let case = opened.case.expect("a case");
    lists(town, &case, handle).await;
    (CaseId(case), AccountId(opened.account.expect("an account")))
}

async fn lists(town: &Town, case: &str, handle: &str) {
    let mut policy = draft(Guide::Notice, handle);
    policy.purpose = Some(format!("観光の魅力を知らせるため（{case}）"));
    town.drafts(case, "s1-staff", policy).await.expect("drafted");
    town.does(case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
    town.does(case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
    town.does(case, "list", "s3-staff", Evidence::Listing(ListingPlace::Here)).await.expect("listed");
}
