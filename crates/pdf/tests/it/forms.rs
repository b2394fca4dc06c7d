//! Forms of a town that does not exist, for the tests and the measurements.

use documents::form::{Block, Choice, Column, Document, Item, Orientation, Room, RuledRow, Text};
use jiff::civil::{Date, date};

/// The day on which the forms were made.
pub const MADE: Date = date(2026, 4, 1);

pub fn row(label: &str, text: &str) -> RuledRow {
    RuledRow { label: label.into(), text: text.into() }
}

fn numbered(mark: &str, title: &str, lead: Option<&str>, items: &[(&str, &str)]) -> Block {
    Block::Numbered {
        mark: mark.into(),
        title: title.into(),
        lead: lead.map(Text::from),
        items: items.iter().map(|(mark, text)| Item { mark: (*mark).into(), text: (*text).into() }).collect(),
    }
}

/// A covering letter and the policy on a second sheet; the number makes one unlike the other.
pub fn opening(number: usize) -> Document {
    let removal = "以下に該当すると判断した場合は、発言者に断りなく、投稿の全部または一部を削除することがあります。";
    Document::new(
        "ＳＮＳ利用方針",
        vec![
            Block::Mark("（様式１）".into()),
            Block::Number { label: "広報室管理№".into(), number: Some(number.to_string()) },
            Block::Date(Some(MADE)),
            Block::Addressee(vec!["企画部秘書課広報室".into(), "　　　　広　報　室　長".into()]),
            Block::Sender(vec!["市民部　𠮷野市民課長".into(), "（担当：髙橋　渡邉\u{E0101}）".into()]),
            Block::Paragraph("　　別紙　ＳＮＳ利用方針のとおり、ＳＮＳアカウントを開設しましたので届出します。".into()),
            Block::PageBreak,
            Block::Title("ＳＮＳ利用方針".into()),
            Block::RuledTable {
                caption: "ＳＮＳ利用方針".into(),
                rows: vec![
                    row("広報室管理№", &number.to_string()),
                    row("ＳＮＳの種類", "Ｘ"),
                    row("アカウント", &format!("さくら市市民課{number} <公式> & 仲間")),
                    row("ＵＲＬ", &format!("https://x.com/sakura_shimin{number}")),
                    row("運用目的", "市民課の窓口の混み具合と手続の案内を、早く分かりやすく伝えるため。"),
                    row("対象者", "市民および市に関心のある方"),
                    row("発信する情報", "窓口の混み具合、手続の案内、休日の窓口"),
                    row("所管部署", "市民部市民課"),
                    row("運用期間", "令和8年4月1日～令和9年3月31日"),
                    row(
                        "発信時間",
                        "月曜日から金曜日までの8時30分から17時15分までとします。（祝祭日及び年末年始を除く）。\nただし、それ以外の時間に発信する場合があります。",
                    ),
                    row("コメントへの返信", "個別の返信は行いません。お問い合わせは市民課まで。"),
                    row("備考", ""),
                ],
            },
            Block::Heading("（その他）".into()),
            numbered(
                "１",
                "注意事項",
                Some(removal),
                &[
                    ("（1）", "特定の個人、企業、国、地域を誹謗中傷する内容"),
                    ("（2）", "法令または公序良俗に反する内容、またはそのおそれがあるもの"),
                    ("（15）", "その他、当アカウントの運営上、さくら市が不適切と判断した内容"),
                ],
            ),
            numbered(
                "２",
                "知的財産権",
                None,
                &[("（１）", "掲載している文章、写真などの著作権は、さくら市に帰属します。")],
            ),
            numbered(
                "３",
                "個人情報の保護",
                None,
                &[(
                    "（１）",
                    "さくら市個人情報保護条例に基づいて取り扱います。\n（https://www.example.lg.jp/kojin.html）",
                )],
            ),
            Block::Note("この条例は、今は個人情報の保護に関する法律に代わっている場合があります。".into()),
        ],
    )
}

/// A closing form on which one of two words is struck.
pub fn closing() -> Document {
    let kind = || Choice::open("廃止", ["休止"]).choosing("休止");
    Document::new(
        "ＳＮＳ利用方針運用廃止（休止）届",
        vec![
            Block::Mark("（様式３）".into()),
            Block::Date(None),
            Block::Addressee(vec!["企画部秘書課広報室".into(), "　　　　広　報　室　長".into()]),
            Block::Sender(vec!["市民部　市民課長".into(), "（担当：髙橋）".into()]),
            Block::Title(Text::from("ＳＮＳ利用方針運用").choice(kind()).words("届")),
            Block::Paragraph(
                Text::from("　下記のとおり、ＳＮＳの利用を")
                    .choice(kind())
                    .words("しましたので、さくら市ＳＮＳアカウント一覧のページからの削除をお願いします。"),
            ),
            Block::Ki,
            Block::RuledTable {
                caption: "廃止または休止するアカウント".into(),
                rows: vec![
                    row("広報室管理№", "12"),
                    row("アカウント", "さくら市市民課"),
                    RuledRow { label: Text::default().choice(kind()).words("日"), text: "令和8年3月31日".into() },
                    row("理由", "窓口の案内を市の公式アカウントにまとめるため。"),
                ],
            },
        ],
    )
}

/// The list of the accounts, on sheets that lie, with boxes for seals.
pub fn list() -> Document {
    let columns =
        [("№", Room::Little), ("ＳＮＳ", Room::Middling), ("アカウント", Room::Middling), ("ＵＲＬ", Room::Much)];
    let columns = columns.map(|(heading, room)| Column { heading: heading.into(), room });
    let cells = |number: usize| {
        [
            number.to_string(),
            "Ｘ".into(),
            format!("さくら市市民課{number}"),
            format!("https://x.com/sakura_shimin{number}"),
        ]
    };
    let rows = (1..=30).map(|number| cells(number).map(Text::from).into()).collect();
    let blocks = vec![
        Block::Title("ＳＮＳアカウント一覧".into()),
        Block::Seals(vec!["課長".into(), "係長".into(), "担当".into()]),
        Block::ListTable { caption: "ＳＮＳアカウント一覧".into(), columns: columns.into(), rows },
    ];
    Document { orientation: Orientation::Landscape, ..Document::new("ＳＮＳアカウント一覧", blocks) }
}
