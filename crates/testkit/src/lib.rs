//! A sample town for tests: named positions, a clock that stands still, and both engines.
#![expect(clippy::missing_panics_doc, reason = "a test that cannot set its town up has to fail")]

mod engine;
mod former;
mod machine;
mod office;
mod story;
mod told;
mod town;

pub use engine::{Bench, Engine};
pub use machine::RunningMachine;
pub use office::{Guide, office};
pub use town::{MORNING, Town, draft, keep, on, who};
