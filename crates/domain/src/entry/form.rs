//! The forms of entries: which version of the program first wrote what.
//!
//! An entry states the version that it needs, so that an older program says that a later one wrote it instead of passing
//! over a fact. What no version writes yet has no form, and cannot be recorded: what a program can write is frozen with it.

use super::{Effect, Fact};
use crate::attachment::Attachment;
use crate::evidence::Evidence;
use crate::leaves::Leaves;
use crate::subject::Subject;

/// A form of entries, by the version that their bytes state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// With which ledgers began.
    First = 1,
    /// Files, figures of the city's own, rulings and access.
    Second = 2,
    /// Each unit's own yes.
    Third = 3,
    /// Erasures of many entries under one decision.
    Fourth = 4,
}

/// The newest version that this program reads and writes.
pub const NEWEST: u32 = Form::Fourth as u32;

/// Something that no version of the program writes yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("「{0}」についての案件の記録の形は、まだ決まっていません。")]
pub struct Unwritten(pub &'static str);

impl Fact {
    /// The version of the form that it needs: that of the newest thing in it.
    pub fn version(&self) -> Result<u32, Unwritten> {
        Ok(self.form()? as u32)
    }

    fn form(&self) -> Result<Form, Unwritten> {
        let own = match self {
            Self::GuidelineAdopted { .. }
            | Self::OfficeChanged { .. }
            | Self::StepReturned { .. }
            | Self::CaseWithdrawn { .. }
            | Self::AccountNoted { .. }
            | Self::ImpersonatorNoted { .. }
            | Self::ImpersonatorCleared { .. }
            | Self::OperatorActed { .. } => Form::First,
            Self::CaseOpened { subject, .. } => of_subject(subject)?,
            Self::StepDone { evidence, effects, agreed, .. } => {
                // A program that passed over this would take one yes for all of them.
                let yes = if agreed.is_some() { Form::Third } else { Form::First };
                effects.iter().map(of_effect).fold(yes.max(of_evidence(evidence)), Ord::max)
            }
            Self::AccessChanged { .. } | Self::PracticeSet { .. } | Self::RulingMade { .. } => Form::Second,
            Self::Erased { leaves, .. } => of_leaves(leaves),
        };
        Ok(own.max(of_files(self.attachments())))
    }
}

fn of_leaves(leaves: &Leaves) -> Form {
    match leaves {
        Leaves::Leaf(_) => Form::First,
        Leaves::Ranges(_) => Form::Fourth,
    }
}

fn of_files(files: &[Attachment]) -> Form {
    if files.is_empty() { Form::First } else { Form::Second }
}

fn of_subject(subject: &Subject) -> Result<Form, Unwritten> {
    match subject {
        Subject::Account(_) => Ok(Form::First),
        Subject::Post { .. } => Err(Unwritten("投稿")),
        Subject::Incident(_) => Err(Unwritten("事案")),
        Subject::Survey { .. } => Err(Unwritten("照会")),
        Subject::Duty { .. } => Err(Unwritten("義務")),
    }
}

fn of_effect(effect: &Effect) -> Form {
    match effect {
        Effect::PolicyWritten { .. }
        | Effect::AccountDescribed { .. }
        | Effect::AddressSet { .. }
        | Effect::Numbered { .. }
        | Effect::Listed { .. }
        | Effect::Suspended
        | Effect::Delisted
        | Effect::Closed
        | Effect::Designated { .. }
        | Effect::Started
        | Effect::CaseCompleted => Form::First,
    }
}

fn of_evidence(evidence: &Evidence) -> Form {
    match evidence {
        Evidence::Plain
        | Evidence::Policy
        | Evidence::Decision(_)
        | Evidence::Acquisition { .. }
        | Evidence::Filing { .. }
        | Evidence::Receipt
        | Evidence::Listing(_)
        | Evidence::Profile { .. }
        | Evidence::Place { .. }
        | Evidence::Badge { .. }
        | Evidence::Terminal { .. }
        | Evidence::Security { .. }
        | Evidence::Designation { .. }
        | Evidence::Clauses { .. }
        | Evidence::Stop { .. }
        | Evidence::Record { .. } => Form::First,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{AccountOrigin, Entry, EntryError};
    use crate::id::{AccountId, UnitId};
    use crate::subject::{Bearer, OneOrMore, Reach};

    /// A line as this form writes it, kept to the letter: what is read of it never changes.
    #[test]
    fn an_erasure_of_ranges_is_read_as_it_was_written() {
        let line = include_str!("../../../../fixtures/entries/v4-ranges/one-year.json").trim_end();
        let entry = Entry::read(line.as_bytes()).expect("today's program reads it");
        assert_eq!(String::from_utf8(entry.bytes()).expect("UTF-8"), line);
        assert_eq!((entry.version, entry.fact.version()), (4, Ok(4)));
        let Fact::Erased { leaves, .. } = entry.fact else { panic!("an erasure") };
        assert_eq!(leaves.said(), "12番から15番まで、20番");
    }

    // Red while a kind that nobody had thought of was version 1.
    #[test]
    fn what_no_version_writes_yet_has_no_form_and_is_not_read() {
        let opened = |subject: Subject| Fact::CaseOpened {
            case: "c1".into(),
            procedure: "opening".to_owned(),
            purpose: crate::guideline::Purpose::Opening,
            subject,
            origin: AccountOrigin::New,
            units: vec![UnitId::from("100")],
            count: crate::case::Count::First,
            urgency: crate::case::Urgency::Ordinary,
            attachments: Vec::new(),
        };
        let account = || AccountId::from("a1");
        assert_eq!(opened(Subject::Account(account())).version(), Ok(1));
        for subject in [
            Subject::Post { accounts: OneOrMore::new(account(), Vec::new()) },
            Subject::Incident(Reach::NoAccount),
            Subject::Survey { units: OneOrMore::new(UnitId::from("100"), Vec::new()) },
            Subject::Duty { duty: "silence".to_owned(), of: Bearer::Account(account()) },
        ] {
            assert!(opened(subject.clone()).version().is_err(), "{subject:?}");
        }
        let line = include_str!("../../../../fixtures/entries/v4-ranges/one-year.json").trim_end();
        let later = line.replace("\"version\":4", "\"version\":5");
        assert!(matches!(Entry::read(later.as_bytes()), Err(EntryError::TooNew(5))));
    }
}
