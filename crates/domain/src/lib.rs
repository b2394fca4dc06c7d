//! The rules of official accounts: pure values and functions, without IO, clock or chance.

pub mod calendar;
pub mod guideline;
pub mod listing;
pub mod network;
pub mod verification;
