//! Signing in: name and password, then a second proof, and proving again before sensitive acts.
//!
//! Whoever does not come in learns only that name and password do not fit; how long that takes tells no more.

mod code;
mod log;
mod name;
mod need;
mod passkey;
mod password;
mod pause;
mod seal;
mod seal_found;
mod trust;

use std::sync::{Arc, Mutex};

use store::{LoginDesk, LoginRow, LoginState, Logins, NewPending, PAGE_MAX, PendingRow, SignInDesk, SigningIn, Used};

use crate::city::City;
use crate::error::ActError;
use crate::session::{Factor, LoginId, Session, SessionId, subject_of};
use crate::signer_found::SignerFound;
use crate::token::{DeviceToken, PendingToken, SessionToken};

pub use code::{JoinCode, RECOVERY_CODES, RecoveryCodes, TotpSecret};
pub use log::{Happening, LOG_KEPT, SignInEvent};
pub use name::LoginName;
pub use need::Need;
pub(crate) use passkey::BEGUN;
pub use passkey::{PasskeyOffer, PasskeyView};
pub use password::{PASSWORD_MIN, Password};
pub(crate) use pause::FORGOTTEN;
pub use seal::SealKey;
pub use seal_found::SealFound;
pub use trust::TrustedDevice;

pub(crate) use code::{recovery_hash, seed, shown, step};
pub(crate) use password::{Age, Busy, Checked, Gate, Visitor};
pub(crate) use pause::{Charged, Counter, Counters};

/// A second step has to be done within this time (ms).
pub const PENDING: i64 = 10 * 60 * 1000;

/// So many tries has a second step.
pub const SECOND_TRIES: i64 = 5;

/// A browser is known for this long (ms) after it was last used to sign in.
const DEVICE_KNOWN: i64 = 180 * 24 * 60 * 60 * 1000;

const SECOND_STEP: &str = "second";

/// What signing in works with beside the register.
#[derive(Debug, Default)]
pub(crate) struct Doors {
    pub gate: Gate,
    pub key: Option<SealKey>,
    /// How that key was found last.
    pub seal: Mutex<SealFound>,
    /// How the key that signs was found last.
    pub signer: Mutex<SignerFound>,
    /// The address of the staff pages, which passkeys are bound to.
    pub origin: Option<url::Url>,
}

/// Where a request comes from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The address, as far as it can be trusted.
    pub address: String,
    /// What the browser calls itself.
    pub browser: String,
    /// What the browser keeps from an earlier sign-in.
    pub device: Option<DeviceToken>,
}

/// What came of signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInAnswer {
    /// The password is right; a second proof is needed.
    NeedsSecond(SecondStep),
    /// In.
    SignedIn(SignedIn),
    /// Not in.
    Refused(SignInRefusal),
}

/// What a second step needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondStep {
    /// For the browser's short cookie.
    pub pending: PendingToken,
    /// The proofs that this login can give.
    pub ways: Vec<SecondWay>,
}

/// A proof beside the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondWay {
    /// A code of an authenticator.
    Code,
    /// A passkey.
    Passkey,
    /// A recovery code on paper.
    Recovery,
}

/// Somebody who came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// For the browser's session cookie.
    pub session: SessionToken,
    /// For the browser's long cookie, by which it is known the next time.
    pub device: DeviceToken,
    /// The login.
    pub login: LoginId,
    /// How they proved who they are; [`Factor::Unfinished`] may only add a second factor.
    pub factor: Factor,
}

/// Why somebody did not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInRefusal {
    /// Name and password do not fit.
    Wrong,
    /// The password of somebody who is signed in does not fit.
    WrongPassword,
    /// The second proof does not fit.
    WrongSecond,
    /// The seed of the login's codes cannot be opened here, so no code is looked at.
    Unsealed,
    /// The second step took too long, had enough tries, or was begun elsewhere.
    Over,
    /// Too many failures; not before this instant (ms, UTC).
    Paused {
        /// When the next try is looked at.
        until: i64,
    },
    /// Too many ask at once.
    Busy,
}

/// A proof given in the second step, or again before a sensitive act.
#[derive(Clone)]
pub enum SecondProof {
    /// What an authenticator shows.
    Code(String),
    /// A recovery code.
    Recovery(String),
    /// What the browser answered to a passkey's challenge, as JSON.
    Passkey(String),
}

/// A proof given again.
#[derive(Clone)]
pub enum AgainProof {
    /// The password.
    Password(Password),
    /// What an authenticator shows.
    Code(String),
}

/// What came of proving again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProveAnswer {
    /// Proven; sensitive acts may be done for a while.
    Proven,
    /// Not proven.
    Refused(SignInRefusal),
}

impl City {
    /// The same municipality with what signing in needs: the key that seals seeds, where it is there, and the staff
    /// pages' address.
    #[must_use]
    pub fn with_doors(mut self, key: impl Into<Option<SealKey>>, origin: Option<url::Url>) -> Self {
        self.doors = Arc::new(Doors { key: key.into(), origin, ..Doors::default() });
        self
    }

    /// Signs in by name and password.
    pub async fn sign_in(&self, name: &str, password: &Password, source: &Source) -> Result<SignInAnswer, ActError> {
        let name = LoginName::typed(name);
        let now = self.machine.now();
        let mut reading = self.ledgered.reading().await?;
        let found = reading.login_named(name.as_str()).await?;
        let device = match &found {
            Some(row) => self.known_device(&mut reading, row, source).await?,
            None => None,
        };
        drop(reading);
        let visitor = if device.is_some() { Visitor::Known } else { Visitor::Unknown };
        let Ok(place) = self.doors.gate.place(visitor) else {
            return Ok(SignInAnswer::Refused(SignInRefusal::Busy));
        };
        let counters = password_counters(found.as_ref(), device.as_ref(), &name, source);
        let mut workshop = self.ledgered.workshop().await?;
        let charged = counters.charge(&mut workshop, now).await?;
        workshop.commit().await?;
        let next = match charged {
            Charged::Paused(until) => return Ok(SignInAnswer::Refused(SignInRefusal::Paused { until })),
            Charged::Go(next) => next,
        };
        let hash = found.as_ref().and_then(|row| row.password.as_deref());
        let checked = match place.check(password, hash).await {
            Ok(checked) => checked,
            Err(Busy) => return Ok(SignInAnswer::Refused(SignInRefusal::Busy)),
        };
        let posts = self.posts_trusted(found.as_ref(), source).await?;
        let mut workshop = self.ledgered.workshop().await?;
        // What was read before the slow work may have changed meanwhile.
        let current = match &found {
            Some(row) => workshop.login(&row.id).await?.filter(|now| now.stamp == row.stamp),
            None => None,
        };
        let (Checked::Right(age), Some(row)) = (checked, current) else {
            self.note_failure(&mut workshop, Happening::WrongPassword, found.as_ref(), next, source).await?;
            workshop.commit().await?;
            return Ok(SignInAnswer::Refused(SignInRefusal::Wrong));
        };
        if row.state != LoginState::Active {
            self.note_failure(&mut workshop, Happening::NotInUse, Some(&row), next, source).await?;
            workshop.commit().await?;
            return Ok(SignInAnswer::Refused(SignInRefusal::Wrong));
        }
        counters.succeed(&mut workshop).await?;
        let ways = ways_of(&mut workshop, &row).await?;
        let answer = if !ways.is_empty() && self.is_trusted(&mut workshop, &row, source, posts.as_deref()).await? {
            self.note(&mut workshop, Happening::TrustUsed, Some(&row), source).await?;
            let signed_in = self.let_in(&mut workshop, &row, Factor::TrustedDevice, source).await?;
            workshop.commit().await?;
            SignInAnswer::SignedIn(signed_in)
        } else if ways.is_empty() {
            workshop.commit().await?;
            let factor = match self.needs_second(&subject_of(row.subject.clone())).await? {
                Need::Second => Factor::Unfinished,
                Need::PasswordOnly => Factor::Password,
            };
            let mut workshop = self.ledgered.workshop().await?;
            let signed_in = self.let_in(&mut workshop, &row, factor, source).await?;
            workshop.commit().await?;
            SignInAnswer::SignedIn(signed_in)
        } else {
            let pending = self.begin_pending(&mut workshop, SECOND_STEP, &row, String::new()).await?;
            workshop.commit().await?;
            SignInAnswer::NeedsSecond(SecondStep { pending, ways })
        };
        if age == Age::Older {
            self.rehash(&row, password).await?;
        }
        Ok(answer)
    }

    /// Ends signing in by a second proof, in the browser that gave the password.
    pub async fn second_step(
        &self,
        pending: &PendingToken,
        proof: &SecondProof,
        source: &Source,
    ) -> Result<SignInAnswer, ActError> {
        let refused = |refusal| Ok(SignInAnswer::Refused(refusal));
        let now = self.machine.now();
        let mut workshop = self.ledgered.workshop().await?;
        let Some(begun) = workshop.try_pending(&pending.hash(), SECOND_STEP, now, SECOND_TRIES).await? else {
            return refused(SignInRefusal::Over);
        };
        let Some(row) = still_good(&mut workshop, &begun).await? else { return refused(SignInRefusal::Over) };
        if matches!(proof, SecondProof::Code(_)) && self.stays_shut(&row) {
            workshop.commit().await?;
            return refused(SignInRefusal::Unsealed);
        }
        let counters = self.second_counters(&mut workshop, &row, source).await?;
        let charged = counters.charge(&mut workshop, now).await?;
        // One challenge, one answer: right or wrong.
        workshop.keep_pending_data(&pending.hash(), "").await?;
        workshop.commit().await?;
        let next = match charged {
            Charged::Paused(until) => return refused(SignInRefusal::Paused { until }),
            Charged::Go(next) => next,
        };
        let mut workshop = self.ledgered.workshop().await?;
        let Some(factor) = self.second_proven(&mut workshop, &row, proof, &begun.data).await? else {
            self.note_failure(&mut workshop, Happening::WrongSecond, Some(&row), next, source).await?;
            workshop.commit().await?;
            return refused(SignInRefusal::WrongSecond);
        };
        // Of two requests with a right proof, one ends the step; the other finds it over.
        if workshop.end_pending(&pending.hash()).await? == Used::Dead
            || still_good(&mut workshop, &begun).await?.is_none()
        {
            return refused(SignInRefusal::Over);
        }
        if factor == Factor::PasswordAndRecovery {
            self.note(&mut workshop, Happening::RecoveryUsed, Some(&row), source).await?;
        }
        counters.succeed(&mut workshop).await?;
        let signed_in = self.let_in(&mut workshop, &row, factor, source).await?;
        workshop.commit().await?;
        Ok(SignInAnswer::SignedIn(signed_in))
    }

    /// Proves again who one is, before a sensitive act.
    pub async fn prove_again(
        &self,
        session: &Session,
        proof: &AgainProof,
        source: &Source,
    ) -> Result<ProveAnswer, ActError> {
        let now = self.machine.now();
        let mut workshop = self.ledgered.workshop().await?;
        let Some(row) = workshop.login(&session.login.0).await?.filter(|row| row.state == LoginState::Active) else {
            return Ok(ProveAnswer::Refused(SignInRefusal::Over));
        };
        if matches!(proof, AgainProof::Code(_)) && self.stays_shut(&row) {
            return Ok(ProveAnswer::Refused(SignInRefusal::Unsealed));
        }
        let Ok(place) = self.doors.gate.place(Visitor::Known) else {
            return Ok(ProveAnswer::Refused(SignInRefusal::Busy));
        };
        let counters = Counters { own: vec![Counter::of(&["again", self.code(), &session.id.0])], shared: Vec::new() };
        let charged = counters.charge(&mut workshop, now).await?;
        workshop.commit().await?;
        let next = match charged {
            Charged::Paused(until) => return Ok(ProveAnswer::Refused(SignInRefusal::Paused { until })),
            Charged::Go(next) => next,
        };
        let checked = match proof {
            AgainProof::Password(password) => place.check(password, row.password.as_deref()).await,
            AgainProof::Code(_) => Ok(Checked::Wrong),
        };
        let Ok(checked) = checked else { return Ok(ProveAnswer::Refused(SignInRefusal::Busy)) };
        let mut workshop = self.ledgered.workshop().await?;
        let (right, refusal) = match proof {
            AgainProof::Password(_) => (matches!(checked, Checked::Right(_)), SignInRefusal::WrongPassword),
            AgainProof::Code(code) => {
                (self.use_code(&mut workshop, &row, code).await? == Used::Now, SignInRefusal::WrongSecond)
            }
        };
        if !right {
            self.note_failure(&mut workshop, Happening::WrongPassword, Some(&row), next, source).await?;
            workshop.commit().await?;
            return Ok(ProveAnswer::Refused(refusal));
        }
        counters.succeed(&mut workshop).await?;
        workshop.prove_session(&session.id.0, now).await?;
        workshop.commit().await?;
        Ok(ProveAnswer::Proven)
    }

    /// Ends another session of one's own.
    pub async fn end_own_session(&self, session: &Session, other: &SessionId) -> Result<(), ActError> {
        let theirs = self.sessions_of(&session.login).await?;
        match theirs.iter().find(|s| s.id == *other) {
            Some(found) => self.end_session(&found.id).await,
            None => Ok(()),
        }
    }

    /// Lets somebody in: session, known browser and log in one transaction.
    pub(crate) async fn let_in(
        &self,
        desk: &mut impl SignInDesk,
        row: &LoginRow,
        factor: Factor,
        source: &Source,
    ) -> Result<SignedIn, ActError> {
        let now = self.machine.now();
        let known = self.known_device(desk, row, source).await?;
        let device = known.unwrap_or_else(|| DeviceToken::new(self.machine.random()));
        desk.put_device(&row.id, &device.hash(), now).await?;
        let session = self.open_session(desk, row, factor, &source.browser).await?;
        self.note(desk, Happening::SignedIn, Some(row), source).await?;
        desk.sweep_sign_in(now, now.saturating_sub(pause::FORGOTTEN), now.saturating_sub(LOG_KEPT)).await?;
        Ok(SignedIn { session, device, login: LoginId(row.id.clone()), factor })
    }

    /// Keeps something begun, to be ended in the same browser.
    pub(crate) async fn begin_pending(
        &self,
        desk: &mut impl SignInDesk,
        purpose: &str,
        row: &LoginRow,
        data: String,
    ) -> Result<PendingToken, ActError> {
        let token = PendingToken::new(self.machine.random());
        let pending = NewPending {
            id: token.hash(),
            purpose: purpose.to_owned(),
            login: row.id.clone(),
            stamp: row.stamp,
            data,
            expires_at: self.machine.now().saturating_add(PENDING),
        };
        desk.new_pending(&pending).await?;
        Ok(token)
    }

    /// Uses a code of the authenticator up.
    pub(crate) async fn use_code(
        &self,
        desk: &mut impl SignInDesk,
        row: &LoginRow,
        code: &str,
    ) -> Result<Used, ActError> {
        let Some(seed) = self.seed_of(row) else { return Ok(Used::Dead) };
        match step(&seed, code, self.machine.now()) {
            Some(step) => Ok(desk.use_totp_step(&row.id, step).await?),
            None => Ok(Used::Dead),
        }
    }

    /// Whether the codes of a login cannot be looked at here; whoever typed one is told so, and it counts as no failure.
    fn stays_shut(&self, row: &LoginRow) -> bool {
        let shut = !self.opens(row);
        if shut {
            tracing::error!(login = %row.id, "確認コードの種を開けません。鍵のファイルを確かめてください。");
        }
        shut
    }

    pub(crate) fn seal_key(&self) -> Result<&SealKey, ActError> {
        let missing = || {
            ActError::Input(
                "確認コードを守る鍵がこのシステムにないため、いまは確認コードを登録できません。次にすること：システムの運用担当に、鍵（keys フォルダーの .seal）を戻すか作るかを頼み、そのあとで開き直してください。"
                    .to_owned(),
            )
        };
        self.doors.key.as_ref().ok_or_else(missing)
    }

    pub(crate) fn seal_place(&self, login: &str) -> String {
        format!("v1|{}|{login}|totp", self.code())
    }

    async fn second_proven(
        &self,
        desk: &mut impl SignInDesk,
        row: &LoginRow,
        proof: &SecondProof,
        challenge: &str,
    ) -> Result<Option<Factor>, ActError> {
        let (used, factor) = match proof {
            SecondProof::Code(code) => (self.use_code(desk, row, code).await?, Factor::PasswordAndCode),
            SecondProof::Recovery(code) => {
                let used = match recovery_hash(code) {
                    Some(hash) => desk.use_recovery_code(&row.id, &hash, self.machine.now()).await?,
                    None => Used::Dead,
                };
                (used, Factor::PasswordAndRecovery)
            }
            SecondProof::Passkey(answer) => {
                (self.use_passkey(desk, row, answer, challenge).await?, Factor::PasswordAndPasskey)
            }
        };
        Ok((used == Used::Now).then_some(factor))
    }

    async fn second_counters(
        &self,
        desk: &mut impl SignInDesk,
        row: &LoginRow,
        source: &Source,
    ) -> Result<Counters, ActError> {
        let own = match self.known_device(desk, row, source).await? {
            Some(device) => vec![Counter::of(&["second", &row.id, &device.hash()])],
            None => vec![
                Counter::of(&["second", &row.id, &source.address]),
                Counter::everywhere(&["second-everywhere", &row.id]),
            ],
        };
        Ok(Counters { own, shared: Vec::new() })
    }

    async fn known_device(
        &self,
        desk: &mut impl SigningIn,
        row: &LoginRow,
        source: &Source,
    ) -> Result<Option<DeviceToken>, ActError> {
        let Some(device) = &source.device else { return Ok(None) };
        let since = self.machine.now().saturating_sub(DEVICE_KNOWN);
        Ok(desk.knows_device(&row.id, &device.hash(), since).await?.map(|_| device.clone()))
    }

    async fn note_failure(
        &self,
        desk: &mut impl SignInDesk,
        what: Happening,
        row: Option<&LoginRow>,
        pause: i64,
        source: &Source,
    ) -> Result<(), ActError> {
        self.note(desk, what, row, source).await?;
        if pause > 0 {
            self.note(desk, Happening::Paused, row, source).await?;
        }
        Ok(())
    }

    /// Makes a hash of former parameters anew; should the login change meanwhile, the next sign-in does it.
    async fn rehash(&self, row: &LoginRow, password: &Password) -> Result<(), ActError> {
        let Ok(place) = self.doors.gate.place(Visitor::Known) else { return Ok(()) };
        let Ok(Some(hash)) = place.hash(password, self.machine.random()).await else { return Ok(()) };
        let mut workshop = self.ledgered.workshop().await?;
        let Some(mut current) = workshop.login(&row.id).await?.filter(|now| now.password == row.password) else {
            return Ok(());
        };
        current.password = Some(hash);
        match workshop.save_login(&current).await {
            Ok(()) => Ok(workshop.commit().await?),
            Err(_) => Ok(()),
        }
    }
}

/// What a try of a password is counted on: a known browser has a counter of its own.
fn password_counters(
    found: Option<&LoginRow>,
    device: Option<&DeviceToken>,
    name: &LoginName,
    source: &Source,
) -> Counters {
    if let (Some(row), Some(device)) = (found, device) {
        return Counters { own: vec![Counter::of(&["password", &row.id, &device.hash()])], shared: Vec::new() };
    }
    Counters {
        own: vec![Counter::of(&["password", name.as_str(), &source.address])],
        shared: vec![Counter::address(&["address", &source.address])],
    }
}

impl SignInRefusal {
    /// What a person reads.
    pub fn text(&self, now: i64) -> String {
        match self {
            Self::Wrong => {
                "ログイン名またはパスワードが違うか、このログインの利用が止められています。確かめて、もう一度入力してください。思い出せないときは、システムの運用担当に再設定を頼んでください。".to_owned()
            }
            Self::WrongPassword => {
                "パスワードが違います。もう一度入力してください。思い出せないときは、システムの運用担当に再設定を頼んでください。".to_owned()
            }
            Self::WrongSecond => {
                format!(
                    "確認できませんでした。コードは一度しか使えません。新しいコードが表示されるのを待って、もう一度入力してください。{}",
                    domain::calendar::server_time(now)
                )
            }
            Self::Unsealed => "このシステムにある鍵では、登録された確認コードを確かめられません。鍵がなくなったか、替わったためで、入力の誤りではありません。次にすること：予備コードかパスキーで確認してください。どちらもないときは、システムの運用担当に、鍵を戻すか、サインインを再設定するよう頼んでください。".to_owned(),
            Self::Over => "確認の時間が過ぎたか、回数が上限になりました。はじめからサインインし直してください。".to_owned(),
            Self::Paused { until } => {
                let seconds = (until.saturating_sub(now).max(0) + 999) / 1000;
                let wait = if seconds > 90 { format!("{}分", (seconds + 59) / 60) } else { format!("{}秒", seconds.max(1)) };
                format!("誤った入力が続いたため、少し待っていただきます。あと{wait}ほどで、もう一度試せます。")
            }
            Self::Busy => "ただいま混み合っています。入力は正しいかもしれません。少し待って、もう一度お試しください。".to_owned(),
        }
    }
}

/// The second proofs that a login can give.
pub(crate) async fn ways_of(at: &mut impl SigningIn, row: &LoginRow) -> Result<Vec<SecondWay>, ActError> {
    let mut ways = Vec::new();
    if !at.passkeys(&row.id, None, PAGE_MAX).await?.is_empty() {
        ways.push(SecondWay::Passkey);
    }
    if row.totp.is_some() {
        ways.push(SecondWay::Code);
    }
    if at.recovery_codes_left(&row.id).await? > 0 {
        ways.push(SecondWay::Recovery);
    }
    Ok(ways)
}

/// The login of something begun, if nothing happened to it since.
async fn still_good(at: &mut impl Logins, begun: &PendingRow) -> Result<Option<LoginRow>, ActError> {
    let row = at.login(&begun.login).await?;
    Ok(row.filter(|row| row.stamp == begun.stamp && row.state == LoginState::Active))
}
