//! Looking again and again whether the machine is well, for the answer to `/health`.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actions::SignerFound;
use domain::calendar::ClockFound;
use tokio::task::JoinHandle;
use web::{Clock, Condition, Found, Health};

use crate::home::Town;
use crate::machine;

/// How often one looks.
const LOOK: Duration = Duration::from_secs(2);
/// How often the keys are judged anew: another server on the same database may have sealed or signed since.
const JUDGE: Duration = Duration::from_secs(10);
/// A key that opened every seed is tried on all of them again after so long, where another server may seal.
const OPENED: Duration = Duration::from_mins(5);
/// A database that has not answered for so long does not answer.
const READ_WITHIN: Duration = Duration::from_secs(15);
/// Whoever waits to write waits for those before; after so long nobody is before.
const WRITE_WITHIN: Duration = Duration::from_secs(40);
/// A publication of the largest town takes less.
const PUBLISH_WITHIN: Duration = Duration::from_mins(2);
/// A round of messages may wait for each receiver.
const SEND_WITHIN: Duration = Duration::from_mins(15);
/// Room that must be left on the disk; on a small one, a tenth of it.
const ROOM: u64 = 32 * 1024 * 1024;

/// A health of this program, on its clock.
pub fn health() -> Arc<Health> {
    let clock: Clock = Arc::new(machine::now);
    let began = Instant::now();
    Arc::new(Health::new(clock, Arc::new(move || began.elapsed())))
}

/// Begins to look after a municipality; its publisher and its sender tell of their work themselves.
pub fn look_after(town: &Town, health: &Arc<Health>) -> [JoinHandle<()>; 3] {
    let code = town.code();
    health.expects(Condition::DatabaseUnreachable, code, READ_WITHIN);
    health.expects(Condition::WriterBroken, code, WRITE_WITHIN);
    health.expects(Condition::PublicationStuck, code, PUBLISH_WITHIN);
    health.expects(Condition::SendingStuck, code, SEND_WITHIN);
    // Tasks of their own: a question that waits for a writer must not make the database look as if it did not answer.
    [
        tokio::spawn(keep_asking(town.clone(), Arc::clone(health))),
        tokio::spawn(keep_trying(town.clone(), Arc::clone(health))),
        tokio::spawn(keep_judging(town.clone(), Arc::clone(health))),
    ]
}

/// Asks the database, and judges clock and disk beside it.
async fn keep_asking(town: Town, health: Arc<Health>) {
    let mut told = Told::default();
    let mut ticks = ticking();
    loop {
        ticks.tick().await;
        let asked = town.city.pulse().await;
        health.tell(Condition::DatabaseUnreachable, town.code(), found(asked.is_ok()));
        match asked {
            Ok(clock) => {
                health.tell(Condition::ClockWrong, town.code(), found(clock == ClockFound::Plausible));
                told.once(&town, clock.warning().map(|words| ("clock", words)));
            }
            Err(error) => told.once(&town, Some(("database", format!("データベースが答えません。{error}")))),
        }
        if let Some(room) = has_room(town.home().data()) {
            health.tell_of_machine(Condition::DiskFull, found(room));
        }
    }
}

/// Tries to write.
async fn keep_trying(town: Town, health: Arc<Health>) {
    let mut told = Told::default();
    let mut ticks = ticking();
    loop {
        ticks.tick().await;
        let tried = town.city.try_writing().await;
        health.tell(Condition::WriterBroken, town.code(), found(tried.is_ok()));
        let words = tried.err().map(|error| ("writer", format!("データベースに書き込めません。{error}")));
        told.once(&town, words);
    }
}

/// Judges the keys that lie outside the database: the one that opens the seeds, and the one that signs.
async fn keep_judging(town: Town, health: Arc<Health>) {
    let (mut sealed, mut signed) = (Told::default(), Told::default());
    let dir = town.home().public_of(town.code());
    let mut opened: Option<Instant> = None;
    let mut ticks = tokio::time::interval(JUDGE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let is_settled = opened.is_some_and(|at| !town.home().is_shared() || at.elapsed() < OPENED);
        // A database that does not answer is told of by whoever asks it, and so is a key that is missing.
        if !is_settled && let Ok(seal) = town.city.judge_seal().await {
            // A damaged key bars new codes too, though none that is kept needs it.
            let words: Vec<String> = seal.warning(town.code()).into_iter().chain(town.seal_damage.clone()).collect();
            let fits = words.is_empty();
            health.tell(Condition::SealUnfit, town.code(), found(fits));
            sealed.once(&town, (!fits).then(|| ("seal", words.join("\n"))));
            opened = fits.then(Instant::now);
        }
        let Some(seed) = town.home().key(town.code()).key() else { continue };
        if let Ok(signer) = town.city.judge_signer(Some(&seed), &dir).await {
            health.tell(Condition::SigningKeyChanged, town.code(), found(signer == SignerFound::Fits));
            signed.once(&town, signer.warning(town.code()).map(|words| ("signer", words)));
        }
    }
}

/// Says a thing once in the log, until it is over; its words may tell the hour.
#[derive(Default)]
struct Told(Option<&'static str>);

impl Told {
    fn once(&mut self, town: &Town, said: Option<(&'static str, String)>) {
        let what = said.as_ref().map(|(what, _)| *what);
        if let Some((_, words)) = said.filter(|_| what != self.0) {
            tracing::error!(municipality = %town.code(), "{words}");
        }
        self.0 = what;
    }
}

/// How something was found that is either well or not.
pub fn found(well: bool) -> Found {
    if well { Found::Well } else { Found::Wrong }
}

/// Whether the disk of a folder has room; `None` where that cannot be told.
fn has_room(folder: &Path) -> Option<bool> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let [left, whole] = [disk.f_bavail, disk.f_blocks].map(|blocks| blocks.saturating_mul(disk.f_frsize));
    Some(left >= ROOM.min(whole / 10))
}

fn ticking() -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks
}
