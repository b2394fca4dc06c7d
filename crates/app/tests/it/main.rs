//! Integration tests.

mod cli;
mod house;
mod keys;
mod nodes;
mod notices;
mod papers;
mod press;
mod program;
