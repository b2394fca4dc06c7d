//! The disk under a municipality's database: how much of it is free, and the part that is kept back for the ledger.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use store::{Room, Space};

/// So many bytes are kept back: hundreds of acts.
const KEPT: u64 = 8 * 1024 * 1024;

/// What whoever runs the machine is told of the room that is left; nothing while there is enough.
pub fn warning(code: &str, space: Space) -> Option<String> {
    let (state, next) = match space {
        Space::Plenty => return None,
        Space::Scarce => ("少なくなりました", "このまま減ると、添付ファイルの受付を止めます。"),
        Space::Short => ("ほとんどありません", "添付ファイルの受付を止めました。台帳への記録だけを続けます。"),
    };
    Some(format!(
        "団体 {code} のデータを置くディスクの空きが{state}。{next}\n次にすること：要らないファイルを消すか、ディスクを広げてください。再起動はいりません。"
    ))
}

/// Why a copy of a municipality's file may not be made at a place: it would take the room that the ledger needs.
pub fn too_small_for_copy(data: &Path, code: &str, to: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let file = data.join(format!("{code}.sqlite"));
    let facts = std::fs::metadata(&file).ok()?;
    let folder = to.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if std::fs::metadata(folder).ok()?.dev() != facts.dev() {
        return None;
    }
    let log = std::fs::metadata(data.join(format!("{code}.sqlite-wal"))).map_or(0, |log| log.len());
    let disk = rustix::fs::statvfs(folder).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let needed = facts.len() + log + KEPT;
    (free < needed).then(|| {
        format!(
            "「{}」のディスクの空き（{}MB）では、控えを作ると、台帳の記録のための空きがなくなります（{}MB要ります）。控えは作っていません。\n次にすること：別のディスクのファイルを指定するか、空きを作ってください。",
            folder.display(),
            free / (1024 * 1024),
            needed.div_ceil(1024 * 1024)
        )
    })
}

/// The disk that a database file lies on, with the file that keeps room back on it.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
    reserve: PathBuf,
}

impl Disk {
    /// The disk under this database file.
    pub fn under(database: &Path) -> Self {
        let folder = database.parent().unwrap_or_else(|| Path::new(".")).to_owned();
        Self { folder, reserve: database.with_extension("reserve") }
    }
}

impl Room for Disk {
    fn free(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(&self.folder).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    fn keep(&self) {
        // Without it everything works; a full disk is then met one act earlier.
        if !self.reserve.exists()
            && let Err(error) = keep(&self.reserve)
        {
            tracing::warn!(%error, file = %self.reserve.display(), "台帳のための空きを取っておけませんでした。");
            self.give();
        }
    }

    fn give(&self) {
        // Another process of ours may have given it already.
        let _ = std::fs::remove_file(&self.reserve);
    }
}

/// Takes the room, so that nobody else can have it; where the file system cannot promise it, it is written.
fn keep(reserve: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(reserve)?;
    let promised = rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, KEPT);
    if promised.is_err() { written(&file) } else { Ok(()) }
}

fn written(mut file: &File) -> std::io::Result<()> {
    use std::io::Write;
    let zeros = vec![0; 64 * 1024];
    let mut left = KEPT;
    while left > 0 {
        file.write_all(&zeros)?;
        left = left.saturating_sub(64 * 1024);
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_back_takes_room_and_is_given_when_it_is_asked_for() -> anyhow::Result<()> {
        use std::os::unix::fs::MetadataExt;
        let dir = tempfile::tempdir()?;
        let disk = Disk::under(&dir.path().join("999993.sqlite"));
        assert!(disk.free().is_some_and(|free| free > 0));
        disk.keep();
        let kept = std::fs::metadata(dir.path().join("999993.reserve"))?;
        assert!(kept.blocks() * 512 >= KEPT, "the room is taken, not only named");
        disk.keep();
        disk.give();
        disk.give();
        assert!(!disk.reserve.exists());
        Ok(())
    }
}
