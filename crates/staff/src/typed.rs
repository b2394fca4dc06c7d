//! What somebody typed into a form: kept exactly, found by name.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use url::form_urlencoded;

use crate::answer::Answer;

/// How many bytes a form without files may have.
pub(crate) const MOST_BYTES: usize = 512 * 1024;
/// How many fields a form may have.
const MOST_FIELDS: usize = 2_000;

/// The fields of a form, in their order and as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// Reads a form's body; `None` when it is not one.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let fields: Vec<(String, String)> =
            form_urlencoded::parse(bytes).take(MOST_FIELDS + 1).map(|(k, v)| (k.into_owned(), line_ends(&v))).collect();
        let clean = fields.iter().all(|(key, value)| !key.contains('\0') && !value.contains('\0'));
        (fields.len() <= MOST_FIELDS && clean).then_some(Self(fields))
    }

    /// A field as typed; empty when it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// A field that says something, without the spaces around it.
    pub fn said(&self, name: &str) -> Option<&str> {
        Some(self.text(name).trim()).filter(|text| !text.is_empty())
    }

    /// A field that says something, as typed.
    pub fn words(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.trim().is_empty()).map(str::to_owned)
    }

    /// All values of a field that may stand several times.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field is there, as a ticked box is.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// The field in which most is typed.
    pub fn longest(&self) -> Option<&str> {
        self.iter().max_by_key(|(_, value)| value.len()).map(|(name, _)| name)
    }

    /// Every field with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The same fields with one more as a browser sent it; `None` when that makes no form of ours.
    pub(crate) fn with_typed(mut self, name: &str, value: &str) -> Option<Self> {
        let clean = !name.contains('\0') && !value.contains('\0');
        self.0.push((name.to_owned(), line_ends(value)));
        (self.0.len() <= MOST_FIELDS && clean).then_some(self)
    }

    /// The same fields with one more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// The same fields with another value for one of them.
    #[must_use]
    pub(crate) fn replacing(mut self, name: &str, value: String) -> Self {
        self.0.retain(|(key, _)| key != name);
        self.with(name, value)
    }
}

/// Browsers send line ends as CR LF whatever was typed; what people typed has none of them.
fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Answer;

    async fn from_request(request: Request, _: &S) -> Result<Self, Answer> {
        if !is_form(&request) {
            return Err(Answer::wrong_form(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = to_bytes(request.into_body(), MOST_BYTES).await;
        let bytes = bytes.map_err(|_| Answer::wrong_form(StatusCode::PAYLOAD_TOO_LARGE))?;
        Self::read(&bytes).ok_or_else(|| Answer::wrong_form(StatusCode::BAD_REQUEST))
    }
}

/// Whether a request carries a form without files.
pub(crate) fn is_form(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_to_the_last_code_point() {
        let typed = " 𠮷野\u{3000}髙橋 渡邉\u{E0101}\n二行目 & = % + ";
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("name", typed).finish();
        let fields = Typed::read(body.as_bytes()).expect("a form");
        assert_eq!(fields.text("name"), typed);
        assert_eq!(fields.said("name"), Some(typed.trim()));
    }

    #[test]
    fn a_form_with_a_null_or_too_many_fields_is_none() {
        assert_eq!(Typed::read(b"a=%00"), None);
        assert!(Typed::read("a=1&".repeat(MOST_FIELDS).as_bytes()).is_some());
        assert_eq!(Typed::read("a=1&".repeat(MOST_FIELDS + 1).as_bytes()), None);
    }
}
