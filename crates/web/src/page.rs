//! The server's own pages: the list of the municipalities, and what is said when there is nothing to show.

use crate::router::LONGEST_URI;
use crate::shown::Shown;
use crate::target::Among;
use askama::Template;
use public::Language;
use std::sync::Arc;

/// How far up a link may lead; deeper paths than a bundle's are nobody's.
const DEEPEST: usize = 8;

/// The list of the municipalities.
#[derive(Template)]
#[template(path = "directory.html")]
struct Directory<'a> {
    language: Language,
    root: String,
    home: String,
    title: &'a str,
    towns: Vec<Town<'a>>,
}

/// One municipality in the list.
struct Town<'a> {
    code: &'a str,
    name: &'a str,
    title: &'a str,
    built_on: &'a str,
}

/// A page that says what is wrong and what to do next.
#[derive(Template)]
#[template(path = "refusal.html")]
struct Refused<'a> {
    language: Language,
    root: String,
    home: String,
    title: &'a str,
    reason: &'a str,
    next: &'a str,
}

/// The list of the municipalities that are served here.
pub(crate) fn directory(lists: &[Arc<Shown>]) -> Result<String, askama::Error> {
    let towns = lists
        .iter()
        .map(|list| {
            let site = &list.bundle().manifest().site;
            Town { code: list.code(), name: &site.municipality_name, title: &site.title, built_on: list.built_on() }
        })
        .collect();
    let (root, home) = (String::new(), "./".to_owned());
    Directory { language: Language::Japanese, root, home, title: "公式アカウント一覧", towns }.render()
}

/// Why no page that was asked for is shown.
#[derive(Clone, Copy)]
pub(crate) enum Refusal {
    /// There is none.
    Nothing,
    /// These pages are read, and nothing else.
    ReadOnly,
    /// No address of ours is so long.
    TooLong,
    /// What it says is no longer what the list says, and the new list is not up yet.
    Rewriting,
}

/// What is said in a refusal: what is wrong, why, and what to do next.
pub(crate) struct Words {
    pub title: &'static str,
    pub reason: String,
    pub next: &'static str,
}

impl Refusal {
    /// Its words in a language.
    pub(crate) fn words(self, language: Language) -> Words {
        let (title, reason, next) = match self {
            Self::Nothing => (
                language.say("ページが見つかりません", "Page not found"),
                language
                    .say(
                        "このURLのページはありません。掲載が終わって、なくなったページかもしれません。",
                        "There is no page at this address. It may have gone because its account is no longer listed.",
                    )
                    .to_owned(),
                language.say(
                    "一覧にないアカウントは、公式アカウントではありません。一覧からさがしてください。",
                    "An account that is not on the list is not an official account. Look for it in the list.",
                ),
            ),
            Self::ReadOnly => (
                language.say("この操作はできません", "This cannot be done here"),
                language
                    .say(
                        "ここは読むための窓口です。書きこみなどの操作は受けつけていません。",
                        "These pages are for reading. Nothing can be written or sent here.",
                    )
                    .to_owned(),
                language.say("一覧のページを開き直してください。", "Open the page of the list again."),
            ),
            Self::TooLong => (
                language.say("URLが長すぎます", "The address is too long"),
                match language {
                    Language::Japanese => {
                        format!("URLが{LONGEST_URI}バイトを超えているため、受けつけられません。")
                    }
                    Language::English => format!("It has more than {LONGEST_URI} bytes and cannot be taken."),
                },
                language.say(
                    "確かめたいアカウントのページのURLだけを入れて、もう一度送ってください。",
                    "Enter only the URL of the account’s page, and send it again.",
                ),
            ),
            Self::Rewriting => (
                language.say("この一覧は、いま作り直しているところです", "This list is being rewritten"),
                language
                    .say(
                        "ここに書かれていたことが、たったいま変わりました。公式とは考えないでください。",
                        "What was written here has just changed. Do not take it for official.",
                    )
                    .to_owned(),
                language.say("少し待って、もう一度開いてください。", "Wait a moment, and open it again."),
            ),
        };
        Words { title, reason, next }
    }
}

/// The page of a refusal, for the path that was asked for and the pages among which it lies.
pub(crate) fn refused(path: &str, among: &Among, refusal: Refusal) -> Result<String, askama::Error> {
    let language = among.language;
    let Words { title, reason, next } = refusal.words(language);
    Refused { language, root: up(path, 0), home: home(path, among), title, reason: &reason, next }.render()
}

/// The way back to the first page of the list.
fn home(path: &str, among: &Among) -> String {
    // A folder without the slash behind it is still to be entered.
    if among.depth > 0 && path.matches('/').count() == among.depth {
        return "en/".to_owned();
    }
    let way = up(path, among.depth);
    if way.is_empty() { "./".to_owned() } else { way }
}

/// The way from a path to the root or a folder so deep below it: relative, because a proxy may serve all of this under a
/// folder of its own.
fn up(path: &str, depth: usize) -> String {
    let steps = path.matches('/').count().saturating_sub(1 + depth);
    if steps > DEEPEST { "/".to_owned() } else { "../".repeat(steps) }
}
