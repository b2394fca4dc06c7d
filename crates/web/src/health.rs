//! Whether all that people rely on stands: told by whoever does the work, judged when somebody asks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use crate::router::{Clock, JSON, dressed, sent};
use crate::shelf::Shelf;

/// What may be wrong. The words are for programs that watch, and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// The database does not answer.
    DatabaseUnreachable,
    /// Nothing can be written to the database, so no act succeeds.
    WriterBroken,
    /// The disk of the data folder is nearly full.
    DiskFull,
    /// What is published is past its time: the verification answers `cannot_judge`.
    BundleExpired,
    /// What is recorded does not come to the citizens.
    PublicationStuck,
    /// The list is published without an account whose record cannot be read or is not as it was recorded.
    AccountsLeftOut,
    /// Notices do not leave the house.
    SendingStuck,
    /// The clock is behind the last record, or far ahead of it.
    ClockWrong,
    /// There is no key, so what is published is signed by nobody.
    SigningKeyMissing,
    /// Another key signed before, so what is published looks forged to whoever checks it by that one.
    SigningKeyChanged,
    /// The key that opens the seeds of one-time codes is missing or another one, so right codes fail.
    SealUnfit,
    /// A municipality could not be opened, so nothing of it is served.
    MunicipalityShut,
    /// A file with a password, a secret or certificates cannot be used, so mail, a chat or the city's own sign-in does not work.
    SecretUnusable,
}

impl Condition {
    /// Every condition, in the order in which they are told.
    pub const ALL: [Self; 13] = [
        Self::DatabaseUnreachable,
        Self::WriterBroken,
        Self::DiskFull,
        Self::BundleExpired,
        Self::PublicationStuck,
        Self::AccountsLeftOut,
        Self::SendingStuck,
        Self::ClockWrong,
        Self::SigningKeyMissing,
        Self::SigningKeyChanged,
        Self::SealUnfit,
        Self::MunicipalityShut,
        Self::SecretUnusable,
    ];

    /// The word by which the answer names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::DatabaseUnreachable => "database_unreachable",
            Self::WriterBroken => "writer_broken",
            Self::DiskFull => "disk_full",
            Self::BundleExpired => "bundle_expired",
            Self::PublicationStuck => "publication_stuck",
            Self::AccountsLeftOut => "accounts_left_out",
            Self::SendingStuck => "sending_stuck",
            Self::ClockWrong => "clock_wrong",
            Self::SigningKeyMissing => "signing_key_missing",
            Self::SigningKeyChanged => "signing_key_changed",
            Self::SealUnfit => "seal_unfit",
            Self::MunicipalityShut => "municipality_shut",
            Self::SecretUnusable => "secret_unusable",
        }
    }
}

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// As it should be.
    Well,
    /// Not so.
    Wrong,
}

/// What is known of the health of this program, for the answer to `/health` on each of its ports.
pub struct Health {
    clock: Clock,
    uptime: Uptime,
    shelf: OnceLock<Arc<Shelf>>,
    reports: Mutex<BTreeMap<Subject, Report>>,
}

/// For how long the program has been running; a clock that is set moves it not.
pub type Uptime = Arc<dyn Fn() -> Duration + Send + Sync>;

/// A condition, and whose: a municipality's, or the machine's.
type Subject = (Condition, Option<String>);

/// The last that was heard of something.
struct Report {
    found: Found,
    at: Duration,
    /// Whoever is silent for longer is stuck itself.
    patience: Option<Duration>,
}

impl Health {
    /// A program of which nobody has told anything yet.
    pub fn new(clock: Clock, uptime: Uptime) -> Self {
        Self { clock, uptime, shelf: OnceLock::new(), reports: Mutex::default() }
    }

    /// Judges what lies on this shelf too, each time somebody asks.
    pub fn watches(&self, lists: Arc<Shelf>) {
        // A program has one shelf; a second call would change nothing.
        let _ = self.shelf.set(lists);
    }

    /// From now on somebody tells of this within each such span, or the condition holds.
    pub fn expects(&self, condition: Condition, municipality: &str, within: Duration) {
        let report = Report { found: Found::Well, at: (self.uptime)(), patience: Some(within) };
        self.reports().insert((condition, Some(municipality.to_owned())), report);
    }

    /// Tells how something of a municipality was found just now.
    pub fn tell(&self, condition: Condition, municipality: &str, found: Found) {
        let at = (self.uptime)();
        let mut reports = self.reports();
        let report = reports.entry((condition, Some(municipality.to_owned())));
        let report = report.or_insert(Report { found, at, patience: None });
        (report.found, report.at) = (found, at);
    }

    /// Tells how something of the whole machine was found just now.
    pub fn tell_of_machine(&self, condition: Condition, found: Found) {
        self.reports().insert((condition, None), Report { found, at: (self.uptime)(), patience: None });
    }

    /// What is wrong now, and of which municipality.
    pub fn wrong(&self) -> Vec<(Condition, Option<String>)> {
        let now = (self.uptime)();
        let silent = |report: &Report| report.patience.is_some_and(|most| now.saturating_sub(report.at) > most);
        let mut wrong: Vec<Subject> = self
            .reports()
            .iter()
            .filter(|(_, report)| report.found == Found::Wrong || silent(report))
            .map(|(subject, _)| subject.clone())
            .collect();
        let expired = self.shelf.get().map(|shelf| shelf.expired((self.clock)())).unwrap_or_default();
        wrong.extend(expired.into_iter().map(|code| (Condition::BundleExpired, Some(code))));
        wrong.sort();
        wrong
    }

    /// The answer: 200 only where nothing is wrong.
    pub(crate) fn answer(&self) -> Response {
        let wrong = self.wrong();
        let (status, word) =
            if wrong.is_empty() { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "unwell") };
        let told = wrong.iter().map(|(condition, code)| match code {
            Some(code) => json!({ "name": condition.word(), "municipality": code }),
            None => json!({ "name": condition.word() }),
        });
        let body = json!({ "status": word, "conditions": told.collect::<Vec<_>>() });
        sent(status, JSON, format!("{body}\n"))
    }

    fn reports(&self) -> MutexGuard<'_, BTreeMap<Subject, Report>> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The question for a port that is not the public list's.
pub fn health_route(health: Arc<Health>) -> Router {
    async fn asked(State(health): State<Arc<Health>>) -> Response {
        dressed(health.answer())
    }
    Router::new().route("/health", get(asked)).with_state(health)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn whoever_is_silent_for_too_long_is_stuck_and_whoever_tells_again_is_well() {
        let seconds = Arc::new(AtomicU64::new(0));
        let uptime = Arc::clone(&seconds);
        let uptime: Uptime = Arc::new(move || Duration::from_secs(uptime.load(Ordering::Relaxed)));
        let health = Health::new(Arc::new(|| 0), uptime);
        assert_eq!(health.wrong(), []);
        let stuck = [(Condition::PublicationStuck, Some("999993".to_owned()))];
        health.expects(Condition::PublicationStuck, "999993", Duration::from_mins(1));
        health.tell_of_machine(Condition::DiskFull, Found::Well);
        seconds.store(61, Ordering::Relaxed);
        assert_eq!(health.wrong(), stuck, "a loop that does not come round");
        health.tell(Condition::PublicationStuck, "999993", Found::Well);
        assert_eq!(health.wrong(), []);
        health.tell(Condition::PublicationStuck, "999993", Found::Wrong);
        assert_eq!(health.wrong(), stuck, "at once, where it is told");
        health.tell(Condition::PublicationStuck, "999993", Found::Well);
        seconds.store(200, Ordering::Relaxed);
        assert_eq!(health.wrong(), stuck, "and it goes on being expected");
    }

    #[test]
    fn no_two_conditions_share_a_word() {
        let words: std::collections::BTreeSet<&str> = Condition::ALL.iter().map(|one| one.word()).collect();
        assert_eq!(words.len(), Condition::ALL.len());
    }
}
