//! One bundle made ready to be sent, with what is known of the ledger behind it.

use crate::Fault;
use axum::http::HeaderValue;
use domain::calendar;
use domain::network::Networks;
use domain::verification::{Answer, Present, Tail};
use jiff::Timestamp;
use public::LoadedBundle;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// For how long a node may answer without having read its ledger's head, in milliseconds.
const UNREAD: i64 = 5_000;

/// A bundle as the server shows it; a request holds one from its first line to its last.
#[derive(Clone)]
pub(crate) struct Shown {
    bundle: Arc<LoadedBundle>,
    built_at: String,
    valid_until: String,
    built_on: String,
    word: Word,
    /// Up to which size of the ledger it is known that nothing else was taken back.
    ledger_size: u64,
    present: Option<Arc<Present>>,
}

/// By whose word a bundle is shown.
#[derive(Debug, Clone)]
pub(crate) enum Word {
    /// Its own: it was carried here, and holds until the time that it states.
    Own,
    /// The ledger's, whose head was read at this instant (ms UTC); that of a node that has not read it yet is long past.
    Ledger(Arc<AtomicI64>),
}

impl Word {
    /// The word of a ledger that nobody has read yet.
    pub(crate) fn of_ledger() -> Self {
        Self::Ledger(Arc::new(AtomicI64::new(i64::MIN)))
    }

    /// The head was read.
    pub(crate) fn heard(&self, now: i64) {
        if let Self::Ledger(read_at) = self {
            read_at.store(now, Ordering::Relaxed);
        }
    }

    /// Whether it counts at an instant.
    fn counts_at(&self, now: i64) -> bool {
        match self {
            Self::Own => true,
            Self::Ledger(read_at) => now.abs_diff(read_at.load(Ordering::Relaxed)) <= UNREAD.unsigned_abs(),
        }
    }
}

/// A file by name, and what is sent with it.
pub(crate) struct Served {
    /// The file as it lies in the bundle.
    pub(crate) plain: Variant,
    /// Its compressed twin, where the bundle has one.
    pub(crate) packed: Option<Variant>,
    /// The media type.
    pub(crate) media: HeaderValue,
}

/// One representation of a file.
pub(crate) struct Variant {
    /// Where it lies in the bundle.
    pub(crate) path: String,
    /// The strong entity tag: the SHA-256 of exactly these bytes.
    pub(crate) tag: HeaderValue,
}

impl Shown {
    /// Makes a loaded bundle ready; `dir` is only for the words of a refusal.
    pub(crate) fn of(bundle: LoadedBundle, dir: &Path, word: Word) -> Result<Self, Fault> {
        let code = &bundle.manifest().site.municipality_code;
        if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Fault::Code { dir: dir.to_owned(), code: code.clone() });
        }
        let instant = |ms| moment(ms).ok_or_else(|| Fault::Instant { dir: dir.to_owned() });
        let built_at = instant(bundle.manifest().built_at)?;
        let valid_until = instant(bundle.manifest().valid_until)?;
        let built_on = calendar::wareki_with_western(calendar::tokyo(bundle.manifest().built_at).date());
        let ledger_size = bundle.manifest().ledger_size;
        Ok(Self { bundle: Arc::new(bundle), built_at, valid_until, built_on, word, ledger_size, present: None })
    }

    /// The same bundle with what lies in the ledger behind it.
    pub(crate) fn with(&self, tail: &Tail) -> Self {
        let behind = tail.cut(self.bundle.manifest().ledger_size);
        let present = behind.over(self.bundle.index()).map(Arc::new);
        Self { ledger_size: behind.to(), present, ..self.clone() }
    }

    /// Answers whether an account is the municipality's, as far as this node knows the ledger.
    pub(crate) fn verify(&self, ask: &str, networks: &Networks, now: i64) -> Answer {
        if self.word.counts_at(now) {
            return self.bundle.verify_by(self.present.as_deref(), ask, networks, now);
        }
        Answer::unjudged(
            "いま、最新の記録を確かめられないため、公式かどうかを答えられません。".to_owned(),
            "公式とは考えないで、少し待ってからもう一度確かめてください。".to_owned(),
        )
    }

    /// The size of the ledger that its answers rest on.
    pub(crate) fn ledger_size(&self) -> u64 {
        self.ledger_size
    }

    /// The accounts whose pages no longer say what the list says; mostly none.
    pub(crate) fn rewritten(&self) -> Option<&BTreeSet<String>> {
        self.present.as_deref().map(Present::rewritten).filter(|accounts| !accounts.is_empty())
    }

    /// The bundle itself.
    pub(crate) fn bundle(&self) -> &LoadedBundle {
        &self.bundle
    }

    /// 全国地方公共団体コード of the list.
    pub(crate) fn code(&self) -> &str {
        &self.bundle.manifest().site.municipality_code
    }

    /// The file at a path of the bundle: looked up among its own names, never on disk.
    pub(crate) fn file(&self, path: &str) -> Option<Served> {
        let plain = self.variant(path.to_owned())?;
        let media = HeaderValue::from_static(public::media_type(path));
        Some(Served { plain, packed: self.variant(format!("{path}.gz")), media })
    }

    /// One representation with its tag.
    fn variant(&self, path: String) -> Option<Variant> {
        let tag = HeaderValue::try_from(format!("\"{}\"", self.bundle.hash(&path)?)).ok()?;
        Some(Variant { path, tag })
    }

    /// When the bundle was made, RFC 3339.
    pub(crate) fn built_at(&self) -> &str {
        &self.built_at
    }

    /// Until when its answers may be trusted, RFC 3339.
    pub(crate) fn valid_until(&self) -> &str {
        &self.valid_until
    }

    /// The day in Japan on which the bundle was made, as pages say it.
    pub(crate) fn built_on(&self) -> &str {
        &self.built_on
    }
}

/// An instant as RFC 3339 in UTC, if a calendar reaches it.
fn moment(ms: i64) -> Option<String> {
    let instant = Timestamp::from_millisecond(ms).ok()?;
    Some(instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
