//! Paper in turn: one document at a time, on a thread of its own; few wait, and what nobody waits for is dropped.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use documents::form::Document;
use jiff::civil::Date;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

/// How many documents one person may have asked for at the same time.
const OF_ONE: usize = 2;
/// How many may have been asked for in all.
const IN_ALL: usize = 12;
/// How long a document waits for its turn before whoever asked is told to come again.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whoever makes paper of a document; it takes its time, so it is asked on a thread of its own.
pub trait Printer: std::fmt::Debug + Send + Sync {
    /// The document as PDF, with the day that the file states as its own; or why not, and what to do, in Japanese.
    fn print(&self, document: &Document, made: Date, order: &Order) -> Result<Vec<u8>, String>;

    /// Gives up what is being printed: nobody waits for it any more.
    fn give_up(&self) {}
}

/// An order for a document: whether anybody still waits for it.
#[derive(Debug, Default)]
pub struct Order(Mutex<Stage>);

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Wanted,
    Abandoned,
    Done,
}

impl Order {
    /// Whether somebody waits for it.
    pub fn is_wanted(&self) -> bool {
        *held(&self.0) == Stage::Wanted
    }
}

/// Who asks for paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker<'a> {
    /// Somebody who waits in front of a page.
    Person(&'a str),
    /// An archive that is being made: it takes its turn like everybody, and waits as long as it takes.
    Archive,
}

/// Why there is no paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unprinted {
    /// What this person asked for before is not done yet.
    Yours,
    /// Too many wait.
    Busy,
    /// Why, and what to do, in Japanese.
    Problem(String),
}

impl Unprinted {
    /// What a person reads.
    pub fn words(self) -> String {
        match self {
            Self::Yours => "前に頼んだPDFを作っているところです。できあがってから、もう一度開いてください。".to_owned(),
            Self::Busy => {
                "PDFを作るところが、ただいま混み合っています。少し待って、もう一度開いてください。".to_owned()
            }
            Self::Problem(words) => words,
        }
    }
}

/// The queue before the press.
#[derive(Debug)]
pub(crate) struct Queue {
    printer: Arc<dyn Printer>,
    turn: Arc<Semaphore>,
    waiting: Mutex<BTreeMap<String, usize>>,
}

impl Queue {
    pub fn new(printer: Arc<dyn Printer>) -> Self {
        Self { printer, turn: Arc::new(Semaphore::new(1)), waiting: Mutex::default() }
    }

    /// A document as PDF, when its turn has come.
    pub async fn print(&self, document: Document, made: Date, asker: Asker<'_>) -> Result<Vec<u8>, Unprinted> {
        let (_place, turn) = match asker {
            Asker::Archive => (None, Arc::clone(&self.turn).acquire_owned().await.ok()),
            Asker::Person(who) => {
                let place = self.place(who)?;
                let turn = timeout(PATIENCE, Arc::clone(&self.turn).acquire_owned()).await;
                (Some(place), turn.map_err(|_| Unprinted::Busy)?.ok())
            }
        };
        let broken = || {
            tracing::error!("PDFを作る処理を始められませんでした。");
            Unprinted::Problem(
                "PDFを作れませんでした。もう一度試し、続くときはシステムの運用者に知らせてください。".to_owned(),
            )
        };
        let order = Wait { order: Arc::default(), printer: Arc::clone(&self.printer) };
        let sheets = self.begin(document, made, Arc::clone(&order.order), turn.ok_or_else(broken)?);
        sheets.ok_or_else(broken)?.await.map_err(|_| broken())?.map_err(Unprinted::Problem)
    }

    /// Prints on a thread of its own: those that pages and sign-ins share are never waited on here.
    fn begin(
        &self,
        document: Document,
        made: Date,
        order: Arc<Order>,
        turn: OwnedSemaphorePermit,
    ) -> Option<oneshot::Receiver<Result<Vec<u8>, String>>> {
        let (told, sheets) = oneshot::channel();
        let printer = Arc::clone(&self.printer);
        let work = move || {
            if order.is_wanted() {
                let outcome = printer.print(&document, made, &order);
                // From here on, whoever leaves stops nobody else's document.
                *held(&order.0) = Stage::Done;
                let _ = told.send(outcome);
            }
            drop(turn);
        };
        std::thread::Builder::new().name("printing".to_owned()).spawn(work).ok()?;
        Some(sheets)
    }

    fn place(&self, who: &str) -> Result<Place<'_>, Unprinted> {
        let mut waiting = held(&self.waiting);
        if waiting.get(who).is_some_and(|count| *count >= OF_ONE) {
            return Err(Unprinted::Yours);
        }
        if waiting.values().sum::<usize>() >= IN_ALL {
            return Err(Unprinted::Busy);
        }
        *waiting.entry(who.to_owned()).or_default() += 1;
        Ok(Place { queue: self, who: who.to_owned() })
    }
}

/// Somebody's place in the queue, free again when they have left.
struct Place<'q> {
    queue: &'q Queue,
    who: String,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut waiting = held(&self.queue.waiting);
        if let Some(count) = waiting.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                waiting.remove(&self.who);
            }
        }
    }
}

/// Somebody who waits for a document; when they go away, it is given up.
struct Wait {
    order: Arc<Order>,
    printer: Arc<dyn Printer>,
}

impl Drop for Wait {
    fn drop(&mut self) {
        // Held while the printer gives up: the next document does not begin before this order is said to be over.
        let mut stage = held(&self.order.0);
        if *stage == Stage::Wanted {
            *stage = Stage::Abandoned;
            self.printer.give_up();
        }
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use jiff::civil::date;

    use super::*;

    /// A press that says what it begins, and ends when it is told to or given up.
    #[derive(Debug)]
    struct Slow {
        begins: mpsc::Sender<String>,
        goes_on: Mutex<mpsc::Receiver<()>>,
        stops: mpsc::Sender<()>,
    }

    impl Printer for Slow {
        fn print(&self, document: &Document, _: Date, order: &Order) -> Result<Vec<u8>, String> {
            self.begins.send(document.title.clone()).expect("somebody listens");
            held(&self.goes_on).recv().expect("a word to go on");
            if order.is_wanted() { Ok(b"%PDF-".to_vec()) } else { Err("given up".to_owned()) }
        }

        fn give_up(&self) {
            let _ = self.stops.send(());
        }
    }

    /// A queue before a slow press, what it begins, and the word that ends a document.
    fn slow() -> (Arc<Queue>, mpsc::Receiver<String>, mpsc::Sender<()>) {
        let (begins, begun) = mpsc::channel();
        let (stops, goes_on) = mpsc::channel();
        let press = Slow { begins, goes_on: Mutex::new(goes_on), stops: stops.clone() };
        (Arc::new(Queue::new(Arc::new(press))), begun, stops)
    }

    fn asks(queue: &Arc<Queue>, who: &'static str, title: &str) -> tokio::task::JoinHandle<Result<Vec<u8>, Unprinted>> {
        let (queue, document) = (Arc::clone(queue), Document::new(title, Vec::new()));
        tokio::spawn(async move { queue.print(document, date(2026, 4, 1), Asker::Person(who)).await })
    }

    async fn settle() {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }

    // Of several threads: the test waits for the press on its own.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_person_has_two_orders_and_all_together_a_few() {
        let (queue, begun, goes_on) = slow();
        let mut first: Vec<_> = (0..2).map(|_| asks(&queue, "a", "届")).collect();
        settle().await;
        assert_eq!(asks(&queue, "a", "届").await.expect("no panic"), Err(Unprinted::Yours));
        let others = ["b", "c", "d", "e", "f"];
        first.extend(others.iter().flat_map(|who| [asks(&queue, who, "届"), asks(&queue, who, "届")]));
        settle().await;
        assert_eq!(asks(&queue, "g", "届").await.expect("no panic"), Err(Unprinted::Busy));
        for _ in 0..12 {
            begun.recv_timeout(PATIENCE).expect("one at a time, all in turn");
            goes_on.send(()).expect("it waits");
        }
        for printed in first {
            assert!(printed.await.expect("no panic").is_ok());
        }
        assert!(held(&queue.waiting).is_empty(), "everybody has left");
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_never_begun_and_what_was_begun_is_given_up() {
        let (queue, begun, goes_on) = slow();
        let [printing, waiting] = [asks(&queue, "a", "一つ目"), asks(&queue, "a", "二つ目")];
        settle().await;
        assert_eq!(begun.recv_timeout(PATIENCE).as_deref(), Ok("一つ目"));
        for left in [waiting, printing] {
            left.abort();
            assert!(left.await.is_err_and(|end| end.is_cancelled()));
        }
        // The press was told to give up, and takes the next document without being told to go on.
        let next = asks(&queue, "b", "三つ目");
        settle().await;
        assert_eq!(begun.recv_timeout(PATIENCE).as_deref(), Ok("三つ目"));
        goes_on.send(()).expect("it waits");
        assert!(next.await.expect("no panic").is_ok());
    }
}
