//! Integration tests.

mod attacks;
mod cli;
mod house;
mod notices;
mod papers;
mod press;
mod program;
