//! 様式をまとめて受け取る: the forms that were filed on some days, in one archive that is made while the page says how far it is.

mod binder;

use std::io;
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, REFRESH};
use domain::calendar::{parse_date, wareki_with_western};
use jiff::civil::Date;
use serde::Deserialize;

pub(crate) use self::binder::Binders;
use self::binder::{Bound, Ending, Order, Progress};
use crate::answer::{Answer, Reply, download};
use crate::field::{Choice, Field, Kind, Problem};
use crate::page::{Link, Shell};
use crate::query::Query;
use crate::typed::Typed;
use crate::visit::Visit;

/// How often a page that is watched shows itself again, in seconds.
const AGAIN: &str = "5";
/// How much of the file is read at once.
const PIECE: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "forms.html")]
struct FormsPage {
    shell: Shell,
    problems: Vec<Problem>,
    state: Option<State>,
    action: String,
    fields: Vec<Field>,
}

/// What became of the last archive that was asked for.
struct State {
    heading: &'static str,
    words: String,
    lacking: Vec<String>,
    links: Vec<Link>,
}

/// Whether the page is to show itself again by itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    watch: String,
}

/// How far the archive is, and the form for another one.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let progress = visit.house().binders().of(&visit)?;
    let is_watched = !asked.watch.is_empty() && progress.as_ref().is_some_and(Progress::is_under_way);
    let today = visit.today().to_string();
    let typed = Typed::default().with("from", today.as_str()).with("until", today).with("ending", "pdf");
    let page = made(&visit, &typed, Vec::new(), progress.map(|progress| state(&visit, &progress, is_watched)));
    let mut response = visit.show(&page)?;
    if is_watched {
        // Only on request: a page that moves by itself takes the reader's place away.
        response.headers_mut().insert(REFRESH, HeaderValue::from_static(AGAIN));
    }
    Ok(response)
}

/// Begins an archive.
pub(crate) async fn begin(visit: Visit, typed: Typed) -> Reply {
    let begun = match read(&typed) {
        Ok(order) => visit
            .house()
            .binders()
            .begin(&visit, order)?
            .map_err(|words| vec![Problem { field: None, words, basis: None }]),
        Err(problems) => Err(problems),
    };
    match begun {
        Ok(()) => Err(Answer::Elsewhere(visit.path("forms"))),
        Err(problems) => {
            let progress = visit.house().binders().of(&visit)?;
            let state = progress.map(|progress| state(&visit, &progress, false));
            visit.show_refused(&made(&visit, &typed, problems, state))
        }
    }
}

/// The archive, once it is made; read from the disk piece by piece.
pub(crate) async fn archive(visit: Visit) -> Reply {
    let Some(Progress::Done(bound)) = visit.house().binders().of(&visit)? else { return Err(Answer::Nowhere) };
    let mut response = download(&bound.name, "application/zip", Vec::new());
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bound.length));
    *response.body_mut() = Body::from_stream(Pieces { bound, at: 0 });
    Ok(response)
}

/// What was typed, as an order; or what cannot be read.
fn read(typed: &Typed) -> Result<Order, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut day = |name: &str| match parse_date(typed.text(name)) {
        Ok(day) => Some(day),
        Err(problem) => {
            problems.push(Problem { field: Some(name.to_owned()), words: problem.to_string(), basis: None });
            None
        }
    };
    let days = (day("from"), day("until"));
    match (days, Ending::read(typed.text("ending"))) {
        ((Some(from), Some(until)), _) if until < from => {
            let words = "終わりの日が、始めの日より前です。終わりの日を、始めの日かそれより後の日にしてください。";
            Err(vec![Problem { field: Some("until".to_owned()), words: words.to_owned(), basis: None }])
        }
        ((Some(from), Some(until)), Some(ending)) => Ok(Order { from, until, ending }),
        (_, ending) => {
            if ending.is_none() {
                let words = "ファイルの種類を選んでください。".to_owned();
                problems.push(Problem { field: Some("ending".to_owned()), words, basis: None });
            }
            Err(problems)
        }
    }
}

fn made(visit: &Visit, typed: &Typed, problems: Vec<Problem>, state: Option<State>) -> FormsPage {
    let error = |name: &str| {
        problems.iter().find(|problem| problem.field.as_deref() == Some(name)).map(|problem| problem.words.clone())
    };
    let day = |name: &str, label: &str| {
        let value = typed.text(name).to_owned();
        let wareki = parse_date(&value).ok().map(domain::calendar::wareki);
        Field::new(name, label, Kind::Day { value, wareki }).error(error(name))
    };
    let endings = Ending::ALL.map(|ending| Choice::new(ending.word(), ending.label(), typed.text("ending")));
    let fields = vec![
        day("from", "届出の日（いつから）"),
        day("until", "届出の日（いつまで）"),
        Field::new("ending", "ファイルの種類", Kind::Radio(endings.into())).error(error("ending")),
    ];
    FormsPage {
        shell: visit.shell("様式をまとめて受け取る").under(visit.path("accounts"), "アカウント"),
        action: visit.path("forms"),
        problems,
        state,
        fields,
    }
}

fn state(visit: &Visit, progress: &Progress, is_watched: bool) -> State {
    let link = |rest: &str, words: &str| Link { href: visit.path(rest), words: words.to_owned() };
    let mut state =
        State { heading: "作っています", words: progress.words(), lacking: Vec::new(), links: Vec::new() };
    match progress {
        Progress::Looking(_) | Progress::Making { .. } => {
            let turn = if is_watched {
                link("forms", "自動で表示し直すのをやめる")
            } else {
                link("forms?watch=1", "5秒ごとに自動で表示し直す")
            };
            let again = if is_watched { "forms?watch=1" } else { "forms" };
            state.links = vec![link(again, "今の進み具合を見る"), turn];
        }
        Progress::Done(bound) => {
            state.heading = "できました";
            state.lacking.clone_from(&bound.lacking);
            state.links = vec![link("forms.zip", "まとめたファイル（ZIP）を受け取る")];
        }
        Progress::Failed(_) => state.heading = "作れませんでした",
    }
    state
}

/// The days of an order in words.
fn days(from: Date, until: Date) -> String {
    if from == until {
        return wareki_with_western(from);
    }
    format!("{}から{}まで", wareki_with_western(from), wareki_with_western(until))
}

/// A file in pieces, so that no archive lies in memory as a whole.
struct Pieces {
    bound: std::sync::Arc<Bound>,
    at: u64,
}

impl futures_core::Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let mut piece = vec![0; PIECE];
        Poll::Ready(match self.bound.file.read_at(&mut piece, self.at) {
            Ok(0) => None,
            Ok(length) => {
                piece.truncate(length);
                self.at = self.at.saturating_add(length as u64);
                Some(Ok(piece.into()))
            }
            Err(fault) => Some(Err(fault)),
        })
    }
}
