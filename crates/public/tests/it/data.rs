//! What machines read.

use crate::{files, is, nested, text, town};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::io::Read as _;

#[test]
fn the_csv_is_exact_to_the_byte() {
    let wanted = "\u{feff}全国地方公共団体コード,ID,団体名,種類,アカウント名,ユーザー名,URL,目的,所管部署,公式ページURL,開始日,状態,更新日\r\n\
        999999,a-01,見本町,X（旧Twitter）,見本町公式,'@mihon_town,https://x.com/mihon_town,\"町政の情報、イベント、災害時の情報を、\n町内外の皆さまにお知らせします。\",広報課,https://sns.town.example.jp/list/accounts/a-01.html,2026-04-01,掲載中,2026-11-20\r\n\
        999999,a-02,見本町,X（旧Twitter）,見本町立図書館,'@mihon_lib,https://x.com/mihon_lib,新しく入った本と、おはなし会の予定をお知らせします。,図書館,https://sns.town.example.jp/list/accounts/a-02.html,2026-04-01,掲載中,2026-11-20\r\n\
        999999,a-03,見本町,Instagram,\"髙﨑・葛\u{e0100}城の\"\"四季\"\"\",mihon.shiki,https://www.instagram.com/mihon.shiki/,\"'=1+1 のように見える目的です,写真でお伝えします。\",観光課,https://sns.town.example.jp/list/accounts/a-03.html,2026-04-01,掲載中,2026-11-20\r\n\
        999999,a-04,見本町,Instagram,<script>alert(1)</script>&子育て,mihon_kosodate,https://www.instagram.com/mihon_kosodate/,子育て中の方に、健診や相談会の予定をお知らせします。,子ども課,https://sns.town.example.jp/list/accounts/a-04.html,2026-04-01,掲載中,2026-11-20\r\n\
        999999,a-05,見本町,LINE,見本町 𠮷野川情報,'@mihon-yoshino,https://line.me/R/ti/p/@mihon-yoshino,大雨のときの川の水位と、通行止めをお知らせします。,河川課,https://sns.town.example.jp/list/accounts/a-05.html,2026-04-01,掲載中,2026-11-20\r\n";
    assert_eq!(text(&town::bundle(), "accounts.csv"), wanted);
}

#[test]
fn no_cell_can_start_a_formula() {
    for start in ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"] {
        let mut bundle = town::bundle();
        bundle.records.truncate(1);
        bundle.index = town::index(&bundle.records);
        bundle.records[0].purpose = format!("{start}cmd");
        let csv = text(&bundle, "accounts.csv");
        assert!(csv.contains(&format!("'{start}cmd")), "{start:?} is not disarmed");
    }
}

#[test]
fn the_json_holds_every_record_exactly() {
    let bundle = town::bundle();
    let file: Value = serde_json::from_str(&text(&bundle, "accounts.json")).unwrap();
    assert_eq!(file["built_at"], "2026-11-21T00:00:00Z");
    let mut wanted: Vec<Value> = bundle.records.iter().map(|record| serde_json::to_value(record).unwrap()).collect();
    wanted.sort_by_key(|record| record["account"].to_string());
    assert_eq!(file["accounts"].as_array().unwrap(), &wanted);
}

#[test]
fn the_pages_and_the_file_carry_linked_data_that_parses() {
    let bundle = town::bundle();
    let file: Value = serde_json::from_str(&text(&bundle, "accounts.jsonld")).unwrap();
    assert_eq!(file["@type"], "GovernmentOrganization");
    assert_eq!(file["sameAs"].as_array().unwrap().len(), 5);
    for path in ["index.html", "accounts/a-04.html"] {
        let page = text(&bundle, path);
        let inside =
            page.split("<script type=\"application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
        let data: Value = serde_json::from_str(inside).unwrap();
        assert_eq!(data["@context"], "https://schema.org", "{path}");
    }
}

#[test]
fn linked_data_cannot_end_its_element() {
    let mut bundle = town::bundle();
    bundle.site.municipality_name = "</script><img src=x>".into();
    let page = text(&bundle, "index.html");
    assert!(page.contains("\\u003c/script\\u003e") && !page.contains("</script><img"));
}

#[test]
fn the_xpoc_manifest_names_the_accounts_under_an_address_without_scheme() {
    let file: Value = serde_json::from_str(&text(&town::bundle(), "xpoc-manifest.json")).unwrap();
    assert_eq!(file["baseurl"], "sns.town.example.jp/list");
    assert_eq!(file["version"], "0.3");
    assert_eq!(file["accounts"][0]["platform"], "X");
    assert_eq!(file["accounts"][0]["account"], "@mihon_town");
    assert_eq!(file["accounts"].as_array().unwrap().len(), 5);
    assert_eq!(file["content"].as_array().unwrap().len(), 0);
}

#[test]
fn trust_txt_has_one_line_for_each_account_in_both_places() {
    let files = files(&town::bundle());
    let trust = std::str::from_utf8(&files["trust.txt"]).unwrap();
    assert_eq!(files[".well-known/trust.txt"], files["trust.txt"]);
    assert_eq!(trust.lines().filter(|line| line.starts_with("social=https://")).count(), 5);
}

#[test]
fn the_feed_is_well_formed_with_ids_that_stay() {
    let bundle = town::bundle();
    let feed = text(&bundle, "feed.atom");
    let tags = nested(&feed);
    assert_eq!(tags.first().map(String::as_str), Some("feed"));
    assert_eq!(tags.iter().filter(|tag| *tag == "entry").count(), 3);
    assert!(feed.contains("<id>tag:sns.town.example.jp,2026-11-20:999999/31</id>"));
    assert!(feed.contains("<title>廃止：見本町&#60;旧&#62;イベント（X（旧Twitter））</title>"));
    assert_eq!(feed.matches("<updated>").count(), 4);

    let mut later = bundle;
    later.built_at += 3_600_000;
    assert_eq!(text(&later, "feed.atom"), feed, "a new build without a change leaves the feed alone");
}

#[test]
fn a_control_letter_in_a_name_does_not_break_the_feed() {
    let mut bundle = town::bundle();
    bundle.changes[0].name = "前\u{b}\u{1}後".into();
    assert!(text(&bundle, "feed.atom").contains("掲載：前後（"));
}

#[test]
fn the_interface_description_parses_and_names_only_files_that_exist() {
    let files = files(&town::bundle());
    let api: Value = serde_json::from_slice(&files["openapi.json"]).unwrap();
    assert_eq!(api["openapi"], "3.1.0");
    let paths: Vec<_> = api["paths"].as_object().unwrap().keys().map(|path| path.trim_start_matches('/')).collect();
    assert!(paths.contains(&"api/v1/verify"));
    for path in paths.iter().filter(|path| !path.starts_with("api/")) {
        assert!(files.contains_key(*path), "{path}");
    }
}

#[test]
fn a_code_is_drawn_for_each_account_and_two_accounts_have_different_ones() {
    let files = files(&town::bundle());
    let codes: std::collections::BTreeSet<_> =
        files.iter().filter(|(path, _)| path.starts_with("qr/") && is(path, "svg")).map(|(_, bytes)| bytes).collect();
    assert_eq!(codes.len(), 5);
    for code in codes {
        assert_eq!(nested(std::str::from_utf8(code).unwrap()), ["svg", "path", "path"]);
    }
}

#[test]
fn the_same_bundle_gives_the_same_bytes_whatever_the_order_of_its_records() {
    let bundle = town::bundle();
    let mut turned = bundle.clone();
    turned.records.reverse();
    turned.changes.reverse();
    assert_eq!(files(&bundle), files(&turned));
}

#[test]
fn beside_each_file_lies_the_same_one_compressed_without_a_time() {
    let files = files(&town::bundle());
    let mut seen = 0;
    for (path, packed) in files.iter().filter(|(path, _)| is(path, "gz")) {
        let mut plain = Vec::new();
        GzDecoder::new(packed.as_slice()).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, files[path.trim_end_matches(".gz")], "{path}");
        assert_eq!(packed[4..8], [0, 0, 0, 0], "{path} has a time");
        seen += 1;
    }
    assert_eq!(seen, (files.len() - 1) / 2, "all files but bundle.json");
}
