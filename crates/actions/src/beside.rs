//! What the entries name by a hash and what lies beside them: whether it is still what was recorded.

use std::collections::BTreeSet;

use domain::entry::{Effect, Entry, Fact, Private};
use domain::id::GuidelineHash;
use domain::ledger::{StoredEntry, to_hex};
use domain::listing::ListingRecord;
use domain::register::Adopted;
use sha2::{Digest, Sha256};
use store::Read;

use crate::error::ActError;
use crate::guideline::files_of;

/// Compares what entries name by a hash with what is stored; each thing once.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    seen: BTreeSet<String>,
    adopted: Vec<GuidelineHash>,
}

impl Beside {
    /// Adds a sentence for everything that this entry names and that is another now.
    pub(crate) async fn compare(
        &mut self,
        at: &mut impl Read,
        stored: &StoredEntry,
        found: &mut Vec<String>,
    ) -> Result<(), ActError> {
        // An entry that is not as it was written is the verifier's finding; it says nothing about what lies beside it.
        let Ok((entry, private)) = as_recorded(stored) else { return Ok(()) };
        let seq = entry.seq;
        if let Fact::GuidelineAdopted { hash, .. } = &entry.fact {
            self.adopted.push(hash.clone());
        }
        match &entry.fact {
            Fact::GuidelineAdopted { hash, title, .. } if self.seen.insert(hash.0.clone()) => {
                match files_of(at, hash).await {
                    Ok(_) => {}
                    Err(ActError::Altered(_)) => found.push(format!(
                        "記録{seq}番で採用したガイドライン「{title}」の保存されているファイルが、採用したときのものと違います。"
                    )),
                    Err(error) => return Err(error),
                }
            }
            Fact::StepDone { effects, .. } => {
                let listed = effects.iter().find_map(|effect| match effect {
                    Effect::Listed { record_hash, .. } => Some(record_hash),
                    _ => None,
                });
                if let (Some(hash), Some(bytes)) = (listed, &private.listing)
                    && !ListingRecord::is_of(bytes, hash)
                {
                    found.push(format!("記録{seq}番の掲載の記録が、記録されたハッシュと違います。"));
                }
            }
            _ => {}
        }
        for file in entry.fact.attachments() {
            // Once its name is erased the file is gone too.
            if private.files.contains_key(&file.hash)
                && self.seen.insert(file.hash.clone())
                && stored_hash(at, &file.hash).await? != file.hash
            {
                found.push(format!(
                    "記録{seq}番の添付ファイル（{}）が、添付したときのものと違うか、ありません。",
                    file.hash
                ));
            }
        }
        Ok(())
    }

    /// A sentence if the view of adopted guidelines, by which acts are judged, names others than the entries read.
    pub(crate) fn adopted_otherwise(&self, view: &[Adopted]) -> Option<String> {
        // A place that was just restored has no views yet.
        let same = view.is_empty() || view.iter().map(|adopted| &adopted.hash).eq(&self.adopted);
        (!same).then(|| "使うことになっているガイドラインの一覧が、台帳で採用したものと違います。".to_owned())
    }
}

/// An entry with its private part, if both are as they were written.
pub(crate) fn as_recorded(stored: &StoredEntry) -> Result<(Entry, Private), ActError> {
    let altered = || ActError::Altered(format!("台帳の記録{}番", stored.seq));
    if !stored.is_intact() {
        return Err(altered());
    }
    let entry = Entry::read(&stored.bytes)?;
    let Some(part) = &stored.private else { return Ok((entry, Private::default())) };
    if entry.private.as_deref() != Some(part.digest().as_str()) {
        return Err(altered());
    }
    let private = Private::read(&part.bytes)?;
    Ok((entry, private))
}

/// The hash of a file's bytes as they are kept, chunk by chunk.
async fn stored_hash(at: &mut impl Read, hash: &str) -> Result<String, ActError> {
    let mut digest = Sha256::new();
    let mut chunk = 0;
    while let Some(part) = at.blob_chunk(hash, chunk).await? {
        digest.update(&part);
        chunk += 1;
    }
    Ok(to_hex(&digest.finalize()))
}
