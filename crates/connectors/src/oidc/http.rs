//! Requests that cannot be led elsewhere, drag on, or fill the memory.

use std::path::Path;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Certificate, Client, RequestBuilder, Response, StatusCode, redirect, retry};
use serde::Deserialize;
use url::Url;

use super::OidcProblem;
use crate::cause::Cause;

const BODY_MAX: usize = 64 * 1024;
const TIME_MAX: Duration = Duration::from_secs(5);

/// Requests to the provider.
pub(super) struct Http(Client);

impl Http {
    /// Makes the client; authorities in `extra_ca` are trusted besides those of the machine.
    pub(super) fn new(extra_ca: Option<&Path>) -> Result<Self, OidcProblem> {
        // Whoever came first has installed the same one; two installations are no fault.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            // A connection that the other side closed meanwhile would lose a code, which cannot be sent twice.
            .pool_max_idle_per_host(0)
            .timeout(TIME_MAX);
        if let Some(path) = extra_ca {
            let pem = std::fs::read(path).map_err(|_| OidcProblem::AuthorityFile)?;
            let authorities = Certificate::from_pem_bundle(&pem).map_err(|_| OidcProblem::AuthorityFile)?;
            if authorities.is_empty() {
                return Err(OidcProblem::AuthorityFile);
            }
            client = client.tls_certs_merge(authorities);
        }
        Ok(Self(client.build().map_err(|_| OidcProblem::AuthorityFile)?))
    }

    /// Reads a document.
    pub(super) async fn get(&self, url: &Url) -> Result<Vec<u8>, OidcProblem> {
        let (status, body) = send(self.0.get(url.clone())).await?;
        match status {
            StatusCode::OK => Ok(body),
            other => Err(OidcProblem::Status { status: other.as_u16() }),
        }
    }

    /// Sends a form, signed in as the client when `basic` is given.
    pub(super) async fn post_form(
        &self,
        url: &Url,
        form: String,
        basic: Option<(String, String)>,
    ) -> Result<Vec<u8>, OidcProblem> {
        #[derive(Deserialize)]
        struct Fault {
            error: String,
        }

        let mut request = self.0.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        if let Some((id, secret)) = basic {
            request = request.basic_auth(id, Some(secret));
        }
        let (status, body) = send(request).await?;
        if status == StatusCode::OK {
            return Ok(body);
        }
        let told = serde_json::from_slice::<Fault>(&body).map(|fault| fault.error);
        Err(match (status, told.as_deref()) {
            (_, Ok("invalid_grant")) => OidcProblem::CodeRefused,
            (StatusCode::UNAUTHORIZED, _) | (_, Ok("invalid_client" | "unauthorized_client")) => {
                OidcProblem::ClientRefused
            }
            (_, Ok(error)) => OidcProblem::told(error),
            (other, Err(_)) => OidcProblem::Status { status: other.as_u16() },
        })
    }
}

async fn send(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), OidcProblem> {
    let response = request.header(ACCEPT, "application/json").send().await.map_err(|error| failed(&error))?;
    let status = response.status();
    if status.is_redirection() {
        return Err(OidcProblem::Redirected);
    }
    Ok((status, body(response).await?))
}

async fn body(mut response: Response) -> Result<Vec<u8>, OidcProblem> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if body.len() + chunk.len() > BODY_MAX {
            return Err(OidcProblem::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn failed(error: &reqwest::Error) -> OidcProblem {
    // The sources tell of sockets and certificates; addresses with what they carry stay out.
    let cause = if error.is_timeout() { Cause::TimedOut } else { Cause::of(error) };
    tracing::warn!("共通サインインの提供者につながりませんでした（{cause}）。");
    if error.is_timeout() { OidcProblem::TooSlow } else { OidcProblem::Unreachable }
}
