//! The press: sets a document in type and writes it as PDF.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use documents::form::Document;
use jiff::civil::Date;
use thiserror::Error;
use typst::comemo;

use crate::font::{self, FontProblem, FontSource};
use crate::legible::{Illegible, illegible};
use crate::machine::Machine;

/// Prints documents as PDF. It takes some 50 MB with the first document and keeps them.
#[derive(Debug)]
pub struct Press {
    font: PathBuf,
    machine: Mutex<Option<Arc<Machine>>>,
}

/// Why a document was not printed.
#[derive(Debug, Error)]
pub enum PrintProblem {
    /// Characters that the typeface does not hold, all of them.
    #[error(
        "PDFの書体にない文字があるため、印刷できません：{}。その文字を書体にある字に直すか、書体ファイルを --font で替えてから、もう一度作ってください。画面での表示とほかの形式は、このままで使えます。",
        named(_0)
    )]
    Illegible(Vec<Illegible>),
    /// There is no typeface to print with.
    #[error(transparent)]
    Font(#[from] FontProblem),
    /// The document could not be set for another reason.
    #[error(
        "PDFを作れませんでした（{0}）。もう一度試し、続くときは管理者に知らせてください。画面での表示とほかの形式は使えます。"
    )]
    Unset(String),
}

fn named(all: &[Illegible]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
}

impl Press {
    /// Finds the typeface; the press itself is set up by the first document.
    pub fn open(font: FontSource) -> Result<Self, FontProblem> {
        let font = font::find(font)?;
        Ok(Self { font, machine: Mutex::default() })
    }

    /// Prints a document, with the day that the file states as its own; equal documents give equal bytes.
    pub fn print(&self, document: &Document, made: Date) -> Result<Vec<u8>, PrintProblem> {
        let machine = self.machine()?;
        let illegible = illegible(document, machine.font());
        if !illegible.is_empty() {
            return Err(PrintProblem::Illegible(illegible));
        }
        // A fault of the typesetter is the refusal of this one document.
        let printed = catch_unwind(AssertUnwindSafe(|| machine.print(document, made)));
        comemo::evict(KEPT_FOR);
        printed.unwrap_or_else(|_| Err(PrintProblem::Unset("組版が途中で止まりました".to_owned())))
    }

    fn machine(&self) -> Result<Arc<Machine>, FontProblem> {
        let mut machine = self.machine.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(machine) = &*machine {
            return Ok(Arc::clone(machine));
        }
        let new = Arc::new(Machine::new(font::read(&self.font)?));
        *machine = Some(Arc::clone(&new));
        Ok(new)
    }
}

/// For how many prints a part result that nobody asked for again is kept.
const KEPT_FOR: usize = 3;
