//! Attacks on the running program: while each goes on, citizens get their page and officers do their work.
//!
//! Everything is sent to this machine alone, from an address of its own (127.0.0.2), bounded in number and time. The short
//! forms run with every check; `scripts/soak attacks` runs the long ones against the program as it is released.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime::Runtime;
use tokio::time::sleep;

use crate::cli::Desk;
use crate::house::{Browser, House};
use crate::program::PATIENCE;

/// How much is sent.
#[derive(Debug, Clone, Copy)]
struct Force {
    /// Connections to each server that are held open.
    held: usize,
    /// Requests for a form as PDF.
    prints: usize,
    /// Files of 20 MB that are sent.
    sent: usize,
    /// Names and passwords.
    names: usize,
    /// Which of nine citizens, from the one who waits least, is the last whose page has to come within a second.
    last: usize,
}

/// How long a citizen's page may take.
const SOON: Duration = Duration::from_secs(1);

/// A few seconds with a program that nobody has made fast, on a machine that does other things.
/// The middle one of nine counts, so that another program's moment on this machine is not taken for a defect.
/// Fewer than there are places: these say that such an attacker slows nobody down; that a bound holds is the long form's.
const SHORT: Force = Force { held: 400, prints: 40, sent: 6, names: 300, last: 4 };
/// What was seen to bring the program down, and more; nobody waits longer than a second.
const LONG: Force = Force { held: 1_600, prints: 560, sent: 32, names: 5_000, last: 8 };

/// A town at work: an officer who is in, one of another unit, and a case of the first one's.
struct Scene {
    house: House,
    officer: Browser,
    stranger: Browser,
    case: String,
    runtime: Runtime,
    /// How long a citizen waits before anything is attacked: longer than a second only where others use the machine.
    quiet: Duration,
    _desk: Desk,
}

impl Scene {
    fn opens() -> Self {
        // Each connection is a file here too.
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        let more = rustix::process::Rlimit { current: limit.maximum, ..limit };
        rustix::process::setrlimit(rustix::process::Resource::Nofile, more).expect("as many as there may be");
        let desk = Desk::with_file();
        desk.begins("tottori", "notice-town");
        let case = desk.opens("case open opening --unit 0201 --as 02013");
        let long = "あ".repeat(3_900);
        let policy =
            format!("purpose = \"{long}\"\naudience = \"{long}\"\ninformation = \"{long}\"\nnote = \"{long}\"\n");
        let policy = desk.writes("policy.toml", &policy);
        desk.does(&format!("case draft {case} --file {policy} --as 02013"));
        let house = House::serves(&desk.file("data"));
        let mut operator = house.operator();
        let officer = house.invited(&mut operator, "02013", "kankou-shuji");
        let stranger = house.invited(&mut operator, "01013", "hisho-shuji");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("it");
        let mut scene = Self { house, officer, stranger, case, runtime, quiet: Duration::ZERO, _desk: desk };
        scene.quiet = scene.citizens_ask()[4];
        scene
    }

    /// Looks at the town while an attack goes on: pages come soon, and an act is done.
    fn goes_on(&mut self, force: Force, what: &str) {
        let took = self.citizens_ask();
        let soon = SOON.max(self.quiet * 10);
        assert!(took[force.last] <= soon, "{what}: citizens wait {took:?}, and {:?} when all is quiet", self.quiet);
        self.an_officer_acts(what);
    }

    /// How long nine citizens wait, the shortest first.
    fn citizens_ask(&self) -> Vec<Duration> {
        let mut took: Vec<Duration> = (0..9).map(|_| self.a_citizen_asks()).collect();
        took.sort_unstable();
        took
    }

    fn a_citizen_asks(&self) -> Duration {
        let began = Instant::now();
        let address = SocketAddr::from(([127, 0, 0, 1], self.house.public));
        let reply = self.runtime.block_on(async move {
            let stream = TcpStream::connect(address).await.expect("the door");
            asks(stream, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await
        });
        assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
        began.elapsed()
    }

    fn an_officer_acts(&mut self, what: &str) {
        let form = self.officer.gets("cases/new?procedure=opening");
        let value = |name: &str| {
            let (_, rest) = form.split_once(&format!("name=\"{name}\"")).expect("the field");
            rest.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("its value").to_owned()
        };
        let (on, key) = (value("on"), value("key"));
        let fields = [("procedure", "opening"), ("unit", "0201"), ("on", on.as_str()), ("key", key.as_str())];
        let began = Instant::now();
        self.officer.posts("cases/new", &fields);
        assert!(began.elapsed() < Duration::from_secs(10), "{what}: an act took {:?}", began.elapsed());
    }

    /// The memory that the program holds (MB).
    fn memory(&self) -> u64 {
        let told = std::fs::read_to_string(format!("/proc/{}/status", self.house.program.id())).expect("its state");
        let line = told.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }

    fn staff(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.house.port))
    }

    fn doors(&self) -> [SocketAddr; 2] {
        [self.staff(), SocketAddr::from(([127, 0, 0, 1], self.house.public))]
    }
}

/// A connection from the attacker's own address; `None` when it is not let in.
async fn from_outside(door: SocketAddr) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().ok()?;
    socket.bind(SocketAddr::from(([127, 0, 0, 2], 0))).ok()?;
    socket.connect(door).await.ok()
}

/// Sends, and reads until the other side closes.
async fn asks(mut stream: TcpStream, text: &[u8]) -> String {
    let mut reply = Vec::new();
    if stream.write_all(text).await.is_ok() {
        let _ = stream.read_to_end(&mut reply).await;
    }
    String::from_utf8_lossy(&reply).into_owned()
}

/// What an attacker does with a connection that it does not use.
#[derive(Debug, Clone, Copy)]
enum Holding {
    Silent,
    HalfAHead,
    Dripping,
}

impl Holding {
    fn begins(self) -> &'static [u8] {
        match self {
            Self::Silent => b"",
            Self::HalfAHead => b"POST /312011/sign-in HTTP/1.1\r\nhost: a\r\nx-slow: ",
            Self::Dripping => {
                b"POST /312011/sign-in HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\ncontent-length: 400000\r\n\
                  content-type: application/x-www-form-urlencoded\r\n\r\nname=a"
            }
        }
    }
}

/// Holds connections to both servers, and takes new ones for those that are closed, until it is told to stop.
fn hold(scene: &Scene, how: Holding, many: usize, stops: &Arc<AtomicBool>) -> Arc<AtomicUsize> {
    let opened = Arc::new(AtomicUsize::new(0));
    for door in scene.doors() {
        for _ in 0..many {
            let (stops, opened) = (Arc::clone(stops), Arc::clone(&opened));
            scene.runtime.spawn(async move {
                while !stops.load(Ordering::Relaxed) {
                    let Some(mut stream) = from_outside(door).await else { break };
                    opened.fetch_add(1, Ordering::Relaxed);
                    let mut alive = stream.write_all(how.begins()).await.is_ok();
                    while alive && !stops.load(Ordering::Relaxed) {
                        sleep(Duration::from_millis(500)).await;
                        alive = match how {
                            Holding::Silent => true,
                            Holding::HalfAHead | Holding::Dripping => stream.write_all(b"x").await.is_ok(),
                        };
                    }
                }
            });
        }
    }
    let began = Instant::now();
    while opened.load(Ordering::Relaxed) < 2 * many && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    opened
}

fn connections_are_held(force: Force) {
    let mut scene = Scene::opens();
    for how in [Holding::Silent, Holding::HalfAHead, Holding::Dripping] {
        let stops = Arc::new(AtomicBool::new(false));
        let opened = hold(&scene, how, force.held, &stops);
        scene.goes_on(force, &format!("{how:?}, {} connections", opened.load(Ordering::Relaxed)));
        stops.store(true, Ordering::Relaxed);
    }
}

/// Asks for a form as PDF many times, each asker hanging up after a moment.
fn paper_is_asked_for(force: Force) {
    let mut scene = Scene::opens();
    let path = format!("GET /312011/cases/{}/forms/form1.pdf HTTP/1.1\r\n{}\r\n", scene.case, scene.officer.says_who());
    let (door, text) = (scene.staff(), Arc::new(path.into_bytes()));
    let asked = Arc::new(AtomicUsize::new(0));
    for number in 0..force.prints {
        let (text, asked) = (Arc::clone(&text), Arc::clone(&asked));
        scene.runtime.spawn(async move {
            sleep(Duration::from_millis(number as u64 % 40 * 10)).await;
            let Some(mut stream) = from_outside(door).await else { return };
            let _ = stream.write_all(&text).await;
            asked.fetch_add(1, Ordering::Relaxed);
            // Half of them hang up, half wait for what comes.
            if number % 2 == 0 {
                sleep(Duration::from_millis(200)).await;
            } else {
                let _ = asks(stream, b"").await;
            }
        });
    }
    std::thread::sleep(Duration::from_millis(300));
    scene.goes_on(force, "prints");
    let mut known = scene.officer.clone();
    assert!(known.signs_in("kankou-shuji").contains("予備コード"), "signing in does not wait behind the press");
    assert!(scene.memory() < 400, "{} MB", scene.memory());
    // With work under way and connections held, the end comes all the same.
    let stops = Arc::new(AtomicBool::new(false));
    hold(&scene, Holding::Dripping, 20, &stops);
    let again = scene.runtime.block_on(async move {
        let mut stream = from_outside(door).await.expect("the door");
        stream.write_all(&text).await.expect("asked");
        stream
    });
    let ended = scene.house.program.is_asked_to_end();
    assert!(ended <= Duration::from_secs(10), "it ended after {ended:?}");
    drop(again);
    stops.store(true, Ordering::Relaxed);
}

/// Sends files of 20 MB to a case of another unit.
fn files_are_sent_to_a_foreign_case(force: Force) {
    let mut scene = Scene::opens();
    let before = scene.memory();
    let (door, most) = (scene.staff(), Arc::new(AtomicUsize::new(0)));
    let length = 20 * 1024 * 1024;
    let head = format!(
        "POST /312011/cases/{}/steps/file HTTP/1.1\r\n{}connection: close\r\ncontent-length: {length}\r\n\
         content-type: multipart/form-data; boundary=line\r\n\r\n--line\r\n\
         content-disposition: form-data; name=\"files\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7",
        scene.case,
        scene.stranger.says_who()
    );
    let head = Arc::new(head.into_bytes());
    let mut senders = Vec::new();
    for _ in 0..force.sent {
        let (head, most) = (Arc::clone(&head), Arc::clone(&most));
        senders.push(scene.runtime.spawn(async move {
            let Some(mut stream) = from_outside(door).await else { return };
            let (mut sent, piece) = (0, vec![b'x'; 256 * 1024]);
            if stream.write_all(&head).await.is_err() {
                return;
            }
            while sent < length && stream.write_all(&piece).await.is_ok() {
                sent += piece.len();
                most.fetch_max(sent, Ordering::Relaxed);
            }
            let _ = asks(stream, b"").await;
        }));
    }
    std::thread::sleep(Duration::from_millis(200));
    scene.goes_on(force, "files");
    // Only when all have been answered is it known how much of each was read.
    let answered = async {
        for sender in senders {
            sender.await.expect("it was sent");
        }
    };
    let all = scene.runtime.block_on(async { tokio::time::timeout(PATIENCE, answered).await });
    assert!(all.is_ok(), "each sender is answered");
    assert!(most.load(Ordering::Relaxed) < length / 2, "a foreign case's files are not read to their end");
    let grown = scene.memory().saturating_sub(before);
    assert!(grown < 120, "{grown} MB more than before");
}

/// Tries names and passwords from many connections at once.
fn names_are_tried(force: Force) {
    let mut scene = Scene::opens();
    let (door, tried) = (scene.staff(), Arc::new(AtomicUsize::new(0)));
    for stream in 0..40 {
        let tried = Arc::clone(&tried);
        scene.runtime.spawn(async move {
            loop {
                let number = tried.fetch_add(1, Ordering::Relaxed);
                if number >= force.names {
                    break;
                }
                // Half of them are of many names: one name alone is soon made to pause, and would crowd out nobody.
                let name = if number % 2 == 0 { "kankou-shuji".to_owned() } else { format!("name-{number}") };
                let body = format!("name={name}&password=wrong+password+{stream}");
                let text = format!(
                    "POST /312011/sign-in HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n\
                     content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                let Some(stream) = from_outside(door).await else { return };
                let _ = asks(stream, text.as_bytes()).await;
            }
        });
    }
    std::thread::sleep(Duration::from_millis(200));
    let mut known = scene.officer.clone();
    assert!(known.signs_in("kankou-shuji").contains("予備コード"), "a known browser has a place of its own");
    scene.goes_on(force, "names");
}

#[test]
fn held_connections_shut_nobody_out() {
    connections_are_held(SHORT);
}

#[test]
fn paper_that_is_asked_for_and_left_keeps_nobody_waiting() {
    paper_is_asked_for(SHORT);
}

#[test]
fn files_for_a_foreign_case_take_no_room() {
    files_are_sent_to_a_foreign_case(SHORT);
}

#[test]
fn names_that_are_tried_leave_the_known_browser_its_place() {
    names_are_tried(SHORT);
}

/// The long forms, one after the other: `scripts/soak attacks`.
#[test]
#[ignore = "minutes; scripts/soak runs it against the released program"]
fn every_attack_at_full_force() {
    let attacked = std::env::var_os("SHIRUBE_ATTACKED").expect("the program as it is released");
    assert!(Path::new(&attacked).is_file(), "{}", attacked.display());
    for attack in [connections_are_held, paper_is_asked_for, files_are_sent_to_a_foreign_case, names_are_tried] {
        let began = Instant::now();
        attack(LONG);
        println!("{:?}", began.elapsed());
    }
}
