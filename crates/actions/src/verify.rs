//! Asking the register itself whether an account is the city's.

use domain::account::{Account, Standing as Stands};
use domain::id::{AccountId, ImpersonatorId};
use domain::network::Address;
use domain::register::Impersonator;
use domain::verification::{self, Answer, Index, Record, Standing};
use store::{PAGE_MAX, Read};

use crate::city::City;
use crate::error::ActError;
use crate::slice::{IMPERSONATOR, read};

impl City {
    /// The answer to "is this account the city's?", from the register as it stands.
    pub async fn verify(&self, ask: &str) -> Result<Answer, ActError> {
        let index = self.index("").await?;
        Ok(verification::verify(ask, &index, &self.networks))
    }

    /// The known impersonators, oldest first.
    pub async fn impersonators(&self) -> Result<Vec<(ImpersonatorId, Impersonator)>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let mut found = Vec::new();
        let mut after: Option<(String, String)> = None;
        loop {
            let from = after.as_ref().map(|(sort, id)| (sort.as_str(), id.as_str()));
            let rows = reading.page(IMPERSONATOR, from, PAGE_MAX).await?;
            let Some(last) = rows.last() else { return Ok(found) };
            after = Some((last.sort.clone(), last.id.clone()));
            for row in &rows {
                found.push((ImpersonatorId(row.id.clone()), read(IMPERSONATOR, row)?));
            }
        }
    }

    /// The verification index of the register as it stands; `base_url` is where the list's pages are.
    pub(crate) async fn index(&self, base_url: &str) -> Result<Index, ActError> {
        let loaded = self.guideline_in_force().await?;
        let municipality = &loaded.guideline.municipality;
        let mut records = Vec::new();
        let mut after: Option<AccountId> = None;
        loop {
            let page = self.accounts(after.as_ref(), PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
            records.extend(page.iter().filter_map(|a| record(a, &municipality.name, base_url)));
        }
        records.extend(self.impersonators().await?.into_iter().map(|(id, noted)| Record {
            account: id.0,
            municipality: municipality.name.clone(),
            name: "なりすまし".to_owned(),
            network: noted.network,
            addresses: vec![noted.address],
            standing: Standing::Impersonator { noted_on: noted.noted_on },
        }));
        Ok(Index::new(records, municipality.own_hosts.clone()))
    }
}

fn record(account: &Account, municipality: &str, base_url: &str) -> Option<Record> {
    let standing = match &account.standing {
        Stands::Listed(listed) => Standing::Listed {
            since: listed.since,
            page: format!("{}accounts/{}.html", with_slash(base_url), account.id),
        },
        Stands::Suspended { since } => Standing::Suspended { since: *since },
        // Off the list for good, while the account itself may still stand: not to be trusted either.
        Stands::Delisted { since } => Standing::Closed { on: *since },
        Stands::Closed { on } => Standing::Closed { on: *on },
        Stands::Preparing | Stands::Existing { .. } => Standing::NotYetOfficial,
        Stands::Withdrawn { .. } => return None,
    };
    let addresses: Vec<Address> = account.addresses().cloned().collect();
    let network = account.network.clone()?;
    (!addresses.is_empty()).then(|| Record {
        account: account.id.0.clone(),
        municipality: municipality.to_owned(),
        name: account.name.clone().unwrap_or_default(),
        network,
        addresses,
        standing,
    })
}

fn with_slash(url: &str) -> String {
    if url.is_empty() || url.ends_with('/') { url.to_owned() } else { format!("{url}/") }
}
