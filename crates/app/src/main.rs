//! The binary `shirube`: the procedures, the ledger and the public list on the command line.
//!
//! A command reads its arguments, calls one verb of the crate `actions`, and says what came of it: in Japanese for
//! people, or as one JSON value with `--json`. What a rule refuses is never decided here.

mod args;
mod command;
mod courier;
mod evidence;
mod exit;
mod files;
mod hold;
mod home;
mod input;
mod keys;
mod machine;
#[cfg(test)]
mod manual;
mod policy;
mod porch;
mod press;
mod progress;
mod rights;
mod room;
mod settings;
mod usage;
mod voice;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::args::Args;
use crate::exit::Exit;

/// Gives back to the system what a publication or a print needed: docs/decisions/0014-memory.md.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// How long the end waits for work that nobody asked for any more.
const ENOUGH: std::time::Duration = std::time::Duration::from_secs(2);

fn main() -> ExitCode {
    let _ = tracing_subscriber::fmt().with_env_filter(log_filter()).with_writer(std::io::stderr).try_init();
    let command = usage::japanese(Args::command());
    let args = match command.try_get_matches_from(usage::typed()).and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => return usage::tell(&error),
    };
    let voice = args.global.voice();
    let done = runtime().and_then(|runtime| {
        let done = runtime.block_on(command::run(args));
        // What is still at work has had its time: nothing that began may keep the program from its end.
        runtime.shutdown_timeout(ENOUGH);
        done
    });
    match done {
        Ok(exit) => exit.code(),
        Err(error) => {
            voice.failed(&error);
            Exit::of(&error).code()
        }
    }
}

/// What the log tells: what is wrong, and the start of a server; `RUST_LOG` says otherwise.
fn log_filter() -> tracing_subscriber::EnvFilter {
    // A slow statement is no fault, and its text says nothing to whoever keeps the machine.
    tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,sqlx=error,shirube=info"))
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
