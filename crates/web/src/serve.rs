//! Speaking HTTP: so many connections, none of them for ever, and a quiet end.

mod limits;
mod room;
mod tally;
mod wire;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::ConnectInfo;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Request, Response, StatusCode};
use domain::peer;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, timeout};

pub use limits::Limits;
use room::{Full, Room, Seat};
pub use tally::SentAway;
use tally::Why;
use wire::{Given, TakenIn, Watched};

/// How many header lines a request may have.
const HEADERS: usize = 64;
/// How many bytes of a request's head are held.
const HEAD: usize = 32 * 1024;

/// How many are heard out at once however small a server is.
const FEWEST_FAREWELLS: usize = 8;
/// How long whoever finds no place is heard out.
const HEARD_OUT: Duration = Duration::from_secs(1);

/// What is said to whoever finds no place.
const FULL: &str = "ただいま混み合っています。少し待って、もう一度開いてください。\n";

/// The way in to one server: what connections may cost, whom it believes, and whom it sent away.
#[derive(Debug)]
pub struct Door {
    limits: Limits,
    proxies: Vec<IpAddr>,
    room: Room,
    /// How many may be heard out at the same time.
    farewells: Semaphore,
}

impl Default for Door {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Door {
    /// A door with limits of its own.
    pub fn new(limits: Limits) -> Self {
        let farewells = Semaphore::new((limits.connections / 4).max(FEWEST_FAREWELLS));
        Self { limits, proxies: Vec::new(), room: Room::new(limits), farewells }
    }

    /// The same door behind these proxies: they have no limit of their own, and are believed where requests come from.
    #[must_use]
    pub fn behind(self, proxies: Vec<IpAddr>) -> Self {
        Self { proxies, ..self }
    }

    /// Who was sent away since the start.
    pub fn sent_away(&self) -> SentAway {
        self.room.tally.counts()
    }

    /// By whom a connection is counted; `None` for a proxy of our own, whose requests are counted one by one.
    fn whose(&self, peer: SocketAddr) -> Option<String> {
        let address = peer.ip().to_canonical();
        (!self.proxies.contains(&address)).then(|| peer::counted(address))
    }
}

/// Somebody at a place of a server; the place is free when the last hold on it ends.
struct Guest {
    door: Arc<Door>,
    seat: Arc<Seat>,
    peer: SocketAddr,
}

impl Guest {
    fn limits(&self) -> &Limits {
        &self.door.limits
    }

    fn counts(&self, why: Why) {
        self.door.room.tally.count(why, &self.seat.whose());
    }

    /// Counts a request that a proxy brings by whoever sent it.
    fn is_carried(&self, request: &Request<Incoming>) -> Result<(), Full> {
        if self.door.whose(self.peer).is_some() {
            return Ok(());
        }
        let told = request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let sender = peer::nearest(self.peer.ip(), &self.door.proxies, told);
        if self.door.proxies.contains(&sender) {
            return Ok(());
        }
        self.door.room.carries(&self.seat, peer::counted(sender), Instant::now())
    }

    fn has_answered(&self) {
        self.seat.listens();
        if self.door.whose(self.peer).is_none() {
            self.door.room.carries_nobody(&self.seat);
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.door.room.leave(&self.seat);
    }
}

/// Serves until `shutdown` is ready, then finishes the requests in work.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>, door: Arc<Door>) {
    let (end, ending) = watch::channel(());
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            guest = next(&listener, &door) => if let Some((stream, guest)) = guest {
                tokio::spawn(hold(stream, guest, router.clone(), ending.clone()));
            },
        }
    }
    drop(listener);
    drop(ending);
    end.send_replace(());
    if timeout(door.limits.farewell, end.closed()).await.is_err() {
        tracing::warn!("終わりを待てない接続を切りました。");
    }
}

/// The next connection, if there is a place for it.
async fn next(listener: &TcpListener, door: &Arc<Door>) -> Option<(TcpStream, Arc<Guest>)> {
    match listener.accept().await {
        Ok((stream, peer)) => {
            let Ok(seat) = door.room.admit(door.whose(peer), Instant::now()) else {
                tokio::spawn(sends_away(stream, Arc::clone(door)));
                return None;
            };
            Some((stream, Arc::new(Guest { door: Arc::clone(door), seat, peer })))
        }
        Err(fault) => {
            // Such as too many open files: without a pause this would turn as fast as it can.
            tracing::warn!(%fault, "接続を受けられませんでした。少し待って続けます。");
            door.room.lets_one_go(Instant::now());
            sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// Says why before the stream closes, and hears out what was being asked for a moment: a stream that closes over bytes
/// that nobody read takes its last words back.
async fn sends_away(mut stream: TcpStream, door: Arc<Door>) {
    let head = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\n\
                cache-control: no-store\r\nretry-after: 5\r\nconnection: close\r\n";
    let answer = format!("{head}content-length: {}\r\n\r\n{FULL}", FULL.len());
    // In a flood only so many are heard out; the others are told as far as that takes no waiting.
    let Ok(_turn) = door.farewells.try_acquire() else {
        drain(&stream);
        let _ = stream.try_write(answer.as_bytes());
        return;
    };
    // Whoever does not listen is not waited for.
    let said = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        let mut unread = [0; 4096];
        while stream.read(&mut unread).await? > 0 {}
        std::io::Result::Ok(())
    };
    let _ = timeout(HEARD_OUT, said).await;
}

/// Reads what has come already.
fn drain(stream: &TcpStream) {
    let mut unread = [0; 4096];
    // A head and the beginning of a body; whoever sends more than that at once is no browser.
    for _ in 0..16 {
        match stream.try_read(&mut unread) {
            Ok(read) if read > 0 => {}
            _ => return,
        }
    }
}

/// The same for a request that a proxy has brought.
fn full() -> Response<Body> {
    let mut response = Response::new(Body::from(FULL));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    for (name, value) in [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store"), (RETRY_AFTER, "5")]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// One connection from its first byte to its last.
async fn hold(stream: TcpStream, guest: Arc<Guest>, router: Router, mut ending: watch::Receiver<()>) {
    // Only a matter of speed: a connection that refuses it works all the same.
    let _ = stream.set_nodelay(true);
    let (limits, seat) = (*guest.limits(), Arc::clone(&guest.seat));
    let io = TokioIo::new(Watched { stream, guest: Arc::clone(&guest) });
    let (asked, router) = (Arc::clone(&guest), TowerToHyperService::new(router));
    let service = service_fn(move |request| answer(Arc::clone(&asked), router.clone(), request));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(HEADERS)
        .max_buf_size(HEAD)
        .serve_connection(io, service);
    tokio::select! {
        // How a reader goes away is its own affair.
        ended = &mut connection => {
            if ended.is_err_and(|fault| fault.is_timeout()) {
                guest.counts(Why::Silent);
            }
            return;
        }
        () = seat.gives_way() => {
            // Whoever was asking or about to ask is told; of an answer that is on its way nothing else can be said.
            if !seat.is_answering() {
                sends_away(connection.into_parts().io.into_inner().stream, Arc::clone(&guest.door)).await;
            }
            return;
        }
        () = silent(&seat, limits.silence) => return guest.counts(Why::Silent),
        _ = ending.changed() => {}
        () = sleep(limits.life) => {}
    }
    Pin::new(&mut connection).graceful_shutdown();
    tokio::select! {
        _ = timeout(limits.farewell, &mut connection) => {}
        () = seat.gives_way() => {}
    }
}

/// Ready when not a byte has come for so long; never, once one has.
async fn silent(seat: &Seat, long: Duration) {
    sleep(long).await;
    if seat.has_spoken() {
        std::future::pending::<()>().await;
    }
}

/// One request: the place is told what is being done at it.
async fn answer(
    guest: Arc<Guest>,
    router: TowerToHyperService<Router>,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    guest.seat.works();
    if guest.is_carried(&request).is_err() {
        return Ok(full());
    }
    // Whoever counts tries has to know from where they come.
    request.extensions_mut().insert(ConnectInfo(guest.peer));
    let sender = Arc::clone(&guest);
    let response = router.call(request.map(|incoming| taken_in(incoming, sender))).await?;
    guest.seat.answers();
    Ok(response.map(|body| Body::new(Given { body, guest })))
}

fn taken_in(incoming: Incoming, guest: Arc<Guest>) -> Body {
    if incoming.is_end_stream() { Body::empty() } else { Body::new(TakenIn::new(incoming, guest)) }
}
