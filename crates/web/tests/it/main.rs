//! The public server over sample towns, from their published folders to the answers.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops at the first surprise")]

mod behind;
mod files;
mod headers;
mod paths;
mod signed;
mod swaps;
mod town;
mod verify;
mod wire;
