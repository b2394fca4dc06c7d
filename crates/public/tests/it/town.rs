//! A sample town: three networks, five accounts, and texts as people really write them.

use domain::listing::{AttachmentText, ListingChange, ListingEvent, ListingRecord, PolicyRow};
use domain::network::{self, NetworkId, Networks, Reading};
use domain::verification::{Index, Record, Standing};
use jiff::civil::{Date, date};
use public::{Bundle, NetworkWord, Serving, Site, Words};

/// 2026-11-21 09:00 in Japan.
pub const BUILT: i64 = 1_795_219_200_000;
/// Two days later.
pub const VALID: i64 = BUILT + 2 * 86_400_000;

/// The town's list.
pub fn bundle() -> Bundle {
    Bundle {
        site: site(),
        records: records(),
        changes: changes(),
        index: index(&records()),
        checkpoint: Some("shirube/999999\n42\nq83vEjRWeJA=\n".into()),
        built_at: BUILT,
        valid_until: VALID,
        ledger_size: 42,
        seed: None,
    }
}

/// The index that says the same as the records, and knows two accounts that are not on the list.
pub fn index(records: &[ListingRecord]) -> Index {
    let networks = Networks::standard().expect("the embedded networks can be read");
    let address = |url: &str| match network::read(url, &networks) {
        Reading::Address(address, _) => vec![address],
        other => panic!("{url} is no account: {other:?}"),
    };
    let entry = |account: &str, name: &str, network: &str, url: &str, standing: Standing| Record {
        account: account.into(),
        municipality: "見本町".into(),
        name: name.into(),
        network: NetworkId::new(network),
        addresses: address(url),
        url: None,
        standing,
    };
    let listed = |record: &ListingRecord| {
        let page = format!("https://sns.town.example.jp/list/accounts/{}.html", record.account);
        let standing = Standing::Listed { since: record.listed_on, page };
        entry(&record.account, &record.name, &record.network, &record.url, standing)
    };
    let closed = Standing::closed(date(2026, 11, 20));
    let posing = Standing::Impersonator { noted_on: date(2026, 11, 1) };
    let mut entries: Vec<Record> = records.iter().map(listed).collect();
    entries.push(entry("a-09", "見本町イベント", "x", "https://x.com/mihon_event", closed));
    entries.push(entry("z-01", "見本町公式", "x", "https://x.com/mihon_t0wn", posing));
    entries.into()
}

/// Whose list it is.
pub fn site() -> Site {
    Site {
        municipality_code: "999999".into(),
        municipality_name: "見本町".into(),
        municipality_name_en: None,
        units_en: std::collections::BTreeMap::new(),
        title: "見本町公式ＳＮＳアカウント一覧".into(),
        base_url: "https://sns.town.example.jp/list".into(),
        serving: Serving::Answers,
        notice: Some("これは見本です。実在の団体のものではありません。".into()),
        contact: Some("見本町 総務部 広報課\n電話 000-000-0000（平日 午前8時30分から午後5時15分まで）".into()),
        city_says: None,
        words: Words {
            networks: [("x", "X"), ("instagram", "Instagram"), ("line", "LINE")]
                .map(|(id, platform)| NetworkWord { id: id.into(), platform: platform.into() })
                .into(),
            ..Words::default()
        },
    }
}

/// The five accounts, in no order.
pub fn records() -> Vec<ListingRecord> {
    vec![
        record(
            "a-05",
            ("line", "LINE"),
            ("見本町 𠮷野川情報", Some("@mihon-yoshino"), "https://line.me/R/ti/p/@mihon-yoshino"),
            ("河川課", "かせんか", Some("建設部")),
            "大雨のときの川の水位と、通行止めをお知らせします。",
        ),
        record(
            "a-01",
            ("x", "X（旧Twitter）"),
            ("見本町公式", Some("@mihon_town"), "https://x.com/mihon_town"),
            ("広報課", "こうほうか", Some("総務部")),
            "町政の情報、イベント、災害時の情報を、\n町内外の皆さまにお知らせします。",
        ),
        record(
            "a-03",
            ("instagram", "Instagram"),
            ("髙﨑・葛\u{e0100}城の\"四季\"", Some("mihon.shiki"), "https://www.instagram.com/mihon.shiki/"),
            ("観光課", "カンコウカ", Some("産業部")),
            "=1+1 のように見える目的です,写真でお伝えします。",
        ),
        record(
            "a-02",
            ("x", "X（旧Twitter）"),
            ("見本町立図書館", Some("@mihon_lib"), "https://x.com/mihon_lib"),
            ("図書館", "としょかん", None),
            "新しく入った本と、おはなし会の予定をお知らせします。",
        ),
        record(
            "a-04",
            ("instagram", "Instagram"),
            ("<script>alert(1)</script>&子育て", Some("mihon_kosodate"), "https://www.instagram.com/mihon_kosodate/"),
            ("子ども課", "こどもか", Some("福祉部")),
            "子育て中の方に、健診や相談会の予定をお知らせします。",
        ),
    ]
}

fn record(
    id: &str,
    (network, network_label): (&str, &str),
    (name, handle, url): (&str, Option<&str>, &str),
    (unit, unit_kana, department): (&str, &str, Option<&str>),
    purpose: &str,
) -> ListingRecord {
    let row = |label: &str, text: &str| PolicyRow { label: label.into(), text: text.into() };
    ListingRecord {
        form: 1,
        account: id.into(),
        municipality: "999999".into(),
        network: network.into(),
        network_label: network_label.into(),
        name: name.into(),
        name_kana: None,
        name_en: None,
        handle: handle.map(Into::into),
        url: url.into(),
        purpose: purpose.into(),
        unit: unit.into(),
        unit_kana: unit_kana.into(),
        department: department.map(Into::into),
        number: Some(format!("第{}号", id.trim_start_matches("a-0"))),
        started_on: Some(date(2026, 4, 1)),
        policy: vec![
            row("運用目的", purpose),
            row("発信情報", "対象者：町民の皆さま、町に関心のある方\n情報：町からのお知らせ"),
            row(
                "発信時間",
                "月曜日から金曜日までの8時30分から17時15分までとします。\nただし、それ以外の時間に発信する場合があります。",
            ),
            row("投稿者への回答", "原則として行いません。"),
        ],
        attachments: vec![
            AttachmentText {
                title: "注意事項".into(),
                paragraphs: vec![
                    "１　公序良俗に反する投稿はご遠慮ください。".into(),
                    "２　次の各号に当たる投稿は、予告なく削除することがあります。".into(),
                ],
            },
            AttachmentText {
                title: "免責事項".into(),
                paragraphs: vec!["内容の正確さには十分に注意しています。".into()],
            },
        ],
        listed_on: date(2026, 11, 20),
    }
}

/// What happened to the list.
pub fn changes() -> Vec<ListingChange> {
    let change = |seq: u64, account: &str, name: &str, on: Date, what: ListingEvent| ListingChange {
        seq,
        recorded_at: BUILT - 86_400_000 + i64::try_from(seq).unwrap_or(0) * 1000,
        on,
        account: account.into(),
        name: name.into(),
        network_label: "X（旧Twitter）".into(),
        what,
    };
    vec![
        change(12, "a-01", "見本町公式", date(2026, 11, 20), ListingEvent::Listed),
        change(31, "a-09", "見本町<旧>イベント", date(2026, 11, 20), ListingEvent::Closed),
        change(17, "a-02", "見本町立図書館", date(2026, 11, 20), ListingEvent::Revised),
    ]
}
