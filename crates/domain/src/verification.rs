//! Whether an account is the municipality's: one answer to each question, and "official" only with a listed record behind it.

mod answer;
mod desk;
mod index;

pub use answer::{Answer, Facts, Proof, Understood, Verdict};
pub use desk::verify;
pub use index::{Index, Record, Standing};

#[cfg(test)]
mod tests;
