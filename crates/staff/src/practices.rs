//! 市の運用: every figure that the text leaves open, beside what the city set it to; and every figure that a clause gives.

use actions::ActError;
use askama::Template;
use domain::access::Action;
use domain::act::SetPractice;
use domain::calendar::{parse_date, wareki};
use domain::guideline::{Guideline, Run};
use domain::practice::{PracticeLeaf, PracticeRow, PracticeSpan, fixed_leaves};
use domain::refusal::{OrderField, Refusal};
use serde::Deserialize;

use crate::answer::{Answer, Reply};
use crate::done::Done;
use crate::field::{Field, Kind, Line, Problem};
use crate::page::Shell;
use crate::parts::{Basis, Cell, Empty, Head, Link, Table};
use crate::query::Query;
use crate::refused::field_at_fault;
use crate::typed::Typed;
use crate::visit::Visit;

/// Which figure is to be changed.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    leaf: Option<String>,
}

#[derive(Template)]
#[template(path = "practices.html")]
struct PracticesPage {
    shell: Shell,
    change: Option<Change>,
    open: Table,
    fixed: Vec<Fixed>,
    keepers: String,
}

/// The form for one figure.
struct Change {
    label: String,
    basis: Basis,
    action: String,
    leaf: String,
    key: String,
    unit: &'static str,
    present: String,
    problems: Vec<Problem>,
    fields: Vec<Field>,
    history: Table,
    allowed: bool,
}

/// A figure that a clause gives.
struct Fixed {
    label: String,
    value: String,
    basis: Basis,
}

/// Every figure; with `?leaf=` the form for one of them.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>, Query(done): Query<Done>) -> Reply {
    let leaf = asked.leaf.as_deref().map(str::parse::<PracticeLeaf>).transpose().map_err(|_| Answer::Nowhere)?;
    let typed = Typed::default().with("on", visit.today().to_string());
    let mut page = made(&visit, leaf.as_ref(), &typed, Vec::new()).await?;
    page.shell = done.said(&visit, "practice_set", page.shell).await?;
    visit.show(&page)
}

/// Sets one figure.
pub(crate) async fn set(visit: Visit, mut typed: Typed) -> Reply {
    let leaf: PracticeLeaf = typed.text("leaf").parse().map_err(|_| Answer::Nowhere)?;
    let problems = match read(&leaf, &typed) {
        Err(problems) => problems,
        Ok((order, on)) => match visit.city().set_practice(&order, &visit.by(on)?, typed.said("key")).await {
            Ok(recorded) => {
                let to = format!("practices?leaf={leaf}&done={}", recorded.seq);
                return Err(Answer::Elsewhere(visit.path(&to)));
            }
            Err(ActError::Refused(refusal)) => {
                typed = visit.rekeyed(typed, &refusal);
                vec![problem(&visit, &refusal, &typed)]
            }
            Err(other) => return Err(other.into()),
        },
    };
    visit.show_refused(&made(&visit, Some(&leaf), &typed, problems).await?)
}

/// What was typed, as an order; or what cannot be read.
fn read(leaf: &PracticeLeaf, typed: &Typed) -> Result<(SetPractice, jiff::civil::Date), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, words: String| {
        problems.push(Problem { field: Some(field.to_owned()), words, basis: None });
    };
    let on = parse_date(typed.text("on"));
    if let Err(problem) = &on {
        wrong("on", problem.to_string());
    }
    let figures: String = typed.text("value").trim().chars().map(narrow).collect();
    let value: Result<u32, _> = figures.parse();
    if value.is_err() {
        wrong("value", "新しい値を読めません。1、14 のように、数字だけで入れてください。".to_owned());
    }
    match (on, value) {
        (Ok(on), Ok(value)) => {
            Ok((SetPractice { leaf: leaf.clone(), value, reason: typed.text("reason").to_owned() }, on))
        }
        _ => Err(problems),
    }
}

/// A full-width figure as a figure.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        _ => c,
    }
}

fn problem(visit: &Visit, refusal: &Refusal, typed: &Typed) -> Problem {
    let field = field_at_fault(refusal, typed, |field| match field {
        OrderField::Day | OrderField::Reason | OrderField::Value => Some(field.word()),
        _ => None,
    });
    Problem {
        field: field.map(str::to_owned),
        words: format!("{}次にすること：{}", refusal.what, refusal.next),
        basis: refusal.basis.as_ref().map(|basis| visit.basis(basis)),
    }
}

async fn made(
    visit: &Visit,
    leaf: Option<&PracticeLeaf>,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<PracticesPage, Answer> {
    let g = &visit.guideline().guideline;
    let rows = visit.city().practices_on(visit.today()).await?;
    let change = match leaf {
        None => None,
        Some(leaf) => {
            let row = rows.iter().find(|row| row.open.leaf == *leaf).ok_or(Answer::Nowhere)?;
            let history = visit.city().practice_history(leaf).await?;
            Some(change(visit, row, &history, typed, problems))
        }
    };
    let fixed = fixed_leaves(g).into_iter().map(|(fixed, clause)| Fixed {
        value: format!("{}{}", fixed.default, fixed.unit.label()),
        label: fixed.label,
        basis: visit.basis(&domain::guideline::Basis::Clause(clause)),
    });
    let shell = visit.shell("市の運用の値").under(visit.path("guideline"), "ガイドライン");
    Ok(PracticesPage { shell, change, open: open(visit, &rows), fixed: fixed.collect(), keepers: g.settlers() })
}

fn open(visit: &Visit, rows: &[PracticeRow]) -> Table {
    let row = |row: &PracticeRow| {
        let href = visit.path(&format!("practices?leaf={}", row.open.leaf));
        let unit = row.open.unit.label();
        let present = match &row.set {
            Some(set) => Cell::Pair(format!("{}{unit}", set.value), format!("{}から", wareki(set.from))),
            None => Cell::Pair(format!("{}{unit}", row.open.default), "ガイドラインの登録のまま".to_owned()),
        };
        vec![
            Cell::LinkPair(Link { href, words: row.open.label.clone() }, why(&visit.guideline().guideline, row)),
            present,
            Cell::Text(format!("{}{unit}", row.open.default)),
        ]
    };
    Table {
        caption: "団体が決められる値".to_owned(),
        heads: ["値", "今の値", "はじめの値"].map(Head::new).into(),
        rows: rows.iter().map(row).collect(),
        empty: Empty {
            title: "団体が決められる値はありません。".to_owned(),
            body: "このガイドラインでは、すべての値を条文が定めています。".to_owned(),
            next: None,
        },
    }
}

/// Why the figure is the city's, and that nothing reads it yet where that is so.
fn why(g: &Guideline, row: &PracticeRow) -> String {
    match row.open.leaf.run(g) {
        Run::Today => row.open.why.clone(),
        Run::Later => format!("{}\nこの値は、しるべではまだ使われません。", row.open.why),
    }
}

fn change(visit: &Visit, row: &PracticeRow, history: &[PracticeSpan], typed: &Typed, problems: Vec<Problem>) -> Change {
    let wrong = |name: &str| problems.iter().find(|p| p.field.as_deref() == Some(name)).map(|p| p.words.clone());
    let unit = row.open.unit.label();
    let day = typed.text("on");
    let fields = vec![
        Field::new(
            "value",
            format!("新しい値（{unit}）"),
            Kind::Line { value: typed.text("value").to_owned(), sort: Line::Number },
        )
        .hint(format!("1から{}までの数字", row.open.unit.most()))
        .error(wrong("value")),
        Field::new("on", "いつから", Kind::Day { value: day.to_owned(), wareki: parse_date(day).ok().map(wareki) })
            .hint("この日より前に始まった期限は、前の値のままです。")
            .error(wrong("on")),
        Field::new("reason", "変える理由", Kind::Long { value: typed.text("reason").to_owned(), rows: 3, most: None })
            .hint("台帳に残ります。")
            .error(wrong("reason")),
    ];
    Change {
        label: row.open.label.clone(),
        basis: Basis::Practice { words: row.open.why.clone() },
        action: visit.path("practices"),
        leaf: row.open.leaf.to_string(),
        key: typed.said("key").map_or_else(|| visit.fresh_key(), str::to_owned),
        unit,
        present: row.value().to_string(),
        fields,
        history: past(visit, history),
        allowed: visit.may(Action::SetPractice),
        problems,
    }
}

fn past(visit: &Visit, history: &[PracticeSpan]) -> Table {
    let row = |span: &PracticeSpan| {
        let value = format!("{}{}", span.value, span.unit.label());
        vec![
            Cell::Text(format!("{}から", wareki(span.from))),
            if visit.may(Action::SeeLedger) {
                Cell::Link(Link { href: visit.path(&format!("ledger/{}", span.seq)), words: value })
            } else {
                Cell::Text(value)
            },
            Cell::Text(span.by.title.clone()),
            span.reason.clone().map_or(Cell::Missing("消去されています"), Cell::Text),
        ]
    };
    Table {
        caption: "これまでの変更".to_owned(),
        heads: ["いつから", "値", "だれが", "理由"].map(Head::new).into(),
        rows: history.iter().rev().map(row).collect(),
        empty: Empty {
            title: "まだ変えたことがありません。".to_owned(),
            body: "ガイドラインの登録にある値が使われています。".to_owned(),
            next: None,
        },
    }
}
