//! Asking the register itself whether an account is the city's.

use std::collections::BTreeSet;

use domain::account::{Account, Standing as Stands};
use domain::guideline::Municipality;
use domain::id::ImpersonatorId;
use domain::listing::ListingRecord;
use domain::network::{self, Address, NetworkId, Networks};
use domain::register::Impersonator;
use domain::verification::{self, Answer, Index, Past, Record, Standing};
use serde::de::IgnoredAny;
use store::{Read, ViewRow};

use crate::city::City;
use crate::error::ActError;
use crate::search::{Page, one_more};
use crate::slice::{ACCOUNT, IMPERSONATOR, LISTING, get, place, read};
use crate::walk::{Walk, every};

impl City {
    /// The answer to "is this account the city's?", from the register as it stands.
    pub async fn verify(&self, ask: &str) -> Result<Answer, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let loaded = self.in_force(&mut reading).await?;
        let ever = listed_ever(&mut reading).await?;
        let mut indexed = Indexed::new(&loaded.guideline.municipality, "", &self.networks, ever);
        let mut accounts = Walk::<Account>::of(ACCOUNT);
        while let Some(page) = accounts.next_each(&mut reading).await? {
            for (row, account) in page {
                match account {
                    Ok(account) if is_as_recorded(&account) => indexed.account(&account),
                    _ => indexed.withhold(&row),
                }
            }
        }
        let mut impersonators = Walk::<Impersonator>::of(IMPERSONATOR);
        while let Some(page) = impersonators.next_each(&mut reading).await? {
            for (row, noted) in page {
                match noted {
                    Ok(noted) => indexed.impersonator(&row.id, noted),
                    Err(_) => indexed.withhold(&row),
                }
            }
        }
        let says = loaded.guideline.listing.city_says.as_deref();
        Ok(verification::verify(ask, &indexed.close(), &self.networks).with_city_text(says))
    }

    /// The known impersonators, oldest first.
    pub async fn impersonators(&self) -> Result<Vec<(ImpersonatorId, Impersonator)>, ActError> {
        let found = every(&mut self.ledgered.reading().await?, IMPERSONATOR).await?;
        Ok(found.into_iter().map(|(id, noted)| (ImpersonatorId(id), noted)).collect())
    }

    /// One page of them; `after` is the last one of the page before.
    pub async fn impersonators_after(
        &self,
        after: Option<&ImpersonatorId>,
        limit: u32,
    ) -> Result<Page<(ImpersonatorId, Impersonator)>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let sort = after.map(|id| place(&id.0));
        let behind = sort.as_deref().zip(after.map(|id| id.0.as_str()));
        let rows = reading.page(IMPERSONATOR, behind, one_more(limit)).await?;
        let known = rows.iter().map(|row| Ok((ImpersonatorId(row.id.clone()), read(IMPERSONATOR, row)?)));
        let known: Vec<(ImpersonatorId, Impersonator)> = known.collect::<Result<_, ActError>>()?;
        Ok(Page::cut(known, limit, |(id, _): &(ImpersonatorId, Impersonator)| id.0.clone()))
    }

    /// One of them.
    pub async fn impersonator(&self, id: &ImpersonatorId) -> Result<Option<Impersonator>, ActError> {
        get(&mut self.ledgered.reading().await?, IMPERSONATOR, &id.0).await
    }
}

/// The verification index of a municipality, while its accounts are read.
pub(crate) struct Indexed<'a> {
    municipality: &'a Municipality,
    base_url: &'a str,
    networks: &'a Networks,
    /// The accounts that the list has ever shown.
    ever: BTreeSet<String>,
    records: Vec<Record>,
}

impl<'a> Indexed<'a> {
    /// An index of nothing; `base_url` is where the list's pages are, and `ever` which accounts it has ever shown.
    pub(crate) fn new(
        municipality: &'a Municipality,
        base_url: &'a str,
        networks: &'a Networks,
        ever: BTreeSet<String>,
    ) -> Self {
        Self { municipality, base_url, networks, ever, records: Vec::new() }
    }

    /// Takes in an account.
    pub(crate) fn account(&mut self, account: &Account) {
        let past = if self.ever.contains(&account.id.0) { Past::Listed } else { Past::NeverListed };
        self.records.extend(record(account, past, &self.municipality.name, self.base_url, self.networks));
    }

    /// Takes in one that poses as the municipality.
    pub(crate) fn impersonator(&mut self, id: &str, noted: Impersonator) {
        self.records.push(posing(id, noted, &self.municipality.name));
    }

    /// Takes in that nothing can be said of an account whose record cannot be read.
    pub(crate) fn withhold(&mut self, row: &ViewRow) {
        self.records.push(withheld(row, &self.municipality.name));
    }

    /// The index of what was taken in.
    pub(crate) fn close(self) -> Index {
        Index::new(self.records, self.municipality.own_hosts.clone()).of(self.municipality.called())
    }
}

/// Whether what the list says of an account is what was recorded; of an account that is not on it nothing is said.
fn is_as_recorded(account: &Account) -> bool {
    match &account.standing {
        Stands::Listed(listed) => {
            listed.record.as_deref().is_none_or(|bytes| ListingRecord::is_of(bytes, &listed.record_hash))
        }
        _ => true,
    }
}

/// The accounts that the list has ever shown; that a row of it cannot be read hides no account.
pub(crate) async fn listed_ever(at: &mut impl Read) -> Result<BTreeSet<String>, ActError> {
    let (mut walk, mut ever) = (Walk::<IgnoredAny>::of(LISTING), BTreeSet::new());
    while let Some(page) = walk.next_each(at).await? {
        ever.extend(page.into_iter().filter_map(|(row, _)| row.a));
    }
    Ok(ever)
}

/// What the index says of a record that cannot be read: where it is reached, as far as that can still be told.
pub(crate) fn withheld(row: &ViewRow, municipality: &str) -> Record {
    let body: serde_json::Value = serde_json::from_str(&row.body).unwrap_or_default();
    let told = |key: &str| body.get(key).and_then(|it| serde_json::from_value::<Address>(it.clone()).ok());
    let addresses: Vec<Address> = ["address", "stable"].into_iter().filter_map(told).collect();
    Record {
        account: row.id.clone(),
        municipality: municipality.to_owned(),
        name: String::new(),
        network: addresses.first().map_or_else(NetworkId::other, |address| address.network.clone()),
        addresses,
        url: None,
        standing: Standing::Withheld,
    }
}

/// What the index says of one that poses as the municipality.
pub(crate) fn posing(id: &str, noted: Impersonator, municipality: &str) -> Record {
    Record {
        account: id.to_owned(),
        municipality: municipality.to_owned(),
        name: "なりすまし".to_owned(),
        network: noted.network,
        addresses: vec![noted.address],
        url: None,
        standing: Standing::Impersonator { noted_on: noted.noted_on },
    }
}

/// What the index says of an account; nothing of one that never came to be, or lives nowhere yet.
///
/// `past` is what an account was that is closed now.
pub(crate) fn record(
    account: &Account,
    past: Past,
    municipality: &str,
    base_url: &str,
    networks: &Networks,
) -> Option<Record> {
    let standing = match &account.standing {
        // A record that was lawfully erased is not on the page, and what the page does not show is not official.
        Stands::Listed(listed) if listed.record.is_none() => Standing::Unlisted,
        Stands::Listed(listed) => Standing::Listed {
            since: listed.since,
            page: format!("{}accounts/{}.html", with_slash(base_url), account.id),
        },
        Stands::Suspended { since } => Standing::Suspended { since: *since },
        // Off the list for good, while the account itself may still stand: not to be trusted either.
        Stands::Delisted { since } => Standing::Closed { on: *since, past },
        Stands::Closed { on } => Standing::Closed { on: *on, past },
        Stands::Preparing | Stands::Existing { .. } => Standing::NotYetOfficial,
        Stands::Withdrawn { .. } => return None,
    };
    let addresses: Vec<Address> = account.addresses().cloned().collect();
    let network = account.network.clone()?;
    let filed = account.address.as_ref().zip(account.url.as_deref());
    let url = filed.map(|(address, url)| network::as_filed(address, url, networks).url);
    // The index is public: what an account will be called is nobody's business before the list says so, nor what it was
    // called once that was erased.
    let nameless = matches!(
        standing,
        Standing::NotYetOfficial | Standing::Unlisted | Standing::Closed { past: Past::NeverListed, .. }
    );
    let name = account.name.clone().filter(|_| !nameless).unwrap_or_default();
    (!addresses.is_empty()).then(|| Record {
        account: account.id.0.clone(),
        municipality: municipality.to_owned(),
        name,
        network,
        addresses,
        url,
        standing,
    })
}

fn with_slash(url: &str) -> String {
    if url.is_empty() || url.ends_with('/') { url.to_owned() } else { format!("{url}/") }
}
