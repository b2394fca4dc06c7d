//! Keeping a municipality's list at the ledger's head: every node for itself, and no job that one of them takes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actions::PublishTo;
use domain::id::GuidelineHash;
use domain::verification::Tail;
use tokio::task::JoinHandle;
use web::{Condition, Health, Shelf, Stated};

use super::{LOOK, pulse};
use crate::home::Town;
use crate::machine;

/// How long nothing is published after a publication that failed; twice as long after each further one.
const PAUSE: Duration = Duration::from_secs(2);
/// Nor is a failure waited out for longer: what was mended is to be seen soon.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Where and as what a municipality's list is published.
#[derive(Clone)]
pub struct Publisher {
    /// The municipality.
    pub town: Town,
    /// The folder that is published into.
    pub dir: PathBuf,
    /// The public address, where it is given.
    pub base_url: Option<String>,
    /// What the list is signed with as long as this process runs: a file that goes away meanwhile ends no publication.
    pub key: Option<[u8; 32]>,
}

/// What is known of a municipality's ledger and list between two looks.
pub struct Watch {
    publisher: Publisher,
    shelf: Arc<Shelf>,
    health: Arc<Health>,
    tail: Tail,
    /// Under which guideline this process made the list last.
    made_under: Option<GuidelineHash>,
    making: Option<JoinHandle<anyhow::Result<MadeList>>>,
    /// The last publication that failed, and how many failed in a row.
    failed: Option<(Instant, u32)>,
    /// What is wrong, in the words in which the log was told of it, without their figures.
    wrong: BTreeMap<Condition, String>,
}

/// A list that was made.
pub struct MadeList {
    /// Under which guideline.
    under: GuidelineHash,
    /// What it could not show, in the words of the log.
    left_out: Option<String>,
}

impl Publisher {
    /// Makes the list anew.
    pub async fn publish(&self) -> anyhow::Result<MadeList> {
        let under = self.town.city.guideline_in_force().await?.hash.clone();
        let published = self.town.city.publish(&self.dir, &self.to().await?).await?;
        Ok(MadeList { under, left_out: published.left_out_in_words() })
    }

    /// Whether the list that lies in the folder may be served while a new one is made.
    pub async fn may_serve_what_lies_there(&self) -> anyhow::Result<bool> {
        Ok(self.town.city.may_serve(&self.dir, &self.to().await?).await?)
    }

    /// As what the list is published.
    pub async fn to(&self) -> anyhow::Result<PublishTo> {
        let to = self.town.home().publish_to(self.town.code(), self.base_url.as_deref()).await?;
        Ok(PublishTo { key: self.key, ..to })
    }

    /// Why what is published is signed by nobody, or soon will be.
    fn key_missing(&self) -> Option<String> {
        let file = format!("keys/{}.key", self.town.code());
        let found = self.town.home().key(self.town.code());
        let damage = found.damage().unwrap_or_default();
        match (self.key, found.missing()) {
            (Some(_), None) => None,
            (Some(_), Some(_)) => Some(format!(
                "署名の鍵（{file}）を読めなくなりました。{damage}動いているあいだは前に読んだ鍵で署名しますが、次に動かすときは署名できません。次にすること：控えておいた鍵を keys フォルダーに戻してください。"
            )),
            (None, missing) => Some(format!(
                "署名の鍵（{file}）{}ため、一覧にもチェックポイントにも署名がありません。{damage}次にすること：控えておいた鍵を keys フォルダーに戻して、serve を動かし直してください。",
                // A key that was put back meanwhile was not there at the start.
                missing.as_deref().unwrap_or("が始めたときになかった")
            )),
        }
    }

    /// Looks for the first time, so that the shelf may answer; then [`Watch::keep`] goes on.
    pub async fn watch(self, lists: Arc<Shelf>, health: Arc<Health>, made: Option<MadeList>) -> Watch {
        let (tail, wrong) = (Tail::default(), BTreeMap::new());
        let (made_under, making, failed) = (None, None, None);
        let mut first = Watch { publisher: self, shelf: lists, health, tail, made_under, making, failed, wrong };
        if let Some(made) = made {
            first.take(made);
        }
        first.look().await;
        first
    }
}

impl Watch {
    /// Reads the ledger's head every second, tells the shelf what lies behind its bundle, and makes a new one where citizens
    /// would see a change; until the task is dropped.
    pub async fn keep(mut self) {
        let mut ticks = tokio::time::interval(LOOK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.look().await;
        }
    }

    async fn look(&mut self) {
        self.finish().await;
        self.found(Condition::SigningKeyMissing, self.publisher.key_missing());
        let code = self.publisher.town.code().to_owned();
        let Some(stated) = self.shelf.stated(&code) else { return };
        if self.tail.from() > stated.ledger_size {
            self.tail = Tail::behind(stated.ledger_size);
        } else if self.tail.from() < stated.ledger_size {
            self.tail = self.tail.cut(stated.ledger_size);
        }
        let in_force = match self.publisher.town.city.read_behind(&mut self.tail).await {
            Ok(in_force) => in_force,
            Err(error) => {
                let words = format!("台帳を読めないため、公式かどうかの確認に答えられません。{error:#}");
                return self.found(Condition::PublicationStuck, Some(words));
            }
        };
        if self.failed.is_none() {
            self.found(Condition::PublicationStuck, None);
        }
        let now = machine::now();
        self.shelf.tell(&code, &self.tail, now);
        let is_due =
            self.tail.changes_the_list() || self.made_under.as_ref() != Some(&in_force) || is_ageing(stated, now);
        if is_due && self.making.is_none() && self.failed.is_none_or(|(at, times)| at.elapsed() >= pause(times)) {
            let publisher = self.publisher.clone();
            self.making = Some(tokio::spawn(async move { publisher.publish().await }));
        }
    }

    /// Takes in the list that was being made, once it is there.
    async fn finish(&mut self) {
        let Some(made) = self.making.take_if(|making| making.is_finished()) else { return };
        match made.await.map_err(anyhow::Error::from).flatten() {
            Ok(made) => {
                self.take(made);
                self.found(Condition::PublicationStuck, None);
                let lists = Arc::clone(&self.shelf);
                // Looked for at once; whoever looks every second anyway tells what cannot be read.
                let _ = tokio::task::spawn_blocking(move || lists.refresh()).await;
            }
            Err(error) => {
                let times = self.failed.map_or(0, |(_, times)| times).saturating_add(1);
                self.failed = Some((Instant::now(), times));
                let words = format!("一覧を公開できませんでした。前の一覧の公開を続けます。{error:#}");
                self.found(Condition::PublicationStuck, Some(words));
            }
        }
    }

    /// Takes in what list was made, and what it could not show.
    fn take(&mut self, made: MadeList) {
        (self.made_under, self.failed) = (Some(made.under), None);
        self.found(Condition::AccountsLeftOut, made.left_out);
    }

    /// Takes in how something was found, for whoever asks, and says once in the log what is wrong.
    fn found(&mut self, condition: Condition, wrong: Option<String>) {
        self.health.tell(condition, self.publisher.town.code(), pulse::found(wrong.is_none()));
        let Some(words) = wrong else {
            self.wrong.remove(&condition);
            return;
        };
        // A cause is the same one where only a number in it differs, such as that of a release or an instant.
        let cause: String = words.chars().filter(|letter| !letter.is_ascii_digit()).collect();
        if self.wrong.get(&condition) != Some(&cause) {
            tracing::error!(municipality = %self.publisher.town.code(), "{words}");
            self.wrong.insert(condition, cause);
        }
    }
}

/// How long nothing is tried after so many failures in a row.
fn pause(times: u32) -> Duration {
    let doubled = PAUSE.saturating_mul(2_u32.saturating_pow(times.saturating_sub(1)));
    doubled.min(LONGEST_PAUSE)
}

/// Whether a bundle has lived half of its time, or was made by a clock that went before ours.
fn is_ageing(stated: Stated, now: i64) -> bool {
    let left = stated.valid_until.saturating_sub(now);
    now < stated.built_at || left < stated.valid_until.saturating_sub(stated.built_at) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_in_a_row_is_waited_out_for_longer_and_none_for_ever() {
        let seconds: Vec<u64> = (1..=8).map(|times| pause(times).as_secs()).collect();
        assert_eq!(seconds, [2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }

    #[test]
    fn a_list_is_made_anew_when_half_of_its_time_is_over_whatever_the_clock_did() {
        let stated = Stated { built_at: 1_000, valid_until: 2_000, ledger_size: 1 };
        for (now, ageing) in
            [(1_000, false), (1_499, false), (1_501, true), (9_000, true), (999, true), (i64::MIN, true)]
        {
            assert_eq!(is_ageing(stated, now), ageing, "{now}");
        }
    }
}
