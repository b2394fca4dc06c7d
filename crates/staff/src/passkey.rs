//! Passkeys: what the browser's script asks for, and the forms that it fills in with the answer.

use actions::{ActError, Proof};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::answer::{Answer, Reply};
use crate::came::{Came, Kept, kept, with_cookies};
use crate::kept_form::Carried;
use crate::sign_in::{proceed, status_of};
use crate::typed::Typed;
use crate::visit::Visit;

/// The challenge for signing in without a name.
pub(crate) async fn challenge_to_sign_in(visit: Visit, came: Came) -> Reply {
    match visit.city().offer_passkey_sign_in(&came.source).await {
        Ok(Ok(offer)) => {
            let cookie = kept(&visit, Kept::Step, offer.pending.reveal());
            Ok(with_cookies(json_of(StatusCode::OK, offer.challenge), [cookie]))
        }
        Ok(Err(refusal)) => Ok(told(status_of(refusal), &refusal.text(visit.now()))),
        Err(error) => refused(error),
    }
}

/// What the browser answered to it.
pub(crate) async fn sign_in(visit: Visit, came: Came, typed: Typed) -> Reply {
    let carried = Carried::read(&visit, &typed);
    let answer = match came.step(&visit) {
        Some(pending) => visit.city().passkey_sign_in(&pending, typed.text("passkey"), &came.source).await?,
        None => actions::SignInAnswer::Refused(actions::SignInRefusal::Over),
    };
    proceed(&visit, &came, carried, "", answer).await
}

/// The challenge of a second step.
pub(crate) async fn challenge_of_second(visit: Visit, came: Came) -> Reply {
    let over = "確認の時間が過ぎました。はじめからサインインし直してください。";
    let Some(pending) = came.step(&visit) else { return Ok(told(StatusCode::GONE, over)) };
    match visit.city().passkey_challenge(&pending).await {
        Ok(Some(challenge)) => Ok(json_of(StatusCode::OK, challenge)),
        Ok(None) => Ok(told(StatusCode::GONE, over)),
        Err(error) => refused(error),
    }
}

/// The challenge for one more passkey.
pub(crate) async fn challenge_to_add(visit: Visit) -> Reply {
    let session = visit.session().ok_or_else(|| Answer::Elsewhere(visit.sign_in_path()))?;
    if visit.city().proof(session) == Proof::Old {
        return Ok(told(
            StatusCode::FORBIDDEN,
            "本人の確認から時間がたちました。サインインし直してから、もう一度登録してください。",
        ));
    }
    match visit.city().offer_passkey(session).await {
        Ok(offer) => {
            let cookie = kept(&visit, Kept::Step, offer.pending.reveal());
            Ok(with_cookies(json_of(StatusCode::OK, offer.challenge), [cookie]))
        }
        Err(error) => refused(error),
    }
}

/// One more passkey, as the browser made it.
pub(crate) async fn add(visit: Visit, came: Came, typed: Typed) -> Reply {
    let session = visit.session().ok_or_else(|| Answer::Elsewhere(visit.sign_in_path()))?;
    let Some(pending) = came.step(&visit) else { return Err(Answer::Elsewhere(visit.path("me"))) };
    let (answer, name) = (typed.text("passkey"), typed.text("name"));
    visit.city().add_passkey(session, &pending, answer, name, &came.source).await?;
    Err(Answer::Elsewhere(visit.path("me?done=passkey")))
}

/// What the script shows to the person.
fn told(status: StatusCode, words: &str) -> Response {
    json_of(status, json!({ "problem": words }).to_string())
}

fn refused(error: ActError) -> Reply {
    match error {
        ActError::Input(words) => Ok(told(StatusCode::UNPROCESSABLE_ENTITY, &words)),
        fault => Err(fault.into()),
    }
}

fn json_of(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
