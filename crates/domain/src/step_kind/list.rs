//! 掲載: the account goes on the official list.

use sha2::{Digest, Sha256};

use super::{Aim, Meaning};
use crate::act::{Consequence, Doing, record_of};
use crate::entry::Effect;
use crate::evidence::EvidenceKind;
use crate::guideline::Purpose;
use crate::ledger;
use crate::policy::Stage;
use crate::refusal::{Refusal, RefusalKind};

const STAGE: Stage = Stage::Listing;

pub(super) static MEANING: Meaning = Meaning {
    stage: Some(STAGE),
    aim: Aim::Begins,
    left_out: |_| Some("一覧に載せないまま、案件が完了してしまいます。"),
    fits,
    effects,
    ..Meaning::proved_by(EvidenceKind::Listing)
};

fn fits(doing: &Doing<'_>) -> Result<(), Refusal> {
    of_its_owners(doing)?;
    doing.complete(STAGE, Some(doing.by.on))?;
    has_policy(doing)?;
    doing.place_fits()?;
    let known = doing.account().and_then(|account| account.address.as_ref());
    if known.is_none() && doing.case.url().is_none() {
        return Err(doing.wrong("アカウントのＵＲＬがまだ分かっていないため、掲載できません。"));
    }
    Ok(())
}

/// A listing makes the case's units the account's. Cases once began under units that never owned the account; those
/// stay readable, and none of them may give it away.
fn of_its_owners(doing: &Doing<'_>) -> Result<(), Refusal> {
    let (office, case, on) = (&doing.desk.register.office, doing.case, doing.by.on);
    let owners = doing.account().map_or(&[][..], |account| &account.units);
    if office.all_carrying_on(owners, on) == office.all_carrying_on(&case.units, on) {
        return Ok(());
    }
    Err(Refusal::new(
        RefusalKind::NotApplicable,
        format!(
            "この案件は「{}」の案件として始められていますが、アカウントを所管する組織は「{}」です。掲載すると所管が変わるため、「{}」に進めません。",
            office.unit_names(&case.units, on),
            office.unit_names(owners, on),
            doing.step.label
        ),
        "所管する組織の職員がこの案件を取り下げ、もう一度始めてください。",
    )
    .under(&doing.step.basis))
}

/// What is put on the list for the first time has a policy, also where a guideline lets its drafting be left out: the
/// list would have nothing to say.
fn has_policy(doing: &Doing<'_>) -> Result<(), Refusal> {
    let written = doing.case.policy.as_ref().is_some_and(|version| version.content.is_some());
    let draft = doing.procedure.drafting();
    match draft.filter(|_| doing.case.purpose == Purpose::Opening && !written) {
        Some(draft) => Err(Refusal::new(
            RefusalKind::Incomplete,
            format!("{}がないため、「{}」に進めません。", doing.policy_word(), doing.step.label),
            format!("「{}」をやり直し、{}を書いてください。", draft.label, doing.policy_word()),
        )
        .under(&doing.step.basis)),
        None => Ok(()),
    }
}

fn effects(doing: &Doing<'_>) -> Result<Consequence, Refusal> {
    let mut effects = doing.described()?;
    let listed = doing.account().and_then(|account| account.standing.listed());
    let since = listed.map_or(doing.by.on, |listed| listed.since);
    let bytes = record_of(doing.desk, doing.case, doing.by.on).canonical();
    effects.push(Effect::Listed { record_hash: ledger::to_hex(&Sha256::digest(&bytes)), since });
    Ok(Consequence { effects, listing: Some(String::from_utf8(bytes).unwrap_or_default()) })
}
