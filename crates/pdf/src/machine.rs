//! The typesetter: what it is shown of the world, and what it is asked for.

use std::fmt;
use std::sync::LazyLock;

use documents::form::Document;
use jiff::civil::Date;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Features, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::paper::Paper;
use crate::press::PrintProblem;

/// The typeface, the sheet and the typesetter's own library: what all documents share.
pub(crate) struct Machine {
    font: Font,
    book: LazyHash<FontBook>,
    library: LazyHash<Library>,
    sheet: Source,
}

/// The only two files that exist. Their names never change, because the typesetter keeps every name it once saw.
static SHEET: LazyLock<FileId> = LazyLock::new(|| file("/form.typ"));
static DATA: LazyLock<FileId> = LazyLock::new(|| file("/form.json"));

fn file(path: &str) -> FileId {
    FileId::new(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("a plain path")))
}

impl Machine {
    /// Sets the typesetter up with a typeface.
    pub(crate) fn new(font: Font) -> Self {
        // What a table's cells mean to those who hear it read is still called a feature there.
        let features = Features::from_iter([Feature::A11yExtras]);
        Self {
            book: LazyHash::new(FontBook::from_fonts([&font])),
            font,
            library: LazyHash::new(Library::builder().with_features(features).build()),
            sheet: Source::new(*SHEET, include_str!("form.typ").to_owned()),
        }
    }

    /// The typeface.
    pub(crate) fn font(&self) -> &Font {
        &self.font
    }

    /// Sets a document and writes it.
    pub(crate) fn print(&self, document: &Document, made: Date) -> Result<Vec<u8>, PrintProblem> {
        let paper = Paper::new(document, &self.font.info().family, made);
        let data = serde_json::to_vec(&paper).map_err(|problem| PrintProblem::Unset(problem.to_string()))?;
        let desk = Desk { machine: self, data: Bytes::new(data) };
        let set = typst::compile::<PagedDocument>(&desk).output.map_err(|problems| unset(&problems))?;
        let options = PdfOptions {
            ident: Smart::Custom("shirube".to_owned()),
            creator: Smart::Custom(Some("Shirube".to_owned())),
            standards: standards()?,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&set, &options).map_err(|problems| unset(&problems))
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("font", &self.font.info().family).finish_non_exhaustive()
    }
}

/// For the archive and for those who hear it read. Both refuse a character that the typeface does not hold.
fn standards() -> Result<PdfStandards, PrintProblem> {
    PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|problem| PrintProblem::Unset(problem.message().to_string()))
}

fn unset(problems: &[SourceDiagnostic]) -> PrintProblem {
    PrintProblem::Unset(problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; "))
}

/// What the typesetter sees while it sets one document: no clock, no disk, no network.
struct Desk<'a> {
    machine: &'a Machine,
    data: Bytes,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.machine.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.machine.book
    }

    fn main(&self) -> FileId {
        *SHEET
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == *SHEET { Ok(self.machine.sheet.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DATA { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        (index == 0).then(|| self.machine.font.clone())
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
