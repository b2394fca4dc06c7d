//! What citizens read.

use crate::{files, is, nested, text, town};
use public::Serving;

#[test]
fn every_page_is_well_nested_and_without_script_or_foreign_address() {
    let files = files(&town::bundle());
    let pages: Vec<_> = files.iter().filter(|(path, _)| is(path, "html") && *path != "fragment.html").collect();
    assert_eq!(pages.len(), (4 + 5) + (2 + 5));
    for (path, bytes) in pages {
        let page = std::str::from_utf8(bytes).unwrap();
        let tags = nested(page);
        let language = if path.starts_with("en/") { "en" } else { "ja" };
        assert!(page.starts_with(&format!("<!DOCTYPE html>\n<html lang=\"{language}\">")), "{path}");
        assert_eq!(tags.iter().filter(|tag| *tag == "h1").count(), 1, "{path}");
        for wanted in ["main", "header", "footer", "nav"] {
            assert!(tags.iter().any(|tag| tag == wanted), "{path} has no {wanted}");
        }
        assert_eq!(
            page.matches("<script").count(),
            page.matches("<script type=\"application/ld+json\">").count(),
            "{path}"
        );
        assert!(!page.contains("style=") && !page.contains("onclick"), "{path}");
        for word in ["src=\"http", "href=\"/", "src=\"/", "@import"] {
            assert!(!page.contains(word), "{path} has {word}");
        }
        assert!(page.find("class=\"skip\"").unwrap() < page.find("<header").unwrap(), "{path}");
    }
}

#[test]
fn every_relative_link_leads_to_a_file_of_the_bundle() {
    let files = files(&town::bundle());
    let mut followed = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| is(path, "html") && *path != "fragment.html") {
        let page = std::str::from_utf8(bytes).unwrap();
        for part in page.split("href=\"").skip(1).chain(page.split("src=\"").skip(1)) {
            let link = part.split('"').next().unwrap();
            if let Some(id) = link.strip_prefix('#') {
                assert!(page.contains(&format!("id=\"{id}\"")), "{path} → {link}");
            } else if !link.starts_with("http") {
                let target = target(path, link);
                assert!(files.contains_key(&target), "{path} → {link}");
            }
            followed += 1;
        }
    }
    assert!(followed > 100);
}

/// Where a relative link of a page leads.
fn target(page: &str, link: &str) -> String {
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    let mut rest = link.split('#').next().unwrap();
    while let Some(below) = rest.strip_prefix("../") {
        folders.pop().unwrap();
        rest = below;
    }
    folders.push(rest);
    folders.join("/")
}

#[test]
fn what_people_typed_is_shown_as_typed_and_never_becomes_markup() {
    let bundle = town::bundle();
    let page = text(&bundle, "index.html");
    assert!(page.contains("見本町 𠮷野川情報"));
    assert!(page.contains("髙﨑・葛\u{e0100}城の&#34;四季&#34;"));
    assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;&#38;子育て"));
    for (path, bytes) in files(&bundle) {
        if is(&path, "html") || is(&path, "atom") {
            assert!(!String::from_utf8(bytes).unwrap().contains("<script>"), "{path}");
        }
    }
    assert!(text(&bundle, "accounts/a-01.html").contains("災害時の情報を、\n町内外"), "a line break is kept");
}

#[test]
fn the_first_page_lists_by_network_in_the_order_of_the_data_and_says_what_is_not_official() {
    let page = text(&town::bundle(), "index.html");
    let at = |word: &str| page.find(word).unwrap_or_else(|| panic!("{word} is missing"));
    assert!(at("id=\"network-1\" tabindex=\"-1\">X（旧Twitter）") < at("id=\"network-2\" tabindex=\"-1\">Instagram"));
    assert!(at("id=\"network-2\"") < at("id=\"network-3\""));
    assert!(page.contains("ここにないアカウントは、見本町の公式アカウントではありません。"));
    assert!(page.contains("令和8年11月21日（2026年11月21日）9時00分"));
    assert!(page.contains("action=\"search\""));
    let told = page.split("最近の変更").nth(1).unwrap();
    assert!(told.find("廃止").unwrap() < told.find("更新").unwrap(), "the latest change comes first");
    assert!(!told.contains("accounts/a-09.html"), "a closed account has no page to link to");
}

#[test]
fn the_kana_page_orders_by_reading_and_jumps_only_where_something_is() {
    let page = text(&town::bundle(), "by-kana.html");
    let order: Vec<_> =
        ["河川課", "観光課", "広報課", "子ども課", "図書館"].iter().map(|unit| page.find(*unit).unwrap()).collect();
    assert!(order.is_sorted(), "かせんか, カンコウカ, こうほうか, こどもか, としょかん: {order:?}");
    assert!(page.contains("<a href=\"#row-2\">か行</a>") && page.contains("<a href=\"#row-4\">た行</a>"));
    assert!(page.contains("<span class=\"none\">あ行<span class=\"vh\">（なし）</span></span>"));
}

#[test]
fn the_unit_page_groups_by_unit_with_the_one_above() {
    let page = text(&town::bundle(), "by-unit.html");
    let ruby =
        |name: &str, reading: &str| format!("<ruby>{name}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby></bdi></h2>");
    assert!(page.contains(&format!("><bdi>建設部　{}", ruby("河川課", "かせんか"))));
    assert!(page.contains(&format!("><bdi>{}", ruby("図書館", "としょかん"))));
}

#[test]
fn an_account_page_carries_its_policy_its_rules_a_code_and_a_link_back_to_the_account() {
    let page = text(&town::bundle(), "accounts/a-01.html");
    assert!(page.contains("<link rel=\"me\" href=\"https://x.com/mihon_town\">"));
    assert!(page.contains("<img src=\"../qr/a-01.svg\""));
    for word in [
        "公式アカウントです</strong>",
        "総務部　広報課",
        "発信時間",
        "注意事項",
        "１　公序良俗",
        "免責事項",
        "令和8年4月1日（2026年4月1日）",
    ] {
        assert!(page.contains(word), "{word} is missing");
    }
}

#[test]
fn an_address_that_is_no_web_address_is_shown_but_never_linked() {
    let mut bundle = town::bundle();
    bundle.records[1].url = "javascript:alert(1)".into();
    let files = files(&bundle);
    let page = std::str::from_utf8(&files["accounts/a-01.html"]).unwrap();
    assert!(page.contains("<p class=\"url\">javascript:alert(1)</p>") && !page.contains("href=\"javascript"));
    assert!(!files.contains_key("qr/a-01.svg"));
    assert!(!std::str::from_utf8(&files["trust.txt"]).unwrap().contains("javascript"));
}

#[test]
fn an_empty_list_says_so_kindly() {
    let mut bundle = town::bundle();
    bundle.records.clear();
    bundle.index = town::index(&bundle.records);
    for path in ["index.html", "by-unit.html", "by-kana.html"] {
        let page = text(&bundle, path);
        assert!(page.contains("掲載中のアカウントはありません") && !page.contains("<table"), "{path}");
    }
}

#[test]
fn where_only_files_are_served_there_are_no_forms_but_a_way_to_look_by_oneself() {
    let mut bundle = town::bundle();
    bundle.site.serving = Serving::FilesOnly;
    for (path, bytes) in files(&bundle) {
        if is(&path, "html") {
            assert!(!String::from_utf8(bytes).unwrap().contains("<form"), "{path}");
        }
    }
    assert!(text(&bundle, "verify.html").contains("自分の目で確かめる"));
}

#[test]
fn the_fragment_is_one_section_that_brings_nothing_but_content() {
    let fragment = text(&town::bundle(), "fragment.html");
    let tags = nested(&fragment);
    assert_eq!(tags.first().map(String::as_str), Some("section"));
    assert_eq!(tags.iter().filter(|tag| *tag == "section").count(), 1);
    assert!(tags.iter().all(|tag| !matches!(tag.as_str(), "script" | "style" | "link" | "html" | "form")));
    for id in fragment.split("id=\"").skip(1) {
        assert!(id.starts_with("shirube-"));
    }
    for link in fragment.split("href=\"").skip(1) {
        assert!(link.starts_with("https://"), "a pasted link needs its whole address: {link:.60}");
    }
}
