//! A city's guideline as data: its types, how it is read, checked, compared and covered.

mod model;
mod step;

pub use model::*;
pub use step::*;
