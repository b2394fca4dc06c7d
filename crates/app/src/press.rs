//! The press as a process of its own, so that the memory of a print goes back with the process.
//!
//! The server hands documents over the press's standard input and takes sheets, or words why there are none, from its
//! standard output. The press knows no database and no settings, and ends when the server does: docs/decisions/0007-pdf.md.

mod room;
mod wire;

use std::io::{self, BufReader};
use std::path::PathBuf;

use pdf::{FontSource, Press};

pub use room::PressRoom;

use wire::Answer;

/// Where the typeface is, from what the command line says.
pub fn typeface(file: Option<PathBuf>) -> FontSource {
    file.map_or(FontSource::Usual, FontSource::File)
}

/// Prints what standard input hands over, until it ends.
pub fn work(font: Option<PathBuf>) -> anyhow::Result<()> {
    // Pages and sign-ins come first on a busy machine; a press that may not be humble prints all the same.
    let _ = rustix::process::nice(10);
    let press = Press::open(typeface(font))?;
    let mut orders = BufReader::new(io::stdin().lock());
    let mut answers = io::stdout().lock();
    while let Some(order) = wire::next_order(&mut orders)? {
        let answer = match press.print(&order.document, order.made) {
            Ok(sheets) => Answer::Sheets(sheets),
            Err(problem) => Answer::Problem(problem.to_string()),
        };
        wire::answer(&mut answers, &answer)?;
    }
    Ok(())
}
