//! Whether an account is the municipality's: one answer to each question, and "official" only with a listed record behind it.

mod answer;
mod desk;
mod index;
mod near;
mod tail;

pub use answer::{Answer, Facts, Near, Proof, Understood, Verdict, Way};
pub use desk::verify;
pub use index::{Index, Past, Record, Standing};
pub use tail::{Present, Tail, Turned};

#[cfg(test)]
mod tests;
