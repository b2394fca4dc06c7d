//! Canaries: a word of its own in every private field, and who may read it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use crate::oracle::{Oracle, Verdict, Whose};
use testkit::Guide;

/// What every canary begins with; nothing else that is sent or written holds it.
const SIGN: &str = "kanaria";
const DIGITS: usize = 4;

/// Who may read a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Whoever looks at the official list.
    Everybody,
    /// Those who see a case of this owner.
    OfCase(Whose),
    /// Those who know the organisation: officers and the operator.
    OfOffice,
    /// Officers alone.
    Officers,
    /// Those who see the whole register.
    OfRegister,
    /// The operator, and whose it is.
    OfSignIn(&'static str),
    /// Whose it is, and nobody else.
    Own(&'static str),
    /// The operator.
    Machine,
}

#[derive(Debug, Clone)]
struct Canary {
    field: String,
    guide: Guide,
    readers: Readers,
}

/// All canaries of all towns, and which of them were seen by somebody who may.
#[derive(Debug, Default)]
pub struct Aviary {
    birds: Vec<Canary>,
    sung: RefCell<BTreeSet<usize>>,
    /// The files inside answers in which somebody who may saw one.
    inside: RefCell<BTreeSet<String>>,
}

impl Aviary {
    /// A new word for a field.
    pub fn hide(&mut self, guide: Guide, field: &str, readers: Readers) -> String {
        self.birds.push(Canary { field: field.to_owned(), guide, readers });
        format!("{SIGN}{:0DIGITS$}", self.birds.len() - 1)
    }

    /// The fields whose canaries stand in an answer to an actor of a town who may not read them.
    pub fn leaks(&self, oracle: &Oracle, guide: Guide, actor: &str, answer: &[u8]) -> Vec<String> {
        let mut leaks = Vec::new();
        for (file, bytes) in pieces(answer) {
            for bird in found(&bytes) {
                let canary = &self.birds[bird];
                if canary.guide == guide && may_read(oracle, canary, actor) {
                    self.sung.borrow_mut().insert(bird);
                    self.inside.borrow_mut().extend(file.clone());
                } else {
                    leaks.push(self.told(bird));
                }
            }
        }
        leaks
    }

    /// The fields whose canaries stand in what anybody may come by, though not everybody may read them.
    pub fn escaped(&self, bytes: &[u8]) -> Vec<String> {
        let private = |bird: &usize| self.birds[*bird].readers != Readers::Everybody;
        all_found(bytes).into_iter().filter(private).map(|bird| self.told(bird)).collect()
    }

    /// How many canaries that everybody may hear stand there.
    pub fn public(&self, bytes: &[u8]) -> usize {
        all_found(bytes).into_iter().filter(|bird| self.birds[*bird].readers == Readers::Everybody).count()
    }

    /// The canaries that nobody was shown: for them the search proves nothing.
    pub fn silent(&self) -> Vec<String> {
        let sung = self.sung.borrow();
        (0..self.birds.len()).filter(|bird| !sung.contains(bird)).map(|bird| self.told(bird)).collect()
    }

    /// The files inside answers in which a canary was found by somebody who may.
    pub fn inside(&self) -> BTreeSet<String> {
        self.inside.borrow().clone()
    }

    fn told(&self, bird: usize) -> String {
        let canary = &self.birds[bird];
        format!("{} ({:?}, {SIGN}{bird:04})", canary.field, canary.guide)
    }

    pub fn len(&self) -> usize {
        self.birds.len()
    }
}

fn may_read(oracle: &Oracle, canary: &Canary, actor: &str) -> bool {
    let may = |right: &str, whose| oracle.of_right(right, canary.guide, actor, whose, false) == Verdict::Open;
    match canary.readers {
        Readers::Everybody | Readers::Officers => may("every_officer", Whose::Nobodys),
        Readers::OfCase(whose) => may("see_case", whose),
        Readers::OfOffice => may("common_knowledge", Whose::Nobodys),
        Readers::OfRegister => may("whole_register", Whose::Nobodys),
        Readers::OfSignIn(whose) => actor == whose || may("machine", Whose::Nobodys),
        Readers::Own(whose) => actor == whose,
        Readers::Machine => may("machine", Whose::Nobodys),
    }
}

/// What an answer holds: its bytes as they are; and where it is an archive, as Word files and workbooks are, each file
/// in it by its name.
fn pieces(bytes: &[u8]) -> Vec<(Option<String>, Vec<u8>)> {
    let mut pieces = vec![(None, bytes.to_vec())];
    if bytes.starts_with(b"PK\x03\x04") {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).expect("a file in it");
            let (name, mut read) = (file.name().expect("its name").into_owned(), Vec::new());
            file.read_to_end(&mut read).expect("its bytes");
            pieces.push((Some(name), read));
        }
    }
    pieces
}

fn all_found(bytes: &[u8]) -> BTreeSet<usize> {
    pieces(bytes).iter().flat_map(|(_, bytes)| found(bytes)).collect()
}

/// The canaries in some bytes, whatever they are otherwise.
fn found(bytes: &[u8]) -> BTreeSet<usize> {
    let sign = SIGN.as_bytes();
    let starts = bytes.windows(sign.len()).enumerate().filter(|(_, window)| *window == sign);
    let number = |(at, _): (usize, &[u8])| {
        let digits = bytes.get(at + sign.len()..at + sign.len() + DIGITS)?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    starts.filter_map(number).collect()
}
