//! Canaries: a word of its own in every private field, and who may read it.

use std::cell::RefCell;
use std::collections::BTreeSet;

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
        for bird in found(answer) {
            let canary = &self.birds[bird];
            if canary.guide == guide && may_read(oracle, canary, actor) {
                self.sung.borrow_mut().insert(bird);
            } else {
                leaks.push(format!("{} ({SIGN}{bird:04})", canary.field));
            }
        }
        leaks
    }

    /// The fields whose canaries stand in what anybody may come by, though not everybody may read them.
    pub fn escaped(&self, bytes: &[u8]) -> Vec<String> {
        let private = |bird: &usize| self.birds[*bird].readers != Readers::Everybody;
        found(bytes).into_iter().filter(private).map(|bird| self.birds[bird].field.clone()).collect()
    }

    /// How many canaries that everybody may hear stand there.
    pub fn public(&self, bytes: &[u8]) -> usize {
        found(bytes).into_iter().filter(|bird| self.birds[*bird].readers == Readers::Everybody).count()
    }

    /// The fields of which nobody was shown one: for them the search proves nothing.
    pub fn silent(&self) -> BTreeSet<&str> {
        let sung = self.sung.borrow();
        let shown: BTreeSet<&str> = sung.iter().map(|bird| self.birds[*bird].field.as_str()).collect();
        self.birds.iter().map(|canary| canary.field.as_str()).filter(|field| !shown.contains(field)).collect()
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
    }
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
