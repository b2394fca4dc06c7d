//! A sample town behind the pages, and people who look at them.

use std::sync::Arc;

use actions::{AcceptAnswer, AcceptedSecond, Accepting, City, Giver, LinkToken, SealKey, Session, Signer, Source};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use domain::id::PersonId;
use staff::{House, Staffed};
use testkit::{Engine, Guide, Town};
use tower::ServiceExt;
use url::{Url, form_urlencoded};

/// The seed of the key that signs proofs.
pub const SEED: [u8; 32] = [9; 32];
pub const PASSWORD: &str = "soba to udon de mayou";

/// A town whose pages are open.
pub struct Desk {
    pub town: Town,
    pub city: City,
    pub router: Router,
    pub operator: Session,
    operator_token: String,
}

/// Somebody with a browser.
#[derive(Clone)]
pub struct Client {
    router: Router,
    code: String,
    pub cookies: Vec<(String, String)>,
}

/// What a browser got.
#[derive(Debug)]
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Desk {
    /// A town that follows a guideline, in a file.
    pub async fn open(guide: Guide) -> Self {
        let origin = Url::parse("http://localhost:8081/").expect("an address");
        Self::within(&Arc::new(House::new(origin)), guide).await
    }

    /// A town in a house where there may be others.
    pub async fn within(house: &Arc<House>, guide: Guide) -> Self {
        let town = Town::new(guide, Engine::File).await.expect("a town");
        let city = town.city.clone().with_doors(SealKey::new([42; 32]), Some(house.origin().clone()));
        let city = city.signing(Some(Signer::new(SEED)));
        let name = city.guideline_in_force().await.expect("a guideline").guideline.municipality.name.clone();
        house.take_in(Staffed { city: city.clone(), name, public_url: Some("https://www.example.lg.jp/".to_owned()) });
        let router = staff::router(Arc::clone(house));
        let link = city.set_up_link().await.expect("asked").expect("a link").token;
        let operator_token = joins(&city, &link, "unyo.01").await;
        let token = actions::SessionToken::read(&operator_token).expect("a token");
        let operator = city.session(&token).await.expect("asked").expect("in");
        Self { town, city, router, operator, operator_token }
    }

    /// The operator, signed in.
    pub fn operator(&self) -> Client {
        self.anybody().with_session(&self.operator_token)
    }

    /// An officer of the sample town, invited and signed in.
    pub async fn sign_in(&self, person: &str) -> Client {
        let source = source();
        let giver = Giver::Operator { session: &self.operator, source: &source };
        let link = self.city.invite(&giver, &PersonId::from(person)).await.expect("invited").token;
        self.anybody().with_session(&joins(&self.city, &link, person).await)
    }

    /// The path of a new link for an officer.
    pub async fn invites(&self, person: &str) -> String {
        let source = source();
        let giver = Giver::Operator { session: &self.operator, source: &source };
        let link = self.city.invite(&giver, &PersonId::from(person)).await.expect("invited").token;
        format!("join/{}", link.reveal())
    }

    /// An officer who comes in by a link at the pages, with codes on paper.
    pub async fn joins_on_paper(&self, person: &str) -> (Client, Vec<String>) {
        let operator = Session { proved_at: self.city.now(), ..self.operator.clone() };
        let source = source();
        let giver = Giver::Operator { session: &operator, source: &source };
        let link = self.city.invite(&giver, &PersonId::from(person)).await.expect("invited").token;
        let path = format!("join/{}", link.reveal());
        let mut browser = self.anybody();
        browser.opens(&path).await;
        let fields = [("name", person), ("password", PASSWORD), ("again", PASSWORD), ("second", "paper")];
        let done = browser.sends(&path, &fields).await.html();
        let codes = done.split("<li><code>").skip(1).filter_map(|rest| Some(rest.split_once('<')?.0.to_owned()));
        (browser, codes.collect())
    }

    /// A browser that nobody signed in with.
    pub fn anybody(&self) -> Client {
        Client { router: self.router.clone(), code: self.city.code().to_owned(), cookies: Vec::new() }
    }
}

impl Client {
    fn with_session(mut self, token: &str) -> Self {
        self.cookies.push((format!("shirube-{}", self.code), token.to_owned()));
        self
    }

    /// Opens a page of the town: `tasks`, `cases/c4`; or any path that begins with a slash.
    pub async fn get(&self, path: &str) -> Got {
        self.send(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form as a browser does.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Got {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .request("POST", path)
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// A request with this browser's cookies, to be filled and [`Client::send`]t.
    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{}/{path}", self.code) };
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.cookies {
            request = request.header(COOKIE, format!("{name}={value}"));
        }
        request
    }

    /// Keeps the cookies of an answer, as a browser does.
    pub fn keep(&mut self, got: &Got) {
        for set in got.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let (name, rest) = set.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            self.cookies.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    /// Opens a page and keeps its cookies.
    pub async fn opens(&mut self, path: &str) -> Got {
        let got = self.get(path).await;
        self.keep(&got);
        got
    }

    /// Sends a form and keeps the cookies of the answer.
    pub async fn sends(&mut self, path: &str, fields: &[(&str, &str)]) -> Got {
        let got = self.post(path, fields).await;
        self.keep(&got);
        got
    }

    pub async fn send(&self, request: Request<Body>) -> Got {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        Got { status: parts.status, headers: parts.headers, body }
    }
}

impl Got {
    /// The page as sent.
    pub fn html(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    /// What a person reads in the page's main part: a line for each piece of text.
    pub fn read(&self) -> String {
        let html = self.html();
        let main = html.split_once("<main").map_or(html.as_str(), |(_, main)| main);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        let mut lines = Vec::new();
        for piece in main.split('<').skip(1) {
            let words = piece.split_once('>').map_or("", |(_, words)| words);
            let words = words.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
            let words = words.replace("&#38;", "&");
            if !words.trim().is_empty() {
                lines.push(words.trim().to_owned());
            }
        }
        lines.join("\n")
    }

    /// Where the summary of what is wrong leads; each place is there once, takes the focus, and no line leads nowhere.
    pub fn led_to(&self) -> Vec<String> {
        let html = self.html();
        let (_, summary) = html.split_once("class=\"problems\"").expect("a summary");
        let summary = summary.split("<form").next().unwrap_or_default();
        let names = summary.split("href=\"#f-").skip(1).filter_map(|rest| rest.split('"').next());
        let names: Vec<String> = names.map(str::to_owned).collect();
        for name in &names {
            let places: Vec<&str> = html.split('<').filter(|tag| tag.contains(&format!(" id=\"f-{name}\""))).collect();
            assert_eq!(places.len(), 1, "{name}: {places:?}");
            let field = ["input", "select", "textarea", "button"].iter().any(|tag| places[0].starts_with(tag));
            assert!(field || places[0].contains(" tabindex=\"-1\""), "{name} takes no focus: {places:?}");
        }
        names
    }

    /// The fields to which the summary of what is wrong leads; each is there and marked.
    pub fn fields_at_fault(&self) -> Vec<String> {
        let (html, names) = (self.html(), self.led_to());
        for name in &names {
            let field = html.split('<').find(|tag| tag.contains(&format!(" id=\"f-{name}\"")));
            assert!(field.is_some_and(|tag| tag.contains("aria-invalid=\"true\"")), "{name}: {field:?}");
            assert!(html.contains(&format!("id=\"f-{name}-error\"")), "{name} does not say what is wrong");
        }
        names
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value of a hidden or typed field.
    pub fn field(&self, name: &str) -> Option<String> {
        let html = self.html();
        let input = html.split("<input").find(|input| input.contains(&format!("name=\"{name}\"")))?;
        let value = input.split_once("value=\"")?.1.split_once('"')?.0;
        Some(value.to_owned())
    }
}

fn source() -> Source {
    Source { address: "192.0.2.1".to_owned(), browser: "見本のブラウザー".to_owned(), device: None }
}

/// The hidden fields of a page, as a form would send them.
pub fn hidden(html: &str) -> Vec<(String, String)> {
    let inputs = html.split("<input type=\"hidden\" ").skip(1);
    let plain = |text: &str| {
        text.replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#38;", "&")
    };
    let pair = |input: &str| {
        let name = input.split_once("name=\"")?.1.split_once('"')?.0;
        let value = input.split_once("value=\"")?.1.split_once('"')?.0;
        Some((plain(name), plain(value)))
    };
    inputs.filter_map(pair).collect()
}

/// Accepts a link with codes on paper as the second proof.
pub async fn joins(city: &City, link: &LinkToken, name: &str) -> String {
    let offer = city.begin_acceptance(link).await.expect("asked").expect("open");
    let given = Accepting {
        name: name.to_owned(),
        password: PASSWORD.to_owned(),
        again: PASSWORD.to_owned(),
        second: AcceptedSecond::Paper,
    };
    let answer = city.accept_invitation(link, &offer.pending, &given, &source()).await.expect("asked");
    let AcceptAnswer::Accepted(signed_in, _) = answer else { panic!("{answer:?}") };
    signed_in.session.reveal().to_owned()
}
