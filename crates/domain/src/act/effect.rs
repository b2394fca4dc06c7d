//! What follows from a step: everything that the register is to know, put into the entry.

use sha2::{Digest, Sha256};

use super::proof::designated_post;
use super::{By, Desk, DoStep, holder_of, record};
use crate::account::Standing;
use crate::case::{Case, CaseState, Outcome, PolicyVersion};
use crate::entry::Effect;
use crate::evidence::Evidence;
use crate::guideline::{Designation, Guideline, Procedure, Purpose, Step, StepKind};
use crate::network::{self, Address};
use crate::number;
use crate::office::Designated;
use crate::policy::{self, Policy};
use crate::refusal::{Refusal, RefusalKind};

/// The effects of a step, and the listing record's bytes where it lists.
pub(super) type Consequence = (Vec<Effect>, Option<String>);

impl Desk<'_> {
    /// What follows from doing this step now.
    pub(super) fn effects(
        &self,
        procedure: &Procedure,
        step: &Step,
        case: &Case,
        order: &DoStep,
        by: &By,
    ) -> Result<Consequence, Refusal> {
        let mut effects = Vec::new();
        let mut listing = None;
        if order.outcome == Outcome::Done {
            match step.kind {
                StepKind::Draft => effects.push(Self::written(procedure, step, case)),
                StepKind::File => {
                    let described = self.described(step, case)?;
                    // What is published stays as it is until the new version is listed.
                    if !self.is_published(case) {
                        effects.extend(described);
                    }
                }
                StepKind::Acquire => {
                    let acquired = self.acquired(step, case, &order.evidence)?;
                    if !self.is_published(case) {
                        effects.extend(acquired);
                    }
                }
                StepKind::Receive => effects.extend(self.numbered(case, by)),
                StepKind::List => {
                    effects.extend(self.described(step, case)?);
                    let (effect, bytes) = self.listed(case, by);
                    effects.push(effect);
                    listing = Some(bytes);
                }
                StepKind::Delist => effects.push(match case.purpose {
                    Purpose::Suspension => Effect::Suspended,
                    _ => Effect::Delisted,
                }),
                StepKind::DeleteAccount => effects.push(Effect::Closed),
                StepKind::Designate => effects.extend(self.designated(case, &order.evidence, by)),
                StepKind::Start => effects.push(Effect::Started),
                _ => {}
            }
        }
        self.complete_case(procedure, step, case, order, &mut effects);
        Ok((effects, listing))
    }

    /// A new version of the policy: whatever rested on the former one no longer stands.
    fn written(procedure: &Procedure, step: &Step, case: &Case) -> Effect {
        let version = case.policy.as_ref().map_or(1, |p| p.version + 1);
        Effect::PolicyWritten { version, undone: case.undone_by_draft(step, procedure) }
    }

    /// Whether citizens have been told what the account is: on the list, or off it for a time.
    fn is_published(&self, case: &Case) -> bool {
        let account = self.register.accounts.get(&case.account);
        account.is_some_and(|a| matches!(a.standing, Standing::Listed(_) | Standing::Suspended { .. }))
    }

    /// What the account is and, where the policy says so already, where it is.
    fn described(&self, step: &Step, case: &Case) -> Result<Vec<Effect>, Refusal> {
        let Some(content) = case.policy.as_ref().and_then(|p| p.content.as_ref()) else { return Ok(Vec::new()) };
        let mut effects = Vec::new();
        if let (Some(network), Some(name)) = (policy::network_of(content, self.networks), &content.account_name) {
            let network_name = content.network_name.clone().filter(|_| network == network::NetworkId::other());
            effects.push(Effect::AccountDescribed { network, network_name, name: name.clone() });
        }
        let known = self.register.accounts.get(&case.account).and_then(|a| a.url.as_ref());
        let typed = content.url.as_ref().filter(|u| !u.trim().is_empty());
        if let Some(url) = case.acquired_url.as_ref().or(typed).filter(|url| known != Some(*url)) {
            effects.push(self.address(step, case, content, url, None)?);
        }
        Ok(effects)
    }

    fn acquired(&self, step: &Step, case: &Case, evidence: &Evidence) -> Result<Vec<Effect>, Refusal> {
        let Evidence::Acquisition { url, stable_id } = evidence else { return Ok(Vec::new()) };
        let written = case.policy.as_ref().and_then(|p| p.content.clone());
        let content = written.unwrap_or_else(|| self.named_by(url));
        self.is_the_written_one(step, &content, url)?;
        let mut effects = vec![self.address(step, case, &content, url, stable_id.as_deref())?];
        if let (Some(network), Some(name)) = (policy::network_of(&content, self.networks), &content.account_name) {
            let network_name = content.network_name.clone().filter(|_| network == network::NetworkId::other());
            effects.push(Effect::AccountDescribed { network, network_name, name: name.clone() });
        }
        Ok(effects)
    }

    /// Refuses another account than the one that the policy names: that one was decided, and citizens would not find it.
    fn is_the_written_one(&self, step: &Step, content: &Policy, url: &str) -> Result<(), Refusal> {
        let Some(written) = content.url.as_ref().filter(|written| !written.trim().is_empty()) else { return Ok(()) };
        let at = |url: &String| {
            let there = Policy { url: Some(url.clone()), ..content.clone() };
            policy::address_of(&there, self.guideline, self.networks).ok()
        };
        let (Some(decided), Some(acquired)) = (at(written), at(&url.to_owned())) else { return Ok(()) };
        let one = |filed: &network::Filed| [Some(filed.address.clone()), filed.other.clone()];
        let same = one(&decided).iter().flatten().any(|a| one(&acquired).iter().flatten().any(|b| a.is_same(b)));
        if same {
            return Ok(());
        }
        let policy = &self.guideline.words.policy;
        Err(Refusal::new(
            RefusalKind::WrongEvidence,
            format!("取得したＵＲＬ（{url}）が、{policy}に書かれたＵＲＬ（{written}）と違うアカウントのものです。"),
            format!(
                "打ち間違いがないかを確かめてください。取得したほうが正しいときは、{policy}のＵＲＬを直してください。"
            ),
        )
        .under(&step.basis))
    }

    /// Where the policy is written only after the acquisition, the URL alone says which network it is.
    fn named_by(&self, url: &str) -> Policy {
        let network = match network::read(url, self.networks) {
            network::Reading::Address(address, _) => Some(address.network.as_str().to_owned()),
            _ => None,
        };
        Policy { network, ..Policy::default() }
    }

    /// The address of a URL, if it is one of the policy's network and nobody else's.
    fn address(
        &self,
        step: &Step,
        case: &Case,
        content: &Policy,
        url: &str,
        stable_id: Option<&str>,
    ) -> Result<Effect, Refusal> {
        let with_url = Policy { url: Some(url.to_owned()), ..content.clone() };
        let refused = |problem: network::AddressProblem| {
            Refusal::new(RefusalKind::Incomplete, problem.message(self.networks), problem.next(self.networks))
                .under(&step.basis)
        };
        let filed = policy::address_of(&with_url, self.guideline, self.networks).map_err(refused)?;
        let address = filed.address;
        let told = stable_id.filter(|id| !id.trim().is_empty());
        let told = told.map(|id| network::other_name(&address, id, self.networks)).transpose().map_err(refused)?;
        // What was told before stays true of the same account; it need not be told again.
        let known = self.register.accounts.get(&case.account).and_then(|a| a.stable.as_ref());
        let stable = told.or(filed.other);
        let beside = stable.as_ref().or_else(|| known.filter(|known| known.network == address.network));
        network::is_told(&address, beside, self.networks).map_err(refused)?;
        let mut wanted: Vec<&Address> = vec![&address];
        wanted.extend(stable.iter());
        if let Some(other) = holder_of(self.register, &case.account, &wanted) {
            return Err(Refusal::new(
                RefusalKind::AddressTaken,
                format!(
                    "このＵＲＬのアカウントは、すでに台帳にあります（{}、{}）。",
                    other.name.as_deref().unwrap_or("名称未定"),
                    other.standing.label()
                ),
                "ＵＲＬを確かめてください。同じアカウントなら、そのアカウントの案件として進めてください。",
            ));
        }
        Ok(Effect::AddressSet { address, url: url.to_owned(), stable })
    }

    /// The next number, where the guideline numbers and the account has none yet.
    fn numbered(&self, case: &Case, by: &By) -> Option<Effect> {
        let numbering = self.guideline.numbering.as_ref()?;
        let account = self.register.accounts.get(&case.account)?;
        if account.number.is_some() {
            return None;
        }
        let mut serial = self.register.last_serial + 1;
        loop {
            let made = number::number(&numbering.pattern, serial, by.on);
            // Every number given before used a smaller serial; a changed pattern may still meet one of them.
            if !self.register.numbers.contains_key(&made) {
                return Some(Effect::Numbered { number: made, serial });
            }
            serial += 1;
        }
    }

    fn listed(&self, case: &Case, by: &By) -> (Effect, String) {
        let since = match self.register.accounts.get(&case.account).map(|a| &a.standing) {
            Some(Standing::Listed(listed)) => listed.since,
            _ => by.on,
        };
        let bytes = record::of(self, case, by.on).canonical();
        let record_hash = crate::ledger::to_hex(&Sha256::digest(&bytes));
        let text = String::from_utf8(bytes).unwrap_or_default();
        (Effect::Listed { record_hash, since }, text)
    }

    fn designated(&self, case: &Case, evidence: &Evidence, by: &By) -> Option<Effect> {
        let Evidence::Designation { poster, approver } = evidence else { return None };
        let office = &self.register.office;
        let name = |person: &crate::id::PersonId, role| {
            let post = designated_post(self, case, person, by)?;
            let assignment = office
                .assignments
                .iter()
                .find(|a| a.person == post.person && a.position == post.position && a.covers(by.on))?;
            Some(Designated { role, person: post.person, position: post.position, assigned_from: assignment.from })
        };
        let designated = vec![name(poster, Designation::Poster)?, name(approver, Designation::Approver)?];
        Some(Effect::Designated { designated })
    }

    /// Completes the case when this was the last needed step, and nothing that was begun is under way.
    fn complete_case(
        &self,
        procedure: &Procedure,
        step: &Step,
        case: &Case,
        order: &DoStep,
        effects: &mut Vec<Effect>,
    ) {
        let done = order.outcome == Outcome::Done;
        let by_ruling = case.purpose == Purpose::Ruling && step.kind == StepKind::Rule && done;
        let after = after(case, step, order, effects);
        if case.state != CaseState::Open || !by_ruling && !after.nothing_is_left(procedure, self.guideline, step) {
            return;
        }
        let off_the_list = effects.contains(&Effect::Delisted)
            || self
                .register
                .accounts
                .get(&case.account)
                .is_some_and(|a| matches!(a.standing, Standing::Delisted { .. }));
        if case.purpose == Purpose::Closing && off_the_list && !effects.contains(&Effect::Closed) {
            effects.push(Effect::Closed);
        }
        effects.push(Effect::CaseCompleted);
    }
}

/// A case as it will be, as far as that tells what is left of it.
fn after(case: &Case, step: &Step, order: &DoStep, effects: &[Effect]) -> After {
    let mut then = case.clone();
    for effect in effects {
        if let Effect::PolicyWritten { version, undone } = effect {
            then.steps.retain(|id, _| !undone.contains(id));
            then.policy = Some(PolicyVersion { version: *version, content: order.policy.clone() });
        }
    }
    then.returned = then.returned.filter(|returned| returned.to_step != step.id);
    After { case: then, outcome: order.outcome }
}

/// A case after a step that came to this.
struct After {
    case: Case,
    outcome: Outcome,
}

impl After {
    /// Whether nothing needed is left after this step, and something was needed: a case of which everything may be done or
    /// left is not ended by doing one thing.
    fn nothing_is_left(&self, procedure: &Procedure, guideline: &Guideline, step: &Step) -> bool {
        let case = &self.case;
        let has_needed = procedure.steps.iter().any(|s| s.strength.is_needed() && case.applies(s, guideline));
        let needed_left = case.needed(procedure, guideline).into_iter().any(|s| s.id != step.id);
        has_needed && !needed_left && case.returned.is_none() && !self.goes_on(procedure, guideline, step)
    }

    /// Whether something that could have been left was begun, and what comes after it is still to be done or left.
    fn goes_on(&self, procedure: &Procedure, guideline: &Guideline, step: &Step) -> bool {
        let outcome = |id: &str| {
            if id == step.id { Some(self.outcome) } else { self.case.steps.get(id).map(|done| done.outcome) }
        };
        let begun = |id: &str| {
            let optional = procedure.step(id).is_some_and(|former| !former.strength.is_needed());
            optional && outcome(id) == Some(Outcome::Done)
        };
        procedure.steps.iter().any(|next| {
            let missing = self.case.missing_before(next, procedure, guideline);
            outcome(&next.id).is_none()
                && self.case.applies(next, guideline)
                && next.after.iter().any(|edge| begun(&edge.step))
                && missing.iter().all(|edge| edge.step == step.id)
        })
    }
}
