//! 利用方針・運用ポリシー: what an account is for, whether it is complete, and how it is printed.

mod diff;
mod printed;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use diff::{ItemDiff, Piece, diff, pieces};
pub use printed::{PrintFacts, printed, rows};

use crate::calendar;
use crate::guideline::{Basis, Guideline, ItemKind, Needed, PolicyItem, Replies, Stance};
use crate::letters::{Lines, Misfit, is_kana, is_latin};
use crate::network::{self, Networks};
use crate::refusal::{At, ItemProblem};

/// A policy as typed. Every field may still be missing; [`problems`] says what a complete one needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// 種類: the network's id in `networks.toml`, or a name that is an alias of one.
    pub network: Option<String>,
    /// その他: the name of a network that `networks.toml` does not know.
    pub network_name: Option<String>,
    /// アカウント名.
    pub account_name: Option<String>,
    /// よみ of the account's name, by which citizens find it in 五十音 order; every city's policy may give it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_name_kana: Option<String>,
    /// The account's name in English, for the pages in English; every city's policy may give it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_name_en: Option<String>,
    /// ＵＲＬ.
    pub url: Option<String>,
    /// 目的.
    pub purpose: Option<String>,
    /// 対象者: to whom.
    pub audience: Option<String>,
    /// 情報: what.
    pub information: Option<String>,
    /// 運用期間.
    pub period: Option<Period>,
    /// 発信時間.
    pub hours: Option<Hours>,
    /// 投稿者への回答.
    pub reply: Option<Reply>,
    /// 備考.
    pub note: Option<String>,
    /// Further text items of the city's own, by item id.
    pub further: BTreeMap<String, String>,
    /// Departures from standard texts, each with its reason.
    pub departures: Vec<Departure>,
}

impl Policy {
    /// The first letter in its words that may not stand there.
    pub(crate) fn misfit(&self) -> Option<Misfit> {
        let names = [&self.account_name, &self.account_name_kana, &self.account_name_en];
        let line = [&self.network, &self.network_name, &self.url].into_iter().chain(names);
        let mut line = line.flatten();
        let several = [&self.purpose, &self.audience, &self.information, &self.note];
        let period = self.period.iter().filter_map(|period| period.open_because.as_ref());
        let hours = match &self.hours {
            Some(Hours::Slots(slots)) => vec![&slots.from_day, &slots.to_day, &slots.from, &slots.to],
            Some(Hours::Free(free)) => vec![&free.text, &free.because],
            None => Vec::new(),
        };
        let reply = self.reply.iter().flat_map(|reply| reply.text.iter().chain(&reply.contact));
        let departures = self.departures.iter().flat_map(|one| std::iter::once(&one.because).chain(&one.text));
        let mut several = several
            .into_iter()
            .flatten()
            .chain(period)
            .chain(hours)
            .chain(reply)
            .chain(self.further.values())
            .chain(departures);
        let of_line = line.find_map(|text| Misfit::of(text, Lines::One));
        of_line.or_else(|| several.find_map(|text| Misfit::of(text, Lines::Several)))
    }
}

/// 運用期間.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// 運用開始日.
    pub from: Date,
    /// 運用終了日; without one, `open_because` says by which decision.
    #[serde(default)]
    pub until: Option<Date>,
    /// 定めなし: the decision that allows it.
    #[serde(default)]
    pub open_because: Option<String>,
}

/// 発信時間.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Hours {
    /// The six slots of the guideline's sentence.
    Slots(Slots),
    /// Free text, a recorded departure.
    Free(FreeHours),
}

/// The slots of the guideline's sentence on hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slots {
    /// First day of the week: 月, 火 …
    pub from_day: String,
    /// Last day of the week.
    pub to_day: String,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`.
    pub to: String,
}

/// Hours that the sentence cannot say: all day, several spans, open on holidays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreeHours {
    /// The text as printed.
    pub text: String,
    /// Why it departs from the sentence.
    pub because: String,
}

/// 投稿者への回答.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The stance's id.
    pub stance: String,
    /// The unit's own words, where the stance has no fixed text.
    #[serde(default)]
    pub text: Option<String>,
    /// 問合せ先.
    #[serde(default)]
    pub contact: Option<String>,
}

/// A departure from a standard text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Departure {
    /// The attachment's id.
    pub attachment: String,
    /// Why.
    pub because: String,
    /// The text instead; without one the attachment is left out.
    #[serde(default)]
    pub text: Option<String>,
}

/// How far along the policy is when it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Items that become known at acquisition may still be missing.
    Filing,
    /// Everything that is needed must be there.
    Listing,
}

impl Policy {
    /// A policy of which only the place is known: a network, by id or alias, and a URL.
    pub fn at(network: &str, network_name: Option<&str>, url: &str) -> Self {
        Self {
            network: Some(network.to_owned()),
            network_name: network_name.map(str::to_owned),
            url: Some(url.to_owned()),
            ..Self::default()
        }
    }
}

/// Everything that a policy lacks or has wrong at a stage, in the guideline's order.
pub fn problems(policy: &Policy, guideline: &Guideline, networks: &Networks, stage: Stage) -> Vec<ItemProblem> {
    guideline.policy_items.iter().flat_map(|item| problems_of(item, policy, guideline, networks, stage)).collect()
}

/// The network that a policy names, by id or alias; `None` when it names none or an unknown one.
pub fn network_of(policy: &Policy, networks: &Networks) -> Option<network::NetworkId> {
    let typed = policy.network.as_deref()?;
    if network::NetworkId::other().as_str() == typed {
        return Some(network::NetworkId::other());
    }
    networks.named(typed).map(|n| n.id().clone())
}

/// The canonical address of a policy's URL.
pub fn address_of(
    policy: &Policy,
    guideline: &Guideline,
    networks: &Networks,
) -> Result<network::Filed, network::AddressProblem> {
    let id = network_of(policy, networks).unwrap_or_else(network::NetworkId::other);
    let name = policy.network_name.as_deref().unwrap_or_default();
    let chosen =
        if id == network::NetworkId::other() { network::Chosen::Other { name } } else { network::Chosen::Known(&id) };
    let own_hosts: Vec<&str> = guideline.municipality.own_hosts.iter().map(String::as_str).collect();
    network::for_filing(policy.url.as_deref().unwrap_or_default(), chosen, &own_hosts, networks)
}

/// Why the address of a policy cannot be filed alone, where another name of the account belongs to it; `known` is what
/// the register knows already.
pub fn untold(
    policy: &Policy,
    guideline: &Guideline,
    networks: &Networks,
    known: Option<&network::Address>,
) -> Option<network::AddressProblem> {
    let filed = address_of(policy, guideline, networks).ok()?;
    let known = known.filter(|known| known.network == filed.address.network);
    network::is_told(&filed.address, filed.other.as_ref().or(known), networks).err()
}

/// The stance that a policy takes on replies.
pub fn stance_of<'g>(policy: &Policy, guideline: &'g Guideline) -> Option<&'g Stance> {
    let reply = policy.reply.as_ref()?;
    guideline.item(ItemKind::Reply)?.stances.iter().find(|s| s.id == reply.stance)
}

/// Whether the policy says that no individual replies are given.
pub fn replies_of(policy: &Policy, guideline: &Guideline) -> Option<Replies> {
    stance_of(policy, guideline).map(|s| s.replies)
}

fn problems_of(
    item: &PolicyItem,
    policy: &Policy,
    guideline: &Guideline,
    networks: &Networks,
    stage: Stage,
) -> Vec<ItemProblem> {
    let needed = match item.needed {
        Needed::Always => true,
        Needed::AfterAcquisition => stage == Stage::Listing,
        Needed::Optional => false,
    };
    let problem = |what: String, next: &str| ItemProblem {
        at: At::Item(item.id.clone()),
        label: item.label.clone(),
        what,
        basis: item.basis.clone(),
        next: next.to_owned(),
    };
    let text = |value: Option<&str>, name: &str| text_problem(value, name, needed).map(|(w, n)| problem(w, n));
    match item.kind {
        ItemKind::Network => network_problem(policy, guideline, networks, needed)
            .map(|(w, n, basis)| ItemProblem { basis: basis.unwrap_or_else(|| item.basis.clone()), ..problem(w, n) })
            .into_iter()
            .collect(),
        ItemKind::AccountName => text(policy.account_name.as_deref(), &item.label)
            .into_iter()
            .chain(other_name_problems(policy, &item.label).map(|(what, next)| problem(what, next)))
            .collect(),
        ItemKind::Url => {
            if policy.url.as_deref().is_none_or(|u| u.trim().is_empty()) {
                return text(None, &item.label).into_iter().collect();
            }
            // Which network it is has its own problem; an address is only read once that is known.
            if network_of(policy, networks).is_none() {
                return Vec::new();
            }
            match address_of(policy, guideline, networks) {
                Ok(_) => Vec::new(),
                Err(p) => vec![problem(p.message(networks), &p.next(networks))],
            }
        }
        ItemKind::Purpose => text(policy.purpose.as_deref(), &item.label).into_iter().collect(),
        ItemKind::Message => [
            text(policy.audience.as_deref(), &format!("{}の対象者（誰に向けて）", item.label)),
            text(policy.information.as_deref(), &format!("{}の情報（どのような情報を）", item.label)),
        ]
        .into_iter()
        .flatten()
        .collect(),
        ItemKind::Period => period_problem(policy.period.as_ref(), &item.label, needed)
            .map(|(w, n)| problem(w, n))
            .into_iter()
            .collect(),
        ItemKind::Hours => hours_problems(policy.hours.as_ref(), &item.label, needed)
            .into_iter()
            .map(|(_, what, next)| problem(what, next))
            .collect(),
        ItemKind::Reply => reply_problems(policy.reply.as_ref(), item, needed)
            .into_iter()
            .map(|(_, w, n, basis)| ItemProblem { basis: basis.unwrap_or_else(|| item.basis.clone()), ..problem(w, n) })
            .collect(),
        // The owning unit is the case's own and always known; a note may say anything.
        ItemKind::Unit | ItemKind::Note => Vec::new(),
        ItemKind::Text => text(policy.further.get(&item.id).map(String::as_str), &item.label).into_iter().collect(),
    }
}

/// Whether a text is only a placeholder: the ○○ of a form left standing, or a word that says nothing.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let word = text.trim();
    word.contains("○○") || word.contains("〇〇") || matches!(word, "なし" | "無し" | "ナシ" | "特になし" | "未定")
}

/// A text that says something, without the spaces around it.
pub(crate) fn given(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What is wrong with the reading and the English name of an account, where they are given.
fn other_name_problems(policy: &Policy, label: &str) -> impl Iterator<Item = (String, &'static str)> {
    let kana = given(policy.account_name_kana.as_deref()).filter(|kana| !is_kana(kana)).map(|kana| {
        (
            format!("{label}のよみ「{kana}」に、かなでない文字があります。"),
            "ひらがなかカタカナで書いてください。分からないときは、空けておけます。",
        )
    });
    let english = given(policy.account_name_en.as_deref()).filter(|name| !is_latin(name)).map(|name| {
        (
            format!("{label}の英語名「{name}」に、英字で書けない文字があります。"),
            "英字・数字・記号で書いてください。分からないときは、空けておけます。",
        )
    });
    kana.into_iter().chain(english)
}

fn text_problem(value: Option<&str>, name: &str, needed: bool) -> Option<(String, &'static str)> {
    let text = value.unwrap_or_default();
    if text.trim().is_empty() {
        return needed.then(|| (format!("{name}がありません。"), "記入してから、もう一度進めてください。"));
    }
    is_placeholder(text).then(|| {
        (
            format!("{name}に「{}」とあり、内容が書かれていません。", text.trim()),
            "様式の記号や「なし」のままにせず、具体的に書いてください。",
        )
    })
}

fn network_problem(
    policy: &Policy,
    guideline: &Guideline,
    networks: &Networks,
    needed: bool,
) -> Option<(String, &'static str, Option<Basis>)> {
    let Some(typed) = policy.network.as_deref().filter(|n| !n.trim().is_empty()) else {
        return needed.then(|| {
            (
                "種類（どのサービスか）がありません。".to_owned(),
                "サービスを選んでください。その他のときは名前も入れてください。",
                None,
            )
        });
    };
    let Some(id) = network_of(policy, networks) else {
        return Some((
            format!("「{typed}」というサービスは知られていません。"),
            "一覧から選ぶか、「その他」を選んで名前を入れてください。",
            None,
        ));
    };
    let scope = &guideline.networks;
    let named = scope.named.iter().any(|n| n.network == id.as_str());
    if !named && scope.others == crate::guideline::Others::Refused {
        return Some((
            format!("「{typed}」はこのガイドラインの対象ではありません。"),
            "ガイドラインが対象とするサービスを選んでください。",
            Some(scope.basis.clone()),
        ));
    }
    let unnamed = policy.network_name.as_deref().is_none_or(|n| n.trim().is_empty() || is_placeholder(n));
    (id == network::NetworkId::other() && unnamed).then(|| {
        (
            "その他のサービスの名前がありません。".to_owned(),
            "サービスの名前を入れてください。",
            Some(scope.basis.clone()),
        )
    })
}

fn period_problem(period: Option<&Period>, name: &str, needed: bool) -> Option<(String, &'static str)> {
    let Some(period) = period else {
        return needed.then(|| (format!("{name}がありません。"), "運用開始日と運用終了日を入れてください。"));
    };
    match period.until {
        Some(until) if until < period.from => Some((
            format!(
                "{name}の終わり（{}）が始まり（{}）より前です。",
                calendar::wareki(until),
                calendar::wareki(period.from)
            ),
            "日付を確かめてください。",
        )),
        _ if period.from < calendar::NETWORKS_BEGAN => Some((
            format!(
                "{name}の始まり（{}）は、ソーシャルメディアが使われるようになる前の日です。",
                calendar::wareki(period.from)
            ),
            "年を確かめてください。",
        )),
        Some(until) if given(period.open_because.as_deref()).is_some() => Some((
            format!(
                "{name}に、終了日（{}）と、終了日を定めないこととした決定の、両方が書かれています。",
                calendar::wareki(until)
            ),
            "どちらか一方を消してください。",
        )),
        None if period.open_because.as_deref().is_none_or(|b| b.trim().is_empty()) => Some((
            format!("{name}の終了日がありません。"),
            "運用終了日を入れるか、終了日を定めないこととした決定を書いてください。",
        )),
        _ => None,
    }
}

/// What is wrong with a policy whose period is over on a day: nobody files, decides on or lists what has ended.
pub fn is_over(policy: &Policy, guideline: &Guideline, on: Date) -> Option<ItemProblem> {
    let item = guideline.item(ItemKind::Period)?;
    let until = policy.period.as_ref()?.until.filter(|until| *until < on)?;
    Some(ItemProblem {
        at: At::Item(item.id.clone()),
        label: item.label.clone(),
        what: format!("{}の終わり（{}）が、すでに過ぎています。", item.label, calendar::wareki(until)),
        basis: item.basis.clone(),
        next: "年を確かめ、これからの終了日を入れてください。".to_owned(),
    })
}

/// The days of the week as they are chosen.
pub const WEEK: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

/// What of the hours is wrong: each part is told for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoursPart {
    /// The first day.
    FromDay,
    /// The last day.
    ToDay,
    /// The time at which they begin.
    From,
    /// The time at which they end.
    To,
    /// The own words.
    Text,
    /// Why they are own words.
    Because,
}

/// Everything that is wrong with the hours.
pub(crate) fn hours_problems(
    hours: Option<&Hours>,
    name: &str,
    needed: bool,
) -> Vec<(HoursPart, String, &'static str)> {
    match hours {
        None if needed => {
            vec![(HoursPart::FromDay, format!("{name}がありません。"), "曜日と時刻を入れてください。")]
        }
        None => Vec::new(),
        Some(Hours::Free(free)) => {
            let text = text_problem(Some(&free.text), name, true).map(|(what, next)| (HoursPart::Text, what, next));
            let because = free.because.trim().is_empty().then(|| {
                let what = format!("{name}を自由に書く理由がありません。");
                (HoursPart::Because, what, "標準の文と違う書き方にする理由を書いてください。")
            });
            text.into_iter().chain(because).collect()
        }
        Some(Hours::Slots(slots)) => slots_problems(slots, name),
    }
}

fn slots_problems(slots: &Slots, name: &str) -> Vec<(HoursPart, String, &'static str)> {
    let mut found = Vec::new();
    let days = [(HoursPart::FromDay, &slots.from_day, "始まり"), (HoursPart::ToDay, &slots.to_day, "終わり")];
    for (part, day, which) in days {
        if !WEEK.contains(&day.as_str()) {
            let what = match day.as_str() {
                "" => format!("{name}の{which}の曜日がありません。"),
                _ => format!("{name}の曜日「{day}」が読めません。"),
            };
            found.push((part, what, "月・火・水・木・金・土・日のどれかにしてください。"));
        }
    }
    if found.is_empty() && slots.from_day == slots.to_day {
        found.push((
            HoursPart::ToDay,
            format!("{name}が「{0}曜日から{0}曜日まで」となり、一日だけか一週間か分かりません。", slots.from_day),
            "別の曜日にするか、理由を添えて自由に書いてください。",
        ));
    }
    let times = [(HoursPart::From, &slots.from, "始まり"), (HoursPart::To, &slots.to, "終わり")];
    for (part, time, which) in times {
        if calendar::parse_time(time).is_none() {
            let what = match time.as_str() {
                "" => format!("{name}の{which}の時刻がありません。"),
                _ => format!("{name}の時刻「{time}」はありません。"),
            };
            found.push((part, what, "0時から24時までの時刻を、8:30 や 17:15 のように入れてください。"));
        }
    }
    if let (Some(from), Some(to)) = (calendar::parse_time(&slots.from), calendar::parse_time(&slots.to))
        && from >= to
    {
        found.push((
            HoursPart::To,
            format!("{name}の終わり（{}）が始まり（{}）より後になっていません。", slots.to, slots.from),
            "時刻を確かめてください。",
        ));
    }
    found
}

/// What of a reply is wrong: each part is told for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyPart {
    /// The stance.
    Stance,
    /// The words shown to users.
    Text,
    /// Whom to ask.
    Contact,
}

/// Everything that is wrong with what is said of replies, with the clause where it is another than the item's.
pub(crate) fn reply_problems(
    reply: Option<&Reply>,
    item: &PolicyItem,
    needed: bool,
) -> Vec<(ReplyPart, String, &'static str, Option<Basis>)> {
    let Some(reply) = reply else {
        let what = format!("{}の方針がありません。", item.label);
        let next = "個別に返信するかどうか、どちらか一つを選んでください。";
        return if needed { vec![(ReplyPart::Stance, what, next, None)] } else { Vec::new() };
    };
    let Some(stance) = item.stances.iter().find(|s| s.id == reply.stance) else {
        let what = format!("{}の方針「{}」はこのガイドラインにありません。", item.label, reply.stance);
        return vec![(ReplyPart::Stance, what, "用意された方針から一つを選んでください。", None)];
    };
    let mut found = Vec::new();
    if stance.text.is_some() && reply.text.is_some() {
        found.push((
            ReplyPart::Text,
            format!("{}の文は決まっているため、別の文を書けません。", item.label),
            "文を消してください。決まった文がそのまま載ります。",
            Some(stance.basis.clone()),
        ));
    }
    if stance.text.is_none()
        && let Some((what, next)) = text_problem(reply.text.as_deref(), &item.label, needed)
    {
        found.push((ReplyPart::Text, what, next, None));
    }
    let contact = reply.contact.as_deref().unwrap_or_default();
    if let Some(basis) = stance.contact.as_ref().filter(|_| contact.trim().is_empty() || is_placeholder(contact)) {
        found.push((
            ReplyPart::Contact,
            "個別に返信しない方針ですが、問合せ先がありません。".to_owned(),
            "問合せ先を入れてください。プロフィール欄にも示します。",
            Some(basis.clone()),
        ));
    }
    found
}
