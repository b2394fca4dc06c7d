//! What a step makes known of an account: what it is, and where.

use super::super::holder_of;
use super::Doing;
use crate::entry::Effect;
use crate::network::{self, Address, AddressProblem, NetworkId};
use crate::policy::{self, Policy};
use crate::refusal::{Refusal, RefusalKind};

impl Doing<'_> {
    /// What the account is and, where the policy says so already, where it is.
    pub fn described(&self) -> Result<Vec<Effect>, Refusal> {
        let Some(content) = self.case.policy.as_ref().and_then(|p| p.content.as_ref()) else { return Ok(Vec::new()) };
        let mut effects: Vec<Effect> = self.what_it_is(content).into_iter().collect();
        let known = self.account().and_then(|account| account.url.as_deref());
        if let Some(url) = self.case.url().filter(|url| known != Some(*url)) {
            effects.push(self.address(content, url, None)?);
        }
        Ok(effects)
    }

    /// What the account is, as a policy says.
    pub fn what_it_is(&self, content: &Policy) -> Option<Effect> {
        let network = policy::network_of(content, self.desk.networks)?;
        let name = content.account_name.clone()?;
        let network_name = content.network_name.clone().filter(|_| network == NetworkId::other());
        Some(Effect::AccountDescribed { network, network_name, name })
    }

    /// The address of a URL, if it is one of the policy's network and nobody else's.
    pub fn address(&self, content: &Policy, url: &str, stable_id: Option<&str>) -> Result<Effect, Refusal> {
        let networks = self.desk.networks;
        let with_url = Policy { url: Some(url.to_owned()), ..content.clone() };
        let refused = |problem: AddressProblem| {
            Refusal::new(RefusalKind::Incomplete, problem.message(networks), problem.next(networks))
                .under(&self.step.basis)
        };
        let filed = policy::address_of(&with_url, self.desk.guideline, networks).map_err(refused)?;
        let address = filed.address;
        let told = stable_id.filter(|id| !id.trim().is_empty());
        let told = told.map(|id| network::other_name(&address, id, networks)).transpose().map_err(refused)?;
        // What was told before stays true of the same account; it need not be told again.
        let known = self.account().and_then(|a| a.stable.as_ref());
        let stable = told.or(filed.other);
        let beside = stable.as_ref().or_else(|| known.filter(|known| known.network == address.network));
        network::is_told(&address, beside, networks).map_err(refused)?;
        let mut wanted: Vec<&Address> = vec![&address];
        wanted.extend(stable.iter());
        if let Some(other) = holder_of(self.desk.register, self.case.account(), &wanted) {
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
}
