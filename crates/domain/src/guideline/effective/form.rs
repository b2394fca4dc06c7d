//! Whether each blank of a form can be filled.

use super::super::problem::{Said, said};
use super::super::report::Report;
use super::super::{Block, Form, Guideline, Procedure, RowSource, StepKind};

/// Checks every form.
pub(super) fn check(report: &mut Report<'_>) {
    for (i, form) in report.guideline().forms.iter().enumerate() {
        let path = format!("form[{i}]");
        if form.blocks.is_empty() {
            let words = said("様式に何も書かれていません。")
                .expected("[[form.block]] を一つ以上書きます。")
                .next("様式の中身を書くか、この様式を消してください。");
            report.at(&path, words);
        }
        for (j, block) in form.blocks.iter().enumerate() {
            blanks(report, form, block, &format!("{path}.block[{j}]"));
        }
    }
}

fn blanks(report: &mut Report<'_>, form: &Form, block: &Block, path: &str) {
    let g = report.guideline();
    match block {
        Block::Number { .. } if g.numbering.is_none() => report.at(path, no_number()),
        Block::Attachments if g.attachments.is_empty() => {
            let words = said("添える文（[[attachment]]）がないため、ここには何も印刷されません。")
                .expected("添える文があるときに attachments の欄を置きます。")
                .next("[[attachment]] を加えるか、この欄を消してください。");
            report.at(path, words);
        }
        Block::Table { rows } if rows.is_empty() => report.at(&format!("{path}.rows"), nothing_printed("行（rows）")),
        Block::Addressee { lines } if lines.is_empty() => {
            report.at(&format!("{path}.lines"), nothing_printed("あて先（lines）"));
        }
        Block::PageBreak if form.blocks.last() == Some(block) => {
            let words = said("最後の改ページの後に、何もありません。")
                .expected("改ページ（page_break）は、次のページに置くものの前に書きます。")
                .next("この欄を消すか、後に欄を加えてください。");
            report.at(path, words);
        }
        Block::Table { rows } => {
            for (k, row) in rows.iter().enumerate() {
                if let Some(words) = unfilled(g, form, &row.source) {
                    report.at(&format!("{path}.rows[{k}].source"), words);
                }
            }
        }
        _ => {}
    }
}

fn nothing_printed(what: &str) -> Said {
    said(format!("{what}が空です。何も印刷されません。"))
        .expected("一つ以上書きます。")
        .next("印刷するものを書くか、この欄を消してください。")
}

/// Why nothing ever stands in a row.
fn unfilled(g: &Guideline, form: &Form, source: &RowSource) -> Option<Said> {
    let printed_in: Vec<&Procedure> = printed_in(g, form);
    let has = |kind: StepKind| printed_in.iter().flat_map(|p| &p.steps).any(|step| step.kind == kind);
    let (what, wanted) = match source {
        RowSource::Number if g.numbering.is_none() => return Some(no_number()),
        RowSource::StepDay(id) if !printed_in.iter().any(|p| p.step(id).is_some()) => {
            (format!("手順「{id}」は、この様式を使う手続にありません。"), "この様式を使う手続の手順の id")
        }
        RowSource::StopDay if !has(StepKind::Stop) => {
            ("この様式を使う手続に、休止・廃止（stop）の手順がありません。".to_owned(), "stop の手順で入れる日")
        }
        RowSource::PolicyPlace if !has(StepKind::ShowPolicy) => (
            "この様式を使う手続に、方針の明示（show_policy）の手順がありません。".to_owned(),
            "show_policy の手順で入れる場所",
        ),
        _ => return None,
    };
    let words = said(format!("この欄は、いつも空のままです。{what}"))
        .expected(format!("ここに入るのは、{wanted}です。"))
        .next("source を直すか、手で書く欄なら source = \"blank\" としてください。");
    Some(words)
}

/// The procedures for whose cases a form can be printed.
fn printed_in<'g>(g: &'g Guideline, form: &Form) -> Vec<&'g Procedure> {
    let prints = |p: &&Procedure| p.steps.iter().any(|step| step.form.as_deref() == Some(form.id.as_str()));
    let found: Vec<&Procedure> = g.procedures.iter().filter(prints).collect();
    if found.is_empty() { g.procedures.iter().collect() } else { found }
}

fn no_number() -> Said {
    said("番号の決まり（[numbering]）がないため、番号の欄はいつも空のままです。")
        .expected("番号は [numbering] の決まりで、受理のときに付きます。")
        .next("[numbering] を加えるか、手で書く欄なら source = \"blank\" としてください。")
}
