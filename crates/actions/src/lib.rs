//! What people can do: one function a verb, one transaction, one entry.
//!
//! A verb loads the part of the register that it needs under the lock of the ledger's head, asks the kernel, and
//! writes the entry with the views that follow from it. Time and chance come from the [`Machine`].

mod access;
mod account;
mod attachment;
mod audit;
mod behind;
mod beside;
mod cache;
mod case;
mod city;
mod common;
mod draft;
mod error;
mod form;
mod giver;
mod guideline;
mod identity;
mod invitation;
mod ledger;
mod machine;
mod notice;
mod office;
mod once;
mod own_sign_in;
mod perform;
mod practice;
mod publish;
mod pulse;
mod search;
mod session;
mod show;
mod sign_in;
mod signer_found;
mod slice;
mod task;
mod tell;
mod tidy;
mod token;
mod verify;
mod views;
mod walk;

pub use access::{AccessState, LoginLine, LoginView, OPERATOR, PasswordState, Sought};
pub use account::{AccountNoted, ImpersonatorNoted};
pub use attachment::{Attached, AttachedFile, AttachmentKey, Keeper, MEGABYTE, Quota};
pub use case::{Opened, Opening, SendingBack, Stepping};
pub use city::{City, Signer};
pub use draft::{DraftSaved, Drafting, Earlier, PreviewPage, SavedDraft, Started};
pub use error::ActError;
pub use form::{FormName, PrintOptions, Seals};
pub use giver::Giver;
pub use guideline::{GuidelineFiles, LoadedGuideline};
pub use identity::{InvitationId, JoinAnswer, Outside, OutsideBegun, OutsideIdentity, Resumed};
pub use invitation::{
    AcceptAnswer, Acceptance, AcceptedSecond, Accepting, CodeAnswer, Field, FieldProblem, INVITATION, Link, SET_UP,
    SetUp,
};
pub use ledger::{Former, HowFar, LedgerReport, Overwritten, Rebuilt, Views};
pub use machine::{FixedMachine, Machine};
pub use notice::{
    Availability, Carrying, Courier, Hook, Letter, MailChoice, MailTelling, NoticePage, NoticeView, Posting, SendFault,
    Sending, Telling, Unsent,
};
pub use office::{HeldRows, ImportPreview, OfficeImport, RowRead, StaffList, Verdict, staff_template, staff_values};
pub use own_sign_in::{FirstPassword, OwnAnswer, PasswordChange};
pub use perform::Recorded;
pub use practice::RulingOrder;
pub use publish::{LeftOut, PublishTo, Published};
pub use search::{About, AccountFilter, CaseFilter, Found, Page, Scope};
pub use session::{FRESH, Factor, IDLE, LoginId, Proof, Session, SessionId, Subject, WHOLE};
pub use show::{CaseView, ListedPage, OpenStep};
pub use sign_in::{
    AgainProof, Happening, JoinCode, LOG_KEPT, LoginName, Need, PASSWORD_MIN, PENDING, PasskeyOffer, PasskeyView,
    Password, ProveAnswer, RECOVERY_CODES, RecoveryCodes, SECOND_TRIES, SealFound, SealKey, SecondProof, SecondStep,
    SecondWay, SignInAnswer, SignInEvent, SignInRefusal, SignedIn, Source, TotpSecret, TrustedDevice,
};
pub use signer_found::SignerFound;
pub use slice::VIEW_VERSION;
pub use store::{Direction, Space, StoreError, TaskCounts, TaskPlace, ViewState};
pub use task::{Pressing, SOON, TaskFilter, TaskNote, TaskPage, TaskView};
pub use tell::Told;
pub use tidy::Tidied;
pub use token::{BrowserToken, DeviceToken, LinkToken, PendingToken, SessionToken};
