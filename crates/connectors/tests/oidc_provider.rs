//! Sign-in against a real provider of the field (oidc-provider), started on this machine.

mod real;

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use connectors::oidc::{
    Ask, Begun, Chance, Expected, Identity, OidcConfig, OidcProblem, Provider, Secret, TokenFault, hash_of_state,
};
use real::{Real, browse};

#[tokio::test]
async fn a_person_signs_in_and_is_known_by_issuer_and_subject_alone() {
    let Some(real) = Real::start(&[]) else { return };
    for client in ["rs256", "es256"] {
        let provider = real.provider(client).await;
        let begun = begin(&provider, 1).await;
        let query = browse(&begun.url, "01011").await;
        let identity = provider.finish(&query, &begun.expected, now()).await.unwrap();
        assert_eq!(identity, Identity { issuer: real.issuer.clone(), subject: "01011".into() }, "{client}");
    }
}

#[tokio::test]
async fn a_provider_that_wants_the_secret_in_the_form_gets_it_there() {
    let Some(real) = Real::start(&[("OIDC_POST_ONLY", "1")]) else { return };
    let provider = real.provider("es256").await;
    let begun = begin(&provider, 1).await;
    let query = browse(&begun.url, "01011").await;
    assert_eq!(provider.finish(&query, &begun.expected, now()).await.unwrap().subject, "01011");
}

#[tokio::test]
async fn a_code_counts_once() {
    let Some(real) = Real::start(&[]) else { return };
    let provider = real.provider("rs256").await;
    let begun = begin(&provider, 1).await;
    let query = browse(&begun.url, "01011").await;
    provider.finish(&query, &begun.expected, now()).await.unwrap();
    let again = provider.finish(&query, &begun.expected, now()).await;
    assert_eq!(again, Err(OidcProblem::CodeRefused));
}

#[tokio::test]
async fn an_answer_for_another_browser_is_refused() {
    let Some(real) = Real::start(&[]) else { return };
    let provider = real.provider("rs256").await;
    let mine = begin(&provider, 1).await;
    let theirs = begin(&provider, 2).await;
    let query = browse(&theirs.url, "01012").await;
    assert_eq!(provider.finish(&query, &mine.expected, now()).await, Err(OidcProblem::StateWrong));

    // Even with the state of the one, the verifier of the other does not fit the code.
    let mixed = Expected { state_hash: theirs.expected.state_hash.clone(), ..mine.expected.clone() };
    assert_eq!(provider.finish(&query, &mixed, now()).await, Err(OidcProblem::CodeRefused));

    // And with state and verifier, the nonce of the other does not fit the token.
    let fresh = browse(&begin(&provider, 2).await.url, "01012").await;
    let mixed = Expected { nonce: mine.expected.nonce.clone(), ..theirs.expected };
    let told = provider.finish(&fresh, &mixed, now()).await;
    assert_eq!(told, Err(OidcProblem::Token(TokenFault::Nonce)));
}

#[tokio::test]
async fn a_code_of_another_client_is_refused() {
    let Some(real) = Real::start(&[]) else { return };
    let (ours, other) = (real.provider("rs256").await, real.provider("other").await);
    let begun = begin(&other, 1).await;
    let query = browse(&begun.url, "01011").await;
    assert_eq!(ours.finish(&query, &begun.expected, now()).await, Err(OidcProblem::CodeRefused));
}

#[tokio::test]
async fn a_wrong_secret_and_a_no_have_their_own_words() {
    let Some(real) = Real::start(&[]) else { return };
    let provider = real.provider("rs256").await;
    let begun = begin(&provider, 1).await;
    let query = browse(&begun.url, "deny").await;
    assert_eq!(provider.finish(&query, &begun.expected, now()).await, Err(OidcProblem::Denied));

    let config = OidcConfig { client_secret: Secret::new("wrong"), ..real.config("rs256") };
    let provider = Provider::discover(config, now()).await.unwrap();
    let query = browse(&begun.url, "01011").await;
    assert_eq!(provider.finish(&query, &begun.expected, now()).await, Err(OidcProblem::ClientRefused));
}

#[tokio::test]
async fn a_person_can_be_asked_to_prove_it_again() {
    let Some(real) = Real::start(&[]) else { return };
    let provider = real.provider("rs256").await;
    let chance = Chance { state: [1; 32], nonce: [2; 32], verifier: [3; 32] };
    let begun = provider.begin(&chance, Ask::ProveAgain, now()).await.unwrap();
    let query = browse(&begun.url, "01011").await;
    assert_eq!(provider.finish(&query, &begun.expected, now()).await.unwrap().subject, "01011");

    // The same answer does not prove anything about a moment after it.
    let begun = provider.begin(&chance, Ask::ProveAgain, now()).await.unwrap();
    let later = Expected { began_at: now() + 120_000, ..begun.expected.clone() };
    let query = browse(&begun.url, "01011").await;
    assert_eq!(provider.finish(&query, &later, now()).await, Err(OidcProblem::Token(TokenFault::ProofOld)));
}

#[tokio::test]
async fn a_provider_behind_the_citys_own_authority_is_reached_only_with_its_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let [authority, authority_key, key, cert] =
        ["ca.pem", "ca.key", "key.pem", "cert.pem"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    let base = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    openssl(&[&base[..], &["-subj", "/CN=city", "-keyout", &authority_key, "-out", &authority]].concat());
    let signed = ["-subj", "/CN=login", "-CA", &authority, "-CAkey", &authority_key, "-keyout", &key, "-out", &cert];
    let extensions = ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"];
    openssl(&[&base[..], &signed, &extensions].concat());
    let Some(real) = Real::start_with(&[&key, &cert], &[]) else { return };
    assert!(real.issuer.starts_with("https:"));

    let without = Provider::discover(real.config("rs256"), now()).await;
    assert_eq!(without.err(), Some(OidcProblem::Unreachable));

    let config = OidcConfig { extra_ca: Some(authority.into()), ..real.config("rs256") };
    Provider::discover(config, now()).await.unwrap();

    let config = OidcConfig { extra_ca: Some(folder.path().join("none.pem")), ..real.config("rs256") };
    assert_eq!(Provider::discover(config, now()).await.err(), Some(OidcProblem::AuthorityFile));
}

#[test]
fn the_hash_of_a_state_tells_nothing_of_it() {
    assert_eq!(hash_of_state(""), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
}

fn openssl(arguments: &[&str]) {
    let made = Command::new("openssl").args(arguments).output().expect("openssl runs");
    assert!(made.status.success(), "{made:?}");
}

impl Real {
    async fn provider(&self, client: &str) -> Provider {
        Provider::discover(self.config(client), now()).await.unwrap()
    }
}

async fn begin(provider: &Provider, seed: u8) -> Begun {
    let chance = Chance { state: [seed; 32], nonce: [seed + 100; 32], verifier: [seed + 200 - 100; 32] };
    provider.begin(&chance, Ask::WhoItIs, now()).await.unwrap()
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}
