//! The rules of official accounts: pure values and functions, without IO, clock or chance.

pub mod access;
pub mod account;
pub mod act;
pub mod attachment;
pub mod calendar;
pub mod case;
pub mod draft;
pub mod entry;
pub mod evidence;
pub mod guideline;
pub mod id;
pub mod ledger;
pub mod listing;
pub mod network;
pub mod notice;
pub mod number;
pub mod office;
pub mod policy;
pub mod practice;
pub mod refusal;
pub mod register;
pub mod ruling;
pub mod search;
mod shared;
pub mod task;
pub mod tell;
pub mod verification;
