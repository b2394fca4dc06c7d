//! A file of a case: handed out to be kept, never opened among our own pages.

use actions::ActError;
use axum::extract::Path;

use super::seen::Seen;
use crate::answer::{Answer, Reply, download};
use crate::visit::Visit;

/// A file that an entry of the case names; any other is not there.
pub(crate) async fn page(visit: Visit, Path((_, case, hash)): Path<(String, String, String)>) -> Reply {
    let seen = Seen::of(visit, &case).await?;
    match seen.visit.city().attachment(&seen.case().id, &hash).await {
        Ok(file) => Ok(download(&file.name, file.attachment.media.word(), file.bytes)),
        Err(ActError::Input(_)) => Err(Answer::Nowhere),
        Err(error) => Err(error.into()),
    }
}
