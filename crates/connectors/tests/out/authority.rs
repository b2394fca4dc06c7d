//! A certificate authority of the test's own.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// A server's certificate and key, and the authority that vouches for it; all PEM.
pub struct Paper {
    pub authority: String,
    pub certificate: String,
    pub key: String,
}

/// Papers for servers of these names.
pub fn papers(names: &[&str]) -> Paper {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).expect("an authority");
    let issuer = Issuer::new(params, key);
    let server_key = KeyPair::generate().expect("a key");
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let server = CertificateParams::new(names).expect("names").signed_by(&server_key, &issuer).expect("vouched for");
    Paper { authority: authority.pem(), certificate: server.pem(), key: server_key.serialize_pem() }
}
