//! Where a request comes from, and the cookies by which a browser is known at the door.

use std::net::SocketAddr;
use std::sync::Arc;

use actions::{BrowserToken, DeviceToken, LoginId, PendingToken, SignedIn, Source};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use domain::ledger::to_hex;
use domain::peer::{counted, nearest};
use sha2::{Digest, Sha256};

use crate::admit::{cookie, cookie_name, session_cookie, set_cookie};
use crate::answer::Answer;
use crate::house::House;
use crate::visit::Visit;

/// A browser is known for this long (s) after it was last used to sign in.
const DEVICE: u64 = 180 * 24 * 60 * 60;

/// A request at the door, before or beside a session.
#[derive(Debug)]
pub(crate) struct Came {
    /// Where from.
    pub source: Source,
    headers: HeaderMap,
}

/// What a browser keeps beside the session.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kept {
    /// By which it is known the next time.
    Device,
    /// What binds a step that was begun to it.
    Step,
    /// Whose session it had last; opens nothing.
    Who,
    /// What binds a sign-in at the city's provider to it.
    Outside,
    /// Where it goes when it comes back from there.
    Next,
}

impl Kept {
    fn name(self, house: &House, code: &str) -> String {
        let word = match self {
            Self::Device => "device",
            Self::Step => "step",
            Self::Who => "who",
            Self::Outside => "outside",
            Self::Next => "next",
        };
        cookie_name(house, &format!("shirube-{code}-{word}"))
    }
}

impl Came {
    /// What binds a begun step to this browser.
    pub(crate) fn step(&self, visit: &Visit) -> Option<PendingToken> {
        self.kept(visit, Kept::Step).as_deref().and_then(PendingToken::read)
    }

    /// What binds a sign-in at the city's provider to this browser.
    pub(crate) fn outside(&self, visit: &Visit) -> Option<BrowserToken> {
        self.kept(visit, Kept::Outside).as_deref().and_then(BrowserToken::read)
    }

    /// Where the browser wanted to go before it left for the city's provider; whoever uses it looks at it first.
    pub(crate) fn next(&self, visit: &Visit) -> Option<String> {
        self.kept(visit, Kept::Next)
    }

    fn kept(&self, visit: &Visit, kept: Kept) -> Option<String> {
        cookie(&self.headers, &kept.name(visit.house(), visit.code()))
    }
}

impl FromRequestParts<Arc<House>> for Came {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Answer> {
        let visit = parts.extensions.get::<Visit>().cloned().ok_or(Answer::Nowhere)?;
        let address = address_of(parts, house);
        let headers = parts.headers.clone();
        let browser = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let device = cookie(&headers, &Kept::Device.name(house, visit.code())).as_deref().and_then(DeviceToken::read);
        Ok(Self { source: Source { address, browser, device }, headers })
    }
}

/// From where a request comes, as far as that can be trusted: what tries, and arrivals, are counted by.
pub(crate) fn address_of(parts: &Parts, house: &House) -> String {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let told = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    peer.map(|peer| counted(nearest(peer, house.proxies(), told))).unwrap_or_default()
}

/// Whose session it was, as a mark that opens nothing and tells nobody the login.
pub(crate) fn mark(code: &str, login: &LoginId) -> String {
    let hash = Sha256::digest(format!("{code}|{}|who", login.0));
    to_hex(&hash).chars().take(32).collect()
}

/// The mark of whoever had a session in this browser last.
pub(crate) fn last_mark(house: &House, code: &str, headers: &HeaderMap) -> Option<String> {
    cookie(headers, &Kept::Who.name(house, code))
}

/// The cookies of somebody who came in.
pub(crate) fn signed_in_cookies(visit: &Visit, signed_in: &SignedIn) -> [String; 4] {
    let (house, code) = (visit.house(), visit.code());
    [
        set_cookie(house, &session_cookie(house, code), signed_in.session.reveal(), None),
        set_cookie(house, &Kept::Device.name(house, code), signed_in.device.reveal(), Some(DEVICE)),
        set_cookie(house, &Kept::Who.name(house, code), &mark(code, &signed_in.login), None),
        dropped(visit, Kept::Step),
    ]
}

/// The cookie that takes the session away.
pub(crate) fn signed_out_cookie(visit: &Visit) -> String {
    set_cookie(visit.house(), &session_cookie(visit.house(), visit.code()), "", None)
}

/// A cookie for this browser session.
pub(crate) fn kept(visit: &Visit, kept: Kept, value: &str) -> String {
    set_cookie(visit.house(), &kept.name(visit.house(), visit.code()), value, None)
}

/// The cookie that takes something away.
pub(crate) fn dropped(visit: &Visit, what: Kept) -> String {
    kept(visit, what, "")
}

/// The same answer with cookies.
pub(crate) fn with_cookies(mut response: Response, cookies: impl IntoIterator<Item = String>) -> Response {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}
