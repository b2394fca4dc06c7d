//! Integration tests.

mod attacks;
mod backup;
mod cli;
mod erasure;
mod full_disk;
mod house;
mod keys;
mod nodes;
mod notices;
mod operating;
mod papers;
mod place;
mod plain;
mod press;
mod program;
mod rights;
mod stumbles;
mod upgrade;
