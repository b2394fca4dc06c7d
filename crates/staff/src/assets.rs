//! What the pages load: style, script and sign, held in the binary and served under names that change with the content.

use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use domain::ledger::to_hex;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::sync::LazyLock;

use crate::answer::Answer;

/// Where the assets are served.
pub const ROOT: &str = "/assets/";

/// How long a browser may keep an asset: its name changes when it does.
pub const CACHE: &str = "public, max-age=31536000, immutable";

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// The media type.
    pub media: &'static str,
    /// The bytes.
    pub bytes: &'static [u8],
    /// The bytes in gzip.
    pub gzip: Vec<u8>,
    /// The name it is served under, with the start of its hash.
    name: String,
    /// The name that templates call it by.
    plain: &'static str,
}

static TABLE: LazyLock<[Asset; 6]> = LazyLock::new(|| {
    [
        Asset::new(
            "staff.css",
            "text/css; charset=utf-8",
            concat!(include_str!("../assets/tokens.css"), include_str!("../assets/staff.css")),
        ),
        Asset::new("staff.js", "text/javascript; charset=utf-8", include_str!("../assets/staff.js")),
        Asset::new("form.css", "text/css; charset=utf-8", documents::html::CSS),
        Asset::new("public.css", "text/css; charset=utf-8", public::STYLE),
        Asset::new("passkey.js", "text/javascript; charset=utf-8", include_str!("../assets/passkey.js")),
        Asset::new("sign.svg", "image/svg+xml", include_str!("../assets/sign.svg")),
    ]
});

/// The asset that is served under this name (without [`ROOT`]); old names are gone.
pub fn asset(name: &str) -> Option<&'static Asset> {
    TABLE.iter().find(|asset| asset.name == name)
}

/// The address of an asset, by its plain name; a name that is not there leads to where nothing is.
pub fn href(plain: &str) -> String {
    let name = TABLE.iter().find(|asset| asset.plain == plain).map_or(plain, |asset| &asset.name);
    format!("{ROOT}{name}")
}

/// An asset over HTTP.
pub(crate) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = asset(&name) else { return Answer::Nowhere.into_response() };
    let packed = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| coding.trim().eq_ignore_ascii_case("gzip"));
    let mut response = if packed { asset.gzip.clone().into_response() } else { asset.bytes.into_response() };
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static(CACHE));
    fields.insert(VARY, HeaderValue::from_static("accept-encoding"));
    // A preview stands in a frame of its own, which is of no origin, and is to look as the page will.
    fields.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    if packed {
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

impl Asset {
    fn new(plain: &'static str, media: &'static str, text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let hash: String = to_hex(&Sha256::digest(bytes)).chars().take(12).collect();
        let (stem, ending) = plain.rsplit_once('.').unwrap_or((plain, ""));
        Self { media, bytes, gzip: gzip(bytes), name: format!("{stem}.{hash}.{ending}"), plain }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::best());
    // Writing into a Vec cannot fail.
    let _ = packer.write_all(bytes);
    packer.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{ROOT, asset, href};
    use std::collections::BTreeSet;

    const TOKENS: &str = include_str!("../assets/tokens.css");
    const STYLE: &str = include_str!("../assets/staff.css");

    #[test]
    fn an_address_made_for_a_page_is_answered_with_the_bytes() {
        for plain in ["staff.css", "staff.js", "form.css", "sign.svg"] {
            let address = href(plain);
            let found = asset(address.strip_prefix(ROOT).unwrap()).unwrap();
            let mut unpacked = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&found.gzip[..]), &mut unpacked).unwrap();
            assert_eq!(unpacked, found.bytes, "{plain}");
            assert_ne!(address, format!("{ROOT}{plain}"), "the name must change with the content");
        }
    }

    #[test]
    fn a_name_without_its_hash_is_not_served() {
        assert!(asset("staff.css").is_none());
        assert!(asset("../Cargo.toml").is_none());
    }

    #[test]
    fn style_and_script_stay_small() {
        let size = |plain: &str| asset(href(plain).strip_prefix(ROOT).unwrap()).unwrap().bytes.len();
        assert!(size("staff.css") <= 30 * 1024, "{} bytes of style", size("staff.css"));
        assert!(size("staff.js") <= 6 * 1024, "{} bytes of script", size("staff.js"));
    }

    /// The custom properties that `text` defines (`--name:`), or, with `var(`, those it uses.
    fn properties(text: &str, before: &str) -> BTreeSet<String> {
        text.split(before)
            .skip(1)
            .filter_map(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-')?;
                let (name, after) = rest.split_at(end);
                (before.ends_with('(') || after.starts_with(':')).then(|| name.trim_start_matches('-').to_owned())
            })
            .collect()
    }

    #[test]
    fn every_property_that_the_style_uses_is_defined_and_no_token_is_idle() {
        let both = format!("{TOKENS}{STYLE}");
        let used = properties(&both, "var(");
        let defined = properties(&both, "--");
        assert_eq!(used.difference(&defined).collect::<Vec<_>>(), Vec::<&String>::new(), "used, not defined");
        assert_eq!(defined.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "defined, not used");
    }

    #[test]
    fn the_style_loads_nothing_from_elsewhere() {
        for forbidden in ["@import", "http:", "https:", "url("] {
            assert!(!STYLE.contains(forbidden), "{forbidden}");
        }
    }
}
