//! Integration tests.

mod cli;
mod notices;
mod papers;
