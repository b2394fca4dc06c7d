//! What a part asks: each item with the guideline's own words, its fields, and what is open to be said differently.

use actions::{Drafting, LoadedGuideline};
use domain::calendar;
use domain::draft::{Part, SheetProblem, end_of_fiscal_year, field, not_to_be_sent};
use domain::guideline::{self, Attachment, ClauseId, ItemKind, Needed, Others, PolicyItem};
use domain::network::NetworkId;
use domain::policy::{self, WEEK};

use crate::basis::clause;
use crate::field::{Choice, Field, Kind, Line};
use crate::parts::{Basis, Quote};
use crate::visit::Visit;

/// One item as it is asked.
pub(super) struct Section {
    /// Its label.
    pub title: String,
    /// The city's own practice, where no clause asks.
    pub practice: Option<Basis>,
    /// The clauses in their own words.
    pub quotes: Vec<Quote>,
    /// Why it was sent back.
    pub returned: Vec<String>,
    /// What is asked.
    pub fields: Vec<Field>,
    /// What is asked only of those who need it.
    pub more: Option<More>,
}

/// What lies behind a disclosure.
pub(super) struct More {
    /// What opens it.
    pub words: String,
    /// Whether it is in use, and so stands open.
    pub used: bool,
    /// What is asked.
    pub fields: Vec<Field>,
}

struct Ask<'a> {
    visit: &'a Visit,
    drafting: &'a Drafting,
    problems: &'a [&'a SheetProblem],
}

/// What a part asks, item by item.
pub(super) fn sections(visit: &Visit, drafting: &Drafting, part: Part, problems: &[&SheetProblem]) -> Vec<Section> {
    let ask = Ask { visit, drafting, problems };
    let guideline = &drafting.loaded.guideline;
    let mut sections: Vec<Section> = part.items(guideline).map(|item| ask.section(item)).collect();
    if part == Part::Texts {
        sections.extend(guideline.attachments.iter().map(|attachment| ask.attachment(attachment)));
    }
    // Where a guideline has no item on what is sent, the purpose is what comes closest.
    let about = if guideline.item(ItemKind::Message).is_some() { Part::Message } else { Part::Purpose };
    if part == about {
        let quotes: Vec<Quote> = not_to_be_sent(guideline).filter_map(|id| quote(&drafting.loaded, id)).collect();
        if !quotes.is_empty() {
            sections.push(Section {
                title: "発信してはならないもの".to_owned(),
                practice: None,
                quotes,
                returned: Vec::new(),
                fields: Vec::new(),
                more: None,
            });
        }
    }
    sections
}

impl Ask<'_> {
    fn section(&self, item: &PolicyItem) -> Section {
        let (fields, more) = match item.kind {
            ItemKind::Network => (self.network(item), None),
            ItemKind::AccountName => (
                vec![self.line(item, field::ACCOUNT_NAME, "ＳＮＳに出る名前のとおりに書きます。")],
                Some(self.other_names()),
            ),
            ItemKind::Url => (vec![self.url(item)], None),
            ItemKind::Purpose => {
                (vec![self.long(item, field::PURPOSE, &item.label, "何のために発信するかを書きます。")], None)
            }
            ItemKind::Message => (
                vec![
                    self.long(item, field::AUDIENCE, "対象者（誰に向けて）", "だれに読んでもらうかを書きます。"),
                    self.long(
                        item,
                        field::INFORMATION,
                        "情報（どのような情報を）",
                        "どのような情報を発信するかを書きます。",
                    ),
                ],
                None,
            ),
            ItemKind::Unit => (Vec::new(), None),
            ItemKind::Period => self.period(item),
            ItemKind::Hours => self.hours(item),
            ItemKind::Reply => (self.reply(item), None),
            ItemKind::Note => {
                let hint = if item.needed == Needed::Always {
                    ""
                } else {
                    "書くことがなければ、空けておきます。"
                };
                (vec![self.long(item, field::NOTE, &item.label, hint)], None)
            }
            ItemKind::Text => (vec![self.long(item, &field::further(&item.id), &item.label, "")], None),
        };
        Section {
            title: item.label.clone(),
            practice: match &item.basis {
                guideline::Basis::Practice(_) => Some(self.visit.basis_in(&self.drafting.loaded, &item.basis)),
                guideline::Basis::Clause(_) => None,
            },
            quotes: self.quotes(item),
            returned: self.returned(&item.id),
            fields,
            more,
        }
    }

    fn text(&self, name: &str) -> String {
        self.drafting.sheet.text(name).to_owned()
    }

    fn finish(&self, item: Option<&PolicyItem>, field: Field) -> Field {
        let problem = self.problems.iter().find(|problem| problem.field == field.name);
        let error = problem.map(|problem| format!("{}{}", problem.problem.what, problem.problem.next));
        let field = field.error(error);
        if item.is_some_and(|item| item.needed == Needed::Always) { field } else { field.optional() }
    }

    fn line(&self, item: &PolicyItem, name: &str, hint: &str) -> Field {
        self.finish(Some(item), Field::line(name, &item.label, self.text(name)).hint(hint))
    }

    /// The name's reading and the name in English: a help for citizens, asked of nobody.
    fn other_names(&self) -> More {
        let line = |name: &str, label: &str, hint: &str| {
            self.finish(None, Field::line(name, label, self.text(name)).hint(hint))
        };
        let names = [field::ACCOUNT_NAME_KANA, field::ACCOUNT_NAME_EN];
        More {
            words: "よみと英語名を書くとき（書かなくてもかまいません）".to_owned(),
            used: names.iter().any(|name| self.drafting.sheet.said(name).is_some()),
            fields: vec![
                line(
                    field::ACCOUNT_NAME_KANA,
                    "名前のよみ",
                    "ひらがなかカタカナで書きます。公開の一覧の五十音順と、ふりがなに使います。様式には載りません。",
                ),
                line(field::ACCOUNT_NAME_EN, "英語の名前", "公開の英語のページに使います。様式には載りません。"),
            ],
        }
    }

    fn long(&self, item: &PolicyItem, name: &str, label: &str, hint: &str) -> Field {
        let field = Field::new(name, label, Kind::Long { value: self.text(name), rows: 3, most: None });
        self.finish(Some(item), if hint.is_empty() { field } else { field.hint(hint) })
    }

    fn network(&self, item: &PolicyItem) -> Vec<Field> {
        let scope = &self.drafting.loaded.guideline.networks;
        let networks = self.visit.city().networks();
        let policy = self.drafting.sheet.policy(&self.drafting.loaded.guideline, networks);
        let typed = self.text(field::NETWORK);
        let chosen = policy::network_of(&policy, networks).map_or(typed, |id| id.as_str().to_owned());
        // What the address tells need not be chosen too.
        let is_told =
            self.drafting.loaded.guideline.item(ItemKind::Url).is_some_and(|url| url.needed == Needed::Always);
        let nothing =
            if is_told { "ＵＲＬから分かるときは、空けておけます" } else { "選んでください" };
        let mut choices = vec![Choice::new("", nothing, &chosen)];
        choices.extend(scope.named.iter().map(|named| Choice::new(&named.network, &named.label, &chosen)));
        let other = NetworkId::other();
        if scope.others == Others::Allowed {
            let known = |id: &str| scope.named.iter().any(|named| named.network == id);
            let rest = networks.iter().filter(|one| *one.id() != other && !known(one.id().as_str()));
            choices.extend(rest.map(|network| Choice::new(network.id().as_str(), network.label(), &chosen)));
            if !known(other.as_str()) {
                choices.push(Choice::new(other.as_str(), "その他", &chosen));
            }
        }
        let needed = Some(item).filter(|_| !is_told);
        let mut fields = vec![self.finish(needed, Field::new(field::NETWORK, &item.label, Kind::Select(choices)))];
        if scope.others == Others::Allowed {
            let name = Field::line(field::NETWORK_NAME, "その他のサービスの名前", self.text(field::NETWORK_NAME));
            fields.push(self.finish(None, name.hint("「その他」を選んだときだけ書きます。")));
        }
        fields
    }

    fn url(&self, item: &PolicyItem) -> Field {
        let hint = match item.needed {
            Needed::Always | Needed::Optional => "アカウントのページを開き、アドレス欄のＵＲＬを写してください。",
            Needed::AfterAcquisition => {
                "アカウントを取得してから分かるものなので、今は空けておけます。取得しているときは、アドレス欄のＵＲＬを写してください。"
            }
        };
        let kind = Kind::Line { value: self.text(field::URL), sort: Line::Address };
        self.finish(Some(item), Field::new(field::URL, &item.label, kind).hint(hint))
    }

    fn day(&self, item: Option<&PolicyItem>, name: &str, label: &str, hint: &str) -> Field {
        let typed = self.text(name);
        let day = calendar::parse_date(&typed).ok();
        let kind = Kind::Day {
            // A day that is no day stays as it was typed.
            value: day.map_or(typed, |day| day.to_string()),
            wareki: day.map(calendar::wareki),
        };
        self.finish(item, Field::new(name, label, kind).hint(hint))
    }

    fn period(&self, item: &PolicyItem) -> (Vec<Field>, Option<More>) {
        let end = calendar::wareki_with_western(end_of_fiscal_year(self.visit.today()));
        let fields = vec![
            self.day(Some(item), field::FROM, "運用を始める日", "実際に発信を始める日です。"),
            self.day(Some(item), field::UNTIL, "運用を終える日", &format!("今年度の最後の日は、{end}です。")),
        ];
        let because = Field::new(
            field::OPEN_BECAUSE,
            "終わりを定めないこととした決定",
            Kind::Long { value: self.text(field::OPEN_BECAUSE), rows: 2, most: None },
        );
        let more =
            More {
                words: "終わりの日を定めないとき".to_owned(),
                used: self.drafting.sheet.said(field::OPEN_BECAUSE).is_some(),
                fields: vec![self.finish(
                    None,
                    because.hint("だれが、いつ、どの文書で決めたかを書きます。終える日は空けておきます。"),
                )],
            };
        (fields, Some(more))
    }

    fn hours(&self, item: &PolicyItem) -> (Vec<Field>, Option<More>) {
        let own = self.text(field::HOURS) == field::OWN_WORDS;
        let way = if own { field::OWN_WORDS } else { field::SENTENCE };
        let sentence = item.sentence.as_deref().unwrap_or_default();
        let blanks = ["{from_day}", "{to_day}", "{from_hour}", "{from_minute}", "{to_hour}", "{to_minute}"];
        let shown = blanks.iter().fold(sentence.to_owned(), |text, blank| text.replace(blank, "○"));
        let ways = vec![
            Choice { hint: Some(shown), ..Choice::new(field::SENTENCE, "ガイドラインの文で書く", way) },
            Choice::new(field::OWN_WORDS, "自分の言葉で書く（理由を記録します）", way),
        ];
        let day = |name: &str, label: &str| {
            let typed = self.text(name);
            let mut days = vec![Choice::new("", "選んでください", &typed)];
            days.extend(WEEK.iter().map(|day| Choice::new(*day, format!("{day}曜日"), &typed)));
            self.finish(Some(item), Field::new(name, label, Kind::Select(days)))
        };
        let time = |name: &str, label: &str| {
            self.finish(Some(item), Field::line(name, label, self.text(name)).hint("8:30 や 17:15 のように書きます。"))
        };
        let mut fields = vec![
            Field::new(field::HOURS, "書き方", Kind::Radio(ways)),
            day(field::FROM_DAY, "何曜日から"),
            day(field::TO_DAY, "何曜日まで"),
            time(field::FROM_TIME, "何時から"),
            time(field::TO_TIME, "何時まで"),
        ];
        if own {
            fields = fields.into_iter().map(|f| if f.name == field::HOURS { f } else { f.optional() }).collect();
        }
        let long = |name: &str, label: &str| {
            let kind = Kind::Long { value: self.text(name), rows: 2, most: None };
            self.finish(None, Field::new(name, label, kind))
        };
        let more = More {
            words: "自分の言葉で書くとき（一日中、いくつかの時間帯、休日も など）".to_owned(),
            used: own || self.drafting.sheet.said(field::HOURS_TEXT).is_some(),
            fields: vec![
                long(field::HOURS_TEXT, "発信時間の文"),
                long(field::HOURS_BECAUSE, "ガイドラインの文で書かない理由"),
            ],
        };
        (fields, Some(more))
    }

    fn reply(&self, item: &PolicyItem) -> Vec<Field> {
        let chosen = self.text(field::REPLY);
        let choices = item
            .stances
            .iter()
            .map(|stance| Choice { hint: stance.text.clone(), ..Choice::new(&stance.id, &stance.label, &chosen) });
        let stances = Field::new(field::REPLY, "どちらにしますか", Kind::Radio(choices.collect()));
        let mut fields = vec![self.finish(Some(item), stances)];
        if item.stances.iter().any(|stance| stance.text.is_none()) {
            let kind = Kind::Long { value: self.text(field::REPLY_TEXT), rows: 3, most: None };
            let text = Field::new(field::REPLY_TEXT, "利用者に示す文", kind);
            fields.push(self.finish(Some(item), text.hint("選んだ対応を、利用者に分かる言葉で書きます。")));
        }
        let asking: Vec<&str> =
            item.stances.iter().filter(|s| s.contact.is_some()).map(|stance| stance.label.as_str()).collect();
        if !asking.is_empty() {
            let contact = Field::line(field::REPLY_CONTACT, "問合せ先", self.text(field::REPLY_CONTACT));
            let hint = format!("「{}」のときに要ります。プロフィール欄にも示します。", asking.join("」「"));
            fields.push(self.finish(None, contact.hint(hint)));
        }
        fields
    }

    /// A standard text in full; departing from it lies behind a disclosure.
    fn attachment(&self, attachment: &Attachment) -> Section {
        let names =
            [field::depart(&attachment.id), field::depart_because(&attachment.id), field::depart_text(&attachment.id)];
        let [way, because, text] = &names;
        let chosen = match self.text(way) {
            none if none.is_empty() => field::AS_IT_IS.to_owned(),
            chosen => chosen,
        };
        let ways = vec![
            Choice::new(field::AS_IT_IS, "上の文のとおりに載せる", &chosen),
            Choice::new(field::REPLACED, "別の文にする", &chosen),
            Choice::new(field::LEFT_OUT, "載せない", &chosen),
        ];
        let long = |name: &str, label: &str| {
            let kind = Kind::Long { value: self.text(name), rows: 3, most: None };
            self.finish(None, Field::new(name, label, kind))
        };
        Section {
            title: attachment.title.clone(),
            practice: None,
            quotes: attachment.clauses.iter().filter_map(|id| quote(&self.drafting.loaded, id)).collect(),
            returned: self.returned(&attachment.id),
            fields: Vec::new(),
            more: Some(More {
                words: "この文のとおりにしないとき".to_owned(),
                used: chosen != field::AS_IT_IS,
                fields: vec![
                    Field::new(way, "この文の扱い", Kind::Radio(ways)).optional(),
                    long(because, "理由（記録に残ります）"),
                    long(text, "代わりの文"),
                ],
            }),
        }
    }

    fn returned(&self, item: &str) -> Vec<String> {
        let returned = self.drafting.case.returned.iter().flat_map(|returned| &returned.reasons);
        returned.filter(|r| r.item == item && !r.reason.is_empty()).map(|r| r.reason.clone()).collect()
    }

    /// The clauses that speak of an item, in their own words, each once.
    fn quotes(&self, item: &PolicyItem) -> Vec<Quote> {
        let loaded = &self.drafting.loaded;
        let stances = item.stances.iter().flat_map(|stance| std::iter::once(&stance.basis).chain(&stance.contact));
        let scope = (item.kind == ItemKind::Network).then_some(&loaded.guideline.networks.basis);
        let mut quotes: Vec<Quote> = Vec::new();
        for basis in std::iter::once(&item.basis).chain(scope).chain(stances) {
            // A clause that is only the form's label says nothing that the heading does not.
            if let Some(quote) = basis.clause().and_then(|id| quote(loaded, id))
                && quote.words.trim() != item.label
                && !quotes.iter().any(|known| known.number == quote.number)
            {
                quotes.push(quote);
            }
        }
        quotes
    }
}

/// A clause in its own words, with what the officer should know of it.
fn quote(loaded: &LoadedGuideline, id: &ClauseId) -> Option<Quote> {
    let clause = clause(loaded, id)?;
    // The page says ガイドライン before it.
    let said = id.said();
    let number = said.strip_prefix("ガイドライン ").unwrap_or(&said).to_owned();
    Some(Quote { number, words: clause.printed(), note: clause.note.clone() })
}
