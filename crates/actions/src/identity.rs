//! Sign-in through the city's own provider: what is kept between leaving and coming back, and whose login it opens.
//!
//! The provider itself is asked by whoever may open connections; here it is only known by its issuer. A login is found by
//! issuer and subject alone, and a link is made by nobody but the person who holds both, or who holds an invitation.

use domain::entry::AccessChange;
use serde::{Deserialize, Serialize};
use store::{
    Identities, IdentityDesk, IdentityRow, LoginDesk, LoginState, Logins, NewPending, PAGE_MAX, SignInDesk, Used,
};

use crate::city::City;
use crate::error::ActError;
use crate::session::{Factor, LoginId, Session};
use crate::sign_in::{BEGUN, Happening, SignedIn, Source};
use crate::token::{BrowserToken, LinkToken, hash};

/// A sign-in that was begun is dead after this long (ms).
const HOLDS: i64 = 10 * 60 * 1000;

const PURPOSE: &str = "outside";

/// Who somebody is at the city's own sign-in, by the two things that never change hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideIdentity {
    /// The provider.
    pub issuer: String,
    /// The person there.
    pub subject: String,
}

/// What somebody goes to the provider for.
#[derive(Debug, Clone, Copy)]
pub enum Outside<'a> {
    /// To sign in.
    SignIn,
    /// To come in for the first time, by the invitation of this link.
    Join(&'a LinkToken),
    /// To link the login of this session to who they are there.
    Link(&'a Session),
    /// To prove again, before something sensitive, that they are who they are.
    ProveAgain(&'a Session),
}

/// What an answer of the provider will be held against.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideBegun {
    /// The hash of `state`.
    pub state_hash: String,
    /// The nonce that the ID token must carry.
    pub nonce: String,
    /// The verifier of PKCE.
    pub verifier: String,
    /// When it was begun (ms, UTC).
    pub began_at: i64,
}

/// Somebody came back from the provider, in the browser that left for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resumed {
    /// To sign in.
    SignIn(OutsideBegun),
    /// To come in by this invitation.
    Join(InvitationId, OutsideBegun),
    /// To link this login.
    Link(LoginId, OutsideBegun),
    /// To prove again to be the owner of this login.
    ProveAgain(LoginId, OutsideBegun),
}

/// An invitation by the hash of its token, which opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationId(String);

/// What came of using an invitation at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JoinAnswer {
    /// In, without a password.
    Joined(SignedIn),
    /// The link is unknown, used, replaced or too old; which of them is not told.
    Dead,
    /// The person at the provider has a login already; whose is not told.
    Taken,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    why: Why,
    begun: OutsideBegun,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    SignIn,
    Join(InvitationId),
    Link,
    ProveAgain,
}

impl City {
    /// Keeps what is needed when the person comes back; the browser keeps the token that is answered. A browser that
    /// left for the provider in another window already has one.
    pub async fn begin_oidc(
        &self,
        browser: Option<BrowserToken>,
        what: Outside<'_>,
        begun: OutsideBegun,
        source: &Source,
    ) -> Result<BrowserToken, ActError> {
        // Whoever has no login yet is known by where they begin; what they leave makes room for the next from there.
        let (why, login) = match what {
            Outside::SignIn => (Why::SignIn, self.place_of(source).await?.id),
            Outside::Join(link) => (Why::Join(InvitationId(link.hash())), self.place_of(source).await?.id),
            Outside::Link(session) => {
                self.freshly_proven(session)?;
                (Why::Link, session.login.0.clone())
            }
            Outside::ProveAgain(session) => (Why::ProveAgain, session.login.0.clone()),
        };
        let browser = browser.unwrap_or_else(|| BrowserToken::new(self.machine.random()));
        let now = self.machine.now();
        let id = kept_as(&browser, &begun.state_hash);
        let data = serde_json::to_string(&Kept { why, begun }).map_err(|_| unreadable())?;
        let (purpose, expires_at) = (PURPOSE.to_owned(), now.saturating_add(HOLDS));
        let mut workshop = self.ledgered.workshop().await?;
        // Of counters and the log nothing is thrown away here.
        workshop.sweep_sign_in(now, i64::MIN, i64::MIN).await?;
        workshop.new_pending_among(&NewPending { id, purpose, login, stamp: 0, data, expires_at }, BEGUN).await?;
        workshop.commit().await?;
        Ok(browser)
    }

    /// What was kept for a browser that comes back with this `state`. It works once, whatever becomes of it.
    pub async fn resume_oidc(&self, browser: &BrowserToken, state_hash: &str) -> Result<Option<Resumed>, ActError> {
        let id = kept_as(browser, state_hash);
        let mut workshop = self.ledgered.workshop().await?;
        let row = workshop.try_pending(&id, PURPOSE, self.machine.now(), 1).await?;
        workshop.end_pending(&id).await?;
        workshop.commit().await?;
        let Some(row) = row else { return Ok(None) };
        let Kept { why, begun } = serde_json::from_str(&row.data).map_err(|_| unreadable())?;
        let login = LoginId(row.login);
        Ok(Some(match why {
            Why::SignIn => Resumed::SignIn(begun),
            Why::Join(invitation) => Resumed::Join(invitation, begun),
            Why::Link => Resumed::Link(login, begun),
            Why::ProveAgain => Resumed::ProveAgain(login, begun),
        }))
    }

    /// The login that a person at the provider may use; none when nothing is linked or the login is not in use.
    pub async fn finish_oidc(&self, identity: &OutsideIdentity) -> Result<Option<LoginId>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let Some(link) = reading.identity(&identity.issuer, &identity.subject).await? else { return Ok(None) };
        let login = reading.login(&link.login).await?.filter(|login| login.state == LoginState::Active);
        Ok(login.map(|login| LoginId(login.id)))
    }

    /// Lets the person at the provider in; none when nothing is linked or the login is not in use.
    pub async fn sign_in_by_identity(
        &self,
        identity: &OutsideIdentity,
        source: &Source,
    ) -> Result<Option<SignedIn>, ActError> {
        let Some(login) = self.finish_oidc(identity).await? else { return Ok(None) };
        let mut workshop = self.ledgered.workshop().await?;
        let row = workshop.login(&login.0).await?.filter(|row| row.state == LoginState::Active);
        let Some(row) = row else { return Ok(None) };
        let signed_in = self.let_in(&mut workshop, &row, Factor::Elsewhere, source).await?;
        workshop.commit().await?;
        Ok(Some(signed_in))
    }

    /// Uses an invitation for the person at the provider: the login is theirs and they are in, or nothing is done.
    pub async fn join_by_identity(
        &self,
        invitation: &InvitationId,
        identity: &OutsideIdentity,
        source: &Source,
    ) -> Result<JoinAnswer, ActError> {
        let mut writing = self.ledgered.writing().await?;
        let now = self.machine.now();
        let Some(mut row) = self.row_of_invitation(&mut writing, &invitation.0).await? else {
            return Ok(JoinAnswer::Dead);
        };
        let OutsideIdentity { issuer, subject } = identity.clone();
        let linked = IdentityRow { issuer, subject, login: row.id.clone(), linked_at: now };
        // A login that is invited has no link of its own, so one that cannot be made is another login's.
        if writing.link_identity(&linked).await? == Used::Dead {
            return Ok(JoinAnswer::Taken);
        }
        if writing.use_invitation(&invitation.0, now).await? == Used::Dead {
            return Ok(JoinAnswer::Dead);
        }
        row.state = LoginState::Active;
        row.stamp += 1;
        row.changed_at = now;
        writing.save_login(&row).await?;
        self.note(&mut writing, Happening::Activated, Some(&row), source).await?;
        self.note(&mut writing, Happening::IdentityLinked, Some(&row), source).await?;
        let signed_in = self.let_in(&mut writing, &row, Factor::Elsewhere, source).await?;
        self.record_access(writing, &row, AccessChange::Activated).await?;
        Ok(JoinAnswer::Joined(signed_in))
    }

    /// Links the login of somebody who is signed in, and proved it just now, to who they are at the provider.
    pub async fn link_identity(
        &self,
        session: &Session,
        identity: &OutsideIdentity,
        source: &Source,
    ) -> Result<(), ActError> {
        self.freshly_proven(session)?;
        let mut workshop = self.ledgered.workshop().await?;
        link(&mut workshop, &session.login, identity, self.machine.now()).await?;
        let row = workshop.login(&session.login.0).await?;
        self.note(&mut workshop, Happening::IdentityLinked, row.as_ref(), source).await?;
        Ok(workshop.commit().await?)
    }

    /// Notes that the person of a session proved at the provider to be who they are.
    pub async fn prove_by_identity(&self, session: &Session, identity: &OutsideIdentity) -> Result<(), ActError> {
        if self.finish_oidc(identity).await?.as_ref() != Some(&session.login) {
            return Err(ActError::Input(
                "庁内の共通サインインで確かめた人が、いまサインインしている人と違います。次にすること：この画面を使っている本人が共通サインインをやり直してください。".to_owned(),
            ));
        }
        let mut workshop = self.ledgered.workshop().await?;
        workshop.prove_session(&session.id.0, self.machine.now()).await?;
        Ok(workshop.commit().await?)
    }

    /// Takes the link of one's own login at a provider away, unless it is the only way in.
    pub async fn unlink_identity(&self, session: &Session, issuer: &str, source: &Source) -> Result<(), ActError> {
        self.freshly_proven(session)?;
        let mut workshop = self.ledgered.workshop().await?;
        let login = workshop.login(&session.login.0).await?;
        // A passkey is not enough: not every authenticator keeps one that is found without a name.
        if login.as_ref().is_none_or(|login| login.password.is_none()) {
            return Err(ActError::Input(
                "庁内の共通サインインのほかにサインインする方法がないため、外せません。次にすること：先にパスワードを設定してください。".to_owned(),
            ));
        }
        match workshop.unlink_identity(&session.login.0, issuer).await? {
            Used::Now => {
                self.note(&mut workshop, Happening::IdentityUnlinked, login.as_ref(), source).await?;
                Ok(workshop.commit().await?)
            }
            Used::Dead => Err(ActError::Input(
                "このログインは、その共通サインインに結び付いていません。次にすること：画面を開き直して、いまの結び付きを確かめてください。"
                    .to_owned(),
            )),
        }
    }

    /// Who a login is at the city's providers.
    pub async fn identities_of(&self, login: &LoginId) -> Result<Vec<OutsideIdentity>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let rows = reading.identities(&login.0, None, PAGE_MAX).await?;
        Ok(rows.into_iter().map(|row| OutsideIdentity { issuer: row.issuer, subject: row.subject }).collect())
    }
}

/// Links a login in whatever transaction the person's right to it was shown in; doing it twice is doing it once.
pub(crate) async fn link(
    desk: &mut impl IdentityDesk,
    login: &LoginId,
    identity: &OutsideIdentity,
    now: i64,
) -> Result<(), ActError> {
    let OutsideIdentity { issuer, subject } = identity.clone();
    let row = IdentityRow { issuer, subject, login: login.0.clone(), linked_at: now };
    if desk.link_identity(&row).await? == Used::Now {
        return Ok(());
    }
    let taken = desk.identity(&row.issuer, &row.subject).await?;
    match taken {
        Some(link) if link.login == login.0 => Ok(()),
        Some(_) => Err(ActError::Input(
            "この共通サインインの利用者は、ほかのログインに結び付いています。次にすること：共通サインインに本人として入り直すか、運用の担当に結び付きを確かめてもらってください。".to_owned(),
        )),
        None => Err(ActError::Input(
            "このログインは、共通サインインの別の利用者に結び付いています。次にすること：先にその結び付きを外してください。"
                .to_owned(),
        )),
    }
}

/// The id under which something begun in a browser is kept: neither half of it is enough.
fn kept_as(browser: &BrowserToken, state_hash: &str) -> String {
    hash(&format!("{} {state_hash}", browser.hash()))
}

impl std::fmt::Debug for OutsideBegun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutsideBegun").field("began_at", &self.began_at).finish_non_exhaustive()
    }
}

fn unreadable() -> ActError {
    ActError::Inconsistent("始めた共通サインイン".to_owned())
}
