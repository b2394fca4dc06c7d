use std::io::Read as _;

use super::*;
use crate::form::{Choice, Column, Orientation, Room, RuledRow};
use crate::html;
use crate::samples::{closing, opening, rare_names};

/// A part of a Word file, unpacked.
fn part(file: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(file)).expect("a zip archive");
    let mut content = String::new();
    zip.by_name(name).expect("the part is there").read_to_string(&mut content).expect("UTF-8");
    content
}

fn document_xml(document: &Document) -> String {
    part(&write(document).expect("it is written"), "word/document.xml")
}

/// What a reader of the file sees: the words between the tags, with line breaks.
fn seen(xml: &str) -> Vec<String> {
    let paragraphs = xml.split("<w:p>").skip(1);
    paragraphs
        .map(|paragraph| {
            let mut words = String::new();
            for piece in paragraph.split('<').skip(1) {
                let Some((tag, text)) = piece.split_once('>') else { continue };
                match tag {
                    "w:br/" => words.push('\n'),
                    _ => words.push_str(text),
                }
            }
            words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        })
        .collect()
}

#[test]
fn equal_documents_are_equal_files() {
    assert_eq!(write(&opening()).expect("written"), write(&opening()).expect("written"));
    assert_ne!(write(&opening()).expect("written"), write(&closing()).expect("written"));
}

#[test]
fn all_printed_words_are_in_the_file_in_their_order_and_no_note_is() {
    for document in [opening(), closing()] {
        let words: Vec<String> =
            seen(&document_xml(&document)).into_iter().filter(|paragraph| !paragraph.is_empty()).collect();
        assert_eq!(words, crate::text::printed(&document));
    }
}

#[test]
fn the_word_that_does_not_apply_is_struck() {
    let xml = document_xml(&closing());
    let struck = r#"<w:r><w:rPr><w:dstrike/></w:rPr><w:t xml:space="preserve">休止</w:t></w:r>"#;
    assert_eq!(xml.matches(struck).count(), 3, "{xml}");
    assert_eq!(xml.matches("<w:dstrike/>").count(), 3, "廃止 itself is not struck");
    let open = Block::Title(Text::default().choice(Choice::open("廃止", ["休止"])));
    assert!(!document_xml(&Document::new("届", vec![open])).contains("dstrike"), "nothing is chosen yet");
}

#[test]
fn the_policy_begins_a_new_sheet() {
    assert_eq!(document_xml(&opening()).matches("<w:pageBreakBefore/>").count(), 1);
    let table =
        Block::RuledTable { caption: "表".into(), rows: vec![RuledRow { label: "a".into(), text: "b".into() }] };
    let xml = document_xml(&Document::new("届", vec![Block::Ki, Block::PageBreak, table]));
    assert!(xml.contains(r#"<w:br w:type="page"/>"#), "a table cannot carry the break itself: {xml}");
}

#[test]
fn two_hundred_names_survive_to_the_last_code_point_on_screen_and_in_word() {
    let names = rare_names();
    assert_eq!(names.len(), 200);
    let rows = names.iter().map(|name| RuledRow { label: "担当".into(), text: name.as_str().into() }).collect();
    let document = Document::new("名簿", vec![Block::RuledTable { caption: "名簿".into(), rows }]);
    let told: Vec<String> = seen(&document_xml(&document)).into_iter().filter(|cell| cell != "担当").collect();
    assert_eq!(told[..200], names[..]);
    let page = html::page(&document, "form.css").expect("it renders");
    let cells: Vec<String> = page
        .split("<td>")
        .skip(1)
        .map(|cell| cell.split("</td>").next().unwrap_or_default())
        .map(|cell| cell.replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'").replace("&#38;", "&"))
        .collect();
    assert_eq!(cells, names);
}

#[test]
fn what_no_xml_can_hold_becomes_the_sign_for_a_missing_character() {
    let xml = document_xml(&Document::new("\u{1}", vec![Block::Paragraph("a\u{0}b\u{1B}\tc\r<&\u{FFFF}".into())]));
    assert!(xml.contains("a\u{FFFD}b\u{FFFD}</w:t><w:tab/>"), "{xml}");
    assert!(xml.contains("c&#13;&lt;&amp;\u{FFFD}"), "{xml}");
}

#[test]
fn a_list_lies_across_and_repeats_its_headings_and_seals_have_room() {
    let column = |heading: &str, room| Column { heading: heading.into(), room };
    let columns = vec![column("№", Room::Little), column("ＵＲＬ", Room::Much)];
    let rows = vec![vec!["1".into(), "https://x.com/a".into()]];
    let list = Block::ListTable { caption: "一覧".into(), columns, rows };
    let blocks = vec![Block::Seals(vec!["課長".into(), "担当".into()]), list];
    let xml = document_xml(&Document { orientation: Orientation::Landscape, ..Document::new("一覧", blocks) });
    assert!(xml.contains(r#"<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>"#));
    assert_eq!(xml.matches("<w:tblHeader/>").count(), 1);
    assert!(xml.contains(r#"<w:trHeight w:val="1020" w:hRule="atLeast"/>"#));
    assert!(xml.contains(r#"</w:tbl><w:p><w:pPr><w:pStyle w:val="Between"/></w:pPr></w:p><w:tbl>"#), "kept apart");
    let whole: u32 = grid(&xml).iter().skip(2).sum();
    assert_eq!(whole, Sheet::of(Orientation::Landscape).width());
}

fn grid(xml: &str) -> Vec<u32> {
    let widths = xml.split(r#"<w:gridCol w:w=""#).skip(1);
    widths.filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
}

#[test]
fn every_style_that_is_named_is_defined_and_names_a_japanese_mincho_for_both_scripts() {
    let seals = Document::new("票", vec![Block::Seals(vec!["課長".into()]), Block::Ki]);
    let styles = part(&write(&opening()).expect("written"), "word/styles.xml");
    for xml in [document_xml(&opening()), document_xml(&closing()), document_xml(&seals)] {
        for named in xml.split("Style w:val=\"").skip(1) {
            let id = named.split('"').next().unwrap_or_default();
            assert!(styles.contains(&format!(r#"w:styleId="{id}""#)), "{id} is not defined");
        }
    }
    assert!(styles.contains(r#"w:ascii="ＭＳ 明朝" w:hAnsi="ＭＳ 明朝" w:eastAsia="ＭＳ 明朝""#));
}

#[test]
fn the_properties_of_paragraphs_and_runs_stand_in_the_order_of_the_schema() {
    const PARAGRAPH: [&str; 11] = [
        "pStyle",
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "autoSpaceDE",
        "autoSpaceDN",
        "spacing",
        "ind",
        "jc",
        "outlineLvl",
        "rPr",
    ];
    const RUN: [&str; 7] = ["rFonts", "strike", "dstrike", "kern", "sz", "szCs", "lang"];
    let file = write(&opening()).expect("written");
    for xml in [document_xml(&opening()), document_xml(&closing()), part(&file, "word/styles.xml")] {
        in_order(&xml, "w:pPr", &PARAGRAPH);
        in_order(&xml, "w:rPr", &RUN);
    }
}

fn in_order(xml: &str, parent: &str, order: &[&str]) {
    for properties in xml.split(&format!("<{parent}>")).skip(1) {
        let properties = properties.split(&format!("</{parent}>")).next().unwrap_or_default();
        let places: Vec<usize> = properties
            .split("<w:")
            .skip(1)
            .filter_map(|child| child.split([' ', '/', '>']).next())
            .map(|child| order.iter().position(|each| *each == child).unwrap_or_else(|| panic!("{child} in {parent}")))
            .collect();
        assert!(places.is_sorted(), "{properties}");
    }
}
