//! Publishing: the list as it stands, rendered to files and swapped in.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::PoisonError;

use domain::account::{Account, Standing as Stands};
use domain::guideline::ItemKind;
use domain::ledger::{Checkpoint, Frontier, ListKey, public_key};
use domain::listing::{ListingChange, ListingEvent, ListingRecord};
use domain::register::{Impersonator, ListingSpan};
use domain::verification::Tail;
use public::{Bundle, Demand, ListSeed, NetworkWord, Serving, Signed, Site, Words};
use store::Read;

use crate::city::City;
use crate::error::ActError;
use crate::guideline::LoadedGuideline;
use crate::show::placed;
use crate::slice::{ACCOUNT, ERASURES, GUIDELINES, IMPERSONATOR, LISTING, OFFICE, ONLY};
use crate::verify::Indexed;
use crate::walk::Walk;

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
    /// What it does not show because it cannot be read or is not as it was recorded.
    pub left_out: Vec<LeftOut>,
}

impl Published {
    /// What it does not show and what to do about that; `None` where it shows everything.
    pub fn left_out_in_words(&self) -> Option<String> {
        if self.left_out.is_empty() {
            return None;
        }
        let each: Vec<String> = self.left_out.iter().map(ToString::to_string).collect();
        Some(format!(
            "次の記録は、読めないか記録したときのものと違うため、一覧に出していません（公式確認は「判断できない」と答えます）。ほかのアカウントは公開しています。{}次にすること：`shirube ledger verify` で確かめ、`shirube ledger rebuild` で台帳から作り直してください。",
            each.join("")
        ))
    }
}

/// Something that could not be published, which takes the list from nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its id in the register.
    pub id: String,
    /// Why.
    pub why: String,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "「{}」：{}", self.id, self.why)
    }
}

/// A bundle, with what it had to leave out.
struct Made {
    bundle: Bundle,
    left_out: Vec<LeftOut>,
}

impl City {
    /// Publishes the list into a folder, swapped in at once.
    pub async fn publish(&self, dir: &Path, to: &PublishTo) -> Result<Published, ActError> {
        let made = self.make(to).await?;
        let (published, bundle) = (published(&made), made.bundle);
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
        *self.left_out.lock().unwrap_or_else(PoisonError::into_inner) = published.left_out_in_words();
        Ok(published)
    }

    /// What the last publication of this process could not show, and what to do about that.
    pub fn left_out(&self) -> Option<String> {
        self.left_out.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes the same files for another web server or a USB stick.
    pub async fn export(&self, dir: &Path, to: &PublishTo) -> Result<Published, ActError> {
        let made = self.make(to).await?;
        let (published, bundle) = (published(&made), made.bundle);
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
        self.make(to).await.map(|made| made.bundle)
    }

    /// The same, with what could not be shown.
    async fn make(&self, to: &PublishTo) -> Result<Made, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let loaded = self.in_force(&mut reading).await?;
        let head = reading.head().await?.ok_or(ActError::NoGuideline)?;
        let site = site(&loaded, to, &self.networks);
        let mut left_out = Vec::new();
        let mut leave =
            |id: &str, why: &dyn fmt::Display| left_out.push(LeftOut { id: id.to_owned(), why: why.to_string() });
        let (mut changes, mut ever) = (Vec::new(), BTreeSet::new());
        let mut listings = Walk::<ListingSpan>::of(LISTING);
        while let Some(page) = listings.next_each(&mut reading).await? {
            for (row, span) in page {
                ever.extend(row.a);
                match span.and_then(|span| placed(&row.id, span)) {
                    Ok((seq, span)) => changes.extend(told(seq, &span).into_iter().filter(has_an_instant)),
                    Err(error) => leave(&row.id, &error),
                }
            }
        }
        let mut indexed = Indexed::new(&loaded.guideline.municipality, &to.base_url, &self.networks, ever);
        let mut records: Vec<ListingRecord> = Vec::new();
        let mut taken = BTreeSet::new();
        let mut accounts = Walk::<Account>::of(ACCOUNT);
        while let Some(page) = accounts.next_each(&mut reading).await? {
            for (row, account) in page {
                match account.and_then(|account| Ok((shown(&account, &site, &mut taken)?, account))) {
                    Ok((record, account)) => {
                        indexed.account(&account);
                        records.extend(record);
                    }
                    Err(error) => {
                        leave(&row.id, &error);
                        indexed.withhold(&row);
                    }
                }
            }
        }
        let mut impersonators = Walk::<Impersonator>::of(IMPERSONATOR);
        while let Some(page) = impersonators.next_each(&mut reading).await? {
            for (row, noted) in page {
                match noted {
                    Ok(noted) => indexed.impersonator(&row.id, noted),
                    Err(error) => {
                        leave(&row.id, &error);
                        indexed.withhold(&row);
                    }
                }
            }
        }
        drop(reading);
        let now = self.machine.now();
        let bundle = Bundle {
            site,
            records,
            changes,
            index: indexed.close(),
            checkpoint: to.key.map(|seed| signed(self.code(), &head.frontier, &seed)).transpose()?,
            built_at: now,
            valid_until: now + to.valid_for,
            ledger_size: head.size(),
            seed: to.key.map(ListSeed),
        };
        Ok(Made { bundle, left_out })
    }
}

/// What the list shows of an account, if it is on it; `taken` are the names of the pages that others have.
fn shown(account: &Account, site: &Site, taken: &mut BTreeSet<String>) -> Result<Option<ListingRecord>, ActError> {
    let Stands::Listed(listed) = &account.standing else { return Ok(None) };
    let Some(bytes) = &listed.record else { return Ok(None) };
    let kept = ListingRecord::kept(bytes, &listed.record_hash);
    let record = kept.ok_or_else(|| ActError::Altered(format!("アカウント {} の掲載の記録", account.id)))?;
    if record.account != account.id.0 {
        return Err(public::Fault::Disagree(record.account).into());
    }
    site.takes(&record)?;
    if !taken.insert(record.account.to_ascii_lowercase()) {
        return Err(public::Fault::TwiceListed(record.account).into());
    }
    Ok(Some(record))
}

/// Whether a calendar can say when a change was recorded.
fn has_an_instant(change: &ListingChange) -> bool {
    jiff::Timestamp::from_millisecond(change.recorded_at).is_ok()
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

fn published(made: &Made) -> Published {
    let Made { bundle, left_out } = made;
    Published {
        accounts: bundle.records.len(),
        ledger_size: bundle.ledger_size,
        valid_until: bundle.valid_until,
        left_out: left_out.clone(),
    }
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
