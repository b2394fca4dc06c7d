//! One's own sign-in: setting and changing the password, setting an authenticator, making recovery codes.
//!
//! Whatever is changed here ends every session of the login, in whatever browser, and begins one in this browser.

use store::{LoginDesk, LoginRow, LoginState, Logins, SignInDesk, SigningIn, Used};

use crate::city::City;
use crate::error::ActError;
use crate::invitation::{Field, FieldProblem, name_taken};
use crate::session::{Factor, Session, unusable};
use crate::sign_in::{
    AgainProof, Happening, LoginName, Password, ProveAnswer, RecoveryCodes, SignedIn, Source, TotpSecret,
};
use crate::token::PendingToken;

const RENEWING: &str = "renew-code";

/// What came of changing one's own sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnAnswer<T> {
    /// Changed.
    Done(T),
    /// Not changed.
    Refused(Vec<FieldProblem>),
}

/// A new password, with the one of before.
#[derive(Clone)]
pub struct PasswordChange {
    /// The one of before.
    pub former: Password,
    /// The new one.
    pub password: String,
    /// The new one again.
    pub again: String,
}

/// A password for a login that has none.
#[derive(Clone)]
pub struct FirstPassword {
    /// The login name; a login that has one keeps it.
    pub name: String,
    /// The password.
    pub password: String,
    /// The same again.
    pub again: String,
}

impl City {
    /// Sets a password for one's own login, which has none; every older session is dead.
    pub async fn set_password(
        &self,
        session: &Session,
        given: &FirstPassword,
        source: &Source,
    ) -> Result<OwnAnswer<SignedIn>, ActError> {
        self.freshly_proven(session)?;
        let around = self.guessed_around(&session.subject).await?;
        let mut problems = Vec::new();
        let mut wrong = |field, text: String| problems.push(FieldProblem { field, text });
        let given_name = if session.name.is_empty() { &given.name } else { &session.name };
        let name = LoginName::chosen(given_name).map_err(|text| wrong(Field::Name, text)).ok();
        let chosen = Password::chosen(&given.password, &LoginName::typed(given_name), &around);
        let chosen = chosen.map_err(|text| wrong(Field::Password, text)).ok();
        if given.password != given.again {
            wrong(Field::Again, "二つのパスワードが違います。同じものを入力してください。".to_owned());
        }
        let (Some(name), Some(password), true) = (name, chosen, problems.is_empty()) else {
            return Ok(OwnAnswer::Refused(problems));
        };
        let hash = self.password_hash(&password).await?;
        let mut workshop = self.ledgered.workshop().await?;
        let mut row = own(&mut workshop, session).await?;
        if row.password.is_some() {
            return Err(ActError::Input(
                "パスワードは、もう設定されています。「自分の設定」を開き直してください。".to_owned(),
            ));
        }
        if workshop.login_named(name.as_str()).await?.is_some_and(|other| other.id != row.id) {
            return Ok(OwnAnswer::Refused(vec![name_taken()]));
        }
        row.name = Some(name.as_str().to_owned());
        row.password = Some(hash);
        let signed_in = self.begin_anew(&mut workshop, row, session.factor, Happening::PasswordChanged, source).await?;
        workshop.commit().await?;
        Ok(OwnAnswer::Done(signed_in))
    }

    /// Changes one's own password; every older session is dead.
    pub async fn change_password(
        &self,
        session: &Session,
        given: &PasswordChange,
        source: &Source,
    ) -> Result<OwnAnswer<SignedIn>, ActError> {
        if let ProveAnswer::Refused(refusal) =
            self.prove_again(session, &AgainProof::Password(given.former.clone()), source).await?
        {
            let text = refusal.text(self.machine.now());
            return Ok(OwnAnswer::Refused(vec![FieldProblem { field: Field::Former, text }]));
        }
        let around = self.guessed_around(&session.subject).await?;
        let mut problems = Vec::new();
        let mut wrong = |field, text: String| problems.push(FieldProblem { field, text });
        let chosen = Password::chosen(&given.password, &LoginName::typed(&session.name), &around);
        let chosen = chosen.map_err(|text| wrong(Field::Password, text)).ok();
        if given.password != given.again {
            wrong(Field::Again, "二つのパスワードが違います。同じものを入力してください。".to_owned());
        }
        let (Some(password), true) = (chosen, problems.is_empty()) else { return Ok(OwnAnswer::Refused(problems)) };
        let hash = self.password_hash(&password).await?;
        let mut workshop = self.ledgered.workshop().await?;
        let mut row = own(&mut workshop, session).await?;
        row.password = Some(hash);
        let signed_in = self.begin_anew(&mut workshop, row, session.factor, Happening::PasswordChanged, source).await?;
        workshop.commit().await?;
        Ok(OwnAnswer::Done(signed_in))
    }

    /// Offers a new seed for one's own authenticator; the one of before works until the new one is proven.
    pub async fn offer_code(&self, session: &Session) -> Result<(PendingToken, TotpSecret), ActError> {
        self.freshly_proven(session)?;
        let mut workshop = self.ledgered.workshop().await?;
        let row = own(&mut workshop, session).await?;
        let offered = self.offer_seed(&mut workshop, RENEWING, &row).await?;
        workshop.commit().await?;
        Ok(offered)
    }

    /// The seed that was offered to this browser and still waits for its first code.
    pub async fn code_offered(
        &self,
        session: &Session,
        pending: &PendingToken,
    ) -> Result<Option<TotpSecret>, ActError> {
        self.freshly_proven(session)?;
        let mut reading = self.ledgered.reading().await?;
        let row = reading.login(&session.login.0).await?.ok_or_else(unusable)?;
        self.seed_offered(&mut reading, RENEWING, &row, pending).await
    }

    /// Sets the offered seed, by the first code that it shows, with new recovery codes.
    pub async fn set_code(
        &self,
        session: &Session,
        pending: &PendingToken,
        code: &str,
        source: &Source,
    ) -> Result<OwnAnswer<(SignedIn, RecoveryCodes)>, ActError> {
        self.freshly_proven(session)?;
        let mut workshop = self.ledgered.workshop().await?;
        let begun = workshop.pending(&pending.hash(), RENEWING, self.machine.now()).await?;
        let begun = begun.filter(|begun| begun.login == session.login.0);
        let mut row = own(&mut workshop, session).await?;
        let refused =
            |text: &str| Ok(OwnAnswer::Refused(vec![FieldProblem { field: Field::Code, text: text.to_owned() }]));
        let Some(begun) = begun.filter(|begun| begun.stamp == row.stamp) else {
            return refused("時間が過ぎました。ページを開き直し、新しいQRコードを読み取ってください。");
        };
        let Some((sealed, step)) = self.seed_proven(&begun.data, &row.id, code)? else {
            return refused(&self.code_wrong());
        };
        if workshop.end_pending(&pending.hash()).await? == Used::Dead {
            return refused("もう登録されています。");
        }
        row.totp = Some(sealed);
        row.totp_step = step;
        let codes = RecoveryCodes::new(self.machine.as_ref());
        workshop.put_recovery_codes(&row.id, &codes.hashes()).await?;
        // Whoever came in by the city's own sign-in has shown no password.
        let factor = match session.factor {
            Factor::Elsewhere => Factor::Elsewhere,
            _ => Factor::PasswordAndCode,
        };
        let signed_in = self.begin_anew(&mut workshop, row, factor, Happening::CodeRenewed, source).await?;
        workshop.commit().await?;
        Ok(OwnAnswer::Done((signed_in, codes)))
    }

    /// Makes new recovery codes; those of before are void.
    pub async fn renew_recovery(
        &self,
        session: &Session,
        source: &Source,
    ) -> Result<(SignedIn, RecoveryCodes), ActError> {
        self.freshly_proven(session)?;
        let mut workshop = self.ledgered.workshop().await?;
        let row = own(&mut workshop, session).await?;
        let codes = RecoveryCodes::new(self.machine.as_ref());
        workshop.put_recovery_codes(&row.id, &codes.hashes()).await?;
        let factor = match session.factor {
            // The paper in hand is a second factor from now on.
            Factor::Unfinished | Factor::Password => Factor::PasswordAndRecovery,
            other => other,
        };
        let signed_in = self.begin_anew(&mut workshop, row, factor, Happening::RecoveryRenewed, source).await?;
        workshop.commit().await?;
        Ok((signed_in, codes))
    }

    async fn begin_anew(
        &self,
        desk: &mut impl SignInDesk,
        mut row: LoginRow,
        factor: Factor,
        what: Happening,
        source: &Source,
    ) -> Result<SignedIn, ActError> {
        self.cut_off(desk, &mut row).await?;
        self.note(desk, what, Some(&row), source).await?;
        self.let_in(desk, &row, factor, source).await
    }
}

/// The login of a session, if it is still in use.
async fn own(desk: &mut impl LoginDesk, session: &Session) -> Result<LoginRow, ActError> {
    let row = desk.login(&session.login.0).await?;
    row.filter(|row| row.state == LoginState::Active).ok_or_else(unusable)
}
