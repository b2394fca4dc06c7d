//! Integration tests.

mod cli;
mod notices;
mod papers;
mod program;
