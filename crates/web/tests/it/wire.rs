//! Over a real socket: connections that end, that are too many, and that never finish a sentence.

use crate::town::{Server, mihon};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use web::{Door, Limits, SentAway};

/// Long enough for any machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A served town, with the word that ends it.
async fn start(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let server = Server::of(&[mihon()]);
    let router = server.router.clone();
    let (address, end, task) = start_with(router, Arc::new(Door::new(limits))).await;
    // The served files stay as long as they are served.
    (address, end, tokio::spawn(async move { (task.await.unwrap(), drop(server)).0 }))
}

/// Anything served, with the word that ends it.
async fn start_with(router: Router, door: Arc<Door>) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel();
    let task = tokio::spawn(async move {
        let shutdown = async {
            let _ = ended.await;
        };
        web::serve(listener, router, shutdown, door).await;
    });
    (address, end, task)
}

/// Sends text, and reads until the other side closes.
async fn talk(address: SocketAddr, text: &str) -> String {
    asks(TcpStream::connect(address).await.unwrap(), text).await
}

/// What the answer says of a server that is well.
const WELL: &str = "\"status\":\"ok\"";
const ASK: &str = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn a_request_over_a_socket_is_answered_without_a_server_header() {
    let (address, end, task) = start(Limits::default()).await;
    let reply = talk(address, ASK).await;
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n") && reply.contains(WELL), "{reply}");
    assert!(!reply.to_ascii_lowercase().contains("\r\nserver:"), "{reply}");
    let absolute =
        talk(address, "GET http://evil.example/health HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n").await;
    assert!(absolute.contains(WELL) && !absolute.contains("evil"), "{absolute}");
    end.send(()).unwrap();
    timeout(PATIENCE, task).await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "the door is closed");
}

#[tokio::test]
async fn who_never_finishes_a_request_is_let_go() {
    let limits = Limits { head: Duration::from_millis(100), ..Limits::default() };
    let (address, _end, _task) = start(limits).await;
    let reply = talk(address, "GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ").await;
    assert!(!reply.contains("200 OK"), "{reply}");
}

/// A connection from an address of the test's choice, all of which are this machine.
async fn from(own: &str, address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{own}:0").parse().unwrap()).unwrap();
    socket.connect(address).await.unwrap()
}

/// Asks over a connection, and reads until the other side closes.
async fn asks(mut stream: TcpStream, text: &str) -> String {
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut reply)).await.unwrap().unwrap();
    String::from_utf8_lossy(&reply).into_owned()
}

/// Long enough for a busy machine, and shorter than every limit of these tests.
const SOON: Duration = Duration::from_secs(5);

/// Limits that nothing but what a test is about reaches.
fn patient(connections: usize, of_one: usize) -> Limits {
    let long = PATIENCE * 2;
    Limits { connections, of_one, silence: long, head: long, body: long, life: long, ..Limits::default() }
}

#[tokio::test]
async fn connections_that_say_nothing_or_half_a_head_shut_nobody_out() {
    let door = Arc::new(Door::new(patient(8, 4)));
    let router = Router::new().route("/health", get(|| async { "ok\n" }));
    let (address, _end, _task) = start_with(router, Arc::clone(&door)).await;
    let mut idle = Vec::new();
    for own in ["127.0.0.2", "127.0.0.3", "127.0.0.4"] {
        for begun in ["", "GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: "].repeat(20) {
            let mut stream = from(own, address).await;
            stream.write_all(begun.as_bytes()).await.unwrap();
            idle.push(stream);
        }
        for asker in ["127.0.0.9", own] {
            let reply = timeout(SOON, asks(from(asker, address).await, ASK)).await.expect("an answer soon");
            assert!(reply.ends_with("ok\n"), "{asker} while {own} holds on: {reply}");
        }
    }
    let counts = door.sent_away();
    assert!(counts.gave_way >= 100 && counts.full == 0, "{counts:?}");
}

// Red while whoever found no place, or gave one up, was closed upon: over bytes that nobody read, even the 503 was taken back.
#[tokio::test]
async fn whoever_finds_no_place_or_gives_way_reads_why_and_is_counted() {
    let door = Arc::new(Door::new(patient(4, 4)));
    let goes_on = Arc::new(Notify::new());
    let waits = Arc::clone(&goes_on);
    let work = move || {
        let waits = Arc::clone(&waits);
        async move { waits.notified().await }
    };
    let router = Router::new().route("/health", get(|| async { "ok\n" })).route("/work", get(work));
    let (address, _end, _task) = start_with(router, Arc::clone(&door)).await;
    // Somebody has begun to ask, and has to make room for those who ask for work.
    let mut begun = from("127.0.0.2", address).await;
    begun.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut working = Vec::new();
    for _ in 0..4 {
        let mut stream = from("127.0.0.3", address).await;
        stream.write_all(b"GET /work HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        working.push(stream);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut reply = Vec::new();
    timeout(SOON, begun.read_to_end(&mut reply)).await.expect("it is not kept waiting").expect("closed in order");
    assert!(String::from_utf8_lossy(&reply).contains("503"), "{}", String::from_utf8_lossy(&reply));
    // Now every place is at work: nobody gives way, and whoever comes is told so, however much they send.
    let long = format!("GET /health HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n", "x".repeat(20_000));
    for number in 0..30 {
        let mut stream = from("127.0.0.9", address).await;
        // The other side may have said all that it has to say before the question ends.
        let _ = stream.write_all(long.as_bytes()).await;
        let mut reply = Vec::new();
        let read = timeout(SOON, stream.read_to_end(&mut reply)).await.expect("an answer soon");
        let reply = String::from_utf8_lossy(&reply);
        assert!(read.is_ok() && reply.starts_with("HTTP/1.1 503") && reply.contains("混み合って"), "{number}: {reply}");
    }
    let counts = door.sent_away();
    assert_eq!((counts.gave_way, counts.full), (1, 30), "{counts:?}");
    goes_on.notify_waiters();
}

#[tokio::test]
async fn bodies_that_drip_shut_nobody_out_and_are_not_waited_for() {
    let take = |body: axum::body::Bytes| async move { format!("{} bytes\n", body.len()) };
    let router = Router::new().route("/health", get(|| async { "ok\n" })).route("/take", post(take));
    let start_of_body = "POST /take HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 100000\r\n\r\nx";

    let door = Arc::new(Door::new(patient(8, 8)));
    let (address, _end, _task) = start_with(router.clone(), door).await;
    let mut slow = Vec::new();
    for _ in 0..8 {
        let mut stream = from("127.0.0.2", address).await;
        stream.write_all(start_of_body.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let reply = timeout(SOON, asks(from("127.0.0.9", address).await, ASK)).await.expect("an answer soon");
    assert!(reply.ends_with("ok\n"), "{reply}");

    let door = Arc::new(Door::new(Limits { body: Duration::from_millis(200), ..patient(8, 8) }));
    let (address, _end, _task) = start_with(router, Arc::clone(&door)).await;
    let reply = timeout(SOON, talk(address, start_of_body)).await.expect("it is not waited for");
    assert!(reply.starts_with("HTTP/1.1 4"), "{reply}");
    assert_eq!(door.sent_away(), SentAway { slow_body: 1, ..SentAway::default() });
    let whole = format!("{}{}", start_of_body, "x".repeat(99_999));
    assert!(talk(address, &whole).await.ends_with("100000 bytes\n"));
}

#[tokio::test]
async fn whoever_says_nothing_is_let_go_soon_and_whoever_comes_back_is_kept_longer() {
    let limits = Limits { silence: Duration::from_millis(200), ..patient(8, 8) };
    let (address, _end, _task) = start(limits).await;
    let mut kept = TcpStream::connect(address).await.unwrap();
    kept.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert_eq!(timeout(SOON, talk(address, "")).await.expect("let go"), "");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(asks(kept, ASK).await.matches(WELL).count() == 2, "a kept connection is asked again");
}

/// Requests that are not answered before the test says so.
fn waits(until: &Arc<Notify>) -> Router {
    let until = Arc::clone(until);
    let wait = move || {
        let until = Arc::clone(&until);
        async move {
            until.notified().await;
            "done\n"
        }
    };
    Router::new().route("/wait", get(wait)).route("/health", get(|| async { "ok\n" }))
}

const WAIT: &str = "GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn a_request_in_work_is_not_cut_off_and_one_too_many_is_told() {
    let (until, door) = (Arc::new(Notify::new()), Arc::new(Door::new(patient(2, 2))));
    let (address, _end, _task) = start_with(waits(&until), Arc::clone(&door)).await;
    let works: Vec<_> = (0..2).map(|_| tokio::spawn(async move { talk(address, WAIT).await })).collect();
    while Arc::strong_count(&door) < 4 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let reply = timeout(SOON, talk(address, "")).await.expect("told at once");
    is_told_to_come_again(&reply);
    assert_eq!(door.sent_away(), SentAway { full_for_one: 1, ..SentAway::default() });
    until.notify_waiters();
    for work in works {
        assert!(work.await.unwrap().ends_with("done\n"));
    }
}

/// The answer to one too many: when to come again, in words that people read.
fn is_told_to_come_again(reply: &str) {
    assert!(reply.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{reply}");
    assert!(reply.contains("\r\nretry-after: 5\r\n"), "{reply}");
    assert!(reply.ends_with("\r\n\r\nただいま混み合っています。少し待って、もう一度開いてください。\n"), "{reply}");
}

#[tokio::test]
async fn behind_a_proxy_of_our_own_requests_are_counted_by_whoever_sent_them() {
    let until = Arc::new(Notify::new());
    let door = Door::new(patient(16, 2)).behind(vec!["127.0.0.1".parse().unwrap()]);
    let (address, _end, _task) = start_with(waits(&until), Arc::new(door)).await;
    let sent_by =
        |text: &str, sender: &str| text.replace("Host: a\r\n", &format!("Host: a\r\nX-Forwarded-For: {sender}\r\n"));
    let mut works = Vec::new();
    for _ in 0..2 {
        let text = sent_by(WAIT, "198.51.100.7");
        works.push(tokio::spawn(async move { talk(address, &text).await }));
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    is_told_to_come_again(&talk(address, &sent_by(ASK, "198.51.100.7")).await);
    assert!(talk(address, &sent_by(ASK, "198.51.100.8")).await.ends_with("ok\n"), "somebody else behind the proxy");
    // What somebody without a proxy writes is not believed.
    let direct = asks(from("127.0.0.2", address).await, &sent_by(ASK, "198.51.100.7")).await;
    assert!(direct.ends_with("ok\n"), "{direct}");
    until.notify_waiters();
    for work in works {
        assert!(work.await.unwrap().ends_with("done\n"));
    }
}

#[tokio::test]
async fn an_endless_head_is_refused() {
    let (address, _end, _task) = start(Limits::default()).await;
    let many = "X-A: b\r\n".repeat(65);
    let reply = talk(address, &format!("GET /health HTTP/1.1\r\nHost: a\r\n{many}\r\n")).await;
    assert!(reply.starts_with("HTTP/1.1 431"), "{reply}");
}

#[tokio::test]
async fn the_end_does_not_wait_for_ever_for_those_who_stay() {
    let limits = Limits { farewell: Duration::from_millis(200), ..Limits::default() };
    let (address, end, task) = start(limits).await;
    let mut stays = TcpStream::connect(address).await.unwrap();
    stays.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    end.send(()).unwrap();
    timeout(PATIENCE, task).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_handler_learns_from_the_socket_who_asks_whatever_the_request_says() {
    let router = Router::new()
        .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }));
    let (address, end, task) = start_with(router, Arc::default()).await;
    let ask = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.7\r\nForwarded: for=198.51.100.7\r\nConnection: close\r\n\r\n";
    let reply = talk(address, ask).await;
    assert!(reply.ends_with("\r\n127.0.0.1"), "{reply}");
    let _ = end.send(());
    task.await.unwrap();
}
