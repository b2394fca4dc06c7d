//! What the settings say about the city's own sign-in.

use std::path::{Path, PathBuf};

use connectors::oidc::{OidcConfig, Secret};
use serde::{Deserialize, Serialize};

use crate::courier::secret;
use crate::input::Mistake;

/// The city's own sign-in (OIDC); `[oidc]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSettings {
    /// The provider's name as it writes it itself, byte for byte.
    pub issuer: String,
    /// Who this server is to the provider.
    pub client_id: String,
    /// The file with what proves that.
    pub client_secret_file: PathBuf,
    /// A file with further certificates (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// How many seconds ago people may have proved who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
}

impl OidcSettings {
    /// What the connector needs; files are looked for beside the settings.
    pub fn config(&self, beside: &Path, redirect_uri: String) -> Result<OidcConfig, Mistake> {
        Ok(OidcConfig {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: Secret::new(secret(&beside.join(&self.client_secret_file))?),
            redirect_uri,
            extra_ca: self.ca_file.as_ref().map(|file| beside.join(file)),
            max_age: self.max_age,
        })
    }
}
