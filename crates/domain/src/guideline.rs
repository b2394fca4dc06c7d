//! A city's guideline as data: its types, how it is read, checked, compared and covered.

mod asked;
mod check;
mod coverage;
mod decode;
mod diff;
mod leaf;
mod model;
mod named;
mod order;
mod problem;
mod read;
mod scan;
mod schema;
mod shape;
mod step;
mod syntax;
mod texts;

pub use coverage::{CoverageReport, CoverageRow, coverage};
pub use diff::{Change, ChangeSort, diff};
pub use leaf::{Leaf, leaves};
pub use model::*;
pub use problem::Problem;
pub use read::{Files, Loaded, read};
pub use schema::{clauses_schema, schema};
pub use step::*;
