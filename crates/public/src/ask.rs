//! Pages that a server makes for one question: the search, and the answer to "is this account the city's?".

use crate::disk::LoadedBundle;
use crate::pages::{Verify, filled};
use crate::view::{Fact, Frame, Row, State, Tab, full_unit};
use crate::{Fault, kana};
use askama::Template;
use domain::listing::ListingRecord;
use domain::verification::{Answer, Verdict};

/// How much of a question is looked at and shown again.
const QUESTION: usize = 200;
/// How much of an address is shown again.
const ADDRESS: usize = 2000;
/// How the one good verdict is said.
const OFFICIAL: &str = "公式アカウントです";

/// The results of a search.
#[derive(Template)]
#[template(path = "search.html")]
struct Search<'a> {
    frame: Frame<'a>,
    asked: &'a str,
    blank: bool,
    rows: Vec<Row<'a>>,
}

/// The answer as the template is given it.
pub(crate) struct AnswerView {
    pub(crate) tone: Tone,
    pub(crate) heading: &'static str,
    pub(crate) reason: String,
    pub(crate) advice: String,
    pub(crate) reading: Option<String>,
    pub(crate) notices: Vec<String>,
    pub(crate) page: Option<String>,
    pub(crate) name: String,
}

/// How an answer is dressed; the words say the same without it.
#[derive(Clone, Copy)]
pub(crate) enum Tone {
    /// It is official.
    Good,
    /// It is not to be trusted.
    Bad,
    /// It is not official now, or cannot be told.
    Unsure,
}

impl Tone {
    /// The class of the answer's box.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Unsure => "unsure",
        }
    }

    /// The mark beside the heading.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Bad => "×",
            Self::Unsure => "？",
        }
    }
}

/// The page with the accounts that hold every word of the question.
pub fn search_page(bundle: &LoadedBundle, q: &str) -> Result<Vec<u8>, Fault> {
    let asked = cut(q.trim(), QUESTION);
    let folded = kana::fold(asked);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let rows: Vec<Row<'_>> = if words.is_empty() {
        Vec::new()
    } else {
        bundle.records().iter().filter(|record| holds(record, &words)).map(Row::of).collect()
    };
    let page = Search {
        frame: Frame::answer(state(bundle), "アカウントをさがす", None)?,
        asked,
        blank: words.is_empty(),
        rows,
    };
    filled(&page, "search").map(String::into_bytes)
}

/// The page that answers whether an address is an official account's; without a question it only explains.
pub fn verify_page(bundle: &LoadedBundle, ask: Option<&str>, answer: Option<&Answer>) -> Result<Vec<u8>, Fault> {
    let asked = cut(ask.unwrap_or_default().trim(), ADDRESS);
    let heading = answer.map_or("アカウントが本物か確かめる", |answer| said(&answer.verdict).1);
    let page = Verify {
        frame: Frame::answer(state(bundle), heading, Some(Tab::Verify))?,
        asked,
        blank: ask.is_some() && asked.is_empty(),
        answer: answer.map(|answer| shown(bundle, answer)),
        meanings: meanings(),
    };
    filled(&page, "verify").map(String::into_bytes)
}

/// What each answer means, in plain words.
pub(crate) fn meanings() -> Vec<Fact<'static>> {
    let rows: [(&str, &str); 8] = [
        (OFFICIAL, "一覧に掲載しているアカウントです。"),
        (
            said(&Verdict::Suspended).1,
            "公式アカウントでしたが、いまは一覧からはずしています。いまの発信は公式のものではありません。",
        ),
        (
            said(&Verdict::Closed).1,
            "前は公式アカウントでしたが、もう使っていません。いま動いていたら、別の人が使っているおそれがあります。",
        ),
        (
            said(&Verdict::Impersonator).1,
            "公式アカウントのふりをしていると分かっているものです。近づかないでください。",
        ),
        (
            said(&Verdict::NotYetOfficial).1,
            "準備をしているところで、一覧にはまだありません。掲載されるまでは公式ではありません。",
        ),
        (said(&Verdict::NoAccountOnNetwork).1, "そのサービスでは、公式アカウントを運用していません。"),
        (said(&Verdict::NotRegistered).1, "一覧にないアカウントです。"),
        (
            said(&Verdict::CannotJudge).1,
            "入力された文字から、アカウントを一つに決められませんでした。または、この一覧の有効期限が過ぎています。公式とは考えないでください。",
        ),
    ];
    rows.into_iter().map(|(label, text)| Fact { label, text: text.to_owned() }).collect()
}

/// How a verdict is said.
fn said(verdict: &Verdict) -> (Tone, &'static str) {
    match verdict {
        Verdict::Official(_) => (Tone::Good, OFFICIAL),
        Verdict::Suspended => (Tone::Unsure, "休止中のアカウントです"),
        Verdict::Closed => (Tone::Bad, "廃止したアカウントです"),
        Verdict::Impersonator => (Tone::Bad, "なりすましのアカウントです"),
        Verdict::NotYetOfficial => (Tone::Unsure, "まだ公式アカウントではありません"),
        Verdict::NoAccountOnNetwork => (Tone::Bad, "このサービスに公式アカウントはありません"),
        Verdict::NotRegistered => (Tone::Bad, "公式アカウントではありません"),
        Verdict::CannotJudge => (Tone::Unsure, "判定できません"),
    }
}

/// The answer with the listed account's page, if it is official.
fn shown(bundle: &LoadedBundle, answer: &Answer) -> AnswerView {
    let (tone, heading) = said(&answer.verdict);
    let record = match &answer.verdict {
        Verdict::Official(proof) => bundle.records().iter().find(|record| record.account == proof.account()),
        _ => None,
    };
    AnswerView {
        tone,
        heading,
        reason: answer.reason.clone(),
        advice: answer.advice.clone(),
        reading: answer.reading.url.clone(),
        notices: answer.reading.notices.clone(),
        page: record.map(|record| format!("accounts/{}.html", record.account)),
        name: record.map(|record| record.name.clone()).unwrap_or_default(),
    }
}

/// Whether a record holds every word somewhere.
fn holds(record: &ListingRecord, words: &[&str]) -> bool {
    let handle = record.handle.as_deref().unwrap_or_default();
    let text = [
        &record.name,
        handle,
        &record.network_label,
        &record.network,
        &full_unit(record),
        &record.unit_kana,
        &record.purpose,
        &record.url,
    ]
    .map(kana::fold)
    .join("\n");
    words.iter().all(|word| text.contains(word))
}

/// The list's state for the frame.
fn state(bundle: &LoadedBundle) -> State<'_> {
    let manifest = bundle.manifest();
    State { site: &manifest.site, base: bundle.base(), built_at: manifest.built_at, valid_until: manifest.valid_until }
}

/// The first letters of a text.
fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}
