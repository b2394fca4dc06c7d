//! Bundles on disk: written beside the served one and swapped in at once, and read back with every hash checked.

use crate::bundle::Base;
use crate::data::AccountsFile;
use crate::render::{ACCOUNTS, CHECKPOINT, INDEX, MANIFEST, hash};
use crate::{Bundle, Fault, Manifest, render};
use domain::listing::ListingRecord;
use domain::network::Networks;
use domain::verification::{self, Answer, Index, Understood, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// How many releases stay on disk, the served one included.
const KEPT: usize = 3;
/// How many files are written at the same time.
const WRITERS: usize = 8;
/// The link to the served release.
const CURRENT: &str = "current";
/// The folder of the releases.
const RELEASES: &str = "releases";

/// A release that was swapped in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its folder's name: its number and the first figures of its hash.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
}

/// A bundle as read from disk, whole and unchanged.
#[derive(Debug, Clone)]
pub struct LoadedBundle {
    manifest: Manifest,
    files: BTreeMap<String, Vec<u8>>,
    records: Vec<ListingRecord>,
    index: Index,
    checkpoint: Option<String>,
    base: Base,
}

/// Whether a bundle's answers may still be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its time has not run out.
    Current,
    /// It is too old: no answer may say that an account is official.
    Expired,
}

/// Makes the bundle's files in a new release under `dir` and swaps the link `current` to it in one step.
pub fn write(dir: &Path, bundle: &Bundle) -> Result<Release, Fault> {
    let files = render(bundle)?;
    let releases = dir.join(RELEASES);
    fs::create_dir_all(&releases).map_err(disk("フォルダーの作成", &releases))?;

    let digest = files.iter().find(|(path, _)| path == MANIFEST).map(|(_, bytes)| hash(bytes)).unwrap_or_default();
    let number = numbered(&releases)?.last().map_or(0, |(number, _)| *number) + 1;
    let name = format!("{number:06}-{}", digest.get(..8).unwrap_or(&digest));

    let draft = releases.join(format!(".{name}"));
    if draft.exists() {
        // A crash left it; nothing has ever been served from it.
        fs::remove_dir_all(&draft).map_err(disk("途中のフォルダーの削除", &draft))?;
    }
    fs::create_dir(&draft).map_err(disk("フォルダーの作成", &draft))?;
    let mut folders = BTreeSet::from([draft.clone()]);
    for (path, _) in &files {
        if let Some(folder) = draft.join(path).parent()
            && folders.insert(folder.to_owned())
        {
            fs::create_dir_all(folder).map_err(disk("フォルダーの作成", folder))?;
        }
    }
    let targets: Vec<_> = files.iter().map(|(path, bytes)| (draft.join(path), bytes.as_slice())).collect();
    put_all(&targets)?;
    for folder in &folders {
        settle(folder)?;
    }
    let path = releases.join(&name);
    fs::rename(&draft, &path).map_err(disk("フォルダーの名前の変更", &path))?;
    settle(&releases)?;
    point(dir, &name)?;
    sweep(&releases, &name)?;
    Ok(Release { name, path })
}

/// Writes the bundle's files plainly into `dir`, for any web server, mirror or carrier; what is no longer listed goes first.
pub fn export(dir: &Path, bundle: &Bundle) -> Result<(), Fault> {
    let files = render(bundle)?;
    fs::create_dir_all(dir).map_err(disk("フォルダーの作成", dir))?;
    if let Ok(former) = manifest(dir) {
        let gone = former.files.keys().filter(|path| stays_inside(path) && !files.iter().any(|(now, _)| now == *path));
        for path in gone {
            let old = dir.join(path);
            if let Err(fault) = fs::remove_file(&old)
                && fault.kind() != io::ErrorKind::NotFound
            {
                return Err(disk("載せなくなったファイルの削除", &old)(fault));
            }
        }
    }
    let mut drafts = Vec::new();
    for (path, bytes) in &files {
        if let Some(folder) = dir.join(path).parent() {
            fs::create_dir_all(folder).map_err(disk("フォルダーの作成", folder))?;
        }
        drafts.push((dir.join(format!("{path}.new")), bytes.as_slice()));
    }
    put_all(&drafts)?;
    // The description goes last: until it is there, the folder is not a bundle of the new state.
    let (own, others): (Vec<_>, Vec<_>) = files.iter().map(|(path, _)| path).partition(|path| *path == MANIFEST);
    for path in others.into_iter().chain(own) {
        let target = dir.join(path);
        fs::rename(dir.join(format!("{path}.new")), &target).map_err(disk("ファイルの置きかえ", &target))?;
    }
    settle(dir)
}

/// Reads a bundle from its folder, or from a folder that [`write`] keeps, and refuses it if any byte has changed.
pub fn read(dir: &Path) -> Result<LoadedBundle, Fault> {
    let served = dir.join(CURRENT);
    let root = if dir.join(MANIFEST).exists() {
        dir.to_owned()
    } else {
        // Resolved once, so that a swap in the middle cannot mix two releases.
        fs::canonicalize(&served).map_err(|_| Fault::NoBundle(dir.to_owned()))?
    };
    let manifest = manifest(&root)?;
    let mut files = BTreeMap::new();
    for (path, wanted) in &manifest.files {
        if !stays_inside(path) {
            return Err(unreadable(
                &root.join(MANIFEST),
                &format!("ファイル名「{path}」はフォルダーの外を指しています"),
            ));
        }
        let bytes = match fs::read(root.join(path)) {
            Ok(bytes) => bytes,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => {
                return Err(Fault::Missing(path.clone()));
            }
            Err(fault) => return Err(disk("読み取り", &root.join(path))(fault)),
        };
        if hash(&bytes) != *wanted {
            return Err(Fault::Changed(path.clone()));
        }
        files.insert(path.clone(), bytes);
    }
    let accounts: AccountsFile = parsed(&root, &files, ACCOUNTS)?;
    let index: Index = parsed(&root, &files, INDEX)?;
    let checkpoint = match files.get(CHECKPOINT) {
        None => None,
        Some(bytes) => Some(
            String::from_utf8(bytes.clone()).map_err(|fault| unreadable(&root.join(CHECKPOINT), &fault.to_string()))?,
        ),
    };
    let own = fs::read(root.join(MANIFEST)).map_err(disk("読み取り", &root.join(MANIFEST)))?;
    files.insert(MANIFEST.to_owned(), own);
    let base = Base::read(&manifest.site.base_url)?;
    Ok(LoadedBundle { manifest, files, records: accounts.accounts, index, checkpoint, base })
}

impl LoadedBundle {
    /// What the bundle says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// A file's bytes; the path is looked up among the bundle's own, never on disk.
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// The paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The records in the list's order.
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
        if now < self.manifest.valid_until { Standing::Current } else { Standing::Expired }
    }

    /// Answers whether an account is the municipality's, from this bundle alone.
    ///
    /// A bundle that is too old answers nothing: a listing may have been taken back since.
    pub fn verify(&self, ask: &str, networks: &Networks, now: i64) -> Answer {
        match self.standing_at(now) {
            Standing::Current => verification::verify(ask, &self.index, networks),
            Standing::Expired => Answer {
                verdict: Verdict::CannotJudge,
                reading: Understood::default(),
                facts: None,
                reason: "この一覧は有効期限が過ぎているため、公式かどうかを答えられません。".into(),
                advice: format!(
                    "公式とは考えないでください。新しい一覧を {} で見るか、{}に問い合わせてください。",
                    self.base.url, self.manifest.site.municipality_name
                ),
            },
        }
    }

    /// The public address.
    pub(crate) fn base(&self) -> &Base {
        &self.base
    }
}

/// Points the link `current` at a release; readers see the old one or the new one, never neither.
fn point(dir: &Path, name: &str) -> Result<(), Fault> {
    let link = dir.join(CURRENT);
    let next = dir.join(".current.new");
    if let Err(fault) = fs::remove_file(&next)
        && fault.kind() != io::ErrorKind::NotFound
    {
        return Err(disk("リンクの作成", &next)(fault));
    }
    std::os::unix::fs::symlink(Path::new(RELEASES).join(name), &next).map_err(disk("リンクの作成", &next))?;
    fs::rename(&next, &link).map_err(disk("リンクの切りかえ", &link))?;
    settle(dir)
}

/// Removes all but the last releases, and drafts that a crash left.
fn sweep(releases: &Path, served: &str) -> Result<(), Fault> {
    let all = numbered(releases)?;
    let surplus = all.len().saturating_sub(KEPT);
    for (_, name) in all.iter().take(surplus).filter(|(_, name)| name != served) {
        let old = releases.join(name);
        fs::remove_dir_all(&old).map_err(disk("古い公開一覧の削除", &old))?;
    }
    Ok(())
}

/// The releases with their numbers, oldest first.
fn numbered(releases: &Path) -> Result<Vec<(u64, String)>, Fault> {
    let mut found = Vec::new();
    for entry in fs::read_dir(releases).map_err(disk("読み取り", releases))? {
        let name = entry.map_err(disk("読み取り", releases))?.file_name().to_string_lossy().into_owned();
        if let Some(number) = name.split_once('-').and_then(|(number, _)| number.parse().ok()) {
            found.push((number, name));
        }
    }
    found.sort();
    Ok(found)
}

/// Reads the bundle's description.
fn manifest(root: &Path) -> Result<Manifest, Fault> {
    let path = root.join(MANIFEST);
    let bytes = fs::read(&path).map_err(|_| Fault::NoBundle(root.to_owned()))?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|fault| unreadable(&path, &fault.to_string()))?;
    if manifest.form != 1 {
        return Err(unreadable(&path, &format!("形式の版{}は、このプログラムより新しいものです", manifest.form)));
    }
    Ok(manifest)
}

/// A JSON file of a bundle that was read.
fn parsed<T: serde::de::DeserializeOwned>(
    root: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    path: &str,
) -> Result<T, Fault> {
    let bytes = files.get(path).ok_or_else(|| Fault::Missing(path.to_owned()))?;
    serde_json::from_slice(bytes).map_err(|fault| unreadable(&root.join(path), &fault.to_string()))
}

/// Whether a path of a description names something inside the folder.
fn stays_inside(path: &str) -> bool {
    !path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains(['\\', '\0'])
}

/// Writes files and waits until the disk has them all.
///
/// All are written before the first is waited for: what is waited for then takes the others along.
fn put_all(files: &[(PathBuf, &[u8])]) -> Result<(), Fault> {
    shared_out(files, |(path, bytes)| fs::write(path, bytes).map_err(disk("書き込み", path)))?;
    shared_out(files, |(path, _)| settle(path))
}

/// Does the same with each file; several at a time, because the waiting is most of the work.
fn shared_out(
    files: &[(PathBuf, &[u8])],
    work: impl Fn(&(PathBuf, &[u8])) -> Result<(), Fault> + Sync,
) -> Result<(), Fault> {
    let share = files.len().div_ceil(WRITERS).max(1);
    let work = &work;
    std::thread::scope(|scope| {
        let writers: Vec<_> =
            files.chunks(share).map(|part| scope.spawn(move || part.iter().try_for_each(work))).collect();
        writers.into_iter().try_for_each(|writer| writer.join().unwrap_or(Err(Fault::Writer)))
    })
}

/// Waits until the disk has a file's bytes, or a folder's names.
fn settle(path: &Path) -> Result<(), Fault> {
    File::open(path).and_then(|open| open.sync_all()).map_err(disk("書き込みの確定", path))
}

/// The disk's refusal with what was being done, where.
fn disk(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Fault {
    move |source| Fault::Disk { doing, path: path.to_owned(), source }
}

/// A file that cannot be understood.
fn unreadable(path: &Path, why: &str) -> Fault {
    Fault::Unreadable { path: path.to_owned(), why: why.to_owned() }
}
