//! The program at work beside a test, until the test lets it go.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// So long a test waits for what has to come.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A running `shirube`, with the lines that it says.
pub struct Program {
    process: Child,
    words: Receiver<String>,
}

impl Program {
    /// Starts it with these arguments and nothing of the test's surroundings.
    pub fn starts(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        Self::starts_in([], args)
    }

    /// Starts it with these surroundings and arguments.
    pub fn starts_in<const N: usize>(
        surroundings: [(&str, &OsStr); N],
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Self {
        Self::logs_to(Stdio::null(), surroundings, args)
    }

    /// The same, with its log in a file.
    pub fn logs_to<const N: usize>(
        log: Stdio,
        surroundings: [(&str, &OsStr); N],
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Self {
        // The long runs attack the program as it is released.
        let program = std::env::var_os("SHIRUBE_ATTACKED").unwrap_or_else(|| env!("CARGO_BIN_EXE_shirube").into());
        let mut command = Command::new(program);
        command.env_clear().envs(surroundings).args(args).stdout(Stdio::piped()).stderr(log);
        let mut process = command.spawn().expect("the program starts");
        let lines = BufReader::new(process.stdout.take().expect("its words"));
        let (says, words) = channel();
        // Read to the end: a program whose words nobody takes would stop.
        std::thread::spawn(move || lines.lines().map_while(Result::ok).for_each(|line| drop(says.send(line))));
        Self { process, words }
    }

    /// The processes that it started and that still run.
    pub fn children(&self) -> Vec<u32> {
        // The lists of its threads are not asked: while one ends, what it started stands in none of them.
        let own = self.process.id().to_string();
        let started = |process: &u32| {
            let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            stat.rsplit(") ").next().and_then(|behind| behind.split(' ').nth(1)) == Some(own.as_str())
        };
        let all = std::fs::read_dir("/proc").expect("the processes");
        all.filter_map(|one| one.ok()?.file_name().to_str()?.parse().ok()).filter(started).collect()
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to end, and waits; how long that took.
    pub fn is_asked_to_end(&mut self) -> Duration {
        let began = Instant::now();
        let asked = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().expect("kill");
        assert!(asked.success());
        while self.process.try_wait().expect("its state").is_none() {
            assert!(began.elapsed() < PATIENCE, "it obeys");
            std::thread::sleep(Duration::from_millis(20));
        }
        began.elapsed()
    }

    /// Listens until a line completes what is to be told.
    pub fn says<T>(&self, mut told: impl FnMut(&str) -> Option<T>) -> T {
        loop {
            let line = self.words.recv_timeout(PATIENCE).expect("the program says it");
            if let Some(told) = told(&line) {
                return told;
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It ends with the test; that it is gone already is no harm.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The port at the end of an address.
pub fn port_of(address: &str) -> Option<u16> {
    address.trim_end_matches('/').rsplit(':').next()?.parse().ok()
}

/// The whole answer of a server on this machine to a request for a path.
pub fn gets(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let line = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(line.as_bytes()).expect("the question is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}
