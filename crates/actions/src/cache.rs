//! What every page needs and seldom changes, read once and kept until the register says that it changed.

use std::sync::{Arc, Mutex};

use domain::office::Office;
use domain::register::Adopted;
use store::Read;

use crate::error::ActError;
use crate::slice::{ERASURES, GUIDELINES, OFFICE, ONLY, get};

/// The office and the adopted guidelines, as they were last read.
#[derive(Default)]
pub(crate) struct Caches {
    office: Mutex<Option<Kept<Office>>>,
    adopted: Mutex<Option<Kept<Vec<Adopted>>>>,
}

/// Something with the state of the register that it was read in.
struct Kept<T> {
    stamp: Stamp,
    what: Arc<T>,
}

/// The entry that last changed a record, and the last erasure: an erasure takes words away and leaves versions alone.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    version: Option<u64>,
    erasure: Option<u64>,
}

/// The office and the adopted guidelines, as one transaction sees them.
pub(crate) struct Common {
    pub office: Arc<Office>,
    pub adopted: Arc<Vec<Adopted>>,
}

impl Caches {
    /// The office and the guidelines: one small question, and no reading of what is known already.
    pub(crate) async fn common(&self, at: &mut impl Read) -> Result<Common, ActError> {
        let [office, adopted, erasure] = at.versions([OFFICE, GUIDELINES, ERASURES], ONLY).await?;
        let office = kept(&self.office, at, OFFICE, Stamp { version: office, erasure }).await?;
        let adopted = kept(&self.adopted, at, GUIDELINES, Stamp { version: adopted, erasure }).await?;
        Ok(Common { office, adopted })
    }
}

async fn kept<T: serde::de::DeserializeOwned + Default>(
    known: &Mutex<Option<Kept<T>>>,
    at: &mut impl Read,
    noun: &str,
    stamp: Stamp,
) -> Result<Arc<T>, ActError> {
    let found = known.lock().ok().and_then(|known| known.as_ref().filter(|k| k.stamp == stamp).map(|k| k.what.clone()));
    if let Some(what) = found {
        return Ok(what);
    }
    let what: Arc<T> = Arc::new(get(at, noun, ONLY).await?.unwrap_or_default());
    if let Ok(mut known) = known.lock() {
        *known = Some(Kept { stamp, what: what.clone() });
    }
    Ok(what)
}
