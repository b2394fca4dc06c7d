//! A form as an HTML page that reads well on the screen and prints on A4.

use askama::Template;
use thiserror::Error;

use crate::form::{Block, Document, Fate, OPEN_DATE, Orientation, Room, Span};

/// The style of forms, to be served as a file of its own: pages of the server carry no style inside.
pub const CSS: &str = include_str!("../templates/form.css");

/// Why a document could not be written as HTML.
#[derive(Debug, Error)]
#[error("書類の画面を作れませんでした。もう一度試し、続くときは管理者に知らせてください。")]
pub struct RenderProblem(#[from] askama::Error);

/// Writes a page that takes its style from an address, as a strict content security policy wants it.
pub fn page(document: &Document, stylesheet: &str) -> Result<String, RenderProblem> {
    render(document, Style::Linked(stylesheet))
}

/// Writes a page that stands alone as a file, with its style inside.
pub fn standalone(document: &Document) -> Result<String, RenderProblem> {
    render(document, Style::Inside(CSS))
}

fn render(document: &Document, style: Style<'_>) -> Result<String, RenderProblem> {
    Ok(Page { title: &document.title, style, lies: document.orientation, sheets: sheets(&document.blocks) }.render()?)
}

/// Where a page has its style.
enum Style<'a> {
    Linked(&'a str),
    Inside(&'static str),
}

/// A page as its template sees it.
#[derive(Template)]
#[template(path = "form.html")]
struct Page<'a> {
    title: &'a str,
    style: Style<'a>,
    lies: Orientation,
    sheets: Vec<Vec<Part<'a>>>,
}

/// A block with the level of heading that it has where it stands.
struct Part<'a> {
    block: &'a Block,
    level: u8,
}

/// Parts the blocks into sheets of paper and gives headings their levels, none of them skipped.
fn sheets(blocks: &[Block]) -> Vec<Vec<Part<'_>>> {
    let mut deepest_above = 0;
    let mut sheets = vec![Vec::new()];
    for block in blocks {
        let wanted = match block {
            Block::PageBreak => {
                sheets.push(Vec::new());
                continue;
            }
            Block::Title(_) => 1,
            Block::Heading(_) => 2,
            Block::Numbered { .. } => 3,
            _ => 0,
        };
        let level = wanted.min(deepest_above + 1);
        if level > 0 {
            deepest_above = level;
        }
        if let Some(sheet) = sheets.last_mut() {
            sheet.push(Part { block, level });
        }
    }
    sheets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Choice, Column, Text};
    use crate::samples::{closing, opening};

    /// The words of a page as they are seen: without tags, blank lines and the spaces that lay the source out.
    fn seen(html: &str) -> String {
        let body = html.split_once("<body").map_or("", |(_, body)| body);
        let mut words = String::new();
        for piece in body.split('<').skip(1) {
            words.push_str(piece.split_once('>').map_or("", |(_, words)| words));
        }
        words
    }

    #[test]
    fn the_filled_opening_form_is_this_page() {
        insta::assert_snapshot!(page(&opening(), "/assets/form.css").expect("it renders"));
    }

    #[test]
    fn a_page_for_the_server_has_no_style_inside_and_a_file_has_nothing_outside() {
        let served = page(&opening(), "/assets/form.css?v=1&x=\"").expect("it renders");
        assert!(!served.contains("<style") && !served.contains("style=\""));
        assert!(served.contains(r#"<link rel="stylesheet" href="/assets/form.css?v=1&#38;x=&#34;">"#), "{served}");
        let file = standalone(&opening()).expect("it renders");
        assert!(file.contains("@page { size: A4 portrait") && !file.contains("<link"));
    }

    #[test]
    fn what_people_typed_is_escaped_and_otherwise_kept_to_the_last_code_point() {
        let typed = " 𠮷野\u{3000}髙橋 渡邉\u{E0101}\n<script>alert('&')</script>";
        let document = Document::new(typed, vec![Block::Paragraph(typed.into())]);
        let html = page(&document, "form.css").expect("it renders");
        assert!(!html.contains("<script"));
        let unescaped =
            seen(&html).replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'").replace("&#38;", "&");
        assert_eq!(unescaped.trim_start_matches('\n').trim_end_matches('\n'), typed);
    }

    #[test]
    fn the_word_that_does_not_apply_is_struck() {
        let html = page(&closing(), "form.css").expect("it renders");
        assert!(html.contains(r#"ＳＮＳ利用方針運用<strong class="chosen">廃止</strong>（<s>休止</s>）届"#), "{html}");
        let blank = Block::Title(Text::default().choice(Choice::open("廃止", ["休止"])));
        let html = page(&Document::new("届", vec![blank]), "form.css").expect("it renders");
        assert!(html.contains(r#"<h1 class="title">廃止（休止）</h1>"#), "{html}");
    }

    #[test]
    fn a_list_has_headings_and_seals_have_boxes() {
        let columns = vec![Column { heading: "ＵＲＬ".into(), room: Room::Much }];
        let list = Block::ListTable { caption: "一覧".into(), columns, rows: vec![vec!["<x>".into()]] };
        let blocks = vec![Block::Seals(vec!["課長".into()]), list];
        let document = Document { orientation: Orientation::Landscape, ..Document::new("一覧", blocks) };
        let html = page(&document, "form.css").expect("it renders");
        let sheet = html.split_once("<section").map_or("", |(_, rest)| rest);
        let sheet = sheet.split_once("</section>").map_or("", |(sheet, _)| sheet);
        insta::assert_snapshot!(sheet, @r#"
         class="sheet landscape">
        <table class="seals" aria-label="押印欄"><tr><th scope="col">課長</th></tr><tr><td></td></tr></table>
        <table class="list" aria-label="一覧">
        <colgroup><col class="much"></colgroup>
        <thead><tr><th scope="col">ＵＲＬ</th></tr></thead>
        <tbody>
        <tr><td>&#60;x&#62;</td></tr>
        </tbody>
        </table>
        "#);
    }

    #[test]
    fn no_level_of_heading_is_skipped() {
        let numbered =
            || Block::Numbered { mark: "１".into(), title: "注意事項".into(), lead: None, items: Vec::new() };
        let blocks =
            vec![numbered(), Block::Title("方針".into()), numbered(), Block::Heading("その他".into()), numbered()];
        let levels: Vec<u8> = sheets(&blocks).iter().flatten().map(|part| part.level).collect();
        assert_eq!(levels, [1, 1, 2, 2, 3]);
    }

    #[test]
    fn each_page_break_begins_a_new_sheet() {
        let html = page(&opening(), "form.css").expect("it renders");
        assert_eq!(html.matches("<section class=\"sheet\">").count(), 2);
    }
}
