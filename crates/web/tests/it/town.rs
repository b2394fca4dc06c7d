//! Two sample towns whose lists disagree about some accounts, and a server that holds them.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use domain::listing::ListingRecord;
use domain::network::{self, NetworkId, Networks, Reading};
use domain::verification::{Record, Standing};
use jiff::civil::date;
use public::{Bundle, Serving, Site, Words};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tower::ServiceExt as _;
use web::{Health, Shelf, Source};

/// 2026-11-21 09:00 in Japan.
pub const BUILT: i64 = 1_795_219_200_000;
/// Two days later.
pub const VALID: i64 = BUILT + 2 * 86_400_000;

/// 見本町: lists an account on X and one on Instagram, and knows three that are not official.
pub fn mihon() -> Bundle {
    let mut bundle = empty("999999", "見本町", 42);
    list(&mut bundle, "a-01", "x", "https://x.com/mihon_town");
    list(&mut bundle, "a-02", "instagram", "https://www.instagram.com/mihon.shiki/");
    know(&mut bundle, "a-09", "https://x.com/mihon_event", Standing::closed(date(2026, 11, 20)));
    know(&mut bundle, "a-08", "https://x.com/mihon_yasumi", Standing::Suspended { since: date(2026, 11, 2) });
    know(&mut bundle, "a-07", "https://x.com/mihon_mada", Standing::NotYetOfficial);
    know(&mut bundle, "z-01", "https://x.com/tonari_vil", Standing::Impersonator { noted_on: date(2026, 11, 1) });
    know(&mut bundle, "z-02", "https://x.com/everywhere", Standing::Impersonator { noted_on: date(2026, 11, 1) });
    bundle
}

/// 隣村: lists one account on X, which its neighbour takes for an impostor, and closed one that is suspended there.
pub fn tonari() -> Bundle {
    let mut bundle = empty("888888", "隣村", 7);
    list(&mut bundle, "b-01", "x", "https://x.com/tonari_vil");
    know(&mut bundle, "b-02", "https://x.com/mihon_yasumi", Standing::closed(date(2026, 10, 1)));
    know(&mut bundle, "b-03", "https://x.com/everywhere", Standing::closed(date(2026, 10, 1)));
    know(&mut bundle, "b-04", "https://x.com/mihon_mada", Standing::Suspended { since: date(2026, 10, 1) });
    bundle
}

/// A list without accounts.
pub fn empty(code: &str, name: &str, ledger_size: u64) -> Bundle {
    Bundle {
        site: Site {
            municipality_code: code.into(),
            municipality_name: name.into(),
            municipality_name_en: None,
            units_en: std::collections::BTreeMap::new(),
            title: format!("{name}公式アカウント一覧"),
            base_url: format!("https://{code}.example.jp/list"),
            serving: Serving::Answers,
            notice: None,
            contact: None,
            city_says: None,
            words: Words::default(),
        },
        records: Vec::new(),
        changes: Vec::new(),
        index: Vec::new().into(),
        checkpoint: None,
        built_at: BUILT,
        valid_until: VALID,
        ledger_size,
        seed: None,
    }
}

/// Puts an account on the list.
pub fn list(bundle: &mut Bundle, id: &str, network: &str, url: &str) {
    let since = date(2026, 11, 20);
    bundle.records.push(ListingRecord {
        form: 1,
        account: id.into(),
        municipality: bundle.site.municipality_code.clone(),
        network: network.into(),
        network_label: network.into(),
        name: format!("{}の{id}", bundle.site.municipality_name),
        name_kana: None,
        name_en: None,
        handle: None,
        url: url.into(),
        purpose: "お知らせします。".into(),
        unit: "広報課".into(),
        unit_kana: "こうほうか".into(),
        department: None,
        number: None,
        started_on: None,
        policy: Vec::new(),
        attachments: Vec::new(),
        listed_on: since,
    });
    let page = format!("{}/accounts/{id}.html", bundle.site.base_url);
    know(bundle, id, url, Standing::Listed { since, page });
}

/// Puts an account into the verification index.
pub fn know(bundle: &mut Bundle, id: &str, url: &str, standing: Standing) {
    let Reading::Address(address, _) = network::read(url, &networks()) else {
        panic!("{url} is no account");
    };
    let mut records = Vec::<Record>::from(bundle.index.clone());
    records.push(Record {
        account: id.into(),
        municipality: bundle.site.municipality_name.clone(),
        name: format!("{}の{id}", bundle.site.municipality_name),
        network: NetworkId::new(address.network.as_str()),
        addresses: vec![address],
        url: None,
        standing,
    });
    bundle.index = records.into();
}

/// The networks that everybody knows.
pub fn networks() -> Networks {
    Networks::standard().unwrap()
}

/// A server over folders of its own, with a clock that the test sets.
pub struct Server {
    pub folder: TempDir,
    pub shelf: Arc<Shelf>,
    pub health: Arc<Health>,
    pub router: Router,
    now: Arc<AtomicI64>,
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Server {
    /// Publishes each bundle into a folder named by its code, and serves them all by their own word.
    pub fn of(bundles: &[Bundle]) -> Self {
        Self::by(Source::carried, bundles)
    }

    /// The same beside their ledgers.
    pub fn following(bundles: &[Bundle]) -> Self {
        Self::by(Source::followed, bundles)
    }

    fn by(word: fn(PathBuf) -> Source, bundles: &[Bundle]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dirs: Vec<PathBuf> =
            bundles.iter().map(|bundle| folder.path().join(&bundle.site.municipality_code)).collect();
        for (dir, bundle) in dirs.iter().zip(bundles) {
            public::write(dir, bundle).unwrap();
        }
        let shelf = Arc::new(Shelf::open(dirs.into_iter().map(word).collect()).unwrap());
        let now = Arc::new(AtomicI64::new(BUILT));
        let turned = Arc::clone(&now);
        let clock: web::Clock = Arc::new(move || turned.load(Ordering::Relaxed));
        let health = Arc::new(Health::new(Arc::clone(&clock), Arc::new(|| Duration::ZERO)));
        health.watches(Arc::clone(&shelf));
        let router = web::router(Arc::clone(&shelf), Arc::new(networks()), clock, Arc::clone(&health));
        Self { folder, shelf, health, router, now }
    }

    /// The folder that a municipality is published into.
    pub fn dir(&self, code: &str) -> PathBuf {
        self.folder.path().join(code)
    }

    /// Turns the clock.
    pub fn at(&self, now: i64) {
        self.now.store(now, Ordering::Relaxed);
    }

    /// Sends a request with headers.
    pub async fn send(&self, method: Method, uri: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: head.status, headers: head.headers, body }
    }

    /// Gets an address without any headers.
    pub async fn get(&self, uri: &str) -> Reply {
        self.send(Method::GET, uri, &[]).await
    }

    /// Asks the interface whether an account is official.
    pub async fn verify(&self, url: &str) -> Value {
        let reply = self.get(&format!("/api/v1/verify?url={}", encoded(url))).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        reply.json()
    }
}

impl Reply {
    /// One header as text, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A file as it lies in the served release.
pub fn on_disk(dir: &Path, name: &str) -> Vec<u8> {
    std::fs::read(dir.join("current").join(name)).unwrap()
}

/// A text as it stands in a query.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
