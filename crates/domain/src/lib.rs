//! The rules of official accounts: pure values and functions, without IO, clock or chance.

pub mod guideline;
pub mod listing;
