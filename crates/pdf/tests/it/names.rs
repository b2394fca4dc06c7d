//! Names whose characters are often lost on the way to paper.

use documents::form::{Block, Document};

use crate::forms::{MADE, row};
use crate::press;
use crate::reader::text;

/// Family names: variants outside the Basic Multilingual Plane, variation sequences, compatibility forms, widths.
const FAMILIES: &[&str] = &[
    "𠮷野",
    "髙橋",
    "山﨑",
    "渡邉",
    "渡邊",
    "渡邉\u{E0101}",
    "渡邊\u{E0101}",
    "辻\u{E0100}",
    "葛\u{E0100}城",
    "葛\u{E0101}城",
    "草彅",
    "森鷗",
    "𡈽井",
    "上﨟",
    "濵田",
    "栁沢",
    "德永",
    "神\u{FA19}",
    "塚\u{FA10}",
    "ﾜﾀﾅﾍﾞ",
    "Ｗａｔａｎａｂｅ",
    "𠀋内",
    "𣘺本",
    "齋藤",
    "齊籐",
];

/// Given names, in the same spirit.
const GIVEN: &[&str] = &["瀬里", "瀨里", "煕", "𠮟子", "ヿ太", "凜", "祐\u{FA4F}", "ｶﾅ"];

#[test]
fn two_hundred_names_with_rare_characters_survive_byte_for_byte() {
    let names: Vec<String> =
        FAMILIES.iter().flat_map(|family| GIVEN.iter().map(move |given| format!("{family}{given}"))).collect();
    assert_eq!(names.len(), 200);
    let rows = names.iter().enumerate().map(|(number, name)| row(&format!("N{number}"), name)).collect();
    let document = Document::new("名簿", vec![Block::RuledTable { caption: "名簿".into(), rows }]);
    let text = text(&press().print(&document, MADE).expect("it prints"));
    let read: Vec<&str> = text.split_whitespace().collect();
    let lost: Vec<_> = names
        .iter()
        .enumerate()
        .filter(|(number, name)| {
            let label = format!("N{number}");
            let after = read.iter().position(|word| *word == label).and_then(|at| read.get(at + 1));
            after != Some(&name.as_str())
        })
        .map(|(_, name)| name.escape_unicode().to_string())
        .collect();
    assert!(lost.is_empty(), "{} of 200 are lost: {lost:#?}\n{text}", lost.len());
}
