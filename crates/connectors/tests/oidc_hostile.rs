//! Hostile answers: a provider that lies in one way at a time, and an attacker who meddles with what comes back. Each is
//! refused with a reason of its own, and the same provider without a lie is taken.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64};
use connectors::oidc::{Ask, Begun, Chance, Identity, OidcConfig, OidcProblem, Provider, Secret, TokenFault, state_of};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded;

const NOW: i64 = 1_800_000_000_000;
const SECONDS: i64 = NOW / 1000;
const RETURN_TO: &str = "https://shirube.example.jp/return";
const CODE: &str = "the-code";

/// How this provider lies.
#[derive(Clone)]
enum Lie {
    /// It does not.
    None,
    /// In its description.
    Metadata(Change),
    /// In what the token says, well signed.
    Claims(Change),
    /// In the token's head, well signed.
    Header(Change),
    /// In the finished token.
    Token(fn(&str) -> String),
    /// In how it answers the exchange.
    Exchange(fn() -> Response),
    /// Its token endpoint is somewhere else.
    Elsewhere(String),
}

use Lie::{Claims, Elsewhere, Exchange, Header, Metadata, Token};

/// A change of something that the provider says.
type Change = fn(&mut Value);

/// The query that the browser brings back.
type Query = fn(&str, &str) -> String;

fn honest(state: &str, issuer: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("code", CODE).append_pair("state", state).append_pair("iss", issuer).finish()
}

fn refused(fault: TokenFault) -> OidcProblem {
    OidcProblem::Token(fault)
}

#[tokio::test]
async fn without_a_lie_the_provider_is_taken_with_either_signature() {
    for lie in [Lie::None, Header(|head| head["alg"] = "RS256".into())] {
        let told = sign_in(lie, honest).await;
        assert_eq!(told.1, Ok(Identity { issuer: told.0, subject: "s-1".into() }));
    }
}

#[tokio::test]
async fn every_lie_in_the_description_is_refused() {
    let lacks = |what| OidcProblem::MetadataLacks { what };
    let address = |name| OidcProblem::MetadataAddress { name };
    let table: Vec<(Change, OidcProblem)> = vec![
        (|all| all["issuer"] = "https://login.example.com".into(), OidcProblem::MetadataIssuer),
        (|all| all["issuer"] = format!("{}/", all["issuer"].as_str().unwrap()).into(), OidcProblem::MetadataIssuer),
        (|all| all["jwks_uri"] = "http://login.example.com/keys".into(), address("jwks_uri")),
        (|all| all["token_endpoint"] = "http://169.254.169.254/".into(), address("token_endpoint")),
        (|all| all["token_endpoint"] = "https://a:b@login.example.com/".into(), address("token_endpoint")),
        (|all| all["authorization_endpoint"] = "javascript:alert(1)".into(), address("authorization_endpoint")),
        (|all| all["response_types_supported"] = json!(["id_token"]), lacks("認可コード（response_type=code）")),
        (|all| all["code_challenge_methods_supported"] = json!(["plain"]), lacks("PKCE（S256）")),
        (
            |all| all["id_token_signing_alg_values_supported"] = json!(["none", "HS256"]),
            lacks("IDトークンの署名（RS256かES256）"),
        ),
        (
            |all| all["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt"]),
            lacks("client_secretによる確認"),
        ),
        (|all| *all = json!("hello"), OidcProblem::Garbled),
        (|all| all["more"] = " ".repeat(70_000).into(), OidcProblem::TooLarge),
    ];
    for (at, (lie, problem)) in table.into_iter().enumerate() {
        let (_, told) = sign_in(Metadata(lie), honest).await;
        assert_eq!(told, Err(problem), "row {at}");
    }
}

#[tokio::test]
async fn every_lie_in_the_token_is_refused() {
    let table: Vec<(&str, Lie, TokenFault)> = vec![
        ("wrong issuer", Claims(|all| all["iss"] = "https://login.example.com".into()), TokenFault::Issuer),
        ("issuer with a slash more", Claims(|all| all["iss"] = slash(&all["iss"])), TokenFault::Issuer),
        ("foreign audience", Claims(|all| all["aud"] = "other".into()), TokenFault::Audience),
        ("two audiences", Claims(|all| all["aud"] = json!(["shirube", "other"])), TokenFault::Audience),
        ("no audience", Claims(|all| all["aud"] = json!([])), TokenFault::Audience),
        ("token of another client", Claims(|all| all["azp"] = "other".into()), TokenFault::Party),
        ("wrong nonce", Claims(|all| all["nonce"] = "another".into()), TokenFault::Nonce),
        ("no nonce", Claims(|all| drop(all.as_object_mut().unwrap().remove("nonce"))), TokenFault::Nonce),
        ("expired", Claims(|all| all["exp"] = (SECONDS - 60).into()), TokenFault::Expired),
        ("made in the future", Claims(|all| all["iat"] = (SECONDS + 61).into()), TokenFault::NotYet),
        ("not yet valid", Claims(|all| all["nbf"] = (SECONDS + 61).into()), TokenFault::NotYet),
        ("never expires", Claims(|all| drop(all.as_object_mut().unwrap().remove("exp"))), TokenFault::Malformed),
        ("expires in words", Claims(|all| all["exp"] = "tomorrow".into()), TokenFault::Malformed),
        ("proved long ago", Claims(|all| all["auth_time"] = (SECONDS - 3661).into()), TokenFault::ProofOld),
        ("proof untold", Claims(|all| drop(all.as_object_mut().unwrap().remove("auth_time"))), TokenFault::ProofUntold),
        ("nobody", Claims(|all| all["sub"] = "".into()), TokenFault::Subject),
        ("a subject with a line break", Claims(|all| all["sub"] = "a\nb".into()), TokenFault::Subject),
        ("a subject without an end", Claims(|all| all["sub"] = "x".repeat(256).into()), TokenFault::Subject),
        ("a subject that is no text", Claims(|all| all["sub"] = 1.into()), TokenFault::Malformed),
        ("unknown key", Header(|head| head["kid"] = "k9".into()), TokenFault::UnknownKey),
        ("key of the other sort", Header(|head| head["kid"] = "r1".into()), TokenFault::UnknownKey),
        ("an extension to understand", Header(|head| head["crit"] = json!(["b64"])), TokenFault::Malformed),
        ("no algorithm", Token(unsigned), TokenFault::Algorithm),
        ("no algorithm, in capitals", Token(|token| resign(token, "NONE", |_| Vec::new())), TokenFault::Algorithm),
        (
            "the public key as a shared secret",
            Token(|token| resign(token, "HS256", |text| hmac(&KEYS.jwks_text(), text))),
            TokenFault::Algorithm,
        ),
        ("an unknown algorithm", Token(|token| resign(token, "RS512", |_| vec![0; 256])), TokenFault::Algorithm),
        ("tampered payload", Token(somebody_else), TokenFault::Signature),
        ("signed by a stranger", Token(|token| resign(token, "ES256", stranger)), TokenFault::Signature),
        ("a signature of nothing", Token(|token| resign(token, "ES256", |_| vec![0; 64])), TokenFault::Signature),
        ("no signature", Token(|token| resign(token, "ES256", |_| Vec::new())), TokenFault::Signature),
        ("four parts", Token(|token| format!("{token}.x")), TokenFault::Malformed),
        ("two parts", Token(|token| token.rsplit_once('.').unwrap().0.to_owned()), TokenFault::Malformed),
        ("padding", Token(|token| format!("{token}==")), TokenFault::Malformed),
        ("words", Token(|_| "あ.い.う".to_owned()), TokenFault::Malformed),
    ];
    for (name, lie, fault) in table {
        assert_eq!(sign_in(lie, honest).await.1, Err(refused(fault)), "{name}");
    }
}

#[tokio::test]
async fn clocks_that_differ_by_less_than_a_minute_are_honest() {
    let table: [Change; 4] = [
        |all| all["exp"] = (SECONDS - 59).into(),
        |all| all["iat"] = (SECONDS + 60).into(),
        |all| all["nbf"] = (SECONDS + 60).into(),
        |all| all["auth_time"] = (SECONDS - 3600 - 60).into(),
    ];
    for (at, lie) in table.into_iter().enumerate() {
        assert!(sign_in(Claims(lie), honest).await.1.is_ok(), "row {at}");
    }
}

#[tokio::test]
async fn an_e_mail_address_has_no_effect_whether_it_is_confirmed_or_not() {
    for lie in [
        Claims(|all| (all["email"], all["email_verified"]) = ("mayor@example.jp".into(), false.into())),
        Claims(|all| (all["email"], all["email_verified"]) = ("mayor@example.jp".into(), true.into())),
        Claims(|all| (all["email"], all["preferred_username"]) = (json!({"a": 1}), "mayor".into())),
    ] {
        let (issuer, told) = sign_in(lie, honest).await;
        assert_eq!(told, Ok(Identity { issuer, subject: "s-1".into() }));
    }
}

#[tokio::test]
async fn every_meddling_with_the_way_back_is_refused() {
    let table: Vec<(&str, Query, OidcProblem)> = vec![
        ("nothing", |_, _| String::new(), OidcProblem::StateMissing),
        ("no state", |_, iss| format!("code={CODE}&iss={iss}"), OidcProblem::StateMissing),
        ("another state", |_, iss| honest("another", iss), OidcProblem::StateWrong),
        ("a state without its end", |state, iss| honest(&state[..state.len() - 1], iss), OidcProblem::StateWrong),
        ("two states", |state, iss| format!("{}&state=x", honest(state, iss)), OidcProblem::Repeated { name: "state" }),
        ("two codes", |state, iss| format!("code=x&{}", honest(state, iss)), OidcProblem::Repeated { name: "code" }),
        ("another issuer", |state, _| honest(state, "https://login.example.com"), OidcProblem::AnswerIssuer),
        ("no issuer", |state, _| format!("code={CODE}&state={state}"), OidcProblem::AnswerIssuerMissing),
        ("no code", |state, iss| format!("state={state}&iss={iss}"), OidcProblem::CodeMissing),
        ("an empty code", |state, iss| format!("code=&state={state}&iss={iss}"), OidcProblem::CodeMissing),
        ("another code", |state, iss| format!("code=x&state={state}&iss={iss}"), OidcProblem::CodeRefused),
        ("a no", |state, iss| format!("error=access_denied&state={state}&iss={iss}"), OidcProblem::Denied),
        (
            "a no of another issuer",
            |state, _| format!("error=access_denied&state={state}&iss=https%3A%2F%2Flogin.example.com"),
            OidcProblem::AnswerIssuer,
        ),
        (
            "an error that wants to be a page",
            |state, iss| format!("error=%3Cscript%3Eserver_error&state={state}&iss={iss}&error_description=call+us"),
            OidcProblem::Told { code: "scriptserver_error".into() },
        ),
        (
            "a code beside an error",
            |state, iss| format!("{}&error=server_error", honest(state, iss)),
            OidcProblem::Told { code: "server_error".into() },
        ),
    ];
    for (name, query, problem) in table {
        assert_eq!(sign_in(Lie::None, query).await.1, Err(problem), "{name}");
    }
}

#[tokio::test]
async fn every_odd_answer_to_the_exchange_is_refused() {
    let table: Vec<(&str, Lie, OidcProblem)> = vec![
        ("a redirect", Exchange(|| Redirect::temporary("/token2").into_response()), OidcProblem::Redirected),
        ("garbage", Exchange(|| "{\"id_token\": \"a".into_response()), OidcProblem::Garbled),
        ("no token", Exchange(|| Json(json!({"access_token": "x"})).into_response()), OidcProblem::NoIdToken),
        ("two tokens", Exchange(|| "{\"id_token\": \"a\", \"id_token\": \"b\"}".into_response()), OidcProblem::Garbled),
        (
            "no such client",
            Exchange(|| (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_client"}))).into_response()),
            OidcProblem::ClientRefused,
        ),
        (
            "another error",
            Exchange(|| (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_scope"}))).into_response()),
            OidcProblem::Told { code: "invalid_scope".into() },
        ),
        (
            "a page",
            Exchange(|| (StatusCode::BAD_GATEWAY, "<h1>bad gateway</h1>").into_response()),
            OidcProblem::Status { status: 502 },
        ),
        ("nobody there", Elsewhere("http://127.0.0.1:9/token".to_owned()), OidcProblem::Unreachable),
    ];
    for (name, lie, problem) in table {
        assert_eq!(sign_in(lie, honest).await.1, Err(problem), "{name}");
    }
}

#[tokio::test]
async fn an_answer_of_200_mb_is_not_read_to_its_end() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let address = raw(move |mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n");
        while let Ok(more) = stream.write(&[b' '; 16_384]) {
            if counter.fetch_add(more, Ordering::SeqCst) > 200 << 20 {
                break;
            }
        }
    });
    assert_eq!(sign_in(Elsewhere(address), honest).await.1, Err(OidcProblem::TooLarge));
    std::thread::sleep(Duration::from_millis(300));
    // What the machine's own buffers take is not ours to bound.
    assert!(sent.load(Ordering::SeqCst) < 32 << 20, "{} bytes were taken", sent.load(Ordering::SeqCst));
}

#[tokio::test]
async fn an_answer_that_drips_is_given_up_after_five_seconds() {
    let address = raw(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let began = Instant::now();
    assert_eq!(sign_in(Elsewhere(address), honest).await.1, Err(OidcProblem::TooSlow));
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_code_counts_once_and_an_answer_fits_one_sign_in() {
    let server = Server::start(Lie::None).await;
    let provider = server.provider().await.unwrap();
    let begun = server.begin(&provider, 1).await;
    let query = honest(&state(&begun), &server.issuer);
    assert_eq!(state_of(&query).unwrap(), state(&begun));
    provider.finish(&query, &begun.expected, NOW).await.unwrap();
    assert_eq!(provider.finish(&query, &begun.expected, NOW).await, Err(OidcProblem::CodeRefused));

    let next = server.begin(&provider, 2).await;
    assert_eq!(provider.finish(&query, &next.expected, NOW).await, Err(OidcProblem::StateWrong));
}

#[tokio::test]
async fn keys_are_read_again_for_an_unknown_one_but_strangers_cannot_drive_that() {
    let server = Server::start(Lie::None).await;
    let provider = server.provider().await.unwrap();
    assert_eq!(server.keys_read(), 1);

    server.lie(Header(|head| head["kid"] = "k9".into()));
    for _ in 0..5 {
        let told = server.round(&provider, NOW).await;
        assert_eq!(told, Err(refused(TokenFault::UnknownKey)));
    }
    assert_eq!(server.keys_read(), 2, "five unknown keys in one minute are one reading");

    // The provider changed its key: the new one is found as soon as the pause is over.
    server.scene.lock().unwrap().key_id = "k9";
    assert_eq!(server.round(&provider, NOW + 59_999).await, Err(refused(TokenFault::UnknownKey)));
    server.round(&provider, NOW + 60_000).await.unwrap();
    assert_eq!(server.keys_read(), 3);
}

#[tokio::test]
async fn a_withdrawn_key_stops_counting_after_an_hour() {
    let server = Server::start(Lie::None).await;
    let provider = server.provider().await.unwrap();
    server.scene.lock().unwrap().key_id = "k2";
    server.lie(Header(|head| head["kid"] = "e1".into()));
    server.round(&provider, NOW + 3_600_000).await.unwrap();
    server.scene.lock().unwrap().shift = 3_601;
    assert_eq!(server.round(&provider, NOW + 3_600_001).await, Err(refused(TokenFault::UnknownKey)));
}

#[tokio::test]
async fn a_configuration_that_is_not_safe_is_refused_before_anything_is_opened() {
    let fine = || config("https://login.example.jp");
    let table = [
        (OidcConfig { issuer: "http://login.example.jp".into(), ..fine() }, "issuer"),
        (OidcConfig { issuer: "http://127.0.0.1.example.jp".into(), ..fine() }, "issuer"),
        (OidcConfig { issuer: "http://localhost@login.example.jp".into(), ..fine() }, "issuer"),
        (OidcConfig { issuer: "https://login.example.jp/?a=b".into(), ..fine() }, "issuer"),
        (OidcConfig { issuer: "file:///etc/passwd".into(), ..fine() }, "issuer"),
        (OidcConfig { issuer: "認証".into(), ..fine() }, "issuer"),
        (OidcConfig { redirect_uri: "http://shirube.example.jp/return".into(), ..fine() }, "redirect_uri"),
        (OidcConfig { client_id: String::new(), ..fine() }, "client_id"),
        (OidcConfig { client_secret: Secret::new(""), ..fine() }, "client_secret"),
    ];
    for (config, name) in table {
        let told = Provider::discover(config, NOW).await.err();
        assert_eq!(told, Some(OidcProblem::Setting { name }));
    }
}

#[tokio::test]
async fn nothing_secret_is_shown_by_debug() {
    let server = Server::start(Lie::None).await;
    let provider = server.provider().await.unwrap();
    let begun = server.begin(&provider, 1).await;
    let shown = format!("{provider:?} {begun:?} {:?}", begun.expected);
    let Begun { url, expected } = &begun;
    for secret in [&state(&begun), expected.nonce.reveal(), expected.verifier.reveal(), url, "s3cret &+"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("Secret(…)"));
}

/// Signs in at a provider that lies; `query` is what the browser brings back. Tells the issuer beside the outcome.
async fn sign_in(lie: Lie, query: Query) -> (String, Result<Identity, OidcProblem>) {
    let server = Server::start(lie).await;
    let told = match server.provider().await {
        Ok(provider) => {
            let begun = server.begin(&provider, 1).await;
            provider.finish(&query(&state(&begun), &server.issuer), &begun.expected, NOW).await
        }
        Err(problem) => Err(problem),
    };
    (server.issuer, told)
}

/// The hand-made provider.
struct Server {
    issuer: String,
    scene: Arc<Mutex<Scene>>,
}

struct Scene {
    issuer: String,
    lie: Lie,
    nonce: String,
    challenge: String,
    used: BTreeSet<String>,
    keys_read: usize,
    /// Under which name it publishes its elliptic key.
    key_id: &'static str,
    /// How many seconds its clock went on.
    shift: i64,
}

type Shared = State<Arc<Mutex<Scene>>>;

impl Server {
    async fn start(lie: Lie) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let scene = Arc::new(Mutex::new(Scene {
            issuer: issuer.clone(),
            lie,
            nonce: String::new(),
            challenge: String::new(),
            used: BTreeSet::new(),
            keys_read: 0,
            key_id: "e1",
            shift: 0,
        }));
        let router = axum::Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(exchange))
            .route("/token2", post(exchange))
            .with_state(Arc::clone(&scene));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, scene }
    }

    async fn provider(&self) -> Result<Provider, OidcProblem> {
        Provider::discover(config(&self.issuer), NOW).await
    }

    /// Begins, and lets the provider see what the browser would bring it.
    async fn begin(&self, provider: &Provider, seed: u8) -> Begun {
        let chance = Chance { state: [seed; 32], nonce: [seed + 10; 32], verifier: [seed + 20; 32] };
        let begun = provider.begin(&chance, Ask::WhoItIs, NOW).await.unwrap();
        let mut scene = self.scene.lock().unwrap();
        scene.nonce = parameter(&begun, "nonce");
        scene.challenge = parameter(&begun, "code_challenge");
        assert_eq!(parameter(&begun, "code_challenge_method"), "S256");
        assert_eq!(parameter(&begun, "scope"), "openid");
        assert_eq!(parameter(&begun, "max_age"), "3600");
        begun
    }

    /// A whole sign-in at this instant, with a code that was not used yet.
    async fn round(&self, provider: &Provider, now: i64) -> Result<Identity, OidcProblem> {
        let begun = self.begin(provider, 1).await;
        self.scene.lock().unwrap().used.clear();
        provider.finish(&honest(&state(&begun), &self.issuer), &begun.expected, now).await
    }

    fn lie(&self, lie: Lie) {
        self.scene.lock().unwrap().lie = lie;
    }

    fn keys_read(&self) -> usize {
        self.scene.lock().unwrap().keys_read
    }
}

async fn describe(State(scene): Shared) -> Json<Value> {
    let scene = scene.lock().unwrap();
    let issuer = &scene.issuer;
    let mut all = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize?tenant=1"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "authorization_response_iss_parameter_supported": true,
    });
    match &scene.lie {
        Metadata(lie) => lie(&mut all),
        Elsewhere(address) => all["token_endpoint"] = address.as_str().into(),
        _ => {}
    }
    Json(all)
}

async fn keys(State(scene): Shared) -> Json<Value> {
    let mut scene = scene.lock().unwrap();
    scene.keys_read += 1;
    Json(KEYS.jwks(scene.key_id))
}

async fn exchange(State(scene): Shared, head: HeaderMap, form: String) -> Response {
    let mut scene = scene.lock().unwrap();
    let form: Vec<(String, String)> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    let field =
        |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default();
    let basic = format!("Basic {}", BASE64_STANDARD.encode("shirube:s3cret+%26%2B"));
    assert_eq!(head.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()), Some(basic.as_str()));
    assert_eq!((field("grant_type"), field("redirect_uri")), ("authorization_code", RETURN_TO));
    let verifier = field("code_verifier");
    let fits = BASE64.encode(digest(&SHA256, verifier.as_bytes())) == scene.challenge;
    if let Exchange(lie) = &scene.lie {
        return lie();
    }
    if field("code") != CODE || !fits || !scene.used.insert(CODE.to_owned()) {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    }
    let mut token = KEYS.token(&scene);
    if let Token(lie) = &scene.lie {
        token = lie(&token);
    }
    Json(json!({"access_token": "x", "token_type": "Bearer", "id_token": token})).into_response()
}

static KEYS: LazyLock<Keys> = LazyLock::new(Keys::make);

/// The provider's keys.
struct Keys {
    elliptic: EcdsaKeyPair,
    rsa: RsaKeyPair,
}

impl Keys {
    fn make() -> Self {
        let made = Command::new("openssl")
            .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-outform", "DER"])
            .output()
            .expect("openssl runs");
        // Which of the two forms comes out depends on the tool's version.
        let rsa = RsaKeyPair::from_pkcs8(&made.stdout).or_else(|_| RsaKeyPair::from_der(&made.stdout)).expect("a key");
        Self { elliptic: elliptic(), rsa }
    }

    fn jwks(&self, id: &str) -> Value {
        let point = self.elliptic.public_key().as_ref();
        let public: ring::signature::RsaPublicKeyComponents<Vec<u8>> = self.rsa.public().into();
        json!({"keys": [
            {"kty": "EC", "crv": "P-256", "kid": id, "use": "sig",
             "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..])},
            {"kty": "RSA", "kid": "r1", "n": BASE64.encode(public.n), "e": BASE64.encode(public.e)},
            {"kty": "oct", "kid": "o1", "k": "c2VjcmV0"},
            {"kty": "EC", "crv": "P-256", "kid": "not-for-signatures", "use": "enc", "x": "", "y": ""},
            "not a key at all",
        ]})
    }

    fn jwks_text(&self) -> Vec<u8> {
        self.jwks("e1").to_string().into_bytes()
    }

    fn token(&self, scene: &Scene) -> String {
        let at = SECONDS + scene.shift;
        let mut claims = json!({
            "iss": scene.issuer, "sub": "s-1", "aud": "shirube", "nonce": scene.nonce,
            "iat": at, "exp": at + 3_600, "auth_time": at,
        });
        let mut head = json!({"alg": "ES256", "kid": "e1"});
        match &scene.lie {
            Claims(lie) => lie(&mut claims),
            Header(lie) => lie(&mut head),
            _ => {}
        }
        let rs256 = head["alg"] == "RS256";
        if rs256 {
            head["kid"] = "r1".into();
        }
        let text = format!("{}.{}", BASE64.encode(head.to_string()), BASE64.encode(claims.to_string()));
        let signature = if rs256 {
            let mut signature = vec![0; self.rsa.public().modulus_len()];
            self.rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
            signature
        } else {
            sign(&self.elliptic, text.as_bytes())
        };
        format!("{text}.{}", BASE64.encode(signature))
    }
}

fn elliptic() -> EcdsaKeyPair {
    let chance = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &chance).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &chance).unwrap()
}

fn sign(key: &EcdsaKeyPair, text: &[u8]) -> Vec<u8> {
    key.sign(&SystemRandom::new(), text).unwrap().as_ref().to_vec()
}

fn stranger(text: &[u8]) -> Vec<u8> {
    sign(&elliptic(), text)
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

/// The same words under another algorithm and signature.
fn resign(token: &str, alg: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let claims = token.split('.').nth(1).unwrap();
    let text = format!("{}.{claims}", BASE64.encode(json!({"alg": alg, "kid": "e1"}).to_string()));
    let signature = sign(text.as_bytes());
    format!("{text}.{}", BASE64.encode(signature))
}

fn unsigned(token: &str) -> String {
    resign(token, "none", |_| Vec::new())
}

/// Another person under the signature for the first.
fn somebody_else(token: &str) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims: Value = serde_json::from_slice(&BASE64.decode(parts[1]).unwrap()).unwrap();
    claims["sub"] = "s-2".into();
    format!("{}.{}.{}", parts[0], BASE64.encode(claims.to_string()), parts[2])
}

fn slash(text: &Value) -> Value {
    format!("{}/", text.as_str().unwrap()).into()
}

fn config(issuer: &str) -> OidcConfig {
    OidcConfig {
        issuer: issuer.to_owned(),
        client_id: "shirube".to_owned(),
        client_secret: Secret::new("s3cret &+"),
        redirect_uri: RETURN_TO.to_owned(),
        extra_ca: None,
        max_age: Some(3_600),
    }
}

fn state(begun: &Begun) -> String {
    parameter(begun, "state")
}

fn parameter(begun: &Begun, name: &str) -> String {
    let url = Url::parse(&begun.url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap()
}

/// A server that answers its first caller by hand; tells its address.
fn raw(answer: impl FnOnce(std::net::TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/token", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request);
        answer(stream);
    });
    address
}
