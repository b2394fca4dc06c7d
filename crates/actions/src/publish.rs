//! Publishing: the list as it stands, rendered to files and swapped in.

use std::path::Path;

use domain::account::{Account, Standing as Stands};
use domain::guideline::ItemKind;
use domain::ledger::{Checkpoint, Frontier, ListKey, public_key};
use domain::listing::{ListingChange, ListingEvent, ListingRecord};
use domain::register::ListingSpan;
use domain::verification::Tail;
use public::{Bundle, Demand, ListSeed, NetworkWord, Serving, Signed, Site, Words};
use store::Read;

use crate::city::City;
use crate::error::ActError;
use crate::guideline::LoadedGuideline;
use crate::show::placed;
use crate::slice::{ACCOUNT, ERASURES, GUIDELINES, IMPERSONATOR, LISTING, OFFICE, ONLY};
use crate::verify::Indexed;
use crate::walk::{Walk, every};

/// Where and as what the list is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishTo {
    /// The absolute address under which the list is public.
    pub base_url: String,
    /// Whether a server stands behind it.
    pub serving: Serving,
    /// A notice above every page.
    pub notice: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// For how long the bundle's answers may be trusted, in milliseconds.
    pub valid_for: i64,
    /// The seed of the key that signs checkpoints, where there is one.
    pub key: Option<[u8; 32]>,
}

impl PublishTo {
    /// What a list has to show that was published so.
    pub fn demand(&self, code: &str) -> Demand {
        let signed = self.key.map_or(Signed::Nobody, |seed| Signed::By(vec![ListKey::of(code, &seed)]));
        Demand { signed, longest: Some(self.valid_for) }
    }
}

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// How many accounts the list shows.
    pub accounts: usize,
    /// The ledger's size that it rests on.
    pub ledger_size: u64,
    /// Until when its answers may be trusted, in milliseconds UTC.
    pub valid_until: i64,
}

impl City {
    /// Publishes the list into a folder, swapped in at once.
    pub async fn publish(&self, dir: &Path, to: &PublishTo) -> Result<Published, ActError> {
        let bundle = self.bundle(to).await?;
        let published = published(&bundle);
        let dir = dir.to_owned();
        // What was kept of the time before an erasure may hold what was erased.
        let [erasure, _, _] = self.ledgered.reading().await?.versions([ERASURES, OFFICE, GUIDELINES], ONLY).await?;
        let erasure = erasure.filter(|erasure| *erasure < published.ledger_size);
        // A large list takes seconds of work and of waiting for the disk, and others are to be answered meanwhile.
        off_the_way(move || {
            public::write(&dir, &bundle)?;
            erasure.map_or(Ok(()), |erasure| public::forget_until(&dir, erasure))
        })
        .await?;
        Ok(published)
    }

    /// Writes the same files for another web server or a USB stick.
    pub async fn export(&self, dir: &Path, to: &PublishTo) -> Result<Published, ActError> {
        let bundle = self.bundle(to).await?;
        let published = published(&bundle);
        let dir = dir.to_owned();
        off_the_way(move || public::export(&dir, &bundle)).await?;
        Ok(published)
    }

    /// Publishes if citizens would see a change since the list in the folder; `None` when they would not.
    ///
    /// What lies there says on which size of the ledger it rests, so nobody else has to have been told of the act.
    pub async fn publish_if_asked(&self, dir: &Path, to: &PublishTo) -> Result<Option<Published>, ActError> {
        let now = self.machine.now();
        let lies = public::describe(dir, &to.demand(self.code())).ok().map(|lies| lies.manifest);
        let lies = lies.filter(|it| it.site.municipality_code == self.code() && it.holds_at(now));
        if let Some(lies) = lies {
            let mut tail = Tail::behind(lies.ledger_size);
            // A list of a longer ledger is none of this one.
            if self.read_behind(&mut tail).await.is_ok() && !tail.changes_the_list() {
                return Ok(None);
            }
        }
        self.publish(dir, to).await.map(Some)
    }

    /// Whether the list in a folder may be served while a new one is made: signed by this town, not run out, published as it
    /// would be now, and made of this very ledger.
    pub async fn may_serve(&self, dir: &Path, to: &PublishTo) -> Result<bool, ActError> {
        let Some(seed) = to.key else { return Ok(false) };
        let Ok(lies) = public::describe(dir, &to.demand(self.code())) else { return Ok(false) };
        let manifest = &lies.manifest;
        let is_ours = manifest.site.municipality_code == self.code()
            && manifest.site.base_url == to.base_url
            && manifest.holds_at(self.machine.now());
        let note = lies.checkpoint.and_then(|note| Checkpoint::open(&note, &public_key(&seed)).ok());
        match note.filter(|note| is_ours && note.size() == manifest.ledger_size) {
            Some(checkpoint) => self.holds(&checkpoint).await,
            None => Ok(false),
        }
    }

    /// The bundle of the list as it stands; everything in it is read in one view of the data.
    pub async fn bundle(&self, to: &PublishTo) -> Result<Bundle, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let loaded = self.in_force(&mut reading).await?;
        let head = reading.head().await?.ok_or(ActError::NoGuideline)?;
        let mut indexed = Indexed::new(&loaded.guideline.municipality, &to.base_url, &self.networks);
        let mut records = Vec::new();
        let mut accounts = Walk::<Account>::of(ACCOUNT);
        while let Some(page) = accounts.next(&mut reading).await? {
            for (_, account) in &page {
                indexed.account(account);
                if let Stands::Listed(listed) = &account.standing
                    && let Some(bytes) = &listed.record
                {
                    let kept = ListingRecord::kept(bytes, &listed.record_hash);
                    let altered = || ActError::Altered(format!("アカウント {} の掲載の記録", account.id));
                    records.push(kept.ok_or_else(altered)?);
                }
            }
        }
        indexed.impersonators(every(&mut reading, IMPERSONATOR).await?);
        let mut changes = Vec::new();
        let mut listings = Walk::<ListingSpan>::of(LISTING);
        while let Some(page) = listings.next(&mut reading).await? {
            for (id, span) in page {
                let (seq, span) = placed(&id, span)?;
                changes.extend(told(seq, &span));
            }
        }
        drop(reading);
        let now = self.machine.now();
        Ok(Bundle {
            site: site(&loaded, to, &self.networks),
            records,
            changes,
            index: indexed.close(),
            checkpoint: to.key.map(|seed| signed(self.code(), &head.frontier, &seed)).transpose()?,
            built_at: now,
            valid_until: now + to.valid_for,
            ledger_size: head.size(),
            seed: to.key.map(ListSeed),
        })
    }
}

/// A checkpoint of a ledger's end, signed.
pub(crate) fn signed(code: &str, frontier: &Frontier, seed: &[u8; 32]) -> Result<String, ActError> {
    let checkpoint = Checkpoint::of(code, frontier).map_err(|e| ActError::Inconsistent(e.to_string()))?;
    Ok(checkpoint.sign(seed))
}

/// Does work that waits for the disk on a thread of its own.
async fn off_the_way<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, public::Fault> + Send + 'static,
) -> Result<T, ActError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(public::Fault::Writer)).map_err(ActError::from)
}

fn published(bundle: &Bundle) -> Published {
    Published { accounts: bundle.records.len(), ledger_size: bundle.ledger_size, valid_until: bundle.valid_until }
}

pub(crate) fn site(loaded: &LoadedGuideline, to: &PublishTo, networks: &domain::network::Networks) -> Site {
    let guideline = &loaded.guideline;
    let words = &guideline.words;
    let label = |kind| guideline.item(kind).map(|item| item.label.clone());
    let usual = Words::default();
    Site {
        municipality_code: guideline.municipality.code.clone(),
        municipality_name: guideline.municipality.name.clone(),
        municipality_name_en: guideline.municipality.name_en.clone(),
        units_en: guideline.listing.units_en.iter().map(|unit| (unit.name.clone(), unit.name_en.clone())).collect(),
        title: guideline.listing.title.clone(),
        base_url: to.base_url.clone(),
        serving: to.serving,
        notice: to.notice.clone(),
        contact: to.contact.clone(),
        city_says: loaded.guideline.listing.city_says.clone(),
        words: Words {
            networks: networks
                .iter()
                .map(|n| NetworkWord { id: n.id().to_string(), platform: n.label().to_owned() })
                .collect(),
            network: label(ItemKind::Network).unwrap_or_else(|| format!("{}の種類", words.network)),
            account: label(ItemKind::AccountName).unwrap_or(usual.account),
            purpose: label(ItemKind::Purpose).unwrap_or(usual.purpose),
            unit: label(ItemKind::Unit).unwrap_or(usual.unit),
            started_on: usual.started_on,
            number: words.number.clone().unwrap_or(usual.number),
            policy: words.policy.clone(),
        },
    }
}

/// What the feed tells of one span of the list: that it began and, unless a revision took its place, that it ended.
fn told(seq: u64, span: &ListingSpan) -> Vec<ListingChange> {
    let record: Option<ListingRecord> = span.read();
    let change = |seq, recorded_at, on, what| ListingChange {
        seq,
        recorded_at,
        on,
        account: span.account.0.clone(),
        name: record.as_ref().map(|r| r.name.clone()).unwrap_or_default(),
        network_label: record.as_ref().map(|r| r.network_label.clone()).unwrap_or_default(),
        what,
    };
    let mut told = vec![change(seq, span.recorded_at, span.on, span.event)];
    if let Some(end) = &span.ended
        && end.event != ListingEvent::Revised
    {
        told.push(change(end.seq, end.recorded_at, end.on, end.event));
    }
    told
}
