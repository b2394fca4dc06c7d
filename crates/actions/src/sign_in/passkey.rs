//! Passkeys: a second proof beside the password, or the whole proof where the browser offers one by itself.
//!
//! The challenge's chance is the library's own. What a ceremony has to remember lies in the workshop, for one use.

use domain::ledger::to_hex;
use domain::letters::{Lines, Misfit};
use store::{LoginRow, Logins, PAGE_MAX, PasskeyRow, SignInDesk, SigningIn, Used};
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyAuthentication,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::pause::{Charged, Counter, Counters};
use super::{Happening, PENDING, SECOND_STEP, SignInAnswer, SignInRefusal, Source, Visitor, still_good};
use crate::city::City;
use crate::error::ActError;
use crate::session::{Factor, LoginId, Session, called, label};
use crate::token::PendingToken;

const ADDING: &str = "add-passkey";
const WHOLE: &str = "passkey";
const MOST: usize = 10;
/// So many challenges that were begun at one place wait for their answer; an older one gives way.
pub(crate) const BEGUN: u32 = 200;
/// How the name of a place begins that is one known browser.
const BROWSER: &str = "browser:";

/// A ceremony begun: what the browser is asked, and what binds the answer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyOffer {
    /// For the browser's short cookie.
    pub pending: PendingToken,
    /// The challenge, as the JSON that the browser's script hands on.
    pub challenge: String,
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyView {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was added (ms, UTC).
    pub added_at: i64,
    /// When it was used last (ms, UTC).
    pub used_at: Option<i64>,
}

impl City {
    /// The passkeys of a login.
    pub async fn passkeys_of(&self, login: &LoginId) -> Result<Vec<PasskeyView>, ActError> {
        let mut reading = self.ledgered.reading().await?;
        let rows = reading.passkeys(&login.0, None, PAGE_MAX).await?;
        let view =
            |row: PasskeyRow| PasskeyView { id: row.id, name: row.name, added_at: row.added_at, used_at: row.used_at };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Begins adding a passkey to one's own login.
    pub async fn offer_passkey(&self, session: &Session) -> Result<PasskeyOffer, ActError> {
        self.freshly_proven(session)?;
        let webauthn = self.webauthn()?;
        let mut workshop = self.ledgered.workshop().await?;
        let row = workshop.login(&session.login.0).await?.ok_or_else(crate::session::unusable)?;
        let keys = keys_of(&mut workshop, &row.id).await?;
        if keys.len() >= MOST {
            return Err(ActError::Input(format!("パスキーは{MOST}個までです。使わないものを消してください。")));
        }
        let known = keys.iter().map(|(_, key)| key.cred_id().clone()).collect();
        let id = row.id.parse().map_err(|_| ActError::Inconsistent("ログインの番号".to_owned()))?;
        let name = called(&row);
        let (challenge, state) =
            webauthn.start_passkey_registration(id, &name, &name, Some(known)).map_err(|_| unmakeable())?;
        let mut challenge = serde_json::to_value(challenge).map_err(|_| unmakeable())?;
        // Where the authenticator can, the key is to be found without typing a name.
        if let Some(selection) = challenge.pointer_mut("/publicKey/authenticatorSelection/residentKey") {
            *selection = "preferred".into();
        }
        let pending = self.begin_pending(&mut workshop, ADDING, &row, json(&state)?).await?;
        workshop.commit().await?;
        Ok(PasskeyOffer { pending, challenge: challenge.to_string() })
    }

    /// Ends adding a passkey, by what the browser answered.
    pub async fn add_passkey(
        &self,
        session: &Session,
        pending: &PendingToken,
        answer: &str,
        name: &str,
        source: &Source,
    ) -> Result<(), ActError> {
        let refused = || ActError::Input("パスキーを登録できませんでした。はじめからやり直してください。".to_owned());
        if let Some(misfit) = Misfit::of(name, Lines::One) {
            return Err(ActError::Input(format!("パスキーの呼び名{misfit}{}", misfit.next())));
        }
        let webauthn = self.webauthn()?;
        let now = self.machine.now();
        let mut workshop = self.ledgered.workshop().await?;
        let begun = workshop.pending(&pending.hash(), ADDING, now).await?.filter(|p| p.login == session.login.0);
        let begun = begun.ok_or_else(refused)?;
        let row = still_good(&mut workshop, &begun).await?.ok_or_else(refused)?;
        if workshop.end_pending(&pending.hash()).await? == Used::Dead {
            return Err(refused());
        }
        let state: PasskeyRegistration = serde_json::from_str(&begun.data).map_err(|_| refused())?;
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| refused())?;
        let key = webauthn.finish_passkey_registration(&answer, &state).map_err(|_| refused())?;
        let name = if name.trim().is_empty() { "パスキー" } else { name.trim() };
        let kept = PasskeyRow {
            id: to_hex(key.cred_id().as_ref()),
            login: row.id.clone(),
            name: label(name),
            data: json(&key)?,
            added_at: now,
            used_at: None,
        };
        workshop.new_passkey(&kept).await?;
        workshop.end_trusts(&row.id).await?;
        self.note(&mut workshop, Happening::PasskeyAdded, Some(&row), source).await?;
        Ok(workshop.commit().await?)
    }

    /// Takes a passkey of one's own away; the last proof beside the password stays.
    pub async fn remove_passkey(&self, session: &Session, id: &str, source: &Source) -> Result<(), ActError> {
        self.freshly_proven(session)?;
        let mut workshop = self.ledgered.workshop().await?;
        let row = workshop.login(&session.login.0).await?.ok_or_else(crate::session::unusable)?;
        let keys = workshop.passkeys(&row.id, None, PAGE_MAX).await?;
        if keys.len() == 1 && row.totp.is_none() {
            return Err(ActError::Input(
                "最後のパスキーは消せません。先に確認コード（認証アプリ）か、別のパスキーを登録してください。"
                    .to_owned(),
            ));
        }
        if workshop.end_passkey(&row.id, id).await? == Used::Now {
            workshop.end_trusts(&row.id).await?;
            self.note(&mut workshop, Happening::PasskeyRemoved, Some(&row), source).await?;
        }
        Ok(workshop.commit().await?)
    }

    /// What the browser is asked in a second step by passkey; `None` when the step is over.
    pub async fn passkey_challenge(&self, pending: &PendingToken) -> Result<Option<String>, ActError> {
        let webauthn = self.webauthn()?;
        let mut workshop = self.ledgered.workshop().await?;
        let begun = workshop.pending(&pending.hash(), SECOND_STEP, self.machine.now()).await?;
        let Some(begun) = begun else { return Ok(None) };
        let keys: Vec<Passkey> = keys_of(&mut workshop, &begun.login).await?.into_iter().map(|(_, key)| key).collect();
        if keys.is_empty() {
            return Ok(None);
        }
        let (challenge, state) = webauthn.start_passkey_authentication(&keys).map_err(|_| unmakeable())?;
        workshop.keep_pending_data(&pending.hash(), &json(&state)?).await?;
        workshop.commit().await?;
        Ok(Some(json(&challenge)?))
    }

    /// Begins signing in by a passkey alone; it names nobody.
    pub async fn offer_passkey_sign_in(
        &self,
        source: &Source,
    ) -> Result<Result<PasskeyOffer, SignInRefusal>, ActError> {
        let webauthn = self.webauthn()?;
        let now = self.machine.now();
        let from = self.place_of(source).await?;
        let Ok(_place) = self.doors.gate.place(from.visitor) else { return Ok(Err(SignInRefusal::Busy)) };
        let (challenge, state) = webauthn.start_discoverable_authentication().map_err(|_| unmakeable())?;
        let mut challenge = serde_json::to_value(challenge).map_err(|_| unmakeable())?;
        // It is begun by a button, not while a name is typed.
        if let Some(fields) = challenge.as_object_mut() {
            fields.remove("mediation");
        }
        let pending = PendingToken::new(self.machine.random());
        let new = store::NewPending {
            id: pending.hash(),
            purpose: WHOLE.to_owned(),
            login: from.id,
            stamp: 0,
            data: json(&state)?,
            expires_at: now.saturating_add(PENDING),
        };
        let mut workshop = self.ledgered.workshop().await?;
        // One that is left is no failure: it makes room for the next one from the same place, and locks nobody.
        workshop.new_pending_among(&new, BEGUN).await?;
        workshop.commit().await?;
        Ok(Ok(PasskeyOffer { pending, challenge: challenge.to_string() }))
    }

    /// Ends signing in by a passkey alone.
    pub async fn passkey_sign_in(
        &self,
        pending: &PendingToken,
        answer: &str,
        source: &Source,
    ) -> Result<SignInAnswer, ActError> {
        let webauthn = self.webauthn()?;
        let now = self.machine.now();
        let mut workshop = self.ledgered.workshop().await?;
        let begun = workshop.try_pending(&pending.hash(), WHOLE, now, 1).await?;
        let Some(begun) = begun else { return Ok(SignInAnswer::Refused(SignInRefusal::Over)) };
        // One challenge, one answer: right or wrong. It is counted where the challenge was begun.
        workshop.end_pending(&pending.hash()).await?;
        let counters = counters(&begun.login);
        let charged = counters.charge(&mut workshop, now).await?;
        workshop.commit().await?;
        if let Charged::Paused(until) = charged {
            return Ok(SignInAnswer::Refused(SignInRefusal::Paused { until }));
        }
        let state: DiscoverableAuthentication =
            serde_json::from_str(&begun.data).map_err(|_| ActError::Inconsistent("パスキーの途中経過".to_owned()))?;
        let mut workshop = self.ledgered.workshop().await?;
        let wrong = Ok(SignInAnswer::Refused(SignInRefusal::WrongSecond));
        let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else { return wrong };
        let Ok((login, shown)) = webauthn.identify_discoverable_authentication(&answer) else { return wrong };
        let Some(row) = workshop.login(&login.to_string()).await? else { return wrong };
        let keys = keys_of(&mut workshop, &row.id).await?;
        let shown = to_hex(shown);
        let used = keys.iter().find(|(kept, _)| kept.id == shown);
        let proven = used.and_then(|(_, key)| {
            webauthn.finish_discoverable_authentication_v2(&answer, state, DiscoverableKey::from(key)).ok()
        });
        let in_use = row.state == store::LoginState::Active;
        let Some(proven) = proven.filter(|_| in_use) else {
            self.note(&mut workshop, Happening::WrongSecond, Some(&row), source).await?;
            workshop.commit().await?;
            return wrong;
        };
        if self.keep_counter(&mut workshop, &row, keys, &proven).await? == Used::Dead {
            return wrong;
        }
        counters.succeed(&mut workshop).await?;
        let signed_in = self.let_in(&mut workshop, &row, Factor::Passkey, source).await?;
        workshop.commit().await?;
        Ok(SignInAnswer::SignedIn(signed_in))
    }

    /// Looks at the answer to a second step's challenge.
    pub(super) async fn use_passkey(
        &self,
        desk: &mut impl SignInDesk,
        row: &LoginRow,
        answer: &str,
        state: &str,
    ) -> Result<Used, ActError> {
        let webauthn = self.webauthn()?;
        let Ok(state) = serde_json::from_str::<PasskeyAuthentication>(state) else { return Ok(Used::Dead) };
        let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else { return Ok(Used::Dead) };
        let Ok(proven) = webauthn.finish_passkey_authentication(&answer, &state) else { return Ok(Used::Dead) };
        let keys = keys_of(desk, &row.id).await?;
        self.keep_counter(desk, row, keys, &proven).await
    }

    /// Notes the use of the key that proved, if it is one of the login's.
    async fn keep_counter(
        &self,
        desk: &mut impl SignInDesk,
        row: &LoginRow,
        keys: Vec<(PasskeyRow, Passkey)>,
        proven: &AuthenticationResult,
    ) -> Result<Used, ActError> {
        let used = keys.into_iter().find(|(_, key)| key.cred_id() == proven.cred_id());
        let Some((kept, mut key)) = used else { return Ok(Used::Dead) };
        key.update_credential(proven);
        desk.use_passkey(&row.id, &kept.id, &json(&key)?, self.machine.now()).await?;
        Ok(Used::Now)
    }

    /// A browser that signed in before has a place of its own, as at the password (decision 0011).
    pub(crate) async fn place_of(&self, source: &Source) -> Result<Whence, ActError> {
        if let Some(device) = &source.device {
            let since = self.machine.now().saturating_sub(super::DEVICE_KNOWN);
            let mut reading = self.ledgered.reading().await?;
            if reading.knows_device_of_any(&device.hash(), since).await?.is_some() {
                return Ok(Whence { id: format!("{BROWSER}{}", device.hash()), visitor: Visitor::Known });
            }
        }
        Ok(Whence { id: format!("address:{}", source.address), visitor: Visitor::Unknown })
    }

    fn webauthn(&self) -> Result<Webauthn, ActError> {
        let missing = || {
            ActError::Input(
                "このサーバーではパスキーを使えません（職員用ページの https のアドレスが設定されていません）。確認コードか予備コードを使ってください。"
                    .to_owned(),
            )
        };
        let origin = self.doors.origin.as_ref().ok_or_else(missing)?;
        let host = origin.domain().ok_or_else(missing)?;
        let builder = WebauthnBuilder::new(host, origin).map_err(|_| missing())?;
        builder.rp_name("しるべ").build().map_err(|_| missing())
    }
}

/// From where somebody begins to sign in without a name.
pub(crate) struct Whence {
    /// The place by name, as what is begun there is kept.
    pub id: String,
    visitor: Visitor,
}

/// What wrong answers are counted on: a known browser alone, or an address.
fn counters(from: &str) -> Counters {
    let parts = ["passkey", from];
    match from.strip_prefix(BROWSER) {
        Some(_) => Counters { own: vec![Counter::of(&parts)], shared: Vec::new() },
        None => Counters { own: Vec::new(), shared: vec![Counter::address(&parts)] },
    }
}

async fn keys_of(at: &mut impl SigningIn, login: &str) -> Result<Vec<(PasskeyRow, Passkey)>, ActError> {
    let rows = at.passkeys(login, None, PAGE_MAX).await?;
    let read = |row: PasskeyRow| {
        let key = serde_json::from_str(&row.data).map_err(|_| ActError::Inconsistent("パスキー".to_owned()))?;
        Ok((row, key))
    };
    rows.into_iter().map(read).collect()
}

fn json(value: &impl serde::Serialize) -> Result<String, ActError> {
    serde_json::to_string(value).map_err(|_| unmakeable())
}

fn unmakeable() -> ActError {
    ActError::Input("パスキーの準備ができませんでした。もう一度お試しください。".to_owned())
}
