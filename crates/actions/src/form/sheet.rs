//! 決裁票: what is decided, by whom and under which clause, from the procedure that the guideline lays down.

use documents::form::{Block, Column, Document, Room, RuledRow, Text};
use domain::calendar::wareki;
use domain::case::{Done, Outcome};
use domain::evidence::{DecisionKind, Evidence};
use domain::guideline::{Basis, Procedure, Step};
use domain::office::Around;
use domain::step_kind::Asks;

use super::fill::{attachments, printed};
use super::{Filling, PrintOptions, Seals};

const TITLE: &str = "決裁票";

/// The sheet of a case: the matter, the decisions, the policy with its standard texts, and the steps around them.
pub(super) fn sheet(filling: &Filling, options: PrintOptions) -> Document {
    let procedure = filling.guideline().procedure(&filling.case.procedure);
    let steps: Vec<&Step> = procedure.map(|p| applying(p, filling)).unwrap_or_default();
    let decisions: Vec<&Step> = steps.iter().copied().filter(|step| step.kind.decides_or_rules()).collect();
    let mut blocks = Vec::new();
    if options.seals == Seals::With {
        blocks.push(Block::Seals(posts_for_seals(&decisions, filling)));
    }
    blocks.push(Block::Title(TITLE.into()));
    blocks.push(Block::RuledTable { caption: TITLE.to_owned(), rows: matter(procedure, filling) });
    blocks.push(Block::Heading("決裁・協議".to_owned()));
    if decisions.is_empty() {
        blocks.push(Block::Paragraph(
            "ガイドラインは、この手続の決裁について定めていません。決裁を行うときは市の運用によります。".into(),
        ));
    } else {
        blocks.push(decided(&decisions, filling));
    }
    blocks.extend(policy(filling));
    blocks.push(Block::Heading("手順".to_owned()));
    blocks.push(others(&steps, filling));
    Document::new(TITLE, blocks)
}

fn applying<'g>(procedure: &'g Procedure, filling: &Filling) -> Vec<&'g Step> {
    procedure.steps.iter().filter(|step| filling.case.applies(step, filling.guideline())).collect()
}

/// Seals of those who decide, and of whoever drew it up.
fn posts_for_seals(decisions: &[&Step], filling: &Filling) -> Vec<String> {
    let mut posts: Vec<String> = decisions.iter().rev().flat_map(|step| titles(step, filling)).collect();
    if posts.is_empty() {
        posts.push(filling.head_title());
    }
    posts.push("起案".to_owned());
    let mut seen = Vec::new();
    posts.retain(|post| {
        !seen.contains(post) && {
            seen.push(post.clone());
            true
        }
    });
    posts
}

fn matter(procedure: Option<&Procedure>, filling: &Filling) -> Vec<RuledRow> {
    let case = &filling.case;
    let label = procedure.map_or(case.procedure.as_str(), |p| p.label.as_str());
    let name = match filling.record.name.as_str() {
        "" => filling.account.name.clone().unwrap_or_default(),
        name => name.to_owned(),
    };
    let subject = if name.is_empty() { label.to_owned() } else { format!("{label}（{name}）") };
    let mut rows = vec![
        row("件名", &subject),
        row("案件番号", &case.id.0),
        row("起案日", &wareki(case.opened_on)),
        row("起案者の職", &case.opened_by.title),
        row(&filling.guideline().words.unit, &filling.record.unit),
        row("根拠", &procedure.map(|p| clause(&p.basis)).unwrap_or_default()),
    ];
    if let Some(label) = &filling.guideline().words.number {
        rows.push(row(label, &filling.number().unwrap_or_default()));
    }
    rows.extend(case.theme.as_deref().map(|theme| row("共通するテーマ", theme)));
    rows.extend(case.reason.as_deref().map(|reason| row("理由", reason)));
    rows
}

/// The decisions that the guideline asks for, made or still to be made.
fn decided(steps: &[&Step], filling: &Filling) -> Block {
    let line = |step: &Step, done: Option<&Done>| -> Vec<Text> {
        let post = done.map_or_else(|| titles(step, filling).join("、"), |done| done.by.title.clone());
        vec![
            step.label.as_str().into(),
            post.into(),
            clause(&step.basis).into(),
            done.map(|done| wareki(done.on)).unwrap_or_default().into(),
            done.map(|done| outcome(step, done)).unwrap_or_default().into(),
        ]
    };
    table(
        "決裁・協議",
        &[
            ("手順", Room::Middling),
            ("決める職", Room::Middling),
            ("根拠", Room::Little),
            ("日", Room::Middling),
            ("結果", Room::Middling),
        ],
        steps.iter().flat_map(|step| said(step, filling).into_iter().map(|done| line(step, done))).collect(),
    )
}

/// What was said at a step, each unit's yes for itself; none stands for what is still to be said.
fn said<'f>(step: &Step, filling: &'f Filling) -> Vec<Option<&'f Done>> {
    let all = filling.case.acts().filter(|(id, _)| **id == step.id).map(|(_, done)| Some(done));
    let left = (!filling.case.steps.contains_key(&step.id)).then_some(None);
    all.chain(left).collect()
}

/// The policy that is decided on, with its standard texts and what departs from them.
fn policy(filling: &Filling) -> Vec<Block> {
    let guideline = filling.guideline();
    let words = &guideline.words.policy;
    let items = guideline.policy_items.iter();
    let mut rows: Vec<RuledRow> = items.map(|item| row(&item.label, &printed(item, filling))).collect();
    let content = filling.case.policy.as_ref().and_then(|p| p.content.as_ref());
    for departure in content.iter().flat_map(|content| &content.departures) {
        let title = guideline.attachments.iter().find(|a| a.id == departure.attachment).map(|a| a.title.as_str());
        rows.push(row(&format!("{}を変える理由", title.unwrap_or(&departure.attachment)), &departure.because));
    }
    let table = Block::RuledTable { caption: words.clone(), rows };
    [vec![Block::Heading(words.clone()), table], attachments(filling)].concat()
}

fn others(steps: &[&Step], filling: &Filling) -> Block {
    let line = |step: &&Step| -> Vec<Text> {
        let done = filling.case.steps.get(&step.id).map(|done| wareki(done.last_day().unwrap_or(done.on)));
        vec![
            step.label.as_str().into(),
            roles(step, filling).into(),
            clause(&step.basis).into(),
            done.unwrap_or_default().into(),
        ]
    };
    table(
        "手順",
        &[("手順", Room::Much), ("担う役割", Room::Middling), ("根拠", Room::Little), ("済んだ日", Room::Middling)],
        steps.iter().map(line).collect(),
    )
}

fn table(caption: &str, columns: &[(&str, Room)], rows: Vec<Vec<Text>>) -> Block {
    let columns = columns.iter().map(|(heading, room)| Column { heading: (*heading).to_owned(), room: *room });
    Block::ListTable { caption: caption.to_owned(), columns: columns.collect(), rows }
}

fn row(label: &str, text: &str) -> RuledRow {
    RuledRow { label: label.into(), text: text.into() }
}

/// The roles of a step in the guideline's words.
fn roles(step: &Step, filling: &Filling) -> String {
    let labels = step.by.iter().filter_map(|id| filling.guideline().role(id)).map(|role| role.label.clone());
    labels.collect::<Vec<_>>().join("、")
}

/// The titles of the posts that may do a step today; the roles where no post is found.
fn titles(step: &Step, filling: &Filling) -> Vec<String> {
    let roles_of = step.by.iter().filter_map(|id| filling.guideline().role(id));
    let around = filling.account.around();
    let units = filling.case.units_asked(step, around.units);
    let around = Around { units: &units, ..around };
    let mut titles: Vec<String> = roles_of
        .flat_map(|role| filling.office.holders(&role.holder, around, filling.today))
        .map(|p| p.title)
        .collect();
    titles.sort();
    titles.dedup();
    if titles.is_empty() { vec![roles(step, filling)] } else { titles }
}

/// A basis in a cell: the clause, or 市の運用 without its reason.
fn clause(basis: &Basis) -> String {
    match basis {
        Basis::Clause(id) => id.to_string(),
        Basis::Practice(_) => Basis::plain_practice().shown(),
    }
}

/// How a decision came about, with the number of the document in the city's own system.
fn outcome(step: &Step, done: &Done) -> String {
    match (&done.outcome, &done.evidence) {
        (Outcome::NotNeeded, _) => "必要なし".to_owned(),
        (Outcome::Exception, _) => "原則によらない".to_owned(),
        (Outcome::Done, Evidence::Decision(decision)) => {
            let how = match (step.kind.meaning().asks, decision.how) {
                // Whoever was asked for an opinion decided nothing.
                (Asks::Opinion, DecisionKind::Decided | DecisionKind::Delegated) => "協議済み",
                (Asks::Opinion, DecisionKind::ByDeputy) => "協議済み（代理）",
                (_, DecisionKind::Decided) => "決裁",
                (_, DecisionKind::Delegated) => "専決",
                (_, DecisionKind::ByDeputy) => "代決",
            };
            let number = decision.document_number.as_ref().map(|number| format!("\n{number}")).unwrap_or_default();
            format!("{how}{number}")
        }
        (Outcome::Done, _) => "済み".to_owned(),
    }
}
