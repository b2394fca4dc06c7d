//! The bundles that are served, and how a new release takes the place of the former one.

use crate::Fault;
use crate::shown::Shown;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

/// The bundle's own description; it is the last file that a publication puts in place.
const MANIFEST: &str = "bundle.json";
/// The link to the served release in a folder that is published into.
const CURRENT: &str = "current";

/// The bundles that are served, one for each municipality.
pub struct Shelf {
    places: Vec<Place>,
}

/// One folder and the bundle that was last read from it whole.
struct Place {
    dir: PathBuf,
    code: String,
    shown: RwLock<Arc<Shown>>,
    seen: Mutex<Seen>,
}

/// What is known of a folder between two looks.
struct Seen {
    mark: Mark,
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
    pub fn open(dirs: Vec<PathBuf>) -> Result<Self, Fault> {
        if dirs.is_empty() {
            return Err(Fault::Empty);
        }
        let mut places: Vec<Place> = Vec::new();
        for dir in dirs {
            let place = Place::open(dir)?;
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
    fn open(dir: PathBuf) -> Result<Self, Fault> {
        // Marked before it is read: what changes in between is found at the next look.
        let mark = mark(&dir)?;
        let shown = load(&dir)?;
        Ok(Self {
            code: shown.code().to_owned(),
            shown: RwLock::new(Arc::new(shown)),
            seen: Mutex::new(Seen { mark, complaint: None }),
            dir,
        })
    }

    fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes in a new release, if there is one; tells whether there was.
    fn refresh(&self) -> bool {
        // Held during the reading, so that two looks cannot put an older release over a newer one.
        let mut seen: MutexGuard<'_, Seen> = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match self.newer(&seen.mark) {
            Ok(None) => {
                seen.complaint = None;
                false
            }
            Ok(Some((mark, shown))) => {
                *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(shown);
                *seen = Seen { mark, complaint: None };
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
        let mark = mark(&self.dir)?;
        if mark == *known {
            return Ok(None);
        }
        let shown = load(&self.dir)?;
        if shown.code() != self.code {
            return Err(Fault::Moved { dir: self.dir.clone(), was: self.code.clone(), now: shown.code().to_owned() });
        }
        Ok(Some((mark, shown)))
    }
}

/// Reads a folder's bundle whole.
fn load(dir: &Path) -> Result<Shown, Fault> {
    let bundle = public::read(dir).map_err(|source| Fault::Bundle { dir: dir.to_owned(), source })?;
    Shown::of(bundle, dir)
}

/// Looks at a folder's release without reading it.
fn mark(dir: &Path) -> Result<Mark, Fault> {
    let plain = dir.join(MANIFEST);
    let look = |source| Fault::Look { dir: dir.to_owned(), source };
    let root = if plain.exists() { dir.to_owned() } else { fs::canonicalize(dir.join(CURRENT)).map_err(look)? };
    let facts = fs::metadata(root.join(MANIFEST)).map_err(look)?;
    Ok(Mark { root, inode: facts.ino(), length: facts.len(), changed: (facts.mtime(), facts.mtime_nsec()) })
}
