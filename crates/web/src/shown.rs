//! One bundle made ready to be sent.

use crate::Fault;
use axum::http::HeaderValue;
use domain::calendar;
use jiff::Timestamp;
use public::LoadedBundle;
use std::path::Path;

/// A bundle as the server shows it; a request holds one from its first line to its last.
pub(crate) struct Shown {
    bundle: LoadedBundle,
    built_at: String,
    valid_until: String,
    built_on: String,
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
    pub(crate) fn of(bundle: LoadedBundle, dir: &Path) -> Result<Self, Fault> {
        let code = &bundle.manifest().site.municipality_code;
        if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Fault::Code { dir: dir.to_owned(), code: code.clone() });
        }
        let instant = |ms| moment(ms).ok_or_else(|| Fault::Instant { dir: dir.to_owned() });
        let built_at = instant(bundle.manifest().built_at)?;
        let valid_until = instant(bundle.manifest().valid_until)?;
        let built_on = calendar::wareki_with_western(calendar::tokyo(bundle.manifest().built_at).date());
        Ok(Self { bundle, built_at, valid_until, built_on })
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
