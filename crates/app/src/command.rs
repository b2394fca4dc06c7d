//! Carrying out a command: one file for each group, and what they share.

mod account;
mod case;
mod guideline;
mod keep;
mod ledger;
mod list;
mod office;
mod paper;
mod sample;
mod serve;
mod shell;
mod sign_in;

use std::path::Path;

use actions::Recorded;
use domain::act::By;
use domain::calendar;
use domain::id::{PersonId, UnitId};
use jiff::civil::Date;
use public::Serving;

use crate::args::{Args, ByArgs, Command, Global};
use crate::exit::Exit;
use crate::home::{Home, Town};
use crate::input::Mistake;
use crate::press;
use crate::room;
use crate::voice::Voice;

/// What every command works with.
#[derive(Debug)]
struct Hands {
    global: Global,
    home: Home,
    voice: Voice,
}

/// Carries out one command.
pub async fn run(args: Args) -> anyhow::Result<Exit> {
    if args.global.key.is_some() && !args.command.takes_key() {
        return Err(Mistake::new(
            "--key（二重の実行を防ぐ鍵）は、案件・アカウント・なりすましを記録するコマンドだけで働きます。このコマンドでは何も防がないため、何も行いませんでした。\n次にすること：--key を外して実行してください。",
        )
        .into());
    }
    let hands = Hands { home: Home::of(&args.global), voice: args.global.voice(), global: args.global };
    let done = Box::pin(carry_out(&hands, args.command)).await;
    hands.home.close().await;
    done
}

async fn carry_out(hands: &Hands, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Init { guideline, from, notice, contact } => {
            guideline::init(hands, &guideline, from, notice, contact).await
        }
        Command::Guideline(command) => guideline::run(hands, command).await,
        Command::Office(command) => office::run(hands, command).await,
        Command::Case(command) => case::run(hands, command).await,
        Command::Account(command) => account::run(hands, command).await,
        Command::Impersonator(command) => account::impersonator(hands, command).await,
        Command::List(command) => list::run(hands, command).await,
        Command::Verify { ask } => list::verify(hands, &ask).await,
        Command::Publish { base, accept_key } => list::publish(hands, &base, accept_key).await,
        Command::Export { dir, served, base } => {
            let serving = if served { Serving::Answers } else { Serving::FilesOnly };
            list::export(hands, &dir, serving, &base).await
        }
        Command::Serve(args) => serve::serve(hands, &args).await,
        Command::Public { bundles, port, host, trust, front } => {
            serve::public(hands, bundles, &host, port, &trust, front).await
        }
        Command::Ledger(command) => ledger::run(hands, command).await,
        Command::Press { font } => press::work(font).map(|()| Exit::Done),
        Command::SignIn(command) => sign_in::run(hands, command).await,
        Command::Backup { file } => keep::backup(hands, &file).await,
        Command::Restore { file, checkpoint, key_hex } => {
            keep::restore(hands, &file, &checkpoint, key_hex.as_deref()).await
        }
        Command::Sample { folders } => sample::run(hands, &folders).await,
        Command::Completions { shell } => shell::completions(shell),
        Command::Man { out } => shell::man(out.as_deref()),
    }
}

impl Hands {
    /// The municipality that is meant.
    async fn town(&self) -> anyhow::Result<Town> {
        self.home.town(self.global.city.as_deref()).await
    }

    /// The key that keeps an act from being recorded twice.
    fn key(&self) -> Option<&str> {
        self.global.key.as_deref()
    }

    /// Says what was recorded, and lets the public see it.
    async fn recorded(&self, town: &Town, recorded: &Recorded, words: &str) -> anyhow::Result<Exit> {
        self.recorded_as(town, recorded, recorded, words).await
    }

    /// The same, with more for machines than what was recorded.
    async fn recorded_as(
        &self,
        town: &Town,
        recorded: &Recorded,
        value: &impl serde::Serialize,
        words: &str,
    ) -> anyhow::Result<Exit> {
        self.voice.say(value, || {
            let mut lines = vec![format!("{words}（台帳の{}番）", recorded.seq)];
            if let Some(number) = &recorded.number {
                lines.push(format!("番号：{number}"));
            }
            if recorded.completed {
                lines.push("この案件は完了しました。".to_owned());
            }
            lines.join("\n")
        })?;
        if let Some(words) = room::warning(town.code(), town.city.space()) {
            self.voice.aside(&words);
        }
        town.publish_after_act().await;
        Ok(Exit::Done)
    }
}

/// Who acts, on the day they state or today.
fn by(args: &ByArgs, town: &Town) -> By {
    By { person: PersonId(args.person.clone()), on: args.on.unwrap_or_else(|| town.city.today()) }
}

fn units(codes: &[String]) -> Vec<UnitId> {
    codes.iter().map(|code| UnitId(code.clone())).collect()
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = path.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    if plain { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// A day for people: 令和 with the western year.
fn shown(day: Date) -> String {
    calendar::wareki_with_western(day)
}
