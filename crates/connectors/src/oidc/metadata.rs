//! What a provider says of itself, held against what the configuration says.

use serde::Deserialize;
use url::Url;

use super::{OidcConfig, OidcProblem, safe};

/// The parts of a provider's description that a sign-in needs.
#[derive(Clone)]
pub(super) struct Metadata {
    /// Where the browser is sent.
    pub(super) authorization_endpoint: Url,
    /// Where a code is exchanged.
    pub(super) token_endpoint: Url,
    /// Where the keys are.
    pub(super) jwks_uri: Url,
    /// How this server proves who it is.
    pub(super) client_proof: ClientProof,
    /// Whether every answer names its issuer (RFC 9207).
    pub(super) tells_issuer: bool,
}

/// How this server proves who it is when it exchanges a code.
#[derive(Clone, Copy)]
pub(super) enum ClientProof {
    /// In the header.
    Basic,
    /// In the form.
    Post,
}

/// Refuses a configuration that could not be used safely.
pub(super) fn check_config(config: &OidcConfig) -> Result<(), OidcProblem> {
    let setting = |name| OidcProblem::Setting { name };
    safe(&config.issuer).filter(|url| url.query().is_none()).ok_or(setting("issuer"))?;
    safe(&config.redirect_uri).ok_or(setting("redirect_uri"))?;
    if config.client_id.is_empty() {
        return Err(setting("client_id"));
    }
    if config.client_secret.reveal().is_empty() {
        return Err(setting("client_secret"));
    }
    Ok(())
}

/// Where an issuer's description lies.
pub(super) fn address(issuer: &str) -> Result<Url, OidcProblem> {
    let address = format!("{}/.well-known/openid-configuration", issuer.strip_suffix('/').unwrap_or(issuer));
    safe(&address).ok_or(OidcProblem::Setting { name: "issuer" })
}

impl Metadata {
    /// Reads a description; it must be the configured issuer's, byte for byte.
    pub(super) fn read(bytes: &[u8], issuer: &str) -> Result<Self, OidcProblem> {
        let raw: Raw = serde_json::from_slice(bytes).map_err(|_| OidcProblem::Garbled)?;
        if raw.issuer != issuer {
            return Err(OidcProblem::MetadataIssuer);
        }
        // An issuer on another machine has no business with addresses on this one.
        let sealed = issuer.starts_with("https:");
        let address = |text: &str, name| {
            let url = safe(text).filter(|url| !sealed || url.scheme() == "https");
            url.ok_or(OidcProblem::MetadataAddress { name })
        };
        let lacks = |list: &Option<Vec<String>>, wanted: &[&str]| {
            list.as_ref().is_some_and(|list| !list.iter().any(|one| wanted.contains(&one.as_str())))
        };
        if lacks(&raw.response_types_supported, &["code"]) {
            return Err(OidcProblem::MetadataLacks { what: "認可コード（response_type=code）" });
        }
        if lacks(&raw.code_challenge_methods_supported, &["S256"]) {
            return Err(OidcProblem::MetadataLacks { what: "PKCE（S256）" });
        }
        if lacks(&raw.id_token_signing_alg_values_supported, &["RS256", "ES256"]) {
            return Err(OidcProblem::MetadataLacks { what: "IDトークンの署名（RS256かES256）" });
        }
        let client_proof = match &raw.token_endpoint_auth_methods_supported {
            // A provider that says nothing takes the header.
            None => ClientProof::Basic,
            Some(list) if list.iter().any(|one| one == "client_secret_basic") => ClientProof::Basic,
            Some(list) if list.iter().any(|one| one == "client_secret_post") => ClientProof::Post,
            Some(_) => return Err(OidcProblem::MetadataLacks { what: "client_secretによる確認" }),
        };
        Ok(Self {
            authorization_endpoint: address(&raw.authorization_endpoint, "authorization_endpoint")?,
            token_endpoint: address(&raw.token_endpoint, "token_endpoint")?,
            jwks_uri: address(&raw.jwks_uri, "jwks_uri")?,
            client_proof,
            tells_issuer: raw.authorization_response_iss_parameter_supported.unwrap_or(false),
        })
    }
}

#[derive(Deserialize)]
struct Raw {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    response_types_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    authorization_response_iss_parameter_supported: Option<bool>,
}
