//! The public bundle: the official list as pages, data files and verification index, made without a clock.
//!
//! [`render`] turns a [`Bundle`] into the bytes of every file, one after another; [`write`] swaps them into a served directory,
//! [`export`] lays the same bytes down as plain files, and [`read`] loads a written bundle and refuses changed ones.
//! [`search_page`] and [`verify_page`] answer from a loaded bundle, so that a server needs no register behind it.

mod ask;
mod bundle;
mod data;
mod dates;
mod demand;
mod disk;
mod fault;
mod feed;
mod furigana;
mod kana;
mod language;
mod loaded;
mod pages;
pub mod qr;
mod render;
mod uri;
mod view;

pub use ask::{search_page, search_page_without, verify_page};
pub use bundle::{Bundle, NetworkWord, Serving, Site, Words};
pub use demand::{Demand, ListSeed, Signed};
pub use disk::{Release, export, forget_until, write};
pub use fault::Fault;
pub use language::Language;
pub use loaded::{Described, LoadedBundle, Standing, describe, read, read_demanding, read_holding, signature};
pub use pages::preview;
pub use render::{CONTENT_SECURITY_POLICY, FileHash, Manifest, STYLE, Take, media_type, render};
