//! What every act and every page looks at.

use std::sync::Arc;

use domain::office::Office;
use domain::register::Adopted;

/// The office and the adopted guidelines, as one transaction sees them.
pub(crate) struct Common {
    pub office: Arc<Office>,
    pub adopted: Arc<Vec<Adopted>>,
}
