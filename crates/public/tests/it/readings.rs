//! Furigana on the pages.

use crate::{files, is, text, town};

/// What a reader without styles sees of a page's element, and what copying takes: with and without readings.
fn plain(html: &str, with_readings: bool) -> String {
    let mut out = String::new();
    let mut skipped = false;
    for part in html.split('<') {
        let (tag, words) = part.split_once('>').unwrap_or(("", part));
        match tag {
            "rt" | "rp" => skipped = !with_readings,
            "/rt" | "/rp" => skipped = false,
            _ => {}
        }
        if !skipped {
            out.push_str(words);
        }
    }
    out
}

#[test]
fn a_unit_is_read_where_the_page_names_it_first_and_nowhere_else() {
    let page = text(&town::bundle(), "accounts/a-01.html");
    let ruby = "総務部　<ruby>広報課<rp>（</rp><rt>こうほうか</rt><rp>）</rp></ruby></bdi>が";
    assert_eq!(page.matches(ruby).count(), 1);
    assert_eq!(page.matches("<rt>こうほうか</rt>").count(), 1);
    assert!(page.contains("><bdi>総務部　広報課</bdi></td>"), "the table below has the plain name");
    for list in ["index.html", "by-unit.html", "by-kana.html"] {
        let page = text(&town::bundle(), list);
        // A reading typed in katakana is shown as the others are.
        for reading in ["こうほうか", "かんこうか", "かせんか"] {
            assert_eq!(page.matches(&format!("<rt>{reading}</rt>")).count(), 1, "{list}: {reading}");
        }
    }
}

#[test]
fn a_unit_without_a_known_reading_stands_as_it_is() {
    for (name, reading) in [("広報課", ""), ("広報課", "PR"), ("こども", "コドモ"), ("広報課", "<b>こ</b>")]
    {
        let mut bundle = town::bundle();
        for record in &mut bundle.records {
            record.unit = name.into();
            record.unit_kana = reading.into();
        }
        let page = text(&bundle, "accounts/a-01.html");
        assert!(page.contains(&format!("総務部　{name}</bdi>が")), "{name} {reading}");
    }
}

#[test]
fn a_hard_word_is_read_once_a_page_and_never_in_what_people_typed() {
    let mut bundle = town::bundle();
    bundle.records[1].name = "公式の廃止 data-furigana=\"\">休止".into();
    bundle.records[1].policy[0].text = "公式・廃止・休止・掲載・運用".into();
    for (path, bytes) in files(&bundle).iter().filter(|(path, _)| is(path, "html")) {
        let page = std::str::from_utf8(bytes).unwrap();
        for reading in ["こうしき", "きゅうし", "はいし", "けいさい", "うんよう", "ゆうこうきげん"]
        {
            assert!(page.matches(&format!("<rt>{reading}</rt>")).count() <= 1, "{path}: {reading}");
        }
        assert!(!page.contains(" data-furigana=\"\""), "{path}");
    }
    let page = text(&bundle, "accounts/a-01.html");
    assert!(page.contains("<ruby>掲載<rp>（</rp><rt>けいさい</rt><rp>）</rp></ruby>しています。"));
    assert!(page.contains("公式・廃止・休止・掲載・運用</bdi></td>"));
    assert!(page.contains("公式の廃止 data-furigana=&#34;&#34;&#62;休止</bdi>"));
    let checking = text(&bundle, "verify.html");
    assert!(checking.contains("<ruby>休止<rp>（</rp><rt>きゅうし</rt><rp>）</rp></ruby>中のアカウントです"));
}

#[test]
fn without_styles_a_reading_stands_in_brackets_and_copies_and_prints_are_without_it() {
    let page = text(&town::bundle(), "accounts/a-01.html");
    let promise = page.split("<p class=\"stamp\">").nth(1).unwrap().split("</div>").next().unwrap();
    assert_eq!(
        plain(promise, true),
        "公式アカウントです\n見本町の総務部　広報課（こうほうか）が運用（うんよう）しています。令和8年11月20日（2026年11月20日）から、この一覧に掲載（けいさい）しています。\n"
    );
    assert_eq!(
        plain(promise, false),
        "公式アカウントです\n見本町の総務部　広報課が運用しています。令和8年11月20日（2026年11月20日）から、この一覧に掲載しています。\n"
    );
    let print = public::STYLE.split("@media print").nth(1).unwrap();
    assert!(print.contains("rt, rp,") && print.contains("display: none"));
    assert!(public::STYLE.contains("user-select: none"));
}

// Red while the page went by the unit's reading alone.
#[test]
fn the_kana_page_goes_by_the_accounts_own_readings_and_by_the_units_where_there_is_none() {
    let mut bundle = town::bundle();
    let note = |page: &str| page.contains("所管する部署の名前の読み");
    let plain = text(&bundle, "by-kana.html");
    assert!(plain.contains("アカウントの名前ではなく、所管する部署の名前の読みの順に並べています。"));
    for record in &mut bundle.records {
        record.name_kana = match record.account.as_str() {
            "a-01" => Some("みほんちょうこうしき".into()),
            "a-02" => Some("ミホンチョウリツ トショカン".into()),
            _ => None,
        };
    }
    let page = text(&bundle, "by-kana.html");
    assert!(page.contains("アカウントの名前の読みの順に並べています。") && note(&page), "some have none");
    assert!(page.contains("<a href=\"#row-7\">ま行</a>") && page.contains("<span class=\"none\">た行"));
    let at = |id: &str| page.find(&format!("accounts/{id}.html")).unwrap();
    // かせんか, カンコウカ, こどもか, みほんちょうこうしき, ミホンチョウリツ トショカン
    let order: Vec<usize> = ["a-05", "a-03", "a-04", "a-01", "a-02"].into_iter().map(at).collect();
    assert!(order.is_sorted(), "{order:?}");
    for path in ["index.html", "by-unit.html", "by-kana.html", "accounts/a-01.html"] {
        let ruby = "<ruby>見本町公式<rp>（</rp><rt>みほんちょうこうしき</rt><rp>）</rp></ruby></bdi>";
        assert_eq!(text(&bundle, path).matches(ruby).count(), 1, "{path}");
    }
    assert!(!text(&bundle, "en/accounts/a-01.html").contains("<rt>"));
    assert!(
        text(&bundle, "accounts.json").contains("\"name_kana\": \"みほんちょうこうしき\"")
            || text(&bundle, "accounts.json").contains("\"name_kana\":\"みほんちょうこうしき\"")
    );
    for record in &mut bundle.records {
        record.name_kana = Some("みほん".into());
    }
    let page = text(&bundle, "by-kana.html");
    assert!(!note(&page) && !page.contains("読みの順に並べています"), "what is usual is not explained");
}
