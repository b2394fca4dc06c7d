//! What a server answers from a loaded bundle.

use crate::{nested, town};
use domain::network::Networks;
use public::{Language, LoadedBundle};

fn loaded() -> LoadedBundle {
    let dir = tempfile::tempdir().unwrap();
    public::export(dir.path(), &town::bundle()).unwrap();
    public::read(dir.path()).unwrap()
}

fn search(q: &str) -> String {
    String::from_utf8(public::search_page(&loaded(), q, Language::Japanese).unwrap()).unwrap()
}

#[test]
fn a_search_finds_by_name_unit_reading_and_width() {
    for (q, id) in [
        ("図書館", "a-02"),
        ("カセンカ", "a-05"),
        ("かんこう", "a-03"),
        ("ＭＩＨＯＮ＿ＴＯＷＮ", "a-01"),
        ("総務部　イベント", "a-01"),
        ("𠮷野川", "a-05"),
    ] {
        let page = search(q);
        nested(&page);
        assert!(page.contains(&format!("accounts/{id}.html")), "{q}");
        assert!(page.contains("1件"), "{q} finds more than one");
    }
}

#[test]
fn a_search_without_a_hit_says_what_that_means() {
    let page = search("存在しない課");
    assert!(page.contains("「<bdi>存在しない課</bdi>」に合うアカウントはありません"));
    assert!(page.contains("見本町の公式アカウントではありません") && !page.contains("<table"));
}

#[test]
fn an_empty_search_asks_for_a_word() {
    assert!(search(" 　").contains("さがすことばを入れてください"));
}

#[test]
fn a_question_is_shown_as_text_and_cut_to_length() {
    let page = search("\"><script>alert(1)</script>");
    assert!(page.contains("&#34;&#62;&#60;script&#62;") && !page.contains("<script>"));
    let long = search(&"あ".repeat(100_000));
    assert!(long.len() < 20_000);
}

/// The page for a question asked at an instant.
fn asked(ask: &str, now: i64) -> String {
    let bundle = loaded();
    let answer = bundle.verify(ask, &Networks::standard().unwrap(), now);
    String::from_utf8(public::verify_page(&bundle, Some(ask), Some(&answer), Language::Japanese).unwrap()).unwrap()
}

#[test]
fn an_official_account_is_said_to_be_one_in_words_and_leads_to_its_page() {
    let page = asked("https://twitter.com/mihon_town?s=20", town::BUILT);
    nested(&page);
    for word in [
        "公式アカウントです</h2>",
        "https://twitter.com/mihon_town?s=20",
        "https://x.com/mihon_town",
        "href=\"accounts/a-01.html\"",
        "class=\"answer good\"",
    ] {
        assert!(page.contains(word), "{word} is missing");
    }
    assert!(page.contains("action=\"verify\""), "the form leads back to the server that answered");
}

#[test]
fn no_other_verdict_is_dressed_as_good_or_leads_to_a_listed_page() {
    for (ask, heading) in [
        ("https://x.com/mihon_event", "廃止したアカウントです"),
        ("https://x.com/mihon_t0wn", "なりすましのアカウントです"),
        ("https://x.com/nobody_here", "公式アカウントではありません"),
        ("https://www.tiktok.com/@mihon_town", "このサービスに公式アカウントはありません"),
        ("こんにちは", "判定できません"),
    ] {
        let page = asked(ask, town::BUILT);
        assert!(page.contains(&format!("</span>{heading}</h2>")), "{ask}");
        let answer = page.split("<section class=\"answer").nth(1).unwrap().split("</section>").next().unwrap();
        assert!(!answer.starts_with(" good") && !answer.contains("accounts/"), "{ask}");
    }
}

#[test]
fn past_its_time_a_bundle_judges_nothing_and_says_where_the_new_one_is() {
    let last = asked("https://x.com/mihon_town", town::VALID - 1);
    assert!(last.contains("answer good"));
    let late = asked("https://x.com/mihon_town", town::VALID);
    assert!(late.contains("判定できません</h2>") && late.contains("有効期限が過ぎている"));
    assert!(!late.contains("answer good") && late.contains("https://sns.town.example.jp/list/"));
}

#[test]
fn without_a_question_the_page_explains_and_with_a_blank_one_it_asks() {
    let bundle = loaded();
    let plain = String::from_utf8(public::verify_page(&bundle, None, None, Language::Japanese).unwrap()).unwrap();
    assert!(!plain.contains("class=\"answer") && plain.contains("自分の目で確かめる"));
    let blank = String::from_utf8(public::verify_page(&bundle, Some("  "), None, Language::Japanese).unwrap()).unwrap();
    assert!(blank.contains("URLが入っていません"));
}

#[test]
fn a_bare_name_gets_a_button_for_each_network_and_the_like_names_of_the_town() {
    let page = asked("@mihon_t0wn_", town::BUILT);
    nested(&page);
    for word in [
        "どのサービスのアカウントですか",
        "<input type=\"hidden\" name=\"url\" value=\"https://x.com/mihon_t0wn_\"><button type=\"submit\">Xのアカウントとして確かめる</button>",
        "value=\"https://www.instagram.com/mihon_t0wn_/\"",
        "アプリでのアドレスの写し方",
        "「リンクをコピー」",
        "よく似た名前の公式アカウント",
        "href=\"https://x.com/mihon_town\"",
    ] {
        assert!(page.contains(word), "{word} is missing in {page}");
    }
    assert!(!page.contains("どのサービスのアカウントですか") || page.contains("action=\"verify\""));
}

#[test]
fn what_the_town_says_of_itself_stands_beside_an_official_account_only() {
    let says = "メッセージで暗証番号をうかがうことは<ありません>。";
    let dir = tempfile::tempdir().unwrap();
    let mut bundle = town::bundle();
    bundle.site.city_says = Some(says.to_owned());
    public::export(dir.path(), &bundle).unwrap();
    let bundle = public::read(dir.path()).unwrap();
    let page = |ask: &str, language| {
        let answer = bundle.verify(ask, &Networks::standard().unwrap(), town::BUILT);
        String::from_utf8(public::verify_page(&bundle, Some(ask), Some(&answer), language).unwrap()).unwrap()
    };
    let official = page("https://x.com/mihon_town", Language::Japanese);
    nested(&official);
    assert!(
        official.contains("見本町から") && official.contains("暗証番号をうかがうことは&#60;ありません&#62;。"),
        "{official}"
    );
    assert!(page("https://x.com/mihon_town", Language::English).contains("暗証番号"));
    for ask in ["https://x.com/mihon_event", "https://x.com/nobody_here", "@mihon_town"] {
        assert!(!page(ask, Language::Japanese).contains("暗証番号"), "{ask}");
    }
}
