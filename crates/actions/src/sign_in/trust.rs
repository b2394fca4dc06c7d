//! Trusted devices (信頼した端末): for as long as the city sets, a second proof is not asked again in a browser.
//!
//! What is trusted is the login as it was on that day: another password, second factor or post, a stop or a reset, and the
//! browser is as any other. Sensitive acts ask for a proof all the same.

use domain::office::Capacity;
use store::{LoginRow, LoginSubject, Logins, PAGE_MAX, SignInDesk, SigningIn, TrustedRow, Used};

use super::{Happening, SignedIn, Source};
use crate::city::City;
use crate::error::ActError;
use crate::session::{Factor, Session, label, unusable};

/// A day (ms).
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A browser that its owner trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedDevice {
    /// What it is ended by; lets nobody in.
    pub id: String,
    /// What the browser calls itself.
    pub browser: String,
    /// When it was trusted (ms, UTC).
    pub trusted_at: i64,
    /// Until when (ms, UTC).
    pub until: i64,
}

impl City {
    /// The same, letting people trust a browser for so many days; for none, where the city does not say.
    #[must_use]
    pub fn trusting(self, days: Option<u16>) -> Self {
        Self { trusting: days, ..self }
    }

    /// For how many days a browser may be trusted, where the city lets people do so.
    pub fn trusted_days(&self) -> Option<u16> {
        self.trusting
    }

    /// Trusts the browser of somebody who has just shown both proofs; nothing where the city does not let people do so.
    pub async fn trust_device(&self, signed_in: &SignedIn, source: &Source) -> Result<(), ActError> {
        let both = matches!(
            signed_in.factor,
            Factor::PasswordAndCode | Factor::PasswordAndRecovery | Factor::PasswordAndPasskey
        );
        let Some(length) = self.trusted_for().filter(|_| both) else { return Ok(()) };
        let mut reading = self.ledgered.reading().await?;
        let row = reading.login(&signed_in.login.0).await?.ok_or_else(unusable)?;
        drop(reading);
        let posts = self.posts_of_login(&row).await?;
        let now = self.machine.now();
        let mut workshop = self.ledgered.workshop().await?;
        let trusted = TrustedRow {
            id: signed_in.device.hash(),
            stamp: row.stamp,
            posts,
            browser: label(&source.browser),
            trusted_at: now,
            until: now.saturating_add(length),
        };
        workshop.put_trust(&row.id, &trusted).await?;
        self.note(&mut workshop, Happening::DeviceTrusted, Some(&row), source).await?;
        Ok(workshop.commit().await?)
    }

    /// The browsers that somebody trusts now.
    pub async fn trusted_devices(&self, session: &Session) -> Result<Vec<TrustedDevice>, ActError> {
        let now = self.machine.now();
        let mut reading = self.ledgered.reading().await?;
        let row = reading.login(&session.login.0).await?.ok_or_else(unusable)?;
        let kept = reading.trusted_devices(&row.id, now, PAGE_MAX).await?;
        drop(reading);
        let posts = self.posts_of_login(&row).await?;
        let holding = kept.into_iter().filter(|trusted| self.trust_holds(trusted, &row, &posts));
        let view = |kept: TrustedRow| {
            let until = kept.trusted_at.saturating_add(self.trusted_for().unwrap_or_default()).min(kept.until);
            TrustedDevice { id: kept.id, browser: kept.browser, trusted_at: kept.trusted_at, until }
        };
        Ok(holding.map(view).collect())
    }

    /// Trusts a browser of one's own no more.
    pub async fn end_trust(&self, session: &Session, id: &str, source: &Source) -> Result<(), ActError> {
        let mut workshop = self.ledgered.workshop().await?;
        let row = workshop.login(&session.login.0).await?.ok_or_else(unusable)?;
        if workshop.end_trust(&row.id, id).await? == Used::Now {
            self.note(&mut workshop, Happening::TrustEnded, Some(&row), source).await?;
        }
        Ok(workshop.commit().await?)
    }

    /// The posts by which a browser would be trusted, where that is to be asked at all.
    pub(super) async fn posts_trusted(
        &self,
        row: Option<&LoginRow>,
        source: &Source,
    ) -> Result<Option<String>, ActError> {
        match row.filter(|_| self.trusting.is_some() && source.device.is_some()) {
            Some(row) => self.posts_of_login(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether the second proof is not asked for in this browser.
    pub(super) async fn is_trusted(
        &self,
        at: &mut impl SigningIn,
        row: &LoginRow,
        source: &Source,
        posts: Option<&str>,
    ) -> Result<bool, ActError> {
        let (Some(device), Some(posts)) = (&source.device, posts) else { return Ok(false) };
        let kept = at.trusted_device(&row.id, &device.hash(), self.machine.now()).await?;
        Ok(kept.is_some_and(|trusted| self.trust_holds(&trusted, row, posts)))
    }

    /// Whether a trust holds: the login is as it was, and so are the city's rules.
    fn trust_holds(&self, trusted: &TrustedRow, row: &LoginRow, posts: &str) -> bool {
        let in_time = |length| self.machine.now() < trusted.trusted_at.saturating_add(length);
        trusted.stamp == row.stamp && trusted.posts == posts && self.trusted_for().is_some_and(in_time)
    }

    fn trusted_for(&self) -> Option<i64> {
        self.trusting.map(|days| i64::from(days) * DAY)
    }

    /// The posts of today, in words that change with each of them.
    async fn posts_of_login(&self, row: &LoginRow) -> Result<String, ActError> {
        let LoginSubject::Officer(person) = &row.subject else { return Ok(String::new()) };
        let office = self.office().await?;
        let posts = office.posts_of(&person.as_str().into(), self.today());
        let mut words: Vec<String> = posts
            .iter()
            .map(|post| {
                let capacity = if post.capacity == Capacity::Deputy { "~" } else { "" };
                format!("{capacity}{}", post.position)
            })
            .collect();
        words.sort();
        Ok(words.join(" "))
    }
}
