//! Serving the pages of the staff, on a port of their own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use documents::form::Document;
use jiff::civil::Date;
use pdf::{FontSource, Press};
use staff::{House, Printer, Staffed};
use tokio::net::TcpListener;
use url::Url;

use super::listen;
use crate::args::ServeArgs;
use crate::home::Town;
use crate::voice::out;

/// The staff's port, and the house behind it.
pub struct StaffDesk {
    listener: TcpListener,
    house: Arc<House>,
    press: Option<Arc<TownPress>>,
}

/// How often the press is asked whether it has been idle; then it gives its memory back.
const REST: Duration = Duration::from_mins(1);

/// The press that the pages print with.
#[derive(Debug)]
struct TownPress(Press);

impl Printer for TownPress {
    fn print(&self, document: &Document, made: Date) -> Result<Vec<u8>, String> {
        self.0.print(document, made).map_err(|problem| problem.to_string())
    }
}

impl StaffDesk {
    /// Opens the port beside the public one.
    pub async fn open(args: &ServeArgs, public_port: u16) -> anyhow::Result<Self> {
        // Whoever lets the system choose the public port lets it choose this one too.
        let next = if args.port == 0 { 0 } else { public_port.saturating_add(1) };
        let listener = listen(&args.host, args.staff_port.unwrap_or(next)).await?;
        let port = listener.local_addr()?.port();
        let origin = match &args.staff_url {
            Some(url) => url.clone(),
            None => Url::parse(&format!("http://localhost:{port}/"))?,
        };
        let press = press(args.font.clone());
        let house = House::new(origin).behind(args.trusted_proxy.clone());
        let house = match &press {
            Some(press) => house.with_printer(Arc::<TownPress>::clone(press)),
            None => house,
        };
        Ok(Self { listener, house: Arc::new(house), press })
    }

    /// Takes a municipality in.
    pub async fn take_in(&self, town: &Town) -> anyhow::Result<()> {
        let guideline = town.city.guideline_in_force().await?;
        let public_url = town.home().publish_to(town.code(), None).await?.base_url;
        self.house.take_in(Staffed {
            city: town.city.clone(),
            name: guideline.guideline.municipality.name.clone(),
            public_url: Some(public_url),
        });
        let back = self.house.absolute(&format!("/{}/oidc/callback", town.code()));
        if let Some(provider) = town.home().porch(town.code(), back)? {
            self.house.add_provider(town.code(), provider);
        }
        if let Some(link) = town.city.set_up_link().await? {
            let place = self.house.absolute(&format!("/{}/join/{}", town.code(), link.token.reveal()));
            out(&format!(
                "{}には、まだ運用担当のログインがありません。次のリンクを24時間以内に開いて作ってください（一度だけ使えます。ほかの人に見せないでください）：\n{place}",
                guideline.guideline.municipality.name
            ))?;
        }
        Ok(())
    }

    /// Tells the address and serves until `shutdown` is ready.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        // Who cannot be told where the pages are can still open them.
        let _ = out(&format!("職員の画面：{}", self.house.origin()));
        let resting = self.press.map(|press| tokio::spawn(rest_when_idle(press)));
        let router: Router = staff::router(self.house);
        web::serve(self.listener, router, shutdown).await;
        if let Some(resting) = resting {
            resting.abort();
        }
    }
}

/// The press, where there is a typeface; without one everything else works.
fn press(font: Option<PathBuf>) -> Option<Arc<TownPress>> {
    match Press::open(font.map_or(FontSource::Usual, FontSource::File)) {
        Ok(press) => Some(Arc::new(TownPress(press))),
        Err(problem) => {
            tracing::warn!("PDFは作れません。{problem}");
            None
        }
    }
}

async fn rest_when_idle(press: Arc<TownPress>) {
    let mut ticks = tokio::time::interval(REST);
    loop {
        ticks.tick().await;
        let press = Arc::clone(&press);
        // What is freed may be large; the pages do not wait for it.
        let _ = tokio::task::spawn_blocking(move || press.0.rest_if_idle()).await;
    }
}
