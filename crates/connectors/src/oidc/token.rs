//! The ID token: whose it is, and whether it is true.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Number, Value};
use subtle::ConstantTimeEq as _;

use super::{OidcProblem, TokenFault};

/// How far two honest clocks may be apart.
const LEEWAY_MS: i64 = 60_000;

const SUBJECT_MAX: usize = 255;

/// What a token must say to be taken.
pub(super) struct Expectation<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// The person must have proved who they are since then (ms, UTC).
    pub(super) proved_since: Option<i64>,
}

/// A public key of the provider.
#[derive(Clone)]
pub(super) struct Key {
    id: Option<String>,
    material: Material,
}

/// The two sorts of signatures that are taken. A shared secret or no signature at all is none of them.
#[derive(Clone)]
enum Material {
    Rs256 {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// The point, uncompressed.
    Es256(Vec<u8>),
}

/// Reads a provider's keys; those of other sorts or for other uses are passed over.
pub(super) fn read_keys(bytes: &[u8]) -> Result<Vec<Key>, OidcProblem> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Value>,
    }
    let set: Set = serde_json::from_slice(bytes).map_err(|_| OidcProblem::Garbled)?;
    Ok(set.keys.into_iter().filter_map(read_key).collect())
}

fn read_key(value: Value) -> Option<Key> {
    #[derive(Deserialize)]
    struct Jwk {
        kty: String,
        kid: Option<String>,
        alg: Option<String>,
        r#use: Option<String>,
        crv: Option<String>,
        n: Option<String>,
        e: Option<String>,
        x: Option<String>,
        y: Option<String>,
    }
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    if jwk.r#use.is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let bytes = |part: Option<String>| BASE64.decode(part?).ok();
    let material = match (jwk.kty.as_str(), jwk.alg.as_deref(), jwk.crv.as_deref()) {
        ("RSA", None | Some("RS256"), _) => Material::Rs256 { modulus: bytes(jwk.n)?, exponent: bytes(jwk.e)? },
        ("EC", None | Some("ES256"), Some("P-256")) => {
            let (x, y) = (bytes(jwk.x)?, bytes(jwk.y)?);
            Material::Es256([&[4], x.as_slice(), y.as_slice()].concat())
        }
        _ => return None,
    };
    Some(Key { id: jwk.kid, material })
}

/// Tells whom a token speaks of, after everything about it was found true.
pub(super) fn verify(token: &str, keys: &[Key], wanted: &Expectation, now: i64) -> Result<String, TokenFault> {
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(TokenFault::Malformed);
    };
    let signed = token.get(..header.len() + 1 + payload.len()).ok_or(TokenFault::Malformed)?;
    let signature = BASE64.decode(signature).map_err(|_| TokenFault::Malformed)?;
    let header: Header = part(header)?;
    if header.crit.is_some() {
        return Err(TokenFault::Malformed);
    }
    let sort = Sort::read(&header.alg)?;
    let key = choose(keys, header.kid.as_deref(), sort).ok_or(TokenFault::UnknownKey)?;
    if !key.material.signed(signed.as_bytes(), &signature) {
        return Err(TokenFault::Signature);
    }
    // Nothing that the token says is looked at before this line.
    part::<Claims>(payload)?.check(wanted, now)
}

fn part<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, TokenFault> {
    let bytes = BASE64.decode(text).map_err(|_| TokenFault::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenFault::Malformed)
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Names extensions that must be understood; none is.
    crit: Option<IgnoredAny>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Rs256,
    Es256,
}

impl Sort {
    fn read(alg: &str) -> Result<Self, TokenFault> {
        match alg {
            "RS256" => Ok(Self::Rs256),
            "ES256" => Ok(Self::Es256),
            _ => Err(TokenFault::Algorithm),
        }
    }
}

/// The one key that the token can mean; a token that names none is understood only where there is no choice.
fn choose<'a>(keys: &'a [Key], id: Option<&str>, sort: Sort) -> Option<&'a Key> {
    let fits = |key: &&Key| key.material.sort() == sort && id.is_none_or(|id| key.id.as_deref() == Some(id));
    let mut fitting = keys.iter().filter(fits);
    fitting.next().filter(|_| fitting.next().is_none())
}

impl Material {
    fn sort(&self) -> Sort {
        match self {
            Self::Rs256 { .. } => Sort::Rs256,
            Self::Es256(_) => Sort::Es256,
        }
    }

    fn signed(&self, text: &[u8], signature: &[u8]) -> bool {
        let told = match self {
            Self::Rs256 { modulus, exponent } => {
                let key = RsaPublicKeyComponents { n: modulus, e: exponent };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, text, signature)
            }
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(text, signature),
        };
        told.is_ok()
    }
}

/// What a token says, without e-mail and names: whatever is not read cannot be believed.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: Number,
    iat: Number,
    nbf: Option<Number>,
    auth_time: Option<Number>,
    nonce: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Claims {
    fn check(self, wanted: &Expectation, now: i64) -> Result<String, TokenFault> {
        if self.iss != wanted.issuer {
            return Err(TokenFault::Issuer);
        }
        let ours = match &self.aud {
            Audience::One(one) => one == wanted.client_id,
            Audience::Several(several) => matches!(several.as_slice(), [one] if one == wanted.client_id),
        };
        if !ours {
            return Err(TokenFault::Audience);
        }
        if self.azp.is_some_and(|azp| azp != wanted.client_id) {
            return Err(TokenFault::Party);
        }
        self.nonce.filter(|nonce| nonce.as_bytes().ct_eq(wanted.nonce.as_bytes()).into()).ok_or(TokenFault::Nonce)?;
        if instant(&self.exp)?.saturating_add(LEEWAY_MS) <= now {
            return Err(TokenFault::Expired);
        }
        for since in [Some(&self.iat), self.nbf.as_ref()].into_iter().flatten() {
            if instant(since)?.saturating_sub(LEEWAY_MS) > now {
                return Err(TokenFault::NotYet);
            }
        }
        if let Some(since) = wanted.proved_since {
            let proved = self.auth_time.as_ref().map(instant).transpose()?.ok_or(TokenFault::ProofUntold)?;
            if proved.saturating_add(LEEWAY_MS) < since {
                return Err(TokenFault::ProofOld);
            }
        }
        let sane = !self.sub.is_empty() && self.sub.len() <= SUBJECT_MAX && !self.sub.chars().any(char::is_control);
        if sane { Ok(self.sub) } else { Err(TokenFault::Subject) }
    }
}

/// Seconds since 1970, as whole milliseconds.
fn instant(seconds: &Number) -> Result<i64, TokenFault> {
    #[expect(clippy::cast_possible_truncation, reason = "the fraction is not wanted, and the cast stays within i64")]
    let whole = seconds.as_i64().or_else(|| seconds.as_f64().map(|seconds| seconds as i64));
    whole.map(|seconds| seconds.saturating_mul(1000)).ok_or(TokenFault::Malformed)
}
