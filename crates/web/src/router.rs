//! From a request to its answer, and the headers that every answer carries.

use crate::ask::{self, Asked, LONGEST};
use crate::file::{self, Choice};
use crate::health::Health;
use crate::page::{self, Refusal, Words};
use crate::rewriting::{self, Kind};
use crate::shelf::Shelf;
use crate::shown::Shown;
use crate::target::{Among, Target};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use domain::network::Networks;
use public::Language;
use serde_json::json;
use std::fmt::Display;
use std::sync::Arc;

/// The instant in milliseconds UTC, given by the caller.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How many bytes of path and query a request may have.
pub(crate) const LONGEST_URI: usize = 8 * 1024;

const HTML: &str = "text/html; charset=utf-8";
pub(crate) const JSON: &str = "application/json; charset=utf-8";
const PROBLEM: &str = "application/problem+json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
/// For what is answered anew each time.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD");
const API_METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// What the answers are made from.
struct Desk {
    shelf: Arc<Shelf>,
    networks: Arc<Networks>,
    clock: Clock,
    health: Arc<Health>,
}

/// Everything that the server answers.
///
/// Paths are looked up among the names of the bundles and not matched by patterns: what a bundle holds changes with
/// every release, and a name that is not in one leads nowhere.
pub fn router(shelf: Arc<Shelf>, networks: Arc<Networks>, clock: Clock, health: Arc<Health>) -> Router {
    Router::new().fallback(answer).with_state(Arc::new(Desk { shelf, networks, clock, health }))
}

/// Answers one request; its body is never read, and its Host header never used. The router takes the bytes off an answer to HEAD.
async fn answer(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (asked, _) = request.into_parts();
    dressed(desk.respond(&asked).await)
}

/// An answer with the headers that every answer carries.
pub(crate) fn dressed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, public::CONTENT_SECURITY_POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        // For browsers that do not read `frame-ancestors`.
        (HeaderName::from_static("x-frame-options"), "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

impl Desk {
    async fn respond(&self, asked: &Parts) -> Response {
        let uri = &asked.uri;
        let target = Target::of(uri.path(), &self.shelf);
        if uri.path_and_query().is_some_and(|text| text.as_str().len() > LONGEST_URI) {
            return self.too_long(uri, &target);
        }
        if let Some(response) = self.wrong_method(&asked.method, uri, &target) {
            return response;
        }
        let query = uri.query().unwrap_or_default();
        match target {
            Target::Health => self.health.answer(),
            Target::Directory => page_of(StatusCode::OK, page::directory(&self.shelf.all()), file::KEEP),
            Target::Api(lists) => open(self.api(query, lists)),
            Target::Search(list, language) => search(query, &list, language),
            Target::Verify(list, language) => self.verify(query, &list, language),
            Target::File(list, name) => self.one_file(asked, list, &name).await,
            Target::Folder(code) => slash(&code),
            Target::Nothing => self.nothing(uri),
        }
    }

    /// The verification for machines.
    fn api(&self, query: &str, lists: Vec<Arc<Shown>>) -> Response {
        let lists = match narrowed(query, lists) {
            Ok(lists) => lists,
            Err(detail) => return problem("municipality", &detail),
        };
        let ask = match Asked::read(query, "url") {
            Asked::Text(text) => text,
            Asked::Nothing | Asked::Blank => {
                return problem(
                    "url",
                    "パラメーター url がありません。確かめたいアカウントのURLを、?url= のあとにパーセント符号化して付けてください。",
                );
            }
            Asked::Twice => {
                return problem(
                    "url",
                    "パラメーター url が二つ以上あります。一度に確かめられるのは一つです。一つずつ送ってください。",
                );
            }
            Asked::TooLong => {
                return problem(
                    "url",
                    &format!(
                        "パラメーター url が長すぎます（{LONGEST}文字まで）。アカウントのページのURLだけを送ってください。"
                    ),
                );
            }
        };
        match ask::judge(&ask, &lists, &self.networks, (self.clock)()).map(|judged| judged.json()) {
            Some(Ok(bytes)) => sent(StatusCode::OK, JSON, bytes),
            Some(Err(fault)) => failed(&fault),
            None => failed(&"一覧が一つもありません"),
        }
    }

    /// The verification page.
    fn verify(&self, query: &str, list: &Shown, language: Language) -> Response {
        let asked = match Asked::read(query, "url") {
            Asked::Nothing => Asked::read(query, "q"),
            asked => asked,
        };
        let bundle = list.bundle();
        let (asked, answer) = match &asked {
            Asked::Nothing => (None, None),
            Asked::Blank => (Some(""), None),
            Asked::Text(text) => (Some(text.as_str()), Some(list.verify(text, &self.networks, (self.clock)()))),
            Asked::Twice => (Some(language.say("（二つ以上のURL）", "(more than one URL)")), Some(ask::twice())),
            Asked::TooLong => (Some(language.say("（長すぎる文字）", "(too many letters)")), Some(ask::too_long())),
        };
        let page = public::verify_page(bundle, asked, answer.as_ref(), language);
        page_of(StatusCode::OK, page, NO_STORE)
    }

    /// A file of a list.
    async fn one_file(&self, asked: &Parts, list: Arc<Shown>, name: &str) -> Response {
        let Some(found) = list.file(name) else {
            return self.nothing(&asked.uri);
        };
        if let Some(accounts) = list.rewritten() {
            match rewriting::kind(name, accounts) {
                Kind::Apart => {}
                Kind::Page(language) => return self.marked(list, name.to_owned(), language).await,
                Kind::Gone => {
                    return soon(self.refused(&asked.uri, StatusCode::SERVICE_UNAVAILABLE, Refusal::Rewriting));
                }
                Kind::Data => {
                    let Words { title, reason, next } = Refusal::Rewriting.words(Language::Japanese);
                    let detail = format!("{reason}{next}");
                    return soon(open(problem_of(StatusCode::SERVICE_UNAVAILABLE, title, &detail, None)));
                }
            }
        }
        let choice = Choice::of(found, &asked.headers);
        // A large list's files lie on disk, and waiting for a disk would hold up everybody else's answers.
        let response = match tokio::task::spawn_blocking(move || choice.respond(list.bundle())).await {
            Ok(Ok(response)) => response,
            Ok(Err(fault)) => return failed(&fault),
            Err(fault) => return failed(&fault),
        };
        // Data is for everybody's programs; pages are for readers.
        let is_page = matches!(name.rsplit('.').next(), Some("html" | "css" | "gz"));
        if is_page { response } else { open(response) }
    }

    /// A page of the list that says above all that the list is being rewritten.
    async fn marked(&self, list: Arc<Shown>, name: String, language: Language) -> Response {
        let made = tokio::task::spawn_blocking(move || {
            let page = list.bundle().file(&name).map_err(|fault| fault.to_string())?.unwrap_or_default();
            rewriting::marked(&page, &list, language).map_err(|fault| fault.to_string())
        });
        match made.await {
            Ok(page) => page_of(StatusCode::OK, page, NO_STORE),
            Err(fault) => failed(&fault),
        }
    }

    /// The refusal of an address that is longer than any of ours.
    fn too_long(&self, uri: &Uri, target: &Target) -> Response {
        let status = StatusCode::URI_TOO_LONG;
        if matches!(target, Target::Api(_)) {
            let Words { title, reason, next } = Refusal::TooLong.words(Language::Japanese);
            return open(problem_of(status, title, &format!("{reason}{next}"), None));
        }
        self.refused(uri, status, Refusal::TooLong)
    }

    /// The refusal of a method, or the answer to OPTIONS.
    fn wrong_method(&self, method: &Method, uri: &Uri, target: &Target) -> Option<Response> {
        let is_api = matches!(target, Target::Api(_));
        match *method {
            Method::GET | Method::HEAD => None,
            Method::OPTIONS if is_api => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::NO_CONTENT;
                let headers = response.headers_mut();
                headers.insert(ALLOW, API_METHODS);
                headers.insert(ACCESS_CONTROL_ALLOW_METHODS, API_METHODS);
                Some(open(response))
            }
            _ => {
                let status = StatusCode::METHOD_NOT_ALLOWED;
                let mut response = if is_api {
                    let reason = Refusal::ReadOnly.words(Language::Japanese).reason;
                    let detail = format!("{reason}GET で url を付けて送ってください。");
                    open(problem_of(status, "使えない方法です", &detail, None))
                } else {
                    self.refused(uri, status, Refusal::ReadOnly)
                };
                response.headers_mut().insert(ALLOW, if is_api { API_METHODS } else { METHODS });
                Some(response)
            }
        }
    }

    /// The page for what is not here.
    fn nothing(&self, uri: &Uri) -> Response {
        self.refused(uri, StatusCode::NOT_FOUND, Refusal::Nothing)
    }

    /// A page that says what is wrong, in the language of the pages that were asked for.
    fn refused(&self, uri: &Uri, status: StatusCode, refusal: Refusal) -> Response {
        page_of(status, page::refused(uri.path(), &Among::of(uri.path(), &self.shelf), refusal), NO_STORE)
    }
}

/// The lists that a question is for, or what is wrong with the choice.
fn narrowed(query: &str, mut lists: Vec<Arc<Shown>>) -> Result<Vec<Arc<Shown>>, String> {
    match Asked::read(query, "municipality") {
        Asked::Nothing | Asked::Blank => Ok(lists),
        Asked::Text(code) if lists.iter().any(|list| list.code() == code) => {
            lists.retain(|list| list.code() == code);
            Ok(lists)
        }
        Asked::Text(_) | Asked::TooLong | Asked::Twice => {
            let known: Vec<&str> = lists.iter().map(|list| list.code()).collect();
            Err(format!(
                "パラメーター municipality が、ここで答えられる団体コードではありません。{}のどれか一つを送るか、付けずに送ってください。",
                known.join("、")
            ))
        }
    }
}

/// The page with what was found in one list.
fn search(query: &str, list: &Shown, language: Language) -> Response {
    let q = match Asked::read(query, "q") {
        Asked::Text(text) => text,
        // A search answers for nobody, so the odd ones are simply asked again.
        Asked::Nothing | Asked::Blank | Asked::Twice | Asked::TooLong => String::new(),
    };
    let Some(accounts) = list.rewritten() else {
        return page_of(StatusCode::OK, public::search_page(list.bundle(), &q, language), NO_STORE);
    };
    match public::search_page_without(list.bundle(), &q, language, accounts) {
        Ok(page) => page_of(StatusCode::OK, rewriting::marked(&page, list, language), NO_STORE),
        Err(fault) => failed(&fault),
    }
}

/// An answer that will be another one in a moment.
fn soon(mut response: Response) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// Leads to a municipality's folder, relative to where the reader is.
fn slash(code: &str) -> Response {
    let mut response = sent(StatusCode::PERMANENT_REDIRECT, TEXT, "一覧は、最後に / の付いたURLにあります。\n");
    if let Ok(place) = HeaderValue::try_from(format!("{code}/")) {
        response.headers_mut().insert(LOCATION, place);
    }
    response
}

/// The refusal of a parameter, for machines.
fn problem(parameter: &str, detail: &str) -> Response {
    problem_of(StatusCode::BAD_REQUEST, "パラメーターを確かめてください", detail, Some(parameter))
}

/// A refusal for machines (RFC 9457).
fn problem_of(status: StatusCode, title: &str, detail: &str, parameter: Option<&str>) -> Response {
    let body = json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
        "parameter": parameter,
    });
    sent(status, PROBLEM, body.to_string())
}

/// A page that was made, or the answer for one that could not be made.
fn page_of<B: Into<Vec<u8>>, E: Display>(status: StatusCode, page: Result<B, E>, keep: HeaderValue) -> Response {
    match page {
        Ok(page) => {
            let mut response = sent(status, HTML, page);
            response.headers_mut().insert(CACHE_CONTROL, keep);
            response
        }
        Err(fault) => failed(&fault),
    }
}

/// The answer when this program is at fault; what it was goes to the log only.
fn failed(fault: &dyn Display) -> Response {
    tracing::error!(%fault, "答えを作れませんでした。");
    let words =
        "サーバーで答えを作れませんでした。少し待って、もう一度開いてください。公式かどうかは、まだ分かりません。\n";
    sent(StatusCode::INTERNAL_SERVER_ERROR, TEXT, words)
}

/// Bytes as an answer that nobody keeps.
pub(crate) fn sent(status: StatusCode, media: &'static str, body: impl Into<Vec<u8>>) -> Response {
    let bytes = body.into();
    let length = bytes.len();
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CACHE_CONTROL, NO_STORE);
    response
}

/// Lets programs of other sites read the answer: it is public, and no cookie goes with it.
fn open(mut response: Response) -> Response {
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
