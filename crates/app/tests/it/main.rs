//! Integration tests.

mod cli;
mod full_disk;
mod house;
mod notices;
mod papers;
mod press;
mod program;
