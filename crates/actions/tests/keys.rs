//! A key makes one act of one person happen once, and is good for nothing else; on both engines.

use actions::{
    AccountNoted, ActError, Attached, ImpersonatorNoted, Opening, Recorded, RulingOrder, SendingBack, Stepping,
};
use domain::act::{By, SetPractice};
use domain::evidence::Evidence;
use domain::id::{CaseId, MunicipalityCode, UnitId};
use domain::refusal::RefusalKind;
use jiff::civil::date;
use store::Read as _;
use testkit::{Guide, Town, draft, on, on_both, who};

const KEY: &str = "a key that a form carried";
const PDF: &[u8] = b"%PDF-1.7 a copy of a filing";

on_both! {
    async fn the_same_act_is_answered_as_before_and_any_other_use_is_refused(Guide::Notice, town) {
        let once = town.city.open(&opening("観光の案内を分けるため"), &who("s1-staff"), Some(KEY)).await.expect("opened");
        let again = town.city.open(&opening("観光の案内を分けるため"), &who("s1-staff"), Some(KEY)).await.expect("known");
        assert_eq!(once, again);
        let size = entries(town).await;

        let other_words = town.city.open(&opening("催しを知らせるため"), &who("s1-staff"), Some(KEY)).await;
        insta::allow_duplicates! { insta::assert_snapshot!(other_words.as_ref().expect_err("refused"), @r"
        この送信の鍵は、すでに別の記録に使われています。今回の内容は、記録していません。
        次にすること：前に送ったものが記録されているかを、一覧で確かめてください。今回の内容も記録するときは、もう一度送ってください。
        ") }
        let yesterday = By { on: date(2026, 5, 31), ..who("s1-staff") };
        for (what, got) in [
            ("another content", other_words),
            ("another person", town.city.open(&opening("観光の案内を分けるため"), &who("s1-head"), Some(KEY)).await),
            ("another division", town.city.open(&opening("観光の案内を分けるため"), &who("s2-staff"), Some(KEY)).await),
            ("another day", town.city.open(&opening("観光の案内を分けるため"), &yesterday, Some(KEY)).await),
        ] {
            refused(what, &got);
        }
        for (what, got) in every_other_act(town, &once, KEY).await {
            refused(what, &got);
        }
        assert_eq!(entries(town).await, size, "nothing was recorded");
        // Without a key, and with one of its own, the same words are another act.
        town.city.open(&opening("観光の案内を分けるため"), &who("s1-staff"), Some("another key")).await.expect("opened");
        town.city.open(&opening("観光の案内を分けるため"), &who("s1-staff"), None).await.expect("opened");
    }

    async fn each_act_is_answered_once_more_however_far_things_went_on(Guide::Notice, town) {
        let opened = town.city.open(&opening("観光の案内を分けるため"), &who("s1-staff"), Some("k1")).await.expect("opened");
        let case = CaseId::from(opened.case.as_deref().expect("a case"));
        let policy = draft(Guide::Notice, "mihon");
        let drafting = Stepping { policy: Some(policy), ..on(&case.0, "draft", Evidence::Policy) };
        let drafted = town.city.step(&drafting, &who("s1-staff"), Some("k2")).await.expect("drafted");
        let filing = Stepping { seen: Some(1), ..on(&case.0, "file", Evidence::Filing { paper: None }) };
        refused("a used key", &town.city.step(&filing, &who("s1-head"), Some("k2")).await);
        let filing = Stepping { seen: None, ..filing };
        let filed = town.city.step(&filing, &who("s1-head"), Some("k3")).await.expect("filed");
        let back = SendingBack {
            case: case.clone(),
            step: "receive".to_owned(),
            reasons: vec![("purpose".to_owned(), "目的が読み取れません。".to_owned())],
            attachments: Vec::new(),
            seen: None,
        };
        let returned = town.city.return_case(&back, &who("s3-staff"), Some("k4")).await.expect("sent back");
        assert_eq!(town.city.return_case(&back, &who("s3-staff"), Some("k4")).await.expect("known"), returned);
        let withdrawn = town.city.withdraw(&case, "事情が変わったため", &who("s1-head"), Some("k5")).await.expect("over");
        assert_eq!(town.city.withdraw(&case, "事情が変わったため", &who("s1-head"), Some("k5")).await.expect("known"), withdrawn);
        refused("other words", &town.city.withdraw(&case, "気が変わったため", &who("s1-head"), Some("k5")).await);
        // The case has ended; what was done in it is still answered as it was.
        assert_eq!(town.city.step(&drafting, &who("s1-staff"), Some("k2")).await.expect("known"), drafted);
        assert_eq!(town.city.step(&filing, &who("s1-head"), Some("k3")).await.expect("known"), filed);
    }

    async fn a_file_sent_again_is_the_same_by_its_bytes_and_its_name(Guide::Notice, town) {
        let case = town.opens("s1-staff").await.case.expect("a case");
        town.drafts(&case, "s1-staff", draft(Guide::Notice, "mihon")).await.expect("drafted");
        let with = async |bytes: &[u8], name: &str| {
            let (key, _) = testkit::keep(&town.city, bytes).await.expect("kept");
            Stepping {
                attachments: vec![Attached { key, name: name.to_owned() }],
                ..on(&case, "file", Evidence::Filing { paper: None })
            }
        };
        let first = with(PDF, "写し.pdf").await;
        let filed = town.city.step(&first, &who("s1-head"), Some(KEY)).await.expect("filed");
        assert_eq!(town.city.step(&first, &who("s1-head"), Some(KEY)).await.expect("known"), filed);
        // A browser sends the file anew, and it waits under another key.
        let again = with(PDF, "写し.pdf").await;
        assert_eq!(town.city.step(&again, &who("s1-head"), Some(KEY)).await.expect("known"), filed);
        refused("other bytes", &town.city.step(&with(b"%PDF-1.7 another", "写し.pdf").await, &who("s1-head"), Some(KEY)).await);
        refused("another name", &town.city.step(&with(PDF, "別紙.pdf").await, &who("s1-head"), Some(KEY)).await);
        let without = on(&case, "file", Evidence::Filing { paper: None });
        refused("no file", &town.city.step(&without, &who("s1-head"), Some(KEY)).await);
    }

    async fn a_key_whose_words_were_erased_is_good_for_nothing_more(Guide::Notice, town) {
        let order = opening("ひみつの理由");
        let opened = town.city.open(&order, &who("s1-staff"), Some(KEY)).await.expect("opened");
        town.city.erase(opened.seq, "総第1号").await.expect("erased");
        refused("what a key is bound to follows from the words", &town.city.open(&order, &who("s1-staff"), Some(KEY)).await);
    }
}

/// Every other act that takes a key, by the person who used it.
async fn every_other_act(town: &Town, opened: &Recorded, key: &str) -> Vec<(&'static str, Result<Recorded, ActError>)> {
    let (city, by, key) = (&town.city, who("s1-staff"), Some(key));
    let case = CaseId::from(opened.case.as_deref().expect("a case"));
    let account = AccountNoted {
        network: "x".to_owned(),
        name: "みほん".to_owned(),
        url: "https://x.com/mihon_mae".to_owned(),
        units: vec![UnitId::from("s1")],
        ..AccountNoted::default()
    };
    let impersonator = ImpersonatorNoted {
        network: "x".to_owned(),
        url: "https://x.com/mihon_nise".to_owned(),
        ..ImpersonatorNoted::default()
    };
    let leaf = "within:opening/list".parse().expect("a leaf");
    let practice = SetPractice { leaf, value: 5, reason: "体制に合わせるため".to_owned() };
    let ruling =
        RulingOrder { title: "扱い".to_owned(), words: "こうする。".to_owned(), ..RulingOrder::default() };
    let drafting = Stepping { policy: Some(draft(Guide::Notice, "mihon")), ..on(&case.0, "draft", Evidence::Policy) };
    vec![
        ("a step", city.step(&drafting, &by, key).await),
        ("a draft", city.submit_draft(&case, None, 1, &by, key).await),
        ("a return", city.send_back(&case, "receive", &[], None, &by, key).await),
        ("a withdrawal", city.withdraw(&case, "事情が変わったため", &by, key).await),
        ("an account", city.note_account(&account, &by, key).await),
        ("an impersonator", city.note_impersonator(&impersonator, &by, key).await),
        ("the end of one", city.clear_impersonator(&"i1".into(), &by, key).await),
        ("a figure", city.set_practice(&practice, &by, key).await),
        ("a ruling", city.rule(&ruling, &by, key).await),
    ]
}

fn opening(reason: &str) -> Opening {
    Opening {
        procedure: "opening".to_owned(),
        units: vec![UnitId::from("s1")],
        reason: Some(reason.to_owned()),
        ..Opening::default()
    }
}

#[track_caller]
fn refused(what: &str, got: &Result<Recorded, ActError>) {
    let Err(ActError::Refused(refusal)) = got else { panic!("{what}: {got:?}") };
    assert_eq!(refusal.kind, RefusalKind::KeyUsed, "{what}: {refusal:?}");
}

async fn entries(town: &Town) -> u64 {
    let code = MunicipalityCode::from(town.guide.code());
    town.bench.store.of(&code).reading().await.expect("a reading").head().await.expect("read").expect("a head").size()
}
