//! プロフィール欄への記載: the city's page, or that nobody replies there.

use super::Meaning;
use crate::act::Doing;
use crate::evidence::{Evidence, EvidenceKind, Key, KeyName, Need, Shown};
use crate::guideline::{Step, When};
use crate::refusal::{Refusal, RefusalKind};

pub(super) static MEANING: Meaning = Meaning { need, fits, ..Meaning::proved_by(EvidenceKind::Profile) };

/// A step that only cases without individual replies have asks for the stance; any other for the city's page.
fn need(step: &Step, key: &Key) -> Need {
    let is_of_stance = matches!(key.name, KeyName::Stance | KeyName::Contact);
    if is_of_stance == says_no_replies(step) { Need::Needed } else { Need::Optional }
}

fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    let Evidence::Profile { page_url, stance, contact } = doing.evidence else { return Ok(()) };
    if says_no_replies(doing.step) {
        let name = match (stance, contact) {
            (Shown::Shown, Shown::Shown) => return Ok(()),
            (Shown::Shown, Shown::NotAsked) => KeyName::Contact,
            (Shown::NotAsked, _) => KeyName::Stance,
        };
        return Err(Refusal::new(
            RefusalKind::WrongEvidence,
            "個別に返信しない方針なので、その旨と問合せ先の両方をプロフィール欄に示す必要があります。",
            "プロフィール欄に両方を書き、確かめてから、両方を「示した」として記録してください。",
        )
        .at(name)
        .under(&doing.step.basis));
    }
    if doing.is_own_page(page_url) {
        return Ok(());
    }
    let what = format!("プロフィール欄に書いたＵＲＬ「{page_url}」は、公式サイトのページではありません。");
    Err(doing.wrong(what).at(KeyName::PageUrl))
}

fn says_no_replies(step: &Step) -> bool {
    step.when.contains(&When::NoReplies)
}
