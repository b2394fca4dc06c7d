//! Classes of attack, one story each: what a hostile page, a hostile address, a hostile header, a hostile form and a
//! hostile word can do. Nothing.
//!
//! Which story holds which advisory stands in `docs/decisions/0012-http-classes.md`.

mod answers;
mod forged;
mod hostile;
mod html;
mod paths;
mod town;
mod words;
