//! Pages that a server makes for one question: the search, and the answer to "is this account the city's?".

use crate::bundle::Site;
use crate::loaded::LoadedBundle;
use crate::pages::{Verify, filled};
use crate::view::{Fact, Frame, Question, Row, State, Unit, full_unit, name};
use crate::{Fault, Language, kana};
use askama::Template;
use domain::listing::ListingRecord;
use domain::verification::{Answer, Near, Verdict, Way};
use std::collections::BTreeSet;

/// How much of a question is looked at and shown again.
const QUESTION: usize = 200;
/// How much of an address is shown again.
const ADDRESS: usize = 2000;

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
    /// The mark beside the heading.
    pub(crate) mark: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) reason: String,
    pub(crate) advice: String,
    /// Reason and advice in the register's own words, where those above are a translation.
    pub(crate) original: Option<(String, String)>,
    pub(crate) reading: Option<String>,
    pub(crate) notices: Vec<String>,
    pub(crate) page: Option<String>,
    pub(crate) name: String,
    /// What the city says of itself, beside an official account.
    pub(crate) city_says: Option<String>,
    /// How to come to an address, where the question did not say which account it is.
    pub(crate) ways: Vec<Way>,
    /// The city's own accounts with like names.
    pub(crate) near: Vec<Near>,
}

impl AnswerView {
    /// The networks that a bare name may be of, each with the URL to ask about.
    pub(crate) fn choices(&self) -> impl Iterator<Item = (&str, &str)> {
        self.ways.iter().filter_map(|way| Some((way.network.as_str(), way.url.as_deref()?)))
    }
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
    fn mark(self, language: Language) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Bad => "×",
            Self::Unsure => language.say("？", "?"),
        }
    }
}

/// The page with the accounts that hold every word of the question.
pub fn search_page(bundle: &LoadedBundle, q: &str, language: Language) -> Result<Vec<u8>, Fault> {
    search_page_without(bundle, q, language, &BTreeSet::new())
}

/// The same, leaving out accounts whose pages no longer say what the list says.
pub fn search_page_without(
    bundle: &LoadedBundle,
    q: &str,
    language: Language,
    left_out: &BTreeSet<String>,
) -> Result<Vec<u8>, Fault> {
    let asked = cut(q.trim(), QUESTION);
    let folded = kana::fold(asked);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let state = state(bundle, language);
    let rows: Vec<Row<'_>> = if words.is_empty() {
        Vec::new()
    } else {
        let shown = bundle.records().iter().filter(|record| !left_out.contains(&record.account));
        let found = shown.filter(|record| holds(state.site, record, &words));
        found.map(|record| Row::of(state.site, language, record)).collect()
    };
    let heading = language.say("アカウントをさがす", "Search the accounts");
    let page =
        Search { frame: Frame::answer(state, Question::Search(asked), heading)?, asked, blank: words.is_empty(), rows };
    filled(&page, "search").map(String::into_bytes)
}

/// The page that answers whether an address is an official account's; without a question it only explains.
pub fn verify_page(
    bundle: &LoadedBundle,
    ask: Option<&str>,
    answer: Option<&Answer>,
    language: Language,
) -> Result<Vec<u8>, Fault> {
    let asked = cut(ask.unwrap_or_default().trim(), ADDRESS);
    let plain = language.say("アカウントが本物か確かめる", "Check an account");
    let heading = answer.map_or(plain, |answer| said(&answer.verdict, language).1);
    let page = Verify {
        frame: Frame::answer(state(bundle, language), Question::Verify(ask.map(|_| asked)), heading)?,
        asked,
        blank: ask.is_some() && asked.is_empty(),
        answer: answer.map(|answer| shown(bundle, answer, language)),
        meanings: meanings(language),
    };
    filled(&page, "verify").map(String::into_bytes)
}

/// What each answer means, in plain words.
pub(crate) fn meanings(language: Language) -> Vec<Fact<'static>> {
    let rows: [(&Verdict, &str, &str); 7] = [
        (
            &Verdict::Suspended,
            "公式アカウントでしたが、いまは一覧からはずしています。いまの発信は公式のものではありません。",
            "It was an official account and is off the list for the time being. What it sends now is not official.",
        ),
        (
            &Verdict::Closed,
            "廃止して、もう使っていません。一覧にのったことがないまま廃止したものもあります。いま動いていたら、別の人が使っているおそれがあります。",
            "It has been closed and is no longer used; it may never have been on the list. If it is active, somebody else may be using it.",
        ),
        (
            &Verdict::Impersonator,
            "公式アカウントのふりをしていると分かっているものです。近づかないでください。",
            "It is known to pose as an official account. Stay away from it.",
        ),
        (
            &Verdict::NotYetOfficial,
            "準備をしているところで、一覧にはまだありません。掲載されるまでは公式ではありません。",
            "It is being prepared and is not on the list yet. Until it is, it is not official.",
        ),
        (
            &Verdict::NoAccountOnNetwork,
            "そのサービスでは、公式アカウントを運用していません。",
            "There is no official account on that network.",
        ),
        (&Verdict::NotRegistered, "一覧にないアカウントです。", "The account is not on the list."),
        (
            &Verdict::CannotJudge,
            "入力された文字から、アカウントを一つに決められませんでした。または、この一覧の有効期限が過ぎています。公式とは考えないでください。",
            "What was entered does not say which account is meant, or this list is out of date. Do not take the account for official.",
        ),
    ];
    let official = Fact {
        label: official(language),
        text: language.say("一覧に掲載しているアカウントです。", "The account is on the list.").to_owned(),
    };
    let others = rows.into_iter().map(|(verdict, japanese, english)| Fact {
        label: said(verdict, language).1,
        text: language.say(japanese, english).to_owned(),
    });
    std::iter::once(official).chain(others).collect()
}

/// How the one good verdict is said.
fn official(language: Language) -> &'static str {
    language.say("公式アカウントです", "This is an official account")
}

/// How a verdict is said.
fn said(verdict: &Verdict, language: Language) -> (Tone, &'static str) {
    let (tone, japanese, english) = match verdict {
        Verdict::Official(_) => return (Tone::Good, official(language)),
        Verdict::Suspended => (Tone::Unsure, "休止中のアカウントです", "This account is suspended"),
        Verdict::Closed => (Tone::Bad, "廃止したアカウントです", "This account has been closed"),
        Verdict::Impersonator => (Tone::Bad, "なりすましのアカウントです", "This account is an impostor"),
        Verdict::NotYetOfficial => {
            (Tone::Unsure, "まだ公式アカウントではありません", "This is not an official account yet")
        }
        Verdict::NoAccountOnNetwork => {
            (Tone::Bad, "このサービスに公式アカウントはありません", "There is no official account on this network")
        }
        Verdict::NotRegistered => (Tone::Bad, "公式アカウントではありません", "This is not an official account"),
        Verdict::CannotJudge => (Tone::Unsure, "判定できません", "This cannot be judged"),
    };
    (tone, language.say(japanese, english))
}

/// The answer with the listed account's page, if it is official.
fn shown(bundle: &LoadedBundle, answer: &Answer, language: Language) -> AnswerView {
    let (tone, heading) = said(&answer.verdict, language);
    let record = match &answer.verdict {
        Verdict::Official(proof) => bundle.records().iter().find(|record| record.account == proof.account()),
        _ => None,
    };
    let ours = (answer.reason.clone(), answer.advice.clone());
    let ((reason, advice), original) = match language {
        Language::Japanese => (ours, None),
        Language::English => (in_english(answer, bundle.manifest().site.kind().in_english()), Some(ours)),
    };
    AnswerView {
        tone,
        mark: tone.mark(language),
        heading,
        reason,
        advice,
        original,
        reading: answer.reading.url.clone(),
        notices: answer.reading.notices.clone(),
        page: record.map(|record| format!("accounts/{}.html", record.account)),
        name: record.map(|record| name(record, language).to_owned()).unwrap_or_default(),
        city_says: answer.city_says.clone(),
        ways: answer.ways.clone(),
        near: answer.near.clone(),
    }
}

/// Why and what to do, in English: what holds for every answer of the kind. What is particular stands in the Japanese
/// words, which the page shows below.
fn in_english(answer: &Answer, it: &str) -> (String, String) {
    let since = answer.facts.as_ref().and_then(|facts| facts.since);
    let since = since.map(|day| format!(" since {}", Language::English.day(day))).unwrap_or_default();
    let url = answer.facts.as_ref().and_then(|facts| facts.url.clone()).unwrap_or_default();
    let (reason, advice) = match &answer.verdict {
        Verdict::Official(_) => (
            format!("It has been on the list of official accounts{since}. Its URL is {url}"),
            "This is about the account that the URL names. A post was not looked at: open it, and see that its author is this account.".to_owned(),
        ),
        Verdict::Suspended => (
            format!("It belongs to the {it} and has been suspended{since}."),
            format!("It sends no news for the time being. Tell the {it} before you believe a new post or message."),
        ),
        Verdict::Closed => (
            format!(
                "It used to belong to the {it} and has been closed{since}. It is not the {it}’s any more."
            ),
            "Somebody else may be using the same name. Do not believe its posts, and do not open its links.".to_owned(),
        ),
        Verdict::Impersonator => (
            format!("It poses as the {it}, which has known this{since}."),
            "Do not follow it, answer it or open its links. Send it no personal data and no money.".to_owned(),
        ),
        Verdict::NotYetOfficial => (
            "It is not on the list of official accounts yet.".to_owned(),
            format!("Until it is on the list, do not take it for the {it}’s voice."),
        ),
        Verdict::NoAccountOnNetwork => (
            format!("The {it} has no official account on this network."),
            format!("If an account there claims to be the {it}, do not believe it, and tell the {it}."),
        ),
        Verdict::NotRegistered => (
            "It is not on the list of official accounts.".to_owned(),
            format!("Do not take it for the {it}’s voice. If it claims to be, tell the {it}."),
        ),
        Verdict::CannotJudge => (
            "What was entered does not say for certain which account is meant, or this list is out of date.".to_owned(),
            format!(
                "Do not take the account for official. Enter the URL of the account’s own page, or ask the {it}."
            ),
        ),
    };
    (reason, advice)
}

/// Whether a record holds every word somewhere.
fn holds(site: &Site, record: &ListingRecord, words: &[&str]) -> bool {
    let handle = record.handle.as_deref().unwrap_or_default();
    let text = [
        &record.name,
        handle,
        &record.network_label,
        &record.network,
        &full_unit(record),
        &record.unit_kana,
        record.name_kana.as_deref().unwrap_or_default(),
        record.name_en.as_deref().unwrap_or_default(),
        &Unit::plain(site, record, Language::English).full(),
        &record.purpose,
        &record.url,
    ]
    .map(kana::fold)
    .join("\n");
    words.iter().all(|word| text.contains(word))
}

/// The list's state for the frame.
fn state(bundle: &LoadedBundle, language: Language) -> State<'_> {
    let manifest = bundle.manifest();
    State {
        language,
        site: &manifest.site,
        base: bundle.base(),
        built_at: manifest.built_at,
        valid_until: manifest.valid_until,
    }
}

/// The first letters of a text.
fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}
