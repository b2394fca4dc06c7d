//! The door: who asks, whether the request comes from our own pages, and whether the caller's positions allow the route.

use std::sync::Arc;

use actions::Factor;
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::{Action, Relation, Verdict, decide};
use domain::ruling::not_theirs;

use crate::answer::Answer;
use crate::came::address_of;
use crate::house::{House, Staffed};
use crate::routes::{Verb, action_of};
use crate::visit::Visit;

/// What a page may load and where its forms may go: only here.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'; \
    require-trusted-types-for 'script'";

/// Admits a request to a route, or answers in its place.
pub(crate) async fn admit(
    State(house): State<Arc<House>>,
    matched: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    match enter(&house, matched.as_str(), request).await {
        Ok(request) => next.run(request).await,
        Err(answer) => answer.into_response(),
    }
}

/// The headers that every answer carries.
pub(crate) async fn dress(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("x-frame-options"), "SAMEORIGIN"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if house.is_sealed() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

async fn enter(house: &Arc<House>, matched: &str, request: Request) -> Result<Request, Answer> {
    let verb = match *request.method() {
        Method::GET | Method::HEAD => Verb::Get,
        _ => Verb::Post,
    };
    let action = action_of(verb, matched).ok_or(Answer::Nowhere)?;
    if verb == Verb::Post {
        from_our_own_pages(house, request.headers())?;
    }
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    // No text that is kept holds a null: what has one in its address is nowhere. The way in looks at its query itself.
    if parts.uri.path().contains("%00") || (action != Action::Enter && path.contains("%00")) {
        return Err(Answer::Nowhere);
    }
    let town = town_of(house, &mut parts).await?;
    let Some(town) = town else {
        // A route without a municipality shows nothing of one.
        return Ok(Request::from_parts(parts, body));
    };
    let token = cookie(&parts.headers, &session_cookie(house, town.city.code()));
    // Whoever sends many requests at once waits behind their own, and keeps nobody else from the database.
    let turn = house.arrivals().turn(&address_of(&parts, house)).await;
    let visit = Visit::begin(Arc::clone(house), town, token.as_deref(), action, path).await?;
    drop(turn);
    if lacks_second(&visit) && !matches!(action, Action::Enter | Action::KeepOwnSignIn) {
        return Err(second_first(&visit, verb));
    }
    match decide(visit.caller(), action, Relation::Unasked) {
        Verdict::Allow => {
            parts.extensions.insert(visit);
            Ok(Request::from_parts(parts, body))
        }
        Verdict::SignIn if verb == Verb::Get => Err(Answer::Elsewhere(visit.sign_in_path())),
        Verdict::SignIn => Err(crate::visit::interrupted(&visit, Request::from_parts(parts, body)).await),
        Verdict::Forbidden => Err(forbidden(&visit, action)),
        Verdict::Hidden => Err(Answer::Nowhere),
    }
}

/// What is told to whoever may not; where the guideline says who may, its readers are told that.
fn forbidden(visit: &Visit, action: Action) -> Answer {
    if action == Action::MakeRuling && visit.may(Action::SeeGuideline) {
        return Answer::not_yours(&not_theirs(&visit.guideline().guideline));
    }
    Answer::Forbidden
}

/// Whether a session is good for adding a second factor, and for nothing else.
fn lacks_second(visit: &Visit) -> bool {
    visit.session().is_some_and(|session| session.factor == Factor::Unfinished)
}

fn second_first(visit: &Visit, verb: Verb) -> Answer {
    match verb {
        Verb::Get => Answer::Elsewhere(visit.path("me")),
        Verb::Post => Answer::wrong(
            StatusCode::FORBIDDEN,
            "この職では、サインインに二つ目の確認が必要です。まだ登録されていないため、受けつけませんでした。",
            format!("{} で認証アプリか予備コードを登録してください。", visit.house().absolute(&visit.path("me"))),
        ),
    }
}

/// The municipality that a path names; `Nowhere` for one that is not here.
async fn town_of(house: &House, parts: &mut axum::http::request::Parts) -> Result<Option<Staffed>, Answer> {
    let Ok(params) = RawPathParams::from_request_parts(parts, &()).await else { return Err(Answer::Nowhere) };
    let code = params.iter().find(|(name, _)| *name == "town").map(|(_, code)| code.to_owned());
    code.map(|code| house.town(&code).ok_or(Answer::Nowhere)).transpose()
}

/// A request that changes something must say that it comes from our own pages.
///
/// Browsers say so in `Sec-Fetch-Site` under addresses that they trust, and in `Origin` under all. What is said must all
/// fit; a request that says neither is not from a browser of today and is refused.
fn from_our_own_pages(house: &House, headers: &HeaderMap) -> Result<(), Answer> {
    let said = |name: HeaderName| -> Vec<&str> {
        headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default()).collect()
    };
    let (sites, origins) = (said(HeaderName::from_static("sec-fetch-site")), said(ORIGIN));
    let ours = !(sites.is_empty() && origins.is_empty())
        && sites.iter().all(|site| *site == "same-origin")
        && origins.iter().all(|origin| house.is_own_origin(origin));
    if ours {
        return Ok(());
    }
    Err(Answer::wrong(
        StatusCode::FORBIDDEN,
        "この画面以外から送られた内容なので、受けつけませんでした。何も記録されていません。",
        format!("{} を開き直して、もう一度行ってください。", house.origin()),
    ))
}

/// The name of the session's cookie in a municipality.
pub(crate) fn session_cookie(house: &House, code: &str) -> String {
    cookie_name(house, &format!("shirube-{code}"))
}

/// A cookie's name: bound to the host where the address is sealed.
pub(crate) fn cookie_name(house: &House, name: &str) -> String {
    if house.is_sealed() { format!("__Host-{name}") } else { name.to_owned() }
}

/// The header that sets a cookie for this browser session; an empty value takes it away.
pub(crate) fn set_cookie(house: &House, name: &str, value: &str, keep_seconds: Option<u64>) -> String {
    let secure = if house.is_sealed() { "; Secure" } else { "" };
    let age = match (value.is_empty(), keep_seconds) {
        (true, _) => "; Max-Age=0".to_owned(),
        (false, Some(seconds)) => format!("; Max-Age={seconds}"),
        (false, None) => String::new(),
    };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

/// The value of a cookie; `None` when it is not there, or there more than once.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned());
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
