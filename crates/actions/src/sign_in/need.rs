//! Who needs a second factor: the operator, and whoever decides, receives or lists by the posts of today.

use domain::guideline::{Guideline, StepKind};
use domain::id::PersonId;
use domain::office::{Around, Office};
use jiff::civil::Date;

use crate::city::City;
use crate::error::ActError;
use crate::session::Subject;

/// Whether a password is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A second factor is needed.
    Second,
    /// A password is enough; a second factor is welcome.
    PasswordOnly,
}

impl City {
    /// Whether somebody needs a second factor today.
    pub async fn needs_second(&self, subject: &Subject) -> Result<Need, ActError> {
        let Subject::Officer(person) = subject else { return Ok(Need::Second) };
        let today = self.today();
        let mut reading = self.ledgered.reading().await?;
        let slice = self.common(&mut reading).await?;
        let Some(adopted) = slice.register.guideline_on(today) else { return Ok(Need::Second) };
        let guideline = self.guideline(&mut reading, &adopted.hash.clone()).await?;
        Ok(need(&slice.register.office, &guideline.guideline, person, today))
    }
}

/// The same, over the office and the guideline of a day.
fn need(office: &Office, guideline: &Guideline, person: &PersonId, today: Date) -> Need {
    // Approving a post is left out: some guidelines let any member of the unit do it.
    let weighs = |kind| {
        use StepKind::{ConfirmDelisted, Decide, Delist, List, Receive};
        matches!(kind, Decide | Receive | List | Delist | ConfirmDelisted)
    };
    let weighty = guideline.procedures.iter().flat_map(|procedure| &procedure.steps).filter(|step| weighs(step.kind));
    let roles: Vec<_> = weighty.flat_map(|step| &step.by).filter_map(|id| guideline.role(id)).collect();
    let theirs = office.posts_of(person, today).iter().any(|post| {
        let around = Around { units: std::slice::from_ref(&post.unit), designated: &[] };
        roles.iter().any(|role| office.fills(post, &role.holder, around, today))
    });
    if theirs { Need::Second } else { Need::PasswordOnly }
}
