//! How long the ledgers were on which served bundles rested: an older bundle never takes a newer one's place.

use crate::Fault;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The longest ledger of each municipality of which a bundle was served; kept in a file where one is named.
#[derive(Debug, Default)]
pub struct Heights {
    file: Option<PathBuf>,
    known: Mutex<BTreeMap<String, u64>>,
}

impl Heights {
    /// Those that a file keeps beyond the end of the process; it is made if it is not there.
    pub fn kept_in(file: PathBuf) -> Result<Self, Fault> {
        let known = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|fault| unkept(&file, fault.into()))?,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(fault) => return Err(unkept(&file, fault)),
        };
        // That it cannot be written is told at the start, not when it is needed.
        write(&file, &known)?;
        Ok(Self { file: Some(file), known: Mutex::new(known) })
    }

    /// Lets a bundle of a ledger of this size be served, unless one of a longer ledger was served before.
    pub(crate) fn admit(&self, dir: &Path, code: &str, size: u64) -> Result<(), Fault> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(code) {
            Some(before) if size < *before => {
                return Err(Fault::Older { dir: dir.to_owned(), size, before: *before, file: self.file.clone() });
            }
            Some(before) if size == *before => return Ok(()),
            _ => {}
        }
        let mut next = known.clone();
        next.insert(code.to_owned(), size);
        if let Some(file) = &self.file {
            write(file, &next)?;
        }
        *known = next;
        Ok(())
    }
}

/// Writes the sizes beside the file and swaps them in, so that a crash leaves the former ones.
fn write(file: &Path, known: &BTreeMap<String, u64>) -> Result<(), Fault> {
    let beside = file.with_extension("new");
    let written = || -> io::Result<()> {
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let mut out = File::create(&beside)?;
        out.write_all(&serde_json::to_vec_pretty(known)?)?;
        out.sync_all()?;
        fs::rename(&beside, file)
    };
    written().map_err(|fault| unkept(file, fault))
}

fn unkept(file: &Path, source: io::Error) -> Fault {
    Fault::Heights { file: file.to_owned(), source }
}
