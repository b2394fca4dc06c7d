//! What people can do: one function a verb, one transaction, one entry.
//!
//! A verb loads the part of the register that it needs under the lock of the ledger's head, asks the kernel, and
//! writes the entry with the views that follow from it. Time and chance come from the [`Machine`].

mod account;
mod case;
mod city;
mod error;
mod form;
mod guideline;
mod ledger;
mod machine;
mod office;
mod perform;
mod publish;
mod session;
mod show;
mod slice;
mod verify;

pub use account::{AccountNoted, ImpersonatorNoted};
pub use case::{Opened, Opening, Stepping};
pub use city::City;
pub use error::ActError;
pub use guideline::{GuidelineFiles, LoadedGuideline};
pub use ledger::{LedgerReport, Rebuilt};
pub use machine::{FixedMachine, Machine};
pub use office::{ImportPreview, OfficeImport};
pub use perform::Recorded;
pub use publish::{PublishTo, Published};
pub use session::{FRESH, Factor, IDLE, LoginId, Proof, Session, SessionId, SessionToken, Subject, WHOLE};
pub use show::{CaseView, OpenStep};
pub use slice::VIEW_VERSION;
