//! The pages of the staff: from a request over the rights of the day to a page, and back to an act.
//!
//! [`ROUTES`] lists every route with what it does; [`router`] is built from the same list, so that no route can be
//! served which the list does not have. Whoever asks is admitted in one place (`admit`); pages get what they show
//! through [`Visit`], which hides what the caller may not see.

mod admit;
mod answer;
pub mod assets;
mod case;
pub mod field;
mod fields;
#[cfg(test)]
mod gallery;
mod house;
mod page;
pub mod parts;
mod routes;
mod task;
mod visit;

pub use fields::Fields;
pub use house::{House, Staffed};
pub use routes::{ROUTES, Route, Verb, router};
pub use visit::Visit;
