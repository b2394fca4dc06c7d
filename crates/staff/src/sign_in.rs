//! サインイン: name and password, the second proof, and out again.

use actions::{Factor, Password, SecondProof, SecondWay, SetUp, SignInAnswer, SignInRefusal, SignedIn, Subject};
use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::answer::{Answer, Reply, html};
use crate::came::{Came, Kept, dropped, kept, signed_in_cookies, signed_out_cookie, with_cookies};
use crate::field::{Choice, Field, Kind, Line, Problem};
use crate::kept_form::{Carried, KeptForm};
use crate::parts::{Link, Notice, Tone};
use crate::query::Query;
use crate::routes::Verb;
use crate::typed::Typed;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    town: String,
    town_name: String,
    notice: Option<Notice>,
    problems: Vec<Problem>,
    fields: Vec<Field>,
    hidden: Vec<(String, String)>,
    others: Vec<Link>,
    passkeys: Option<String>,
}

#[derive(Template)]
#[template(path = "second.html")]
struct SecondPage {
    town: String,
    town_name: String,
    notice: Option<Notice>,
    problems: Vec<Problem>,
    hidden: Vec<(String, String)>,
    ways: Vec<(Way, String)>,
    again: String,
    /// For how many days this browser may be trusted, where the city lets people do so.
    trusted_days: Option<u16>,
}

impl SecondPage {
    /// The question whether this browser is to be trusted, beside each way.
    fn trust_of(&self, way: Way) -> Option<Field> {
        let days = self.trusted_days?;
        let choice = Choice::new("yes", format!("この端末では、{days}日のあいだ二つ目の確認を省く"), "");
        let field = Field::new(format!("trust-{}", way.word()), "この端末", Kind::Checks(vec![choice])).optional();
        Some(field.hint("自分だけが使う端末のときに選んでください。「自分の設定」でいつでもやめられます。大切な操作の前の確認は、これまでどおり求めます。"))
    }

    fn field_of(&self, way: Way) -> Field {
        let (name, label, hint) = match way {
            Way::Recovery => (
                "recovery",
                "予備コード",
                "印刷しておいた予備コードのうち、まだ使っていないものを一つ入力してください。",
            ),
            Way::Code | Way::Passkey => ("code", "確認コード", "認証アプリに表示されている6桁の数字"),
        };
        let wrong = self.problems.iter().find(|problem| problem.field.as_deref() == Some(name));
        let kind = Kind::Line { value: String::new(), sort: Line::Code };
        Field::new(name, label, kind).hint(hint).error(wrong.map(|problem| problem.words.clone()))
    }
}

/// A way to give the second proof, as the page draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Code,
    Recovery,
    Passkey,
}

#[derive(Template)]
#[template(path = "resume.html")]
struct ResumePage {
    town_name: String,
    kept: KeptForm,
    home: String,
}

/// What the address of the sign-in page carries.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    done: String,
}

/// The page.
pub(crate) async fn page(visit: Visit, Query(asked): Query<Asked>) -> Reply {
    let carried = Carried { next: visit.own_path(Verb::Get, &asked.next), form: None };
    if visit.session().is_some() {
        return Err(Answer::Elsewhere(carried.next.unwrap_or_else(|| format!("/{}", visit.code()))));
    }
    let notice = match (asked.done.as_str(), visit.city().set_up_needed().await?) {
        (_, SetUp::Needed) => Some(Notice {
            tone: Tone::Info,
            title: "まだ運用担当のログインがありません。".to_owned(),
            body: Some(
                "次にすること：`shirube serve` を始めた画面に出ているリンクを開き、運用担当のログインを作ってください。"
                    .to_owned(),
            ),
            next: None,
        }),
        ("out", SetUp::Done) => Some(said("サインアウトしました。")),
        ("changed", SetUp::Done) => Some(said("サインインし直してください。")),
        _ => None,
    };
    let page = SignInPage { notice, ..sign_in_page(&visit, &carried, "") };
    Ok(html(StatusCode::OK, page.render()?))
}

/// What answers a form that was sent after the session had ended: nothing is done and nothing typed is lost.
pub(crate) fn interrupted(visit: &Visit, carried: &Carried) -> Reply {
    let body = match &carried.form {
        Some(_) => {
            "まだ何も記録されていません。入力した内容は、この画面に残してあります。同じ方がサインインすると、続きから送れます。"
        }
        None => {
            "まだ何も記録されていません。サインインしてから、もう一度行ってください。ファイルは選び直してください。"
        }
    };
    let notice = Notice {
        tone: Tone::Warning,
        title: "時間がたったため、サインインが終わっています。".to_owned(),
        body: Some(body.to_owned()),
        next: None,
    };
    let page = SignInPage { notice: Some(notice), ..sign_in_page(visit, carried, "") };
    Ok(html(StatusCode::UNAUTHORIZED, page.render()?))
}

/// Name and password were sent.
pub(crate) async fn enter(visit: Visit, came: Came, typed: Typed) -> Reply {
    let carried = Carried::read(&visit, &typed);
    let (name, password) = (typed.text("name"), typed.text("password"));
    let mut problems = Vec::new();
    if name.trim().is_empty() {
        problems.push(problem("name", "ログイン名を入力してください。"));
    }
    if password.is_empty() {
        problems.push(problem("password", "パスワードを入力してください。"));
    }
    if !problems.is_empty() {
        return refused(&visit, &carried, name, problems, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = visit.city().sign_in(name, &Password::typed(password), &came.source).await?;
    proceed(&visit, &came, carried, name, answer).await
}

/// The second proof was sent.
pub(crate) async fn second(visit: Visit, came: Came, typed: Typed) -> Reply {
    let carried = Carried::read(&visit, &typed);
    let Some(pending) = came.step(&visit) else {
        return over(&visit, &carried, SignInRefusal::Over);
    };
    let said = |name: &str| typed.text(name).to_owned();
    let proof = match typed.text("way") {
        "recovery" => SecondProof::Recovery(said("recovery")),
        "passkey" => SecondProof::Passkey(said("passkey")),
        _ => SecondProof::Code(said("code")),
    };
    match visit.city().second_step(&pending, &proof, &came.source).await? {
        SignInAnswer::Refused(
            refusal @ (SignInRefusal::WrongSecond | SignInRefusal::Unsealed | SignInRefusal::Paused { .. }),
        ) => {
            let field = if typed.text("way") == "recovery" { "recovery" } else { "code" };
            let ways = typed.all("has").filter_map(Way::of).collect();
            let page = SecondPage {
                problems: vec![problem(field, refusal.text(visit.now()))],
                ..second_page(&visit, &carried, ways)
            };
            Ok(html(status_of(refusal), page.render()?))
        }
        SignInAnswer::Refused(refusal) => over(&visit, &carried, refusal),
        SignInAnswer::SignedIn(signed_in) => {
            if typed.iter().any(|(name, value)| name.starts_with("trust-") && value == "yes") {
                visit.city().trust_device(&signed_in, &came.source).await?;
            }
            let_in(&visit, &came, carried, &signed_in).await
        }
        answer @ SignInAnswer::NeedsSecond(_) => proceed(&visit, &came, carried, "", answer).await,
    }
}

/// Out.
pub(crate) async fn leave(visit: Visit, came: Came) -> Reply {
    if let Some(session) = visit.session() {
        visit.city().sign_out(session, &came.source).await?;
    }
    let place = Answer::Elsewhere(visit.path("sign-in?done=out")).into_response();
    Ok(with_cookies(place, [signed_out_cookie(&visit), dropped(&visit, Kept::Step)]))
}

/// The first page of whoever asks.
pub(crate) async fn home(visit: Visit) -> Reply {
    let Some(session) = visit.session() else { return Err(Answer::Elsewhere(visit.path("sign-in"))) };
    Err(Answer::Elsewhere(home_of(&visit, &session.subject, session.factor)))
}

/// Goes on with what came of a sign-in: to the second proof, into the pages, or back to the form.
pub(crate) async fn proceed(visit: &Visit, came: &Came, carried: Carried, name: &str, answer: SignInAnswer) -> Reply {
    match answer {
        SignInAnswer::NeedsSecond(step) => {
            let ways = step.ways.iter().map(|way| Way::from(*way)).collect();
            let page = second_page(visit, &carried, ways);
            let response = html(StatusCode::OK, page.render()?);
            Ok(with_cookies(response, [kept(visit, Kept::Step, step.pending.reveal())]))
        }
        SignInAnswer::SignedIn(signed_in) => let_in(visit, came, carried, &signed_in).await,
        SignInAnswer::Refused(refusal) => {
            let problems = vec![problem("name", refusal.text(visit.now()))];
            refused(visit, &carried, name, problems, status_of(refusal))
        }
    }
}

/// Into the pages, or to the form that waits.
async fn let_in(visit: &Visit, came: &Came, carried: Carried, signed_in: &SignedIn) -> Reply {
    // Whoever was in before in this browser is out now.
    if let Some(session) = visit.session() {
        visit.city().sign_out(session, &came.source).await?;
    }
    let session = visit.city().session(&signed_in.session).await?.ok_or(Answer::Failed)?;
    let home = home_of(visit, &session.subject, session.factor);
    let next = carried.next.clone();
    let form = carried.form_of(visit, &signed_in.login).filter(|_| session.factor != Factor::Unfinished);
    let response = match (form, next) {
        (Some(form), _) => {
            let page = ResumePage { town_name: visit.town().name.clone(), kept: form, home };
            html(StatusCode::OK, page.render()?)
        }
        (None, Some(next)) if session.factor != Factor::Unfinished => Answer::Elsewhere(next).into_response(),
        (None, _) => Answer::Elsewhere(home).into_response(),
    };
    Ok(with_cookies(response, signed_in_cookies(visit, signed_in)))
}

/// Where somebody begins.
pub(crate) fn home_of(visit: &Visit, subject: &Subject, factor: Factor) -> String {
    match subject {
        _ if factor == Factor::Unfinished => visit.path("me"),
        Subject::Operator if visit.office().people.is_empty() => visit.path("office/import"),
        Subject::Operator => visit.path("sign-ins"),
        // Without a post nothing waits, and the other rooms are closed; one's own settings lead out again.
        Subject::Officer(person) if visit.office().posts_of(person, visit.today()).is_empty() => visit.path("me"),
        Subject::Officer(_) => visit.path("tasks"),
    }
}

/// A problem with a field.
pub(crate) fn problem(field: &str, words: impl Into<String>) -> Problem {
    Problem { field: Some(field.to_owned()), words: words.into(), basis: None }
}

/// The status of a refusal at the door.
pub(crate) fn status_of(refusal: SignInRefusal) -> StatusCode {
    match refusal {
        SignInRefusal::Paused { .. } => StatusCode::TOO_MANY_REQUESTS,
        SignInRefusal::Busy | SignInRefusal::Unsealed => StatusCode::SERVICE_UNAVAILABLE,
        SignInRefusal::Wrong | SignInRefusal::WrongPassword | SignInRefusal::WrongSecond | SignInRefusal::Over => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }
}

fn refused(visit: &Visit, carried: &Carried, name: &str, problems: Vec<Problem>, status: StatusCode) -> Reply {
    let page = SignInPage { problems, ..sign_in_page(visit, carried, name) };
    Ok(html(status, page.render()?))
}

/// The second step is over: from the beginning, with everything that is carried.
fn over(visit: &Visit, carried: &Carried, refusal: SignInRefusal) -> Reply {
    let problems = vec![problem("name", refusal.text(visit.now()))];
    let response = refused(visit, carried, "", problems, status_of(refusal))?;
    Ok(with_cookies(response, [dropped(visit, Kept::Step)]))
}

fn said(words: &str) -> Notice {
    Notice { tone: Tone::Success, title: words.to_owned(), body: None, next: None }
}

fn sign_in_page(visit: &Visit, carried: &Carried, name: &str) -> SignInPage {
    let line = |name: &str, label: &str, value: &str, sort| {
        Field::new(name, label, Kind::Line { value: value.to_owned(), sort })
    };
    SignInPage {
        town: visit.code().to_owned(),
        town_name: visit.town().name.clone(),
        notice: None,
        problems: Vec::new(),
        fields: vec![
            line("name", "ログイン名", name, Line::LoginName),
            line("password", "パスワード", "", Line::Password),
        ],
        hidden: carried.hidden(),
        others: outside(visit, carried).into_iter().collect(),
        // Bound to an address that browsers keep from being overheard.
        passkeys: visit.house().is_sealed().then(|| visit.path("sign-in/passkey")),
    }
}

/// The way in by the city's own provider, where there is one.
fn outside(visit: &Visit, carried: &Carried) -> Option<Link> {
    let next = carried.next.as_deref().map(|next| utf8_percent_encode(next, NON_ALPHANUMERIC).to_string());
    let href = visit.path(&next.map_or_else(|| "oidc".to_owned(), |next| format!("oidc?next={next}")));
    visit.has_porch().then(|| Link { href, words: "庁内の共通サインインで入る".to_owned() })
}

fn second_page(visit: &Visit, carried: &Carried, ways: Vec<Way>) -> SecondPage {
    SecondPage {
        town: visit.code().to_owned(),
        town_name: visit.town().name.clone(),
        notice: None,
        problems: Vec::new(),
        hidden: [
            ways.iter().map(|way| ("has".to_owned(), way.word().to_owned())).collect::<Vec<_>>(),
            carried.hidden(),
        ]
        .concat(),
        ways: ways.into_iter().map(|way| (way, way.word().to_owned())).collect(),
        again: visit.path("sign-in"),
        trusted_days: visit.city().trusted_days(),
    }
}

impl Way {
    fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Recovery => "recovery",
            Self::Passkey => "passkey",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Code, Self::Recovery, Self::Passkey].into_iter().find(|way| way.word() == word)
    }
}

impl From<SecondWay> for Way {
    fn from(way: SecondWay) -> Self {
        match way {
            SecondWay::Code => Self::Code,
            SecondWay::Passkey => Self::Passkey,
            SecondWay::Recovery => Self::Recovery,
        }
    }
}
