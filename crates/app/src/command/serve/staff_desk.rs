//! Serving the pages of the staff, on a port of their own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use staff::{House, Staffed};
use tokio::net::TcpListener;
use url::Url;
use web::{Door, Health};

use super::listen_as;
use crate::args::ServeArgs;
use crate::home::Town;
use crate::press::PressRoom;
use crate::voice::out;

/// The staff's port, and the house behind it.
pub struct StaffDesk {
    listener: TcpListener,
    house: Arc<House>,
    press: Option<Arc<PressRoom>>,
    door: Arc<Door>,
}

/// How often somebody looks whether the press is still needed.
const LOOK: Duration = Duration::from_secs(15);

impl StaffDesk {
    /// Opens the port beside the public one.
    pub async fn open(args: &ServeArgs, public_port: u16, door: Arc<Door>) -> anyhow::Result<Self> {
        // Whoever lets the system choose the public port lets it choose this one too.
        let next = if args.port == 0 { 0 } else { public_port.saturating_add(1) };
        let listener = listen_as("--staff-port", &args.host, args.staff_port.unwrap_or(next)).await?;
        let port = listener.local_addr()?.port();
        let house = match &args.staff_url {
            Some(url) => House::new(url.clone()),
            None => House::on_this_machine(port)?,
        };
        let press = press(args.font.clone());
        let house = house.behind(args.front.trusted_proxy.clone());
        let house = match &press {
            Some(press) => house.with_printer(Arc::<PressRoom>::clone(press)),
            None => house,
        };
        Ok(Self { listener, house: Arc::new(house), press, door })
    }

    /// The address that staff type.
    pub fn origin(&self) -> &Url {
        self.house.origin()
    }

    /// Takes a municipality in, and says what of its own sign-in cannot be used.
    pub async fn take_in(&self, town: &Town) -> anyhow::Result<Option<String>> {
        let guideline = town.city.guideline_in_force().await?;
        let public_url = town.home().publish_to(town.code(), None).await?.base_url;
        self.house.take_in(Staffed {
            city: town.city.clone(),
            name: guideline.guideline.municipality.name.clone(),
            public_url: Some(public_url),
        });
        let back = self.house.absolute(&format!("/{}/oidc/callback", town.code()));
        let unusable = match town.home().porch(town.code(), back) {
            Ok(provider) => {
                if let Some(provider) = provider {
                    self.house.add_provider(town.code(), provider);
                }
                None
            }
            Err(error) => Some(format!("共通サインインを使えません。{error:#}")),
        };
        if let Some(link) = town.city.set_up_link().await? {
            let place = self.house.absolute(&format!("/{}/join/{}", town.code(), link.token.reveal()));
            out(&format!(
                "{}には、まだ運用担当のログインがありません。次のリンクを24時間以内に開いて作ってください（一度だけ使えます。ほかの人に見せないでください）：\n{place}",
                guideline.guideline.municipality.name
            ))?;
        }
        Ok(unusable)
    }

    /// Tells the address and serves until `shutdown` is ready.
    pub async fn serve(self, health: Arc<Health>, shutdown: impl Future<Output = ()>) {
        // Who cannot be told where the pages are can still open them.
        let _ = out(&format!("職員の画面：{}", self.house.origin()));
        let caring = self.press.map(|press| tokio::spawn(look_after(press)));
        let router: Router = staff::router(self.house).merge(web::health_route(health));
        web::serve(self.listener, router, shutdown, self.door).await;
        if let Some(caring) = caring {
            caring.abort();
        }
    }
}

/// The press, where there is a typeface; without one everything else works.
fn press(font: Option<PathBuf>) -> Option<Arc<PressRoom>> {
    match PressRoom::open(font) {
        Ok(press) => Some(Arc::new(press)),
        Err(problem) => {
            tracing::warn!("PDFは作れません。{problem}");
            None
        }
    }
}

async fn look_after(press: Arc<PressRoom>) {
    let mut ticks = tokio::time::interval(LOOK);
    loop {
        ticks.tick().await;
        press.look_after(Instant::now());
    }
}
