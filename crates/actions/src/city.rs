//! One municipality, as verbs act on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use domain::calendar;
use domain::id::{GuidelineHash, MunicipalityCode};
use domain::ledger::to_hex;
use domain::network::Networks;
use jiff::civil::Date;
use store::{Ledgered, Read, Space, Store};

use crate::attachment::Quota;
use crate::cache::Caches;
use crate::error::ActError;
use crate::guideline::LoadedGuideline;
use crate::machine::Machine;
use crate::notice::Telling;
use crate::sign_in::Doors;
use crate::slice::Slice;

/// One municipality's register, with the machine's time and chance.
#[derive(Clone)]
pub struct City {
    pub(crate) ledgered: Ledgered,
    pub(crate) networks: Arc<Networks>,
    pub(crate) machine: Arc<dyn Machine>,
    pub(crate) telling: Arc<Telling>,
    pub(crate) guidelines: Arc<Mutex<HashMap<GuidelineHash, Arc<LoadedGuideline>>>>,
    pub(crate) doors: Arc<Doors>,
    pub(crate) caches: Arc<Caches>,
    pub(crate) signer: Option<Signer>,
    pub(crate) quota: Quota,
    /// For how many days a browser may be trusted, where the city lets people do so.
    pub(crate) trusting: Option<u16>,
    /// What the last publication of this process could not show.
    pub(crate) left_out: Arc<Mutex<Option<String>>>,
}

/// The seed of the key that signs checkpoints; never shown.
#[derive(Clone, Copy)]
pub struct Signer(pub(crate) [u8; 32]);

impl Signer {
    /// A signer of this seed.
    pub fn new(seed: [u8; 32]) -> Self {
        Self(seed)
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

impl City {
    /// The municipality of this code in a store.
    pub fn of(store: &Store, code: &MunicipalityCode, networks: Arc<Networks>, machine: Arc<dyn Machine>) -> Self {
        let ledgered = store.of(code);
        let (telling, guidelines) = (Arc::default(), Arc::default());
        let (doors, caches) = (Arc::default(), Arc::default());
        let (signer, quota, trusting, left_out) = (None, Quota::default(), None, Arc::default());
        Self { ledgered, networks, machine, telling, guidelines, doors, caches, signer, quota, trusting, left_out }
    }

    /// The same, telling people outside the application too, as configured.
    #[must_use]
    pub fn telling(self, telling: Telling) -> Self {
        Self { telling: Arc::new(telling), ..self }
    }

    /// The same, signing the proofs that people ask for.
    #[must_use]
    pub fn signing(self, signer: Option<Signer>) -> Self {
        Self { signer, ..self }
    }

    /// Its 全国地方公共団体コード.
    pub fn code(&self) -> &str {
        &self.ledgered.code().0
    }

    /// Refuses where the file of the data was taken away or replaced while it is open: what a health check asks.
    pub fn still_there(&self) -> Result<(), ActError> {
        Ok(self.ledgered.still_there()?)
    }

    /// How much room there is on the disk of the register.
    pub fn space(&self) -> Space {
        self.ledgered.space()
    }

    /// A slice with what every act and page needs, from memory where it is still what stands.
    pub(crate) async fn common(&self, at: &mut impl Read) -> Result<Slice, ActError> {
        Ok(Slice::with(self.caches.common(at).await?))
    }

    /// The networks known.
    pub fn networks(&self) -> &Networks {
        &self.networks
    }

    /// The instant by the machine's clock (ms, UTC).
    pub fn now(&self) -> i64 {
        self.machine.now()
    }

    /// A key that nobody else has, for one form: sent twice, it is one act.
    pub fn fresh_key(&self) -> String {
        to_hex(&self.machine.random()).chars().take(32).collect()
    }

    /// What nobody can foretell.
    pub fn chance(&self) -> [u8; 32] {
        self.machine.random()
    }

    /// Today in Asia/Tokyo, by the machine's clock.
    pub fn today(&self) -> Date {
        calendar::today(self.machine.now())
    }
}

impl std::fmt::Debug for City {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("City").field("code", &self.code()).finish_non_exhaustive()
    }
}
