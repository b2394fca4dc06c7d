//! What stands on the printed forms, read back from the PDF as a reader's program reads it.

mod forms;
mod names;
mod reader;

use documents::form::{Block, Document};
use pdf::{FontSource, Press, PrintProblem};

use forms::{MADE, closing, list, opening, row};
use reader::{boxes, pages, text, words};

fn press() -> Press {
    Press::open(FontSource::Usual).expect("scripts/install test brings the typeface")
}

fn print(document: &Document) -> Vec<u8> {
    press().print(document, MADE).expect("it prints")
}

fn of(blocks: Vec<Block>) -> Document {
    Document::new("届", blocks)
}

#[test]
fn the_words_of_a_form_come_back_in_their_order() {
    for document in [opening(7), closing(), first_page_of_the_list()] {
        let printed = documents::text::printed(&document).concat();
        assert_eq!(words(&text(&print(&document))), words(&printed));
    }
}

/// The list without the rows of further pages, which repeat its headings.
fn first_page_of_the_list() -> Document {
    let mut list = list();
    for block in &mut list.blocks {
        if let Block::ListTable { rows, .. } = block {
            rows.truncate(5);
        }
    }
    list
}

#[test]
fn a_list_lies_across_and_repeats_its_headings_on_every_page() {
    let pdf = print(&list());
    let text = text(&pdf);
    let pages = pages(&text);
    assert!(pages.len() > 1 && pages.iter().all(|page| words(page).contains("ＳＮＳアカウントＵＲＬ")), "{text}");
    assert!(boxes(&pdf).iter().any(|place| place.right > 600.0));
}

#[test]
fn equal_documents_give_equal_bytes() {
    let press = press();
    let first = press.print(&opening(1), MADE).expect("it prints");
    let other = press.print(&opening(2), MADE).expect("it prints");
    assert_eq!(press.print(&opening(1), MADE).expect("it prints"), first);
    assert_ne!(first, other);
}

#[test]
fn the_file_says_that_it_is_for_the_archive_and_for_everybody() {
    let pdf = String::from_utf8_lossy(&print(&opening(1))).into_owned();
    for claim in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "2026-04-01",
    ] {
        assert!(pdf.contains(claim), "{claim}");
    }
}

#[test]
fn what_people_typed_is_never_an_order_to_the_typesetter() {
    let typed = "#let x = 1 $ * _a_ <b> @c // d /* e */ \\ ` \" ' -- --- ~ #read(\"/etc/passwd\") = h - i + j";
    let document = of(vec![
        Block::Title(typed.into()),
        Block::Paragraph(typed.into()),
        Block::RuledTable { caption: typed.into(), rows: vec![row(typed, typed)] },
        Block::Sender(vec![typed.into()]),
    ]);
    assert_eq!(words(&text(&print(&document))), words(&typed.repeat(5)));
}

#[test]
fn a_character_that_the_typeface_lacks_is_named_with_its_field() {
    let document = of(vec![Block::RuledTable {
        caption: "方針".into(),
        rows: vec![row("アカウント", "さくら🌸だより"), row("備考", "外字\u{E000}と\u{7}")],
    }]);
    let problem = press().print(&document, MADE).expect_err("nothing may be printed as an empty box");
    assert!(matches!(&problem, PrintProblem::Illegible(all) if all.len() == 3));
    insta::assert_snapshot!(problem, @"PDFの書体にない文字があるため、印刷できません：「アカウント」の欄の「🌸」（U+1F338）、「備考」の欄の外字（U+E000）、「備考」の欄の見えない文字（U+0007）。その文字を書体にある字に直すか、書体ファイルを --font で替えてから、もう一度作ってください。画面での表示とほかの形式は、このままで使えます。");
}

#[test]
fn a_note_for_the_screen_is_not_printed() {
    let document = of(vec![Block::Paragraph("本文".into()), Block::Note("画面だけ".into())]);
    assert_eq!(words(&text(&print(&document))), "本文");
}

#[test]
fn pages_are_numbered_only_where_there_are_more_than_two() {
    let sheets = |count: usize| {
        let mut blocks = vec![Block::Paragraph("紙".into())];
        for _ in 1..count {
            blocks.extend([Block::PageBreak, Block::Paragraph("紙".into())]);
        }
        pages(&text(&print(&of(blocks)))).iter().map(|page| words(page)).collect::<Vec<_>>()
    };
    assert_eq!(sheets(2), ["紙", "紙"]);
    assert_eq!(sheets(3), ["紙1/3", "紙2/3", "紙3/3"]);
}

#[test]
fn nothing_leaves_the_paper_however_long_a_word_is() {
    let long = "a".repeat(700);
    let address = format!("https://www.example.lg.jp/{}?q={}", "path/".repeat(40), "x".repeat(120));
    let document = of(vec![
        Block::Number { label: "管理№".into(), number: Some("9".repeat(90)) },
        Block::Sender(vec!["長".repeat(80), long.clone()]),
        Block::Title(long.as_str().into()),
        Block::RuledTable {
            caption: "表".into(), rows: vec![row(&long, &address), row("理由", &"文".repeat(3000))]
        },
    ]);
    let pdf = print(&document);
    assert_eq!(words(&text(&pdf)).matches('文').count(), 3000);
    assert!(words(&text(&pdf)).contains(&words(&address)), "{}", text(&pdf));
    for place in boxes(&pdf) {
        assert!(place.left > 55.0 && place.right < 540.0 && place.bottom < 820.0, "{place:?}");
    }
}
