//! One server a data folder: whoever comes second is told who was first.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::input::{self, Mistake};

/// The data folder, held against other servers until this is dropped or the process ends. Single commands go on beside it.
#[derive(Debug)]
pub struct Held {
    file: File,
}

impl Held {
    /// Takes hold of a folder.
    pub fn of(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("serve.lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(|error| {
            Mistake::new(format!(
                "「{}」に書けません（{}）。\n次にすること：--data（今は「{}」）のフォルダーの持ち主と権限、ディスクが読み取り専用でつながれていないかを確かめてください。",
                path.display(),
                input::why(&error),
                folder.display()
            ))
        })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Who it is helps; that somebody is there is known already.
                let _ = file.read_to_string(&mut holder);
                return Err(Mistake::new(format!(
                    "フォルダー「{}」は、動いている別の `shirube serve` が使っています（{}）。\n次にすること：そのまま使うなら、もう一つ動かす必要はありません。替えるときは、先にそちらを止めてください。別のデータなら --data で別のフォルダーを指定してください。",
                    folder.display(),
                    holder.trim()
                ))
                .into());
            }
            // A file system without locks: nobody can be kept out, and nobody is.
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "データのフォルダーを、ほかのサーバーから守れません。");
            }
        }
        let mut held = Self { file };
        held.tell("");
        Ok(held)
    }

    /// Says where the holder can be found.
    pub fn tell(&mut self, address: &str) {
        let words = format!("プロセス {}　{address}\n", std::process::id());
        // Only for whoever comes second; the lock holds without it.
        let _ =
            self.file.set_len(0).and_then(|()| self.file.rewind()).and_then(|()| self.file.write_all(words.as_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_second_is_told_who_is_there_and_may_come_when_they_are_gone() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        let mut first = Held::of(dir.path())?;
        first.tell("127.0.0.1:8080");
        let told = Held::of(dir.path()).map(|_| ()).map_err(|error| error.to_string()).unwrap_err();
        assert!(told.contains("127.0.0.1:8080") && told.contains(&std::process::id().to_string()), "{told}");
        drop(first);
        Held::of(dir.path())?;
        Ok(())
    }
}
