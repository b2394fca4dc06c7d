//! 受理: the filing is received, and numbered where the guideline numbers; may send back.

use super::{Asks, Meaning, OnPolicy, Returning};
use crate::act::{Consequence, Doing};
use crate::entry::Effect;
use crate::evidence::EvidenceKind;
use crate::number;

pub(super) static MEANING: Meaning = Meaning {
    returning: Returning::Can,
    on_policy: OnPolicy::Rests,
    asks: Asks::Receipt,
    effects: |doing| Ok(Consequence::from(numbered(doing).into_iter().collect::<Vec<_>>())),
    ..Meaning::proved_by(EvidenceKind::Receipt)
};

/// The next number, where the guideline numbers and the account has none yet.
fn numbered(doing: &Doing<'_>) -> Option<Effect> {
    let numbering = doing.desk.guideline.numbering.as_ref()?;
    if doing.account()?.number.is_some() {
        return None;
    }
    let register = doing.desk.register;
    let mut serial = register.last_serial + 1;
    loop {
        let made = number::number(&numbering.pattern, serial, doing.by.on);
        // Every number given before used a smaller serial; a changed pattern may still meet one of them.
        if !register.numbers.contains_key(&made) {
            return Some(Effect::Numbered { number: made, serial });
        }
        serial += 1;
    }
}
