//! The verification for machines: the question, the one answer of several lists, and its JSON.

use crate::shown::Shown;
use domain::network::Networks;
use domain::verification::{Answer, Near, Understood, Verdict, Way};
use jiff::civil::Date;
use serde::Serialize;
use std::sync::Arc;
use url::form_urlencoded;

/// How many letters a question may have.
pub(crate) const LONGEST: usize = 4096;

/// A parameter of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// It is not there.
    Nothing,
    /// It is there, and blank.
    Blank,
    /// The one text.
    Text(String),
    /// It is there more than once; to choose one of them could answer for another.
    Twice,
    /// It is longer than a question can be.
    TooLong,
}

impl Asked {
    /// Reads one parameter of a query.
    pub(crate) fn read(query: &str, name: &str) -> Self {
        let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
        match (found.next(), found.next()) {
            (None, _) => Self::Nothing,
            (Some(_), Some(_)) => Self::Twice,
            (Some((_, text)), None) if text.trim().is_empty() => Self::Blank,
            (Some((_, text)), None) if text.chars().count() > LONGEST => Self::TooLong,
            (Some((_, text)), None) => Self::Text(text.into_owned()),
        }
    }
}

/// The answer of one list, or the common answer of several.
pub(crate) struct Judged<'a> {
    answer: Answer,
    /// Whose answer it is; nobody's if several lists only have in common that they do not know the account.
    speaker: Option<&'a Shown>,
    asked: &'a [Arc<Shown>],
}

/// Asks every list, and lets the one speak that has most to say.
pub(crate) fn judge<'a>(ask: &str, lists: &'a [Arc<Shown>], networks: &Networks, now: i64) -> Option<Judged<'a>> {
    let answers = lists.iter().map(|list| (list.as_ref(), list.verify(ask, networks, now)));
    let (speaker, answer) = answers.min_by_key(|(_, answer)| place(&answer.verdict))?;
    let unknown = matches!(answer.verdict, Verdict::NotRegistered | Verdict::NoAccountOnNetwork);
    Some(Judged { speaker: (!unknown || lists.len() == 1).then_some(speaker), answer, asked: lists })
}

/// Which of two verdicts is heard.
///
/// One list that cannot judge stands before those that do not know the account: it might be theirs. Of those that
/// do not know it, one that uses the network speaks, because "no account on this network" holds only if all say so.
fn place(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Official(_) => 0,
        Verdict::Impersonator => 1,
        Verdict::Closed => 2,
        Verdict::Suspended => 3,
        Verdict::NotYetOfficial => 4,
        Verdict::CannotJudge => 5,
        Verdict::NotRegistered => 6,
        Verdict::NoAccountOnNetwork => 7,
    }
}

impl Judged<'_> {
    /// The answer as the interface gives it.
    pub(crate) fn json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let Answer { verdict, reading, facts, reason, advice, city_says, ways, near } = &self.answer;
        let id = match verdict {
            Verdict::Official(proof) => Some(proof.account()),
            _ => None,
        };
        let account = facts.as_ref().map(|facts| AccountJson {
            id,
            name: &facts.name,
            municipality_name: &facts.municipality,
            network: &facts.network,
            url: facts.url.as_deref(),
            since: facts.since,
            page: facts.page.as_deref(),
        });
        let manifest = self.speaker.map(|list| list.bundle().manifest());
        // Both are written with the same figures in the same places, so the earlier text is the earlier instant.
        let built_at = self
            .speaker
            .map_or_else(|| self.asked.iter().map(|list| list.built_at()).min(), |list| Some(list.built_at()));
        let valid_until = self
            .speaker
            .map_or_else(|| self.asked.iter().map(|list| list.valid_until()).min(), |list| Some(list.valid_until()));
        serde_json::to_vec(&AnswerJson {
            verdict,
            reason,
            advice,
            understood: reading,
            account,
            city_says: city_says.as_deref(),
            ways,
            near,
            municipality: self.speaker.map(Shown::code),
            municipality_name: manifest.map(|manifest| manifest.site.municipality_name.as_str()),
            ledger_size: self.speaker.map(Shown::ledger_size),
            built_at,
            valid_until,
            rests_on: self.asked.iter().map(|list| Ground::of(list)).collect(),
        })
    }
}

/// The answer to a question that is too long to be one.
pub(crate) fn too_long() -> Answer {
    Answer::unjudged(
        format!("入力された文字が長すぎます（{LONGEST}文字まで）。"),
        "確かめたいアカウントのページのURLだけを入れてください。".to_owned(),
    )
}

/// The answer to several questions at once.
pub(crate) fn twice() -> Answer {
    Answer::unjudged(
        "調べるURLが二つ以上送られたので、どれのことか決められません。".to_owned(),
        "確かめたいアカウントのURLを、一つだけ入れてください。".to_owned(),
    )
}

/// The answer in JSON; the interface's description says the same.
#[derive(Serialize)]
struct AnswerJson<'a> {
    verdict: &'a Verdict,
    reason: &'a str,
    advice: &'a str,
    understood: &'a Understood,
    account: Option<AccountJson<'a>>,
    city_says: Option<&'a str>,
    ways: &'a [Way],
    near: &'a [Near],
    municipality: Option<&'a str>,
    municipality_name: Option<&'a str>,
    ledger_size: Option<u64>,
    built_at: Option<&'a str>,
    valid_until: Option<&'a str>,
    rests_on: Vec<Ground<'a>>,
}

/// What a register says about the account.
#[derive(Serialize)]
struct AccountJson<'a> {
    id: Option<&'a str>,
    name: &'a str,
    municipality_name: &'a str,
    network: &'a str,
    url: Option<&'a str>,
    since: Option<Date>,
    page: Option<&'a str>,
}

/// One list that was asked, and the state that it was in.
#[derive(Serialize)]
struct Ground<'a> {
    municipality: &'a str,
    ledger_size: u64,
    built_at: &'a str,
    valid_until: &'a str,
}

impl<'a> Ground<'a> {
    fn of(list: &'a Shown) -> Self {
        Self {
            municipality: list.code(),
            ledger_size: list.ledger_size(),
            built_at: list.built_at(),
            valid_until: list.valid_until(),
        }
    }
}
