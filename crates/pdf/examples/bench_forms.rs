//! Measures the press: time for a form, a thousand forms in one ZIP, and the memory before and during.
//!
//! `bench_forms FOLDER [PEER_FORMS]` writes the ZIP and, for a peer, some of the same forms as HTML into the folder.

#[path = "../tests/it/forms.rs"]
mod forms;

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pdf::{FontSource, Press};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use forms::{MADE, closing, list, opening};

/// How many forms go into the ZIP; a debug build, which is for trying this out alone, makes fewer.
const FORMS: usize = if cfg!(debug_assertions) { 20 } else { 1000 };
const WARM: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("say a folder to write into")?;
    let folder = Path::new(&folder);
    let peers: usize = arguments.next().map_or(Ok(0), |count| count.parse())?;
    for number in 1..=peers {
        fs::write(folder.join(format!("form{number:04}.html")), documents::html::standalone(&opening(number))?)?;
    }

    println!("memory before: {}", resident()?);
    let press = Press::open(FontSource::Usual)?;
    let first = timed(|| press.print(&opening(0), MADE));
    println!("first form: {} ms", first.0.as_millis());
    let size = first.1?.len();
    let mut warm: Vec<Duration> = Vec::new();
    for number in 1..=WARM {
        let (time, printed) = timed(|| press.print(&opening(number), MADE));
        printed?;
        warm.push(time);
    }
    warm.sort_unstable();
    let at = |part: usize| warm.get(WARM * part / 100).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    println!("warm form ({size} bytes): median {:.1} ms, 95% {:.1} ms", at(50), at(95));
    println!("memory warm: {}", resident()?);

    let (time, printed) = timed(|| thousand(&press, folder));
    printed?;
    println!("{FORMS} forms in one ZIP: {:.1} s", time.as_secs_f64());
    println!("memory after them: {}", resident()?);
    for (name, document) in [("opening", opening(1)), ("closing", closing()), ("list", list())] {
        fs::write(folder.join(format!("{name}.pdf")), press.print(&document, MADE)?)?;
    }
    Ok(())
}

/// Prints the forms on two threads into one ZIP.
fn thousand(press: &Press, folder: &Path) -> Result<(), Box<dyn Error>> {
    let zip = Mutex::new(ZipWriter::new(File::create(folder.join("forms.zip"))?));
    let next = AtomicUsize::new(0);
    let print = || -> Result<(), String> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= FORMS {
                return Ok(());
            }
            let pdf = press.print(&opening(number), MADE).map_err(|problem| problem.to_string())?;
            let mut zip = zip.lock().unwrap_or_else(PoisonError::into_inner);
            zip.start_file(format!("form{number:04}.pdf"), SimpleFileOptions::default())
                .map_err(|problem| problem.to_string())?;
            zip.write_all(&pdf).map_err(|problem| problem.to_string())?;
        }
    };
    thread::scope(|scope| {
        let other = scope.spawn(print);
        print().and(other.join().unwrap_or_else(|_| Err("a thread stopped".to_owned())))
    })?;
    zip.into_inner().unwrap_or_else(PoisonError::into_inner).finish()?;
    Ok(())
}

fn timed<T>(act: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let done = act();
    (began.elapsed(), done)
}

/// The resident memory of this process in MB: all of it, and the part that is not pages of the program's own file.
fn resident() -> Result<String, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let read = |name: &str| -> Result<u64, Box<dyn Error>> {
        let line = status.lines().find(|line| line.starts_with(name)).ok_or("no such line")?;
        Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse::<u64>()? / 1024)
    };
    Ok(format!("{} MB ({} MB without the program's own pages)", read("VmRSS:")?, read("RssAnon:")?))
}
