//! The paper that an invited person gets: one sheet a person.

use actions::{Link, OPERATOR, Subject};

use super::{at, named, number};
use crate::visit::Visit;

/// A sheet with a link.
pub(super) struct Sheet {
    /// Whose it is.
    pub who: String,
    /// Their number, where they have one.
    pub number: String,
    /// The link.
    pub link: String,
    /// Where the code is typed.
    pub place: String,
    /// The code, in groups of four.
    pub code: String,
    /// The link as a QR code, in SVG.
    pub drawn: Option<String>,
    /// Until when it may be used.
    pub until: String,
}

/// The sheet of a link; the address is the configured one, whatever the request said.
pub(super) fn of(visit: &Visit, subject: &Subject, link: &Link) -> Sheet {
    let address = visit.house().absolute(&visit.path(&format!("join/{}", link.token.reveal())));
    let who = match subject {
        Subject::Operator => OPERATOR.to_owned(),
        Subject::Officer(person) => named(visit, person),
    };
    let (place, code) = (visit.house().absolute(&visit.path("join")), link.code.reveal().to_owned());
    Sheet {
        who,
        place,
        code,
        number: number(subject),
        drawn: public::qr::svg(&address),
        link: address,
        until: at(link.expires_at),
    }
}
