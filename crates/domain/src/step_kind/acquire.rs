//! 取得: the account is acquired on the network; its URL becomes known.

use super::{Aim, Meaning};
use crate::act::{Consequence, Doing};
use crate::evidence::{Evidence, EvidenceKind, KeyName};
use crate::network::{self, Filed, Networks, Reading};
use crate::policy::{self, Policy};
use crate::refusal::{Refusal, RefusalKind};

pub(super) static MEANING: Meaning = Meaning {
    aim: Aim::Begins,
    fits: |doing| doing.names_network(),
    effects,
    ..Meaning::proved_by(EvidenceKind::Acquisition)
};

fn effects(doing: &Doing<'_>) -> Result<Consequence, Refusal> {
    let Evidence::Acquisition { url, stable_id } = doing.evidence else { return Ok(Consequence::default()) };
    let written = doing.case.policy.as_ref().and_then(|p| p.content.clone());
    let content = written.unwrap_or_else(|| named_by(url, doing.desk.networks));
    is_the_written_one(doing, &content, url)?;
    let address = doing.address(&content, url, stable_id.as_deref()).map_err(|refusal| refusal.at(KeyName::Url))?;
    // What is published stays as it is until the new version is listed.
    if doing.is_published() {
        return Ok(Consequence::default());
    }
    Ok(std::iter::once(address).chain(doing.what_it_is(&content)).collect::<Vec<_>>().into())
}

/// Where the policy is written only after the acquisition, the URL alone says which network it is.
fn named_by(url: &str, networks: &Networks) -> Policy {
    let Reading::Address(address, _) = network::read(url, networks) else { return Policy::default() };
    Policy { network: Some(address.network.as_str().to_owned()), ..Policy::default() }
}

/// Refuses another account than the one that the policy names: that one was decided, and citizens would not find it.
fn is_the_written_one(doing: &Doing<'_>, content: &Policy, url: &str) -> Result<(), Refusal> {
    let Some(written) = content.url.as_ref().filter(|written| !written.trim().is_empty()) else { return Ok(()) };
    let at = |url: &str| {
        let there = Policy { url: Some(url.to_owned()), ..content.clone() };
        policy::address_of(&there, doing.desk.guideline, doing.desk.networks).ok()
    };
    let (Some(decided), Some(acquired)) = (at(written), at(url)) else { return Ok(()) };
    let both = |filed: &Filed| [Some(filed.address.clone()), filed.other.clone()];
    let same = both(&decided).iter().flatten().any(|a| both(&acquired).iter().flatten().any(|b| a.is_same(b)));
    if same {
        return Ok(());
    }
    let policy = doing.policy_word();
    Err(Refusal::new(
        RefusalKind::WrongEvidence,
        format!("取得したＵＲＬ（{url}）が、{policy}に書かれたＵＲＬ（{written}）と違うアカウントのものです。"),
        format!("打ち間違いがないかを確かめてください。取得したほうが正しいときは、{policy}のＵＲＬを直してください。"),
    )
    .at(KeyName::Url)
    .under(&doing.step.basis))
}
