//! What a page answers when it does not show itself: a redirect, a refusal, nothing to be found.

use actions::{ActError, StoreError};
use askama::Template;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::guideline::Basis;
use domain::refusal::Refusal;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A page's answer, or what takes its place.
pub type Reply = Result<Response, Answer>;

/// What takes the place of a page.
#[derive(Debug)]
pub enum Answer {
    /// Look there instead; always a path of our own.
    Elsewhere(String),
    /// There is no such page, or it is not for the caller: both are answered alike.
    Nowhere,
    /// The caller's position does not do this.
    Forbidden,
    /// A rule refuses it; the page that asked shows it, and this is what stands where no page could.
    Refused(Box<Refusal>),
    /// What was sent cannot be read.
    Wrong {
        /// The status.
        status: StatusCode,
        /// What is wrong.
        what: String,
        /// What to do next.
        next: String,
    },
    /// A page of its own, such as one that asks to sign in or to prove again who one is.
    Shown(Box<Response>),
    /// Something is wrong with the machine; the log knows what.
    Failed,
}

/// A page that says what is wrong and what to do next, without the frame of a signed-in page.
#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    title: &'a str,
    what: &'a str,
    basis: Option<&'a str>,
    next: &'a str,
}

impl Answer {
    /// What was sent is no form of ours.
    pub(crate) fn wrong_form(status: StatusCode) -> Self {
        Self::wrong(
            status,
            "送られた内容を読めませんでした。",
            "前の画面に戻り、もう一度送ってください。入力が長すぎるときは短くしてください。",
        )
    }

    /// The address is none of those that our pages lead to.
    pub(crate) fn wrong_address() -> Self {
        Self::wrong(
            StatusCode::BAD_REQUEST,
            "アドレスが、この画面のものと違うため、読めませんでした。何も記録されていません。",
            "前の画面に戻り、画面のリンクかボタンから開き直してください。",
        )
    }

    /// The caller's position does not do this; the guideline says whose does.
    pub(crate) fn not_yours(refusal: &Refusal) -> Self {
        let (title, basis) = ("この職では行えません", refusal.basis.as_ref());
        Self::Shown(Box::new(notice(StatusCode::FORBIDDEN, title, &refusal.what, basis, &refusal.next)))
    }

    /// What was sent cannot be taken.
    pub fn wrong(status: StatusCode, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Wrong { status, what: what.into(), next: next.into() }
    }
}

impl From<ActError> for Answer {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Refused(refusal) => Self::Refused(refusal),
            ActError::Input(what) => Self::wrong(
                StatusCode::UNPROCESSABLE_ENTITY,
                what,
                "前の画面に戻り、内容を確かめてもう一度送ってください。",
            ),
            fault @ ActError::Altered(_) => {
                tracing::error!(%fault, "保存されている内容が、記録したときのものと違います。");
                Self::Shown(Box::new(notice(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "止めています",
                    "保存されているガイドラインか記録が、記録したときのものと違います。書き換えられたか壊れたおそれがあるため、使わずに止めました。",
                    None,
                    "システムの運用者に知らせてください。運用者が確かめ、正しいバックアップから戻します。",
                )))
            }
            // No number and no text of ours is like that: it was typed into the address, or into a form by a program.
            ActError::Store(StoreError::TooLarge { .. } | StoreError::NulInText) => Self::wrong_address(),
            ActError::Store(
                fault @ (StoreError::Full { .. } | StoreError::ReadOnly { .. } | StoreError::Gone { .. }),
            ) => {
                tracing::error!(%fault, "記録できませんでした。");
                Self::wrong(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "サーバーの保存先に書き込めないため、受けつけられませんでした。この操作は記録していません。",
                    "前の画面に戻ると、入力した内容は残っています。システムの運用者に「保存先に書き込めない（ディスクの空き、権限、置き場所）」と知らせ、直ってから、同じ内容をもう一度送ってください。",
                )
            }
            fault => {
                tracing::error!(%fault, "ページを作れませんでした。");
                Self::Failed
            }
        }
    }
}

impl From<askama::Error> for Answer {
    fn from(fault: askama::Error) -> Self {
        tracing::error!(%fault, "ページを書けませんでした。");
        Self::Failed
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Elsewhere(path) => {
                let place = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
                (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
            }
            Self::Nowhere => notice(
                StatusCode::NOT_FOUND,
                "ページが見つかりません",
                "このページはないか、今の職では開けません。",
                None,
                "やることの一覧に戻るか、担当の部署に尋ねてください。",
            ),
            Self::Forbidden => notice(
                StatusCode::FORBIDDEN,
                "この職では行えません",
                "このページは、今の職では使えません。",
                None,
                "必要なときは、その職にある方に依頼してください。職が変わったときは、組織の登録を確かめてください。",
            ),
            Self::Refused(refusal) => notice(
                StatusCode::UNPROCESSABLE_ENTITY,
                "進めませんでした",
                &refusal.what,
                refusal.basis.as_ref(),
                &refusal.next,
            ),
            Self::Wrong { status, what, next } => notice(status, "受けつけられませんでした", &what, None, &next),
            Self::Shown(page) => *page,
            Self::Failed => notice(
                StatusCode::INTERNAL_SERVER_ERROR,
                "表示できませんでした",
                "システムの中で問題が起きました。記録は、済んだところまで残っています。",
                None,
                "少し待って、もう一度開いてください。続くときは、システムの運用者に知らせてください。",
            ),
        }
    }
}

/// The answer for paths that are no route.
pub(crate) async fn nowhere() -> Response {
    Answer::Nowhere.into_response()
}

fn notice(status: StatusCode, title: &str, what: &str, basis: Option<&Basis>, next: &str) -> Response {
    let basis = basis.map(Basis::said);
    match (Notice { title, what, basis: basis.as_deref(), next }).render() {
        Ok(page) => html(status, page),
        Err(fault) => {
            tracing::error!(%fault, "ページを書けませんでした。");
            (StatusCode::INTERNAL_SERVER_ERROR, "表示できませんでした。\n").into_response()
        }
    }
}

/// A page as a response.
pub(crate) fn html(status: StatusCode, page: String) -> Response {
    (status, [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], page).into_response()
}

/// A file to be kept: never opened among our own pages, whatever it holds.
pub(crate) fn download(name: &str, media: &'static str, bytes: Vec<u8>) -> Response {
    let named = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename=\"file\"; filename*=UTF-8''{named}");
    let disposition = HeaderValue::try_from(disposition).unwrap_or(HeaderValue::from_static("attachment"));
    let sandbox = HeaderValue::from_static("sandbox; default-src 'none'");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media)),
        (CONTENT_DISPOSITION, disposition),
        (CONTENT_SECURITY_POLICY, sandbox),
    ];
    (StatusCode::OK, headers, bytes).into_response()
}
