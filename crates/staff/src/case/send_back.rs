//! 差戻し: a reason for each item, beside what the item says.

use actions::ActError;
use askama::Template;
use axum::extract::Path;
use domain::calendar::wareki;
use domain::guideline::Step;
use domain::refusal::{At, OrderField, Refusal};
use domain::step_kind::Returning;
use jiff::civil::Date;

use super::seen::Seen;
use crate::answer::{Answer, Reply};
use crate::faults::Faults;
use crate::field::{Field, Kind};
use crate::page::Shell;
use crate::refused::{self, Refused, told};
use crate::typed::Typed;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "send_back.html")]
struct SendBackPage {
    shell: Shell,
    refused: Option<Refused>,
    subject: String,
    to: String,
    action: String,
    key: String,
    version: u64,
    last: u64,
    day: Field,
    /// What is asked of whoever may send back.
    whole: Option<Field>,
    items: Vec<Item>,
    back: String,
}

/// An item of the policy, what it says, and why it goes back.
struct Item {
    text: String,
    field: Field,
}

/// The page on which a case is sent back.
pub(crate) async fn page(visit: Visit, Path((_, case, step)): Path<(String, String, String)>) -> Reply {
    let seen = Seen::of(visit, &case).await?;
    let step = returning(&seen, &step)?;
    let barred = barred(&seen, step).await?;
    seen.visit.show(&barred.unwrap_or_else(|| send_back_page(&seen, step, None, None)))
}

/// The page for somebody who may not send back now: they are told so, and not asked for reasons.
async fn barred(seen: &Seen, step: &Step) -> Result<Option<SendBackPage>, Answer> {
    let today = seen.visit.by(seen.visit.today())?;
    match seen.visit.city().may_do(&seen.case().id, &step.id, &today).await {
        Ok(()) => Ok(None),
        Err(ActError::Refused(refusal)) => {
            let refused = Some(Refused::by(&seen.visit, &seen.loaded, &refusal, |_| None));
            Ok(Some(SendBackPage { whole: None, refused, ..send_back_page(seen, step, None, None) }))
        }
        Err(error) => Err(error.into()),
    }
}

/// Sends a case back.
pub(crate) async fn act(visit: Visit, Path((_, case, step)): Path<(String, String, String)>, typed: Typed) -> Reply {
    let seen = Seen::of(visit.clone(), &case).await?;
    let step = returning(&seen, &step)?;
    let known = seen.loaded.guideline.policy_items.iter().map(|item| item.id.as_str());
    let reasons: Vec<(String, String)> =
        known.chain([""]).filter_map(|item| Some((item.to_owned(), typed.words(&name_of(item))?))).collect();
    let mut faults = Faults::of(&typed, &["on"]);
    let on = faults.day(visit.today());
    if reasons.is_empty() {
        faults.add(&first_reason(&seen), "どこをどう直すかを、少なくとも一つの欄に書いてください。");
    }
    if !faults.is_empty() {
        if let Some(page) = barred(&seen, step).await? {
            return visit.show_refused(&page);
        }
        return visit.show_refused(&send_back_page(&seen, step, Some(&typed), Some(faults.refused())));
    }
    let version = typed.said("version").and_then(|version| version.parse().ok()).unwrap_or_default();
    let by = visit.by(on)?;
    match visit.city().send_back(&seen.case().id, &step.id, &reasons, Some(version), &by, typed.said("key")).await {
        Ok(recorded) => Err(Answer::Elsewhere(format!("{}?done={}", seen.path(""), recorded.seq))),
        Err(ActError::Refused(refusal)) => {
            let typed = visit.rekeyed(typed, &refusal);
            let now = Seen::of(visit, &case).await?;
            let mut refused =
                Refused::by(&now.visit, &now.loaded, &refusal, |at| Some(format!("#f-{}", name_of(at.word()))));
            let was = typed.said("last").and_then(|last| last.parse().ok()).unwrap_or_default();
            refused.meanwhile = now.since(was);
            let refused = refused.at(field_at_fault(&now, &refusal, &typed).as_deref());
            now.visit.show_refused(&send_back_page(&now, step, Some(&typed), Some(refused)))
        }
        Err(error) => Err(error.into()),
    }
}

/// A step that can send back; any other has no such page.
fn returning<'s>(seen: &'s Seen, id: &str) -> Result<&'s Step, Answer> {
    let step = seen.step(id)?;
    let can = step.kind.returning() == Returning::Can && step.returns_to.is_some();
    if can { Ok(step) } else { Err(Answer::Nowhere) }
}

/// The field for the reason of an item; an empty id means the whole.
fn name_of(item: &str) -> String {
    if item.is_empty() { "whole".to_owned() } else { format!("r-{item}") }
}

/// The first field that asks for a reason.
fn first_reason(seen: &Seen) -> String {
    let first = seen.loaded.guideline.policy_items.first().filter(|_| seen.content().is_some());
    name_of(first.map_or("", |item| item.id.as_str()))
}

/// The field in which a refusal is mended: a missing reason goes into the first one that asks for reasons.
fn field_at_fault(seen: &Seen, refusal: &Refusal, typed: &Typed) -> Option<String> {
    match &refusal.at {
        Some(At::Field(OrderField::Reasons)) => Some(first_reason(seen)),
        Some(At::Item(item)) => Some(name_of(item)),
        _ => refused::field_at_fault(refusal, typed, |field| (field == OrderField::Day).then(|| field.word()))
            .map(str::to_owned),
    }
}

fn send_back_page(seen: &Seen, step: &Step, typed: Option<&Typed>, refused: Option<Refused>) -> SendBackPage {
    let text = |name: &str| typed.map(|typed| typed.text(name).to_owned()).unwrap_or_default();
    let reason = |name: String, label: String, rows| {
        let value = text(&name);
        told(refused.as_ref(), Field::new(name, label, Kind::Long { value, rows, most: None }).optional())
    };
    let texts = seen.policy_texts();
    let items = seen.loaded.guideline.policy_items.iter().filter(|_| seen.content().is_some()).map(|item| Item {
        text: texts.get(&item.id).cloned().unwrap_or_else(|| "（書かれていません）".to_owned()),
        field: reason(name_of(&item.id), format!("「{}」をどう直すか", item.label), 2)
            .basis(Some(seen.basis(&item.basis))),
    });
    let on = typed.map_or_else(|| seen.visit.today().to_string(), |typed| typed.text("on").to_owned());
    let era = on.parse::<Date>().ok().map(wareki);
    let to = step.returns_to.as_deref().map(|to| seen.label(to).to_owned()).unwrap_or_default();
    SendBackPage {
        shell: seen
            .visit
            .shell(format!("「{}」で差し戻す", step.label))
            .under(seen.visit.path("cases"), "案件")
            .under(seen.path(""), seen.title()),
        subject: format!("{}（{}）", seen.subject(), seen.units()),
        to,
        action: seen.path(&format!("steps/{}/return", step.id)),
        key: typed.and_then(|typed| typed.said("key")).map_or_else(|| seen.visit.fresh_key(), str::to_owned),
        version: seen.case().version,
        last: seen.last_seq(),
        day: told(refused.as_ref(), Field::new("on", "差し戻す日", Kind::Day { value: on, wareki: era })),
        whole: Some(reason(name_of(""), "全体について".to_owned(), 3).hint("項目に分けられないことを書いてください。")),
        items: items.collect(),
        back: seen.path(&format!("steps/{}", step.id)),
        refused,
    }
}
