//! Speaking HTTP: so many connections, none of them for ever, and a quiet end.

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

/// How many header lines a request may have.
const HEADERS: usize = 64;
/// How many bytes of a request's head are held.
const HEAD: usize = 32 * 1024;

/// What a connection may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are open at the same time; further ones wait at the door.
    pub connections: usize,
    /// How long a request's head may take to arrive, or a kept connection may be idle.
    pub head: Duration,
    /// How long a connection may live; a reader that takes its bytes too slowly is let go.
    pub life: Duration,
    /// How long the requests in work have to finish at the end.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            head: Duration::from_secs(10),
            life: Duration::from_mins(2),
            farewell: Duration::from_secs(10),
        }
    }
}

/// Serves until `shutdown` is ready, then finishes the requests in work.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) {
    serve_within(listener, router, shutdown, Limits::default()).await;
}

/// Serves within limits of one's own.
pub async fn serve_within(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>, limits: Limits) {
    let room = Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS)));
    let (end, ending) = watch::channel(());
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            guest = next(&listener, &room) => if let Some((stream, peer, seat)) = guest {
                tokio::spawn(hold(stream, peer, router.clone(), ending.clone(), limits, seat));
            },
        }
    }
    drop(listener);
    drop(ending);
    end.send_replace(());
    if timeout(limits.farewell, end.closed()).await.is_err() {
        tracing::warn!("終わりを待てない接続を切りました。");
    }
}

/// The next connection, once there is room for it.
async fn next(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let seat = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, seat)),
        Err(fault) => {
            // Such as too many open files: without a pause this would turn as fast as it can.
            tracing::warn!(%fault, "接続を受けられませんでした。少し待って続けます。");
            sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// One connection from its first byte to its last.
async fn hold(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut ending: watch::Receiver<()>,
    limits: Limits,
    _seat: OwnedSemaphorePermit,
) {
    // Only a matter of speed: a connection that refuses it works all the same.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let router = service_fn(move |mut request: hyper::Request<Incoming>| {
        // Whoever counts tries has to know from where they come.
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(HEADERS)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), router);
    tokio::pin!(connection);
    tokio::select! {
        // How a reader goes away is its own affair.
        _ = connection.as_mut() => return,
        _ = ending.changed() => {}
        () = sleep(limits.life) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.farewell, connection).await;
}
