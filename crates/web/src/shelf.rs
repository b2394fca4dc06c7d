//! The bundles that are served, and how a new release takes the place of the former one.

use crate::shown::{Shown, Word};
use crate::{Fault, Heights};
use domain::verification::Tail;
use public::{Demand, Manifest};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

/// The bundle's own description; it is the last file that a publication puts in place.
const MANIFEST: &str = "bundle.json";
/// The link to the served release in a folder that is published into.
const CURRENT: &str = "current";

/// A folder whose bundle is to be served, and by whose word.
#[derive(Debug, Clone)]
pub struct Source {
    dir: PathBuf,
    word: Word,
    demand: Demand,
    heights: Option<Arc<Heights>>,
}

impl Source {
    /// A bundle that was carried here: it answers until the time that it states.
    pub fn carried(dir: PathBuf) -> Self {
        Self { dir, word: Word::Own, demand: Demand::NOTHING, heights: Some(Arc::default()) }
    }

    /// A bundle of this node's own ledger: it answers only while [`Shelf::tell`] is told of the head.
    pub fn followed(dir: PathBuf) -> Self {
        // How long its ledger is, the ledger itself says.
        Self { dir, word: Word::of_ledger(), demand: Demand::NOTHING, heights: None }
    }

    /// The same, served only if it shows this.
    #[must_use]
    pub fn demanding(self, demand: Demand) -> Self {
        Self { demand, ..self }
    }

    /// The same, served only if it is not older than what these say was served before.
    #[must_use]
    pub fn above(self, heights: Arc<Heights>) -> Self {
        Self { heights: Some(heights), ..self }
    }
}

impl Source {
    /// Whether a bundle that was read here may be served: none of a longer ledger was.
    fn admit(&self, shown: &Shown) -> Result<(), Fault> {
        let Some(heights) = &self.heights else { return Ok(()) };
        heights.admit(&self.dir, shown.code(), shown.bundle().manifest().ledger_size)
    }
}

/// What a served bundle states of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated {
    /// When it was made, in milliseconds UTC.
    pub built_at: i64,
    /// Until when it may be trusted, in milliseconds UTC.
    pub valid_until: i64,
    /// The size of the ledger that it rests on.
    pub ledger_size: u64,
}

/// The bundles that are served, one for each municipality.
pub struct Shelf {
    places: Vec<Place>,
}

/// One folder and the bundle that was last read from it whole.
struct Place {
    source: Source,
    code: String,
    shown: RwLock<Arc<Shown>>,
    seen: Mutex<Seen>,
}

/// What is known of a folder between two looks.
struct Seen {
    mark: Mark,
    /// What was last told of the ledger.
    tail: Option<Tail>,
    /// The words of the last failure, so that one that stays is told once.
    complaint: Option<String>,
}

/// What tells one release from another without reading it.
#[derive(Clone, PartialEq, Eq)]
struct Mark {
    root: PathBuf,
    inode: u64,
    length: u64,
    changed: (i64, i64),
}

impl Shelf {
    /// Reads every folder's bundle: a plain export, or a folder that is published into.
    pub fn open(sources: Vec<Source>) -> Result<Self, Fault> {
        if sources.is_empty() {
            return Err(Fault::Empty);
        }
        let mut places: Vec<Place> = Vec::new();
        for source in sources {
            let place = Place::open(source)?;
            if places.iter().any(|other| other.code == place.code) {
                return Err(Fault::Twice(place.code));
            }
            places.push(place);
        }
        Ok(Self { places })
    }

    /// Takes in every release that has come since the last look, and gives how many there were.
    ///
    /// A folder that cannot be read keeps showing what it showed; it is tried again at every look, because files
    /// that are being copied become whole by themselves.
    pub fn refresh(&self) -> usize {
        self.places.iter().filter(|place| place.refresh()).count()
    }

    /// What a municipality's bundle states of itself.
    pub fn stated(&self, code: &str) -> Option<Stated> {
        let town = self.town(code)?;
        let manifest = town.bundle().manifest();
        let Manifest { built_at, valid_until, ledger_size, .. } = *manifest;
        Some(Stated { built_at, valid_until, ledger_size })
    }

    /// Takes in what lies in a municipality's ledger behind its bundle, and that the head was read at this instant (ms UTC).
    ///
    /// A tail that begins behind the bundle's end says nothing of what lies between, and is passed over.
    pub fn tell(&self, code: &str, tail: &Tail, now: i64) {
        if let Some(place) = self.places.iter().find(|place| place.code == code) {
            place.tell(tail, now);
        }
    }

    /// The municipalities whose bundle is past its time.
    pub(crate) fn expired(&self, now: i64) -> Vec<String> {
        let shown = self.places.iter().map(|place| (place, place.shown()));
        shown
            .filter(|(_, shown)| shown.bundle().standing_at(now) == public::Standing::Expired)
            .map(|(place, _)| place.code.clone())
            .collect()
    }

    /// Every bundle, in the order in which the folders were named.
    pub(crate) fn all(&self) -> Vec<Arc<Shown>> {
        self.places.iter().map(Place::shown).collect()
    }

    /// The one bundle of a shelf that has only one.
    pub(crate) fn only(&self) -> Option<Arc<Shown>> {
        match self.places.as_slice() {
            [place] => Some(place.shown()),
            _ => None,
        }
    }

    /// The first bundle, whose style the server's own pages share.
    pub(crate) fn first(&self) -> Option<Arc<Shown>> {
        self.places.first().map(Place::shown)
    }

    /// A municipality's bundle.
    pub(crate) fn town(&self, code: &str) -> Option<Arc<Shown>> {
        self.places.iter().find(|place| place.code == code).map(Place::shown)
    }
}

/// Looks for new releases again and again, until the task is dropped.
pub async fn watch(shelf: Arc<Shelf>, every: Duration) {
    // An interval of nothing would panic; a look costs two calls to the system.
    let mut ticks = tokio::time::interval(every.max(Duration::from_millis(10)));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let shelf = Arc::clone(&shelf);
        if let Err(fault) = tokio::task::spawn_blocking(move || shelf.refresh()).await {
            tracing::error!(%fault, "公開一覧の見直しが途中で止まりました。次の見直しを待ちます。");
        }
    }
}

impl Place {
    fn open(source: Source) -> Result<Self, Fault> {
        // Marked before it is read: what changes in between is found at the next look.
        let mark = mark(&source.dir)?;
        let shown = load(&source)?;
        source.admit(&shown)?;
        Ok(Self {
            code: shown.code().to_owned(),
            shown: RwLock::new(Arc::new(shown)),
            seen: Mutex::new(Seen { mark, tail: None, complaint: None }),
            source,
        })
    }

    /// Lays what was told of the ledger over the bundle.
    fn tell(&self, tail: &Tail, now: i64) {
        let mut seen = self.seen();
        if tail.from() > self.shown().bundle().manifest().ledger_size {
            return;
        }
        if seen.tail.as_ref() != Some(tail) {
            self.show(self.shown().with(tail));
            seen.tail = Some(tail.clone());
        }
        self.source.word.heard(now);
    }

    /// What is known of the folder; held while something is read or told, so that nothing older comes over newer.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, shown: Shown) {
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(shown);
    }

    fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes in a new release, if there is one; tells whether there was.
    fn refresh(&self) -> bool {
        let mut seen = self.seen();
        match self.newer(&seen.mark) {
            Ok(None) => {
                seen.complaint = None;
                false
            }
            Ok(Some((mark, shown))) => {
                let size = shown.bundle().manifest().ledger_size;
                // What was told from a later size on leaves a gap: then the next word is waited for.
                seen.tail = seen.tail.take().filter(|tail| tail.from() <= size);
                if let Some(tail) = &seen.tail {
                    self.show(shown.with(tail));
                } else {
                    self.source.word.heard(i64::MIN);
                    self.show(shown);
                }
                (seen.mark, seen.complaint) = (mark, None);
                tracing::info!(municipality = %self.code, "新しい公開一覧に切りかえました。");
                true
            }
            Err(fault) => {
                let words = fault.to_string();
                if seen.complaint.as_ref() != Some(&words) {
                    tracing::warn!(municipality = %self.code, "新しい公開一覧を読めないため、前の一覧の公開を続けます。{words}");
                    seen.complaint = Some(words);
                }
                false
            }
        }
    }

    /// The release in the folder, if it is not the one that was marked.
    fn newer(&self, known: &Mark) -> Result<Option<(Mark, Shown)>, Fault> {
        let mark = mark(&self.source.dir)?;
        if mark == *known {
            return Ok(None);
        }
        let shown = load(&self.source)?;
        if shown.code() != self.code {
            return Err(Fault::Moved {
                dir: self.source.dir.clone(),
                was: self.code.clone(),
                now: shown.code().to_owned(),
            });
        }
        self.source.admit(&shown)?;
        Ok(Some((mark, shown)))
    }
}

/// Reads a folder's bundle whole.
fn load(from: &Source) -> Result<Shown, Fault> {
    let dir = &from.dir;
    let bundle =
        public::read_demanding(dir, &from.demand).map_err(|source| Fault::Bundle { dir: dir.clone(), source })?;
    Shown::of(bundle, dir, from.word.clone())
}

/// Looks at a folder's release without reading it.
fn mark(dir: &Path) -> Result<Mark, Fault> {
    let (current, plain) = (dir.join(CURRENT), dir.join(MANIFEST));
    let look = |source| Fault::Look { dir: dir.to_owned(), source };
    let is_plain = !current.join(MANIFEST).exists() && plain.exists();
    let root = if is_plain { dir.to_owned() } else { fs::canonicalize(current).map_err(look)? };
    let facts = fs::metadata(root.join(MANIFEST)).map_err(look)?;
    Ok(Mark { root, inode: facts.ino(), length: facts.len(), changed: (facts.mtime(), facts.mtime_nsec()) })
}
