//! Mail, handed to the city's own server: encrypted unless the server is this very machine.

use std::error::Error as _;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::cause::Cause;
use crate::fault::Fault;

/// How the way to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// TLS from the first byte (usually port 465).
    Tls,
    /// TLS by STARTTLS, without which nothing is sent (usually port 587).
    StartTls,
    /// None; only for a server on this machine.
    None,
}

/// The mail server, and who we are to it.
#[derive(Clone)]
pub struct SmtpConfig {
    /// Its host name; the certificate has to bear it.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is protected.
    pub protection: Protection,
    /// The sender's address.
    pub from: String,
    /// Name and password, where the server asks for them.
    pub login: Option<(String, String)>,
    /// Further certificates to trust, as PEM.
    pub certificates: Option<Vec<u8>>,
}

/// A letter to one address.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// The same for every attempt; the message id is made of it.
    pub id: &'a str,
    /// The address.
    pub to: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The words.
    pub body: &'a str,
}

/// What is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMail {
    /// The sender.
    #[error("差出人（from）がメールアドレスの形になっていません。")]
    From,
    /// The certificates.
    #[error(transparent)]
    Certificate(#[from] crate::tls::BadCertificate),
    /// A server elsewhere without protection.
    #[error(
        "暗号化なし（security = \"none\"）は、同じ機器の中のメールサーバーにだけ使えます。\"starttls\" か \"tls\" にしてください。"
    )]
    Unprotected,
    /// The server's name.
    #[error("メールサーバーの名前（server）が正しくありません。")]
    Server,
}

/// The way to the mail server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

const CONNECT: Duration = Duration::from_secs(15);
const WHOLE: Duration = Duration::from_secs(45);
const FROM_NAME: &str = "しるべ";

impl Mailer {
    /// A way to this server; nothing is opened before a letter is sent.
    pub fn new(config: &SmtpConfig) -> Result<Self, BadMail> {
        let from: Address = config.from.parse().map_err(|_| BadMail::From)?;
        let tls = match config.protection {
            Protection::None if is_here(&config.server) => Tls::None,
            Protection::None => return Err(BadMail::Unprotected),
            Protection::Tls => Tls::Wrapper(parameters(config)?),
            Protection::StartTls => Tls::Required(parameters(config)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(config.server.as_str())
            .port(config.port)
            .tls(tls)
            .timeout(Some(CONNECT))
            .hello_name(ClientId::Domain(from.domain().to_owned()));
        if let Some((name, password)) = &config.login {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(Self { transport: builder.build(), from: Mailbox::new(Some(FROM_NAME.to_owned()), from) })
    }

    /// Hands a letter to the server.
    pub async fn send(&self, letter: Outgoing<'_>) -> Result<(), Fault> {
        let message = self.message(letter)?;
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(fault(&error)),
            Err(_) => Err(Fault::Later("メールサーバーの応答が45秒以内にありませんでした。".to_owned())),
        }
    }

    fn message(&self, letter: Outgoing<'_>) -> Result<Message, Fault> {
        let bad = || Fault::Never("宛先のメールアドレスの形が正しくありません。".to_owned());
        let to: Address = letter.to.parse().map_err(|_| bad())?;
        let domain = self.from.email.domain();
        // What is not a plain token has no place in a header, wherever it came from.
        let id: String = letter.id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let subject: String = letter.subject.chars().filter(|c| !c.is_control()).collect();
        Message::builder()
            .message_id(Some(format!("<{id}@{domain}>")))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()))
            .raw_header(raw("List-Id", format!("<shirube.{domain}>")))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.to_owned())
            .map_err(|_| bad())
    }
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

fn parameters(config: &SmtpConfig) -> Result<TlsParameters, BadMail> {
    let mut builder = TlsParameters::builder(config.server.clone());
    if let Some(pem) = &config.certificates {
        // Read by our own reader first: one that holds nothing is a mistake to be told.
        crate::tls::client(Some(pem))?;
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(|_| crate::tls::BadCertificate)?);
    }
    builder.build_rustls().map_err(|_| BadMail::Server)
}

/// Whether a server is this machine.
fn is_here(server: &str) -> bool {
    server == "localhost" || server.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// What went wrong, without the server's own words: they may repeat the address.
fn fault(error: &lettre::transport::smtp::Error) -> Fault {
    if let Some(code) = error.status() {
        let code = code.to_string();
        return match code.as_str() {
            "501" | "550" | "551" | "553" | "556" => Fault::Never(format!(
                "メールサーバーが宛先を受け付けませんでした（{code}）。アドレスを確かめてください。"
            )),
            "530" | "534" | "535" | "538" => Fault::Later(format!(
                "メールサーバーが認証を受け付けませんでした（{code}）。設定（user、password_file）を確かめてください。"
            )),
            _ => Fault::Later(format!("メールサーバーが受け付けませんでした（{code}）。")),
        };
    }
    let cause = Cause::of(error);
    let words = if cause.is_of_tls() {
        format!(
            "メールサーバーの証明書を確かめられませんでした（{cause}）。設定（server、ca_file）を確かめてください。"
        )
    } else if tells_of(error, "STARTTLS") {
        "メールサーバーが暗号化（STARTTLS）に応じませんでした。何も送っていません。".to_owned()
    } else if error.is_tls() || tells_of(error, "certificate") {
        "メールサーバーの証明書を確かめられませんでした。設定（server、ca_file）を確かめてください。".to_owned()
    } else if error.is_timeout() {
        "メールサーバーの応答が時間内にありませんでした。".to_owned()
    } else {
        format!(
            "メールサーバーにつながりませんでした（{cause}）。設定（server、port、security）とサーバーの状態を確かめてください。"
        )
    };
    Fault::Later(words)
}

fn tells_of(error: &lettre::transport::smtp::Error, word: &str) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.to_string().contains(word) {
            return true;
        }
        source = cause.source();
    }
    error.to_string().contains(word)
}

impl fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpConfig").field("server", &self.server).field("port", &self.port).finish_non_exhaustive()
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").finish_non_exhaustive()
    }
}
