//! The help and the mistakes of the command line itself, in Japanese.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use domain::parsing;

use crate::exit::Exit;
use crate::input::Mistake;
use crate::voice::{complain, out};

const TEMPLATE: &str = "\
{before-help}{about-with-newline}
使い方： {usage}

{all-args}{after-help}
";

/// The command with Japanese headings everywhere.
pub fn japanese(command: Command) -> Command {
    let command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("コマンド")
        .subcommand_value_name("コマンド")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .arg(
            clap::Arg::new("help")
                .short('h')
                .long("help")
                .action(clap::ArgAction::Help)
                .help("使い方を示して終わります")
                .help_heading("そのほか"),
        )
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "引数" } else { "オプション" };
            if arg.get_help_heading().is_some() { arg } else { arg.help_heading(heading) }
        });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, japanese))
}

/// What was typed; `help case do` is `case do --help`.
pub fn typed() -> Vec<OsString> {
    let mut typed: Vec<OsString> = std::env::args_os().collect();
    if typed.get(1).is_some_and(|word| word == "help") {
        typed.remove(1);
        typed.push("--help".into());
    }
    typed
}

/// Tells a mistake of the command line, or the help that was asked for.
pub fn tell(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = out(&in_japanese(&error.render().to_string()));
            Exit::Done.code()
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            complain(&in_japanese(&error.render().to_string()));
            Exit::Usage.code()
        }
        _ => {
            complain(&words(error));
            Exit::Usage.code()
        }
    }
}

/// The few words of the library that no template reaches.
fn in_japanese(text: &str) -> String {
    let words =
        [("Usage:", "使い方："), ("[OPTIONS]", "[オプション]"), ("[default: ", "[省くと："), ("[env: ", "[環境変数：")];
    let text = words.into_iter().fold(text.to_owned(), |text, (english, japanese)| text.replace(english, japanese));
    text.replace("[possible values: ", "[使える値：")
}

fn words(error: &clap::Error) -> String {
    let context = |kind| error.get(kind).map(shown).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("「{argument}」という指定はありません。"),
        ErrorKind::InvalidSubcommand => {
            format!("「{}」というコマンドはありません。", context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("次の指定がありません：{argument}"),
        ErrorKind::MissingSubcommand => "コマンドがありません。".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("「{argument}」に値がありません。"),
        ErrorKind::InvalidValue => format!("「{argument}」に「{value}」は使えません。"),
        ErrorKind::ValueValidation => format!("「{argument}」の「{value}」を読めません。{}", cause(error)),
        ErrorKind::ArgumentConflict => {
            format!("「{argument}」は「{}」と一緒には使えません。", context(ContextKind::PriorArg))
        }
        ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues | ErrorKind::TooManyValues => {
            format!("「{argument}」の値の数が合いません。")
        }
        ErrorKind::NoEquals => format!("「{argument}」は = に続けて値を書いてください。"),
        ErrorKind::InvalidUtf8 => "文字として読めない指定があります。UTF-8 の文字で書いてください。".to_owned(),
        _ => "指定を読めません。".to_owned(),
    };
    let mut lines = vec![what];
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(near) = suggested.into_iter().map(context).find(|near| !near.is_empty()) {
        lines.push(format!("もしかして：{near}"));
    }
    let known = context(ContextKind::ValidValue);
    if !known.is_empty() {
        lines.push(format!("使える値：{known}"));
    }
    let usage = context(ContextKind::Usage);
    if !usage.is_empty() {
        lines.push(in_japanese(&usage));
    }
    lines.push("くわしくは --help を付けて実行してください。".to_owned());
    lines.join("\n")
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(many) => many.join("、"),
        ContextValue::StyledStrs(many) => many.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
        ContextValue::None => String::new(),
        other => other.to_string(),
    }
}

/// Why a value is not taken: our own words as they are, a library's in Japanese.
fn cause(error: &clap::Error) -> String {
    let Some(source) = std::error::Error::source(error) else { return String::new() };
    let words = source.to_string();
    if source.is::<Mistake>() { words } else { parsing::told(&words, "").to_string() }
}
