//! What people bring with a step: policies good, partial and bad, and proofs that fit or do not.

use domain::case::Case;
use domain::evidence::{
    Badge, Confirmed, Decision, DecisionKind, Evidence, EvidenceKind, ListingPlace, Meeting, Paper, SecondFactor, Shown,
};
use domain::guideline::{Binds, Guideline, Holder, ItemKind, Step, StepKind};
use domain::id::PersonId;
use domain::policy::{Departure, FreeHours, Hours, Period, Policy, Reply, Slots};
use domain::register::Register;
use jiff::ToSpan;
use jiff::civil::Date;

use super::addresses;
use super::chance::Chance;

/// A policy: mostly complete, sometimes partial, sometimes wrong.
pub fn policy(chance: &mut Chance, guideline: &Guideline, today: Date) -> Policy {
    let mut policy = good(chance, guideline, today);
    match chance.below(20) {
        0 => policy.account_name = None,
        1 => policy.purpose = Some("○○のため".to_owned()),
        2 => policy.url = chance.pick(addresses::WRONG).map(|u| (*u).to_owned()),
        3 => policy.reply = Some(Reply { stance: "nobody".to_owned(), text: None, contact: None }),
        4 => policy.network = Some("みほんねっと".to_owned()),
        5 => policy = Policy::default(),
        _ => {}
    }
    policy
}

fn good(chance: &mut Chance, guideline: &Guideline, today: Date) -> Policy {
    let known = addresses::known(chance, guideline);
    let stance = guideline.item(ItemKind::Reply).and_then(|i| chance.pick(&i.stances));
    let reply = stance.map(|s| Reply {
        stance: s.id.clone(),
        text: s.text.is_none().then(|| "いただいた意見は、広報に活かします。".to_owned()),
        contact: (s.contact.is_some() || chance.percent(30)).then(|| "みほん係 0000-00-0000".to_owned()),
    });
    let slots = Slots {
        from_day: "月".to_owned(),
        to_day: "金".to_owned(),
        from: "08:30".to_owned(),
        to: format!("{}:15", 17 + chance.below(3)),
    };
    let free = FreeHours { text: "終日".to_owned(), because: "災害のときに使うため".to_owned() };
    let until = chance.percent(70).then(|| today + 365.days());
    let late = guideline.item(ItemKind::Url).is_some_and(|i| i.needed == domain::guideline::Needed::AfterAcquisition);
    let url = (!late || chance.percent(50)).then(|| addresses::spelling(chance, known));
    let departures = guideline.attachments.iter().take(usize::from(chance.percent(10)));
    let texts = guideline.policy_items.iter().filter(|i| i.kind == ItemKind::Text);
    Policy {
        network: Some(known.network.to_owned()),
        network_name: known.network_name.map(str::to_owned),
        account_name_kana: None,
        account_name_en: None,
        account_name: Some(format!("みほん{}号 ＠City", chance.below(30))),
        url,
        purpose: Some(format!("市の出来事を知らせる（{}）\n髙い所から", chance.next() % 10_000)),
        audience: Some("市民".to_owned()),
        information: Some("行事".to_owned()),
        period: Some(Period { from: today, until, open_because: Some("決裁第1号".to_owned()) }),
        hours: Some(if chance.percent(80) { Hours::Slots(slots) } else { Hours::Free(free) }),
        reply,
        note: chance.percent(30).then(|| " 備考の前後の空白は残る ".to_owned()),
        further: texts.map(|i| (i.id.clone(), "本文".to_owned())).collect(),
        departures: departures
            .map(|a| Departure { attachment: a.id.clone(), because: "条例による".to_owned(), text: None })
            .collect(),
    }
}

/// A proof for a step, mostly one that fits.
pub fn evidence(
    chance: &mut Chance,
    step: &Step,
    case: &Case,
    guideline: &Guideline,
    register: &Register,
    on: Date,
) -> Evidence {
    if chance.percent(4) {
        return chance
            .pick(&[Evidence::Plain, Evidence::Policy, Evidence::Receipt])
            .cloned()
            .unwrap_or(Evidence::Plain);
    }
    let page = page(chance, guideline);
    match step.kind.evidence() {
        EvidenceKind::Policy => Evidence::Policy,
        EvidenceKind::Decision => Evidence::Decision(decision(chance, step, case, guideline, on)),
        EvidenceKind::Acquisition => acquisition(chance, case, guideline),
        EvidenceKind::Filing => Evidence::Filing {
            paper: chance
                .percent(25)
                .then(|| Paper { received_on: on, document_number: format!("収受第{}号", chance.below(900)) }),
        },
        EvidenceKind::Receipt => Evidence::Receipt,
        EvidenceKind::Listing if chance.percent(70) => Evidence::Listing(ListingPlace::Here),
        EvidenceKind::Listing => {
            let seen_on = if chance.percent(8) { on + 2.days() } else { on };
            Evidence::Listing(ListingPlace::Elsewhere { url: page, seen_on })
        }
        EvidenceKind::Profile => {
            let shown = if chance.percent(90) { Shown::Shown } else { Shown::NotAsked };
            Evidence::Profile { page_url: page, stance: shown, contact: Shown::Shown }
        }
        EvidenceKind::Place => Evidence::Place { url: page },
        EvidenceKind::Badge => Evidence::Badge { status: Badge::Applied },
        EvidenceKind::Terminal => {
            Evidence::Terminal { device: if chance.percent(90) { "端末12".to_owned() } else { " ".to_owned() } }
        }
        EvidenceKind::Security => Evidence::Security {
            second_factor: SecondFactor::On,
            password: Confirmed::Confirmed,
            recovery: Confirmed::Confirmed,
        },
        EvidenceKind::Designation => designation(chance, case, register, on),
        EvidenceKind::Clauses => {
            let skip = usize::from(chance.percent(10));
            Evidence::Clauses { confirmed: guideline.principles.iter().skip(skip).cloned().collect() }
        }
        EvidenceKind::Stop => Evidence::Stop { last_day: on },
        EvidenceKind::Record => Evidence::Record { place: Some("窓口".to_owned()), number: None },
        EvidenceKind::Plain => Evidence::Plain,
    }
}

fn page(chance: &mut Chance, guideline: &Guideline) -> String {
    let host = guideline.municipality.own_hosts.first().map_or("", String::as_str);
    if chance.percent(94) { format!("https://{host}/sns/") } else { "https://page.example/sns/".to_owned() }
}

fn decision(chance: &mut Chance, step: &Step, case: &Case, guideline: &Guideline, on: Date) -> Decision {
    let quorum = step.by.iter().filter_map(|id| guideline.role(id)).find_map(|role| match &role.holder {
        Holder::Committee { quorum, .. } => Some(*quorum),
        _ => None,
    });
    let meeting = quorum.map(|quorum| {
        let present = if chance.percent(92) { quorum + 1 } else { quorum.saturating_sub(1) };
        Meeting { held_on: if chance.percent(92) { on } else { case.opened_on - 3.days() }, present }
    });
    let checked = guideline.prohibitions.iter().filter(|p| p.binds == Binds::City).flat_map(|p| p.items.clone());
    Decision {
        how: if chance.percent(50) { DecisionKind::Decided } else { DecisionKind::Delegated },
        document_number: chance.percent(25).then(|| format!("起案第{}号", chance.below(900))),
        meeting,
        checked: if step.kind == StepKind::ApprovePost && chance.percent(92) { checked.collect() } else { Vec::new() },
    }
}

fn acquisition(chance: &mut Chance, case: &Case, guideline: &Guideline) -> Evidence {
    let wanted = case.policy.as_ref().and_then(|p| p.content.as_ref()).and_then(|p| p.network.clone());
    let of_network: Vec<&addresses::Known> =
        addresses::POOL.iter().filter(|k| wanted.as_deref() == Some(k.network)).collect();
    let known = chance.pick(&of_network).copied().filter(|_| !chance.percent(4));
    let known = known.unwrap_or_else(|| addresses::known(chance, guideline));
    let url = addresses::spelling(chance, known);
    Evidence::Acquisition { url, stable_id: addresses::stable_id(chance, known.network) }
}

fn designation(chance: &mut Chance, case: &Case, register: &Register, on: Date) -> Evidence {
    let around = domain::office::Around { units: &case.units, designated: &[] };
    let mut near: Vec<PersonId> =
        register.office.holders(&Holder::OwningUnitStaff, around, on).into_iter().map(|p| p.person).collect();
    if chance.percent(6) {
        near.extend(register.office.people.keys().take(3).cloned());
    }
    let one = |chance: &mut Chance| chance.pick(&near).cloned().unwrap_or_else(|| PersonId::from("nobody"));
    let head = register.office.holders(&Holder::OwningUnitHead, around, on).into_iter().map(|p| p.person).next();
    let poster = one(chance);
    let approver = head.filter(|h| *h != poster && chance.percent(75)).unwrap_or_else(|| one(chance));
    Evidence::Designation { poster, approver }
}
