//! Files as they are sent: the bytes of the release, once, and compressed for whoever understands it.

use crate::town::{Server, mihon, on_disk};
use axum::http::{Method, StatusCode};
use flate2::read::GzDecoder;
use std::io::Read as _;

/// The names of all files of the served release.
fn names(server: &Server) -> Vec<String> {
    let bundle = public::read(&server.dir("999999")).unwrap();
    bundle.paths().map(str::to_owned).collect()
}

#[tokio::test]
async fn every_file_of_the_release_is_sent_byte_for_byte() {
    let server = Server::of(&[mihon()]);
    let dir = server.dir("999999");
    let names = names(&server);
    assert!(names.len() > 20);
    for name in names {
        let reply = server.get(&format!("/{name}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{name}");
        assert_eq!(reply.body, on_disk(&dir, &name), "{name}");
        assert_eq!(reply.header("content-type"), public::media_type(&name), "{name}");
        assert_eq!(reply.header("content-length"), reply.body.len().to_string(), "{name}");
        assert_eq!(reply.header("cache-control"), "public, no-cache, must-revalidate", "{name}");
    }
}

#[tokio::test]
async fn the_root_is_the_first_page() {
    let server = Server::of(&[mihon()]);
    assert_eq!(server.get("/").await.body, on_disk(&server.dir("999999"), "index.html"));
}

#[tokio::test]
async fn who_has_the_bytes_already_is_told_so_and_sent_none() {
    let server = Server::of(&[mihon()]);
    for name in names(&server) {
        let uri = format!("/{name}");
        let first = server.get(&uri).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.len() == 66 && tag.starts_with('"'), "{name}: {tag} is no strong tag of a hash");
        for seen in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let reply = server.send(Method::GET, &uri, &[("if-none-match", &seen)]).await;
            assert_eq!(reply.status, StatusCode::NOT_MODIFIED, "{name} {seen}");
            assert!(reply.body.is_empty(), "{name}");
            assert_eq!(reply.header("etag"), tag, "{name}");
            assert!(reply.header("cache-control").starts_with("public"), "{name}");
        }
        let reply = server.send(Method::GET, &uri, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(reply.status, StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn who_understands_gzip_is_sent_the_packed_twin_under_a_tag_of_its_own() {
    let server = Server::of(&[mihon()]);
    let plain = server.get("/index.html").await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("vary"), "accept-encoding");
    for accept in ["gzip", "br, GZIP;q=0.5", "*", "identity;q=0, gzip"] {
        let reply = server.send(Method::GET, "/", &[("accept-encoding", accept)]).await;
        assert_eq!(reply.header("content-encoding"), "gzip", "{accept}");
        assert_eq!(reply.header("vary"), "accept-encoding");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(reply.body, on_disk(&server.dir("999999"), "index.html.gz"));
        assert_ne!(reply.header("etag"), plain.header("etag"));
        let mut unpacked = Vec::new();
        GzDecoder::new(reply.body.as_ref()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain.body);

        let tag = reply.header("etag").to_owned();
        let known = [("accept-encoding", accept), ("if-none-match", tag.as_str())];
        assert_eq!(server.send(Method::GET, "/", &known).await.status, StatusCode::NOT_MODIFIED);
        let other = [("if-none-match", tag.as_str())];
        assert_eq!(server.send(Method::GET, "/", &other).await.status, StatusCode::OK, "the plain bytes are others");
    }
    for accept in ["", "br", "gzip;q=0", "*, gzip;q=0", "gzip;q=zero", "*;q=0.0"] {
        let reply = server.send(Method::GET, "/", &[("accept-encoding", accept)]).await;
        assert_eq!(reply.header("content-encoding"), "", "{accept}");
        assert_eq!(reply.body, plain.body, "{accept}");
    }
}

#[tokio::test]
async fn a_head_request_gets_the_same_headers_and_no_bytes() {
    let server = Server::of(&[mihon()]);
    for uri in ["/", "/accounts.csv", "/verify?url=x", "/search?q=x", "/api/v1/verify?url=x", "/health", "/nowhere"] {
        let got = server.get(uri).await;
        let head = server.send(Method::HEAD, uri, &[]).await;
        assert_eq!((head.status, &head.headers), (got.status, &got.headers), "{uri}");
        assert!(head.body.is_empty() && !got.body.is_empty(), "{uri}");
    }
}

#[tokio::test]
async fn neither_an_unknown_parameter_nor_a_host_changes_a_byte() {
    let server = Server::of(&[mihon()]);
    for name in names(&server) {
        let plain = server.get(&format!("/{name}")).await;
        let odd = server
            .send(
                Method::GET,
                &format!("/{name}?utm_source=x&q=%00&url=https://evil.example"),
                &[
                    ("host", "evil.example"),
                    ("x-forwarded-host", "evil.example"),
                    ("x-forwarded-proto", "gopher"),
                    ("forwarded", "host=evil.example"),
                    ("x-original-url", "/health"),
                    ("x-rewrite-url", "/health"),
                    ("cookie", "a=b"),
                ],
            )
            .await;
        assert_eq!((odd.status, &odd.headers, &odd.body), (plain.status, &plain.headers, &plain.body), "{name}");
    }
    for uri in ["/verify?url=https://x.com/mihon_town", "/search?q=x", "/nowhere", "/api/v1/verify?url=x"] {
        let plain = server.get(uri).await;
        let odd =
            server.send(Method::GET, uri, &[("host", "evil.example"), ("x-forwarded-host", "evil.example")]).await;
        assert_eq!((odd.status, &odd.headers, &odd.body), (plain.status, &plain.headers, &plain.body), "{uri}");
    }
}
