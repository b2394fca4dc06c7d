//! The server's side: starts the press with the first document, and lets it go when nobody prints.

use std::ffi::OsString;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use documents::form::Document;
use jiff::civil::Date;
use pdf::{FontProblem, Press, PrintProblem};
use staff::{Order, Printer};

use super::wire::{self, Answer};

/// Where the press stands while it is needed. One document is printed at a time.
#[derive(Debug)]
pub struct PressRoom {
    /// What is started, and with which words behind it.
    program: PathBuf,
    words: Vec<OsString>,
    /// Held from the order to the answer.
    line: Mutex<Option<Line>>,
    /// Held for a moment only, so that a press that does not answer can be stopped.
    standing: Mutex<Option<Standing>>,
}

/// The way to the press and back.
#[derive(Debug)]
struct Line {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

/// A press that runs.
#[derive(Debug)]
struct Standing {
    process: Child,
    task: Task,
    since: Instant,
}

#[derive(Debug, Clone, Copy)]
enum Task {
    Prints,
    Waits,
}

impl Task {
    /// How long it may take before the press is let go.
    fn at_most(self) -> Duration {
        match self {
            // The longest list of an installation takes seconds.
            Self::Prints => Duration::from_mins(2),
            Self::Waits => Duration::from_mins(1),
        }
    }
}

impl PressRoom {
    /// Finds the typeface, so that its lack is told at the start; the press itself comes with the first document.
    pub fn open(font: Option<PathBuf>) -> Result<Self, FontProblem> {
        Press::open(super::typeface(font.clone()))?;
        let font = font.map(|font| ["--font".into(), font.into_os_string()]);
        let words = std::iter::once("press".into()).chain(font.into_iter().flatten()).collect();
        Ok(Self::running(this_program(), words))
    }

    fn running(program: PathBuf, words: Vec<OsString>) -> Self {
        Self { program, words, line: Mutex::default(), standing: Mutex::default() }
    }

    /// Lets the press go if it has waited long, or does not come to an end: to be called now and then.
    pub fn look_after(&self, now: Instant) {
        let mut standing = self.standing();
        if standing.as_ref().is_some_and(|press| now.saturating_duration_since(press.since) >= press.task.at_most()) {
            end(standing.take());
        }
    }

    fn try_print(&self, line: &mut Option<Line>, document: &Document, made: Date) -> io::Result<Answer> {
        let Line { to, from } = self.reach(line)?;
        wire::order(to, document, made)?;
        let answer = wire::answered(from)?;
        self.begins(Task::Waits);
        Ok(answer)
    }

    /// The line to a press that runs; it counts as printing from here on.
    fn reach<'a>(&self, line: &'a mut Option<Line>) -> io::Result<&'a mut Line> {
        if !self.begins(Task::Prints) {
            *line = None;
        }
        match line {
            Some(line) => Ok(line),
            None => Ok(line.insert(self.start()?)),
        }
    }

    /// Whether there is a press that begins this.
    fn begins(&self, task: Task) -> bool {
        let mut standing = self.standing();
        if let Some(press) = standing.as_mut()
            && matches!(press.process.try_wait(), Ok(None))
        {
            (press.task, press.since) = (task, Instant::now());
            return true;
        }
        false
    }

    /// Starts the press, with nothing of the server's surroundings.
    fn start(&self) -> io::Result<Line> {
        let mut command = Command::new(&self.program);
        command.args(&self.words).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
        // Ctrl-C at the server's terminal is the server's: it finishes what is being answered.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut process = command.spawn()?;
        let (to, from) = (process.stdin.take(), process.stdout.take());
        end(self.standing().replace(Standing { process, task: Task::Prints, since: Instant::now() }));
        let (to, from) = to.zip(from).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Line { to, from: BufReader::new(from) })
    }

    fn clear(&self, line: &mut Option<Line>) {
        *line = None;
        end(self.standing().take());
    }

    fn standing(&self) -> MutexGuard<'_, Option<Standing>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Printer for PressRoom {
    fn print(&self, document: &Document, made: Date, order: &Order) -> Result<Vec<u8>, String> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let stood_there = line.is_some();
        let mut printed = self.try_print(&mut line, document, made);
        if printed.is_err() && stood_there && order.is_wanted() {
            // It may have fallen since it last printed, which is not this document's fault.
            self.clear(&mut line);
            printed = self.try_print(&mut line, document, made);
        }
        match printed {
            Ok(Answer::Sheets(sheets)) => Ok(sheets),
            Ok(Answer::Problem(words)) => Err(words),
            Err(_) if !order.is_wanted() => {
                self.clear(&mut line);
                Err(PrintProblem::Unset("頼んだ人が画面を閉じました".to_owned()).to_string())
            }
            Err(problem) => {
                self.clear(&mut line);
                tracing::error!(%problem, "PDFの組版が途中で止まりました。次の印刷で始め直します。");
                Err(PrintProblem::Unset("組版が途中で止まりました".to_owned()).to_string())
            }
        }
    }

    fn give_up(&self) {
        end(self.standing().take());
    }
}

impl Drop for PressRoom {
    fn drop(&mut self) {
        end(self.standing().take());
    }
}

fn end(press: Option<Standing>) {
    if let Some(mut press) = press {
        // That it is gone already is what is wanted; nothing it holds is worth keeping.
        let _ = press.process.kill();
        let _ = press.process.wait();
    }
}

/// This program's file, also after it was replaced by a newer one.
fn this_program() -> PathBuf {
    if cfg!(target_os = "linux") {
        return PathBuf::from("/proc/self/exe");
    }
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("shirube"))
}

#[cfg(test)]
mod tests {
    use documents::form::Block;
    use jiff::civil::date;

    use super::*;

    fn running(program: &str, words: &[&str]) -> PressRoom {
        PressRoom::running(program.into(), words.iter().map(OsString::from).collect())
    }

    fn print(room: &PressRoom) -> Result<Vec<u8>, String> {
        room.print(&Document::new("届", vec![Block::Paragraph("本文".into())]), date(2026, 4, 1), &Order::default())
    }

    #[test]
    fn a_press_that_ends_or_talks_of_something_else_is_told_and_left() {
        for program in ["/bin/false", "/bin/echo", "/nowhere/shirube"] {
            let room = running(program, &["press"]);
            insta::allow_duplicates! {
                insta::assert_snapshot!(print(&room).expect_err("no sheets"), @"PDFを作れませんでした（組版が途中で止まりました）。もう一度試し、続くときは管理者に知らせてください。画面での表示とほかの形式は使えます。");
            }
            assert!(room.standing().is_none(), "{program} is let go");
        }
    }

    #[test]
    fn a_press_that_does_not_answer_is_stopped_and_whoever_waits_is_told() {
        let room = running("/bin/sleep", &["1000"]);
        std::thread::scope(|scope| {
            let printing = scope.spawn(|| print(&room));
            while room.standing().is_none() {
                std::thread::yield_now();
            }
            let began = Instant::now();
            room.look_after(began + Duration::from_secs(90));
            assert!(room.standing().is_some(), "a long print is not cut off");
            room.look_after(began + Duration::from_secs(121));
            assert!(printing.join().expect("no panic").is_err());
        });
        assert!(room.standing().is_none());
    }
}
