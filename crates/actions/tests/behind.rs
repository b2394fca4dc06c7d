//! What a node that took part in nothing learns from the ledger: what counts at once, and when the list is made anew.

use std::sync::Arc;

use actions::{AccountNoted, City, ImpersonatorNoted, Machine, PublishTo};
use domain::evidence::{Evidence, ListingPlace};
use domain::id::{CaseId, MunicipalityCode};
use domain::network::Networks;
use domain::verification::Tail;
use jiff::civil::date;
use public::{LoadedBundle, Serving};
use testkit::{Bench, Guide, Town, draft, on_both, who};

const OURS: &str = "https://x.com/mihon_kanko";
const POSING: &str = "https://x.com/mihon_kank0";

on_both! {
    async fn a_node_that_published_nothing_learns_of_a_delisting_from_the_ledger(Guide::Notice, town) {
        let node = Node::beside(town).await;
        let (_, account) = town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
        node.publishes().await.expect("the listing is seen");
        // The other node publishes first; whoever asked it for a wish would now find none.
        let elsewhere = town.bench.dir.path().join("elsewhere");
        let case = town.goes_on("closing", &account).await;
        let stop = Evidence::Stop { last_day: date(2026, 6, 1) };
        town.does(&case, "stop", "s1-head", stop).await.expect("stopped");
        town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        assert!(node.publishes().await.is_none(), "a filing changes nothing that citizens see");
        let before = node.bundle();
        town.does(&case, "delist", "s3-staff", here()).await.expect("delisted");
        town.city.publish_if_asked(&elsewhere, &to()).await.expect("published").expect("it was asked for");

        let mut tail = Tail::behind(before.manifest().ledger_size);
        node.city.read_behind(&mut tail).await.expect("the ledger is read");
        assert!(tail.changes_the_list());
        let present = tail.over(before.index()).expect("something was taken back");
        assert_eq!(present.verify(OURS, node.city.networks()).verdict.word(), "closed");
        assert!(present.rewritten().contains(&account.0));

        node.publishes().await.expect("the delisting is seen here too");
        assert!(node.bundle().records().is_empty());
        assert!(node.publishes().await.is_none());
        node.store.close().await;
    }

    // Red while every account that is closed was told as one that had been official.
    async fn an_account_that_was_never_listed_is_not_told_as_formerly_official(Guide::Notice, town) {
        let node = Node::beside(town).await;
        let noted = AccountNoted {
            network: "x".to_owned(),
            name: "観光課の前の担当".to_owned(),
            url: "https://x.com/mihon_mae".to_owned(),
            units: vec!["s1".into()],
            ..AccountNoted::default()
        };
        let account = town.city.note_account(&noted, &who("s3-staff"), None).await.expect("noted").account.expect("an account");
        node.publishes().await.expect("it is known");
        let before = node.bundle();
        let case = town.goes_on("closing", &account.as_str().into()).await;
        let stop = Evidence::Stop { last_day: date(2026, 6, 1) };
        town.does(&case, "stop", "s1-head", stop).await.expect("stopped");
        town.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        town.does(&case, "delist", "s3-staff", here()).await.expect("ended");
        let ask = "https://x.com/mihon_mae";
        let mut tail = Tail::behind(before.manifest().ledger_size);
        node.city.read_behind(&mut tail).await.expect("the ledger is read");
        let present = tail.over(before.index()).expect("something changed");
        node.publishes().await.expect("its end is seen");
        let networks = node.city.networks();
        let answers = [
            present.verify(ask, networks),
            node.bundle().verify(ask, networks, town.machine.now()),
            town.city.verify(ask).await.expect("an answer"),
        ];
        for answer in answers {
            assert_eq!(answer.verdict.word(), "closed");
            assert!(answer.reason.contains("一覧にのったことはありません") && !answer.reason.contains("観光課"), "{}", answer.reason);
        }
        node.store.close().await;
    }

    async fn whatever_takes_back_counts_at_once_and_whatever_gives_waits_for_its_page(Guide::Notice, town) {
        let node = Node::beside(town).await;
        node.publishes().await.expect("nothing lay there");
        let empty = node.bundle();
        let (case, account) = town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
        assert_eq!(node.word(&empty, OURS).await, "cannot_judge", "it is listed and has no page yet");
        let noted = ImpersonatorNoted { network: "x".to_owned(), url: POSING.to_owned(), ..ImpersonatorNoted::default() };
        town.city.note_impersonator(&noted, &who("s3-staff"), None).await.expect("noted");
        assert_eq!(node.word(&empty, POSING).await, "impersonator");

        node.publishes().await.expect("both are seen");
        let listed = node.bundle();
        let (id, _) = town.city.impersonators().await.expect("a list").remove(0);
        town.city.clear_impersonator(&id, &who("s3-staff"), None).await.expect("cleared");
        assert_eq!(node.word(&listed, POSING).await, "not_registered");
        assert_eq!(node.word(&listed, OURS).await, "official");
        let view = town.city.case(&CaseId::from(case.as_str())).await.expect("the case");
        let listing = view.case.steps.get("list").expect("it was listed").seq;
        town.city.erase(listing, "総第14号").await.expect("erased");
        assert_eq!(node.word(&listed, OURS).await, "not_registered", "what the page may not show is not official");
        assert!(node.rewritten(&listed).await.contains(&account.0));
        node.store.close().await;
    }

    // Red while one row behind the list that nobody can read kept every later record from the answers.
    async fn a_row_behind_the_list_that_cannot_be_read_hides_nothing_that_came_after_it(Guide::Notice, town) {
        let node = Node::beside(town).await;
        node.publishes().await.expect("nothing lay there");
        let empty = node.bundle();
        town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
        for url in [POSING, "https://x.com/mihon_nise"] {
            let noted = ImpersonatorNoted { network: "x".to_owned(), url: url.to_owned(), ..ImpersonatorNoted::default() };
            town.city.note_impersonator(&noted, &who("s3-staff"), None).await.expect("noted");
        }
        town.bench.tamper("UPDATE view_record SET body = '{' WHERE noun = 'case'").await;
        town.bench.tamper("UPDATE view_record SET body = replace(body, '\"noted_on\"', '\"x\"') WHERE noun = 'impersonator' AND body LIKE '%mihon_kank0%'").await;
        assert_eq!(node.word(&empty, POSING).await, "cannot_judge");
        assert_eq!(node.word(&empty, "https://x.com/mihon_nise").await, "impersonator");
        assert_eq!(node.word(&empty, OURS).await, "cannot_judge", "it is listed and has no page yet");
        node.store.close().await;
    }

    async fn the_list_that_lies_there_is_served_at_once_if_it_is_of_this_ledger_and_holds(Guide::Notice, town) {
        let node = Node::beside(town).await;
        let may = async |to: &PublishTo| node.city.may_serve(&node.dir, to).await.expect("an answer");
        assert!(!may(&to()).await, "nothing lies there");
        node.publishes().await.expect("a list");
        assert!(may(&to()).await);
        town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
        assert!(may(&to()).await, "what lies behind it counts all the same");
        assert!(!may(&PublishTo { base_url: "https://elsewhere.example/".to_owned(), ..to() }).await);
        assert!(!may(&PublishTo { key: Some([8; 32]), ..to() }).await, "another key's list");
        assert!(!may(&PublishTo { key: None, ..to() }).await, "whose list it is cannot be told");
        town.machine.advance(to().valid_for);
        assert!(!may(&to()).await, "it has run out");

        let Some(other) = Town::new(Guide::Notice, testkit::Engine::File).await else { return };
        other.drafted(draft(Guide::Notice, "mihon_other")).await;
        other.city.publish(&node.dir, &to()).await.expect("a list");
        town.machine.advance(-to().valid_for);
        assert!(!may(&to()).await, "another ledger's list, with the same key");
        node.store.close().await;
    }

    async fn the_ledger_knows_the_checkpoints_that_were_made_of_it(Guide::Notice, town) {
        let key = domain::ledger::public_key(&[7; 32]);
        let mut notes = Vec::new();
        for _ in 0..3 {
            town.opens("s1-staff").await;
            notes.push(town.city.checkpoint(&[7; 32]).await.expect("a checkpoint"));
        }
        for note in &notes {
            let checkpoint = domain::ledger::Checkpoint::open(note, &key).expect("its own");
            assert!(town.city.holds(&checkpoint).await.expect("an answer"));
        }
        let Some(other) = Town::new(Guide::Notice, testkit::Engine::File).await else { return };
        other.drafted(draft(Guide::Notice, "mihon_other")).await;
        let strange = other.city.checkpoint(&[7; 32]).await.expect("a checkpoint");
        let strange = domain::ledger::Checkpoint::open(&strange, &key).expect("of the same key");
        assert!(!town.city.holds(&strange).await.expect("an answer"), "another ledger of the same length");
    }
}

/// A second node on the same database, with a folder of its own.
struct Node {
    store: store::Store,
    city: City,
    dir: std::path::PathBuf,
}

impl Node {
    async fn beside(town: &Town) -> Self {
        let store = Bench::open(&town.bench.place).await;
        let code = MunicipalityCode::from(town.guide.code());
        let networks = Arc::new(Networks::standard().expect("the networks are readable"));
        let city = City::of(&store, &code, networks, town.machine.clone());
        Self { store, city, dir: town.bench.dir.path().join("node") }
    }

    async fn publishes(&self) -> Option<actions::Published> {
        self.city.publish_if_asked(&self.dir, &to()).await.expect("an answer")
    }

    fn bundle(&self) -> LoadedBundle {
        public::read(&self.dir).expect("the bundle is whole")
    }

    async fn tail(&self, bundle: &LoadedBundle) -> Tail {
        let mut tail = Tail::behind(bundle.manifest().ledger_size);
        self.city.read_behind(&mut tail).await.expect("the ledger is read");
        tail
    }

    /// The verdict over a bundle, with what lies behind it.
    async fn word(&self, bundle: &LoadedBundle, ask: &str) -> &'static str {
        let present = self.tail(bundle).await.over(bundle.index());
        bundle.verify_by(present.as_ref(), ask, self.city.networks(), self.city.now()).verdict.word()
    }

    async fn rewritten(&self, bundle: &LoadedBundle) -> std::collections::BTreeSet<String> {
        self.tail(bundle).await.over(bundle.index()).map(|present| present.rewritten().clone()).unwrap_or_default()
    }
}

fn to() -> PublishTo {
    PublishTo {
        base_url: "https://sns.city.example.jp/".to_owned(),
        serving: Serving::Answers,
        notice: None,
        contact: None,
        valid_for: 86_400_000,
        key: Some([7; 32]),
    }
}

fn here() -> Evidence {
    Evidence::Listing(ListingPlace::Here)
}
