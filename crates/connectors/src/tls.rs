//! What a TLS connection of ours trusts: the machine's certificates, and those that the city adds.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Why a TLS configuration cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("証明書のファイルを読めません。PEM 形式の認証局の証明書かどうかを確かめてください。")]
pub struct BadCertificate;

/// A client that trusts the machine's certificates and these (PEM).
pub(crate) fn client(extra: Option<&[u8]>) -> Result<ClientConfig, BadCertificate> {
    let mut roots = RootCertStore::empty();
    // A machine without certificates of its own still has those that the city adds.
    let native = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(native.certs);
    if let Some(pem) = extra {
        let mut added = 0;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate.map_err(|_| BadCertificate)?).map_err(|_| BadCertificate)?;
            added += 1;
        }
        if added == 0 {
            return Err(BadCertificate);
        }
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config.map_err(|_| BadCertificate)?.with_root_certificates(roots).with_no_client_auth())
}
