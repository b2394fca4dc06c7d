//! Serving the pages of the staff, on a port of their own.

use std::sync::Arc;

use axum::Router;
use staff::{House, Staffed};
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
        Ok(Self { listener, house: Arc::new(House::new(origin)) })
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
        Ok(())
    }

    /// Tells the address and serves until `shutdown` is ready.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        // Who cannot be told where the pages are can still open them.
        let _ = out(&format!("職員の画面：{}", self.house.origin()));
        let router: Router = staff::router(self.house);
        web::serve(self.listener, router, shutdown).await;
    }
}
