use std::sync::LazyLock;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::kind::Kind;
use crate::network::{Address, NetworkId, Networks, Reading, read};

fn networks() -> &'static Networks {
    static NETWORKS: LazyLock<Networks> = LazyLock::new(|| Networks::standard().expect("the built-in networks load"));
    &NETWORKS
}

fn addresses(urls: &[&str]) -> Vec<Address> {
    let of = |url: &&str| match read(url, networks()) {
        Reading::Address(address, _) => address,
        other => panic!("{url}: {other:?}"),
    };
    urls.iter().map(of).collect()
}

fn record(name: &str, urls: &[&str], standing: Standing) -> Record {
    let addresses = addresses(urls);
    let network = addresses.first().map_or_else(NetworkId::other, |address| address.network.clone());
    Record {
        account: name.to_owned(),
        municipality: "見本市".to_owned(),
        name: name.to_owned(),
        network,
        addresses,
        url: None,
        standing,
    }
}

fn listed() -> Standing {
    Standing::Listed { since: date(2024, 4, 1), page: "https://city.mihon.example/sns/".to_owned() }
}

fn register() -> &'static Index {
    static REGISTER: LazyLock<Index> = LazyLock::new(|| Index::new(records(), vec!["city.mihon.example".to_owned()]));
    &REGISTER
}

fn records() -> Vec<Record> {
    vec![
        record("広報", &["https://x.com/mihon_city", "https://x.com/i/user/1234", "https://x.com/mihon_old"], listed()),
        record("観光", &["https://www.instagram.com/mihon_kanko"], listed()),
        record("観光X", &["https://x.com/mihon_kanko"], listed()),
        record(
            "動画",
            &["https://www.youtube.com/@mihoncity", "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv"],
            listed(),
        ),
        record("休", &["https://x.com/mihon_yasumi"], Standing::Suspended { since: date(2025, 1, 1) }),
        record("廃", &["https://x.com/mihon_hai"], Standing::closed(date(2025, 3, 31))),
        record("準備", &["https://x.com/mihon_mada"], Standing::NotYetOfficial),
        record(
            "偽",
            &["https://x.com/mihon_clty", "https://x.com/mihon_taken"],
            Standing::Impersonator { noted_on: date(2025, 5, 1) },
        ),
        record("前", &["https://x.com/mihon_new", "https://x.com/mihon_taken"], listed()),
        record("友だち", &["https://line.me/R/ti/p/@mihon", "https://lin.ee/AbCdEfG"], listed()),
    ]
}

fn word(ask: &str) -> &'static str {
    verify(ask, register(), networks()).verdict.word()
}

#[test]
fn an_account_that_an_erasure_took_off_the_list_is_not_said_to_rest_or_to_be_closed() {
    let own = Record { name: String::new(), ..record("消", &["https://x.com/mihon_kie"], Standing::Unlisted) };
    let index = Index::new(vec![own], Vec::new());
    let answer = verify("https://x.com/mihon_kie", &index, networks());
    assert_eq!(answer.verdict, Verdict::NotRegistered);
    assert!(answer.reason.contains("一覧から外されています") && !answer.reason.contains("「"), "{}", answer.reason);
    assert!(answer.advice.contains("受け取らないでください"), "{}", answer.advice);
}

#[test]
fn the_municipalitys_own_site_is_no_account() {
    let answer = verify("https://www.city.mihon.example/@mihon_city", register(), networks());
    assert_eq!(answer.verdict.word(), "cannot_judge");
    assert!(answer.reason.contains("市のウェブサイト"), "{}", answer.reason);
}

/// Red while the site's name without `www` was a page that nobody knows.
#[test]
fn the_municipalitys_own_site_is_known_with_and_without_www() {
    let index = Index::new(Vec::new(), vec!["www.city.mihon.example".to_owned()]).of(Kind::City);
    for (host, own) in [
        ("www.city.mihon.example", true),
        ("city.mihon.example", true),
        ("kids.www.city.mihon.example", true),
        ("evil.city.mihon.example", false),
        ("mihon.example", false),
        ("notcity.mihon.example", false),
    ] {
        let answer = verify(&format!("https://{host}/sns"), &index, networks());
        assert_eq!(answer.verdict.word(), "cannot_judge", "{host}");
        assert_eq!(answer.reason.contains("市のウェブサイト"), own, "{host}: {}", answer.reason);
    }
}

#[test]
fn every_standing_has_its_own_answer() {
    let cases = [
        ("https://twitter.com/Mihon_City", "official"),
        ("https://x.com/i/user/1234", "official"),
        ("https://x.com/mihon_yasumi", "suspended"),
        ("https://x.com/mihon_hai", "closed"),
        ("https://x.com/mihon_mada", "not_yet_official"),
        ("https://x.com/mihon_clty", "impersonator"),
        ("https://x.com/mihon_city2", "not_registered"),
        ("https://www.tiktok.com/@mihon_city", "no_account_on_network"),
        ("https://bit.ly/mihon", "cannot_judge"),
    ];
    for (ask, expected) in cases {
        assert_eq!(word(ask), expected, "{ask}");
    }
}

#[test]
fn other_peoples_channels_and_look_alike_hosts_are_not_vouched_for() {
    assert_eq!(word("https://www.youtube.com/channel/UCABCDEFGHIJKLMNOPQRSTUV"), "not_registered");
    let answer = verify("https://evil-twitter.example/mihon_city", register(), networks());
    assert_eq!(answer.verdict.word(), "cannot_judge");
    assert!(answer.reason.contains("よく似た"), "{}", answer.reason);
    let answer = verify("https://netflix.com/mihon_city", register(), networks());
    assert!(!answer.reason.contains("よく似た"), "{}", answer.reason);
}

#[test]
fn a_bare_handle_is_never_enough() {
    assert_eq!(word("@mihon_city"), "cannot_judge");
    assert_eq!(word("X @mihon_city"), "official");
    assert_eq!(word("@mihon_kanko"), "cannot_judge");
    assert_eq!(word("@mihon_nobody"), "cannot_judge");
    let answer = verify("@mihon_clty", register(), networks());
    assert_eq!(answer.verdict.word(), "cannot_judge");
    assert!(answer.reason.contains("なりすました"), "{}", answer.reason);
    let answer = verify("@mihon_kanko", register(), networks());
    assert!(answer.reason.contains("Instagram") && answer.reason.contains('X'), "{}", answer.reason);
}

#[test]
fn a_post_is_answered_for_the_account_that_it_names() {
    let answer = verify("https://x.com/mihon_city/status/1", register(), networks());
    assert_eq!(answer.verdict.word(), "official");
    assert!(answer.reason.contains("投稿そのものは確かめていません"), "{}", answer.reason);
    assert_eq!(word("https://x.com/mihon_clty/status/1"), "impersonator");
    assert_eq!(word("https://x.com/mihon_nobody/status/1"), "not_registered");
}

#[test]
fn a_former_name_is_the_same_account_unless_a_stranger_took_it() {
    let answer = verify("https://x.com/mihon_old", register(), networks());
    assert_eq!(answer.verdict.word(), "official");
    assert!(answer.advice.contains("https://x.com/mihon_city"), "{}", answer.advice);
    assert_eq!(word("https://x.com/mihon_taken"), "impersonator");
}

#[test]
fn a_short_link_is_official_only_if_it_is_recorded() {
    assert_eq!(word("https://lin.ee/AbCdEfG"), "official");
    assert_eq!(word("https://lin.ee/Unknown"), "cannot_judge");
}

#[test]
fn an_official_answer_carries_the_list_it_rests_on() {
    let answer = verify("https://x.com/mihon_city", register(), networks());
    let Verdict::Official(proof) = &answer.verdict else { panic!("{answer:?}") };
    assert_eq!(
        (proof.account(), proof.since(), proof.page()),
        ("広報", date(2024, 4, 1), "https://city.mihon.example/sns/")
    );
    let json = serde_json::to_value(&answer).expect("an answer is JSON");
    assert_eq!(json.get("verdict").and_then(|word| word.as_str()), Some("official"));
}

#[test]
fn the_index_survives_being_written_and_read() {
    let text = serde_json::to_string(register()).expect("an index is JSON");
    let again: Index = serde_json::from_str(&text).expect("and is read again");
    assert_eq!(&again, register());
}

proptest! {
    #[test]
    fn an_empty_register_vouches_for_nothing(ask in "\\PC{0,40}|https://(x|twitter)\\.com/[a-z_]{1,15}|@[a-z_]{1,15}") {
        let answer = verify(&ask, &Index::default(), networks());
        prop_assert!(!matches!(answer.verdict, Verdict::Official(_)));
        prop_assert!(answer.reason.ends_with('。') && answer.advice.ends_with('。'), "{answer:?}");
    }

    #[test]
    fn only_what_reads_as_a_listed_address_is_vouched_for(ask in "https://x\\.com/[a-z_]{1,15}|https://x\\.com/mihon_[a-z]{3,5}|@mihon_[a-z]{3,5}") {
        let answer = verify(&ask, register(), networks());
        if let Verdict::Official(proof) = &answer.verdict {
            let records = records();
            let stands = records.iter().any(|record| {
                record.account == proof.account()
                    && matches!(record.standing, Standing::Listed { .. })
                    && answer.reading.addresses.iter().any(|address| record.addresses.contains(address))
            });
            prop_assert!(stands, "{answer:?}");
        }
    }
}

/// A register of these records alone.
fn only(records: Vec<Record>) -> Index {
    Index::new(records, vec!["city.mihon.example".to_owned()])
}

#[test]
fn a_bare_name_leads_on_to_each_network_and_to_the_names_that_are_like_it() {
    let answer = verify("@mihon_c1ty", register(), networks());
    assert_eq!(answer.verdict.word(), "cannot_judge");
    let asks: Vec<(&str, &str)> =
        answer.ways.iter().map(|way| (way.network.as_str(), way.url.as_deref().unwrap_or_default())).collect();
    assert!(asks.contains(&("X", "https://x.com/mihon_c1ty")), "{asks:?}");
    assert!(asks.contains(&("YouTube", "https://www.youtube.com/@mihon_c1ty")), "{asks:?}");
    assert!(answer.ways.iter().all(|way| !way.copying.is_empty()));
    assert!(answer.near.iter().any(|near| near.url == "https://x.com/mihon_city"), "{:?}", answer.near);
    // What an account once was or only claims to be is nobody's own.
    assert!(
        answer.near.iter().all(|near| !near.url.contains("mihon_hai") && !near.url.contains("clty")),
        "{:?}",
        answer.near
    );
    // Each way that is shown asks a question that can be judged.
    for way in &answer.ways {
        let again = verify(way.url.as_deref().expect("a URL"), register(), networks());
        assert_ne!(again.verdict.word(), "official", "{way:?}");
    }
    let words = verify("見本市の公式アカウント", register(), networks());
    assert!(words.ways.iter().any(|way| way.network == "LINE" && way.url.is_none()), "{:?}", words.ways);
}

#[test]
fn a_page_that_was_filed_twice_counts_by_the_one_that_lives() {
    let at = |name: &str, network: &str, standing: Standing| {
        let address = Address { network: NetworkId::new(network), key: format!("{network}:mihon@social.example") };
        Record {
            account: name.to_owned(),
            municipality: "見本市".to_owned(),
            name: name.to_owned(),
            network: address.network.clone(),
            addresses: vec![address],
            url: None,
            standing,
        }
    };
    let closed = || Standing::closed(date(2025, 3, 31));
    let ask = |index: &Index| verify("https://social.example/@mihon", index, networks()).verdict;
    let both = only(vec![at("前", "misskey", closed()), at("今", "mastodon", listed())]);
    assert!(matches!(ask(&both), Verdict::Official(proof) if proof.account() == "今"));
    let twice = only(vec![at("今", "mastodon", listed()), at("同じ", "misskey", listed())]);
    assert!(matches!(ask(&twice), Verdict::Official(_)));
    assert_eq!(ask(&only(vec![at("前", "misskey", closed()), at("また", "mastodon", closed())])).word(), "closed");
    let whole = record("その他", &["https://blog.example/mihon"], listed());
    let page = Address { network: NetworkId::other(), key: "other:https://social.example/@Mihon".to_owned() };
    let other = only(vec![Record { addresses: vec![page], ..whole }]);
    assert_eq!(verify("https://social.example/@Mihon", &other, networks()).verdict.word(), "official");
    assert_eq!(ask(&other).word(), "cannot_judge", "what that service makes of capitals is not known");
}

#[test]
fn a_kind_of_name_that_nobody_was_asked_for_is_never_denied() {
    let short = only(vec![record("短", &["https://lin.ee/AbCdEfG"], listed())]);
    assert_eq!(verify("https://line.me/R/ti/p/@mihon", &short, networks()).verdict.word(), "cannot_judge");
    let told = only(vec![record("短", &["https://lin.ee/AbCdEfG", "https://line.me/R/ti/p/@mihon"], listed())]);
    assert_eq!(verify("https://line.me/R/ti/p/@mihon", &told, networks()).verdict.word(), "official");
    assert_eq!(verify("https://line.me/R/ti/p/@other", &told, networks()).verdict.word(), "not_registered");
    let handle = only(vec![record("動", &["https://www.youtube.com/@mihon"], listed())]);
    for url in ["https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv", "https://www.youtube.com/user/mihon"] {
        assert_eq!(verify(url, &handle, networks()).verdict.word(), "cannot_judge", "{url}");
    }
}

#[test]
fn an_account_is_shown_as_it_was_filed_and_the_city_speaks_beside_an_official_one_only() {
    let filed = Record {
        url: Some("https://www.facebook.com/A.Pref.Mihon".to_owned()),
        ..record("県", &["https://www.facebook.com/aprefmihon"], listed())
    };
    let index = only(vec![
        filed,
        record("休", &["https://x.com/mihon_yasumi"], Standing::Suspended { since: date(2025, 1, 1) }),
    ]);
    let says = Some("メッセージで口座番号をうかがうことはありません。");
    let answer = verify("https://m.facebook.com/a.pref.mihon", &index, networks()).with_city_text(says);
    let facts = answer.facts.expect("it is known");
    assert_eq!(facts.url.as_deref(), Some("https://www.facebook.com/A.Pref.Mihon"));
    assert_eq!(answer.reading.url.as_deref(), Some("https://www.facebook.com/A.Pref.Mihon"));
    assert_eq!(answer.city_says.as_deref(), says);
    for ask in ["https://x.com/mihon_yasumi", "https://x.com/nobody", "@mihon"] {
        assert_eq!(verify(ask, &index, networks()).with_city_text(says).city_says, None, "{ask}");
    }
    assert_eq!(verify("https://facebook.com/aprefmihon", &index, networks()).with_city_text(Some(" ")).city_says, None);
}

#[test]
fn a_page_without_the_sign_and_the_name_with_it_may_be_one_account() {
    let index = Index::new(vec![record("図書館", &["https://hiroba.example.jp/mihon_toshokan"], listed())], Vec::new());
    for ask in ["@mihon_toshokan@hiroba.example.jp", "https://hiroba.example.jp/@Mihon_Toshokan"] {
        let answer = verify(ask, &index, networks());
        assert_eq!(answer.verdict, Verdict::CannotJudge, "{ask}: a listed account is not denied");
        assert_eq!(answer.near.len(), 1, "{ask}: and is named");
    }
    let other = verify("@mihon_kanko@hiroba.example.jp", &index, networks());
    assert_eq!(other.verdict, Verdict::NotRegistered);
}

/// Red while the name of a page was denied that is listed by its number alone.
#[test]
fn a_name_is_denied_only_where_every_account_of_ours_has_one() {
    let ask = |index: &Index, url: &str| verify(url, index, networks());
    for (numbered, named, name) in [
        (
            "https://www.facebook.com/profile.php?id=100064000000001",
            "https://www.facebook.com/mihon",
            "https://www.facebook.com/somebody",
        ),
        ("https://x.com/i/user/1234", "https://x.com/mihon", "https://x.com/somebody"),
        ("https://mihon.note.jp/", "https://note.com/mihon", "https://note.com/somebody"),
        (
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv",
            "https://www.youtube.com/@mihon",
            "https://www.youtube.com/@somebody",
        ),
        ("https://lin.ee/AbCdEfG", "https://line.me/R/ti/p/@mihon", "https://line.me/R/ti/p/@somebody"),
    ] {
        let answer = ask(&only(vec![record("番号", &[numbered], listed())]), name);
        assert_eq!(answer.verdict.word(), "cannot_judge", "{name}: {}", answer.reason);
        assert!(answer.advice.contains(numbered) && answer.advice.contains("見くらべ"), "{}", answer.advice);
        let both = only(vec![record("両方", &[numbered, named], listed())]);
        assert_eq!(ask(&both, name).verdict.word(), "not_registered", "{name}");
        let closed = record("廃", &[numbered], Standing::closed(date(2025, 3, 31)));
        let ended = only(vec![closed, record("名", &[named], listed())]);
        assert_eq!(ask(&ended, name).verdict.word(), "not_registered", "{name}: a closed one is nobody's");
    }
}

#[test]
fn what_was_never_listed_is_told_so_and_an_older_index_is_read_as_before() {
    let on = date(2025, 3, 31);
    let never = record("前", &["https://x.com/mihon_mae"], Standing::Closed { on, past: Past::NeverListed });
    let answer = verify("https://x.com/mihon_mae", &only(vec![never]), networks());
    assert_eq!(answer.verdict, Verdict::Closed);
    assert!(answer.reason.contains("一覧にのったことはありません"), "{}", answer.reason);
    let old: Standing = serde_json::from_str(r#"{"is":"closed","on":"2025-03-31"}"#).expect("as it was written");
    assert_eq!(old, Standing::closed(on));
    assert_eq!(serde_json::to_string(&old).expect("JSON"), r#"{"is":"closed","on":"2025-03-31"}"#);
}

#[test]
fn of_a_record_that_cannot_be_read_nothing_is_said_and_nobody_is_denied_for_it() {
    let withheld = record("壊", &["https://x.com/mihon_city"], Standing::Withheld);
    let index = only(vec![withheld.clone(), record("他", &["https://x.com/mihon_kanko"], listed())]);
    let word = |ask: &str, index: &Index| verify(ask, index, networks()).verdict.word();
    assert_eq!(word("https://x.com/mihon_city", &index), "cannot_judge");
    assert_eq!(word("https://x.com/mihon_kanko", &index), "official");
    assert_eq!(
        word("https://x.com/somebody", &index),
        "not_registered",
        "it is known which addresses cannot be judged"
    );
    let nowhere =
        only(vec![Record { addresses: Vec::new(), ..withheld }, record("他", &["https://x.com/a_kanko"], listed())]);
    for ask in ["https://x.com/somebody", "https://www.tiktok.com/@somebody"] {
        assert_eq!(word(ask, &nowhere), "cannot_judge", "{ask}: it may be this one");
    }
    assert_eq!(word("https://x.com/a_kanko", &nowhere), "official");
}
