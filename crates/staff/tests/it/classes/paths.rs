//! Addresses that are written otherwise, and headers that speak of other addresses.

use axum::body::Body;
use axum::http::{StatusCode, Uri};
use domain::access::Action;
use staff::{ROUTES, Verb};

use super::forged::without_keys;
use super::town::{Furnished, Habits};

/// What is put before, behind or in place of a part of a path.
const BETWEEN: [&str; 30] = [
    "",
    ".",
    "..",
    "%2e",
    "%2e%2e",
    ".%2e",
    "%2E.",
    "%252e%252e",
    "%2f",
    "%2F%2F",
    "%5c",
    "\\",
    "..%2f",
    "..%5c",
    "..;",
    ";",
    ";a=b",
    "%00",
    "%20",
    "%09",
    "%0a",
    "%0d%0a",
    "%c0%ae%c0%ae",
    "%c0%af",
    "%ef%bc%8e%ef%bc%8e",
    "%ef%bc%8f",
    "%u002e",
    "%",
    "%2",
    "~",
];

const BEHIND: [&str; 28] = [
    ".",
    "..",
    "...",
    "%2e",
    "%20",
    "+",
    "%00",
    "%00.css",
    ";.css",
    ".css",
    ".js",
    ".svg",
    ".json",
    ".html",
    "%2ecss",
    "%3f.css",
    "%23",
    "%0a",
    "%0d%0a",
    "%7f",
    "%e2%80%8b",
    "%ef%bb%bf",
    "%5c",
    ",",
    "%e3%80%82",
    "%c0%80",
    "&",
    "'",
];

/// Ways in that are open to everybody.
const OPEN: [&str; 8] = [
    "/assets",
    "/assets/x.css",
    "/assets/..",
    "/{town}/sign-in",
    "/{town}/sign-in/passkey",
    "/{town}/join",
    "/{town}/join/x",
    "/{town}/oidc/callback",
];

/// A path, written in hundreds of other ways.
fn otherwise(path: &str, town: &str) -> Vec<String> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let mut ways = Vec::new();
    for at in 0..=parts.len() {
        for between in BETWEEN {
            let mut way = parts.clone();
            way.insert(at, between);
            ways.push(format!("/{}", way.join("/")));
        }
    }
    for at in 0..parts.len() {
        for behind in BEHIND {
            let mut way: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            way[at] += behind;
            ways.push(format!("/{}", way.join("/")));
        }
        let mut loud: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        loud[at] = loud[at].to_uppercase();
        ways.push(format!("/{}", loud.join("/")));
        let wide: String = parts[at].chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect();
        loud[at] = percent_encoding::utf8_percent_encode(&wide, percent_encoding::NON_ALPHANUMERIC).to_string();
        ways.push(format!("/{}", loud.join("/")));
    }
    for (at, letter) in path.char_indices().skip(1) {
        for code in [format!("%{:02x}", u32::from(letter)), format!("%25{:02x}", u32::from(letter))] {
            ways.push(format!("{}{code}{}", &path[..at], &path[at + letter.len_utf8()..]));
        }
    }
    for open in OPEN {
        let open = open.replace("{town}", town);
        for way in [
            "/..",
            "/../..",
            "/../../..",
            "/%2e%2e",
            "/%2e%2e/%2e%2e",
            "/..%2f..",
            "/..%5c..",
            "%00",
            "/%00",
            "/.",
            ";",
            "/..;",
            "//",
            "",
        ] {
            ways.push(format!("{open}{way}{path}"));
        }
    }
    ways.extend(
        ["http://localhost:8081", "https://evil.example", "//evil.example", "///", "/\\", "*"]
            .map(|head| format!("{head}{path}")),
    );
    ways.sort();
    ways.dedup();
    ways
}

#[tokio::test]
async fn no_other_spelling_of_an_address_opens_what_the_plain_one_does_not() {
    let town = Furnished::open(Habits::tame()).await;
    let code = town.desk.city.code().to_owned();
    let protected = [
        "/{town}/cases/{case}",
        "/{town}/cases/{case}/files/{hash}",
        "/{town}/cases/{case}/policy/{part}",
        "/{town}/accounts/{account}/profile",
        "/{town}/accounts.csv",
        "/{town}/ledger/{seq}",
        "/{town}/sign-ins/{login}",
        "/{town}/office/import",
    ];
    let (mut asked, mut unreadable) = (0, 0);
    for pattern in protected {
        let route = ROUTES.iter().find(|route| route.verb == Verb::Get && route.path == pattern).expect("a route");
        let path = town.path(route);
        let plain = town.client(route).get(&path).await;
        assert_eq!(plain.status, StatusCode::OK, "{path}: {}", plain.read());
        let ways = otherwise(&path, &code);
        assert!(ways.len() >= 300, "{path}: {}", ways.len());
        for way in &ways {
            if way.parse::<Uri>().is_err() {
                // What is no address does not come as far as the router.
                unreadable += 1;
                continue;
            }
            for client in [town.desk.anybody(), town.stranger.clone()] {
                let mut request = client.request("GET", "/");
                request = request.uri(way.as_str());
                let got = client.send(request.body(Body::empty()).expect("a request")).await;
                asked += 1;
                let led = got.status == StatusCode::SEE_OTHER
                    && got.location().starts_with(&format!("/{code}/sign-in?next="));
                assert!(led || got.status.is_client_error(), "{way}: {} {}", got.status, got.location());
            }
        }
        // Whoever may open it gets the same page or none.
        let client = town.client(route);
        let title = |got: &crate::desk::Got| {
            got.html().split_once("<title>").map(|(_, rest)| rest.split('<').next().map(str::to_owned))
        };
        for way in ways.iter().step_by(7).filter(|way| way.parse::<Uri>().is_ok()) {
            let got =
                client.send(client.request("GET", "/").uri(way.as_str()).body(Body::empty()).expect("a request")).await;
            let same =
                got.headers.get("content-type") == plain.headers.get("content-type") && title(&got) == title(&plain);
            assert!(got.status != StatusCode::OK || same, "{way}");
        }
    }
    for (route, path, client) in town.pages() {
        for query in ["?q=%00", "?on=%00&next=%00", "?%00", "?about=a%00b&leaf=%00&after=%00", "?state=%00&code=%00"] {
            let status = client.get(&format!("{path}{query}")).await.status;
            assert!(!status.is_server_error(), "{path}{query}");
            assert!(status == StatusCode::NOT_FOUND || route.action == Action::Enter, "{path}{query}: {status}");
        }
    }
    println!("{asked} requests, {unreadable} spellings that are no address at all");
}

/// Headers by which servers are told of other addresses, clients and methods.
const HEADERS: [(&str, &str); 42] = [
    ("host", "evil.example"),
    ("host", "localhost:8081@evil.example"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-scheme", "https"),
    ("x-forwarded-ssl", "on"),
    ("x-forwarded-port", "666"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-path", "/evil"),
    ("x-forwarded-for", "evil.example"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-by", "evil.example"),
    ("forwarded", "for=127.0.0.1;host=evil.example;proto=https"),
    ("x-host", "evil.example"),
    ("x-http-host-override", "evil.example"),
    ("x-original-host", "evil.example"),
    ("x-original-url", "/evil"),
    ("x-original-uri", "/evil"),
    ("x-rewrite-url", "/evil"),
    ("x-real-ip", "127.0.0.1"),
    ("x-client-ip", "127.0.0.1"),
    ("x-cluster-client-ip", "127.0.0.1"),
    ("true-client-ip", "127.0.0.1"),
    ("cf-connecting-ip", "127.0.0.1"),
    ("client-ip", "127.0.0.1"),
    ("via", "1.1 evil.example"),
    ("x-proxyuser-ip", "127.0.0.1"),
    ("x-http-method-override", "POST"),
    ("x-method-override", "DELETE"),
    ("x-user", "s3-head"),
    ("x-remote-user", "s3-head"),
    ("remote-user", "s3-head"),
    ("x-forwarded-user", "s3-head"),
    ("x-forwarded-email", "evil@evil.example"),
    ("x-authenticated-user", "s3-head"),
    ("authorization", "Basic czMtaGVhZDpldmls"),
    ("x-wap-profile", "http://evil.example/"),
    ("referer", "https://evil.example/"),
    ("origin", "https://evil.example"),
    ("accept-language", "evil"),
    ("range", "bytes=0-1"),
];

#[tokio::test]
async fn no_header_that_speaks_of_another_address_changes_a_byte() {
    let town = Furnished::open(Habits::tame()).await;
    let mut asked = 0;
    for (route, path, client) in town.pages() {
        // The link of an invitation shows chance of its own each time; it is looked at for the address alone.
        let by_chance = route.path.contains("{token}");
        let anybody = town.desk.anybody();
        for client in [client, anybody] {
            let plain = client.get(&path).await;
            let all: Vec<&[(&str, &str)]> = match route.action {
                Action::Enter | Action::ManageSignIns => HEADERS.chunks(1).chain([&HEADERS[..]]).collect(),
                _ => vec![&HEADERS[..]],
            };
            for headers in all {
                let mut request = client.request("GET", &path);
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                let got = client.send(request.body(Body::empty()).expect("a request")).await;
                asked += 1;
                assert!(!format!("{:?}", got.headers).contains("evil"), "{path} {headers:?}: {:?}", got.headers);
                assert!(!String::from_utf8_lossy(&got.body).contains("evil"), "{path} {headers:?}");
                assert_eq!(got.status, plain.status, "{path} {headers:?}");
                if !by_chance {
                    assert_eq!(got.headers, plain.headers, "{path} {headers:?}");
                    assert_eq!(without_keys(&got), without_keys(&plain), "{path} {headers:?}");
                }
            }
        }
    }
    println!("{asked} requests");
}

/// Numbers that no register will ever reach, at the edges of what machines count with.
const HUGE: [&str; 6] = [
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
];

#[tokio::test]
async fn no_number_however_large_is_a_fault_of_ours() {
    let town = Furnished::open(Habits::tame()).await;
    let mut faults = Vec::new();
    let mut asked = 0;
    for (_, path, client) in town.pages() {
        for number in HUGE {
            let end = path.rsplit_once('/').map_or("", |(before, _)| before);
            let queries = ["after", "done", "from", "seq", "version", "last", "q", "on", "n", "page"]
                .map(|name| format!("{path}?{name}={number}"));
            for path in queries.into_iter().chain([format!("{end}/{number}"), format!("{path}/{number}")]) {
                let got = client.get(&path).await;
                asked += 1;
                if got.status.is_server_error() {
                    faults.push(format!("{path}: {}", got.status));
                }
            }
        }
    }
    assert!(asked > 1_000, "only {asked} addresses were tried");
    assert!(faults.is_empty(), "{faults:#?}");
}
