//! Chats that answer well, and chats that send elsewhere, dawdle, pour, or are not who they say.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use connectors::fault::Fault;
use connectors::webhook::{BadHook, Webhook, WebhookConfig, may_call, signature};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::authority::{Paper, papers, papers_until};

#[derive(Clone, Copy)]
enum Manner {
    Good,
    Sends(&'static str),
    Silent,
    Pours,
    Says(&'static str),
}

struct Chat {
    port: u16,
    heard: mpsc::UnboundedReceiver<String>,
    calls: Arc<AtomicUsize>,
}

async fn chat(paper: &Paper, manner: Manner) -> Chat {
    let certificates = CertificateDer::pem_slice_iter(paper.certificate.as_bytes()).map(|c| c.expect("PEM")).collect();
    let key = PrivateKeyDer::from_pem_slice(paper.key.as_bytes()).expect("PEM");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let config = config.with_no_client_auth().with_single_cert(certificates, key).expect("papers");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (tell, heard) = mpsc::unbounded_channel();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let Ok(mut stream) = acceptor.accept(socket).await else { continue };
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            while !request.ends_with(b"}") {
                match stream.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(read) => request.extend_from_slice(&buffer[..read]),
                }
            }
            let _ = tell.send(String::from_utf8_lossy(&request).into_owned());
            let answer = match manner {
                Manner::Good => "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_owned(),
                Manner::Sends(to) => format!("HTTP/1.1 307 Moved\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"),
                Manner::Says(status) => format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n"),
                Manner::Silent => {
                    tokio::time::sleep(Duration::from_mins(1)).await;
                    continue;
                }
                Manner::Pours => {
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
                    let chunk = vec![b'x'; 65_536];
                    for _ in 0..3_200 {
                        if stream.write_all(b"10000\r\n").await.is_err()
                            || stream.write_all(&chunk).await.is_err()
                            || stream.write_all(b"\r\n").await.is_err()
                        {
                            break;
                        }
                    }
                    continue;
                }
            };
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    Chat { port, heard, calls }
}

fn config(port: u16, paper: &Paper) -> WebhookConfig {
    WebhookConfig {
        url: format!("https://localhost:{port}/hook/himitsu").parse().expect("a URL"),
        allowed: vec![("localhost".to_owned(), port)],
        addresses: Vec::new(),
        secret: Some(b"himitsu no kagi".to_vec()),
        certificates: Some(paper.authority.clone().into_bytes()),
    }
}

#[tokio::test]
async fn a_text_arrives_signed() {
    let paper = papers(&["localhost"]);
    let mut chat = chat(&paper, Manner::Good).await;
    let hook = Webhook::new(config(chat.port, &paper)).expect("configured");
    hook.post("0190-m1\r\nx-evil: 1", "［しるべ］届出1件が受付を待っています。\"").await.expect("taken");
    let request = chat.heard.recv().await.expect("heard");
    let (head, body) = request.split_once("\r\n\r\n").expect("head and body");
    assert_eq!(body, r#"{"text":"［しるべ］届出1件が受付を待っています。\""}"#);
    let wanted = signature(b"himitsu no kagi", "0190-m1x-evil1", body);
    assert!(head.contains(&format!("x-shirube-signature: {wanted}")), "{head}");
    assert!(head.starts_with("POST /hook/himitsu HTTP/1.1\r\n") && !head.contains("\r\nx-evil"), "{head}");
    assert!(!format!("{hook:?}").contains("himitsu"), "the path is a secret");
}

#[test]
fn the_signature_is_the_one_that_other_tools_make() {
    // printf '%s' 'id.{"text":"a"}' | openssl dgst -sha256 -hmac key
    assert_eq!(
        signature(b"key", "id", "{\"text\":\"a\"}"),
        "sha256=5348b85ad062798df0c6a637e49cbd95dddccfb0ca2c881bc92d5cc5204474b2",
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let paper = papers(&["localhost"]);
    let mut other = chat(&paper, Manner::Good).await;
    let to: &'static str = format!("https://localhost:{}/elsewhere", other.port).leak();
    let first = chat(&paper, Manner::Sends(to)).await;
    let refused = Webhook::new(config(first.port, &paper)).expect("configured").post("m1", "x").await;
    assert!(matches!(&refused, Err(Fault::Never(why)) if why.contains("転送")), "{refused:?}");
    assert_eq!((first.calls.load(Ordering::Relaxed), other.calls.load(Ordering::Relaxed)), (1, 0));
    assert!(other.heard.try_recv().is_err());
}

#[tokio::test]
async fn a_chat_that_dawdles_or_pours_costs_little() {
    let paper = papers(&["localhost"]);
    let silent = chat(&paper, Manner::Silent).await;
    let hook = Webhook::new(config(silent.port, &paper)).expect("configured").within(Duration::from_millis(400));
    let refused = hook.post("m1", "x").await;
    assert!(matches!(&refused, Err(Fault::Later(_))), "{refused:?}");
    let pouring = chat(&paper, Manner::Pours).await;
    let hook = Webhook::new(config(pouring.port, &paper)).expect("configured");
    let posted = tokio::time::timeout(Duration::from_secs(5), hook.post("m1", "x")).await;
    assert_eq!(posted, Ok(Ok(())), "nothing but the status is read");
}

#[tokio::test]
async fn what_a_chat_says_is_for_now_or_for_good() {
    let paper = papers(&["localhost"]);
    for (status, for_good) in
        [("500 Oops", false), ("429 Slow", false), ("403 No", false), ("404 Gone", true), ("410 Gone", true)]
    {
        let chat = chat(&paper, Manner::Says(status)).await;
        let refused = Webhook::new(config(chat.port, &paper)).expect("configured").post("m1", "x").await;
        assert_eq!(matches!(refused, Err(Fault::Never(_))), for_good, "{status}: {refused:?}");
        assert!(refused.is_err());
    }
}

#[tokio::test]
async fn the_cause_of_a_failure_is_told_and_nothing_of_the_address() {
    let paper = papers(&["localhost"]);
    let (named, over) = (papers(&["chat.example.jp"]), papers_until(&["localhost"], 2020));
    let closed = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        free.local_addr().expect("its address").port()
    };
    for (told, cause) in [
        (config(chat(&named, Manner::Good).await.port, &named), "証明書の名前が、設定のホスト名と違います"),
        (config(chat(&over, Manner::Good).await.port, &over), "証明書の期限が切れています"),
        (config(chat(&paper, Manner::Good).await.port, &named), "認証局を、この機器は信頼していません"),
        (config(closed, &paper), "接続を断りました"),
    ] {
        let refused = Webhook::new(told).expect("configured").post("m1", "x").await;
        let Err(Fault::Later(why)) = refused else { panic!("{cause}: {refused:?}") };
        assert!(why.contains(cause) && !why.contains("http") && !why.contains("localhost"), "{cause}: {why}");
    }
}

#[tokio::test]
async fn a_chat_with_papers_of_somebody_else_gets_nothing() {
    let (paper, strange) = (papers(&["localhost"]), papers(&["chat.example.jp"]));
    let mut wrong_name = chat(&strange, Manner::Good).await;
    let mut of_other = config(wrong_name.port, &strange);
    let refused = Webhook::new(of_other.clone()).expect("configured").post("m1", "x").await;
    assert!(matches!(&refused, Err(Fault::Later(why)) if why.contains("証明書")), "another name: {refused:?}");
    of_other.certificates = Some(paper.authority.clone().into_bytes());
    assert!(Webhook::new(of_other).expect("configured").post("m1", "x").await.is_err(), "another authority");
    assert!(wrong_name.heard.try_recv().is_err(), "no word was said");
}

#[tokio::test]
async fn only_what_the_configuration_allows_is_called() {
    let paper = papers(&["localhost"]);
    let of = |url: &str, allowed: &[(&str, u16)]| WebhookConfig {
        url: url.parse().expect("a URL"),
        allowed: allowed.iter().map(|(host, port)| ((*host).to_owned(), *port)).collect(),
        ..config(1, &paper)
    };
    let chat_443 = [("chat.example.jp", 443)];
    assert!(Webhook::new(of("https://chat.example.jp/x", &chat_443)).is_ok());
    for (url, wanted) in [
        ("http://chat.example.jp:443/x", BadHook::Scheme),
        ("ftp://chat.example.jp:443/x", BadHook::Scheme),
        ("https://a:b@chat.example.jp/x", BadHook::Form),
        ("https://chat.example.jp:8443/x", BadHook::NotAllowed("chat.example.jp:8443".to_owned())),
        ("https://evil.example/x", BadHook::NotAllowed("evil.example:443".to_owned())),
        ("https://2852039166/x", BadHook::NotAllowed("169.254.169.254:443".to_owned())),
    ] {
        assert_eq!(Webhook::new(of(url, &chat_443)).err(), Some(wanted), "{url}");
    }
    // Allowed by name, yet an address of the machine's provider: nothing is sent.
    let metadata = of("https://169.254.169.254/x", &[("169.254.169.254", 443)]);
    let refused = Webhook::new(metadata).expect("configured").post("m1", "x").await;
    assert!(matches!(&refused, Err(Fault::Later(why)) if why.contains("何も送っていません")), "{refused:?}");
}

#[test]
fn addresses_of_machines_and_their_disguises_are_not_called() {
    let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
    for bad in [
        "127.0.0.1",
        "0.0.0.0",
        "169.254.169.254",
        "100.100.100.200",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "::7f00:1",
        "fd00:ec2::254",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ] {
        assert!(!may_call(ip(bad), false), "{bad}");
    }
    for good in ["10.1.2.3", "192.168.0.5", "172.16.0.1", "203.0.113.7", "2001:db8::1", "fd12:3456::1"] {
        assert!(may_call(ip(good), false), "{good}");
    }
    assert!(may_call(ip("127.0.0.1"), true) && may_call(ip("::1"), true));
    assert!(!may_call(ip("::ffff:127.0.0.1"), true) && !may_call(ip("169.254.0.1"), true));
}
