//! Logins, their sessions and the links that invite: who may come in, and who is in.
//!
//! Nothing here knows a rule. What comes in as an id of a session or a link is the hash of its token, never the token.

use std::collections::BTreeSet;
use std::future::Future;

use crate::dialect::Row;
use crate::error::{Result, StoreError};
use crate::ledger::{int, size};
use crate::many::{filled, parameters};
use crate::read::{Read, bounded};
use crate::sql;
use crate::value::values;
use crate::workshop::Desk;

/// Whose login it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginSubject {
    /// The operator of the machine, who decides, receives and lists nothing.
    Operator,
    /// An officer, by the staff number.
    Officer(String),
}

/// How far a login is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginState {
    /// Invited; nobody can sign in with it yet.
    Invited,
    /// In use.
    Active,
    /// Stopped by an operator.
    Suspended,
}

/// One login as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginRow {
    /// Its id.
    pub id: String,
    /// The canonical name that is typed to sign in; none before the invitation was accepted.
    pub name: Option<String>,
    /// Whose it is.
    pub subject: LoginSubject,
    /// How far it is.
    pub state: LoginState,
    /// The slow hash of the password, with its parameters.
    pub password: Option<String>,
    /// The TOTP seed, sealed.
    pub totp: Option<Vec<u8>>,
    /// The newest TOTP step that was used.
    pub totp_step: i64,
    /// Counts what ends every session: a session of another count is dead.
    pub stamp: i64,
    /// When it was made (ms, UTC).
    pub created_at: i64,
    /// When it was changed last (ms, UTC).
    pub changed_at: i64,
    /// Counts the savings from 1.
    pub version: u64,
}

/// Secrets stay out of what is printed for programmers.
impl std::fmt::Debug for LoginRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginRow")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("subject", &self.subject)
            .field("state", &self.state)
            .field("stamp", &self.stamp)
            .finish_non_exhaustive()
    }
}

/// A session to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of its token, in hex.
    pub id: String,
    /// Whose.
    pub login: String,
    /// The login's stamp at this moment.
    pub stamp: i64,
    /// The word for how the person proved to be who they are.
    pub factor: String,
    /// What the browser calls itself.
    pub device: String,
    /// Now (ms, UTC).
    pub began_at: i64,
}

/// A session that is alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of its token, in hex.
    pub id: String,
    /// Whose.
    pub login: String,
    /// The word for how the person proved to be who they are.
    pub factor: String,
    /// What the browser calls itself.
    pub device: String,
    /// When it began (ms, UTC).
    pub began_at: i64,
    /// When it was seen last (ms, UTC).
    pub seen_at: i64,
    /// When the person last proved to be who they are (ms, UTC).
    pub proved_at: i64,
    /// The login's name.
    pub name: Option<String>,
    /// The login's subject.
    pub subject: LoginSubject,
}

/// Whose logins are looked for: those to whom any of it applies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SoughtLogins {
    /// Officers, by the staff number.
    pub people: Vec<String>,
    /// How a canonical name begins; empty for no name.
    pub name: String,
    /// Whether the operators are meant too.
    pub operators: SoughtOperators,
}

/// Whether operators are among those who are looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SoughtOperators {
    /// All of them.
    All,
    /// None for being an operator.
    #[default]
    None,
}

/// What a session must not be older than (ms, UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alive {
    /// Not seen since before this instant: dead.
    pub seen_since: i64,
    /// Begun before this instant: dead.
    pub began_since: i64,
}

/// Reading logins and sessions, whatever the transaction is for.
pub trait Logins: Read {
    /// A login by its id.
    fn login(&mut self, id: &str) -> impl Future<Output = Result<Option<LoginRow>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::LOGIN, values![at.municipality, id]).await?;
            row.as_ref().map(login_row).transpose()
        }
    }

    /// A login by its canonical name.
    fn login_named(&mut self, name: &str) -> impl Future<Output = Result<Option<LoginRow>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::LOGIN_NAMED, values![at.municipality, name]).await?;
            row.as_ref().map(login_row).transpose()
        }
    }

    /// The login of an officer.
    fn login_of(&mut self, person: &str) -> impl Future<Output = Result<Option<LoginRow>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::LOGIN_OF_PERSON, values![at.municipality, person]).await?;
            row.as_ref().map(login_row).transpose()
        }
    }

    /// The people who have a login: an office has some thousands, and no more than 30,000 are read.
    fn with_login(&mut self) -> impl Future<Output = Result<BTreeSet<String>>> + Send {
        async move {
            let at = self.scope();
            let rows = at.tx.all(sql::WITH_LOGIN, values![at.municipality]).await?;
            rows.iter().map(|row| row.text(0)).collect()
        }
    }

    /// The logins, in the order of their ids.
    fn logins(&mut self, after: Option<&str>, limit: u32) -> impl Future<Output = Result<Vec<LoginRow>>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, after.unwrap_or_default(), bounded(limit)];
            let rows = at.tx.all(sql::LOGINS, values).await?;
            rows.iter().map(login_row).collect()
        }
    }

    /// The logins that are looked for, in the order of their ids; one question however many people they may be.
    fn logins_sought(
        &mut self,
        sought: &SoughtLogins,
        after: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<LoginRow>>> + Send {
        async move {
            let at = self.scope();
            let people = filled(&sought.people)?;
            let begins = sought.name.as_str();
            // Both engines order text by code points, and this is the last one.
            let ends = if begins.is_empty() { String::new() } else { format!("{begins}\u{10FFFF}") };
            let operators = match sought.operators {
                SoughtOperators::All => "operator",
                SoughtOperators::None => "",
            };
            let after = after.unwrap_or_default();
            let mut values = values![at.municipality, after, operators, begins, &ends, bounded(limit)].to_vec();
            let text = sought_text(people.len());
            values.extend(people);
            let rows = at.tx.all(text, &values).await?;
            rows.iter().map(login_row).collect()
        }
    }

    /// The logins of operators, in the order of their ids.
    fn operators(&mut self, after: Option<&str>, limit: u32) -> impl Future<Output = Result<Vec<LoginRow>>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, after.unwrap_or_default(), bounded(limit)];
            let rows = at.tx.all(sql::OPERATORS, values).await?;
            rows.iter().map(login_row).collect()
        }
    }

    /// A session, if it is alive and its login is in use and unchanged.
    fn session(&mut self, id: &str, alive: Alive) -> impl Future<Output = Result<Option<SessionRow>>> + Send {
        async move {
            let at = self.scope();
            let values = values![at.municipality, id, alive.seen_since, alive.began_since];
            let row = at.tx.one(sql::SESSION, values).await?;
            row.as_ref().map(session_row).transpose()
        }
    }

    /// The sessions of a login that are alive, in the order of their ids.
    fn sessions(
        &mut self,
        login: &str,
        alive: Alive,
        after: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<SessionRow>>> + Send {
        async move {
            let at = self.scope();
            let after = after.unwrap_or_default();
            let values = values![at.municipality, login, alive.seen_since, alive.began_since, after, bounded(limit)];
            let rows = at.tx.all(sql::SESSIONS, values).await?;
            rows.iter().map(session_row).collect()
        }
    }

    /// The login that a link invites, while the link holds, with the instant (ms, UTC) from which it is dead.
    fn invited(&mut self, id: &str, now: i64) -> impl Future<Output = Result<Option<(String, i64)>>> + Send {
        async move {
            let at = self.scope();
            let row = at.tx.one(sql::INVITATION, values![at.municipality, id, now]).await?;
            let Some(row) = row else { return Ok(None) };
            Ok(Some((row.text(0)?, row.int(1)?)))
        }
    }
}

impl<T: Read> Logins for T {}

/// What may be done to logins, alone or in the transaction of an act.
pub trait LoginDesk: Desk {
    /// Keeps a new login.
    fn new_login(&mut self, login: &LoginRow) -> impl Future<Output = Result<()>> + Send {
        async move {
            let (subject, person) = subject_words(&login.subject);
            let at = self.scope();
            let values = values![
                at.municipality,
                &login.id,
                login.name.as_deref(),
                subject,
                person,
                login.state.word(),
                login.password.as_deref(),
                login.totp.as_deref(),
                login.totp_step,
                login.stamp,
                login.created_at,
                login.changed_at,
            ];
            at.tx.execute(sql::NEW_LOGIN, values).await?;
            Ok(())
        }
    }

    /// Saves a login over the version that was read.
    fn save_login(&mut self, login: &LoginRow) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let values = values![
                at.municipality,
                &login.id,
                login.name.as_deref(),
                login.state.word(),
                login.password.as_deref(),
                login.totp.as_deref(),
                login.totp_step,
                login.stamp,
                login.changed_at,
                int(login.version)?,
            ];
            match at.tx.execute(sql::SAVE_LOGIN, values).await? {
                0 => Err(StoreError::StaleVersion { what: "ログイン".to_owned() }),
                _ => Ok(()),
            }
        }
    }

    /// Begins a session.
    fn new_session(&mut self, session: &NewSession) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            let values = values![
                at.municipality,
                &session.id,
                &session.login,
                session.stamp,
                &session.factor,
                &session.device,
                session.began_at,
            ];
            at.tx.execute(sql::NEW_SESSION, values).await?;
            Ok(())
        }
    }

    /// Notes that a session was seen.
    fn see_session(&mut self, id: &str, now: i64) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::SEE_SESSION, values![at.municipality, id, now]).await?;
            Ok(())
        }
    }

    /// Notes that the person of a session proved again to be who they are.
    fn prove_session(&mut self, id: &str, now: i64) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::PROVE_SESSION, values![at.municipality, id, now]).await?;
            Ok(())
        }
    }

    /// Ends a session.
    fn end_session(&mut self, id: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::END_SESSION, values![at.municipality, id]).await?;
            Ok(())
        }
    }

    /// Ends every session of a login.
    fn end_sessions(&mut self, login: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::END_SESSIONS, values![at.municipality, login]).await?;
            Ok(())
        }
    }

    /// Throws away the sessions that are dead by their age.
    fn sweep_sessions(&mut self, alive: Alive) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::SWEEP_SESSIONS, values![at.municipality, alive.seen_since, alive.began_since]).await?;
            Ok(())
        }
    }

    /// Makes a link for a login; every earlier one of it is dead.
    fn new_invitation(
        &mut self,
        id: &str,
        login: &str,
        now: i64,
        expires_at: i64,
    ) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::END_INVITATIONS, values![at.municipality, login]).await?;
            self.add_invitation(id, login, now, expires_at).await
        }
    }

    /// Makes one more link for a login beside those that hold; all die with the first that is used.
    fn add_invitation(
        &mut self,
        id: &str,
        login: &str,
        now: i64,
        expires_at: i64,
    ) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::NEW_INVITATION, values![at.municipality, id, login, now, expires_at]).await?;
            Ok(())
        }
    }

    /// Uses a link up; [`Used::Dead`] when it is unknown, used or expired.
    fn use_invitation(&mut self, id: &str, now: i64) -> impl Future<Output = Result<Used>> + Send {
        async move {
            let at = self.scope();
            let login = at.tx.one(sql::INVITATION, values![at.municipality, id, now]).await?;
            let changed = at.tx.execute(sql::END_INVITATION, values![at.municipality, id, now]).await?;
            if let Some(row) = login {
                // The code that was printed beside the link is used with it, and the other way round.
                at.tx.execute(sql::END_INVITATIONS, values![at.municipality, row.text(0)?.as_str()]).await?;
            }
            Ok(Used::of(changed))
        }
    }

    /// Ends every link of a login.
    fn end_invitations(&mut self, login: &str) -> impl Future<Output = Result<()>> + Send {
        async move {
            let at = self.scope();
            at.tx.execute(sql::END_INVITATIONS, values![at.municipality, login]).await?;
            Ok(())
        }
    }
}

impl<T: Desk> LoginDesk for T {}

/// Whether something that works once did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// It worked, and never will again.
    Now,
    /// It is unknown, used up or too old.
    Dead,
}

impl Used {
    pub(crate) fn of(changed: u64) -> Self {
        if changed == 0 { Self::Dead } else { Self::Now }
    }
}

impl LoginState {
    fn word(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

fn subject_words(subject: &LoginSubject) -> (&'static str, Option<&str>) {
    match subject {
        LoginSubject::Operator => ("operator", None),
        LoginSubject::Officer(person) => ("officer", Some(person)),
    }
}

fn subject_of(word: &str, person: Option<String>, id: &str) -> Result<LoginSubject> {
    match (word, person) {
        ("operator", None) => Ok(LoginSubject::Operator),
        ("officer", Some(person)) => Ok(LoginSubject::Officer(person)),
        _ => Err(inconsistent("subject", id)),
    }
}

fn login_row(row: &Row) -> Result<LoginRow> {
    let id = row.text(0)?;
    let state = match row.text(4)?.as_str() {
        "invited" => LoginState::Invited,
        "active" => LoginState::Active,
        "suspended" => LoginState::Suspended,
        _ => return Err(inconsistent("state", &id)),
    };
    Ok(LoginRow {
        name: row.opt_text(1)?,
        subject: subject_of(&row.text(2)?, row.opt_text(3)?, &id)?,
        state,
        password: row.opt_text(5)?,
        totp: row.opt_bytes(6)?,
        totp_step: row.int(7)?,
        stamp: row.int(8)?,
        created_at: row.int(9)?,
        changed_at: row.int(10)?,
        version: size(row.int(11)?, "login", "version")?,
        id,
    })
}

fn session_row(row: &Row) -> Result<SessionRow> {
    let login = row.text(1)?;
    Ok(SessionRow {
        id: row.text(0)?,
        factor: row.text(2)?,
        device: row.text(3)?,
        began_at: row.int(4)?,
        seen_at: row.int(5)?,
        proved_at: row.int(6)?,
        name: row.opt_text(7)?,
        subject: subject_of(&row.text(8)?, row.opt_text(9)?, &login)?,
        login,
    })
}

fn inconsistent(column: &str, id: &str) -> StoreError {
    StoreError::Inconsistent { table: "login".to_owned(), column: column.to_owned(), id: id.to_owned() }
}

pub(crate) fn sought_text(people: usize) -> String {
    format!(
        "SELECT id, name, subject, person, state, password, totp, totp_step, stamp, created_at, changed_at, version \
         FROM login WHERE municipality = $1 AND id > $2 \
         AND (subject = $3 OR (name >= $4 AND name < $5) OR person IN ({})) ORDER BY id LIMIT $6",
        parameters(7, people)
    )
}
