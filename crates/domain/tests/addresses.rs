//! No listed account is denied: whatever stands around its address, the answer is "official" or "cannot judge".

use std::sync::LazyLock;

use domain::network::{Address, Chosen, NetworkId, Networks, Reading, for_filing, read, refanged};
use domain::verification::{Index, Record, Standing, Verdict, verify};
use jiff::civil::date;
use proptest::prelude::*;

static NETWORKS: LazyLock<Networks> = LazyLock::new(|| Networks::standard().expect("the built-in networks load"));

/// The text around an address; the address takes the place of `{}`.
const AROUND: [&str; 52] = [
    "{}",
    "　{}　",
    "「{}」",
    "『{}』",
    "（{}）",
    "({})",
    "【{}】",
    "[{}]",
    "<{}>",
    "“{}”",
    "\"{}\",",
    "'{}'",
    "`{}`",
    "**{}**",
    "_{}_",
    "~~{}~~",
    "{}。",
    "{}、",
    "{}.",
    "{}！",
    "{}？",
    "{}…",
    "{}(外部サイト)",
    "{}（外部サイトへ移動します）",
    "{}［新しいウインドウ］",
    "URL:{}",
    "URL：{}",
    "公式アカウント→{}",
    "👉{}👈",
    "👇️\n{}",
    "▼公式はこちら▼\n{}\n▲ここまで▲",
    "・{}",
    "> {}",
    "{} #みほん市 #広報",
    "みほん市の公式アカウントは {} です。",
    "みほん市（{}）をご覧ください",
    "詳しくは{}　まで",
    "{}をフォローしてください",
    "{}公式",
    "[みほん市]({})",
    "<a href=\"{}\">みほん市</a>",
    "Follow us: {}",
    "{} - みほん市公式",
    "1.{}",
    "2-3.{}",
    "-{}",
    "①{}②",
    "❶{}次の項目",
    "URL;TYPE=WORK:{}",
    "item1.URL:{}",
    "BEGIN:VCARD\nFN:みほん市\nURL:{}\nTEL:000-000-0000\nEND:VCARD",
    "{}\nお問い合わせは広報課まで（koho@city.mihon.example）",
];

/// An account, and every form in which its address is met.
struct Known {
    filed: &'static [&'static str],
    forms: &'static [&'static str],
}

const KNOWN: [Known; 14] = [
    Known {
        filed: &["https://x.com/mihon_city", "https://x.com/i/user/9001"],
        forms: &[
            "https://x.com/mihon_city",
            "http://twitter.com/Mihon_City/",
            "mobile.twitter.com/mihon_city?lang=ja",
            "https://x.com/@mihon_city",
            "https://x.com/mihon_city/with_replies",
            "https://x.com/mihon_city/lists",
            "https://x.com/mihon_city/status/12345?s=20",
            "https://x.com/i/user/9001",
            "https://twitter.com/intent/follow?screen_name=mihon_city",
            "https://twitter.com/intent/user?user_id=9001",
        ],
    },
    Known {
        filed: &["https://www.facebook.com/a.pref.mihon", "https://www.facebook.com/profile.php?id=100064000000001"],
        forms: &[
            "https://www.facebook.com/a.pref.mihon",
            "https://www.facebook.com/aprefmihon/photos_stream",
            "m.facebook.com/A.Pref.Mihon/about_details",
            "https://www.facebook.com/pg/a.pref.mihon/posts/",
            "https://www.facebook.com/a.pref.mihon/posts/pfbid0abc",
            "https://www.facebook.com/profile.php?id=100064000000001&sk=about",
            "https://www.facebook.com/100064000000001/about/",
            "https://www.facebook.com/100064000000001/posts/1",
            "https://www.facebook.com/people/見本県/100064000000001/",
            "https://www.facebook.com/p/見本県-100064000000001/reviews",
            "https://www.facebook.com/permalink.php?story_fbid=1&id=100064000000001",
        ],
    },
    Known {
        filed: &["https://www.instagram.com/mihon_city/"],
        forms: &[
            "https://www.instagram.com/mihon_city/?igsh=abc",
            "instagram.com/Mihon_City/tagged/",
            "https://www.instagram.com/mihon_city/p/CxAbC/",
            "https://www.instagram.com/_u/mihon_city/",
            "https://www.instagram.com/n/mihon_city/",
            "https://www.instagram.com/stories/mihon_city/",
        ],
    },
    Known {
        filed: &["https://line.me/R/ti/p/@mihon-city", "https://lin.ee/AbCd123"],
        forms: &[
            "https://line.me/R/ti/p/@mihon-city",
            "https://line.me/R/ti/p/%40Mihon-City",
            "https://page.line.me/mihon-city?openQrModal=true",
            "https://liff.line.me/1645278921-kWRPP32q/?accountId=mihon-city",
            "https://lin.ee/AbCd123",
            "https://line.me/R/home/public/main?id=mihon-city",
        ],
    },
    Known {
        filed: &["https://lin.ee/OnlyShort"],
        forms: &["https://lin.ee/OnlyShort", "https://line.me/R/ti/p/@unknown"],
    },
    Known {
        filed: &["https://www.youtube.com/@mihoncity", "https://www.youtube.com/channel/UCMihonCityKoho-00000001"],
        forms: &[
            "https://www.youtube.com/@MihonCity/videos",
            "https://www.youtube.com/channel/UCMihonCityKoho-00000001/membership",
            "https://www.youtube.com/c/mihonkoho",
            "https://www.youtube.com/user/mihonkoho",
            "https://www.youtube.com/mihonkoho",
            "UCMihonCityKoho-00000001",
        ],
    },
    Known {
        filed: &["https://www.youtube.com/@みほん市議会", "https://www.youtube.com/channel/UCMihonShigikai_00000002"],
        forms: &[
            "https://www.youtube.com/@みほん市議会",
            "https://www.youtube.com/@%E3%81%BF%E3%81%BB%E3%82%93%E5%B8%82%E8%AD%B0%E4%BC%9A/streams",
        ],
    },
    Known {
        filed: &["https://www.youtube.com/@เทศบาลมิฮอน", "https://www.youtube.com/channel/UCMihonThai_____00000003"],
        forms: &["https://www.youtube.com/@เทศบาลมิฮอน", "https://youtube.com/@เทศบาลมิฮอน/videos"],
    },
    Known {
        filed: &["https://www.threads.com/@mihon_city"],
        forms: &["https://www.threads.net/@mihon_city", "https://www.threads.com/@mihon_city/post/AbC"],
    },
    Known {
        filed: &["https://www.tiktok.com/@mihon_city"],
        forms: &["https://www.tiktok.com/@mihon_city?lang=ja", "https://www.tiktok.com/@mihon_city/video/712345"],
    },
    Known {
        filed: &[
            "https://bsky.app/profile/mihon.bsky.social",
            "https://bsky.app/profile/did:plc:abcdefghijklmnopqrstuvwx",
        ],
        forms: &[
            "https://bsky.app/profile/mihon.bsky.social/followers",
            "https://bsky.app/profile/did:plc:abcdefghijklmnopqrstuvwx/post/3kabc",
            "did:plc:abcdefghijklmnopqrstuvwx",
            "@mihon.bsky.social",
        ],
    },
    Known {
        filed: &["https://mstdn.jp/@mihon"],
        forms: &[
            "https://mstdn.jp/@Mihon/",
            "https://mstdn.jp/users/mihon",
            "https://mstdn.jp/@mihon@mstdn.jp",
            "https://mstdn.jp/@mihon/112345",
            "@mihon@mstdn.jp",
        ],
    },
    Known {
        filed: &["https://note.com/mihon_city"],
        forms: &[
            "https://note.com/mihon_city",
            "https://note.com/mihon_city/n/n0123",
            "https://note.mu/mihon_city/archives/2025",
        ],
    },
    Known {
        filed: &["https://blog.example.jp/mihon"],
        forms: &["https://blog.example.jp/mihon/", "https://blog.example.jp/mihon?utm_source=koho"],
    },
];

fn address(url: &str) -> Address {
    match read(url, &NETWORKS) {
        Reading::Address(address, _) => address,
        other => panic!("{url} was read as {other:?}"),
    }
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let record = |known: &Known| {
        let addresses: Vec<Address> = known.filed.iter().map(|url| address(url)).collect();
        let network = addresses.first().map_or_else(NetworkId::other, |first| first.network.clone());
        let page = "https://city.mihon.example/sns/".to_owned();
        Record {
            account: known.filed[0].to_owned(),
            municipality: "見本市".to_owned(),
            name: "見本".to_owned(),
            network,
            addresses,
            url: Some(known.filed[0].to_owned()),
            standing: Standing::Listed { since: date(2024, 4, 1), page },
        }
    };
    Index::new(KNOWN.iter().map(record).collect(), vec!["city.mihon.example".to_owned()])
});

/// Whether an account's address in this text is found official; an error where it is denied, or taken for another account.
fn is_found(known: &Known, text: &str) -> Result<bool, String> {
    let answer = verify(text, &INDEX, &NETWORKS);
    match &answer.verdict {
        Verdict::Official(proof) if proof.account() == known.filed[0] => Ok(true),
        Verdict::CannotJudge if !answer.reason.is_empty() && !answer.ways.is_empty() => Ok(false),
        other => Err(format!("{text:?} is {}: {} {:?}", other.word(), answer.reason, answer.reading)),
    }
}

#[test]
fn no_listed_account_is_denied_in_any_text() {
    let mut wrong = Vec::new();
    let mut official = 0;
    let mut asked = 0;
    for known in &KNOWN {
        for form in known.forms {
            for around in AROUND {
                let text = around.replace("{}", form);
                asked += 1;
                match is_found(known, &text) {
                    Ok(found) => official += usize::from(found),
                    Err(why) => wrong.push(why),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked} denied:\n{}", wrong.len(), wrong.join("\n"));
    // Somebody who only ever answers "cannot judge" denies nobody either.
    assert!(official * 10 >= asked * 8, "only {official} of {asked} were found official");
}

#[test]
fn an_address_alone_is_official_or_says_what_is_missing() {
    for known in &KNOWN {
        for form in known.forms {
            let word = verify(form, &INDEX, &NETWORKS).verdict.word();
            let untold = ["/@unknown", "/c/mihonkoho", "/user/mihonkoho", "youtube.com/mihonkoho"];
            let expected = if untold.iter().any(|end| form.ends_with(end)) { "cannot_judge" } else { "official" };
            assert_eq!(word, expected, "{form}");
        }
    }
}

/// Red when the letters of the sentence were taken for letters of the server.
#[test]
fn a_name_with_its_server_ends_where_the_sentence_begins() {
    let known = KNOWN.iter().find(|known| known.filed == ["https://mstdn.jp/@mihon"]).expect("one of a server");
    for around in ["{}をフォローしてください", "{}公式", "みほん市の公式アカウントは{}です。", "{}。", "「{}」"]
    {
        let text = around.replace("{}", "@mihon@mstdn.jp");
        assert_eq!(is_found(known, &text), Ok(true), "{text}");
    }
}

/// Whether an address stands in a text, as it is or as it was written so that nobody opens it.
fn stands_in(text: &str, taken: &str) -> bool {
    text.contains(taken) || refanged(text).is_some_and(|plain| plain.contains(taken))
}

/// A chain of numbers that is the same in every run: the short form of `fuzz/fuzz_targets/address_reader.rs`.
struct Chain(u64);

impl Chain {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % most.max(1)
    }
}

/// Changes a question at some places: letters are put in, taken out, doubled, or taken from another question.
fn changed(question: &str, other: &str, chain: &mut Chain) -> String {
    const SIGNS: [char; 24] = [
        '\u{0}', '\n', ' ', '　', '@', '＠', '/', '／', '.', '。', ':', '%', '(', '（', '_', 'а', 'Ａ', '市', 'を',
        '\u{200b}', '\u{202e}', '\u{301}', '👇', '#',
    ];
    let mut letters: Vec<char> = question.chars().collect();
    for _ in 0..=chain.below(4) {
        let at = chain.below(letters.len() + 1);
        match chain.below(4) {
            0 => letters.insert(at, SIGNS[chain.below(SIGNS.len())]),
            1 if at < letters.len() => {
                letters.remove(at);
            }
            2 => letters.truncate(at),
            _ => {
                letters.splice(at..at, other.chars().skip(chain.below(12)).take(24));
            }
        }
    }
    letters.into_iter().collect()
}

#[test]
fn whatever_is_done_to_a_question_the_reader_answers_and_vouches_for_nobody_on_an_empty_list() {
    let corpora = [include_str!("verification/corpus.toml"), include_str!("verification/corpus-second.toml")];
    let asks: Vec<&str> =
        corpora.iter().flat_map(|text| text.lines()).filter_map(|line| line.split('"').nth(1)).collect();
    assert!(asks.len() > 1_000, "{}", asks.len());
    let mut chain = Chain(0x9e37_79b9_7f4a_7c15);
    let nobody = Index::default();
    for _ in 0..1_500 {
        let (ask, other) = (asks[chain.below(asks.len())], asks[chain.below(asks.len())]);
        let text = changed(ask, other, &mut chain);
        if let Reading::Within { taken, .. } = read(&text, &NETWORKS) {
            assert!(stands_in(&text, &taken), "{taken:?} does not stand in {text:?}");
        }
        let answer = verify(&text, &nobody, &NETWORKS);
        assert!(!matches!(answer.verdict, Verdict::Official(_)), "{text:?}");
        assert!(!answer.reason.is_empty() && !answer.advice.is_empty(), "{text:?}");
        for network in ["x", "line", "youtube", "mastodon"] {
            let _ = for_filing(&text, Chosen::Known(&NetworkId::new(network)), &["city.example"], &NETWORKS);
        }
        let _ = for_filing(&text, Chosen::Other { name: "掲示板" }, &[], &NETWORKS);
    }
}

/// Letters that stand before or behind an address, and what an address can be torn or disguised with.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        " ",
        "　",
        "\n",
        "\r\n",
        "\t",
        "。",
        "、",
        "（",
        "）",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        "\"",
        "'",
        "`",
        "*",
        "_",
        "-",
        ".",
        ",",
        ":",
        ";",
        "!",
        "?",
        "/",
        "@",
        "#",
        "&",
        "=",
        "%",
        "…",
        "・",
        "→",
        "を",
        "公式",
        "ー",
        "ﾈ",
        "市",
        "а",
        "Ａ",
        "１",
        "한",
        "ข",
        "👇",
        "\u{fe0f}",
        "\u{200d}",
        "\u{200b}",
        "\u{202e}",
        "x",
        "jp",
        "city",
        "https://",
        "URL:",
        "http",
        "evil.example",
        "@evil",
        "x.com/",
        "koho@city.example",
        "lin.ee/",
        "%E3%81",
        "\\",
        "|",
        "{",
        "~",
        "^",
    ]);
    prop::collection::vec(scrap, 0..5).prop_map(|scraps| scraps.concat())
}

/// What leads somewhere else and is no address that the reader reads.
const ELSEWHERE: [&str; 16] = [
    "偽.com",
    "みほん市.みんな/",
    "пример.рф/a",
    "xn--u1a.xn--p1ai",
    "x。com/evil",
    "evil．example",
    "ｅｖｉｌ．ｃｏｍ",
    "evil｡com",
    "192.0.2.7",
    "１９２．０．２．７/a",
    "127.1/evil",
    "[2001:db8::1]/",
    "0x7f.1/evil",
    "prize@evil.example",
    "fb://profile/1",
    "hxxp://evil[.]example",
];

// Red while what the reader does not read stood beside an official address as if it were a sentence.
#[test]
fn nothing_is_vouched_for_in_a_text_of_which_a_part_may_lead_elsewhere() {
    let mut wrong = Vec::new();
    for known in &KNOWN {
        for form in known.forms {
            for other in ELSEWHERE {
                for text in [
                    format!("{form} {other}"),
                    format!("{other}（{form}）"),
                    format!("本物は「{other}」、{form} は前のもの"),
                    format!("{form}は前のもので、本物は{other}です"),
                    format!("本物は{other}、{form}は前のもの"),
                ] {
                    let word = verify(&text, &INDEX, &NETWORKS).verdict.word();
                    if word != "cannot_judge" {
                        wrong.push(format!("{text:?} is {word}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

// Red while a bracket or a middle dot ended a name wherever it stood.
#[test]
fn nothing_is_vouched_for_whose_name_may_go_on() {
    for name in ["https://x.com/mihon_city", "x.com/mihon_city", "https://www.instagram.com/mihon_city"] {
        for behind in [
            "^x",
            "|x",
            "`x",
            "{x}",
            "(x",
            "・偽",
            "･偽",
            "…・偽",
            "…",
            "..",
            "＿偽",
            "－偽",
            "．偽",
            "／偽",
            "‐偽",
            "-偽",
            ".偽",
            "_偽",
            "~偽",
            "ー",
            "々",
            "〇",
            "＾偽",
            "゛",
            "+偽",
            "〜偽",
        ] {
            let answer = verify(&format!("{name}{behind}"), &INDEX, &NETWORKS);
            assert_eq!(answer.verdict.word(), "cannot_judge", "{name}{behind}: {}", answer.reason);
        }
    }
    for before in ["公式", "偽ｘ", "で", "偽-", "偽é"] {
        let answer = verify(&format!("{before}x.com/mihon_city"), &INDEX, &NETWORKS);
        assert_eq!(answer.verdict.word(), "cannot_judge", "{before}: {}", answer.reason);
    }
}

proptest! {
    #[test]
    fn an_official_address_in_any_of_the_texts_is_never_denied(
        known in 0..KNOWN.len(), form in any::<prop::sample::Index>(),
        outer in prop::sample::select(AROUND.to_vec()), inner in prop::sample::select(AROUND.to_vec()),
    ) {
        let known = &KNOWN[known];
        let form = known.forms[form.index(known.forms.len())];
        let text = outer.replace("{}", &inner.replace("{}", form));
        let found = is_found(known, &text);
        prop_assert!(found.is_ok(), "{found:?}");
    }

    #[test]
    fn letters_that_join_an_address_never_make_it_official_for_another(
        known in 0..KNOWN.len(), letter in prop::sample::select(vec!['а', 'Ａ', '１', 'ª', 'ｍ', 'І', '\u{301}', '\u{200b}', 'é', 'ⅿ']),
    ) {
        let known = &KNOWN[known];
        let text = format!("{}{letter}", known.filed[0].trim_end_matches('/'));
        let answer = verify(&text, &INDEX, &NETWORKS);
        prop_assert!(!matches!(answer.verdict, Verdict::Official(_)), "{text:?}: {answer:?}");
    }

    #[test]
    fn whatever_surrounds_it_the_reader_answers_and_vouches_for_nobody_else(
        known in 0..KNOWN.len(), form in any::<prop::sample::Index>(), before in scraps(), behind in scraps(),
    ) {
        let known = &KNOWN[known];
        let form = known.forms[form.index(known.forms.len())];
        let text = format!("{before}{form}{behind}");
        let answer = verify(&text, &INDEX, &NETWORKS);
        if let Verdict::Official(proof) = &answer.verdict {
            prop_assert_eq!(proof.account(), known.filed[0], "{:?}", text);
        }
        // A text around an address names the address that was judged.
        if let Reading::Within { taken, .. } = read(&text, &NETWORKS) {
            prop_assert!(stands_in(&text, &taken), "{taken}");
        }
    }
}
