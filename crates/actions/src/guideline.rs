//! Adopting a guideline, and finding the one that a case began with.

use std::sync::Arc;

use domain::entry::Fact;
use domain::guideline::{Clauses, Files, Guideline};
use domain::id::GuidelineHash;
use domain::register::Adopted;
use jiff::civil::Date;
use store::Read;

use crate::city::City;
use crate::error::ActError;
use crate::perform::Recorded;

/// The files of a guideline, as bytes, with the names under which problems speak of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuidelineFiles {
    /// The folder, for messages.
    pub folder: String,
    /// `guideline.toml`.
    pub guideline: String,
    /// `clauses.toml`.
    pub clauses: Option<String>,
    /// The official text.
    pub source: Option<Vec<u8>>,
}

/// A guideline that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedGuideline {
    /// The rules.
    pub guideline: Guideline,
    /// The clauses with their words.
    pub clauses: Option<Clauses>,
    /// The hash of the files.
    pub hash: GuidelineHash,
}

const GUIDELINE: &str = "guideline.toml";
const CLAUSES: &str = "clauses.toml";
const SOURCE: &str = "source.txt";

impl GuidelineFiles {
    /// Reads and checks the files, as they are checked before they are adopted.
    pub fn load(&self) -> Result<LoadedGuideline, ActError> {
        self.with(domain::guideline::read).map(loaded).map_err(ActError::Guideline)
    }

    /// Reads files that were adopted: what was taken once is taken for ever.
    fn load_adopted(&self) -> Result<LoadedGuideline, ActError> {
        self.with(domain::guideline::read_adopted).map(loaded).map_err(ActError::Guideline)
    }

    /// The hash by which the ledger names these files.
    fn hash(&self) -> GuidelineHash {
        self.with(hash_of)
    }

    /// Lends the files under the names by which problems speak of them.
    pub fn with<T>(&self, look: impl FnOnce(&Files<'_>) -> T) -> T {
        let name = |file: &str| format!("{}/{file}", self.folder);
        let (guideline, clauses, source) = (name(GUIDELINE), name(CLAUSES), name(SOURCE));
        look(&Files {
            guideline: (&guideline, &self.guideline),
            clauses: self.clauses.as_ref().map(|text| (clauses.as_str(), text.as_str())),
            source: self.source.as_ref().map(|bytes| (source.as_str(), bytes.as_slice())),
        })
    }
}

fn hash_of(files: &Files<'_>) -> GuidelineHash {
    files.hash()
}

fn loaded(read: domain::guideline::Loaded) -> LoadedGuideline {
    LoadedGuideline { guideline: read.guideline, clauses: read.clauses, hash: read.hash }
}

impl City {
    /// Adopts a guideline from a day on: its bytes are kept by hash, and an entry says so.
    ///
    /// The first guideline of a municipality is adopted by the operator's hand; a case stays with the version it
    /// began with.
    pub async fn adopt(&self, files: &GuidelineFiles, from: Date) -> Result<Recorded, ActError> {
        let loaded = files.load()?;
        if loaded.guideline.municipality.code != self.code() {
            return Err(ActError::Input(format!(
                "このガイドラインは団体コード {} のものです（ここは {}）。団体コードを確かめてください。",
                loaded.guideline.municipality.code,
                self.code()
            )));
        }
        let mut writing = self.ledgered.writing().await?;
        let slice = self.common(&mut writing).await?;
        if slice.register.guidelines.last().is_some_and(|g| g.hash == loaded.hash) {
            return Err(ActError::Input("同じ内容のガイドラインが、すでに登録されています。".to_owned()));
        }
        let hash = loaded.hash.0.as_str();
        writing.put_guideline_file(hash, GUIDELINE, files.guideline.as_bytes()).await?;
        if let Some(clauses) = &files.clauses {
            writing.put_guideline_file(hash, CLAUSES, clauses.as_bytes()).await?;
        }
        if let Some(source) = &files.source {
            writing.put_guideline_file(hash, SOURCE, source).await?;
        }
        let fact = Fact::GuidelineAdopted {
            hash: loaded.hash.clone(),
            title: loaded.guideline.guideline.title.clone(),
            version: loaded.guideline.guideline.version.clone(),
            from,
        };
        let decided = self.by_operator(fact, domain::entry::Private::default());
        self.record(writing, slice, decided, None).await
    }

    /// The guideline in force today.
    pub async fn guideline_in_force(&self) -> Result<Arc<LoadedGuideline>, ActError> {
        self.in_force(&mut self.ledgered.reading().await?).await
    }

    /// The guideline in force today, as a reading sees it.
    pub(crate) async fn in_force(&self, at: &mut impl Read) -> Result<Arc<LoadedGuideline>, ActError> {
        let slice = self.common(at).await?;
        let adopted = slice.register.guideline_on(self.today()).ok_or(ActError::NoGuideline)?;
        self.guideline(at, &adopted.hash).await
    }

    /// Every version that was adopted, in the order of adoption.
    pub async fn guidelines(&self) -> Result<Vec<Adopted>, ActError> {
        let slice = self.common(&mut self.ledgered.reading().await?).await?;
        Ok(slice.register.guidelines.clone())
    }

    /// The adopted version of this hash, where there is one.
    pub async fn adopted(&self, hash: &GuidelineHash) -> Result<Option<Arc<LoadedGuideline>>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let slice = self.common(&mut reading).await?;
        if !slice.register.guidelines.iter().any(|adopted| adopted.hash == *hash) {
            return Ok(None);
        }
        self.guideline(&mut reading, hash).await.map(Some)
    }

    /// The guideline that a case began with.
    pub async fn guideline_of(&self, case: &domain::case::Case) -> Result<Arc<LoadedGuideline>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        self.guideline(&mut reading, &case.guideline).await
    }

    /// The files of the guideline in force today, as they were adopted.
    pub async fn guideline_files_in_force(&self) -> Result<GuidelineFiles, ActError> {
        let hash = self.guideline_in_force().await?.hash.clone();
        let mut reading = self.ledgered.reading().await?;
        files_of(&mut reading, &hash).await
    }

    /// An adopted guideline by its hash; read and checked once, then kept in memory.
    pub(crate) async fn guideline(
        &self,
        at: &mut impl Read,
        hash: &GuidelineHash,
    ) -> Result<Arc<LoadedGuideline>, ActError> {
        if let Some(known) = self.guidelines.lock().ok().and_then(|known| known.get(hash).cloned()) {
            return Ok(known);
        }
        let files = files_of(at, hash).await?;
        let loaded = Arc::new(files.load_adopted()?);
        if let Ok(mut known) = self.guidelines.lock() {
            known.insert(hash.clone(), loaded.clone());
        }
        Ok(loaded)
    }
}

/// The files of an adopted guideline, if they are still the ones that were adopted.
///
/// Only here are they read from the database: whatever rests on them has been compared with their hash.
pub(crate) async fn files_of(at: &mut impl Read, hash: &GuidelineHash) -> Result<GuidelineFiles, ActError> {
    let short = hash.0.get(..8).unwrap_or(&hash.0);
    let altered = || ActError::Altered(format!("保存されているガイドライン（{short}）"));
    let text = |bytes: Option<Vec<u8>>| bytes.map(String::from_utf8).transpose().map_err(|_| altered());
    let files = GuidelineFiles {
        folder: format!("ガイドライン {short}"),
        guideline: text(at.guideline_file(&hash.0, GUIDELINE).await?)?.ok_or_else(altered)?,
        clauses: text(at.guideline_file(&hash.0, CLAUSES).await?)?,
        source: at.guideline_file(&hash.0, SOURCE).await?,
    };
    if files.hash() == *hash { Ok(files) } else { Err(altered()) }
}
