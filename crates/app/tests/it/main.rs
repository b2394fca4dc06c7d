//! Integration tests.

mod cli;
mod house;
mod nodes;
mod notices;
mod papers;
mod press;
mod program;
