//! One bundle made ready to be sent: every file with its entity tag and its compressed twin.

use crate::Fault;
use axum::body::Bytes;
use axum::http::HeaderValue;
use domain::calendar;
use jiff::Timestamp;
use public::LoadedBundle;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A bundle as the server shows it; a request holds one from its first line to its last.
pub(crate) struct Shown {
    bundle: Arc<LoadedBundle>,
    files: BTreeMap<String, Served>,
    built_at: String,
    valid_until: String,
    built_on: String,
}

/// A file and what is sent with it.
pub(crate) struct Served {
    /// The bytes as they lie in the bundle.
    pub(crate) plain: Variant,
    /// The compressed bytes, where the bundle has them.
    pub(crate) packed: Option<Variant>,
    /// The media type.
    pub(crate) media: HeaderValue,
}

/// One representation of a file.
#[derive(Clone)]
pub(crate) struct Variant {
    /// The bytes, shared with the bundle.
    pub(crate) bytes: Bytes,
    /// The strong entity tag: the SHA-256 of exactly these bytes.
    pub(crate) tag: HeaderValue,
}

/// A file's bytes, kept alive by the bundle that they belong to.
struct Slice {
    bundle: Arc<LoadedBundle>,
    path: String,
}

impl AsRef<[u8]> for Slice {
    fn as_ref(&self) -> &[u8] {
        self.bundle.file(&self.path).unwrap_or_default()
    }
}

impl Shown {
    /// Makes a loaded bundle ready; `dir` is only for the words of a refusal.
    pub(crate) fn of(bundle: LoadedBundle, dir: &Path) -> Result<Self, Fault> {
        let code = &bundle.manifest().site.municipality_code;
        if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Fault::Code { dir: dir.to_owned(), code: code.clone() });
        }
        let instant = |ms| moment(ms).ok_or_else(|| Fault::Instant { dir: dir.to_owned() });
        let built_at = instant(bundle.manifest().built_at)?;
        let valid_until = instant(bundle.manifest().valid_until)?;
        let built_on = calendar::wareki_with_western(calendar::tokyo(bundle.manifest().built_at).date());
        let bundle = Arc::new(bundle);
        let files = bundle.paths().map(|path| (path.to_owned(), served(&bundle, path))).collect();
        Ok(Self { bundle, files, built_at, valid_until, built_on })
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
    pub(crate) fn file(&self, path: &str) -> Option<&Served> {
        self.files.get(path)
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

/// A file with its twin.
fn served(bundle: &Arc<LoadedBundle>, path: &str) -> Served {
    let twin = format!("{path}.gz");
    Served {
        plain: variant(bundle, path.to_owned()),
        packed: bundle.file(&twin).is_some().then(|| variant(bundle, twin)),
        media: HeaderValue::from_static(public::media_type(path)),
    }
}

/// One representation with its tag.
fn variant(bundle: &Arc<LoadedBundle>, path: String) -> Variant {
    // The description cannot hold its own hash, so that one is computed; the others were checked on reading.
    let hash = match bundle.manifest().files.get(&path) {
        Some(known) => known.clone(),
        None => hash(bundle.file(&path).unwrap_or_default()),
    };
    let tag = HeaderValue::try_from(format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    let bytes = Bytes::from_owner(Slice { bundle: Arc::clone(bundle), path });
    Variant { bytes, tag }
}

/// The SHA-256 of some bytes in hex.
fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
