//! What the pages work on: the municipalities of this installation, and the address under which staff reach them.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, RwLock};

use actions::City;
use connectors::oidc::OidcConfig;
use documents::form::Document;
use jiff::civil::Date;
use url::Url;

use crate::forms::Binders;
use crate::identity::Porch;
use crate::printing::{Asker, Printer, Queue, Unprinted};
use crate::sent::Intake;
use crate::turns::Turns;

/// Of how many requests of one address it is found out at the same time who asks: as many as the database answers.
const AT_THE_DOOR: usize = 4;

/// Everything that a request may reach.
#[derive(Debug)]
pub struct House {
    towns: RwLock<BTreeMap<String, Staffed>>,
    origin: Url,
    /// The other names under which the same pages are reached.
    also: Vec<Url>,
    printing: Option<Queue>,
    proxies: Vec<IpAddr>,
    porches: RwLock<BTreeMap<String, Arc<Porch>>>,
    binders: Binders,
    intake: Intake,
    arrivals: Turns,
}

/// One municipality with what its pages need beside its register.
#[derive(Debug, Clone)]
pub struct Staffed {
    /// The register.
    pub city: City,
    /// Its name, for headings before anybody signed in.
    pub name: String,
    /// Where citizens find its list, for links and copy blocks; `None` while nothing is published.
    pub public_url: Option<String>,
}

impl House {
    /// A house under the address that staff type; every absolute address is made from it and never from a Host header.
    pub fn new(origin: Url) -> Self {
        Self {
            towns: RwLock::default(),
            origin,
            also: Vec::new(),
            printing: None,
            proxies: Vec::new(),
            porches: RwLock::default(),
            binders: Binders::default(),
            intake: Intake::default(),
            arrivals: Turns::of_each(AT_THE_DOOR),
        }
    }

    /// A house without an address of its own: whoever is at this machine opens it by any of the machine's names for itself.
    pub fn on_this_machine(port: u16) -> Result<Self, url::ParseError> {
        let named = |name: &str| Url::parse(&format!("http://{name}:{port}/"));
        Ok(Self { also: vec![named("127.0.0.1")?, named("[::1]")?], ..Self::new(named("localhost")?) })
    }

    /// The same house with somebody who prints.
    #[must_use]
    pub fn with_printer(mut self, printer: Arc<dyn Printer>) -> Self {
        self.printing = Some(Queue::new(printer));
        self
    }

    /// A document as PDF, when its turn has come; or why not, and what to do.
    pub(crate) async fn print(&self, document: Document, made: Date, asker: Asker<'_>) -> Result<Vec<u8>, Unprinted> {
        match &self.printing {
            Some(queue) => queue.print(document, made, asker).await,
            None => Err(Unprinted::Problem("この機器にはPDFの書体がないため、PDFを作れません。Wordか画面の印刷を使うか、システムの運用者に書体（--font）を頼んでください。".to_owned())),
        }
    }

    /// The same house behind these proxies; what anybody else says about where a request comes from is not believed.
    #[must_use]
    pub fn behind(self, proxies: Vec<IpAddr>) -> Self {
        Self { proxies, ..self }
    }

    /// Lets people of a municipality in by the city's own provider too.
    pub fn add_provider(&self, code: &str, config: OidcConfig) {
        if let Ok(mut porches) = self.porches.write() {
            porches.insert(code.to_owned(), Arc::new(Porch::new(config)));
        }
    }

    /// The city's own provider, where there is one.
    pub(crate) fn porch(&self, code: &str) -> Option<Arc<Porch>> {
        self.porches.read().ok()?.get(code).cloned()
    }

    /// Where it is found out who asks.
    pub(crate) fn arrivals(&self) -> &Turns {
        &self.arrivals
    }

    /// Where forms with files are taken in.
    pub(crate) fn intake(&self) -> &Intake {
        &self.intake
    }

    /// The archives that people have asked for.
    pub(crate) fn binders(&self) -> &Binders {
        &self.binders
    }

    /// The proxies of our own.
    pub(crate) fn proxies(&self) -> &[IpAddr] {
        &self.proxies
    }

    /// Takes a municipality in, or takes it in anew.
    pub fn take_in(&self, town: Staffed) {
        if let Ok(mut towns) = self.towns.write() {
            towns.insert(town.city.code().to_owned(), town);
        }
    }

    /// The municipality of a code.
    pub fn town(&self, code: &str) -> Option<Staffed> {
        self.towns.read().ok()?.get(code).cloned()
    }

    /// All municipalities, in the order of their codes.
    pub fn towns(&self) -> Vec<Staffed> {
        self.towns.read().map(|towns| towns.values().cloned().collect()).unwrap_or_default()
    }

    /// The address that staff type.
    pub fn origin(&self) -> &Url {
        &self.origin
    }

    /// Whether what a browser says in `Origin` names these pages.
    pub(crate) fn is_own_origin(&self, said: &str) -> bool {
        std::iter::once(&self.origin).chain(&self.also).any(|own| own.origin().ascii_serialization() == said)
    }

    /// An absolute address of a path.
    pub fn absolute(&self, path: &str) -> String {
        self.origin.join(path).map_or_else(|_| path.to_owned(), |url| url.to_string())
    }

    /// Whether the address is one that browsers keep from being overheard.
    pub(crate) fn is_sealed(&self) -> bool {
        self.origin.scheme() == "https"
    }
}
