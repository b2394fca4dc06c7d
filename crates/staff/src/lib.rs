//! The pages of the staff: from a request over the rights of the day to a page, and back to an act.
//!
//! [`ROUTES`] lists every route with what it does; [`router`] is built from the same list, so that no route can be
//! served which the list does not have. Whoever asks is admitted in one place (`admit`); pages get what they show
//! through [`Visit`], which hides what the caller may not see.

mod access;
mod account;
mod accounts;
mod admit;
mod answer;
mod assets;
mod basis;
mod came;
mod case;
mod cases;
mod day;
mod device;
mod done;
mod door;
mod faults;
mod field;
mod forms;
#[cfg(test)]
mod gallery;
mod guideline;
mod house;
mod identity;
mod impersonators;
mod invitation;
mod kept_form;
mod ledger;
mod list;
mod notice;
mod office;
mod office_import;
mod outbox;
mod own_sign_in;
mod page;
mod paper;
mod parts;
mod passkey;
mod path;
mod policy;
mod practices;
mod printing;
mod prove;
mod query;
mod refused;
mod routes;
mod rulings;
mod search;
mod sent;
mod sign_in;
mod tasks;
mod turns;
mod typed;
mod visit;
mod words;

pub use house::{House, Staffed};
pub use printing::{Order, Printer};
pub use routes::{ROUTES, Route, Verb, router};
/// As large is a form with files; a proxy in front lets it through.
pub use sent::MOST_WITH_FILES as LARGEST_BODY;
