//! Publishing: the list as it stands, rendered to files and swapped in.

use std::path::Path;

use domain::account::{Account, Standing as Stands};
use domain::guideline::ItemKind;
use domain::ledger::{Checkpoint, Frontier};
use domain::listing::{ListingChange, ListingEvent, ListingRecord};
use domain::register::ListingSpan;
use public::{Bundle, NetworkWord, Serving, Site, Words};
use store::{Job, Read};

use crate::city::City;
use crate::error::ActError;
use crate::guideline::LoadedGuideline;
use crate::perform::PUBLISH;
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

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// How many accounts the list shows.
    pub accounts: usize,
    /// The ledger's size that it rests on.
    pub ledger_size: u64,
}

impl City {
    /// Publishes the list into a folder, swapped in at once; whatever recorded act asked for that has its wish.
    pub async fn publish(&self, dir: &Path, to: &PublishTo) -> Result<Published, ActError> {
        let wishes = self.wishes().await?;
        self.publish_for(wishes, dir, to).await
    }

    /// Writes the same files for another web server or a USB stick.
    pub async fn export(&self, dir: &Path, to: &PublishTo) -> Result<Published, ActError> {
        let bundle = self.bundle(to).await?;
        public::export(dir, &bundle)?;
        Ok(published(&bundle))
    }

    /// Publishes if a recorded act asked for it; `None` when nothing is waiting.
    ///
    /// The wish is taken with a lease: should the machine stop midway, another run takes it up again.
    pub async fn publish_if_asked(&self, dir: &Path, to: &PublishTo) -> Result<Option<Published>, ActError> {
        if self.ledgered.reading().await?.next_due().await?.is_none_or(|due| due > self.machine.now()) {
            return Ok(None);
        }
        let wishes = self.wishes().await?;
        if wishes.is_empty() {
            return Ok(None);
        }
        self.publish_for(wishes, dir, to).await.map(Some)
    }

    /// Takes the wishes that are due, each with a lease.
    async fn wishes(&self) -> Result<Vec<Job>, ActError> {
        let now = self.machine.now();
        let mut taken = Vec::new();
        let mut workshop = self.ledgered.workshop().await?;
        while let Some(job) = workshop.claim_job(now, now + LEASE).await? {
            if job.kind == PUBLISH {
                taken.push(job);
            }
        }
        workshop.commit().await?;
        Ok(taken)
    }

    /// One publication answers every wish that was recorded before it began to read.
    async fn publish_for(&self, wishes: Vec<Job>, dir: &Path, to: &PublishTo) -> Result<Published, ActError> {
        let outcome = self.lay_down(dir, to).await;
        let mut workshop = self.ledgered.workshop().await?;
        for wish in &wishes {
            match &outcome {
                Ok(_) => workshop.finish_job(wish, self.machine.now()).await?,
                Err(error) => workshop.fail_job(wish, self.machine.now(), &error.to_string()).await?,
            }
        }
        workshop.commit().await?;
        outcome
    }

    async fn lay_down(&self, dir: &Path, to: &PublishTo) -> Result<Published, ActError> {
        let bundle = self.bundle(to).await?;
        public::write(dir, &bundle)?;
        // What was kept of the time before an erasure may hold what was erased.
        let [erasure, _, _] = self.ledgered.reading().await?.versions([ERASURES, OFFICE, GUIDELINES], ONLY).await?;
        if let Some(erasure) = erasure.filter(|erasure| *erasure < bundle.ledger_size) {
            public::forget_until(dir, erasure)?;
        }
        Ok(published(&bundle))
    }

    /// The bundle of the list as it stands; everything in it is read in one view of the data.
    pub async fn bundle(&self, to: &PublishTo) -> Result<Bundle, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let loaded = self.in_force(&mut reading).await?;
        let head = reading.head().await?.ok_or(ActError::NoGuideline)?;
        let mut indexed = Indexed::new(&loaded.guideline.municipality, &to.base_url);
        let mut records = Vec::new();
        let mut accounts = Walk::<Account>::of(ACCOUNT);
        while let Some(page) = accounts.next(&mut reading).await? {
            for (_, account) in &page {
                indexed.account(account);
                if let Stands::Listed(listed) = &account.standing
                    && let Some(bytes) = &listed.record
                {
                    records.push(serde_json::from_str(bytes).map_err(|e| ActError::Inconsistent(e.to_string()))?);
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
        })
    }
}

/// A checkpoint of a ledger's end, signed.
pub(crate) fn signed(code: &str, frontier: &Frontier, seed: &[u8; 32]) -> Result<String, ActError> {
    let checkpoint = Checkpoint::of(code, frontier).map_err(|e| ActError::Inconsistent(e.to_string()))?;
    Ok(checkpoint.sign(seed))
}

/// For how long a publication may take before another run takes it up.
const LEASE: i64 = 60_000;

fn published(bundle: &Bundle) -> Published {
    Published { accounts: bundle.records.len(), ledger_size: bundle.ledger_size }
}

pub(crate) fn site(loaded: &LoadedGuideline, to: &PublishTo, networks: &domain::network::Networks) -> Site {
    let guideline = &loaded.guideline;
    let words = &guideline.words;
    let label = |kind| guideline.item(kind).map(|item| item.label.clone());
    let usual = Words::default();
    Site {
        municipality_code: guideline.municipality.code.clone(),
        municipality_name: guideline.municipality.name.clone(),
        title: guideline.listing.title.clone(),
        base_url: to.base_url.clone(),
        serving: to.serving,
        notice: to.notice.clone(),
        contact: to.contact.clone(),
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
