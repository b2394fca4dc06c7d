//! The rules made from the text, as tables: procedures, duties, roles, items, forms, and what the text leaves open.

use domain::guideline::{self, Basis, Block, Duty, Form, Guideline, Role, leaves};
use serde_json::Value;

use super::carrier::Carriers;
use super::words;
use crate::basis::anchor;
use crate::parts::{Cell, Empty, Head, Link, Table};
use crate::visit::Visit;

/// What the page shows below the text.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub procedures: Table,
    pub duties: Table,
    pub roles: Table,
    pub items: Table,
    pub forms: Table,
    pub others: Table,
    pub practices: Table,
}

impl Rules {
    pub(super) fn of(visit: &Visit, g: &Guideline) -> Self {
        let carriers = Carriers::of(visit, g);
        let procedures = g.procedures.iter().map(|p| {
            let href = visit.path(&format!("guideline/procedures/{}", p.id));
            let link = Link { href, words: p.label.clone() };
            let name = if p.purpose.is_carried_out() {
                Cell::Link(link)
            } else {
                Cell::LinkPair(link, words::LATER.to_owned())
            };
            vec![name, Cell::Number(p.steps.len().to_string()), cited(&p.basis)]
        });
        Self {
            procedures: table("手続", &["手続", "手順の数", "根拠"], procedures),
            duties: table(
                "日ごろの務め",
                &["務め", "だれが", "どれほど強く", "いつ", "根拠"],
                g.duties.iter().map(|duty| duty_row(g, duty)),
            ),
            roles: table("役割", &["役割", "だれ", "職位の下限", "根拠"], g.roles.iter().map(|role| role_row(g, role))),
            items: table(
                &format!("{}の事項", g.words.policy),
                &["事項", "要否", "根拠"],
                g.policy_items.iter().map(|item| {
                    let needed = Cell::Text(words::needed(item.needed).to_owned());
                    vec![Cell::Text(item.label.clone()), needed, cited(&item.basis)]
                }),
            ),
            forms: table("様式", &["様式", "使う手順", "欄", "根拠"], g.forms.iter().map(|form| form_row(g, form))),
            others: table("そのほかの規則", &["規則", "内容", "根拠"], others(g)),
            practices: table("市の運用", &["何について", "市の運用"], practices(g, &carriers)),
        }
    }
}

fn duty_row(g: &Guideline, duty: &Duty) -> Vec<Cell> {
    let mut when: Vec<String> = duty.triggers.iter().map(|trigger| words::trigger(*trigger).to_owned()).collect();
    when.extend(duty.every.as_ref().map(|every| format!("{}日ごと", every.days)));
    vec![
        Cell::Pair(duty.label.clone(), words::LATER.to_owned()),
        Cell::Text(roles(g, &duty.by)),
        Cell::Text(crate::words::strength(duty.strength).to_owned()),
        Cell::Text(when.join("、")),
        cited(&duty.basis),
    ]
}

fn role_row(g: &Guideline, role: &Role) -> Vec<Cell> {
    let floor = match &role.floor {
        Some(floor) => Cell::Text(format!("{}以上", g.rank_label(&floor.rank))),
        None => Cell::Missing("定めなし"),
    };
    vec![Cell::Text(role.label.clone()), Cell::Text(words::holder(&role.holder, g)), floor, cited(&role.basis)]
}

fn form_row(g: &Guideline, form: &Form) -> Vec<Cell> {
    let used = g.procedures.iter().flat_map(|p| {
        let steps = p.steps.iter().filter(|step| step.form.as_ref() == Some(&form.id));
        steps.map(|step| format!("{}「{}」", p.label, step.label))
    });
    let rows = form.blocks.iter().flat_map(|block| match block {
        Block::Table { rows } => rows.as_slice(),
        _ => &[],
    });
    vec![
        Cell::Text(form.label.clone()),
        Cell::Text(used.collect::<Vec<_>>().join("\n")),
        Cell::Text(rows.map(|row| row.label.as_str()).collect::<Vec<_>>().join("、")),
        cited(&form.basis),
    ]
}

fn others(g: &Guideline) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    let mut add = |what: &str, words: String, basis: &Basis| {
        rows.push(vec![Cell::Text(what.to_owned()), Cell::Text(words), cited(basis)]);
    };
    let named: Vec<&str> = g.networks.named.iter().map(|named| named.label.as_str()).collect();
    let beyond = match g.networks.others {
        guideline::Others::Allowed => "ほかのものも対象になります。",
        guideline::Others::Refused => "ほかのものは対象になりません。",
    };
    add(&format!("対象とする{}", g.words.network), format!("{}\n{beyond}", named.join("、")), &g.networks.basis);
    if let Some(numbering) = &g.numbering {
        let number = g.words.number.clone().unwrap_or_else(|| "管理番号".to_owned());
        add(&number, words::number_pattern(&numbering.pattern), &numbering.basis);
    }
    let whole = match g.listing.policy {
        guideline::PolicyShown::Whole => format!("{}の全部を載せます。", g.words.policy),
        guideline::PolicyShown::Columns => {
            format!("一覧の列を定めています。{}の全部も、市の運用として載せます。", g.words.policy)
        }
    };
    add("公式アカウント一覧", format!("{}\n{whole}", g.listing.title), &g.listing.basis);
    if let Some(demand) = &g.further_account {
        add("二つ目以降のアカウント", "理由が要ります。".to_owned(), &demand.basis);
    }
    if let Some(demand) = &g.shared_account {
        add("共にするアカウント", "テーマと代表の所属が要ります。".to_owned(), &demand.basis);
    }
    for attachment in &g.attachments {
        let words = format!("「{}」を{}に必ず添えます。", attachment.title, g.words.policy);
        add("添える文", words, &attachment.basis);
    }
    for prohibition in &g.prohibitions {
        let what = match prohibition.binds {
            guideline::Binds::City => "発信できない情報",
            guideline::Binds::Users => "利用者の投稿で認めないもの",
        };
        let mut lines = vec![format!("{}項目", prohibition.items.len())];
        let excepted = prohibition.exceptions.iter();
        lines.extend(excepted.map(|one| format!("{}の例外：{}", one.item.said(), one.words)));
        if !prohibition.sanctions.is_empty() {
            let sanctions: Vec<&str> = prohibition.sanctions.iter().map(|one| words::sanction(*one)).collect();
            lines.push(format!("反したとき：{}", sanctions.join("、")));
        }
        add(what, lines.join("\n"), &prohibition.basis);
    }
    if let Some(residual) = &g.residual {
        let who = g.role(&residual.role).map_or_else(|| residual.role.clone(), |role| role.label.clone());
        add("定めのない事項", format!("{who}が決めます。"), &residual.basis);
    }
    rows
}

/// Everything that the program does and the text does not say.
fn practices(g: &Guideline, carriers: &Carriers) -> Vec<Vec<Cell>> {
    let leaves = leaves(g).into_iter().filter_map(|leaf| {
        let why = leaf.content.get("practice").and_then(Value::as_str)?.to_owned();
        let what = carriers.link(&leaf.id).cloned();
        Some(vec![what.map_or_else(|| Cell::Text(leaf.id.clone()), Cell::Link), Cell::Text(why)])
    });
    leaves.collect()
}

/// The labels of roles.
pub(super) fn roles(g: &Guideline, ids: &[String]) -> String {
    let labels = ids.iter().map(|id| g.role(id).map_or(id.as_str(), |role| role.label.as_str()));
    labels.collect::<Vec<_>>().join("または")
}

/// A basis as a link to the clause on the same page.
fn cited(basis: &Basis) -> Cell {
    match basis {
        Basis::Clause(id) => Cell::Link(Link { href: format!("#{}", anchor(id)), words: id.said() }),
        Basis::Practice(why) => Cell::Pair("市の運用".to_owned(), why.clone()),
    }
}

fn table(caption: &str, heads: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> Table {
    Table {
        caption: caption.to_owned(),
        heads: heads.iter().map(|head| Head::new(*head)).collect(),
        rows: rows.into_iter().collect(),
        empty: Empty {
            title: format!("{caption}はありません。"),
            body: "このガイドラインには、あたるものがありません。".to_owned(),
            next: None,
        },
    }
}
