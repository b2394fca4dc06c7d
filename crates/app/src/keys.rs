//! The keys of a municipality as they lie in the data folder: there, not there, or damaged.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::input;

/// How many bytes a key has.
const LENGTH: usize = 32;

/// What was found where a key belongs.
#[derive(Clone, PartialEq, Eq)]
pub enum KeyFound {
    /// The key.
    There([u8; LENGTH]),
    /// Nothing.
    Absent,
    /// Something that is no key: it is left as it is, and whatever needs the key goes without.
    Damaged {
        /// Where it lies.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl KeyFound {
    /// Looks at a file. Whatever lies there, looking does not fail.
    pub fn at(file: &Path) -> Self {
        let damaged = |why: String| Self::Damaged { file: file.to_owned(), why };
        // Asked before it is opened: a pipe would wait for ever.
        match std::fs::metadata(file) {
            Ok(found) if found.is_file() => {}
            Ok(found) if found.is_dir() => return damaged("鍵のファイルではなく、フォルダーです".to_owned()),
            Ok(_) => return damaged("ふつうのファイルではありません".to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::Absent,
            Err(error) => return damaged(format!("読めません：{}", input::why(&error))),
        }
        let mut bytes = Vec::new();
        let read = std::fs::File::open(file).and_then(|open| open.take(LENGTH as u64 + 1).read_to_end(&mut bytes));
        match (read, <[u8; LENGTH]>::try_from(bytes)) {
            (Err(error), _) => damaged(format!("読めません：{}", input::why(&error))),
            (Ok(_), Ok(key)) => Self::There(key),
            (Ok(read), Err(_)) if read > LENGTH => damaged(format!("{LENGTH}バイトより長いファイルです")),
            (Ok(read), Err(_)) => damaged(format!("{LENGTH}バイトのはずが、{read}バイトです")),
        }
    }

    /// The key, where there is one.
    pub fn key(&self) -> Option<[u8; LENGTH]> {
        match self {
            Self::There(key) => Some(*key),
            Self::Absent | Self::Damaged { .. } => None,
        }
    }

    /// Why there is no key, to follow its name in a sentence that ends in ため; `None` where there is one.
    pub fn missing(&self) -> Option<String> {
        match self {
            Self::There(_) => None,
            Self::Absent => Some("がない".to_owned()),
            Self::Damaged { .. } => Some("が壊れている".to_owned()),
        }
    }

    /// Where a damaged one lies, what is wrong with it, and what to do, as sentences of their own.
    pub fn damage(&self) -> Option<String> {
        let Self::Damaged { file, why } = self else { return None };
        Some(format!(
            "鍵のファイル「{}」は使えません（{why}）。次にすること：控えておいた鍵をこの場所に戻して、serve を動かし直してください。",
            file.display()
        ))
    }
}

impl std::fmt::Debug for KeyFound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::There(_) => f.write_str("There(…)"),
            Self::Absent => f.write_str("Absent"),
            Self::Damaged { file, why } => f.debug_struct("Damaged").field("file", file).field("why", why).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_lies_where_a_key_belongs_is_named_and_nothing_fails() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("999993.key");
        assert_eq!(KeyFound::at(&file), KeyFound::Absent);
        std::fs::write(&file, [7; 32])?;
        assert_eq!(KeyFound::at(&file).key(), Some([7; 32]));
        assert!(!format!("{:?}", KeyFound::at(&file)).contains('7'), "a key is never shown");
        for (length, told) in [(0, "0バイト"), (31, "31バイト"), (33, "より長い"), (100_000, "より長い")]
        {
            std::fs::write(&file, vec![7; length])?;
            let found = KeyFound::at(&file);
            assert_eq!(found.key(), None);
            assert!(
                found.damage().is_some_and(|words| words.contains(told) && words.contains("999993.key")),
                "{length}"
            );
        }
        std::fs::remove_file(&file)?;
        std::fs::create_dir(&file)?;
        assert!(KeyFound::at(&file).damage().is_some_and(|words| words.contains("フォルダーです")));
        Ok(())
    }
}
