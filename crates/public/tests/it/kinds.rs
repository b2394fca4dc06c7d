//! A town is a 町, a prefecture a 県, a union a 組合: no page and no answer says 市 of them.

use crate::{files, is, town};
use domain::network::Networks;
use domain::verification::{Index, Record};
use public::{Bundle, Language, Serving};

/// What is asked, so that every sort of answer is given.
const ASKS: [&str; 22] = [
    "https://x.com/mihon_town",
    "https://x.com/mihon_town/status/1",
    "https://x.com/mihon_event",
    "https://x.com/mihon_t0wn",
    "https://x.com/nobody_here",
    "https://x.com/mihon_townを見て",
    "https://x.com/i/user/123456",
    "https://www.tiktok.com/@mihon_town",
    "@mihon_town",
    "@mihon_t0wn",
    "@nobody_here",
    "https://mstdn.example/@nobody",
    "https://mstdn.example/@mihon_town@other.example",
    "https://www.town.example.jp/sns/",
    "https://blog.example.org/",
    "https://x-com.example/mihon_town",
    "https://bit.ly/abc",
    "https://lin.ee/abc",
    "javascript:alert(1)",
    "こんにちは",
    "",
    "https://x.com/a https://x.com/b",
];

/// The bundle of a municipality with this name and code, with or without anything on its list.
fn of(name: &str, code: &str, empty: bool) -> Bundle {
    let mut bundle = town::bundle();
    bundle.site.municipality_name = name.into();
    bundle.site.municipality_code = code.into();
    bundle.site.title = "公式アカウント一覧".into();
    for record in &mut bundle.records {
        record.municipality = code.into();
    }
    let named = |mut record: Record| {
        record.municipality = name.into();
        record
    };
    let records = Vec::<Record>::from(town::index(&bundle.records)).into_iter().map(named).collect();
    bundle.index = Index::new(records, vec!["www.town.example.jp".into()]);
    if empty {
        bundle.records.clear();
        bundle.changes.clear();
        bundle.index = Index::default();
    }
    bundle
}

// Red while every answer said 市.
#[test]
fn nothing_that_citizens_read_says_市_of_what_is_none() {
    let networks = Networks::standard().unwrap();
    for (name, code, word) in [
        ("見本町", "999999", "町"),
        ("見本県（見本）", "999999", "県"),
        ("見本村", "999999", "村"),
        ("見本府", "999999", "府"),
        ("見本区", "999999", "区"),
        ("見本町外三か村環境組合", "999999", "組合"),
        ("見本広域連合", "999999", "広域連合"),
        ("みほん", "999999", "団体"),
    ] {
        for empty in [false, true] {
            let bundle = of(name, code, empty);
            let mut texts: Vec<(String, String)> = files(&bundle)
                .into_iter()
                .filter(|(path, _)| !is(path, "svg"))
                .filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?)))
                .collect();
            let dir = tempfile::tempdir().unwrap();
            public::export(dir.path(), &bundle).unwrap();
            let loaded = public::read(dir.path()).unwrap();
            let mut said = false;
            for ask in ASKS {
                let answer = loaded.verify(ask, &networks, town::BUILT);
                said |= answer.reason.contains(&format!("{word}の")) || answer.advice.contains(&format!("{word}の"));
                texts.push((format!("answer to {ask}"), format!("{} {}", answer.reason, answer.advice)));
                for language in [Language::Japanese, Language::English] {
                    let page = public::verify_page(&loaded, Some(ask), Some(&answer), language).unwrap();
                    texts.push((format!("page for {ask}"), String::from_utf8(page).unwrap()));
                }
                let late = loaded.verify(ask, &networks, town::VALID + 1);
                texts.push((format!("late answer to {ask}"), format!("{} {}", late.reason, late.advice)));
            }
            assert!(said, "{name}: no answer speaks of the {word}");
            for (place, text) in texts {
                for wrong in ["市の", "市が", "市は", "市に", "市を", "市か", "市と", "市民"] {
                    assert!(!text.contains(wrong), "{name}, {place}: {wrong}");
                }
            }
        }
    }
    let city = of("見本市", "999999", false);
    assert_eq!(city.site.serving, Serving::Answers);
    let dir = tempfile::tempdir().unwrap();
    public::export(dir.path(), &city).unwrap();
    let answer = public::read(dir.path()).unwrap().verify("https://x.com/nobody_here", &networks, town::BUILT);
    assert_eq!(answer.reason, "Xのこのアカウントは、市の公式アカウントには登録されていません。");
}
