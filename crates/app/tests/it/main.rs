//! Integration tests.

mod cli;
mod house;
mod notices;
mod operating;
mod papers;
mod press;
mod program;
