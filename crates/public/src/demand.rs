//! What a bundle has to show before it is served: whose key has signed it, and how long it may hold at most.

use crate::{Fault, Manifest};
use domain::ledger::ListKey;

/// The seed of the key that signs a municipality's lists; never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ListSeed(pub [u8; 32]);

impl std::fmt::Debug for ListSeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ListSeed(…)")
    }
}

/// What a bundle has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Who has to have signed it.
    pub signed: Signed,
    /// How long it may hold at most from when it was made, in milliseconds; no limit where none is set.
    pub longest: Option<i64>,
}

/// Who has to have signed a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// Nobody: whoever can write into its folder decides what it says.
    Nobody,
    /// The municipality that it names, by its key among these.
    By(Vec<ListKey>),
}

impl Demand {
    /// Nothing: for tests, and for who says so.
    pub const NOTHING: Self = Self { signed: Signed::Nobody, longest: None };

    /// Refuses a description that does not show it; nothing in a description is believed before.
    pub(crate) fn met_by(&self, manifest: &Manifest, description: &[u8], signature: Option<&str>) -> Result<(), Fault> {
        if let Signed::By(keys) = &self.signed {
            let code = &manifest.site.municipality_code;
            let key = keys.iter().find(|key| key.municipality() == code).ok_or_else(|| Fault::NoKey(code.clone()))?;
            let signature = signature.ok_or(Fault::Unsigned)?;
            key.verify(description, signature).map_err(Fault::Forged)?;
        }
        let holds = manifest.valid_until.saturating_sub(manifest.built_at);
        match self.longest {
            Some(most) if holds > most => Err(Fault::TooLong { holds: hours(holds), most: hours(most) }),
            _ => Ok(()),
        }
    }
}

fn hours(ms: i64) -> i64 {
    ms / (60 * 60 * 1000)
}
