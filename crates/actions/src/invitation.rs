//! Coming in for the first time: one-time links, and what is set with them.

use domain::entry::{AccessChange, Fact, Private};
use domain::id::{PersonId, uuid_v7};
use domain::ledger::{from_hex, to_hex};
use store::{LoginDesk, LoginRow, LoginState, LoginSubject, Logins, PAGE_MAX, SignInDesk, SigningIn, Used, Writing};

use crate::city::City;
use crate::error::ActError;
use crate::giver::Giver;
use crate::office::plain_code;
use crate::session::{Factor, LoginId, Subject, called, subject_of};
use crate::sign_in::{
    Charged, Counter, Counters, Happening, JoinCode, LoginName, Need, Password, RecoveryCodes, SignedIn, Source,
    TotpSecret, Visitor, seed, shown, step,
};
use crate::slice::Slice;
use crate::token::{LinkToken, PendingToken};

/// An officer's link holds for this long (ms).
pub const INVITATION: i64 = 7 * 24 * 60 * 60 * 1000;

/// The link of a first start, and one after a reset, holds for this long (ms).
pub const SET_UP: i64 = 24 * 60 * 60 * 1000;

/// A link that was opened by its code holds for this long (ms) in that browser; the code can be typed again.
const OPENED: i64 = 60 * 60 * 1000;

const ACCEPTING: &str = "accept";

/// A one-time link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its secret, for whoever is invited.
    pub token: LinkToken,
    /// The same in letters that can be typed; used once, and with the link.
    pub code: JoinCode,
    /// The login that it opens.
    pub login: LoginId,
    /// Dead from this instant on (ms, UTC).
    pub expires_at: i64,
}

/// Whether somebody can keep this municipality's sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetUp {
    /// There is no operator yet: a link has to be used first.
    Needed,
    /// There is one.
    Done,
}

/// What the page behind a link begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// For the browser's short cookie.
    pub pending: PendingToken,
    /// Who is invited.
    pub subject: Subject,
    /// The name of before, where the login was reset.
    pub name: Option<String>,
    /// Whether a second factor has to be set.
    pub need: Need,
    /// For the authenticator.
    pub totp: TotpSecret,
}

/// What somebody sets with a link.
#[derive(Clone)]
pub struct Accepting {
    /// The login name.
    pub name: String,
    /// The password.
    pub password: String,
    /// The same again.
    pub again: String,
    /// The second factor.
    pub second: AcceptedSecond,
}

/// Which second factor somebody sets.
#[derive(Clone, PartialEq, Eq)]
pub enum AcceptedSecond {
    /// An authenticator, which shows this code now.
    Code(String),
    /// Recovery codes on paper alone, where there is no authenticator.
    Paper,
    /// None.
    Nothing,
}

/// A field of what somebody sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// ログイン名.
    Name,
    /// パスワード.
    Password,
    /// パスワード（確認）.
    Again,
    /// 今のパスワード.
    Former,
    /// 確認コード.
    Code,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Which.
    pub field: Field,
    /// What, and what to do.
    pub text: String,
}

/// What came of using a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptAnswer {
    /// In; the recovery codes are shown now, and never again.
    Accepted(SignedIn, Option<RecoveryCodes>),
    /// Not yet.
    Refused(Vec<FieldProblem>),
    /// The link is unknown, used, replaced or too old; which of them is not told.
    Dead,
}

/// What came of typing the code of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeAnswer {
    /// The link behind it, for this browser.
    Opens(LinkToken),
    /// It is no such code, or one that is used, replaced or too old; which of them is not told.
    Dead,
    /// Too many failures; not before this instant (ms, UTC).
    Paused {
        /// When the next try is looked at.
        until: i64,
    },
}

impl City {
    /// Opens an invitation by the code on its paper. A try is counted as failed before it is looked at, as at the door.
    pub async fn open_by_code(&self, typed: &str, source: &Source) -> Result<CodeAnswer, ActError> {
        let now = self.machine.now();
        let counters = Counters {
            own: vec![Counter::of(&["join", &source.address])],
            shared: vec![Counter::address(&["address", &source.address])],
        };
        let mut workshop = self.ledgered.workshop().await?;
        if let Charged::Paused(until) = counters.charge(&mut workshop, now).await? {
            workshop.commit().await?;
            return Ok(CodeAnswer::Paused { until });
        }
        let kept = JoinCode::read(typed).and_then(|code| code.hash());
        let found = match kept {
            Some(kept) => workshop.invited(&kept, now).await?,
            None => None,
        };
        let Some((login, expires_at)) = found else {
            workshop.commit().await?;
            return Ok(CodeAnswer::Dead);
        };
        counters.succeed(&mut workshop).await?;
        // What was printed is not kept: the browser gets a link of its own, which dies with the others.
        let token = LinkToken::new(self.machine.random());
        workshop.add_invitation(&token.hash(), &login, now, expires_at.min(now.saturating_add(OPENED))).await?;
        workshop.commit().await?;
        Ok(CodeAnswer::Opens(token))
    }

    /// Whether an operator is still missing.
    pub async fn set_up_needed(&self) -> Result<SetUp, ActError> {
        let operators = self.operators().await?;
        let none = operators.iter().all(|row| row.state == LoginState::Invited && row.password.is_none());
        Ok(if none { SetUp::Needed } else { SetUp::Done })
    }

    /// A link for the first operator; none once there is one. An earlier such link is dead.
    pub async fn set_up_link(&self) -> Result<Option<Link>, ActError> {
        if self.set_up_needed().await? == SetUp::Done {
            return Ok(None);
        }
        match self.operators().await?.into_iter().next() {
            None => self.invite_operator(&Giver::Owner).await.map(Some),
            Some(row) => {
                let mut workshop = self.ledgered.workshop().await?;
                let link = self.new_link(&mut workshop, &row, SET_UP).await?;
                workshop.commit().await?;
                Ok(Some(link))
            }
        }
    }

    /// Invites one more operator.
    pub async fn invite_operator(&self, giver: &Giver<'_>) -> Result<Link, ActError> {
        self.may_give(giver)?;
        let mut writing = self.ledgered.writing().await?;
        let row = self.new_login(LoginSubject::Operator);
        writing.new_login(&row).await?;
        let link = self.new_link(&mut writing, &row, SET_UP).await?;
        self.note(&mut writing, Happening::Invited, Some(&row), &giver.source()).await?;
        self.record_access(writing, &row, AccessChange::Invited).await?;
        Ok(link)
    }

    /// Invites an officer; invited again, the earlier link is dead.
    pub async fn invite(&self, giver: &Giver<'_>, person: &PersonId) -> Result<Link, ActError> {
        self.may_give(giver)?;
        let mut writing = self.ledgered.writing().await?;
        let slice = self.common(&mut writing).await?;
        // A number typed in full width is the list's number.
        let plain = PersonId(plain_code(&person.0));
        let known = |person: &&PersonId| slice.register.office.people.contains_key(*person);
        let person = Some(person).filter(known).unwrap_or(&plain);
        if !known(&person) {
            return Err(ActError::Input(format!(
                "職員番号「{person}」は、職員の名簿にありません。先に組織のデータを取り込んでください。"
            )));
        }
        let row = match writing.login_of(&person.0).await? {
            None => {
                let row = self.new_login(LoginSubject::Officer(person.0.clone()));
                writing.new_login(&row).await?;
                row
            }
            Some(row) if row.state == LoginState::Invited => row,
            Some(row) if row.state == LoginState::Suspended => {
                return Err(ActError::Input(format!(
                    "職員番号「{person}」のログインは停止中です。再開するか、再設定してください。"
                )));
            }
            Some(_) => {
                return Err(ActError::Input(format!(
                    "職員番号「{person}」は、もうサインインできます。パスワードを忘れたときは、再設定してください。"
                )));
            }
        };
        let link = self.new_link(&mut writing, &row, INVITATION).await?;
        self.note(&mut writing, Happening::Invited, Some(&row), &giver.source()).await?;
        self.record_access(writing, &row, AccessChange::Invited).await?;
        Ok(link)
    }

    /// Whom a link invites; `None` when it is dead.
    pub async fn invited(&self, link: &LinkToken) -> Result<Option<Subject>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        Ok(self.row_of_link(&mut reading, link).await?.map(|row| subject_of(row.subject)))
    }

    /// Opens a link: what is to be set with it; `None` when it is dead.
    pub async fn begin_acceptance(&self, link: &LinkToken) -> Result<Option<Acceptance>, ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        let Some(row) = self.row_of_link(&mut workshop, link).await? else { return Ok(None) };
        let (pending, totp) = self.offer_seed(&mut workshop, ACCEPTING, &row).await?;
        workshop.commit().await?;
        let subject = subject_of(row.subject);
        let need = self.needs_second(&subject).await?;
        Ok(Some(Acceptance { pending, subject, name: row.name, need, totp }))
    }

    /// What a link was opened with in this browser before, as long as it holds: whoever typed something wrong need not
    /// set up the authenticator anew.
    pub async fn acceptance_begun(
        &self,
        link: &LinkToken,
        pending: &PendingToken,
    ) -> Result<Option<Acceptance>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let Some(row) = self.row_of_link(&mut reading, link).await? else { return Ok(None) };
        let Some(totp) = self.seed_offered(&mut reading, ACCEPTING, &row, pending).await? else { return Ok(None) };
        drop(reading);
        let subject = subject_of(row.subject);
        let need = self.needs_second(&subject).await?;
        Ok(Some(Acceptance { pending: pending.clone(), subject, name: row.name, need, totp }))
    }

    /// Uses a link: all is set and the person is in, or nothing is.
    pub async fn accept_invitation(
        &self,
        link: &LinkToken,
        pending: &PendingToken,
        given: &Accepting,
        source: &Source,
    ) -> Result<AcceptAnswer, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let Some(row) = self.row_of_link(&mut reading, link).await? else { return Ok(AcceptAnswer::Dead) };
        let begun = reading.pending(&pending.hash(), ACCEPTING, self.machine.now()).await?;
        let sealed = begun.filter(|begun| begun.login == row.id).map(|begun| begun.data);
        drop(reading);
        let subject = subject_of(row.subject.clone());
        let mut problems = Vec::new();
        let mut wrong = |field, text: String| problems.push(FieldProblem { field, text });
        let name = LoginName::chosen(&given.name).map_err(|text| wrong(Field::Name, text)).ok();
        let around = self.guessed_around(&subject).await?;
        let typed = LoginName::typed(&given.name);
        let password =
            Password::chosen(&given.password, &typed, &around).map_err(|text| wrong(Field::Password, text)).ok();
        if given.password != given.again {
            wrong(Field::Again, "二つのパスワードが違います。同じものを入力してください。".to_owned());
        }
        let totp = match (&given.second, &sealed) {
            (AcceptedSecond::Code(code), Some(sealed)) => {
                let proven = self.seed_proven(sealed, &row.id, code)?;
                if proven.is_none() {
                    wrong(Field::Code, self.code_wrong());
                }
                proven
            }
            (AcceptedSecond::Code(_), None) => {
                wrong(
                    Field::Code,
                    "時間が過ぎました。ページを開き直し、新しいQRコードを読み取ってください。".to_owned(),
                );
                None
            }
            (AcceptedSecond::Paper, _) => None,
            (AcceptedSecond::Nothing, _) => {
                if self.needs_second(&subject).await? == Need::Second {
                    wrong(Field::Code, "決裁・受理・掲載を行う職と運用の担当には、二つ目の確認が必要です。認証アプリか、紙の予備コードを選んでください。".to_owned());
                }
                None
            }
        };
        let (Some(name), Some(password), true) = (name, password, problems.is_empty()) else {
            return Ok(AcceptAnswer::Refused(problems));
        };
        let hash = self.password_hash(&password).await?;
        let codes = (given.second != AcceptedSecond::Nothing).then(|| RecoveryCodes::new(self.machine.as_ref()));

        let mut writing = self.ledgered.writing().await?;
        let now = self.machine.now();
        let Some(mut row) = self.row_of_link(&mut writing, link).await? else { return Ok(AcceptAnswer::Dead) };
        if writing.login_named(name.as_str()).await?.is_some_and(|other| other.id != row.id) {
            return Ok(AcceptAnswer::Refused(vec![name_taken()]));
        }
        if writing.use_invitation(&link.hash(), now).await? == Used::Dead {
            return Ok(AcceptAnswer::Dead);
        }
        row.name = Some(name.as_str().to_owned());
        row.password = Some(hash);
        row.state = LoginState::Active;
        row.stamp += 1;
        row.changed_at = now;
        (row.totp, row.totp_step) = totp.map_or((None, 0), |(sealed, step)| (Some(sealed), step));
        writing.save_login(&row).await?;
        writing.put_recovery_codes(&row.id, &codes.as_ref().map(RecoveryCodes::hashes).unwrap_or_default()).await?;
        writing.end_pending(&pending.hash()).await?;
        self.note(&mut writing, Happening::Activated, Some(&row), source).await?;
        let factor = match given.second {
            AcceptedSecond::Code(_) => Factor::PasswordAndCode,
            AcceptedSecond::Paper => Factor::PasswordAndRecovery,
            AcceptedSecond::Nothing => Factor::Password,
        };
        let signed_in = self.let_in(&mut writing, &row, factor, source).await?;
        self.record_access(writing, &row, AccessChange::Activated).await?;
        Ok(AcceptAnswer::Accepted(signed_in, codes))
    }

    /// A link for a login; every earlier one of it is dead.
    pub(crate) async fn new_link(
        &self,
        desk: &mut impl LoginDesk,
        row: &LoginRow,
        holds: i64,
    ) -> Result<Link, ActError> {
        let token = LinkToken::new(self.machine.random());
        let now = self.machine.now();
        let expires_at = now.saturating_add(holds);
        desk.new_invitation(&token.hash(), &row.id, now, expires_at).await?;
        let code = JoinCode::new(self.machine.random());
        if let Some(kept) = code.hash() {
            desk.add_invitation(&kept, &row.id, now, expires_at).await?;
        }
        Ok(Link { token, code, login: LoginId(row.id.clone()), expires_at })
    }

    /// Ends a transaction with the entry that tells whose access changed.
    pub(crate) async fn record_access(
        &self,
        writing: Writing,
        row: &LoginRow,
        change: AccessChange,
    ) -> Result<(), ActError> {
        let person = match &row.subject {
            LoginSubject::Operator => None,
            LoginSubject::Officer(person) => Some(PersonId(person.clone())),
        };
        let decided = self.by_operator(Fact::AccessChanged { person, change }, Private::default());
        self.record(writing, Slice::default(), decided, None).await?;
        Ok(())
    }

    /// A seed for an authenticator, kept sealed until its first code is shown.
    pub(crate) async fn offer_seed(
        &self,
        desk: &mut impl SignInDesk,
        purpose: &str,
        row: &LoginRow,
    ) -> Result<(PendingToken, TotpSecret), ActError> {
        let seed = seed(self.machine.as_ref());
        let sealed = self.seal_key()?.seal(&seed, &self.seal_place(&row.id), self.machine.random());
        let sealed = sealed.ok_or_else(|| ActError::Inconsistent("確認コードの封".to_owned()))?;
        let totp = self.seed_shown(&seed, row)?;
        let pending = self.begin_pending(desk, purpose, row, to_hex(&sealed)).await?;
        Ok((pending, totp))
    }

    /// A seed that was offered to this browser and still waits for its first code.
    pub(crate) async fn seed_offered(
        &self,
        at: &mut impl SigningIn,
        purpose: &str,
        row: &LoginRow,
        pending: &PendingToken,
    ) -> Result<Option<TotpSecret>, ActError> {
        let begun = at.pending(&pending.hash(), purpose, self.machine.now()).await?;
        let begun = begun.filter(|begun| begun.login == row.id && begun.stamp == row.stamp);
        let Some(sealed) = begun.and_then(|begun| from_hex(&begun.data).ok()) else { return Ok(None) };
        let seed = self.seal_key()?.open(&sealed, &self.seal_place(&row.id));
        seed.map(|seed| self.seed_shown(&seed, row)).transpose()
    }

    fn seed_shown(&self, seed: &[u8], row: &LoginRow) -> Result<TotpSecret, ActError> {
        // A colon would end the issuer or the name.
        shown(seed, &format!("しるべ {}", self.code()), &called(row).replace(':', "_"))
    }

    /// What is told of a one-time code that does not fit a seed that is just being taken over.
    pub(crate) fn code_wrong(&self) -> String {
        format!(
            "確認コードが合いません。認証アプリに表示されている6桁を入力してください。{}",
            domain::calendar::server_time(self.machine.now())
        )
    }

    /// The sealed seed and the step of its first code; `None` when the code is not its.
    pub(crate) fn seed_proven(
        &self,
        sealed: &str,
        login: &str,
        code: &str,
    ) -> Result<Option<(Vec<u8>, i64)>, ActError> {
        let Some(sealed) = from_hex(sealed).ok() else { return Ok(None) };
        let seed = self.seal_key()?.open(&sealed, &self.seal_place(login));
        let step = seed.and_then(|seed| step(&seed, code, self.machine.now()));
        Ok(step.map(|step| (sealed, step)))
    }

    /// The slow hash of a chosen password.
    pub(crate) async fn password_hash(&self, password: &Password) -> Result<String, ActError> {
        let busy = || ActError::Input("ただいま混み合っています。少し待って、もう一度お試しください。".to_owned());
        // Whoever gets here is in, or holds a link that opens.
        let place = self.doors.gate.place(Visitor::Known).map_err(|_| busy())?;
        let hash = place.hash(password, self.machine.random()).await;
        hash.ok().flatten().ok_or_else(busy)
    }

    /// What everybody would guess first of this person's password: the names of the municipality and of the person.
    pub(crate) async fn guessed_around(&self, subject: &Subject) -> Result<Vec<String>, ActError> {
        let mut around = Vec::new();
        if let Ok(guideline) = self.guideline_in_force().await {
            let town = &guideline.guideline.municipality;
            for name in [&town.name, &town.kana] {
                around.push(name.clone());
                let short = name.strip_suffix(['市', '町', '村', '区', 'し']).unwrap_or(name);
                around.push(short.to_owned());
            }
            around.extend(town.own_hosts.iter().flat_map(|host| host.split('.')).map(str::to_owned));
        }
        if let Subject::Officer(person) = subject {
            let office = self.office().await?;
            if let Some(known) = office.people.get(person) {
                let names = [known.name.as_deref(), known.kana.as_deref()];
                around.extend(names.into_iter().flatten().flat_map(str::split_whitespace).map(str::to_owned));
            }
            around.push(person.0.clone());
        }
        Ok(around)
    }

    async fn operators(&self) -> Result<Vec<LoginRow>, ActError> {
        Ok(self.ledgered.reading().await?.operators(None, PAGE_MAX).await?)
    }

    async fn row_of_link(&self, at: &mut impl Logins, link: &LinkToken) -> Result<Option<LoginRow>, ActError> {
        self.row_of_invitation(at, &link.hash()).await
    }

    /// The login that an invitation is for, by the hash of its token.
    pub(crate) async fn row_of_invitation(
        &self,
        at: &mut impl Logins,
        invitation: &str,
    ) -> Result<Option<LoginRow>, ActError> {
        let Some((id, _)) = at.invited(invitation, self.machine.now()).await? else { return Ok(None) };
        Ok(at.login(&id).await?.filter(|row| row.state == LoginState::Invited))
    }

    fn new_login(&self, subject: LoginSubject) -> LoginRow {
        let now = self.machine.now();
        LoginRow {
            id: uuid_v7(now, self.machine.random()),
            name: None,
            subject,
            state: LoginState::Invited,
            password: None,
            totp: None,
            totp_step: 0,
            stamp: 0,
            created_at: now,
            changed_at: now,
            version: 1,
        }
    }
}

/// What is told of a name that is another login's.
pub(crate) fn name_taken() -> FieldProblem {
    let text = "このログイン名は、ほかの方が使っています。別の名前にしてください。".to_owned();
    FieldProblem { field: Field::Name, text }
}
