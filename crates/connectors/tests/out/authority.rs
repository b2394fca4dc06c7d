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
    papers_until(names, 2999)
}

/// The same, good until the beginning of a year.
pub fn papers_until(names: &[&str], year: i32) -> Paper {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).expect("an authority");
    let issuer = Issuer::new(params, key);
    let server_key = KeyPair::generate().expect("a key");
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.not_after = rcgen::date_time_ymd(year, 1, 1);
    let server = params.signed_by(&server_key, &issuer).expect("vouched for");
    Paper { authority: authority.pem(), certificate: server.pem(), key: server_key.serialize_pem() }
}
