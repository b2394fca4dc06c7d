//! A text for a team's chat, posted as JSON to the one address that the configuration names.
//!
//! The address is resolved once, looked at, and the connection goes to what was looked at. Redirects are not followed,
//! proxies and cookies are not used, and nothing of the answer but its status is read.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use ring::hmac;
use url::{Host, Url};

use crate::cause::Cause;
use crate::fault::Fault;

/// One chat.
#[derive(Clone)]
pub struct WebhookConfig {
    /// Where to post.
    pub url: Url,
    /// The hosts and ports that may be called at all.
    pub allowed: Vec<(String, u16)>,
    /// Addresses that may be called though they are of a kind that is refused otherwise.
    pub addresses: Vec<IpAddr>,
    /// What the signature is made with.
    pub secret: Option<Vec<u8>>,
    /// Further certificates to trust, as PEM.
    pub certificates: Option<Vec<u8>>,
}

/// What is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadHook {
    /// Not https.
    #[error("チャットの送り先（url）は https で始まるものにしてください。http は同じ機器の中にだけ使えます。")]
    Scheme,
    /// A URL without a host, or with a name and password in it.
    #[error("チャットの送り先（url）に、ホスト名がないか、名前やパスワードが入っています。")]
    Form,
    /// Not on the list.
    #[error(
        "チャットの送り先「{0}」は、接続を許す一覧（outbound）にありません。よければ outbound に書き足してください。"
    )]
    NotAllowed(String),
    /// The certificates.
    #[error(transparent)]
    Certificate(#[from] crate::tls::BadCertificate),
}

/// The way to one chat.
pub struct Webhook {
    config: WebhookConfig,
    host: Host,
    port: u16,
    tls: rustls::ClientConfig,
    whole: Duration,
}

const WHOLE: Duration = Duration::from_secs(10);

impl Webhook {
    /// A way to this chat; nothing is opened before a text is posted.
    pub fn new(config: WebhookConfig) -> Result<Self, BadHook> {
        let url = &config.url;
        let host = url.host().map(|host| host.to_owned()).ok_or(BadHook::Form)?;
        let port = url.port_or_known_default().ok_or(BadHook::Form)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadHook::Form);
        }
        if url.scheme() != "https" && !(url.scheme() == "http" && is_here(&host)) {
            return Err(BadHook::Scheme);
        }
        let name = host.to_string();
        if !config.allowed.iter().any(|(known, p)| known.eq_ignore_ascii_case(&name) && *p == port) {
            return Err(BadHook::NotAllowed(format!("{name}:{port}")));
        }
        let tls = crate::tls::client(config.certificates.as_deref())?;
        Ok(Self { config, host, port, tls, whole: WHOLE })
    }

    /// The same with a shorter patience.
    #[must_use]
    pub fn within(self, whole: Duration) -> Self {
        Self { whole, ..self }
    }

    /// Posts a text; `id` is the same for every attempt.
    pub async fn post(&self, id: &str, text: &str) -> Result<(), Fault> {
        match tokio::time::timeout(self.whole, self.try_post(id, text)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Fault::Later("チャットの応答が時間内にありませんでした。".to_owned())),
        }
    }

    async fn try_post(&self, id: &str, text: &str) -> Result<(), Fault> {
        let addresses = self.resolve().await?;
        let client = self.client(&addresses)?;
        let id: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let body = serde_json::json!({ "text": text }).to_string();
        let mut request = client
            .post(self.config.url.clone())
            .header("content-type", "application/json; charset=utf-8")
            .header("x-shirube-delivery", &id);
        if let Some(secret) = &self.config.secret {
            request = request.header("x-shirube-signature", signature(secret, &id, &body));
        }
        let answer = request.body(body).send().await.map_err(|error| {
            // The error itself names the address, which is a secret as a rule.
            let cause = if error.is_timeout() { Cause::TimedOut } else { Cause::of(&error) };
            Fault::Later(format!(
                "チャットにつながりませんでした（{cause}）。送り先と証明書、相手の状態を確かめてください。"
            ))
        })?;
        let status = answer.status();
        match status.as_u16() {
            200..=299 => Ok(()),
            300..=399 => Err(Fault::Never(format!(
                "チャットが別の送り先を示しました（{status}）。転送には従いません。正しい url を設定してください。"
            ))),
            400 | 404 | 405 | 410 | 413 => Err(Fault::Never(format!(
                "チャットが受け付けませんでした（{status}）。url が今も使えるか確かめてください。"
            ))),
            _ => Err(Fault::Later(format!("チャットが受け付けませんでした（{status}）。"))),
        }
    }

    /// The addresses of the host, each of a kind that may be called.
    async fn resolve(&self) -> Result<Vec<SocketAddr>, Fault> {
        let found: Vec<SocketAddr> = match &self.host {
            Host::Ipv4(ip) => vec![SocketAddr::new(IpAddr::V4(*ip), self.port)],
            Host::Ipv6(ip) => vec![SocketAddr::new(IpAddr::V6(*ip), self.port)],
            Host::Domain(name) => match tokio::net::lookup_host((name.as_str(), self.port)).await {
                Ok(found) => found.collect(),
                Err(_) => return Err(Fault::Later("チャットのホスト名を調べられませんでした。".to_owned())),
            },
        };
        let here = is_here(&self.host);
        let may = |at: &SocketAddr| self.config.addresses.contains(&at.ip()) || may_call(at.ip(), here);
        if found.is_empty() || !found.iter().all(may) {
            return Err(Fault::Later(
                "チャットのホスト名が、接続してはならないアドレスを指しています。何も送っていません。".to_owned(),
            ));
        }
        Ok(found)
    }

    fn client(&self, addresses: &[SocketAddr]) -> Result<reqwest::Client, Fault> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(self.whole);
        if let Host::Domain(name) = &self.host {
            builder = builder.resolve_to_addrs(name, addresses);
        }
        builder.build().map_err(|_| Fault::Later("チャットへの接続を用意できませんでした。".to_owned()))
    }
}

/// `sha256=` and the HMAC of `ID.BODY` in hexadecimal figures.
pub fn signature(secret: &[u8], id: &str, body: &str) -> String {
    use fmt::Write as _;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let mut text = "sha256=".to_owned();
    for byte in hmac::sign(&key, format!("{id}.{body}").as_bytes()).as_ref() {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

/// Whether an address is of a kind that a chat may have: no machine's own services, no link-local ones, nothing shared
/// by a provider. `here` is when the configuration itself names this machine.
pub fn may_call(ip: IpAddr, here: bool) -> bool {
    match ip {
        IpAddr::V4(ip) => may_call_4(ip, here),
        IpAddr::V6(ip) => may_call_6(ip, here),
    }
}

fn may_call_4(ip: Ipv4Addr, here: bool) -> bool {
    if ip.is_loopback() {
        return here;
    }
    let [a, b, ..] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let reserved = a == 0 || a >= 240 || ip == Ipv4Addr::new(192, 0, 0, 192);
    !(ip.is_link_local() || ip.is_multicast() || ip.is_broadcast() || shared || reserved)
}

fn may_call_6(ip: Ipv6Addr, here: bool) -> bool {
    if ip.is_loopback() {
        return here;
    }
    let [s0, s1, s2, s3, s4, s5, s6, s7] = ip.segments();
    let four = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        may_call_4(Ipv4Addr::new(a, b, c, d), false)
    };
    match [s0, s1, s2, s3, s4, s5] {
        // An address of version 4 in one of its disguises is what it hides: mapped, translated, tunnelled.
        [0, 0, 0, 0, 0, 0xffff | 0] | [0x64, 0xff9b, 0, 0, 0, 0] => four(s6, s7),
        [0x2002, high, low, ..] => four(high, low),
        [0x2001, 0, ..] | [0xfd00, 0xec2, ..] => false,
        _ => !(ip.is_unspecified() || ip.is_multicast() || ip.is_unicast_link_local()),
    }
}

impl fmt::Debug for WebhookConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The path of such an address is a secret as a rule.
        f.debug_struct("WebhookConfig").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("host", &self.config.url.host_str()).finish_non_exhaustive()
    }
}
