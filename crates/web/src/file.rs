//! A file of a bundle as an HTTP answer: which representation, and whether the reader has it already.

use crate::shown::{Served, Variant};
use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use public::LoadedBundle;

/// A file may be kept by anybody, and used by nobody without asking whether it is still the one; not even while this server
/// cannot be reached, because a listing may have been taken back since.
pub(crate) const KEEP: HeaderValue = HeaderValue::from_static("public, no-cache, must-revalidate");

/// Which representation of a file a request gets.
pub(crate) struct Choice {
    sent: Variant,
    media: HeaderValue,
    varies: bool,
    is_packed: bool,
    is_known: bool,
}

impl Choice {
    /// Chooses by what the request says that it understands and has.
    pub(crate) fn of(file: Served, asked: &HeaderMap) -> Self {
        let Served { plain, packed, media } = file;
        let varies = packed.is_some();
        let packed = packed.filter(|_| takes_gzip(asked));
        let is_packed = packed.is_some();
        let sent = packed.unwrap_or(plain);
        Self { is_known: has_already(asked, &sent), sent, media, varies, is_packed }
    }

    /// The answer; the bytes are fetched only if the reader does not have them. Reads from disk in a large bundle.
    pub(crate) fn respond(self, bundle: &LoadedBundle) -> Result<Response, public::Fault> {
        let mut response = if self.is_known {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            let bytes = bundle.file(&self.sent.path)?.map(Bytes::from_owner).unwrap_or_default();
            let length = bytes.len();
            let mut response = Response::new(Body::from(bytes));
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, self.media);
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
            if self.is_packed {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        };
        let headers = response.headers_mut();
        headers.insert(ETAG, self.sent.tag);
        headers.insert(CACHE_CONTROL, KEEP);
        if self.varies {
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        Ok(response)
    }
}

/// Whether the reader says that it understands gzip.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let mut any = false;
    let mut named = None;
    for item in list(asked, &ACCEPT_ENCODING) {
        let (coding, weight) = item.split_once(';').unwrap_or((item, ""));
        let wanted = weight_of(weight);
        match coding.trim() {
            coding if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") => {
                named = Some(wanted);
            }
            "*" => any = wanted,
            _ => {}
        }
    }
    named.unwrap_or(any)
}

/// Whether a weight such as `q=0.5` is more than nothing; one that cannot be read is not.
fn weight_of(text: &str) -> bool {
    match text.trim() {
        "" => true,
        text => text
            .split_once('=')
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
            .and_then(|(_, value)| value.trim().parse::<f32>().ok())
            .is_some_and(|value| value > 0.0),
    }
}

/// Whether the reader already has exactly these bytes.
fn has_already(asked: &HeaderMap, sent: &Variant) -> bool {
    list(asked, &IF_NONE_MATCH).any(|tag| tag == "*" || sent.tag == tag.strip_prefix("W/").unwrap_or(tag))
}

/// The items of a header that is a list; a header that is no text has none.
fn list<'a>(asked: &'a HeaderMap, name: &axum::http::HeaderName) -> impl Iterator<Item = &'a str> {
    asked
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}
