//! The form model as PDF, for paper and for the archive (PDF/A-2a and PDF/UA-1).
//!
//! The typesetter is a library inside the program; nothing is fetched and no program is called. It is most of what a
//! build compiles, so it stands alone here.

mod font;
mod legible;
mod machine;
mod paper;
mod press;

pub use font::{FontProblem, FontSource};
pub use legible::Illegible;
pub use press::{Press, PrintProblem};
