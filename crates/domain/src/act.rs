//! The kernel: whether an act on a case is allowed now, by this person, on this day.
//!
//! Pure. It answers with what is to be recorded ([`Decided`](crate::entry::Decided)) or with a refusal that names the clause.
//! It looks only at the register (or the part of it that the act needs), the guideline of the case and the day given to it;
//! the new state follows from the entry by [`Register::apply`](crate::register::Register::apply), so that state and entry
//! cannot differ. What each kind of step asks for and causes stands in [`crate::step_kind`].

// A new kind is thought of at every place where it means something.
#![warn(clippy::wildcard_enum_match_arm)]

mod agree;
mod desk;
mod doing;
mod effect;
mod files;
mod hand;
mod note;
mod open;
mod practice;
mod record;
mod role;
mod ruling;
mod send_back;
mod step;
mod withdraw;

pub use desk::{By, Desk, holder_of};
pub use doing::DoStep;
pub(crate) use doing::{Consequence, Doing};
pub use hand::{Hand, Hands};
pub use note::{NoteAccount, NoteImpersonator};
pub use open::{OpenCase, begins, not_carried_out};
pub use practice::SetPractice;
pub use record::{of as record_of, print_facts};
pub use ruling::MakeRuling;
pub use send_back::ReturnCase;
