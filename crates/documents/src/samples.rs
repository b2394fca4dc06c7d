//! Forms of a town that does not exist, filled for the tests of the renderings.

use jiff::civil::date;

use crate::form::{Block, Choice, Document, Item, Orientation, RuledRow, Text};

fn row(label: &str, text: &str) -> RuledRow {
    RuledRow { label: label.into(), text: text.into() }
}

/// A covering letter and the policy on a second sheet.
pub(crate) fn opening() -> Document {
    let item = |mark: &str, text: &str| Item { mark: mark.into(), text: text.into() };
    Document {
        title: "ＳＮＳ利用方針".into(),
        orientation: Orientation::Portrait,
        blocks: vec![
            Block::Mark("（様式１）".into()),
            Block::Number { label: "広報室管理№".into(), number: None },
            Block::Date(Some(date(2026, 4, 1))),
            Block::Addressee(vec!["企画部秘書課広報室".into(), "　　　　広　報　室　長".into()]),
            Block::Sender(vec!["市民部　𠮷野市民課長".into(), "（担当：髙橋　渡邉\u{E0101}）".into()]),
            Block::Paragraph("　　別紙　ＳＮＳ利用方針のとおり、ＳＮＳアカウントを開設しましたので届出します。".into()),
            Block::PageBreak,
            Block::Title("ＳＮＳ利用方針".into()),
            Block::RuledTable {
                caption: "ＳＮＳ利用方針".into(),
                rows: vec![
                    row("広報室管理№", ""),
                    row("ＳＮＳの種類", "Ｘ"),
                    row("アカウント", "さくら市市民課 <公式> & 仲間"),
                    row("ＵＲＬ", "https://x.com/sakura_shimin"),
                    row("運用目的", "市民課の窓口の混み具合と手続の案内を、早く分かりやすく伝えるため。"),
                    row("所管部署", "市民部市民課"),
                    row("運用期間", "令和8年4月1日～令和9年3月31日"),
                    row(
                        "発信時間",
                        "月曜日から金曜日までの8時30分から17時15分までとします。（祝祭日及び年末年始を除く）。\nただし、それ以外の時間に発信する場合があります。",
                    ),
                    row("備考", ""),
                ],
            },
            Block::Heading("（その他）".into()),
            Block::Numbered {
                mark: "１".into(),
                title: "注意事項".into(),
                lead: Some(
                    "以下に該当すると判断した場合は、発言者に断りなく、投稿の全部または一部を削除することがあります。"
                        .into(),
                ),
                items: vec![
                    item("（1）", "特定の個人、企業、国、地域を誹謗中傷する内容"),
                    item("（15）", "その他、当アカウントの運営上、さくら市が不適切と判断した内容"),
                ],
            },
            Block::Numbered {
                mark: "３".into(),
                title: "個人情報の保護".into(),
                lead: None,
                items: vec![item(
                    "（１）",
                    "さくら市個人情報保護条例に基づいて取り扱います。\n（https://www.example.lg.jp/kojin.html）",
                )],
            },
            Block::Note(
                "この条例は、今は個人情報の保護に関する法律に代わっている場合があります。市の担当に確かめてください。"
                    .into(),
            ),
        ],
    }
}

/// A notice of closing, 廃止 being chosen.
pub(crate) fn closing() -> Document {
    let kind = || Choice::open("廃止", ["休止"]).choosing("廃止");
    Document {
        title: "ＳＮＳ利用方針運用廃止届".into(),
        orientation: Orientation::Portrait,
        blocks: vec![
            Block::Mark("（様式２）".into()),
            Block::Date(Some(date(2026, 3, 31))),
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
                    row("ＳＮＳの種類", "Ｘ"),
                    row("アカウント", "さくら市市民課"),
                    RuledRow { label: Text::default().choice(kind()).words("日"), text: "令和8年3月31日".into() },
                    row("理由", "窓口の案内を市の公式アカウントにまとめるため。"),
                ],
            },
        ],
    }
}

/// Names with characters that no old code page holds: beyond the basic plane, compatibility forms, variation sequences.
pub(crate) fn rare_names() -> Vec<String> {
    const FAMILY: [&str; 10] = [
        "𠮷野",
        "髙橋",
        "山﨑",
        "渡邉",
        "渡邊\u{E0102}",
        "葛\u{E0100}城",
        "辻\u{E0101}",
        "𩸽谷",
        "𫝆村",
        "濵田 & <濱>",
    ];
    const GIVEN: [&str; 20] = [
        "𠮟",
        "叱",
        "塚\u{FA10}",
        "神\u{FA19}",
        "祥\u{FA1A}",
        "福\u{FA1B}",
        "か\u{3099}",
        "が",
        "ｶﾞ",
        "ガ",
        "〜",
        "～",
        "−",
        "－",
        "∥",
        "‖",
        "①",
        "㈱",
        "𝒮",
        "　",
    ];
    FAMILY.iter().flat_map(|family| GIVEN.iter().map(move |given| format!("{family}{given}"))).collect()
}
