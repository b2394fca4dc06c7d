//! All files of a bundle as bytes: the same bundle gives the same bytes, on every machine and day.

use crate::bundle::{Bundle, Site};
use crate::pages::{self, Source};
use crate::uri::uri;
use crate::{Fault, Language, ListSeed, data, feed, qr};
use domain::ledger::{ListKey, hash_from_hex, to_hex};
use domain::listing::ListingRecord;
use flate2::{Compression, GzBuilder};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;

/// The policy that a server sends with every page: no scripts, nothing from elsewhere.
pub const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The bundle's own description, with the hash of every other file.
pub(crate) const MANIFEST: &str = "bundle.json";
/// The signature of the description: a signed note of its hash.
pub(crate) const SIGNATURE: &str = "bundle.sig";
/// The verification index.
pub(crate) const INDEX: &str = "verification.json";
/// The signed checkpoint.
pub(crate) const CHECKPOINT: &str = "checkpoint.txt";
/// The records.
pub(crate) const ACCOUNTS: &str = "accounts.json";

/// The style of the public pages.
pub const STYLE: &str = include_str!("../assets/style.css");
const OPENAPI: &str = include_str!("../assets/openapi.json");

/// What a bundle says of itself: whose it is, how long it holds, and the SHA-256 of each file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the bundle's form; 1 for bundles of this form.
    pub form: u32,
    /// Whose list it is.
    pub site: Site,
    /// When it was made, in milliseconds UTC.
    pub built_at: i64,
    /// Until when its answers may be trusted, in milliseconds UTC.
    pub valid_until: i64,
    /// The size of the ledger that it rests on.
    pub ledger_size: u64,
    /// Each file's hash, by path.
    pub files: BTreeMap<String, FileHash>,
}

impl Manifest {
    /// Whether the bundle may be trusted at an instant, in milliseconds UTC: neither run out nor made in the future.
    pub fn holds_at(&self, now: i64) -> bool {
        now < self.valid_until && now >= self.built_at.saturating_sub(AHEAD)
    }
}

/// By how much the clock that a bundle was made by may go before ours.
const AHEAD: i64 = 60 * 60 * 1000;

/// The SHA-256 of a file's bytes; written in hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileHash([u8; 32]);

/// What takes the files of a bundle as they are made: a path within the bundle, and the bytes.
pub type Take<'a> = dyn FnMut(&str, &[u8]) -> Result<(), Fault> + 'a;

/// Makes every file and hands it on at once, so that a large list never stands in memory whole; the bundle's own
/// description comes last, after its signature.
pub fn render(bundle: &Bundle, take: &mut Take<'_>) -> Result<(), Fault> {
    let base = bundle.check()?;
    let records = pages::in_list_order(bundle);
    let mut files = Files { take, hashes: BTreeMap::new() };
    for record in &records {
        if let Some(svg) = uri(&record.url).and_then(|address| qr::svg(&address)) {
            files.text(&code(record), &svg)?;
        }
    }
    let since = pages::since_of(&bundle.index);
    for language in [Language::Japanese, Language::English] {
        files.pages(Source { language, bundle, base: &base, records: &records, since: &since })?;
    }

    files.bytes("accounts.csv", &data::csv(&bundle.site, &base, &records))?;
    files.json(ACCOUNTS, &data::accounts(bundle, &records)?)?;
    files.json("accounts.jsonld", &data::organization(&bundle.site, &base, &records))?;
    files.json("xpoc-manifest.json", &data::xpoc(bundle, &base, &records)?)?;
    files.text("trust.txt", &data::trust(&base, &records))?;
    files.text(".well-known/trust.txt", &data::trust(&base, &records))?;
    files.text("feed.atom", &feed::atom(bundle, &base)?)?;
    files.json(INDEX, &bundle.index)?;
    if let Some(checkpoint) = &bundle.checkpoint {
        files.text(CHECKPOINT, checkpoint)?;
    }
    files.text("openapi.json", OPENAPI)?;
    files.text("style.css", STYLE)?;

    files.close(bundle)
}

/// Where the code of a record lies.
fn code(record: &ListingRecord) -> String {
    format!("qr/{}.svg", record.account)
}

/// The media type of a file of the bundle, by its path.
pub fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "jsonld" => "application/ld+json; charset=utf-8",
        "atom" => "application/atom+xml; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "txt" | "sig" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

impl FileHash {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl From<FileHash> for String {
    fn from(hash: FileHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for FileHash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        hash_from_hex(&text).map(Self).map_err(|_| format!("「{text}」はSHA-256の値ではありません"))
    }
}

/// The files handed on so far, by their hashes.
struct Files<'a, 'b> {
    take: &'a mut Take<'b>,
    hashes: BTreeMap<String, FileHash>,
}

impl Files<'_, '_> {
    /// The pages of one language, in its folder. The orders by Japanese readings and the fragment are Japanese alone.
    fn pages(&mut self, source: Source<'_>) -> Result<(), Fault> {
        let folder = source.language.folder();
        self.text(&format!("{folder}index.html"), &pages::by_network(source)?)?;
        self.text(&format!("{folder}verify.html"), &pages::verify(source)?)?;
        if source.language == Language::Japanese {
            self.text("by-unit.html", &pages::by_unit(source)?)?;
            self.text("by-kana.html", &pages::by_kana(source)?)?;
            self.text("fragment.html", &pages::fragment(source)?)?;
        }
        for record in source.records {
            let drawn = Some(code(record)).filter(|path| self.hashes.contains_key(path));
            self.text(&format!("{folder}accounts/{}.html", record.account), &pages::account(source, record, drawn)?)?;
        }
        Ok(())
    }

    fn text(&mut self, path: &str, text: &str) -> Result<(), Fault> {
        self.bytes(path, text.as_bytes())
    }

    fn json(&mut self, path: &str, value: &impl Serialize) -> Result<(), Fault> {
        self.bytes(path, &json(path, value)?)
    }

    /// Hands on a file and its compressed twin, and writes down their hashes.
    fn bytes(&mut self, path: &str, bytes: &[u8]) -> Result<(), Fault> {
        self.one(path.to_owned(), bytes)?;
        self.one(format!("{path}.gz"), &gzip(bytes))
    }

    fn one(&mut self, path: String, bytes: &[u8]) -> Result<(), Fault> {
        (self.take)(&path, bytes)?;
        self.hashes.insert(path, FileHash::of(bytes));
        Ok(())
    }

    /// Hands on the description of all the others.
    fn close(self, bundle: &Bundle) -> Result<(), Fault> {
        let manifest = Manifest {
            form: 1,
            site: bundle.site.clone(),
            built_at: bundle.built_at,
            valid_until: bundle.valid_until,
            ledger_size: bundle.ledger_size,
            files: self.hashes,
        };
        let description = json(MANIFEST, &manifest)?;
        if let Some(ListSeed(seed)) = &bundle.seed {
            let signature = ListKey::sign(&bundle.site.municipality_code, &description, seed);
            (self.take)(SIGNATURE, signature.as_bytes())?;
        }
        (self.take)(MANIFEST, &description)
    }
}

/// A value as a JSON file.
fn json(path: &str, value: &impl Serialize) -> Result<Vec<u8>, Fault> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|source| Fault::Json { path: path.to_owned(), source })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The bytes compressed, without time, name or system in the header.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    // Writing into memory cannot fail.
    let _ = packer.write_all(bytes);
    packer.finish().unwrap_or_default()
}
