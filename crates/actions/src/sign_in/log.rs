//! The sign-in log: who came in, who tried to; names only of those who are known, and never a secret.

use domain::id::uuid_v7;
use store::{LoginRow, SignInDesk, SignInEventRow, SigningIn};

use super::Source;
use crate::city::City;
use crate::error::ActError;
use crate::search::{Page, one_more};
use crate::session::{LoginId, Session, label};

/// For so long (ms) the log is kept.
pub const LOG_KEPT: i64 = 400 * 24 * 60 * 60 * 1000;

macro_rules! happenings {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $label:literal;)*) => {
        /// What happened at the door.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Happening { $($(#[$doc])* $name),* }

        impl Happening {
            const ALL: &[Self] = &[$(Self::$name),*];

            fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// The words that a person reads.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),* }
            }
        }
    };
}

happenings! {
    /// Somebody came in.
    SignedIn = "signed_in", "サインイン";
    /// The password, or the name, was wrong.
    WrongPassword = "wrong_password", "パスワードまたはログイン名の誤り";
    /// The password was right, but the login is stopped or was never begun.
    NotInUse = "not_in_use", "停止中または利用開始前のログインへのサインイン";
    /// The second proof was wrong.
    WrongSecond = "wrong_second", "二つ目の確認の誤り";
    /// So many failures that the next try has to wait.
    Paused = "paused", "誤りが続いたための待ち時間";
    /// A recovery code was used up.
    RecoveryUsed = "recovery_used", "予備コードの使用";
    /// Somebody went.
    SignedOut = "signed_out", "サインアウト";
    /// A link was made.
    Invited = "invited", "招待";
    /// A link was used.
    Activated = "activated", "利用開始";
    /// The login was stopped.
    Suspended = "suspended", "停止";
    /// The login was allowed again.
    Restored = "restored", "再開";
    /// Password and second factor were made void.
    Reset = "reset", "再設定";
    /// The owner changed the password.
    PasswordChanged = "password_changed", "パスワードの変更";
    /// The owner set an authenticator.
    CodeRenewed = "code_renewed", "確認コードの登録";
    /// The owner made new recovery codes.
    RecoveryRenewed = "recovery_renewed", "予備コードの作り直し";
    /// The owner added a passkey.
    PasskeyAdded = "passkey_added", "パスキーの追加";
    /// The owner took a passkey away.
    PasskeyRemoved = "passkey_removed", "パスキーの削除";
    /// The owner trusted a browser.
    DeviceTrusted = "device_trusted", "端末の信頼";
    /// A trusted browser was let in without a second proof.
    TrustUsed = "trust_used", "信頼した端末のため、二つ目の確認を省いた";
    /// The owner trusts a browser no more.
    TrustEnded = "trust_ended", "端末の信頼の取り消し";
    /// The owner linked the login to who they are at the city's provider.
    IdentityLinked = "identity_linked", "共通サインインとの結び付け";
    /// The owner took that link away.
    IdentityUnlinked = "identity_unlinked", "共通サインインとの結び付けの取り消し";
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInEvent {
    /// Its id, for the page behind it.
    pub id: String,
    /// When (ms, UTC).
    pub at: i64,
    /// What happened.
    pub what: Happening,
    /// The login, where there is one.
    pub login: Option<LoginId>,
    /// Its name; none where no login has the name that was typed, which may have been a password.
    pub name: Option<String>,
    /// From where.
    pub source: String,
    /// What the browser calls itself.
    pub browser: String,
}

impl City {
    /// One page of the log, newest first, of everybody or of one login; `before` is the last id of the page before.
    pub async fn sign_in_log(
        &self,
        of: Option<&LoginId>,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Page<SignInEvent>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let rows = reading.sign_in_events(of.map(|login| login.0.as_str()), before, one_more(limit)).await?;
        let events = rows.into_iter().map(event_of).collect::<Result<Vec<_>, ActError>>()?;
        Ok(Page::cut(events, limit, |event: &SignInEvent| event.id.clone()))
    }

    /// Ends a session by its owner's wish.
    pub async fn sign_out(&self, session: &Session, source: &Source) -> Result<(), ActError> {
        use store::{LoginDesk, Logins};
        let mut workshop = self.ledgered.workshop().await?;
        let row = workshop.login(&session.login.0).await?;
        workshop.end_session(&session.id.0).await?;
        self.note(&mut workshop, Happening::SignedOut, row.as_ref(), source).await?;
        Ok(workshop.commit().await?)
    }

    pub(crate) async fn note(
        &self,
        desk: &mut impl SignInDesk,
        what: Happening,
        login: Option<&LoginRow>,
        source: &Source,
    ) -> Result<(), ActError> {
        let at = self.machine.now();
        let event = SignInEventRow {
            id: uuid_v7(at, self.machine.random()),
            at,
            event: what.word().to_owned(),
            login: login.map(|row| row.id.clone()),
            name: login.and_then(|row| row.name.clone()),
            source: label(&source.address),
            device: label(&source.browser),
        };
        Ok(desk.log_sign_in(&event).await?)
    }
}

fn event_of(row: SignInEventRow) -> Result<SignInEvent, ActError> {
    let what = Happening::ALL.iter().copied().find(|what| what.word() == row.event);
    Ok(SignInEvent {
        id: row.id,
        at: row.at,
        what: what.ok_or_else(|| ActError::Inconsistent("サインインの記録".to_owned()))?,
        login: row.login.map(LoginId),
        name: row.name,
        source: row.source,
        browser: row.device,
    })
}
