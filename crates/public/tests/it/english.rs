//! What readers of English get.

use crate::{files, is, nested, text, town};
use domain::network::Networks;
use public::{Language, Serving};

/// The pages of a bundle that were made for readers, by path.
fn pages() -> Vec<(String, String)> {
    let all = files(&town::bundle()).into_iter();
    all.filter(|(path, _)| is(path, "html") && path != "fragment.html")
        .map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()))
        .collect()
}

/// A page without the elements that it marks as Japanese.
fn without_japanese(page: &str) -> String {
    let mut left = String::new();
    let mut rest = page;
    while let Some(at) = rest.find(" lang=\"ja\"") {
        let start = rest[..at].rfind('<').unwrap();
        let name = rest[start + 1..].split([' ', '>']).next().unwrap();
        let close = format!("</{name}>");
        let end = if matches!(name, "input") {
            rest[start..].find('>').unwrap() + 1
        } else {
            rest[start..].find(&close).unwrap() + close.len()
        };
        left.push_str(&rest[..start]);
        rest = &rest[start + end..];
    }
    left + rest
}

/// The letters of a page that no English word has; the name of the city stands in titles, which cannot be marked.
fn japanese_in(page: &str) -> String {
    let mut plain = without_japanese(page);
    for record in town::records() {
        let name = record.name.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;");
        plain = plain.replace(&format!(" | {name} | "), "").replace(&format!("“{name}”"), "");
    }
    plain = plain.replace("見本町", "");
    plain.chars().filter(|letter| matches!(letter, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')).collect()
}

#[test]
fn no_japanese_word_is_left_in_the_words_of_an_english_page() {
    let mut seen = 0;
    for (path, page) in pages().iter().filter(|(path, _)| path.starts_with("en/")) {
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{path}");
        nested(page);
        assert_eq!(japanese_in(page), "", "{path}");
        seen += 1;
    }
    assert_eq!(seen, 2 + town::records().len());
}

#[test]
fn names_purposes_and_units_stay_as_the_town_wrote_them_beside_the_networks_own_name() {
    let page = text(&town::bundle(), "en/accounts/a-01.html");
    assert!(page.contains("<bdi lang=\"ja\">見本町公式</bdi><span class=\"sub\">X</span>"));
    assert!(page.contains("lang=\"ja\"><bdi>総務部　広報課</bdi></td>"));
    assert!(page.contains("since November 20, 2026") && !page.contains("令和"));
    assert!(page.contains("November 21, 2026, 9:00 (Japan time)"));
    assert!(page.contains("src=\"../../qr/a-01.svg\""));
    let list = text(&town::bundle(), "en/index.html");
    // What the list told of a network in the past is kept as it was told, among the recent changes.
    let accounts = list.split("<h2 id=\"changes\">").next().unwrap();
    assert!(accounts.contains(">X</h2>") && !accounts.contains("旧Twitter"));
}

#[test]
fn every_page_leads_to_the_other_language() {
    for (path, page) in pages() {
        let (word, other) = if path.starts_with("en/") { ("日本語", "ja") } else { ("English", "en") };
        let link = page.split("<p class=\"language\">").nth(1).unwrap().split("</p>").next().unwrap();
        assert!(link.contains(word) && link.contains(&format!("hreflang=\"{other}\" lang=\"{other}\"")), "{path}");
    }
}

#[test]
fn search_engines_are_told_of_both_languages_on_both_pages() {
    let pages = pages();
    let said = |path: &str| {
        let (_, page) = pages.iter().find(|(known, _)| known == path).unwrap();
        let lines = page.lines().filter(|line| line.starts_with("<link rel=\"alternate\" hreflang"));
        lines.map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    for path in ["index.html", "verify.html", "accounts/a-03.html"] {
        let here = said(path);
        assert_eq!(here.len(), 2, "{path}");
        assert!(here[0].contains("\"ja\"") && here[0].contains(&format!("/list/{path}\"")), "{path}");
        assert!(here[1].contains("\"en\"") && here[1].contains(&format!("/list/en/{path}\"")), "{path}");
        assert_eq!(said(&format!("en/{path}")), here, "{path}");
    }
    assert!(said("by-unit.html").is_empty(), "a page that is in one language alone names no twin");
}

#[test]
fn an_answer_in_english_says_the_same_and_can_be_asked_again_in_japanese() {
    let dir = tempfile::tempdir().unwrap();
    public::export(dir.path(), &town::bundle()).unwrap();
    let bundle = public::read(dir.path()).unwrap();
    let networks = Networks::standard().unwrap();
    for (ask, class, heading) in [
        ("https://x.com/mihon_town", "good", "This is an official account"),
        ("https://x.com/mihon_event", "bad", "This account has been closed"),
        ("https://x.com/mihon_t0wn", "bad", "This account is an impostor"),
        ("https://x.com/nobody_here", "bad", "This is not an official account"),
        ("https://www.tiktok.com/@mihon_town", "bad", "There is no official account on this network"),
        ("こんにちは", "unsure", "This cannot be judged"),
    ] {
        let answer = bundle.verify(ask, &networks, town::BUILT);
        let page = public::verify_page(&bundle, Some(ask), Some(&answer), Language::English).unwrap();
        let page = String::from_utf8(page).unwrap();
        nested(&page);
        assert!(page.contains(&format!("</span>{heading}</h2>")), "{ask}");
        assert!(page.contains(&format!("class=\"answer {class}\"")), "{ask}");
        assert!(page.contains(&answer.reason), "the register's own words stand below: {ask}");
        assert_eq!(japanese_in(&page), "", "{ask}");
        let back = page.split("<p class=\"language\"><a href=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(back.starts_with("../verify?url=") && !back.contains('&'), "{back}");
    }
    for q in ["mihon", "図書館", "zzz", " "] {
        let page = String::from_utf8(public::search_page(&bundle, q, Language::English).unwrap()).unwrap();
        nested(&page);
        assert_eq!(japanese_in(&page), "", "{q}");
    }
}

/// The Japanese letters of a page's body that stand in no element marked as Japanese.
fn unmarked(page: &str) -> String {
    let body = page.split_once("<body").unwrap().1;
    // The body and the document around it close at the end.
    let mut open: Vec<bool> = vec![false; 3];
    let mut left = String::new();
    for part in body.split('<').skip(1) {
        let (tag, words) = part.split_once('>').unwrap();
        let is_void = ["meta", "link", "img", "input", "br"].contains(&tag.split([' ', '/']).next().unwrap());
        let here = tag.contains(" lang=\"ja\"") || *open.last().unwrap() && !tag.contains(" lang=\"en\"");
        if tag.starts_with('/') {
            open.pop();
        } else if is_void {
            // What stands in an attribute is said in the language of its element.
            let attributes = if here { "" } else { tag };
            left.extend(attributes.chars().filter(|letter| is_japanese(*letter)));
        } else {
            open.push(here);
            left.extend(if here { "" } else { tag }.chars().filter(|letter| is_japanese(*letter)));
        }
        left.extend(words.chars().filter(|letter| !*open.last().unwrap() && is_japanese(*letter)));
    }
    left
}

fn is_japanese(letter: char) -> bool {
    matches!(letter, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// The town with names in Japanese wherever a name can be, and half of its accounts named in English too.
fn named(english: Option<&str>) -> public::Bundle {
    let mut bundle = town::bundle();
    bundle.site.municipality_name_en = english.map(Into::into);
    for record in &mut bundle.records {
        record.handle = Some("@見本ハンドル".into());
        record.network_label = "町の掲示板".into();
        record.network = "other".into();
        record.department = Some("総務部".into());
        record.unit = "PR".into();
    }
    bundle.records[1].name_en = Some("Mihon Town News – Ōshima".into());
    bundle.records[1].unit = "広報課、秘書課".into();
    for (unit, english) in [("広報課", "Public Relations"), ("秘書課", "Secretariat"), ("財政課", "Finance")] {
        bundle.site.units_en.insert(unit.into(), english.into());
    }
    bundle
}

// Red while handles, units below a Japanese department and networks of a town's own stood unmarked.
#[test]
fn every_japanese_name_on_an_english_page_is_marked_as_japanese() {
    let networks = Networks::standard().unwrap();
    for english in [None, Some("Mihon Town")] {
        let bundle = named(english);
        for (path, bytes) in files(&bundle).iter().filter(|(path, _)| path.starts_with("en/") && is(path, "html")) {
            let page = std::str::from_utf8(bytes).unwrap();
            nested(page);
            assert_eq!(unmarked(page), "", "{path} {english:?}");
        }
        let dir = tempfile::tempdir().unwrap();
        public::export(dir.path(), &bundle).unwrap();
        let loaded = public::read(dir.path()).unwrap();
        for ask in
            ["https://x.com/mihon_town", "@mihon_town", "https://x.com/nobody_here", "見本町公式", "x.com/mihon_lib/"]
        {
            let answer = loaded.verify(ask, &networks, town::BUILT);
            let page = public::verify_page(&loaded, Some(ask), Some(&answer), Language::English).unwrap();
            assert_eq!(unmarked(std::str::from_utf8(&page).unwrap()), "", "{ask}");
        }
        for q in ["見本", "PR", "zzz見本"] {
            let page = public::search_page(&loaded, q, Language::English).unwrap();
            assert_eq!(unmarked(std::str::from_utf8(&page).unwrap()), "", "{q}");
        }
    }
}

/// The words of a page in a row, as they are read.
fn words(page: &str) -> String {
    let text: String =
        page.split('<').skip(1).filter_map(|part| part.split_once('>')).map(|(_, words)| words).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

// Red while every English sentence said "of 見本町".
#[test]
fn an_english_sentence_names_the_town_by_its_english_name_or_says_what_it_is() {
    let plain = named(None);
    let said = words(&text(&plain, "en/index.html"));
    assert!(said.contains("The official accounts of the town (見本町)."), "{said}");
    let said = words(&text(&plain, "en/accounts/a-05.html"));
    assert!(said.contains("It is run by 総務部 PR of the town (見本町) and has been on this list since"), "{said}");

    let english = named(Some("Mihon Town"));
    let list = text(&english, "en/index.html");
    let said = words(&list);
    assert!(said.contains("The official accounts of Mihon Town."), "{said}");
    assert!(list.contains("<title>Official social media accounts | Mihon Town</title>"));
    assert!(said.contains("Mihon Town News – Ōshima見本町公式"), "both names stand there: {said}");
    let page = text(&english, "en/accounts/a-01.html");
    let said = words(&page);
    assert!(said.contains("It is run by Public Relations, Secretariat of Mihon Town and has been"), "{said}");
    assert!(
        said.contains("Name on the network見本町公式") || said.contains("Name on the network 見本町公式"),
        "{said}"
    );
    assert!(page.contains(
        "content=\"The URL of “Mihon Town News – Ōshima” on 町の掲示板, an official account of Mihon Town.\""
    ));
    // A title cannot mark its Japanese part: the page's own words stand first, or the English name where there is one.
    assert!(page.contains("<title>Mihon Town News – Ōshima | Official social media accounts | Mihon Town</title>"));
    let unnamed = text(&english, "en/accounts/a-05.html");
    let title = unnamed.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert!(title.starts_with("Official social media accounts | ") && title.ends_with(" | Mihon Town"), "{title}");
    // The Japanese pages say what they said.
    assert!(!words(&text(&english, "index.html")).contains("Mihon Town"));
    let dir = tempfile::tempdir().unwrap();
    public::export(dir.path(), &english).unwrap();
    let loaded = public::read(dir.path()).unwrap();
    let found = public::search_page(&loaded, "ōshima news", Language::English).unwrap();
    assert!(String::from_utf8(found).unwrap().contains("accounts/a-01.html"), "the English name is searched");
    let answer = loaded.verify("https://x.com/nobody_here", &Networks::standard().unwrap(), town::BUILT);
    let page = public::verify_page(&loaded, Some("x"), Some(&answer), Language::English).unwrap();
    assert!(
        words(std::str::from_utf8(&page).unwrap())
            .contains("do not take it for the town’s voice".replace("do", "Do").as_str())
    );
}

#[test]
fn english_pages_have_forms_only_where_a_server_answers() {
    let mut bundle = town::bundle();
    assert!(text(&bundle, "en/verify.html").contains("action=\"verify\""));
    bundle.site.serving = Serving::FilesOnly;
    let page = text(&bundle, "en/verify.html");
    assert!(!page.contains("<form") && page.contains("Check by eye"));
}
