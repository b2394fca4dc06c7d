//! Over a real socket: connections that end, that are too many, and that never finish a sentence.

use crate::town::{Server, mihon};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use web::Limits;

/// Long enough for any machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A served town, with the word that ends it.
async fn start(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel();
    let server = Server::of(&[mihon()]);
    let task = tokio::spawn(async move {
        let shutdown = async {
            let _ = ended.await;
        };
        web::serve_within(listener, server.router.clone(), shutdown, limits).await;
    });
    (address, end, task)
}

/// Sends text, and reads until the other side closes.
async fn talk(address: SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut reply)).await.unwrap().unwrap();
    String::from_utf8_lossy(&reply).into_owned()
}

const ASK: &str = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn a_request_over_a_socket_is_answered_without_a_server_header() {
    let (address, end, task) = start(Limits::default()).await;
    let reply = talk(address, ASK).await;
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n") && reply.ends_with("ok\n"), "{reply}");
    assert!(!reply.to_ascii_lowercase().contains("\r\nserver:"), "{reply}");
    let absolute =
        talk(address, "GET http://evil.example/health HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n").await;
    assert!(absolute.ends_with("ok\n") && !absolute.contains("evil"), "{absolute}");
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

#[tokio::test]
async fn who_is_one_too_many_waits_until_there_is_room() {
    let life = Duration::from_millis(300);
    let (address, _end, _task) = start(Limits { connections: 1, life, head: PATIENCE * 2, ..Limits::default() }).await;
    let before = std::time::Instant::now();
    let _idle = TcpStream::connect(address).await.unwrap();
    assert!(talk(address, ASK).await.ends_with("ok\n"));
    assert!(before.elapsed() >= life, "it had to wait for the idle one's end");
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
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let router = Router::new()
        .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }));
    let task = tokio::spawn(async move {
        let shutdown = async {
            let _ = ended.await;
        };
        web::serve(listener, router, shutdown).await;
    });
    let ask = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.7\r\nForwarded: for=198.51.100.7\r\nConnection: close\r\n\r\n";
    let reply = talk(address, ask).await;
    assert!(reply.ends_with("\r\n127.0.0.1"), "{reply}");
    let _ = end.send(());
    task.await.unwrap();
}
