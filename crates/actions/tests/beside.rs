//! What lies beside the ledger and is named in it by a hash: changed, it is used by nobody; on both engines.

use std::sync::Arc;

use actions::{ActError, City, LedgerReport, Opening, PublishTo, Stepping, Views};
use domain::evidence::Evidence;
use domain::id::{MunicipalityCode, PersonId, UnitId};
use domain::network::Networks;
use public::Serving;
use testkit::{Guide, Town, draft, on, on_both, who};

const PDF: &[u8] = b"%PDF-1.7\n%a filing\n";

on_both! {
    // Red while a process that had not read the file before took it as it lay there: the forged role received a filing.
    async fn a_guideline_changed_in_the_database_judges_nothing(Guide::Notice, town) {
        let case = town.filed(draft(Guide::Notice, "mihon_kanko")).await;
        let honest = Town::files(Guide::Notice).guideline;
        let forged = honest.replace("holder = { unit_staff = \"publicity\" }", "holder = \"owning_unit_staff\"");
        assert_ne!(honest, forged);
        town.bench.tamper(&rewrite(town, "guideline.toml", forged.as_bytes())).await;
        // Who has read the honest file goes on with that one.
        town.opens("s1-staff").await;
        let later = another(town);
        let received = later.step(&on(&case, "receive", Evidence::Receipt), &who("s1-staff"), None).await;
        altered(received);
        altered(later.open(&opening(), &who("s1-staff"), None).await);
        altered(later.guideline_in_force().await);
        altered(later.guideline_files_in_force().await);
        altered(later.bundle(&publish_to()).await);
        // Verify says so, and rebuild does not follow it.
        reads(&found(&later).await, &["記録0番で採用したガイドライン", "採用したときのものと違います"]);
        let waiting = async || town.city.task_counts(&PersonId::from("s3-staff")).await.expect("the tasks");
        let before = waiting().await;
        altered(later.rebuild().await);
        assert_eq!(waiting().await, before, "what waits for people is still what it was");
        town.bench.tamper(&rewrite(town, "guideline.toml", honest.as_bytes())).await;
        assert_eq!(found(&later).await.contradictions, [""; 0]);
        assert_eq!(later.rebuild().await.expect("the files are back").differences, [""; 0]);
    }

    async fn so_do_its_clauses_and_its_text_and_a_file_that_is_gone(Guide::Decision, town) {
        let files = Town::files(Guide::Decision);
        let clauses = files.clauses.expect("clauses");
        let source = files.source.expect("the text");
        let changed = |bytes: &[u8]| [bytes, b" "].concat();
        for (path, bytes) in [("clauses.toml", clauses.as_bytes()), ("source.txt", source.as_slice())] {
            town.bench.tamper(&rewrite(town, path, &changed(bytes))).await;
            altered(another(town).guideline_in_force().await);
            reads(&found(&another(town)).await, &["ガイドライン"]);
            town.bench.tamper(&rewrite(town, path, bytes)).await;
            another(town).guideline_in_force().await.expect("it is the one that was adopted");
        }
        town.bench.tamper(&rewrite(town, "guideline.toml", b"\xff\xfe")).await;
        altered(another(town).guideline_in_force().await);
        for gone in ["clauses.toml", "guideline.toml"] {
            town.bench.tamper(&format!("DELETE FROM guideline_file WHERE path = '{gone}'")).await;
            altered(another(town).guideline_in_force().await);
            reads(&found(&another(town)).await, &["ガイドライン"]);
        }
    }

    // Red while only the files were looked at: other files under their own hash, and the view that names it, pass those.
    async fn another_guideline_put_in_its_place_with_its_own_hash_is_told(Guide::Notice, town) {
        assert_eq!(found(&another(town)).await.contradictions, [""; 0], "nothing was changed yet");
        let hash = town.city.guideline_in_force().await.expect("a guideline").hash.0.clone();
        let swap = format!("UPDATE view_record SET body = replace(body, '{hash}', '{}')", "0".repeat(64));
        town.bench.tamper(&swap).await;
        reads(&found(&another(town)).await, &["台帳で採用したものと違います"]);
    }

    // Red while a view that was written by hand passed every verification: rules and pages read it.
    async fn a_view_written_by_hand_is_told_by_a_verification_and_changes_nothing(Guide::Notice, town) {
        let (_, account) = town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
        let city = another(town);
        let compared = async || city.with_views_compared(found(&city).await, |_| ()).await.expect("a report").views;
        assert_eq!(compared().await, Views::Compared { differences: Vec::new() });
        // Another unit's account, by one word in a table that no hash names.
        town.bench.tamper("UPDATE view_record SET body = replace(body, '\"s1\"', '\"s2\"') WHERE noun = 'account'").await;
        town.bench.tamper("DELETE FROM view_address").await;
        let views = compared().await;
        let told = views.differences().join("\n");
        assert!(told.contains(&format!("account {account}")) && told.contains("view_address"), "{views:?}");
        assert_eq!(compared().await, views, "looking puts nothing in their place");
        assert_eq!(city.rebuild().await.expect("rebuilt").differences.len(), views.differences().len());
        assert_eq!(compared().await, Views::Compared { differences: Vec::new() });
    }

    // Red while one record that was not as recorded took the list from every other account.
    async fn a_listing_that_is_not_as_recorded_is_left_out_and_the_others_are_published(Guide::Notice, town) {
        town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
        town.listed_by_notice(draft(Guide::Notice, "mihon_bosai")).await;
        assert_eq!(town.city.bundle(&publish_to()).await.expect("a bundle").records.len(), 2);
        let forged = "UPDATE view_record SET body = replace(body, '観光の魅力', '観光の魔力') WHERE noun = 'account' AND body LIKE '%mihon_kanko%'";
        town.bench.tamper(forged).await;
        without_one(town, "記録したときのものと違います").await;
        let rebuilt = town.city.rebuild().await.expect("the views come from the ledger");
        assert!(!rebuilt.differences.is_empty());
        assert_eq!(town.city.bundle(&publish_to()).await.expect("a bundle again").records.len(), 2);
    }

    // Red while a row that cannot be read took the list from every other account, and its account was denied.
    async fn an_account_that_cannot_be_read_is_left_out_and_never_denied(Guide::Notice, town) {
        town.listed_by_notice(draft(Guide::Notice, "mihon_kanko")).await;
        town.listed_by_notice(draft(Guide::Notice, "mihon_bosai")).await;
        let broken = "UPDATE view_record SET body = replace(body, '\"standing\":\"listed\"', '\"standing\":\"lost\"') WHERE noun = 'account' AND body LIKE '%mihon_kanko%'";
        town.bench.tamper(broken).await;
        without_one(town, "account").await;
        town.bench.tamper("UPDATE view_record SET body = '{' WHERE noun = 'account' AND body LIKE '%mihon_kanko%'").await;
        without_one(town, "account").await;
        // Nobody can tell any more which addresses that account has.
        assert_eq!(word(town, "https://x.com/somebody_else").await, "cannot_judge");
    }

    async fn a_file_that_is_another_now_is_told(Guide::Notice, town) {
        let case = town.drafted(draft(Guide::Notice, "mihon_kanko")).await;
        let (key, attachment) = testkit::keep(&town.city, PDF).await.expect("kept");
        let filing = Stepping {
            attachments: vec![actions::Attached { key, name: "写し.pdf".to_owned() }],
            ..on(&case, "file", Evidence::Filing { paper: None })
        };
        town.city.step(&filing, &who("s1-head"), None).await.expect("filed");
        assert_eq!(found(&town.city).await.contradictions, [""; 0]);
        let other = town.bench.literal(b"another");
        town.bench.tamper(&format!("UPDATE blob SET bytes = {other} WHERE hash = '{}'", attachment.hash)).await;
        reads(&found(&town.city).await, &["添付ファイル", &attachment.hash]);
        town.bench.tamper("DELETE FROM blob").await;
        reads(&found(&town.city).await, &["添付ファイル"]);
    }

    // Red while a rebuild took each entry as it lay there.
    async fn a_rebuild_follows_no_entry_that_was_changed(Guide::Notice, town) {
        town.filed(draft(Guide::Notice, "mihon_kanko")).await;
        let seq = 1;
        let (entry, _) = town.city.kept_entry(seq).await.expect("read").expect("the office's entry");
        let text = String::from_utf8(entry.bytes()).expect("JSON");
        let forged = text.replace("s3-staff", "s1-staff");
        assert_ne!(text, forged);
        let bytes = town.bench.literal(forged.as_bytes());
        town.bench.tamper(&format!("UPDATE entry SET bytes = {bytes} WHERE seq = {seq}")).await;
        altered(town.city.rebuild().await);
        let bytes = town.bench.literal(text.as_bytes());
        town.bench.tamper(&format!("UPDATE entry SET bytes = {bytes} WHERE seq = {seq}")).await;
        town.bench.tamper(&format!("UPDATE entry_private SET bytes = {} WHERE seq = {seq}", town.bench.literal(b"{}"))).await;
        altered(town.city.rebuild().await);
    }
}

/// Of two listed accounts one cannot be shown: the other is, and nothing is said of the first, wherever somebody asks.
async fn without_one(town: &Town, why: &str) {
    let dir = town.bench.dir.path().join("public");
    let published = town.city.publish(&dir, &publish_to()).await.expect("the list of the others");
    assert_eq!(published.accounts, 1);
    let words = published.left_out_in_words().expect("it is told");
    assert!(words.contains(why) && words.contains("shirube ledger verify"), "{words}");
    let list = public::read(&dir).expect("the list");
    let now = list.manifest().built_at;
    let networks = Networks::standard().expect("the networks are readable");
    for (ask, expected) in [("https://x.com/mihon_kanko", "cannot_judge"), ("https://x.com/mihon_bosai", "official")] {
        assert_eq!(list.verify(ask, &networks, now).verdict.word(), expected, "{ask}");
        assert_eq!(word(town, ask).await, expected, "{ask}");
    }
}

async fn word(town: &Town, ask: &str) -> &'static str {
    another(town).verify(ask).await.expect("an answer").verdict.word()
}

fn opening() -> Opening {
    Opening {
        procedure: "opening".to_owned(),
        units: vec![UnitId::from("s1")],
        reason: Some("案内を分けるため".to_owned()),
        ..Opening::default()
    }
}

fn publish_to() -> PublishTo {
    PublishTo {
        base_url: "https://sns.mihon.example/".to_owned(),
        serving: Serving::Answers,
        notice: None,
        contact: None,
        key: None,
        valid_for: 3_600_000,
    }
}

/// The same municipality in another process, which has read nothing yet.
fn another(town: &Town) -> City {
    let code = MunicipalityCode::from(town.guide.code());
    let networks = Arc::new(Networks::standard().expect("the networks are readable"));
    City::of(&town.bench.store, &code, networks, town.machine.clone())
}

fn rewrite(town: &Town, path: &str, bytes: &[u8]) -> String {
    format!("UPDATE guideline_file SET bytes = {} WHERE path = '{path}'", town.bench.literal(bytes))
}

async fn found(city: &City) -> LedgerReport {
    city.verify_ledger(&[]).await.expect("a report")
}

fn reads(report: &LedgerReport, words: &[&str]) {
    let [told] = report.contradictions.as_slice() else { panic!("one sentence: {:?}", report.contradictions) };
    for word in words {
        assert!(told.contains(word), "{told}");
    }
}

fn altered<T: std::fmt::Debug>(answer: Result<T, ActError>) {
    match answer {
        Err(error @ ActError::Altered(_)) => {
            let told = error.to_string();
            assert!(told.contains("記録したときのものと違います") && told.contains("shirube restore"), "{told}");
        }
        other => panic!("it was used: {other:?}"),
    }
}
