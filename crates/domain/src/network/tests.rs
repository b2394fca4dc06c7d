use std::sync::LazyLock;

use super::*;
use proptest::prelude::*;

fn networks() -> &'static Networks {
    static NETWORKS: LazyLock<Networks> = LazyLock::new(|| Networks::standard().expect("the built-in networks load"));
    &NETWORKS
}

/// The key of the one account that a text names.
fn key(text: &str) -> String {
    match read(text, networks()) {
        Reading::Address(address, _) => address.key,
        other => format!("{other:?}"),
    }
}

fn reason(text: &str) -> Unclear {
    match read(text, networks()) {
        Reading::Unclear { reason } => reason,
        other => panic!("{text} was read as {other:?}"),
    }
}

fn no_account(text: &str) -> bool {
    matches!(reason(text), Unclear::NoAccount { .. } | Unclear::Elsewhere(_) | Unclear::LeadsOn { .. })
}

#[test]
fn twitter_was_called_twitter_until_the_day_it_was_renamed() {
    let networks = networks();
    let x = networks.get(&NetworkId::new("x")).expect("x is a network");
    assert_eq!(x.label_on(jiff::civil::date(2023, 7, 23)), "Twitter");
    assert_eq!(x.label_on(jiff::civil::date(2023, 7, 24)), "X");
    assert_eq!(x.label(), "X");
}

#[test]
fn every_way_of_typing_a_network_is_one_network() {
    let networks = networks();
    for typed in [
        "Twitter",
        "ツイッター",
        "X",
        "Ｘ",
        "エックス",
        "旧Twitter",
        "ﾂｲｯﾀｰ",
        "Ｘ（旧Ｔｗｉｔｔｅｒ）",
        "X (旧Twitter)",
    ] {
        assert_eq!(networks.named(typed).map(|network| network.id().as_str()), Some("x"), "{typed}");
    }
    assert_eq!(networks.named("Facebook・英語").map(|network| network.id().as_str()), Some("facebook"));
    assert_eq!(networks.named("LINE公式アカウント").map(|network| network.id().as_str()), Some("line"));
    assert!(networks.named("ミクシィ").is_none());
}

#[test]
fn two_networks_cannot_claim_one_host() {
    let text = include_str!("../../networks.toml").replace("[\"bsky.app\"]", "[\"x.com\"]");
    assert!(matches!(Networks::parse(&text), Err(LoadError::Twice { .. })));
}

#[test]
fn a_broken_shape_is_refused_when_the_file_is_loaded() {
    let text = include_str!("../../networks.toml").replace("/profile/{id}\"", "/profile/{id\"");
    assert!(matches!(Networks::parse(&text), Err(LoadError::Pattern { .. })));
    let text = include_str!("../../networks.toml").replace("/i/user/{id}\"", "/i/user/{number}\"");
    assert!(matches!(Networks::parse(&text), Err(LoadError::NoSuchKind { .. })));
    assert!(matches!(Networks::parse("format = ["), Err(LoadError::Syntax(_))));
}

#[test]
fn spellings_of_one_account_are_one_key() {
    let forms = [
        "https://x.com/mihon_city",
        "http://twitter.com/Mihon_City",
        "https://www.twitter.com/mihon_city/",
        "https://mobile.twitter.com/mihon_city?lang=ja",
        "x.com/mihon_city",
        "//x.com/mihon_city",
        "https://x.com/@mihon_city",
        "https://X.COM:443/mihon_city#top",
        "https://x.com/%6Dihon_city",
        "https://x.com/mihon_city/media",
        "X @mihon_city",
        "ツイッター：mihon_city",
        "「https://x.com/mihon_city」",
        "　https://x.com/mihon_city\n",
    ];
    for form in forms {
        assert_eq!(key(form), "x:mihon_city", "{form}");
    }
}

#[test]
fn each_network_has_its_own_keys() {
    let cases = [
        ("https://x.com/i/user/12345", "x:id:12345"),
        ("https://ja-jp.facebook.com/Mihon.City/", "facebook:mihoncity"),
        ("https://m.facebook.com/profile.php?id=100064123456789&sk=about", "facebook:id:100064123456789"),
        ("https://www.facebook.com/people/見本市/100064123456789/", "facebook:id:100064123456789"),
        ("https://www.facebook.com/p/見本市-100064123456789", "facebook:id:100064123456789"),
        ("https://www.instagram.com/mihon.city/?igshid=abc", "instagram:mihon.city"),
        ("https://line.me/R/ti/p/%40Mihon", "line:@mihon"),
        ("https://page.line.me/mihon", "line:@mihon"),
        ("https://lin.ee/AbCdEfG", "line:lin.ee/AbCdEfG"),
        ("https://www.youtube.com/@MihonCity/videos", "youtube:@mihoncity"),
        ("https://youtube.com/@%E8%A6%8B%E6%9C%AC%E5%B8%82", "youtube:@見本市"),
        ("https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv", "youtube:UCabcdefghijklmnopqrstuv"),
        ("https://www.youtube.com/c/mihon", "youtube:c/mihon"),
        ("https://www.threads.net/@mihon_city", "threads:mihon_city"),
        ("https://www.tiktok.com/@mihon_city?lang=ja", "tiktok:mihon_city"),
        ("https://bsky.app/profile/Mihon.bsky.social/post/abc", "bluesky:mihon.bsky.social"),
        ("https://bsky.app/profile/did:plc:abcdefghijklmnopqrstuvwx", "bluesky:did:plc:abcdefghijklmnopqrstuvwx"),
        ("https://mstdn.jp/@mihon", "mastodon:mihon@mstdn.jp"),
        ("@mihon@mstdn.jp", "mastodon:mihon@mstdn.jp"),
        ("https://misskey.io/@mihon", "misskey:mihon@misskey.io"),
        ("https://note.com/mihon_city", "note:mihon_city"),
        ("https://blog.example.jp/mihon/?utm_source=a&p=1#x", "other:https://blog.example.jp/mihon?p=1"),
    ];
    for (text, expected) in cases {
        assert_eq!(key(text), expected, "{text}");
    }
}

#[test]
fn a_channel_id_keeps_its_capitals() {
    assert_ne!(
        key("https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv"),
        key("https://www.youtube.com/channel/UCABCDEFGHIJKLMNOPQRSTUV")
    );
}

#[test]
fn a_host_that_only_ends_like_a_network_is_another_site() {
    for host in ["evilx.com", "x.com.evil.example", "x-com.example", "х.com"] {
        let read = read(&format!("https://{host}/mihon_city"), networks());
        assert!(matches!(&read, Reading::Address(it, _) if it.network == NetworkId::other()), "{host}: {read:?}");
    }
}

#[test]
fn a_url_made_to_be_misread_is_no_address() {
    assert_eq!(reason("https://x.com@evil.example/mihon_city"), Unclear::Userinfo);
    assert_eq!(reason("https://evil.example@x.com/mihon_city"), Unclear::Userinfo);
    assert_eq!(reason("https://@x.com/mihon_city"), Unclear::Userinfo);
    assert_eq!(reason("https://x.com:8443/mihon_city"), Unclear::Port(8443));
    assert_eq!(reason("javascript:alert(1)"), Unclear::Scheme("javascript".to_owned()));
    assert_eq!(reason("ftp://x.com/mihon_city"), Unclear::Scheme("ftp".to_owned()));
    assert_eq!(reason("https://192.0.2.1/mihon_city"), Unclear::NumberHost);
    assert_eq!(reason("https://x.com/mihon\u{200b}_city"), Unclear::Invisible);
    assert_eq!(reason("https://x.com/mihon%2f_city"), Unclear::NotAUrl);
    assert!(matches!(
        reason("https://x.com/m\u{456}hon_city"),
        Unclear::Name { fault: NameFault::Character('\u{456}'), .. }
    ));
    assert!(matches!(reason("@evil@x.com/mihon_city?"), Unclear::NotAnAddress));
}

#[test]
fn a_misspelt_scheme_is_named() {
    for (typed, found) in [
        ("https;//x.com/a", "https;//"),
        ("ttps://x.com/a", "ttps://"),
        ("https//x.com/a", "https//"),
        ("http://https://x.com/a", "http://"),
        ("https：//x.com/a", "https：//"),
    ] {
        match reason(typed) {
            Unclear::Typo { found: is, .. } => assert_eq!(is, found),
            other => panic!("{typed}: {other:?}"),
        }
    }
    assert!(reason("https;//x.com/a").message(networks()).contains("https;//"));
}

#[test]
fn pages_that_are_no_account_say_so() {
    for text in [
        "https://x.com/",
        "x.com",
        "https://x.com/home",
        "https://x.com/search?q=mihon",
        "https://x.com/i/web/status/1",
        "https://www.youtube.com/watch?v=abc",
        "https://youtu.be/abc",
        "https://bit.ly/abc",
        "https://t.co/abc",
        "https://l.facebook.com/l.php?u=https://x.com/a",
        "https://www.facebook.com/groups/123",
        "https://help.x.com/mihon_city",
        "https://line.me/ti/g2/abc",
        "https://vm.tiktok.com/abc",
    ] {
        assert!(no_account(text), "{text}");
    }
    assert!(matches!(reason("https://facebook.com/profile.php?id=12345&id=67890"), Unclear::NoAccount { .. }));
    assert_eq!(reason("見本市公式"), Unclear::NotAnAddress);
    assert_eq!(
        reason("Instagram https://x.com/mihon"),
        Unclear::Disagreement { said: NetworkId::new("instagram"), is: NetworkId::new("x") }
    );
}

#[test]
fn a_post_names_an_account() {
    let read = read("https://x.com/mihon_city/status/123?s=20", networks());
    assert!(matches!(read, Reading::Post { candidates, .. } if candidates[0].key == "x:mihon_city"));
}

#[test]
fn a_server_only_claims_an_account_of_another_server() {
    let read = read("https://mstdn.jp/@mihon@misskey.io", networks());
    assert!(matches!(read, Reading::Claimed { candidates, .. } if candidates[0].key == "misskey:mihon@misskey.io"));
}

#[test]
fn a_bare_handle_may_be_on_any_network() {
    let Reading::Handle { candidates } = read("＠ｍｉｈｏｎ＿ｃｉｔｙ", networks()) else {
        panic!("not a handle")
    };
    let keys: Vec<&str> = candidates.iter().map(|it| it.key.as_str()).collect();
    for key in ["x:mihon_city", "instagram:mihon_city", "youtube:@mihon_city", "line:@mihon_city"] {
        assert!(keys.contains(&key), "{key} of {keys:?}");
    }
    assert!(!keys.iter().any(|key| key.starts_with("bluesky:")), "a Bluesky handle has a dot: {keys:?}");
}

#[test]
fn a_look_alike_letter_is_never_the_letter() {
    // The Kelvin sign becomes k under any wide folding.
    assert_ne!(key("https://www.youtube.com/@\u{212a}oho"), "youtube:@koho");
    assert_ne!(key("https://www.youtube.com/@烏居市"), key("https://www.youtube.com/@鳥居市"));
}

fn file(url: &str, network: &str) -> Result<Filed, AddressProblem> {
    for_filing(url, Chosen::Known(&NetworkId::new(network)), &["city.mihon.example"], networks())
}

#[test]
fn a_filed_url_is_kept_with_its_warnings() {
    let Filed { address, notices, .. } = file("http://twitter.com/mihon_city", "x").expect("the network's own page");
    assert_eq!(address.key, "x:mihon_city");
    assert_eq!(notices, [Notice::Http, Notice::Symbols(vec!['_'])]);
    let Filed { address, notices, .. } = file("https://lin.ee/AbCdEfG", "line").expect("the network's own short link");
    assert_eq!(address.key, "line:lin.ee/AbCdEfG");
    assert!(notices.contains(&Notice::OwnShortLink));
    let Filed { address, .. } =
        file("https://social.example/@mihon", "mastodon").expect("any server may be a Mastodon");
    assert_eq!(address.key, "mastodon:mihon@social.example");
}

#[test]
fn a_url_that_cannot_be_filed_says_why_and_what_next() {
    let networks = networks();
    let problems = [
        (file(" ", "x"), "空です"),
        (file("○○○", "x"), "のままです"),
        (file("未定", "x"), "のままです"),
        (file("https;//x.com/mihon", "x"), "https;//"),
        (file("@mihon_city", "x"), "ユーザー名やアプリのリンクでは届け出られません"),
        (file("https://www.city.mihon.example/sns", "x"), "公式サイトです"),
        (file("https://www.instagram.com/mihon", "x"), "Instagram"),
        (file("https://evilx.com/mihon", "x"), "Xのサイトではありません"),
        (file("https://x.com/mihon/status/1", "x"), "投稿のＵＲＬ"),
        (file("https://bit.ly/abc", "x"), "短縮"),
        (file("https://x.com/home", "x"), "アカウントのページではありません"),
    ];
    for (result, words) in problems {
        let problem = result.expect_err(words);
        assert!(problem.message(networks).contains(words), "{problem:?}: {}", problem.message(networks));
        assert!(problem.next(networks).ends_with('。'), "{problem:?}");
    }
}

#[test]
fn another_service_needs_its_name_and_a_page_of_its_own() {
    let networks = networks();
    let other = |url: &str, name: &str| for_filing(url, Chosen::Other { name }, &["city.mihon.example"], networks);
    assert_eq!(
        other("https://mixi.example/mihon/", "ミクシィ").map(|filed| filed.address.key),
        Ok("other:https://mixi.example/mihon".to_owned())
    );
    assert_eq!(other("https://mixi.example/mihon", "　"), Err(AddressProblem::NameMissing));
    assert_eq!(
        other("https://mixi.example/@mihon", "マストドン"),
        Err(AddressProblem::NameIsKnown { is: NetworkId::new("mastodon") })
    );
    assert!(matches!(other("https://x.com/mihon", "ミクシィ"), Err(AddressProblem::OtherNetwork { .. })));
    assert!(matches!(other("https://city.mihon.example/", "ミクシィ"), Err(AddressProblem::OwnSite { .. })));
    assert_eq!(other("http://mixi.example/mihon", "ミクシィ"), Err(AddressProblem::NotHttps));
}

/// Whether an address stands in a text, as it is or as it was written so that nobody opens it.
fn stands_in(text: &str, taken: &str) -> bool {
    text.contains(taken) || refanged(text).is_some_and(|plain| plain.contains(taken))
}

/// Texts that are near to addresses, so that the interesting paths are walked.
fn near_addresses() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(vec!["https://", "http://", "", "//", "https:", "https;//", "HTTPS://"]);
    let host = prop::sample::select(vec![
        "x.com",
        "twitter.com",
        "www.facebook.com",
        "instagram.com",
        "line.me",
        "page.line.me",
        "lin.ee",
        "youtube.com",
        "threads.com",
        "tiktok.com",
        "bsky.app/profile",
        "mstdn.jp",
        "misskey.io",
        "note.com",
        "social.example",
        "evilx.com",
    ]);
    let tail = "[/@a-zA-Z0-9_.%?=&#:\\\\ -]{0,30}|/@?[a-zA-Z0-9_.]{3,20}/?|/channel/UC[A-Za-z0-9_-]{22}|/profile.php\\?id=[0-9]{6,15}|/R/ti/p/@[a-z0-9]{3,9}|/@\\PC{3,10}";
    (scheme, host, tail).prop_map(|(scheme, host, tail)| format!("{scheme}{host}{tail}"))
}

proptest! {
    #[test]
    fn the_canonical_url_reads_as_the_same_account(text in near_addresses()) {
        let networks = networks();
        let again = |address: &Address| read(&canonical_url(address, networks), networks);
        match read(&text, networks) {
            Reading::Address(address, _) => {
                prop_assert!(matches!(again(&address), Reading::Address(same, _) if same == address), "{:?}", again(&address));
            }
            Reading::Handle { candidates } | Reading::Server { candidates } | Reading::Claimed { candidates, .. } | Reading::Post { candidates, .. } => for address in candidates {
                let same = match again(&address) {
                    Reading::Address(same, _) => same == address,
                    // An account that may be one of several may be read as the server or the post that it may also be.
                    Reading::Server { candidates } | Reading::Post { candidates, .. } => candidates.contains(&address),
                    _ => false,
                };
                prop_assert!(same, "{address:?}: {:?}", again(&address));
            },
            Reading::Within { taken, .. } => prop_assert!(stands_in(&text, &taken), "{taken}"),
            Reading::Unclear { reason } => {
                prop_assert!(!reason.message(networks).is_empty());
                prop_assert!(reason.next().ends_with('。'));
            }
        }
    }

    #[test]
    fn no_text_breaks_the_reading(text in "\\PC{0,60}|[\\x00-\\x7f]{0,60}|.{0,20}") {
        let networks = networks();
        let _ = read(&text, networks);
        let _ = for_filing(&text, Chosen::Known(&NetworkId::new("x")), &[], networks);
        let _ = for_filing(&text, Chosen::Other { name: &text }, &[], networks);
    }

    #[test]
    fn capitals_scheme_and_old_host_do_not_make_another_account(handle in "[A-Za-z0-9_]{4,15}") {
        let forms = [
            format!("https://x.com/{}", handle.to_ascii_uppercase()),
            format!("http://mobile.twitter.com/{handle}/?ref_src=a"),
            format!("twitter.com/{}", handle.to_ascii_lowercase()),
        ];
        let keys: Vec<String> = forms.iter().map(|form| key(form)).collect();
        prop_assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
    }
}

#[test]
fn a_combining_mark_is_part_of_a_name_and_one_spelling_of_it() {
    assert_eq!(key("https://www.youtube.com/@เทศบาลตำบลมิฮอน"), "youtube:@เทศบาลตำบลมิฮอน");
    assert_eq!(key("https://www.youtube.com/@नगरपालिका"), "youtube:@नगरपालिका");
    // か and a mark behind it are が, however the keyboard wrote it.
    assert_eq!(key("https://www.youtube.com/@みほんか\u{3099}く"), "youtube:@みほんがく");
    assert_ne!(key("https://www.youtube.com/@mihon\u{301}"), key("https://www.youtube.com/@mihon"));
    assert!(matches!(reason("https://www.youtube.com/@\u{e34}mihon"), Unclear::Name { fault: NameFault::Shape, .. }));
    // Composing must not make a letter of what only looks like one.
    assert_ne!(key("https://www.youtube.com/@\u{212a}oho"), "youtube:@koho");
}

#[test]
fn one_page_is_one_account_whatever_it_was_filed_as() {
    let networks = networks();
    let page = "https://social.example/@mihon";
    let filed = |chosen| for_filing(page, chosen, &[], networks).expect("a page of a server").address;
    let (mastodon, misskey) = (NetworkId::new("mastodon"), NetworkId::new("misskey"));
    let all = [
        filed(Chosen::Known(&mastodon)),
        filed(Chosen::Known(&misskey)),
        filed(Chosen::Other { name: "市民サーバー" }),
    ];
    for one in &all {
        for other in &all {
            assert!(one.is_same(other), "{one:?} {other:?}");
            assert!(one.keys(networks).contains(&other.key), "{:?} lacks {}", one.keys(networks), other.key);
        }
    }
    let capital = for_filing("https://social.example/@Mihon", Chosen::Other { name: "市民サーバー" }, &[], networks);
    let capital = capital.expect("a page").address;
    assert!(all[0].is_same(&capital) && !all[0].is_exactly(&capital), "no second account, and no vouching either");
    assert!(!all[2].is_same(&capital), "what another service makes of capitals is not known");
}

#[test]
fn a_server_that_names_itself_shows_its_own_account() {
    assert_eq!(key("https://mstdn.jp/@mihon@mstdn.jp"), "mastodon:mihon@mstdn.jp");
    assert_eq!(key("https://misskey.io/@mihon@misskey.io"), "misskey:mihon@misskey.io");
    let read = read("https://social.example/@mihon@social.example", networks());
    assert!(
        matches!(read, Reading::Server { ref candidates } if candidates[0].key == "mastodon:mihon@social.example"),
        "{read:?}"
    );
}

#[test]
fn a_short_link_is_filed_with_the_name_that_it_hides() {
    let networks = networks();
    for url in [
        "https://lin.ee/AbCdEfG @mihon",
        "https://lin.ee/AbCdEfG（@mihon）",
        "https://lin.ee/AbCdEfG https://line.me/R/ti/p/@mihon",
    ] {
        let filed = file(url, "line").expect(url);
        assert_eq!(filed.address.key, "line:lin.ee/AbCdEfG");
        assert_eq!(filed.other.as_ref().map(|it| it.key.as_str()), Some("line:@mihon"), "{url}");
        assert_eq!(is_told(&filed.address, filed.other.as_ref(), networks), Ok(()));
    }
    let alone = file("https://lin.ee/AbCdEfG", "line").expect("the network's own short link");
    let problem = is_told(&alone.address, None, networks).expect_err("whose it is");
    assert!(problem.message(networks).contains("「@」で始まるID"), "{}", problem.message(networks));
    let old = file("https://www.youtube.com/mihoncity UCabcdefghijklmnopqrstuv", "youtube").expect("an old custom URL");
    assert_eq!(old.address.key, "youtube:plain/mihoncity");
    assert_eq!(old.other.map(|it| it.key), Some("youtube:UCabcdefghijklmnopqrstuv".to_owned()));
    assert!(file("https://x.com/mihon @other", "x").is_err(), "another handle is another account");
}

#[test]
fn a_stable_id_is_taken_out_of_a_url_and_blamed_by_its_own_name() {
    let networks = networks();
    let channel = file("https://www.youtube.com/@mihoncity", "youtube").expect("a channel").address;
    let id = |text: &str| other_name(&channel, text, networks);
    for text in ["UCabcdefghijklmnopqrstuv", " https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/videos "] {
        assert_eq!(id(text).map(|it| it.key), Ok("youtube:UCabcdefghijklmnopqrstuv".to_owned()));
    }
    let problem = id("https://www.youtube.com/@mihoncity").expect_err("no id in it");
    let words = problem.message(networks);
    assert!(words.contains("「サービスが付けた変わらない番号」の欄") && words.contains("チャンネルID"), "{words}");
    let page = file("https://www.facebook.com/mihon.city", "facebook").expect("a page").address;
    let number = other_name(&page, "https://www.facebook.com/profile.php?id=100064000000001", networks);
    assert_eq!(number.map(|it| it.key), Ok("facebook:id:100064000000001".to_owned()));
    let insta = file("https://www.instagram.com/mihon/", "instagram").expect("an account").address;
    assert!(other_name(&insta, "12345", networks).expect_err("none there").next(networks).contains("空のまま"));
}

#[test]
fn an_address_is_shown_as_it_was_filed_on_every_network() {
    let cases = [
        (
            "https://facebook.com/a.pref.mihon",
            "facebook",
            "https://www.facebook.com/a.pref.mihon",
            Some("a.pref.mihon"),
        ),
        ("http://twitter.com/Mihon_City?lang=ja", "x", "https://x.com/Mihon_City", Some("Mihon_City")),
        ("https://instagram.com/Mihon.City/", "instagram", "https://www.instagram.com/Mihon.City/", Some("Mihon.City")),
        ("https://page.line.me/Mihon", "line", "https://line.me/R/ti/p/@Mihon", Some("@Mihon")),
        ("https://youtube.com/@MihonCity/videos", "youtube", "https://www.youtube.com/@MihonCity", Some("@MihonCity")),
        ("https://www.threads.net/@Mihon.City", "threads", "https://www.threads.com/@Mihon.City", Some("Mihon.City")),
        ("https://www.tiktok.com/@Mihon.City", "tiktok", "https://www.tiktok.com/@Mihon.City", Some("Mihon.City")),
        (
            "https://bsky.app/profile/Mihon.bsky.social",
            "bluesky",
            "https://bsky.app/profile/Mihon.bsky.social",
            Some("Mihon.bsky.social"),
        ),
        ("https://mstdn.jp/@Mihon", "mastodon", "https://mstdn.jp/@Mihon", Some("Mihon@mstdn.jp")),
        ("https://social.example/@Mihon", "misskey", "https://social.example/@Mihon", Some("Mihon@social.example")),
        ("https://note.com/Mihon_city", "note", "https://note.com/Mihon_city", Some("Mihon_city")),
        (
            "https://facebook.com/profile.php?id=100064123456789",
            "facebook",
            "https://www.facebook.com/profile.php?id=100064123456789",
            None,
        ),
    ];
    for (typed, network, url, handle) in cases {
        let filed = file(typed, network).expect(typed);
        assert_eq!((filed.url.as_str(), filed.handle.as_deref()), (url, handle), "{typed}");
        let again = file(&filed.url, network).expect("what is shown can be filed");
        assert_eq!(again.address, filed.address, "{typed}");
    }
}

#[test]
fn an_account_on_a_host_of_its_own_can_be_filed() {
    let networks = networks();
    let filed = file("https://mihon-city.note.jp/", "note").expect("a host of its own");
    assert_eq!(
        (filed.address.key.as_str(), filed.url.as_str()),
        ("note:site/mihon-city.note.jp", "https://mihon-city.note.jp/")
    );
    let other = |url: &str, name: &str| for_filing(url, Chosen::Other { name }, &[], networks);
    assert!(matches!(other("https://mihon-city.note.jp/", "note"), Err(AddressProblem::OtherNetwork { .. })));
    // Each refusal led to the other: "choose その他" and "choose note".
    let own = other("https://note.mihon.example/", "note").expect("a host that no list can know");
    assert_eq!(own.address.key, "other:https://note.mihon.example/");
    // The network's own help pages are no account under either name, and nothing sends people round in a circle.
    assert!(matches!(
        other("https://help.x.com/mihon", "X"),
        Err(AddressProblem::Unreadable(Unclear::NoAccount { .. }))
    ));
}

#[test]
fn filing_warns_of_a_host_as_the_verification_does() {
    let networks = networks();
    let like = |filed: Result<Filed, AddressProblem>| {
        let notices = filed.expect("it can be filed").notices;
        notices.iter().any(|notice| matches!(notice, Notice::LikeNetwork { .. }))
    };
    assert!(like(for_filing("https://evil-twitter.example/mihon", Chosen::Other { name: "掲示板" }, &[], networks)));
    assert!(like(file("https://facebook.com.example/@mihon", "mastodon")));
    assert!(!like(for_filing("https://board.example/mihon", Chosen::Other { name: "掲示板" }, &[], networks)));
    let problem = file("https://twitter-login.example/mihon", "x").expect_err("no page of X");
    assert!(problem.message(networks).contains("名前のよく似た別のサイト"), "{}", problem.message(networks));
}

#[test]
fn what_stands_around_a_filed_url_is_named_and_the_url_is_offered() {
    for typed in
        ["https://x.com/mihon_city。", "https://x.com/mihon_city（外部サイト）", "URL：https://x.com/mihon_city"]
    {
        let problem = file(typed, "x").expect_err(typed);
        assert_eq!(problem, AddressProblem::Surrounded { taken: "https://x.com/mihon_city".to_owned() }, "{typed}");
    }
}

/// Red when the refusal asked for a user name, and a user name was refused again.
#[test]
fn a_user_name_in_the_field_of_a_url_is_answered_with_the_url_to_write() {
    let networks = networks();
    let next = |typed: &str, network: &str| file(typed, network).expect_err(typed).next(networks);
    for (typed, network, url) in [
        ("@mihon_city", "x", "https://x.com/mihon_city"),
        ("mihon_city", "instagram", "https://www.instagram.com/mihon_city/"),
        ("＠ｍｉｈｏｎ＿ｃｉｔｙ", "tiktok", "https://www.tiktok.com/@mihon_city"),
        ("@mihon_city", "youtube", "https://www.youtube.com/@mihon_city"),
        ("LINE @mihon-city", "line", "https://line.me/R/ti/p/@mihon-city"),
        ("line://ti/p/@mihon-city", "line", "https://line.me/R/ti/p/@mihon-city"),
        ("@mihon@social.example", "misskey", "https://social.example/@mihon"),
    ] {
        let next = next(typed, network);
        assert!(next.contains(&format!("「{url}」と書いてください")), "{typed}: {next}");
        assert!(file(url, network).is_ok(), "{url}: what is said can be filed");
    }
    for typed in ["@みほん", "見本市の公式", "@", "X", "https://x.com/mihon\u{200b}", "X @見本市"] {
        let problem = file(typed, "x").expect_err(typed);
        let words = problem.next(networks);
        assert!(words.contains("アドレス欄の「https://」") && !words.contains("ユーザー名"), "{typed}: {words}");
    }
    let other = for_filing("@mihon", Chosen::Other { name: "掲示板" }, &[], networks).expect_err("no URL");
    assert!(other.next(networks).contains("アドレス欄の「https://」"), "{other:?}");
}

#[test]
fn no_two_networks_claim_one_app() {
    let text = include_str!("../../networks.toml").replace("apps = [\"fb\"]", "apps = [\"twitter\"]");
    assert!(matches!(Networks::parse(&text), Err(LoadError::Twice { .. })));
}

// Red while two slashes of a path were taken for those behind a scheme, where no scheme was written.
#[test]
fn two_slashes_in_a_path_are_told_with_a_scheme_and_without() {
    for text in ["https://x.com//mihon_city", "//x.com//mihon_city", "x.com//mihon_city", "social.example//@mihon"] {
        let reading = read(text, networks());
        assert!(matches!(reading, Reading::Unclear { reason: Unclear::DoubleSlash, .. }), "{text}: {reading:?}");
    }
}
