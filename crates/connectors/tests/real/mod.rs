//! A provider of the field (oidc-provider), started on this machine, and a browser that goes through it.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use connectors::oidc::{OidcConfig, Secret};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use url::Url;

/// The address that the provider sends the browser back to; nobody listens there, the tests read it.
const RETURN_TO: &str = "http://127.0.0.1:8080/return";

/// The provider as a process of its own; it ends with this.
pub struct Real {
    pub issuer: String,
    process: Child,
    /// What it goes on to say has to go somewhere.
    _said: BufReader<ChildStdout>,
}

impl Drop for Real {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Real {
    /// Starts it with these variables, or tells that it is not installed.
    pub fn start(environment: &[(&str, &str)]) -> Option<Self> {
        Self::start_with(&[], environment)
    }

    /// Starts it, or tells that it is not installed; `SHIRUBE_REQUIRE_OIDC` makes that a failure.
    pub fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Option<Self> {
        let browser = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../browser");
        if !browser.join("node_modules/oidc-provider").exists() {
            let required = std::env::var_os("SHIRUBE_REQUIRE_OIDC").is_some();
            assert!(!required, "the provider is missing: npm ci --ignore-scripts --prefix browser");
            eprintln!("passed over: no provider (npm ci --ignore-scripts --prefix browser)");
            return None;
        }
        let mut process = Command::new("node")
            .arg(browser.join("oidc_provider.mjs"))
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs");
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut issuer = String::new();
        while !issuer.starts_with("http") {
            issuer.clear();
            assert!(said.read_line(&mut issuer).unwrap() > 0, "the provider ended before it told its issuer");
        }
        let issuer = issuer.trim_end().to_owned();
        Some(Self { issuer, process, _said: said })
    }

    /// What the settings of a city say of it.
    pub fn config(&self, client: &str) -> OidcConfig {
        OidcConfig {
            issuer: self.issuer.clone(),
            client_id: client.to_owned(),
            client_secret: Secret::new(format!("secret of {client}: 100% +&=")),
            redirect_uri: RETURN_TO.to_owned(),
            extra_ca: None,
            max_age: Some(43_200),
        }
    }
}

/// Goes through the provider from a place of it as a browser would, and tells the query that it comes back with.
pub async fn browse(place: &str, who: &str) -> String {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let mut url = Url::parse(place).unwrap();
    url.query_pairs_mut().append_pair("login_hint", who);
    let mut cookies = BTreeMap::new();
    for _ in 0..8 {
        let jar: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = client.get(url.clone()).header(COOKIE, jar.join("; ")).send().await.unwrap();
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            cookies.insert(name.to_owned(), rest.split(';').next().unwrap_or_default().to_owned());
        }
        let status = answer.status();
        let Some(to) = answer.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned()) else {
            panic!("{status} without a way on: {}", answer.text().await.unwrap());
        };
        url = url.join(&to).unwrap();
        if url.as_str().starts_with(RETURN_TO) {
            return url.query().unwrap_or_default().to_owned();
        }
    }
    panic!("the provider sends the browser round and round");
}
