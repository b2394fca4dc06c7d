//! Who is signed in: sessions, which end by themselves.

use domain::id::PersonId;
use store::{Alive, LoginDesk, LoginRow, LoginState, LoginSubject, Logins, NewSession, PAGE_MAX, SessionRow};

use crate::city::City;
use crate::error::ActError;
use crate::token::SessionToken;

/// A session that nobody used for this long (ms) is over: many sit at one machine of the office.
pub const IDLE: i64 = 15 * 60 * 1000;

/// A session is over after this long (ms), however much it is used.
pub const WHOLE: i64 = 12 * 60 * 60 * 1000;

/// For this long (ms) after a proof of who one is, sensitive acts need no other.
pub const FRESH: i64 = 5 * 60 * 1000;

/// Between two notes that a session was seen lie at least this many ms.
const SEEN_EVERY: i64 = 60 * 1000;

const DEVICE_MAX: usize = 200;

/// A login.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginId(pub String);

/// Who is behind a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The operator of the machine, who decides, receives and lists nothing.
    Operator,
    /// An officer.
    Officer(PersonId),
}

/// How somebody proved to be who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// By the password alone, by somebody whose posts ask for no more.
    Password,
    /// By the password alone, though their posts ask for a second factor: good for adding one, and for nothing else.
    Unfinished,
    /// By the password and a one-time code.
    PasswordAndCode,
    /// By the password and a recovery code.
    PasswordAndRecovery,
    /// By the password and a passkey.
    PasswordAndPasskey,
    /// By a passkey that itself asked for a PIN or a finger.
    Passkey,
    /// By the city's own sign-in.
    Elsewhere,
    /// By the password, in a browser that its owner trusts.
    TrustedDevice,
}

/// A session by the hash of its token, which lets nobody in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub String);

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// The login.
    pub login: LoginId,
    /// The login's name, as it is typed to sign in; empty where it has none. What a person is called stands in the
    /// office.
    pub name: String,
    /// Who it is.
    pub subject: Subject,
    /// How they proved it.
    pub factor: Factor,
    /// What the browser calls itself.
    pub device: String,
    /// When it began (ms, UTC).
    pub began_at: i64,
    /// When it was seen last, to the minute (ms, UTC).
    pub seen_at: i64,
    /// When they last proved to be who they are (ms, UTC).
    pub proved_at: i64,
}

/// Whether a proof of who one is is recent enough for a sensitive act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It is.
    Fresh,
    /// The person has to prove it again.
    Old,
}

impl City {
    /// Begins a session of a login that is in use.
    pub async fn begin_session(&self, login: &LoginId, factor: Factor, device: &str) -> Result<SessionToken, ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        let row = workshop.login(&login.0).await?.filter(|row| row.state == LoginState::Active);
        let row = row.ok_or_else(unusable)?;
        let token = self.open_session(&mut workshop, &row, factor, device).await?;
        workshop.commit().await?;
        Ok(token)
    }

    /// Begins a session in the transaction that let its owner in.
    pub(crate) async fn open_session(
        &self,
        desk: &mut impl LoginDesk,
        row: &LoginRow,
        factor: Factor,
        device: &str,
    ) -> Result<SessionToken, ActError> {
        let token = SessionToken::new(self.machine.random());
        let now = self.machine.now();
        desk.sweep_sessions(alive(now)).await?;
        let session = NewSession {
            id: token.hash(),
            login: row.id.clone(),
            stamp: row.stamp,
            factor: factor.word().to_owned(),
            device: label(device),
            began_at: now,
        };
        desk.new_session(&session).await?;
        Ok(token)
    }

    /// Who shows this token, if the session is alive; being asked keeps it alive.
    pub async fn session(&self, token: &SessionToken) -> Result<Option<Session>, ActError> {
        let now = self.machine.now();
        let mut reading = self.ledgered.reading().await?;
        let row = reading.session(&token.hash(), alive(now)).await?;
        drop(reading);
        let Some(session) = row.map(session_of).transpose()? else { return Ok(None) };
        if now - session.seen_at >= SEEN_EVERY {
            let mut workshop = self.ledgered.workshop().await?;
            workshop.see_session(&session.id.0, now).await?;
            workshop.commit().await?;
        }
        Ok(Some(session))
    }

    /// Ends a session (サインアウト).
    pub async fn end_session(&self, id: &SessionId) -> Result<(), ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        workshop.end_session(&id.0).await?;
        Ok(workshop.commit().await?)
    }

    /// Ends every session of a login, in whatever browser.
    pub async fn end_all_sessions(&self, login: &LoginId) -> Result<(), ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        workshop.end_sessions(&login.0).await?;
        Ok(workshop.commit().await?)
    }

    /// The sessions of a login that are alive; the newest 500 at most are ever of interest.
    pub async fn sessions_of(&self, login: &LoginId) -> Result<Vec<Session>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let rows = reading.sessions(&login.0, alive(self.machine.now()), None, PAGE_MAX).await?;
        let mut sessions = rows.into_iter().map(session_of).collect::<Result<Vec<_>, _>>()?;
        sessions.sort_by_key(|session| std::cmp::Reverse(session.began_at));
        Ok(sessions)
    }

    /// Whether a session's proof of who it is is recent enough for a sensitive act.
    pub fn proof(&self, session: &Session) -> Proof {
        // Whoever came in by less than both proofs has proved nothing yet that a sensitive act could rest on.
        let proved = session.factor != Factor::TrustedDevice || session.proved_at > session.began_at;
        if proved && self.machine.now() - session.proved_at <= FRESH { Proof::Fresh } else { Proof::Old }
    }
}

impl std::fmt::Display for LoginId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Factor {
    const ALL: [Self; 8] = [
        Self::Password,
        Self::Unfinished,
        Self::PasswordAndCode,
        Self::PasswordAndRecovery,
        Self::PasswordAndPasskey,
        Self::Passkey,
        Self::Elsewhere,
        Self::TrustedDevice,
    ];

    /// The word that is stored.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Unfinished => "unfinished",
            Self::PasswordAndCode => "password_code",
            Self::PasswordAndRecovery => "password_recovery",
            Self::PasswordAndPasskey => "password_passkey",
            Self::Passkey => "passkey",
            Self::Elsewhere => "elsewhere",
            Self::TrustedDevice => "trusted_device",
        }
    }

    /// The words that a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Password => "パスワード",
            Self::Unfinished => "パスワード（二つ目の確認は未設定）",
            Self::PasswordAndCode => "パスワードと確認コード",
            Self::PasswordAndRecovery => "パスワードと予備コード",
            Self::PasswordAndPasskey => "パスワードとパスキー",
            Self::Passkey => "パスキー",
            Self::Elsewhere => "庁内の共通サインイン",
            Self::TrustedDevice => "パスワード（信頼した端末）",
        }
    }
}

pub(crate) fn subject_of(subject: LoginSubject) -> Subject {
    match subject {
        LoginSubject::Operator => Subject::Operator,
        LoginSubject::Officer(person) => Subject::Officer(PersonId(person)),
    }
}

/// What a login is called on a device of its owner: its name or, where it has none, the staff number.
pub(crate) fn called(row: &LoginRow) -> String {
    match (&row.name, &row.subject) {
        (Some(name), _) => name.clone(),
        (None, LoginSubject::Officer(person)) => person.clone(),
        (None, LoginSubject::Operator) => "operator".to_owned(),
    }
}

/// What a browser calls itself, short and without control characters.
pub(crate) fn label(device: &str) -> String {
    device.chars().filter(|c| !c.is_control()).take(DEVICE_MAX).collect()
}

pub(crate) fn unusable() -> ActError {
    ActError::Input("このログインは使えません。システムの運用担当に確かめてください。".to_owned())
}

pub(crate) fn alive(now: i64) -> Alive {
    Alive { seen_since: now.saturating_sub(IDLE) + 1, began_since: now.saturating_sub(WHOLE) + 1 }
}

fn session_of(row: SessionRow) -> Result<Session, ActError> {
    let factor = Factor::ALL.into_iter().find(|factor| factor.word() == row.factor);
    Ok(Session {
        id: SessionId(row.id),
        login: LoginId(row.login),
        name: row.name.unwrap_or_default(),
        subject: subject_of(row.subject),
        factor: factor.ok_or_else(|| ActError::Inconsistent("セッションの要素".to_owned()))?,
        device: row.device,
        began_at: row.began_at,
        seen_at: row.seen_at,
        proved_at: row.proved_at,
    })
}
