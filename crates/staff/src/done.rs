//! What the page before recorded: looked up in the ledger, never taken from the address.

use actions::Told;
use serde::Deserialize;

use crate::answer::Answer;
use crate::page::Shell;
use crate::visit::Visit;

/// The place of an entry that was just made: `?done=12`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    done: Option<u64>,
}

impl Done {
    /// The place of an entry that this very answer made.
    pub(crate) fn of(seq: u64) -> Self {
        Self { done: Some(seq) }
    }

    /// Says it above the page, if it is an entry of this kind; other entries are not everybody's to read.
    pub(crate) async fn said(&self, visit: &Visit, kind: &str, shell: Shell) -> Result<Shell, Answer> {
        self.said_if(visit, shell, |told| told.kind == kind).await
    }

    /// Says it above the page, if it is one that the page is about.
    pub(crate) async fn said_if(
        &self,
        visit: &Visit,
        shell: Shell,
        fits: impl Fn(&Told) -> bool,
    ) -> Result<Shell, Answer> {
        let Some(seq) = self.done else { return Ok(shell) };
        let told = visit.city().told(seq, 1).await?;
        let made = told.first().filter(|told| told.sentence.seq == seq && fits(told));
        Ok(match made {
            Some(told) => {
                let words = format!("台帳の{seq}番に記録しました。{}", told.sentence);
                match visit.city().clock_at(seq).await?.warning() {
                    None => shell.saying("success", words),
                    Some(warning) => shell.saying("warning", format!("{words}\n{warning}")),
                }
            }
            None => shell,
        })
    }
}
