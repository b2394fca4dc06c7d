//! A city's guideline as data: its types, how it is read, checked, compared and covered.

mod asked;
mod check;
mod clause;
mod coverage;
mod decode;
mod diff;
mod effective;
mod form;
mod leaf;
mod model;
mod named;
mod order;
mod policy_item;
mod problem;
mod procedure;
mod read;
mod role;
mod scan;
mod schema;
mod shape;
mod step;
mod syntax;
mod texts;

pub use clause::*;
pub use coverage::{CoverageReport, CoverageRow, coverage};
pub use diff::{Change, ChangeSort, diff};
pub use form::*;
pub use leaf::{Leaf, leaves};
pub use model::*;
pub use policy_item::*;
pub use problem::Problem;
pub use procedure::*;
pub use read::{Files, Loaded, read, read_adopted};
pub use role::*;
pub use schema::{clauses_schema, schema};
pub use step::*;
