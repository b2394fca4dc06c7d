//! How a policy is printed: one text for each item of the guideline.

use super::{Hours, Period, Policy, Slots, stance_of};
use crate::calendar;
use crate::guideline::{Guideline, ItemKind, PolicyItem};
use crate::listing::PolicyRow;

/// What a policy is printed with besides itself.
#[derive(Debug, Clone, Default)]
pub struct PrintFacts {
    /// The owning units by name, lead first.
    pub units: Vec<String>,
    /// The network's name on the day.
    pub network_label: String,
    /// The URL, once known.
    pub url: Option<String>,
}

/// The text of one item as printed; empty when there is nothing.
pub fn printed(item: &PolicyItem, policy: &Policy, guideline: &Guideline, facts: &PrintFacts) -> String {
    let own = |t: &Option<String>| t.clone().unwrap_or_default();
    match item.kind {
        ItemKind::Network => facts.network_label.clone(),
        ItemKind::AccountName => own(&policy.account_name),
        ItemKind::Url => facts.url.clone().or_else(|| policy.url.clone()).unwrap_or_default(),
        ItemKind::Purpose => own(&policy.purpose),
        ItemKind::Message => match (&policy.audience, &policy.information) {
            (Some(audience), Some(information)) => format!("対象者：{audience}\n情報：{information}"),
            _ => String::new(),
        },
        ItemKind::Unit => facts.units.join("、"),
        ItemKind::Period => policy.period.as_ref().map(printed_period).unwrap_or_default(),
        ItemKind::Hours => match &policy.hours {
            Some(Hours::Slots(slots)) => printed_slots(slots, item.sentence.as_deref().unwrap_or_default()),
            Some(Hours::Free(free)) => free.text.clone(),
            None => String::new(),
        },
        ItemKind::Reply => printed_reply(policy, guideline),
        ItemKind::Note => own(&policy.note),
        ItemKind::Text => policy.further.get(&item.id).cloned().unwrap_or_default(),
    }
}

/// The policy's rows in the guideline's order; items without text are left out.
pub fn rows(policy: &Policy, guideline: &Guideline, facts: &PrintFacts) -> Vec<PolicyRow> {
    guideline
        .policy_items
        .iter()
        .map(|item| PolicyRow { label: item.label.clone(), text: printed(item, policy, guideline, facts) })
        .filter(|row| !row.text.is_empty())
        .collect()
}

fn printed_period(period: &Period) -> String {
    let until = period.until.map_or_else(|| "（終了日の定めなし）".to_owned(), calendar::wareki);
    format!("{}～{until}", calendar::wareki(period.from))
}

fn printed_slots(slots: &Slots, sentence: &str) -> String {
    let (from, to) =
        (calendar::parse_time(&slots.from).unwrap_or_default(), calendar::parse_time(&slots.to).unwrap_or_default());
    sentence
        .replace("{from_day}", &slots.from_day)
        .replace("{to_day}", &slots.to_day)
        .replace("{from_hour}", &from.0.to_string())
        .replace("{from_minute}", &format!("{:02}", from.1))
        .replace("{to_hour}", &to.0.to_string())
        .replace("{to_minute}", &format!("{:02}", to.1))
}

fn printed_reply(policy: &Policy, guideline: &Guideline) -> String {
    let Some(reply) = &policy.reply else { return String::new() };
    let fixed = stance_of(policy, guideline).and_then(|s| s.text.clone());
    let text = fixed.or_else(|| reply.text.clone()).unwrap_or_default();
    match &reply.contact {
        Some(contact) if !contact.trim().is_empty() => format!("{text}\n問合せ先：{contact}"),
        _ => text,
    }
}
