//! 庁内の共通サインイン: to the city's own provider and back, where one is configured.

use actions::{
    InvitationId, JoinAnswer, LinkToken, LoginId, Outside, OutsideBegun, OutsideIdentity, Resumed, Session, SignedIn,
};
use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use connectors::oidc::{
    Ask, Chance, Expected, Identity, OidcConfig, OidcProblem, Provider, Secret, hash_of_state, state_of,
};
use serde::Deserialize;
use tokio::sync::OnceCell;

use crate::answer::{Answer, Reply, html};
use crate::came::{Came, Kept, dropped, kept, signed_in_cookies, with_cookies};
use crate::invitation::{dead, who};
use crate::page::Shell;
use crate::prove;
use crate::query::Query;
use crate::routes::Verb;
use crate::sign_in::home_of;
use crate::typed::Typed;
use crate::visit::Visit;

/// The city's provider; asked to describe itself when somebody first needs it.
#[derive(Debug)]
pub(crate) struct Porch {
    config: OidcConfig,
    provider: OnceCell<Provider>,
}

#[derive(Template)]
#[template(path = "me_link.html")]
struct LinkPage {
    shell: Shell,
    href: String,
}

#[derive(Template)]
#[template(path = "join_link.html")]
struct JoinLinkPage {
    town_name: String,
    who: String,
    href: String,
    back: String,
}

#[derive(Template)]
#[template(path = "proved.html")]
struct ProvedPage {
    shell: Shell,
}

/// Where to go when signed in.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
}

impl Porch {
    pub(crate) fn new(config: OidcConfig) -> Self {
        Self { config, provider: OnceCell::new() }
    }

    async fn provider(&self, now: i64) -> Result<&Provider, OidcProblem> {
        self.provider.get_or_try_init(|| Provider::discover(self.config.clone(), now)).await
    }
}

/// To the provider, to sign in.
pub(crate) async fn leave(visit: Visit, came: Came, Query(asked): Query<Asked>) -> Reply {
    let (place, cookie) = begin(&visit, &came, Outside::SignIn).await?;
    let next = visit.own_path(Verb::Get, &asked.next).unwrap_or_default();
    let cookies = [cookie, kept(&visit, Kept::Next, &next)];
    Ok(with_cookies(Answer::Elsewhere(place).into_response(), cookies))
}

/// To the provider, to prove again who one is.
pub(crate) async fn leave_again(visit: Visit, came: Came) -> Reply {
    let (place, cookie) = begin(&visit, &came, Outside::ProveAgain(session(&visit)?)).await?;
    Ok(with_cookies(Answer::Elsewhere(place).into_response(), [cookie]))
}

/// Offers the way to the provider to whoever holds an invitation.
///
/// Only a form of our own page asks for it, so that nobody's browser is sent there with somebody else's invitation.
pub(crate) async fn offer_join(visit: Visit, came: Came, Path((_, token)): Path<(String, String)>) -> Reply {
    if !visit.has_porch() {
        return Err(Answer::Nowhere);
    }
    let link = LinkToken::read(&token).ok_or_else(dead)?;
    let subject = visit.city().invited(&link).await?.ok_or_else(dead)?;
    let (href, cookie) = begin(&visit, &came, Outside::Join(&link)).await?;
    let (town_name, who) = (visit.town().name.clone(), who(&visit, &subject));
    let back = visit.path(&format!("join/{}", link.reveal()));
    let page = JoinLinkPage { town_name, who, href, back };
    let response = html(StatusCode::OK, page.render()?);
    // Whoever comes in for the first time begins at home, wherever somebody else at this browser wanted to go.
    Ok(with_cookies(response, [cookie, dropped(&visit, Kept::Next)]))
}

/// Offers the way to the provider, to link one's login to who one is there.
pub(crate) async fn offer_link(visit: Visit, came: Came, typed: Typed) -> Reply {
    let session = prove::freshly(&visit, &came, &typed).await?;
    let (href, cookie) = begin(&visit, &came, Outside::Link(&session)).await?;
    let shell = visit.shell("共通サインインとの結び付け").under(visit.path("me"), "自分の設定");
    Ok(with_cookies(visit.show(&LinkPage { shell, href })?, [cookie]))
}

/// Takes the link away.
pub(crate) async fn unlink(visit: Visit, came: Came, typed: Typed) -> Reply {
    let session = prove::freshly(&visit, &came, &typed).await?;
    visit.city().unlink_identity(&session, typed.text("issuer"), &came.source).await?;
    Err(Answer::Elsewhere(visit.path("me?done=unlinked")))
}

/// Back from the provider.
pub(crate) async fn back(visit: Visit, came: Came, RawQuery(query): RawQuery) -> Reply {
    let query = query.unwrap_or_default();
    let porch = visit.house().porch(visit.code()).ok_or(Answer::Nowhere)?;
    let state = state_of(&query).map_err(|problem| wrong(&visit, &problem))?;
    let resumed = match came.outside(&visit) {
        Some(browser) => visit.city().resume_oidc(&browser, &hash_of_state(&state)).await?,
        None => None,
    };
    let (ask, whose, begun) = match resumed.ok_or_else(|| wrong(&visit, &OidcProblem::StateWrong))? {
        Resumed::SignIn(begun) => (Ask::WhoItIs, Whose::Anybodys, begun),
        Resumed::Join(invitation, begun) => (Ask::WhoItIs, Whose::ToJoin(invitation), begun),
        Resumed::Link(login, begun) => (Ask::WhoItIs, Whose::ToLink(login), begun),
        Resumed::ProveAgain(login, begun) => (Ask::ProveAgain, Whose::ToProve(login), begun),
    };
    let expected = Expected {
        state_hash: begun.state_hash,
        nonce: Secret::new(begun.nonce),
        verifier: Secret::new(begun.verifier),
        ask,
        began_at: begun.began_at,
    };
    let now = visit.now();
    let failed = |problem: OidcProblem| match whose {
        Whose::ToJoin(_) => wrong_to_join(&problem),
        _ => wrong(&visit, &problem),
    };
    let provider = porch.provider(now).await.map_err(failed)?;
    let identity = provider.finish(&query, &expected, now).await.map_err(failed)?;
    let Identity { issuer, subject } = identity;
    let identity = OutsideIdentity { issuer, subject };
    match whose {
        Whose::Anybodys => let_in(&visit, &came, &identity).await,
        Whose::ToJoin(invitation) => join(&visit, &came, &invitation, &identity).await,
        Whose::ToLink(login) => {
            let session = own(&visit, &login)?;
            visit.city().link_identity(session, &identity, &came.source).await?;
            Err(Answer::Elsewhere(visit.path("me?done=linked")))
        }
        Whose::ToProve(login) => {
            let session = own(&visit, &login)?;
            visit.city().prove_by_identity(session, &identity).await?;
            visit.show(&ProvedPage { shell: visit.shell("本人の確認") })
        }
    }
}

/// For whom somebody came back.
enum Whose {
    Anybodys,
    ToJoin(InvitationId),
    ToLink(LoginId),
    ToProve(LoginId),
}

async fn let_in(visit: &Visit, came: &Came, identity: &OutsideIdentity) -> Reply {
    let Some(signed_in) = visit.city().sign_in_by_identity(identity, &came.source).await? else {
        return Err(Answer::wrong(
            StatusCode::FORBIDDEN,
            "共通サインインで確かめた方は、しるべのどのログインとも結び付いていないか、利用が止められています。",
            "招待のリンクをお持ちの方は、リンクを開き直し、そこから始めてください。ログインのある方は、ログイン名とパスワードでサインインし、「自分の設定」で共通サインインと結び付けてください。どちらもない方は、システムの運用担当に招待を頼んでください。",
        ));
    };
    enter(visit, came, &signed_in).await
}

/// Uses the invitation with which somebody left.
async fn join(visit: &Visit, came: &Came, invitation: &InvitationId, identity: &OutsideIdentity) -> Reply {
    match visit.city().join_by_identity(invitation, identity, &came.source).await? {
        JoinAnswer::Joined(signed_in) => enter(visit, came, &signed_in).await,
        JoinAnswer::Dead => Err(dead()),
        JoinAnswer::Taken => Err(Answer::wrong(
            StatusCode::CONFLICT,
            "共通サインインで確かめた方は、しるべのほかのログインに結び付いています。招待のリンクは、まだ使えます。",
            "もうログインのある方は、サインインの画面から共通サインインで入ってください。ほかの方の共通サインインが残っていたときは、そこからサインアウトして、招待のリンクを開き直してください。心当たりがないときは、システムの運用担当に確かめてください。",
        )),
    }
}

/// Into the pages, with a session that began at the provider.
async fn enter(visit: &Visit, came: &Came, signed_in: &SignedIn) -> Reply {
    if let Some(session) = visit.session() {
        visit.city().sign_out(session, &came.source).await?;
    }
    let session = visit.city().session(&signed_in.session).await?.ok_or(Answer::Failed)?;
    let next = came.next(visit).and_then(|next| visit.own_path(Verb::Get, &next));
    let place = next.unwrap_or_else(|| home_of(visit, &session.subject, session.factor));
    let mut cookies = signed_in_cookies(visit, signed_in).to_vec();
    cookies.push(dropped(visit, Kept::Next));
    Ok(with_cookies(Answer::Elsewhere(place).into_response(), cookies))
}

/// Begins at the provider: where the browser goes, and the cookie that it keeps.
async fn begin(visit: &Visit, came: &Came, what: Outside<'_>) -> Result<(String, String), Answer> {
    let porch = visit.house().porch(visit.code()).ok_or(Answer::Nowhere)?;
    let ask = if matches!(what, Outside::ProveAgain(_)) { Ask::ProveAgain } else { Ask::WhoItIs };
    let (city, now) = (visit.city(), visit.now());
    let failed = |problem: OidcProblem| match what {
        Outside::Join(_) => wrong_to_join(&problem),
        _ => wrong(visit, &problem),
    };
    let provider = porch.provider(now).await.map_err(failed)?;
    let chance = Chance { state: city.chance(), nonce: city.chance(), verifier: city.chance() };
    let begun = provider.begin(&chance, ask, now).await.map_err(failed)?;
    let expected = begun.expected;
    let kept_there = OutsideBegun {
        state_hash: expected.state_hash,
        nonce: expected.nonce.reveal().to_owned(),
        verifier: expected.verifier.reveal().to_owned(),
        began_at: expected.began_at,
    };
    let token = city.begin_oidc(came.outside(visit), what, kept_there, &came.source).await?;
    Ok((begun.url, kept(visit, Kept::Outside, token.reveal())))
}

fn session(visit: &Visit) -> Result<&Session, Answer> {
    visit.session().ok_or_else(|| Answer::Elsewhere(visit.sign_in_path()))
}

/// The session, if it is still the one that left.
fn own<'v>(visit: &'v Visit, login: &LoginId) -> Result<&'v Session, Answer> {
    let session = session(visit)?;
    if session.login == *login {
        return Ok(session);
    }
    Err(Answer::wrong(
        StatusCode::FORBIDDEN,
        "共通サインインへ出かけたときと、サインインしている方が違います。何も変えていません。",
        "「自分の設定」から、もう一度行ってください。",
    ))
}

fn wrong(visit: &Visit, problem: &OidcProblem) -> Answer {
    Answer::wrong(
        StatusCode::BAD_GATEWAY,
        problem.to_string(),
        format!("{} から、もう一度サインインしてください。", visit.house().absolute(&visit.path("sign-in"))),
    )
}

/// The same for somebody who has no login yet.
fn wrong_to_join(problem: &OidcProblem) -> Answer {
    Answer::wrong(
        StatusCode::BAD_GATEWAY,
        problem.to_string(),
        "招待のリンクを開き直して、もう一度行うか、パスワードで始めてください。リンクは、まだ使えます。",
    )
}

impl Visit {
    /// Whether the municipality has a provider of its own.
    pub(crate) fn has_porch(&self) -> bool {
        self.house().porch(self.code()).is_some()
    }
}
