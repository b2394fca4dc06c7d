//! Who may come in: seeing, stopping, allowing again and resetting logins. Done by the operator, and in the ledger.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::entry::AccessChange;
use domain::id::PersonId;
use domain::office::Office;
use domain::search::Question;
use store::{
    Identities, LoginDesk, LoginRow, LoginState, LoginSubject, Logins, SignInDesk, SigningIn, SoughtLogins,
    SoughtOperators, Writing,
};

use crate::city::City;
use crate::error::ActError;
use crate::giver::Giver;
use crate::invitation::{Link, SET_UP};
use crate::search::{Page, one_more};
use crate::session::{Factor, LoginId, Proof, Session, Subject, subject_of, unusable};
use crate::sign_in::{Happening, LoginName, SecondWay, Source, ways_of};

/// How far somebody's access is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessState {
    /// 招待中: a link was made and not used.
    Invited,
    /// 利用中.
    Active,
    /// 停止中.
    Suspended,
}

/// Whether a login can be entered by a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordState {
    /// It has one.
    Set,
    /// It has none: not yet, or because its owner comes in by the city's own sign-in.
    Missing,
}

/// A login as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginView {
    /// The login.
    pub id: LoginId,
    /// Its name; none before the first link was used.
    pub name: Option<String>,
    /// Who is behind it.
    pub subject: Subject,
    /// How far it is.
    pub state: AccessState,
    /// Whether it can be entered by a password.
    pub password: PasswordState,
    /// What it can prove beside the password.
    pub ways: Vec<SecondWay>,
    /// How many recovery codes are unused.
    pub recovery_left: u64,
    /// When it was made (ms, UTC).
    pub created_at: i64,
    /// When it was changed last (ms, UTC).
    pub changed_at: i64,
}

/// A login as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginLine {
    /// The login.
    pub id: LoginId,
    /// Its name; none before the first link was used.
    pub name: Option<String>,
    /// Who is behind it.
    pub subject: Subject,
    /// How far it is.
    pub state: AccessState,
    /// When it was changed last (ms, UTC).
    pub changed_at: i64,
}

/// What an operator is called where officers are called by their posts.
pub const OPERATOR: &str = "システムの運用担当";

/// So many people are found at once; whoever asks for more has to ask more closely.
const MOST_SOUGHT: usize = 500;

/// Whom somebody looks for: by name, reading, number, post or unit of a day, or by how the login name begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    people: BTreeSet<PersonId>,
    name: LoginName,
    operators: SoughtOperators,
    /// How many more people the words would have found.
    left_out: usize,
}

impl Sought {
    /// How many people the words found beyond those that are looked for.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Whether this person is looked for.
    pub fn is(&self, person: &PersonId) -> bool {
        self.people.contains(person)
    }
}

impl City {
    /// Reads whom somebody looks for in an office today; `None` where nothing is asked.
    pub fn sought(&self, office: &Arc<Office>, typed: &str) -> Option<Sought> {
        let question = Question::read(typed);
        if question.is_empty() {
            return None;
        }
        let words = self.caches.office_words(office, self.today());
        let mut found = words.staff.iter().filter(|(_, words)| question.is_in_folded(words)).map(|(id, _)| id);
        Some(Sought {
            people: found.by_ref().take(MOST_SOUGHT).cloned().collect(),
            left_out: found.count(),
            name: LoginName::typed(typed),
            operators: if question.is_in(OPERATOR) { SoughtOperators::All } else { SoughtOperators::None },
        })
    }

    /// The logins as a list shows them: one query a page; `after` is the last of the page before.
    pub async fn login_lines(&self, after: Option<&LoginId>, limit: u32) -> Result<Page<LoginLine>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        Ok(lines(reading.logins(after.map(|id| id.0.as_str()), one_more(limit)).await?, limit))
    }

    /// The same of those who are looked for.
    pub async fn logins_found(
        &self,
        sought: &Sought,
        after: Option<&LoginId>,
        limit: u32,
    ) -> Result<Page<LoginLine>, ActError> {
        let wanted = SoughtLogins {
            people: sought.people.iter().map(|person| person.0.clone()).collect(),
            name: sought.name.as_str().to_owned(),
            operators: sought.operators,
        };
        let mut reading = self.ledgered.reading().await?;
        let rows = reading.logins_sought(&wanted, after.map(|id| id.0.as_str()), one_more(limit)).await?;
        Ok(lines(rows, limit))
    }

    /// Who has a login, in whatever state.
    pub async fn with_login(&self) -> Result<BTreeSet<PersonId>, ActError> {
        let found = self.ledgered.reading().await?.with_login().await?;
        Ok(found.into_iter().map(PersonId).collect())
    }

    /// The logins, in the order in which they were made; `after` is the last of the page before.
    pub async fn logins(&self, after: Option<&LoginId>, limit: u32) -> Result<Vec<LoginView>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let rows = reading.logins(after.map(|id| id.0.as_str()), limit).await?;
        let mut views = Vec::new();
        for row in rows {
            views.push(view(&mut reading, row).await?);
        }
        Ok(views)
    }

    /// One login.
    pub async fn login(&self, id: &LoginId) -> Result<Option<LoginView>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        match reading.login(&id.0).await? {
            Some(row) => view(&mut reading, row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Stops a login: every session of it is dead on its next request.
    pub async fn suspend(&self, giver: &Giver<'_>, login: &LoginId) -> Result<(), ActError> {
        self.may_give(giver)?;
        let mut writing = self.ledgered.writing().await?;
        let mut row = writing.login(&login.0).await?.ok_or_else(unusable)?;
        if row.state == LoginState::Suspended {
            return Err(ActError::Input("このログインは、もう停止しています。".to_owned()));
        }
        giver.not_oneself(login)?;
        another_operator(&mut writing, &row).await?;
        row.state = LoginState::Suspended;
        self.cut_off(&mut writing, &mut row).await?;
        self.note(&mut writing, Happening::Suspended, Some(&row), &giver.source()).await?;
        self.record_access(writing, &row, AccessChange::Suspended).await
    }

    /// Allows a stopped login again, with everything by which it was entered before.
    pub async fn restore_access(&self, giver: &Giver<'_>, login: &LoginId) -> Result<(), ActError> {
        self.may_give(giver)?;
        let mut writing = self.ledgered.writing().await?;
        let mut row = writing.login(&login.0).await?.ok_or_else(unusable)?;
        if row.state != LoginState::Suspended {
            return Err(ActError::Input("このログインは停止していません。".to_owned()));
        }
        // Whoever came in by the city's own sign-in has no password and needs no other invitation.
        let in_use = row.password.is_some() || !writing.identities(&row.id, None, 1).await?.is_empty();
        row.state = if in_use { LoginState::Active } else { LoginState::Invited };
        self.cut_off(&mut writing, &mut row).await?;
        self.note(&mut writing, Happening::Restored, Some(&row), &giver.source()).await?;
        self.record_access(writing, &row, AccessChange::Restored).await
    }

    /// Makes password and second factor void and gives a link to set them anew; every session is dead.
    pub async fn reset(&self, giver: &Giver<'_>, login: &LoginId) -> Result<Link, ActError> {
        self.may_give(giver)?;
        let mut writing = self.ledgered.writing().await?;
        let mut row = writing.login(&login.0).await?.ok_or_else(unusable)?;
        if row.state == LoginState::Suspended {
            return Err(ActError::Input("このログインは停止中です。先に再開してください。".to_owned()));
        }
        giver.not_oneself(login)?;
        if matches!(giver, Giver::Operator { .. }) {
            another_operator(&mut writing, &row).await?;
        }
        row.state = LoginState::Invited;
        row.password = None;
        row.totp = None;
        row.totp_step = 0;
        self.cut_off(&mut writing, &mut row).await?;
        writing.end_second_factors(&row.id).await?;
        let link = self.new_link(&mut writing, &row, SET_UP).await?;
        self.note(&mut writing, Happening::Reset, Some(&row), &giver.source()).await?;
        self.record_access(writing, &row, AccessChange::Reset).await?;
        Ok(link)
    }

    /// For whoever owns the machine, when no operator can sign in any more: a link for the operator of this name, or for
    /// the first one. What that operator had is void.
    pub async fn recovery_link(&self, name: Option<&str>) -> Result<Link, ActError> {
        if let (None, Some(link)) = (name, self.set_up_link().await?) {
            return Ok(link);
        }
        let mut reading = self.ledgered.reading().await?;
        let operators = reading.operators(None, store::PAGE_MAX).await?;
        drop(reading);
        let wanted = name.map(crate::sign_in::LoginName::typed);
        let fits = |row: &LoginRow| {
            let named = wanted.as_ref().is_none_or(|name| row.name.as_deref() == Some(name.as_str()));
            named && row.state != LoginState::Suspended
        };
        let found = operators.into_iter().find(fits).ok_or_else(|| {
            ActError::Input(
                "その名前の運用担当のログインがないか、停止中です。`shirube sign-in list` で確かめてください。"
                    .to_owned(),
            )
        })?;
        self.reset(&Giver::Owner, &LoginId(found.id)).await
    }

    /// Whether somebody may give and take access now.
    pub(crate) fn may_give(&self, giver: &Giver<'_>) -> Result<(), ActError> {
        let Giver::Operator { session, .. } = giver else { return Ok(()) };
        if session.subject != Subject::Operator || session.factor == Factor::Unfinished {
            return Err(ActError::Input("利用者の管理は、システムの運用担当が行います。".to_owned()));
        }
        self.freshly_proven(session)
    }

    /// Whether the proof of who one is is recent enough for a sensitive act.
    pub(crate) fn freshly_proven(&self, session: &Session) -> Result<(), ActError> {
        match self.proof(session) {
            Proof::Fresh => Ok(()),
            Proof::Old => Err(ActError::Input(
                "大切な操作のため、もう一度パスワードか確認コードで本人であることを確かめてください。".to_owned(),
            )),
        }
    }

    /// Ends everything that a login has running.
    pub(crate) async fn cut_off(&self, desk: &mut impl SignInDesk, row: &mut LoginRow) -> Result<(), ActError> {
        row.stamp += 1;
        row.changed_at = self.machine.now();
        desk.save_login(row).await?;
        // The row may be read on: it is the version that now stands.
        row.version += 1;
        desk.end_sessions(&row.id).await?;
        desk.end_invitations(&row.id).await?;
        Ok(())
    }
}

impl Giver<'_> {
    /// Where the log says that it came from.
    pub(crate) fn source(&self) -> Source {
        match self {
            Self::Owner => Source { address: "コマンド".to_owned(), ..Source::default() },
            Self::Operator { source, .. } => (*source).clone(),
        }
    }

    fn not_oneself(&self, login: &LoginId) -> Result<(), ActError> {
        match self {
            Self::Operator { session, .. } if session.login == *login => Err(ActError::Input(
                "自分のログインは、停止も再設定もできません。ほかの運用担当に頼んでください。".to_owned(),
            )),
            _ => Ok(()),
        }
    }
}

/// Refuses to take the last operator away.
async fn another_operator(writing: &mut Writing, row: &LoginRow) -> Result<(), ActError> {
    if row.subject != LoginSubject::Operator || row.state != LoginState::Active {
        return Ok(());
    }
    let operators = writing.operators(None, store::PAGE_MAX).await?;
    if operators.iter().any(|other| other.id != row.id && other.state == LoginState::Active) {
        return Ok(());
    }
    Err(ActError::Input(
        "最後の運用担当のログインは止められません。先に、ほかの運用担当を招待してください。".to_owned(),
    ))
}

fn lines(rows: Vec<LoginRow>, limit: u32) -> Page<LoginLine> {
    Page::cut(rows.into_iter().map(line).collect(), limit, |line: &LoginLine| line.id.0.clone())
}

fn line(row: LoginRow) -> LoginLine {
    LoginLine {
        id: LoginId(row.id),
        name: row.name,
        subject: subject_of(row.subject),
        state: state_of(row.state),
        changed_at: row.changed_at,
    }
}

async fn view(at: &mut impl SigningIn, row: LoginRow) -> Result<LoginView, ActError> {
    Ok(LoginView {
        ways: ways_of(at, &row).await?,
        recovery_left: at.recovery_codes_left(&row.id).await?,
        password: if row.password.is_some() { PasswordState::Set } else { PasswordState::Missing },
        id: LoginId(row.id),
        name: row.name,
        subject: subject_of(row.subject),
        state: state_of(row.state),
        created_at: row.created_at,
        changed_at: row.changed_at,
    })
}

fn state_of(state: LoginState) -> AccessState {
    match state {
        LoginState::Invited => AccessState::Invited,
        LoginState::Active => AccessState::Active,
        LoginState::Suspended => AccessState::Suspended,
    }
}
