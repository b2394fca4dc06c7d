//! 定めのない事項の決定: the dated log of what the authority for it has settled, and the form for one more.

use actions::{ActError, LoadedGuideline, RulingOrder};
use askama::Template;
use axum::extract::Path;
use domain::access::Action;
use domain::calendar::{parse_date, wareki, wareki_with_western};
use domain::evidence::Meeting;
use domain::guideline::{Basis as Rule, ClauseId, Guideline, Holder, Strength};
use domain::id::{AccountId, CaseId, RulingId};
use domain::refusal::{OrderField, Refusal};
use domain::ruling::{self, About, Ruling};
use serde::Deserialize;

use crate::answer::{Answer, Reply};
use crate::done::Done;
use crate::field::{Choice, Field, Kind, Line, Problem};
use crate::page::Shell;
use crate::parts::{Basis, Cell, Empty, Head, Link, Pages, Table};
use crate::query::Query;
use crate::refused::field_at_fault;
use crate::typed::Typed;
use crate::visit::Visit;

/// Where the page of the list begins.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
}

/// How many rulings one page shows.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "rulings.html")]
struct RulingsPage {
    shell: Shell,
    authority: Option<Authority>,
    action: String,
    key: String,
    problems: Vec<Problem>,
    fields: Vec<Field>,
    rulings: Table,
    pages: Pages,
}

/// Who may settle what the guideline does not say.
struct Authority {
    who: String,
    basis: Basis,
}

#[derive(Template)]
#[template(path = "ruling.html")]
struct RulingPage {
    shell: Shell,
    title: String,
    words: Option<String>,
    basis: Option<Basis>,
    facts: Vec<(String, Cell)>,
}

/// The log, with the form where the caller may make one.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let typed = Typed::default().with("on", visit.today().to_string());
    visit.show(&made(&visit, asked.after.map(RulingId).as_ref(), &typed, Vec::new()).await?)
}

/// Records one.
pub(crate) async fn make(visit: Visit, mut typed: Typed) -> Reply {
    let problems = match read(&visit, &typed) {
        Err(problems) => problems,
        Ok((order, on)) => match visit.city().rule(&order, &visit.by(on)?, typed.said("key")).await {
            Ok(recorded) => {
                let to = format!("rulings/r{0}?done={0}", recorded.seq);
                return Err(Answer::Elsewhere(visit.path(&to)));
            }
            Err(ActError::Refused(refusal)) => {
                typed = visit.rekeyed(typed, &refusal);
                vec![problem(&visit, &refusal, &typed)]
            }
            Err(other) => return Err(other.into()),
        },
    };
    visit.show_refused(&made(&visit, None, &typed, problems).await?)
}

/// One ruling.
pub(crate) async fn one(visit: Visit, Path((_, id)): Path<(String, String)>, Query(done): Query<Done>) -> Reply {
    let ruling = visit.city().ruling(&RulingId(id.clone())).await?.ok_or(Answer::Nowhere)?;
    let loaded = visit.city().adopted(&ruling.guideline).await?;
    let basis = ruling
        .clause
        .clone()
        .map(|clause| visit.basis_in(loaded.as_deref().unwrap_or(visit.guideline()), &Rule::Clause(clause)));
    let title = title(&ruling);
    let shell = visit.shell(format!("決定 {id}")).under(visit.path("rulings"), "定めのない事項の決定");
    let page = RulingPage {
        shell: done.said(&visit, "ruling_made", shell).await?,
        title,
        words: ruling.words.clone(),
        basis,
        facts: facts(&visit, &ruling, loaded.as_deref()),
    };
    visit.show(&page)
}

fn title(ruling: &Ruling) -> String {
    ruling.title.clone().unwrap_or_else(|| "（題名は消去されています）".to_owned())
}

fn facts(visit: &Visit, ruling: &Ruling, loaded: Option<&LoadedGuideline>) -> Vec<(String, Cell)> {
    let unit = visit.office().unit_name(&ruling.by.unit, ruling.on);
    let version = loaded.map_or_else(
        || ruling.guideline.to_string(),
        |loaded| format!("{}（{}）", loaded.guideline.guideline.title, loaded.guideline.guideline.version),
    );
    let href = visit.path(&format!("guideline?version={}", ruling.guideline));
    let mut facts = vec![
        ("決めた日".to_owned(), Cell::Text(wareki_with_western(ruling.on))),
        ("決めた職".to_owned(), Cell::Text(format!("{unit}　{}", ruling.by.title))),
        ("そのときのガイドライン".to_owned(), Cell::Link(Link { href, words: version })),
    ];
    let about = ruling.about.as_ref().map(|about| match about {
        About::Account(id) => {
            Link { href: visit.path(&format!("accounts/{id}")), words: format!("アカウント{id}") }
        }
        About::Case(id) => Link { href: visit.path(&format!("cases/{id}")), words: format!("案件{id}") },
    });
    facts.extend(about.map(|link| ("何について".to_owned(), Cell::Link(link))));
    facts.extend(ruling.document_number.clone().map(|number| ("文書番号".to_owned(), Cell::Text(number))));
    if visit.may(Action::SeeLedger) {
        let href = visit.path(&format!("ledger/{}", ruling.seq));
        facts.push(("台帳の記録".to_owned(), Cell::Link(Link { href, words: format!("{}番", ruling.seq) })));
    }
    facts
}

async fn made(
    visit: &Visit,
    after: Option<&RulingId>,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<RulingsPage, Answer> {
    let g = &visit.guideline().guideline;
    let rulings = visit.city().rulings(after, PAGE).await?;
    let next = rulings.next.as_ref().map(|id| visit.path(&format!("rulings?after={id}")));
    let authority = authority(visit);
    let may = authority.is_some() && visit.may(Action::MakeRuling);
    Ok(RulingsPage {
        shell: visit.shell("定めのない事項の決定").under(visit.path("guideline"), "ガイドライン"),
        fields: if may { fields(visit, g, typed, &problems) } else { Vec::new() },
        authority,
        action: visit.path("rulings"),
        key: typed.said("key").map_or_else(|| visit.fresh_key(), str::to_owned),
        problems,
        rulings: table(visit, &rulings.rows),
        pages: Pages { first: after.map(|_| visit.path("rulings")), after: next, shown: String::new() },
    })
}

fn table(visit: &Visit, rulings: &[(RulingId, Ruling)]) -> Table {
    let row = |(id, ruling): &(RulingId, Ruling)| {
        let href = visit.path(&format!("rulings/{id}"));
        vec![
            Cell::LinkPair(Link { href, words: title(ruling) }, format!("決定 {id}")),
            Cell::Text(wareki(ruling.on)),
            ruling.clause.as_ref().map_or(Cell::Missing("条によらない"), |clause| Cell::Text(clause.said())),
            Cell::Text(ruling.by.title.clone()),
        ]
    };
    Table {
        caption: "決定の記録".to_owned(),
        heads: ["決定", "日", "条", "決めた職"].map(Head::new).into(),
        rows: rulings.iter().map(row).collect(),
        empty: Empty {
            title: "決定の記録はまだありません。".to_owned(),
            body: "ガイドラインに定めのない事項を決めると、ここに日付の順に並びます。".to_owned(),
            next: None,
        },
    }
}

fn authority(visit: &Visit) -> Option<Authority> {
    let guideline = &visit.guideline().guideline;
    let (_, basis) = ruling::authority(guideline).next()?;
    Some(Authority { who: ruling::authority_label(guideline), basis: visit.basis(basis) })
}

/// Whether the guideline lets a committee rule, which does so in a meeting.
fn in_a_meeting(g: &Guideline) -> bool {
    ruling::authority(g).any(|(role, _)| matches!(role.holder, Holder::Committee { .. }))
}

fn fields(visit: &Visit, g: &Guideline, typed: &Typed, problems: &[Problem]) -> Vec<Field> {
    let wrong = |name: &str| problems.iter().find(|p| p.field.as_deref() == Some(name)).map(|p| p.words.clone());
    let day = |name: &str| {
        let value = typed.text(name);
        Kind::Day { value: value.to_owned(), wareki: parse_date(value).ok().map(wareki) }
    };
    let clauses = visit.guideline().clauses.iter().flat_map(|clauses| &clauses.clauses);
    let spoken = clauses.filter(|clause| clause.strength != Strength::None);
    let mut choices = vec![Choice::new("", "条によらない", typed.text("clause"))];
    choices.extend(spoken.map(|clause| {
        let words: String = clause.printed().trim().chars().take(30).collect();
        Choice::new(clause.id.0.clone(), format!("{}　{words}…", clause.id.said()), typed.text("clause"))
    }));
    let mut fields = vec![
        Field::line("title", "題名", typed.text("title")).error(wrong("title")),
        Field::new(
            "words",
            "何をどう決めたか",
            Kind::Long { value: typed.text("words").to_owned(), rows: 6, most: None },
        )
        .error(wrong("words")),
        Field::new("on", "決めた日", day("on")).error(wrong("on")),
        Field::new("clause", "どの条を補うものか", Kind::Select(choices)).optional().error(wrong("clause")),
        Field::line("about", "どの案件・アカウントについてか", typed.text("about"))
            .hint("一つについての決定なら、案件は c4、アカウントは a3 のように番号で入れます。")
            .optional()
            .error(wrong("about")),
        Field::line("document_number", "文書番号", typed.text("document_number"))
            .optional()
            .error(wrong("document_number")),
    ];
    if in_a_meeting(g) {
        let present = Kind::Line { value: typed.text("present").to_owned(), sort: Line::Number };
        fields.push(Field::new("held_on", "会議の日", day("held_on")).error(wrong("held_on")));
        fields.push(Field::new("present", "出席者の数", present).error(wrong("present")));
    }
    fields
}

/// What was typed, as an order; or what cannot be read.
fn read(visit: &Visit, typed: &Typed) -> Result<(RulingOrder, jiff::civil::Date), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, words: String| {
        problems.push(Problem { field: Some(field.to_owned()), words, basis: None });
    };
    let on = parse_date(typed.text("on"));
    if let Err(problem) = &on {
        wrong("on", problem.to_string());
    }
    let about = match typed.said("about") {
        None => None,
        Some(id) if id.starts_with('c') => Some(About::Case(CaseId::from(id))),
        Some(id) if id.starts_with('a') => Some(About::Account(AccountId::from(id))),
        Some(_) => {
            wrong("about", "番号を読めません。案件は c4、アカウントは a3 のように入れてください。".to_owned());
            None
        }
    };
    let meeting = match (in_a_meeting(&visit.guideline().guideline), typed.said("held_on"), typed.said("present")) {
        (false, ..) | (_, None, None) => None,
        (true, held_on, present) => {
            let held_on = parse_date(held_on.unwrap_or_default());
            if let Err(problem) = &held_on {
                wrong("held_on", problem.to_string());
            }
            let present: Option<u32> = present.and_then(|count| count.parse().ok());
            if present.is_none() {
                wrong("present", "出席者の数を数字で入れてください。".to_owned());
            }
            held_on.ok().zip(present).map(|(held_on, present)| Meeting { held_on, present })
        }
    };
    let order = RulingOrder {
        title: typed.text("title").to_owned(),
        words: typed.text("words").to_owned(),
        clause: typed.said("clause").map(|id| ClauseId(id.to_owned())),
        about,
        document_number: typed.said("document_number").map(str::to_owned),
        meeting,
    };
    match on {
        Ok(on) if problems.is_empty() => Ok((order, on)),
        _ => Err(problems),
    }
}

fn problem(visit: &Visit, refusal: &Refusal, typed: &Typed) -> Problem {
    let field = field_at_fault(refusal, typed, |field| match field {
        OrderField::Meeting => Some("present"),
        OrderField::Day
        | OrderField::Title
        | OrderField::Words
        | OrderField::Clause
        | OrderField::About
        | OrderField::DocumentNumber => Some(field.word()),
        _ => None,
    });
    Problem {
        field: field.map(str::to_owned),
        words: format!("{}次にすること：{}", refusal.what, refusal.next),
        basis: refusal.basis.as_ref().map(|basis| visit.basis(basis)),
    }
}
