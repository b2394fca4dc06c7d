//! What lies in the data folder, looked at before it is used: is it a register, whose, and who may read the keys beside it.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use domain::id::MunicipalityCode;
use store::{PAGE_MAX, Store};

use crate::home::Home;
use crate::input::{self, Mistake};

/// The first bytes of every file of the embedded engine.
const HEAD: &[u8; 16] = b"SQLite format 3\0";

/// Refuses a file that is no database, before anything is written to it; one that is not there yet is none to refuse.
pub fn looks_like_ours(file: &Path) -> Result<(), Mistake> {
    let damaged = |what: &str| {
        Mistake::new(format!(
            "台帳のファイル「{}」は{what}。壊れているか、書きかけです。何も書き込んでいません。\n次にすること：このファイルを別の場所に移し、控えから `shirube restore 控え --city 団体コード` で戻してください。まだ何も登録していないときは、移したあと `shirube init` からやり直してください。",
            file.display()
        ))
    };
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        // The engine may still find all of it in its log.
        return Ok(());
    }
    let mut opened = match std::fs::File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(Mistake::new(format!(
                "台帳のファイル「{}」を読めません（{}）。\n次にすること：持ち主と権限を確かめてください。",
                file.display(),
                input::why(&error)
            )));
        }
    };
    let mut head = [0; HEAD.len()];
    match opened.read_exact(&mut head) {
        Ok(()) if head == *HEAD => Ok(()),
        Ok(()) => Err(damaged("しるべの台帳ではありません")),
        Err(_) if opened.metadata().is_ok_and(|it| it.len() == 0) => Err(damaged("空（0バイト）です")),
        Err(_) => Err(damaged("途中で切れています")),
    }
}

/// Refuses a file that holds other municipalities than the one that its name says.
pub async fn is_of(store: &Store, code: &str, file: &Path) -> anyhow::Result<()> {
    let held = store.municipalities(None, PAGE_MAX).await?;
    if held.is_empty() || held.contains(&MunicipalityCode(code.to_owned())) {
        return Ok(());
    }
    let held: Vec<&str> = held.iter().map(|code| code.0.as_str()).collect();
    Err(Mistake::new(format!(
        "台帳のファイル「{}」に入っているのは、団体 {} の台帳です。ファイルの名前（団体 {code}）と違います。\n次にすること：ファイルの名前を「{}.sqlite」に戻してください。",
        file.display(),
        held.join("、"),
        held.join("、")
    ))
    .into())
}

/// Takes from everybody but the owner the right to read the keys, as it is done for the database.
pub fn close_keys(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    close(folder, 0o700);
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            close(&entry.path(), 0o600);
        }
    }
}

fn close(path: &Path, mode: u32) {
    let is_open = std::fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0);
    if is_open {
        // Whoever is not its owner cannot mend it, and a disk that is only read keeps it as it is.
        let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
    }
}

impl Home {
    /// Whether a folder lies in the data folder, or is it; of one that is not there yet, where it would lie.
    pub fn holds(&self, dir: &Path) -> bool {
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let known = |path: &Path| {
            let path = whole(path);
            let there = path.ancestors().find(|at| at.exists()).map(Path::to_owned).unwrap_or_default();
            let rest = path.strip_prefix(&there).map(Path::to_owned).unwrap_or_default();
            std::fs::canonicalize(&there).unwrap_or(there).join(rest)
        };
        known(dir).starts_with(known(self.data()))
    }

    /// Makes the folder of a municipality's public files, unless it is there.
    pub fn make_public(&self, code: &str) -> anyhow::Result<PathBuf> {
        let dir = self.public_of(code);
        if let Some(file) = dir.ancestors().take(2).find(|at| at.exists() && !at.is_dir()) {
            return Err(Mistake::new(format!(
                "公開ファイルのフォルダーの場所「{}」に、フォルダーではないものがあります。\n次にすること：それを別の場所へ移してください。公開ファイルは、しるべが作り直します。",
                file.display()
            ))
            .into());
        }
        std::fs::create_dir_all(&dir).map_err(|error| {
            Mistake::new(format!(
                "公開ファイルのフォルダー「{}」を作れません（{}）。\n次にすること：持ち主と権限を確かめてください。",
                dir.display(),
                input::why(&error)
            ))
        })?;
        Ok(dir)
    }

    /// Gives a municipality's file a name under which nothing opens it; `None` where it has no file of its own.
    pub fn put_aside(&self, code: &str) -> Option<PathBuf> {
        if self.is_shared() {
            return None;
        }
        let aside = self.data().join(format!("{code}.unsound.sqlite"));
        for end in ["-wal", "-shm"] {
            // The engine's log goes along under the file's new name, where it is still there.
            let _ = std::fs::rename(
                self.data().join(format!("{code}.sqlite{end}")),
                self.data().join(format!("{code}.unsound.sqlite{end}")),
            );
        }
        std::fs::rename(self.data().join(format!("{code}.sqlite")), &aside).ok()?;
        Some(aside)
    }
}

/// Refuses the address of another sort of server; it may hold a password, so only its beginning is repeated.
pub fn known_server(url: &str) -> Result<(), Mistake> {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    if matches!(scheme, "postgres" | "postgresql") {
        return Ok(());
    }
    let began =
        if scheme.is_empty() { String::new() } else { format!("（「{scheme}://」で始まっています）") };
    Err(Mistake::new(format!(
        "--database（SHIRUBE_DATABASE）に使えるのは PostgreSQL だけです{began}。\n次にすること：「postgres://利用者@ホスト:ポート/データベース」の形で書いてください。一台で使うときは --database を付けず、--data のフォルダーを使ってください。"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_database_is_named_and_left_as_it_is() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("999993.sqlite");
        assert_eq!(looks_like_ours(&file), Ok(()), "what is not there yet may be made");
        for (bytes, word) in
            [("", "0バイト"), ("SQL", "途中で切れて"), ("まったく別のファイルの中身", "台帳ではありません")]
        {
            std::fs::write(&file, bytes)?;
            let told = looks_like_ours(&file).map_err(|mistake| mistake.to_string()).expect_err(bytes);
            assert!(told.contains(word) && told.contains("999993.sqlite") && told.contains("restore"), "{told}");
            assert_eq!(std::fs::read_to_string(&file)?, bytes);
        }
        Ok(())
    }
}
