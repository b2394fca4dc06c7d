//! Sign-in through the city's own provider (`OpenID` Connect), where a city has one.
//!
//! Authorization code with PKCE (S256), `state` and `nonce`. Who signed in is told by issuer and subject alone; e-mail
//! addresses are neither asked for nor read. Nothing is opened until somebody calls [`Provider::discover`].

mod http;
mod metadata;
mod problem;
mod token;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use tokio::sync::{Mutex, RwLock};
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize, parse};

use http::Http;
use metadata::{ClientProof, Metadata};
pub use problem::{OidcProblem, TokenFault};
use token::{Expectation, Key};

/// What the provider publishes about itself is read anew after this time, so that a withdrawn key stops counting.
const LIFETIME_MS: i64 = 3_600_000;

/// A token with an unknown key makes the keys be read once more, at most this often: strangers must not drive requests.
const KEYS_PAUSE_MS: i64 = 60_000;

/// A text that is never shown: not in logs, not in pages, not by `Debug`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a text that is to stay secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// What the configuration says about the city's provider.
#[derive(Debug, Clone)]
pub struct OidcConfig {
    /// The provider's name as it writes it itself, byte for byte.
    pub issuer: String,
    /// Who this server is to the provider.
    pub client_id: String,
    /// What proves that.
    pub client_secret: Secret,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
    /// Authorities (PEM) to be trusted besides those of the machine.
    pub extra_ca: Option<PathBuf>,
    /// How many seconds ago the person may have proved who they are; `None` where the provider does not tell.
    pub max_age: Option<u32>,
}

/// What is asked of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Who this is; an earlier sign-in at the provider counts.
    WhoItIs,
    /// That they prove it once more now, before something sensitive.
    ProveAgain,
}

/// What nobody can foretell, 32 bytes for each use.
#[derive(Clone, Copy)]
pub struct Chance {
    /// For `state`.
    pub state: [u8; 32],
    /// For `nonce`.
    pub nonce: [u8; 32],
    /// For the verifier of PKCE.
    pub verifier: [u8; 32],
}

/// A sign-in that was begun: where the browser goes, and what to keep until it returns.
pub struct Begun {
    /// The address at the provider.
    pub url: String,
    /// What the answer is held against.
    pub expected: Expected,
}

impl fmt::Debug for Begun {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Begun").field("expected", &self.expected).finish_non_exhaustive()
    }
}

/// What an answer is held against. Kept on the server, for one use, bound to the browser that began.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The hash of `state`, as [`hash_of_state`] makes it.
    pub state_hash: String,
    /// The nonce that the ID token must carry.
    pub nonce: Secret,
    /// The verifier of PKCE.
    pub verifier: Secret,
    /// What was asked.
    pub ask: Ask,
    /// When (ms, UTC).
    pub began_at: i64,
}

/// Who signed in, by the two things that never change hands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The person there.
    pub subject: String,
}

/// The city's provider as it described itself.
pub struct Provider {
    config: OidcConfig,
    http: Http,
    known: RwLock<Arc<Known>>,
    refreshing: Mutex<()>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Provider").field("config", &self.config).finish_non_exhaustive()
    }
}

struct Known {
    metadata: Metadata,
    keys: Vec<Key>,
    read_at: i64,
    keys_again_at: Option<i64>,
}

impl Provider {
    /// Asks the provider to describe itself, and checks the configuration against that.
    pub async fn discover(config: OidcConfig, now: i64) -> Result<Self, OidcProblem> {
        let found = Self::try_discover(config, now).await;
        found.inspect_err(|problem| tracing::warn!("共通サインインの提供者を使えません。{problem}"))
    }

    async fn try_discover(config: OidcConfig, now: i64) -> Result<Self, OidcProblem> {
        metadata::check_config(&config)?;
        let http = Http::new(config.extra_ca.as_deref())?;
        let known = read(&http, &config, now).await?;
        Ok(Self { config, http, known: RwLock::new(Arc::new(known)), refreshing: Mutex::new(()) })
    }

    /// Begins a sign-in.
    pub async fn begin(&self, chance: &Chance, ask: Ask, now: i64) -> Result<Begun, OidcProblem> {
        let known = self.fresh(now).await?;
        let [state, nonce, verifier] = [chance.state, chance.nonce, chance.verifier].map(|bytes| BASE64.encode(bytes));
        let mut url = known.metadata.authorization_endpoint.clone();
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", &self.config.client_id)
                .append_pair("redirect_uri", &self.config.redirect_uri)
                .append_pair("scope", "openid")
                .append_pair("state", &state)
                .append_pair("nonce", &nonce)
                .append_pair("code_challenge", &BASE64.encode(digest(&SHA256, verifier.as_bytes())))
                .append_pair("code_challenge_method", "S256");
            match (ask, self.config.max_age) {
                (Ask::ProveAgain, _) => drop(query.append_pair("prompt", "login").append_pair("max_age", "0")),
                (Ask::WhoItIs, Some(seconds)) => drop(query.append_pair("max_age", &seconds.to_string())),
                (Ask::WhoItIs, None) => {}
            }
        }
        let state_hash = hash_of_state(&state);
        let (nonce, verifier) = (Secret(nonce), Secret(verifier));
        Ok(Begun { url: url.into(), expected: Expected { state_hash, nonce, verifier, ask, began_at: now } })
    }

    /// Ends a sign-in: `query` is what stands after the `?` of the address that the browser came back to.
    pub async fn finish(&self, query: &str, expected: &Expected, now: i64) -> Result<Identity, OidcProblem> {
        let ended = self.try_finish(query, expected, now).await;
        ended.inspect_err(|problem| tracing::warn!("共通サインインによるサインインを断りました。{problem}"))
    }

    async fn try_finish(&self, query: &str, expected: &Expected, now: i64) -> Result<Identity, OidcProblem> {
        let known = self.fresh(now).await?;
        let code = self.code_of(query, expected, &known.metadata)?;
        let id_token = self.exchange(&known.metadata, &code, expected).await?;
        let wanted = Expectation {
            issuer: &self.config.issuer,
            client_id: &self.config.client_id,
            nonce: expected.nonce.reveal(),
            proved_since: match (expected.ask, self.config.max_age) {
                (Ask::ProveAgain, _) => Some(expected.began_at),
                (Ask::WhoItIs, Some(seconds)) => Some(now.saturating_sub(i64::from(seconds) * 1000)),
                (Ask::WhoItIs, None) => None,
            },
        };
        let subject = match token::verify(&id_token, &known.keys, &wanted, now) {
            Err(TokenFault::UnknownKey) => {
                let known = self.keys_again(now).await?;
                token::verify(&id_token, &known.keys, &wanted, now)
            }
            told => told,
        };
        Ok(Identity { issuer: self.config.issuer.clone(), subject: subject? })
    }

    /// The code that the answer carries, once it is sure that the answer belongs to this sign-in and this provider.
    fn code_of(&self, query: &str, expected: &Expected, metadata: &Metadata) -> Result<String, OidcProblem> {
        let answer = Answer::read(query)?;
        let state = answer.state.ok_or(OidcProblem::StateMissing)?;
        if !bool::from(hash_of_state(&state).as_bytes().ct_eq(expected.state_hash.as_bytes())) {
            return Err(OidcProblem::StateWrong);
        }
        match answer.iss {
            Some(iss) if iss != self.config.issuer => return Err(OidcProblem::AnswerIssuer),
            None if metadata.tells_issuer => return Err(OidcProblem::AnswerIssuerMissing),
            _ => {}
        }
        if let Some(error) = answer.error {
            return Err(OidcProblem::told(&error));
        }
        answer.code.filter(|code| !code.is_empty()).ok_or(OidcProblem::CodeMissing)
    }

    async fn exchange(&self, metadata: &Metadata, code: &str, expected: &Expected) -> Result<String, OidcProblem> {
        #[derive(Deserialize)]
        struct Tokens {
            id_token: Option<String>,
        }

        let (body, basic) = self.question(metadata, code, expected);
        let body = self.http.post_form(&metadata.token_endpoint, body, basic).await?;
        let tokens: Tokens = serde_json::from_slice(&body).map_err(|_| OidcProblem::Garbled)?;
        tokens.id_token.ok_or(OidcProblem::NoIdToken)
    }

    /// What is sent for the tokens, and name and secret where they go beside it. Apart, because the writer of forms
    /// cannot be held while others wait.
    fn question(&self, metadata: &Metadata, code: &str, expected: &Expected) -> (String, Option<(String, String)>) {
        let (id, secret) = (&self.config.client_id, self.config.client_secret.reveal());
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.config.redirect_uri)
            .append_pair("code_verifier", expected.verifier.reveal());
        let basic = match metadata.client_proof {
            ClientProof::Basic => {
                let [id, secret] = [id, secret].map(|part| byte_serialize(part.as_bytes()).collect::<String>());
                Some((id, secret))
            }
            ClientProof::Post => {
                form.append_pair("client_id", id).append_pair("client_secret", secret);
                None
            }
        };
        (form.finish(), basic)
    }

    /// What is known of the provider, read anew when it is too old.
    async fn fresh(&self, now: i64) -> Result<Arc<Known>, OidcProblem> {
        let is_fresh =
            |known: &Known| i128::from(now).abs_diff(known.read_at.into()) <= LIFETIME_MS.unsigned_abs().into();
        let known = self.known().await;
        if is_fresh(&known) {
            return Ok(known);
        }
        let _alone = self.refreshing.lock().await;
        let known = self.known().await;
        if is_fresh(&known) {
            return Ok(known);
        }
        Ok(self.keep(read(&self.http, &self.config, now).await?).await)
    }

    /// The keys read once more, unless that was done a moment ago.
    async fn keys_again(&self, now: i64) -> Result<Arc<Known>, OidcProblem> {
        let _alone = self.refreshing.lock().await;
        let known = self.known().await;
        if known.keys_again_at.is_some_and(|at| now.saturating_sub(at) < KEYS_PAUSE_MS) {
            return Ok(known);
        }
        let metadata = known.metadata.clone();
        // The attempt counts even when it fails.
        let tried = Known { metadata: metadata.clone(), keys: known.keys.clone(), keys_again_at: Some(now), ..*known };
        self.keep(tried).await;
        let keys = token::read_keys(&self.http.get(&metadata.jwks_uri).await?)?;
        Ok(self.keep(Known { metadata, keys, read_at: known.read_at, keys_again_at: Some(now) }).await)
    }

    async fn known(&self) -> Arc<Known> {
        Arc::clone(&*self.known.read().await)
    }

    async fn keep(&self, known: Known) -> Arc<Known> {
        let known = Arc::new(known);
        *self.known.write().await = Arc::clone(&known);
        known
    }
}

async fn read(http: &Http, config: &OidcConfig, now: i64) -> Result<Known, OidcProblem> {
    let metadata = Metadata::read(&http.get(&metadata::address(&config.issuer)?).await?, &config.issuer)?;
    let keys = token::read_keys(&http.get(&metadata.jwks_uri).await?)?;
    Ok(Known { metadata, keys, read_at: now, keys_again_at: None })
}

/// The hash under which a `state` is kept, so that reading the database gives nobody a sign-in.
pub fn hash_of_state(state: &str) -> String {
    BASE64.encode(digest(&SHA256, state.as_bytes()))
}

/// The `state` that the browser brought back, to find what was kept for it.
pub fn state_of(query: &str) -> Result<String, OidcProblem> {
    Answer::read(query)?.state.ok_or(OidcProblem::StateMissing)
}

/// What the browser brought back from the provider.
#[derive(Default)]
struct Answer {
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    code: Option<String>,
}

impl Answer {
    fn read(query: &str) -> Result<Self, OidcProblem> {
        let mut answer = Self::default();
        for (name, value) in parse(query.as_bytes()) {
            let (place, name) = match name.as_ref() {
                "state" => (&mut answer.state, "state"),
                "iss" => (&mut answer.iss, "iss"),
                "error" => (&mut answer.error, "error"),
                "code" => (&mut answer.code, "code"),
                _ => continue,
            };
            // Two values for one name would let two readers see two answers.
            if place.replace(value.into_owned()).is_some() {
                return Err(OidcProblem::Repeated { name });
            }
        }
        Ok(answer)
    }
}

/// An address that may be called: https, or this very machine.
fn safe(url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    let here = match url.host()? {
        url::Host::Domain(name) => name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let sealed = url.scheme() == "https" || (url.scheme() == "http" && here);
    (plain && sealed).then_some(url)
}
