//! 下書き: a policy as it is typed into a form, field by field and to the letter; read into a policy, judged part by part.

mod length;
mod twice;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::{self, parse_date};
use crate::guideline::{Basis, Binds, ClauseId, Guideline, ItemKind, Needed, PolicyItem};
use crate::letters::{Lines, Misfit, is_kana};
use crate::network::{self, Networks, Reading};
use crate::policy::{self, Departure, FreeHours, Hours, HoursPart, Period, Policy, Reply, ReplyPart, Slots, Stage};
use crate::refusal::{At, ItemProblem};

/// The names of a sheet's fields.
pub mod field {
    /// 種類.
    pub const NETWORK: &str = "network";
    /// The name of a network that is not known.
    pub const NETWORK_NAME: &str = "network_name";
    /// アカウント名.
    pub const ACCOUNT_NAME: &str = "account_name";
    /// よみ of the account's name.
    pub const ACCOUNT_NAME_KANA: &str = "account_name_kana";
    /// The account's name in English.
    pub const ACCOUNT_NAME_EN: &str = "account_name_en";
    /// ＵＲＬ.
    pub const URL: &str = "url";
    /// 目的.
    pub const PURPOSE: &str = "purpose";
    /// 対象者.
    pub const AUDIENCE: &str = "audience";
    /// 情報.
    pub const INFORMATION: &str = "information";
    /// 運用開始日.
    pub const FROM: &str = "period_from";
    /// 運用終了日.
    pub const UNTIL: &str = "period_until";
    /// The decision that sets no end.
    pub const OPEN_BECAUSE: &str = "period_open";
    /// How the hours are said: [`SENTENCE`] or [`OWN_WORDS`].
    pub const HOURS: &str = "hours_way";
    /// The guideline's sentence.
    pub const SENTENCE: &str = "sentence";
    /// Words of one's own.
    pub const OWN_WORDS: &str = "own";
    /// First day of the week.
    pub const FROM_DAY: &str = "hours_from_day";
    /// Last day of the week.
    pub const TO_DAY: &str = "hours_to_day";
    /// From this time.
    pub const FROM_TIME: &str = "hours_from";
    /// Until this time.
    pub const TO_TIME: &str = "hours_to";
    /// The hours in words of one's own.
    pub const HOURS_TEXT: &str = "hours_text";
    /// Why not the sentence.
    pub const HOURS_BECAUSE: &str = "hours_because";
    /// The stance on replies.
    pub const REPLY: &str = "reply";
    /// The stance's text, where it has none of its own.
    pub const REPLY_TEXT: &str = "reply_text";
    /// 問合せ先.
    pub const REPLY_CONTACT: &str = "reply_contact";
    /// 備考.
    pub const NOTE: &str = "note";
    /// What becomes of a standard text: printed as it is.
    pub const AS_IT_IS: &str = "as_it_is";
    /// It is left out.
    pub const LEFT_OUT: &str = "left_out";
    /// Another text takes its place.
    pub const REPLACED: &str = "replaced";

    /// A further text item.
    pub fn further(item: &str) -> String {
        format!("further-{item}")
    }

    /// What becomes of a standard text.
    pub fn depart(attachment: &str) -> String {
        format!("depart-{attachment}")
    }

    /// Why a standard text is departed from.
    pub fn depart_because(attachment: &str) -> String {
        format!("depart-{attachment}-because")
    }

    /// The text in its place.
    pub fn depart_text(attachment: &str) -> String {
        format!("depart-{attachment}-text")
    }
}

/// A stretch of the sheet: what is asked together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Which account: network, name, address.
    Account,
    /// 目的.
    Purpose,
    /// 発信情報.
    Message,
    /// 運用期間.
    Period,
    /// 発信時間.
    Hours,
    /// 投稿者への回答.
    Reply,
    /// 備考 and the city's own items.
    Further,
    /// The texts that belong to every policy.
    Texts,
}

/// Everything typed so far, by field; wrong and unfinished things as well.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sheet(BTreeMap<String, String>);

/// Something that a part lacks or has wrong, at its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetProblem {
    /// The part.
    pub part: Part,
    /// The field.
    pub field: String,
    /// What is wrong, under which clause, and what to do.
    pub problem: ItemProblem,
}

/// The parts that a guideline's policy has, in its order.
pub fn parts(guideline: &Guideline) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let texts = (!guideline.attachments.is_empty()).then_some(Part::Texts);
    for part in guideline.policy_items.iter().filter_map(|item| Part::of(item.kind)).chain(texts) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

impl Part {
    /// The part in which an item of this kind is asked; the owning unit is known and never asked.
    pub fn of(kind: ItemKind) -> Option<Self> {
        match kind {
            ItemKind::Network | ItemKind::AccountName | ItemKind::Url => Some(Self::Account),
            ItemKind::Purpose => Some(Self::Purpose),
            ItemKind::Message => Some(Self::Message),
            ItemKind::Unit => None,
            ItemKind::Period => Some(Self::Period),
            ItemKind::Hours => Some(Self::Hours),
            ItemKind::Reply => Some(Self::Reply),
            ItemKind::Note | ItemKind::Text => Some(Self::Further),
        }
    }

    /// Its name in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Purpose => "purpose",
            Self::Message => "message",
            Self::Period => "period",
            Self::Hours => "hours",
            Self::Reply => "reply",
            Self::Further => "further",
            Self::Texts => "texts",
        }
    }

    /// The items asked in it.
    pub fn items(self, guideline: &Guideline) -> impl Iterator<Item = &PolicyItem> {
        guideline.policy_items.iter().filter(move |item| Self::of(item.kind) == Some(self))
    }

    /// The fields asked in it.
    pub fn fields(self, guideline: &Guideline) -> BTreeSet<String> {
        let of_items = self.items(guideline).flat_map(fields_of);
        let texts = guideline.attachments.iter().filter(|_| self == Self::Texts);
        let of_texts = texts
            .flat_map(|text| [field::depart(&text.id), field::depart_because(&text.id), field::depart_text(&text.id)]);
        of_items.chain(of_texts).collect()
    }
}

fn fields_of(item: &PolicyItem) -> Vec<String> {
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match item.kind {
        ItemKind::Network => named(&[field::NETWORK, field::NETWORK_NAME]),
        ItemKind::AccountName => named(&[field::ACCOUNT_NAME, field::ACCOUNT_NAME_KANA, field::ACCOUNT_NAME_EN]),
        ItemKind::Url => named(&[field::URL]),
        ItemKind::Purpose => named(&[field::PURPOSE]),
        ItemKind::Message => named(&[field::AUDIENCE, field::INFORMATION]),
        ItemKind::Unit => Vec::new(),
        ItemKind::Period => named(&[field::FROM, field::UNTIL, field::OPEN_BECAUSE]),
        ItemKind::Hours => named(&[
            field::HOURS,
            field::FROM_DAY,
            field::TO_DAY,
            field::FROM_TIME,
            field::TO_TIME,
            field::HOURS_TEXT,
            field::HOURS_BECAUSE,
        ]),
        ItemKind::Reply => named(&[field::REPLY, field::REPLY_TEXT, field::REPLY_CONTACT]),
        ItemKind::Note => named(&[field::NOTE]),
        ItemKind::Text => vec![field::further(&item.id)],
    }
}

/// What the city may not send, in the guideline's order; shown where a policy says what is sent.
pub fn not_to_be_sent(guideline: &Guideline) -> impl Iterator<Item = &ClauseId> {
    guideline.prohibitions.iter().filter(|list| list.binds == Binds::City).flat_map(|list| &list.items)
}

impl Sheet {
    /// A field as typed; empty when it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A field that says something, as typed.
    pub fn said(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.trim().is_empty())
    }

    /// Puts a field on the sheet.
    pub fn put(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name.into(), text.into());
    }

    /// Every field with what was typed.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Whether a part was answered before, well or not.
    pub fn has_seen(&self, part: Part, guideline: &Guideline) -> bool {
        part.fields(guideline).iter().any(|name| self.0.contains_key(name))
    }

    /// The same sheet with one part's fields as they were sent; fields of other parts are not touched.
    #[must_use]
    pub fn with<'t>(
        mut self,
        part: Part,
        guideline: &Guideline,
        sent: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Self {
        let ours = part.fields(guideline);
        for (name, text) in sent {
            if ours.contains(name) {
                self.put(name, text);
            }
        }
        self
    }

    /// The sheet that a policy would have been typed on.
    pub fn of(policy: &Policy) -> Self {
        let mut sheet = Self::default();
        let plain = [
            (field::NETWORK, &policy.network),
            (field::NETWORK_NAME, &policy.network_name),
            (field::ACCOUNT_NAME, &policy.account_name),
            (field::ACCOUNT_NAME_KANA, &policy.account_name_kana),
            (field::ACCOUNT_NAME_EN, &policy.account_name_en),
            (field::URL, &policy.url),
            (field::PURPOSE, &policy.purpose),
            (field::AUDIENCE, &policy.audience),
            (field::INFORMATION, &policy.information),
            (field::NOTE, &policy.note),
        ];
        for (name, text) in plain.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
            sheet.put(name, text);
        }
        if let Some(period) = &policy.period {
            sheet.put(field::FROM, period.from.to_string());
            sheet.put(field::UNTIL, period.until.map(|day| day.to_string()).unwrap_or_default());
            sheet.put(field::OPEN_BECAUSE, period.open_because.clone().unwrap_or_default());
        }
        match &policy.hours {
            Some(Hours::Slots(slots)) => {
                sheet.put(field::HOURS, field::SENTENCE);
                sheet.put(field::FROM_DAY, &slots.from_day);
                sheet.put(field::TO_DAY, &slots.to_day);
                sheet.put(field::FROM_TIME, &slots.from);
                sheet.put(field::TO_TIME, &slots.to);
            }
            Some(Hours::Free(free)) => {
                sheet.put(field::HOURS, field::OWN_WORDS);
                sheet.put(field::HOURS_TEXT, &free.text);
                sheet.put(field::HOURS_BECAUSE, &free.because);
            }
            None => {}
        }
        if let Some(reply) = &policy.reply {
            sheet.put(field::REPLY, &reply.stance);
            sheet.put(field::REPLY_TEXT, reply.text.clone().unwrap_or_default());
            sheet.put(field::REPLY_CONTACT, reply.contact.clone().unwrap_or_default());
        }
        for (item, text) in &policy.further {
            sheet.put(field::further(item), text);
        }
        for departure in &policy.departures {
            let way = if departure.text.is_some() { field::REPLACED } else { field::LEFT_OUT };
            sheet.put(field::depart(&departure.attachment), way);
            sheet.put(field::depart_because(&departure.attachment), &departure.because);
            sheet.put(field::depart_text(&departure.attachment), departure.text.clone().unwrap_or_default());
        }
        sheet
    }

    /// What another account of the unit may take over: everything but the account itself and its period.
    #[must_use]
    pub fn for_another_account(mut self) -> Self {
        let own = [
            field::NETWORK,
            field::NETWORK_NAME,
            field::ACCOUNT_NAME,
            field::ACCOUNT_NAME_KANA,
            field::ACCOUNT_NAME_EN,
            field::URL,
            field::FROM,
            field::UNTIL,
            field::OPEN_BECAUSE,
        ];
        self.0.retain(|name, _| !own.contains(&name.as_str()));
        self
    }

    /// The policy that the sheet says, as far as it can be read; what cannot be read is only missing in it.
    pub fn policy(&self, guideline: &Guideline, networks: &Networks) -> Policy {
        let text = |name: &str| self.said(name).map(str::to_owned);
        Policy {
            network: text(field::NETWORK).or_else(|| self.network_of_url(networks)),
            network_name: text(field::NETWORK_NAME),
            account_name: text(field::ACCOUNT_NAME),
            account_name_kana: text(field::ACCOUNT_NAME_KANA),
            account_name_en: text(field::ACCOUNT_NAME_EN),
            url: text(field::URL),
            purpose: text(field::PURPOSE),
            audience: text(field::AUDIENCE),
            information: text(field::INFORMATION),
            period: self.period(),
            hours: self.hours(),
            reply: self.reply(guideline),
            note: text(field::NOTE),
            further: Part::Further
                .items(guideline)
                .filter(|item| item.kind == ItemKind::Text)
                .filter_map(|item| Some((item.id.clone(), text(&field::further(&item.id))?)))
                .collect(),
            departures: guideline.attachments.iter().filter_map(|a| self.departure(&a.id)).collect(),
        }
    }

    /// Everything that the policy lacks or has wrong before it is filed, part by part in the guideline's order.
    pub fn problems(&self, guideline: &Guideline, networks: &Networks) -> Vec<SheetProblem> {
        let policy = self.policy(guideline, networks);
        let mut found = self.unreadable_days(guideline);
        let mut of_kind: BTreeMap<String, usize> = BTreeMap::new();
        for problem in policy::problems(&policy, guideline, networks, Stage::Filing) {
            let Some(item) = guideline.policy_items.iter().find(|item| problem.is_of(&item.id)) else { continue };
            let Some(part) = Part::of(item.kind) else { continue };
            if found.iter().any(|known| known.problem.at == problem.at && known.part == Part::Period) {
                continue;
            }
            let place = of_kind.entry(item.id.clone()).or_default();
            found.push(SheetProblem { part, field: self.field_of(item, &policy, *place), problem });
            *place += 1;
        }
        found.extend(self.said_twice(guideline));
        found.extend(self.unreasoned(guideline));
        found.extend(self.too_long(guideline));
        for misfit in self.misfits(guideline) {
            // A field that is wrong for a reason of its own is told that one.
            if found.iter().all(|known| known.field != misfit.field) {
                found.push(misfit);
            }
        }
        let order = parts(guideline);
        found.sort_by_key(|problem| order.iter().position(|part| *part == problem.part));
        found
    }

    /// The fields with letters that may not stand there.
    fn misfits(&self, guideline: &Guideline) -> Vec<SheetProblem> {
        let names = [field::ACCOUNT_NAME, field::ACCOUNT_NAME_KANA, field::ACCOUNT_NAME_EN];
        let lone = [[field::NETWORK, field::NETWORK_NAME, field::URL], names].concat();
        let mut found = Vec::new();
        for part in parts(guideline) {
            for name in part.fields(guideline) {
                let lines = if lone.contains(&name.as_str()) { Lines::One } else { Lines::Several };
                let Some(misfit) = Misfit::of(self.text(&name), lines) else { continue };
                let item = part.items(guideline).find(|item| fields_of(item).contains(&name));
                let problem = ItemProblem {
                    at: At::Item(item.map(|item| item.id.clone()).unwrap_or_default()),
                    label: item.map(|item| item.label.clone()).unwrap_or_default(),
                    what: misfit.to_string(),
                    basis: item.map_or_else(Basis::plain_practice, |item| item.basis.clone()),
                    next: misfit.next().to_owned(),
                };
                found.push(SheetProblem { part, field: name, problem });
            }
        }
        found
    }

    /// The network of a URL that names one by itself, so that nobody has to choose it.
    fn network_of_url(&self, networks: &Networks) -> Option<String> {
        let reading = match network::read(self.said(field::URL)?, networks) {
            Reading::Within { reading, .. } => *reading,
            whole => whole,
        };
        match reading {
            Reading::Address(address, _) => Some(address.network.as_str().to_owned()),
            _ => None,
        }
    }

    fn day(&self, name: &str) -> Option<Date> {
        parse_date(self.said(name)?).ok()
    }

    fn period(&self) -> Option<Period> {
        let from = self.day(field::FROM)?;
        let open_because = self.said(field::OPEN_BECAUSE).map(str::to_owned);
        Some(Period { from, until: self.day(field::UNTIL), open_because })
    }

    fn hours(&self) -> Option<Hours> {
        if self.text(field::HOURS) == field::OWN_WORDS {
            let text = self.text(field::HOURS_TEXT).to_owned();
            return Some(Hours::Free(FreeHours { text, because: self.text(field::HOURS_BECAUSE).to_owned() }));
        }
        let slots = [field::FROM_DAY, field::TO_DAY, field::FROM_TIME, field::TO_TIME];
        slots.iter().any(|name| self.said(name).is_some()).then(|| {
            let text = |name: &str| self.text(name).trim().to_owned();
            Hours::Slots(Slots {
                from_day: text(field::FROM_DAY),
                to_day: text(field::TO_DAY),
                from: text(field::FROM_TIME),
                to: text(field::TO_TIME),
            })
        })
    }

    fn reply(&self, guideline: &Guideline) -> Option<Reply> {
        let id = self.said(field::REPLY)?;
        let stance = guideline.item(ItemKind::Reply).and_then(|item| item.stances.iter().find(|s| s.id == id));
        // What was typed for one stance stays on the sheet and is not said by another.
        let own_words = stance.is_none_or(|stance| stance.text.is_none());
        let contact = stance.is_none_or(|stance| stance.contact.is_some());
        let text = |name: &str| self.said(name).map(str::to_owned);
        Some(Reply {
            stance: id.to_owned(),
            text: text(field::REPLY_TEXT).filter(|_| own_words),
            contact: text(field::REPLY_CONTACT).filter(|_| contact),
        })
    }

    fn departure(&self, attachment: &str) -> Option<Departure> {
        let text = match self.text(&field::depart(attachment)) {
            field::LEFT_OUT => None,
            field::REPLACED => Some(self.text(&field::depart_text(attachment)).to_owned()),
            _ => return None,
        };
        let because = self.text(&field::depart_because(attachment)).to_owned();
        Some(Departure { attachment: attachment.to_owned(), because, text })
    }

    /// Days that are no days: the policy itself cannot hold them.
    fn unreadable_days(&self, guideline: &Guideline) -> Vec<SheetProblem> {
        let Some(item) = guideline.item(ItemKind::Period) else { return Vec::new() };
        let wrong = |field: &str, what: String, next: &str| SheetProblem {
            part: Part::Period,
            field: field.to_owned(),
            problem: ItemProblem {
                at: At::Item(item.id.clone()),
                label: item.label.clone(),
                what,
                basis: item.basis.clone(),
                next: next.to_owned(),
            },
        };
        let days = [(field::FROM, "開始日"), (field::UNTIL, "終了日")];
        let mut found: Vec<SheetProblem> = days
            .into_iter()
            .filter_map(|(name, word)| {
                let typed = self.said(name)?;
                let fault = parse_date(typed).err()?;
                Some(wrong(name, format!("{}の{word}：{fault}", item.label), "日付を直してください。"))
            })
            .collect();
        let ends = self.said(field::UNTIL).or(self.said(field::OPEN_BECAUSE)).is_some();
        if ends && self.said(field::FROM).is_none() {
            let what = format!("{}の開始日がありません。", item.label);
            found.push(wrong(field::FROM, what, "運用を始める日を入れてください。"));
        }
        found
    }

    /// Departures from standard texts that lack their reason or their text.
    fn unreasoned(&self, guideline: &Guideline) -> Vec<SheetProblem> {
        let mut found = Vec::new();
        for attachment in &guideline.attachments {
            let Some(departure) = self.departure(&attachment.id) else { continue };
            let mut wrong = |field: String, what: String, next: &str| {
                found.push(SheetProblem {
                    part: Part::Texts,
                    field,
                    problem: ItemProblem {
                        at: At::Item(attachment.id.clone()),
                        label: attachment.title.clone(),
                        what,
                        basis: attachment.basis.clone(),
                        next: next.to_owned(),
                    },
                });
            };
            if departure.because.trim().is_empty() {
                let what = format!("「{}」を標準の文のとおりにしない理由がありません。", attachment.title);
                wrong(field::depart_because(&attachment.id), what, "理由を書くか、標準の文のとおりに戻してください。");
            }
            if departure.text.is_some_and(|text| text.trim().is_empty()) {
                let what = format!("「{}」の代わりの文がありません。", attachment.title);
                wrong(field::depart_text(&attachment.id), what, "代わりの文を書いてください。");
            }
        }
        found
    }

    /// The field at which a problem of an item stands; `place` counts the item's problems.
    fn field_of(&self, item: &PolicyItem, policy: &Policy, place: usize) -> String {
        let bad = |name: &str| self.said(name).is_none_or(policy::is_placeholder);
        let name = match item.kind {
            ItemKind::Network if self.said(field::NETWORK) == Some(network::NetworkId::other().as_str()) => {
                field::NETWORK_NAME
            }
            ItemKind::AccountName => {
                // A name, its reading and the name in English are wrong each for itself, in this order.
                let needed = item.needed == Needed::Always;
                let name = self.said(field::ACCOUNT_NAME).map_or(needed, policy::is_placeholder);
                let kana = self.said(field::ACCOUNT_NAME_KANA).is_some_and(|kana| !is_kana(kana));
                let wrong = [(field::ACCOUNT_NAME, name), (field::ACCOUNT_NAME_KANA, kana)];
                let wrong = wrong.into_iter().filter(|(_, wrong)| *wrong).nth(place);
                wrong.map_or(field::ACCOUNT_NAME_EN, |(name, _)| name)
            }
            ItemKind::Message if place > 0 || !bad(field::AUDIENCE) => field::INFORMATION,
            ItemKind::Period if self.said(field::FROM).is_some() => field::UNTIL,
            ItemKind::Hours => {
                let wrong = policy::hours_problems(policy.hours.as_ref(), "", true);
                match wrong.get(place).map(|(part, ..)| part) {
                    Some(HoursPart::FromDay) | None => field::FROM_DAY,
                    Some(HoursPart::ToDay) => field::TO_DAY,
                    Some(HoursPart::From) => field::FROM_TIME,
                    Some(HoursPart::To) => field::TO_TIME,
                    Some(HoursPart::Text) => field::HOURS_TEXT,
                    Some(HoursPart::Because) => field::HOURS_BECAUSE,
                }
            }
            ItemKind::Reply => {
                let wrong = policy::reply_problems(policy.reply.as_ref(), item, item.needed == Needed::Always);
                match wrong.get(place).map(|(part, ..)| part) {
                    Some(ReplyPart::Stance) | None => field::REPLY,
                    Some(ReplyPart::Text) => field::REPLY_TEXT,
                    Some(ReplyPart::Contact) => field::REPLY_CONTACT,
                }
            }
            ItemKind::Text => return field::further(&item.id),
            _ => return fields_of(item).into_iter().next().unwrap_or_default(),
        };
        name.to_owned()
    }
}

/// The last day of the fiscal year of a day: what a period often ends with.
pub fn end_of_fiscal_year(day: Date) -> Date {
    calendar::fiscal_year(day).last_day()
}
