//! Completions and manual pages, made from the command line itself.

use std::path::Path;

use clap::CommandFactory;

use crate::args::Args;
use crate::exit::Exit;
use crate::input::{self, Mistake};
use crate::usage;
use crate::voice::out;

/// The completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> anyhow::Result<Exit> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut usage::japanese(Args::command()), "shirube", &mut bytes);
    out(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Done)
}

/// The manual page, or every page into a folder.
pub fn man(to: Option<&Path>) -> anyhow::Result<Exit> {
    let command = usage::japanese(Args::command());
    let Some(dir) = to else {
        let mut bytes = Vec::new();
        clap_mangen::Man::new(command).render(&mut bytes)?;
        out(&String::from_utf8_lossy(&bytes))?;
        return Ok(Exit::Done);
    };
    std::fs::create_dir_all(dir).map_err(|error| {
        Mistake::new(format!("フォルダー「{}」を作れません（{}）。", dir.display(), input::why(&error)))
    })?;
    clap_mangen::generate_to(command, dir)?;
    out(&format!("man ページを {} に書きました。", dir.display()))?;
    Ok(Exit::Done)
}
