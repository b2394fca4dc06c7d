//! What the city settled, what happened, and what is found: the reading rooms.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use domain::ledger::{check_proof, public_key};
use testkit::{Guide, draft};

use crate::desk::{Client, Desk, Got, SEED};

#[tokio::test]
async fn a_figure_that_the_text_leaves_open_is_changed_with_its_reason_and_keeps_its_past() {
    let desk = Desk::open(Guide::Notice).await;
    let central = desk.sign_in("s3-staff").await;
    let path = "practices?leaf=within:opening/list";
    let form = central.get(path).await;
    assert!(form.read().contains("掲載までの日数は原文にない"), "{}", form.read());
    let key = form.field("key").expect("a key");
    let today = form.field("on").expect("a day");
    let fields = |value: &'static str, reason: &'static str| {
        vec![
            ("key", key.clone()),
            ("leaf", "within:opening/list".to_owned()),
            ("on", today.clone()),
            ("value", value.to_owned()),
            ("reason", reason.to_owned()),
        ]
    };
    let refused = post(&central, "practices", &fields("５", " ")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let read = refused.read();
    assert!(read.contains("市の運用の値を変える理由がありません。") && read.contains("次にすること"), "{read}");
    assert_eq!(refused.field("value").as_deref(), Some("５"), "what was typed is there");
    let done = post(&central, "practices", &fields("５", "年末の体制に合わせるため")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.read());
    let after = central.get(done.location()).await.read();
    assert!(
        after.contains("番に記録しました") && after.contains("5開庁日") && after.contains("年末の体制に合わせるため"),
        "{after}"
    );
    let procedure = central.get("guideline/procedures/opening").await.read();
    assert!(procedure.contains("5開庁日以内"), "the procedure counts by it: {procedure}");
    // Sent twice, it is one act.
    assert_eq!(
        post(&central, "practices", &fields("５", "年末の体制に合わせるため")).await.location(),
        done.location()
    );
    // Somebody else reads it and cannot change it.
    let officer = desk.sign_in("s1-staff").await;
    assert!(officer.get(path).await.field("value").is_none());
    assert_eq!(post(&officer, "practices", &fields("9", "理由")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_figure_that_a_clause_gives_is_shown_with_the_clause_and_cannot_be_asked_for() {
    for guide in [Guide::Notice, Guide::Decision, Guide::Committee] {
        let desk = Desk::open(guide).await;
        let central = desk.sign_in("s3-head").await;
        let read = central.get("practices").await.read();
        let loaded = desk.city.guideline_in_force().await.expect("a guideline");
        for (fixed, clause) in domain::practice::fixed_leaves(&loaded.guideline) {
            assert!(read.contains(&fixed.label) && read.contains(&clause.0), "{}: {read}", fixed.label);
            let asked = central.get(&format!("practices?leaf={}", fixed.leaf)).await;
            assert_eq!(asked.status, StatusCode::NOT_FOUND, "{}", fixed.leaf);
        }
    }
}

#[tokio::test]
async fn a_ruling_is_made_by_the_authority_and_read_beside_the_version_it_was_made_on() {
    let desk = Desk::open(Guide::Notice).await;
    let head = desk.sign_in("s3-head").await;
    let form = head.get("rulings").await;
    assert!(form.read().contains("定めのない事項は、広報室長が決めます。"), "{}", form.read());
    let (key, on) = (form.field("key").expect("a key"), form.field("on").expect("a day"));
    let fields = |words: &'static str| {
        [
            ("key", key.clone()),
            ("on", on.clone()),
            ("title", "縦読み動画の扱い".to_owned()),
            ("words", words.to_owned()),
            ("clause", "T2".to_owned()),
            ("about", String::new()),
            ("document_number", "広第12号".to_owned()),
        ]
        .to_vec()
    };
    let refused = post(&head, "rulings", &fields(" ")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.field("title").as_deref(), Some("縦読み動画の扱い"));
    assert!(refused.read().contains("決定の内容がありません。"), "{}", refused.read());
    let made = post(&head, "rulings", &fields("対象とする。")).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.read());
    let officer = desk.sign_in("s1-staff").await;
    let page = officer.get(made.location()).await;
    for words in ["縦読み動画の扱い", "対象とする。", "広第12号", "根拠："] {
        assert!(page.read().contains(words), "{words}: {}", page.read());
    }
    let hash = desk.city.guideline_in_force().await.expect("a guideline").hash.clone();
    assert!(page.html().contains(&format!("guideline?version={hash}")));
    assert!(officer.get("rulings").await.field("title").is_none(), "only the authority is offered the form");
    assert_eq!(officer.get("rulings/r999").await.status, StatusCode::NOT_FOUND);
    let clerk = desk.sign_in("s3-staff").await;
    assert!(clerk.get("rulings").await.field("title").is_none(), "nor is the rest of the central office");
    for other in [&officer, &clerk] {
        let told = post(other, "rulings", &fields("対象としない。")).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN);
        assert!(told.read().contains("定めのない事項の決定は、広報室長が行います。"), "{}", told.read());
        assert!(told.read().contains("ガイドライン 7(2)"), "{}", told.read());
    }
    assert_eq!(desk.city.rulings(None, 10).await.expect("a log").rows.len(), 1);
}

#[tokio::test]
async fn where_a_committee_rules_a_member_records_it_and_the_central_office_is_told_who_does() {
    let desk = Desk::open(Guide::Committee).await;
    let member = desk.sign_in("k1-head").await;
    let form = member.get("rulings").await;
    assert!(form.read().contains("定めのない事項は、ソーシャルメディア運営委員会が決めます。"), "{}", form.read());
    let (key, on) = (form.field("key").expect("a key"), form.field("on").expect("a day"));
    let fields = |present: &'static str| {
        [
            ("key", key.clone()),
            ("on", on.clone()),
            ("title", "動画の字幕の扱い".to_owned()),
            ("words", "字幕を付ける。".to_owned()),
            ("held_on", on.clone()),
            ("present", present.to_owned()),
        ]
        .to_vec()
    };
    let few = post(&member, "rulings", &fields("2")).await;
    assert_eq!(few.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(few.read().contains("定足数は3名ですが、出席は2名です。"), "{}", few.read());
    assert_eq!(few.field("title").as_deref(), Some("動画の字幕の扱い"), "what was typed is there");
    for other in ["s3-head", "s3-staff", "s1-head"] {
        let other = desk.sign_in(other).await;
        let page = other.get("rulings").await;
        assert!(page.field("title").is_none() && page.read().contains("ソーシャルメディア運営委員会が決めます。"));
        let told = post(&other, "rulings", &fields("3")).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN);
        let told = told.read();
        assert!(told.contains("定めのない事項の決定は、ソーシャルメディア運営委員会が行います。"), "{told}");
        assert!(told.contains("第13条") && told.contains("依頼してください。"), "{told}");
    }
    assert!(desk.city.rulings(None, 10).await.expect("a log").rows.is_empty());
    let made = post(&member, "rulings", &fields("3")).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.read());
    let read = desk.sign_in("s1-staff").await.get(made.location()).await.read();
    assert!(read.contains("字幕を付ける。") && read.contains("広報委員長"), "{read}");
}

#[tokio::test]
async fn where_the_guideline_names_nobody_the_central_office_is_told_what_to_do_instead() {
    let desk = Desk::open(Guide::Decision).await;
    let central = desk.sign_in("s3-head").await;
    let page = central.get("rulings").await;
    assert!(page.field("title").is_none() && page.read().contains("だれが決めるかの定めがありません。"));
    let fields = [("key", "k1"), ("on", "2026-06-01"), ("title", "扱い"), ("words", "こうする。")];
    let refused = central.post("rulings", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.read().contains("ガイドラインを改正するか、庁内の決裁で定めてください。"), "{}", refused.read());
    assert_eq!(desk.sign_in("s1-head").await.post("rulings", &fields).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_ledger_is_read_in_sentences_and_each_entry_can_be_proven() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    let drafted = desk.town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
    let central = desk.sign_in("s3-staff").await;
    let all = central.get("ledger").await.read();
    let at = |words: &str| all.find(words).unwrap_or_else(|| panic!("{words}: {all}"));
    let (opened, drafted_at) = (at(&format!("案件{case}を始めました")), at("「利用方針の作成」を行いました"));
    assert!(drafted_at < opened, "the newest first: {all}");
    let of_case = central.get(&format!("ledger?about={case}")).await.read();
    assert!(of_case.contains("利用方針の作成") && !of_case.contains("ガイドラインとして登録しました"), "{of_case}");
    let entry = central.get(&format!("ledger/{}", drafted.seq)).await;
    assert!(entry.read().contains("step_done") && entry.read().contains("verify_ledger.py"), "{}", entry.read());
    let proof = central.get(&format!("ledger/{}/proof", drafted.seq)).await;
    assert!(proof.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "text/plain; charset=utf-8"));
    let (proven, _) = check_proof(&proof.html(), &public_key(&SEED)).expect("a proof");
    assert_eq!(proven.seq, drafted.seq);
    assert_eq!(central.get("ledger/99999").await.status, StatusCode::NOT_FOUND);
    assert_eq!(central.get("ledger/99999/proof").await.status, StatusCode::NOT_FOUND);
    let past = central.get("ledger?day=2000-01-01").await.read();
    assert!(past.contains("あてはまる記録はありません。"), "{past}");
    assert_eq!(desk.sign_in("s1-staff").await.get("ledger").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_search_finds_what_may_be_seen_and_says_where_it_looked() {
    let desk = Desk::open(Guide::Notice).await;
    let case = desk.town.opens("s1-staff").await.case.expect("a case");
    desk.town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon_kanko")).await.expect("drafted");
    let own = desk.sign_in("s1-staff").await;
    let found = own.get("search?q=mihon_kanko").await;
    assert!(found.html().contains(&format!("/cases/{case}\"")), "{}", found.read());
    let stranger = desk.sign_in("s2-staff").await.get("search?q=mihon_kanko").await.read();
    assert!(stranger.contains("見つかりませんでした") && stranger.contains("をさがしました"), "{stranger}");
    let office = own.get("search?q=観光課長").await.html();
    assert!(office.contains("office/people/s1-head") && office.contains("office/units/s1"), "{office}");
    let clause = own.get("search?q=届出").await.html();
    assert!(clause.contains("guideline#T"), "{clause}");
}

async fn post(client: &Client, path: &str, fields: &[(&str, String)]) -> Got {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.post(path, &fields).await
}
