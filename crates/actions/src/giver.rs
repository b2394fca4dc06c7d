//! Who keeps the sign-ins of a municipality.

use crate::session::Session;
use crate::sign_in::Source;

/// Who gives and takes access.
#[derive(Debug, Clone)]
pub enum Giver<'a> {
    /// Whoever owns the machine, at its command line.
    Owner,
    /// An operator who is signed in.
    Operator {
        /// The operator's session.
        session: &'a Session,
        /// Where the request comes from.
        source: &'a Source,
    },
}
