//! Every published format, read by a reader of its own, over a town with every sort of account.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

#[path = "it/town.rs"]
mod town;

use domain::listing::{ListingChange, ListingEvent, ListingRecord};
use domain::verification::Index;
use jiff::civil::{Date, date};
use public::Bundle;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What accounts are really called, and where they really are: name, handle, address.
const ODD: [(&str, Option<&str>, &str); 15] = [
    ("宗像\"公式\",課", Some("@mihon"), "https://x.com/mihon"),
    ("行\n改め", Some("＠mihon"), "https://www.youtube.com/@見本町チャンネル"),
    ("'一重'と;", None, "https://www.youtube.com/@%E8%A6%8B%E6%9C%AC"),
    ("@から始まる", Some("@見本"), "https://note.com/見本?tab=記事"),
    ("=1+1", None, "https://見本町.jp/sns/広報"),
    ("葛\u{e0100}城👨\u{200d}👩\u{200d}👧", None, "https://xn--8pvz87e.jp/%E5%BA%83%E5%A0%B1"),
    ("<b>&amp;]]>", None, "https://example.jp/a|b{c}^d[e]#見出し"),
    ("か\u{3099}くえん", None, "https://example.jp/a?b=[1]&c=100%"),
    ("ไทย", Some("@ท่องเที่ยว"), "https://www.youtube.com/@ท่องเที่ยว"),
    ("𠮷野", None, "https://example.jp/𠮷野/🏯"),
    ("\tタブ", None, "http://example.jp:8080/~mihon/"),
    ("符号の誤り", None, "https://example.jp/%ff%zz"),
    ("引用「」『』", None, "https://example.jp/a#b#c"),
    ("＝全角", None, "https://example.jp/path;v=1,2/(3)"),
    ("リンクにならない", None, "javascript:alert(1)"),
];

/// The town whose records are [`ODD`], on a network of the data file and on その他.
fn bundle() -> Bundle {
    let mut bundle = town::bundle();
    let pattern = bundle.records[0].clone();
    let record = |at: usize, (name, handle, url): (&str, Option<&str>, &str)| ListingRecord {
        account: format!("o-{at:02}"),
        network: if at < 3 { "x" } else { "other" }.into(),
        network_label: if at < 3 { "X（旧Twitter）" } else { "町の「掲示板」, 他" }.into(),
        name: name.into(),
        handle: handle.map(Into::into),
        url: url.into(),
        purpose: format!("{name}、\"目的\"\r\n二行目"),
        unit: format!("課,{name}"),
        ..pattern.clone()
    };
    bundle.records = ODD.iter().enumerate().map(|(at, odd)| record(at, *odd)).collect();
    bundle.changes =
        bundle.records.iter().zip(1..).map(|(record, seq)| change(record, seq, date(2026, 11, 20))).collect();
    bundle.index = index(&bundle.records);
    bundle
}

fn change(record: &ListingRecord, seq: u64, on: Date) -> ListingChange {
    ListingChange {
        seq,
        recorded_at: town::BUILT,
        on,
        account: record.account.clone(),
        name: record.name.clone(),
        network_label: record.network_label.clone(),
        what: ListingEvent::Listed,
    }
}

/// An index that knows the records by whatever address they have.
fn index(records: &[ListingRecord]) -> Index {
    use domain::network::{Address, NetworkId};
    use domain::verification::{Record, Standing};
    let listed = |record: &ListingRecord| Record {
        account: record.account.clone(),
        municipality: "見本町".into(),
        name: record.name.clone(),
        network: NetworkId::new(&record.network),
        addresses: vec![Address { network: NetworkId::other(), key: format!("other:{}", record.url) }],
        url: None,
        standing: Standing::Listed { since: record.listed_on, page: String::new() },
    };
    records.iter().map(listed).collect::<Vec<_>>().into()
}

fn files(bundle: &Bundle) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    public::render(bundle, &mut |path, bytes| {
        files.insert(path.to_owned(), bytes.to_owned());
        Ok(())
    })
    .unwrap();
    files
}

fn text(path: &str) -> String {
    String::from_utf8(files(&bundle())[path].clone()).unwrap()
}

/// A web address by the grammar of RFC 3986: scheme, authority, path, query and fragment, each with its own letters.
fn is_uri(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once("://") else { return false };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let within = |text: &str, more: &str| {
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            let coded = byte == b'%'
                && bytes.next().is_some_and(|b| b.is_ascii_hexdigit())
                && bytes.next().is_some_and(|b| b.is_ascii_hexdigit());
            if !coded
                && !byte.is_ascii_alphanumeric()
                && !b"-._~!$&'()*+,;=".contains(&byte)
                && !more.as_bytes().contains(&byte)
            {
                return false;
            }
        }
        true
    };
    matches!(scheme, "http" | "https")
        && !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && within(path, ":@/")
        && within(query, ":@/?")
        && within(fragment, ":@/?")
}

/// An instant by RFC 3339.
fn is_instant(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok() && text.ends_with('Z')
}

/// How many of the addresses may stand in a link.
const LINKED: usize = ODD.len() - 1;

/// Red for a manifest with one address that is no URI.
#[test]
fn the_xpoc_manifest_fits_its_schema() {
    let manifest: Value = serde_json::from_str(&text("xpoc-manifest.json")).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let named = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert_eq!(keys(&manifest), named(&["name", "baseurl", "version", "updated", "accounts", "content"]));
    assert!(is_uri(&format!("https://{}", manifest["baseurl"].as_str().unwrap())), "{manifest}");
    assert!(!manifest["name"].as_str().unwrap().is_empty() && manifest["version"] == "0.3");
    assert!(is_instant(manifest["updated"].as_str().unwrap()));
    let accounts = manifest["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), LINKED);
    for account in accounts {
        assert_eq!(keys(account), named(&["account", "platform", "url"]));
        assert!(is_uri(account["url"].as_str().unwrap()), "{account}");
        assert!(["account", "platform"].iter().all(|key| !account[*key].as_str().unwrap().trim().is_empty()));
    }
    assert!(manifest["content"].as_array().unwrap().is_empty());
}

#[test]
fn trust_txt_is_comments_and_pairs_whose_values_are_uris() {
    let trust = text("trust.txt");
    assert_eq!(text(".well-known/trust.txt"), trust);
    assert!(trust.is_ascii() && trust.ends_with('\n'));
    let pairs: Vec<(&str, &str)> =
        trust.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once('=').unwrap()).collect();
    assert_eq!(pairs.len(), LINKED);
    for (name, value) in pairs {
        assert!(name == "social" && is_uri(value), "{name}={value}");
    }
}

#[test]
fn the_linked_data_of_the_file_and_of_every_page_is_an_organization_with_uris() {
    let files = files(&bundle());
    let mut found = vec![serde_json::from_slice(&files["accounts.jsonld"]).unwrap()];
    for (path, bytes) in files.iter().filter(|(path, _)| path.strip_suffix(".html").is_some()) {
        let page = std::str::from_utf8(bytes).unwrap();
        for rest in page.split("<script type=\"application/ld+json\">").skip(1) {
            let json = rest.split_once("</script>").unwrap().0;
            found.push(serde_json::from_str::<Value>(json).unwrap_or_else(|error| panic!("{path}: {error}")));
        }
    }
    assert!(found.len() > ODD.len(), "{}", found.len());
    for organization in found {
        assert_eq!(organization["@context"], "https://schema.org");
        assert_eq!(organization["@type"], "GovernmentOrganization");
        assert!(is_uri(organization["url"].as_str().unwrap()), "{organization}");
        for same in organization["sameAs"].as_array().unwrap() {
            assert!(is_uri(same.as_str().unwrap()), "{same}");
        }
    }
}

#[test]
fn the_feed_is_atom() {
    const ATOM: &str = "http://www.w3.org/2005/Atom";
    let feed = text("feed.atom");
    let document = roxmltree::Document::parse(&feed).unwrap();
    let root = document.root_element();
    assert!(root.has_tag_name((ATOM, "feed")));
    let one = |node: roxmltree::Node<'_, '_>, name: &str| {
        let all: Vec<_> = node.children().filter(|child| child.has_tag_name((ATOM, name))).collect();
        assert_eq!(all.len(), 1, "{name}");
        all[0].text().unwrap().to_owned()
    };
    let links = |node: roxmltree::Node<'_, '_>| {
        let links: Vec<_> = node.children().filter(|child| child.has_tag_name((ATOM, "link"))).collect();
        assert!(links.iter().all(|link| is_uri(link.attribute("href").unwrap())));
        links.iter().filter_map(|link| link.attribute("rel").map(str::to_owned)).collect::<Vec<_>>()
    };
    let entries: Vec<_> = root.children().filter(|child| child.has_tag_name((ATOM, "entry"))).collect();
    assert_eq!(entries.len(), ODD.len());
    assert_eq!(links(root), ["self", "alternate"]);
    let mut ids = BTreeSet::from([one(root, "id")]);
    for (node, links) in entries.iter().map(|entry| (*entry, links(*entry))) {
        assert_eq!(links, ["alternate"]);
        let id = one(node, "id");
        let tag = id.strip_prefix("tag:").and_then(|rest| rest.split_once(',')).unwrap();
        assert!(is_uri(&format!("https://{}", tag.0)) && id.is_ascii(), "{id}");
        assert!(ids.insert(id), "twice");
        assert!(!one(node, "summary").is_empty() && is_instant(&one(node, "updated")));
    }
    // The latest comes first; what was named stands in the title to the letter, where XML has the letter.
    for (node, (name, ..)) in entries.iter().rev().zip(&ODD) {
        let plain: String = name.chars().filter(|letter| !letter.is_control()).collect();
        assert!(one(*node, "title").contains(&plain), "{plain}");
    }
    assert!(is_instant(&one(root, "updated")) && !one(root, "title").is_empty());
    let author = root.children().find(|child| child.has_tag_name((ATOM, "author"))).unwrap();
    assert_eq!(one(author, "name"), "見本町");
}

/// Red for an address that is no URI, and for pages that do not tell why a cell begins with an apostrophe.
#[test]
fn the_csv_gives_every_cell_back_and_says_what_stands_before_some() {
    let csv = text("accounts.csv");
    let mut reader = csv::ReaderBuilder::new().from_reader(csv.strip_prefix('\u{feff}').unwrap().as_bytes());
    let heads = reader.headers().unwrap().clone();
    let column = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let bundle = bundle();
    assert_eq!(rows.len(), bundle.records.len());
    for row in &rows {
        let record = bundle.records.iter().find(|record| record.account == row[column("ID")]).unwrap();
        let plain = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
        let pairs = [("アカウント名", &record.name), ("目的", &record.purpose), ("所管部署", &record.unit)];
        for (name, wanted) in pairs {
            let cell = &row[column(name)];
            assert!(cell == wanted || plain(cell) == *wanted, "{cell:?} {wanted:?}");
        }
        assert_eq!(plain(&row[column("ユーザー名")]), record.handle.clone().unwrap_or_default());
        assert!(is_uri(&row[column("URL")]) || record.url.starts_with("javascript"), "{}", &row[column("URL")]);
        assert!(is_uri(&row[column("公式ページURL")]));
        assert!(
            row.iter().all(|cell| !cell.starts_with(['@', '=', '+', '-', '＠', '＝', '＋', '－', '\t'])),
            "{row:?}"
        );
    }
    for (path, told) in
        [("index.html", "先頭に「&#39;」を付けています"), ("en/index.html", "has an apostrophe before it")]
    {
        assert!(text(path).contains(told), "{path}");
    }
}

#[test]
fn the_interface_description_leads_nowhere_that_is_not_there() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").map(|to| to.as_str().unwrap().to_owned()));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(parts) => parts.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let files = files(&bundle());
    let api: Value = serde_json::from_slice(&files["openapi.json"]).unwrap();
    let mut found = Vec::new();
    references(&api, &mut found);
    assert!(found.len() >= 8);
    for reference in found {
        assert!(api.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
    }
    let mut operations = BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        assert!(path == "/api/v1/verify" || files.contains_key(path.trim_start_matches('/')), "{path}");
        for operation in item.as_object().unwrap().values() {
            assert!(operations.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}");
            assert!(operation["responses"].as_object().unwrap().contains_key("200"), "{path}");
        }
    }
}

/// Red while a page showed percent codes and Punycode as they are.
#[test]
fn the_pages_show_addresses_in_letters_and_link_to_uris() {
    let files = files(&bundle());
    let page = |at: usize| String::from_utf8(files[&format!("accounts/o-{at:02}.html")].clone()).unwrap();
    let shown = [
        (1, "https://www.youtube.com/@見本町チャンネル"),
        (2, "https://www.youtube.com/@見本"),
        (5, "https://見本.jp/広報"),
        (8, "https://www.youtube.com/@ท่องเที่ยว"),
        (9, "https://example.jp/𠮷野/🏯"),
        (11, "https://example.jp/%ff%zz"),
    ];
    for (at, letters) in shown {
        assert!(page(at).contains(&format!(">{letters}<")), "{letters}");
    }
    for (path, bytes) in files.iter().filter(|(path, _)| path.strip_suffix(".html").is_some()) {
        let html = std::str::from_utf8(bytes).unwrap();
        for rest in html.split("rel=\"me noreferrer\" href=\"").skip(1) {
            let to = rest.split_once('"').unwrap().0.replace("&#38;", "&").replace("&#39;", "'");
            assert!(is_uri(&to), "{path}: {to}");
        }
    }
}
