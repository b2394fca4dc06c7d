//! Integration tests.

mod cli;
mod house;
mod notices;
mod papers;
mod press;
mod program;
