//! The public server: published bundles on a shelf, answered over HTTP without a register behind it.
//!
//! [`Shelf`] holds the bundles, takes in new releases and what is told of the ledger behind them, [`router`] answers from it,
//! [`serve`] speaks HTTP.
//! Nothing here writes, signs in or reads a clock: the instant comes from the caller's [`Clock`].

mod ask;
mod fault;
mod file;
mod health;
mod heights;
mod page;
mod rewriting;
mod router;
mod serve;
mod shelf;
mod shown;
mod target;

pub use fault::Fault;
pub use health::{Condition, Found, Health, Uptime, health_route};
pub use heights::Heights;
pub use router::{Clock, router};
pub use serve::{Door, Limits, SentAway, serve};
pub use shelf::{Shelf, Source, Stated, watch};
