//! Proving again who one is before something sensitive: the same form comes back with one field more.

use actions::{AgainProof, Password, PasswordState, Proof, ProveAnswer, SecondWay, Session};
use askama::Template;
use axum::http::StatusCode;

use crate::answer::{Answer, html};
use crate::came::Came;
use crate::field::{Field, Kind, Line, Problem};
use crate::kept_form::keepable;
use crate::page::Shell;
use crate::sign_in::{problem, status_of};
use crate::typed::Typed;
use crate::visit::Visit;

const PASSWORD: &str = "prove-password";
const CODE: &str = "prove-code";

#[derive(Template)]
#[template(path = "prove.html")]
struct ProvePage {
    shell: Shell,
    action: String,
    problems: Vec<Problem>,
    fields: Vec<Field>,
    hidden: Vec<(String, String)>,
    outside: Option<String>,
}

/// The session, proven just now; until it is, the page that asks for the proof and sends the same form again.
pub(crate) async fn freshly(visit: &Visit, came: &Came, typed: &Typed) -> Result<Session, Answer> {
    let session = visit.session().ok_or_else(|| Answer::Elsewhere(visit.sign_in_path()))?;
    let city = visit.city();
    let given = match (typed.said(CODE), typed.text(PASSWORD)) {
        (Some(code), _) => Some(AgainProof::Code(code.to_owned())),
        (None, "") => None,
        (None, password) => Some(AgainProof::Password(Password::typed(password))),
    };
    let Some(given) = given else {
        if city.proof(session) == Proof::Fresh {
            return Ok(session.clone());
        }
        return Err(asked(visit, session, typed, None, StatusCode::OK).await);
    };
    match city.prove_again(session, &given, &came.source).await? {
        ProveAnswer::Proven => Ok(Session { proved_at: visit.now(), ..session.clone() }),
        ProveAnswer::Refused(refusal) => {
            let field = if matches!(given, AgainProof::Code(_)) { CODE } else { PASSWORD };
            let wrong = problem(field, refusal.text(visit.now()));
            Err(asked(visit, session, typed, Some(wrong), status_of(refusal)).await)
        }
    }
}

async fn asked(visit: &Visit, session: &Session, typed: &Typed, wrong: Option<Problem>, status: StatusCode) -> Answer {
    match page(visit, session, typed, wrong).await {
        Ok(page) => match page.render() {
            Ok(page) => Answer::Shown(Box::new(html(status, page))),
            Err(fault) => fault.into(),
        },
        Err(answer) => answer,
    }
}

async fn page(visit: &Visit, session: &Session, typed: &Typed, wrong: Option<Problem>) -> Result<ProvePage, Answer> {
    let login = visit.city().login(&session.login).await?.ok_or(Answer::Failed)?;
    let problems: Vec<Problem> = wrong.into_iter().collect();
    let field = |name: &str, label: &str, sort| {
        let field = Field::new(name, label, Kind::Line { value: String::new(), sort });
        crate::invitation::with_problem(field, &problems)
    };
    let mut fields = match login.password {
        PasswordState::Set => vec![field(PASSWORD, "パスワード", Line::Password)],
        PasswordState::Missing => Vec::new(),
    };
    if login.ways.contains(&SecondWay::Code) {
        fields = fields
            .into_iter()
            .map(|field| field.hint("パスワードか、下の確認コードのどちらか一つ").optional())
            .collect();
        fields.push(field(CODE, "確認コード（認証アプリ）", Line::Code).optional());
    }
    let hidden = keepable(typed.iter().filter(|(name, _)| !name.starts_with("prove-")));
    let action = visit.asked_path().to_owned();
    let outside = visit.has_porch().then(|| visit.path("oidc/again"));
    Ok(ProvePage { shell: visit.shell("本人の確認"), action, problems, fields, hidden, outside })
}
