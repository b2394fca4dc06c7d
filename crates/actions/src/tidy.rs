//! Throwing away what is over: workshop data that nothing needs any more.

use domain::case::{Case, CaseState};
use serde::{Deserialize, Serialize};
use store::{Desk as _, LoginDesk as _, PAGE_MAX, Read as _, SignInDesk as _};

use crate::city::City;
use crate::draft::case_of_draft;
use crate::error::ActError;
use crate::session::alive;
use crate::sign_in::{FORGOTTEN, LOG_KEPT};
use crate::slice::{CASE, read};

/// So long notices are kept.
const NOTICES_KEPT: i64 = 400 * 24 * 60 * 60_000;

/// What was thrown away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tidied {
    /// Files that no entry named in time.
    pub files: u64,
    /// Drafts whose case is over.
    pub drafts: u64,
}

impl City {
    /// Throws away what is over: files that nobody named, drafts of ended cases, dead sessions, what was begun and never
    /// ended, old notices and old lines of the sign-in log. Nothing official rests on any of it.
    pub async fn tidy(&self) -> Result<Tidied, ActError> {
        let now = self.machine.now();
        let files = self.sweep_attachments().await?;
        let drafts = self.sweep_drafts().await?;
        let mut workshop = self.ledgered.workshop().await?;
        workshop.sweep_sessions(alive(now)).await?;
        workshop.sweep_sign_in(now, now.saturating_sub(FORGOTTEN), now.saturating_sub(LOG_KEPT)).await?;
        workshop.sweep_notices(now.saturating_sub(NOTICES_KEPT)).await?;
        workshop.commit().await?;
        Ok(Tidied { files, drafts })
    }

    /// Drops what was typed for cases that have ended without it.
    async fn sweep_drafts(&self) -> Result<u64, ActError> {
        let mut after: Option<String> = None;
        let mut swept = 0;
        loop {
            let mut reading = self.ledgered.reading().await?;
            let drafts = reading.drafts(after.as_deref(), PAGE_MAX).await?;
            let Some(last) = drafts.last() else { return Ok(swept) };
            after = Some(last.id.clone());
            let of_cases = drafts.iter().filter_map(|draft| Some((draft.id.as_str(), case_of_draft(&draft.id)?)));
            let of_cases: Vec<(&str, &str)> = of_cases.collect();
            let ids: Vec<String> = of_cases.iter().map(|(_, case)| (*case).to_owned()).collect();
            let mut over = Vec::new();
            for row in reading.get_many(CASE, &ids).await? {
                let case: Case = read(CASE, &row)?;
                if case.state != CaseState::Open {
                    over.extend(of_cases.iter().filter(|(_, of)| *of == case.id.0).map(|(draft, _)| *draft));
                }
            }
            drop(reading);
            let mut workshop = self.ledgered.workshop().await?;
            for draft in &over {
                workshop.delete_draft(draft).await?;
                swept += 1;
            }
            workshop.commit().await?;
        }
    }
}
