//! Both openings, from draft to official, on both engines; then what the ledger and the public files say.

use actions::{ActError, HowFar, ImpersonatorNoted, PublishTo, Recorded};
use domain::account::Standing;
use domain::evidence::{Badge, Confirmed, Decision, Evidence, ListingPlace, SecondFactor};
use domain::id::{CaseId, PersonId};
use domain::leaves::{LeafRange, Leaves};
use domain::refusal::RefusalKind;
use public::Serving;
use testkit::{Guide, Town, draft, on, on_both, who};

on_both! {
    async fn a_filed_and_numbered_account_becomes_official_when_it_is_listed(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
        town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        assert_eq!(verdict(town, "https://x.com/mihon_kanko").await, "not_yet_official");
        let received = town.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
        assert_eq!(received.number.as_deref(), Some("0001"));
        let listed = town.does(&case, "list", "s3-staff", here()).await.expect("listed");
        assert!(listed.completed, "the opening is complete with the listing");
        assert_eq!(verdict(town, "@mihon_kanko").await, "cannot_judge", "a bare handle names no network");
        assert_eq!(verdict(town, "https://twitter.com/Mihon_Kanko/").await, "official");
        published(town, &listed).await;
        proven(town).await;
    }

    async fn long_work_on_the_ledger_tells_how_far_it_is_up_to_the_last_entry(Guide::Notice, town) {
        // More entries than one batch holds.
        for _ in 0..520 {
            town.opens("s1-staff").await;
        }
        let size = town.city.verify_ledger(&[]).await.expect("a report").report.size;
        let last = HowFar::Entries { done: size, all: size };
        let first = HowFar::Entries { done: 500, all: size };
        let mut told = Vec::new();
        town.city.verify_ledger_telling(&[], |how_far| told.push(how_far)).await.expect("a report");
        assert_eq!(told, [first, last]);
        told.clear();
        town.city.dump_ledger_telling(&mut std::io::sink(), |how_far| told.push(how_far)).await.expect("written out");
        assert_eq!(told, [first, last]);
        told.clear();
        town.city.rebuild_telling(|how_far| told.push(how_far)).await.expect("a rebuild");
        assert_eq!(told, [first, last, HowFar::Comparing, HowFar::Swapping]);
    }

    async fn an_account_that_was_decided_filed_listed_and_confirmed_starts(Guide::Decision, town) {
        let case = munakata_until_listed(town).await;
        assert_eq!(verdict(town, "https://x.com/mihon_kanko").await, "official");
        let done = [
            ("profile", profile()),
            ("terminal", Evidence::Terminal { device: "共用PC-03".to_owned() }),
            ("security", security()),
            ("share", Evidence::Plain),
            ("show_policy", Evidence::Place { url: "https://x.com/mihon_kanko".to_owned() }),
            ("designate", Evidence::Designation { poster: PersonId::from("s1-staff"), approver: PersonId::from("s1-chief") }),
        ];
        for (step, evidence) in done {
            town.does(&case, step, "s1-head", evidence).await.unwrap_or_else(|e| panic!("{step}: {e}"));
        }
        town.does(&case, "badge", "s1-staff", Evidence::Badge { status: Badge::Applied }).await.expect("an effort");
        let started = town.does(&case, "start", "s1-head", Evidence::Plain).await.expect("started");
        assert!(started.completed);
        let account = town.city.case(&CaseId::from(case.as_str())).await.expect("the case").account;
        assert!(account.operating_since.is_some() && matches!(account.standing, Standing::Listed(_)));
        proven(town).await;
    }

    async fn a_filing_without_its_purpose_is_refused_and_nothing_happens(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        let mut policy = draft(Guide::Notice, "mihon_kanko");
        policy.purpose = None;
        town.drafts(&case, "s1-staff", policy).await.expect("a draft may be incomplete");
        let refused = town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await;
        let Err(ActError::Refused(refusal)) = refused else { panic!("it has to be refused: {refused:?}") };
        assert_eq!(refusal.kind, RefusalKind::Incomplete);
        assert!(refusal.items.iter().any(|i| i.is_of("purpose") && i.basis.shown() == "T3(3)"), "{refusal:?}");
        proven(town).await;
    }

    async fn the_same_key_twice_is_one_act(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
        let order = on(&case, "file", Evidence::Filing { paper: None });
        let first = town.city.step(&order, &who("s1-head"), Some("key-1")).await.expect("filed");
        let again = town.city.step(&order, &who("s1-head"), Some("key-1")).await.expect("the same answer");
        assert_eq!(first, again);
        proven(town).await;
    }

    async fn only_the_office_that_keeps_the_list_names_an_impersonator(Guide::Notice, town) {
        let posing = ImpersonatorNoted {
            network: "x".to_owned(),
            network_name: None,
            url: "https://x.com/mihon_kank0".to_owned(),
            ..ImpersonatorNoted::default()
        };
        let refused = town.city.note_impersonator(&posing, &who("s1-head"), None).await;
        let Err(ActError::Refused(refusal)) = refused else { panic!("it has to be refused: {refused:?}") };
        assert_eq!(refusal.kind, RefusalKind::NotYours);
        town.city.note_impersonator(&posing, &who("s3-staff"), None).await.expect("noted");
        assert_eq!(verdict(town, "https://twitter.com/mihon_kank0").await, "impersonator");
        let known = town.city.impersonators().await.expect("a list");
        let (id, _) = known.first().expect("the impersonator");
        town.city.clear_impersonator(id, &who("s3-staff"), None).await.expect("cleared");
        assert_eq!(verdict(town, "https://x.com/mihon_kank0").await, "no_account_on_network");
        proven(town).await;
    }

    async fn an_account_whose_record_was_erased_is_no_longer_vouched_for(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
        town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        town.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
        let listed = town.does(&case, "list", "s3-staff", here()).await.expect("listed");
        town.city.erase(listed.seq, "総第14号").await.expect("erased");
        let bundle = town.city.bundle(&publish_to()).await.expect("a bundle");
        public::render(&bundle, &mut |_, _| Ok(())).expect("the list and its index agree");
        assert!(bundle.records.is_empty(), "the page has nothing to show");
        assert_eq!(verdict(town, "https://x.com/mihon_kanko").await, "not_registered", "nobody suspended it");
        proven(town).await;
    }

    async fn a_lawful_erasure_leaves_ledger_and_views_in_agreement(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        let drafted = town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
        town.city.erase(drafted.seq, "総第12号").await.expect("erased");
        let view = town.city.case(&CaseId::from(case.as_str())).await.expect("the case");
        assert!(view.case.policy.expect("a version").content.is_none(), "the words are gone");
        town.city.erase(1, "総第13号").await.expect("the names of the office are erased");
        proven(town).await;
    }

    async fn one_decision_erases_many_entries_and_passes_over_what_has_nothing_to_erase(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
        let filed = town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        let all: Vec<u64> = (1..=filed.seq).collect();
        let erased = town.city.erase(Leaves::of(all.clone()).expect("some"), "総第12号").await.expect("erased");
        let view = town.city.case(&CaseId::from(case.as_str())).await.expect("the case");
        assert!(view.case.policy.expect("a version").content.is_none(), "the words are gone");
        let told = town.city.told(erased.seq, 1).await.expect("told").remove(0);
        assert!(told.sentence.what.contains(&format!("記録1番から{}番まで", filed.seq)), "{}", told.sentence);
        proven(town).await;
        let again = town.city.erase(Leaves::of(all).expect("some"), "総第13号").await;
        assert!(again.is_err_and(|error| error.to_string().contains("すでに消去されています")));
        let wrong = Leaves::Ranges(vec![LeafRange { from: 3, to: 1 }]);
        assert!(town.city.erase(wrong, "総第14号").await.is_err(), "ranges run forward");
    }
}

async fn munakata_until_listed(town: &Town) -> String {
    let case = town.opens("s1-staff").await.case.expect("a case");
    let mut policy = draft(Guide::Decision, "mihon_kanko");
    policy.url = None;
    town.drafts(&case, "s1-staff", policy).await.expect("drafted");
    town.does(&case, "decide", "d1-head", Evidence::Decision(Decision::default())).await.expect("decided");
    let url = "https://x.com/mihon_kanko".to_owned();
    let acquired = Evidence::Acquisition { url, stable_id: Some("1234567".to_owned()) };
    town.does(&case, "acquire", "s1-staff", acquired).await.expect("acquired");
    town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
    town.does(&case, "list", "s3-head", here()).await.expect("listed");
    case
}

fn here() -> Evidence {
    Evidence::Listing(ListingPlace::Here)
}

fn profile() -> Evidence {
    Evidence::Profile {
        page_url: "https://www.city.munakata.lg.jp/sns/".to_owned(),
        stance: domain::evidence::Shown::NotAsked,
        contact: domain::evidence::Shown::NotAsked,
    }
}

fn security() -> Evidence {
    Evidence::Security {
        second_factor: SecondFactor::On,
        password: Confirmed::Confirmed,
        recovery: Confirmed::Confirmed,
    }
}

async fn verdict(town: &Town, ask: &str) -> &'static str {
    town.city.verify(ask).await.expect("an answer").verdict.word()
}

/// The public files show the account.
async fn published(town: &Town, listed: &Recorded) {
    let to = publish_to();
    let dir = town.bench.dir.path().join("public");
    let published = town.city.publish_if_asked(&dir, &to).await.expect("published").expect("it was asked for");
    assert_eq!(published.accounts, 1);
    assert!(town.city.publish_if_asked(&dir, &to).await.expect("nothing waits").is_none());
    let bundle = public::read(&dir.join("current")).expect("the bundle is whole");
    assert_eq!(bundle.manifest().ledger_size, listed.seq + 1);
    let csv =
        String::from_utf8(bundle.file("accounts.csv").expect("it is held").expect("the CSV").to_vec()).expect("UTF-8");
    assert!(csv.contains("https://x.com/mihon_kanko"), "{csv}");
}

fn publish_to() -> PublishTo {
    PublishTo {
        base_url: "https://sns.city.example.jp/".to_owned(),
        serving: Serving::Answers,
        notice: None,
        contact: None,
        valid_for: 86_400_000,
        key: Some([7; 32]),
    }
}

/// The ledger verifies, and the views equal their rebuild.
async fn proven(town: &Town) {
    let report = town.city.verify_ledger(&[]).await.expect("a report");
    assert!(report.report.findings.is_empty(), "{:?}", report.report.findings);
    assert!(report.contradictions.is_empty(), "{:?}", report.contradictions);
    let rebuilt = town.city.rebuild().await.expect("a rebuild");
    assert!(rebuilt.differences.is_empty(), "{:?}", rebuilt.differences);
}
