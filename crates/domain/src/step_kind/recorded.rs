//! Kinds that are proved by when and where, and mean nothing more yet: those of checks, credentials, reports, posts and
//! trouble. One that comes to mean more gets a file of its own.

use super::{Aim, Meaning};
use crate::evidence::EvidenceKind;

/// What can be recorded in any procedure.
pub(super) static ANYWHERE: Meaning = Meaning::proved_by(EvidenceKind::Record);

/// What is about posts, and what comes of them.
pub(super) static OF_POSTS: Meaning = Meaning { aim: Aim::OfPosts, ..Meaning::proved_by(EvidenceKind::Record) };
