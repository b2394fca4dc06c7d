//! A bundle read back from disk with every hash checked, and the answers that it gives.

use crate::bundle::Base;
use crate::disk::{CURRENT, disk};
use crate::render::{ACCOUNTS, CHECKPOINT, FileHash, INDEX, MANIFEST, SIGNATURE};
use crate::{Demand, Fault, Manifest};
use domain::listing::ListingRecord;
use domain::network::Networks;
use domain::verification::{self, Answer, Index, Present};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many bytes of files a bundle holds in memory: a city with 300 accounts has a fifth of it.
const HELD: usize = 24 * 1024 * 1024;

/// A bundle as read from disk, whole and unchanged.
#[derive(Debug, Clone)]
pub struct LoadedBundle {
    manifest: Manifest,
    description: FileHash,
    signature: Option<String>,
    files: Files,
    records: Vec<ListingRecord>,
    index: Index,
    checkpoint: Option<String>,
    base: Base,
}

/// Where a bundle's files are while it is served.
#[derive(Debug, Clone)]
enum Files {
    /// All in memory: whatever happens to the folder, they stay up.
    Held(BTreeMap<String, Arc<[u8]>>),
    /// Too many for that: each is read when it is asked for, and sent only if it still has its hash.
    Beside(PathBuf),
}

/// Whether a bundle's answers may still be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its time has not run out.
    Current,
    /// It is too old, or made by a clock far before ours: no answer may say that an account is official.
    Expired,
}

/// Reads a bundle from its folder, or from a folder that [`write`](crate::write) keeps, and refuses it if any byte has
/// changed.
pub fn read(dir: &Path) -> Result<LoadedBundle, Fault> {
    read_demanding(dir, &Demand::NOTHING)
}

/// The same, if the bundle shows what is demanded of it.
pub fn read_demanding(dir: &Path, demand: &Demand) -> Result<LoadedBundle, Fault> {
    read_from(dir, demand, HELD)
}

/// The same without demands, holding at most so many bytes of files in memory.
pub fn read_holding(dir: &Path, most: usize) -> Result<LoadedBundle, Fault> {
    read_from(dir, &Demand::NOTHING, most)
}

fn read_from(dir: &Path, demand: &Demand, most: usize) -> Result<LoadedBundle, Fault> {
    let root = root_of(dir)?;
    let own = description(&root)?;
    let signature = fs::read_to_string(root.join(SIGNATURE)).ok();
    let manifest = understood(&root, &own)?;
    demand.met_by(&manifest, &own, signature.as_deref())?;
    let mut held = Some(BTreeMap::from([(MANIFEST.to_owned(), Arc::from(own.as_slice()))]));
    let mut bytes_held = own.len();
    let (mut accounts, mut index, mut checkpoint) = (None, None, None);
    for (path, wanted) in &manifest.files {
        if !stays_inside(path) {
            return Err(unreadable(
                &root.join(MANIFEST),
                &format!("ファイル名「{path}」はフォルダーの外を指しています"),
            ));
        }
        if held.is_none() && !matches!(path.as_str(), ACCOUNTS | INDEX | CHECKPOINT) {
            // Too many to be held: each is checked whenever it is sent.
            continue;
        }
        let bytes = unchanged(&root, path, *wanted)?;
        match path.as_str() {
            ACCOUNTS => accounts = Some(parsed::<Accounts>(&root, path, &bytes)?),
            INDEX => {
                let read: Index = parsed(&root, path, &bytes)?;
                index = Some(read.of(manifest.site.kind()));
            }
            CHECKPOINT => {
                let text = str::from_utf8(&bytes).map_err(|fault| unreadable(&root.join(path), &fault.to_string()))?;
                checkpoint = Some(text.to_owned());
            }
            _ => {}
        }
        bytes_held = bytes_held.saturating_add(bytes.len());
        match &mut held {
            Some(held) if bytes_held <= most => _ = held.insert(path.clone(), Arc::from(bytes)),
            held => *held = None,
        }
    }
    let missing = |path: &str| Fault::Missing(path.to_owned());
    Ok(LoadedBundle {
        base: Base::read(&manifest.site.base_url)?,
        description: FileHash::of(&own),
        signature,
        files: held.map_or_else(|| Files::Beside(root), Files::Held),
        records: accounts.ok_or_else(|| missing(ACCOUNTS))?.accounts.into_iter().map(ListingRecord::from).collect(),
        index: index.ok_or_else(|| missing(INDEX))?,
        checkpoint,
        manifest,
    })
}

impl LoadedBundle {
    /// What the bundle says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// A file's bytes; the path is looked up among the bundle's own before it is looked for on disk.
    ///
    /// Fails where the file had to be read again and is gone or has changed.
    pub fn file(&self, path: &str) -> Result<Option<Arc<[u8]>>, Fault> {
        let Some(wanted) = self.hash(path) else { return Ok(None) };
        if let (SIGNATURE, Some(signature)) = (path, &self.signature) {
            return Ok(Some(signature.as_bytes().into()));
        }
        match &self.files {
            Files::Held(files) => Ok(files.get(path).cloned()),
            Files::Beside(root) => unchanged(root, path, wanted).map(|bytes| Some(bytes.into())),
        }
    }

    /// The hash that a file of the bundle has.
    pub fn hash(&self, path: &str) -> Option<FileHash> {
        match path {
            // The description cannot hold its own hash.
            MANIFEST => Some(self.description),
            SIGNATURE => self.signature.as_ref().map(|signature| FileHash::of(signature.as_bytes())),
            _ => self.manifest.files.get(path).copied(),
        }
    }

    /// The paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.manifest.files.keys().map(String::as_str).chain(self.signature.iter().map(|_| SIGNATURE)).chain([MANIFEST])
    }

    /// The records in the list's order, without their policies and standard texts: what a search looks through.
    pub fn records(&self) -> &[ListingRecord] {
        &self.records
    }

    /// The verification index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The signed checkpoint, where the bundle carries one.
    pub fn checkpoint(&self) -> Option<&str> {
        self.checkpoint.as_deref()
    }

    /// Whether the bundle may still be trusted at an instant, in milliseconds UTC.
    pub fn standing_at(&self, now: i64) -> Standing {
        if self.manifest.holds_at(now) { Standing::Current } else { Standing::Expired }
    }

    /// Answers whether an account is the municipality's, from this bundle alone.
    ///
    /// A bundle that is too old answers nothing: a listing may have been taken back since.
    pub fn verify(&self, ask: &str, networks: &Networks, now: i64) -> Answer {
        self.verify_by(None, ask, networks, now)
    }

    /// The same, with what the ledger holds behind the bundle, where somebody reads the ledger.
    pub fn verify_by(&self, present: Option<&Present>, ask: &str, networks: &Networks, now: i64) -> Answer {
        match self.standing_at(now) {
            Standing::Current => {
                let says = self.manifest.site.city_says.as_deref();
                let answer = match present {
                    Some(present) => present.verify(ask, networks),
                    None => verification::verify(ask, &self.index, networks),
                };
                answer.with_city_text(says)
            }
            Standing::Expired => Answer::unjudged(
                "この一覧は有効期限が過ぎているため、公式かどうかを答えられません。".into(),
                format!(
                    "公式とは考えないでください。新しい一覧を {} で見るか、{}に問い合わせてください。",
                    self.base.url, self.manifest.site.municipality_name
                ),
            ),
        }
    }

    /// The public address.
    pub(crate) fn base(&self) -> &Base {
        &self.base
    }
}

/// The accounts file, as far as it is held.
#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<Brief>,
}

/// A record without its policy and standard texts, which are most of it and stand on the account's page alone.
#[derive(Deserialize)]
struct Brief {
    form: u32,
    account: String,
    municipality: String,
    network: String,
    network_label: String,
    name: String,
    name_kana: Option<String>,
    name_en: Option<String>,
    handle: Option<String>,
    url: String,
    purpose: String,
    unit: String,
    unit_kana: String,
    department: Option<String>,
    number: Option<String>,
    started_on: Option<Date>,
    listed_on: Date,
}

impl From<Brief> for ListingRecord {
    fn from(brief: Brief) -> Self {
        let Brief { form, account, municipality, network, network_label, name, handle, url, purpose, .. } = brief;
        let Brief { name_kana, name_en, unit, unit_kana, department, number, started_on, listed_on, .. } = brief;
        Self {
            form,
            account,
            municipality,
            network,
            network_label,
            name,
            name_kana,
            name_en,
            handle,
            url,
            purpose,
            unit,
            unit_kana,
            department,
            number,
            started_on,
            policy: Vec::new(),
            attachments: Vec::new(),
            listed_on,
        }
    }
}

/// What a bundle says of itself, and the checkpoint of the ledger that it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its description.
    pub manifest: Manifest,
    /// The signed checkpoint, where the bundle carries one.
    pub checkpoint: Option<String>,
}

/// Reads what the bundle in a folder says of itself, and nothing else of it, if it shows what is demanded.
pub fn describe(dir: &Path, demand: &Demand) -> Result<Described, Fault> {
    let root = root_of(dir)?;
    let own = description(&root)?;
    let manifest = understood(&root, &own)?;
    demand.met_by(&manifest, &own, fs::read_to_string(root.join(SIGNATURE)).ok().as_deref())?;
    let note = manifest.files.get(CHECKPOINT).map(|wanted| unchanged(&root, CHECKPOINT, *wanted)).transpose()?;
    Ok(Described { checkpoint: note.and_then(|bytes| String::from_utf8(bytes).ok()), manifest })
}

/// The signature of the bundle in a folder as it lies there; nobody has looked whether it holds.
pub fn signature(dir: &Path) -> Option<String> {
    fs::read_to_string(root_of(dir).ok()?.join(SIGNATURE)).ok()
}

/// Where a folder's bundle lies: in the release that is served, or plainly.
///
/// A release goes first: whatever else lies in a folder that is published into is none of it.
fn root_of(dir: &Path) -> Result<PathBuf, Fault> {
    let current = dir.join(CURRENT);
    if !current.join(MANIFEST).exists() && dir.join(MANIFEST).exists() {
        return Ok(dir.to_owned());
    }
    // Resolved once, so that a swap in the middle cannot mix two releases.
    fs::canonicalize(current).map_err(|_| Fault::NoBundle(dir.to_owned()))
}

/// Reads the bundle's description.
pub(crate) fn manifest(root: &Path) -> Result<Manifest, Fault> {
    understood(root, &description(root)?)
}

fn description(root: &Path) -> Result<Vec<u8>, Fault> {
    fs::read(root.join(MANIFEST)).map_err(|_| Fault::NoBundle(root.to_owned()))
}

fn understood(root: &Path, description: &[u8]) -> Result<Manifest, Fault> {
    let manifest: Manifest = parsed(root, MANIFEST, description)?;
    if manifest.form != 1 {
        let why = format!("形式の版{}は、このプログラムより新しいものです", manifest.form);
        return Err(unreadable(&root.join(MANIFEST), &why));
    }
    Ok(manifest)
}

/// A file's bytes, if they are what the description says.
fn unchanged(root: &Path, path: &str, wanted: FileHash) -> Result<Vec<u8>, Fault> {
    let bytes = match fs::read(root.join(path)) {
        Ok(bytes) => bytes,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Err(Fault::Missing(path.to_owned())),
        Err(fault) => return Err(disk("読み取り", &root.join(path))(fault)),
    };
    if FileHash::of(&bytes) == wanted { Ok(bytes) } else { Err(Fault::Changed(path.to_owned())) }
}

/// A JSON file of a bundle.
fn parsed<T: serde::de::DeserializeOwned>(root: &Path, path: &str, bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|fault| unreadable(&root.join(path), &fault.to_string()))
}

/// Whether a path of a description names something inside the folder.
pub(crate) fn stays_inside(path: &str) -> bool {
    !path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains(['\\', '\0'])
}

/// A file that cannot be understood.
fn unreadable(path: &Path, why: &str) -> Fault {
    Fault::Unreadable { path: path.to_owned(), why: why.to_owned() }
}
