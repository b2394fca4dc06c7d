//! The register's SQL: the ledger, the views and the workshop, on both engines.
//!
//! [`Store`] opens a [`Place`]; everything else exists only on [`Store::of`] one municipality:
//! [`Ledgered::reading`] is one unchanging view of the data, [`Ledgered::writing`] holds the head of the
//! ledger and can only be ended with an entry, [`Ledgered::workshop`] touches nothing official,
//! [`Ledgered::rebuilding`] fills the views beside the ones in use.

mod backup;
mod copy;
mod dialect;
mod error;
mod identity;
mod ledger;
mod login;
mod many;
mod municipality;
mod noted;
mod notice;
mod read;
mod rebuild;
mod room;
mod schema;
mod scrub;
mod sign_in;
mod sql;
mod tables;
mod tasks;
mod terms;
mod trace;
mod tree;
mod upload;
mod value;
mod views;
mod workshop;

pub use backup::{Copied, head_in_copy};
pub use dialect::{Durability, Place};
pub use error::{Result, StoreError};
pub use identity::{Identities, IdentityDesk, IdentityRow};
pub use ledger::{EntryRow, Erased, Head, NewEntry, Receipt, Remembered, Writing};
pub use login::{
    Alive, LoginDesk, LoginRow, LoginState, LoginSubject, Logins, NewSession, SessionRow, SoughtLogins,
    SoughtOperators, Used,
};
pub use municipality::{Ledgered, Store, ViewVersion};
pub use noted::KeyKind;
pub use notice::{
    ChoiceRow, Message, MessageRow, MessageState, NewMessage, NewNotice, NoticeDesk, NoticeRead, NoticeRow,
};
pub use read::{PAGE_MAX, Read, Reading, Scope};
pub use rebuild::{Difference, How, Progress, Rebuilding, ViewState};
pub use room::{Room, Space};
pub use sign_in::{NewPending, PasskeyRow, PendingRow, SignInDesk, SignInEventRow, SigningIn, TrustedRow, Try};
pub use tables::{Kind, Sort, TABLES, Table};
pub use tasks::{FoundTask, NEVER, PutTasks, TaskCounts, TaskPlace, TaskQuery, TaskRow, Tasks, Whose};
pub use terms::{PutTerms, TERMS_MAX, TermQuery, Terms};
pub use trace::{Direction, PutTraces, Traces};
pub use tree::Subtrees;
pub use upload::{Awaited, Files, Upload, UploadOwner, Uploaded};
pub use views::{AddressRow, Apply, Column, Standing, TakenNumber, ViewRow};
pub use workshop::{BLOB_MAX, Desk, Draft, Enqueued, Job, JobRow, NewJob, Workshop, backoff};
