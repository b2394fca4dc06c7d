//! A form that may carry files: its fields as typed, and the bytes of what was chosen.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::answer::Answer;
use crate::turns::Turns;
use crate::typed::{MOST_BYTES, Typed, is_form};
use crate::visit::Visit;

/// How many bytes a form with files may have: a file of the largest size that is kept, and what is typed beside it.
pub const MOST_WITH_FILES: usize = 21 * 1024 * 1024;
/// How many files one form may carry.
const MOST_FILES: usize = 10;

/// How many forms with files are taken in at the same time; each may hold a file in memory.
const AT_ONCE: usize = 4;
/// How long a form with files waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a form sent.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// The fields.
    pub typed: Typed,
    /// The files that were chosen.
    pub files: Vec<Chosen>,
    /// The room that the files take up, until they are kept or thrown away.
    _turn: Option<Turn>,
}

/// Where forms with files are taken in: a few in all, one of each person.
#[derive(Debug)]
pub(crate) struct Intake {
    all: Arc<Semaphore>,
    own: Turns,
}

/// A turn at the intake.
#[derive(Debug)]
struct Turn {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Default for Intake {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(AT_ONCE)), own: Turns::of_each(1) }
    }
}

impl Intake {
    async fn turn(&self, who: &str) -> Option<Turn> {
        let turns = async {
            // One's own first: whoever sends many forms takes only one of the places of all.
            let own = self.own.turn(who).await?;
            let all = Arc::clone(&self.all).acquire_owned().await.ok()?;
            Some(Turn { _own: own, _all: all })
        };
        timeout(PATIENCE, turns).await.ok().flatten()
    }
}

/// A file that was chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    /// What it is called on the machine that it came from, without its folders.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
}

impl Sent {
    /// What a form sent to somebody who may work on what it is about: whoever asks has looked at that first.
    pub async fn of(visit: &Visit, mut request: Request) -> Result<Self, Answer> {
        if is_form(&request) {
            return Ok(Self { typed: Typed::from_request(request, &()).await?, ..Self::default() });
        }
        let who = visit.session().map_or_else(String::new, |session| session.login.0.clone());
        let turn = visit.house().intake().turn(&who).await.ok_or_else(busy)?;
        DefaultBodyLimit::max(MOST_WITH_FILES).apply(&mut request);
        let parts = Multipart::from_request(request, &()).await;
        let mut parts = parts.map_err(|_| Answer::wrong_form(StatusCode::UNSUPPORTED_MEDIA_TYPE))?;
        let mut sent = Self { _turn: Some(turn), ..Self::default() };
        while let Some(part) = parts.next_field().await.map_err(|error| Answer::wrong_form(error.status()))? {
            sent.take(part).await?;
        }
        Ok(sent)
    }

    /// The words of a form from somebody who is not signed in: no files, and no more bytes than a form without them has.
    ///
    /// What came before the end of that room is kept: our forms carry their files last.
    pub async fn words(request: Request) -> Option<Typed> {
        if is_form(&request) {
            return Typed::from_request(request, &()).await.ok();
        }
        let (head, body) = request.into_parts();
        let start = Body::from(start_of(body).await);
        let mut parts = Multipart::from_request(Request::from_parts(head, start), &()).await.ok()?;
        let mut typed = Typed::default();
        while let Ok(Some(part)) = parts.next_field().await {
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                continue;
            }
            let Ok(text) = part.text().await else { break };
            typed = typed.with_typed(&name, &text)?;
        }
        Some(typed)
    }

    async fn take(&mut self, part: Field<'_>) -> Result<(), Answer> {
        let field = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(plain_name);
        let bytes = part.bytes().await.map_err(|error| Answer::wrong_form(error.status()))?;
        let Some(name) = file else {
            let text = std::str::from_utf8(&bytes).ok().filter(|text| text.len() <= MOST_BYTES);
            let text = text.ok_or_else(|| Answer::wrong_form(StatusCode::BAD_REQUEST))?;
            self.typed = std::mem::take(&mut self.typed)
                .with_typed(&field, text)
                .ok_or_else(|| Answer::wrong_form(StatusCode::BAD_REQUEST))?;
            return Ok(());
        };
        // A field in which nothing was chosen comes without name and bytes.
        if name.is_empty() && bytes.is_empty() {
            return Ok(());
        }
        if self.files.len() >= MOST_FILES {
            return Err(Answer::wrong_form(StatusCode::PAYLOAD_TOO_LARGE));
        }
        self.files.push(Chosen { name, bytes });
        Ok(())
    }
}

/// Too many files are being taken in.
fn busy() -> Answer {
    let next = "少し待って、前の画面からもう一度送ってください。まだ何も記録されていません。";
    let answer = Answer::wrong(
        StatusCode::SERVICE_UNAVAILABLE,
        "ほかのファイルを受け取っているところで、ただいま混み合っています。",
        next,
    );
    let mut response = answer.into_response();
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
    Answer::Shown(Box::new(response))
}

/// The first bytes of a body, as many as a form without files may have; the rest is not read.
async fn start_of(mut body: Body) -> Vec<u8> {
    let mut start = Vec::new();
    while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(bytes) = frame.into_data() else { continue };
        let room = MOST_BYTES - start.len();
        start.extend(bytes.iter().take(room));
        if bytes.len() >= room {
            break;
        }
    }
    start
}

/// A file's name without the folders that some browsers send, and without what no name should hold.
fn plain_name(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|letter| !letter.is_control()).take(120).collect()
}
