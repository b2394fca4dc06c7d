//! What the program's end tells another program.

use std::process::ExitCode;

use actions::ActError;
use store::StoreError;

use crate::input::Mistake;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// A rule of the guideline, or of the program's own working, refuses it.
    Refused,
    /// What was typed, or a file that was given, cannot be used.
    Usage,
    /// `verify`: the answer is anything but "official".
    NotOfficial,
    /// A check found something: in a guideline, or in the ledger.
    Found,
    /// The storage or the machine failed.
    Machine,
}

impl Exit {
    /// The number that the shell sees.
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::NotOfficial => 3,
            Self::Found => 4,
            Self::Machine => 5,
        }
    }

    /// The same for the end of `main`.
    pub fn code(self) -> ExitCode {
        ExitCode::from(self.number())
    }

    /// How an error ends the command.
    pub fn of(error: &anyhow::Error) -> Self {
        if error.is::<Mistake>() {
            return Self::Usage;
        }
        match error.downcast_ref::<ActError>() {
            Some(ActError::Refused(_)) => Self::Refused,
            Some(ActError::Input(_) | ActError::NoGuideline | ActError::Guideline(_)) => Self::Usage,
            Some(ActError::Store(error)) => Self::of_store(error),
            Some(_) => Self::Machine,
            None => error.downcast_ref::<StoreError>().map_or(Self::Machine, Self::of_store),
        }
    }

    fn of_store(error: &StoreError) -> Self {
        match error {
            StoreError::NotEmpty { .. }
            | StoreError::UnknownMunicipality { .. }
            | StoreError::MunicipalityCode { .. }
            | StoreError::Duplicate { .. }
            | StoreError::NulInText
            | StoreError::TooLarge { .. } => Self::Usage,
            _ => Self::Machine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_a_mistake_and_a_broken_disk_end_differently() {
        let refusal =
            domain::refusal::Refusal::new(domain::refusal::RefusalKind::OutOfOrder, "順序が違います。", "先に。");
        let refused = anyhow::Error::from(ActError::from(refusal));
        let typed = anyhow::Error::from(Mistake::new("日付が読めません。"));
        let disk = anyhow::Error::from(std::io::Error::other("disk"));
        let ends = [&refused, &typed, &disk].map(|error| Exit::of(error).number());
        assert_eq!(ends, [1, 2, 5]);
    }
}
