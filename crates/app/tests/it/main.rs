//! Integration tests.

mod cli;
mod notices;
