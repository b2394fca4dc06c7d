//! The listing record of an account: what the list will say, word for word.

use jiff::civil::Date;

use super::Desk;
use crate::case::Case;
use crate::guideline::{Attachment, PolicyShown};
use crate::listing::{AttachmentText, ListingRecord};
use crate::network::{self, Networks};
use crate::office::Office;
use crate::policy::{self, Policy, PrintFacts};

/// The record of a case's account as listed from a day on.
pub fn of(desk: &Desk<'_>, case: &Case, day: Date) -> ListingRecord {
    let content = case.policy.as_ref().and_then(|p| p.content.clone()).unwrap_or_default();
    let account = case.account().and_then(|id| desk.register.accounts.get(id));
    let office = &desk.register.office;
    let lead = case.units.first();
    let network = policy::network_of(&content, desk.networks).unwrap_or_else(network::NetworkId::other);
    let facts = print_facts(&content, case, office, desk.networks, day);
    let filed = policy::address_of(&case.policy_known().unwrap_or_default(), desk.guideline, desk.networks).ok();
    let department = lead.and_then(|u| office.department_of(u, day)).filter(|d| Some(d) != lead);
    ListingRecord {
        form: 1,
        account: case.account().map(|id| id.0.clone()).unwrap_or_default(),
        municipality: desk.guideline.municipality.code.clone(),
        network: network.as_str().to_owned(),
        network_label: facts.network_label.clone(),
        name: content.account_name.clone().unwrap_or_default(),
        name_kana: policy::given(content.account_name_kana.as_deref()),
        name_en: policy::given(content.account_name_en.as_deref()),
        handle: filed.as_ref().and_then(|filed| filed.handle.clone()),
        url: filed.map(|filed| filed.url).unwrap_or_default(),
        purpose: content.purpose.clone().unwrap_or_default(),
        unit: facts.units.join("、"),
        unit_kana: lead.and_then(|u| office.units.get(u)).map(|u| u.kana_on(day).to_owned()).unwrap_or_default(),
        department: department.map(|d| office.unit_name(&d, day)),
        number: case.number.clone().or_else(|| account.and_then(|a| a.number.clone())),
        started_on: content.period.as_ref().map(|p| p.from),
        policy: policy::rows(&content, desk.guideline, &facts),
        attachments: attachments(desk, &content),
        listed_on: day,
    }
}

/// What a case's policy is printed with on a day.
pub fn print_facts(content: &Policy, case: &Case, office: &Office, networks: &Networks, day: Date) -> PrintFacts {
    let network = policy::network_of(content, networks);
    let own_name = content.network_name.clone().filter(|_| network.as_ref() == Some(&network::NetworkId::other()));
    // Nothing is printed for what was not chosen yet.
    let label = own_name.or_else(|| network.map(|network| network::label_on(&network, day, networks)));
    PrintFacts {
        units: case.units.iter().map(|unit| office.unit_name(unit, day)).collect(),
        network_label: label.unwrap_or_default(),
        url: Some(case.url().unwrap_or_default().to_owned()),
    }
}

/// The standard texts as printed, departures carried out.
fn attachments(desk: &Desk<'_>, content: &Policy) -> Vec<AttachmentText> {
    if desk.guideline.listing.policy == PolicyShown::Columns && desk.guideline.attachments.is_empty() {
        return Vec::new();
    }
    desk.guideline.attachments.iter().filter_map(|a| attachment_text(desk, a, content)).collect()
}

fn attachment_text(desk: &Desk<'_>, attachment: &Attachment, content: &Policy) -> Option<AttachmentText> {
    let departure = content.departures.iter().find(|d| d.attachment == attachment.id);
    let paragraphs = match departure {
        Some(departure) => vec![departure.text.clone()?],
        None => attachment.clauses.iter().filter_map(|id| printed(desk, id)).collect(),
    };
    Some(AttachmentText { title: attachment.title.clone(), paragraphs })
}

fn printed(desk: &Desk<'_>, id: &crate::guideline::ClauseId) -> Option<String> {
    desk.clauses?.clauses.iter().find(|c| c.id == *id).map(crate::guideline::Clause::printed)
}
