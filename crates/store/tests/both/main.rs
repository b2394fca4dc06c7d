//! Every public call of the store, told as stories that hold on both engines.

mod backup;
mod bench;
mod ledger;
mod rebuild;
mod scrub;
mod structure;
mod views;
mod workshop;
