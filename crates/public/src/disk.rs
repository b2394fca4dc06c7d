//! Bundles laid down on disk: beside the served one and swapped in at once, or as plain files.

use crate::render::{FileHash, MANIFEST, SIGNATURE};
use crate::{Bundle, Fault, loaded, render};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// How many releases stay on disk, the served one included.
const KEPT: usize = 3;
/// How many files are waited for at the same time.
const WAITERS: usize = 8;
/// The link to the served release.
pub(crate) const CURRENT: &str = "current";
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

/// Makes the bundle's files in a new release under `dir` and swaps the link `current` to it in one step.
pub fn write(dir: &Path, bundle: &Bundle) -> Result<Release, Fault> {
    let releases = dir.join(RELEASES);
    fs::create_dir_all(&releases).map_err(disk("フォルダーの作成", &releases))?;
    // Two writers, such as a server and a command, take turns: neither takes the other's draft for a crash's.
    let turn = File::open(&releases).map_err(disk("読み取り", &releases))?;
    turn.lock().map_err(disk("順番待ち", &releases))?;
    let number = numbered(&releases)?.last().map_or(0, |(number, _)| *number) + 1;
    let draft = releases.join(format!(".{number:06}"));
    if draft.exists() {
        // A crash left it; nothing has ever been served from it.
        remove(&draft)?;
    }
    let laid = match laid(&draft, "", bundle) {
        Ok(laid) => laid,
        Err(fault) => {
            // The refusal is what counts; what could not be taken away goes with the next publication.
            let _ = remove(&draft);
            return Err(fault);
        }
    };
    let digest = laid.description.to_string();
    let name = format!("{number:06}-{}", digest.get(..8).unwrap_or(&digest));
    let path = releases.join(&name);
    fs::rename(&draft, &path).map_err(disk("フォルダーの名前の変更", &path))?;
    settle(&releases)?;
    point(dir, &name)?;
    sweep(&releases, &name)?;
    Ok(Release { name, path })
}

/// Removes the kept releases that rest on no more of the ledger than what stood before this entry; the served one stays.
///
/// A release that cannot be read is no use to anybody, and goes too.
pub fn forget_until(dir: &Path, entry: u64) -> Result<(), Fault> {
    let releases = dir.join(RELEASES);
    let link = dir.join(CURRENT);
    let served = fs::read_link(&link).map_err(disk("リンクの読み取り", &link))?;
    for (_, name) in numbered(&releases)? {
        let release = releases.join(&name);
        let later = loaded::manifest(&release).is_ok_and(|manifest| manifest.ledger_size > entry);
        if !later && served.file_name() != release.file_name() {
            remove(&release)?;
        }
    }
    Ok(())
}

/// Writes the bundle's files plainly into `dir`, for any web server, mirror or carrier; what is no longer listed goes first.
pub fn export(dir: &Path, bundle: &Bundle) -> Result<(), Fault> {
    let Laid { paths, .. } = laid(dir, ".new", bundle)?;
    if let Ok(former) = loaded::manifest(dir) {
        let now: BTreeSet<&String> = paths.iter().collect();
        for path in former.files.keys().filter(|path| loaded::stays_inside(path) && !now.contains(path)) {
            gone(&dir.join(path))?;
        }
    }
    if !paths.iter().any(|path| path == SIGNATURE) {
        // The signature of a former description fits none but that.
        gone(&dir.join(SIGNATURE))?;
    }
    // The description was made last and goes last: until it is there, the folder is not a bundle of the new state.
    for path in &paths {
        let target = dir.join(path);
        fs::rename(dir.join(format!("{path}.new")), &target).map_err(disk("ファイルの置きかえ", &target))?;
    }
    settle(dir)
}

/// Removes a file that is no longer part of the bundle.
fn gone(old: &Path) -> Result<(), Fault> {
    match fs::remove_file(old) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => {
            Err(disk("載せなくなったファイルの削除", old)(fault))
        }
        _ => Ok(()),
    }
}

/// The files of a bundle, laid down in a folder.
struct Laid {
    /// Their paths, in the order in which they were made.
    paths: Vec<String>,
    /// The hash of the bundle's own description.
    description: FileHash,
}

/// Makes the bundle's files below a folder, each name with an ending, and waits until the disk has them all.
///
/// All are written before the first is waited for: what is waited for then takes the others along.
fn laid(root: &Path, ending: &str, bundle: &Bundle) -> Result<Laid, Fault> {
    let mut folders = BTreeSet::new();
    let mut paths = Vec::new();
    let mut description = None;
    render(bundle, &mut |path, bytes| {
        let target = root.join(format!("{path}{ending}"));
        if let Some(folder) = target.parent()
            && !folders.contains(folder)
        {
            fs::create_dir_all(folder).map_err(disk("フォルダーの作成", folder))?;
            folders.insert(folder.to_owned());
        }
        fs::write(&target, bytes).map_err(disk("書き込み", &target))?;
        if path == MANIFEST {
            description = Some(FileHash::of(bytes));
        }
        paths.push(path.to_owned());
        Ok(())
    })?;
    settle_all(&paths.iter().map(|path| root.join(format!("{path}{ending}"))).collect::<Vec<_>>())?;
    folders.iter().try_for_each(|folder| settle(folder))?;
    let description = description.ok_or_else(|| Fault::Missing(MANIFEST.to_owned()))?;
    Ok(Laid { paths, description })
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
    let moved = stands_in_the_way(&link)?;
    fs::rename(&next, &link).map_err(disk("リンクの切りかえ", &link))?;
    if let Some(folder) = moved {
        remove(&folder)?;
    }
    settle(dir)
}

/// Moves a folder out of the link's place, and says where it is: a tool that follows links made it of the release.
///
/// All that lies under the name is a copy of what was published, and is made anew just now.
fn stands_in_the_way(link: &Path) -> Result<Option<PathBuf>, Fault> {
    if !fs::symlink_metadata(link).is_ok_and(|facts| facts.is_dir()) {
        return Ok(None);
    }
    let aside = link.with_file_name(".current.old");
    if aside.exists() {
        // A crash left it.
        remove(&aside)?;
    }
    fs::rename(link, &aside).map_err(disk("フォルダーの名前の変更", link))?;
    Ok(Some(aside))
}

/// Removes all but the last releases.
fn sweep(releases: &Path, served: &str) -> Result<(), Fault> {
    let all = numbered(releases)?;
    let surplus = all.len().saturating_sub(KEPT);
    for (_, name) in all.iter().take(surplus).filter(|(_, name)| name != served) {
        let old = releases.join(name);
        remove(&old)?;
    }
    Ok(())
}

/// Removes the folder of a release or of a draft.
fn remove(folder: &Path) -> Result<(), Fault> {
    fs::remove_dir_all(folder).map_err(disk("古い公開一覧の削除", folder))
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

/// Waits until the disk has files; for several at a time, because the waiting is most of the work.
fn settle_all(files: &[PathBuf]) -> Result<(), Fault> {
    let share = files.len().div_ceil(WAITERS).max(1);
    std::thread::scope(|scope| {
        let waiters: Vec<_> = files
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().try_for_each(|file| settle(file))))
            .collect();
        waiters.into_iter().try_for_each(|waiter| waiter.join().unwrap_or(Err(Fault::Writer)))
    })
}

/// Waits until the disk has a file's bytes, or a folder's names.
fn settle(path: &Path) -> Result<(), Fault> {
    File::open(path).and_then(|open| open.sync_all()).map_err(disk("書き込みの確定", path))
}

/// The disk's refusal with what was being done, where.
pub(crate) fn disk(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Fault {
    move |source| match source.kind() {
        io::ErrorKind::PermissionDenied => Fault::Denied { doing, path: path.to_owned(), owner: owner_of(path) },
        _ => Fault::Disk { doing, path: path.to_owned(), source },
    }
}

/// Who owns a file or folder, by number; for one that is not there, the folder that it was to lie in.
fn owner_of(path: &Path) -> Option<u32> {
    path.ancestors().find_map(|at| fs::symlink_metadata(at).ok()).map(|facts| facts.uid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_user_made_is_told_with_its_owner_and_the_way_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let owner = fs::metadata(folder.path()).expect("it is there").uid();
        let told =
            disk("書き込み", &folder.path().join("releases/1/index.html"))(io::ErrorKind::PermissionDenied.into());
        let words = told.to_string();
        assert!(words.contains(&format!("利用者番号（uid）{owner}")) && words.contains("chown"), "{words}");
        let other = disk("書き込み", folder.path())(io::ErrorKind::StorageFull.into()).to_string();
        assert!(other.contains("空き容量") && !other.contains("持ち主"), "{other}");
    }
}
