//! Hostile words, typed into everything that can be typed into: they come back as words and as nothing else.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use staff::Verb;
use testkit::Guide;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::hostile::{FORMULAS, MARK, corpus};
use super::html::{Quoted, Seen};
use super::town::{Furnished, Habits};
use crate::desk::{Desk, Got};

/// Where a browser goes, or loads from.
const ADDRESSES: [&str; 9] =
    ["href", "src", "action", "formaction", "srcset", "poster", "data", "xlink:href", "background"];

/// Everything that a town shows whose people type in a certain way; `pieces` is what they type, in handy lengths.
async fn shown(town: &Furnished, pieces: &[String]) -> Vec<(String, Got)> {
    let mut turn = pieces.iter().cycle();
    let mut piece = move || turn.next().expect("something is typed").as_str();
    let coded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let asked = [
        "q",
        "on",
        "day",
        "about",
        "next",
        "done",
        "saved",
        "after",
        "before",
        "newest",
        "standing",
        "unit",
        "network",
        "leaf",
        "version",
        "procedure",
        "account",
        "state",
        "kind",
        "whose",
        "error",
        "code",
    ];
    let mut shown = Vec::new();
    let mut fields: BTreeSet<String> =
        ["live", "do", "prove-password", "prove-code", "kept", "has", "form", "to"].map(str::to_owned).into();
    for (route, path, client) in town.pages() {
        let all: Vec<String> = asked.iter().map(|name| format!("{name}={}", coded(piece()))).collect();
        let mut queries = vec![String::new(), format!("?{}", all.join("&"))];
        queries.extend(["q", "on", "about", "next", "done", "leaf"].map(|name| format!("?{name}={}", coded(piece()))));
        for query in queries {
            let got = client.get(&format!("{path}{query}")).await;
            let html = String::from_utf8_lossy(&got.body).into_owned();
            fields.extend(html.split(" name=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
            shown.push((format!("GET {}{}", route.path, query.split('=').next().unwrap_or_default()), got));
        }
    }
    for (route, path, client) in town.pages().into_iter().chain(town.routes(Verb::Post)) {
        // In each place of the path, too.
        for (at, part) in route.path.split('/').enumerate().filter(|(_, part)| part.starts_with('{')) {
            let typed = coded(piece());
            let mut parts: Vec<&str> = path.split('/').collect();
            parts[at] = &typed;
            let path = parts.join("/");
            let got = if route.verb == Verb::Get { client.get(&path).await } else { client.post(&path, &[]).await };
            shown.push((format!("{} {part}", route.path), got));
        }
    }
    for (route, path, client) in town.routes(Verb::Post) {
        let ends = ["/sign-out", "/end"].iter().any(|end| route.path.ends_with(end));
        let clients = if ends { vec![town.desk.anybody()] } else { vec![client, town.desk.anybody()] };
        for client in clients {
            for but in ["", "key", "on", "network on", "live", "do"] {
                let typed = piece();
                let left: Vec<&str> = but.split(' ').collect();
                let form =
                    fields.iter().filter(|name| !left.contains(&name.as_str())).map(|name| (name.as_str(), typed));
                let more = [("network", "x"), ("on", "2026-06-01")].into_iter().filter(|(name, _)| left.contains(name));
                let got = client.post(&path, &form.chain(more).collect::<Vec<_>>()).await;
                shown.push((format!("POST {} without {but}", route.path), got));
            }
        }
    }
    shown
}

/// What is wrong with a page, if what was typed became more than words.
fn wrong(html: &str, known: &BTreeSet<String>) -> Vec<String> {
    let seen = Seen::of(html);
    let mut wrong: Vec<String> =
        seen.words().difference(known).map(|word| format!("a tag of its own: {word}")).collect();
    let marked = |text: &str| text.to_lowercase().contains(MARK);
    wrong.extend(seen.comments.iter().filter(|text| marked(text)).map(|text| format!("in a comment: {text}")));
    // Data for programs stands in a page as JSON.
    let is_json = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    wrong.extend(seen.code.iter().filter(|text| marked(text) && !is_json(text)).map(|text| format!("in code: {text}")));
    for tag in &seen.tags {
        for one in &tag.attributes {
            let (name, value) = (&one.name, &one.value);
            if name.starts_with("on") || name == "style" || marked(name) {
                wrong.push(format!("<{} {name}>", tag.name));
            }
            if marked(value) && one.quoted == Quoted::No {
                wrong.push(format!("<{} {name}={value}> without quotes", tag.name));
            }
            if ADDRESSES.contains(&name.as_str()) && !leads_well(value) {
                wrong.push(format!("<{} {name}={value}>", tag.name));
            }
        }
        let loads = tag.of("src").any(|src| src.starts_with("/assets/"))
            || tag.of("type").any(|kind| kind == "application/ld+json");
        if tag.name == "script" && !loads {
            wrong.push("a script".to_owned());
        }
    }
    wrong
}

/// Whether an address is one that our pages lead to: a path of our own, or one on the web that nobody marked.
fn leads_well(address: &str) -> bool {
    let plain: String = address.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let own = plain.is_empty()
        || plain.starts_with(['#', '?', '.'])
        || (plain.starts_with('/') && !plain.starts_with("//") && !plain.starts_with("/\\"));
    let web = ["https://", "http://", "data:image/"].iter().any(|head| plain.starts_with(head));
    let file = !plain.contains(':') && !plain.starts_with("//");
    own || file || (web && !plain.to_lowercase().contains("://zq7"))
}

#[tokio::test]
async fn hostile_words_in_every_field_come_back_as_words_on_every_page() {
    let log = Log::default();
    let _listening = tracing::subscriber::set_default(log.clone());
    let corpus = corpus();
    let tame = Furnished::open(Habits::tame()).await;
    let (mut known, mut known_outside) = (BTreeSet::new(), BTreeSet::new());
    for (_, got) in tame.answers.iter().chain(&shown(&tame, &[Habits::tame().lines]).await) {
        known.extend(Seen::of(&String::from_utf8_lossy(&got.body)).words());
    }
    for (_, bytes) in tame.published().await.iter().filter(|(name, _)| is_markup(name)) {
        known_outside.extend(Seen::of(&String::from_utf8_lossy(bytes)).words());
    }
    drop(tame);

    let (mut found, mut files) = (Vec::new(), 0);
    let (mut pages, mut carrying) = (0, 0);
    for part in parts(&corpus) {
        let lines = part.join("\n");
        let line = on_one_line(part);
        let pieces: Vec<String> = part.chunks(20).map(|chunk| chunk.join("\n")).collect();
        let town = Furnished::open(Habits { line, lines, besides: Vec::new() }).await;
        for (name, got) in town.answers.iter().chain(&shown(&town, &pieces).await) {
            if got.status == StatusCode::INTERNAL_SERVER_ERROR {
                found.push(format!("{name}: failed"));
            }
            let kind = got.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            if kind.starts_with("text/html") {
                let html = got.html();
                found.extend(wrong(&html, &known).into_iter().map(|what| format!("{name}: {what}")));
                pages += 1;
                carrying += usize::from(html.contains(MARK));
            }
            if got.headers.keys().any(|header| header.as_str().contains(MARK)) {
                found.push(format!("{name}: a header of its own"));
            }
        }
        for (name, bytes) in town.published().await.iter().filter(|(name, _)| is_markup(name)) {
            let html = String::from_utf8_lossy(bytes);
            found.extend(wrong(&html, &known_outside).into_iter().map(|what| format!("{name}: {what}")));
            files += 1;
        }
        // A line of the ledger stays a line, and no line of the log holds a word of it.
        let ledger = town.ledger().await;
        assert!(
            ledger.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
            "a line was forged"
        );
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 0, "{}", found.join("\n").chars().take(6_000).collect::<String>());
    assert!(carrying >= 60, "only {carrying} of {pages} pages showed what was typed");
    assert_eq!(log.marked(), Vec::<String>::new());
    tracing::error!(fault = "zq7", "listening");
    assert_eq!(log.marked().len(), 1, "the log was not listened to");
    println!("{} payloads; {pages} pages, {carrying} of them with what was typed; {files} public files", corpus.len());
}

/// The payloads in parts that fit into a text of a policy: a longer one is refused at its field.
fn parts(corpus: &[String]) -> Vec<&[String]> {
    const MOST: usize = 3_900;
    let mut parts = Vec::new();
    let (mut begin, mut length) = (0, 0);
    for (at, payload) in corpus.iter().enumerate() {
        let own = payload.chars().count() + 1;
        if length + own > MOST {
            parts.push(&corpus[begin..at]);
            (begin, length) = (at, 0);
        }
        length += own;
    }
    parts.push(&corpus[begin..]);
    parts
}

/// As many of them as a field of one line takes.
fn on_one_line(part: &[String]) -> String {
    let mut line = String::new();
    for payload in part {
        let plain = payload.replace(['\r', '\n', '\t'], " ");
        if line.chars().count() + plain.chars().count() < 290 {
            line.push_str(&plain);
            line.push(' ');
        }
    }
    line.trim().to_owned()
}

fn is_markup(name: &str) -> bool {
    [".html", ".atom", ".xml", ".svg"].iter().any(|ending| name.ends_with(ending))
}

#[tokio::test]
async fn no_cell_of_a_table_that_leaves_the_house_is_counted_as_a_formula() {
    let desk = Desk::open(Guide::Notice).await;
    let central = desk.sign_in("s3-head").await;
    let mut typed: Vec<String> = FORMULAS.map(str::to_owned).into();
    // A name has one line: a line break in it is refused at the door.
    typed.extend(
        FORMULAS.iter().flat_map(|formula| [format!("\"{formula}"), format!("'{formula}"), format!(",{formula}")]),
    );
    for (at, name) in typed.iter().enumerate() {
        let (key, url) = (format!("k{at}"), format!("https://x.com/mihon_{at}"));
        let fields = [
            ("key", key.as_str()),
            ("network", "x"),
            ("name", name),
            ("url", &url),
            ("unit", "s1"),
            ("on", "2026-06-01"),
        ];
        assert_eq!(central.post("accounts/new", &fields).await.status, StatusCode::SEE_OTHER, "{name}");
    }
    let csv = central.get("accounts.csv").await.html();
    let cells = cells_of(&csv);
    let columns = csv.lines().next().map_or(0, |head| cells_of(head).len());
    assert_eq!(cells.len(), columns * (typed.len() + 1), "no cell and no row of its own");
    let counts = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];
    let counted: Vec<&String> = cells.iter().filter(|cell| cell.starts_with(counts)).collect();
    assert_eq!(counted, Vec::<&String>::new());
    assert!(
        typed
            .iter()
            .all(|name| cells.iter().any(|cell| cell.trim_start_matches('\'') == name.trim_start_matches('\'')))
    );
    // A workbook says of each cell what it is: words stay words, to the letter.
    let book = central.get("accounts.xlsx").await;
    let cells: BTreeSet<String> =
        documents::table::read(&book.body).expect("a workbook").rows.into_iter().flat_map(|row| row.cells).collect();
    for name in &typed {
        assert!(cells.contains(name), "{name:?} is not there as it was typed");
    }
    let sheet = sheet_of(&book.body);
    assert!(sheet.contains("<row") && !sheet.contains("<f>") && !sheet.contains("<f "), "a formula in the workbook");
}

/// The cells of a CSV file as they stand in it.
fn cells_of(csv: &str) -> Vec<String> {
    let (mut cells, mut cell, mut inside) = (Vec::new(), String::new(), false);
    let mut letters = csv.trim_start_matches('\u{feff}').trim_end_matches("\r\n").chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if inside && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => inside = !inside,
            ',' if !inside => cells.push(std::mem::take(&mut cell)),
            '\r' if !inside && letters.peek() == Some(&'\n') => {
                letters.next();
                cells.push(std::mem::take(&mut cell));
            }
            _ => cell.push(letter),
        }
    }
    cells.push(cell);
    cells
}

/// The sheet of a workbook as XML.
fn sheet_of(book: &[u8]) -> String {
    let name = b"xl/worksheets/sheet1.xml";
    // Its local header begins thirty bytes before its name.
    let starts = |at: usize| at >= 30 && book[at - 30..].starts_with(b"PK\x03\x04");
    let at = (0..book.len()).find(|at| book[*at..].starts_with(name) && starts(*at)).expect("a sheet");
    let packed = u16::from_le_bytes([book[at - 22], book[at - 21]]);
    let extra = usize::from(u16::from_le_bytes([book[at - 2], book[at - 1]]));
    let bytes = &book[at + name.len() + extra..];
    let mut sheet = String::new();
    match packed {
        0 => sheet = String::from_utf8_lossy(bytes).into_owned(),
        _ => {
            std::io::Read::read_to_string(&mut flate2::read::DeflateDecoder::new(bytes), &mut sheet).expect("a sheet");
        }
    }
    sheet
}

/// Everything that was told to the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// The lines that hold a hostile word.
    fn marked(&self) -> Vec<String> {
        let lines = self.0.lock().expect("nobody panicked");
        lines.iter().filter(|line| line.to_lowercase().contains(MARK)).cloned().collect()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        self.0.lock().expect("nobody panicked").push(line.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
