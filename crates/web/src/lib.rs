//! The public server: published bundles on a shelf, answered over HTTP without a register behind it.
//!
//! [`Shelf`] holds the bundles and takes in new releases, [`router`] answers from it, [`serve`] speaks HTTP.
//! Nothing here writes, signs in or reads a clock: the instant comes from the caller's [`Clock`].

mod ask;
mod fault;
mod file;
mod health;
mod page;
mod router;
mod serve;
mod shelf;
mod shown;
mod target;

pub use fault::Fault;
pub use health::{Condition, Found, Health, Uptime, health_route};
pub use router::{Clock, router};
pub use serve::{Limits, serve, serve_within};
pub use shelf::{Shelf, watch};
